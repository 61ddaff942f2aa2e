/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a row says while it runs. All of these may only be called in a child
 * of the harness (topic's run, control's run, suite's prepare). Text goes to
 * memory that the parent prints after the child's end, so it survives a child
 * that crashes or hangs. One call is one line or more; no trailing newline is
 * needed. What exceeds the memory (UC_LOG_SIZE bytes a row) is cut, visibly.
 */
#ifndef UC_VERDICT_H
#define UC_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#define UC_LOG_SIZE	16384

/* Seconds of a clock that nobody sets: for limits and durations. */
double uc_seconds(void);

#define uc_printf(a, b)	__attribute__((format(printf, a, b)))

/*
 * The kernel broke the requirement: say what was called (decoded), what had to
 * come back and what came. The row goes on, so that one run shows everything;
 * its verdict is FAIL.
 */
void uc_fail(const char *format, ...) uc_printf(1, 2);

/* As uc_fail(), and the row ends here: for failures after which nothing can be judged. */
void uc_fail_now(const char *format, ...) uc_printf(1, 2) __attribute__((noreturn));

/*
 * The test or its set-up broke: nothing was judged. Ends the row as ERROR,
 * unless it already failed.
 */
void uc_error(const char *format, ...) uc_printf(1, 2) __attribute__((noreturn));

/*
 * What the user asked for cannot be had: one line that says what is wrong and what to do. Only in a
 * suite's prepare(). The run ends before its first row, with @code, and nothing was changed.
 */
void uc_refuse(int code, const char *format, ...) uc_printf(2, 3) __attribute__((noreturn));

/* Not applicable, found out only now. The reason must be a string constant. Ends the row. */
void uc_skip(const char *reason) __attribute__((noreturn));

/* Undocumented behaviour, characterised: shown, never judged. */
void uc_note(const char *format, ...) uc_printf(1, 2);

/*
 * What is judged from here on belongs to this requirement of the suite, by its index; 0: to all that
 * the row checks, as at its begin. A failure blames it alone.
 */
void uc_about(unsigned int requirement);

/*
 * The document leaves open what came. The row goes on; unless something fails it is a SKIP with this
 * reason, which must be a string constant, and no requirement counts as judged.
 */
void uc_open(const char *reason);

/*
 * Hold one answer against the document in the caller's own way: where it is not @ok, the rest is
 * uc_fail()'s. Returns @ok.
 */
bool uc_check(bool ok, const char *format, ...) uc_printf(2, 3);

/*
 * @answers of the kernel were held against the document, and are as it says: for judges that do not
 * use uc_expect() or uc_check(). A row that has judged nothing at its end is an ERROR.
 */
void uc_counted(unsigned int answers);

/*
 * What the row does next may take so many seconds from now on, whatever its time limit: for a call
 * that has failed by a bound of its own, where it is worth knowing how long it does take.
 */
void uc_patience(int seconds);	/* 0: the row's own limit again */

/* No other row can be judged before the next boot; a string constant says why. The row goes on. */
void uc_unusable(const char *why);

/*
 * Name the call that is about to be judged, decoded. If the child dies or
 * hangs before uc_judged(), the kernel is to blame (FAIL) and the line says in
 * which call; outside of such a pair the test is (ERROR).
 */
void uc_judging(const char *format, ...) uc_printf(1, 2);
void uc_judged(void);

#define UC_JUDGED_SIZE	96

/*
 * The same for a call that is data: it costs no more than a copy, and is put into words only when
 * there is somebody to read them.
 * @name: says what a @step of @size bytes, at most UC_JUDGED_SIZE, is.
 */
void uc_judging_step(const char *(*name)(const void *step), const void *step, size_t size);

/*
 * Hold one answer of the kernel against the document.
 * @got: what the system call returned; @error: errno at that time;
 * @expected: a value >= 0 that had to be returned, or -errno.
 * @format: the call, decoded. Returns whether it was as expected.
 */
bool uc_expect(long got, int error, long expected, const char *format, ...) uc_printf(4, 5);

#endif /* UC_VERDICT_H */
