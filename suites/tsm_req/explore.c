// SPDX-License-Identifier: GPL-2.0-only
/* The suite's explorer: all its parts put together. */
#include "explore_world.h"
#include "rows.h"

static const struct uc_row rows[] = {
	{ .id = "tsm_req.explore.sequences", ON_FIXTURE },
};
static const struct uc_topic topic = UC_TOPIC("explore", rows, NULL);

const struct uc_explorer tsm_explorer = {
	.topic = &topic,
	.kinds = tsm_step_kinds,
	.kind_count = TSM_STEP_OPS,
	.step_size = sizeof(struct tsm_step),
	.state_size = TSM_WORLD_SIZE,
	.invent = tsm_explore_invent,
	.begin = tsm_world_begin,
	.end = tsm_world_end,
	.apply = tsm_world_apply,
	.simplify = tsm_explore_simplify,
	.decode = tsm_explore_decode,
	.explain = tsm_explore_explain,
	.emit = tsm_explore_emit,
};
_Static_assert(sizeof(struct tsm_step) <= UC_MAX_STEP_SIZE, "a step has its place");
_Static_assert(TSM_STEP_OPS <= UC_MAX_KINDS, "every kind of step is counted");
