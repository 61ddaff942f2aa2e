// SPDX-License-Identifier: GPL-2.0-only
/* Rows whose processes leave the group, outlive a signal, or die while they write. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffer.h"
#include "demo.h"
#include "row.h"
#include "shared.h"

/* In memory that one row's process shares with the next one's. */
static volatile pid_t *daemon_pid;

static void passes(void)
{
}

/* As daemons do: a session of its own, and no parent. */
static void leaves_daemon(void)
{
	*daemon_pid = 0;
	if (!fork()) {
		setsid();
		if (fork())
			_exit(0);
		*daemon_pid = getpid();
		for (;;)
			pause();
	}
	while (!*daemon_pid)
		usleep(1000);
}

static void finds_no_daemon(void)
{
	uc_check(kill(*daemon_pid, 0) && errno == ESRCH, "daemon %d is still there", *daemon_pid);
}

static void leaves_daemon_and_dies(void)
{
	leaves_daemon();
	kill(getpid(), SIGKILL);
	pause();
}

static void hangs(void)
{
	for (;;)
		pause();
}

/* After its time, but within what it asks for. */
static void asks_for_patience(void)
{
	uc_patience(20);
	usleep(4500000);
	uc_note("it came back");
}

static void says_much(void)
{
	uc_fail("a secret of the row before, %0200d", 1);
}

static void notes_much(void)
{
	for (unsigned int i = 0; i < 200; i++)
		uc_note("%0200u", i);
}

/* As a child that is killed between asking for room and filling it. */
static void dies_while_it_writes(void)
{
	uc_fail("the beginning");
	__atomic_fetch_add(&uc_shared->details.used, 100, __ATOMIC_RELAXED);
	kill(getpid(), SIGKILL);
	pause();
}

static void writes_before(void)
{
	char *buffer = uc_guarded(100);

	buffer[-3] = 1;
}

static void writes_before_and_releases(void)
{
	size_t mark = uc_buffers_mark();

	writes_before();
	uc_buffers_release(mark);
	uc_guarded(10);
}

struct process_row {
	struct uc_row row;
	void (*act)(void);
};

static void writes_before_and_ends_early(void)
{
	writes_before();
	uc_skip("it ends early");
}

#define ROW(name, act)	{ { "demo.process." name, REQ(1) }, act }

static const struct process_row rows[] = {
	ROW("passes", passes),
	ROW("leaves_daemon", leaves_daemon),
	ROW("leaves_daemon_2", finds_no_daemon),
	{ { "demo.process.leaves_daemon_3", REQ(1), .own_process = true }, leaves_daemon },
	{ { "demo.process.leaves_daemon_4", REQ(1), .own_process = true }, finds_no_daemon },
	ROW("dying_daemon", leaves_daemon_and_dies),
	ROW("dying_daemon_2", finds_no_daemon),
	ROW("hangs", hangs),
	ROW("patient", asks_for_patience),
	ROW("writes", says_much),
	ROW("writes_2", dies_while_it_writes),
	ROW("before", writes_before),
	ROW("before_released", writes_before_and_releases),
	ROW("before_early", writes_before_and_ends_early),
	{ { "demo.process.before_alone", REQ(1), .own_process = true }, writes_before },
	ROW("notes", notes_much),
	ROW("notes_2", passes),
};

static void run(const struct uc_row *row, const void *facts)
{
	(void)facts;
	uc_counted(1);
	((const struct process_row *)row)->act();
}

const struct uc_topic demo_process_topic = UC_BATCH_TOPIC("process", rows, run);

__attribute__((constructor)) static void share(void)
{
	daemon_pid = mmap(NULL, sizeof(*daemon_pid), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}
