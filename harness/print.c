// SPDX-License-Identifier: GPL-2.0-only
/* What is said about a row that was judged, and of what no row could judge. */
#include <stdio.h>

#include "isolate.h"
#include "print.h"
#include "run.h"
#include "shared.h"
#include "state.h"

static struct uc_sequence replayed;	/* the steps of --replay */

struct uc_exploration uc_exploration_of(const struct uc_entry *entry,
					const struct uc_options *options, bool own_vm)
{
	return (struct uc_exploration){
		.suite = entry->suite, .explorer = entry->suite->explorer, .id = entry->row->id,
		.facts = uc_state(entry->suite)->facts, .sequences = options->explore,
		.seed = options->seed, .steps = options->steps, .timeout = options->timeout,
		.first = options->first, .replay = options->replay ? &replayed : NULL,
		.own_vm = own_vm, .stop = uc_stop_asked,
	};
}

bool uc_print_parse_replay(const struct uc_entry *entry, const struct uc_options *options)
{
	char why[512];

	if (uc_replay_parse(entry->suite->explorer, options->replay,
			    uc_state(entry->suite)->facts, &replayed, why, sizeof(why)))
		return true;
	printf("Bail out! %s\n", why);
	fprintf(stderr, "uapi-conform: %s\n", why);
	fflush(stdout);
	uc_states_end();
	return false;
}

static void print_requirements(const struct uc_entry *entry)
{
	for (size_t i = 0; i < UC_MAX_CHECKS && entry->row->checks[i]; i++) {
		const struct uc_requirement *requirement =
			&entry->suite->requirements[entry->row->checks[i]];

		uc_tap_comment("  requirement: %s:%s: %s [%s]", entry->suite->name,
			       requirement->id, requirement->text, requirement->source);
	}
}

/* By its name, and by its calls alone where the topic can say them. */
static void print_rerun(const struct uc_entry *entry)
{
	char steps[4096] = "";

	uc_tap_comment("  rerun: uapi-conform --case %s%s", entry->row->id, uc_option_words());
	if (entry->topic->replay)
		entry->topic->replay(entry->row, steps, sizeof(steps));
	if (steps[0])
		uc_tap_comment("  replay: uapi-conform --suite %s --replay '%s'%s",
			       entry->suite->name, steps, uc_option_words());
}

static void print_why(const struct uc_entry *entry, const struct uc_options *options)
{
	struct uc_exploration exploration;

	/* The details of a FAIL name those that are blamed. */
	if (!uc_shared->named)
		print_requirements(entry);
	uc_log_print(&uc_shared->details, "#   ");
	if (!options->explore && !options->replay) {
		print_rerun(entry);
		return;
	}
	exploration = uc_exploration_of(entry, options, false);
	uc_explore_print(&exploration);
}

void uc_print_row(const struct uc_entry *entry, const struct uc_options *options)
{
	const char *id = entry->row->id;
	char prefix[160];

	if (uc_shared->notes.used) {
		snprintf(prefix, sizeof(prefix), "# INFO %s: ", id);
		uc_log_print(&uc_shared->notes, prefix);
	}
	if (uc_shared->verdict >= UC_ERROR) {
		uc_tap_comment("%s %s", uc_shared->verdict == UC_FAIL ? "FAIL" : "ERROR", id);
		print_why(entry, options);
	}
	uc_tap_result(uc_shared->verdict, id, uc_shared->skip_reason);
}

unsigned int uc_print_unjudged(const struct uc_selection *selection)
{
	unsigned int count = 0;

	for (struct uc_suite *suite = uc_suites(); suite; suite = suite->next) {
		const struct uc_suite_state *state = uc_state(suite);

		for (size_t i = 1; selection->count && i < suite->requirement_count; i++) {
			if (state->selected[i] && !state->judged[i] &&
			    !suite->requirements[i].optional) {
				uc_tap_comment("STRICT %s:%s was not judged: %s", suite->name,
					       suite->requirements[i].id,
					       suite->requirements[i].text);
				count++;
			}
		}
	}
	return count;
}
