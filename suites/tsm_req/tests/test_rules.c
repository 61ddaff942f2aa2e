// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules and the rows were written separately from the same document: here each row is held
 * against the rules. And the rules' own.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../revision.h"
#include "../rows.h"
#include "../text.h"
#include "tests.h"

/* What the row says must be what the rules allow, and all of it. */
static void hold_against(const struct tsm_row *row, const struct tsm_step *step,
			 const struct tsm_expected *expected)
{
	bool error = step->expect == AN_ERROR;

	if (step->expect == LEFT_OPEN) {
		ck_assert_msg(expected->open, "%s: the rules know the answer", row->row.id);
		ck_assert_msg(row->open, "%s: it does not say what is open", row->row.id);
		return;
	}
	ck_assert_msg(!expected->open, "%s: the rules have no answer", row->row.id);
	ck_assert_msg((expected->errors[0] == TSM_ANY_ERRNO) == (step->error == TSM_ANY_ERRNO),
		      "%s: any errno", row->row.id);
	ck_assert_msg(tsm_allows(expected, error ? -1 : step->residue, step->error),
		      "%s: the rules forbid it (%s)", row->row.id, tsm_expected_text(expected));
	if (step->or_error)
		ck_assert_msg(tsm_allows(expected, -1, step->or_error),
			      "%s: the rules forbid the second errno", row->row.id);
	ck_assert_msg(!expected->errors[1] == !step->or_error,
		      "%s: row and rules differ in how much they allow", row->row.id);
	if (step->op == DO_REQ)
		ck_assert_msg(expected->forwarded == !!(step->effects & EXPECT_ASKED),
			      "%s: asked of the TSM or not", row->row.id);
	ck_assert_msg(expected->binds == !!(step->effects & EXPECT_BINDS), "%s: binds", row->row.id);
	ck_assert_msg(expected->unbinds == !!(step->effects & EXPECT_UNBINDS), "%s: unbinds",
		      row->row.id);
}

static struct tsm_model model_of(enum tsm_state state, bool tsm_built)
{
	static const __u32 ids[TSM_OBJECTS] = { 5, 6, 1, 7, 2, 3, 4 };
	struct tsm_model model;

	tsm_model_begin(&model, ids);
	model.tsm_built = tsm_built;
	if (state == NOT_PCI) {
		model.object[PLAIN_VDEVICE].live = model.device[PLAIN].vm = true;
		model.object[PLAIN_VDEVICE].id = 6;
		return model;
	}
	tsm_model_set_state(&model, state);
	return model;
}

static void play(const struct tsm_row *row, const char *text, enum tsm_state state, bool tsm_built)
{
	struct tsm_model model = model_of(state, tsm_built);
	struct tsm_step steps[TSM_MOST_STEPS];
	const char *why = "";
	unsigned int count = tsm_parse_steps(text, steps, TSM_MOST_STEPS, &why);
	__u32 id = 100;

	ck_assert_msg(count && strlen(why) == 0, "%s: %s", row->row.id, why);
	for (unsigned int i = 0; i < count; i++) {
		struct tsm_expected expected;

		/* What the player could not lay out no row may ask for; claims are the rows' own. */
		if (!tsm_is_call(&steps[i]))
			ck_assert_msg(steps[i].op == DO_VDEVICE_ALLOC || tsm_model_can(&model, &steps[i]),
				      "%s: step %u has nothing to act on", row->row.id, i + 1);
		tsm_model_expect(&model, &steps[i], &expected);
		if (steps[i].expect)
			hold_against(row, &steps[i], &expected);
		tsm_model_follow(&model, &steps[i], &expected, id++, 0);
	}
}

/* A row's needs say which kernels it is for: with TSM support, without, or both. */
static void play_in_all_states(const struct tsm_row *row, const char *text)
{
	const struct uc_need *need = row->row.needs[1];
	enum tsm_state first = row->state ?: UNCONNECTED, last = row->state ?: BOUND;

	for (enum tsm_state state = first; state <= last; state++) {
		if (need != &tsm_need_no_tsm)
			play(row, text, state, true);
		if (need != &tsm_need_tsm)
			play(row, text, state, false);
	}
}

static const struct tsm_rules *const revisions[] = {
	&tsm_v5, &tsm_nvidia_40, &tsm_op_48, &tsm_op_48_rebased,
};
/* The least that can be held against each. */
static const unsigned int least[] = { 200, 180, 120, 140 };

/* Whether the row is about the revision: its first need says so. */
static bool is_about(const struct tsm_row *row, const struct tsm_rules *rules)
{
	const struct tsm_facts facts = { .rules = rules };

	return row->row.needs[0]->ask(&facts);
}

