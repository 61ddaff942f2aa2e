// SPDX-License-Identifier: GPL-2.0-only
/* What an exploration finds in a machine whose faults are known, and how short it tells them. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "output.h"
#include "random.h"
#include "tests.h"

/* The trace of a finding, without its heading. */
static void expect_trace(const char *golden)
{
	ck_assert_msg(strstr(output, golden) != NULL, "no trace\n%sin:\n%.3000s", golden, output);
}

static int explore(enum demo_fault fault, const char *seed)
{
	demo_fault = fault;
	return RUN_OWN_VM("--explore", "300", "--seed", (char *)seed, "--steps", "24", "--suite",
			 "demo", "--timeout", "1");
}

START_TEST(random_numbers_are_the_same_everywhere)
{
	struct uc_random one, two;
	unsigned int seen[5] = { 0 };

	/* splitmix64's own test value: the first output of state 1234567. */
	one.state = 1234567;
	ck_assert_uint_eq(uc_random_bits(&one), 6457827717110365317ULL);
	ck_assert_uint_eq(uc_random_bits(&one), 3203168211198807973ULL);
	uc_random_begin(&one, 1, 0);
	uc_random_begin(&two, 1, 1);
	ck_assert_uint_ne(uc_random_bits(&one), uc_random_bits(&two));
	for (int i = 0; i < 5000; i++)
		seen[uc_random_below(&one, 5)]++;
	for (int i = 0; i < 5; i++)
		ck_assert(seen[i] > 850 && seen[i] < 1150);
	ck_assert(!uc_random_chance(&one, 0) && uc_random_chance(&one, 100));
}
END_TEST

START_TEST(a_sound_machine_passes)
{
	for (int seed = 0; seed < 5; seed++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", seed);
		ck_assert_int_eq(explore(DEMO_SOUND, text), 0);
		ck_assert_ptr_nonnull(strstr(output, "\n1..1\n"));
		ck_assert_ptr_nonnull(strstr(output, "\nok 1 demo.explore.sequences\n"));
		ck_assert_ptr_nonnull(strstr(output, "# explore: 300 sequences, 7200 calls, "));
		ck_assert_ptr_nonnull(strstr(output, "# explore: CLEAR: 0 "));
		ck_assert_ptr_nonnull(strstr(output, "sequences: somebody cleared ("));
	}
}
END_TEST

START_TEST(the_first_failure_will_do)
{
	demo_fault = DEMO_BOTH;
	ck_assert_int_eq(RUN_OWN_VM("--explore", "30000", "--seed", "1", "--steps", "24", "--first"),
			 1);
	expect_trace("#   finding 1 of ");
	expect_trace(" steps, as it was found\n#   requirement: demo:");
	ck_assert_ptr_null(strstr(output, "shrunk"));
	ck_assert_ptr_null(strstr(output, "# explore: 30000 sequences"));
}
END_TEST

START_TEST(failures_are_shrunk_to_the_least)
{
	ck_assert_int_eq(explore(DEMO_LOSES_BIT, "1"), 1);
	expect_trace("#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
		     "#   explore: 1. PUSH 128 = 0\n"
		     "#   explore: 2. POP = 0\n"
		     "#   expected: 128\n"
		     "#   got:      0\n"
		     "#   a C program that shows it follows:\n"
		     "#   | // SPDX-License-Identifier: GPL-2.0-only\n");
	ck_assert_ptr_nonnull(strstr(output, "#   | int main(void)\n#   | {\n"
				     "#   | \tbegin();\n"
				     "#   | \tdo_PUSH(128, 0);\n#   | \tdo_POP(0, 128);\n"
				     "#   | \tend();\n"));
	ck_assert_ptr_nonnull(strstr(output, "#   | static int failed;\n"));
	ck_assert_ptr_nonnull(strstr(output, "#   replay: uapi-conform --suite demo --replay "
				     "'PUSH 128; POP'\n"));
	ck_assert_ptr_nonnull(strstr(output, "#   rerun: uapi-conform --explore 300 --seed 1 "
				     "--steps 24 --suite demo\nnot ok 1 demo.explore.sequences\n"));
	ck_assert_ptr_nonnull(strstr(output, " fail:1 "));
	ck_assert_ptr_nonnull(strstr(output, "finding 1 of 1: "));
	ck_assert_int_eq(explore(DEMO_KEEPS_ONE, "2"), 1);
	expect_trace("#   requirement: demo:DIES: it survives [demo 2]\n"
		     "#   explore: 1. PUSH 0 = 0\n"
		     "#   explore: 2. PUSH 0 = 0\n"
		     "#   explore: 3. CLEAR = 0\n"
		     "#   explore: 4. POP = 0\n"
		     "#   expected: -2\n"
		     "#   got:      0\n");
}
END_TEST

