// SPDX-License-Identifier: GPL-2.0-only
/* Rows that judge nothing, leave something open, or check two requirements of which one fails. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "demo.h"
#include "row.h"
#include "verdict.h"

enum { SAYS_SO = 1, DIES = 2 };

static void nothing(void)
{
	uc_note("and says so");
}

static void counts(void)
{
	uc_counted(1);
}

static void checks(void)
{
	uc_check(1 + 1 == 2, "never printed");
}

static void leaves_open(void)
{
	uc_expect(0, 0, 0, "DEMO_CALL");
	uc_open("the document does not say what comes");
	uc_expect(0, 0, 0, "DEMO_CALL again");
}

static void leaves_open_and_fails(void)
{
	leaves_open();
	uc_check(false, "two is not one");
}

static void blames_one(void)
{
	uc_about(SAYS_SO);
	uc_expect(0, 0, 0, "DEMO_CALL first");
	uc_about(DIES);
	uc_expect(-1, EIO, 0, "DEMO_CALL second");
	uc_expect(-1, EIO, 0, "DEMO_CALL third");
}

static void blames_each(void)
{
	blames_one();
	uc_about(SAYS_SO);
	uc_fail("at last");
}

static void *fails(void *gate)
{
	pthread_barrier_wait(gate);
	uc_fail("the kernel is wrong");
	return NULL;
}

/* Whichever comes first. */
static void fails_and_errs(void)
{
	pthread_barrier_t gate;
	pthread_t thread;

	pthread_barrier_init(&gate, NULL, 2);
	if (pthread_create(&thread, NULL, fails, &gate))
		abort();
	pthread_barrier_wait(&gate);
	pthread_join(thread, NULL);
	uc_error("and the test is broken");
}

struct judge_row {
	struct uc_row row;
	void (*act)(void);
};

static const struct judge_row rows[] = {
	{ { "demo.judge.nothing", REQ(SAYS_SO) }, nothing },
	{ { "demo.judge.counts", REQ(SAYS_SO) }, counts },
	{ { "demo.judge.checks", REQ(SAYS_SO) }, checks },
	{ { "demo.judge.open", REQ(SAYS_SO) }, leaves_open },
	{ { "demo.judge.open_and_fails", REQ(SAYS_SO) }, leaves_open_and_fails },
	{ { "demo.judge.blames_one", REQ(SAYS_SO, DIES) }, blames_one },
	{ { "demo.judge.blames_each", REQ(SAYS_SO, DIES) }, blames_each },
	{ { "demo.judge.fails_and_errs", REQ(SAYS_SO) }, fails_and_errs },
};

static void run(const struct uc_row *row, const void *facts)
{
	(void)facts;
	((const struct judge_row *)row)->act();
}

const struct uc_topic demo_judge_topic = UC_BATCH_TOPIC("judge", rows, run);
