// SPDX-License-Identifier: GPL-2.0-only
/* The suite's explorer: steps played and judged by the rules, in words, and all its parts put together. */
#include "explore.h"
#include "rows.h"

static void begin(void *memory, const void *facts)
{
	kvm_begin(memory, facts, false);
}

static void end(void *memory)
{
	(void)memory;
	kvm_end();
}

static void apply(void *memory, const void *place, const void *facts, struct uc_observed *observed)
{
	struct kvm_step filled = *(const struct kvm_step *)place;
	struct kvm_model *model = memory;
	const struct kvm_step *step = &filled;
	struct kvm_rule rule;
	uint64_t value;

	kvm_fill_in(&filled, facts);
	observed->kind = step->op;
	observed->skipped = !kvm_can(facts, model, step);
	if (observed->skipped)
		return;
	kvm_rule_of(facts, model, step, &rule);
	/* What a step says itself counts more than the rules. */
	kvm_own_rule(step, &rule);
	observed->answer = kvm_make_call(step, facts, &value);
	observed->requirement = rule.requirement;
	observed->consequence = rule.consequence;
	observed->wrong = !kvm_allows(&rule, observed->answer, value);
	observed->note = observed->answer ? NULL : rule.note;
	observed->data[SEEN_ALLOWED] = rule.allowed | (uint64_t)rule.value_rule << 32 |
				       (uint64_t)rule.always << 34;
	observed->data[SEEN_VALUE] = value;
	observed->data[SEEN_MASK] = rule.mask;
	observed->data[SEEN_EXPECTED] = rule.value;
	if (!observed->wrong)
		kvm_follow(facts, model, step, observed->answer, value);
}

static void decode(const void *step, const void *facts, char *text, size_t size)
{
	(void)facts;
	kvm_step_text(step, text, size);
}

static void explain(const void *step, const struct uc_observed *observed, char *expected,
		    char *got, size_t size)
{
	const uint64_t *data = observed->data;
	const struct kvm_rule rule = {
		.allowed = data[SEEN_ALLOWED], .value_rule = SEEN_RULE(data[SEEN_ALLOWED]),
		.always = SEEN_ALWAYS(data[SEEN_ALLOWED]), .mask = data[SEEN_MASK], .value = data[SEEN_EXPECTED],
	};

	kvm_explain(step, &rule, observed->answer, data[SEEN_VALUE], expected, got, size);
}

static const struct uc_row rows[] = {
	{ .id = "kvm_arm_caps.explore.sequences", NEEDS(KVM_NEEDED), .control = &kvm_control_plain },
};
static const struct uc_topic topic = UC_TOPIC("explore", rows, NULL);

const struct uc_explorer kvm_explorer = {
	.topic = &topic,
	.kinds = kvm_op_words,
	.kind_count = KVM_OPS,
	.step_size = sizeof(struct kvm_step),
	.state_size = sizeof(struct kvm_model),
	.invent = kvm_explore_invent,
	.begin = begin,
	.end = end,
	.apply = apply,
	.simplify = kvm_explore_simplify,
	.decode = decode,
	.explain = explain,
	.name = kvm_call_name,
	.parse = kvm_parse_step,
	.support = (const char *const[]){ uc_text_kvm_arm_caps_numbers, uc_text_kvm_arm_caps_guest,
					  uc_text_kvm_arm_caps_calls,
					  uc_text_kvm_arm_caps_registers, NULL },
	.emit = kvm_explore_emit,
};
_Static_assert(sizeof(struct kvm_step) <= UC_MAX_STEP_SIZE, "a step has its place");
_Static_assert(KVM_OPS <= UC_MAX_KINDS, "every kind of step is counted");
