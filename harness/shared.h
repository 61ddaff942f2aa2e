/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a child leaves for its parent, in memory that both map. The parent
 * prints it after the child's end, however that came about.
 */
#ifndef UC_SHARED_H
#define UC_SHARED_H

#include <stdbool.h>
#include <stddef.h>

#include "verdict.h"

/* Ordered by how much they weigh when several apply. */
enum uc_verdict { UC_PASS, UC_SKIP, UC_ERROR, UC_FAIL };

#define UC_LOG_RESERVE	8192	/* bytes that only the parent fills, so that its words are never cut */

struct uc_log {
	size_t used;		/* bytes wanted so far; may exceed what fits */
	char text[UC_LOG_SIZE + UC_LOG_RESERVE];
};

struct uc_shared {
	enum uc_verdict verdict;
	char process[16];	/* what the kernel calls the row's process */
	const char *unusable;	/* why this boot can judge no other row; constant, or NULL */
	int refused;		/* the exit code of uc_refuse(), or 0 */
	bool ended;		/* the child came to its own end, and after uc_isolate(): and is gone */
	bool judging;		/* between uc_judging() and uc_judged() */
	const char *skip_reason;	/* constant, so valid in the parent too */
	char call[512];		/* what uc_judging() named */
	const char *format;	/* or the format of uc_judging_numbers(), constant, or NULL */
	unsigned int numbers[UC_CALL_NUMBERS];
	struct uc_log details;
	struct uc_log notes;
};

/* The one instance. Made by uc_shared_init(), which returns false without memory. */
extern struct uc_shared *uc_shared;
bool uc_shared_init(void);

/* Make it as new, for the next child. */
void uc_shared_reset(void);

/* What uc_judging() or uc_judging_numbers() named last, in words; valid until the next one. */
const char *uc_shared_call(void);

/*
 * Let the kernel's own complaints name the row that this process runs: its name becomes the tail
 * of @id. In the child, after uc_shared_reset().
 */
void uc_shared_name(const char *id);

/* The end of a child that ran to its end: never returns. */
void uc_child_end(void) __attribute__((noreturn));

/* Make room in a log for the parent: what the child said beyond its share is cut, visibly. */
void uc_log_seal(struct uc_log *log);

/* Add text to a log, as the parent. */
void uc_log_add(struct uc_log *log, const char *format, ...) uc_printf(2, 3);

/*
 * Print a log line by line, each behind the prefix, control characters made
 * visible so that a line of the kernel's can never pass for a result line.
 */
void uc_log_print(const struct uc_log *log, const char *prefix);

#endif /* UC_SHARED_H */
