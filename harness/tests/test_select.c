// SPDX-License-Identifier: GPL-2.0-only
/* Which rows a command line means, and what it is told when it means none. */
#include <string.h>

#include "output.h"
#include "registry.h"
#include "tests.h"

static bool select_with(int argc, char **argv, struct uc_selection *selection, const char **why)
{
	struct uc_options options;

	uc_parse_options(argc, argv, &options);
	return uc_select(&options, selection, why);
}

#define SELECT(...) select_with(sizeof((char *[]){ "u", __VA_ARGS__ }) / sizeof(char *), \
				(char *[]){ "u", __VA_ARGS__, NULL }, &selection, &why)

START_TEST(tables_are_sound)
{
	ck_assert_ptr_null(uc_registry_fault());
}
END_TEST

static const struct uc_requirement one_requirement[] = { [1] = { "R", "text", "source", false } };

static const char *fault_of(const char *first, const char *second, unsigned char check)
{
	static struct uc_row rows[2];
	static const struct uc_topic topic = {
		.name = "topic", .file = "t.c", .rows = rows, .row_size = sizeof(rows[0]), .row_count = 2 };
	static const struct uc_topic *const topics[] = { &topic, NULL };
	static struct uc_suite faulty = { .name = "faulty", .requirements = one_requirement,
					  .requirement_count = 2, .topics = topics };
	static bool registered;

	rows[0] = (struct uc_row){ .id = first, REQ(check) };
	rows[1] = (struct uc_row){ .id = second, REQ(1) };
	if (!registered)
		uc_register_suite(&faulty);
	registered = true;
	return uc_registry_fault();
}

START_TEST(faults_of_tables_are_found)
{
	ck_assert_ptr_null(fault_of("faulty.topic.a", "faulty.topic.b", 1));
	ck_assert_str_eq(fault_of("faulty.topic.a", "faulty.topic.a", 1), "faulty.topic.a is defined twice");
	ck_assert_ptr_nonnull(strstr(fault_of("faulty.topic.a b", "faulty.topic.b", 1), "character"));
	ck_assert_ptr_nonnull(strstr(fault_of("faulty.other.a", "faulty.topic.b", 1), "suite.topic.case"));
	ck_assert_ptr_nonnull(strstr(fault_of("faulty.topic.", "faulty.topic.b", 1), "suite.topic.case"));
	ck_assert_ptr_nonnull(strstr(fault_of("faulty.topic.a", "faulty.topic.b", 0), "no requirement"));
	ck_assert_ptr_nonnull(strstr(fault_of("faulty.topic.a", "faulty.topic.b", 2), "does not exist"));
	ck_assert_ptr_nonnull(strstr(fault_of(NULL, "faulty.topic.b", 1), "no id"));
}
END_TEST

static void register_faulty(void)
{
	fault_of("faulty.topic.a", "faulty.topic.a", 1);
}

START_TEST(nothing_runs_with_faulty_tables)
{
	before_run = register_faulty;
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 5);
	ck_assert_str_eq(output, "uapi-conform: the tables of its rows are wrong: faulty.topic.a "
			 "is defined twice\n");
	before_run = NULL;
}
END_TEST

START_TEST(globs_and_suites)
{
	struct uc_selection selection;
	const char *why;

	ck_assert(SELECT("--case", "demo.verdict.skip*"));
	ck_assert_uint_eq(selection.count, 2);
	ck_assert(SELECT("--case", "demo.verdict.pass", "--case", "demo.verdict.p*"));
	ck_assert_uint_eq(selection.count, 1);
	ck_assert(SELECT("--suite", "broken"));
	ck_assert_uint_eq(selection.count, 1);
	ck_assert_str_eq(selection.entries[0].row->id, "broken.rows.one");
	ck_assert(!SELECT("--suite", "broken", "--case", "demo.verdict.pass"));
	ck_assert_str_eq(why, "no row matches both --suite and --case");
}
END_TEST

START_TEST(unknown_names_are_told_what_is_near)
{
	struct uc_selection selection;
	const char *why;

	ck_assert(!SELECT("--case", "demo.verdict.pass", "--case", "demo.verdct.skip_lat"));
	ck_assert_str_eq(why, "no row is called 'demo.verdct.skip_lat'; the nearest is "
			      "'demo.verdict.skip_late', --list shows all");
	ck_assert(!SELECT("--suite", "dem"));
	ck_assert_str_eq(why, "no suite is called 'dem'; there are: broken demo");
}
END_TEST

