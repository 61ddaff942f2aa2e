// SPDX-License-Identifier: GPL-2.0-only
/*
 * Controls that run in a batch: what they say there is believed only where a trial alone would say
 * the same, or could not be had. demo_control.c has the groups of four rows.
 */
#include <stdio.h>
#include <string.h>

#include "demo.h"
#include "output.h"
#include "tests.h"

static int times(const char *text)
{
	int count = 0;

	for (const char *at = output; (at = strstr(at, text)); at += strlen(text))
		count++;
	return count;
}

/* All four rows of a group, from the first one's result on. */
static void run_group(bool own_vm, int code, const char *group)
{
	char glob[64];
	char *argv[] = { "uapi-conform", "--timeout", "1", "--case", glob, NULL };

	snprintf(glob, sizeof(glob), "demo.%s*", group);
	ck_assert_msg(run_with(own_vm, 0, argv) == code, "not exit %d:\n%.4000s", code, output);
	snprintf(glob, sizeof(glob), "\nok 1 demo.%s_0\n# run demo.%s\n", group, group);
	has(glob);
}

/* The row that is right is right and the one that is wrong is wrong, as if each had run alone. */
START_TEST(who_is_spoiled_by_a_row_before_is_tried_alone)
{
	static const char *const names[] = {
		"fails", "errs", "skips", "dies", "hangs", "exits", "leaves",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char group[32], text[600];

		snprintf(group, sizeof(group), "spoiled.%s", names[i]);
		run_group(false, 1, group);
		snprintf(text, sizeof(text), "# run demo.%s\n"
			 "# the control runs\n"
			 "# the control runs\n"
			 "ok 2 demo.%s\n"
			 "# run demo.%s_2\n"
			 "# FAIL demo.%s_2\n"
			 "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
			 "#   it is wrong\n"
			 "#   rerun: uapi-conform --case demo.%s_2\n"
			 "not ok 3 demo.%s_2\n"
			 "# run demo.%s_3\n"
			 "# the other control runs\n"
			 "ok 4 demo.%s_3\n",
			 group, group, group, group, group, group, group, group);
		has(text);
		has("# Totals: pass:3 fail:1 xfail:0 xpass:0 skip:0 error:0\n");
	}
}
END_TEST

/* As the first in its process it is not spoiled, but what it leaves is none of the rows' affair. */
START_TEST(what_a_control_leaves_behind_is_not_its_failure)
{
	ck_assert_int_eq(RUN("--case", "demo.spoiled.leaves", "--case", "demo.spoiled.leaves_3"), 0);
	has("ok 1 demo.spoiled.leaves\n");
	has("ok 2 demo.spoiled.leaves_3\n");
}
END_TEST

static void expect_errors(const char *group, const char *control, const char *said)
{
	for (int i = 2; i <= 3; i++) {
		const char *suffix = i == 2 ? "" : "_2";
		char text[1024];

		snprintf(text, sizeof(text), "# ERROR demo.%s%s\n"
			 "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
			 "#   the positive control '%s' failed, so nothing that is built on it can "
			 "be judged:\n%s"
			 "#   rerun: uapi-conform --case demo.%s%s\n"
			 "not ok %d demo.%s%s\n",
			 group, suffix, control, said, group, suffix, i, group, suffix);
		has(text);
	}
}

/* What it said alone is what counts, for all who rest on it and for nobody else. */
START_TEST(who_fails_alone_too_takes_its_rows_along)
{
	static const struct {
		const char *name, *said;
	} controls[] = {
		{ "fails", "#   there is no widget\n" },
		{ "skips", "#   no widget to try it on\n" },
		{ "dies", "#   the row's process ended early: Test terminated unexpectedly by "
			  "signal 11\n" },
		{ "hangs", "#   the row's process ended early: Test terminated by timeout\n" },
		{ "exits", "#   the row's process ended early: it called exit() itself\n" },
	};

	for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++) {
		char group[32], text[256];

		snprintf(group, sizeof(group), "useless.%s", controls[i].name);
		run_group(false, 5, group);
		expect_errors(group, controls[i].name, controls[i].said);
		snprintf(text, sizeof(text), "\n# run demo.%s_3\n# the other control runs\n"
			 "ok 4 demo.%s_3\n", group, group);
		has(text);
		snprintf(text, sizeof(text), "# run demo.%s\n", group);
		ck_assert_int_eq(times(text), 1);
		ck_assert_int_eq(times("# the control runs\n"), 2);
		has("# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:2\n");
	}
}
END_TEST

/* Nothing was before it that could have spoiled it: once is enough. */
START_TEST(who_fails_as_the_first_is_not_tried_again)
{
	ck_assert_int_eq(RUN("--case", "demo.useless.fails", "--case", "demo.useless.fails_[23]"), 5);
	has("# run demo.useless.fails\n# the control runs\n# ERROR demo.useless.fails\n");
	has("#   there is no widget\n");
	has("not ok 1 demo.useless.fails\n");
	has("not ok 2 demo.useless.fails_2\n");
	has("ok 3 demo.useless.fails_3\n");
	ck_assert_int_eq(times("# the control runs\n"), 1);
}
END_TEST

