// SPDX-License-Identifier: GPL-2.0-only
/* Steps that are about no vCPU, and the model after a step. */
#include "rules.h"

bool kvm_can(const struct kvm_facts *facts, const struct kvm_model *model,
	     const struct kvm_step *step)
{
	const struct kvm_vm_model *vm = &model->vm[step->vm];
	const struct kvm_vcpu_model *vcpu = &vm->vcpu[step->vcpu];

	switch ((enum kvm_op)step->op) {
	case DO_NEW_VM:
	case DO_CHECK_SYSTEM:
		return true;
	case DO_CHECK_VM:
	case DO_PREFERRED:
	case DO_ENABLE_MTE:
	case DO_CLOSE_VM:
	case DO_NEW_VCPU:
		return vm->open;
	case DO_MASKS:
		return vm->open && facts->masks;
	case DO_INIT_PREFERRED:
		return vm->open && vcpu->open;
	case DO_RUN:
		return vcpu->open && facts->immediate_exit;
	case DO_SET_REG:
		/* The modes of AArch32 are others. */
		return vcpu->open && !(step->which == REG_PSTATE && vcpu->features & EL1_32BIT);
	default:
		return vcpu->open;
	}
}

/* What it was when the suite looked first, if that was right. */
static void capability_rule(const struct kvm_facts *facts, const struct kvm_step *step,
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

void kvm_vm_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		 const struct kvm_step *step, struct kvm_rule *rule)
{
	const struct kvm_vm_model *vm = &model->vm[step->vm];

	rule->allowed = MAY_OK;
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	switch ((enum kvm_op)step->op) {
	case DO_CHECK_SYSTEM:
	case DO_CHECK_VM:
		rule->requirement = step->op == DO_CHECK_VM ? CAP_VM_FD : CAP_BOOLEAN;
		if (step->which == KVM_FEATURES)
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
		rule->mask = kvm_id_registers[step->which].mask;
		break;
	default:	/* making and closing */
		rule->requirement = STATE_PER_VCPU;
		rule->value_rule = VALUE_FREE;
		if (step->op == DO_NEW_VCPU && vm->vcpu[step->vcpu].made)
			rule->allowed = MAY_EEXIST;
		if (step->op != DO_ENABLE_MTE)
			break;
		/* Before any vCPU is there, or not at all. */
		rule->requirement = FEATURE_32BIT_NOT_MTE;
		if (!facts->mte)
			rule->allowed = MAY_EINVAL;
		for (unsigned int i = 0; i < KVM_VCPUS; i++)
			if (vm->vcpu[i].made)
				rule->allowed = MAY_EINVAL;
	}
}

bool kvm_allows(const struct kvm_rule *rule, int result, uint64_t value)
{
	if (!(rule->allowed & kvm_answer(result)))
		return false;
	if ((result && !rule->always) || rule->value_rule == VALUE_FREE)
		return true;
	return ((value & rule->mask) == (rule->value & rule->mask)) ==
	       (rule->value_rule == VALUE_IS);
}

static void learn(struct kvm_value *what, uint64_t value)
{
	*what = (struct kvm_value){ .known = true, .value = value };
}

/* Accepted: all registers get their initial values, of which some are not known. */
static void follow_init(const struct kvm_facts *facts, struct kvm_vcpu_model *vcpu,
			const struct kvm_step *step, int result)
{
	struct kvm_vcpu_init init;

	vcpu->refused = result != 0;
	vcpu->refused_first |= result && !vcpu->initialised;
	if (result)
		return;
	kvm_init_struct(step, facts->preferred, &init);
	vcpu->initialised = true;
	vcpu->features = step->features;
	vcpu->target = init.target;
	for (unsigned int i = 0; i < KVM_REGISTERS; i++) {
		struct kvm_value *value = &vcpu->registers[i];

		if (i >= REG_KEYS && i != REG_TTBR1) {
			learn(value, i == REG_PSTATE ? kvm_initial_pstate(step->features) : 0);
			continue;
		}
		/* One that was written longer ago may not come back either. */
		value->stale = value->stale || (value->known && value->written);
		value->known = value->written = false;
	}
	vcpu->short_lengths = false;
	learn(&vcpu->mp_state, kvm_initial_mp_state(step->features));
}

static void follow_register(struct kvm_vcpu_model *vcpu, const struct kvm_step *step, int result,
			    uint64_t value)
{
	/* Before KVM_ARM_VCPU_INIT a success would be wrong, and no key counts but the pair's. */
	struct kvm_value *known = &vcpu->registers[step->which];
	bool write = step->op == DO_SET_REG;

	if (result || !vcpu->initialised)
		return;
	/* What was read stays what it was, written or not. */
	if (!write && known->known)
		return;
	learn(known, write ? step->value : value);
	known->written = write;
}

void kvm_follow(const struct kvm_facts *facts, struct kvm_model *model,
		const struct kvm_step *step, int result, uint64_t value)
{
	struct kvm_vm_model *vm = &model->vm[step->vm];
	struct kvm_vcpu_model *vcpu = &vm->vcpu[step->vcpu];

	switch ((enum kvm_op)step->op) {
	case DO_INIT:
	case DO_INIT_PREFERRED:
		follow_init(facts, vcpu, step, result);
		break;
	case DO_RUN:
		vm->ran |= vcpu->initialised;
		break;
	case DO_FINALIZE:
		vcpu->finalized |= !result && !step->which;
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		follow_register(vcpu, step, result, value);
		break;
	case DO_SET_LENGTHS:
		vcpu->short_lengths |= !result && step->which;
		break;
	case DO_SET_MP_STATE:
		vcpu->mp_state.known = false;
		if (vcpu->initialised && !result)
			learn(&vcpu->mp_state, step->which ? KVM_MP_STATE_STOPPED :
							      KVM_MP_STATE_RUNNABLE);
		break;
	case DO_ENABLE_MTE:
		vm->mte |= !result;
		break;
	case DO_NEW_VM:
		*vm = (struct kvm_vm_model){ .made = true, .open = true };
		break;
	case DO_CLOSE_VM:
		vm->open = false;
		break;
	case DO_NEW_VCPU:
		if (!result)
			vcpu->made = vcpu->open = true;
		break;
	case DO_CLOSE_VCPU:
		vcpu->open = false;
		break;
	default:	/* asked only */
		break;
	}
}
