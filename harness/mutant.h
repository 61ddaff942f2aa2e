/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults that the reference kernel carries, and the knob that chooses one of them. */
#ifndef UC_MUTANT_H
#define UC_MUTANT_H

#include <stdio.h>

#define UC_EXIT_NO_KNOB		69	/* this kernel carries no mutants */
#define UC_EXIT_NO_MUTANT	65	/* none of that name */

/*
 * Say in a log's head which mutant is on, and which fault (fixtures/kernel/tree/fs), if any is:
 * nobody judges such a kernel unawares.
 */
void uc_mutant_print(FILE *to);

/*
 * Runs the rows, or of them those that check one of these requirements: @breaks is their ids with
 * plus signs between, without the suite's name; NULL: all. Returns an exit code.
 */
typedef int uc_judge(const void *argument, const char *breaks);

/*
 * With each mutant of @names in turn (separated by commas; "none" is the kernel as it should be),
 * call @judge in a process of its own, with the requirements that stand behind a name and a colon.
 * No mutant is on afterwards, however that process ends.
 * Returns the worst of its exit codes, or UC_EXIT_NO_KNOB or UC_EXIT_NO_MUTANT, said in a line on
 * stderr, when that is found before the first.
 */
int uc_mutants_run(const char *names, uc_judge *judge, const void *argument);

#endif /* UC_MUTANT_H */
