/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the suite's explorer: the functions of these names in explorer.h. */
#ifndef KVM_ARM_CAPS_EXPLORE_H
#define KVM_ARM_CAPS_EXPLORE_H

#include "../../harness/explorer.h"
#include "play.h"

/* What struct uc_observed's data holds: what had to come of the step, and the value that came. */
struct kvm_came {
	struct kvm_rule rule;
	uint64_t value;
};

/* Making steps, and making them simpler. Pure. */
void kvm_explore_invent(void *step, const void *earlier, unsigned int index,
			struct uc_random *random, const void *facts);
bool kvm_explore_simplify(const void *step, unsigned int attempt, void *simpler);

/* The statements of a program that shows what the steps came to. */
void kvm_explore_emit(FILE *out, const void *steps, const struct uc_observed *observed,
		      unsigned int count, const void *facts);
/* reproducer/, in the order in which a program has them */
extern const char uc_text_kvm_arm_caps_numbers[], uc_text_kvm_arm_caps_guest[],
	uc_text_kvm_arm_caps_calls[], uc_text_kvm_arm_caps_registers[];

extern const struct uc_explorer kvm_explorer;

#endif /* KVM_ARM_CAPS_EXPLORE_H */
