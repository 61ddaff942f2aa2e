// SPDX-License-Identifier: GPL-2.0-only
/* Playing sequences in children, and what those leave behind. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "explore_play.h"
#include "isolate.h"
#include "steps.h"
#include "watch.h"

#define TRIAL_TIMEOUT	10	/* seconds: shrinking a hang waits as often as it tries */

static struct uc_progress *progress;

struct uc_progress *uc_progress(void)
{
	void *memory;

	if (progress)
		return progress;
	memory = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (memory != MAP_FAILED)
		progress = memory;
	return progress;
}

void *uc_step_of(const struct uc_exploration *exploration, const struct uc_sequence *sequence,
		 unsigned int index)
{
	return (void *)(sequence->steps + index * exploration->explorer->step_size);
}

void uc_invent_sequence(const struct uc_exploration *exploration, unsigned long number,
			struct uc_sequence *sequence)
{
	struct uc_random random;

	uc_random_begin(&random, exploration->options->seed, number);
	memset(sequence->steps, 0, exploration->options->steps * exploration->explorer->step_size);
	sequence->count = exploration->options->steps;
	for (unsigned int i = 0; i < sequence->count; i++)
		exploration->explorer->invent(uc_step_of(exploration, sequence, i), sequence->steps,
					      i, &random, exploration->facts);
}

bool uc_replay_parse(const struct uc_explorer *explorer, const char *text, const void *facts,
		     struct uc_sequence *sequence, struct uc_words *words)
{
	*sequence = (struct uc_sequence){ .count = 0 };
	sequence->count = uc_read_steps(text, explorer->parse, sequence->steps, explorer->step_size,
					UC_MAX_STEPS, facts, words);
	words->word = words->fault[0] ? words->word : text;
	return sequence->count || uc_words_fault(words, "there is no step in '%.*s'",
						 UC_SHOWN(strlen(text)), text);
}

/* FNV-1a: two runs that printed the same digest played and observed the same. */
static uint64_t digest(uint64_t sum, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	while (size--)
		sum = (sum ^ *bytes++) * 0x100000001b3ULL;
	return sum;
}

static void count_answer(const struct uc_observed *observed)
{
	for (size_t i = 0; i < UC_ANSWERS; i++) {
		if (progress->answers[observed->kind][i].count &&
		    progress->answers[observed->kind][i].answer != observed->answer)
			continue;
		progress->answers[observed->kind][i].answer = observed->answer;
		progress->answers[observed->kind][i].count++;
		return;
	}
}

static void count_note(const char *note)
{
	for (size_t i = 0; note && i < UC_NOTES; i++) {
		if (progress->notes[i].note && progress->notes[i].note != note)
			continue;
		progress->notes[i].note = note;
		progress->notes[i].count++;
		return;
	}
}

static void account(const struct uc_exploration *exploration, const void *step,
		    const struct uc_observed *observed)
{
	progress->digest = digest(progress->digest, step, exploration->explorer->step_size);
	progress->digest = digest(progress->digest, &observed->answer, sizeof(observed->answer));
	if (observed->skipped)
		return;
	progress->calls++;
	count_answer(observed);
	count_note(observed->note);
}

static void name_step(const struct uc_exploration *exploration, const void *step)
{
	char text[256];

	exploration->explorer->decode(step, exploration->facts, text, sizeof(text));
	uc_judging("%s", text);
}

/* Everything in a state is the kernel's doing, its making and its end too. */
static void play(const struct uc_exploration *exploration, const struct uc_sequence *sequence,
		 bool careful, struct uc_failure *failure)
{
	static void *state;

	if (!state)
		state = malloc(exploration->explorer->state_size ?: 1);
	if (!state)
		uc_error("no memory for a state");
	memset(state, 0, exploration->explorer->state_size);
	*failure = (struct uc_failure){ .kind = UC_HOLDS };
	uc_judging("making a new state");
	exploration->explorer->begin(state, exploration->facts);
	for (unsigned int i = 0; i < sequence->count && failure->kind == UC_HOLDS; i++) {
		const void *step = uc_step_of(exploration, sequence, i);
		struct uc_observed observed = { 0 };

		progress->step = i;
		if (careful)
			name_step(exploration, step);
		exploration->explorer->apply(state, step, exploration->facts, &observed);
		if (careful) {
			progress->observed[i] = observed;
			progress->observed_steps = i + 1;
		} else {
			account(exploration, step, &observed);
		}
		if (observed.wrong)
			*failure = (struct uc_failure){ UC_WRONG, observed.requirement, i, observed };
	}
	if (careful)
		uc_judging("closing everything");
	exploration->explorer->end(state);
	uc_judged();
}

