/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a suite hands in to be explored: steps, the states in which they are
 * played, and the rules that say after each step whether the kernel's answer
 * was an allowed one. The engine (explore.h) does the rest: it invents
 * sequences, plays them, shrinks what fails and prints it.
 *
 * A step is plain data without pointers. Any step may follow any other: one
 * that has nothing to act on is skipped, so that every part of a sequence is
 * a sequence. Nothing but the steps and the kernel may decide what happens
 * in a state, or a failure could not be repeated.
 */
#ifndef UC_EXPLORER_H
#define UC_EXPLORER_H

#include <stdint.h>
#include <stdio.h>

#include "random.h"
#include "row.h"
#include "words.h"

#define UC_MAX_STEPS		256	/* of a sequence */
#define UC_MAX_STEP_SIZE	96	/* bytes of a step */
#define UC_MAX_KINDS		40	/* of steps */

/* What was observed of one step. Zeroed before the step. */
struct uc_observed {
	bool skipped;		/* there was nothing to act on: no call was made */
	bool wrong;		/* the kernel's answer is none of those allowed */
	unsigned char kind;	/* of step: index into the explorer's kinds */
	unsigned char requirement;	/* where wrong: index into the suite's requirements */
	/*
	 * Where wrong: requirement is that of an earlier step, because that
	 * step may be the cause. If the same answer to the same kind of step
	 * is wrong without it too, then it was not.
	 */
	bool consequence;
	int answer;		/* the call's result if it is always the same, or the negative errno */
	/* Allowed, but worth saying: a constant string, counted and shown, never judged. */
	const char *note;
	uint64_t data[18];	/* the explorer's own, for explain() and emit() */
};

struct uc_explorer {
	/*
	 * A topic with exactly one row, "suite.explore.sequences": its needs
	 * and its control are asked like any row's. It checks no requirement,
	 * because it checks all; a failure names the one that was broken. The
	 * topic's run is not used.
	 */
	const struct uc_topic *topic;
	const char *const *kinds;	/* names of the kinds of steps, for the statistics */
	size_t kind_count;
	size_t step_size;	/* bytes of a step, at most UC_MAX_STEP_SIZE */
	size_t state_size;	/* bytes of a state; the engine owns them, zeroed at first */
	/*
	 * Invent step number @index; the @index steps before it are at
	 * @earlier. Must depend on its arguments alone.
	 */
	void (*invent)(void *step, const void *earlier, unsigned int index,
		       struct uc_random *random, const void *facts);
	/*
	 * The states, in a child: begin() makes everything new, or calls
	 * uc_error(); end() closes everything, also after a wrong answer.
	 */
	void (*begin)(void *state, const void *facts);
	void (*end)(void *state);
	/* Make the step's call, hold the answer against the rules, keep the model up to date. */
	void (*apply)(void *state, const void *step, const void *facts, struct uc_observed *observed);
	/*
	 * Write the @attempt'th simpler variant of a step to @simpler; false
	 * if there are no more. No chain of them may lead back to the step.
	 */
	bool (*simplify)(const void *step, unsigned int attempt, void *simpler);
	/*
	 * One line: the call with its arguments, without quotes or semicolons. Where there is a
	 * parse(), just what that reads.
	 */
	void (*decode)(const void *step, const void *facts, char *text, size_t size);
	/*
	 * The call by its name in the UAPI, for the line "call:" of a failure, which known issues go
	 * by; in a buffer that lasts for the next call. NULL: decode() says it.
	 */
	const char *(*name)(const void *step);
	/*
	 * Read ONE step of --replay 'STEP; STEP'; decode()'s inverse. Writes at most @room steps to
	 * @steps, zeroed before, and returns how many: 1 as a rule, more where a word stands for
	 * several, 0 after a fault (words.h). @facts is NULL where only the text is judged, before
	 * prepare(); afterwards it is called again, and what cannot be had here (a device) is a fault.
	 * NULL: nothing can be replayed.
	 */
	unsigned int (*parse)(struct uc_words *words, void *steps, unsigned int room,
			      const void *facts);
	/* What had to come and what came, each for a line of its own. */
	void (*explain)(const void *step, const struct uc_observed *observed, char *expected, char *got,
			size_t size);
	/*
	 * The stand-alone C program. @support are the texts of the source files that it is written
	 * with (reproducer.h), NULL ends: nothing but libc's headers, their own constants,
	 * `static int failed`, and begin() and end(), which main() calls before and after the steps;
	 * it exits with 2 where it cannot try. emit() writes the C statements, one tab deep, that
	 * make the @count steps at @steps, except those that were skipped, print each with its answer
	 * and what had to come, and set failed if that differs. What a step that never returned has
	 * observed is all zero. The rest of the program is the engine's.
	 */
	const char *const *support;
	void (*emit)(FILE *out, const void *steps, const struct uc_observed *observed,
		     unsigned int count, const void *facts);
};

#endif /* UC_EXPLORER_H */
