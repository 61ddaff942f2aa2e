/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's kselftest harness, behind functions. Its header may only be
 * included once in a program, so this is the one place that does.
 */
#ifndef UC_ISOLATE_H
#define UC_ISOLATE_H

#include <stdbool.h>

#include "shared.h"

/* Make this process one that waits for all that rows leave behind. Once, before the first. */
void uc_isolate_begin(void);

/*
 * Run @function(@argument) in a child with a process group of its own, for at
 * most @timeout seconds, and wait. What the child said is in uc_shared
 * afterwards; where it did not come to its own end, the verdict is FAIL if
 * that happened in a call of the kernel that was being judged and ERROR
 * otherwise, and the details say how it ended. Nothing of the child's group
 * is left; if the kernel cannot end it within @timeout more, this boot is unusable.
 * Returns the child's process id, or -1 if there was no child (ERROR then).
 */
int uc_isolate(const char *name, void (*function)(const void *), const void *argument,
	       int timeout);

/* What a child that does several things says about where it is, in memory that both map. */
struct uc_whereabouts {
	unsigned int begun;	/* how many of them it has begun */
	int timeout;		/* seconds for the last of those */
};

/*
 * The same for such a child: its end is waited for as long as each of these things may take, anew
 * whenever one has begun. @timeout is for what it does before the first.
 */
int uc_isolate_several(const char *name, void (*function)(const void *), const void *argument,
		       int timeout, const volatile struct uc_whereabouts *progress);

/* "TAP version 13" and the plan. */
void uc_tap_begin(unsigned int rows);

/* A "# ..." line. The text must be one line. */
void uc_tap_comment(const char *format, ...) uc_printf(1, 2);

/* The result line of a row, counted for the totals. The reason goes with a SKIP only. */
void uc_tap_result(enum uc_verdict verdict, const char *id, const char *reason);

/* Count results whose lines a child has printed. */
void uc_tap_adopt(unsigned int passed, unsigned int skipped);

/* The line with the totals. */
void uc_tap_end(void);

#endif /* UC_ISOLATE_H */
