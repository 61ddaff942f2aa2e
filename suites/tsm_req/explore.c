// SPDX-License-Identifier: GPL-2.0-only
/* The suite's explorer: the player and its model, the language of steps, and what was observed. */
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "explore.h"
#include "rows.h"
#include "text.h"

/* Closes that take too long and are still played: as many as repeating and showing one takes. */
#define MOST_STALLS	6

/* A VM is costly, and no part of what is explored: a child has one for all its sequences. */
static struct tsm_setup kept = { .vm = -1, .bridge = -1, .keep_vm = true, .cdev = { -1, -1 },
				 .file = { -1, -1, -1 } };

static void begin(void *memory, const void *data)
{
	struct tsm_player *player = memory;
	static struct tsm_session session;
	char why[160];
	int rc;

	if (!session.shared)
		tsm_session_take(&session, data);
	*player = (struct tsm_player){ .facts = data, .setup = kept };
	/* Connected after it is made, where it would be bound else. */
	tsm_connect(&player->facts->device, false, why, sizeof(why));
	rc = tsm_setup_open(&player->setup, data, ENDPOINT, true);
	if (rc)
		tsm_no_setup(session.shared, rc, player->setup.why);
	session.shared->held = true;
	if (tsm_connect(&player->facts->device, true, why, sizeof(why)))
		uc_error("%s", why);
	tsm_model_begin(&player->model, player->setup.id);
}

static void end(void *memory)
{
	struct tsm_player *player = memory;
	char why[160];

	player->model.override = 0;
	tsm_fixture_knobs(player, NULL, 0);
	tsm_setup_close(&player->setup);
	tsm_connect(&player->facts->device, false, why, sizeof(why));
	kept = player->setup;
}

/*
 * A close that stalls costs a minute. Once it has been seen it is left out in this process, and in
 * all after as many as it takes to repeat and to show it. With what came of a step: count it.
 */
static bool stalls(const struct tsm_facts *facts, const struct tsm_observed *observed)
{
	static bool here;

	if (observed && observed->aspect == CLOSE_TIME) {
		here = true;
		facts->shared->stalls++;
	}
	return here || facts->shared->stalls >= MOST_STALLS;
}

/*
 * Clauses that a good call may break by something that is special about it. If the call is as wrong
 * without that, it was another clause.
 */
static bool by_chance(enum tsm_requirement requirement)
{
	return requirement == SIZE_LONG || requirement == NO_PRIVILEGE ||
	       requirement == FD_SHARED || requirement == BUFFER_NOT_TOUCHED ||
	       requirement == OP_VIOMMU_VM;
}

struct tsm_came tsm_came_of(const struct uc_observed *seen)
{
	struct tsm_came came;

	memcpy(&came, seen->data, sizeof(came));
	return came;
}

static void apply(void *memory, const void *place, const void *data, struct uc_observed *seen)
{
	const struct tsm_step *step = place;
	struct tsm_player *player = memory;
	bool closes = step->op == DO_RACE && step->which == RACE_CLOSE;
	struct tsm_came came;

	seen->kind = step->op;
	seen->skipped = !tsm_model_can(&player->model, step) || (closes && stalls(data, NULL));
	if (seen->skipped)
		return;
	seen->wrong = !tsm_play(player, step, &came.expected, &came.observed);
	if (closes)
		stalls(data, &came.observed);
	seen->answer = came.observed.result == -1 ? -came.observed.error : came.observed.result;
	seen->requirement = tsm_requirement_of(step, &came.expected, came.observed.aspect);
	seen->consequence = by_chance(seen->requirement);
	memcpy(seen->data, &came, sizeof(came));
}

static void decode(const void *step, const void *facts, char *text, size_t size)
{
	(void)facts;
	tsm_write_step(step, true, text, size);
}

static unsigned int parse(struct uc_words *words, void *steps, unsigned int room, const void *data)
{
	const struct tsm_facts *facts = data;
	const char *word = words->next;

	if (!tsm_parse_step(words, steps, room, data))
		return 0;
	words->word = word;
	if (facts && !facts->device.fixture)
		return uc_words_fault(words, "steps are played on the scripted device, which is not "
				      "here: load the project's device fixture");
	if (!tsm_step_sound(steps))
		return uc_words_fault(words, "this call cannot be played: its memory or lengths would "
				      "not be there");
	return 1;
}

static void explain(const void *step, const struct uc_observed *seen, char *expected, char *got,
		    size_t size)
{
	const struct tsm_came came = tsm_came_of(seen);
	const struct tsm_observed *observed = &came.observed;
	const struct tsm_aspect_text *aspect = &tsm_aspects[observed->aspect];
	char value[24];

	(void)step;
	snprintf(got, size, "%s", uc_result_name(observed->result, observed->error));
	if (observed->aspect <= RESULT) {
		snprintf(expected, size, "%s", tsm_expected_text(&came.expected));
		return;
	}
	snprintf(expected, size, "%s: %s", aspect->text, tsm_aspect_value(aspect->form, observed->expected, value));
	uc_append(got, size, ", and %s: %s", aspect->text, tsm_aspect_value(aspect->form, observed->got, value));
}

static const struct uc_row row[] = { { .id = "tsm_req.explore.sequences", ON_FIXTURE } };
static const struct uc_topic topic = UC_TOPIC("explore", row, NULL);

const struct uc_explorer tsm_explorer = {
	.topic = &topic,
	.kinds = tsm_step_names,
	.kind_count = TSM_STEP_OPS,
	.step_size = sizeof(struct tsm_step),
	.state_size = sizeof(struct tsm_player),
	.invent = tsm_explore_invent,
	.begin = begin,
	.end = end,
	.apply = apply,
	.simplify = tsm_explore_simplify,
	.decode = decode,
	.parse = parse,
	.explain = explain,
	.support = tsm_reproducer,
	.emit = tsm_explore_emit,
};
_Static_assert(sizeof(struct tsm_came) <= sizeof(((struct uc_observed *)0)->data), "what came has its place");
_Static_assert(sizeof(struct tsm_step) <= UC_MAX_STEP_SIZE, "a step has its place");
_Static_assert((int)TSM_STEP_OPS <= UC_MAX_KINDS, "every kind of step is counted");
