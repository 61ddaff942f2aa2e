/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a topic's tables are made of. A row names the state of the device, the one call that it
 * makes, described by how it differs from the good one, and what must come of it; where one call is
 * not enough, it names a function instead.
 */
#ifndef TSM_ROWS_H
#define TSM_ROWS_H

#include "../../harness/row.h"
#include "call.h"
#include "needs.h"
#include "requirements.h"

struct tsm_row {
	struct uc_row row;
	enum tsm_state state;
	struct tsm_call call;
	struct tsm_expect expect;
	/* Instead of the one call; the session is in the row's state. */
	void (*custom)(struct tsm_session *session, const struct tsm_row *row);
};

/* What must come of a row's call, as a column: see call.h. */
#define RETURNS(residue)		.expect = TSM_RETURNS(residue)
#define FAILS(number)			.expect = TSM_FAILS(number)
#define FAILS_OR(number, other)		.expect = { EXPECT_ERROR, (number), false, (other), NULL }
#define FAILS_IN_TSM(number)		.expect = TSM_FAILS_IN_TSM(number, 0)
#define FAILS_IN_TSM_OR(number, other)	.expect = TSM_FAILS_IN_TSM(number, other)
/* The document leaves it open, as the text says: characterised, never judged. */
#define OPEN_QUESTION(text)		.expect = { .kind = EXPECT_NOTHING, .open = (text) }

/* Whose requirements tsm_judge()'s failures are of, until the next row. */
void tsm_judge_row(const struct tsm_row *row);

/* Judges a row of such a table: a topic's run function. */
void tsm_run_row(const struct uc_row *row, const void *facts);

/* The good call on a bound vdevice succeeds. */
extern const struct uc_control tsm_control_bound;
/* The same where there is a device; an unknown vdevice is ENOENT, or EOPNOTSUPP without TSM. */
extern const struct uc_control tsm_control_anywhere;

/* Rows that the rules of every iommufd ioctl decide, in a kernel without TSM support too. */
#define ON_IOMMUFD	NEEDS(&tsm_need_v5), .control = &tsm_control_anywhere
/* Rows whose outcome is decided before the vdevice is looked at. */
#define ON_ANY		NEEDS(&tsm_need_v5, &tsm_need_tsm), .control = &tsm_control_anywhere
/* Rows that need the scripted device; CONTROL are the controls themselves. */
#define CONTROL		NEEDS(&tsm_need_v5, &tsm_need_tsm, &tsm_need_fixture, &tsm_need_bind)
#define ON_FIXTURE	CONTROL, .control = &tsm_control_bound
/* Rows that any device will do for, and that are harmless. */
#define ON_DEVICE	NEEDS(&tsm_need_v5, &tsm_need_tsm, &tsm_need_device), \
			.control = &tsm_control_anywhere

extern const struct uc_topic *const tsm_topics[];	/* NULL ends */

#endif /* TSM_ROWS_H */
