/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The documents' rules as one pure function: what is known about the kernel,
 * what happened to the vCPU so far, and a call, give the answers that a
 * conforming kernel may give. Written from the documents, apart from the rows,
 * which a unit test holds against it. No system calls.
 */
#ifndef KVM_ARM_CAPS_ORACLE_H
#define KVM_ARM_CAPS_ORACLE_H

#include "facts.h"

/* Sets of answers. More than one: the documents leave it open. */
#define MAY_OK		(1u << 0)
#define MAY_EINVAL	(1u << 1)
#define MAY_ENOENT	(1u << 2)
#define MAY_EFAULT	(1u << 3)
#define MAY_ENOEXEC	(1u << 4)
#define MAY_EPERM	(1u << 5)
#define MAY_EINTR	(1u << 6)	/* KVM_RUN was asked not to enter the guest, and did not */
#define MAY_OTHER	(1u << 7)	/* any error without a name here */
#define MAY_FAIL	(MAY_EINVAL | MAY_ENOENT | MAY_EFAULT | MAY_ENOEXEC | MAY_EPERM | MAY_OTHER)

enum kvm_op {
	OP_INIT,
	OP_RUN,			/* with immediate_exit */
	OP_GET_REG,		/* of x0 */
	OP_SET_REG,
	OP_REG_LIST,
	OP_FINALIZE_SVE,
	OP_FINALIZE_UNKNOWN,	/* a feature that cannot be finalized */
	OP_GET_SVE_LENGTHS,
	OP_SET_SVE_LENGTHS,	/* to what they are */
	KVM_OPS
};

/* "KVM_RUN immediate_exit=1". Constant. */
const char *kvm_op_name(enum kvm_op op);

/* What a vCPU went through, as far as the rules depend on it. */
struct kvm_vcpu_state {
	bool initialised;
	bool finalized;
	uint32_t features;	/* of the accepted KVM_ARM_VCPU_INIT */
	uint32_t target;	/* the number */
};

#define KVM_STATE_VCPUS	4
struct kvm_state {
	bool mte;	/* enabled in the VM */
	struct kvm_vcpu_state vcpu[KVM_STATE_VCPUS];
};

/*
 * The answers allowed to @op on vCPU @index of a VM in @state; @call is
 * OP_INIT's.
 */
unsigned int kvm_oracle(const struct kvm_facts *facts, const struct kvm_state *state,
			unsigned int index, enum kvm_op op, const struct kvm_call *call);

/* Take down in @state that the call was accepted. */
void kvm_oracle_accepted(const struct kvm_facts *facts, struct kvm_state *state,
			 unsigned int index, enum kvm_op op, const struct kvm_call *call);

/* 0 or a negative errno as a set of one. */
unsigned int kvm_answer(int result);

/* "0", "EINVAL or EPERM", "an error". Static buffer. */
const char *kvm_answers_name(unsigned int answers);

#endif /* KVM_ARM_CAPS_ORACLE_H */
