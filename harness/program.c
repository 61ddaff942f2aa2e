// SPDX-License-Identifier: GPL-2.0-only
/* From the words of a command line to an exit code. */
#include <stdio.h>

#include "mutant.h"
#include "run.h"
#include "watch.h"

struct work {
	const struct uc_options *options;
	const struct uc_selection *selection;
	bool own_vm;
};

static int run_rows(const void *argument, const char *requirements)
{
	const struct work *work = argument;
	struct uc_selection selection = *work->selection;

	if (requirements && !uc_keep_rows_of(&selection, requirements)) {
		fprintf(stderr, "uapi-conform: none of the rows checks one of %s\n", requirements);
		return UC_EXIT_USAGE;
	}
	uc_watch_begin();
	return uc_run(work->options, &selection, work->own_vm);
}

int uc_program(int argc, char **argv, bool own_vm)
{
	struct uc_options options;
	struct uc_selection selection;
	struct work work;
	const char *why = uc_registry_fault();

	if (why) {
		fprintf(stderr, "uapi-conform: the tables of its rows are wrong: %s\n", why);
		return UC_EXIT_ERROR;
	}
	uc_parse_options(argc, argv, &options);
	if (!uc_select(&options, &selection, &why)) {
		fprintf(stderr, "uapi-conform: %s\n", why);
		return UC_EXIT_USAGE;
	}
	if (options.requirements) {
		uc_list_requirements(&options);
		return UC_EXIT_PASS;
	}
	if (options.list) {
		uc_list(&selection);
		return UC_EXIT_PASS;
	}
	work = (struct work){ &options, &selection, own_vm };
	if (options.mutants)
		return uc_mutants_run(options.mutants, run_rows, &work);
	return run_rows(&work, NULL);
}
