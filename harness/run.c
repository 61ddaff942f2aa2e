// SPDX-License-Identifier: GPL-2.0-only
/* From the selected rows to TAP and an exit code. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "batch.h"
#include "explore.h"
#include "isolate.h"
#include "print.h"
#include "run.h"
#include "state.h"
#include "watch.h"

#define MOST_MEMBERS	256	/* rows in one process: what one of them spoils is run again */

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
}

bool uc_stop_asked(void)
{
	return stop_signal;
}

/*
 * What asks the run to end; SIGPIPE, because nobody reads it any more. No
 * SA_RESTART: a wait for a row must end too.
 */
static void set_signals(void (*handler)(int))
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction action = { .sa_handler = handler }, before;

	for (size_t i = 0; i < UC_ARRAY_SIZE(numbers); i++) {
		/* nohup, or a shell's &. */
		if (!sigaction(numbers[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
	}
}

/* A verdict that needs no child; the caller says why. */
static void decide(enum uc_verdict verdict)
{
	uc_shared_reset();
	uc_shared->verdict = verdict;
}

/* Whether the row may run; otherwise uc_shared says what it is instead. */
static bool needs_hold(const struct uc_row *row, const struct uc_suite_state *state)
{
	for (size_t i = 0; i < UC_MAX_NEEDS && row->needs[i]; i++) {
		switch (row->needs[i]->ask(state->facts)) {
		case UC_YES:
			continue;
		case UC_NO:
			decide(UC_SKIP);
			uc_shared->skip_reason = row->needs[i]->reason;
			return false;
		case UC_BROKEN:
			decide(UC_ERROR);
			uc_log_add(&uc_shared->details,
				   "it could not be found out whether the need '%s' is met",
				   row->needs[i]->name);
			return false;
		}
	}
	return true;
}

struct job {
	const struct uc_entry *entry;
	const void *facts;
};

static void run_in_child(const void *argument)
{
	const struct job *job = argument;

	uc_shared_blame(job->entry->suite, job->entry->row);
	job->entry->topic->run(job->entry->row, job->facts);
	uc_shared_row_ended();
}

/* Whether the row needs no child; the verdict and all that is to be said are in uc_shared then. */
static bool decided(const struct uc_entry *entry, const struct uc_options *options, bool own_vm)
{
	struct uc_suite_state *state = uc_state(entry->suite);
	const char *failed, *unusable;

	if (state->broken && state->kernel_broke) {
		decide(UC_PASS);
		uc_shared_blame(entry->suite, entry->row);
		uc_shared_fail_kernel("while it was found out what this kernel has:\n%s",
				      state->broken);
		return true;
	}
	if (state->broken) {
		decide(UC_ERROR);
		uc_log_add(&uc_shared->details, "the suite's set-up is broken: %s", state->broken);
		return true;
	}
	if (!needs_hold(entry->row, state))
		return true;
	failed = uc_control_failure(entry->row->control, state, options->timeout, own_vm);
	if (!failed && !(state->complaint && uc_shared->unusable))
		return false;
	unusable = uc_shared->unusable;
	decide(failed ? UC_ERROR : UC_PASS);	/* charge() makes that a FAIL */
	uc_shared->unusable = unusable;
	if (!failed)
		return true;
	if (uc_control_killed(entry->row->control)) {
		uc_shared_blame(entry->suite, entry->row);
		uc_shared_fail_kernel("in the call that this row is built on:\n%s", failed);
		return true;
	}
	uc_log_add(&uc_shared->details, "the positive control '%s' failed, so nothing that is built "
		   "on it can be judged:\n%s", entry->row->control->name, failed);
	return true;
}

/* Leaves the verdict and all that was said in uc_shared. */
static void judge_singly(const struct uc_entry *entry, const struct uc_options *options, bool own_vm)
{
	struct job job = { entry, uc_state(entry->suite)->facts };
	int pid;

	if (options->explore || options->replay) {
		struct uc_exploration exploration = uc_exploration_of(entry, options, own_vm);

		uc_explore(&exploration);
		return;
	}
	pid = uc_isolate(entry->row->id, run_in_child, &job,
			 entry->row->timeout ?: options->timeout);
	uc_watch_row(pid, entry->row->expected_taint, own_vm);
}

static void account(const struct uc_entry *entry, enum uc_verdict verdict, unsigned int *counts)
{
	struct uc_suite_state *state = uc_state(entry->suite);

	counts[verdict]++;
	for (size_t i = 0; i < UC_MAX_CHECKS && entry->row->checks[i]; i++)
		state->judged[entry->row->checks[i]] |= verdict == UC_PASS || verdict == UC_FAIL;
}

/* All that the steps of a run look at. */
struct run {
	const struct uc_options *options;
	bool own_vm;
	unsigned int counts[UC_FAIL + 1];
	const struct uc_entry *announced;	/* whose "# run" line is printed, and no result yet */
	const char *unusable;	/* why this boot can judge no other row, or NULL */
};

/* Before anything runs for the row: should the kernel die of that, this is what names it. */
static void announce(struct run *run, const struct uc_entry *entry)
{
	if (run->announced != entry)
		uc_tap_comment("run %s", entry->row->id);
	run->announced = entry;
}

/* What the kernel said of the set-up is the next row's: its calls are those that any row makes. */
static void charge(const struct uc_entry *entry)
{
	struct uc_suite_state *state = uc_state(entry->suite);

	if (!state->complaint)
		return;
	uc_shared_blame(entry->suite, entry->row);
	uc_shared_fail_kernel("while the suite was set up:\n%s", state->complaint);
	free(state->complaint);
	state->complaint = NULL;
}

static void conclude(struct run *run, const struct uc_entry *entry)
{
	charge(entry);
	uc_print_row(entry, run->options);
	account(entry, uc_shared->verdict, run->counts);
	run->announced = NULL;
	if (!uc_shared->unusable)
		return;
	run->unusable = uc_shared->unusable;
	printf("Bail out! %s, so no other row can be judged before the next boot: then go on with "
	       "--after %s\n", run->unusable, entry->row->id);
	fflush(stdout);
}

/* The options of the run at work, for what a batch prints in its child. */
static const struct run *at_work;

static void print_passed(const struct uc_member *member)
{
	uc_print_row(member->entry, at_work->options);
	for (unsigned int i = 1; i <= member->skips; i++) {
		needs_hold(member->entry[i].row, uc_state(member->entry[i].suite));
		uc_print_row(&member->entry[i], at_work->options);
	}
}

static bool among(const struct uc_member *members, unsigned int count,
		  const struct uc_control *control)
{
	for (unsigned int i = 0; i < count; i++)
		if (members[i].control == control)
			return true;
	return false;
}

/*
 * The rows from @entries on that can be in one batch, of at most @count, in @members. Rows that
 * are skipped may stand between them.
 */
static unsigned int gather(struct run *run, const struct uc_entry *entries, size_t count,
			   struct uc_member members[MOST_MEMBERS])
{
	unsigned int found = 0;

	for (size_t i = 0; i < count && found < MOST_MEMBERS; i++) {
		struct uc_suite_state *state = uc_state(entries[i].suite);
		const struct uc_control *control;

		if (!state->broken && !needs_hold(entries[i].row, state)) {
			if (uc_shared->verdict != UC_SKIP || !found)
				break;
			members[found - 1].skips++;
			continue;
		}
		if (!uc_batch_takes(&entries[i], run->options->timeout))
			break;
		control = entries[i].row->control;
		if (state->broken || state->complaint ||
		    (uc_control_pending(control) && found + 1 == MOST_MEMBERS))
			break;
		/* A control that has yet to run does so in the name of the row that wants it. */
		if (uc_control_pending(control) && !among(members, found, control))
			members[found++] = (struct uc_member){
				.entry = &entries[i], .control = control, .facts = state->facts,
				.announced = run->announced == &entries[i],
			};
		else if (!uc_control_pending(control) &&
			 decided(&entries[i], run->options, run->own_vm))
			break;
		members[found] = (struct uc_member){
			.entry = &entries[i], .facts = state->facts,
			.announced = run->announced == &entries[i] ||
				     (found && members[found - 1].entry == &entries[i]),
		};
		found++;
	}
	return found;
}

/* Run these in one child; returns how many entries have their verdict now, but for a signal. */
static size_t judge_batch(struct run *run, const struct uc_member *members, unsigned int count)
{
	const struct uc_batch batch = { members, count, run->options->timeout, run->own_vm,
					    print_passed };
	static struct uc_shared before;
	const struct uc_entry *last;
	const char *unusable;
	unsigned int begun;
	bool sure;

	at_work = run;
	begun = uc_batch_run(&batch, &sure);
	last = members[begun].entry;
	for (unsigned int i = 0; i < begun; i++) {
		if (members[i].control) {
			uc_control_passed(members[i].control);
			continue;
		}
		account(members[i].entry, UC_PASS, run->counts);
		for (unsigned int j = 1; j <= members[i].skips; j++)
			account(&members[i].entry[j], UC_SKIP, run->counts);
	}
	if (stop_signal)
		return 0;
	if (members[begun].control) {
		run->announced = last;
		/* A row before it may be what is wrong: a control run singly is what rows rest on. */
		if (uc_shared->unusable || uc_batch_complaint() ||
		    (!begun && uc_shared->verdict != UC_PASS))
			uc_control_ended(members[begun].control, uc_state(last->suite));
		else
			uc_control_failure(members[begun].control, uc_state(last->suite),
					   run->options->timeout, run->own_vm);
		unusable = uc_shared->unusable;
		if (!decided(last, run->options, run->own_vm)) {
			if (!unusable)
				return last - members[0].entry;
			decide(UC_PASS);	/* charge() makes that a FAIL */
			uc_shared->unusable = unusable;
		}
		sure = true;
	}
	if (!sure && !uc_shared->unusable) {
		before = *uc_shared;
		judge_singly(last, run->options, run->own_vm);
		uc_batch_compare(&before, members[0].entry->row->id);
	}
	if (!stop_signal)
		conclude(run, last);
	return last - members[0].entry + 1;
}

/* The next row, or several; returns how many entries that were. */
static size_t judge_next(struct run *run, const struct uc_entry *entries, size_t count)
{
	struct uc_member members[MOST_MEMBERS];
	unsigned int found = 0;

	if (!run->options->explore && !run->options->replay)
		found = gather(run, entries, count, members);
	if (found > 1)
		return judge_batch(run, members, found);
	/* What is skipped does not run. */
	if (uc_state(entries->suite)->broken ||
	    needs_hold(entries->row, uc_state(entries->suite)) || uc_shared->verdict != UC_SKIP)
		announce(run, entries);
	if (!decided(entries, run->options, run->own_vm))
		judge_singly(entries, run->options, run->own_vm);
	if (!stop_signal)	/* what was cut short is not a verdict */
		conclude(run, entries);
	return 1;
}

/*
 * What came after the last row, or with putting things back, is no row's, and
 * still must not pass unseen.
 */
static enum uc_verdict complained_at_last(bool own_vm)
{
	static const char prefix[] = "# after the last row: ";

	uc_shared_reset();
	uc_watch_row(-1, 0, own_vm);
	uc_log_print(&uc_shared->details, prefix);
	uc_log_print(&uc_shared->notes, prefix);
	return uc_shared->verdict;
}

int uc_run(const struct uc_options *options, const struct uc_selection *selection, bool own_vm)
{
	struct run run = { .options = options, .own_vm = own_vm };
	unsigned int unjudged = 0;
	enum uc_verdict last;
	int refused;

	if (!uc_shared_init()) {
		fprintf(stderr, "uapi-conform: no memory to share with the rows\n");
		return UC_EXIT_FAIL;
	}
	set_signals(on_signal);
	uc_isolate_begin();
	uc_tap_begin(selection->count * options->repeat);
	uc_print_provenance(options);
	uc_states_begin(selection, options->timeout, own_vm);
	refused = uc_states_refused();
	if (!refused && options->replay && !uc_print_parse_replay(&selection->entries[0], options))
		refused = UC_EXIT_USAGE;
	if (refused)
		return refused;
	if (!uc_batch_begin()) {
		fprintf(stderr, "uapi-conform: no memory to share with the rows\n");
		uc_states_end();
		return UC_EXIT_FAIL;
	}
	for (int turn = 0; turn < options->repeat && !stop_signal && !run.unusable; turn++)
		for (size_t i = 0; i < selection->count && !stop_signal && !run.unusable;)
			i += judge_next(&run, &selection->entries[i], selection->count - i);
	fflush(stdout);
	/* A second Ctrl-C must not leave half of it behind. */
	set_signals(SIG_IGN);
	/*
	 * A VM of our own is thrown away, unless other mutants come, and to put things back a broken
	 * kernel may take forever.
	 */
	if (!run.unusable || !own_vm || options->mutants)
		uc_states_end();
	last = complained_at_last(own_vm);
	if (stop_signal)
		printf("Bail out! ended by signal %d (%s), the rows above are complete\n",
		       (int)stop_signal, sigabbrev_np(stop_signal));
	else if (options->strict)
		unjudged = uc_print_unjudged(selection);
	uc_tap_end();
	if (stop_signal)
		return 128 + stop_signal;
	if (run.counts[UC_FAIL] || unjudged || last == UC_FAIL)
		return UC_EXIT_FAIL;
	if (run.counts[UC_ERROR] || last == UC_ERROR)
		return UC_EXIT_ERROR;
	return run.counts[UC_PASS] ? UC_EXIT_PASS : UC_EXIT_NOTHING;
}
