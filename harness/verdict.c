// SPDX-License-Identifier: GPL-2.0-only
/* What a row says while it runs, kept where a crash cannot take it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "decode.h"
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

void uc_shared_reset(void)
{
	uc_shared->verdict = UC_PASS;
	uc_shared->process[0] = '\0';
	uc_shared->unusable = NULL;
	uc_shared->refused = 0;
	uc_shared->ended = false;
	uc_shared->judging = false;
	uc_shared->skip_reason = NULL;
	uc_shared->call[0] = '\0';
	uc_shared->format = NULL;
	uc_shared->details.used = 0;
	uc_shared->notes.used = 0;
}

void uc_shared_name(const char *id)
{
	const size_t length = strlen(id), most = sizeof(uc_shared->process) - 1;

	strcpy(uc_shared->process, id + (length > most ? length - most : 0));
	prctl(PR_SET_NAME, uc_shared->process);
}

void uc_child_end(void)
{
	uc_shared->ended = true;
	_exit(0);
}

static void worsen(enum uc_verdict verdict)
{
	if (uc_shared->verdict < verdict)
		uc_shared->verdict = verdict;
}

static void log_add(struct uc_log *log, size_t room, const char *format, va_list arguments)
{
	char line[sizeof(log->text)];
	size_t length, at;
	int wanted = vsnprintf(line, sizeof(line), format, arguments);

	if (wanted <= 0)
		return;
	length = (size_t)wanted < sizeof(line) - 1 ? (size_t)wanted : sizeof(line) - 2;
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
	log_add(log, sizeof(log->text), format, arguments);
	va_end(arguments);
}

void uc_log_seal(struct uc_log *log)
{
	size_t cut = log->used > UC_LOG_SIZE ? log->used - UC_LOG_SIZE : 0;

	if (!cut)
		return;
	log->used = UC_LOG_SIZE;
	uc_log_add(log, "%s(%zu more bytes were cut)",
		   log->text[UC_LOG_SIZE - 1] == '\n' ? "" : "\n", cut);
}

void uc_log_print(const struct uc_log *log, const char *prefix)
{
	size_t length = log->used < sizeof(log->text) ? log->used : sizeof(log->text);
	bool at_start = true;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = log->text[i];

		if (at_start)
			fputs(prefix, stdout);
		at_start = byte == '\n';
		if (byte == '\n' || (byte >= ' ' && byte < 0x7f))
			putchar(byte);
		else
			printf("\\x%02x", byte);
	}
	if (!at_start)
		putchar('\n');
	if (log->used > sizeof(log->text))
		printf("%s(%zu more bytes were cut)\n", prefix, log->used - sizeof(log->text));
}

void uc_fail(const char *format, ...)
{
	va_list arguments;

	worsen(UC_FAIL);
	va_start(arguments, format);
	log_add(&uc_shared->details, UC_LOG_SIZE, format, arguments);
	va_end(arguments);
}

void uc_fail_now(const char *format, ...)
{
	va_list arguments;

	worsen(UC_FAIL);
	va_start(arguments, format);
	log_add(&uc_shared->details, UC_LOG_SIZE, format, arguments);
	va_end(arguments);
	uc_child_end();
}

void uc_error(const char *format, ...)
{
	va_list arguments;

	worsen(UC_ERROR);
	va_start(arguments, format);
	log_add(&uc_shared->details, UC_LOG_SIZE, format, arguments);
	va_end(arguments);
	uc_child_end();
}

void uc_refuse(int code, const char *format, ...)
{
	va_list arguments;

	worsen(UC_ERROR);
	uc_shared->refused = code;
	va_start(arguments, format);
	log_add(&uc_shared->details, UC_LOG_SIZE, format, arguments);
	va_end(arguments);
	uc_child_end();
}

void uc_skip(const char *reason)
{
	worsen(UC_SKIP);
	uc_shared->skip_reason = reason;
	uc_child_end();
}

void uc_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_add(&uc_shared->notes, UC_LOG_SIZE, format, arguments);
	va_end(arguments);
}

void uc_judging(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(uc_shared->call, sizeof(uc_shared->call), format, arguments);
	va_end(arguments);
	uc_shared->format = NULL;
	uc_shared->judging = true;
}

void uc_judging_numbers(const char *format, const unsigned int numbers[UC_CALL_NUMBERS])
{
	uc_shared->format = format;
	memcpy(uc_shared->numbers, numbers, sizeof(uc_shared->numbers));
	uc_shared->judging = true;
}

const char *uc_shared_call(void)
{
	const unsigned int *n = uc_shared->numbers;

	if (uc_shared->format)
		snprintf(uc_shared->call, sizeof(uc_shared->call), uc_shared->format,
			 n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
	return uc_shared->call;
}

void uc_judged(void)
{
	uc_shared->judging = false;
}

bool uc_expect(long got, int error, long expected, const char *format, ...)
{
	bool as_expected = expected < 0 ? got == -1 && error == -expected : got == expected;
	char call[512];
	va_list arguments;

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
