/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The features as one table (features.inc), and the registers that a step can
 * name. No system calls.
 */
#ifndef KVM_ARM_CAPS_FEATURES_H
#define KVM_ARM_CAPS_FEATURES_H

#include <stdbool.h>

#include "numbers.h"

/* Feature bits of kvm_vcpu_init.features. */
enum kvm_feature_bit {
#define FEATURE(name, ...)	KVM_ARM_VCPU_##name,
#define PAIRED			FEATURE
#define DEPENDS(...)
#define EXCLUDES(...)
#include "features.inc"
	KVM_FEATURES	/* how many this suite knows */
};
_Static_assert(KVM_ARM_VCPU_PTRAUTH_ADDRESS == 5, "PTRAUTH_ADDRESS is bit 5");
_Static_assert(KVM_ARM_VCPU_PTRAUTH_GENERIC == 6, "PTRAUTH_GENERIC is bit 6");
_Static_assert(KVM_ARM_VCPU_PMU_V3_STRICT == 9, "PMU_V3_STRICT is bit 9");

/* A set of the features that this suite knows, as in features[0]. */
#define BIT(feature)	(1u << (feature))
#define POWER_OFF	BIT(KVM_ARM_VCPU_POWER_OFF)
#define EL1_32BIT	BIT(KVM_ARM_VCPU_EL1_32BIT)
#define PSCI_0_2	BIT(KVM_ARM_VCPU_PSCI_0_2)
#define PMU_V3		BIT(KVM_ARM_VCPU_PMU_V3)
#define SVE		BIT(KVM_ARM_VCPU_SVE)
#define ADDRESS		BIT(KVM_ARM_VCPU_PTRAUTH_ADDRESS)
#define GENERIC		BIT(KVM_ARM_VCPU_PTRAUTH_GENERIC)
#define HAS_EL2		BIT(KVM_ARM_VCPU_HAS_EL2)
#define BOTH		(ADDRESS | GENERIC)
#define ALL_FEATURES	(BIT(KVM_FEATURES) - 1)

/* Initial PSTATE, by the state that the vCPU starts in: all exceptions masked. */
#define PSTATE_EL1	0x3c5	/* EL1h, D, A, I, F */
#define PSTATE_EL2	0x3c9	/* EL2h, D, A, I, F */
#define PSTATE_SVC	0x1d3	/* AArch32 Supervisor, A, I, F */

/* Ids of KVM_GET_ONE_REG, first and last; 0 ends an array of them. */
struct kvm_register_range {
	uint64_t first, last;
};

struct kvm_feature {
	const char *name;	/* as in the UAPI, without KVM_ARM_VCPU_ */
	unsigned int capability;	/* that it depends on */
	const char *capability_name;
	unsigned char requirement;	/* accepted exactly where its capability is reported; 0: the pair's */
	/* What joins KVM_GET_REG_LIST with it, and what goes; NULL: nothing. */
	const struct kvm_register_range *comes, *goes;
	bool many_registers;	/* too many, which other features change: not judged */
	uint32_t open_with;	/* whether it may be together with these is not written down */
	bool not_with_mte;	/* refused where the VM has MTE */
	uint64_t pstate;	/* initial PSTATE; 0: EL1's */
	uint32_t mp_state;	/* initial; 0: KVM_MP_STATE_RUNNABLE */
	bool finalized;		/* with KVM_ARM_VCPU_FINALIZE, before KVM_RUN and KVM_GET_REG_LIST */
	bool needs_devices;	/* KVM_RUN may fail without what else has to be set up */
	/*
	 * Other trees have the numbers of its bit or its capability for something else: only where
	 * the capability is reported *and* the feature is accepted are they taken for this one.
	 */
	bool disputed;
};
extern const struct kvm_feature kvm_features[KVM_FEATURES];

/* A rule between two: a set that has the one and lacks, or has, the other is refused. */
struct kvm_relation {
	uint32_t one, other;
	bool excludes;
	unsigned char requirement;
};
extern const struct kvm_relation kvm_relations[];
extern const unsigned int kvm_relation_count;

/* The feature, as a set of one, and those without which it is refused. */
uint32_t kvm_with_needed(uint32_t bit);

/* What a vCPU with these features starts with. */
uint64_t kvm_initial_pstate(uint32_t features);
uint32_t kvm_initial_mp_state(uint32_t features);

/* All features that must be finalized; that need devices. */
uint32_t kvm_finalized_features(void);
uint32_t kvm_device_features(void);

/*
 * A set in words: "SVE|PTRAUTH_ADDRESS", "none". The string is in one of four
 * static buffers that take turns.
 */
const char *kvm_set_name(uint32_t features);

/* The ten key registers, and others with known initial values, first of all. */
enum kvm_register_index {
	REG_KEYS = 10,	/* this many, each key's low half and then its high half */
	REG_X0 = REG_KEYS,
	REG_SP = REG_X0 + 31,
	REG_PC,
	REG_V31,	/* of 128 bits, the halves written alike */
	REG_PSTATE,
	REG_FPCR,
	REG_TTBR1,	/* whose initial value nobody knows, as the keys' */
	KVM_REGISTERS
};
struct kvm_register {
	const char *name;
	uint64_t id;
};
extern const struct kvm_register kvm_registers[KVM_REGISTERS];

/* The two id registers with pointer authentication fields. */
struct kvm_id_register {
	const char *name;
	uint64_t id;
	uint64_t mask;			/* of the pointer authentication fields */
	unsigned int fields[4];		/* their lowest bits; 0 ends */
	unsigned int mask_index;	/* in the array of KVM_ARM_GET_REG_WRITABLE_MASKS */
};
#define KVM_ID_REGISTERS	2
extern const struct kvm_id_register kvm_id_registers[KVM_ID_REGISTERS];

#endif /* KVM_ARM_CAPS_FEATURES_H */
