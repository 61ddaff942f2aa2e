// SPDX-License-Identifier: GPL-2.0-only
/* What the documents allow. One paragraph of api.rst 4.10, 4.68 or 4.119 is one function here. */
#include "guest.h"
#include "rules.h"

struct kvm_case kvm_case_of(const struct kvm_facts *facts, struct kvm_model *model,
			    const struct kvm_step *step)
{
	struct kvm_vm_model *vm = &model->vm[step->vm];

	return (struct kvm_case){ .facts = facts, .vm = vm, .vcpu = &vm->vcpu[step->vcpu], .step = step };
}

bool kvm_can(const struct kvm_facts *facts, struct kvm_model *model, const struct kvm_step *step)
{
	static const unsigned char all_needs[] = {
#define OP(word, weight, needs, ...)	needs,
#include "ops.inc"
	};
	const struct kvm_case of = kvm_case_of(facts, model, step);
	const unsigned int needs = all_needs[step->op];

	if ((needs & ON_VM && !of.vm->open) || (needs & ON_VCPU && !of.vcpu->open))
		return false;
	/* An AArch32 guest would execute something else, and one that is off nothing. */
	if (needs & IN_GUEST && !(of.vcpu->booted && !(of.vcpu->features & EL1_32BIT) &&
				  of.vcpu->mp_state.value == KVM_MP_STATE_RUNNABLE))
		return false;
	return step->op == DO_MASKS ? facts->masks : step->op == DO_RUN ? facts->immediate_exit : true;
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
static void field_rule(const struct kvm_case *of, const struct kvm_register *field, struct kvm_rule *rule)
{
	const struct kvm_step *step = of->step;
	const struct kvm_facts *facts = of->facts;
	const struct kvm_vcpu_model *vcpu = of->vcpu;
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
		rule->allowed = MAY_EINVAL | (of->vm->ran ? MAY_EBUSY : 0);
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

static void register_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_step *step = of->step;
	const struct kvm_register *named = kvm_register_of(step->id, step->shift, step->bits);
	const unsigned int index = named ? named - kvm_registers : KVM_REGISTERS;

	if (absent_rule(of->vcpu, step, rule))
		return;
	if (index < KVM_REGISTERS)
		value_rule(of->vcpu, step, index, rule);
	else if (named && named->features)
		field_rule(of, named, rule);
	else
		rule->allowed = MAY_ANYTHING;
}

/* With the answer comes this value. */
static void must_read(struct kvm_rule *rule, uint64_t value)
{
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	rule->value = value;
}

static bool to_finalize(const struct kvm_vcpu_model *vcpu)
{
	return vcpu->initialised && vcpu->features & kvm_features_that(FINALIZED) && !vcpu->finalized;
}

static void list_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = of->vcpu;
	const uint32_t pair = vcpu->features & BOTH;

	rule->allowed = !vcpu->initialised ? MAY_ENOEXEC : to_finalize(vcpu) ? MAY_EPERM : MAY_OK;
	rule->requirement = vcpu->initialised && vcpu->features & SVE ? SVE_FINALIZE :
								       STATE_REGISTERS_BEFORE_INIT;
	if (rule->allowed != MAY_OK)
		return;
	/* The value is how many key registers are listed; without room n; with too little, how wrong n is. */
	must_read(rule, pair == BOTH ? REG_KEYS : 0);
	rule->requirement = REG_LIST_SIZE;
	if (of->step->which == ROOM_NONE || of->step->which == ROOM_SHORT) {
		rule->allowed = MAY_E2BIG;
		rule->always = true;
		rule->value = 0;
		if (of->step->which == ROOM_NONE)
			rule->value_rule = VALUE_IS_NOT;
		return;
	}
	if (of->step->which == ROOM_PLENTY)
		rule->requirement = pair == BOTH ? KEYS_PRESENT : KEYS_ABSENT;
	if (pair && pair != BOTH)
		rule->value_rule = VALUE_FREE;
}

/* KVM_RUN: ENOEXEC before INIT, EPERM before SVE is finalized. */
static void run_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = of->vcpu;

	rule->requirement = vcpu->features & SVE ? SVE_FINALIZE : STATE_RUN_BEFORE_INIT;
	rule->allowed = !vcpu->initialised ? MAY_ENOEXEC : to_finalize(vcpu) ? MAY_EPERM :
			vcpu->features & kvm_features_that(NEEDS_DEVICES) ? MAY_ANYTHING : MAY_EINTR;
}

static void finalize_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = of->vcpu;
	rule->requirement = vcpu->initialised ? SVE_FINALIZE_ERRORS : STATE_FINALIZE_BEFORE_INIT;
	if (!vcpu->initialised)
		rule->allowed = MAY_ENOEXEC;
	else if (of->step->which)
		rule->allowed = MAY_EINVAL;
	/* "Not enabled" is EPERM, "not present" is EINVAL: it is both. */
	else if (!(vcpu->features & SVE))
		rule->allowed = MAY_EPERM | MAY_EINVAL;
	else
		rule->allowed = vcpu->finalized ? MAY_EPERM : MAY_OK;
}

