// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of the processes of rows, and of terminals and kernels that are in their way. */
#include <check.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "row.h"
#include "tests.h"

START_TEST(a_process_that_left_its_group_is_ended)
{
	ck_assert_int_eq(RUN("--case", "demo.process.leaves_daemon*"), 0);
	has("# Totals: pass:4 ");
	ck_assert_int_eq(RUN("--case", "demo.process.dying_daemon*"), 5);
	has("ok 2 demo.process.dying_daemon_2\n");
}
END_TEST

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

START_TEST(a_signal_ends_a_batch_at_once)
{
	char *argv[] = { "uapi-conform", "--timeout", "50", "--case", "demo.process.passes",
			 "--case", "demo.process.hangs", NULL };
	static const struct { int number; const char *end; } signals[] = {
		{ SIGTERM, "# demo: put back\nBail out! ended by signal 15 (TERM)" },
		{ SIGHUP, "# demo: put back\nBail out! ended by signal 1 (HUP)" },
	};

	/* nohup, for one, has it ignored. */
	signal(SIGHUP, SIG_DFL);
	for (int i = 0; i < 2; i++) {
		const time_t begin = seconds();

		ck_assert_int_eq(run_with(false, signals[i].number, argv), 128 + signals[i].number);
		ck_assert_int_lt(seconds() - begin, 25);
		has("\nok 1 demo.process.passes\n# run demo.process.hangs\n");
		has(signals[i].end);
		lacks("not ok");
	}
}
END_TEST

START_TEST(who_asks_for_patience_gets_it)
{
	ck_assert_int_eq(RUN("--timeout", "3", "--case", "demo.process.patient"), 0);
	has("# waiting: this call may take longer than other rows do\n");
	has("# INFO demo.process.patient: it came back\n");
}
END_TEST

/* A terminal that stops whoever writes to it from another process group. */
static void take_a_terminal(void)
{
	int terminal = posix_openpt(O_RDWR), own;
	struct termios modes;

	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal) || setsid() < 0)
		_exit(99);
	own = open(ptsname(terminal), O_RDWR);
	if (own < 0 || tcgetattr(own, &modes) || ioctl(own, TIOCSCTTY, 0))
		_exit(98);
	modes.c_lflag |= TOSTOP;
	if (tcsetattr(own, TCSANOW, &modes) || dup2(own, STDOUT_FILENO) < 0)
		_exit(97);
}

START_TEST(rows_do_not_write_to_the_terminal)
{
	before_run = take_a_terminal;
	ck_assert_int_eq(RUN("--timeout", "2", "--case", "demo.good.first", "--case",
			     "demo.good.second", "--case", "demo.good.notes", "--case",
			     "demo.verdict.pass"), 0);
}
END_TEST

START_TEST(what_a_killed_process_did_not_write_is_nobody_elses)
{
	ck_assert_int_eq(RUN("--case", "demo.process.writes*"), 1);
	has("# FAIL demo.process.writes_2\n"
	    "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
	    "#   the beginning\n"
	    "#   (100 bytes were lost: the process was killed while it wrote)\n"
	    "#   the row's process ended early: ");
	ck_assert_int_eq(RUN("--case", "demo.process.writes_2"), 1);
	lacks("secret");
	ck_assert_int_eq(RUN("--case", "demo.process.notes*"), 0);
	has(" more bytes were cut)\n");
	lacks("\\x00");
}
END_TEST

START_TEST(a_write_before_a_buffer_is_seen)
{
	static const char *const names[] = { "before", "before_released", "before_early", "before_alone" };

	for (size_t i = 0; i < UC_ARRAY_SIZE(names); i++) {
		char id[64];

		snprintf(id, sizeof(id), "demo.process.%s", names[i]);
		ck_assert_int_eq(RUN("--case", id), 1);
		has("#   expected: memory before a buffer of 100 bytes is not written to\n"
		    "#   got:      the byte 3 before it is 0x1\n#   rerun: ");
	}
}
END_TEST

static void hide_pidfds(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 38),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(99);
}

START_TEST(a_kernel_without_pidfds_is_told)
{
	/* valgrind's build brings pidfds of its own. */
	if (strstr(getenv("LD_PRELOAD") ?: "", "valgrind"))
		return;
	before_run = hide_pidfds;
	ck_assert_int_eq(RUN("--case", "demo.verdict.pass"), 4);
	has("\nBail out! this kernel has no pidfd_open() (Linux 5.3 has), so that no row could be "
	    "given a time limit\n");
	lacks("ok 1");
}
END_TEST

static void reset(void)
{
	before_run = NULL;
}

void add_process_tests(Suite *suite)
{
	TCase *tests = tcase_create("process");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, reset, reset);
	tcase_add_test(tests, a_process_that_left_its_group_is_ended);
	tcase_add_test(tests, a_signal_ends_a_batch_at_once);
	tcase_add_test(tests, who_asks_for_patience_gets_it);
	tcase_add_test(tests, rows_do_not_write_to_the_terminal);
	tcase_add_test(tests, what_a_killed_process_did_not_write_is_nobody_elses);
	tcase_add_test(tests, a_write_before_a_buffer_is_seen);
	tcase_add_test(tests, a_kernel_without_pidfds_is_told);
	suite_add_tcase(suite, tests);
}
