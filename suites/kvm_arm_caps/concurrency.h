/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows in which two threads call at once. The documents speak of one call
 * after another, so what comes of the two must be what one of their two
 * orders gives; a row lists these outcomes, and the unit test holds the list
 * against the rules, played in both orders.
 */
#ifndef KVM_ARM_CAPS_CONCURRENCY_H
#define KVM_ARM_CAPS_CONCURRENCY_H

#include "steps.h"

/* One that is allowed: what each call answers, and steps that show what the vCPUs are then. */
struct kvm_outcome {
	uint32_t answers[2];	/* 0 ends the list */
	const char *after;
};

#define KVM_OUTCOMES	3
/* A row's .data; what comes before the two calls are the row's steps. */
struct kvm_race {
	const char *calls[2];	/* one step each; the second thread makes the second */
	bool creates;		/* the second thread makes its vCPU before its call */
	/*
	 * A step and the value of it that the second thread must see as soon
	 * as its call is accepted; until then it calls again. NULL: once.
	 */
	const char *look;
	uint64_t seen;
	bool until;	/* the second thread calls again until it reads what its step says */
	struct kvm_outcome outcomes[KVM_OUTCOMES];
};

#endif /* KVM_ARM_CAPS_CONCURRENCY_H */
