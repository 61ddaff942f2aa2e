// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules and the rows were written separately from the same documents:
 * here each is held against the other, on every kernel that there could be.
 */
#include "tests.h"

#include <errno.h>

#include "../../../harness/at_once.h"
#include "../../../harness/fail_nth.h"
#include "../rows.h"

/* What the kernels of different ages know, the last one younger than this suite. */
static const uint32_t known_sets[] = { 0x1f, 0x7f, 0x1ff, 0x3ff, 0xfff };

static bool needs_met(const struct uc_row *row, const struct kvm_facts *facts)
{
	for (unsigned int i = 0; i < UC_MAX_NEEDS && row->needs[i]; i++) {
		/* This test runs on any machine. */
		if (row->needs[i] == &kvm_need_arm64 || row->needs[i] == &uc_need_kcsan || row->needs[i] == &uc_need_fail_nth)
			continue;
		if (!row->needs[i]->ask(facts))
			return false;
	}
	return true;
}

static const char *text_of(const struct kvm_step *step)
{
	static char text[200];

	kvm_step_text(step, text, sizeof(text));
	return text;
}

/* Hold a text against the rules, from this model on; what it says is accepted is followed. */
void hold_text(const char *id, const char *text, const struct kvm_facts *facts,
	       struct kvm_model *model)
{
	/* The same text comes thousands of times. */
	static struct kvm_step steps[KVM_STEPS];
	static const char *read;
	static int count;
	char wrong[256];

	if (text != read)
		count = kvm_parse(text, steps, KVM_STEPS, wrong, sizeof(wrong));
	hold_that(count > 0, "%s: %s", id, wrong);
	read = text;
	for (int i = 0; i < count; i++) {
		const struct kvm_step *step = &steps[i];
		const uint32_t answers = step->answers & MAY_ANYTHING;
		struct kvm_rule rule;

		hold_that(answers, "%s: '%s' does not say what must come back", id, text_of(step));
		kvm_rule_of(facts, model, step, &rule);
		/* What is tolerated in explorations no row tolerates. */
		if (rule.note)
			rule.allowed &= ~MAY_OK;
		/* Where the rules are silent rows may speak, and a row leaves some steps to others. */
		hold_that(rule.allowed == answers || rule.allowed == MAY_ANYTHING || answers == MAY_ANYTHING,
			  "%s: '%s', supported %#x known %#x: the row says %s, the rules %s", id,
			  text_of(step), facts->supported, facts->known,
			  kvm_answers_name(answers, "|"), kvm_answers_name(rule.allowed, "|"));
		if (step->answers & AND_VALUE && !step->mask && !step->from[2] &&
		    rule.value_rule == VALUE_IS)
			hold_that((rule.value & rule.mask) == (step->value & rule.mask),
				  "%s: '%s', but the rules %#llx", id, text_of(step),
				  (unsigned long long)rule.value);
		kvm_follow(facts, model, step, answers & MAY_OK ? 0 : -EINVAL,
			   step->op == DO_INIT ? 0 : step->value);
	}
}

void begin_model(const struct kvm_facts *facts, struct kvm_model *model)
{
	static const struct kvm_step steps[] = { { .op = DO_NEW_VM }, { .op = DO_NEW_VCPU } };

	*model = (struct kvm_model){ 0 };
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++)
		kvm_follow(facts, model, &steps[i], 0, 0);
}

static void hold_against_rules(const struct uc_row *row, const struct kvm_facts *facts)
{
	struct kvm_model model;

	begin_model(facts, &model);
	hold_text(row->id, ((const struct kvm_row *)row)->steps, facts, &model);
}

