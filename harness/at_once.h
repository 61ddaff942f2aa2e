/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two threads that make calls all the time, for a kernel that looks for data races (CONFIG_KCSAN): it
 * watches few accesses, and finds a race where another CPU comes by meanwhile. In a VM of our own.
 */
#ifndef UC_AT_ONCE_H
#define UC_AT_ONCE_H

#include "row.h"

/* The kernel looks for data races. */
extern const struct uc_need uc_need_kcsan;

/* How long; a test of this makes it shorter. */
extern double uc_at_once_seconds;

/*
 * For those seconds have each of two threads, 0 and 1, make one of @count calls again and again, each
 * call for a while beside itself and beside the next. @turn: 0, 1, ... What a call answers is not
 * judged; what the kernel says of it is.
 */
void uc_at_once(void (*call)(unsigned int thread, unsigned int turn, unsigned int which, void *argument),
		unsigned int count, void *argument);

#endif /* UC_AT_ONCE_H */
