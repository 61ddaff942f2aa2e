/* SPDX-License-Identifier: GPL-2.0-only */
/* A suite whose rows do all that rows can do, for the harness's own tests. */
#ifndef UC_TESTS_DEMO_H
#define UC_TESTS_DEMO_H

/* Where the row demo.kernel.* write what a kernel would: a file with the taint, a pipe of records. */
extern int demo_taint_fd;
extern int demo_log_fd;

#endif /* UC_TESTS_DEMO_H */
