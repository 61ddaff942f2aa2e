// SPDX-License-Identifier: GPL-2.0-only
/* Numbers to names. */
#include <errno.h>
#include <string.h>

#include "decode.h"
#include "tests.h"

START_TEST(errors_have_names)
{
	ck_assert_str_eq(uc_errno_name(EINVAL), "EINVAL");
	ck_assert_str_eq(uc_errno_name(ENOTTY), "ENOTTY");
	ck_assert_str_eq(uc_errno_name(4711), "errno 4711");
}
END_TEST

START_TEST(results_have_names)
{
	const char *first = uc_result_name(90, 0);

	ck_assert_str_eq(uc_result_name(-1, EIO), "EIO");
	ck_assert_str_eq(uc_result_name(-1, 0), "-1");
	ck_assert_str_eq(uc_result_name(2147483647, EIO), "2147483647");
	ck_assert_str_eq(first, "90");
}
END_TEST

void add_decode_tests(Suite *suite)
{
	TCase *tests = tcase_create("decode");

	tcase_add_test(tests, errors_have_names);
	tcase_add_test(tests, results_have_names);
	suite_add_tcase(suite, tests);
}
