// SPDX-License-Identifier: GPL-2.0-only
/* Batches of sequences, and what becomes of those that fail. */
#include <stdlib.h>
#include <string.h>

#include "explore_play.h"
#include "stop.h"
#include "tap.h"

#define BATCH		64	/* sequences of one child */
#define MOST_DEATHS	3	/* of batches: each may cost a timeout, and leave a process that hangs */
#define REPETITIONS	3	/* of what does not fail at once when played singly */
#define REPORT_SECONDS	10	/* between signs of life */

static struct uc_findings findings;
static const struct uc_explorer *explored;
/* Requirements whose first failure turned out to be a finding of another one: which, plus 1. */
static unsigned char shrunk_to[256];

/* The details so far, as a string of the caller's; NULL if there are none. */
static char *copy_details(void)
{
	const size_t length = uc_log_length(&uc_shared->details);

	return length ? strndup(uc_shared->details.text, length) : NULL;
}

static struct uc_finding *known_finding(const struct uc_failure *failure)
{
	for (unsigned int i = 0; i < findings.count; i++)
		if (findings.list[i].failure.kind == failure->kind &&
		    (failure->kind == UC_DIES ||
		     findings.list[i].failure.requirement == failure->requirement))
			return &findings.list[i];
	if (failure->kind == UC_WRONG && shrunk_to[failure->requirement])
		return &findings.list[shrunk_to[failure->requirement] - 1];
	return NULL;
}

static bool repeats(const struct uc_exploration *exploration, struct uc_finding *finding)
{
	for (int i = 0; i < REPETITIONS && !uc_stop_asked(); i++) {
		struct uc_failure failure = uc_try_sequence(exploration, &finding->shrunk);

		if (uc_same_failure(&failure, &finding->failure))
			return true;
	}
	return false;
}

/* Play it singly, shrink it, and play it once more for what is printed: all from one play. */
static void shrink(const struct uc_exploration *exploration, struct uc_finding *finding)
{
	finding->repeats = repeats(exploration, finding);
	if (!finding->repeats)
		return;
	uc_explore_shrink(exploration, finding);
	finding->repeats = repeats(exploration, finding);
	if (!finding->repeats)
		return;
	memcpy(finding->observed, uc_progress()->observed, sizeof(finding->observed));
	if (finding->failure.kind != UC_WRONG) {
		free(finding->said);
		finding->said = copy_details();
	}
}

/* A failure of sequence @number: shrink it, if it is the first of its kind. */
static void investigate(const struct uc_exploration *exploration, unsigned long number,
			const struct uc_failure *failure)
{
	struct uc_finding *finding = known_finding(failure), *other;

	if (finding) {
		finding->times++;
		return;
	}
	if (findings.count == UC_MAX_FINDINGS) {
		findings.more++;
		return;
	}
	finding = &findings.list[findings.count];
	*finding = (struct uc_finding){ .failure = *failure, .sequence = number, .times = 1 };
	finding->said = failure->kind == UC_WRONG ? NULL : copy_details();
	uc_invent_sequence(exploration, number, &finding->shrunk);
	if (failure->kind != UC_COMPLAINS)
		finding->shrunk.count = failure->step + 1;
	finding->original = finding->shrunk.count;
	if (exploration->options->first) {
		findings.count++;
		return;
	}
	shrink(exploration, finding);
	/* What seemed to be a consequence may have turned out to be something known. */
	other = known_finding(&finding->failure);
	if (!other) {
		findings.count++;
		return;
	}
	other->times++;
	if (failure->kind == UC_WRONG)
		shrunk_to[failure->requirement] = other - findings.list + 1;
	free(finding->said);
}

static void investigate_wrong(const struct uc_exploration *exploration)
{
	struct uc_progress *progress = uc_progress();

	for (unsigned int i = 1; i < UC_ARRAY_SIZE(progress->wrong); i++) {
		unsigned long times = progress->wrong[i].times;
		struct uc_failure failure = progress->wrong[i].failure;

		if (!times)
			continue;
		progress->wrong[i].times = 0;
		investigate(exploration, progress->wrong[i].sequence, &failure);
		if (known_finding(&failure))
			known_finding(&failure)->times += times - 1;
	}
}

/* The kernel complained about one of these sequences; find out about which. */
static void investigate_complaint(const struct uc_exploration *exploration,
				  const struct uc_failure *failure, unsigned long first,
				  unsigned long last)
{
	unsigned long guilty = uc_progress()->tainted;
	char *said = copy_details();
	struct uc_sequence sequence;

	for (unsigned long i = first;
	     !guilty && !known_finding(failure) && i < last && !uc_stop_asked(); i++) {
		struct uc_failure single;

		uc_invent_sequence(exploration, i, &sequence);
		single = uc_try_sequence(exploration, &sequence);
		if (uc_same_failure(&single, failure))
			guilty = i + 1;
	}
	/* For what cannot be repeated, the log as it was. */
	uc_shared_reset();
	uc_log_add(&uc_shared->details, "%s", said ?: "");
	free(said);
	/* One that cannot be found is told as the batch's last, and that it does not repeat. */
	investigate(exploration, guilty ? guilty - 1 : last - 1, failure);
}

static void report_progress(const struct uc_exploration *exploration, unsigned long next)
{
	static double reported;
	const double now = uc_seconds();

	if (next && now - reported < REPORT_SECONDS)
		return;
	if (next)
		uc_tap_comment("explore: %lu of %lu sequences", next, exploration->options->explore);
	reported = now;
}

