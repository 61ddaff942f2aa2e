/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of this suite's explorer (harness/explorer.h). */
#ifndef TSM_EXPLORE_H
#define TSM_EXPLORE_H

#include "../../harness/explorer.h"
#include "player.h"

extern const struct uc_explorer tsm_explorer;

/* Ids of a new iommufd's objects in the order in which a sequence begins, by object. */
extern const __u32 tsm_first_ids[TSM_OBJECTS];

/* invent.c */
void tsm_explore_invent(void *step, const void *earlier, unsigned int index,
			struct uc_random *random, const void *facts);

/* change.c: change one thing about a good call, to an interesting value; an errno above 0. */
void tsm_change_call(struct tsm_step *step, struct uc_random *random);
int tsm_invent_errno(struct uc_random *random);
/* ... and back, one thing at a time, for shrinking what fails. */
bool tsm_explore_simplify(const void *step, unsigned int attempt, void *simpler);

/* emit.c */
extern const char *const tsm_reproducer[];	/* its files as texts, NULL ends */
void tsm_explore_emit(FILE *out, const void *steps, const struct uc_observed *observed,
		      unsigned int count, const void *facts);

/* What uc_observed's data holds. */
struct tsm_came {
	struct tsm_expected expected;
	struct tsm_observed observed;
};
struct tsm_came tsm_came_of(const struct uc_observed *seen);

#endif /* TSM_EXPLORE_H */
