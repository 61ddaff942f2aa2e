// SPDX-License-Identifier: GPL-2.0-only
/* Recording: each part in a child, what it says in memory that both see, written part by part. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "isolate.h"
#include "mutant.h"
#include "random.h"
#include "record.h"
#include "record_file.h"
#include "run.h"
#include "state.h"
#include "stop.h"
#include "tap.h"
#include "watch.h"

#define MOST_TEXT	(24UL << 20)	/* of one part; only what is used is ever there */
#define OURS		1024		/* bytes of it that only the parent fills */
#define MOST_PARTS	64
#define PATIENCE	6	/* times what a row may take */

static struct text {
	size_t used;
	unsigned long observations;
	bool full;
	size_t room;
	char text[MOST_TEXT];
} *said;

static char about[256];
static size_t about_part;	/* bytes of it that stay: "suite.part." */

void uc_record_about(const char *format, ...)
{
	va_list arguments;
	size_t length;

	va_start(arguments, format);
	vsnprintf(about + about_part, sizeof(about) - about_part - 1, format, arguments);
	va_end(arguments);
	length = strlen(about);
	if (length > about_part && about[length - 1] != '/')
		strcpy(about + length, ".");
}

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add_list(const char *format, va_list arguments)
{
	const size_t room = said->room - said->used;
	size_t wanted = vsnprintf(said->text + said->used, room, format, arguments);

	said->full |= wanted >= room;
	said->used += wanted < room ? wanted : 0;
}

static void add(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_list(format, arguments);
	va_end(arguments);
}

void uc_record(const char *key, const char *format, ...)
{
	const size_t begin = said->used;
	va_list arguments;

	add("%s%s\t", about, key);
	va_start(arguments, format);
	add_list(format, arguments);
	va_end(arguments);
	add("\n");
	if (said->full)
		said->used = begin;
	else
		said->observations++;
}

struct part {
	const struct uc_suite_state *state;
	const struct uc_recorded *recorded;
	char *text;		/* kept for its turn where the order is another one */
	size_t size;
};

static bool is_there(const struct part *part)
{
	const struct uc_need *const *need = part->recorded->needs;

	while (*need && (*need)->ask(part->state->facts))
		need++;
	uc_record("there", *need ? "no" : "yes");
	return !*need;
}

static void record_in_child(const void *argument)
{
	const struct part *part = argument;

	if (is_there(part))
		part->recorded->record(part->state->facts);
}

/* Two observations of each part that it cannot make itself. */
static bool run_part(const struct part *part, const struct uc_options *options, bool own_vm)
{
	bool ended;
	int pid;

	said->used = 0;
	said->full = false;
	said->room = MOST_TEXT - OURS;
	about_part = snprintf(about, sizeof(about), "%s.%s.", part->state->suite->name,
			      part->recorded->name);
	uc_tap_comment("recording %.*s", (int)about_part - 1, about);
	fflush(stdout);
	pid = uc_isolate(part->recorded->name, record_in_child, part, options->timeout * PATIENCE);
	ended = uc_shared->ended && uc_shared->verdict != UC_ERROR && !said->full;
	if (said->full)
		uc_tap_comment("too much for the memory that there is");
	uc_watch_row(pid, 0, own_vm);
	uc_tap_log("#   ", &uc_shared->details);
	/* It may have been cut in the middle of a line. */
	while (said->used && said->text[said->used - 1] != '\n')
		said->used--;
	about[about_part] = '\0';
	said->full = false;
	said->room = MOST_TEXT;
	uc_record("ended", ended ? "yes" : "no");
	uc_record("kernel", uc_shared->kernel ? "complains" : "quiet");
	return ended;
}

static bool is_selected(const struct uc_selection *selection, const struct uc_suite *suite)
{
	for (size_t i = 0; i < selection->count; i++)
		if (selection->entries[i].suite == suite)
			return true;
	return false;
}

/* *all becomes false where a suite is left out that has parts. */
static size_t parts_of(const struct uc_selection *selection, struct part *parts, bool *all)
{
	size_t count = 0;

	for (const struct uc_suite *suite = uc_suites(); suite; suite = suite->next) {
		const struct uc_recorded *one = suite->recorded;

		/* Without its set-up it would record that, and not what the kernel does. */
		if (one && is_selected(selection, suite) && uc_state(suite)->broken) {
			uc_tap_comment("%s is not recorded, its set-up is broken: %s", suite->name,
				       uc_state(suite)->broken);
			*all = false;
			continue;
		}
		for (; one && one->name && is_selected(selection, suite); one++)
			if (count < MOST_PARTS)
				parts[count++] = (struct part){ uc_state(suite), one, NULL, 0 };
	}
	return count;
}

