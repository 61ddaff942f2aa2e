// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the documents allow. One paragraph of api.rst 4.82, 4.10 or 4.119 is
 * one function here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "oracle.h"

static uint32_t target_number(const struct kvm_facts *facts, const struct kvm_call *call)
{
	struct kvm_vcpu_init init;

	kvm_call_struct(call, facts->preferred, &init);
	return init.target;
}

/* ENOENT: a features bit specified is unknown. In seven words, of which six are all unknown. */
static bool has_unknown_bit(const struct kvm_facts *facts, const struct kvm_call *call)
{
	struct kvm_vcpu_init init;

	kvm_call_struct(call, facts->preferred, &init);
	for (unsigned int word = 1; word < KVM_FEATURE_WORDS; word++)
		if (init.features[word])
			return true;
	return init.features[0] & ~facts->known;
}

/* Depends on ...: each feature on its capability. */
static bool all_supported(const struct kvm_facts *facts, uint32_t features)
{
	return !(features & ALL_FEATURES & ~facts->supported);
}

/*
 * If both capabilities are present, then both must be requested or neither.
 * Each depends on its own; with one capability alone that is the whole rule.
 */
static bool pairing_allows(const struct kvm_facts *facts, uint32_t features)
{
	bool address = features & ADDRESS, generic = features & GENERIC;

	if (address && !(facts->supported & ADDRESS))
		return false;
	if (generic && !(facts->supported & GENERIC))
		return false;
	return !kvm_both_caps(facts) || address == generic;
}

/* HAS_EL2 must also be set; and the same for the PMU. */
static bool prerequisites_met(uint32_t features)
{
	if (features & E2H0 && !(features & HAS_EL2))
		return false;
	return !(features & PMU_STRICT) || features & PMU_V3;
}

/* MTE is for AArch64 guests alone; a guest that boots at EL2 boots in AArch64. */
static bool excluded(const struct kvm_state *state, uint32_t features)
{
	return features & EL1_32BIT && (features & HAS_EL2 || state->mte);
}

/* What an AArch32 guest may have beside itself is not written down. */
static bool left_open(uint32_t features)
{
	return features & EL1_32BIT && features & (SVE | ADDRESS | GENERIC);
}

/* Whether another vCPU of the VM was given another set: not written down either. */
static bool siblings_differ(const struct kvm_facts *facts, const struct kvm_state *state,
			    unsigned int index, const struct kvm_call *call)
{
	for (unsigned int i = 0; i < KVM_STATE_VCPUS; i++)
		if (i != index && state->vcpu[i].initialised &&
		    (state->vcpu[i].features != call->features ||
		     state->vcpu[i].target != target_number(facts, call)))
			return true;
	return false;
}

static unsigned int init_answers(const struct kvm_facts *facts, const struct kvm_state *state,
				 unsigned int index, const struct kvm_call *call)
{
	const struct kvm_vcpu_state *vcpu = &state->vcpu[index];
	unsigned int open = 0;

	if (call->pointer == UNMAPPED || call->pointer == ONE_BYTE_SHORT)
		return MAY_EFAULT;
	if (call->target == UNKNOWN_TARGET || call->target == WIDE_TARGET)
		return MAY_EINVAL;
	/* Which targets there are beside the preferred one is the kernel's to say. */
	if (target_number(facts, call) != facts->preferred && !vcpu->initialised)
		open |= MAY_EINVAL;
	if (has_unknown_bit(facts, call))
		/* The order is known for a first call only. */
		return MAY_ENOENT | open | (vcpu->initialised ? MAY_EINVAL : 0);
	if (call->features & ~ALL_FEATURES)
		return MAY_OK | MAY_FAIL;
	if (!all_supported(facts, call->features) || !pairing_allows(facts, call->features) ||
	    !prerequisites_met(call->features) || excluded(state, call->features))
		return MAY_EINVAL;
	if (vcpu->initialised)
		return vcpu->features == call->features &&
		       vcpu->target == target_number(facts, call) ? MAY_OK : MAY_EINVAL;
	if (left_open(call->features) || siblings_differ(facts, state, index, call))
		open |= MAY_EINVAL;
	return MAY_OK | open;
}

/* KVM_RUN: ENOEXEC before INIT, EPERM before SVE is finalized. */
static unsigned int run_answers(const struct kvm_vcpu_state *vcpu)
{
	if (!vcpu->initialised)
		return MAY_ENOEXEC;
	if (vcpu->features & SVE && !vcpu->finalized)
		return MAY_EPERM;
	/* A PMU and nesting need devices that are set up otherwise. */
	if (vcpu->features & (PMU_V3 | HAS_EL2))
		return MAY_EINTR | MAY_FAIL;
	return MAY_EINTR;
}

