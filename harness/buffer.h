/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that shows what the kernel did to it: a guard page on both sides, a canary
 * before it, poison inside. A buffer lasts until it is released, by whoever set a mark
 * before it, or at the end of its row; another may have its pages then. For
 * one thread of a process at a time.
 */
#ifndef UC_BUFFER_H
#define UC_BUFFER_H

#include <stddef.h>

/* What poisoned bytes hold: never 0, so that a cleared byte shows too. */
#define UC_POISON	0xa5

/*
 * @size bytes (may be 0) whose last byte is the last one before an unmapped
 * page, poisoned. Ends the row as ERROR if memory is short.
 */
void *uc_guarded(size_t size);

/* The same, with the contents of @from instead of poison. */
void *uc_guarded_copy(const void *from, size_t size);

/* As uc_guarded(), for who makes the pages read-only afterwards: nothing else has them then. */
void *uc_guarded_sealable(size_t size);

/* A copy that is read-only. */
void *uc_guarded_readonly(const void *from, size_t size);

/* An address of @size bytes, page aligned, none of which is mapped. */
void *uc_unmapped(size_t size);

/* Whole pages for @size bytes, page aligned; what is in them may be left from another buffer. */
void *uc_pages(size_t size);

/* What stands before a buffer, for so many bytes or as far as its page goes. */
#define UC_CANARY	0x5a
#define UC_CANARY_BYTES	256

/*
 * How many buffers are in use; and release all that came after there were so many, as the end of a
 * row does. Fails where a byte before one of them was written.
 */
size_t uc_buffers_mark(void);
void uc_buffers_release(size_t mark);

/* Offset of the first byte in [from, size) that is no longer poison, or size if all are. */
size_t uc_poison_broken(const void *buffer, size_t from, size_t size);

/* The page size in bytes. */
size_t uc_page_size(void);

#endif /* UC_BUFFER_H */