static void lengths_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = of->vcpu;
	const bool set = of->step->op == DO_SET_LENGTHS;

	rule->requirement = vcpu->initialised ? SVE_LENGTHS : STATE_REGISTERS_BEFORE_INIT;
	rule->allowed = vcpu->initialised && vcpu->features & SVE && !(set && vcpu->finalized) ?
			MAY_OK : MAY_FAIL;
	if (set || !vcpu->short_lengths)
		return;
	must_read(rule, 1);
}

static void mp_state_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_vcpu_model *vcpu = of->vcpu;
	rule->requirement = FEATURE_POWER_OFF;
	/* What these do before KVM_ARM_VCPU_INIT is not written down. */
	rule->allowed = vcpu->initialised && of->step->which < 2 ? MAY_OK : MAY_ANYTHING;
	if (of->step->op != DO_GET_MP_STATE || !vcpu->mp_state.known)
		return;
	must_read(rule, vcpu->mp_state.value);
}

static void guest_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_step *step = of->step;
	const struct kvm_vcpu_model *vcpu = of->vcpu;
	const uint32_t features = kvm_features_of_register(step->id);

	/* Where it is not said that the guest can run. */
	rule->requirement = GUEST_ADDRESS;
	rule->allowed = MAY_ANYTHING;
	if (!vcpu->booted || to_finalize(vcpu) || step->op == DO_BOOT ||
	    vcpu->features & (kvm_features_that(NEEDS_DEVICES) | EL1_32BIT | POWER_OFF))
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
					      vcpu->enables, kvm_both_caps(of->facts));
	if (rule->allowed == MAY_UNDEF)
		rule->requirement = GUEST_NO_ADDRESS;
}

/* What happens to a vCPU is nobody else's, and that is all that is said of these. */
static void any_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	(void)of;
	rule->requirement = STATE_PER_VCPU;
	rule->allowed = MAY_ANYTHING;
}

static void events_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	rule->requirement = STATE_EVENTS_BEFORE_INIT;
	rule->allowed = of->vcpu->initialised ? MAY_ANYTHING : MAY_ENOEXEC;
}

/* What it was when the suite looked first, if that was right. */
static void capability_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_facts *facts = of->facts;
	const struct kvm_step *step = of->step;
	bool address = step->which == KVM_ARM_VCPU_PTRAUTH_ADDRESS;

	rule->allowed = MAY_OK;
	rule->requirement = step->which == KVM_FEATURES ? CAP_NUMBERS : step->op == DO_CHECK_VM ? CAP_VM_FD : CAP_BOOLEAN;
	must_read(rule, 0);
	if (step->which == KVM_FEATURES)
		return;
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

static void preferred_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	rule->requirement = PREFERRED_TARGET;
	rule->allowed = MAY_OK;
	must_read(rule, of->facts->preferred);
}

static void masks_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	const struct kvm_register *named = kvm_register_of(of->step->id, of->step->shift, of->step->bits);

	rule->requirement = WRITABLE_MASKS;
	rule->allowed = MAY_OK;
	if (named && named->features == BOTH)
		must_read(rule, 0);
}

/* MTE before any vCPU is there, or not at all. */
static void enable_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	any_rule(of, rule);
	if (of->step->which != ENABLE_MTE)
		return;
	rule->requirement = FEATURE_32BIT_NOT_MTE;
	rule->allowed = of->facts->mte ? MAY_OK : MAY_EINVAL;
	for (unsigned int i = 0; i < KVM_VCPUS; i++)
		if (of->vm->vcpu[i].made)
			rule->allowed = MAY_EINVAL;
}

/* Making and closing. */
static void made_rule(const struct kvm_case *of, struct kvm_rule *rule)
{
	rule->requirement = STATE_PER_VCPU;
	rule->allowed = of->step->op == DO_NEW_VCPU && of->vcpu->made ? MAY_EEXIST : MAY_OK;
}

void kvm_rule_of(const struct kvm_facts *facts, struct kvm_model *model,
		 const struct kvm_step *step, struct kvm_rule *rule)
{
	static void (*const rules[])(const struct kvm_case *, struct kvm_rule *) = {
#define OP(word, weight, needs, call, text, object, rule, follow)	rule,
#include "ops.inc"
	};
	const struct kvm_case of = kvm_case_of(facts, model, step);
	const struct kvm_vcpu_model *vcpus = of.vm->vcpu;

	*rule = (struct kvm_rule){ .value_rule = VALUE_FREE };
	rules[step->op](&of, rule);
	rule->direct = rule->requirement;
	/* What is not about a vCPU has nothing to do with what happened to one. */
	if (!KVM_ABOUT_VCPU(step->op))
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