static void print_part(FILE *to, const struct part *part)
{
	const struct uc_suite *suite = part->state->suite;
	const char *separator = "";

	fprintf(to, "# part: %s.%s\t%s\t", suite->name, part->recorded->name, part->recorded->what);
	for (size_t i = 0; i < UC_MAX_CHECKS && part->recorded->near[i]; i++) {
		fprintf(to, "%s%s:%s", separator, suite->name,
			suite->requirements[part->recorded->near[i]].id);
		separator = ",";
	}
	putc('\n', to);
}

static bool write_head(const struct part *parts, size_t count)
{
	const struct uc_suite *suite = NULL;
	static char head[8192];
	FILE *to = fmemopen(head, sizeof(head), "w");

	if (!to)
		return false;
	fprintf(to, "# uapi-conform record %d\n", UC_RECORD_FORMAT);
	uc_print_machine(to);
	uc_mutant_print(to);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].state->suite != suite) {
			suite = parts[i].state->suite;
			fprintf(to, "# list: %s %u\n", suite->name, suite->record_list);
		}
		print_part(to, &parts[i]);
	}
	fclose(to);
	uc_record_sum(true);
	return uc_record_write(head, strlen(head));
}

static bool keep(struct part *part)
{
	part->size = said->used;
	part->text = malloc(said->used);
	if (part->text)
		memcpy(part->text, said->text, said->used);
	return part->text;
}

/* What is not there is told by what follows "# end" on the console, and in the file by its lack. */
static int unwritable(void)
{
	fprintf(stderr, "uapi-conform: --record: there is no room for all of it\n");
	return UC_EXIT_UNWRITABLE;
}

static int record(const struct uc_options *options, struct part *parts, size_t count, bool own_vm)
{
	bool all = true, written = write_head(parts, count);
	size_t order[MOST_PARTS];
	char end[64];

	for (size_t i = 0; i < count; i++)
		order[i] = i;
	/* Another order in time must make no difference: each part waits for its turn to be written. */
	if (options->shuffle)
		uc_random_shuffle(order, count, sizeof(*order), options->seed);
	said->observations = 0;
	for (size_t i = 0; i < count && written && !uc_stop_asked(); i++) {
		struct part *part = &parts[order[i]];

		all &= run_part(part, options, own_vm);
		if (uc_shared->unusable)
			return UC_EXIT_ERROR;
		written = options->shuffle ? keep(part) : uc_record_write(said->text, said->used);
	}
	for (size_t i = 0; i < count && written && options->shuffle && !uc_stop_asked(); i++)
		written = uc_record_write(parts[i].text, parts[i].size);
	if (uc_stop_asked())
		return 128 + uc_stop_asked();
	if (!written || !uc_record_write(end, snprintf(end, sizeof(end), "# end %lu %08x\n",
						       said->observations, uc_record_sum(false))))
		return unwritable();
	uc_tap_comment("recorded %lu observations", said->observations);
	return all ? UC_EXIT_PASS : UC_EXIT_ERROR;
}

bool uc_record_begin(const struct uc_options *options)
{
	const char *why;

	said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (said == MAP_FAILED)
		fprintf(stderr, "uapi-conform: no memory to record in\n");
	else if (!uc_record_open(options->record, &why))
		fprintf(stderr, "uapi-conform: --record: %s: %s\n", options->record, why);
	else
		return true;
	return false;
}

int uc_record_all(const struct uc_options *options, const struct uc_selection *selection, bool own_vm)
{
	static struct part parts[MOST_PARTS];
	bool all = true;
	const size_t count = parts_of(selection, parts, &all);
	int code = UC_EXIT_NOTHING;

	if (count)
		code = record(options, parts, count, own_vm);
	else if (all)
		fprintf(stderr, "uapi-conform: --record: these suites have nothing to record\n");
	return all || (code != UC_EXIT_PASS && code != UC_EXIT_NOTHING) ? code : UC_EXIT_ERROR;
}