START_TEST(different_failures_are_told_apart)
{
	/* Several, because one may shrink straight past the other by luck. */
	static const char *const seeds[] = { "3", "31", "32", "33" };

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		ck_assert_int_eq(explore(DEMO_BOTH, seeds[i]), 1);
		expect_trace("#   explore: 1. PUSH 128 = 0\n#   explore: 2. POP = 0\n"
			     "#   expected: 128\n");
		expect_trace("#   explore: 3. CLEAR = 0\n#   explore: 4. POP = 0\n"
			     "#   expected: -2\n");
		ck_assert_ptr_nonnull(strstr(output, "finding 2 of 2: "));
	}
}
END_TEST

START_TEST(the_end_of_a_process_is_shrunk_too)
{
	ck_assert_int_eq(explore(DEMO_DIES, "4"), 1);
	expect_trace("#   explore: 1. PUSH 0 = 0\n#   explore: 2. PUSH 0 = 0\n"
		     "#   explore: 3. PUSH 0 = 0\n#   explore: 4. POP\n"
		     "#   call:     POP\n#   expected: it returns\n#   got:      the process did "
		     "not survive the call: Test terminated unexpectedly by signal 9\n");
	ck_assert_ptr_nonnull(strstr(output, "because 3 processes did not survive\n"));
}
END_TEST

START_TEST(a_hang_is_shrunk_too)
{
	/* Short, because every second trial waits for its timeout. */
	demo_fault = DEMO_HANGS;
	ck_assert_int_eq(RUN("--explore", "30", "--seed", "5", "--steps", "4", "--timeout", "1"), 1);
	expect_trace("#   explore: 1. CLEAR\n"
		     "#   call:     CLEAR\n#   expected: it returns\n#   got:      the process did "
		     "not survive the call: Test terminated by timeout\n");
}
END_TEST

START_TEST(complaints_of_the_kernel_are_shrunk_too)
{
	ck_assert_int_eq(explore(DEMO_WARNS, "6"), 1);
	expect_trace("#   explore: 1. PUSH 77 = 0\n#   the kernel complained meanwhile:\n"
		     "#   kernel: WARNING: 77\n");
	/* What it says only once cannot be repeated; its sequence is known by the taint. */
	ck_assert_int_eq(explore(DEMO_WARNS_ONCE, "6"), 1);
	ck_assert_ptr_nonnull(strstr(output, "24 steps; it came once and could not be repeated"));
	expect_trace(". PUSH 77\n");
	expect_trace("#   taint went from 0 to 512\n");
}
END_TEST

START_TEST(what_does_not_repeat_is_said_to)
{
	ck_assert_int_eq(explore(DEMO_TIRES, "7"), 1);
	ck_assert_ptr_nonnull(strstr(output, "it came once and could not be repeated"));
	expect_trace(". CLEAR\n#   expected: 0\n#   got:      -5\n");
	ck_assert_ptr_null(strstr(output, "a C program"));
}
END_TEST

START_TEST(what_cannot_be_explored_is_an_error)
{
	ck_assert_int_eq(explore(DEMO_NO_WORLD, "8"), 5);
	expect_trace("# ERROR demo.explore.sequences\n#   no stack to be had\n"
		     "#   in sequence 0, step 1\n");
	ck_assert_int_eq(explore(DEMO_IDLE, "8"), 5);
	expect_trace("# ERROR demo.explore.sequences\n#   none of the steps made a call");
}
END_TEST

