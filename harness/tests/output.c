// SPDX-License-Identifier: GPL-2.0-only
/* A whole run of the harness in a process of its own, for looking at what it prints. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"
#include "output.h"
#include "run.h"
#include "watch.h"

char output[1 << 18];

static void child(char **argv, bool alone)
{
	struct uc_selection selection;
	struct uc_options options;
	int argc = 0, pipe_ends[2];
	char taint[] = "/tmp/uapi-conform-taint-XXXXXX";
	const char *why;

	while (argv[argc])
		argc++;
	demo_taint_fd = mkstemp(taint);
	unlink(taint);
	if (demo_taint_fd < 0 || pwrite(demo_taint_fd, "0\n", 2, 0) != 2 ||
	    pipe2(pipe_ends, O_DIRECT | O_NONBLOCK))
		_exit(99);
	demo_log_fd = pipe_ends[1];
	uc_watch_files(demo_taint_fd, pipe_ends[0]);
	uc_parse_options(argc, argv, &options);
	if (!uc_select(&options, &selection, &why)) {
		puts(why);
		exit(UC_EXIT_USAGE);
	}
	exit(uc_run(&options, &selection, alone));
}

int run_with(bool alone, int signal_after_run, char **argv)
{
	FILE *file = tmpfile();
	int status;
	pid_t pid;
	size_t length;

	ck_assert_ptr_nonnull(file);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(fileno(file), STDOUT_FILENO);
		dup2(fileno(file), STDERR_FILENO);
		child(argv, alone);
	}
	if (signal_after_run) {
		usleep(300000);
		kill(pid, signal_after_run);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	rewind(file);
	length = fread(output, 1, sizeof(output) - 1, file);
	output[length] = '\0';
	fclose(file);
	ck_assert_msg(WIFEXITED(status), "the harness died:\n%.2000s", output);
	return WEXITSTATUS(status);
}