START_TEST(every_row)
{
	unsigned int held = 0;

	tsm_rules_now = revisions[_i];
	for (size_t t = 0; tsm_topics[t]; t++) {
		const struct tsm_row *rows = tsm_topics[t]->rows;

		for (size_t i = 0; i < tsm_topics[t]->row_count; i++) {
			__u32 value = rows[i].bits ? 1U << rows[i].last : rows[i].last;
			char text[1024];

			/* Those of hardware find out first which state it is in. */
			if (!is_about(&rows[i], revisions[_i]))
				continue;
			if (!*rows[i].steps || (rows[i].custom &&
			    (strchr(rows[i].steps, '%') || rows[i].row.needs[2] == &tsm_need_hardware)))
				continue;
			snprintf(text, sizeof(text), rows[i].steps, value, value | 1);
			play_in_all_states(&rows[i], text);
			held++;
		}
	}
	tsm_rules_now = &tsm_v5;
	ck_assert_uint_gt(held, least[_i]);
}
END_TEST

START_TEST(ids_and_requirements)
{
	unsigned int rows_of[TSM_REQUIREMENTS] = { 0 };

	for (size_t t = 0; tsm_topics[t]; t++) {
		const struct tsm_row *rows = tsm_topics[t]->rows;

		for (size_t i = 0; i < tsm_topics[t]->row_count; i++) {
			const struct uc_row *row = &rows[i].row;
			char prefix[64];

			snprintf(prefix, sizeof(prefix), "tsm_req.%s.", tsm_topics[t]->name);
			ck_assert_msg(!strncmp(row->id, prefix, strlen(prefix)), "%s", row->id);
			ck_assert_msg(row->checks[0], "%s checks nothing", row->id);
			for (size_t c = 0; c < UC_MAX_CHECKS && row->checks[c]; c++)
				rows_of[row->checks[c]]++;
		}
	}
	for (size_t r = 1; r < TSM_REQUIREMENTS; r++) {
		ck_assert_msg(tsm_requirements[r].id, "requirement %zu has no text", r);
		ck_assert_msg(rows_of[r], "%s has no row", tsm_requirements[r].id);
	}
}
END_TEST

/* Whether the kernel of these facts promises what the row checks; tested or not. */
static bool applies(const struct uc_row *row, const struct tsm_facts *facts)
{
	unsigned int i = 0;

	while (i < UC_MAX_NEEDS && row->needs[i] && row->needs[i]->ask(facts))
		i++;
	return i == UC_MAX_NEEDS || !row->needs[i] ||
	       strncmp(row->needs[i]->reason, UC_NOT_APPLICABLE, strlen(UC_NOT_APPLICABLE));
}

static bool promises(const struct tsm_facts *facts, unsigned int requirement)
{
	for (size_t t = 0; tsm_topics[t]; t++) {
		const struct tsm_row *rows = tsm_topics[t]->rows;

		for (size_t i = 0; i < tsm_topics[t]->row_count; i++)
			for (size_t c = 0; c < UC_MAX_CHECKS; c++)
				if (rows[i].row.checks[c] == requirement && applies(&rows[i].row, facts))
					return true;
	}
	return false;
}

/* By whom, of none that is known here, v5, nvidia-40, op-48 and op-48-rebased. */
static const struct {
	enum tsm_requirement requirement;
	const char *by;
} promised[] = {
	{ ABI_WORD, "11111" }, { SIZE_TAIL, "11111" }, { RESIDUE_TOO_LARGE, "11111" },
	{ RESERVED_ZERO, "11000" }, { SCOPE_KNOWN, "11000" }, { CHECK_ORDER, "11111" },
	{ SCOPE_LOWER_LAYER, "11100" }, { ABI_ONE_WAY, "11100" }, { OP_BIND, "11101" },
	{ OP_TYPE, "11001" }, { NVIDIA_HOLE, "10100" }, { NVIDIA_OP_TYPE, "10100" },
	{ OPS_CODE, "10011" }, { OPS_LATE_FAULT, "10011" }, { OPS_ALLOC_BINDS, "10010" },
	{ TSM_ABSENT, "10000" }, { ANY_FORMAT, "00000" },
};

START_TEST(requirements_apply_where_they_are_promised)
{
	static const struct tsm_facts kernels[] = {
		{ .revision = TSM_REVISION_NONE },
		{ .revision = TSM_REVISION_V5, .rules = &tsm_v5 },
		{ .revision = TSM_REVISION_NVIDIA_40, .rules = &tsm_nvidia_40 },
		{ .revision = TSM_REVISION_OP_48, .rules = &tsm_op_48 },
		{ .revision = TSM_REVISION_OP_48_REBASED, .rules = &tsm_op_48_rebased },
	};
	struct tsm_facts facts = kernels[_i];

	facts.tsm_built = facts.rules;
	tsm_needs_begin(&facts);
	for (size_t i = 0; i < UC_ARRAY_SIZE(promised); i++) {
		unsigned int requirement = promised[i].requirement;

		ck_assert_msg(promises(&facts, requirement) == (promised[i].by[_i] == '1'), "%s on %s",
			      tsm_requirements[requirement].id, tsm_revisions[facts.revision].name);
	}
}
END_TEST

