// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each group of tests in a process of its own, some at once: most of what they take, they wait for
 * rows that hang to be ended. Each says its counts; the exit code is 1 where a test failed, and
 * another one where something else did.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

/* More, and a row that has a second may not get enough of a busy CPU. */
#define SIDE_BY_SIDE	4

/* The longest first. */
static void (*const groups[])(Suite *) = {
	add_explore_tests, add_hang_tests, add_batch_tests, add_process_tests, add_control_tests,
	add_trust_tests, add_run_tests, add_record_tests, add_buffer_tests, add_judge_tests,
	add_select_tests, add_steps_tests, add_decode_tests, add_faults_tests,
};

static int run(void (*add)(Suite *))
{
	Suite *suite = suite_create("harness");
	SRunner *runner = srunner_create(suite);
	int failed;

	add(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Waits for one; @code or, where it failed, the worse. */
static int and_the_next(int code)
{
	int status;

	if (wait(&status) < 0)
		return code;
	return code | (WIFEXITED(status) ? WEXITSTATUS(status) : 99);
}

int main(void)
{
	const unsigned int count = sizeof(groups) / sizeof(groups[0]);
	/* Who gives tests more time, as make valgrind does, has none to share. */
	const unsigned int at_once = getenv("CK_TIMEOUT_MULTIPLIER") ? 1 : SIDE_BY_SIDE;
	int code = EXIT_SUCCESS;

	for (unsigned int i = 0; i < count + at_once; i++) {
		pid_t pid;

		if (i >= at_once)
			code = and_the_next(code);
		if (i >= count)
			continue;
		pid = fork();
		if (!pid)
			exit(run(groups[i]));
		if (pid < 0)
			return EXIT_FAILURE;
	}
	return code;
}
