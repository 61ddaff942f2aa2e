// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle and the rows were written separately from the same documents:
 * here each is held against the other, on every kernel that there could be.
 */
#include "tests.h"

#include <stdio.h>

#include "../oracle.h"
#include "../script.h"
#include "../topics.h"

/* What the kernels of different ages know, the last one younger than this suite. */
static const uint32_t known_sets[] = { 0x1f, 0x7f, 0x1ff, 0x3ff, 0xfff };

static bool needs_met(const struct uc_row *row, const struct kvm_facts *facts)
{
	for (unsigned int i = 0; i < UC_MAX_NEEDS && row->needs[i]; i++) {
		/* This test runs on any machine. */
		if (row->needs[i] == &kvm_need_arm64)
			continue;
		if (row->needs[i]->ask(facts) != UC_YES)
			return false;
	}
	return true;
}

/* Walk one row's calls through the oracle. */
static void hold_against_oracle(const struct uc_row *row, const struct kvm_facts *facts)
{
	const struct kvm_script *script = (const struct kvm_script *)row;
	struct kvm_state state = { 0 };

	for (unsigned int i = 0; i < KVM_STEPS && script->steps[i].kind != STEP_END; i++) {
		const struct kvm_step *step = &script->steps[i];
		unsigned int answers;

		if (step->kind == STEP_ENABLE_MTE)
			state.mte = true;
		if (step->kind == STEP_PREFERRED)
			kvm_oracle_accepted(facts, &state, step->vcpu, OP_INIT, &step->call);
		if (step->kind != STEP_CALL)
			continue;
		answers = kvm_oracle(facts, &state, step->vcpu, step->op, &step->call);
		if (answers != step->answers) {
			char said[128];

			snprintf(said, sizeof(said), "%s", kvm_answers_name(answers));
			ck_abort_msg("%s, call %u (%s), supported %#x known %#x: the row says %s, "
				     "the oracle %s", script->row.id, i, step->op == OP_INIT ?
				     kvm_call_name(&step->call) : kvm_op_name(step->op),
				     facts->supported, facts->known,
				     kvm_answers_name(step->answers), said);
		}
		if (answers & MAY_OK)
			kvm_oracle_accepted(facts, &state, step->vcpu, step->op, &step->call);
	}
}

void on_every_kernel(const struct uc_row *row,
		     void (*hold)(const struct uc_row *row, const struct kvm_facts *facts))
{
	struct kvm_facts facts = { .kvm = KVM_WORKS, .mte = true, .immediate_exit = true };
	unsigned int judged = 0;

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(known_sets); i++) {
		facts.known = known_sets[i];
		for (uint32_t supported = 0; supported <= ALL_FEATURES; supported++) {
			if (supported & ~facts.known)
				continue;
			facts.supported = supported;
			facts.preferred = supported & PSCI_0_2 ? 2 : KVM_ARM_TARGET_GENERIC_V8;
			if (!needs_met(row, &facts))
				continue;
			hold(row, &facts);
			judged++;
		}
	}
	ck_assert_msg(judged, "%s: no kernel meets its needs", row->id);
}

START_TEST(every_row_agrees)
{
	unsigned int rows = 0;

	for (const struct uc_topic *const *topic = kvm_topics; *topic; topic++) {
		const struct kvm_script *scripts = (*topic)->rows;

		if ((*topic)->run != kvm_run_script)
			continue;
		ck_assert_uint_eq((*topic)->row_size, sizeof(*scripts));
		for (size_t i = 0; i < (*topic)->row_count; i++, rows++)
			on_every_kernel(&scripts[i].row, hold_against_oracle);
	}
	/* A table that got lost would pass in silence. */
	ck_assert_uint_gt(rows, 80);
}
END_TEST

