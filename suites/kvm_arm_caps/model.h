/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exploration of this suite plays: the steps, and a model of the VMs
 * and vCPUs that they act on. Pure: no system calls. KVM_ARM_VCPU_INIT and
 * what a vCPU may do before and after it are the oracle's (oracle.h); the
 * model adds what needs a memory, the values of registers first of all.
 */
#ifndef KVM_ARM_CAPS_MODEL_H
#define KVM_ARM_CAPS_MODEL_H

#include "oracle.h"

#define MODEL_VMS	2
#define MODEL_VCPUS	3

enum kvm_step_op {
	DO_INIT,
	DO_RUN,			/* with immediate_exit */
	DO_FINALIZE,		/* which: index into kvm_finalizable */
	DO_GET_REG,		/* which: index into kvm_model_registers */
	DO_SET_REG,		/* to value */
	DO_GET_ISAR,		/* which: 0 is ID_AA64ISAR1_EL1, 1 is ID_AA64ISAR2_EL1 */
	DO_SET_ISAR,		/* to what it is, with the bits of value inverted */
	DO_REG_LIST,		/* which: 0 with room, 1 without, 2 for one too few, 3 just enough */
	DO_GET_LENGTHS,		/* SVE's */
	DO_SET_LENGTHS,		/* which: 0 to 128 bits alone, which every CPU with SVE can do, 1 to what it is */
	DO_GET_MP_STATE,
	DO_SET_MP_STATE,	/* which: 0 runnable, 1 stopped */
	DO_CHECK_SYSTEM,	/* KVM_CHECK_EXTENSION; which: feature, or MODEL_CAP_169 */
	DO_CHECK_VM,
	DO_PREFERRED,
	DO_MASKS,		/* KVM_ARM_GET_REG_WRITABLE_MASKS; which as for the ISARs */
	DO_NEW_VM,		/* in place of the one that was there */
	DO_CLOSE_VM,		/* its vCPUs stay */
	DO_NEW_VCPU,
	DO_CLOSE_VCPU,		/* its number stays taken */
	KVM_STEP_OPS
};
#define MODEL_CAP_169	KVM_FEATURES

struct kvm_model_step {
	uint8_t op;		/* enum kvm_step_op */
	uint8_t vm, vcpu;	/* which one it acts on */
	uint8_t which;
	uint8_t target, pointer;	/* DO_INIT's: enum kvm_target, enum kvm_pointer */
	uint16_t extra_bit;
	uint32_t features;
	uint32_t unused;
	uint64_t value;
};

/* Further answers beside the oracle's. */
#define MAY_EBUSY	(1u << 8)
#define MAY_EEXIST	(1u << 9)
#define MAY_E2BIG	(1u << 10)
#define MAY_ANYTHING	(MAY_OK | MAY_FAIL | MAY_EBUSY | MAY_EEXIST | MAY_E2BIG)

/* What must hold for the value that comes with the answer. */
enum kvm_value_rule {
	VALUE_FREE,
	VALUE_IS,	/* under the mask */
	VALUE_IS_NOT,
};

/* What may come of a step. */
struct kvm_rule {
	uint32_t allowed;	/* MAY_... */
	enum kvm_value_rule value_rule;
	bool always;		/* the value counts with an error too */
	uint64_t mask, value;
	uint8_t requirement;	/* that an answer outside of this breaks */
	/* ... unless an earlier refused first call is the cause: then requirement is that one's. */
	bool consequence;
	const char *note;	/* what to say if it answers 0; NULL for nothing */
};

/* The registers whose values the model keeps: the keys, and some with known initial values. */
enum {
	MODEL_X0 = KVM_KEY_REGISTERS,
	MODEL_SP = MODEL_X0 + 31,
	MODEL_PC,
	MODEL_V31,	/* of 128 bits, the halves written alike */
	MODEL_PSTATE,
	MODEL_FPCR,
	MODEL_TTBR1,	/* whose initial value nobody knows, as the keys' */
	MODEL_REGISTERS
};
struct kvm_model_register {
	const char *name;
	uint64_t id;
};
struct kvm_model_register kvm_model_register(unsigned int which);
static inline bool kvm_model_is_key(unsigned int which)
{
	return which < KVM_KEY_REGISTERS;
}

/* What is in it after a KVM_ARM_VCPU_INIT with these features; for all but the keys. */
uint64_t kvm_model_initial(unsigned int which, uint32_t features);

/* What KVM_ARM_VCPU_FINALIZE is asked for; the first is the one that can be. */
#define MODEL_FINALIZABLE	4
extern const int kvm_finalizable[MODEL_FINALIZABLE];

struct kvm_model_value {
	bool known;		/* it must be value */
	bool written;		/* by user space, and so no initial value */
	bool stale;		/* it was value before the last KVM_ARM_VCPU_INIT */
	uint64_t value;
};

struct kvm_model_vcpu {
	bool made, open;	/* its number is taken; its file descriptor is open */
	bool refused;		/* a KVM_ARM_VCPU_INIT was, since it was made or accepted */
	bool refused_first;	/* one was before the first that was accepted */
	bool short_lengths;	/* DO_SET_LENGTHS was accepted and still holds */
	struct kvm_model_value registers[MODEL_REGISTERS];
	struct kvm_model_value mp_state;
};

struct kvm_model_vm {
	bool made, open;
	bool ran;		/* KVM_RUN was tried on an initialised vCPU */
	struct kvm_state state;
	struct kvm_model_vcpu vcpu[MODEL_VCPUS];
};

struct kvm_model {
	struct kvm_model_vm vm[MODEL_VMS];
};

/* Whether there is something for the step to act on. */
bool kvm_model_can(const struct kvm_facts *facts, const struct kvm_model *model,
		   const struct kvm_model_step *step);

/* What may come of the step. */
void kvm_model_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		    const struct kvm_model_step *step, struct kvm_rule *rule);

/* The part of it that is about no vCPU. */
void kvm_model_vm_rule(const struct kvm_facts *facts, const struct kvm_model *model,
		       const struct kvm_model_step *step, struct kvm_rule *rule);

/* Whether @result (0 or negative errno) with @value is what the rule allows. */
bool kvm_model_allows(const struct kvm_rule *rule, int result, uint64_t value);

/* Take down what came of the step; only for what was allowed. */
void kvm_model_follow(const struct kvm_facts *facts, struct kvm_model *model,
		      const struct kvm_model_step *step, int result, uint64_t value);

/* The part of a step that is KVM_ARM_VCPU_INIT's. */
struct kvm_call kvm_model_call(const struct kvm_model_step *step);

/* The answer as a set of one. */
uint32_t kvm_model_answer(int result);

/* Every answer that has a name, for loops: 0 and the errno, and what it is called. */
struct kvm_model_answer_name {
	int error;
	const char *name;
	uint32_t set;
};
extern const struct kvm_model_answer_name kvm_model_answers[];
extern const unsigned int kvm_model_answer_count;

#endif /* KVM_ARM_CAPS_MODEL_H */
