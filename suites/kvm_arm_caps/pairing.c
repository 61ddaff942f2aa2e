// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_ARM_VCPU_INIT and the two pointer authentication features:
 *
 * 0		neither is requested, whatever the capabilities
 * 0		both are, and both capabilities are reported
 * EINVAL	one is without the other, and both capabilities are reported
 * EINVAL	one is whose own capability is not reported
 * 0		one is alone, and its capability alone is reported
 *
 * and the same whatever else is requested beside them.
 */
#include "script.h"
#include "topics.h"

#define ROW(name, ...)	.row = { .id = "kvm_arm_caps.pairing." name, __VA_ARGS__ }
#define BOTH		(ADDRESS | GENERIC)

/* Where both capabilities are reported: one alone, the other alone, and both, each on a new vCPU. */
#define WITH(name, set, answer, ...) \
	{ ROW("with_" name, REQ(PAIRING_NOT_ONE, PAIRING_BOTH), \
	      NEEDS(KVM_NEEDED, &kvm_need_pauth, __VA_ARGS__), .control = &kvm_control_pauth), \
	  { INIT_OF(0, ADDRESS | (set), MAY_EINVAL), INIT_OF(1, GENERIC | (set), MAY_EINVAL), \
	    INIT_OF(2, BOTH | (set), answer) } }

/* Where neither is: the same three are all refused. */
#define REFUSED_WITH(name, set, ...) \
	{ ROW("unsupported_with_" name, REQ(PAIRING_ADDRESS_NEEDS_CAP, PAIRING_GENERIC_NEEDS_CAP), \
	      NEEDS(KVM_NEEDED, &kvm_need_no_pauth, __VA_ARGS__), .control = &kvm_control_plain), \
	  { INIT_OF(0, ADDRESS | (set), MAY_EINVAL), INIT_OF(1, GENERIC | (set), MAY_EINVAL), \
	    INIT_OF(2, BOTH | (set), MAY_EINVAL) } }

/* Where one is reported without the other, the rule for both is silent. */
#define ONE_SIDED(name, need, set, answer) \
	{ ROW(name, REQ(PAIRING_ONE_SIDED, PAIRING_ADDRESS_NEEDS_CAP, PAIRING_GENERIC_NEEDS_CAP), \
	      NEEDS(KVM_NEEDED, need), .control = &kvm_control_plain), { INIT(set, answer) } }

static const struct kvm_script rows[] = {
	{ ROW("neither", REQ(PAIRING_NEITHER), NEEDS(KVM_NEEDED)), { INIT(0, MAY_OK) } },
	{ ROW("both", REQ(PAIRING_BOTH), NEEDS(KVM_NEEDED, &kvm_need_pauth)),
	  { INIT(BOTH, MAY_OK) } },
	{ ROW("address_only", REQ(PAIRING_NOT_ONE), NEEDS(KVM_NEEDED, &kvm_need_pauth),
	      .control = &kvm_control_pauth), { INIT(ADDRESS, MAY_EINVAL) } },
	{ ROW("generic_only", REQ(PAIRING_NOT_ONE), NEEDS(KVM_NEEDED, &kvm_need_pauth),
	      .control = &kvm_control_pauth), { INIT(GENERIC, MAY_EINVAL) } },

	WITH("power_off", POWER_OFF, MAY_OK, &kvm_need_power_off),
	WITH("el1_32bit", EL1_32BIT, MAY_OK | MAY_EINVAL, &kvm_need_el1_32bit),
	WITH("psci_0_2", PSCI_0_2, MAY_OK, &kvm_need_psci_0_2),
	WITH("pmu_v3", PMU_V3, MAY_OK, &kvm_need_pmu_v3),
	WITH("sve", SVE, MAY_OK, &kvm_need_sve),
	WITH("has_el2", HAS_EL2, MAY_OK, &kvm_need_has_el2),
	WITH("has_el2_e2h0", HAS_EL2 | E2H0, MAY_OK, &kvm_need_has_el2_e2h0),
	WITH("pmu_v3_strict", PMU_V3 | PMU_STRICT, MAY_OK, &kvm_need_strict_pmu),

	{ ROW("address_unsupported", REQ(PAIRING_ADDRESS_NEEDS_CAP),
	      NEEDS(KVM_NEEDED, &kvm_need_no_pauth), .control = &kvm_control_plain),
	  { INIT(ADDRESS, MAY_EINVAL) } },
	{ ROW("generic_unsupported", REQ(PAIRING_GENERIC_NEEDS_CAP),
	      NEEDS(KVM_NEEDED, &kvm_need_no_pauth), .control = &kvm_control_plain),
	  { INIT(GENERIC, MAY_EINVAL) } },
	{ ROW("both_unsupported", REQ(PAIRING_ADDRESS_NEEDS_CAP, PAIRING_GENERIC_NEEDS_CAP),
	      NEEDS(KVM_NEEDED, &kvm_need_no_pauth), .control = &kvm_control_plain),
	  { INIT(BOTH, MAY_EINVAL) } },

	REFUSED_WITH("power_off", POWER_OFF, &kvm_need_power_off),
	REFUSED_WITH("el1_32bit", EL1_32BIT, &kvm_need_el1_32bit),
	REFUSED_WITH("psci_0_2", PSCI_0_2, &kvm_need_psci_0_2),
	REFUSED_WITH("pmu_v3", PMU_V3, &kvm_need_pmu_v3),
	REFUSED_WITH("sve", SVE, &kvm_need_sve),
	REFUSED_WITH("has_el2", HAS_EL2, &kvm_need_has_el2),
	REFUSED_WITH("has_el2_e2h0", HAS_EL2 | E2H0, &kvm_need_has_el2_e2h0),
	REFUSED_WITH("pmu_v3_strict", PMU_V3 | PMU_STRICT, &kvm_need_strict_pmu),

	ONE_SIDED("address_where_only_address", &kvm_need_only_address, ADDRESS, MAY_OK),
	ONE_SIDED("generic_where_only_address", &kvm_need_only_address, GENERIC, MAY_EINVAL),
	ONE_SIDED("both_where_only_address", &kvm_need_only_address, BOTH, MAY_EINVAL),
	ONE_SIDED("address_where_only_generic", &kvm_need_only_generic, ADDRESS, MAY_EINVAL),
	ONE_SIDED("generic_where_only_generic", &kvm_need_only_generic, GENERIC, MAY_OK),
	ONE_SIDED("both_where_only_generic", &kvm_need_only_generic, BOTH, MAY_EINVAL),
};

const struct uc_topic kvm_pairing_topic = UC_BATCH_TOPIC("pairing", rows, kvm_run_script);
