// SPDX-License-Identifier: GPL-2.0-only
/* What a run must not miss, blame on the wrong row, or leave behind. */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "output.h"
#include "tests.h"
#include "watch.h"

START_TEST(a_row_ends_when_its_process_does)
{
	ck_assert_int_eq(RUN("--case", "demo.odd.ends_and_is_killed"), 5);
	has("# ERROR demo.odd.ends_and_is_killed\n");
	has("#   the row finished, but its process did not exit: Test terminated unexpectedly by signal 9\n");
	ck_assert_int_eq(RUN("--case", "demo.odd.another_ends"), 5);
	has("# ERROR demo.odd.another_ends\n");
}
END_TEST

START_TEST(nothing_of_a_row_is_left_for_the_next)
{
	ck_assert_int_eq(RUN("--case", "demo.odd.leaves_a_process*"), 0);
}
END_TEST

START_TEST(how_a_row_ended_is_told_however_much_it_said)
{
	ck_assert_int_eq(RUN("--case", "demo.odd.talks_and_crashes"), 1);
	has("more bytes were cut)\n#   the row's process ended early: ");
	ck_assert_int_eq(RUN("--case", "demo.odd.says_much_at_once"), 1);
	has("xxxthe end\n#   rerun: ");
}
END_TEST

START_TEST(a_thread_of_the_row_is_the_row)
{
	ck_assert_int_eq(RUN("--case", "demo.odd.warns_in_a_thread"), 1);
	has("# FAIL demo.odd.warns_in_a_thread\n");
}
END_TEST

START_TEST(a_program_is_not_the_kernel)
{
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.a_program_warns"), 0);
}
END_TEST

START_TEST(what_only_looks_like_a_complaint_is_none)
{
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.kernel_chats"), 0);
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.hard_lockup"), 5);
	has("# ERROR demo.odd.hard_lockup\n");
}
END_TEST

START_TEST(a_control_says_why_it_is_none)
{
	ck_assert_int_eq(RUN("--case", "demo.odd.control_skips"), 5);
	has("can be judged:\n#   no widget to try it on\n");
	demo_mood = DEMO_SKIPS_AT_FIRST;
	ck_assert_int_eq(RUN("--suite", "broken"), 5);
	has("#   the suite's set-up is broken: no wheels\n");
}
END_TEST

START_TEST(a_control_that_makes_the_kernel_complain_fails_the_next_row)
{
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.control_warns*"), 1);
	has("# FAIL demo.odd.control_warns\n");
	has("#   kernel: WARNING: CPU: 0 at control\n");
	lacks("# FAIL demo.odd.control_warns_again\n");
	lacks("# ERROR ");
}
END_TEST

START_TEST(a_complaint_about_the_set_up_is_the_kernels)
{
	demo_mood = DEMO_LOADS_MODULE_AT_FIRST;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.verdict.pass"), 0);
	demo_mood = DEMO_WARNS_AT_FIRST;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.verdict.pass"), 1);
	has("# FAIL demo.verdict.pass\n");
	has("#   while the suite was set up:\n#   the kernel complained meanwhile:\n"
	    "#   kernel: WARNING: CPU: 0 at prepare\n");
}
END_TEST

static void hide_the_log(void)
{
	uc_watch_files(demo_taint_fd, -1);
}

START_TEST(a_taint_without_a_log_is_nobodys_failure)
{
	before_run = hide_the_log;
	ck_assert_int_eq(RUN("--case", "demo.kernel.taints"), 5);
	before_run = NULL;
	has("#   taint went from 0 to 512 meanwhile, and the kernel's log cannot be read to see why");
}
END_TEST

/* A row that is skipped has made no such call. */
START_TEST(a_complaint_at_first_is_the_first_rows_that_runs)
{
	demo_mood = DEMO_WARNS_AT_FIRST;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.good.skipped", "--case", "demo.good.notes"), 1);
	has("ok 1 demo.good.skipped # SKIP it never applies\n");
	has("not ok 2 demo.good.notes\n");
	demo_mood = DEMO_WARNS_IN_ATTACH;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.verdict.note"), 1);
	has("#   while the suite was set up:\n#   the kernel complained meanwhile:\n"
	    "#   kernel: WARNING: CPU: 0 at attach\n");
}
END_TEST

