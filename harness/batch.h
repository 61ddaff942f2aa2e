/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A batch: rows that run in one child, because a fork costs more than most rows do.
 *
 * The child does one thing after the other as it is told; the parent prints. Only a PASS counts, and
 * only if the row left nothing behind. Whatever else comes of a row ends the batch, and the row is
 * run again singly: a verdict rests on the row in a process of its own. Where the two differ the row
 * depends on what ran before it, which is as wrong as a FAIL; then the worse of both is its verdict
 * and both are told.
 */
#ifndef UC_BATCH_H
#define UC_BATCH_H

#include "registry.h"
#include "shared.h"

/* What a child must do: a row, or the control that the row is the first to want. */
struct uc_order {
	const struct uc_entry *entry;
	const struct uc_control *control;	/* NULL: the row itself */
	const void *facts;
};

/* Do it: in a child, which is the batch's or one of its own (uc_isolate()). @order: struct uc_order. */
void uc_carry_out(const void *order);

/* Whether a row may be in a batch at all, where each has @timeout seconds. */
bool uc_batch_takes(const struct uc_entry *entry, int timeout);

/* A look at the files that are open: once, before the first. */
void uc_batch_begin(void);

/* How much ran in the batch so far; 0: the next order begins one. */
unsigned int uc_batch_size(void);

/*
 * Have this done in the batch, watched (watch.h), for at most @timeout seconds. What came of it is
 * in uc_shared, as after uc_isolate(); true if it passed, the document leaving it open included, and
 * left nothing behind. If not, or if it is the @last, the batch has ended: its process too, which
 * is part of the verdict then.
 */
bool uc_batch_run(const struct uc_order *order, int timeout, bool last, bool own_vm);

/* End it without a verdict: where the run ends, or goes on in other processes. */
void uc_batch_end(int timeout);

/* Whether the kernel complained during what ran last: it may do so only once. */
bool uc_batch_complaint(void);

/*
 * Hold what came of a row in a batch, @before, against what came of it singly (in uc_shared), and
 * leave in uc_shared what must be printed. @first is the batch's first row.
 */
void uc_batch_compare(const struct uc_shared *before, const char *first);

/* The first row of the batch that ended last. */
const char *uc_batch_first(void);

#endif /* UC_BATCH_H */
