// SPDX-License-Identifier: GPL-2.0-only
/* All that is printed of a run, with the counters of the kernel's own kselftest. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kselftest.h"

#include "options.h"
#include "tap.h"

void uc_tap_begin(unsigned int rows)
{
	static char buffer[1 << 16];	/* more than any rows print between two flushes: no line is cut */

	ksft_print_header();
	/*
	 * The header asks for a write a line, which on a serial console is much of what a row costs.
	 * Whatever may end in a dead kernel comes after a flush: a row, a fork, the end of a run.
	 */
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	ksft_set_plan(rows);
}

void uc_tap_comment(const char *format, ...)
{
	va_list arguments;

	fputs("# ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

void uc_tap_text(const char *prefix, const char *text, size_t length)
{
	bool at_start = true;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = text[i];

		if (at_start)
			fputs(prefix, stdout);
		at_start = byte == '\n';
		if (byte == '\n' || byte == '\t' || (byte >= ' ' && byte < 0x7f))
			putchar(byte);
		else
			printf("\\x%02x", byte);
	}
	if (!at_start)
		putchar('\n');
}

void uc_tap_log(const char *prefix, const struct uc_log *log)
{
	uc_tap_text(prefix, log->text, uc_log_length(log));
	if (log->used > sizeof(log->text))
		printf("%s(%zu more bytes were cut)\n", prefix, log->used - sizeof(log->text));
}

void uc_tap_run(const struct uc_entry *entry)
{
	uc_tap_comment("run %s", entry->row->id);
	fflush(stdout);
}

static void print_requirements(const struct uc_entry *entry)
{
	for (size_t i = 0; i < UC_MAX_CHECKS && entry->row->checks[i]; i++) {
		const struct uc_requirement *requirement =
			&entry->suite->requirements[entry->row->checks[i]];

		uc_tap_comment("  requirement: %s:%s: %s [%s]", entry->suite->name,
			       requirement->id, requirement->text, requirement->source);
	}
}

/* For programs, which find here what a row is about, and where that can be looked up. */
static void print_metadata(const struct uc_entry *entry)
{
	for (size_t i = 0; entry->suite->documents && i < UC_MAX_CHECKS && entry->row->checks[i]; i++) {
		const struct uc_requirement *requirement =
			&entry->suite->requirements[entry->row->checks[i]];
		const char *left = requirement->source;
		const struct uc_document *document;

		printf("#: requirement: %s:%s\n#: clause: %s\n", entry->suite->name, requirement->id,
		       requirement->source);
		while ((document = uc_next_document(entry->suite, &left)))
			printf("#: link: %s\n", document->link);
	}
}

/* By its name, and by its calls alone where the topic can say them. */
static void print_rerun(const struct uc_entry *entry)
{
	char steps[4096] = "";

	uc_tap_comment("  rerun: uapi-conform --case %s%s", entry->row->id, uc_option_words());
	if (entry->topic->replay)
		entry->topic->replay(entry->row, steps, sizeof(steps));
	if (steps[0])
		uc_tap_comment("  replay: uapi-conform --suite %s --replay '%s'%s",
			       entry->suite->name, steps, uc_option_words());
}

static void print_result(const char *id)
{
	switch (uc_shared->verdict) {
	case UC_PASS:
		ksft_test_result_code(KSFT_PASS, id, NULL);
		break;
	case UC_SKIP:
		ksft_test_result_code(KSFT_SKIP, id, "%s",
				      uc_shared->skip_reason ?: "no reason was given");
		break;
	case UC_FAIL:
		ksft_test_result_code(KSFT_FAIL, id, NULL);
		break;
	case UC_ERROR:
		/* kselftest would print an error without the id; so it prints a failure and counts an error. */
		ksft_test_result_code(KSFT_FAIL, id, NULL);
		ksft_cnt.ksft_fail--;
		ksft_cnt.ksft_error++;
		break;
	}
}

void uc_tap_row(const struct uc_entry *entry, void (*more)(const void *), const void *argument)
{
	const char *id = entry->row->id;
	char prefix[160];

	snprintf(prefix, sizeof(prefix), "# INFO %s: ", id);
	uc_tap_log(prefix, &uc_shared->notes);
	if (uc_shared->verdict >= UC_ERROR) {
		uc_tap_comment("%s %s", uc_shared->verdict == UC_FAIL ? "FAIL" : "ERROR", id);
		/* The details of a FAIL name those that are blamed. */
		if (!uc_shared->named)
			print_requirements(entry);
		uc_tap_log("#   ", &uc_shared->details);
		if (more)
			more(argument);
		else
			print_rerun(entry);
		print_metadata(entry);
	}
	print_result(id);
}

void uc_tap_bail(const char *format, ...)
{
	va_list arguments;

	fputs("Bail out! ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
}

void uc_tap_end(void)
{
	printf("# Totals: pass:%u fail:%u xfail:0 xpass:0 skip:%u error:%u\n",
	       ksft_cnt.ksft_pass, ksft_cnt.ksft_fail, ksft_cnt.ksft_xskip, ksft_cnt.ksft_error);
}
