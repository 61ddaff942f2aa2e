/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --record: what the kernel does, observation by observation, without a word about whether it should.
 *
 * A recording is text: a head of lines that begin with '#', among them "# part: name<TAB>what<TAB>near",
 * then "key<TAB>value" in an order that is
 * always the same, and last "# end N SUM", the number of observations, and the Adler-32 of all before. Two of the same kernel on the same
 * CPU are equal to the byte; what is not so from run to run is left out, or said in other words, by
 * the suite that records it.
 */
#ifndef UC_RECORD_H
#define UC_RECORD_H


#include "options.h"
#include "registry.h"

#define UC_RECORD_FORMAT	1

/*
 * Part of what a suite records: runs in a child of its own, so that no part depends on another, nor
 * on what a kernel makes of it. May call uc_error(), and what is below.
 */
struct uc_recorded {
	const char *name;	/* the second word of its keys */
	const char *what;	/* in words: "KVM_ARM_VCPU_INIT after another set" */
	unsigned char near[UC_MAX_CHECKS];	/* requirements that say something of it, 0 ends */
	void (*record)(const void *facts);
	const struct uc_need *needs[4];	/* where one is not met, "there" is "no", and nothing else recorded */
};

/* From here on keys begin with "suite.part.", and this, and a dot unless it ends in a '/'; "" ends that. */
void uc_record_about(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * One observation. The key is of [A-Za-z0-9_.:|=+{}/-]: a set of features in
 * braces, a register as S3_0_C0_C4_0 or its id in 16 digits, so that readers can tell which is which;
 * it never changes its meaning while the suite's
 * record_list stays the same; the value is one line without tabs.
 */
void uc_record(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Sequences of steps, as --replay takes them, each in a state of its own: of the list @one every word, with
 * each of @two, stands where "%1" and "%2" are in the key and in the steps. Words have commas between;
 * "0x1..0x3" is three. NULL is one word, "". A step behind the ">" is an observation, "KEY/STEP" without
 * its choices; those before are its set-up, and where one is not as it says, or else not 0, that is all
 * that is observed. What stands before ">>" is done once, for all of @two in the same state.
 */
struct uc_recorded_steps {
	const char *key;	/* NULL ends a table */
	const char *steps, *one, *two;
};

/* UC_STEP_END: nothing that follows can be played. */
enum uc_step_came { UC_STEP_AS_SAID, UC_STEP_OTHER, UC_STEP_END };

struct uc_words;
struct uc_step_recorder {
	void (*begin)(const void *facts);
	void (*end)(void);
	/* As in an explorer (explorer.h). */
	unsigned int (*parse)(struct uc_words *words, void *steps, unsigned int room, const void *facts);
	/* Make the step's call; @text: what came of it. */
	enum uc_step_came (*play)(const void *step, const void *facts, char *text, size_t size);
};

void uc_record_steps(const struct uc_step_recorder *recorder, const struct uc_recorded_steps *list,
		     const void *facts);

/*
 * Open options->record: a file, or the memory of a PCI device as sysfs shows it (".../resource2_wc").
 * False, and says why, where that cannot be had: UC_EXIT_UNWRITABLE.
 */
#define UC_EXIT_UNWRITABLE	74
bool uc_record_begin(const struct uc_options *options);

/*
 * Record what the selected suites have, in the order of their tables, once they are set up. @own_vm as
 * uc_run()'s. Returns an exit code: UC_EXIT_PASS where all of it is there, UC_EXIT_ERROR where a part did
 * not come to its end, UC_EXIT_NOTHING where no suite has anything to record, UC_EXIT_UNWRITABLE.
 */
int uc_record_all(const struct uc_options *options, const struct uc_selection *selection, bool own_vm);

#endif /* UC_RECORD_H */
