// SPDX-License-Identifier: GPL-2.0-only
/* The clauses of the documents that this suite holds a kernel to, in our words. */
#include "requirements.h"

#define REVIEW	"review of v10 4/5, 23 Apr 2019"
#define INIT	"api.rst 4.82 KVM_ARM_VCPU_INIT"
#define ID_REGS	"arm/vcpu-features.rst, The ID Registers"
/* Not written down, but the same in every released kernel with the feature (5.2 on). */
#define SINCE	"released behaviour since 5.2"

#define MUST(name, where, what) \
	[name] = { .id = #name, .text = (what), .source = (where) }
#define WHERE_APPLICABLE(name, where, what) \
	[name] = { .id = #name, .text = (what), .source = (where), .optional = true }

const struct uc_requirement kvm_requirements[KVM_REQUIREMENTS] = {
	MUST(CAP_ADDRESS_ORACLE, REVIEW,
	     "KVM_CAP_ARM_PTRAUTH_ADDRESS is reported only where the CPU has address authentication, and is reported where it has both kinds with one algorithm"),
	MUST(CAP_GENERIC_ORACLE, REVIEW,
	     "KVM_CAP_ARM_PTRAUTH_GENERIC is reported only where the CPU has generic authentication, and is reported where it has both kinds with one algorithm"),
	MUST(CAP_BOOLEAN, "api.rst 4.4 KVM_CHECK_EXTENSION; " REVIEW,
	     "KVM_CHECK_EXTENSION answers exactly 0 or 1 for each of the two capabilities, and the same every time"),
	MUST(CAP_VM_FD, "api.rst 4.4 KVM_CHECK_EXTENSION",
	     "a VM that was created with type 0 reports the two capabilities as /dev/kvm does"),
	MUST(CAP_NUMBERS, "include/uapi/linux/kvm.h since 5.2",
	     "the capabilities are numbers 171 and 172; 169 is never reported on arm64 and 170 is SVE"),

	MUST(PAIRING_BOTH, INIT "; " REVIEW,
	     "where both capabilities are reported, requesting both features is accepted"),
	MUST(PAIRING_NOT_ONE, INIT "; " REVIEW,
	     "where both capabilities are reported, requesting one of the two features without the other is refused with EINVAL"),
	MUST(PAIRING_NEITHER, INIT "; " REVIEW,
	     "requesting neither of the two features is accepted, whatever the capabilities say"),
	WHERE_APPLICABLE(PAIRING_ADDRESS_NEEDS_CAP, INIT "; " REVIEW,
	     "PTRAUTH_ADDRESS is refused where KVM_CAP_ARM_PTRAUTH_ADDRESS is not reported, by itself and in any combination"),
	WHERE_APPLICABLE(PAIRING_GENERIC_NEEDS_CAP, INIT "; " REVIEW,
	     "PTRAUTH_GENERIC is refused where KVM_CAP_ARM_PTRAUTH_GENERIC is not reported, by itself and in any combination"),
	WHERE_APPLICABLE(PAIRING_ONE_SIDED, INIT "; " REVIEW,
	     "where just one of the two capabilities is reported, its feature is accepted without the other"),

	MUST(ERRNO_POINTER, "released behaviour since 3.9",
	     "a struct that cannot be read is refused with EFAULT"),
	MUST(ERRNO_TARGET, INIT,
	     "an unknown target is refused with EINVAL"),
	MUST(ERRNO_UNKNOWN_BIT, INIT,
	     "an unknown bit in any of the seven words of features is refused with ENOENT"),
	WHERE_APPLICABLE(ERRNO_UNSUPPORTED_BIT, INIT,
	     "a known feature whose capability is not reported is refused with EINVAL"),
	MUST(ERRNO_PRECEDENCE, SINCE,
	     "of several reasons to refuse a first call the answer names the first of: pointer, target, unknown bit, unsupported feature, pairing"),

	MUST(STATE_RUN_BEFORE_INIT, INIT "; api.rst 4.10 KVM_RUN",
	     "KVM_RUN answers ENOEXEC until a KVM_ARM_VCPU_INIT was accepted"),
	MUST(STATE_REGISTERS_BEFORE_INIT, SINCE,
	     "registers cannot be listed (ENOEXEC), read or written until a KVM_ARM_VCPU_INIT was accepted"),
	MUST(STATE_FINALIZE_BEFORE_INIT, "api.rst 4.119 KVM_ARM_VCPU_FINALIZE; " SINCE,
	     "KVM_ARM_VCPU_FINALIZE answers ENOEXEC until a KVM_ARM_VCPU_INIT was accepted"),
	MUST(STATE_AFTER_REJECTION, INIT,
	     "after a refused first call the vCPU is as if it had never been made: still not initialised, and a legal call works as the first one"),
	MUST(STATE_SAME_SET, INIT,
	     "a further call with the same target and features is accepted"),
	MUST(STATE_RESET, INIT,
	     "an accepted call puts the registers to their initial values, each time"),
	MUST(STATE_ANOTHER_SET, INIT,
	     "a further call with other features than the first is refused with EINVAL"),
	MUST(STATE_ANOTHER_POWER_OFF, INIT,
	     "POWER_OFF is one of the features that a further call must repeat, else EINVAL"),
	WHERE_APPLICABLE(STATE_ANOTHER_TARGET, INIT,
	     "a further call with another target than the first is refused with EINVAL"),
	MUST(STATE_REFUSED_CHANGES_NOTHING, INIT,
	     "a refused further call leaves the vCPU's registers and features as they were"),
	MUST(STATE_PER_VCPU, INIT,
	     "initialisation is a matter of one vCPU: an accepted or refused call leaves the VM's other vCPUs alone"),
	MUST(PREFERRED_TARGET, "api.rst 4.83 KVM_ARM_PREFERRED_TARGET",
	     "the struct that KVM_ARM_PREFERRED_TARGET returns is accepted by KVM_ARM_VCPU_INIT, and nothing behind it is written"),

#define FEATURE(name, id, cap, with, pair, starts, words, must, source, also, ...) \
	must(FEATURE_##name, source, \
	     with #name " is accepted exactly where KVM_CAP_" #cap " is reported" also),
#define PAIRED(...)
#define DEPENDS(name, id, other, other_id, requirement, source) \
	WHERE_APPLICABLE(requirement, source, #name " without " #other " is refused"),
#define EXCLUDES(name, id, other, other_id, requirement, source) \
	WHERE_APPLICABLE(requirement, source, \
			 #name " together with " #other " is refused with EINVAL"),
#include "features.inc"
	WHERE_APPLICABLE(FEATURE_32BIT_NOT_MTE, "api.rst 7.28 KVM_CAP_ARM_MTE",
	     "EL1_32BIT is refused in a VM that has MTE enabled"),
	MUST(FEATURE_COMBINATIONS, INIT,
	     "every combination of features that each is legal by its own rule is accepted"),
	WHERE_APPLICABLE(SVE_FINALIZE, INIT "; api.rst 4.119 KVM_ARM_VCPU_FINALIZE",
	     "a vCPU with SVE answers EPERM to KVM_RUN and KVM_GET_REG_LIST until SVE is finalized, and works after that"),
	MUST(SVE_FINALIZE_ERRORS, "api.rst 4.119 KVM_ARM_VCPU_FINALIZE",
	     "finalizing twice is EPERM, finalizing an unknown feature is EINVAL, and finalizing what the vCPU does not have fails"),
	WHERE_APPLICABLE(SVE_LENGTHS, INIT,
	     "the vector lengths of a vCPU with SVE can be read, can be written before SVE is finalized, and cannot after"),

	MUST(STRUCT_SIZE, "api.rst 4.82; struct kvm_vcpu_init",
	     "exactly 32 bytes are read: the struct may end where mapped memory ends"),
	MUST(STRUCT_WHOLE, "api.rst 4.82; struct kvm_vcpu_init",
	     "all 32 bytes are read: a struct with its last bytes unmapped is refused with EFAULT"),
	MUST(STRUCT_READ_ONLY, INIT,
	     "the struct is input only: it may be in read-only memory, and is not written whether the call is accepted or refused"),

	MUST(KEYS_PRESENT, "api.rst 4.84 KVM_GET_REG_LIST",
	     "with both features exactly the ten key registers join the vCPU's register list"),
	MUST(KEYS_ABSENT, "api.rst 4.84 KVM_GET_REG_LIST",
	     "without the features no key register is in the list, and each is ENOENT to read and to write"),
	MUST(KEYS_WRITABLE, "api.rst 4.68 KVM_SET_ONE_REG, 4.69 KVM_GET_ONE_REG",
	     "with both features each key register reads back what was written to it, and no other key changes"),
	MUST(KEYS_RESET, INIT,
	     "another KVM_ARM_VCPU_INIT discards what was written to the key registers"),
	MUST(REG_LIST_SIZE, "api.rst 4.84 KVM_GET_REG_LIST",
	     "a list with too little room is refused with E2BIG and the number that is needed is written to n"),
	MUST(ISAR_HOST, ID_REGS,
	     "with both features the pointer authentication fields of ID_AA64ISAR1_EL1 and ID_AA64ISAR2_EL1 are the host's"),
	MUST(ISAR_ZERO, ID_REGS,
	     "without the features all pointer authentication fields of the two id registers are zero"),
	MUST(ISAR_IMMUTABLE, ID_REGS "; " SINCE,
	     "writing other values to the pointer authentication fields is refused, and leaves them as they were"),
	WHERE_APPLICABLE(WRITABLE_MASKS, "api.rst 4.139 KVM_ARM_GET_REG_WRITABLE_MASKS",
	     "the writable masks of the two id registers leave the pointer authentication fields out"),

	MUST(GUEST_ADDRESS, INIT "; Arm ARM, pointer authentication",
	     "with both features the guest signs and authenticates pointers, by the register and by the hint instructions"),
	MUST(GUEST_GENERIC, INIT "; Arm ARM, pointer authentication",
	     "with both features the guest's PACGA computes a code that depends on its key"),
	MUST(GUEST_KEYS, INIT "; Arm ARM, pointer authentication",
	     "with both features the guest and KVM_GET_ONE_REG agree on the key registers"),
	MUST(GUEST_STRIP, "Arm ARM, pointer authentication",
	     "the guest's XPACI and XPACD do not trap on a CPU that has them, with the features or without"),
	MUST(GUEST_ID_REGISTERS, ID_REGS,
	     "the guest reads the id registers' pointer authentication fields as KVM_GET_ONE_REG shows them"),
	MUST(GUEST_NO_ADDRESS, INIT,
	     "without the features what signs or authenticates an address, hint forms too, is undefined in the guest once its SCTLR_EL1 enables it"),
	MUST(GUEST_NO_HINTS, INIT "; Arm ARM, pointer authentication",
	     "without the features what signs or authenticates an address does nothing in the guest while its SCTLR_EL1 does not enable it"),
	MUST(GUEST_NO_GENERIC, INIT,
	     "without the features the guest's PACGA is undefined"),
	MUST(GUEST_NO_KEYS, INIT,
	     "without the features the guest's key registers are undefined"),
	MUST(GUEST_ALTERNATING, INIT,
	     "two vCPUs that take turns keep their own keys and their own features"),
	MUST(GUEST_TURNED_ON, INIT "; PSCI (DEN0022), CPU_ON",
	     "a vCPU that starts powered off and is turned on by the guest starts where and with what CPU_ON said, with the features of its own KVM_ARM_VCPU_INIT"),
	MUST(HOST_KEYS, "Arm ARM, pointer authentication; " SINCE,
	     "the process that runs a guest keeps its own keys, and the guest does not get them"),

	MUST(KERNEL_SOUND, "no kernel may warn, oops, hang or leak because of a call",
	     "whatever is asked of KVM, the kernel neither warns nor oopses, and answers"),
};
