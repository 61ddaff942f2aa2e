// SPDX-License-Identifier: GPL-2.0-only
/* What a row says while it runs, kept where a crash cannot take it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "decode.h"
#include "fail_nth.h"
#include "shared.h"

struct uc_shared *uc_shared;

bool uc_shared_init(void)
{
	void *memory = mmap(NULL, sizeof(*uc_shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	uc_shared = memory;
	return true;
}

void uc_log_cut(struct uc_log *log, size_t used)
{
	const size_t length = uc_log_length(log);

	/* What a child that is killed has asked room for, and not written, must not be an older one's. */
	if (used < length)
		memset(log->text + used, 0, length - used);
	log->used = used;
}

void uc_shared_reset(void)
{
	uc_log_cut(&uc_shared->details, 0);
	uc_log_cut(&uc_shared->notes, 0);
	memset(uc_shared, 0, offsetof(struct uc_shared, details));
}

void uc_shared_blame(const struct uc_suite *suite, const struct uc_row *row)
{
	uc_shared->suite = suite;
	uc_shared->row = row;
}

void uc_shared_row_ended(void)
{
	if (uc_shared->verdict != UC_PASS || uc_shared->judged)
		return;
	uc_shared_error("the row judged nothing");
}

void uc_shared_name(const char *id)
{
	const size_t length = strlen(id), most = sizeof(uc_shared->process) - 1;

	strcpy(uc_shared->process, id + (length > most ? length - most : 0));
	prctl(PR_SET_NAME, uc_shared->process);
}

void uc_child_end(void)
{
	pid_t gone;

	/* What was written before a buffer is seen, however early the row ends. */
	uc_buffers_release(0);
	do
		gone = waitpid(-1, NULL, WNOHANG);
	while (gone > 0);
	uc_shared->childless = gone < 0;
	uc_shared->ended = true;
	_exit(0);
}

