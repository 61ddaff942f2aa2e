/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run knows about each suite: its facts, whether its set-up works, its controls. */
#ifndef UC_STATE_H
#define UC_STATE_H

#include "registry.h"

struct uc_suite_state {
	struct uc_suite *suite;
	void *facts;		/* shared with the children, who cannot write to it */
	size_t facts_length;	/* bytes mapped there */
	bool attached;
	char *broken;		/* why the set-up does not work, or NULL */
	bool *selected;		/* by requirement: a selected row checks it */
	bool *judged;		/* by requirement: a row that checks it was PASS or FAIL */
};

/* Prepare and attach every suite that has a selected row; prints what they note. */
void uc_states_begin(const struct uc_selection *selection, int timeout);

/* Detach what was attached. */
void uc_states_end(void);

struct uc_suite_state *uc_state(const struct uc_suite *suite);

/*
 * Run the control if it has not run in this run, and say why it failed, or
 * NULL. @timeout in seconds. A NULL control never fails.
 */
const char *uc_control_failure(const struct uc_control *control,
			       const struct uc_suite_state *state, int timeout);

#endif /* UC_STATE_H */