START_TEST(a_kernel_that_kills_the_set_up_fails_the_rows)
{
	demo_mood = DEMO_DIES_AT_FIRST;
	ck_assert_int_eq(RUN("--suite", "broken"), 1);
	has("#   while it was found out what this kernel has:\n#   call:     DEMO_CALL at first\n");
	has("not ok 1 broken.rows.one\n");
}
END_TEST

/* Not what a row left behind, and not to be ended with one. */
START_TEST(a_process_of_the_suites_outlives_the_rows)
{
	demo_mood = DEMO_HAS_HELPER;
	ck_assert_int_eq(RUN("--case", "demo.end.crashes", "--case", "demo.process.leaves_daemon*"), 5);
	has("# demo: the helper is there\n");
}
END_TEST

START_TEST(a_complaint_after_the_last_row_is_not_missed)
{
	demo_mood = DEMO_WARNS_AT_LAST;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.verdict.pass"), 1);
	has("ok 1 demo.verdict.pass\n# demo: put back\n# after the last row: the kernel complained");
	has("# after the last row: kernel: WARNING: CPU: 0 at release\n");
	/* Where others use the machine too, it may be theirs. */
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 0);
	has("# after the last row: kernel: WARNING: CPU: 0 at release\n");
}
END_TEST

static void cannot_watch(void)
{
	uc_watch_files(-1, -1);
}

START_TEST(a_run_that_watches_nothing_says_so)
{
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 0);
	has("\n# taint: 0\n");
	lacks("# not watched: ");
	before_run = cannot_watch;
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 0);
	has("\n# taint: unknown\n");
	has("\n# not watched: the kernel's log and its taint");
}
END_TEST

START_TEST(a_set_up_that_failed_is_put_back_too)
{
	ck_assert_int_eq(RUN("--suite", "broken"), 5);
	has("# broken: put back\n");
}
END_TEST

START_TEST(a_signal_ends_the_set_up)
{
	char *argv[] = { "uapi-conform", "--timeout", "60", NULL };

	demo_mood = DEMO_HANGS_AT_FIRST;
	ck_assert_int_eq(run_with(false, SIGINT, argv), 128 + SIGINT);
	has("# broken: put back\n");
	lacks("# demo: ");
}
END_TEST

START_TEST(a_second_signal_does_not_disturb_putting_back)
{
	char *argv[] = { "uapi-conform", "--case", "demo.end.hangs", NULL };

	demo_mood = DEMO_IS_SIGNALLED_AT_LAST;
	ck_assert_int_eq(run_with(false, SIGINT, argv), 128 + SIGINT);
	has("# demo: put back\nBail out! ended by signal 2 (INT)");
}
END_TEST

static void ignore_hangups(void)
{
	signal(SIGHUP, SIG_IGN);
}

START_TEST(nohup_is_respected)
{
	char *argv[] = { "uapi-conform", "--case", "demo.end.hangs", NULL };

	before_run = ignore_hangups;
	ck_assert_int_eq(run_with(false, SIGHUP, argv), 5);
	has("not ok 1 demo.end.hangs\n");
}
END_TEST

static void ignore_children(void)
{
	signal(SIGCHLD, SIG_IGN);
}

START_TEST(who_ignores_children_may_start_it)
{
	before_run = ignore_children;
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 0);
	ck_assert_int_eq(RUN("--case", "demo.end.crashes"), 5);
	has("signal 11\n");
}
END_TEST

/* Somebody who reads up to the first row, and then has seen enough. */
static void lose_reader(void)
{
	char seen[4096] = "";
	size_t length = 0;
	int ends[2];

	if (pipe(ends))
		_exit(99);
	if (!fork()) {
		while (length < sizeof(seen) - 1 && !strstr(seen, "# run ") &&
		       read(ends[0], seen + length, 1) == 1)
			length++;
		_exit(0);
	}
	close(ends[0]);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
}

START_TEST(a_reader_that_goes_away_does_not_stop_putting_back)
{
	before_run = lose_reader;
	ck_assert_int_eq(RUN("--case", "demo.end.hangs"), 128 + SIGPIPE);
	has("# demo: put back\n");
}
END_TEST

START_TEST(a_row_does_not_outlive_the_harness)
{
	char *argv[] = { "uapi-conform", "--case", "demo.end.hangs", NULL };
	struct pollfd alive = { 0 };
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(run_with(false, SIGKILL, argv), 128 + SIGKILL);
	has("# run demo.end.hangs\n");
	close(ends[1]);
	alive.fd = ends[0];
	ck_assert_msg(poll(&alive, 1, 5000) == 1, "the row's process is still there");
}
END_TEST

