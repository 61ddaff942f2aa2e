/* SPDX-License-Identifier: GPL-2.0-only */
/* Playing sequences in children, and what those leave behind. */
#ifndef UC_EXPLORE_PLAY_H
#define UC_EXPLORE_PLAY_H

#include "explore.h"

#define UC_ANSWERS	24	/* different ones of one kind of step that are counted apart */
#define UC_NOTES	16

/* In memory shared with the children. */
struct uc_progress {
	unsigned long sequence;		/* being played, or played last */
	unsigned long next;		/* the first that the last batch did not come to */
	unsigned int step;		/* of it */
	unsigned int observed_steps;	/* of the sequence that was tried last: in observed[] */
	unsigned long sequences, calls;	/* played so far */
	uint64_t digest;		/* of all steps and all answers */
	unsigned long tainted;		/* number of the first sequence that tainted the kernel, plus 1 */
	struct {
		int answer;
		unsigned long count;
	} answers[UC_MAX_KINDS][UC_ANSWERS];
	struct {
		const char *note;
		unsigned long count;
	} notes[UC_NOTES];
	/* Wrong answers by requirement: the first one, and how many there were. */
	struct {
		unsigned long times, sequence;
		struct uc_failure failure;
	} wrong[256];
	struct uc_observed observed[UC_MAX_STEPS];	/* by the steps of the sequence that was tried last */
};

/* The one instance, made at the first call; NULL without memory. */
struct uc_progress *uc_progress(void);

/* Sequence number @number of the exploration. */
void uc_invent_sequence(const struct uc_exploration *exploration, unsigned long number,
			struct uc_sequence *sequence);

/* A step of a sequence. */
void *uc_step_of(const struct uc_exploration *exploration, const struct uc_sequence *sequence,
		 unsigned int index);

/*
 * Play sequences @first up to but not @last in one child, or fewer of them if
 * it takes long: progress has the next one. It HOLDS, DIES
 * or COMPLAINS; wrong answers are in the progress. Where the set-up
 * broke, uc_shared's verdict is UC_ERROR.
 */
struct uc_failure uc_play_batch(const struct uc_exploration *exploration, unsigned long first,
				unsigned long last);

/* Play one sequence in a child of its own, with every step named and kept. */
struct uc_failure uc_try_sequence(const struct uc_exploration *exploration,
				  const struct uc_sequence *sequence);

#endif /* UC_EXPLORE_PLAY_H */
