// SPDX-License-Identifier: GPL-2.0-only
/* Rows that run in one process, and some of which do not go well with each other. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "buffer.h"
#include "demo.h"
#include "row.h"
#include "verdict.h"

/* Of the process that the rows share. */
static bool dirty;
static int file_of_the_first;
static void *buffer_of_the_first;

/* Of all processes. */
static struct {
	pid_t first;	/* who ran the row "first" */
	bool warned;
} *shared;

static bool never_met(const void *facts)
{
	(void)facts;
	return false;
}

static const struct uc_need need_never = { "never", "it never applies", never_met };

static void first(void)
{
	shared->first = getpid();
	file_of_the_first = dup(STDERR_FILENO);
	buffer_of_the_first = uc_guarded(16);
	for (int i = 0; i < 100; i++)
		if (dup(STDERR_FILENO) < 0)
			uc_error("no file");
}

static void is_in_its_process(void)
{
	int file = dup(STDERR_FILENO);

	if (getpid() != shared->first)
		uc_fail("not in the first one's process");
	/* A lower one may be free: what valgrind opens in a new process counts as the first's. */
	if (file > file_of_the_first)
		uc_fail("a new file has number %d: the row before has left its own", file);
	if (uc_guarded(16) != buffer_of_the_first)
		uc_fail("a new buffer is elsewhere: the row before has kept its own");
}

static void notes(void)
{
	uc_note("in a batch");
}

static void soils(void)
{
	dirty = true;
}

static void wants_clean(void)
{
	if (dirty)
		uc_fail("it is dirty");
}

static void wants_dirty(void)
{
	if (!dirty)
		uc_fail("it is clean");
}

static void dies_where_dirty(void)
{
	if (!dirty)
		return;
	kill(getpid(), SIGSEGV);
	pause();
}

static void hangs_where_dirty(void)
{
	uc_judging("DEMO_CALL that does not like it");
	while (dirty)
		pause();
	uc_judged();
}

static void errs_where_dirty(void)
{
	if (dirty)
		uc_error("no clean widget");
}

static void skips_where_dirty(void)
{
	if (dirty)
		uc_skip("it is not clean");
}

static void exits_where_dirty(void)
{
	if (dirty)
		_exit(0);
}

static void dies(void)
{
	kill(getpid(), SIGSEGV);
	pause();
}

static void hangs(void)
{
	for (;;)
		pause();
}

static void fails(void)
{
	uc_fail("it is wrong");
}

static void skips(void)
{
	uc_skip("found out late");
}

static void warns_once(void)
{
	if (shared->warned)
		return;
	shared->warned = true;
	demo_kernel_says("4,130,5,-;WARNING: CPU: 0 at once\n");
}

static void taints(void)
{
	if (pwrite(demo_taint_fd, "512\n", 4, 0) != 4)
		uc_error("the test's taint cannot be written");
}

static void leaves_a_child(void)
{
	dirty = true;
	if (!fork()) {
		pause();
		_exit(0);
	}
}

static void *rest(void *unused)
{
	pause();
	return unused;
}

static void leaves_a_thread(void)
{
	pthread_t thread;

	dirty = true;
	if (pthread_create(&thread, NULL, rest, NULL))
		uc_error("no thread");
}

static void speaks(const void *facts)
{
	(void)facts;
	puts("# the control runs");
	fflush(stdout);
}

static const struct uc_control speaking = { "speaking", speaks };

/* What the suite's tidy() puts in order. */
static bool untidy;

void demo_tidy(void)
{
	untidy = false;
}

static void leaves_untidy(void)
{
	untidy = true;
}

static void wants_tidy(void)
{
	is_in_its_process();
	uc_check(!untidy, "it is untidy");
}

static void leaves_open(void)
{
	uc_open("nobody knows");
}

static void is_alone(void)
{
	uc_check(getpid() != shared->first, "it is in the first one's process");
}

/* Longer than a row may take whose time is the command line's. */
static void takes_long(void)
{
	is_in_its_process();
	usleep(1500000);
}

static void is_called(void)
{
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	uc_check(!strcmp(name, ".share.is_named"), "it is called '%s'", name);
}

