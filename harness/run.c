// SPDX-License-Identifier: GPL-2.0-only
/* From the selected rows to TAP and an exit code. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "explore.h"
#include "isolate.h"
#include "plan.h"
#include "record.h"
#include "run.h"
#include "stop.h"
#include "tap.h"
#include "watch.h"

/* All that the steps of a run look at. */
struct run {
	const struct uc_options *options;
	bool own_vm;
	struct uc_planned *plan;
	size_t count;
	unsigned int counts[UC_FAIL + 1];
	enum uc_verdict beside;		/* what came of something that is no row */
	const char *unusable;		/* why this boot can judge no other row, or NULL */
};

/* A verdict that needs no child, which the caller says. */
static void decide(void)
{
	const char *unusable = uc_shared->unusable;

	uc_shared_reset();
	uc_shared->unusable = unusable;
}

static void fail_kernel(const struct uc_entry *entry, const char *when, const char *said)
{
	uc_shared_blame(entry->suite, entry->row);
	uc_shared_fail_kernel("%s:\n%s", when, said);
}

/* What a row is that does not run. */
static void decide_excluded(const struct uc_planned *planned)
{
	const struct uc_suite_state *state = planned->state;

	uc_shared_reset();
	if (state->broken && state->kernel_broke) {
		fail_kernel(planned->entry, "while it was found out what this kernel has",
			    state->broken);
	} else if (state->broken) {
		uc_shared_error("the suite's set-up is broken: %s", state->broken);
	} else {
		uc_shared->verdict = UC_SKIP;
		uc_shared->skip_reason = planned->missing->reason;
	}
}

/* What a row is whose control failed. */
static void decide_uncontrolled(const struct uc_planned *planned, const struct uc_trial *trial)
{
	decide();
	if (trial->killed)
		fail_kernel(planned->entry, "in the call that this row is built on",
			    trial->failure);
	else
		uc_shared_error("the positive control '%s' failed, so nothing that is built on it can "
				"be judged:\n%s", trial->control->name, trial->failure);
}

/* In a child of its own, watched. */
static void run_singly(const struct run *run, const struct uc_order *order, const char *name, int timeout)
{
	int pid = uc_isolate(name, uc_carry_out, order, timeout);

	uc_watch_row(pid, 0, run->own_vm);
}

static void try_control(struct run *run, const struct uc_planned *planned, struct uc_trial *trial)
{
	const struct uc_order order = { planned->entry, trial->control, planned->state->facts };
	const bool first = !uc_batch_size();

	if (planned->batched) {
		bool passed = uc_batch_run(&order, run->options->timeout, false, run->own_vm);

		/* A row before it may be what is wrong: a control run singly is what rows rest on. */
		if (passed || first || uc_shared->unusable || uc_batch_complaint()) {
			uc_trial_ended(trial, planned->state);
			return;
		}
	}
	uc_batch_end(run->options->timeout);
	if (uc_stop_asked())
		return;
	run_singly(run, &order, trial->control->name, run->options->timeout);
	uc_trial_ended(trial, planned->state);
}

static struct uc_sequence replayed;	/* the steps of --replay */

static struct uc_exploration exploration_of(const struct run *run, const struct uc_planned *planned)
{
	return (struct uc_exploration){
		.suite = planned->entry->suite, .explorer = planned->entry->suite->explorer,
		.id = planned->entry->row->id, .facts = planned->state->facts,
		.options = run->options, .replay = run->options->replay ? &replayed : NULL,
		.own_vm = run->own_vm,
	};
}

static bool explores(const struct run *run)
{
	return run->options->explore || run->options->replay;
}

static void judge_singly(struct run *run, const struct uc_planned *planned)
{
	const struct uc_order order = { planned->entry, NULL, planned->state->facts };
	const struct uc_row *row = planned->entry->row;

	uc_batch_end(run->options->timeout);
	if (explores(run)) {
		struct uc_exploration exploration = exploration_of(run, planned);

		uc_explore(&exploration);
		return;
	}
	run_singly(run, &order, row->id, row->timeout ?: run->options->timeout);
}

