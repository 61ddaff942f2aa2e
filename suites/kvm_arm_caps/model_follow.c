// SPDX-License-Identifier: GPL-2.0-only
/* The model after a step: what the kernel did, as far as the rules remember it. */
#include <string.h>

#include "model.h"

bool kvm_model_allows(const struct kvm_rule *rule, int result, uint64_t value)
{
	if (!(rule->allowed & kvm_model_answer(result)))
		return false;
	if (result && !rule->always)
		return true;
	switch (rule->value_rule) {
	case VALUE_IS:
		return (value & rule->mask) == (rule->value & rule->mask);
	case VALUE_IS_NOT:
		return (value & rule->mask) != (rule->value & rule->mask);
	case VALUE_FREE:
		break;
	}
	return true;
}

static void learn(struct kvm_model_value *what, uint64_t value)
{
	*what = (struct kvm_model_value){ .known = true, .value = value };
}

/* Accepted: all registers get their initial values, of which those of the keys are not known. */
static void follow_init(const struct kvm_facts *facts, struct kvm_model_vm *vm,
			const struct kvm_model_step *step, int result)
{
	struct kvm_model_vcpu *vcpu = &vm->vcpu[step->vcpu];
	struct kvm_call call = kvm_model_call(step);

	vcpu->refused = result != 0;
	vcpu->refused_first |= result && !vm->state.vcpu[step->vcpu].initialised;
	if (result)
		return;
	kvm_oracle_accepted(facts, &vm->state, step->vcpu, OP_INIT, &call);
	for (unsigned int i = 0; i < MODEL_REGISTERS; i++) {
		struct kvm_model_value *value = &vcpu->registers[i];

		if (kvm_model_is_key(i) || i == MODEL_TTBR1) {
			/* One that was written longer ago may not come back either. */
			value->stale = value->stale || (value->known && value->written);
			value->known = value->written = false;
		} else {
			learn(value, kvm_model_initial(i, step->features));
			value->written = false;
		}
	}
	vcpu->short_lengths = false;
	learn(&vcpu->mp_state, step->features & POWER_OFF ? KVM_MP_STATE_STOPPED :
							   KVM_MP_STATE_RUNNABLE);
}

static void follow_register(struct kvm_model_vm *vm, const struct kvm_model_step *step, int result,
			    uint64_t value)
{
	/* Before KVM_ARM_VCPU_INIT a success would be wrong, and no key counts but the pair's. */
	struct kvm_model_value *known = &vm->vcpu[step->vcpu].registers[step->which];
	bool write = step->op == DO_SET_REG;

	if (result || !vm->state.vcpu[step->vcpu].initialised)
		return;
	/* What was found stays what it was, written or not. */
	if (!write && known->known)
		return;
	learn(known, write ? step->value : value);
	known->written = write;
}

static void follow_mp_state(struct kvm_model_vm *vm, const struct kvm_model_step *step, int result)
{
	struct kvm_model_value *known = &vm->vcpu[step->vcpu].mp_state;

	if (step->op != DO_SET_MP_STATE)
		return;
	if (vm->state.vcpu[step->vcpu].initialised && !result)
		learn(known, step->which ? KVM_MP_STATE_STOPPED : KVM_MP_STATE_RUNNABLE);
	else
		known->known = false;
}

void kvm_model_follow(const struct kvm_facts *facts, struct kvm_model *model,
		      const struct kvm_model_step *step, int result, uint64_t value)
{
	struct kvm_model_vm *vm = &model->vm[step->vm];
	struct kvm_model_vcpu *vcpu = &vm->vcpu[step->vcpu];

	switch ((enum kvm_step_op)step->op) {
	case DO_INIT:
		follow_init(facts, vm, step, result);
		break;
	case DO_RUN:
		vm->ran |= vm->state.vcpu[step->vcpu].initialised;
		break;
	case DO_FINALIZE:
		if (!result && !step->which)
			kvm_oracle_accepted(facts, &vm->state, step->vcpu, OP_FINALIZE_SVE, NULL);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		follow_register(vm, step, result, value);
		break;
	case DO_SET_LENGTHS:
		vcpu->short_lengths |= !result && !step->which;
		break;
	case DO_GET_MP_STATE:
	case DO_SET_MP_STATE:
		follow_mp_state(vm, step, result);
		break;
	case DO_NEW_VM:
		*vm = (struct kvm_model_vm){ .made = true, .open = true };
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
