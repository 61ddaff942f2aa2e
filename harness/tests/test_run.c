// SPDX-License-Identifier: GPL-2.0-only
/* What a run prints and returns, for each thing that a row can do. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"
#include "output.h"
#include "row.h"
#include "tests.h"

/* Behind the row's "# run" line, up to its result line, this is all that stands. */
static void expect_row(const char *id, const char *golden)
{
	char start[128];
	char *at, *end;

	snprintf(start, sizeof(start), "# run %s\n", id);
	at = strstr(output, start);
	ck_assert_msg(at != NULL, "no row %s in:\n%.2000s", id, output);
	at += strlen(start);
	end = strstr(at, "# run ");
	if (!end)
		end = strstr(at, "# demo: put back");
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	ck_assert_str_eq(at, golden);
	*end = '#';
}

START_TEST(each_verdict_is_printed)
{
	ck_assert_int_eq(RUN("--case", "demo.verdict.*"), 1);
	expect_row("demo.verdict.pass", "ok 1 demo.verdict.pass\n");
	expect_row("demo.verdict.fail",
		   "# FAIL demo.verdict.fail\n"
		   "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
		   "#   requirement: demo:DIES: it survives [demo 2]\n"
		   "#   call:     DEMO_CALL scope=4\n"
		   "#   expected: EINVAL\n"
		   "#   got:      EIO\n"
		   "#   and it goes on\n"
		   "#   rerun: uapi-conform --case demo.verdict.fail\n"
		   "not ok 2 demo.verdict.fail\n");
	expect_row("demo.verdict.error",
		   "# ERROR demo.verdict.error\n"
		   "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
		   "#   no widget\n"
		   "#   rerun: uapi-conform --case demo.verdict.error\n"
		   "not ok 3 demo.verdict.error\n");
	expect_row("demo.verdict.fail_then_error",
		   "# FAIL demo.verdict.fail_then_error\n"
		   "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
		   "#   wrong\n"
		   "#   and broken\n"
		   "#   rerun: uapi-conform --case demo.verdict.fail_then_error\n"
		   "not ok 4 demo.verdict.fail_then_error\n"
		   /* This one does not run. */
		   "ok 5 demo.verdict.skip # SKIP it never applies\n");
	expect_row("demo.verdict.skip_late", "ok 6 demo.verdict.skip_late # SKIP found out late\n");
	expect_row("demo.verdict.note",
		   "# INFO demo.verdict.note: the answer is 42\n"
		   "# INFO demo.verdict.note: and \\x1b[1mthat is that\n"
		   "ok 9 demo.verdict.note\n");
	ck_assert_ptr_nonnull(strstr(output, "TAP version 13\n1..11\n# uapi-conform "));
	ck_assert_ptr_nonnull(strstr(output, "\n# demo: the facts are in\n"));
	ck_assert_ptr_nonnull(strstr(output, "more bytes were cut)\n#   rerun: "));
	ck_assert_ptr_nonnull(strstr(output, "#   byte 15 changed\n"));
	ck_assert_ptr_nonnull(strstr(output, "# Totals: pass:2 fail:4 xfail:0 xpass:0 skip:2 error:3\n"));
}
END_TEST

START_TEST(broken_control_makes_rows_errors)
{
	static const char *const ids[] = { "demo.verdict.control_broken",
					   "demo.verdict.control_broken_again" };
	char golden[1024];

	ck_assert_int_eq(RUN("--case", "*control_broken*"), 5);
	for (size_t i = 0; i < UC_ARRAY_SIZE(ids); i++) {
		snprintf(golden, sizeof(golden),
			 "# ERROR %s\n"
			 "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
			 "#   the positive control 'broken' failed, so nothing that is built on it "
			 "can be judged:\n"
			 "#   call:     DEMO_CALL as it should be\n"
			 "#   expected: 0\n"
			 "#   got:      EINVAL\n"
			 "#   rerun: uapi-conform --case %s\n"
			 "not ok %zu %s\n", ids[i], ids[i], i + 1, ids[i]);
		expect_row(ids[i], golden);
	}
}
END_TEST

static void expect_end(const char *id, const char *verdict, const char *detail)
{
	char line[256];

	snprintf(line, sizeof(line), "# %s %s\n", verdict, id);
	ck_assert_msg(strstr(output, line) != NULL, "no '%s' in:\n%.2000s", line, output);
	ck_assert_msg(strstr(strstr(output, line), detail) != NULL, "no '%s' in:\n%.2000s", detail,
		      output);
}