START_TEST(a_kernel_that_oopsed_judges_no_other_row)
{
	demo_mood = DEMO_OOPSES;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.a_program_warns", "--case",
				   "demo.odd.kernel_chats"), 1);
	has("# FAIL demo.odd.a_program_warns\n");
	has("not ok 1 demo.odd.a_program_warns\nBail out! the kernel oopsed, so no other row can be "
	    "judged before the next boot: then go on with --after demo.odd.a_program_warns\n");
	lacks("run demo.odd.kernel_chats");
	/* A VM is thrown away. */
	lacks("# demo: put back\n");
	demo_mood = DEMO_QUIET;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.a_program_warns", "--case",
				   "demo.odd.kernel_chats", "--after", "demo.odd.a_program_warns"), 0);
	has("# after: demo.odd.a_program_warns\n");
	has("1..1\n");
	has("ok 1 demo.odd.kernel_chats\n");
}
END_TEST

START_TEST(a_kernel_without_memory_judges_no_other_row)
{
	demo_mood = DEMO_RUNS_SHORT;
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.odd.a_program_warns", "--case",
				   "demo.odd.kernel_chats"), 5);
	has("# ERROR demo.odd.a_program_warns\n");
	has("#   kernel: Out of memory: Killed process 4711 (demo)\n");
	has("Bail out! the kernel ran out of memory, so no other row");
	lacks("run demo.odd.kernel_chats");
	/* Where others use the machine too, it is theirs unless it names a process of ours. */
	ck_assert_int_eq(RUN("--case", "demo.odd.a_program_warns", "--case",
			     "demo.odd.kernel_chats"), 0);
}
END_TEST

START_TEST(the_kernel_knows_a_rows_process_by_the_tail_of_its_id)
{
	ck_assert_int_eq(RUN("--case", "demo.odd.says_its_name"), 0);
	has("# INFO demo.odd.says_its_name: d.says_its_name\n");
}
END_TEST

static void reset(void)
{
	demo_mood = DEMO_QUIET;
	before_run = NULL;
}

void add_trust_tests(Suite *suite)
{
	TCase *tests = tcase_create("trust");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, reset, reset);
	tcase_add_test(tests, a_row_ends_when_its_process_does);
	tcase_add_test(tests, nothing_of_a_row_is_left_for_the_next);
	tcase_add_test(tests, how_a_row_ended_is_told_however_much_it_said);
	tcase_add_test(tests, a_thread_of_the_row_is_the_row);
	tcase_add_test(tests, a_program_is_not_the_kernel);
	tcase_add_test(tests, what_only_looks_like_a_complaint_is_none);
	tcase_add_test(tests, a_control_says_why_it_is_none);
	tcase_add_test(tests, a_control_that_makes_the_kernel_complain_fails_the_next_row);
	tcase_add_test(tests, a_complaint_about_the_set_up_is_the_kernels);
	tcase_add_test(tests, a_complaint_after_the_last_row_is_not_missed);
	tcase_add_test(tests, a_run_that_watches_nothing_says_so);
	tcase_add_test(tests, a_set_up_that_failed_is_put_back_too);
	tcase_add_test(tests, a_signal_ends_the_set_up);
	tcase_add_test(tests, a_second_signal_does_not_disturb_putting_back);
	tcase_add_test(tests, nohup_is_respected);
	tcase_add_test(tests, who_ignores_children_may_start_it);
	tcase_add_test(tests, a_reader_that_goes_away_does_not_stop_putting_back);
	tcase_add_test(tests, a_row_does_not_outlive_the_harness);
	tcase_add_test(tests, a_kernel_that_oopsed_judges_no_other_row);
	tcase_add_test(tests, a_kernel_without_memory_judges_no_other_row);
	tcase_add_test(tests, the_kernel_knows_a_rows_process_by_the_tail_of_its_id);
	tcase_add_test(tests, a_taint_without_a_log_is_nobodys_failure);
	tcase_add_test(tests, a_complaint_at_first_is_the_first_rows_that_runs);
	tcase_add_test(tests, a_kernel_that_kills_the_set_up_fails_the_rows);
	tcase_add_test(tests, a_process_of_the_suites_outlives_the_rows);
	suite_add_tcase(suite, tests);
}
