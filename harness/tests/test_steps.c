// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text, by a table: a made-up suite's, whose one step is "ASK". */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "row.h"
#include "steps.h"
#include "tests.h"

struct step {
	uint32_t length;
	uint8_t flags, color;
};

#define AT(member)	.offset = offsetof(struct step, member), .width = sizeof(((struct step *)0)->member)
#define ECHO	2

static const char *const colors[] = { "red", "green", "blue" };
static const struct uc_column columns[] = {
	{ .word = "length", AT(length), .all = true },
	{ .word = "echo", .kind = UC_FLAG, .bits = ECHO, AT(flags) },
	{ .what = "color", .kind = UC_NAME, AT(color), .names = colors, .name_count = 3 },
};

static const struct uc_column *column_of(const void *step, unsigned int index)
{
	(void)step;
	return index < UC_ARRAY_SIZE(columns) ? &columns[index] : NULL;
}

static unsigned int read_step(struct uc_words *words, void *steps, unsigned int room, const void *facts)
{
	struct step step = { .flags = 1 };

	(void)facts;
	ck_assert_uint_ge(room, 1);
	if (!uc_word_is(words, "ASK"))
		return uc_words_fault(words, "no step");
	if (!uc_read_columns(words, &step, column_of))
		return 0;
	*(struct step *)steps = step;
	return 1;
}

/* How many steps the text is; what it says of a fault. */
static unsigned int read_text(const char *text, struct step *steps, unsigned int room, char *fault)
{
	struct uc_words words;
	unsigned int count = uc_read_steps(text, read_step, steps, sizeof(*steps), room, NULL, &words);

	strcpy(fault, words.fault);
	return count;
}

START_TEST(steps_are_read_and_written)
{
	static const char *const texts[] = { "", " length=40", " length=0x186a0", " length=all", " echo",
					     " length=7 echo blue" };
	const struct step usual = { .flags = 1 };
	char text[80], fault[256];
	struct step step;

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(texts); i++) {
		char written[80] = "";

		snprintf(text, sizeof(text), "ASK%s", texts[i]);
		ck_assert_uint_eq(read_text(text, &step, 1, fault), 1);
		uc_write_columns(&step, &usual, column_of, true, written, sizeof(written));
		ck_assert_str_eq(written, texts[i]);
	}
	ck_assert_uint_eq(read_text("ASK blue echo length=7", &step, 1, fault), 1);
	ck_assert(step.length == 7 && step.color == 2 && step.flags == (1 | ECHO));
}
END_TEST

START_TEST(what_cannot_be_read_is_told)
{
	static const struct { const char *text, *fault; } wrong[] = {
		{ "ASK; ASK; ASK", "more than 2 steps" }, { "ASK lengt=4", "length" },
		{ "ASK length", "'length' needs a value: length=..." }, { "ASK length=0x100000000", "length" },
		{ "ASK blu", "blue" },
	};
	struct step steps[3] = { 0 };
	char fault[256];

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(wrong); i++) {
		ck_assert_uint_eq(read_text(wrong[i].text, steps, 2, fault), 0);
		ck_assert_msg(strstr(fault, wrong[i].fault), "%s: '%s'", wrong[i].text, fault);
	}
	ck_assert_uint_eq(steps[2].flags, 0);
	ck_assert_uint_eq(read_text("; ASK ;; ASK;", steps, 2, fault), 2);
}
END_TEST

/* Each may come, none may leave its column, and simpler is the usual step's. */
START_TEST(columns_change_and_become_simple)
{
	const struct step usual = { .flags = 1 };
	struct step step = { 0, .flags = 1 };
	struct uc_random random;
	unsigned int echoed = 0, seen = 0;

	uc_random_begin(&random, 1, 0);
	for (unsigned int turn = 0; turn < 100; turn++) {
		uc_change_column(&step, &columns[1], &random);
		echoed += step.flags == (1 | ECHO);
		uc_change_column(&step, &columns[2], &random);
		ck_assert_uint_lt(step.color, 3);
		seen |= 1u << step.color;
		ck_assert_uint_eq(step.flags & 1, 1);
	}
	ck_assert_uint_eq(echoed, 50);
	ck_assert_uint_eq(seen, 7);
	step = (struct step){ 9, 1 | ECHO, 2 };
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(columns); i++)
		uc_simplify_column(&step, &usual, &columns[i]);
	ck_assert(!step.length && step.flags == 1 && !step.color);
}
END_TEST

void add_steps_tests(Suite *suite)
{
	TCase *tests = tcase_create("steps");

	tcase_add_test(tests, steps_are_read_and_written);
	tcase_add_test(tests, what_cannot_be_read_is_told);
	tcase_add_test(tests, columns_change_and_become_simple);
	suite_add_tcase(suite, tests);
}
