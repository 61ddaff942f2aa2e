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
#include "script.h"
#include "topics.h"

#define ROW(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.sve." name, REQ(requirement), NEEDS(KVM_NEEDED, __VA_ARGS__) }

static const struct kvm_script rows[] = {
	{ ROW("finalize", SVE_FINALIZE, &kvm_need_sve, &kvm_need_immediate_exit),
	  { INIT(SVE, MAY_OK), CALL(OP_RUN, MAY_EPERM), CALL(OP_REG_LIST, MAY_EPERM),
	    CALL(OP_FINALIZE_SVE, MAY_OK), CALL(OP_RUN, MAY_EINTR), CALL(OP_REG_LIST, MAY_OK) } },
	{ ROW("finalize_twice", SVE_FINALIZE_ERRORS, &kvm_need_sve),
	  { INIT(SVE, MAY_OK), CALL(OP_FINALIZE_SVE, MAY_OK), CALL(OP_FINALIZE_SVE, MAY_EPERM),
	    CALL(OP_REG_LIST, MAY_OK) } },
	{ ROW("finalize_without_sve", SVE_FINALIZE_ERRORS, NULL),
	  { INIT(0, MAY_OK), CALL(OP_FINALIZE_UNKNOWN, MAY_EINVAL),
	    CALL(OP_FINALIZE_SVE, MAY_EPERM | MAY_EINVAL), CALL(OP_REG_LIST, MAY_OK),
	    CALL(OP_GET_SVE_LENGTHS, MAY_FAIL) } },
	{ ROW("lengths", SVE_LENGTHS, &kvm_need_sve),
	  { INIT(SVE, MAY_OK), CALL(OP_GET_SVE_LENGTHS, MAY_OK),
	    CALL(OP_SET_SVE_LENGTHS, MAY_OK), CALL(OP_FINALIZE_SVE, MAY_OK),
	    CALL(OP_GET_SVE_LENGTHS, MAY_OK), CALL(OP_SET_SVE_LENGTHS, MAY_FAIL) } },
};

const struct uc_topic kvm_sve_topic = UC_BATCH_TOPIC("sve", rows, kvm_run_script);
