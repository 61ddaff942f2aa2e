/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps as text, which rows are written in, --replay takes and every failure prints:
 *
 *	TSM_REQ scope=9 = EINVAL; TSM_OP BIND = 0 binds; DESTROY vdevice; TSM_REQ = ENOENT
 *
 * A call names only what is not as in the good one; "= ..." is what must come of it, else the rules
 * decide: a residue, an errno ("or" another), "open"; "from TSM" for an error of its own; "binds",
 * "unbinds" where the TSM is asked to.
 */
#ifndef TSM_TEXT_H
#define TSM_TEXT_H

#include "../../harness/steps.h"
#include "step.h"

extern const char *const tsm_step_names[TSM_STEP_OPS];

/* What a step of its kind can say (harness/steps.h). */
uc_column_of tsm_column;

/* Read one step; 0 after a fault. */
uc_read_step tsm_parse_step;

/* Read steps separated by semicolons, at most @room; returns how many, or 0 with *why (static). */
unsigned int tsm_parse_steps(const char *text, struct tsm_step *steps, unsigned int room,
			     const char **why);

/* The same for the suite's own text; ends the row as ERROR where it is wrong. */
unsigned int tsm_read_steps(struct tsm_step *steps, unsigned int room, const char *text);

/* Change a step as these words say, which is the suite's own text. */
void tsm_spoil(struct tsm_step *step, const char *words);

/* Write the step; what tsm_parse_step() reads. @expect: also what it says must come of it. */
void tsm_write_step(const struct tsm_step *step, bool expect, char *text, size_t size);

/* The same in one of two static buffers that take turns, for a failure's "call:". */
const char *tsm_step_text(const void *step);

#endif /* TSM_TEXT_H */
