// SPDX-License-Identifier: GPL-2.0-only
/* The explorer without a kernel: its steps, its rules, and the programs that it writes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/row.h"
#include "../explore.h"
#include "../guest.h"
#include "tests.h"

static const struct kvm_facts facts = {
	.kvm = KVM_WORKS, .known = ALL_FEATURES, .preferred = KVM_ARM_TARGET_GENERIC_V8,
	.supported = POWER_OFF | EL1_32BIT | PSCI_0_2 | PMU_V3 | SVE | BOTH,
	.masks = true, .immediate_exit = true, .id_registers = true, .id_register = { 0x11000110 },
};

static void invent_all(struct kvm_step *steps, unsigned int count, uint64_t seed)
{
	struct uc_random random;

	uc_random_begin(&random, seed, 0);
	memset(steps, 0, count * sizeof(*steps));
	for (unsigned int i = 0; i < count; i++)
		kvm_explore_invent(&steps[i], steps, i, &random, &facts);
}

START_TEST(steps_repeat_and_are_whole)
{
	struct kvm_step steps[200], again[200];
	bool met[KVM_OPS] = { false };
	unsigned int legal = 0, inits = 0;
	struct kvm_vm_model fresh = { 0 };

	for (uint64_t seed = 0; seed < 20; seed++) {
		invent_all(steps, UC_ARRAY_SIZE(steps), seed);
		invent_all(again, UC_ARRAY_SIZE(again), seed);
		ck_assert_mem_eq(steps, again, sizeof(steps));
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
			ck_assert_uint_lt(steps[i].op, KVM_OPS);
			ck_assert_uint_lt(steps[i].vm, KVM_VMS);
			ck_assert_uint_lt(steps[i].vcpu, KVM_VCPUS);
			met[steps[i].op] = true;
			if (steps[i].op != DO_INIT)
				continue;
			inits++;
			legal += kvm_init_answers(&facts, &fresh, 0, &steps[i]) == MAY_OK;
		}
	}
	/* Who continues a vCPU that PSCI has not turned on waits for ever; a GIC is a nested guest's, any instruction a recording's. */
	for (unsigned int op = 0; op < KVM_OPS; op++)
		ck_assert_msg(met[op] == (op != DO_CONTINUE && op != DO_GIC && op != DO_INSTRUCTION), "steps of kind %u", op);
	/* Near legality: neither nearly all nor nearly none are. */
	ck_assert(legal > inits / 4 && legal < inits * 3 / 4);
}
END_TEST

START_TEST(simpler_steps_come_to_an_end)
{
	struct kvm_step steps[300];

	invent_all(steps, UC_ARRAY_SIZE(steps), 7);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
		struct kvm_step step = steps[i], simpler = step;
		unsigned int attempt = 0, taken = 0;

		while (kvm_explore_simplify(&step, attempt++, &simpler)) {
			if (memcmp(&step, &simpler, sizeof(step))) {
				step = simpler;
				attempt = 0;
				ck_assert_uint_lt(++taken, 64);
			}
			simpler = step;
		}
		ck_assert_uint_eq(step.op, steps[i].op);
		if (step.op == DO_INIT)
			ck_assert(!step.features && !step.extra_bit && !step.pointer && !step.target);
	}
}
END_TEST

/* Play one step to the model, with this answer of the kernel's; whether that is allowed. */
static bool allowed(struct kvm_model *model, struct kvm_step step, int result,
		    uint64_t value)
{
	struct kvm_rule rule;

	ck_assert(kvm_can(&facts, model, &step));
	kvm_rule_of(&facts, model, &step, &rule);
	if (!kvm_allows(&rule, result, value))
		return false;
	kvm_follow(&facts, model, &step, result, value);
	return true;
}

#define STEP(...) ((struct kvm_step){ __VA_ARGS__ })
#define KEY(do)	.op = do, .id = KVM_REG(APIAKeyLo_EL1)
#define V31(do)	.op = do, .id = KVM_REG_V0 + 31 * 4
#define FIELD(do)	.op = do, .id = KVM_REG(ID_AA64ISAR1_EL1), .shift = 4, .bits = 4	/* APA */
#define DO_PAIR .op = DO_INIT, .features = BOTH

static void begin(struct kvm_model *model)
{
	begin_model(&facts, model);
}

