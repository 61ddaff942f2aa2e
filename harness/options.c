// SPDX-License-Identifier: GPL-2.0-only
/* The command line, parsed with glibc's argp. */
#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "options.h"
#include "random.h"
#include "registry.h"
#include "revision.h"

enum { KEY_LIST = 0x100, KEY_REQUIREMENTS, KEY_SUITE, KEY_CASE, KEY_AFTER, KEY_SHUFFLE, KEY_STRICT,
       KEY_TIMEOUT, KEY_REPEAT, KEY_EXPLORE, KEY_SEED, KEY_STEPS, KEY_FIRST, KEY_REPLAY, KEY_MUTANT, KEY_RECORD,
       KEY_OF_SUITES };

static const struct argp_option arguments[] = {
	{ "list", KEY_LIST, NULL, 0, "Print one row a line: id, requirements, needs, file", 1 },
	{ "requirements", KEY_REQUIREMENTS, NULL, 0,
	  "Print one requirement a line: id, whether mandatory, rows, source, text, links", 1 },
	{ "suite", KEY_SUITE, "NAME", 0, "Only the rows of this suite (repeatable)", 2 },
	{ "case", KEY_CASE, "GLOB", 0, "Only the rows whose id matches (repeatable)", 2 },
	{ "after", KEY_AFTER, "ID", 0,
	  "Only those of these rows that are run after this one: to go on where a run ended", 2 },
	{ "shuffle", KEY_SHUFFLE, "SEED", 0, "Run the rows in the order that this number gives", 3 },
	{ "repeat", KEY_REPEAT, "N", 0, "Run every row N times", 3 },
	{ "timeout", KEY_TIMEOUT, "SECONDS", 0, "How long one row may take (default 20)", 3 },
	{ "strict", KEY_STRICT, NULL, 0,
	  "A mandatory requirement that could not be judged is a failure", 3 },
	{ "explore", KEY_EXPLORE, "N", 0,
	  "Play N random sequences of calls instead of the rows, and shrink those that fail", 4 },
	{ "seed", KEY_SEED, "S", 0, "With --explore: the sequences that this number gives", 4 },
	{ "steps", KEY_STEPS, "M", 0, "With --explore: calls in a sequence (default 32)", 4 },
	{ "first", KEY_FIRST, NULL, 0,
	  "With --explore: end at the first failure, and do not shrink it", 4 },
	{ "replay", KEY_REPLAY, "STEPS", 0,
	  "Play these steps, 'STEP; STEP', instead of the rows, as a failure prints them", 4 },
	{ "record", KEY_RECORD, "FILE", 0,
	  "Instead of judging rows, write down to FILE what the kernel does: 'key<TAB>value' lines", 4 },
	{ "mutant", KEY_MUTANT, "NAME,...", 0,
	  "Run with this fault of the reference kernel on, or with one after the other; NAME:ID+ID "
	  "runs only the rows of these requirements", 4 },
};

#define MOST_OPTIONS	16	/* of all suites */

/* The suites' own, in the order of the suites, and what each was given. */
static const struct uc_suite_option *of_suites[MOST_OPTIONS];
static const char *given[MOST_OPTIONS];
static size_t of_suites_count;
static bool seed_given;

static unsigned long number(struct argp_state *state, const char *option, const char *text,
			    unsigned long least, unsigned long most)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || !isdigit((unsigned char)*text) || *end || value < least || value > most)
		argp_error(state, "--%s takes a whole number from %lu to %lu, not '%s'", option,
			   least, most, text);
	return value;
}

static void collect_suites_options(void)
{
	of_suites_count = 0;
	memset(given, 0, sizeof(given));
	for (const struct uc_suite *suite = uc_suites(); suite; suite = suite->next)
		for (size_t i = 0; i < suite->option_count && of_suites_count < MOST_OPTIONS; i++)
			of_suites[of_suites_count++] = &suite->options[i];
}

static void check_suites_options(struct argp_state *state)
{
	for (const struct uc_suite *suite = uc_suites(); suite; suite = suite->next) {
		const char *fault = suite->option_fault ? suite->option_fault() : NULL;

		if (fault)
			argp_error(state, "%s", fault);
	}
}

static void append(struct argp_state *state, const char ***list, size_t *count, const char *text)
{
	*list = reallocarray(*list, *count + 1, sizeof(**list));
	if (!*list)
		argp_failure(state, UC_EXIT_FAIL, ENOMEM, "options");
	(*list)[(*count)++] = text;
}

