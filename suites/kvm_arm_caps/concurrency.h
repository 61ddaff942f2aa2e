/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows in which two threads call at once. The documents speak of one call
 * after another, so what comes of the two must be what one of their two
 * orders gives; a row lists these outcomes, and the unit test holds the list
 * against the oracle, played in both orders.
 */
#ifndef KVM_ARM_CAPS_CONCURRENCY_H
#define KVM_ARM_CAPS_CONCURRENCY_H

#include "script.h"

/* One that is allowed: what each call answers, and what the vCPUs are then. */
struct kvm_outcome {
	unsigned int answers[2];	/* 0 ends the list */
	struct kvm_step after[KVM_STEPS];
};

#define KVM_OUTCOMES	3
struct kvm_meeting {
	struct uc_row row;
	uint32_t first_set;	/* vCPU 0 was initialised with this set before; 0: it was not */
	bool creates;		/* no vCPU is there, the second thread makes vCPU 0 before its call */
	struct kvm_step calls[2];	/* STEP_CALL, or STEP_ENABLE_MTE */
	/*
	 * STEP_KEYS or STEP_MP_STATE: what the second thread must see of the
	 * vCPU as soon as its call is accepted; until then it calls again.
	 */
	struct kvm_step look;
	struct kvm_outcome outcomes[KVM_OUTCOMES];
};

#endif /* KVM_ARM_CAPS_CONCURRENCY_H */
