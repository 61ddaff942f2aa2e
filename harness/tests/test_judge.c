// SPDX-License-Identifier: GPL-2.0-only
/* What makes a verdict one: something was judged, and what is blamed is what failed. */
#include <check.h>
#include <string.h>

#include "output.h"
#include "tests.h"

START_TEST(a_row_that_judged_nothing_is_an_error)
{
	ck_assert_int_eq(RUN("--case", "demo.judge.nothing"), 5);
	has("# ERROR demo.judge.nothing\n");
	has("#   the row judged nothing\n");
	ck_assert_int_eq(RUN("--case", "demo.judge.[nc]*"), 5);
	has("# ERROR demo.judge.nothing\n");
	has("\nok 2 demo.judge.counts\n");
	has("\nok 3 demo.judge.checks\n");
}
END_TEST

START_TEST(what_the_document_leaves_open_is_no_pass)
{
	ck_assert_int_eq(RUN("--case", "demo.judge.open"), 4);
	has("\nok 1 demo.judge.open # SKIP the document does not say what comes\n");
	ck_assert_int_eq(RUN("--case", "demo.judge.open", "--strict"), 1);
	has("# STRICT demo:SAYS_SO was not judged");
	ck_assert_int_eq(RUN("--case", "demo.judge.open_and_fails"), 1);
	has("#   two is not one\n");
}
END_TEST

START_TEST(only_the_requirement_whose_call_failed_is_blamed)
{
	ck_assert_int_eq(RUN("--case", "demo.judge.blames_one"), 1);
	has("# FAIL demo.judge.blames_one\n"
	    "#   requirement: demo:DIES: it survives [demo 2]\n"
	    "#   call:     DEMO_CALL second\n"
	    "#   expected: 0\n"
	    "#   got:      EIO\n"
	    "#   call:     DEMO_CALL third\n");
	lacks("SAYS_SO");
	/* The row may have ended before it came to that one. */
	ck_assert_int_eq(RUN("--case", "demo.judge.blames_one", "--strict"), 1);
	has("# STRICT demo:SAYS_SO was not judged");
	lacks("# STRICT demo:DIES");
	ck_assert_int_eq(RUN("--case", "demo.judge.blames_each"), 1);
	has("#   got:      EIO\n"
	    "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
	    "#   at last\n");
}
END_TEST

START_TEST(an_error_in_one_thread_hides_no_failure_of_another)
{
	ck_assert_int_eq(RUN("--case", "demo.judge.fails_and_errs"), 1);
	has("# FAIL demo.judge.fails_and_errs\n");
}
END_TEST

void add_judge_tests(Suite *suite)
{
	TCase *tests = tcase_create("judge");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_row_that_judged_nothing_is_an_error);
	tcase_add_test(tests, what_the_document_leaves_open_is_no_pass);
	tcase_add_test(tests, only_the_requirement_whose_call_failed_is_blamed);
	tcase_add_test(tests, an_error_in_one_thread_hides_no_failure_of_another);
	suite_add_tcase(suite, tests);
}
