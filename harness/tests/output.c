// SPDX-License-Identifier: GPL-2.0-only
/* A whole run of the harness in a process of its own, for looking at what it prints. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"
#include "output.h"
#include "run.h"
#include "watch.h"

char output[1 << 18];
void (*before_run)(void);

static void child(char **argv, bool own_vm)
{
	int argc = 0, pipe_ends[2];
	char taint[] = "/tmp/uapi-conform-taint-XXXXXX";

	while (argv[argc])
		argc++;
	demo_taint_fd = mkstemp(taint);
	unlink(taint);
	if (demo_taint_fd < 0 || pwrite(demo_taint_fd, "0\n", 2, 0) != 2 ||
	    pipe2(pipe_ends, O_DIRECT | O_NONBLOCK))
		_exit(99);
	demo_log_fd = pipe_ends[1];
	uc_watch_files(demo_taint_fd, pipe_ends[0]);
	if (before_run)
		before_run();
	exit(uc_program(argc, argv, own_vm));
}

/* Wait until the run is where a signal is meant to find it; a machine may be slow. */
static void wait_until_it_hangs(int file)
{
	for (int tries = 0; tries < 2000; tries++) {
		ssize_t length = pread(file, output, sizeof(output) - 1, 0);

		output[length > 0 ? length : 0] = '\0';
		if (demo_mood == DEMO_HANGS_AT_FIRST ? strstr(output, "# taint: ") :
		    strstr(output, "# run demo.end.hangs") ?:
		    strstr(output, "# run demo.process.hangs"))
			break;
		usleep(10000);
	}
	/* What follows that line is a fork and a wait. */
	usleep(300000);
}

int run_with(bool own_vm, int signal_after_run, char **argv)
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
		child(argv, own_vm);
	}
	if (signal_after_run) {
		wait_until_it_hangs(fileno(file));
		kill(pid, signal_after_run);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	rewind(file);
	length = fread(output, 1, sizeof(output) - 1, file);
	output[length] = '\0';
	fclose(file);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && signal_after_run == SIGKILL)
		return 128 + SIGKILL;
	ck_assert_msg(WIFEXITED(status), "the harness died:\n%.2000s", output);
	return WEXITSTATUS(status);
}

void has(const char *text)
{
	ck_assert_msg(strstr(output, text) != NULL, "no '%s' in:\n%.4000s", text, output);
}

void lacks(const char *text)
{
	ck_assert_msg(strstr(output, text) == NULL, "'%s' in:\n%.4000s", text, output);
}