/* Whether the next row that runs may be in the batch of this one. */
static bool batch_goes_on(const struct run *run, const struct uc_planned *planned)
{
	for (const struct uc_planned *next = planned + 1; next < run->plan + run->count; next++) {
		const struct uc_trial *trial = uc_trial(next->entry->row->control);

		if (!uc_plan_excludes(next) && !trial->failure)
			return next->batched;
	}
	return false;
}

static void judge_in_batch(struct run *run, const struct uc_planned *planned)
{
	const struct uc_order order = { planned->entry, NULL, planned->state->facts };
	const bool first = !uc_batch_size(), last = !batch_goes_on(run, planned);
	static struct uc_shared before;

	if (uc_batch_run(&order, run->options->timeout, last, run->own_vm) || first ||
	    uc_shared->unusable || uc_stop_asked())
		return;
	before = *uc_shared;
	judge_singly(run, planned);
	uc_batch_compare(&before, uc_batch_first());
}

/* Leaves the verdict and all that was said in uc_shared. */
static void judge(struct run *run, const struct uc_planned *planned)
{
	struct uc_trial *trial = uc_trial(planned->entry->row->control);

	/* What is skipped does not run. */
	if (!planned->missing)
		uc_tap_run(planned->entry);
	if (uc_plan_excludes(planned)) {
		decide_excluded(planned);
		return;
	}
	if (!trial->tried)
		try_control(run, planned, trial);
	if (uc_stop_asked())
		return;
	if (trial->failure)
		decide_uncontrolled(planned, trial);
	else if (uc_shared->unusable)
		decide();	/* charge() makes that a FAIL */
	else if (planned->batched && !explores(run))
		judge_in_batch(run, planned);
	else
		judge_singly(run, planned);
}

/* What the kernel said of the set-up is the next row's: its calls are those that any row makes. */
static void charge(const struct uc_planned *planned)
{
	struct uc_suite_state *state = planned->state;

	if (!state->complaint || uc_shared->verdict == UC_SKIP)
		return;
	fail_kernel(planned->entry, "while the suite was set up", state->complaint);
	free(state->complaint);
	state->complaint = NULL;
}

/* A row that fails may end before it comes to its other requirements: then only those are judged that it blames. */
static void account(struct run *run, const struct uc_planned *planned)
{
	const struct uc_row *row = planned->entry->row;

	run->counts[uc_shared->verdict]++;
	for (size_t i = 0; i < UC_MAX_CHECKS && row->checks[i]; i++)
		planned->state->judged[row->checks[i]] |= uc_shared->verdict == UC_PASS ||
							  uc_shared->blamed[row->checks[i]];
}

static void print_findings(const void *exploration)
{
	uc_explore_print(exploration);
}

static void conclude(struct run *run, const struct uc_planned *planned)
{
	struct uc_exploration exploration = exploration_of(run, planned);

	charge(planned);
	uc_tap_row(planned->entry, explores(run) ? print_findings : NULL, &exploration);
	account(run, planned);
	run->unusable = uc_shared->unusable;
	if (run->unusable)
		uc_tap_bail("%s, so no other row can be judged before the next boot: then go on "
			    "with --after %s", run->unusable, planned->entry->row->id);
}

static void run_rows(struct run *run)
{
	for (size_t i = 0; i < run->count && !uc_stop_asked() && !run->unusable; i++) {
		judge(run, &run->plan[i]);
		if (!uc_stop_asked())	/* what was cut short is not a verdict */
			conclude(run, &run->plan[i]);
	}
	uc_batch_end(run->options->timeout);
}

