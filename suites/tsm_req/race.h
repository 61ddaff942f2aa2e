/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests in threads, and what comes while one is with the TSM, which holds it until it is
 * released: when the other has been seen to wait, or to have come back without waiting.
 */
#ifndef TSM_RACE_H
#define TSM_RACE_H

#include "call.h"

#define TSM_RACE_MOST	64

/* A thread that makes one call some times, and what came of each. */
struct tsm_racer {
	struct thread thread;
	const struct tsm_player *player;
	struct tsm_step step;
	struct tsm_issue issue;
	int file;		/* as it was at the start: others may close it */
	int turns;
	__s64 results[TSM_RACE_MOST];	/* a number, or -errno */
	bool signalled;		/* its signal had this action before: */
	struct sigaction before;
	bool response_right;	/* every response held this racer's own pattern */
};

/* Lay out this step (text.h) and start making the call, at most TSM_RACE_MOST times. */
void tsm_race_start(struct tsm_racer *racer, const struct tsm_player *player, int turns,
		    const char *text);
void tsm_race_join(struct tsm_racer *racer);
/*
 * A signal, whose handler does nothing, until the thread has ended, but for no more than 5 s. @flags: of
 * sigaction(), 0 or SA_RESTART, with which it is sent for some 75 ms.
 */
void tsm_race_signal(struct tsm_racer *racer, int flags);

/*
 * Start it once with a request that the TSM keeps until it is released, and return when it is
 * there: false if it came back before. Ends the row as ERROR after 5 s.
 */
bool tsm_race_hold(struct tsm_racer *racer, const struct tsm_player *player);
void tsm_race_release(const struct tsm_player *player);

/* Every turn came to one of these: a number, or -errno; and where it is a number, the response is right. */
void tsm_race_expect(const struct tsm_racer *racer, __s64 one, __s64 other, const char *what);

/* What ends a state, in a thread of its own, and what the fixture was right after it. */
struct tsm_ender {
	struct thread thread;
	struct tsm_player *player;
	enum tsm_race_kind kind;
	__s64 rc;		/* 0 or -errno */
	struct uapi_conform_state after;
};

/* Start it, and return when it waits, or is over. */
void tsm_end_start(struct tsm_ender *ender, struct tsm_player *player, enum tsm_race_kind kind);
/*
 * Wait for it. From here on no call is in flight, so a close has its bound, however long a row may
 * take: returns the seconds that it took. Ends the row as FAIL if it does not come back at all.
 */
unsigned int tsm_end_join(struct tsm_ender *ender);

#endif /* TSM_RACE_H */
