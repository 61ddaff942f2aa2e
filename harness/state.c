// SPDX-License-Identifier: GPL-2.0-only
/* What a run knows about each suite: its facts, whether its set-up works, its controls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolate.h"
#include "run.h"
#include "state.h"
#include "watch.h"

#define MOST_SUITES	16
#define MOST_CONTROLS	32

/* Proprietary, out of tree, unsigned, staging: setting up a suite may load a module. */
#define TAINT_MODULES	(1UL << 0 | 1UL << 10 | 1UL << 12 | 1UL << 13)

static struct uc_suite_state states[MOST_SUITES];
static size_t state_count;

static struct {
	const struct uc_control *control;
	char *failure;
	bool killed;
} controls[MOST_CONTROLS];
static size_t control_count;

static void *or_die(void *memory)
{
	if (!memory || memory == MAP_FAILED) {
		perror("uapi-conform");
		exit(UC_EXIT_FAIL);
	}
	return memory;
}

/* Why the last child was no success, as a string of the caller's. */
static char *copy_failure(void)
{
	size_t length = uc_shared->details.used;

	if (length > sizeof(uc_shared->details.text))
		length = sizeof(uc_shared->details.text);
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

struct preparation {
	struct uc_suite *suite;
	void *facts;
};

static void prepare_in_child(const void *argument)
{
	const struct preparation *preparation = argument;

	preparation->suite->prepare(preparation->facts);
}

static void set_up(struct uc_suite_state *state, int timeout, bool own_vm)
{
	struct preparation preparation = { state->suite, state->facts };
	char prefix[80];
	const char *why = "attach failed";
	int pid;

	if (state->suite->prepare) {
		pid = uc_isolate(state->suite->name, prepare_in_child, &preparation, timeout);
		state->begun = pid > 0;
		uc_watch_row(pid, TAINT_MODULES, own_vm);
		snprintf(prefix, sizeof(prefix), "# %s: ", state->suite->name);
		uc_log_print(&uc_shared->notes, prefix);
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
		exit(UC_EXIT_FAIL);
	}
	state->suite = suite;
	state->facts_length = suite->facts_size ?: 1;
	state->facts = or_die(mmap(NULL, state->facts_length, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	state->selected = or_die(calloc(suite->requirement_count + 1, sizeof(bool)));
	state->judged = or_die(calloc(suite->requirement_count + 1, sizeof(bool)));
}

static const struct uc_suite_state *refusal(void)
{
	for (size_t i = 0; i < state_count; i++)
		if (states[i].refused)
			return &states[i];
	return NULL;
}

static bool same_file(int one, int other)
{
	struct stat first, second;

	return !fstat(one, &first) && !fstat(other, &second) && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

void uc_states_begin(const struct uc_selection *selection, int timeout, bool own_vm)
{
	bool used[MOST_SUITES] = { false };

	for (struct uc_suite *suite = uc_suites(); suite; suite = suite->next)
		add(suite);
	for (size_t i = 0; i < selection->count; i++) {
		struct uc_suite_state *state = uc_state(selection->entries[i].suite);
		const struct uc_row *row = selection->entries[i].row;

		used[state - states] = true;
		for (size_t j = 0; j < UC_MAX_CHECKS && row->checks[j]; j++)
			state->selected[row->checks[j]] = true;
	}
	for (size_t i = 0; i < state_count && !uc_stop_asked() && !refusal(); i++)
		if (used[i])
			set_up(&states[i], timeout, own_vm);
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

int uc_states_refused(void)
{
	const struct uc_suite_state *state = refusal();
	int length;

	if (!state)
		return 0;
	length = strcspn(state->broken, "\n");
	printf("Bail out! %.*s\n", length, state->broken);
	/* Whoever sends the TAP elsewhere sees it too. */
	if (!same_file(STDOUT_FILENO, STDERR_FILENO))
		fprintf(stderr, "uapi-conform: %.*s\n", length, state->broken);
	fflush(stdout);
	uc_states_end();
	return state->refused;
}

struct uc_suite_state *uc_state(const struct uc_suite *suite)
{
	size_t i = 0;

	while (states[i].suite != suite)
		i++;
	return &states[i];
}

struct trial {
	const struct uc_control *control;
	const void *facts;
};

static void control_in_child(const void *argument)
{
	const struct trial *trial = argument;

	trial->control->run(trial->facts);
}

bool uc_control_pending(const struct uc_control *control)
{
	for (size_t i = 0; i < control_count; i++)
		if (controls[i].control == control)
			return false;
	return control;
}

bool uc_control_killed(const struct uc_control *control)
{
	for (size_t i = 0; i < control_count; i++)
		if (controls[i].control == control)
			return controls[i].killed;
	return false;
}

static void end_control(const struct uc_control *control, char *failure, bool killed)
{
	if (control_count == MOST_CONTROLS) {
		fprintf(stderr, "uapi-conform: more than %d controls\n", MOST_CONTROLS);
		exit(UC_EXIT_FAIL);
	}
	controls[control_count].control = control;
	controls[control_count].killed = killed;
	controls[control_count++].failure = failure;
}

void uc_control_passed(const struct uc_control *control)
{
	end_control(control, NULL, false);
}

void uc_control_ended(const struct uc_control *control, struct uc_suite_state *state)
{
	bool works = uc_shared->verdict == UC_PASS || only_complained();

	if (only_complained() && !state->complaint)
		state->complaint = copy_failure();
	end_control(control, works ? NULL : copy_failure(), !works && uc_shared->kernel);
}

const char *uc_control_failure(const struct uc_control *control,
			       struct uc_suite_state *state, int timeout, bool own_vm)
{
	struct trial trial = { control, state->facts };

	if (!control)
		return NULL;
	for (size_t i = 0; i < control_count; i++)
		if (controls[i].control == control)
			return controls[i].failure;
	uc_watch_row(uc_isolate(control->name, control_in_child, &trial, timeout), 0, own_vm);
	uc_control_ended(control, state);
	return controls[control_count - 1].failure;
}
