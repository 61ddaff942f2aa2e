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

	tsm_judge_row(row);
	tsm_session_open(&session, facts, state_for(row, facts));
	if (row->custom)
		row->custom(&session, row);
	else
		tsm_judge(&session, &row->call, &row->expect);
}

/*
 * A call that must come to anything but an error. How much it returns and what it wrote is for the
 * rows to judge: a control that is as strict as they are would make an ERROR of every FAIL.
 */
static void succeeds(struct tsm_session *session)
{
	static const struct tsm_call good;
	struct tsm_issue issue;

	tsm_lay_out(&issue, session, &good);
	uc_judging("%s", tsm_call_name(&good, issue.fields.vdevice_id));
	tsm_issue(&issue, session, &good);
	uc_judged();
	if (issue.result >= 0)
		return;
	tsm_session_disturb(session);
	uc_fail("call:     %s\nexpected: no error\ngot:      %s",
		tsm_call_name(&good, issue.fields.vdevice_id),
		uc_result_name(issue.result, issue.error));
}

static void bound(const void *facts)
{
	struct tsm_session session;

	tsm_session_open(&session, facts, BOUND);
	succeeds(&session);
}

/* Nothing is wrong with this call but the one thing that cannot be right without a device. */
static void anywhere(const void *data)
{
	const struct tsm_facts *facts = data;
	static const struct tsm_call unknown = { .id = ID_OF_NOTHING };
	struct tsm_session session;
	int expected = facts->tsm_built ? ENOENT : EOPNOTSUPP;
	struct tsm_issue issue;

	if (facts->device.fixture && facts->vm) {
		bound(facts);
		return;
	}
	tsm_session_open(&session, facts, IN_ANY_STATE);
	tsm_lay_out(&issue, &session, &unknown);
	uc_judging("%s", tsm_call_name(&unknown, issue.fields.vdevice_id));
	tsm_issue(&issue, &session, &unknown);
	uc_judged();
	if (issue.result != -1 || issue.error != expected)
		uc_fail("call:     %s\nexpected: %s\ngot:      %s",
			tsm_call_name(&unknown, issue.fields.vdevice_id), uc_errno_name(expected),
			uc_result_name(issue.result, issue.error));
}

const struct uc_control tsm_control_bound = { .name = "bound", .run = bound };
const struct uc_control tsm_control_anywhere = { .name = "anywhere", .run = anywhere };
