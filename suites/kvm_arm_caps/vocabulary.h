/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suite's files speak of: feature sets, and one KVM_ARM_VCPU_INIT
 * call as data, described by how it differs from the plain call (preferred
 * target, no features, a struct in ordinary memory).
 */
#ifndef KVM_ARM_CAPS_VOCABULARY_H
#define KVM_ARM_CAPS_VOCABULARY_H

#include "numbers.h"

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
#define E2H0		BIT(KVM_ARM_VCPU_HAS_EL2_E2H0)
#define PMU_STRICT	BIT(KVM_ARM_VCPU_PMU_V3_STRICT)
#define ALL_FEATURES	(BIT(KVM_FEATURES) - 1)

struct kvm_feature_info {
	const char *name;	/* as in the UAPI, without KVM_ARM_VCPU_ */
	unsigned int capability;	/* that it depends on */
	const char *capability_name;
};
extern const struct kvm_feature_info kvm_feature_info[KVM_FEATURES];

/* The registers that hold the five keys, two halves each. */
#define KVM_KEY_REGISTERS	10
struct kvm_key_register {
	const char *name;
	uint64_t id;
};
extern const struct kvm_key_register kvm_key_registers[KVM_KEY_REGISTERS];

enum kvm_target {
	PREFERRED,
	GENERIC_V8,
	UNKNOWN_TARGET,		/* all ones */
	WIDE_TARGET,		/* the preferred one, if its upper half is not looked at */
};
enum kvm_pointer {
	READABLE,
	UNMAPPED,
	ONE_BYTE_SHORT,
	AT_PAGE_END,
	READ_ONLY,
	WATCHED,		/* must not be written to */
};

struct kvm_call {
	enum kvm_target target;
	enum kvm_pointer pointer;
	uint32_t features;		/* features[0] */
	unsigned int extra_bit;		/* one more, of all 224, if it is not 0 */
};

/*
 * Fill in the struct that the call passes.
 * @preferred: the target that KVM_ARM_PREFERRED_TARGET returned.
 */
void kvm_call_struct(const struct kvm_call *call, uint32_t preferred, struct kvm_vcpu_init *init);

/*
 * The call decoded, "KVM_ARM_VCPU_INIT target=preferred features=SVE|bit 42".
 * The string is in one of four static buffers that take turns.
 */
const char *kvm_call_name(const struct kvm_call *call);

/* The same for a set of features alone: "PTRAUTH_ADDRESS|SVE", "none". */
const char *kvm_set_name(uint32_t features);

#endif /* KVM_ARM_CAPS_VOCABULARY_H */