void on_every_kernel(const struct uc_row *row,
		     void (*hold)(const struct uc_row *row, const struct kvm_facts *facts))
{
	struct kvm_facts facts = { .kvm = KVM_WORKS, .mte = true, .immediate_exit = true,
				  .masks = true, .filter = true, .imp_id = true, .inject_abort = true, .system_event_data = true, .system_suspend = true, .id_registers = true };
	unsigned int judged = 0;

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(known_sets); i++) {
		facts.known = known_sets[i];
		for (uint32_t supported = 0; supported <= ALL_FEATURES; supported++) {
			if (supported & ~facts.known)
				continue;
			facts.supported = supported;
			facts.host_address = supported & ADDRESS;
			facts.host_generic = supported & GENERIC;
			facts.host_one_algorithm = kvm_both_caps(&facts);
			for (unsigned int j = 0; j < KVM_FEATURES; j++)
				facts.system_cap[j] = facts.vm_cap[j] = !!(supported & BIT(j));
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
		const struct kvm_row *of = (*topic)->rows;

		if ((*topic)->run != kvm_run_row)
			continue;
		ck_assert_uint_eq((*topic)->row_size, sizeof(*of));
		for (size_t i = 0; i < (*topic)->row_count; i++) {
			if (!of[i].steps)
				continue;
			on_every_kernel(&of[i].row, hold_against_rules);
			rows++;
		}
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
		uint32_t answers[4];
	} lines[] = {
		{ BOTH, { MAY_OK, MAY_EINVAL, MAY_EINVAL, MAY_OK } },
		{ ADDRESS, { MAY_OK, MAY_OK, MAY_EINVAL, MAY_EINVAL } },
		{ GENERIC, { MAY_OK, MAY_EINVAL, MAY_OK, MAY_EINVAL } },
		{ 0, { MAY_OK, MAY_EINVAL, MAY_EINVAL, MAY_EINVAL } },
	};
	static const uint32_t requests[] = { 0, ADDRESS, GENERIC, BOTH };
	const struct kvm_vm_model vm = { 0 };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(lines); i++) {
		struct kvm_facts facts = { .known = 0x7f, .supported = lines[i].supported };

		for (unsigned int j = 0; j < 4; j++)
			ck_assert_uint_eq(kvm_init_answers(&facts, &vm, 0,
							   &(struct kvm_step){ .features = requests[j] }),
					  lines[i].answers[j]);
	}
}
END_TEST

/* Whoever may set fewer features is never refused for a capability that came on top. */
START_TEST(more_capabilities_refuse_no_more)
{
	const struct kvm_vm_model vm = { 0 };

	for (uint32_t set = 0; set <= ALL_FEATURES; set++) {
		struct kvm_facts all = { .known = ALL_FEATURES, .supported = ALL_FEATURES };
		struct kvm_step step = { .features = set };

		/* Except the pair: with both capabilities a half of it is refused. */
		if (!(set & ADDRESS) != !(set & GENERIC))
			continue;
		if (kvm_init_answers(&all, &vm, 0, &step) & MAY_OK)
			continue;
		for (uint32_t supported = 0; supported <= ALL_FEATURES; supported += 7) {
			struct kvm_facts facts = { .known = ALL_FEATURES, .supported = supported };

			hold_that(!(kvm_init_answers(&facts, &vm, 0, &step) & MAY_OK),
				  "%#x with the capabilities of %#x", set, supported);
		}
	}
}
END_TEST

/* A bit that is not known is ENOENT whatever the kernel says of it, and one of another tree anything. */
START_TEST(unknown_bits)
{
	const struct kvm_vm_model vm = { 0 };
	struct kvm_facts facts = { .known = ALL_FEATURES, .supported = ALL_FEATURES };
	struct kvm_step strict = { .features = BIT(KVM_ARM_VCPU_PMU_V3_STRICT) | PMU_V3 };

	for (unsigned int bit = KVM_FEATURES; bit < KVM_FEATURE_BITS; bit++)
		ck_assert_uint_eq(kvm_init_answers(&facts, &vm, 0,
						   &(struct kvm_step){ .extra_bit = bit }), MAY_ENOENT);
	ck_assert_uint_eq(kvm_init_answers(&facts, &vm, 0, &strict), MAY_OK);
	facts.elsewhere = BIT(KVM_ARM_VCPU_PMU_V3_STRICT);
	ck_assert_uint_eq(kvm_init_answers(&facts, &vm, 0, &strict), MAY_OK | MAY_FAIL);
}
END_TEST