START_TEST(rows_that_do_not_end_well)
{
	ck_assert_int_eq(RUN("--case", "demo.end.*"), 1);
	expect_end("demo.end.crashes", "ERROR",
		   "process ended early: Test terminated unexpectedly by signal 11\n");
	expect_end("demo.end.hangs", "ERROR",
		   "process ended early: Test terminated by timeout\n");
	expect_end("demo.end.killed_in_call", "FAIL", "#   call:     DEMO_CALL of 40 that oopses\n");
	expect_end("demo.end.hangs_in_call", "FAIL",
		   "#   call:     DEMO_CALL that never returns\n#   expected: it returns\n"
		   "#   got:      the process did not survive the call: Test terminated by timeout\n");
	expect_end("demo.end.crashes_after_call", "ERROR", "signal 11");
	expect_end("demo.end.exits", "ERROR", "called exit() itself");
	expect_end("demo.end.writes_facts", "ERROR", "process ended early");
}
END_TEST

START_TEST(kernel_complaints_in_a_vm_are_the_rows)
{
	ck_assert_int_eq(RUN_OWN_VM("--case", "demo.kernel.*"), 1);
	expect_end("demo.kernel.taints", "FAIL", "#   taint went from 0 to 512\n");
	expect_end("demo.kernel.warns", "FAIL", "#   kernel: ------------[ cut here ]------------\n");
	expect_end("demo.kernel.somebody_else_warns", "FAIL", "#   kernel: WARNING: elsewhere\n");
	ck_assert_ptr_nonnull(strstr(output, "\nok 4 demo.kernel.chats\n"));
	/* A slow host is not a wrong kernel. */
	expect_end("demo.kernel.stalls", "ERROR", "#   kernel: rcu: INFO: rcu_sched");
	expect_end("demo.kernel.lock_up", "ERROR", "#   taint went from 512 to 16384\n");
}
END_TEST

START_TEST(kernel_complaints_elsewhere_need_a_name)
{
	ck_assert_int_eq(RUN("--case", "demo.kernel.*"), 1);
	expect_end("demo.kernel.warns", "FAIL", "kernel: CPU: 0 PID: ");
	ck_assert_ptr_nonnull(strstr(output,
		"# INFO demo.kernel.somebody_else_warns: the kernel complained while this row ran, "
		"but its log names another process (taint 512 to 512):\n"
		"# INFO demo.kernel.somebody_else_warns: kernel: WARNING: elsewhere\n"
		"# INFO demo.kernel.somebody_else_warns: kernel: CPU: 0 PID: "));
	ck_assert_ptr_nonnull(strstr(output, " Comm: other \nok 3 demo.kernel.somebody_else_warns\n"));
}
END_TEST

START_TEST(broken_set_up_is_an_error)
{
	ck_assert_int_eq(RUN("--suite", "broken"), 5);
	expect_end("broken.rows.one", "ERROR",
		   "#   the suite's set-up is broken: no kernel under the wheels\n");
	/* Metadata for programs. */
	ck_assert_ptr_nonnull(strstr(output, "#: requirement: broken:SAYS_SO\n#: clause: demo 1\n"
				     "#: link: https://example.org/demos\nnot ok 1 broken.rows.one\n"));
	ck_assert_ptr_null(strstr(output, "# demo: "));
}
END_TEST

START_TEST(what_is_refused_ends_the_run_before_any_row)
{
	demo_mood = DEMO_REFUSES_AT_FIRST;
	ck_assert_int_eq(RUN("--suite", "broken", "--suite", "demo"), 75);
	demo_mood = DEMO_QUIET;
	ck_assert_ptr_nonnull(strstr(output, "\nBail out! the wheels are in use: stop the car\n"));
	/* The test reads both streams through one pipe. */
	ck_assert_ptr_null(strstr(output, "uapi-conform: the wheels"));
	ck_assert_ptr_null(strstr(output, "ok 1"));
	ck_assert_ptr_null(strstr(output, "# run"));
	ck_assert_ptr_nonnull(strstr(output, "# broken: put back"));
	ck_assert_ptr_null(strstr(output, "# demo: "));
}
END_TEST

/* Only until one is not met. */
START_TEST(needs_are_asked_in_their_order)
{
	ck_assert_int_eq(RUN("--wheel", "it's 4", "--case", "demo.kernel.two_needs"), 4);
	ck_assert_ptr_nonnull(strstr(output, "ok 1 demo.kernel.two_needs # SKIP it never applies\n"));
	ck_assert_ptr_nonnull(strstr(output, "\n# arguments: --wheel 'it'\\''s 4' --case "));
}
END_TEST

