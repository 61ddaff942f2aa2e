// SPDX-License-Identifier: GPL-2.0-only
/* Judges the rows of the topics' tables, after the calls that everything rests on. */
#include <errno.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

/*
 * Where the state must not matter, the bound one is the hardest: there, nothing but the one thing
 * that is wrong keeps the request from the TSM.
 */
static enum tsm_state state_for(const struct tsm_row *row, const struct tsm_facts *facts)
{
	bool can_bind = facts->device.fixture && facts->vm;

	if (row->state == NOT_PCI)
		return IN_ANY_STATE;	/* another device, which the row opens itself */
	return row->state == IN_ANY_STATE && can_bind ? BOUND : row->state;
}

void tsm_run_row(const struct uc_row *base, const void *facts)
{
	const struct tsm_row *row = (const struct tsm_row *)base;
	struct tsm_session session;

	tsm_session_open(&session, facts, state_for(row, facts));
	if (row->custom)
		row->custom(&session, row);
	else
		tsm_judge(&session, &row->call, &row->expect);
}

static void bound(const void *facts)
{
	static const struct tsm_call good;
	static const struct tsm_expect expect = TSM_RETURNS(TSM_GOOD_RESP_LEN - TSM_GOOD_PRODUCE);
	struct tsm_session session;

	tsm_session_open(&session, facts, BOUND);
	tsm_judge(&session, &good, &expect);
}

/* Nothing is wrong with this call but the one thing that cannot be right without a device. */
static void anywhere(const void *data)
{
	const struct tsm_facts *facts = data;
	static const struct tsm_call unknown = { .id = ID_OF_NOTHING };
	static const struct tsm_expect expect = TSM_FAILS(ENOENT);
	struct tsm_session session;

	if (facts->device.fixture) {
		bound(facts);
		return;
	}
	tsm_session_open(&session, facts, IN_ANY_STATE);
	tsm_judge(&session, &unknown, &expect);
}

const struct uc_control tsm_control_bound = { .name = "bound", .run = bound };
const struct uc_control tsm_control_anywhere = { .name = "anywhere", .run = anywhere };
