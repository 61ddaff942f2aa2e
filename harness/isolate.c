// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child for every row, a timeout by pidfd, and TAP: the kernel's own
 * kselftest harness, told where to log so that what it says about a child's
 * end becomes part of the row's details.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define SIGN_OF_LIFE	10	/* seconds between two, while uc_patience() lasts */

static FILE *end_of_child;
#define TH_LOG_STREAM end_of_child

#include "kselftest_harness.h"

#include "isolate.h"

static struct __fixture_metadata fixture = { .name = "uapi-conform" };
static struct __test_metadata test = { .fixture = &fixture, .termsig = -1 };

/* The harness speaks of its test by name, in a comment; the details need neither. */
static const char *plain(char *text, const char *name)
{
	char *end = text + strlen(text);

	while (end > text && end[-1] == '\n')
		*--end = '\0';
	if (!strncmp(text, "# ", 2))
		text += 2;
	if (!strncmp(text, name, strlen(name)) && text[strlen(name)] == ':')
		text += strlen(name) + 2;
	return text;
}

static void blame(const char *how, bool said_end)
{
	if (uc_shared->judging) {
		uc_shared_fail_kernel("call:     %s\nexpected: it returns\ngot:      the process did "
				      "not survive the call: %s", uc_shared_call(), how);
		return;
	}
	if (uc_shared->verdict < UC_ERROR)
		uc_shared->verdict = UC_ERROR;
	uc_log_add(&uc_shared->details, said_end ?
		   "the row ended, but its process did not: %s" :
		   "the row did not come to its own end: %s", how);
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Where a process is in the kernel, if root may know. */
static void add_stack(pid_t pid)
{
	char path[32], line[256];
	FILE *stack;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	stack = fopen(path, "re");
	if (!stack)
		return;
	while (fgets(line, sizeof(line), stack))
		uc_log_add(&uc_shared->details, "kernel: %.*s", (int)strcspn(line, "\n"), line);
	fclose(stack);
}

/*
 * What the row left behind goes, and is waited for: the next row must not find
 * a device busy. So does a child whose wait was interrupted.
 */
static void clean_up(pid_t pid, int timeout)
{
	const time_t end = seconds() + timeout;

	kill(-pid, SIGKILL);
	while (seconds() <= end) {
		pid_t gone = waitpid(-pid, NULL, WNOHANG);

		if (gone < 0)
			return;
		if (gone)
			continue;
		usleep(1000);
	}
	if (uc_shared->verdict < UC_ERROR)
		uc_shared->verdict = UC_ERROR;
	uc_log_add(&uc_shared->details, "a process of group %d cannot be ended, for %d seconds now: "
		   "it hangs in the kernel", pid, timeout);
	add_stack(pid);
	uc_shared->unusable = "a process hangs in the kernel";
}

void uc_isolate_begin(void)
{
	/* Whoever started us may have ignored it, and then there would be no status to wait for. */
	signal(SIGCHLD, SIG_DFL);
	/* What a row's process leaves behind becomes ours to wait for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void become_row(pid_t harness)
{
	setpgrp();
	/* Even if the harness has no chance to end it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != harness)
		_exit(KSFT_FAIL);
}

/*
 * Wait until the child ended, or made no progress for as long as the timeout. In the latter case
 * the harness, whose own wait comes next, is told that there is no time left.
 */
static void wait_while_it_goes_on(const volatile struct uc_whereabouts *progress)
{
	int child = syscall(SYS_pidfd_open, test.pid, 0);
	struct pollfd wait = { .fd = child, .events = POLLIN };
	int ended, most = test.timeout;
	long more;
	unsigned int before;

	if (child < 0)
		return;
	do {
		before = progress ? progress->begun : 0;
		if (before)
			most = progress->timeout;
		ended = poll(&wait, 1, most * 1000);
		/* It asked for more, after which that is over. */
		more = uc_shared->patience - seconds();
		uc_shared->patience = 0;
		for (; !ended && more > 0; more -= SIGN_OF_LIFE) {
			/* Who watches the console must not take this for a hang. */
			uc_tap_comment("waiting for a call that has failed already, to see how long it takes");
			fflush(stdout);
			ended = poll(&wait, 1, SIGN_OF_LIFE * 1000);
		}
	} while (!ended && progress && progress->begun != before);
	close(child);
	/* No time left, or a signal that asks the run to end. */
	if (ended <= 0)
		test.timeout = 0;
}

int uc_isolate(const char *name, void (*function)(const void *), const void *argument,
	       int timeout)
{
	return uc_isolate_several(name, function, argument, timeout, NULL);
}

int uc_isolate_several(const char *name, void (*function)(const void *), const void *argument,
		       int timeout, const volatile struct uc_whereabouts *progress)
{
	char said[256] = "";
	pid_t harness = getpid();
	bool said_end;

	uc_shared_reset();
	fflush(stdout);
	test.name = name;
	test.timeout = timeout;
	test.exit_code = KSFT_PASS;
	test.pid = fork();
	if (test.pid < 0) {
		uc_shared->verdict = UC_ERROR;
		uc_log_add(&uc_shared->details, "no child could be made: %s", strerror(errno));
		return -1;
	}
	if (!test.pid) {
		become_row(harness);
		uc_shared_name(name);
		function(argument);
		uc_child_end();
	}
	/* Both sides say so, because either may be first to need it. */
	setpgid(test.pid, test.pid);
	end_of_child = fmemopen(said, sizeof(said) - 1, "w");
	if (!end_of_child)
		end_of_child = stderr;
	wait_while_it_goes_on(progress);
	__wait_for_test(&test);
	if (end_of_child != stderr)
		fclose(end_of_child);
	uc_log_seal(&uc_shared->details);
	uc_log_seal(&uc_shared->notes);
	/* Its own word is not enough: closing what it had open can hang, or kill it. */
	said_end = uc_shared->ended;
	uc_shared->ended = said_end && test.exit_code == KSFT_PASS;
	if (!uc_shared->ended)
		blame(test.exit_code == KSFT_PASS ? "it exited behind the harness's back" :
						    plain(said, name), said_end);
	clean_up(test.pid, timeout);
	return test.pid;
}

void uc_tap_begin(unsigned int rows)
{
	static char buffer[1 << 16];	/* more than any rows print between two flushes: no line is cut */

	ksft_print_header();
	/*
	 * The header asks for a write a line, which on a serial console is much of what a row costs.
	 * Whatever may end in a dead kernel comes after a flush: a row, a fork, the end of a run.
	 */
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	ksft_set_plan(rows);
}

void uc_tap_comment(const char *format, ...)
{
	va_list arguments;

	fputs("# ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

void uc_tap_result(enum uc_verdict verdict, const char *id, const char *reason)
{
	switch (verdict) {
	case UC_PASS:
		ksft_test_result_code(KSFT_PASS, id, NULL);
		break;
	case UC_SKIP:
		ksft_test_result_code(KSFT_SKIP, id, "%s", reason ?: "no reason was given");
		break;
	case UC_FAIL:
		ksft_test_result_code(KSFT_FAIL, id, NULL);
		break;
	case UC_ERROR:
		/* kselftest would print an error without the id; so it prints a failure and counts an error. */
		ksft_test_result_code(KSFT_FAIL, id, NULL);
		ksft_cnt.ksft_fail--;
		ksft_cnt.ksft_error++;
		break;
	}
}

void uc_tap_adopt(unsigned int passed, unsigned int skipped)
{
	ksft_cnt.ksft_pass += passed;
	ksft_cnt.ksft_xskip += skipped;
}

void uc_tap_end(void)
{
	printf("# Totals: pass:%u fail:%u xfail:0 xpass:0 skip:%u error:%u\n",
	       ksft_cnt.ksft_pass, ksft_cnt.ksft_fail, ksft_cnt.ksft_xskip, ksft_cnt.ksft_error);
}
