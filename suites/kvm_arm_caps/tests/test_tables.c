// SPDX-License-Identifier: GPL-2.0-only
/* The tables of requirements and rows are complete and speak of each other. */
#include "tests.h"

#include <stdio.h>
#include <string.h>

#include "../requirements.h"
#include "../needs.h"
#include "../topics.h"

static const struct uc_row *row_of(const struct uc_topic *topic, size_t index)
{
	return (const struct uc_row *)((const char *)topic->rows + index * topic->row_size);
}

START_TEST(every_requirement_has_text_and_rows)
{
	bool has_row[KVM_REQUIREMENTS] = { false };

	for (const struct uc_topic *const *topic = kvm_topics; *topic; topic++)
		for (size_t i = 0; i < (*topic)->row_count; i++)
			for (unsigned int j = 0; j < UC_MAX_CHECKS; j++)
				has_row[row_of(*topic, i)->checks[j]] = true;
	for (unsigned int i = 1; i < KVM_REQUIREMENTS; i++) {
		ck_assert_msg(kvm_requirements[i].id && kvm_requirements[i].text &&
			      kvm_requirements[i].source, "requirement %u is not described", i);
		ck_assert_msg(has_row[i], "%s has no row", kvm_requirements[i].id);
	}
}
END_TEST

START_TEST(every_row_asks_for_kvm_first)
{
	for (const struct uc_topic *const *topic = kvm_topics; *topic; topic++) {
		for (size_t i = 0; i < (*topic)->row_count; i++) {
			const struct uc_row *row = row_of(*topic, i);

			ck_assert_msg(row->checks[0], "%s checks nothing", row->id);
			ck_assert_msg(row->needs[0] == &kvm_need_arm64 &&
				      row->needs[1] == &kvm_need_kvm, "%s: needs", row->id);
		}
	}
}
END_TEST

START_TEST(row_ids_name_their_topic)
{
	for (const struct uc_topic *const *topic = kvm_topics; *topic; topic++) {
		char prefix[64];

		snprintf(prefix, sizeof(prefix), "kvm_arm_caps.%s.", (*topic)->name);
		for (size_t i = 0; i < (*topic)->row_count; i++)
			ck_assert_msg(!strncmp(row_of(*topic, i)->id, prefix, strlen(prefix)),
				      "%s is in topic %s", row_of(*topic, i)->id, (*topic)->name);
	}
}
END_TEST

void add_tables_tests(Suite *suite)
{
	TCase *tests = tcase_create("tables");

	tcase_add_test(tests, every_requirement_has_text_and_rows);
	tcase_add_test(tests, every_row_asks_for_kvm_first);
	tcase_add_test(tests, row_ids_name_their_topic);
	suite_add_tcase(suite, tests);
}
