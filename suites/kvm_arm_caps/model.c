// SPDX-License-Identifier: GPL-2.0-only
/* The rules that need a memory. Each function is one kind of step. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "marks.h"
#include "model.h"
#include "requirements.h"

const int kvm_finalizable[MODEL_FINALIZABLE] = {
	KVM_ARM_VCPU_SVE, KVM_ARM_VCPU_PSCI_0_2, KVM_ARM_VCPU_PTRAUTH_ADDRESS, -1,
};

const struct kvm_model_answer_name kvm_model_answers[] = {
	{ 0, "0", MAY_OK }, { EINVAL, "EINVAL", MAY_EINVAL }, { ENOENT, "ENOENT", MAY_ENOENT },
	{ EFAULT, "EFAULT", MAY_EFAULT }, { ENOEXEC, "ENOEXEC", MAY_ENOEXEC },
	{ EPERM, "EPERM", MAY_EPERM }, { EINTR, "EINTR", MAY_EINTR }, { EBUSY, "EBUSY", MAY_EBUSY },
	{ EEXIST, "EEXIST", MAY_EEXIST }, { E2BIG, "E2BIG", MAY_E2BIG },
};
const unsigned int kvm_model_answer_count = UC_ARRAY_SIZE(kvm_model_answers);

uint32_t kvm_model_answer(int result)
{
	for (unsigned int i = 0; i < kvm_model_answer_count; i++)
		if (result == -kvm_model_answers[i].error)
			return kvm_model_answers[i].set;
	return MAY_OTHER;
}

struct kvm_model_register kvm_model_register(unsigned int which)
{
	static const struct kvm_model_register others[] = {
		{ "sp", KVM_REG_X0 + 62 },
		{ "pc", KVM_REG_PC },
		{ "v31", KVM_REG_V0 + 31 * 4 },
		{ "pstate", KVM_REG_PSTATE },
		{ "fpcr", KVM_REG_FPCR },
		{ "TTBR1_EL1", KVM_REG_TTBR1 },
	};
	static char name[8];

	if (kvm_model_is_key(which))
		return (struct kvm_model_register){ kvm_key_registers[which].name,
						    kvm_key_registers[which].id };
	if (which >= MODEL_SP)
		return others[which - MODEL_SP];
	snprintf(name, sizeof(name), "x%u", (which - MODEL_X0) % 31);
	return (struct kvm_model_register){ name, KVM_REG_X0 + 2 * (which - MODEL_X0) };
}

uint64_t kvm_model_initial(unsigned int which, uint32_t features)
{
	if (which != MODEL_PSTATE)
		return 0;
	return features & EL1_32BIT ? PSTATE_SVC : features & HAS_EL2 ? PSTATE_EL2 : PSTATE_EL1;
}

struct kvm_call kvm_model_call(const struct kvm_model_step *step)
{
	return (struct kvm_call){ .target = step->target, .pointer = step->pointer,
				  .features = step->features, .extra_bit = step->extra_bit };
}

bool kvm_model_can(const struct kvm_facts *facts, const struct kvm_model *model,
		   const struct kvm_model_step *step)
{
	const struct kvm_model_vm *vm = &model->vm[step->vm];

	switch ((enum kvm_step_op)step->op) {
	case DO_NEW_VM:
	case DO_CHECK_SYSTEM:
		return true;
	case DO_CHECK_VM:
	case DO_PREFERRED:
	case DO_CLOSE_VM:
	case DO_NEW_VCPU:
		return vm->open;
	case DO_MASKS:
		return vm->open && facts->masks;
	case DO_RUN:
		return vm->vcpu[step->vcpu].open && facts->immediate_exit;
	case DO_SET_REG:
		/* The modes of AArch32 are others. */
		if (step->which == MODEL_PSTATE &&
		    vm->state.vcpu[step->vcpu].features & EL1_32BIT)
			return false;
		return vm->vcpu[step->vcpu].open;
	default:
		return vm->vcpu[step->vcpu].open;
	}
}

/* The features that were accepted, if any were. */
static const struct kvm_vcpu_state *accepted(const struct kvm_model *model,
					     const struct kvm_model_step *step)
{
	return &model->vm[step->vm].state.vcpu[step->vcpu];
}

