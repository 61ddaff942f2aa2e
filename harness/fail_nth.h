/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Error paths: the kernel fails the first allocation or user copy of a call, then the second, until
 * the call has no further one; then the same with all allocations behind it, too. For kernels with /proc/thread-self/fail-nth (CONFIG_FAULT_INJECTION),
 * in a VM of our own, in a process of the row's own.
 */
#ifndef UC_FAIL_NTH_H
#define UC_FAIL_NTH_H

#include <stdbool.h>

#include "row.h"

/* The kernel can be told to fail. */
extern const struct uc_need uc_need_fail_nth;

/*
 * Run @turn again and again, in each with a further site of its one call failing: what is judged
 * next (uc_judging() to uc_judged()), in that process, once uc_fail_next() was called. The last turn
 * is the one whose call does not come to the site any more. A note says what came of them; a call
 * without any is SKIP, for nothing was judged, and then this does not return.
 */
void uc_fail_each(void (*turn)(void *argument), void *argument);

/* In a turn: the next call that is judged is the one. */
void uc_fail_next(void);

/*
 * In a turn, after the call: @result is -errno, or what it returned. False where the call failed as
 * it may, ENOMEM, EFAULT or @also: then all must be as before. True: all must be as after success.
 * What a call may not return fails the row. A turn in which something fails is played once more, for
 * the functions on the way to its site, which the kernel's log has then.
 */
bool uc_fail_succeeded(long result, int also, const char *call);

/*
 * Fails the row where memory of the kernel's is referred to by nothing, which the calls before this
 * one have leaked. Takes some seconds: it looks twice.
 */
void uc_fail_leaks(void);

/* For verdict.c, around a call. */
void uc_fail_arm(void);
void uc_fail_disarm(void);

#endif /* UC_FAIL_NTH_H */
