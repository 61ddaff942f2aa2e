// SPDX-License-Identifier: GPL-2.0-only
/* uapi-conform: judge the running kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "run.h"

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
	return written(uc_program(argc, argv, init));
}
