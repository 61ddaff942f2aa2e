/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests in threads, for rows in which several things happen at once. */
#ifndef TSM_RACE_H
#define TSM_RACE_H

#include <signal.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/verdict.h"
#include "call.h"
#include "thread.h"

#define TSM_RACE_MOST	64

/* A thread that issues one call some times, and what came of each. */
struct tsm_racer {
	struct tsm_thread thread;
	const struct tsm_session *session;
	struct tsm_call call;
	struct tsm_issue issue;
	int iommufd;		/* as it was at the start: others may close it */
	int turns;
	__s64 results[TSM_RACE_MOST];	/* a number, or -errno */
	bool signalled;		/* its signal had this action before: */
	struct sigaction before;
	bool response_right;	/* every response held this racer's own pattern */
};

/* Lay the call out and start issuing it, at most TSM_RACE_MOST times. */
void tsm_race_start(struct tsm_racer *racer, struct tsm_session *session,
		    const struct tsm_call *call, int turns);
void tsm_race_join(struct tsm_racer *racer);
/* A signal, whose handler does nothing, until the thread has ended, but for no more than 5 s. */
void tsm_race_signal(struct tsm_racer *racer);

/* Every turn came to this: a number, or -errno; and where it is a number, the response is right. */
void tsm_race_expect(const struct tsm_racer *racer, __s64 expected, const char *format, ...)
	uc_printf(3, 4);
void tsm_race_expect_either(const struct tsm_racer *racer, __s64 one, __s64 other,
			    const char *what);

/* The fixture's counters to 0, and its state. */
void tsm_race_reset(const struct tsm_session *session);
void tsm_race_state(const struct tsm_session *session, struct uapi_conform_state *state);
/*
 * Start it once with a request that the TSM keeps until it is released, and return when it is
 * there. Ends the row as ERROR after 5 s, and as FAIL if the request comes back before.
 */
void tsm_race_hold(struct tsm_racer *racer, struct tsm_session *session);
void tsm_race_release(const struct tsm_session *session);

#endif /* TSM_RACE_H */
