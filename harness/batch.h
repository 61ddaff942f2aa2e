/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows in a batch: several in one child, because a fork costs more than most rows do.
 *
 * Only a PASS counts there, and only if the row left nothing behind. Whatever else comes of a row
 * ends the batch, and the row is run again singly: a verdict rests on the row in a process of its own.
 * Where the two differ the row depends on what ran before it, which is as wrong as a FAIL; then
 * the worse of both is its verdict and both are told.
 */
#ifndef UC_BATCH_H
#define UC_BATCH_H

#include "registry.h"
#include "shared.h"

/* What a batch is made of: a row, or the control that the row behind it is the first to want. */
struct uc_member {
	const struct uc_entry *entry;
	const struct uc_control *control;	/* NULL: the row itself */
	const void *facts;
	unsigned int skips;	/* rows behind it in the run that need no child */
	bool announced;		/* its "# run" line is printed */
};

/* One that was begun. */
struct uc_batch {
	const struct uc_member *members;
	unsigned int count;
	int timeout;		/* seconds for each member, or more where its row says so */
	bool own_vm;	/* uc_watch_row()'s @own_vm */
	/* Prints the result of a row that passed, the skipped rows behind it, and no more. */
	void (*print)(const struct uc_member *member);
};

/* Whether a row may be in a batch at all, where each has @timeout seconds. */
bool uc_batch_takes(const struct uc_entry *entry, int timeout);

/* Memory, and a look at the files that are open: once, before the first. False without memory. */
bool uc_batch_begin(void);

/*
 * Run the members one after the other, each announced, until one is not a PASS. Returns the index
 * of the last one that was begun: those before it passed and are printed, and what came of it is
 * in uc_shared, as after uc_isolate(); not printed. *@sure: it needs no run of its own, for it passed
 * and was the last, or nothing ran before it. Where that last one is a control, it did not pass or
 * left something behind.
 */
unsigned int uc_batch_run(const struct uc_batch *batch, bool *sure);

/* Whether the kernel complained during the last one that was begun. */
bool uc_batch_complaint(void);

/*
 * Hold what came of a row in a batch, @before, against what came of it singly (in uc_shared), and
 * leave in uc_shared what is to be said. @first is the batch's first row.
 */
void uc_batch_compare(const struct uc_shared *before, const char *first);

#endif /* UC_BATCH_H */