static void print_statistics(const struct uc_exploration *exploration, double seconds)
{
	const struct uc_progress *progress = uc_progress();
	char line[512];

	uc_tap_comment("explore: %lu sequences, %lu calls, %.1f s, %.0f calls a second, digest %016llx",
		       progress->sequences, progress->calls, seconds,
		       seconds > 0 ? progress->calls / seconds : 0,
		       (unsigned long long)progress->digest);
	for (size_t kind = 0; kind < exploration->explorer->kind_count; kind++) {
		size_t used = 0;

		for (size_t i = 0; i < UC_ANSWERS && progress->answers[kind][i].count; i++) {
			int answer = progress->answers[kind][i].answer;
			const char *name = answer < 0 ? strerrorname_np(-answer) : NULL;
			char number[16];

			snprintf(number, sizeof(number), "%d", answer);
			if (used < sizeof(line))
				used += snprintf(line + used, sizeof(line) - used, "%s%s %lu",
						 i ? ", " : "", name ?: number,
						 progress->answers[kind][i].count);
		}
		if (used)
			uc_tap_comment("explore: %s: %s", exploration->explorer->kinds[kind], line);
	}
	for (size_t i = 0; i < UC_NOTES && progress->notes[i].note; i++)
		uc_tap_comment("INFO %s: %s (%lu times)", exploration->id, progress->notes[i].note,
			       progress->notes[i].count);
}

/* False if the set-up broke: then uc_shared says so. */
static bool play_all(const struct uc_exploration *exploration)
{
	struct uc_progress *progress = uc_progress();
	unsigned int deaths = 0;

	for (unsigned long next = 0, last; next < exploration->options->explore; next = last) {
		struct uc_failure failure;

		report_progress(exploration, next);
		last = next + BATCH < exploration->options->explore ? next + BATCH : exploration->options->explore;
		failure = uc_play_batch(exploration, next, last);
		if (failure.kind != UC_DIES && progress->next > next)
			last = progress->next;
		if (uc_stop_asked())
			return true;
		if (failure.kind == UC_HOLDS && uc_shared->verdict == UC_ERROR) {
			uc_log_add(&uc_shared->details, "in sequence %lu, step %u",
				   progress->sequence, progress->step + 1);
			return false;
		}
		if (failure.kind == UC_DIES) {
			last = progress->sequence + 1;
			investigate(exploration, progress->sequence, &failure);
			if (++deaths == MOST_DEATHS) {
				uc_tap_comment("explore: ended after %lu sequences, because %d "
					       "processes did not survive", last, MOST_DEATHS);
				return true;
			}
		} else if (failure.kind == UC_COMPLAINS) {
			investigate_complaint(exploration, &failure, next, last);
		}
		investigate_wrong(exploration);
		if (exploration->options->first && findings.count)
			return true;
	}
	return true;
}

/* --replay: one sequence, told step by step. False if the set-up broke. */
static bool replay(const struct uc_exploration *exploration)
{
	struct uc_progress *progress = uc_progress();
	struct uc_finding *finding = &findings.list[0];
	struct uc_failure failure = uc_try_sequence(exploration, exploration->replay);

	for (unsigned int i = 0; i < exploration->replay->count; i++)
		progress->calls += progress->observed_steps > i && !progress->observed[i].skipped;
	if (failure.kind == UC_HOLDS) {
		uc_explore_print_steps(exploration, exploration->replay, progress->observed,
				       progress->observed_steps, "");
		return uc_shared->verdict != UC_ERROR;
	}
	*finding = (struct uc_finding){
		.failure = failure, .times = 1, .original = exploration->replay->count,
		.repeats = true, .shrunk = *exploration->replay,
		.said = failure.kind == UC_WRONG ? NULL : copy_details(),
	};
	memcpy(finding->observed, progress->observed, sizeof(finding->observed));
	if (failure.kind != UC_COMPLAINS)
		finding->shrunk.count = failure.step + 1;
	findings.count = 1;
	return true;
}

static void forget_findings(void)
{
	for (unsigned int i = 0; i < findings.count; i++)
		free(findings.list[i].said);
	findings.count = 0;
	findings.more = 0;
	memset(shrunk_to, 0, sizeof(shrunk_to));
}

const struct uc_findings *uc_explore_findings(const struct uc_exploration *exploration)
{
	static struct uc_findings none;	/* as a constant, its zeros would be a sixth of the binary */

	return explored == exploration->explorer ? &findings : &none;
}

void uc_explore(const struct uc_exploration *exploration)
{
	double begin;
	bool sound;

	forget_findings();
	explored = exploration->explorer;
	uc_shared_reset();
	if (!uc_progress()) {
		uc_shared_error("no memory to share with the children");
		return;
	}
	memset(uc_progress(), 0, sizeof(*uc_progress()));
	if (exploration->replay) {
		sound = replay(exploration);
	} else {
		uc_tap_comment("explore: seed %lu, %lu sequences of %u steps", exploration->options->seed,
			       exploration->options->explore, exploration->options->steps);
		begin = uc_seconds();
		sound = play_all(exploration);
		print_statistics(exploration, uc_seconds() - begin);
	}
	/* The details are the last child's, and worth keeping only if they are why it ends. */
	if (sound)
		uc_shared_reset();
	if (findings.count) {
		uc_shared->verdict = UC_FAIL;
	} else if (sound && !uc_progress()->calls) {
		uc_shared_error("none of the steps made a call: nothing was explored");
	}
}
