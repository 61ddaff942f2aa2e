// SPDX-License-Identifier: GPL-2.0-only
/* The selected rows with what is known of each before the first runs. */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "plan.h"

static const struct uc_need *first_missing(const struct uc_row *row, const void *facts)
{
	for (size_t i = 0; i < UC_MAX_NEEDS && row->needs[i]; i++)
		if (!row->needs[i]->ask(facts))
			return row->needs[i];
	return NULL;
}

/* Take down which requirements the rows are about; not those that this kernel never promised. */
static void select_requirements(const struct uc_planned *planned)
{
	const struct uc_row *row = planned->entry->row;

	if (planned->missing && !strncmp(planned->missing->reason, UC_NOT_APPLICABLE,
					 strlen(UC_NOT_APPLICABLE)))
		return;
	for (size_t i = 0; i < UC_MAX_CHECKS && row->checks[i]; i++)
		planned->state->selected[row->checks[i]] = true;
}

struct uc_planned *uc_plan(const struct uc_selection *selection, int timeout)
{
	struct uc_planned *plan = calloc(selection->count + 1, sizeof(*plan));

	for (size_t i = 0; plan && i < selection->count; i++) {
		plan[i].entry = &selection->entries[i];
		plan[i].state = uc_state(selection->entries[i].suite);
		plan[i].batched = uc_batch_takes(plan[i].entry, timeout);
		if (!plan[i].state->broken)
			plan[i].missing = first_missing(plan[i].entry->row, plan[i].state->facts);
		select_requirements(&plan[i]);
	}
	return plan;
}

bool uc_plan_excludes(const struct uc_planned *planned)
{
	return planned->state->broken || planned->missing;
}
