/* SPDX-License-Identifier: GPL-2.0-only */
/* A whole run of the harness in a process of its own, for looking at what it prints. */
#ifndef UC_TESTS_OUTPUT_H
#define UC_TESTS_OUTPUT_H

#include <stdbool.h>

/* What the last run printed. */
extern char output[1 << 18];

/* What each run does in its process before it begins, or NULL. */
extern void (*before_run)(void);

/*
 * Run the demo suite with these arguments; @signal_after_run, if not 0, is sent to it when the row
 * demo.end.hangs runs, or the set-up hangs. Returns its exit code.
 */
int run_with(bool own_vm, int signal_after_run, char **argv);

#define RUN(...) run_with(false, 0, (char *[]){ "uapi-conform", __VA_ARGS__, NULL })
#define RUN_OWN_VM(...) run_with(true, 0, (char *[]){ "uapi-conform", __VA_ARGS__, NULL })

/* What the last run printed has this in it, or must not; the test ends if not. */
void has(const char *text);
void lacks(const char *text);

#endif /* UC_TESTS_OUTPUT_H */