/* Threads of a row may talk at once, and the worst word counts. */
static void worsen(enum uc_verdict verdict)
{
	enum uc_verdict before = uc_shared->verdict;

	while (before < verdict &&
	       !__atomic_compare_exchange_n(&uc_shared->verdict, &before, verdict, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
}

static size_t name_requirement(char *text, size_t size, unsigned int index)
{
	const struct uc_requirement *requirement = &uc_shared->suite->requirements[index];
	int wanted = snprintf(text, size, "requirement: %s:%s: %s [%s]\n", uc_shared->suite->name,
			      requirement->id, requirement->text, requirement->source);

	uc_shared->blamed[index] = true;
	return (size_t)wanted < size ? (size_t)wanted : size - 1;
}

/* The requirements that are blamed, a line each, unless those that the details name last are they. */
static size_t name_blamed(char *text, size_t size)
{
	const unsigned char about = uc_shared->about, *checks = &about;
	size_t used = 0, most = 1;

	if (!uc_shared->suite || uc_shared->named == about + 1)
		return 0;
	uc_shared->named = about + 1;
	if (!about && uc_shared->row) {
		checks = uc_shared->row->checks;
		most = UC_MAX_CHECKS;
	}
	for (size_t i = 0; i < most && checks[i]; i++)
		used += name_requirement(text + used, size - used, checks[i]);
	return used;
}

static void log_add(struct uc_log *log, size_t room, bool blame, const char *format,
		    va_list arguments)
{
	char line[sizeof(log->text)];
	size_t length = blame ? name_blamed(line, sizeof(line)) : 0, at;
	int wanted = vsnprintf(line + length, sizeof(line) - length, format, arguments);

	if (wanted <= 0)
		return;
	length += wanted;
	if (length > sizeof(line) - 2)
		length = sizeof(line) - 2;
	while (length && line[length - 1] == '\n')
		length--;
	line[length++] = '\n';
	/* Reserved first and copied then: threads of a row may talk at once. */
	at = __atomic_fetch_add(&log->used, length, __ATOMIC_RELAXED);
	if (at >= room)
		return;
	if (length > room - at)
		length = room - at;
	memcpy(log->text + at, line, length);
}

void uc_log_add(struct uc_log *log, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_add(log, sizeof(log->text), false, format, arguments);
	va_end(arguments);
}

void uc_shared_fail_kernel(const char *format, ...)
{
	va_list arguments;

	worsen(UC_FAIL);
	uc_shared->kernel = true;
	if (uc_shared->suite)
		uc_about(uc_shared->suite->kernel_requirement);
	va_start(arguments, format);
	log_add(&uc_shared->details, sizeof(uc_shared->details.text), true, format, arguments);
	va_end(arguments);
}

void uc_shared_error(const char *format, ...)
{
	va_list arguments;

	worsen(UC_ERROR);
	va_start(arguments, format);
	log_add(&uc_shared->details, sizeof(uc_shared->details.text), false, format, arguments);
	va_end(arguments);
}

/* Room that a child asked for and did not fill, because it was killed first. */
static void squeeze_out(struct uc_log *log)
{
	size_t length = uc_log_length(log), kept = 0;

	if (!memchr(log->text, '\0', length))
		return;
	for (size_t i = 0; i < length; i++)
		if (log->text[i])
			log->text[kept++] = log->text[i];
	memset(log->text + kept, 0, length - kept);
	log->used = kept;
	uc_log_add(log, "(%zu bytes were lost: the process was killed while it wrote)", length - kept);
}

void uc_log_seal(struct uc_log *log)
{
	size_t cut = log->used > UC_LOG_SIZE ? log->used - UC_LOG_SIZE : 0;

	if (cut)
		log->used = UC_LOG_SIZE;
	squeeze_out(log);
	if (cut)
		uc_log_add(log, "%s(%zu more bytes were cut)",
			   log->text[log->used - 1] == '\n' ? "" : "\n", cut);
}

size_t uc_log_length(const struct uc_log *log)
{
	return log->used < sizeof(log->text) ? log->used : sizeof(log->text);
}

/* What uc_fail() and its like say, at a verdict. */
#define SAY(verdict, blame) do {							\
	va_list arguments;								\
											\
	uc_shared->said = true;								\
	worsen(verdict);								\
	va_start(arguments, format);							\
	log_add(&uc_shared->details, UC_LOG_SIZE, blame, format, arguments);		\
	va_end(arguments);								\
} while (0)

void uc_fail(const char *format, ...)
{
	SAY(UC_FAIL, true);
}

void uc_fail_now(const char *format, ...)
{
	SAY(UC_FAIL, true);
	uc_child_end();
}

void uc_error(const char *format, ...)
{
	SAY(UC_ERROR, false);
	uc_child_end();
}

void uc_refuse(int code, const char *format, ...)
{
	uc_shared->refused = code;
	SAY(UC_ERROR, false);
	uc_child_end();
}

bool uc_check(bool ok, const char *format, ...)
{
	uc_counted(1);
	if (!ok)
		SAY(UC_FAIL, true);
	return ok;
}

void uc_skip(const char *reason)
{
	uc_shared->skip_reason = reason;
	worsen(UC_SKIP);
	uc_child_end();
}

void uc_open(const char *reason)
{
	uc_counted(1);
	uc_shared->skip_reason = reason;
	uc_shared->open = true;
	worsen(UC_SKIP);
}

void uc_counted(unsigned int answers)
{
	__atomic_fetch_add(&uc_shared->judged, answers, __ATOMIC_RELAXED);
}

void uc_about(unsigned int requirement)
{
	uc_shared->about = requirement;
}

double uc_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

void uc_patience(int more)
{
	uc_shared->patience = more ? (long)uc_seconds() + more : 0;
}

void uc_unusable(const char *why)
{
	uc_shared->unusable = why;
}

void uc_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_add(&uc_shared->notes, UC_LOG_SIZE, false, format, arguments);
	va_end(arguments);
}

void uc_judging(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(uc_shared->call, sizeof(uc_shared->call), format, arguments);
	va_end(arguments);
	uc_shared->name = NULL;
	uc_shared->judging = true;
	uc_fail_arm();
}

void uc_judging_step(const char *(*name)(const void *step), const void *step, size_t size)
{
	uc_shared->name = name;
	memcpy(uc_shared->step, step, size);
	uc_shared->judging = true;
	uc_fail_arm();
}

const char *uc_shared_call(void)
{
	return uc_shared->name ? uc_shared->name(uc_shared->step) : uc_shared->call;
}

void uc_judged(void)
{
	uc_fail_disarm();
	uc_shared->judging = false;
}

bool uc_expect(long got, int error, long expected, const char *format, ...)
{
	bool as_expected = expected < 0 ? got == -1 && error == -expected : got == expected;
	char call[512];
	va_list arguments;

	uc_counted(1);
	if (as_expected)
		return true;
	va_start(arguments, format);
	vsnprintf(call, sizeof(call), format, arguments);
	va_end(arguments);
	uc_fail("call:     %s\nexpected: %s\ngot:      %s", call,
		expected < 0 ? uc_errno_name(-expected) : uc_result_name(expected, 0),
		uc_result_name(got, error));
	return false;
}