/* The truth table of the review, written out: none, A, G, A+G by the two capabilities. */
START_TEST(truth_table)
{
	static const struct {
		uint32_t supported;
		unsigned int answers[4];
	} lines[] = {
		{ ADDRESS | GENERIC, { MAY_OK, MAY_EINVAL, MAY_EINVAL, MAY_OK } },
		{ ADDRESS, { MAY_OK, MAY_OK, MAY_EINVAL, MAY_EINVAL } },
		{ GENERIC, { MAY_OK, MAY_EINVAL, MAY_OK, MAY_EINVAL } },
		{ 0, { MAY_OK, MAY_EINVAL, MAY_EINVAL, MAY_EINVAL } },
	};
	static const uint32_t requests[] = { 0, ADDRESS, GENERIC, ADDRESS | GENERIC };
	const struct kvm_state state = { 0 };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(lines); i++) {
		struct kvm_facts facts = { .known = 0x7f, .supported = lines[i].supported };

		for (unsigned int j = 0; j < 4; j++) {
			struct kvm_call call = { .features = requests[j] };

			ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_INIT, &call),
					  lines[i].answers[j]);
		}
	}
}
END_TEST

/* Whoever may set fewer features is never refused for a capability that came on top. */
START_TEST(more_capabilities_refuse_no_more)
{
	const struct kvm_state state = { 0 };

	for (uint32_t set = 0; set <= ALL_FEATURES; set++) {
		struct kvm_facts all = { .known = ALL_FEATURES, .supported = ALL_FEATURES };
		struct kvm_call call = { .features = set };

		/* Except the pair: with both capabilities a half of it is refused. */
		if (!(set & ADDRESS) != !(set & GENERIC))
			continue;
		if (kvm_oracle(&all, &state, 0, OP_INIT, &call) & MAY_OK)
			continue;
		for (uint32_t supported = 0; supported <= ALL_FEATURES; supported += 7) {
			struct kvm_facts facts = { .known = ALL_FEATURES, .supported = supported };

			ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_INIT, &call) & MAY_OK, 0);
		}
	}
}
END_TEST

START_TEST(life_of_a_vcpu)
{
	struct kvm_facts facts = { .known = 0x1ff, .supported = 0x7f, .preferred = 5 };
	struct kvm_call pair = { .features = ADDRESS | GENERIC }, none = { 0 };
	struct kvm_call sve = { .features = SVE };
	struct kvm_state state = { 0 };

	ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_RUN, NULL), MAY_ENOEXEC);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_REG_LIST, NULL), MAY_ENOEXEC);
	kvm_oracle_accepted(&facts, &state, 0, OP_INIT, &pair);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_RUN, NULL), MAY_EINTR);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_INIT, &pair), MAY_OK);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_INIT, &none), MAY_EINVAL);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 0, OP_FINALIZE_SVE, NULL),
			  MAY_EPERM | MAY_EINVAL);
	/* The other vCPU is not initialised, and what it may be is left open. */
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 1, OP_RUN, NULL), MAY_ENOEXEC);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 1, OP_INIT, &none), MAY_OK | MAY_EINVAL);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 1, OP_INIT, &pair), MAY_OK);
	kvm_oracle_accepted(&facts, &state, 2, OP_INIT, &sve);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 2, OP_RUN, NULL), MAY_EPERM);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 2, OP_REG_LIST, NULL), MAY_EPERM);
	kvm_oracle_accepted(&facts, &state, 2, OP_FINALIZE_SVE, NULL);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 2, OP_REG_LIST, NULL), MAY_OK);
	ck_assert_uint_eq(kvm_oracle(&facts, &state, 2, OP_FINALIZE_SVE, NULL), MAY_EPERM);
}
END_TEST

void add_oracle_tests(Suite *suite)
{
	TCase *tests = tcase_create("oracle");

	tcase_add_test(tests, every_row_agrees);
	tcase_add_test(tests, truth_table);
	tcase_add_test(tests, more_capabilities_refuse_no_more);
	tcase_add_test(tests, life_of_a_vcpu);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
}
