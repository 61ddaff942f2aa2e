/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a child leaves for its parent, in memory that both map. The parent
 * prints it after the child's end, however that came about.
 */
#ifndef UC_SHARED_H
#define UC_SHARED_H

#include <stdbool.h>
#include <stddef.h>

#include "row.h"
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
	unsigned int judged;	/* answers that were held against the document */
	bool said;		/* the child itself said uc_fail(), uc_error() or the like */
	bool kernel;		/* the kernel did what no kernel may: uc_shared_fail_kernel() */
	bool open;		/* the SKIP is uc_open()'s */
	const struct uc_suite *suite;	/* of the next one; NULL: nobody is blamed */
	const struct uc_row *row;	/* whose requirements are blamed unless uc_about() says which */
	unsigned char about;	/* uc_about() */
	unsigned char named;	/* what the details name as blamed last: as about, plus 1; or 0 */
	bool blamed[256];	/* by requirement: a failure was blamed on it */
	const char *unusable;	/* why this boot can judge no other row; constant, or NULL */
	volatile long patience;	/* uc_patience(): until this second of CLOCK_MONOTONIC */
	int refused;		/* the exit code of uc_refuse(), or 0 */
	bool ended;		/* the child came to its own end, and after uc_isolate(): and is gone */
	bool childless;		/* ... and then it had no process left that it had started */
	bool judging;		/* between uc_judging() and uc_judged() */
	const char *skip_reason;	/* constant, so valid in the parent too */
	char call[512];		/* what uc_judging() named */
	const char *(*name)(const void *step);	/* or, of uc_judging_step(), what says it, or NULL */
	_Alignas(8) unsigned char step[UC_JUDGED_SIZE];
	struct uc_log details;
	struct uc_log notes;
};

/* The one instance. Made by uc_shared_init(), which returns false without memory. */
extern struct uc_shared *uc_shared;
bool uc_shared_init(void);

/* Make it as new, for the next child. */
void uc_shared_reset(void);

/* Failures are blamed on requirements of this row; after uc_shared_reset(). */
void uc_shared_blame(const struct uc_suite *suite, const struct uc_row *row);

/*
 * As the parent: the kernel did what no kernel may. Makes it a FAIL of the suite's
 * kernel_requirement, if it has one, and adds the text to the details.
 */
void uc_shared_fail_kernel(const char *format, ...) uc_printf(1, 2);

/* As the parent: the test could not judge. Makes it an ERROR, unless it is a FAIL, and says why. */
void uc_shared_error(const char *format, ...) uc_printf(1, 2);

/* In a row's child, when it returned: where it has judged nothing, it is an ERROR. */
void uc_shared_row_ended(void);

/* What uc_judging() or uc_judging_step() named last, in words; valid until the next one. */
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

/* Forget what it says from this byte on, which was its used before. */
void uc_log_cut(struct uc_log *log, size_t used);

/* How many bytes of it can be read. */
size_t uc_log_length(const struct uc_log *log);

#endif /* UC_SHARED_H */
