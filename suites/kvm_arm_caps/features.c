// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every feature other than pointer authentication by the same rule: with the
 * features that it needs,
 *
 * 0		its capability is reported, and the vCPU is what the feature says
 * EINVAL	it is not (ENOENT if the kernel does not know the bit: topic sweep)
 * EINVAL	what it needs is missing, or it is with what it excludes
 */
#include "marks.h"
#include "script.h"
#include "topics.h"

/* The capability is reported: the row is its own control. */
#define PRESENT(name, requirement, need) \
	.row = { .id = "kvm_arm_caps.features." name, REQ(requirement), NEEDS(KVM_NEEDED, need) }
#define REFUSED(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.features." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, __VA_ARGS__), .control = &kvm_control_plain }

static const struct kvm_script rows[] = {
	{ PRESENT("power_off", FEATURE_POWER_OFF, &kvm_need_power_off),
	  { INIT(POWER_OFF, MAY_OK), STEP_VALUE(MP_STATE, KVM_MP_STATE_STOPPED) } },
	{ PRESENT("no_power_off", FEATURE_POWER_OFF, &kvm_need_power_off),
	  { INIT(0, MAY_OK), STEP_VALUE(MP_STATE, KVM_MP_STATE_RUNNABLE) } },
	{ PRESENT("el1_32bit", FEATURE_EL1_32BIT, &kvm_need_el1_32bit),
	  { INIT(EL1_32BIT, MAY_OK), STEP_VALUE(PSTATE, PSTATE_SVC) } },
	{ PRESENT("psci_0_2", FEATURE_PSCI_0_2, &kvm_need_psci_0_2), { INIT(PSCI_0_2, MAY_OK) } },
	{ PRESENT("pmu_v3", FEATURE_PMU_V3, &kvm_need_pmu_v3), { INIT(PMU_V3, MAY_OK) } },
	{ PRESENT("sve", FEATURE_SVE, &kvm_need_sve), { INIT(SVE, MAY_OK) } },
	{ PRESENT("has_el2", FEATURE_HAS_EL2, &kvm_need_has_el2),
	  { INIT(HAS_EL2, MAY_OK), STEP_VALUE(PSTATE, PSTATE_EL2) } },
	{ PRESENT("has_el2_e2h0", FEATURE_HAS_EL2_E2H0, &kvm_need_has_el2_e2h0),
	  { INIT(HAS_EL2 | E2H0, MAY_OK), STEP_VALUE(PSTATE, PSTATE_EL2) } },
	{ PRESENT("pmu_v3_strict", FEATURE_PMU_V3_STRICT, &kvm_need_strict_pmu),
	  { INIT(PMU_V3 | PMU_STRICT, MAY_OK) } },

	{ REFUSED("power_off_unsupported", FEATURE_POWER_OFF, &kvm_need_no_power_off),
	  { INIT(POWER_OFF, MAY_EINVAL) } },
	{ REFUSED("el1_32bit_unsupported", FEATURE_EL1_32BIT, &kvm_need_no_el1_32bit),
	  { INIT(EL1_32BIT, MAY_EINVAL) } },
	{ REFUSED("psci_0_2_unsupported", FEATURE_PSCI_0_2, &kvm_need_no_psci_0_2),
	  { INIT(PSCI_0_2, MAY_EINVAL) } },
	{ REFUSED("pmu_v3_unsupported", FEATURE_PMU_V3, &kvm_need_no_pmu_v3),
	  { INIT(PMU_V3, MAY_EINVAL) } },
	{ REFUSED("sve_unsupported", FEATURE_SVE, &kvm_need_no_sve), { INIT(SVE, MAY_EINVAL) } },
	{ REFUSED("has_el2_unsupported", FEATURE_HAS_EL2, &kvm_need_no_has_el2),
	  { INIT(HAS_EL2, MAY_EINVAL) } },
	{ REFUSED("has_el2_e2h0_unsupported", FEATURE_HAS_EL2_E2H0, &kvm_need_no_e2h0),
	  { INIT(HAS_EL2 | E2H0, MAY_EINVAL) } },
	{ REFUSED("pmu_v3_strict_unsupported", FEATURE_PMU_V3_STRICT, &kvm_need_no_pmu_strict),
	  { INIT(PMU_V3 | PMU_STRICT, MAY_EINVAL) } },

	{ REFUSED("has_el2_e2h0_without_has_el2", FEATURE_E2H0_NEEDS_EL2, &kvm_need_e2h0_known),
	  { INIT(E2H0, MAY_EINVAL) } },
	{ REFUSED("pmu_v3_strict_without_pmu_v3", FEATURE_STRICT_NEEDS_PMU,
		  &kvm_need_pmu_strict_known), { INIT(PMU_STRICT, MAY_EINVAL) } },
	{ REFUSED("el1_32bit_with_has_el2", FEATURE_32BIT_NOT_EL2, &kvm_need_el1_32bit,
		  &kvm_need_has_el2), { INIT(EL1_32BIT | HAS_EL2, MAY_EINVAL) } },
	{ REFUSED("el1_32bit_with_mte", FEATURE_32BIT_NOT_MTE, &kvm_need_el1_32bit,
		  &kvm_need_mte),
	  { STEP(ENABLE_MTE), INIT(EL1_32BIT, MAY_EINVAL), INIT(0, MAY_OK) } },
};

const struct uc_topic kvm_features_topic = UC_BATCH_TOPIC("features", rows, kvm_run_script);
