// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child for what may crash or hang, and a timeout by pidfd: the kernel's own kselftest harness,
 * told where to log so that what it says about a child's end becomes part of the details.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static FILE *end_of_child;
#define TH_LOG_STREAM end_of_child

#include "kselftest_harness.h"

#include "isolate.h"
#include "stop.h"
#include "tap.h"

#define SIGN_OF_LIFE	10	/* seconds between two, while uc_patience() lasts */
#define MOST_CHILDREN	64

static struct __fixture_metadata fixture = { .name = "uapi-conform" };
static struct __test_metadata test = { .fixture = &fixture, .termsig = -1 };
static int end_fd = -1;		/* the child's pidfd */
static pid_t kept[MOST_CHILDREN];
static unsigned int kept_count;

const char *uc_isolate_gap(void)
{
	int self = syscall(SYS_pidfd_open, getpid(), 0);

	if (self < 0)
		return errno == ENOSYS ? "this kernel has no pidfd_open() (Linux 5.3 has), so that no "
					 "row could be given a time limit" :
		       "pidfd_open() is refused here (a seccomp filter?), so that no row could be "
		       "given a time limit";
	close(self);
	return NULL;
}

/* A process's state, as ps has it, and its parent; '\0' where there is no such process. */
static char state_of(const char *pid, pid_t *parent)
{
	char path[300], text[256] = "", *at;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return '\0';
	text[fread(text, 1, sizeof(text) - 1, stat)] = '\0';
	fclose(stat);
	/* Behind the name, which may hold anything. */
	at = strrchr(text, ')');
	if (!at || strlen(at) <= 4)
		return '\0';
	*parent = atoi(at + 4);
	return at[2];
}

/* Our children, from /proc: whoever has us as the parent. Nobody is looked for if there are none. */
static unsigned int children(pid_t list[MOST_CHILDREN])
{
	siginfo_t any;
	const bool none = waitid(P_ALL, 0, &any, WEXITED | WNOHANG | WNOWAIT | __WALL) && errno == ECHILD;
	DIR *processes = none ? NULL : opendir("/proc");
	unsigned int count = 0;
	struct dirent *entry;
	pid_t parent;

	while (processes && count < MOST_CHILDREN && (entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]) && state_of(entry->d_name, &parent) &&
		    parent == getpid())
			list[count++] = atoi(entry->d_name);
	if (processes)
		closedir(processes);
	return count;
}

void uc_isolate_keep_children(void)
{
	kept_count = children(kept);
}

void uc_isolate_begin(void)
{
	/* Whoever started us may have ignored it, and then there would be no status to wait for. */
	signal(SIGCHLD, SIG_DFL);
	/* What a row's process leaves behind becomes ours to wait for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* Of whoever was this process before it became this program. */
	uc_isolate_keep_children();
}

