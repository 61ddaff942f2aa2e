/* SPDX-License-Identifier: GPL-2.0-only */
/* All that is printed of a run: TAP, and comments between. Nobody else prints while rows run. */
#ifndef UC_TAP_H
#define UC_TAP_H

#include "registry.h"
#include "shared.h"

/* "TAP version 13" and the plan. */
void uc_tap_begin(unsigned int rows);

/* A "# ..." line. The text must be one line. */
void uc_tap_comment(const char *format, ...) uc_printf(1, 2);

/*
 * Each line of a text behind the prefix, control characters made visible so that a line of the
 * kernel's can never pass for a result line.
 */
void uc_tap_text(const char *prefix, const char *text, size_t length);
void uc_tap_log(const char *prefix, const struct uc_log *log);

/* The row runs now: should the kernel die of that, this line is what names it. On the console at once. */
void uc_tap_run(const struct uc_entry *entry);

/*
 * A row's notes, why it is a FAIL or an ERROR, and its result line, from uc_shared. @more, if not
 * NULL, prints the rest of why, instead of how to run the row again.
 */
void uc_tap_row(const struct uc_entry *entry, void (*more)(const void *), const void *argument);

/* The run, or the boot, ends here: the line that TAP's readers take for that, at once. */
void uc_tap_bail(const char *format, ...) uc_printf(1, 2);

/* The line with the totals. */
void uc_tap_end(void);

#endif /* UC_TAP_H */
