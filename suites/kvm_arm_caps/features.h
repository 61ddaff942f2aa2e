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

/* Whether the id is in one of the ranges, which may be NULL. */
bool kvm_within(const struct kvm_register_range *range, uint64_t id);

enum kvm_trait {
	FINALIZED = 1,		/* with KVM_ARM_VCPU_FINALIZE, before KVM_RUN and KVM_GET_REG_LIST */
	NEEDS_DEVICES = 2,	/* KVM_RUN may fail without what else has to be set up */
	NOT_WITH_MTE = 4,	/* refused where the VM has MTE */
	MANY_REGISTERS = 8,	/* more than the table has, which other features change: not judged */
	/*
	 * Other trees have the numbers of its bit or its capability for something else: only where
	 * the capability is reported *and* the feature is accepted are they taken for this one.
	 */
	DISPUTED = 16,
};

struct kvm_feature {
	const char *name;	/* as in the UAPI, without KVM_ARM_VCPU_ */
	unsigned int capability;	/* that it depends on */
	const char *capability_name;
	unsigned char requirement;	/* accepted exactly where its capability is reported; 0: the pair's */
	/* What joins KVM_GET_REG_LIST with it, and what goes; NULL: nothing. */
	const struct kvm_register_range *comes, *goes;
	uint32_t open_with;	/* whether it may be together with these is not written down */
	uint64_t pstate;	/* initial PSTATE; 0: EL1's */
	uint32_t mp_state;	/* initial; 0: KVM_MP_STATE_RUNNABLE */
	unsigned char traits;	/* enum kvm_trait */
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

/* All features with this trait. */
uint32_t kvm_features_that(enum kvm_trait trait);

/*
 * A set in words: "SVE|PTRAUTH_ADDRESS", "none". The string is in one of four
 * static buffers that take turns.
 */
const char *kvm_set_name(uint32_t features);

/* The system registers of registers.inc: SYS_MIDR_EL1, and KVM_REG(MIDR_EL1) for KVM_GET_ONE_REG. */
enum kvm_system_register {
#define SYSTEM(name, encoding)	SYS_##name = (encoding),
#define REGISTER(name, id)
#define FIELD(...)
#define LOWERED(...)
#include "registers.inc"
};
#define KVM_REG(name)	KVM_REG_SYS(SYS_##name)

/* The registers that the rules know more of; kvm_registers has others behind them. */
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

/* A register as steps name it, or a field of one. */
struct kvm_register {
	const char *name;
	uint64_t id;
	uint8_t shift, bits;	/* of a field; 0 bits: the whole register */
	uint32_t features;	/* of a field: zero in vCPUs that lack one of them; 0: none */
	bool lowered;		/* a field of which each lower value is safe */
};
extern const struct kvm_register kvm_registers[];
extern const unsigned int kvm_register_count;

/* The named one with this id and field, or NULL. */
const struct kvm_register *kvm_register_of(uint64_t id, unsigned int shift, unsigned int bits);

/* The features without which a vCPU does not have this register. */
uint32_t kvm_features_of_register(uint64_t id);

/* The two id registers with pointer authentication fields, as facts.h has them. */
#define KVM_ID_REGISTERS	2
extern const uint64_t kvm_id_registers[KVM_ID_REGISTERS];

#endif /* KVM_ARM_CAPS_FEATURES_H */
