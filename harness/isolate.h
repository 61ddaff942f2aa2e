/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A child process for what may crash or hang: the kernel's kselftest harness, behind functions. Its
 * header may only be included once in a program, so this is the one place that does.
 */
#ifndef UC_ISOLATE_H
#define UC_ISOLATE_H

#include <stdbool.h>

#include "shared.h"

/* Make this process one that waits for all that rows leave behind. Once, before the first. */
void uc_isolate_begin(void);

/* Why this kernel lets no row be run with a time limit, or NULL: one line. */
const char *uc_isolate_gap(void);

/* The children that there are now are a suite's own, and stay. */
void uc_isolate_keep_children(void);

/*
 * Run @function(@argument) in a child with a process group of its own, for at
 * most @timeout seconds, and wait. What the child said is in uc_shared
 * afterwards; where it did not come to its own end, the verdict is FAIL if
 * that happened in a call of the kernel that was being judged and ERROR
 * otherwise, and the details say how it ended. Nothing of the child is left,
 * in whatever process group; if the kernel cannot end it within @timeout more,
 * this boot is unusable.
 * Returns the child's process id, or -1 if there was no child (ERROR then).
 */
int uc_isolate(const char *name, void (*function)(const void *), const void *argument,
	       int timeout);

/*
 * The same in parts, for a child that does several things. begin() returns its process id, or -1.
 * @name must last until finish().
 */
int uc_child_begin(const char *name, void (*function)(const void *), const void *argument);

enum uc_child { UC_CHILD_ENDED, UC_CHILD_SPOKE, UC_CHILD_LATE };

/*
 * Wait until the child ended, or something can be read from file @ear (-1: none), or the time is
 * over, uc_patience() included, or a signal asks the run to end (UC_CHILD_LATE).
 */
enum uc_child uc_child_wait(int ear, int timeout);

/* Wait for the end, which a child that is @late gets now. Returns its process id. */
int uc_child_finish(int timeout, bool late);

#endif /* UC_ISOLATE_H */
