/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own complaints: its log and its taint, watched around each row. */
#ifndef UC_WATCH_H
#define UC_WATCH_H

#include <stdbool.h>

/* Start watching, unless something is watched; what is in the log already is not ours. */
void uc_watch_begin(void);

/*
 * Watch these instead: a file that holds the taint as decimal digits, and one
 * whose every read gives one record of the log. -1 for what cannot be read.
 */
void uc_watch_files(int taint, int log);

/*
 * The text of the next record that is the kernel's own, of a file as above; NULL after the last. Valid
 * until the next call.
 */
const char *uc_watch_next(int log);

/* /proc/sys/kernel/tainted as it is now, or 0 if it cannot be read. */
unsigned long uc_watch_taint(void);

/* Whether that can be read. */
bool uc_watch_sees_taint(void);

/* What cannot be watched, or NULL if all can: one line. */
const char *uc_watch_gap(void);

/*
 * Look at what came since the last look, and put it into uc_shared's verdict,
 * details and notes; for a child that is no row too. A warning, an oops, a sanitizer's report or a new taint
 * bit other than @expected_taint is a FAIL if it is ours: always in a VM of
 * our own (@own_vm), elsewhere when the log names a process that is called as the row's is, or, where it
 * gives no name, process @pid. A report of mere
 * delay is an ERROR: a slow host looks the same as a slow kernel. What somebody
 * else may have caused is a note; what cannot be told apart is an ERROR.
 */
void uc_watch_row(int pid, unsigned long expected_taint, bool own_vm);

#endif /* UC_WATCH_H */
