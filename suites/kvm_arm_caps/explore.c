// SPDX-License-Identifier: GPL-2.0-only
/* The suite's explorer: steps played and judged by the rules, in words, and all its parts put together. */
#include <string.h>

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
	struct kvm_came came;

	kvm_fill_in(&filled, facts);
	observed->kind = step->op;
	observed->skipped = !kvm_can(facts, model, step);
	if (observed->skipped)
		return;
	observed->answer = kvm_make_call(step, facts, &came.value);
	observed->wrong = !kvm_judge(facts, model, step, observed->answer, came.value, &came.rule);
	observed->requirement = came.rule.requirement;
	observed->consequence = came.rule.consequence;
	observed->note = observed->answer ? NULL : came.rule.note;
	memcpy(observed->data, &came, sizeof(came));
}

static void decode(const void *step, const void *facts, char *text, size_t size)
{
	(void)facts;
	kvm_step_text(step, text, size);
}

static void explain(const void *step, const struct uc_observed *observed, char *expected,
		    char *got, size_t size)
{
	struct kvm_came came;

	memcpy(&came, observed->data, sizeof(came));
	kvm_explain(step, &came.rule, observed->answer, came.value, expected, got, size);
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
_Static_assert(sizeof(struct kvm_came) <= sizeof(((struct uc_observed *)0)->data), "what came has its place");
_Static_assert(sizeof(struct kvm_step) <= UC_MAX_STEP_SIZE, "a step has its place");
_Static_assert(KVM_OPS <= UC_MAX_KINDS, "every kind of step is counted");
