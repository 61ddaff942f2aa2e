// SPDX-License-Identifier: GPL-2.0-only
/* Steps that are about no vCPU, and the model after a step. */
#include <string.h>

#include "guest.h"
#include "rules.h"

unsigned int kvm_legal_sets(const struct kvm_facts *facts, uint32_t sets[KVM_LEGAL_SETS])
{
	static const struct kvm_vm_model untouched;
	unsigned int count = 1;
	uint32_t all = 0;

	sets[0] = 0;
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		struct kvm_step one = { .features = kvm_with_needed(BIT(i)) }, more;

		/* The two that go together are one set. */
		if (kvm_both_caps(facts) && BIT(i) & BOTH)
			one.features = BIT(i) == ADDRESS ? BOTH : 0;
		if (!one.features || kvm_init_answers(facts, &untouched, 0, &one) != MAY_OK)
			continue;
		sets[count++] = one.features;
		more = (struct kvm_step){ .features = one.features | all };
		/* AArch32 leaves no room for most others. */
		if (!(one.features & EL1_32BIT) && kvm_init_answers(facts, &untouched, 0, &more) == MAY_OK)
			all |= one.features;
	}
	sets[count] = all;
	return count + (all && all != sets[count - 1]);
}

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
	case DO_FILTER:
	case DO_ENABLE_IMP_ID:
		return vm->open;
	case DO_EXEC:
	case DO_READ:
	case DO_WRITE:
		/* An AArch32 guest would execute something else, and one that is off nothing. */
		return vcpu->open && vcpu->booted && !(vcpu->features & EL1_32BIT) &&
		       vcpu->mp_state.value == KVM_MP_STATE_RUNNABLE;
	case DO_BOOT:
		return vcpu->open && vm->open;
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
		rule->mask = ~0ULL;
		if (!kvm_register_of(step->id, step->shift, step->bits) ||
		    kvm_register_of(step->id, step->shift, step->bits)->features != BOTH)
			rule->value_rule = VALUE_FREE;
		break;
	default:	/* making and closing */
		rule->requirement = STATE_PER_VCPU;
		rule->value_rule = VALUE_FREE;
		if (step->op == DO_NEW_VCPU && vm->vcpu[step->vcpu].made)
			rule->allowed = MAY_EEXIST;
		if (step->op == DO_FILTER || step->op == DO_ENABLE_IMP_ID)
			rule->allowed = MAY_ANYTHING;
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
	vcpu->short_lengths = vcpu->booted = false;
	learn(&vcpu->mp_state, kvm_initial_mp_state(step->features));
}

static void follow_register(struct kvm_vcpu_model *vcpu, const struct kvm_step *step, int result,
			    uint64_t value)
{
	/* Before KVM_ARM_VCPU_INIT a success would be wrong, and no key counts but the pair's. */
	const struct kvm_register *named = kvm_register_of(step->id, step->shift, step->bits);
	bool write = step->op == DO_SET_REG;
	struct kvm_value *known;

	if (result || !vcpu->initialised)
		return;
	/* What the guest's code needs may be gone. */
	if (write && !step->bits && !(kvm_features_of_register(step->id) & BOTH))
		vcpu->booted = false;
	if (!named || named >= &kvm_registers[KVM_REGISTERS])
		return;
	known = &vcpu->registers[named - kvm_registers];
	/* What was read stays what it was, written or not. */
	if (!write && known->known)
		return;
	learn(known, write ? step->arguments[0] : value);
	known->written = write;
}

static bool keeps_keys(const struct kvm_step *step)
{
	return step->op == DO_BOOT || step->op == DO_READ || step->op == DO_SET_EVENTS ||
	       (step->op == DO_EXEC && strcmp(kvm_operation_name(step->operations[0] - 1), "WRITE_KEYS"));
}

/* What a guest, a migration or an exception does to registers is not followed. */
static void follow_guest(struct kvm_vm_model *vm, struct kvm_vcpu_model *vcpu,
			 const struct kvm_step *step)
{
	if (!vcpu->initialised)
		return;
	/* Keys stay but where it, or a migration, writes them. */
	for (unsigned int i = keeps_keys(step) ? REG_KEYS : 0; i < KVM_REGISTERS; i++)
		vcpu->registers[i] = (struct kvm_value){ 0 };
	/* PSCI's calls are about the others. */
	for (unsigned int i = 0; i < KVM_VCPUS && step->op == DO_EXEC; i++) {
		if (!(vm->vcpu[i].features & POWER_OFF))
			continue;
		memset(vm->vcpu[i].registers, 0, sizeof(vm->vcpu[i].registers));
		vm->vcpu[i].mp_state.known = false;
	}
	vm->ran |= step->op != DO_BOOT && step->op != DO_RESTORE && step->op != DO_SET_EVENTS;
	if (step->op == DO_RESTORE || step->op == DO_SET_EVENTS)
		vcpu->booted = false;
	if (step->op != DO_BOOT)
		return;
	vcpu->booted = true;
	vcpu->enables = !step->which;
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
	case DO_SET_EVENTS:
	case DO_BOOT:
	case DO_EXEC:
	case DO_READ:
	case DO_WRITE:
	case DO_CONTINUE:
	case DO_RESTORE:
		follow_guest(vm, vcpu, step);
		break;
	case DO_SET_LENGTHS:
		vcpu->short_lengths |= !result && step->which;
		break;
	case DO_SET_MP_STATE:
		vcpu->mp_state.known = false;
		if (vcpu->initialised && !result)
			learn(&vcpu->mp_state, kvm_mp_states[step->which]);
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
