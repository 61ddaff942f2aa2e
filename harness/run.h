/* SPDX-License-Identifier: GPL-2.0-only */
/* Running rows, and what is said about them. */
#ifndef UC_RUN_H
#define UC_RUN_H

#include <stdio.h>

#include "options.h"
#include "registry.h"

/*
 * All that the program does for these words, but to begin and end a VM: what uc_run() returns, or
 * another exit code. @own_vm as there.
 */
int uc_program(int argc, char **argv, bool own_vm);

/*
 * Run the selected rows, watched (watch.h), and print TAP; or record (record.h). @own_vm: this machine is a VM of our
 * own, so whatever the kernel complains about is the row's doing.
 * Returns the exit code (options.h), or 128 and the signal that ended the run.
 */
int uc_run(const struct uc_options *options, const struct uc_selection *selection, bool own_vm);

/* --list and --requirements: tab separated, one a line. */
void uc_list(const struct uc_selection *selection);
void uc_list_requirements(const struct uc_options *options);

/* The header: revision, kernel, page size, CPU, taint. */
void uc_print_provenance(const struct uc_options *options);

/* The part of it that says what the kernel and the machine are. */
void uc_print_machine(FILE *to);

/* Whether this process is the whole userland of a VM: process 1, and not a container's. */
bool uc_init_here(void);

/* Whether that is so for a process of ours that this one comes from: the machine is all ours. */
bool uc_init_machine(void);

/* As such: mount what rows need, and have a console. What cannot be mounted is said there. */
void uc_init_begin(void);

/* As such: power the machine off. Does not return. */
void uc_init_end(void) __attribute__((noreturn));

/*
 * In a VM of ours, after a row: have the CPU's vectors as short as they were. A guest with SVE leaves
 * them at their longest, and QEMU keeps what it translated apart by their length, the kernel's code
 * too: it would translate all of it once more, a third of what a cell costs it.
 */
void uc_init_settle(void);

#endif /* UC_RUN_H */
