// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "tests.h"

int main(void)
{
	Suite *suite = suite_create("harness");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_run_tests(suite);
	add_trust_tests(suite);
	add_batch_tests(suite);
	add_judge_tests(suite);
	add_process_tests(suite);
	add_control_tests(suite);
	add_select_tests(suite);
	add_decode_tests(suite);
	add_buffer_tests(suite);
	add_explore_tests(suite);
	add_record_tests(suite);
	add_steps_tests(suite);
	add_faults_tests(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
