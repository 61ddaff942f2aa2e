// SPDX-License-Identifier: GPL-2.0-only
/* What people read of an exploration: requirement, trace, and a program that shows it. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "explore.h"
#include "explore_play.h"
#include "options.h"
#include "reproducer.h"
#include "revision.h"
#include "tap.h"

static void print_heading(const struct uc_finding *finding, unsigned int number,
			  unsigned int count, bool first, bool replay)
{
	if (replay)
		uc_tap_comment("  finding %u of %u: replayed, %u steps", number, count,
			       finding->original);
	else if (first)
		uc_tap_comment("  finding %u of %u: sequence %lu, %u steps, as it was found", number,
			       count, finding->sequence, finding->original);
	else if (!finding->repeats)
		uc_tap_comment("  finding %u of %u: sequence %lu, %u steps; it came once and could "
			       "not be repeated in a new state", number, count, finding->sequence,
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

void uc_explore_print_steps(const struct uc_exploration *exploration,
			    const struct uc_sequence *sequence, const struct uc_observed *observed,
			    unsigned int answered, const char *indent)
{
	const struct uc_explorer *explorer = exploration->explorer;
	char call[256], expected[256], got[256];

	for (unsigned int i = 0; i < sequence->count; i++) {
		const void *step = uc_step_of(exploration, sequence, i);

		explorer->decode(step, exploration->facts, call, sizeof(call));
		if (i >= answered) {
			uc_tap_comment("%sexplore: %u. %s", indent, i + 1, call);
			continue;
		}
		explorer->explain(step, &observed[i], expected, got, sizeof(got));
		/* The step itself may say what had to come: "INIT none = EINVAL". */
		uc_tap_comment("%sexplore: %u. %s%s%s", indent, i + 1, call,
			       strstr(call, " = ") || strstr(call, " == ") ? ", got " : " = ",
			       observed[i].skipped ? "(skipped)" : got);
	}
}

static void print_trace(const struct uc_exploration *exploration,
			const struct uc_finding *finding)
{
	const struct uc_failure *failure = &finding->failure;
	unsigned int answered = 0;	/* where it did not repeat, there are no answers to show */
	char expected[256], got[256];

	if (finding->repeats)
		answered = failure->kind == UC_DIES ? failure->step :
			   failure->kind == UC_WRONG ? failure->step + 1 : finding->shrunk.count;
	uc_explore_print_steps(exploration, &finding->shrunk, finding->observed, answered, "  ");
	if (failure->kind == UC_WRONG) {
		exploration->explorer->explain(uc_step_of(exploration, &finding->shrunk,
						       failure->step), &failure->observed, expected,
					       got, sizeof(got));
		if (exploration->explorer->name)
			uc_tap_comment("  call:     %s", exploration->explorer->name(
				       uc_step_of(exploration, &finding->shrunk, failure->step)));
		uc_tap_comment("  expected: %s", expected);
		uc_tap_comment("  got:      %s", got);
	}
	if (finding->said)
		uc_tap_text("#   ", finding->said, strlen(finding->said));
}

/* A source file without its first line, which the program has already. */
static void write_text(FILE *out, const char *text)
{
	fprintf(out, "%s\n", text + strcspn(text, "\n") + 1);
}

static void write_main(FILE *out, const struct uc_exploration *exploration,
		       const struct uc_finding *finding)
{
	const bool watch = finding->failure.kind == UC_COMPLAINS;

	for (const char *const *text = exploration->explorer->support; *text; text++)
		write_text(out, *text);
	fprintf(out, "int main(void)\n{\n%s\tbegin();\n", watch ? "\twatch_log();\n" : "");
	exploration->explorer->emit(out, finding->shrunk.steps, finding->observed, finding->shrunk.count,
				    exploration->facts);
	fprintf(out, "\tend();\n%s"
		"\tputs(failed ? \"the failure shows\" : \"the failure does not show\");\n"
		"\treturn failed;\n}\n", watch ? "\tfailed |= log_complains();\n" : "");
}

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
	fprintf(out, " *\n * Written by uapi-conform %s", uc_revision);
	if (!exploration->replay)
		fprintf(out, ", --explore with seed %lu, sequence %lu", exploration->options->seed,
			finding->sequence);
	fputs(uname(&name) ? "" : ",\n * on ", out);
	if (!uname(&name))
		fprintf(out, "%s %s %s", name.sysname, name.release, name.machine);
	fprintf(out, ".\n * Build it with: cc -static -Wall -o reproducer reproducer.c\n"
		" * Exit status: 1 it shows the failure, 0 it does not, 2 it could not try.\n */\n");
	if (finding->failure.kind == UC_COMPLAINS)
		write_text(out, uc_text_harness_watch_log);
	write_main(out, exploration, finding);
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
		uc_tap_comment("  a C program that shows it follows:");
		uc_tap_text("#   | ", text, strlen(text));
	}
	free(text);
}

/* The sequence as --replay takes it. */
static void print_replay(const struct uc_exploration *exploration,
			 const struct uc_sequence *sequence)
{
	char text[256];

	printf("#   replay: uapi-conform --suite %s --replay '", exploration->suite->name);
	for (unsigned int i = 0; i < sequence->count; i++) {
		exploration->explorer->decode(uc_step_of(exploration, sequence, i),
					      exploration->facts, text, sizeof(text));
		printf("%s%s", i ? "; " : "", text);
	}
	printf("'%s\n", uc_option_words());
}

void uc_explore_print(const struct uc_exploration *exploration)
{
	const struct uc_findings *all = uc_explore_findings(exploration);

	for (unsigned int i = 0; i < all->count; i++) {
		const struct uc_finding *finding = &all->list[i];
		const struct uc_requirement *requirement =
			&exploration->suite->requirements[finding->failure.requirement];

		print_heading(finding, i + 1, all->count, exploration->options->first, exploration->replay);
		if (finding->failure.kind == UC_WRONG)
			uc_tap_comment("  requirement: %s:%s: %s [%s]", exploration->suite->name,
				       requirement->id, requirement->text, requirement->source);
		print_trace(exploration, finding);
		if (finding->repeats && exploration->explorer->emit)
			print_program(exploration, finding);
		if (exploration->explorer->parse)
			print_replay(exploration, &finding->shrunk);
	}
	if (all->more)
		uc_tap_comment("  and %lu more of other kinds, not shrunk", all->more);
	if (exploration->replay)
		return;
	uc_tap_comment("  rerun: uapi-conform --explore %lu --seed %lu --steps %u --suite %s",
		       exploration->options->explore, exploration->options->seed, exploration->options->steps,
		       exploration->suite->name);
}