static bool is_there(const struct uc_selection *selection, const char *id)
{
	for (size_t i = 0; i < selection->count; i++)
		if (!strcmp(selection->entries[i].row->id, id))
			return true;
	return false;
}

START_TEST(rows_are_chosen_by_what_they_check)
{
	struct uc_selection selection;
	const char *why;

	ck_assert(SELECT("--case", "demo.verdict.*"));
	ck_assert(uc_keep_rows_of(&selection, "NOTHING+SAYS_SO"));
	ck_assert(is_there(&selection, "demo.verdict.pass") && is_there(&selection, "demo.verdict.fail"));
	ck_assert(!is_there(&selection, "demo.verdict.skip"));
	/* Not only what it checks first. */
	ck_assert(uc_keep_rows_of(&selection, "DIES"));
	ck_assert(is_there(&selection, "demo.verdict.fail") && !is_there(&selection, "demo.verdict.pass"));
	/* A part of an id is none. */
	ck_assert(SELECT("--case", "demo.verdict.*"));
	ck_assert(!uc_keep_rows_of(&selection, "SAYS+SAYS_SO_"));
}
END_TEST

START_TEST(a_run_goes_on_after_a_row)
{
	struct uc_selection selection, whole;
	const char *why, *middle, *last;

	ck_assert(SELECT("--suite", "demo", "--shuffle", "1"));
	whole = selection;
	middle = whole.entries[whole.count / 2].row->id;
	last = whole.entries[whole.count - 1].row->id;
	ck_assert(SELECT("--suite", "demo", "--shuffle", "1", "--after", (char *)middle));
	ck_assert_uint_eq(selection.count, whole.count - whole.count / 2 - 1);
	for (size_t i = 1; i <= selection.count; i++)
		ck_assert_ptr_eq(selection.entries[selection.count - i].row,
				 whole.entries[whole.count - i].row);
	ck_assert(!SELECT("--suite", "demo", "--shuffle", "1", "--after", (char *)last));
	ck_assert_ptr_nonnull(strstr(why, "it is the last one"));
	ck_assert(!SELECT("--case", "demo.verdict.*", "--after", "demo.verdict.pas"));
	ck_assert_str_eq(why, "--after: no row among those to run is called 'demo.verdict.pas'; the "
			      "nearest is 'demo.verdict.pass'");
	/* It is there, but not in this run. */
	ck_assert(!SELECT("--case", "demo.verdict.*", "--after", "demo.odd.another_ends"));
}
END_TEST

START_TEST(shuffle_is_a_permutation_that_the_seed_repeats)
{
	struct uc_selection plain, one, same, other;
	struct uc_selection selection;
	const char *why;
	bool differs = false;
	size_t found = 0;

	ck_assert(SELECT("--suite", "demo"));
	plain = selection;
	ck_assert(SELECT("--suite", "demo", "--shuffle", "1"));
	one = selection;
	ck_assert(SELECT("--suite", "demo", "--shuffle", "1"));
	same = selection;
	ck_assert(SELECT("--suite", "demo", "--shuffle", "2"));
	other = selection;
	ck_assert_uint_eq(one.count, plain.count);
	for (size_t i = 0; i < one.count; i++) {
		ck_assert_ptr_eq(one.entries[i].row, same.entries[i].row);
		differs |= one.entries[i].row != other.entries[i].row;
		for (size_t j = 0; j < plain.count; j++)
			found += plain.entries[j].row == one.entries[i].row;
	}
	ck_assert_uint_eq(found, plain.count);
	ck_assert(differs);
}
END_TEST

void add_select_tests(Suite *suite)
{
	TCase *tests = tcase_create("select");

	tcase_add_test(tests, tables_are_sound);
	tcase_add_test(tests, nothing_runs_with_faulty_tables);
	tcase_add_test(tests, faults_of_tables_are_found);
	tcase_add_test(tests, globs_and_suites);
	tcase_add_test(tests, unknown_names_are_told_what_is_near);
	tcase_add_test(tests, rows_are_chosen_by_what_they_check);
	tcase_add_test(tests, a_run_goes_on_after_a_row);
	tcase_add_test(tests, shuffle_is_a_permutation_that_the_seed_repeats);
	suite_add_tcase(suite, tests);
}