static unsigned int finalize_answers(const struct kvm_vcpu_state *vcpu)
{
	if (!vcpu->initialised)
		return MAY_ENOEXEC;
	/* "Not enabled" is EPERM, "not present" is EINVAL: it is both. */
	if (!(vcpu->features & SVE))
		return MAY_EPERM | MAY_EINVAL;
	return vcpu->finalized ? MAY_EPERM : MAY_OK;
}

unsigned int kvm_oracle(const struct kvm_facts *facts, const struct kvm_state *state,
			unsigned int index, enum kvm_op op, const struct kvm_call *call)
{
	const struct kvm_vcpu_state *vcpu = &state->vcpu[index];

	switch (op) {
	case OP_INIT:
		return init_answers(facts, state, index, call);
	case OP_RUN:
		return run_answers(vcpu);
	case OP_REG_LIST:
		if (!vcpu->initialised)
			return MAY_ENOEXEC;
		return vcpu->features & SVE && !vcpu->finalized ? MAY_EPERM : MAY_OK;
	/* api.rst 4.68 asks not to rely on a specific error. */
	case OP_GET_REG:
	case OP_SET_REG:
		return vcpu->initialised ? MAY_OK : MAY_FAIL;
	case OP_GET_SVE_LENGTHS:
		return vcpu->initialised && vcpu->features & SVE ? MAY_OK : MAY_FAIL;
	case OP_SET_SVE_LENGTHS:
		return vcpu->initialised && vcpu->features & SVE && !vcpu->finalized ?
		       MAY_OK : MAY_FAIL;
	case OP_FINALIZE_SVE:
		return finalize_answers(vcpu);
	case OP_FINALIZE_UNKNOWN:
		return vcpu->initialised ? MAY_EINVAL : MAY_ENOEXEC;
	case KVM_OPS:
		break;
	}
	return 0;
}

void kvm_oracle_accepted(const struct kvm_facts *facts, struct kvm_state *state,
			 unsigned int index, enum kvm_op op, const struct kvm_call *call)
{
	struct kvm_vcpu_state *vcpu = &state->vcpu[index];

	if (op == OP_FINALIZE_SVE)
		vcpu->finalized = true;
	if (op != OP_INIT)
		return;
	vcpu->initialised = true;
	vcpu->features = call->features;
	vcpu->target = target_number(facts, call);
}

const char *kvm_op_name(enum kvm_op op)
{
	static const char *const names[KVM_OPS] = {
		[OP_INIT] = "KVM_ARM_VCPU_INIT",
		[OP_RUN] = "KVM_RUN immediate_exit=1",
		[OP_GET_REG] = "KVM_GET_ONE_REG x0",
		[OP_SET_REG] = "KVM_SET_ONE_REG x0",
		[OP_REG_LIST] = "KVM_GET_REG_LIST",
		[OP_FINALIZE_SVE] = "KVM_ARM_VCPU_FINALIZE SVE",
		[OP_FINALIZE_UNKNOWN] = "KVM_ARM_VCPU_FINALIZE PSCI_0_2",
		[OP_GET_SVE_LENGTHS] = "KVM_GET_ONE_REG SVE_VLS",
		[OP_SET_SVE_LENGTHS] = "KVM_SET_ONE_REG SVE_VLS",
	};

	return names[op];
}

static const struct { int error; const char *name; } answers_known[] = {
	{ 0, "0" }, { EINVAL, "EINVAL" }, { ENOENT, "ENOENT" }, { EFAULT, "EFAULT" },
	{ ENOEXEC, "ENOEXEC" }, { EPERM, "EPERM" }, { EINTR, "EINTR" },
};
#define ANSWERS_KNOWN (sizeof(answers_known) / sizeof(answers_known[0]))
_Static_assert(MAY_OTHER == 1u << ANSWERS_KNOWN, "one name an answer");

unsigned int kvm_answer(int result)
{
	for (unsigned int i = 0; i < ANSWERS_KNOWN; i++)
		if (result == -answers_known[i].error)
			return 1u << i;
	return MAY_OTHER;
}

const char *kvm_answers_name(unsigned int answers)
{
	static char text[128];

	if ((answers & MAY_FAIL) == MAY_FAIL)
		return answers & MAY_OK ? "anything" : "an error";
	*text = '\0';
	for (unsigned int i = 0; i < ANSWERS_KNOWN; i++) {
		if (!(answers & 1u << i))
			continue;
		if (*text)
			strcat(text, " or ");
		strcat(text, answers_known[i].name);
	}
	return text;
}
