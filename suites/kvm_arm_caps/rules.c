// SPDX-License-Identifier: GPL-2.0-only
/* What the documents allow. One paragraph of api.rst 4.82, 4.10, 4.68 or 4.119 is one function here. */
#include "guest.h"
#include "rules.h"

static uint32_t target_number(const struct kvm_facts *facts, const struct kvm_step *step)
{
	struct kvm_vcpu_init init;

	kvm_init_struct(step, facts->preferred, &init);
	return init.target;
}

static bool unreadable(const struct kvm_step *step)
{
	return step->pointer == UNMAPPED || step->pointer == ONE_BYTE_SHORT;
}

/* ENOENT: a features bit specified is unknown. In seven words, of which six are all unknown. */
static bool has_unknown_bit(const struct kvm_facts *facts, const struct kvm_step *step)
{
	struct kvm_vcpu_init init;

	kvm_init_struct(step, facts->preferred, &init);
	for (unsigned int word = 1; word < KVM_FEATURE_WORDS; word++)
		if (init.features[word])
			return true;
	return init.features[0] & ~facts->known;
}

/* The first relation between two features that the set breaks, or NULL. */
static const struct kvm_relation *broken_relation(uint32_t set)
{
	for (unsigned int i = 0; i < kvm_relation_count; i++) {
		const struct kvm_relation *relation = &kvm_relations[i];

		if (set & relation->one && !(set & relation->other) != relation->excludes)
			return relation;
	}
	return NULL;
}

/*
 * If both capabilities are present, then both must be requested or neither.
 * Each depends on its own; with one capability alone that is the whole rule.
 */
static bool torn_pair(const struct kvm_facts *facts, uint32_t set)
{
	return kvm_both_caps(facts) && !(set & ADDRESS) != !(set & GENERIC);
}

static bool not_with_mte(uint32_t set)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (set & BIT(i) && kvm_features[i].not_with_mte)
			return true;
	return false;
}

/* What may be together with what is not written down for some. */
static bool left_open(uint32_t set)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (set & BIT(i) && set & kvm_features[i].open_with)
			return true;
	return false;
}

/*
 * Whether another vCPU of the VM was given another set: not written down either. POWER_OFF is how
 * one vCPU runs and the others wait for it.
 */
static bool siblings_differ(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
			    unsigned int index, const struct kvm_step *step)
{
	for (unsigned int i = 0; i < KVM_VCPUS; i++)
		if (i != index && vm->vcpu[i].initialised &&
		    ((vm->vcpu[i].features ^ step->features) & ~POWER_OFF ||
		     vm->vcpu[i].target != target_number(facts, step)))
			return true;
	return false;
}

uint32_t kvm_init_answers(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
			  unsigned int index, const struct kvm_step *step)
{
	const struct kvm_vcpu_model *vcpu = &vm->vcpu[index];
	const uint32_t set = step->features;
	uint32_t open = 0;

	if (unreadable(step))
		return MAY_EFAULT;
	/* 6 and 7 have never been given to a CPU. */
	if (step->target == UNKNOWN_TARGET || step->target == WIDE_TARGET ||
	    target_number(facts, step) == 6 || target_number(facts, step) == 7)
		return MAY_EINVAL;
	/* Which targets there are beside the preferred one is the kernel's to say. */
	if (target_number(facts, step) != facts->preferred && !vcpu->initialised)
		open |= MAY_EINVAL;
	if (has_unknown_bit(facts, step))
		/* The order is known for a first call only. */
		return MAY_ENOENT | open | (vcpu->initialised ? MAY_EINVAL : 0);
	/* A kernel that is younger than this suite, or one to which a bit means something else. */
	if (set & (~ALL_FEATURES | facts->elsewhere))
		return MAY_OK | MAY_FAIL;
	if (set & ~facts->supported || torn_pair(facts, set) || broken_relation(set) ||
	    (vm->mte && not_with_mte(set)))
		return MAY_EINVAL;
	if (vcpu->initialised)
		return vcpu->features == set && vcpu->target == target_number(facts, step) ?
		       MAY_OK : MAY_EINVAL;
	if (left_open(set) || siblings_differ(facts, vm, index, step))
		open |= MAY_EINVAL;
	return MAY_OK | open;
}