static bool same_file(int one, int other)
{
	struct stat first, second;

	return !fstat(one, &first) && !fstat(other, &second) && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* No row is run: one line says why, to whoever sends the TAP elsewhere too. */
static int refuse(int code, const char *why)
{
	const int length = strcspn(why, "\n");

	uc_tap_bail("%.*s", length, why);
	if (!same_file(STDOUT_FILENO, STDERR_FILENO))
		fprintf(stderr, "uapi-conform: %.*s\n", length, why);
	uc_states_end();
	return code;
}

/* Everything that comes before the first row; 0, or the exit code where there will be none. */
static int set_up(struct run *run, const struct uc_selection *selection)
{
	const struct uc_options *options = run->options;
	const struct uc_suite_state *refused;
	const char *gap;
	struct uc_words words;
	char why[sizeof(words.fault) + 16];

	uc_stop_begin();
	uc_isolate_begin();
	uc_tap_begin(options->record ? 0 : selection->count * options->repeat);
	uc_print_provenance(options);
	gap = uc_isolate_gap();
	if (gap)
		return refuse(UC_EXIT_NOTHING, gap);
	uc_states_begin(selection, options->timeout, run->own_vm);
	refused = uc_states_refused();
	if (refused)
		return refuse(refused->refused, refused->broken);
	uc_batch_begin();
	run->plan = uc_plan(selection, options->timeout);
	run->count = run->plan ? selection->count : 0;
	if (!run->plan)
		return refuse(UC_EXIT_ERROR, "no memory for the plan");
	if (options->replay &&
	    !uc_replay_parse(selection->entries[0].suite->explorer, options->replay,
			     run->plan[0].state->facts, &replayed, &words)) {
		snprintf(why, sizeof(why), "--replay: %s", words.fault);
		return refuse(UC_EXIT_USAGE, why);
	}
	return 0;
}

/*
 * What came after the last row, or with putting things back, is no row's, and
 * still must not pass unseen.
 */
static void look_at_last(struct run *run)
{
	static const char prefix[] = "# after the last row: ";

	uc_shared_reset();
	uc_watch_row(-1, 0, run->own_vm);
	uc_tap_log(prefix, &uc_shared->details);
	uc_tap_log(prefix, &uc_shared->notes);
	if (run->beside < uc_shared->verdict)
		run->beside = uc_shared->verdict;
}

/* --strict: name each mandatory requirement of the rows that stayed unjudged; how many they are. */
static unsigned int print_unjudged(const struct uc_suite_state *state)
{
	unsigned int count = 0;

	for (size_t i = 1; i < state->suite->requirement_count; i++) {
		const struct uc_requirement *requirement = &state->suite->requirements[i];

		if (!state->selected[i] || state->judged[i] || requirement->optional)
			continue;
		uc_tap_comment("STRICT %s:%s was not judged: %s", state->suite->name,
			       requirement->id, requirement->text);
		count++;
	}
	return count;
}

static int exit_code(const struct run *run)
{
	unsigned int unjudged = 0;

	if (uc_stop_asked())
		return 128 + uc_stop_asked();
	for (struct uc_suite *suite = uc_suites(); run->options->strict && suite;
	     suite = suite->next)
		unjudged += print_unjudged(uc_state(suite));
	if (run->counts[UC_FAIL] || unjudged || run->beside == UC_FAIL)
		return UC_EXIT_FAIL;
	if (run->counts[UC_ERROR] || run->beside == UC_ERROR)
		return UC_EXIT_ERROR;
	return run->counts[UC_PASS] ? UC_EXIT_PASS : UC_EXIT_NOTHING;
}

int uc_run(const struct uc_options *options, const struct uc_selection *selection, bool own_vm)
{
	struct run run = { .options = options, .own_vm = own_vm };
	int code;

	if (!uc_shared_init()) {
		fprintf(stderr, "uapi-conform: no memory to share with the rows\n");
		return UC_EXIT_ERROR;
	}
	if (options->record && !uc_record_begin(options))
		return UC_EXIT_UNWRITABLE;
	code = set_up(&run, selection);
	if (code)
		return code;
	if (options->record)
		code = uc_record_all(options, selection, own_vm);
	for (int turn = 0; !options->record && turn < options->repeat && !uc_stop_asked() && !run.unusable; turn++)
		run_rows(&run);
	fflush(stdout);
	/* A second Ctrl-C must not leave half of it behind. */
	uc_stop_ignore();
	/*
	 * A VM of our own is thrown away, unless other mutants come, and to put things back a broken
	 * kernel may take forever.
	 */
	if (!run.unusable || !own_vm || options->mutants)
		uc_states_end();
	look_at_last(&run);
	free(run.plan);
	if (options->record)
		return code;
	if (uc_stop_asked())
		uc_tap_bail("ended by signal %d (%s), the rows above are complete", uc_stop_asked(),
			    sigabbrev_np(uc_stop_asked()));
	code = exit_code(&run);
	uc_tap_end();
	return code;
}
