/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows that are a few calls on one new VM, each with the answers it must get.
 * Most rows of this suite are: they differ in data only, and the unit test
 * walks the same steps through the oracle.
 */
#ifndef KVM_ARM_CAPS_SCRIPT_H
#define KVM_ARM_CAPS_SCRIPT_H

#include "controls.h"
#include "needs.h"
#include "oracle.h"
#include "requirements.h"
#include "vcpu.h"

enum kvm_step_kind {
	STEP_END,
	STEP_CALL,		/* .op, .call: must be answered as .answers says */
	STEP_MARK,		/* set-up: write to registers */
	STEP_STOP,		/* set-up: KVM_SET_MP_STATE to STOPPED */
	STEP_MARKED,		/* what was written is there still */
	STEP_INITIAL,		/* registers are as after a reset, PSTATE is .value */
	STEP_PSTATE,		/* PSTATE alone is .value */
	STEP_KEYS,		/* the ten key registers can be read */
	STEP_NO_KEYS,		/* none of them can */
	STEP_MP_STATE,		/* KVM_GET_MP_STATE says .value */
	STEP_PREFERRED,		/* INIT with KVM_ARM_PREFERRED_TARGET's struct, unchanged */
	STEP_ENABLE_MTE,	/* set-up: before any vCPU is there */
};

struct kvm_step {
	enum kvm_step_kind kind;
	unsigned char vcpu;	/* which of the VM's */
	enum kvm_op op;
	struct kvm_call call;
	unsigned int answers;
	uint64_t value;
};

#define KVM_STEPS	12
struct kvm_script {
	struct uc_row row;
	struct kvm_step steps[KVM_STEPS];	/* STEP_END ends, or the array's end */
};

/* KVM_ARM_VCPU_INIT of vCPU 0, or another, with these features. */
#define INIT(set, may)		INIT_OF(0, set, may)
#define INIT_OF(number, set, may) \
	{ .kind = STEP_CALL, .vcpu = (number), .op = OP_INIT, .call = { .features = (set) }, \
	  .answers = (may) }
/* The same, described by struct kvm_call's fields. */
#define INIT_CALL(may, ...) \
	{ .kind = STEP_CALL, .op = OP_INIT, .call = { __VA_ARGS__ }, .answers = (may) }
/* Any other call. */
#define CALL(what, may)		CALL_OF(0, what, may)
#define CALL_OF(number, what, may) \
	{ .kind = STEP_CALL, .vcpu = (number), .op = (what), .answers = (may) }
/* A check of vCPU 0, or another, between calls. */
#define STEP(what)		STEP_OF(0, what)
#define STEP_OF(number, what)	{ .kind = STEP_##what, .vcpu = (number) }
#define STEP_VALUE(what, number) { .kind = STEP_##what, .value = (number) }

/* A topic's run() for tables of struct kvm_script. */
void kvm_run_script(const struct uc_row *row, const void *facts);

/*
 * Play steps, KVM_STEPS of them at most, to vCPUs that are there already.
 * @earlier: what was called before, for a failure's details, or NULL.
 */
void kvm_play_steps(const struct kvm_vcpu *vcpu, unsigned int vcpus, const struct kvm_step *steps,
		    const char *earlier);

/* Make the call of a STEP_CALL. 0 or negative errno. */
int kvm_do_op(const struct kvm_vcpu *vcpu, const struct kvm_step *step);

/* That call as text, with its vCPU's number or without. */
void kvm_name_call(const struct kvm_step *step, bool with_vcpu, char *text, size_t size);

/* Answers of calls whose errno is known, but which the documents ask not to rely on. */
void kvm_note_errno(enum kvm_op op, unsigned int answer);

#endif /* KVM_ARM_CAPS_SCRIPT_H */