/* Which clause a KVM_ARM_VCPU_INIT is about, by the first thing that is special in it. */
static enum kvm_requirement init_requirement(const struct kvm_facts *facts,
					     const struct kvm_vm_model *vm,
					     const struct kvm_vcpu_model *vcpu,
					     const struct kvm_step *step)
{
	const struct kvm_relation *relation = broken_relation(step->features);
	uint32_t missing = step->features & facts->known & ~facts->supported;
	uint32_t pair = step->features & BOTH;

	if (unreadable(step))
		return ERRNO_POINTER;
	if (step->target != PREFERRED && step->target != GENERIC_V8)
		return ERRNO_TARGET;
	if (step->extra_bit || step->features & ~facts->known)
		return ERRNO_UNKNOWN_BIT;
	if (relation && !relation->excludes)
		return relation->requirement;
	if (missing & ADDRESS)
		return PAIRING_ADDRESS_NEEDS_CAP;
	if (missing & GENERIC)
		return PAIRING_GENERIC_NEEDS_CAP;
	if (missing)
		return ERRNO_UNSUPPORTED_BIT;
	if (pair && pair != BOTH)
		return kvm_both_caps(facts) ? PAIRING_NOT_ONE : PAIRING_ONE_SIDED;
	if (relation)
		return relation->requirement;
	if (vm->mte && not_with_mte(step->features))
		return FEATURE_32BIT_NOT_MTE;
	if (vcpu->initialised)
		return vcpu->features == step->features ? STATE_SAME_SET : STATE_ANOTHER_SET;
	return pair ? PAIRING_BOTH : step->features ? FEATURE_COMBINATIONS : PAIRING_NEITHER;
}

/*
 * The document says EINVAL to any other set and target. Released kernels stopped to insist on
 * POWER_OFF and on the target (6.5, 6.6); the rows STATE_ANOTHER_* hold them to it. Here that
 * would be found over and over, and hide the rest.
 */
static bool tolerated(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
		      const struct kvm_step *step)
{
	const struct kvm_vcpu_model *vcpu = &vm->vcpu[step->vcpu];
	struct kvm_vm_model first = *vm;

	if (!vcpu->initialised || (vcpu->features ^ step->features) & ~POWER_OFF)
		return false;
	/* Nothing else may stand in the way: the same call would do as a first one. */
	first.vcpu[step->vcpu].initialised = false;
	return kvm_init_answers(facts, &first, step->vcpu, step) & MAY_OK;
}

static void init_rule(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
		      const struct kvm_step *step, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = &vm->vcpu[step->vcpu];

	rule->allowed = kvm_init_answers(facts, vm, step->vcpu, step);
	rule->requirement = step->op == DO_INIT_PREFERRED && !vcpu->initialised ?
			    PREFERRED_TARGET : init_requirement(facts, vm, vcpu, step);
	if (rule->allowed == MAY_EINVAL && tolerated(facts, vm, step)) {
		rule->allowed |= MAY_OK;
		rule->note = "another POWER_OFF or target than the first was accepted";
	}
	/* The value is whether the struct was written to. */
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	rule->always = true;
}

/* The rule that there is for every register and field, by the features that bring it. */
static bool absent_rule(const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
			struct kvm_rule *rule)
{
	const uint32_t features = kvm_features_of_register(step->id);

