// SPDX-License-Identifier: GPL-2.0-only
/*
 * A revision that nobody has proposed, with other fields, another size and another order of checks:
 * rules, text, memory and mutations are its own, and no other file knows of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../call.h"
#include "../explore.h"
#include "../text.h"
#include "tests.h"

enum { WHAT = TSM_OWN_VALUES, ARCH };
static const char *const archs[] = { NULL, "CCA", "SEV", "TDX" };
static const __u32 whats[] = { 0, 8, 9 }, wrong_archs[] = { 0, 4 };

static const struct tsm_field fields[] = {
	TSM_FIELD_VALUE("size", 0, TSM_SIZE, 56),
	TSM_FIELD_VALUE("what", 4, WHAT, 1, TSM_INTERESTING(whats)),
	TSM_FIELD_VALUE("arch", 8, ARCH, 1, TSM_NAMES(archs), TSM_INTERESTING(wrong_archs)),
	TSM_FIELD_ID(16),
	TSM_FIELD_VALUE("req_len", 20, TSM_REQ_LEN, 64),
	TSM_FIELD_VALUE("resp_len", 24, TSM_RESP_LEN, 100),
	TSM_FIELD_REQ(32),
	TSM_FIELD_RESP(40),
};

/* SEV alone has what 3. */
static bool not_sev(const struct tsm_question *question, const struct tsm_check *check)
{
	return question->step->value[WHAT] == check->limit && question->step->value[ARCH] != 2;
}

static bool no_arch(const struct tsm_question *question, const struct tsm_check *check)
{
	return !question->step->value[ARCH] || question->step->value[ARCH] > check->limit;
}

static const struct tsm_check checks[] = {
	{ SIZE_UNREADABLE, EFAULT, SIZE_NOT_READ, .spoil = "struct=unmapped" },
	{ SIZE_SHORT, EINVAL, SIZE_BELOW, .spoil = "size=55" },
	{ ID_UNKNOWN, ENOENT, NOT_FOUND, .spoil = "id=nothing" },
	{ SCOPE_KNOWN, EPROTO, OWN_CHECK, ARCH, 3, .applies = no_arch, .spoil = "arch=9" },
	{ SCOPE_LOWER_LAYER, EINVAL, OWN_CHECK, WHAT, 3, .applies = not_sev, .spoil = "what=3" },
	{ STATE_NOT_BOUND, ENOTCONN, IN_STATE, .limit = CONNECTED },
};

static enum tsm_requirement blame(const struct tsm_question *question, const struct tsm_check *check,
				  const struct tsm_expected *expected)
{
	return check ? check->requirement : tsm_blame_tsm(question, expected);
}

static const struct tsm_ioctl request = {
	.name = "TSM_REQ", .number = 0x99, .size = 56, .scope = WHAT,
	.fields = fields, .field_count = UC_ARRAY_SIZE(fields),
	.checks = checks, .check_count = UC_ARRAY_SIZE(checks), .pass = tsm_ask_tsm, .blame = blame,
};
static struct tsm_rules made_up;

static void begin(void)
{
	made_up = (struct tsm_rules){ .ioctl = { &request, tsm_v5.ioctl[DO_OP] } };
	tsm_rules_now = &made_up;
}

static void end(void)
{
	tsm_rules_now = &tsm_v5;
}

static struct tsm_step read_step(const char *text)
{
	struct tsm_step step;
	const char *why = "";

	ck_assert_msg(tsm_parse_steps(text, &step, 1, &why) == 1, "%s: %s", text, why);
	return step;
}

static struct tsm_expected ask(enum tsm_state state, const char *text)
{
	struct tsm_step step = read_step(text);
	struct tsm_expected expected;
	struct tsm_model model;

	tsm_model_begin(&model, tsm_first_ids);
	tsm_model_set_state(&model, state);
	tsm_model_expect(&model, &step, &expected);
	return expected;
}