static void taints_in_control(const void *facts)
{
	(void)facts;
	taints();
}

static const struct uc_control tainting = { "tainting", taints_in_control };

/* Passes where it should not be, and leaves something behind. */
static void passes_where_dirty(void)
{
	uc_check(dirty, "it is clean");
	if (dirty)
		leaves_a_child();
}

struct batch_row {
	struct uc_row row;
	void (*act)(void);
};

#define ROW(topic, name, ...) { "demo." topic "." name, REQ(1), ##__VA_ARGS__ }

static const struct batch_row good_rows[] = {
	{ ROW("good", "first"), first },
	{ ROW("good", "skipped", NEEDS(&need_never)), first },
	{ ROW("good", "second"), is_in_its_process },
	{ ROW("good", "notes"), notes },
	{ ROW("good", "soils", .control = &speaking), soils },
	{ ROW("good", "own_process", .own_process = true), wants_clean },
	{ ROW("good", "last"), wants_clean },
};

/* Each of these behind one that soils the process. */
static const struct batch_row order_rows[] = {
	{ ROW("order", "fails_0"), soils }, { ROW("order", "fails"), wants_clean },
	{ ROW("order", "passes_0"), soils }, { ROW("order", "passes"), wants_dirty },
	{ ROW("order", "dies_0"), soils }, { ROW("order", "dies"), dies_where_dirty },
	{ ROW("order", "hangs_0"), soils }, { ROW("order", "hangs"), hangs_where_dirty },
	{ ROW("order", "errs_0"), soils }, { ROW("order", "errs"), errs_where_dirty },
	{ ROW("order", "skips_0"), soils }, { ROW("order", "skips"), skips_where_dirty },
	{ ROW("order", "exits_0"), soils }, { ROW("order", "exits"), exits_where_dirty },
	{ ROW("order", "warns_0"), soils }, { ROW("order", "warns"), warns_once },
	{ ROW("order", "warns_9"), soils },
	{ ROW("order", "taints_0"), soils }, { ROW("order", "taints"), taints },
	{ ROW("order", "taints_9"), soils },
};

/* The same alone as in a batch. */
static const struct batch_row same_rows[] = {
	{ ROW("same", "before"), soils },
	{ ROW("same", "fails"), fails },
	{ ROW("same", "dies"), dies },
	{ ROW("same", "between"), soils },
	{ ROW("same", "dies_again"), dies },
	{ ROW("same", "hangs"), hangs },
	{ ROW("same", "skips"), skips },
	{ ROW("same", "after"), wants_clean },
};

static const struct batch_row left_rows[] = {
	{ ROW("left", "nothing"), wants_clean },
	{ ROW("left", "child"), leaves_a_child },
	{ ROW("left", "nothing_again"), wants_clean },
	{ ROW("left", "thread"), leaves_a_thread },
	{ ROW("left", "nothing_at_last"), wants_clean },
};

static const struct batch_row share_rows[] = {
	{ ROW("share", "first"), first },
	{ ROW("share", "is_named"), is_called },
	{ ROW("share", "open"), leaves_open },
	{ ROW("share", "untidy"), leaves_untidy },
	{ ROW("share", "tidy"), wants_tidy },
	{ ROW("share", "long", .timeout = 10), takes_long },
	{ ROW("share", "short", .timeout = 1), is_alone },
	{ ROW("share", "tainting", .control = &tainting), notes },
	{ ROW("share", "unclean_0"), soils },
	{ ROW("share", "unclean"), passes_where_dirty },
};

static void run(const struct uc_row *row, const void *facts)
{
	(void)facts;
	uc_counted(1);
	((const struct batch_row *)row)->act();
}

const struct uc_topic demo_good_topic = UC_BATCH_TOPIC("good", good_rows, run);
const struct uc_topic demo_order_topic = UC_BATCH_TOPIC("order", order_rows, run);
const struct uc_topic demo_same_topic = UC_BATCH_TOPIC("same", same_rows, run);
const struct uc_topic demo_share_topic = UC_BATCH_TOPIC("share", share_rows, run);
const struct uc_topic demo_left_topic = UC_BATCH_TOPIC("left", left_rows, run);

__attribute__((constructor)) static void share(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
}
