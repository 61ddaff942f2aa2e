/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers to the names that people know them by. */
#ifndef UC_DECODE_H
#define UC_DECODE_H


/* "EINVAL", or "errno 4711". The string is constant or in a static buffer of the calling process. */
const char *uc_errno_name(int error);

/* A system call's result: "EINVAL" for -1 and errno, else the number. Static buffer, good until the next call but three. */
const char *uc_result_name(long got, int error);

#endif /* UC_DECODE_H */