static struct tsm_expected ask(enum tsm_state state, const char *text)
{
	struct tsm_model model = model_of(state, true);
	struct tsm_expected expected;
	struct tsm_step step;
	const char *why = "";

	ck_assert_msg(tsm_parse_steps(text, &step, 1, &why) == 1, "%s: %s", text, why);
	tsm_model_expect(&model, &step, &expected);
	return expected;
}

static void fails(enum tsm_state state, const char *text, int error, enum tsm_requirement clause)
{
	struct tsm_expected expected = ask(state, text);

	ck_assert_msg(expected.errors[0] == error, "%s: errno %d", text, expected.errors[0]);
	ck_assert_msg(expected.requirement == clause, "%s: clause %d", text, expected.requirement);
}

START_TEST(discriminating_pairs)
{
	fails(BOUND, "TSM_REQ reserved=1 scope=9", EOPNOTSUPP, RESERVED_ZERO);
	fails(BOUND, "TSM_REQ scope=9 id=nothing", EINVAL, SCOPE_KNOWN);
	fails(BOUND, "TSM_REQ scope=2 id=nothing", ENOENT, ID_UNKNOWN);
	fails(BOUND, "TSM_REQ id=hwpt", ENOENT, ID_TYPE);
	fails(BOUND, "TSM_REQ id=hwpt file=other", ENOENT, ID_CONTEXT);
	fails(NOT_PCI, "TSM_REQ scope=2 id=plain-vdevice", EINVAL, STATE_NOT_PCI);
	fails(NOT_PCI, "TSM_REQ req=kernel id=plain-vdevice", EINVAL, STATE_NOT_PCI);
	fails(UNCONNECTED, "TSM_REQ scope=2", EINVAL, SCOPE_LOWER_LAYER);
	fails(UNCONNECTED, "TSM_REQ", ENXIO, STATE_NOT_CONNECTED);
	fails(CONNECTED, "TSM_REQ req=kernel", ENXIO, STATE_NOT_BOUND);
	fails(BOUND, "TSM_REQ req=kernel", EFAULT, BUFFER_FAULT);
	fails(BOUND, "TSM_REQ scope=3 as=nobody", EINVAL, DEBUG_WRITE_GUARDED);
	fails(BOUND, "TSM_OP type=9 flags=1", EOPNOTSUPP, OP_FLAGS);
	fails(UNCONNECTED, "TSM_OP BIND", EINVAL, OP_NOT_CONNECTED);
}
END_TEST

START_TEST(what_is_allowed)
{
	struct tsm_expected good = ask(BOUND, "TSM_REQ");

	ck_assert(tsm_allows(&good, 90, 0));
	ck_assert(!tsm_allows(&good, 89, 0));
	ck_assert(!tsm_allows(&good, -1, EIO));
	ck_assert(ask(BOUND, "TSM_REQ size=0xffffffff").open);
	/* Neither the number's low bits, nor INT_MIN as a number, nor success. */
	good = ask(BOUND, "TSM_REQ resp_len=0x80000000 produce=0 no-touch");
	ck_assert(tsm_allows(&good, -1, EOVERFLOW));
	ck_assert(!tsm_allows(&good, -2147483648LL, 0));
	ck_assert(!tsm_allows(&good, 0, 0));
	good = ask(BOUND, "TSM_REQ resp_len=0xffffffff produce=21 no-touch");
	ck_assert(tsm_allows(&good, -1, EOVERFLOW));
	ck_assert(tsm_allows(&good, -1, E2BIG));
	ck_assert(!tsm_allows(&good, -1, EINVAL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tsm_req");
	TCase *rows = tcase_create("rows"), *rules = tcase_create("rules");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(rows, every_row, 0, UC_ARRAY_SIZE(revisions));
	tcase_add_test(rows, ids_and_requirements);
	tcase_add_loop_test(rows, requirements_apply_where_they_are_promised, 0, 5);
	tcase_add_test(rules, discriminating_pairs);
	tcase_add_test(rules, what_is_allowed);
	suite_add_tcase(suite, rows);
	suite_add_tcase(suite, rules);
	add_explorer_tests(suite);
	add_made_up_tests(suite);
	add_payload_tests(suite);
	add_tell_tests(suite);
	add_text_tests(suite);
	add_thread_tests(suite);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
