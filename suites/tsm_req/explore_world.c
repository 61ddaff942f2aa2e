// SPDX-License-Identifier: GPL-2.0-only
/* An exploration's world: the player, which makes the calls, and the model, which judges them. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "facts.h"
#include "session.h"

#define give_up(what)	uc_error("%s: %s", (what), uc_errno_name(errno))
#include "explore_player.h"

#include "explore_world.h"

static_assert(sizeof(struct device_state) == sizeof(struct uapi_conform_state) &&
	      DEVICE_STATE == UAPI_CONFORM_GET_STATE && DEVICE_KNOBS == UAPI_CONFORM_SET_KNOBS &&
	      DEVICE_RESET == UAPI_CONFORM_RESET, "the reproducers' device is the fixture");
static_assert(offsetof(struct device_state, last) == offsetof(struct uapi_conform_state, last) &&
	      offsetof(struct device_call, done) == offsetof(struct uapi_conform_call, done) &&
	      ANSWER_MAGIC == UAPI_CONFORM_ANSWER_MAGIC &&
	      VIOMMU_TYPE == UAPI_CONFORM_VIOMMU_TYPE, "with the same layout");

struct tsm_world_of {
	struct tsm_player player;
	struct tsm_model model;
};

static_assert(sizeof(struct tsm_world_of) <= TSM_WORLD_SIZE, "the world has its place");

#define MOST_STALLS	6

/* A VM is costly, and no part of what is explored: a child has one for all its worlds. */
static struct tsm_player kept = { .control = -1, .kvm = -1, .vm = -1, .bridge = -1 };

void tsm_world_begin(void *memory, const void *data)
{
	const struct tsm_facts *facts = data;
	struct tsm_world_of *world = memory;

	if (kept.control < 0) {
		struct tsm_session session;

		tsm_session_take(&session, facts);
		kept.control = facts->control;
	}
	world->player = kept;
	player_begin(&world->player);
	tsm_model_begin(&world->model, world->player.ids);
}

void tsm_world_end(void *memory)
{
	struct tsm_world_of *world = memory;

	player_end(&world->player);
	kept.kvm = world->player.kvm;
	kept.vm = world->player.vm;
	kept.bridge = world->player.bridge;
}

static uint64_t pack_errors(const struct tsm_right *right)
{
	uint64_t packed = 0;

	for (int i = 0; i < 3; i++)
		packed |= (uint64_t)(right->errors[i] & 0xfff) << (8 + 12 * i);
	return packed | (uint64_t)right->any << 48;
}

/*
 * Clauses that a good call may break by something that is special about it. If the call is as wrong
 * without that, it was another clause.
 */
static bool by_chance(unsigned int requirement)
{
	return requirement == SIZE_LONG || requirement == NO_PRIVILEGE ||
	       requirement == FD_SHARED || requirement == BUFFER_NOT_TOUCHED ||
	       requirement == OP_VIOMMU_VM;
}

/*
 * A close that stalls costs a minute. Once it has been seen it is left out in this process, and in
 * all after as many as it takes to repeat and to show it. With what came of a step: count it.
 */
static bool stalls(const struct tsm_facts *facts, const struct tsm_met *met)
{
	static bool here;

	if (met && met->aspect == CLOSE_TIME) {
		here = true;
		facts->shared->stalls++;
	}
	return here || facts->shared->stalls >= MOST_STALLS;
}

void tsm_world_apply(void *memory, const void *place, const void *data, struct uc_observed *seen)
{
	const struct tsm_step *step = place;
	struct tsm_world_of *world = memory;
	bool closes = step->op == DO_MEET && step->which == MEET_CLOSE;
	struct tsm_right right;
	struct tsm_met met;

	seen->kind = step->op;
	seen->skipped = !tsm_model_can(&world->model, step) || (closes && stalls(data, NULL));
	if (seen->skipped)
		return;
	tsm_model_right(&world->model, step, &right);
	if (closes)
		uc_patience(TSM_CLOSE_PATIENCE);
	play_step(&world->player, step, &right, &met);
	if (closes)
		stalls(data, &met);
	seen->answer = met.result == -1 ? -met.error : met.result;
	seen->wrong = met.aspect != NOTHING;
	seen->requirement = tsm_model_requirement(&world->model, step, &right, met.aspect);
	seen->consequence = by_chance(seen->requirement);
	seen->data[SEEN_WHAT] = met.aspect | pack_errors(&right);
	seen->data[SEEN_EXPECTED] = met.aspect == RESULT ? (uint64_t)right.low : met.expected;
	seen->data[SEEN_GOT] = met.got;
	seen->data[SEEN_ID] = met.id | (uint64_t)(uint32_t)met.second << 32;
	if (met.aspect == RESULT && right.low > right.high)
		seen->data[SEEN_EXPECTED] = UINT64_MAX;
	if (!seen->wrong)
		tsm_model_follow(&world->model, step, &right, &met);
}