struct batch {
	const struct uc_exploration *exploration;
	unsigned long first, last;
};

static void batch_in_child(const void *argument)
{
	const struct batch *batch = argument;
	unsigned long taint = uc_watch_taint();
	static struct uc_sequence sequence;
	struct uc_failure failure;
	/* On a slow machine a batch must not be taken for a hang. */
	const double end = uc_seconds() + (batch->exploration->options->timeout + 3) / 4;

	for (unsigned long i = batch->first; i < batch->last && uc_seconds() < end; i++) {
		progress->sequence = i;
		progress->step = 0;
		uc_invent_sequence(batch->exploration, i, &sequence);
		play(batch->exploration, &sequence, false, &failure);
		progress->sequences++;
		progress->next = i + 1;
		if (failure.kind == UC_WRONG) {
			unsigned int which = failure.requirement;

			if (!progress->wrong[which].times++) {
				progress->wrong[which].sequence = i;
				progress->wrong[which].failure = failure;
			}
		}
		if (!progress->tainted && uc_watch_taint() != taint)
			progress->tainted = i + 1;
	}
}

/* The place in the kernel that a complaint names, as a number; 0 if it names none. */
static unsigned int place_of_complaint(void)
{
	const char *at = memmem(uc_shared->details.text, uc_log_length(&uc_shared->details), " at ", 4);

	return at ? digest(0, at, strcspn(at, "+\n")) >> 32 : 0;
}

/* How the child that just ended did, apart from wrong answers. */
static struct uc_failure ending(const struct uc_exploration *exploration, int pid)
{
	bool died = !uc_shared->ended && pid >= 0;

	uc_watch_row(pid, 0, exploration->own_vm);
	if (died)
		return (struct uc_failure){ .kind = UC_DIES, .step = progress->step };
	if (uc_shared->verdict != UC_FAIL)
		return (struct uc_failure){ .kind = UC_HOLDS };
	return (struct uc_failure){ .kind = UC_COMPLAINS, .requirement = place_of_complaint() };
}

struct uc_failure uc_play_batch(const struct uc_exploration *exploration, unsigned long first,
				unsigned long last)
{
	struct batch batch = { exploration, first, last };
	int pid;

	progress->tainted = 0;
	progress->next = first;
	pid = uc_isolate(exploration->id, batch_in_child, &batch, exploration->options->timeout);
	return ending(exploration, pid);
}

struct trial {
	const struct uc_exploration *exploration;
	const struct uc_sequence *sequence;
	struct uc_failure *failure;	/* in shared memory */
};

static void trial_in_child(const void *argument)
{
	const struct trial *trial = argument;

	play(trial->exploration, trial->sequence, true, trial->failure);
}

struct uc_failure uc_try_sequence(const struct uc_exploration *exploration,
				  const struct uc_sequence *sequence)
{
	/* The slot of requirement 0, which no suite has. */
	struct uc_failure *failure = &progress->wrong[0].failure;
	struct trial trial = { exploration, sequence, failure };
	struct uc_failure end;
	int pid;

	*failure = (struct uc_failure){ .kind = UC_HOLDS };
	memset(progress->observed, 0, sizeof(progress->observed));
	progress->step = 0;
	progress->observed_steps = 0;
	pid = uc_isolate(exploration->id, trial_in_child, &trial,
			 exploration->options->timeout < TRIAL_TIMEOUT ? exploration->options->timeout : TRIAL_TIMEOUT);
	end = ending(exploration, pid);
	/* A wrong answer is the most precise of several things that went wrong. */
	return failure->kind == UC_HOLDS ? end : *failure;
}
