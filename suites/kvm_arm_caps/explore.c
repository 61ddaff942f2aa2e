// SPDX-License-Identifier: GPL-2.0-only
/* The suite's explorer: steps in words, and all its parts put together. */
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "controls.h"
#include "explore_invent.h"
#include "explore_world.h"
#include "needs.h"

static const char *const kinds[KVM_STEP_OPS] = {
	[DO_INIT] = "KVM_ARM_VCPU_INIT",
	[DO_RUN] = "KVM_RUN",
	[DO_FINALIZE] = "KVM_ARM_VCPU_FINALIZE",
	[DO_GET_REG] = "KVM_GET_ONE_REG",
	[DO_SET_REG] = "KVM_SET_ONE_REG",
	[DO_GET_ISAR] = "KVM_GET_ONE_REG ISAR",
	[DO_SET_ISAR] = "KVM_SET_ONE_REG ISAR",
	[DO_REG_LIST] = "KVM_GET_REG_LIST",
	[DO_GET_LENGTHS] = "KVM_GET_ONE_REG SVE_VLS",
	[DO_SET_LENGTHS] = "KVM_SET_ONE_REG SVE_VLS",
	[DO_GET_MP_STATE] = "KVM_GET_MP_STATE",
	[DO_SET_MP_STATE] = "KVM_SET_MP_STATE",
	[DO_CHECK_SYSTEM] = "KVM_CHECK_EXTENSION of /dev/kvm",
	[DO_CHECK_VM] = "KVM_CHECK_EXTENSION of a VM",
	[DO_PREFERRED] = "KVM_ARM_PREFERRED_TARGET",
	[DO_MASKS] = "KVM_ARM_GET_REG_WRITABLE_MASKS",
	[DO_NEW_VM] = "KVM_CREATE_VM",
	[DO_CLOSE_VM] = "close of a VM",
	[DO_NEW_VCPU] = "KVM_CREATE_VCPU",
	[DO_CLOSE_VCPU] = "close of a vCPU",
};

static const char *isar_name(const struct kvm_model_step *step)
{
	return step->which ? "ID_AA64ISAR2_EL1" : "ID_AA64ISAR1_EL1";
}

static const char *capability_name(const struct kvm_model_step *step)
{
	return step->which == MODEL_CAP_169 ? "169 (PPC_IRQ_XIVE)" :
	       kvm_feature_info[step->which].capability_name;
}

static const char *const list_sizes[] = {
	"", " with n=0", " with n one too small", " with n just large enough",
};

/* What the call is given, behind its name. */
static void decode_arguments(const struct kvm_model_step *step, char *text, size_t size)
{
	switch ((enum kvm_step_op)step->op) {
	case DO_FINALIZE:
		snprintf(text, size, " %d%s", kvm_finalizable[step->which],
			 step->which ? "" : " (SVE)");
		break;
	case DO_GET_REG:
		snprintf(text, size, " %s", kvm_model_register(step->which).name);
		break;
	case DO_SET_REG:
		snprintf(text, size, " %s to %#llx", kvm_model_register(step->which).name,
			 (unsigned long long)step->value);
		break;
	case DO_GET_ISAR:
	case DO_MASKS:
		snprintf(text, size, " %s", isar_name(step));
		break;
	case DO_SET_ISAR:
		snprintf(text, size, " %s to what it is, bits %#llx inverted", isar_name(step),
			 (unsigned long long)step->value);
		break;
	case DO_REG_LIST:
		snprintf(text, size, "%s", list_sizes[step->which]);
		break;
	case DO_SET_LENGTHS:
		snprintf(text, size, step->which ? " to what they are" : " to 128 bits alone");
		break;
	case DO_SET_MP_STATE:
		snprintf(text, size, " to %s", step->which ? "STOPPED" : "RUNNABLE");
		break;
	case DO_CHECK_SYSTEM:
	case DO_CHECK_VM:
		snprintf(text, size, " %s", capability_name(step));
		break;
	case DO_RUN:
		snprintf(text, size, " immediate_exit=1");
		break;
	default:
		*text = '\0';
	}
}

