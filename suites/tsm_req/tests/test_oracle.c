// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle and the rows were written separately from the same document: here each row is held
 * against the oracle. And the oracle's own rules, and the telling apart of revisions.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../revision.h"
#include "../rows.h"
#include "tests.h"

static struct tsm_outcome outcome_of(const struct tsm_row *row, enum tsm_state state,
				     bool tsm_built)
{
	struct tsm_world world = { .tsm_built = tsm_built, .state = state };

	return tsm_oracle(&world, &row->call);
}

static void hold_against(const struct tsm_row *row, enum tsm_state state, bool tsm_built)
{
	struct tsm_outcome outcome = outcome_of(row, state, tsm_built);
	bool error = row->expect.kind == EXPECT_ERROR;

	if (row->expect.kind == EXPECT_NOTHING) {
		ck_assert_msg(!outcome.judged, "%s: the oracle knows the answer", row->row.id);
		ck_assert_msg(row->expect.open, "%s: it does not say what is open", row->row.id);
		return;
	}
	ck_assert_msg(outcome.judged, "%s: the oracle has no answer", row->row.id);
	ck_assert_msg(tsm_allows(&outcome, error ? -1 : row->expect.value, row->expect.value),
		      "%s: the oracle forbids it", row->row.id);
	if (row->expect.or_error)
		ck_assert_msg(tsm_allows(&outcome, -1, row->expect.or_error),
			      "%s: the oracle forbids the second errno", row->row.id);
	ck_assert_msg(!outcome.errors[0] == !error, "%s: error or not", row->row.id);
	ck_assert_msg(!outcome.errors[1] == !row->expect.or_error,
		      "%s: row and oracle differ in how much they allow", row->row.id);
	ck_assert_msg(outcome.forwarded == row->expect.forwarded, "%s: asked of the TSM or not",
		      row->row.id);
}

/* A row that gives no expectation does all its judging in a function of its own. */
static bool has_expectation(const struct tsm_row *row)
{
	static const struct tsm_expect none;

	return memcmp(&row->expect, &none, sizeof(none));
}

/* A row's needs say which kernels it is for: with TSM support, without, or both. */
static void hold_in_all_states(const struct tsm_row *row)
{
	const struct uc_need *need = row->row.needs[1];
	enum tsm_state first = row->state ?: UNCONNECTED, last = row->state ?: BOUND;

	for (enum tsm_state state = first; state <= last; state++) {
		if (need != &tsm_need_no_tsm)
			hold_against(row, state, true);
		if (need != &tsm_need_tsm)
			hold_against(row, state, false);
	}
}

START_TEST(every_row)
{
	unsigned int held = 0;

	for (size_t t = 0; tsm_topics[t]; t++) {
		const struct tsm_row *rows = tsm_topics[t]->rows;

		if (tsm_topics[t]->run != tsm_run_row)
			continue;
		for (size_t i = 0; i < tsm_topics[t]->row_count; i++) {
			if (!has_expectation(&rows[i]) && rows[i].custom)
				continue;
			/* every_bit and its like put the wrong thing in themselves. */
			if (rows[i].custom && rows[i].expect.kind == EXPECT_ERROR &&
			    !rows[i].expect.forwarded && !memcmp(&rows[i].call,
			    &(struct tsm_call){ 0 }, sizeof(rows[i].call)) &&
			    rows[i].state == IN_ANY_STATE)
				continue;
			hold_in_all_states(&rows[i]);
			held++;
		}
	}
	ck_assert_uint_gt(held, 120);
}
END_TEST

