/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that are nearly good, for explore_invent.c. */
#ifndef TSM_EXPLORE_INVENT_H
#define TSM_EXPLORE_INVENT_H

#include "explore_world.h"
#include "numbers.h"

/* A request, and a BIND, that nothing is wrong with. */
extern const struct tsm_step tsm_good_request, tsm_good_operation;

/* Ids of a new iommufd's objects in the order in which a world makes them, by slot. */
extern const uint32_t tsm_first_ids[SLOTS];

/* Change one thing about a good request or operation, to an interesting value. */
void tsm_change_request(struct tsm_step *step, struct uc_random *random);
void tsm_change_operation(struct tsm_step *step, struct uc_random *random);

/* An errno that a TSM may return, above 0. */
int tsm_invent_errno(struct uc_random *random);

#endif /* TSM_EXPLORE_INVENT_H */
