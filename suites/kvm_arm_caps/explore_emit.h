/* SPDX-License-Identifier: GPL-2.0-only */
/* The fixed parts of a reproducer. */
#ifndef KVM_ARM_CAPS_EXPLORE_EMIT_H
#define KVM_ARM_CAPS_EXPLORE_EMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Which parts the steps need. */
struct kvm_emission {
	uint32_t ops;	/* bits of enum kvm_step_op */
	bool values;	/* a step's value is looked at */
	bool placed;	/* where KVM_ARM_VCPU_INIT's struct lies matters */
};

/* Includes, constants, structures, and how a call is checked and printed. */
void kvm_emit_head(FILE *out, const struct kvm_emission *emission);

/* One function for each kind of call. */
void kvm_emit_helpers(FILE *out, const struct kvm_emission *emission);

#endif /* KVM_ARM_CAPS_EXPLORE_EMIT_H */