/* It passed, whatever becomes of who comes after it in the same process. */
START_TEST(who_passed_before_one_that_fails_is_not_tried_again)
{
	ck_assert_int_eq(RUN("--case", "demo.spoiled.errs_3", "--case", "demo.spoiled.dies_0",
			     "--case", "demo.useless.fails", "--case", "demo.useless.fails_3"), 5);
	has("# run demo.spoiled.errs_3\n"
	    "# the other control runs\n"
	    "ok 1 demo.spoiled.errs_3\n"
	    "# run demo.spoiled.dies_0\n"
	    "ok 2 demo.spoiled.dies_0\n"
	    "# run demo.useless.fails\n"
	    "# the control runs\n"
	    "# the control runs\n"
	    "# ERROR demo.useless.fails\n");
	has("not ok 3 demo.useless.fails\n"
	    "# run demo.useless.fails_3\n"
	    "ok 4 demo.useless.fails_3\n");
	has("# Totals: pass:3 fail:0 xfail:0 xpass:0 skip:0 error:1\n");
}
END_TEST

/* That a control passed judges nothing. */
START_TEST(who_passes_is_not_counted)
{
	ck_assert_int_eq(RUN("--case", "demo.useless.row"), 4);
	has("# the other control runs\nok 1 demo.useless.row # SKIP found out late\n");
	has("# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:1 error:0\n");
	ck_assert_int_eq(RUN("--strict", "--case", "demo.useless.row"), 1);
	has("# STRICT demo:SAYS_SO was not judged");
}
END_TEST

/*
 * A kernel that warns but once would let a second trial pass. It works all the same: what the kernel
 * said is a FAIL of the row that wanted it, and no other.
 */
START_TEST(who_makes_the_kernel_complain_is_not_tried_again)
{
	static const struct {
		const char *name, *said;
	} controls[] = {
		{ "warns", "#   the kernel complained meanwhile:\n"
			   "#   kernel: WARNING: CPU: 0 at control\n" },
		{ "taints", "#   the kernel complained meanwhile:\n"
			    "#   taint went from 0 to 512\n" },
	};

	for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++) {
		char group[32], text[512];

		snprintf(group, sizeof(group), "noisy.%s", controls[i].name);
		run_group(true, 1, group);
		snprintf(text, sizeof(text), "# FAIL demo.%s\n"
			 "#   requirement: demo:DIES: it survives [demo 2]\n"
			 "#   while the suite was set up:\n%s"
			 "#   rerun: uapi-conform --case demo.%s\n"
			 "not ok 2 demo.%s\n", group, controls[i].said, group, group);
		has(text);
		ck_assert_int_eq(times("# the control runs\n"), 1);
		snprintf(text, sizeof(text), "\nok 4 demo.%s_3\n", group);
		has(text);
		has("# Totals: pass:2 fail:2 xfail:0 xpass:0 skip:0 error:0\n");
		lacks("# after the last row");
	}
	/* One that dies of it takes its rows along, and the kernel is to blame. */
	run_group(true, 1, "noisy.dies");
	has("#   in the call that this row is built on:\n#   the row's process ended early: ");
	has("#   kernel: WARNING: CPU: 0 at control\n");
	ck_assert_int_eq(times("# the control runs\n"), 1);
	has("# Totals: pass:2 fail:2 xfail:0 xpass:0 skip:0 error:0\n");
	run_group(true, 1, "noisy.fails");
	has("#   in the call that this row is built on:\n");
	has("not ok 2 demo.noisy.fails\n");
	has("not ok 3 demo.noisy.fails_2\n");
	/* Where others use the machine too, it is theirs unless it names a process of ours. */
	ck_assert_int_eq(RUN("--case", "demo.noisy.warns_[02]"), 1);
	has("# run demo.noisy.warns_2\n# the control runs\n# FAIL demo.noisy.warns_2\n");
	has("#   it is wrong\n");
}
END_TEST

START_TEST(after_a_control_that_leaves_the_kernel_unusable_nothing_is_judged)
{
	run_group(true, 1, "noisy.oopses");
	has("# FAIL demo.noisy.oopses\n");
	has("#   kernel: Internal error: Oops: ");
	has("not ok 2 demo.noisy.oopses\nBail out! the kernel oopsed, so no other row can be judged "
	    "before the next boot: then go on with --after demo.noisy.oopses\n");
	ck_assert_int_eq(times("# the control runs\n"), 1);
	lacks("demo.noisy.oopses_2");
	before_run = demo_start_tracer;
	run_group(false, 5, "useless.stays");
	before_run = NULL;
	has("# ERROR demo.useless.stays\n");
	has(" cannot be ended, for 1 seconds now: it hangs in the kernel\n");
	has("not ok 2 demo.useless.stays\nBail out! a process hangs in the kernel, so no other row");
	ck_assert_int_eq(times("# the control runs\n"), 1);
	lacks("demo.useless.stays_2");
}
END_TEST

void add_control_tests(Suite *suite)
{
	TCase *tests = tcase_create("control");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, who_is_spoiled_by_a_row_before_is_tried_alone);
	tcase_add_test(tests, what_a_control_leaves_behind_is_not_its_failure);
	tcase_add_test(tests, who_fails_alone_too_takes_its_rows_along);
	tcase_add_test(tests, who_fails_as_the_first_is_not_tried_again);
	tcase_add_test(tests, who_passed_before_one_that_fails_is_not_tried_again);
	tcase_add_test(tests, who_passes_is_not_counted);
	tcase_add_test(tests, who_makes_the_kernel_complain_is_not_tried_again);
	tcase_add_test(tests, after_a_control_that_leaves_the_kernel_unusable_nothing_is_judged);
	suite_add_tcase(suite, tests);
}
