// SPDX-License-Identifier: GPL-2.0-only
/* What a run knows about each suite: its facts, whether its set-up works, its controls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolate.h"
#include "state.h"
#include "stop.h"
#include "tap.h"
#include "watch.h"

#define MOST_SUITES	16
#define MOST_CONTROLS	32

/* Proprietary, out of tree, unsigned, staging: setting up a suite may load a module. */
#define TAINT_MODULES	(1UL << 0 | 1UL << 10 | 1UL << 12 | 1UL << 13)

static struct uc_suite_state states[MOST_SUITES];
static size_t state_count;

static struct uc_trial trials[MOST_CONTROLS];
static size_t trial_count;

static void *or_die(void *memory)
{
	if (!memory || memory == MAP_FAILED) {
		perror("uapi-conform");
		exit(UC_EXIT_ERROR);
	}
	return memory;
}

/* Why the last child was no success, as a string of the caller's. */
static char *copy_failure(void)
{
	size_t length = uc_log_length(&uc_shared->details);

	/* What is not applicable here was no success either. */
	if (!length && uc_shared->skip_reason)
		return or_die(strdup(uc_shared->skip_reason));
	return or_die(strndup(uc_shared->details.text, length));
}

/* The child did all that it had to, and the kernel complained meanwhile. */
static bool only_complained(void)
{
	return uc_shared->verdict == UC_FAIL && uc_shared->kernel && uc_shared->ended &&
	       !uc_shared->said;
}

static void prepare_in_child(const void *argument)
{
	const struct uc_suite_state *state = argument;

	state->suite->prepare(state->facts);
}

static void set_up(struct uc_suite_state *state, int timeout, bool own_vm)
{
	char prefix[80];
	const char *why = "attach failed";
	int pid;

	if (state->suite->prepare) {
		pid = uc_isolate(state->suite->name, prepare_in_child, state, timeout);
		state->begun = pid > 0;
		uc_watch_row(pid, TAINT_MODULES, own_vm);
		snprintf(prefix, sizeof(prefix), "# %s: ", state->suite->name);
		uc_tap_log(prefix, &uc_shared->notes);
		if (only_complained()) {
			state->complaint = copy_failure();
		} else if (uc_shared->verdict != UC_PASS) {
			state->kernel_broke = uc_shared->kernel;
			state->refused = uc_shared->refused;
			state->broken = copy_failure();
			return;
		}
	}
	state->begun = true;
	if (state->suite->attach && !state->suite->attach(state->facts, &why))
		state->broken = or_die(strdup(why));
	uc_shared_reset();
	uc_watch_row(-1, TAINT_MODULES, own_vm);
	if (uc_shared->kernel && !state->complaint)
		state->complaint = copy_failure();
	else if (!state->broken && uc_shared->verdict != UC_PASS)
		state->broken = copy_failure();
	/* A row must not change what the next one believes. */
	mprotect(state->facts, state->facts_length, PROT_READ);
}

static void add(struct uc_suite *suite)
{
	struct uc_suite_state *state = &states[state_count++];

	if (state_count > MOST_SUITES) {
		fprintf(stderr, "uapi-conform: more than %d suites\n", MOST_SUITES);
		exit(UC_EXIT_ERROR);
	}
	state->suite = suite;
	state->facts_length = suite->facts_size ?: 1;
	state->facts = or_die(mmap(NULL, state->facts_length, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	state->selected = or_die(calloc(suite->requirement_count + 1, sizeof(bool)));
	state->judged = or_die(calloc(suite->requirement_count + 1, sizeof(bool)));
}

const struct uc_suite_state *uc_states_refused(void)
{
	for (size_t i = 0; i < state_count; i++)
		if (states[i].refused)
			return &states[i];
	return NULL;
}

void uc_states_begin(const struct uc_selection *selection, int timeout, bool own_vm)
{
	bool used[MOST_SUITES] = { false };

	for (struct uc_suite *suite = uc_suites(); suite; suite = suite->next)
		add(suite);
	for (size_t i = 0; i < selection->count; i++)
		used[uc_state(selection->entries[i].suite) - states] = true;
	for (size_t i = 0; i < state_count && !uc_stop_asked() && !uc_states_refused(); i++)
		if (used[i])
			set_up(&states[i], timeout, own_vm);
	uc_isolate_keep_children();
}

void uc_states_end(void)
{
	for (size_t i = 0; i < state_count; i++) {
		struct uc_suite_state *state = &states[i];

		if (!state->begun || !state->suite->detach)
			continue;
		mprotect(state->facts, state->facts_length, PROT_READ | PROT_WRITE);
		state->suite->detach(state->facts);
	}
}

struct uc_suite_state *uc_state(const struct uc_suite *suite)
{
	size_t i = 0;

	while (states[i].suite != suite)
		i++;
	return &states[i];
}

struct uc_trial *uc_trial(const struct uc_control *control)
{
	size_t i = 0;

	while (i < trial_count && trials[i].control != control)
		i++;
	if (i == MOST_CONTROLS) {
		fprintf(stderr, "uapi-conform: more than %d controls\n", MOST_CONTROLS);
		exit(UC_EXIT_ERROR);
	}
	if (i == trial_count)
		trials[trial_count++] = (struct uc_trial){ .control = control, .tried = !control };
	return &trials[i];
}

void uc_trial_ended(struct uc_trial *trial, struct uc_suite_state *state)
{
	bool works = uc_shared->verdict == UC_PASS || only_complained();

	if (only_complained() && !state->complaint)
		state->complaint = copy_failure();
	trial->tried = true;
	trial->failure = works ? NULL : copy_failure();
	trial->killed = !works && uc_shared->kernel;
}