/* Options that say something about an exploration, or nothing about one. */
static void check_exploration(struct argp_state *state)
{
	struct uc_options *options = state->input;

	if (options->explore && options->replay)
		argp_error(state, "--replay and --explore cannot be combined");
	if ((options->explore || options->replay) &&
	    (options->case_count || options->shuffle || options->after))
		argp_error(state, "%s plays no rows: leave out --case, --after and --shuffle",
			   options->explore ? "--explore" : "--replay");
	if (options->record && (options->explore || options->replay || options->case_count ||
				options->after || options->strict || options->repeat > 1))
		argp_error(state, "--record goes with --suite, --shuffle, --timeout and --mutant alone: "
			   "it judges nothing");
	if (!options->explore && (seed_given || options->steps || options->first))
		argp_error(state, "--seed, --steps and --first belong to --explore N");
	if (options->explore && !seed_given)
		options->seed = uc_random_seed();
	if (!options->steps)
		options->steps = UC_DEFAULT_STEPS;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct uc_options *options = state->input;

	switch (key) {
	case KEY_LIST:
		options->list = true;
		return 0;
	case KEY_REQUIREMENTS:
		options->requirements = true;
		return 0;
	case KEY_SUITE:
		append(state, &options->suites, &options->suite_count, text);
		return 0;
	case KEY_CASE:
		append(state, &options->cases, &options->case_count, text);
		return 0;
	case KEY_AFTER:
		options->after = text;
		return 0;
	case KEY_SHUFFLE:
		options->shuffle = true;
		options->seed = number(state, "shuffle", text, 0, ULONG_MAX);
		return 0;
	case KEY_STRICT:
		options->strict = true;
		return 0;
	case KEY_TIMEOUT:
		options->timeout = number(state, "timeout", text, 1, 86400);
		return 0;
	case KEY_REPEAT:
		options->repeat = number(state, "repeat", text, 1, 1000000);
		return 0;
	case KEY_EXPLORE:
		options->explore = number(state, "explore", text, 1, 1000000000);
		return 0;
	case KEY_SEED:
		options->seed = number(state, "seed", text, 0, ULONG_MAX);
		seed_given = true;
		return 0;
	case KEY_STEPS:
		options->steps = number(state, "steps", text, 1, UC_MAX_STEPS);
		return 0;
	case KEY_MUTANT:
		if (!*text || *text == ',' || text[strlen(text) - 1] == ',' || strstr(text, ",,"))
			argp_error(state, "--mutant takes a name, or several with commas between, "
				   "not '%s'", text);
		options->mutants = text;
		return 0;
	case KEY_FIRST:
		options->first = true;
		return 0;
	case KEY_RECORD:
		options->record = text;
		return 0;
	case KEY_REPLAY:
		options->replay = text;
		return 0;
	case ARGP_KEY_END:
		check_exploration(state);
		check_suites_options(state);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is no option; rows are chosen with --case GLOB", text);
		return 0;
	default:
		if (key < KEY_OF_SUITES || key >= KEY_OF_SUITES + (int)of_suites_count)
			return ARGP_ERR_UNKNOWN;
		given[key - KEY_OF_SUITES] = text;
		return 0;
	}
}

/* Ours and the suites'. */
static void fill_table(struct argp_option *table)
{
	memcpy(table, arguments, sizeof(arguments));
	table += UC_ARRAY_SIZE(arguments);
	for (size_t i = 0; i < of_suites_count; i++)
		*table++ = (struct argp_option){
			of_suites[i]->name, KEY_OF_SUITES + i, of_suites[i]->value, 0,
			of_suites[i]->doc, 5,
		};
	*table = (struct argp_option){ 0 };
}

static void fill_help(char *text, size_t size)
{
	size_t used = snprintf(text, size, "Judge whether the running Linux kernel keeps the promises "
			       "of its user-space API, and print TAP.\v"
			       "Exit status: 0 all passed; 1 a row failed; 5 none failed, but the test "
			       "could not judge one (ERROR); 4 nothing could be judged here; 64 the "
			       "command line is wrong; 65 there is no such mutant; 69 this kernel "
			       "carries none");

	for (const struct uc_suite *suite = uc_suites(); suite; suite = suite->next)
		if (suite->exit_codes && used < size)
			used += snprintf(text + used, size - used, "; %s", suite->exit_codes);
	if (used < size)
		snprintf(text + used, size - used, "; 128 and more, the signal that ended it.");
}

void uc_parse_options(int argc, char **argv, struct uc_options *options)
{
	static struct argp_option table[UC_ARRAY_SIZE(arguments) + MOST_OPTIONS + 1];
	static char help[2048];
	const struct argp parser = { .options = table, .parser = parse, .doc = help };

	*options = (struct uc_options){
		.words = argv + 1, .timeout = UC_DEFAULT_TIMEOUT, .repeat = 1,
	};
	seed_given = false;
	collect_suites_options();
	fill_table(table);
	fill_help(help, sizeof(help));
	argp_err_exit_status = UC_EXIT_USAGE;
	argp_program_version = uc_release;
	argp_parse(&parser, argc, argv, 0, NULL, options);
}

const char *uc_option(const char *name)
{
	for (size_t i = 0; i < of_suites_count; i++)
		if (!strcmp(of_suites[i]->name, name))
			return given[i];
	return NULL;
}

const char *uc_option_words(void)
{
	static char words[256];
	size_t used = 0;

	words[0] = '\0';
	for (size_t i = 0; i < of_suites_count && used < sizeof(words); i++)
		if (given[i])
			used += snprintf(words + used, sizeof(words) - used, " --%s %s",
					 of_suites[i]->name, given[i]);
	return words;
}
