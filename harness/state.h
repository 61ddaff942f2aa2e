/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run knows about each suite: its facts, whether its set-up works, its controls. */
#ifndef UC_STATE_H
#define UC_STATE_H

#include "registry.h"

struct uc_suite_state {
	struct uc_suite *suite;
	void *facts;		/* shared with the children, who cannot write to it */
	size_t facts_length;	/* bytes mapped there */
	bool begun;		/* there may be something to put back */
	char *broken;		/* why the set-up does not work, or NULL */
	bool kernel_broke;	/* ... which is the kernel's doing */
	char *complaint;	/* what the kernel said of a set-up or control that works, for the next row; or NULL */
	int refused;		/* it is what the user asked for: the exit code, or 0 */
	bool *selected;		/* by requirement: a selected row checks it */
	bool *judged;		/* by requirement: a row that checks it was PASS or FAIL */
};

/*
 * Prepare and attach every suite that has a selected row, watched as rows are (watch.h), until a
 * signal asks the run to end; prints what they note. @timeout in seconds.
 */
void uc_states_begin(const struct uc_selection *selection, int timeout, bool own_vm);

/*
 * If a suite's set-up refused what the user asked for: say so, detach what was begun, and return
 * the exit code. Otherwise 0.
 */
int uc_states_refused(void);

/* Detach what was begun. */
void uc_states_end(void);

struct uc_suite_state *uc_state(const struct uc_suite *suite);

/* Whether the control is one that has not run in this run. */
bool uc_control_pending(const struct uc_control *control);

/*
 * Run the control if it has not run in this run, watched as rows are, and say
 * why it failed, or NULL. @timeout in seconds. A NULL control never fails.
 */
const char *uc_control_failure(const struct uc_control *control,
			       struct uc_suite_state *state, int timeout, bool own_vm);

/* Whether that failure is the kernel's doing: the process died in a call, or the call hangs. */
bool uc_control_killed(const struct uc_control *control);

/* It ran in a batch and passed. */
void uc_control_passed(const struct uc_control *control);

/*
 * It ran, not by uc_control_failure(), and uc_shared has what came of it. It works too where only
 * the kernel complained: that is kept for the next row.
 */
void uc_control_ended(const struct uc_control *control, struct uc_suite_state *state);

#endif /* UC_STATE_H */
