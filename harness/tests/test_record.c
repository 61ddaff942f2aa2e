// SPDX-License-Identifier: GPL-2.0-only
/* --record: the file that comes out, in any order of the parts, and whatever becomes of one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "output.h"
#include "record.h"
#include "tests.h"

static char recording[1 << 16];
static char path[] = "/tmp/uapi-conform-record-XXXXXX";

static void begin(void)
{
	strcpy(path, "/tmp/uapi-conform-record-XXXXXX");
	close(mkstemp(path));
	demo_record_mood = DEMO_RECORD_SOUND;
}

static void end(void)
{
	unlink(path);
}

static void read_back(void)
{
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	recording[fread(recording, 1, sizeof(recording) - 1, file)] = '\0';
	fclose(file);
}

#define RECORD(code, ...) do {							\
	ck_assert_int_eq(RUN_OWN_VM("--suite", "demo", "--record", path, ##__VA_ARGS__), code);	\
	read_back();								\
} while (0)

/* Behind the head, which the machine makes. */
static const char *observations(void)
{
	static const char lists[] = "# list: demo 7\n"
				    "# part: demo.plain\twhat is plain\tdemo:SAYS_SO\n"
				    "# part: demo.steps\twhat steps come to\t\n"
				    "# part: demo.absent\twhat is not there\t\n"
				    "# part: demo.second\twhat comes second\t\n";
	const char *list = strstr(recording, lists);

	ck_assert_msg(list != NULL, "no lists in:\n%s", recording);
	return list + strlen(lists);
}

static const char whole[] =
	"demo.plain.there\tyes\n"
	"demo.plain.one\t1\n"
	"demo.plain.about.SVE|PMU.two\tEINVAL\n"
	"demo.plain.three\t0\n"
	"demo.plain.ended\tyes\n"
	"demo.plain.kernel\tquiet\n"
	"demo.steps.there\tyes\n"
	"demo.steps.plain/B\tB after A\n"
	"demo.steps.plain/B.2\tB after B\n"
	"demo.steps.plain/WRONG\tWRONG after B\n"
	"demo.steps.plain/A\tA after WRONG\n"
	"demo.steps.{A}.0x9/\tA after A\n"
	"demo.steps.{A}.0x9/.2\t0x9 after A\n"
	"demo.steps.{A}.0xa/\tA after A\n"
	"demo.steps.{A}.0xa/.2\t0xa after A\n"
	"demo.steps.{B}.0x9/\tB after A\n"
	"demo.steps.{B}.0x9/.2\t0x9 after B\n"
	"demo.steps.{B}.0xa/\tB after A\n"
	"demo.steps.{B}.0xa/.2\t0xa after B\n"
	"demo.steps.set_up/set-up\tWRONG after \n"
	"demo.steps.ends/B\tB after A\n"
	"demo.steps.ends/END\tEND after B\n"
	"demo.steps.ended\tyes\n"
	"demo.steps.kernel\tquiet\n"
	"demo.absent.there\tno\n"
	"demo.absent.ended\tyes\n"
	"demo.absent.kernel\tquiet\n"
	"demo.second.there\tyes\n"
	"demo.second.before\t0\n"
	"demo.second.after\t0\n"
	"demo.second.ended\tyes\n"
	"demo.second.kernel\tquiet\n"
	"# end 32 ";

START_TEST(parts_come_in_their_order)
{
	RECORD(0);
	ck_assert_ptr_eq(strstr(recording, "# uapi-conform record 1\n# kernel: "), recording);
	ck_assert_ptr_eq(strstr(observations(), whole), observations());
	ck_assert_ptr_nonnull(strstr(output, "# recorded 32 observations\n"));
}
END_TEST

START_TEST(another_order_in_time_is_the_same_file)
{
	/* Of two parts, one of these has the other one first. */
	for (char seed[] = "1"; *seed < '6'; ++*seed) {
		RECORD(0, "--shuffle", seed);
		ck_assert_ptr_eq(strstr(observations(), whole), observations());
	}
}
END_TEST

START_TEST(a_part_that_dies_costs_no_other)
{
	demo_record_mood = DEMO_RECORD_DIES;
	RECORD(5);
	ck_assert_ptr_nonnull(strstr(observations(), "demo.second.before\t0\ndemo.second.ended\tno\n"));
	ck_assert_ptr_nonnull(strstr(recording, "demo.plain.three\t0\n"));
	demo_record_mood = DEMO_RECORD_BREAKS;
	RECORD(5);
	ck_assert_ptr_nonnull(strstr(observations(), "demo.second.before\t0\ndemo.second.ended\tno\n"));
	ck_assert_ptr_nonnull(strstr(output, "no wheels to look at"));
}
END_TEST

START_TEST(what_the_kernel_says_is_an_observation)
{
	demo_record_mood = DEMO_RECORD_WARNS;
	RECORD(0);
	ck_assert_ptr_nonnull(strstr(observations(), "demo.second.ended\tyes\n"
						     "demo.second.kernel\tcomplains\n"));
}
END_TEST

START_TEST(too_much_is_cut_at_a_line_and_told)
{
	static char tail[256];
	FILE *file;

	demo_record_mood = DEMO_RECORD_FLOODS;
	ck_assert_int_eq(RUN_OWN_VM("--suite", "demo", "--record", path), 5);
	ck_assert_ptr_nonnull(strstr(output, "too much for the memory that there is"));
	file = fopen(path, "r");
	fseek(file, -100, SEEK_END);
	tail[fread(tail, 1, sizeof(tail) - 1, file)] = '\0';
	fclose(file);
	ck_assert_ptr_nonnull(strstr(tail, "\ndemo.second.ended\tno\n"));
}
END_TEST

START_TEST(what_cannot_be_written_is_told)
{
	ck_assert_int_eq(RUN("--suite", "demo", "--record", "/nowhere/at/all"), UC_EXIT_UNWRITABLE);
	ck_assert_ptr_nonnull(strstr(output, "--record: /nowhere/at/all: No such file"));
	ck_assert_int_eq(RUN("--suite", "demo", "--record", "/dev/full"), UC_EXIT_UNWRITABLE);
	ck_assert_int_eq(RUN("--suite", "broken", "--record", path), 4);
	ck_assert_ptr_nonnull(strstr(output, "nothing to record"));
	ck_assert_int_eq(RUN("--record", path, "--case", "demo.*"), 64);
}
END_TEST

void add_record_tests(Suite *suite)
{
	TCase *tests = tcase_create("record");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, parts_come_in_their_order);
	tcase_add_test(tests, another_order_in_time_is_the_same_file);
	tcase_add_test(tests, a_part_that_dies_costs_no_other);
	tcase_add_test(tests, what_the_kernel_says_is_an_observation);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, too_much_is_cut_at_a_line_and_told);
	tcase_add_test(tests, what_cannot_be_written_is_told);
	suite_add_tcase(suite, tests);
}
