/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests in threads, and what comes while one is with the TSM, which holds it until it is
 * released: when the other has been seen to wait, or to have come back without waiting.
 */
#ifndef TSM_RACE_H
#define TSM_RACE_H

#include "call.h"
#include "reproducer/race.c"

/* The request that the TSM holds, what comes to it meanwhile, and what unbinds. */
#define TSM_RACE_HELD	"TSM_REQ delay=10000"
#define TSM_RACE_SECOND	"TSM_REQ produce=20"
#define TSM_RACE_UNBIND	"TSM_OP UNBIND"

/* Lay out this step (text.h) and start making the call, at most TSM_RACE_MOST times. */
void tsm_race_start(struct tsm_racer *racer, const struct tsm_player *player, int turns,
		    const char *text);
void tsm_race_join(struct tsm_racer *racer);
/*
 * Start it once with a request that the TSM keeps until it is released, and return when it is
 * there: false if it came back before. Ends the row as ERROR after 5 s.
 */
bool tsm_race_hold(struct tsm_racer *racer, const struct tsm_player *player);
void tsm_race_release(const struct tsm_player *player);

/* Every turn came to one of these: a number, or -errno; and where it is a number, the response is right. */
void tsm_race_expect(const struct tsm_racer *racer, __s64 one, __s64 other, const char *what);

/* Start what ends a state, and return when it waits, or is over. */
void tsm_end_start(struct tsm_ender *ender, struct tsm_player *player, enum tsm_race_kind kind);
/*
 * Wait for it. From here on no call is in flight, so a close has its bound, however long a row may
 * take: returns the seconds that it took. Ends the row as FAIL if it does not come back at all.
 */
unsigned int tsm_end_join(struct tsm_ender *ender);

#endif /* TSM_RACE_H */
