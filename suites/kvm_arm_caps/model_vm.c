// SPDX-License-Identifier: GPL-2.0-only
/* The rules of what is about no vCPU: capabilities, masks, the preferred target, and making. */
#include "model.h"
#include "requirements.h"

/* What it was when the suite looked first, if that was right. */
static void capability_rule(const struct kvm_facts *facts, const struct kvm_model_step *step,
			    struct kvm_rule *rule)
{
	bool address = step->which == KVM_ARM_VCPU_PTRAUTH_ADDRESS;

	rule->value = step->op == DO_CHECK_VM ? facts->vm_cap[step->which] :
						facts->system_cap[step->which];
	if (rule->value > 1)
		rule->value = 1;
	if (!address && step->which != KVM_ARM_VCPU_PTRAUTH_GENERIC)
		return;
	/* Between both kinds of one algorithm, and none, either answer is right. */
	if (facts->host_one_algorithm && !facts->not_vhe)
		rule->value = 1;
	else if (facts->id_registers && !(address ? facts->host_address : facts->host_generic))
		rule->value = 0;
	if (rule->value != (unsigned int)facts->system_cap[step->which])
		rule->requirement = address ? CAP_ADDRESS_ORACLE : CAP_GENERIC_ORACLE;
}

void kvm_model_vm_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		       const struct kvm_model_step *step, struct kvm_rule *rule)
{
	rule->allowed = MAY_OK;
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	switch ((enum kvm_step_op)step->op) {
	case DO_CHECK_SYSTEM:
	case DO_CHECK_VM:
		rule->requirement = step->op == DO_CHECK_VM ? CAP_VM_FD : CAP_BOOLEAN;
		if (step->which == MODEL_CAP_169)
			rule->requirement = CAP_NUMBERS;
		else
			capability_rule(facts, step, rule);
		break;
	case DO_PREFERRED:
		rule->requirement = PREFERRED_TARGET;
		rule->value = facts->preferred;
		break;
	case DO_MASKS:
		rule->requirement = WRITABLE_MASKS;
		rule->mask = step->which ? ISAR2_PAUTH_MASK : ISAR1_PAUTH_MASK;
		break;
	default:	/* making and closing */
		rule->requirement = STATE_PER_VCPU;
		rule->value_rule = VALUE_FREE;
		if (step->op == DO_NEW_VCPU && model->vm[step->vm].vcpu[step->vcpu].made)
			rule->allowed = MAY_EEXIST;
	}
}
