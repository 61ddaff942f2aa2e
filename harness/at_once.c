// SPDX-License-Identifier: GPL-2.0-only
/* Two threads that make calls all the time. */
#include <pthread.h>
#include <unistd.h>

#include "at_once.h"
#include "run.h"
#include "verdict.h"

#define A_CALL	5	/* in so many of a second: a race is found where both CPUs often come by */

double uc_at_once_seconds = 20;

static void (*made)(unsigned int thread, unsigned int turn, unsigned int which, void *argument);
static unsigned int calls;
static void *given;
static double end;

static bool ask(const void *facts)
{
	(void)facts;
	return uc_init_machine() && !access("/sys/module/kcsan/parameters", F_OK);
}

const struct uc_need uc_need_kcsan = {
	.name = "kcsan", .ask = ask,
	.reason = UC_NOT_APPLICABLE "only in a VM of our own with KCSAN: make error-paths",
};

static void *go(void *number)
{
	const unsigned int thread = number != NULL;

	double left = end - uc_seconds();

	for (unsigned int turn = 0; left > 0; turn++, left = end - uc_seconds())
		made(thread, turn, ((unsigned int)(left * A_CALL) + (turn & thread)) % calls, given);
	return NULL;
}

void uc_at_once(void (*call)(unsigned int thread, unsigned int turn, unsigned int which, void *argument),
		unsigned int count, void *argument)
{
	pthread_t other;

	made = call;
	calls = count;
	given = argument;
	end = uc_seconds() + uc_at_once_seconds;
	uc_judging("many calls of two threads at once");
	if (pthread_create(&other, NULL, go, &end))
		uc_error("no thread");
	go(NULL);
	pthread_join(other, NULL);
	uc_judged();
	uc_counted(1);
}