static bool is_kept(pid_t pid)
{
	for (unsigned int i = 0; i < kept_count; i++)
		if (kept[i] == pid)
			return true;
	return false;
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

/* End one of ours, and wait for it; returns one that is still there, or 0. */
static pid_t end_children(void)
{
	pid_t list[MOST_CHILDREN], left = 0;
	unsigned int count = children(list);

	for (unsigned int i = 0; i < count; i++) {
		if (is_kept(list[i]))
			continue;
		kill(list[i], SIGKILL);
		if (!waitpid(list[i], NULL, WNOHANG))
			left = list[i];
	}
	return left;
}

/* Of the child's group nothing is left; without /proc that is all that can be known. */
static pid_t end_group(pid_t group)
{
	pid_t gone;

	kill(-group, SIGKILL);
	do
		gone = waitpid(-group, NULL, WNOHANG);
	while (gone > 0);
	return gone ? 0 : group;
}

/*
 * What the row left behind goes, and is waited for: the next row must not find
 * a device busy. So does a child whose wait was interrupted, and one that has
 * made itself a group or session of its own.
 */
static void clean_up(int timeout)
{
	static const char said[] = "process %d cannot be ended, for %d seconds now: it hangs in the kernel";
	const double end = uc_seconds() + timeout;
	pid_t left, child, parent;
	char pid[16];

	for (;;) {
		left = end_group(test.pid);
		if (!left && uc_shared->ended && uc_shared->childless)
			return;
		child = end_children();
		if (child)
			left = child;
		if (!left)
			return;
		if (uc_seconds() > end)
			break;
		usleep(1000);
	}
	/* One that is traced, by whomever, is not the kernel's to end. */
	snprintf(pid, sizeof(pid), "%d", left);
	if (state_of(pid, &parent) == 'D')
		uc_shared_fail_kernel(said, left, timeout);
	else
		uc_shared_error(said, left, timeout);
	add_stack(left);
	uc_shared->unusable = "a process hangs in the kernel";
}

/* The harness speaks of its test by name, in a comment; the details need neither. */
static const char *plain(char *text)
{
	char *end = text + strlen(text);

	while (end > text && end[-1] == '\n')
		*--end = '\0';
	if (!strncmp(text, "# ", 2))
		text += 2;
	if (!strncmp(text, test.name, strlen(test.name)) && text[strlen(test.name)] == ':')
		text += strlen(test.name) + 2;
	return text;
}

static void blame(const char *how, bool said_end)
{
	if (uc_shared->judging) {
		uc_shared_fail_kernel("call:     %s\nexpected: it returns\ngot:      the process did "
				      "not survive the call: %s", uc_shared_call(), how);
		return;
	}
	uc_shared_error(said_end ? "the row finished, but its process did not exit: %s" :
			"the row's process ended early: %s", how);
}

static void become_row(pid_t harness)
{
	uc_stop_ends(0);
	setpgrp();
	/* Even if the harness has no chance to end it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* What it starts stays its own, so that it knows at its end whether something is left. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (getppid() != harness)
		_exit(KSFT_FAIL);
}

int uc_child_begin(const char *name, void (*function)(const void *), const void *argument)
{
	pid_t harness = getpid();

	uc_shared_reset();
	fflush(stdout);
	test.name = name;
	test.exit_code = KSFT_PASS;
	test.pid = fork();
	if (test.pid < 0) {
		uc_shared_error("no child could be made: %s", strerror(errno));
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
	uc_stop_ends(test.pid);
	end_fd = syscall(SYS_pidfd_open, test.pid, 0);
	return test.pid;
}

enum uc_child uc_child_wait(int ear, int timeout)
{
	struct pollfd wait[] = { { .fd = end_fd, .events = POLLIN },
				 { .fd = ear, .events = POLLIN } };
	const bool listens = ear >= 0;
	int ready;
	long more;

	if (uc_stop_asked())
		return UC_CHILD_LATE;
	ready = poll(wait, 1 + listens, timeout * 1000);
	/* It asked for more, after which that is over. */
	more = uc_shared->patience ? uc_shared->patience - (long)uc_seconds() : 0;
	uc_shared->patience = 0;
	for (; !ready && more > 0; more -= SIGN_OF_LIFE) {
		/* Who watches the console must not take this for a hang. */
		uc_tap_comment("waiting: this call may take longer than other rows do");
		fflush(stdout);
		ready = poll(wait, 1 + listens, SIGN_OF_LIFE * 1000);
	}
	if (ready <= 0)
		return UC_CHILD_LATE;
	return listens && wait[1].revents & POLLIN ? UC_CHILD_SPOKE : UC_CHILD_ENDED;
}

int uc_child_finish(int timeout, bool late)
{
	char said[256] = "";
	bool said_end;

	test.timeout = late ? 0 : timeout;
	end_of_child = fmemopen(said, sizeof(said) - 1, "w");
	if (!end_of_child)
		end_of_child = stderr;
	__wait_for_test(&test);
	if (end_of_child != stderr)
		fclose(end_of_child);
	uc_log_seal(&uc_shared->details);
	uc_log_seal(&uc_shared->notes);
	/* Its own word is not enough: closing what it had open can hang, or kill it. */
	said_end = uc_shared->ended;
	uc_shared->ended = said_end && test.exit_code == KSFT_PASS;
	if (!uc_shared->ended)
		blame(test.exit_code == KSFT_PASS ? "it called exit() itself" :
						    plain(said), said_end);
	clean_up(timeout);
	uc_stop_ends(0);
	close(end_fd);
	return test.pid;
}

int uc_isolate(const char *name, void (*function)(const void *), const void *argument,
	       int timeout)
{
	if (uc_child_begin(name, function, argument) < 0)
		return -1;
	return uc_child_finish(timeout, uc_child_wait(-1, timeout) == UC_CHILD_LATE);
}
