/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line asked for. */
#ifndef UC_OPTIONS_H
#define UC_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define UC_EXIT_PASS	0	/* kselftest's exit codes */
#define UC_EXIT_FAIL	1
#define UC_EXIT_NOTHING	4	/* nothing could be judged */
#define UC_EXIT_ERROR	5	/* no row failed, but the test could not judge one: an ERROR */
#define UC_EXIT_USAGE	64

#define UC_DEFAULT_TIMEOUT 20	/* seconds a row may take */

struct uc_options {
	char **words;		/* the command line without the program's name; NULL ends */
	bool list;
	bool requirements;
	bool strict;
	const char **suites;	/* names given with --suite */
	size_t suite_count;
	const char **cases;	/* globs given with --case */
	size_t case_count;
	const char *after;	/* only the rows behind this one; NULL: all */
	bool shuffle;
	unsigned long seed;
	int timeout;		/* seconds */
	int repeat;
	const char *mutants;	/* names with commas between; NULL: the kernel as it is */
	unsigned long explore;	/* sequences to play instead of rows; 0: play none */
	const char *replay;	/* steps to play instead of rows, or NULL */
	const char *record;	/* write down behaviour to this file, instead of running rows; or NULL */
	unsigned int steps;	/* of each sequence; seed is theirs too */
	bool first;		/* the first finding will do, as it was found */
};

/*
 * Parse the command line. Does not return on --help or a usage error: those
 * print and exit with 0 or UC_EXIT_USAGE. The strings stay the caller's.
 */
void uc_parse_options(int argc, char **argv, struct uc_options *options);

/* What a suite's own option was given; NULL when it was not. The string is the command line's. */
const char *uc_option(const char *name);

/* The same as they would be typed, each after a blank: what a row cannot be run again without. */
const char *uc_option_words(void);

#endif /* UC_OPTIONS_H */
