// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a sequence that fails to the shortest one that still fails in the same
 * way: leave out ever smaller parts, then make each step's arguments simpler,
 * and again, until nothing helps. Every candidate is played in a new state in
 * a child of its own.
 */
#include <string.h>

#include "explore_play.h"
#include "stop.h"

#define MOST_TRIALS	1000
#define MOST_SECONDS	60

struct shrinking {
	const struct uc_exploration *exploration;
	struct uc_finding *finding;
	double end;		/* of the time that it may take */
};

bool uc_same_failure(const struct uc_failure *failure, const struct uc_failure *sought)
{
	if (failure->kind != sought->kind)
		return false;
	if (failure->kind == UC_DIES || failure->requirement == sought->requirement)
		return true;
	return failure->kind == UC_WRONG && sought->observed.consequence &&
	       failure->observed.kind == sought->observed.kind &&
	       failure->observed.answer == sought->observed.answer;
}

static bool may_go_on(const struct shrinking *shrinking)
{
	return shrinking->finding->trials < MOST_TRIALS && !uc_stop_asked() && uc_seconds() < shrinking->end;
}

/* Whether the candidate fails in the same way; if so it takes the shrunk one's place. */
static bool take(struct shrinking *shrinking, struct uc_sequence *candidate)
{
	struct uc_finding *finding = shrinking->finding;
	struct uc_failure failure;

	if (!candidate->count || !may_go_on(shrinking))
		return false;
	finding->trials++;
	failure = uc_try_sequence(shrinking->exploration, candidate);
	if (!uc_same_failure(&failure, &finding->failure))
		return false;
	finding->failure = failure;
	finding->shrunk = *candidate;
	/* What comes after the failure has no part in it. */
	if (failure.kind != UC_COMPLAINS)
		finding->shrunk.count = failure.step + 1;
	return true;
}

static bool leave_out(struct shrinking *shrinking, unsigned int from, unsigned int count)
{
	size_t size = shrinking->exploration->explorer->step_size;
	struct uc_sequence candidate = shrinking->finding->shrunk;

	if (from >= candidate.count)
		return false;
	if (count > candidate.count - from)
		count = candidate.count - from;
	memmove(candidate.steps + from * size, candidate.steps + (from + count) * size,
		(candidate.count - from - count) * size);
	candidate.count -= count;
	return take(shrinking, &candidate);
}

static bool fewer_steps(struct shrinking *shrinking)
{
	const struct uc_sequence *shrunk = &shrinking->finding->shrunk;
	bool any = false;

	for (unsigned int part = (shrunk->count + 1) / 2; part; part /= 2) {
		/* From the end, because the failure is there and its causes are near. */
		for (unsigned int turn = (shrunk->count + part - 1) / part; turn--;)
			any |= leave_out(shrinking, turn * part, part);
	}
	return any;
}

static bool simpler_step(struct shrinking *shrinking, unsigned int index)
{
	const struct uc_explorer *explorer = shrinking->exploration->explorer;

	for (unsigned int attempt = 0;; attempt++) {
		struct uc_sequence candidate = shrinking->finding->shrunk;
		void *step = uc_step_of(shrinking->exploration, &candidate, index);
		uint64_t simpler[UC_MAX_STEP_SIZE / sizeof(uint64_t)];

		memcpy(simpler, step, explorer->step_size);
		if (!explorer->simplify(step, attempt, simpler))
			return false;
		if (!memcmp(simpler, step, explorer->step_size))
			continue;
		memcpy(step, simpler, explorer->step_size);
		if (take(shrinking, &candidate))
			return true;
	}
}

static bool simpler_steps(struct shrinking *shrinking)
{
	bool any = false;

	for (unsigned int i = 0; i < shrinking->finding->shrunk.count; i++)
		while (i < shrinking->finding->shrunk.count && simpler_step(shrinking, i))
			any = true;
	return any;
}

void uc_explore_shrink(const struct uc_exploration *exploration, struct uc_finding *finding)
{
	struct shrinking shrinking = {
		.exploration = exploration, .finding = finding, .end = uc_seconds() + MOST_SECONDS,
	};

	while (fewer_steps(&shrinking) | simpler_steps(&shrinking))
		;
}
