// SPDX-License-Identifier: GPL-2.0-only
/* uapi-conform: judge the running kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "isolate.h"
#include "mutant.h"
#include "run.h"
#include "watch.h"

struct work {
	const struct uc_options *options;
	const struct uc_selection *selection;
	bool own_vm;
};

static int run_rows(const void *argument)
{
	const struct work *work = argument;

	uc_watch_begin();
	return uc_run(work->options, work->selection, work->own_vm);
}

static int judge(int argc, char **argv, bool own_vm)
{
	struct uc_options options;
	struct uc_selection selection;
	struct work work;
	const char *why;

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
	return run_rows(&work);
}

/* What cannot be read is no result, and an exit code of 0 would say otherwise. */
static int written(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	fprintf(stderr, "uapi-conform: the output could not be written completely: is the disk "
		"full?\n");
	return code > UC_EXIT_FAIL && code != UC_EXIT_NOTHING ? code : UC_EXIT_FAIL;
}

/* However the process ends, a VM says how, and is switched off. */
static void end_vm(int code, void *unused)
{
	(void)unused;
	/* A row's process that exits has this from us, and is not the VM. */
	if (getpid() != 1)
		return;
	printf("# exit: %d\n", code);
	uc_init_end();
}

int main(int argc, char **argv)
{
	bool init = uc_init_here();

	if (init) {
		uc_init_begin();
		on_exit(end_vm, NULL);
		/* Words of its command line that the kernel does not know come first. */
		while (argc > 1 && argv[1][0] != '-') {
			printf("# not an option of the kernel's, ignored: %s\n", argv[1]);
			argv++;
			argc--;
		}
	}
	return written(judge(argc, argv, init));
}
