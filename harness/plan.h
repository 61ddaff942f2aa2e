/* SPDX-License-Identifier: GPL-2.0-only */
/* The selected rows with what is known of each before the first runs: needs are asked once. */
#ifndef UC_PLAN_H
#define UC_PLAN_H

#include "state.h"

struct uc_planned {
	const struct uc_entry *entry;
	struct uc_suite_state *state;
	const struct uc_need *missing;	/* the first need that is not there: a SKIP; or NULL */
	bool batched;			/* may be in a batch */
};

/* For the suites as they were set up, where a row has @timeout seconds; malloc()ed. NULL without memory. */
struct uc_planned *uc_plan(const struct uc_selection *selection, int timeout);

/* Whether the row does not run, whatever its control says. */
bool uc_plan_excludes(const struct uc_planned *planned);

#endif /* UC_PLAN_H */