START_TEST(life_of_a_vcpu)
{
	struct kvm_facts facts = { .known = 0x1ff, .supported = 0x7f, .preferred = 5 };
	struct kvm_model model;

	begin_model(&facts, &model);
	hold_text("life", "RUN = ENOEXEC; REG_LIST = ENOEXEC; INIT PTRAUTH_ADDRESS|PTRAUTH_GENERIC = 0; "
		  "RUN = EINTR; INIT PTRAUTH_ADDRESS|PTRAUTH_GENERIC = 0; INIT none = EINVAL; "
		  "FINALIZE SVE = EPERM|EINVAL; "
		  /* The other vCPU is not initialised, and what it may be is left open. */
		  "1: NEW_VCPU = 0; 1: RUN = ENOEXEC; 1: INIT none = 0|EINVAL; 2: NEW_VCPU = 0; "
		  "2: INIT SVE = 0|EINVAL; 2: RUN = EPERM; 2: REG_LIST = EPERM; 2: FINALIZE SVE = 0; "
		  "2: REG_LIST = 0; 2: FINALIZE SVE = EPERM", &facts, &model);
}
END_TEST

/* Whether this text of a step allows what came. */
static bool allows(const char *text, int result, uint64_t value)
{
	struct kvm_facts facts = { .known = 0x1ff, .supported = 0x7f, .preferred = 5 };
	struct kvm_model model;
	struct kvm_step step;
	struct kvm_rule rule;
	char wrong[256];

	begin_model(&facts, &model);
	ck_assert_int_eq(kvm_parse(text, &step, 1, wrong, sizeof(wrong)), 1);
	return kvm_judge(&facts, &model, &step, result, value, &rule);
}

START_TEST(what_a_step_says_is_judged)
{
	/* Of KVM_ARM_VCPU_INIT the value is whether its struct was written to. */
	ck_assert(allows("INIT none = 0", 0, 0) && allows("INIT none = EINVAL", -EINVAL, 0));
	ck_assert(!allows("INIT none = 0", 0, 1) && !allows("INIT none = EINVAL", -EINVAL, 1));
	ck_assert(!allows("INIT none = 0", -EINVAL, 0) && !allows("INIT none = EINVAL", 0, 0));
	ck_assert(allows("CHECK SVE == 5", 0, 5) && !allows("CHECK SVE == 5", 0, 4));
	ck_assert(allows("CHECK SVE != 5", 0, 4) && !allows("CHECK SVE != 5", 0, 5));
	ck_assert(allows("READ SCTLR_EL1 & 0xf == 5", 0, 0x25) && !allows("READ SCTLR_EL1 & 0xf == 5", 0, 0x24));
	ck_assert(!allows("READ SCTLR_EL1 == 5", -EINVAL, 5) && allows("READ SCTLR_EL1 = 0", 0, 7));
	/* What comes with an error counts where nothing else may come. */
	ck_assert(allows("EXEC NOP = error == 5", -EINVAL, 5) && !allows("EXEC NOP = error == 5", -EINVAL, 4));
}
END_TEST

void add_rules_tests(Suite *suite)
{
	TCase *tests = tcase_create("rules");

	tcase_add_test(tests, every_row_agrees);
	tcase_add_test(tests, truth_table);
	tcase_add_test(tests, more_capabilities_refuse_no_more);
	tcase_add_test(tests, unknown_bits);
	tcase_add_test(tests, life_of_a_vcpu);
	tcase_add_test(tests, what_a_step_says_is_judged);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
}