START_TEST(ids_and_requirements)
{
	unsigned int rows_of[TSM_REQUIREMENTS] = { 0 };

	for (size_t t = 0; tsm_topics[t]; t++) {
		for (size_t i = 0; i < tsm_topics[t]->row_count; i++) {
			const char *rows = tsm_topics[t]->rows;
			const struct uc_row *row;
			char prefix[64];

			row = (const void *)(rows + i * tsm_topics[t]->row_size);

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

static struct tsm_outcome ask(const struct tsm_call *call)
{
	struct tsm_world world = { .tsm_built = true, .state = BOUND };

	return tsm_oracle(&world, call);
}

static void fails(enum tsm_state state, const struct tsm_call *call, int error)
{
	struct tsm_world world = { .tsm_built = true, .state = state };

	ck_assert_int_eq(tsm_oracle(&world, call).errors[0], error);
}

START_TEST(discriminating_pairs)
{
	fails(BOUND, &(struct tsm_call){ .reserved = 1, .scope = 9 }, EOPNOTSUPP);
	fails(BOUND, &(struct tsm_call){ .scope = 9, .id = ID_OF_NOTHING }, EINVAL);
	fails(BOUND, &(struct tsm_call){ .scope = 2, .id = ID_OF_NOTHING }, ENOENT);
	fails(NOT_PCI, &(struct tsm_call){ .scope = 2 }, EINVAL);
	fails(NOT_PCI, &(struct tsm_call){ .req = PLACE_KERNEL }, EINVAL);
	fails(UNCONNECTED, &(struct tsm_call){ .scope = 2 }, EINVAL);
	fails(CONNECTED, &(struct tsm_call){ .req = PLACE_KERNEL }, ENXIO);
}
END_TEST

START_TEST(what_is_allowed)
{
	struct tsm_outcome good = ask(&(struct tsm_call){ 0 });

	ck_assert(tsm_allows(&good, 90, 0));
	ck_assert(!tsm_allows(&good, 89, 0));
	ck_assert(!tsm_allows(&good, -1, EIO));
	ck_assert(!ask(&(struct tsm_call){ .size = GIVE(~0U) }).judged);
	/* Neither the number's low bits, nor INT_MIN as a number, nor success. */
	good = ask(&(struct tsm_call){ .resp_len = GIVE(1U << 31),
				       .script = { .produce = GIVE(0), .no_touch = true } });
	ck_assert(tsm_allows(&good, -1, EOVERFLOW));
	ck_assert(!tsm_allows(&good, -2147483648LL, 0));
	ck_assert(!tsm_allows(&good, 0, 0));
}
END_TEST

static const struct {
	struct tsm_answers answers;
	int revision;
	bool tsm, op;
} kernels[] = {
	/* As in the struct: open, 4, 16, 40 reserved, id, scope, 48, 48 arch, next, ioas, op, op bytes. */
	{ { ENOENT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, TSM_REVISION_NO_FILE, false, false },
	{ { EACCES, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, TSM_REVISION_NO_ACCESS, false, false },
	{ { 0, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, EINVAL, ENOTTY, 0, 0 },
	  TSM_REVISION_NONE, false, false },
	{ { 0, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, 0, 0 },
	  TSM_REVISION_NO_COMPAT, false, false },
	/* 7.3: another ioctl where v5 has TSM_OP. */
	{ { 0, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, EINVAL, EINVAL, 0, 0 },
	  TSM_REVISION_NONE, false, false },
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, ENOENT, EINVAL, E2BIG, ENOENT, ENOTTY, EINVAL,
	    EOPNOTSUPP, 0, 0 },
	  TSM_REVISION_V5, true, true },
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, EOPNOTSUPP, EOPNOTSUPP, E2BIG, EOPNOTSUPP, ENOTTY,
	    EINVAL, EOPNOTSUPP, 0, 0 }, TSM_REVISION_V5, false, true },
	/* v2, and v5 with one fault each: reserved, unknown id, short sizes, long sizes. */
	{ { 0, EINVAL, EINVAL, ENOENT, ENOENT, EINVAL, E2BIG, ENOENT, ENOTTY, EINVAL, EOPNOTSUPP, 0, 0 },
	  TSM_REVISION_V5, true, true },
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, EINVAL, EINVAL, E2BIG, EINVAL, ENOTTY, EINVAL,
	    EOPNOTSUPP, 0, 0 },
	  TSM_REVISION_V5, true, true },
	{ { 0, EOPNOTSUPP, EOPNOTSUPP, EOPNOTSUPP, ENOENT, EINVAL, E2BIG, ENOENT, ENOTTY,
	    EINVAL, ENOENT, 0, 0 },
	  TSM_REVISION_V5, true, true },
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, ENOENT, EINVAL, EOPNOTSUPP, ENOENT, ENOTTY,
	    EINVAL, EOPNOTSUPP, 0, 0 },
	  TSM_REVISION_V5, true, true },
	/* TSM_OP with another errno for unknown flags: known by its size; and another ioctl there. */
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, ENOENT, EINVAL, E2BIG, ENOENT, ENOTTY, EINVAL, EINVAL,
	    EINVAL, E2BIG }, TSM_REVISION_V5, true, true },
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, ENOENT, EINVAL, E2BIG, ENOENT, ENOTTY, EINVAL, EINVAL,
	    ENOENT, ENOENT }, TSM_REVISION_V5, true, false },
	{ { 0, EINVAL, EINVAL, EOPNOTSUPP, ENOENT, EINVAL, E2BIG, ENOENT, ENOTTY, EINVAL, ENOTTY,
	    ENOTTY, ENOTTY }, TSM_REVISION_V5, true, false },
	/* The longer structs, and the tree in which the number is the one that binds. */
	{ { 0, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, ENOENT, ENOENT, ENOTTY, EINVAL, EOPNOTSUPP, 0, 0 },
	  TSM_REVISION_RFC, true, true },
	{ { 0, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL, ENOTTY, EINVAL, EOPNOTSUPP, 0, 0 },
	  TSM_REVISION_JUNE, true, true },
	{ { 0, EINVAL, EOPNOTSUPP, E2BIG, ENOENT, EOPNOTSUPP, E2BIG, ENOENT, EINVAL,
	    EINVAL, EINVAL, 0, 0 },
	  TSM_REVISION_REBASED, false, false },
};

START_TEST(revisions)
{
	bool tsm;

	ck_assert_int_eq(tsm_tell_revision(&kernels[_i].answers, &tsm), kernels[_i].revision);
	if (kernels[_i].revision == TSM_REVISION_V5)
		ck_assert_int_eq(tsm, kernels[_i].tsm);
	ck_assert_int_eq(tsm_tell_op(&kernels[_i].answers), kernels[_i].op);
	ck_assert_int_eq(kernels[_i].revision == TSM_REVISION_V5,
			 !tsm_revisions[kernels[_i].revision].reason);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tsm_req");
	TCase *rows = tcase_create("rows"), *rules = tcase_create("rules");
	SRunner *runner;
	int failed;

	tcase_add_test(rows, every_row);
	tcase_add_test(rows, ids_and_requirements);
	tcase_add_test(rules, discriminating_pairs);
	tcase_add_test(rules, what_is_allowed);
	tcase_add_loop_test(rules, revisions, 0, UC_ARRAY_SIZE(kernels));
	suite_add_tcase(suite, rows);
	suite_add_tcase(suite, rules);
	add_explorer_tests(suite);
	add_payload_tests(suite);
	add_thread_tests(suite);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