START_TEST(values_are_remembered)
{
	struct kvm_model model;

	begin(&model);
	ck_assert(!allowed(&model, STEP(KEY(DO_SET_REG), .arguments = { 5 }), 0, 0));
	ck_assert(allowed(&model, STEP(DO_PAIR), 0, 0));
	ck_assert(!allowed(&model, STEP(KEY(DO_SET_REG), .arguments = { 5 }), -ENOENT, 0));
	ck_assert(allowed(&model, STEP(KEY(DO_SET_REG), .arguments = { 5 }), 0, 5));
	ck_assert(!allowed(&model, STEP(KEY(DO_GET_REG)), 0, 6));
	ck_assert(allowed(&model, STEP(KEY(DO_GET_REG)), 0, 5));
	/* Refused: as it was. Accepted: anything but what it was. */
	ck_assert(allowed(&model, STEP(.op = DO_INIT, .features = 0), -EINVAL, 0));
	ck_assert(!allowed(&model, STEP(KEY(DO_GET_REG)), 0, 6));
	ck_assert(allowed(&model, STEP(DO_PAIR), 0, 0));
	ck_assert(!allowed(&model, STEP(KEY(DO_GET_REG)), 0, 5));
	ck_assert(allowed(&model, STEP(KEY(DO_GET_REG)), 0, 6));
	ck_assert(!allowed(&model, STEP(KEY(DO_GET_REG)), 0, 7));
	/* Plain registers begin with 0, each time. */
	ck_assert(!allowed(&model, STEP(.op = DO_GET_REG, .id = KVM_REG_X(0)), 0, 1));
	ck_assert(allowed(&model, STEP(.op = DO_GET_REG, .id = KVM_REG_X(0)), 0, 0));
}
END_TEST

/* An exit is over only after the next KVM_RUN, whatever KVM_ARM_VCPU_INIT did in between. */
START_TEST(an_exit_moves_the_pc_at_the_next_run)
{
	const struct kvm_step pc = { .op = DO_GET_REG, .id = KVM_REG_X(32) };
	struct kvm_model model;

	begin(&model);
	ck_assert(allowed(&model, STEP(.op = DO_INIT), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_RUN), -EINTR, 0));
	ck_assert(!allowed(&model, pc, 0, 4));
	ck_assert(allowed(&model, STEP(.op = DO_BOOT), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_EXEC, .operations = { 1 }), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_INIT), 0, 0));
	ck_assert(!allowed(&model, pc, 0, 4));
	ck_assert(allowed(&model, STEP(.op = DO_RUN), -EINTR, 0));
	ck_assert(allowed(&model, pc, 0, 4));
	ck_assert(allowed(&model, STEP(.op = DO_INIT), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_RUN), -EINTR, 0));
	ck_assert(!allowed(&model, pc, 0, 4));
}
END_TEST

/* With the pair each operation of this name may come to this. */
static void answers(const char *name, uint32_t expected)
{
	unsigned int index = 0;

	while (strcmp(kvm_operation_name(index), name))
		index++;
	ck_assert_msg(kvm_operation_answers(index, BOTH, true, true) == expected, "%s", name);
}

START_TEST(what_was_not_signed_may_end_anyhow)
{
	answers("PACIA", MAY_OK);
	answers("SIGNED_RETAA", MAY_OK);
	answers("SIGNED_BRAA", MAY_OK);
	answers("AUTIASP", MAY_ANYTHING);
	answers("RETAB", MAY_ANYTHING);
	answers("ERETAA", MAY_ANYTHING);
	answers("BLRAA", MAY_ANYTHING);
}
END_TEST

START_TEST(initial_values_are_known)
{
	struct kvm_model model;

	begin(&model);
	ck_assert(allowed(&model, STEP(.op = DO_INIT), 0, 0));
	ck_assert(!allowed(&model, STEP(.op = DO_GET_REG, .id = KVM_REG_X(33)), 0, 0x3c4));
	ck_assert(allowed(&model, STEP(.op = DO_GET_REG, .id = KVM_REG_X(33)), 0, 0x3c5));
	ck_assert(allowed(&model, STEP(V31(DO_SET_REG), .arguments = { 5 }), 0, 5));
	ck_assert(!allowed(&model, STEP(V31(DO_GET_REG)), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_INIT), 0, 0));
	ck_assert(!allowed(&model, STEP(V31(DO_GET_REG)), 0, 5));
	/* A list with just enough room, and with one too few. */
	ck_assert(!allowed(&model, STEP(.op = DO_REG_LIST, .which = 2), 0, 0));
	ck_assert(!allowed(&model, STEP(.op = DO_REG_LIST, .which = 2), -E2BIG, 1));
	ck_assert(allowed(&model, STEP(.op = DO_REG_LIST, .which = 2), -E2BIG, 0));
	ck_assert(!allowed(&model, STEP(.op = DO_REG_LIST, .which = 3), 0, 1ULL << 32));
	ck_assert(allowed(&model, STEP(.op = DO_REG_LIST, .which = 3), 0, 0));
}
END_TEST