/* The digest of a run: of all its steps and answers. */
static const char *digest_of(const char *seed)
{
	const char *at;

	explore(DEMO_LOSES_BIT, seed);
	at = strstr(output, ", digest ");
	ck_assert_ptr_nonnull(at);
	return strndup(at, 25);
}

START_TEST(the_seed_repeats_the_run)
{
	const char *first = digest_of("9"), *again = digest_of("9"), *other = digest_of("10");

	ck_assert_str_eq(first, again);
	ck_assert_str_ne(first, other);
}
END_TEST

START_TEST(a_seed_is_chosen_and_told)
{
	unsigned long seed, other;

	demo_fault = DEMO_SOUND;
	ck_assert_int_eq(RUN("--explore", "2"), 0);
	ck_assert_int_eq(sscanf(strstr(output, "# explore: seed "), "# explore: seed %lu, 2 "
				"sequences of 32 steps", &seed), 1);
	ck_assert_int_eq(RUN("--explore", "2"), 0);
	ck_assert_int_eq(sscanf(strstr(output, "# explore: seed "), "# explore: seed %lu", &other), 1);
	ck_assert_uint_ne(seed, other);
}
END_TEST

START_TEST(every_seed_that_is_printed_is_taken)
{
	char text[40];

	snprintf(text, sizeof(text), "# explore: seed %lu, ", ULONG_MAX);
	demo_fault = DEMO_SOUND;
	ck_assert_int_eq(RUN("--explore", "2", "--seed", strchr(text, 'd') + 2), 64);
	*strchr(text, ',') = '\0';
	ck_assert_int_eq(RUN("--explore", "2", "--seed", strchr(text, 'd') + 2), 0);
	ck_assert_ptr_nonnull(strstr(output, text));
}
END_TEST

START_TEST(bad_input_is_told)
{
	ck_assert_int_eq(RUN("--explore", "0"), 64);
	ck_assert_ptr_nonnull(strstr(output, "--explore takes a whole number from 1 to 1000000000, "
				     "not '0'"));
	ck_assert_int_eq(RUN("--explore", "5", "--seed", "tomorrow"), 64);
	ck_assert_ptr_nonnull(strstr(output, "--seed takes a whole number from 0 to "));
	ck_assert_int_eq(RUN("--explore", "5", "--seed", ""), 64);
	ck_assert_int_eq(RUN("--explore", "5", "--steps", "0"), 64);
	ck_assert_int_eq(RUN("--explore", "5", "--steps", "257"), 64);
	ck_assert_int_eq(RUN("--seed", "1"), 64);
	ck_assert_ptr_nonnull(strstr(output, "--seed, --steps and --first belong to --explore N"));
	ck_assert_int_eq(RUN("--first"), 64);
	ck_assert_int_eq(RUN("--explore", "5", "--case", "demo.verdict.pass"), 64);
	ck_assert_ptr_nonnull(strstr(output, "--explore plays no rows"));
	ck_assert_int_eq(RUN("--explore", "5", "--suite", "broken"), 64);
	ck_assert_ptr_nonnull(strstr(output, "that suite has nothing to explore"));
	/* Without --explore there is no such row. */
	ck_assert_int_eq(RUN("--case", "demo.explore.sequences"), 64);
}
END_TEST

/* One step too early, or in the middle of a word: the same line for each. */
static void replay_says(char *steps, int code, const char *said)
{
	ck_assert_msg(RUN_OWN_VM("--replay", steps) == code, "not exit %d:\n%.3000s", code, output);
	expect_trace(said);
}

