/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The documents' rules, in one place: what is known about the kernel, what
 * happened so far, and a step, give the answers that a conforming kernel may
 * give, and the requirement that another answer breaks. Written from the
 * documents, apart from the rows, which a unit test holds against it. No
 * system calls.
 */
#ifndef KVM_ARM_CAPS_RULES_H
#define KVM_ARM_CAPS_RULES_H

#include "facts.h"
#include "requirements.h"
#include "steps.h"

/* What is in a register, as far as it is known. */
struct kvm_value {
	bool known;		/* it must be value */
	bool written;		/* by user space, and so no initial value */
	bool stale;		/* it was value before the last KVM_ARM_VCPU_INIT */
	uint64_t value;
};

struct kvm_vcpu_model {
	bool made, open;	/* its number is taken; its file descriptor is open */
	bool initialised, finalized;
	uint32_t features;	/* of the accepted KVM_ARM_VCPU_INIT */
	uint32_t target;	/* the number */
	bool refused;		/* a KVM_ARM_VCPU_INIT was, since it was made or accepted */
	bool refused_first;	/* one was before the first that was accepted */
	bool short_lengths;	/* DO_SET_LENGTHS to 128 bits was accepted and still holds */
	bool booted;	/* DO_BOOT since the last KVM_ARM_VCPU_INIT, and SCTLR_EL1 was not written */
	bool enables;
	bool exited;	/* the last KVM_RUN did, and the next one first finishes what it left */
	struct kvm_value registers[KVM_REGISTERS];
	struct kvm_value mp_state;
};

struct kvm_vm_model {
	bool made, open;
	bool mte;		/* enabled */
	bool ran;		/* KVM_RUN was tried on an initialised vCPU */
	struct kvm_vcpu_model vcpu[KVM_VCPUS];
};

struct kvm_model {
	struct kvm_vm_model vm[KVM_VMS];
};

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
	uint8_t direct;		/* requirement that an answer outside of this breaks by itself */
	/* The same, but if an earlier refused first call may be the cause, that one's. */
	uint8_t requirement;
	bool consequence;
	const char *note;	/* what to say if it answers 0; NULL for nothing */
};

/* A step with what it is about; for kvm_follow() also what came of it. */
struct kvm_case {
	const struct kvm_facts *facts;
	const struct kvm_step *step;
	struct kvm_vm_model *vm;
	struct kvm_vcpu_model *vcpu;
	int result;
	uint64_t value;
};
struct kvm_case kvm_case_of(const struct kvm_facts *facts, struct kvm_model *model,
			    const struct kvm_step *step);

/* The rule for DO_INIT and DO_INIT_PREFERRED. */
void kvm_init_rule(const struct kvm_case *of, struct kvm_rule *rule);

/* The answers to DO_INIT alone, for a vCPU of a VM in this state. */
uint32_t kvm_init_answers(const struct kvm_facts *facts, const struct kvm_vm_model *vm,
			  unsigned int vcpu, const struct kvm_step *step);

/* None, each feature with what it needs, and as many as there can be together. */
#define KVM_LEGAL_SETS	(KVM_FEATURES + 2)
unsigned int kvm_legal_sets(const struct kvm_facts *facts, uint32_t sets[KVM_LEGAL_SETS]);

/* Whether there is something for the step to act on. */
bool kvm_can(const struct kvm_facts *facts, struct kvm_model *model, const struct kvm_step *step);

/* What may come of the step, whatever it says itself. */
void kvm_rule_of(const struct kvm_facts *facts, struct kvm_model *model,
		 const struct kvm_step *step, struct kvm_rule *rule);

/* Whether @result (0 or negative errno) with @value is what the rule allows. */
bool kvm_allows(const struct kvm_rule *rule, int result, uint64_t value);

/*
 * The same for what must come of a step: what it says itself, or else what the rules do. @rule is that
 * then, and the model follows what was allowed.
 */
bool kvm_judge(const struct kvm_facts *facts, struct kvm_model *model, const struct kvm_step *step,
	       int result, uint64_t value, struct kvm_rule *rule);

/* Both in words, @size bytes each: of the value only where that is not what is wrong with the answer. */
void kvm_explain(const struct kvm_step *step, const struct kvm_rule *rule, int result, uint64_t value,
		 char *expected, char *got, size_t size);

/* Take down what came of the step; only for what was allowed. */
void kvm_follow(const struct kvm_facts *facts, struct kvm_model *model,
		const struct kvm_step *step, int result, uint64_t value);

#endif /* KVM_ARM_CAPS_RULES_H */
