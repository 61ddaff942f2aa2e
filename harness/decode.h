/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers to the names that people know them by. */
#ifndef UC_DECODE_H
#define UC_DECODE_H

#include <stddef.h>

/* "EINVAL", or "errno 4711". The string is constant or in a static buffer of the calling process. */
const char *uc_errno_name(int error);

/* A system call's result: "EINVAL" for -1 and errno, else the number. Static buffer, good until the next call but three. */
const char *uc_result_name(long got, int error);

/* Bits to names, "SVE|bit 11", "none" for 0; names[i] may be NULL. Writes at most size bytes to out and returns out. */
const char *uc_bits_name(char *out, size_t size, unsigned long bits,
			 const char *const *names, size_t count);

#endif /* UC_DECODE_H */