START_TEST(steps_are_replayed)
{
	demo_fault = DEMO_LOSES_BIT;
	replay_says("PUSH 1; POP", 0, "# explore: 1. PUSH 1 = 0\n# explore: 2. POP = 1\n"
		    "ok 1 demo.explore.sequences\n");
	replay_says(" PUSH 0x80 ;POP;;PUSH 1", 1,
		    "#   finding 1 of 1: replayed, 3 steps\n"
		    "#   requirement: demo:SAYS_SO: it says so [demo 1]\n"
		    "#   explore: 1. PUSH 128 = 0\n"
		    "#   explore: 2. POP = 0\n"
		    "#   expected: 128\n"
		    "#   got:      0\n");
	expect_trace("#   replay: uapi-conform --suite demo --replay 'PUSH 128; POP'\n"
		     "not ok 1 demo.explore.sequences\n");
	expect_trace("#   | \tdo_POP(0, 128);\n");
	replay_says("PUSH 1; POP = 3", 0, "# explore: 2. POP = 3, got 1\n");
	replay_says("PUSH_TWICE PUSH 2; POP; POP", 0, "# explore: 4. POP = 2\n");
	demo_fault = DEMO_DIES;
	replay_says("PUSH 0; PUSH 0; PUSH 0; POP", 1, "#   got:      the process did not survive");
	demo_fault = DEMO_WARNS;
	replay_says("PUSH 77", 1, "#   kernel: WARNING: 77\n");
	expect_trace("#   | static int log_complains(void)\n");
	demo_fault = DEMO_NO_WORLD;
	replay_says("POP", 5, "#   no stack to be had\n");
	demo_fault = DEMO_IDLE;
	replay_says("POP", 5, "none of the steps made a call");
}
END_TEST

START_TEST(what_cannot_be_replayed_is_told)
{
	char many[257 * 4 + 2] = "";

	demo_fault = DEMO_SOUND;
	replay_says("PUSH 1; PUSCH 2", 64, "--replay: character 9: no step is called 'PUSCH', the "
		    "nearest is 'PUSH'\n");
	replay_says("PUSH 256", 64, "--replay: character 6: what is pushed is a number from 0 to "
		    "0xff, not '256'\n");
	replay_says("PUSH ; POP", 64, "--replay: character 6: what is pushed is a number from 0 to "
		    "0xff, not ''\n");
	replay_says("POP 1", 64, "--replay: character 5: unexpected '1' after the step\n");
	for (size_t i = 0; i + 5 < sizeof(many); i += 4)
		memcpy(many + i, "POP;", 4);
	replay_says(many, 64, "--replay: character 1025: more than 256 steps\n");
	replay_says(" ; ", 64, "--replay: character 1: there is no step in ' ; '\n");
	/* Only now is known what there is. */
	replay_says("POP; PUSH 200", 64, "\nBail out! --replay: character 11: there is no device "
		    "for 200\n");
	expect_trace("# demo: put back\n");
	ck_assert_int_eq(RUN("--replay", "POP", "--suite", "broken"), 64);
	ck_assert_int_eq(RUN("--replay", "POP", "--explore", "3"), 64);
	ck_assert_int_eq(RUN("--replay", "POP", "--case", "*"), 64);
}
END_TEST

/* Seconds, nearly all of which it waits. */
void add_hang_tests(Suite *suite)
{
	TCase *tests = tcase_create("hang");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, a_hang_is_shrunk_too);
	suite_add_tcase(suite, tests);
}

void add_explore_tests(Suite *suite)
{
	TCase *tests = tcase_create("explore");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, random_numbers_are_the_same_everywhere);
	tcase_add_test(tests, a_sound_machine_passes);
	tcase_add_test(tests, the_first_failure_will_do);
	tcase_add_test(tests, failures_are_shrunk_to_the_least);
	tcase_add_test(tests, different_failures_are_told_apart);
	tcase_add_test(tests, the_end_of_a_process_is_shrunk_too);
	tcase_add_test(tests, complaints_of_the_kernel_are_shrunk_too);
	tcase_add_test(tests, what_does_not_repeat_is_said_to);
	tcase_add_test(tests, what_cannot_be_explored_is_an_error);
	tcase_add_test(tests, the_seed_repeats_the_run);
	tcase_add_test(tests, a_seed_is_chosen_and_told);
	tcase_add_test(tests, every_seed_that_is_printed_is_taken);
	tcase_add_test(tests, bad_input_is_told);
	tcase_add_test(tests, steps_are_replayed);
	tcase_add_test(tests, what_cannot_be_replayed_is_told);
	suite_add_tcase(suite, tests);
}
