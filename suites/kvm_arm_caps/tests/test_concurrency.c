// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows in which two threads call at once against the rules, which know
 * one call after another: what they allow in either order is listed, and
 * nothing else is.
 */
#include "tests.h"

#include "../concurrency.h"
#include "../rows.h"

static struct kvm_step one_step(const char *text)
{
	struct kvm_step step;
	char wrong[256];

	hold_that(kvm_parse(text, &step, 1, wrong, sizeof(wrong)) == 1, "%s", wrong);
	return step;
}

/* Answers that one order gives: @met of the listed outcomes takes them, bit by bit. */
static void take(const struct uc_row *row, const struct kvm_facts *facts,
		 const uint32_t answers[2], const struct kvm_model *model,
		 uint32_t met[KVM_OUTCOMES][2])
{
	const struct kvm_race *race = ((const struct kvm_row *)row)->data;
	bool taken = false;

	for (unsigned int i = 0; i < KVM_OUTCOMES; i++) {
		const struct kvm_outcome *outcome = &race->outcomes[i];
		struct kvm_model after = *model;

		if (!(answers[0] & outcome->answers[0]) || !(answers[1] & outcome->answers[1]))
			continue;
		met[i][0] |= answers[0];
		met[i][1] |= answers[1];
		hold_text(row->id, outcome->after, facts, &after);
		taken = true;
	}
	hold_that(taken, "%s: %#x and %#x are allowed, and not listed", row->id, answers[0],
		  answers[1]);
}

/* What the rules allow to a call, and the model when it got one of these answers. */
static uint32_t allowed(const struct kvm_facts *facts, struct kvm_model *model,
			const struct kvm_step *step)
{
	struct kvm_rule rule;

	kvm_rule_of(facts, model, step, &rule);
	return rule.allowed;
}

static struct kvm_model after(const struct kvm_facts *facts, const struct kvm_model *model,
			      const struct kvm_step *step, uint32_t answer)
{
	struct kvm_model changed = *model;

	if (answer == MAY_OK)
		kvm_follow(facts, &changed, step, 0, 0);
	return changed;
}

/* Every answer to the one, with every answer to the other that comes after it. */
static void play_order(const struct uc_row *row, const struct kvm_facts *facts, unsigned int first,
		       uint32_t met[KVM_OUTCOMES][2])
{
	const struct kvm_race *race = ((const struct kvm_row *)row)->data;
	const struct kvm_step early = one_step(race->calls[first]);
	const struct kvm_step late = one_step(race->calls[!first]);
	const struct kvm_step create = { .op = DO_NEW_VCPU };
	struct kvm_model begin;
	uint32_t answers[2];

	begin_model(facts, &begin);
	if (((const struct kvm_row *)row)->steps)
		hold_text(row->id, ((const struct kvm_row *)row)->steps, facts, &begin);
	if (race->creates && first == 1)
		begin = after(facts, &begin, &create, MAY_OK);
	for (uint32_t one = MAY_OK; one <= MAY_OTHER; one <<= 1) {
		struct kvm_model between;

		if (!(allowed(facts, &begin, &early) & one))
			continue;
		between = after(facts, &begin, &early, one);
		if (race->creates && first == 0)
			between = after(facts, &between, &create, MAY_OK);
		for (uint32_t other = MAY_OK; other <= MAY_OTHER; other <<= 1) {
			struct kvm_model end;

			if (!(allowed(facts, &between, &late) & other))
				continue;
			end = after(facts, &between, &late, other);
			answers[first] = one;
			answers[!first] = other;
			take(row, facts, answers, &end, met);
		}
	}
}

static void hold_against_orders(const struct uc_row *row, const struct kvm_facts *facts)
{
	const struct kvm_race *race = ((const struct kvm_row *)row)->data;
	uint32_t met[KVM_OUTCOMES][2] = { 0 };

	play_order(row, facts, 0, met);
	play_order(row, facts, 1, met);
	for (unsigned int i = 0; i < KVM_OUTCOMES; i++)
		for (unsigned int j = 0; j < 2; j++)
			hold_that(met[i][j] == race->outcomes[i].answers[j],
				  "%s: of outcome %u no order gives %#x for call %u", row->id, i,
				  race->outcomes[i].answers[j] & ~met[i][j], j);
}

START_TEST(outcomes_are_those_of_some_order)
{
	const struct kvm_row *rows = kvm_concurrency_topic.rows;

	ck_assert_uint_gt(kvm_concurrency_topic.row_count, 0);
	for (size_t i = 0; i < kvm_concurrency_topic.row_count; i++)
		on_every_kernel(&rows[i].row, hold_against_orders);
}
END_TEST

void add_concurrency_tests(Suite *suite)
{
	TCase *tests = tcase_create("concurrency");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, outcomes_are_those_of_some_order);
	suite_add_tcase(suite, tests);
}
