// SPDX-License-Identifier: GPL-2.0-only
/*
 * What random sequences (--explore) found in released kernels, as --explore
 * printed it, made into rows so that it stays found:
 *
 * - a refused first call fixes whether the VM's vCPUs are AArch64 or AArch32
 * - another call after a KVM_RUN that could not begin makes the kernel warn
 * - so does one after the ID registers were told of a PMU that is not Arm's, or of none that there is
 */
#include "rows.h"

#define ROW(name, ...) \
	.row = { .id = "kvm_arm_caps.regressions." name, __VA_ARGS__ }
#define WITH_AARCH32	NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_el1_32bit)

static const struct kvm_row rows[] = {
	{ ROW("refused_aarch32_then_aarch64", REQ(STATE_AFTER_REJECTION), WITH_AARCH32),
	  "INIT EL1_32BIT|PTRAUTH_ADDRESS = EINVAL; INIT none = 0; INITIAL" },
	{ ROW("refused_aarch64_then_aarch32", REQ(STATE_AFTER_REJECTION), WITH_AARCH32),
	  "INIT PTRAUTH_ADDRESS = EINVAL; INIT EL1_32BIT = 0; GET_REG pstate == 0x1d3" },
	{ ROW("sibling_of_refused_aarch32", REQ(STATE_PER_VCPU), WITH_AARCH32),
	  "1: NEW_VCPU = 0; INIT EL1_32BIT|PTRAUTH_ADDRESS = EINVAL; 1: INIT none = 0" },
	/* Without an interrupt controller a PMU cannot run; what that leaves must do no harm. */
	{ ROW("again_after_run_that_fails", REQ(STATE_SAME_SET, KERNEL_SOUND),
	      NEEDS(KVM_NEEDED, &kvm_need_pmu_v3, &kvm_need_immediate_exit)),
	  "INIT PMU_V3 = 0; RUN = EINTR|error; INIT PMU_V3 = 0; INITIAL" },
	/* Whether a kernel takes such a version is its own choice; a kernel that does must not warn of it. */
	{ ROW("again_after_other_pmu", REQ(KERNEL_SOUND),
	      NEEDS(KVM_NEEDED, &kvm_need_pmu_v3)),
	  "INIT PMU_V3 = 0; SET_REG ID_AA64DFR0_EL1.PMUVer 0xf = 0|error; INIT PMU_V3 = 0; "
	  "SET_REG ID_AA64DFR0_EL1.PMUVer 2 = 0|error; INIT PMU_V3 = 0" },
};

const struct uc_topic kvm_regressions_topic = KVM_TOPIC("regressions", rows);