START_TEST(what_is_wrong_is_not_allowed)
{
	struct kvm_model model;

	begin(&model);
	ck_assert(!allowed(&model, STEP(.op = DO_INIT, .features = ADDRESS), 0, 0));
	ck_assert(!allowed(&model, STEP(DO_PAIR), -EINVAL, 0));
	ck_assert_msg(!allowed(&model, STEP(DO_PAIR), 0, 1), "the struct was written to");
	ck_assert(!allowed(&model, STEP(.op = DO_RUN), -EINTR, 0));
	ck_assert(!allowed(&model, STEP(.op = DO_CHECK_VM, .which = KVM_FEATURES), 0, 1));
	ck_assert(allowed(&model, STEP(DO_PAIR), 0, 0));
	ck_assert(!allowed(&model, STEP(FIELD(DO_GET_REG)), 0, 0));
	ck_assert(allowed(&model, STEP(FIELD(DO_GET_REG)), 0, 1));
	ck_assert(!allowed(&model, STEP(FIELD(DO_SET_REG), .arguments = { 2 }), 0, 2));
	ck_assert(!allowed(&model, STEP(FIELD(DO_SET_REG), .arguments = { 2 }), -EBUSY, 2));
	ck_assert(allowed(&model, STEP(FIELD(DO_SET_REG), .arguments = { 2 }), -EINVAL, 2));
	ck_assert(allowed(&model, STEP(FIELD(DO_SET_REG), .arguments = { 1 }), 0, 1));
	ck_assert(!allowed(&model, STEP(.op = DO_REG_LIST), 0, 9));
	ck_assert(allowed(&model, STEP(.op = DO_REG_LIST), 0, 10));
	ck_assert(!allowed(&model, STEP(.op = DO_GET_MP_STATE), 0, KVM_MP_STATE_STOPPED));
	ck_assert(!allowed(&model, STEP(.op = DO_INIT), 0, 0));
	ck_assert(!allowed(&model, STEP(.op = DO_NEW_VCPU), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_NEW_VCPU), -EEXIST, 0));
}
END_TEST

START_TEST(what_the_documents_leave_open_is_followed)
{
	struct kvm_model model;

	begin(&model);
	ck_assert(allowed(&model, STEP(.op = DO_INIT), 0, 0));
	/* Since 6.5 POWER_OFF is no part of the set; before, it was. */
	ck_assert(allowed(&model, STEP(.op = DO_INIT, .features = POWER_OFF), -EINVAL, 0));
	ck_assert(allowed(&model, STEP(.op = DO_GET_MP_STATE), 0, KVM_MP_STATE_RUNNABLE));
	ck_assert(allowed(&model, STEP(.op = DO_INIT, .features = POWER_OFF), 0, 0));
	ck_assert(allowed(&model, STEP(.op = DO_GET_MP_STATE), 0, KVM_MP_STATE_STOPPED));
	ck_assert(!allowed(&model, STEP(.op = DO_INIT, .features = POWER_OFF | PSCI_0_2), 0, 0));
	/* Another set on another vCPU: 6.4 and 6.5 differ. */
	ck_assert(allowed(&model, STEP(.op = DO_NEW_VCPU, .vcpu = 1), 0, 0));
	ck_assert(allowed(&model, STEP(DO_PAIR, .vcpu = 1), -EINVAL, 0));
	ck_assert(allowed(&model, STEP(DO_PAIR, .vcpu = 1), 0, 0));
}
END_TEST

/* One program: it begins, takes these steps, and ends. */
static void write_program(FILE *compiler, unsigned int number, const struct kvm_step *steps,
			  const struct uc_observed *seen, unsigned int count)
{
	fprintf(compiler, "\nint main_%u(void)\n{\n\tbegin();\n", number);
	kvm_explore_emit(compiler, steps, seen, count, &facts);
	fputs("\tend();\n\treturn failed;\n}\n", compiler);
}

/* Every kind of step alone; then some together: all for one compiler, which takes as long to begin. */
START_TEST(programs_compile)
{
	FILE *compiler = popen("gcc -xc -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-function "
			       "-c -o /dev/null -", "w");
	struct kvm_step steps[40];
	struct uc_observed seen[40];

	ck_assert_ptr_nonnull(compiler);
	for (const char *const *text = kvm_explorer.support; *text; text++)
		fputs(*text, compiler);
	for (unsigned int op = 0; op < KVM_OPS + 4; op++) {
		unsigned int count = op < KVM_OPS ? 1 : UC_ARRAY_SIZE(steps);

		invent_all(steps, UC_ARRAY_SIZE(steps), op);
		if (op < KVM_OPS)
			steps[0] = (struct kvm_step){ .op = op };
		memset(seen, 0, sizeof(seen));
		for (unsigned int i = 0; i < count; i++) {
			seen[i].skipped = i % 5 == 4;
			memcpy(seen[i].data, &(struct kvm_came){ { .allowed = MAY_OK | (i % 2 ? MAY_EINVAL : 0),
			       .value_rule = i % 3 }, 0 }, sizeof(struct kvm_came));
		}
		write_program(compiler, op, steps, seen, count);
	}
	ck_assert_int_eq(pclose(compiler), 0);
}
END_TEST

void add_explorer_tests(Suite *suite)
{
	TCase *tests = tcase_create("explorer");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, steps_repeat_and_are_whole);
	tcase_add_test(tests, simpler_steps_come_to_an_end);
	tcase_add_test(tests, values_are_remembered);
	tcase_add_test(tests, what_was_not_signed_may_end_anyhow);
	tcase_add_test(tests, initial_values_are_known);
	tcase_add_test(tests, an_exit_moves_the_pc_at_the_next_run);
	tcase_add_test(tests, what_is_wrong_is_not_allowed);
	tcase_add_test(tests, what_the_documents_leave_open_is_followed);
	tcase_add_test(tests, programs_compile);
	suite_add_tcase(suite, tests);
}