START_TEST(its_order_decides)
{
	ck_assert_int_eq(ask(BOUND, "TSM_REQ").low, 90);
	ck_assert_int_eq(ask(CONNECTED, "TSM_REQ").errors[0], ENOTCONN);
	/* Here the vdevice comes before what v5 looks at first. */
	ck_assert_int_eq(ask(BOUND, "TSM_REQ arch=9 id=nothing").errors[0], ENOENT);
	ck_assert_int_eq(ask(BOUND, "TSM_REQ arch=9 what=3").errors[0], EPROTO);
	ck_assert_int_eq(ask(BOUND, "TSM_REQ what=3").errors[0], EINVAL);
	ck_assert_int_eq(ask(BOUND, "TSM_REQ what=3").requirement, SCOPE_LOWER_LAYER);
	ck_assert_int_eq(ask(BOUND, "TSM_REQ what=3 SEV").low, 90);
	ck_assert_int_eq(ask(BOUND, "TSM_REQ size=48").errors[0], EINVAL);
}
END_TEST

/* Each check is broken by what it says breaks it, and it alone decides then. */
START_TEST(its_checks_can_be_broken)
{
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(checks); i++) {
		struct tsm_step step = tsm_good(DO_REQ);
		struct tsm_expected expected;
		struct tsm_model model;

		if (!checks[i].spoil)
			continue;
		tsm_spoil(&step, checks[i].spoil);
		tsm_model_begin(&model, tsm_first_ids);
		tsm_model_set_state(&model, BOUND);
		tsm_model_expect(&model, &step, &expected);
		ck_assert_int_eq(expected.errors[0], checks[i].error);
		ck_assert_int_eq(expected.requirement, checks[i].requirement);
	}
}
END_TEST

START_TEST(its_text_and_its_memory)
{
	struct tsm_step step = read_step("TSM_REQ what=7 TDX req_len=5");
	__u32 image[14] = { 0 };
	struct tsm_issue issue = {
		.id = 0x11, .area = { [STRUCT] = { .now = (__u8 *)image, .size = sizeof(image) },
				      [REQUEST].at = 0x22, [RESPONSE].at = 0x33 },
	};

	ck_assert_str_eq(tsm_step_text(&step), "TSM_REQ what=7 TDX req_len=5");
	ck_assert_uint_eq(tsm_word_of(&step), 0x3b99);
	tsm_write_fields(&issue, &step);
	ck_assert_uint_eq(image[0], 56);
	ck_assert_uint_eq(image[1], 7);
	ck_assert_uint_eq(image[2], 3);
	ck_assert_uint_eq(image[4], 0x11);
	ck_assert_uint_eq(image[5], 5);
	ck_assert_uint_eq(image[6], 100);
	ck_assert_uint_eq(image[8], 0x22);
	ck_assert_uint_eq(image[10], 0x33);
}
END_TEST

/* What is invented is about its fields, and never out of bounds. */
START_TEST(its_fields_are_changed)
{
	unsigned int archs_changed = 0, whats_changed = 0;

	for (uint64_t seed = 0; seed < 400; seed++) {
		struct tsm_step step = tsm_good(DO_REQ);
		struct uc_random random;

		uc_random_begin(&random, seed, 0);
		tsm_change_call(&step, &random);
		ck_assert(tsm_step_sound(&step));
		archs_changed += step.value[ARCH] != 1;
		whats_changed += step.value[WHAT] != 1;
	}
	ck_assert_uint_gt(archs_changed, 8);
	ck_assert_uint_gt(whats_changed, 8);
}
END_TEST

void add_made_up_tests(Suite *suite)
{
	TCase *tests = tcase_create("made-up revision");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, its_order_decides);
	tcase_add_test(tests, its_checks_can_be_broken);
	tcase_add_test(tests, its_text_and_its_memory);
	tcase_add_test(tests, its_fields_are_changed);
	suite_add_tcase(suite, tests);
}
