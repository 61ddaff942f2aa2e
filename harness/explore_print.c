// SPDX-License-Identifier: GPL-2.0-only
/* What people read of an exploration: requirement, trace, and a program that shows it. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "explore.h"
#include "isolate.h"
#include "revision.h"

/* Each line of the text behind a prefix; what is no printing character is made visible. */
static void print_lines(const char *prefix, const char *text)
{
	while (*text) {
		fputs(prefix, stdout);
		for (; *text && *text != '\n'; text++) {
			if (*text == '\t' || (*text >= ' ' && *text < 0x7f))
				putchar(*text);
			else
				printf("\\x%02x", (unsigned char)*text);
		}
		putchar('\n');
		text += *text == '\n';
	}
}

static const char *step_of(const struct uc_exploration *exploration,
			   const struct uc_sequence *sequence, unsigned int index)
{
	return (const char *)sequence->steps + index * exploration->explorer->step_size;
}

static void decode(const struct uc_exploration *exploration, const struct uc_finding *finding,
		   unsigned int index, char *text, size_t size)
{
	exploration->explorer->decode(step_of(exploration, &finding->shrunk, index),
				      exploration->facts, text, size);
}

static void print_heading(const struct uc_finding *finding, unsigned int number,
			  unsigned int count, bool first)
{
	if (first)
		uc_tap_comment("  finding %u of %u: sequence %lu, %u steps, as it was found", number,
			       count, finding->sequence, finding->original);
	else if (!finding->repeats)
		uc_tap_comment("  finding %u of %u: sequence %lu, %u steps; it came once and could "
			       "not be repeated in a new world", number, count, finding->sequence,
			       finding->original);
	else
		uc_tap_comment("  finding %u of %u: sequence %lu, in %lu %s%s; shrunk from %u to "
			       "%u step%s in %u trials", number, count, finding->sequence,
			       finding->times, finding->failure.kind == UC_COMPLAINS ?
			       "batch" : "sequence", finding->times == 1 ? "" :
			       finding->failure.kind == UC_COMPLAINS ? "es" : "s", finding->original,
			       finding->shrunk.count, finding->shrunk.count == 1 ? "" : "s",
			       finding->trials);
}

static void print_trace(const struct uc_exploration *exploration,
			const struct uc_finding *finding)
{
	char call[256], expected[256], got[256];

	for (unsigned int i = 0; i < finding->shrunk.count; i++) {
		decode(exploration, finding, i, call, sizeof(call));
		/* Where it did not repeat, there are no answers to show. */
		if (finding->repeats && !(finding->failure.kind == UC_DIES &&
					  i == finding->failure.step)) {
			exploration->explorer->explain(step_of(exploration, &finding->shrunk, i),
						       &finding->seen[i], expected, got,
						       sizeof(got));
			uc_tap_comment("  explore: %u. %s = %s", i + 1, call,
				       finding->seen[i].skipped ? "(skipped)" : got);
		} else {
			uc_tap_comment("  explore: %u. %s", i + 1, call);
		}
	}
	if (finding->failure.kind == UC_WRONG) {
		exploration->explorer->explain(step_of(exploration, &finding->shrunk,
						       finding->failure.step),
					       &finding->failure.seen, expected, got, sizeof(got));
		uc_tap_comment("  expected: %s", expected);
		uc_tap_comment("  got:      %s", got);
	}
	if (finding->said)
		print_lines("#   ", finding->said);
}

