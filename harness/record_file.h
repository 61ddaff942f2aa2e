/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a recording goes. */
#ifndef UC_RECORD_FILE_H
#define UC_RECORD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Open what --record names, once in a process and its children; false with the reason in *why
 * (static). In memory that is shared, what is written comes behind what was written before, by
 * another mutant's process too, and a 0 ends it.
 */
bool uc_record_open(const char *path, const char **why);

/* Write behind what is there; false where there is no room. */
bool uc_record_write(const char *text, size_t size);

/* The Adler-32 of what was written since it was begun @anew. */
uint32_t uc_record_sum(bool anew);

#endif /* UC_RECORD_FILE_H */
