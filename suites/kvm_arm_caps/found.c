// SPDX-License-Identifier: GPL-2.0-only
/*
 * What random sequences (--explore) found in released kernels, made into rows
 * so that it stays found:
 *
 * - a refused first call fixes whether the VM's vCPUs are AArch64 or AArch32
 * - another call after a KVM_RUN that could not begin makes the kernel warn
 */
#include "marks.h"
#include "script.h"
#include "topics.h"

#define ROW(name, ...) \
	.row = { .id = "kvm_arm_caps.found." name, __VA_ARGS__ }
#define WITH_AARCH32	NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_el1_32bit)
#define INITIAL		STEP_VALUE(INITIAL, PSTATE_EL1)

static const struct kvm_script rows[] = {
	{ ROW("refused_aarch32_then_aarch64", REQ(STATE_AFTER_REJECTION), WITH_AARCH32),
	  { INIT(EL1_32BIT | ADDRESS, MAY_EINVAL), INIT(0, MAY_OK), INITIAL } },
	{ ROW("refused_aarch64_then_aarch32", REQ(STATE_AFTER_REJECTION), WITH_AARCH32),
	  { INIT(ADDRESS, MAY_EINVAL), INIT(EL1_32BIT, MAY_OK), STEP_VALUE(PSTATE, PSTATE_SVC) } },
	{ ROW("sibling_of_refused_aarch32", REQ(STATE_PER_VCPU), WITH_AARCH32),
	  { INIT_OF(0, EL1_32BIT | ADDRESS, MAY_EINVAL), INIT_OF(1, 0, MAY_OK) } },
	/* Without an interrupt controller a PMU cannot run; what that leaves must do no harm. */
	{ ROW("again_after_run_that_fails", REQ(STATE_SAME_SET),
	      NEEDS(KVM_NEEDED, &kvm_need_pmu_v3, &kvm_need_immediate_exit)),
	  { INIT(PMU_V3, MAY_OK), CALL(OP_RUN, MAY_EINTR | MAY_FAIL), INIT(PMU_V3, MAY_OK),
	    INITIAL } },
};

const struct uc_topic kvm_found_topic = UC_BATCH_TOPIC("found", rows, kvm_run_script);