static bool has_pauth(const struct kvm_vcpu_state *vcpu)
{
	return (vcpu->features & (ADDRESS | GENERIC)) == (ADDRESS | GENERIC);
}

/* Which clause a KVM_ARM_VCPU_INIT is about, by the first thing that is special in it. */
static enum kvm_requirement init_requirement(const struct kvm_facts *facts,
					     const struct kvm_model *model,
					     const struct kvm_model_step *step)
{
	const struct kvm_vcpu_state *vcpu = accepted(model, step);
	uint32_t missing = step->features & facts->known & ~facts->supported;
	uint32_t pair = step->features & (ADDRESS | GENERIC);

	if (step->pointer == UNMAPPED || step->pointer == ONE_BYTE_SHORT)
		return ERRNO_POINTER;
	if (step->target != PREFERRED && step->target != GENERIC_V8)
		return ERRNO_TARGET;
	if (step->extra_bit || step->features & ~facts->known)
		return ERRNO_UNKNOWN_BIT;
	if (step->features & E2H0 && !(step->features & HAS_EL2))
		return FEATURE_E2H0_NEEDS_EL2;
	if (step->features & PMU_STRICT && !(step->features & PMU_V3))
		return FEATURE_STRICT_NEEDS_PMU;
	if (missing & ADDRESS)
		return PAIRING_ADDRESS_NEEDS_CAP;
	if (missing & GENERIC)
		return PAIRING_GENERIC_NEEDS_CAP;
	if (missing)
		return ERRNO_UNSUPPORTED_BIT;
	if (pair && pair != (ADDRESS | GENERIC))
		return kvm_both_caps(facts) ? PAIRING_NOT_ONE : PAIRING_ONE_SIDED;
	if (step->features & EL1_32BIT && step->features & HAS_EL2)
		return FEATURE_32BIT_NOT_EL2;
	if (vcpu->initialised)
		return vcpu->features == step->features ? STATE_SAME_SET : STATE_ANOTHER_SET;
	return pair ? PAIRING_BOTH : FEATURE_COMBINATIONS;
}

/*
 * The document says EINVAL to any other set and target. Released kernels stopped to insist on
 * POWER_OFF and on the target (6.5, 6.6); the rows STATE_ANOTHER_* hold them to it. Here that
 * would be found over and over, and hide the rest.
 */
static bool tolerated(const struct kvm_facts *facts, const struct kvm_model *model,
		      const struct kvm_model_step *step)
{
	const struct kvm_vcpu_state *vcpu = accepted(model, step);
	struct kvm_state state = model->vm[step->vm].state;
	struct kvm_call call = kvm_model_call(step);

	if (!vcpu->initialised || (vcpu->features ^ step->features) & ~POWER_OFF)
		return false;
	/* Nothing else may stand in the way: the same call would do as a first one. */
	state.vcpu[step->vcpu].initialised = false;
	return kvm_oracle(facts, &state, step->vcpu, OP_INIT, &call) & MAY_OK;
}

static void init_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		      const struct kvm_model_step *step, struct kvm_rule *rule)
{
	struct kvm_call call = kvm_model_call(step);

	rule->allowed = kvm_oracle(facts, &model->vm[step->vm].state, step->vcpu, OP_INIT, &call);
	rule->requirement = init_requirement(facts, model, step);
	if (rule->allowed == MAY_EINVAL && tolerated(facts, model, step)) {
		rule->allowed |= MAY_OK;
		rule->note = "another POWER_OFF or target than the first was accepted";
	}
	/* The value is whether the struct was written to. */
	if (step->pointer == READABLE || step->pointer == AT_PAGE_END) {
		rule->value_rule = VALUE_IS;
		rule->mask = ~0ULL;
		rule->always = true;
	}
}

static void register_rule(const struct kvm_model *model, const struct kvm_model_step *step,
			  struct kvm_rule *rule)
{
	const struct kvm_vcpu_state *vcpu = accepted(model, step);
	const struct kvm_model_vcpu *mine = &model->vm[step->vm].vcpu[step->vcpu];
	const struct kvm_model_value *value = &mine->registers[step->which];

