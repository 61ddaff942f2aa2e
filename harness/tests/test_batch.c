// SPDX-License-Identifier: GPL-2.0-only
/* Rows that share a process: what that must not change, and what must be said where it does. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "tests.h"

START_TEST(batch_is_kept_and_prints_as_ever)
{
	ck_assert_int_eq(RUN("--case", "demo.good.*"), 0);
	has("# run demo.good.first\n"
	    "ok 1 demo.good.first\n"
	    "ok 2 demo.good.skipped # SKIP it never applies\n"
	    "# run demo.good.second\n"
	    "ok 3 demo.good.second\n"
	    "# run demo.good.notes\n"
	    "# INFO demo.good.notes: in a batch\n"
	    "ok 4 demo.good.notes\n"
	    "# run demo.good.soils\n"
	    "# the control runs\n"
	    "ok 5 demo.good.soils\n"
	    "# run demo.good.own_process\n"
	    "ok 6 demo.good.own_process\n"
	    "# run demo.good.last\n"
	    "ok 7 demo.good.last\n");
	has("# Totals: pass:6 fail:0 xfail:0 xpass:0 skip:1 error:0\n");
}
END_TEST

START_TEST(batch_is_kept_each_turn)
{
	ck_assert_int_eq(RUN("--repeat", "2", "--case", "demo.good.first", "--case",
			     "demo.good.second"), 0);
	has("ok 4 demo.good.second\n");
	has("# Totals: pass:4 ");
}
END_TEST

START_TEST(a_batch_goes_on_where_nothing_is_wrong)
{
	ck_assert_int_eq(RUN("--timeout", "1", "--case", "demo.share.first", "--case", "demo.share.open", "--case",
			     "demo.share.untidy", "--case", "demo.share.tidy", "--case",
			     "demo.share.is_named", "--case", "demo.share.long"), 0);
	has("ok 3 demo.share.open # SKIP nobody knows\n");
	has("# Totals: pass:5 ");
	/* Who has less time than others is by himself. */
	ck_assert_int_eq(RUN("--case", "demo.share.first", "--case", "demo.share.short"), 0);
	has("# Totals: pass:2 ");
}
END_TEST

START_TEST(a_control_taints_nothing)
{
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.share.first", "--case", "demo.share.tainting"), 1);
	has("#   taint went from 0 to 512\n");
	has("not ok 2 demo.share.tainting\n");
}
END_TEST

START_TEST(a_pass_that_depends_on_those_before_is_none)
{
	ck_assert_int_eq(RUN("--case", "demo.share.unclean*"), 1);
	has("#   it is clean\n#   in a process of its own the row is FAIL, but it was PASS in one ");
	has("not ok 2 demo.share.unclean\n");
}
END_TEST

static void open_far_file(void)
{
	dup2(STDERR_FILENO, 60);
}

/* A row's file may have a number below those that were open. */
START_TEST(files_between_others_are_closed)
{
	before_run = open_far_file;
	ck_assert_int_eq(RUN("--case", "demo.good.first", "--case", "demo.good.second"), 0);
	before_run = NULL;
}
END_TEST

/* A row's time limit is waited for once. */
START_TEST(who_hangs_in_a_batch_costs_one_time_limit)
{
	time_t begin = time(NULL);

	ck_assert_int_eq(RUN("--timeout", "4", "--case", "demo.order.hangs*"), 1);
	ck_assert_int_lt(time(NULL) - begin, 7);
}
END_TEST

