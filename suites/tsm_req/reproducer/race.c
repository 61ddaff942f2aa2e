// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls in threads, and what ends the state that a request needs while the TSM has it. The suite has these
 * (../race.c), and so has the program that shows a failure.
 */
#ifndef REPRODUCER_ISSUE
#include "issue.c"
#endif
#if !defined(REPRODUCER_SETUP) && !defined(TSM_SETUP_H)
#include "setup.c"
#endif

#ifndef REPRODUCER_RACE
#define REPRODUCER_RACE

#define TSM_RACE_MOST	64

/* A thread that makes one call some times, and what came of each. */
struct tsm_racer {
	struct thread thread;
	struct tsm_issue issue;	/* laid out and sealed */
	int file;		/* as it was at the start: others may close it */
	int turns;		/* at most TSM_RACE_MOST */
	int64_t results[TSM_RACE_MOST];	/* a number, or -errno */
	bool response_right;	/* every response held this racer's own pattern */
	bool signalled;		/* its signal had this action before: */
	struct sigaction before;
	char text[64];		/* its step, where somebody says */
};

static inline bool racer_response(const struct tsm_racer *racer, int64_t residue)
{
	const struct tsm_memory *response = &racer->issue.area[RESPONSE];

	for (size_t i = 0; i + residue < response->size; i++)
		if (response->now[i] != uapi_conform_pattern(racer->issue.seed, i))
			return false;
	return true;
}

static inline void racer_run(struct thread *thread)
{
	struct tsm_racer *racer = (struct tsm_racer *)thread;

	for (int i = 0; i < racer->turns; i++) {
		int got = call_as(ROOT, racer->file, racer->issue.word, racer->issue.area[STRUCT].at);

		racer->results[i] = got;
		if (got >= 0 && !racer_response(racer, got))
			racer->response_right = false;
	}
}

static inline void racer_start(struct tsm_racer *racer, int file, int turns)
{
	racer->file = file;
	racer->turns = turns;
	racer->response_right = true;
	thread_start(&racer->thread, racer_run);
}

static inline void racer_signal(struct tsm_racer *racer, int flags)
{
	racer->signalled = true;
	thread_signal(&racer->thread, flags, &racer->before);
}

static inline void racer_join(struct tsm_racer *racer)
{
	pthread_join(racer->thread.id, NULL);
	/* Not sooner: it may have been sent once more than it took. */
	if (racer->signalled)
		sigaction(SIGUSR1, &racer->before, NULL);
}

static inline void read_fixture(int control, struct uapi_conform_state *state)
{
	if (ioctl(control, UAPI_CONFORM_GET_STATE, state))
		give_up("the state of the device fixture");
}

/* Wait until the TSM has the request; false if it came back before. Gives up after 5 s. */
static inline bool racer_held(const struct tsm_racer *racer, int control)
{
	struct uapi_conform_state state;

	for (int looks = 0; looks < MOST_LOOKS; looks++) {
		read_fixture(control, &state);
		if (state.in_flight)
			return true;
		if (thread_ended(&racer->thread))
			return false;
		thread_pause(looks);
	}
	errno = ETIMEDOUT;
	give_up("waiting for a request to reach the TSM");
	return false;
}

/* What ends a state, in a thread of its own, and what the fixture was right after it. */
struct tsm_ender {
	struct thread thread;
	enum tsm_race_kind kind;
	struct tsm_setup *setup;
	int control;		/* the fixture's file */
	struct tsm_issue unbind;	/* where that is the kind; laid out and sealed */
	int (*disconnect)(void *of);	/* 0 or -errno */
	void *of;
	int rc;			/* 0 or -errno */
	struct uapi_conform_state after;
};

static inline void ender_run(struct thread *thread)
{
	struct tsm_ender *ender = (struct tsm_ender *)thread;

	ender->rc = 0;
	switch (ender->kind) {
	case RACE_UNBIND:
		ender->rc = call_as(ROOT, ender->setup->file[MAIN_FILE], ender->unbind.word,
				    ender->unbind.area[STRUCT].at);
		break;
	case RACE_DISCONNECT:
		ender->rc = ender->disconnect(ender->of);
		break;
	case RACE_DESTROY:
		ender->rc = tsm_destroy_object(ender->setup, VDEVICE);
		break;
	default:
		tsm_close_device(ender->setup, ENDPOINT);
	}
	read_fixture(ender->control, &ender->after);
}

#endif /* REPRODUCER_RACE */