/* What a program needs to see that the kernel complains; as uc_watch_row(), but smaller. */
static const char log_watching[] =
	"#include <fcntl.h>\n"
	"#include <stdio.h>\n"
	"#include <string.h>\n"
	"#include <unistd.h>\n"
	"\n"
	"static int log_fd;\n"
	"\n"
	"static void watch_log(void)\n"
	"{\n"
	"\tlog_fd = open(\"/dev/kmsg\", O_RDONLY | O_NONBLOCK);\n"
	"\tlseek(log_fd, 0, SEEK_END);\n"
	"}\n"
	"\n"
	"/* Whether a warning came since then; prints it. */\n"
	"static int log_complains(void)\n"
	"{\n"
	"\tchar record[2048], *text;\n"
	"\tint found = 0;\n"
	"\tssize_t length;\n"
	"\n"
	"\twhile ((length = read(log_fd, record, sizeof(record) - 1)) > 0) {\n"
	"\t\trecord[length] = '\\0';\n"
	"\t\ttext = strchr(record, ';');\n"
	"\t\tif (!text || !(strstr(text, \"WARNING: \") || strstr(text, \"BUG: \") ||\n"
	"\t\t\t       strstr(text, \"Oops\") || strstr(text, \"UBSAN: \")))\n"
	"\t\t\tcontinue;\n"
	"\t\tprintf(\"kernel: %.*s <-- WRONG\\n\", (int)strcspn(text, \"\\n\") - 1, text + 1);\n"
	"\t\tfound = 1;\n"
	"\t}\n"
	"\treturn found;\n"
	"}\n"
	"\n";

void uc_explore_emit(const struct uc_exploration *exploration, const struct uc_finding *finding,
		     FILE *out)
{
	const struct uc_requirement *requirement =
		&exploration->suite->requirements[finding->failure.requirement];
	struct utsname name;

	fprintf(out, "// SPDX-License-Identifier: GPL-2.0-only\n/*\n");
	if (finding->failure.kind == UC_WRONG)
		fprintf(out, " * %s:%s: %s\n * [%s]\n", exploration->suite->name, requirement->id,
			requirement->text, requirement->source);
	else if (finding->failure.kind == UC_DIES)
		fprintf(out, " * The last call kills its process, or never returns.\n");
	else
		fprintf(out, " * The kernel complains in its log; only root can see it.\n");
	fprintf(out, " *\n * Found by uapi-conform %s, --explore with seed %lu, sequence %lu%s",
		uc_revision, exploration->seed, finding->sequence,
		uname(&name) ? "" : ",\n * on ");
	if (!uname(&name))
		fprintf(out, "%s %s %s", name.sysname, name.release, name.machine);
	fprintf(out, ".\n * Build it with: cc -static -Wall -o reproducer reproducer.c\n"
		" * Exit status: 1 it shows the failure, 0 it does not, 2 it could not try.\n */\n");
	if (finding->failure.kind == UC_COMPLAINS)
		fputs(log_watching, out);
	exploration->explorer->emit(out, finding->shrunk.steps, finding->seen,
				    finding->shrunk.count, exploration->facts,
				    finding->failure.kind == UC_COMPLAINS);
}

static void print_program(const struct uc_exploration *exploration,
			  const struct uc_finding *finding)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return;
	uc_explore_emit(exploration, finding, out);
	if (!fclose(out)) {
		uc_tap_comment("  a C program that shows it stands behind the bars:");
		print_lines("#   | ", text);
	}
	free(text);
}

void uc_explore_print(const struct uc_exploration *exploration)
{
	const struct uc_findings *all = uc_explore_findings(exploration);

	for (unsigned int i = 0; i < all->count; i++) {
		const struct uc_finding *finding = &all->list[i];
		const struct uc_requirement *requirement =
			&exploration->suite->requirements[finding->failure.requirement];

		print_heading(finding, i + 1, all->count, exploration->first);
		if (finding->failure.kind == UC_WRONG)
			uc_tap_comment("  requirement: %s:%s: %s [%s]", exploration->suite->name,
				       requirement->id, requirement->text, requirement->source);
		print_trace(exploration, finding);
		if (finding->repeats && exploration->explorer->emit)
			print_program(exploration, finding);
	}
	if (all->more)
		uc_tap_comment("  and %lu more of other kinds, not shrunk", all->more);
	uc_tap_comment("  rerun: uapi-conform --explore %lu --seed %lu --steps %u --suite %s",
		       exploration->sequences, exploration->seed, exploration->steps,
		       exploration->suite->name);
}