START_TEST(exit_codes)
{
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 0);
	ck_assert_int_eq(RUN("--case", "demo.verdict.skip*"), 4);
	ck_assert_int_eq(RUN("--case", "demo.verdict.error"), 5);
	ck_assert_int_eq(RUN("--bogus"), 64);
	ck_assert_int_eq(RUN("--repeat", "0"), 64);
	ck_assert_ptr_nonnull(strstr(output, "--repeat takes a whole number from 1 to 1000000, not '0'"));
	ck_assert_int_eq(RUN("--shuffle", "99999999999999999999"), 64);
	ck_assert_int_eq(RUN("--help"), 0);
	ck_assert_int_eq(RUN("--turn", "3"), 64);
	ck_assert_ptr_nonnull(strstr(output, "--turn wants a --wheel\n"));
	ck_assert_int_eq(RUN("--wheel", "4", "--turn", "3", "--case", "demo.verdict.fail"), 1);
	ck_assert_ptr_nonnull(strstr(output, "#   rerun: uapi-conform --case demo.verdict.fail --wheel 4 "
				     "--turn 3\n"));
	ck_assert_int_eq(RUN("--help"), 0);
	ck_assert_ptr_nonnull(strstr(output, "--wheel=N"));
	ck_assert_ptr_nonnull(strstr(output, "; 75"));
}
END_TEST

START_TEST(strict_wants_every_mandatory_requirement_judged)
{
	ck_assert_int_eq(RUN("--strict", "--case", "demo.verdict.pass"), 0);
	ck_assert_int_eq(RUN("--strict", "--case", "demo.verdict.pass", "--case", "*.skip"), 1);
	ck_assert_ptr_nonnull(strstr(output, "# STRICT demo:NEVER was not judged: it applies\n"));
	ck_assert_ptr_null(strstr(output, "UNTESTED"));
	/* What this kernel never promised. */
	ck_assert_int_eq(RUN("--strict", "--case", "demo.verdict.pass", "--case", "*.elsewhere"), 0);
	ck_assert_ptr_nonnull(strstr(output, " demo.kernel.elsewhere # SKIP not applicable: only in another\n"));
	ck_assert_ptr_null(strstr(output, "STRICT"));
}
END_TEST

START_TEST(a_signal_ends_the_run_and_puts_things_back)
{
	char *argv[] = { "uapi-conform", "--case", "demo.verdict.pass", "--case", "demo.end.hangs",
			 "--timeout", "60", NULL };

	ck_assert_int_eq(run_with(false, SIGINT, argv), 128 + SIGINT);
	ck_assert_ptr_nonnull(strstr(output, "ok 1 demo.verdict.pass\n"));
	ck_assert_ptr_null(strstr(output, "not ok"));
	ck_assert_ptr_nonnull(strstr(output, "# demo: put back\nBail out! ended by signal 2 (INT)"));
}
END_TEST

START_TEST(repeat_runs_each_row_again)
{
	ck_assert_int_eq(RUN("--repeat", "3", "--case", "demo.verdict.pass"), 0);
	ck_assert_ptr_nonnull(strstr(output, "1..3\n"));
	ck_assert_ptr_nonnull(strstr(output, "ok 3 demo.verdict.pass\n"));
	ck_assert_ptr_nonnull(strstr(output, "\n# repeat: 3\n"));
}
END_TEST

void add_run_tests(Suite *suite)
{
	TCase *tests = tcase_create("run");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, each_verdict_is_printed);
	tcase_add_test(tests, broken_control_makes_rows_errors);
	tcase_add_test(tests, rows_that_do_not_end_well);
	tcase_add_test(tests, kernel_complaints_in_a_vm_are_the_rows);
	tcase_add_test(tests, kernel_complaints_elsewhere_need_a_name);
	tcase_add_test(tests, broken_set_up_is_an_error);
	tcase_add_test(tests, what_is_refused_ends_the_run_before_any_row);
	tcase_add_test(tests, exit_codes);
	tcase_add_test(tests, needs_are_asked_in_their_order);
	tcase_add_test(tests, strict_wants_every_mandatory_requirement_judged);
	tcase_add_test(tests, a_signal_ends_the_run_and_puts_things_back);
	tcase_add_test(tests, repeat_runs_each_row_again);
	suite_add_tcase(suite, tests);
}
