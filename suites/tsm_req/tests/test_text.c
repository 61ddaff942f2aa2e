// SPDX-License-Identifier: GPL-2.0-only
/* The language of steps: what is written is what is read. */
#include <string.h>

#include "../explore.h"
#include "../text.h"
#include "tests.h"

static void same_again(const struct tsm_step *step)
{
	struct tsm_step again;
	struct uc_words words;
	char text[512];

	tsm_write_step(step, true, text, sizeof(text));
	uc_words_begin(&words, text, text, strlen(text));
	ck_assert_msg(tsm_parse_step(&words, &again, 1, NULL) && !uc_words_left(&words), "%s: %s", text,
		      words.fault);
	ck_assert_msg(!memcmp(step, &again, sizeof(again)), "%s", text);
}

START_TEST(any_step_reads_as_it_was)
{
	struct tsm_step steps[120];

	for (uint64_t seed = 0; seed < 20; seed++) {
		struct uc_random random;

		uc_random_begin(&random, seed, 0);
		memset(steps, 0, sizeof(steps));
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
			tsm_explore_invent(&steps[i], steps, i, &random, NULL);
			same_again(&steps[i]);
		}
	}
}
END_TEST

static const struct { const char *text, *again; } texts[] = {
	{ "TSM_REQ", "TSM_REQ" },
	{ "TSM_REQ scope=9 = EINVAL", "TSM_REQ scope=9 = EINVAL" },
	{ "TSM_REQ scope=2 as=no-rawio = EINVAL or EPERM",
	  "TSM_REQ as=no-rawio scope=PCI_DEBUG_READ = EINVAL or EPERM" },
	{ "TSM_REQ result=-5 = EIO from TSM", "TSM_REQ result=-EIO = EIO from TSM" },
	{ "TSM_REQ resp=cut 9 beforehand = 90", "TSM_REQ resp=cut 9 beforehand = 90" },
	{ "TSM_OP BIND = 0 binds", "TSM_OP BIND = 0 binds" },
	{ "TSM_OP type=9", "TSM_OP type=9" },
	{ "DESTROY vdevice = 0 unbinds", "DESTROY vdevice = 0 unbinds" },
	{ "OPEN plain no-vm", "OPEN plain no-vm" },
};

START_TEST(texts_read_as_they_are)
{
	struct tsm_step step;
	const char *why = "";
	char text[256];

	ck_assert_msg(tsm_parse_steps(texts[_i].text, &step, 1, &why) == 1, "%s", why);
	tsm_write_step(&step, true, text, sizeof(text));
	ck_assert_str_eq(text, texts[_i].again);
}
END_TEST

static const struct { const char *text, *why; } faults[] = {
	{ "TSM_REG", "character 1: no step is called 'TSM_REG', the nearest is 'TSM_REQ'" },
	{ "TSM_REQ scop=9", "character 9: no argument is called 'scop', the nearest is 'scope'" },
	{ "TSM_REQ scope", "character 9: 'scope' needs a value: scope=..." },
	{ "TSM_REQ; DESTROY vdevise", "character 18: no object is called 'vdevise', the nearest is 'vdevice'" },
	{ "TSM_REQ = EINVALID", "character 11: 'EINVALID' is neither a number, an errno, 'error' nor 'open'" },
	{ "TSM_REQ size=4294967296", "character 14: size is a number from 0 to 0xffffffff, not '4294967296'" },
};

START_TEST(faults_name_the_place_and_the_nearest)
{
	struct tsm_step steps[2];
	const char *why = "";

	ck_assert_uint_eq(tsm_parse_steps(faults[_i].text, steps, 2, &why), 0);
	ck_assert_str_eq(why, faults[_i].why);
}
END_TEST

void add_text_tests(Suite *suite)
{
	TCase *tests = tcase_create("text");

	tcase_add_test(tests, any_step_reads_as_it_was);
	tcase_add_loop_test(tests, texts_read_as_they_are, 0, UC_ARRAY_SIZE(texts));
	tcase_add_loop_test(tests, faults_name_the_place_and_the_nearest, 0, UC_ARRAY_SIZE(faults));
	suite_add_tcase(suite, tests);
}
