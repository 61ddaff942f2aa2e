// SPDX-License-Identifier: GPL-2.0-only
/*
 * SVE, the feature that needs a second call, KVM_ARM_VCPU_FINALIZE:
 *
 * EPERM	KVM_RUN and KVM_GET_REG_LIST before it
 * 0		both after it, and the vector lengths' register before it
 * EPERM	it is called again
 * EINVAL	for a feature that knows no finalizing
 * EPERM, EINVAL	for a vCPU without SVE (the text gives a reason for each)
 */
#include "rows.h"

#define ROW(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.sve." name, REQ(requirement), NEEDS(KVM_NEEDED, __VA_ARGS__) }

static const struct kvm_row rows[] = {
	{ ROW("finalize", SVE_FINALIZE, &kvm_need_sve, &kvm_need_immediate_exit),
	  "INIT SVE = 0; RUN = EPERM; REG_LIST = EPERM; FINALIZE SVE = 0; RUN = EINTR; REG_LIST = 0" },
	{ ROW("finalize_twice", SVE_FINALIZE_ERRORS, &kvm_need_sve),
	  "INIT SVE = 0; FINALIZE SVE = 0; FINALIZE SVE = EPERM; REG_LIST = 0" },
	{ ROW("finalize_without_sve", SVE_FINALIZE_ERRORS, NULL),
	  "INIT none = 0; FINALIZE PSCI_0_2 = EINVAL; FINALIZE SVE = EPERM|EINVAL; REG_LIST = 0; "
	  "GET_LENGTHS = error" },
	{ ROW("lengths", SVE_LENGTHS, &kvm_need_sve),
	  "INIT SVE = 0; GET_LENGTHS = 0; SET_LENGTHS = 0; FINALIZE SVE = 0; GET_LENGTHS = 0; "
	  "SET_LENGTHS = error" },
};

const struct uc_topic kvm_sve_topic = KVM_TOPIC("sve", rows);