	rule->requirement = STATE_REGISTERS_BEFORE_INIT;
	rule->allowed = MAY_FAIL;
	/* api.rst 4.68 asks not to rely on a specific error. */
	if (!vcpu->initialised)
		return true;
	if (!(features & ~vcpu->features))
		return false;
	rule->requirement = features & BOTH ? KEYS_ABSENT : REGISTERS_EXACT;
	rule->allowed = features & BOTH ? MAY_ENOENT : MAY_FAIL;
	/* What is left of the pair is for a kernel with one capability alone to say. */
	if (features & BOTH && vcpu->features & BOTH)
		rule->allowed = MAY_OK | MAY_ENOENT;
	return true;
}

/* A field that shows a feature: what the host has with it, 0 without. */
static void field_rule(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
		       const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
		       const struct kvm_register *field, struct kvm_rule *rule)
{
	const uint32_t features = field->features;
	const bool pair = features == BOTH, there = !(features & ~vcpu->features);

	rule->requirement = !pair ? ID_FIELDS : there ? ISAR_HOST : ISAR_ZERO;
	rule->allowed = MAY_OK;
	/* One of two features: the document does not say what is shown. */
	if (pair && !there && vcpu->features & BOTH)
		rule->allowed = step->op == DO_GET_REG ? MAY_OK : MAY_ANYTHING;
	else if (!there || (pair && facts->id_registers))
		rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	for (unsigned int i = 0; i < KVM_ID_REGISTERS; i++)
		if (there && step->id == kvm_id_registers[i])
			rule->value = facts->id_register[i] >> field->shift & ((1u << field->bits) - 1);
	if (step->op == DO_GET_REG)
		return;
	rule->requirement = pair ? ISAR_IMMUTABLE : ID_FIELDS;
	if (!pair || rule->value_rule == VALUE_FREE)
		rule->allowed = MAY_ANYTHING;
	else if (step->arguments[0] != rule->value)
		rule->allowed = MAY_EINVAL | (vm->ran ? MAY_EBUSY : 0);
	rule->value_rule = VALUE_FREE;
}

/* One whose value is followed: kvm_registers[index]. */
static void value_rule(const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
		       unsigned int index, struct kvm_rule *rule)
{
	const struct kvm_value *value = &vcpu->registers[index];
	const bool key = index < REG_KEYS;

	rule->allowed = MAY_OK;
	if (index == REG_V31 && vcpu->features & SVE) {
		/* api.rst 4.68: "These encodings are not accepted for SVE-enabled vcpus". */
		rule->requirement = REGISTERS_EXACT;
		rule->allowed = MAY_FAIL;
		return;
	}
	rule->requirement = key ? KEYS_WRITABLE :
			    vcpu->refused ? STATE_REFUSED_CHANGES_NOTHING : STATE_PER_VCPU;
	/* Which modes there are is for rows to say. */
	if (step->op != DO_GET_REG && index == REG_PSTATE)
		rule->allowed = MAY_ANYTHING;
	if (step->op != DO_GET_REG || !(value->known || value->stale))
		return;
	rule->value_rule = value->known ? VALUE_IS : VALUE_IS_NOT;
	/* An AArch32 guest has the lower halves. */
	rule->mask = vcpu->features & EL1_32BIT ? UINT32_MAX : ~0ULL;
	rule->value = value->value;
	if (value->stale)
		rule->requirement = key ? KEYS_RESET : STATE_RESET;
	else if (!key && !value->written)
		rule->requirement = index == REG_PSTATE && vcpu->features & EL1_32BIT ?
				    FEATURE_EL1_32BIT : STATE_RESET;
}

static void register_rule(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
			  const struct kvm_step *step, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = &vm->vcpu[step->vcpu];
	const struct kvm_register *named = kvm_register_of(step->id, step->shift, step->bits);
	const unsigned int index = named ? named - kvm_registers : KVM_REGISTERS;

	if (absent_rule(vcpu, step, rule))
		return;
	if (index < KVM_REGISTERS)
		value_rule(vcpu, step, index, rule);
	else if (named && named->features)
		field_rule(facts, vm, vcpu, step, named, rule);
	else
		rule->allowed = MAY_ANYTHING;
}