	if (!vcpu->initialised) {
		rule->allowed = MAY_FAIL;
		rule->requirement = STATE_REGISTERS_BEFORE_INIT;
		return;
	}
	if (kvm_model_is_key(step->which) && !has_pauth(vcpu)) {
		rule->allowed = MAY_ENOENT;
		rule->requirement = KEYS_ABSENT;
		/* What is left of the pair is for a kernel with one capability alone to say. */
		if (vcpu->features & (ADDRESS | GENERIC))
			rule->allowed = MAY_OK | MAY_ENOENT;
		return;
	}
	rule->allowed = MAY_OK;
	if (step->which == MODEL_V31 && vcpu->features & SVE) {
		/* SVE's own registers take its place. */
		rule->allowed = MAY_ANYTHING;
		return;
	}
	rule->requirement = kvm_model_is_key(step->which) ? KEYS_WRITABLE :
			    mine->refused ? STATE_REFUSED_CHANGES_NOTHING : STATE_PER_VCPU;
	if (step->op != DO_GET_REG || !(value->known || value->stale))
		return;
	rule->value_rule = value->known ? VALUE_IS : VALUE_IS_NOT;
	/* An AArch32 guest has the lower halves. */
	rule->mask = vcpu->features & EL1_32BIT ? UINT32_MAX : ~0ULL;
	rule->value = value->value;
	if (value->stale)
		rule->requirement = kvm_model_is_key(step->which) ? KEYS_RESET : STATE_RESET;
	else if (!kvm_model_is_key(step->which) && !value->written)
		rule->requirement = step->which == MODEL_PSTATE && vcpu->features & EL1_32BIT ?
				    FEATURE_EL1_32BIT : STATE_RESET;
}

static void isar_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		      const struct kvm_model_step *step, struct kvm_rule *rule)
{
	const struct kvm_vcpu_state *vcpu = accepted(model, step);
	uint64_t fields = step->which ? ISAR2_PAUTH_MASK : ISAR1_PAUTH_MASK;

	if (!vcpu->initialised) {
		rule->allowed = MAY_FAIL;
		rule->requirement = STATE_REGISTERS_BEFORE_INIT;
		return;
	}
	rule->allowed = MAY_OK;
	rule->requirement = has_pauth(vcpu) ? ISAR_HOST : ISAR_ZERO;
	/* One of two features: the document does not say what is shown. */
	if (!has_pauth(vcpu) && vcpu->features & (ADDRESS | GENERIC))
		return;
	if (!has_pauth(vcpu) || facts->id_registers) {
		rule->value_rule = VALUE_IS;
		rule->mask = fields;
		rule->value = has_pauth(vcpu) ? (step->which ? facts->isar2 : facts->isar1) & fields
					      : 0;
	}
	if (step->op == DO_GET_ISAR || !step->value)
		return;
	/* Fields that are not this suite's may be writable; those that are stay as they were. */
	rule->always = true;
	rule->allowed = MAY_ANYTHING;
	rule->requirement = ISAR_IMMUTABLE;
	if (step->value & fields)
		rule->allowed = MAY_EINVAL | (model->vm[step->vm].ran ? MAY_EBUSY : 0);
}

static void list_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		      const struct kvm_model_step *step, struct kvm_rule *rule)
{
	const struct kvm_vcpu_state *vcpu = accepted(model, step);

	rule->allowed = kvm_oracle(facts, &model->vm[step->vm].state, step->vcpu, OP_REG_LIST,
				   NULL);
	rule->requirement = vcpu->initialised && vcpu->features & SVE ? SVE_FINALIZE :
								       STATE_REGISTERS_BEFORE_INIT;
	if (rule->allowed != MAY_OK)
		return;
	if (step->which == 2) {
		/* The value is how far n is from what it was without room. */
		rule->allowed = MAY_E2BIG;
		rule->value_rule = VALUE_IS;
		rule->mask = ~0ULL;
		rule->always = true;
		rule->requirement = REG_LIST_SIZE;
		return;
	}
	if (step->which == 1) {
		rule->allowed = MAY_E2BIG;
		/* The value is n as the kernel left it. */
		rule->value_rule = VALUE_IS_NOT;
		rule->mask = ~0ULL;
		rule->always = true;
		rule->requirement = REG_LIST_SIZE;
		return;
	}
	rule->requirement = step->which ? REG_LIST_SIZE :
			    has_pauth(vcpu) ? KEYS_PRESENT : KEYS_ABSENT;
	if (!has_pauth(vcpu) && vcpu->features & (ADDRESS | GENERIC))
		return;
	/* The value is how many key registers are in the list. */
	rule->value_rule = VALUE_IS;
	rule->mask = ~0ULL;
	rule->value = has_pauth(vcpu) ? KVM_KEY_REGISTERS : 0;
}

