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
	bool *selected;		/* by requirement: a selected row checks it that applies here (plan.c) */
	bool *judged;		/* by requirement: a row that checks it was PASS or FAIL */
};

/*
 * Prepare and attach every suite that has a selected row, watched as rows are (watch.h), until a
 * signal asks the run to end; prints what they note. @timeout in seconds.
 */
void uc_states_begin(const struct uc_selection *selection, int timeout, bool own_vm);

/* The suite whose set-up refused what the user asked for, or NULL: its broken says why. */
const struct uc_suite_state *uc_states_refused(void);

/* Detach what was begun. */
void uc_states_end(void);

struct uc_suite_state *uc_state(const struct uc_suite *suite);

/* A row's positive control, as far as it is known in this run. */
struct uc_trial {
	const struct uc_control *control;
	bool tried;
	char *failure;		/* why it failed; NULL: it works */
	bool killed;		/* ... which is the kernel's doing: a call killed the process, or hangs */
};

/* That of this control. One for a NULL control works. */
struct uc_trial *uc_trial(const struct uc_control *control);

/*
 * It ran in a child, watched (watch.h), and uc_shared has what came of it. It works too where only the kernel complained: that is
 * kept for the next row.
 */
void uc_trial_ended(struct uc_trial *trial, struct uc_suite_state *state);

#endif /* UC_STATE_H */