static bool to_finalize(const struct kvm_vcpu_model *vcpu)
{
	return vcpu->initialised && vcpu->features & kvm_finalized_features() && !vcpu->finalized;
}

static void list_rule(const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
		      struct kvm_rule *rule)
{
	const uint32_t pair = vcpu->features & BOTH;

	rule->allowed = !vcpu->initialised ? MAY_ENOEXEC : to_finalize(vcpu) ? MAY_EPERM : MAY_OK;
	rule->requirement = vcpu->initialised && vcpu->features & SVE ? SVE_FINALIZE :
								       STATE_REGISTERS_BEFORE_INIT;
	if (rule->allowed != MAY_OK)
		return;
	/* The value is how many key registers are listed; without room n; with too little, how wrong n is. */
	rule->mask = ~0ULL;
	rule->value_rule = VALUE_IS;
	rule->requirement = REG_LIST_SIZE;
	if (step->which == ROOM_NONE || step->which == ROOM_SHORT) {
		rule->allowed = MAY_E2BIG;
		rule->always = true;
		if (step->which == ROOM_NONE)
			rule->value_rule = VALUE_IS_NOT;
		return;
	}
	if (step->which == ROOM_PLENTY)
		rule->requirement = pair == BOTH ? KEYS_PRESENT : KEYS_ABSENT;
	rule->value = pair == BOTH ? REG_KEYS : 0;
	if (pair && pair != BOTH)
		rule->value_rule = VALUE_FREE;
}

/* KVM_RUN: ENOEXEC before INIT, EPERM before SVE is finalized. */
static void run_rule(const struct kvm_vcpu_model *vcpu, struct kvm_rule *rule)
{
	rule->requirement = vcpu->features & SVE ? SVE_FINALIZE : STATE_RUN_BEFORE_INIT;
	rule->allowed = !vcpu->initialised ? MAY_ENOEXEC : to_finalize(vcpu) ? MAY_EPERM :
			vcpu->features & kvm_device_features() ? MAY_ANYTHING : MAY_EINTR;
}

static void finalize_rule(const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
			  struct kvm_rule *rule)
{
	rule->requirement = vcpu->initialised ? SVE_FINALIZE_ERRORS : STATE_FINALIZE_BEFORE_INIT;
	if (!vcpu->initialised)
		rule->allowed = MAY_ENOEXEC;
	else if (step->which)
		rule->allowed = MAY_EINVAL;
	/* "Not enabled" is EPERM, "not present" is EINVAL: it is both. */
	else if (!(vcpu->features & SVE))
		rule->allowed = MAY_EPERM | MAY_EINVAL;
	else
		rule->allowed = vcpu->finalized ? MAY_EPERM : MAY_OK;
}

static void lengths_rule(const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
			 struct kvm_rule *rule)
{
	const bool set = step->op == DO_SET_LENGTHS;

	rule->requirement = vcpu->initialised ? SVE_LENGTHS : STATE_REGISTERS_BEFORE_INIT;
	rule->allowed = vcpu->initialised && vcpu->features & SVE && !(set && vcpu->finalized) ?
			MAY_OK : MAY_FAIL;
	if (set || !vcpu->short_lengths)
		return;
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	rule->value = 1;
}

static void mp_state_rule(const struct kvm_vcpu_model *vcpu, const struct kvm_step *step,
			  struct kvm_rule *rule)
{
	rule->requirement = FEATURE_POWER_OFF;
	/* What these do before KVM_ARM_VCPU_INIT is not written down. */
	rule->allowed = vcpu->initialised && step->which < 2 ? MAY_OK : MAY_ANYTHING;
	if (step->op != DO_GET_MP_STATE || !vcpu->mp_state.known)
		return;
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	rule->value = vcpu->mp_state.value;
}

