/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clauses of the documents, one name each; their texts are in
 * requirements.c. Optional are those that need a host or a kernel of a
 * particular kind (no pointer authentication, only half of it, SVE, nested
 * virtualisation): no single machine can judge them all, so --strict does not
 * insist. What is about pointer authentication itself is mandatory: a kernel
 * cannot be qualified for it on a CPU without.
 */
#ifndef KVM_ARM_CAPS_REQUIREMENTS_H
#define KVM_ARM_CAPS_REQUIREMENTS_H

#include "../../harness/row.h"

enum kvm_requirement {
	/* The two capabilities. */
	CAP_ADDRESS_ORACLE = 1,
	CAP_GENERIC_ORACLE,
	CAP_BOOLEAN,
	CAP_VM_FD,
	CAP_NUMBERS,
	/* The pairing rule. */
	PAIRING_BOTH,
	PAIRING_NOT_ONE,
	PAIRING_NEITHER,
	PAIRING_ADDRESS_NEEDS_CAP,
	PAIRING_GENERIC_NEEDS_CAP,
	PAIRING_ONE_SIDED,
	/* Error codes and their order. */
	ERRNO_POINTER,
	ERRNO_TARGET,
	ERRNO_UNKNOWN_BIT,
	ERRNO_UNSUPPORTED_BIT,
	ERRNO_PRECEDENCE,
	/* What a vCPU is before, between and after calls. */
	STATE_RUN_BEFORE_INIT,
	STATE_REGISTERS_BEFORE_INIT,
	STATE_FINALIZE_BEFORE_INIT,
	STATE_AFTER_REJECTION,
	STATE_SAME_SET,
	STATE_RESET,
	STATE_ANOTHER_SET,
	STATE_ANOTHER_POWER_OFF,
	STATE_ANOTHER_TARGET,
	STATE_REFUSED_CHANGES_NOTHING,
	STATE_PER_VCPU,
	PREFERRED_TARGET,
	/* Every other feature by the rule of its own capability, and what goes with what. */
#define FEATURE(name, ...)	FEATURE_##name,
#define PAIRED(...)
#define DEPENDS(name, id, other, other_id, requirement, source)		requirement,
#define EXCLUDES(name, id, other, other_id, requirement, source)	requirement,
#include "features.inc"
	FEATURE_32BIT_NOT_MTE,
	FEATURE_COMBINATIONS,
	SVE_FINALIZE,
	SVE_FINALIZE_ERRORS,
	SVE_LENGTHS,
	/* The struct that carries the call. */
	STRUCT_SIZE,
	STRUCT_WHOLE,
	STRUCT_READ_ONLY,
	/* Registers as user space sees them. */
	KEYS_PRESENT,
	KEYS_ABSENT,
	KEYS_WRITABLE,
	KEYS_RESET,
	REG_LIST_SIZE,
	ISAR_HOST,
	ISAR_ZERO,
	ISAR_IMMUTABLE,
	WRITABLE_MASKS,
	/* Registers and instructions as the guest sees them. */
	GUEST_ADDRESS,
	GUEST_GENERIC,
	GUEST_KEYS,
	GUEST_STRIP,
	GUEST_ID_REGISTERS,
	GUEST_NO_ADDRESS,
	GUEST_NO_HINTS,
	GUEST_NO_GENERIC,
	GUEST_NO_KEYS,
	GUEST_ALTERNATING,
	GUEST_TURNED_ON,
	HOST_KEYS,
	/* Whatever is called. */
	KERNEL_SOUND,
	KVM_REQUIREMENTS	/* how many, with the unused 0 */
};

extern const struct uc_requirement kvm_requirements[KVM_REQUIREMENTS];

#endif /* KVM_ARM_CAPS_REQUIREMENTS_H */