static void mp_state_rule(const struct kvm_model *model, const struct kvm_model_step *step,
			  struct kvm_rule *rule)
{
	const struct kvm_model_value *known =
		&model->vm[step->vm].vcpu[step->vcpu].mp_state;

	rule->requirement = FEATURE_POWER_OFF;
	/* What these do before KVM_ARM_VCPU_INIT is not written down. */
	rule->allowed = accepted(model, step)->initialised ? MAY_OK : MAY_ANYTHING;
	if (step->op == DO_GET_MP_STATE && known->known) {
		rule->value_rule = VALUE_IS;
		rule->mask = ~0ULL;
		rule->value = known->value;
	}
}

/* What is the oracle's alone, and which clause that is. */
static void oracle_rule(const struct kvm_facts *facts, const struct kvm_model *model,
			const struct kvm_model_step *step, enum kvm_op op,
			enum kvm_requirement before, enum kvm_requirement after,
			struct kvm_rule *rule)
{
	rule->allowed = kvm_oracle(facts, &model->vm[step->vm].state, step->vcpu, op, NULL);
	rule->requirement = accepted(model, step)->initialised ? after : before;
}

static void plain_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		       const struct kvm_model_step *step, struct kvm_rule *rule)
{
	*rule = (struct kvm_rule){ .value_rule = VALUE_FREE };
	switch ((enum kvm_step_op)step->op) {
	case DO_INIT:
		init_rule(facts, model, step, rule);
		break;
	case DO_RUN:
		oracle_rule(facts, model, step, OP_RUN, STATE_RUN_BEFORE_INIT,
			    accepted(model, step)->features & SVE ? SVE_FINALIZE :
								   STATE_RUN_BEFORE_INIT, rule);
		break;
	case DO_FINALIZE:
		oracle_rule(facts, model, step, step->which ? OP_FINALIZE_UNKNOWN : OP_FINALIZE_SVE,
			    STATE_FINALIZE_BEFORE_INIT, SVE_FINALIZE_ERRORS, rule);
		break;
	case DO_GET_LENGTHS:
		oracle_rule(facts, model, step, OP_GET_SVE_LENGTHS, STATE_REGISTERS_BEFORE_INIT,
			    SVE_LENGTHS, rule);
		if (!model->vm[step->vm].vcpu[step->vcpu].short_lengths)
			break;
		rule->value_rule = VALUE_IS;
		rule->mask = ~0ULL;
		rule->value = 1;
		break;
	case DO_SET_LENGTHS:
		oracle_rule(facts, model, step, OP_SET_SVE_LENGTHS, STATE_REGISTERS_BEFORE_INIT,
			    SVE_LENGTHS, rule);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		register_rule(model, step, rule);
		break;
	case DO_GET_ISAR:
	case DO_SET_ISAR:
		isar_rule(facts, model, step, rule);
		break;
	case DO_REG_LIST:
		list_rule(facts, model, step, rule);
		break;
	case DO_GET_MP_STATE:
	case DO_SET_MP_STATE:
		mp_state_rule(model, step, rule);
		break;
	default:
		kvm_model_vm_rule(facts, model, step, rule);
	}
}

void kvm_model_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		    const struct kvm_model_step *step, struct kvm_rule *rule)
{
	const struct kvm_model_vcpu *vcpus = model->vm[step->vm].vcpu;

	plain_rule(facts, model, step, rule);
	/* What is not about a vCPU has nothing to do with what happened to one. */
	if (step->op >= DO_CHECK_SYSTEM)
		return;
	/* As if it had never been made: whatever is wrong after a refused first call may be its doing. */
	if (vcpus[step->vcpu].refused_first) {
		rule->consequence = true;
		rule->requirement = STATE_AFTER_REJECTION;
		return;
	}
	for (unsigned int i = 0; i < MODEL_VCPUS; i++) {
		if (!vcpus[i].refused_first)
			continue;
		rule->consequence = true;
		rule->requirement = STATE_PER_VCPU;
	}
}
