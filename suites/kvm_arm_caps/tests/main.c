// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "tests.h"

int main(void)
{
	Suite *suite = suite_create("kvm_arm_caps");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_rules_tests(suite);
	add_concurrency_tests(suite);
	add_tables_tests(suite);
	add_steps_tests(suite);
	add_explorer_tests(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