void kvm_explore_decode(const void *place, const void *facts, char *text, size_t size)
{
	const struct kvm_model_step *step = place;
	struct kvm_call call = kvm_model_call(step);
	char who[32], arguments[128];

	(void)facts;
	switch ((enum kvm_step_op)step->op) {
	case DO_CHECK_SYSTEM:
		snprintf(who, sizeof(who), "system");
		break;
	case DO_CHECK_VM:
	case DO_PREFERRED:
	case DO_MASKS:
	case DO_NEW_VM:
	case DO_CLOSE_VM:
		snprintf(who, sizeof(who), "VM %u", step->vm);
		break;
	default:
		snprintf(who, sizeof(who), "VM %u vCPU %u", step->vm, step->vcpu);
	}
	decode_arguments(step, arguments, sizeof(arguments));
	if (step->op == DO_INIT)
		snprintf(text, size, "%s: %s", who, kvm_call_name(&call));
	else
		snprintf(text, size, "%s: %s%s", who, kinds[step->op], arguments);
}

/* "0 or EINVAL", "an error", "anything". */
static void name_answers(uint32_t allowed, char *text, size_t size)
{
	size_t used = 0;

	if ((allowed & MAY_FAIL) == MAY_FAIL) {
		snprintf(text, size, "%s", allowed & MAY_OK ? "anything" : "an error");
		return;
	}
	snprintf(text, size, "anything");	/* nothing is known of what never came */
	for (unsigned int i = 0; i < kvm_model_answer_count && used < size; i++)
		if (allowed & kvm_model_answers[i].set)
			used += snprintf(text + used, size - used, "%s%s", used ? " or " : "",
					 kvm_model_answers[i].name);
}

static void explain(const void *place, const struct uc_observed *seen, char *expected, char *got,
		    size_t size)
{
	const struct kvm_model_step *step = place;
	enum kvm_value_rule rule = SEEN_RULE(seen->data[SEEN_ALLOWED]);
	size_t used;

	name_answers(seen->data[SEEN_ALLOWED], expected, size);
	snprintf(got, size, "%s", seen->answer < 0 ? uc_errno_name(-seen->answer) : "0");
	if (rule == VALUE_FREE || (seen->answer && !SEEN_ALWAYS(seen->data[SEEN_ALLOWED])))
		return;
	if (step->op == DO_INIT) {
		used = strlen(got);
		if (seen->data[SEEN_VALUE])
			snprintf(got + used, size - used, ", and the struct was written to");
		return;
	}
	used = strlen(expected);
	snprintf(expected + used, size - used, ", and the value%s %#llx", rule == VALUE_IS ? "" :
		 " is not", (unsigned long long)seen->data[SEEN_EXPECTED]);
	used = strlen(got);
	snprintf(got + used, size - used, ", and the value %#llx",
		 (unsigned long long)(seen->data[SEEN_VALUE] & seen->data[SEEN_MASK]));
}

static const struct uc_row rows[] = {
	{ .id = "kvm_arm_caps.explore.sequences", NEEDS(KVM_NEEDED), .control = &kvm_control_plain },
};
static const struct uc_topic topic = UC_TOPIC("explore", rows, NULL);

const struct uc_explorer kvm_explorer = {
	.topic = &topic,
	.kinds = kinds,
	.kind_count = KVM_STEP_OPS,
	.step_size = sizeof(struct kvm_model_step),
	.state_size = sizeof(struct kvm_world),
	.invent = kvm_explore_invent,
	.begin = kvm_world_begin,
	.end = kvm_world_end,
	.apply = kvm_world_apply,
	.simplify = kvm_explore_simplify,
	.decode = kvm_explore_decode,
	.explain = explain,
	.emit = kvm_explore_emit,
};
_Static_assert(sizeof(struct kvm_model_step) <= UC_MAX_STEP_SIZE, "a step has its place");
_Static_assert(KVM_STEP_OPS <= UC_MAX_KINDS, "every kind of step is counted");