/* What a row is that follows one which soils the process: the worse of both, and both are told. */
START_TEST(a_difference_is_told_and_the_worse_counts)
{
	static const struct {
		const char *name, *singly, *together, *verdict, *said;
	} rows[] = {
		{ "fails", "PASS", "FAIL", "FAIL", "it is dirty" },
		{ "dies", "PASS", "ERROR", "ERROR", "signal 11" },
		{ "hangs", "PASS", "FAIL", "FAIL", "DEMO_CALL that does not like it" },
		{ "errs", "PASS", "ERROR", "ERROR", "no clean widget" },
		{ "skips", "PASS", "SKIP", "ERROR", "" },
		{ "exits", "PASS", "ERROR", "ERROR", "called exit() itself" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char glob[64], text[512];
		const char *at;

		snprintf(glob, sizeof(glob), "demo.order.%s*", rows[i].name);
		ck_assert_int_eq(RUN("--timeout", "1", "--case", glob),
				 strcmp(rows[i].verdict, "FAIL") ? 5 : 1);
		snprintf(text, sizeof(text), "ok 1 demo.order.%s_0\n"
			 "# run demo.order.%s\n# %s demo.order.%s\n"
			 "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
			 "#   in a process of its own the row is %s, but it was %s in one that "
			 "ran other rows before it, from demo.order.%s_0 on, where it said:\n",
			 rows[i].name, rows[i].name, rows[i].verdict, rows[i].name, rows[i].singly,
			 rows[i].together, rows[i].name);
		has(text);
		at = strstr(strstr(output, text), rows[i].said);
		ck_assert_msg(at != NULL, "no '%s' in:\n%s", rows[i].said, output);
		snprintf(text, sizeof(text), "\nnot ok 2 demo.order.%s\n", rows[i].name);
		has(text);
	}
}
END_TEST

/* A kernel that warns but once leaves nothing for the run alone to find. */
START_TEST(a_complaint_in_a_batch_is_not_forgotten)
{
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.order.warns*"), 1);
	has("ok 1 demo.order.warns_0\n");
	has("# FAIL demo.order.warns\n");
	has("#   kernel: WARNING: CPU: 0 at once\n");
	has("not ok 2 demo.order.warns\n");
	has("ok 3 demo.order.warns_9\n");
	lacks("# after the last row");
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.order.taints*"), 1);
	has("ok 1 demo.order.taints_0\n");
	has("#   taint went from 0 to 512\n");
	has("not ok 2 demo.order.taints\n");
	has("ok 3 demo.order.taints_9\n");
	has("# Totals: pass:2 fail:1 ");
}
END_TEST

/* And what comes of a row alone is the same as ever, each with its own name and number. */
START_TEST(who_is_the_same_alone_is_judged_alone)
{
	ck_assert_int_eq(RUN("--timeout", "1", "--case", "demo.same.*"), 1);
	has("ok 1 demo.same.before\n"
	    "# run demo.same.fails\n"
	    "# FAIL demo.same.fails\n"
	    "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
	    "#   it is wrong\n"
	    "#   rerun: uapi-conform --case demo.same.fails\n"
	    "not ok 2 demo.same.fails\n"
	    "# run demo.same.dies\n"
	    "# ERROR demo.same.dies\n"
	    "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
	    "#   the row's process ended early: Test terminated unexpectedly by signal 11\n"
	    "#   rerun: uapi-conform --case demo.same.dies\n"
	    "not ok 3 demo.same.dies\n"
	    "# run demo.same.between\n"
	    "ok 4 demo.same.between\n"
	    "# run demo.same.dies_again\n"
	    "# ERROR demo.same.dies_again\n");
	has("# ERROR demo.same.hangs\n"
	    "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
	    "#   the row's process ended early: Test terminated by timeout\n");
	has("ok 7 demo.same.skips # SKIP found out late\n");
	has("ok 8 demo.same.after\n");
	has("# Totals: pass:3 fail:1 xfail:0 xpass:0 skip:1 error:3\n");
	lacks("in a process of its own");
}
END_TEST

/* Who leaves a child or a thread has had the process for itself, and so has the next. */
START_TEST(nothing_that_lives_is_left_to_the_next)
{
	ck_assert_int_eq(RUN("--case", "demo.left.*"), 0);
	has("# Totals: pass:5 ");
}
END_TEST

void add_batch_tests(Suite *suite)
{
	TCase *tests = tcase_create("batch");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, batch_is_kept_and_prints_as_ever);
	tcase_add_test(tests, batch_is_kept_each_turn);
	tcase_add_test(tests, a_difference_is_told_and_the_worse_counts);
	tcase_add_test(tests, a_complaint_in_a_batch_is_not_forgotten);
	tcase_add_test(tests, who_is_the_same_alone_is_judged_alone);
	tcase_add_test(tests, nothing_that_lives_is_left_to_the_next);
	tcase_add_test(tests, a_batch_goes_on_where_nothing_is_wrong);
	tcase_add_test(tests, a_control_taints_nothing);
	tcase_add_test(tests, a_pass_that_depends_on_those_before_is_none);
	tcase_add_test(tests, files_between_others_are_closed);
	tcase_add_test(tests, who_hangs_in_a_batch_costs_one_time_limit);
	suite_add_tcase(suite, tests);
}
