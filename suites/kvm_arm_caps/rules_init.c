// SPDX-License-Identifier: GPL-2.0-only
/* What the documents allow to KVM_ARM_VCPU_INIT: one paragraph of api.rst 4.82 is one function here. */
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
	if (step->target == UNKNOWN_TARGET || step->target == WIDE_TARGET)
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
	    (vm->mte && set & kvm_features_that(NOT_WITH_MTE)))
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
	if (vm->mte && step->features & kvm_features_that(NOT_WITH_MTE))
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

void kvm_init_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_step *step = of->step;
	const struct kvm_facts *facts = of->facts;
	const struct kvm_vm_model *vm = of->vm;
	const struct kvm_vcpu_model *vcpu = of->vcpu;

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