static void guest_rule(const struct kvm_facts *facts, const struct kvm_vcpu_model *vcpu,
		       const struct kvm_step *step, struct kvm_rule *rule)
{
	const uint32_t features = kvm_features_of_register(step->id);

	/* Where it is not said that the guest can run. */
	rule->requirement = GUEST_ADDRESS;
	rule->allowed = MAY_ANYTHING;
	if (!vcpu->booted || to_finalize(vcpu) || step->op == DO_BOOT ||
	    vcpu->features & (kvm_device_features() | EL1_32BIT | POWER_OFF))
		return;
	if (step->op != DO_EXEC && features & BOTH && vcpu->features & BOTH)
		return;
	if (step->op != DO_EXEC) {
		rule->requirement = features & BOTH ? GUEST_NO_KEYS : GUEST_OTHERS;
		rule->allowed = features & ~vcpu->features ? MAY_UNDEF : MAY_ANYTHING;
		return;
	}
	if (step->operations[1])
		return;
	rule->allowed = kvm_operation_answers(step->operations[0] - 1, vcpu->features,
					      vcpu->enables, kvm_both_caps(facts));
	if (rule->allowed == MAY_UNDEF)
		rule->requirement = GUEST_NO_ADDRESS;
}

static void plain_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		       const struct kvm_step *step, struct kvm_rule *rule)
{
	const struct kvm_vm_model *vm = &model->vm[step->vm];
	const struct kvm_vcpu_model *vcpu = &vm->vcpu[step->vcpu];

	*rule = (struct kvm_rule){ .value_rule = VALUE_FREE };
	switch ((enum kvm_op)step->op) {
	case DO_INIT:
	case DO_INIT_PREFERRED:
		init_rule(facts, vm, step, rule);
		break;
	case DO_RUN:
		run_rule(vcpu, rule);
		break;
	case DO_FINALIZE:
		finalize_rule(vcpu, step, rule);
		break;
	case DO_GET_LENGTHS:
	case DO_SET_LENGTHS:
		lengths_rule(vcpu, step, rule);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		register_rule(facts, vm, step, rule);
		break;
	case DO_GET_EVENTS:
	case DO_SET_EVENTS:
		rule->requirement = STATE_EVENTS_BEFORE_INIT;
		rule->allowed = vcpu->initialised ? MAY_ANYTHING : MAY_ENOEXEC;
		break;
	case DO_BOOT:
	case DO_EXEC:
	case DO_READ:
	case DO_WRITE:
		guest_rule(facts, vcpu, step, rule);
		break;
	case DO_PMU:
	case DO_CONTINUE:
	case DO_SAVE:
	case DO_RESTORE:
		rule->requirement = STATE_PER_VCPU;
		rule->allowed = MAY_ANYTHING;
		break;
	case DO_REG_LIST:
		list_rule(vcpu, step, rule);
		break;
	case DO_GET_MP_STATE:
	case DO_SET_MP_STATE:
		mp_state_rule(vcpu, step, rule);
		break;
	default:
		kvm_vm_rule(facts, model, step, rule);
	}
}

void kvm_rule_of(const struct kvm_facts *facts, const struct kvm_model *model,
		 const struct kvm_step *step, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpus = model->vm[step->vm].vcpu;

	plain_rule(facts, model, step, rule);
	rule->direct = rule->requirement;
	/* What is not about a vCPU has nothing to do with what happened to one. */
	if (step->op >= DO_CHECK_SYSTEM)
		return;
	/* As if it had never been made: whatever is wrong after a refused first call may be its doing. */
	for (unsigned int i = 0; i < KVM_VCPUS; i++) {
		if (!vcpus[i].refused_first)
			continue;
		rule->consequence = true;
		rule->requirement = STATE_PER_VCPU;
	}
	if (vcpus[step->vcpu].refused_first)
		rule->requirement = STATE_AFTER_REJECTION;
}
