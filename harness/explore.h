/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random sequences of calls, held against a suite's rules (explorer.h).
 *
 * Sequence number n of a seed is always the same one on the same kernel and
 * CPU. Many are played in one child, each in a state of its own; what fails
 * is played again singly, made as short as it gets, and printed with a C
 * program that shows it.
 */
#ifndef UC_EXPLORE_H
#define UC_EXPLORE_H

#include "explorer.h"
#include "options.h"
#include "registry.h"
#include "shared.h"

#define UC_DEFAULT_STEPS	32	/* of a sequence */
#define UC_MAX_FINDINGS		8	/* told in full; more are counted */

/* Steps, one behind the other. */
struct uc_sequence {
	unsigned int count;
	_Alignas(uint64_t) unsigned char steps[UC_MAX_STEPS * UC_MAX_STEP_SIZE];
};

/* One exploration: what does not change while it runs. */
struct uc_exploration {
	const struct uc_suite *suite;
	const struct uc_explorer *explorer;
	const char *id;		/* of its row */
	const void *facts;
	const struct uc_options *options;	/* how many sequences, of which seed, ... */
	const struct uc_sequence *replay;	/* play this one instead, and do not shrink it; or NULL */
	bool own_vm;		/* as for uc_watch_row() */
};

enum uc_failure_kind {
	UC_HOLDS,	/* it does not fail */
	UC_WRONG,	/* an answer that is not allowed */
	UC_DIES,	/* the child did not survive, or hung */
	UC_COMPLAINS,	/* the kernel's log or taint */
};

struct uc_failure {
	enum uc_failure_kind kind;
	unsigned int requirement;	/* if wrong: the suite's; if it complains: where, as a number */
	unsigned int step;		/* unless it complains: the last one played */
	struct uc_observed observed;		/* if wrong */
};

struct uc_finding {
	struct uc_failure failure;
	unsigned long sequence;		/* the number of the first one in which it came */
	unsigned long times;		/* in how many it came, or batches if it complains */
	unsigned int original;		/* steps up to the failure, before shrinking */
	unsigned int trials;		/* that shrinking took */
	bool repeats;			/* it came again when played singly */
	struct uc_sequence shrunk;	/* or as it was, if it does not repeat */
	struct uc_observed observed[UC_MAX_STEPS];	/* what was observed of the shrunk one, if it repeats */
	char *said;			/* how the child died or what the kernel said; NULL if wrong */
};

/* What an exploration found. */
struct uc_findings {
	unsigned int count;
	unsigned long more;	/* that had no room */
	struct uc_finding list[UC_MAX_FINDINGS];
};

/*
 * Explore. Prints "# explore:" lines on the way; the verdict is in uc_shared
 * afterwards, with details where it is ERROR.
 */
void uc_explore(const struct uc_exploration *exploration);

/*
 * --replay: the text as a sequence of this explorer's. @facts as for its parse(). False with a
 * fault in @words, which says the place, if it cannot be.
 */
bool uc_replay_parse(const struct uc_explorer *explorer, const char *text, const void *facts,
		     struct uc_sequence *sequence, struct uc_words *words);

/* What this exploration found, until the next one; nothing if it did not come to be. */
const struct uc_findings *uc_explore_findings(const struct uc_exploration *exploration);

/* The findings of this exploration as detail lines: requirement, trace, C program. */
void uc_explore_print(const struct uc_exploration *exploration);

/* The steps of a sequence, a "# explore:" line each; the first @answered with their answers. */
void uc_explore_print_steps(const struct uc_exploration *exploration,
			    const struct uc_sequence *sequence, const struct uc_observed *observed,
			    unsigned int answered, const char *indent);

/* The C program that shows the finding, to any stream. */
void uc_explore_emit(const struct uc_exploration *exploration, const struct uc_finding *finding,
		     FILE *out);

/* explore_shrink.c: make finding->shrunk as short and simple as it gets. */
void uc_explore_shrink(const struct uc_exploration *exploration, struct uc_finding *finding);

/* Whether a failure is taken for the same one as that which is looked for. */
bool uc_same_failure(const struct uc_failure *failure, const struct uc_failure *sought);

#endif /* UC_EXPLORE_H */
