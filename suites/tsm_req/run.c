// SPDX-License-Identifier: GPL-2.0-only
/* Judges the rows of the topics' tables, and the calls that everything rests on. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "../../harness/decode.h"
#include "call.h"
#include "rows.h"
#include "text.h"

/*
 * Where the state must not matter, the bound one is the hardest: there, nothing but the one thing
 * that is wrong keeps the request from the TSM.
 */
static enum tsm_state state_for(const struct tsm_row *row, const struct tsm_facts *facts)
{
	bool can_bind = facts->device.fixture && facts->vm;

	return row->state == IN_ANY_STATE && can_bind ? BOUND : row->state;
}

/* What is closed must be the row's, or closing it is not the last close. */
static bool needs_own_setup(const struct tsm_step *step)
{
	return step->op == DO_CLOSE || step->op == DO_OPEN ||
	       (step->op == DO_RACE && step->which == RACE_CLOSE);
}

static void prepare(struct tsm_session *session, const struct tsm_step *steps, unsigned int count)
{
	enum tsm_state state = tsm_model_state(&session->player.model, VDEVICE);
	bool changes = false;

	for (unsigned int i = 0; i < count; i++) {
		changes |= steps[i].op != DO_REQ;
		if (!needs_own_setup(&steps[i]) || session->own)
			continue;
		tsm_session_own_setup(session, true);
		tsm_session_reach(session, state);
	}
	if (changes)
		tsm_session_mark_dirty(session);
}

bool tsm_play_steps(struct tsm_session *session, const struct tsm_step *steps, unsigned int count)
{
	struct tsm_player *player = &session->player;
	bool right = true, stop = false;

	prepare(session, steps, count);
	for (unsigned int i = 0; i < count && !stop; i++) {
		/* By the rules there may be nothing left to do, after a race. */
		if (steps[i].expect == BY_THE_RULES && !tsm_model_can(&player->model, &steps[i]))
			continue;
		if (tsm_play_step(player, &steps[i]))
			continue;
		right = false;
		stop = steps[i].op != DO_REQ;
	}
	/* Whatever is wrong may be wrong with the device by now, and that is not the next row's. */
	if (right)
		tsm_session_decide(session);
	else
		tsm_session_mark_dirty(session);
	return right;
}

static bool play_text(struct tsm_session *session, const char *text)
{
	struct tsm_step steps[TSM_MOST_STEPS];
	unsigned int count = tsm_read_steps(steps, TSM_MOST_STEPS, text);

	return tsm_play_steps(session, steps, count);
}

bool tsm_play_text(struct tsm_session *session, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return play_text(session, text);
}

/* The second number is for a row that gives it a bit more. */
static void play_each(struct tsm_session *session, const struct tsm_row *row)
{
	for (__u32 number = row->first; number <= row->last; number++) {
		__u32 value = row->bits ? 1U << number : number;
		char text[256];

		snprintf(text, sizeof(text), row->steps, value, value | 1);
		play_text(session, text);
	}
}

void tsm_run_row(const struct uc_row *base, const void *facts)
{
	const struct tsm_row *row = (const struct tsm_row *)base;
	struct tsm_session session;

	tsm_session_open(&session, facts, state_for(row, facts));
	session.player.checks = row->row.checks;
	session.player.open = row->open;
	if (row->custom)
		row->custom(&session, row);
	else if (row->last)
		play_each(&session, row);
	else
		play_text(&session, row->steps);
}

void tsm_replay_row(const struct uc_row *base, char *text, size_t size)
{
	const struct tsm_row *row = (const struct tsm_row *)base;
	const bool bound = row->state == BOUND || row->state == NOT_LINK;
	const char *bind = tsm_rules_now->alloc_binds ? "DESTROY vdevice; VDEVICE_ALLOC; " : "TSM_OP BIND; ";
	const char *then = row->state == UNCONNECTED ? "DISCONNECT; " :
			   row->state == NOT_LINK ? "OVERRIDE not-link; " :
			   row->state == NOT_PCI ? "OPEN plain; VDEVICE_ALLOC plain; " : "";

	*text = '\0';
	if (!row->custom && !row->last)
		snprintf(text, size, "%s%s%s", bound ? bind : "", then, row->steps);
}

/*
 * A call that must come to anything but an error. How much it returns and what it wrote is for the
 * rows to judge: a control that is as strict as they are would make an ERROR of every FAIL.
 */
static void try_call(struct tsm_session *session, const char *text, int expected)
{
	struct tsm_issue issue;
	const struct tsm_observed observed = tsm_make(&session->player, text, &issue);

	if (expected ? observed.result == -1 && observed.error == expected : observed.result >= 0)
		return;
	tsm_session_mark_dirty(session);
	uc_fail("call:     %s\nexpected: %s\ngot:      %s", text,
		expected ? uc_errno_name(expected) : "no error",
		uc_result_name(observed.result, observed.error));
}

static void bound(const void *facts)
{
	struct tsm_session session;

	tsm_session_open(&session, facts, BOUND);
	try_call(&session, "TSM_REQ", 0);
}

/* Nothing is wrong with this call but the one thing that cannot be right without a device. */
static void anywhere(const void *data)
{
	const struct tsm_facts *facts = data;
	struct tsm_session session;

	if (facts->device.fixture && facts->vm) {
		bound(facts);
		return;
	}
	tsm_session_open(&session, facts, IN_ANY_STATE);
	try_call(&session, "TSM_REQ id=nothing", facts->tsm_built ? ENOENT : EOPNOTSUPP);
}

const struct uc_control tsm_control_bound = { .name = "bound", .run = bound };
const struct uc_control tsm_control_anywhere = { .name = "anywhere", .run = anywhere };
