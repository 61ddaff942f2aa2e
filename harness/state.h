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
			       const struct uc_suite_state *state, int timeout, bool own_vm);

/* It ran, not by uc_control_failure(): it passed, or uc_shared has what went wrong. */
void uc_control_ended(const struct uc_control *control, bool passed);

#endif /* UC_STATE_H */
