/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vCPU's registers as a way to see whether a call touched it: mark some,
 * and look later whether they are marked still, or as after a reset.
 */
#ifndef KVM_ARM_CAPS_MARKS_H
#define KVM_ARM_CAPS_MARKS_H

#include "vcpu.h"

/* Initial PSTATE, by the state that the vCPU starts in: all exceptions masked. */
#define PSTATE_EL1	0x3c5	/* EL1h, D, A, I, F */
#define PSTATE_EL2	0x3c9	/* EL2h, D, A, I, F */
#define PSTATE_SVC	0x1d3	/* AArch32 Supervisor, A, I, F */

/* Write marks into general, floating point and program counter registers, or ERROR. */
void kvm_mark(const struct kvm_vcpu *vcpu);

/*
 * The expectations say with uc_fail() what is otherwise, and return whether
 * all is as expected.
 */

/* Each of these registers is marked. */
bool kvm_expect_marked(const struct kvm_vcpu *vcpu);

/* Each of these registers is zero, and PSTATE is @pstate. */
bool kvm_expect_initial(const struct kvm_vcpu *vcpu, uint64_t pstate);

/* PSTATE is @pstate. */
bool kvm_expect_pstate(const struct kvm_vcpu *vcpu, uint64_t pstate);

/* All ten key registers can be read, or none of them. (A list of all registers takes far longer.) */
bool kvm_expect_keys(const struct kvm_vcpu *vcpu, bool there);

#endif /* KVM_ARM_CAPS_MARKS_H */
