/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of this suite's explorer (explorer.h). */
#ifndef TSM_EXPLORE_WORLD_H
#define TSM_EXPLORE_WORLD_H

#include "../../harness/explorer.h"
#include "model.h"

/* explore_world.c: the device and iommufd's objects, and the model beside them. */
#define TSM_WORLD_SIZE	1024	/* bytes, or less */
void tsm_world_begin(void *world, const void *facts);
void tsm_world_end(void *world);
void tsm_world_apply(void *world, const void *step, const void *facts, struct uc_observed *seen);

/* explore_invent.c */
void tsm_explore_invent(void *step, const void *earlier, unsigned int index,
			struct uc_random *random, const void *facts);
bool tsm_explore_simplify(const void *step, unsigned int attempt, void *simpler);

/* explore_decode.c */
extern const char *const tsm_step_kinds[TSM_STEP_OPS];
void tsm_explore_decode(const void *step, const void *facts, char *text, size_t size);
void tsm_explore_explain(const void *step, const struct uc_observed *seen, char *expected, char *got,
			 size_t size);

/* explore_emit.c */
void tsm_explore_emit(FILE *out, const void *steps, const struct uc_observed *seen,
		      unsigned int count, const void *facts, bool watch);

/* What uc_seen's data holds: SEEN_WHAT is the aspect, and the allowed errnos above it. */
enum { SEEN_WHAT, SEEN_EXPECTED, SEEN_GOT, SEEN_ID };

/* explore.c */
extern const struct uc_explorer tsm_explorer;

#endif /* TSM_EXPLORE_WORLD_H */
