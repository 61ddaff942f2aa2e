// SPDX-License-Identifier: GPL-2.0-only
/* Rows that end in odd ways, leave something behind, or say what is easily misread. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "demo.h"
#include "row.h"
#include "shared.h"

#define MUCH	(64UL << 20)	/* bytes: the kernel needs a while to free them */

/* In memory that one row's process shares with the next one's. */
static pid_t *left_behind;

static void ends_and_is_killed(void)
{
	uc_shared->ended = true;
	kill(getpid(), SIGKILL);
	pause();
}

/* What a process of the row's own does must not stand for the row's end. */
static void another_ends(void)
{
	pid_t other = fork();

	if (!other)
		uc_child_end();
	while (!*(volatile bool *)&uc_shared->ended)
		usleep(1000);
	kill(getpid(), SIGSEGV);
	pause();
}

static void leaves_a_process(void)
{
	int ready[2];
	pid_t other;
	char byte;

	if (pipe(ready))
		uc_error("no pipe");
	other = fork();
	if (!other) {
		char *memory = mmap(NULL, MUCH, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		memset(memory, 1, MUCH);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1)
		uc_error("no child");
	*left_behind = other;
}

static void finds_no_process(void)
{
	if (!kill(*left_behind, 0) || errno != ESRCH)
		uc_fail("process %d of the row before is still there", *left_behind);
}

static void talks_and_crashes(void)
{
	for (int i = 0; i < UC_LOG_SIZE; i++)
		uc_fail("0123456789");
	kill(getpid(), SIGSEGV);
	pause();
}

static void says_much_at_once(void)
{
	char text[4000];

	memset(text, 'x', sizeof(text));
	snprintf(text + 3900, sizeof(text) - 3900, "the end");
	uc_fail("%s", text);
}

static void warns_in_a_thread(void)
{
	char name[16], record[128];

	prctl(PR_GET_NAME, name);
	demo_kernel_says("4,110,5,-;WARNING: CPU: 0 at demo\n");
	snprintf(record, sizeof(record), "4,111,5,-;CPU: 0 PID: 999999999 Comm: %s Not tainted\n",
		 name);
	demo_kernel_says(record);
}

/* A program that writes to /dev/kmsg is not the kernel. */
static void a_program_warns(void)
{
	demo_kernel_says("12,112,5,-;demo[1]: WARNING: says a program\n");
	if (demo_mood == DEMO_RUNS_SHORT)
		demo_kernel_says("3,113,5,-;Out of memory: Killed process 4711 (demo)\n");
	if (demo_mood != DEMO_OOPSES)
		return;
	demo_kernel_says("1,113,5,-;Internal error: Oops: 0000000096000046 [#1] SMP\n");
	if (pwrite(demo_taint_fd, "128\n", 4, 0) != 4)
		uc_error("the test's taint cannot be written");
}

static void kernel_chats(void)
{
	demo_kernel_says("6,114,5,-;demo: DEBUG: nothing is wrong\n");
	demo_kernel_says("6,115,5,-;watchdog: Delayed init of the lockup detector failed: -19\n");
}

static void hard_lockup(void)
{
	demo_kernel_says("0,116,5,-;watchdog: CPU1: Watchdog detected hard LOCKUP on cpu 1\n");
}

static void says_its_name(void)
{
	char name[16];

	prctl(PR_GET_NAME, name);
	uc_note("%s", name);
}

static void silent(void)
{
}

static void control_skips(const void *facts)
{
	(void)facts;
	uc_skip("no widget to try it on");
}

static void control_warns(const void *facts)
{
	(void)facts;
	demo_kernel_says("4,113,5,-;WARNING: CPU: 0 at control\n");
}

static const struct uc_control skipping = { "skipping", control_skips };
static const struct uc_control warning = { "warning", control_warns };

struct odd_row {
	struct uc_row row;
	void (*act)(void);
};

static const struct odd_row odd_rows[] = {
	{ { "demo.odd.ends_and_is_killed", REQ(1) }, ends_and_is_killed },
	{ { "demo.odd.another_ends", REQ(1) }, another_ends },
	{ { "demo.odd.leaves_a_process", REQ(1) }, leaves_a_process },
	{ { "demo.odd.leaves_a_process_2", REQ(1) }, finds_no_process },
	{ { "demo.odd.talks_and_crashes", REQ(1) }, talks_and_crashes },
	{ { "demo.odd.says_much_at_once", REQ(1) }, says_much_at_once },
	{ { "demo.odd.warns_in_a_thread", REQ(1) }, warns_in_a_thread },
	{ { "demo.odd.a_program_warns", REQ(1) }, a_program_warns },
	{ { "demo.odd.kernel_chats", REQ(1) }, kernel_chats },
	{ { "demo.odd.hard_lockup", REQ(1) }, hard_lockup },
	{ { "demo.odd.says_its_name", REQ(1) }, says_its_name },
	{ { "demo.odd.control_skips", REQ(1), .control = &skipping }, silent },
	{ { "demo.odd.control_warns", REQ(1), .control = &warning }, silent },
	{ { "demo.odd.control_warns_again", REQ(1), .control = &warning }, silent },
};

static void run(const struct uc_row *row, const void *facts)
{
	(void)facts;
	uc_counted(1);
	((const struct odd_row *)row)->act();
}

const struct uc_topic demo_odd_topic = UC_TOPIC("odd", odd_rows, run);

__attribute__((constructor)) static void share(void)
{
	left_behind = mmap(NULL, sizeof(*left_behind), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}
