// SPDX-License-Identifier: GPL-2.0-only
/*
 * A first KVM_ARM_VCPU_INIT that is refused:
 *
 * EFAULT	the struct cannot be read
 * EINVAL	the target is unknown
 * ENOENT	a bit of features is unknown, in any of its seven words
 * EINVAL	a feature is not supported (topic features), or the pair is torn (pairing)
 *
 * and, where there are two reasons, the upper one here is the answer.
 */
#include "rows.h"

#define ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.errors." name, REQ(requirement), NEEDS(KVM_NEEDED), \
		 .control = &kvm_control_plain }
#define PAUTH_ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.errors." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &kvm_control_pauth }
#define NO_PAUTH_ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.errors." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, &kvm_need_no_pauth), .control = &kvm_control_plain }

/* Feature bits are handed out from below: the top of word 0 will be the last to get a meaning. */
#define TOP	"bit31"
#define UNKNOWN(bit)	"INIT bit" #bit " = ENOENT; "

static const struct kvm_row rows[] = {
	{ ROW("pointer_not_mapped", ERRNO_POINTER), "INIT none struct=unmapped = EFAULT" },
	/* All ones, and the preferred one with more above it. */
	{ ROW("unknown_targets", ERRNO_TARGET),
	  "INIT none target=unknown = EINVAL; INIT none target=wide = EINVAL" },

	{ ROW("unknown_bit_at_top_of_word_0", ERRNO_UNKNOWN_BIT), UNKNOWN(31) },
	/* Lowest and highest of each. */
	{ ROW("unknown_bits_of_words_1_to_6", ERRNO_UNKNOWN_BIT),
	  UNKNOWN(32) UNKNOWN(63) UNKNOWN(64) UNKNOWN(95) UNKNOWN(96) UNKNOWN(127) UNKNOWN(128)
	  UNKNOWN(159) UNKNOWN(160) UNKNOWN(191) UNKNOWN(192) UNKNOWN(223) },

	{ ROW("target_before_unknown_bit", ERRNO_PRECEDENCE),
	  "INIT " TOP " target=unknown = EINVAL; INIT bit223 target=unknown = EINVAL" },
	{ PAUTH_ROW("unknown_bit_before_pairing", ERRNO_PRECEDENCE),
	  "INIT PTRAUTH_ADDRESS|" TOP " = ENOENT; INIT PTRAUTH_GENERIC|bit223 = ENOENT" },
	{ NO_PAUTH_ROW("unknown_bit_before_unsupported", ERRNO_PRECEDENCE),
	  "INIT PTRAUTH_ADDRESS|PTRAUTH_GENERIC|" TOP " = ENOENT; "
	  "INIT PTRAUTH_ADDRESS|bit223 = ENOENT" },
	{ ROW("pointer_before_all", ERRNO_PRECEDENCE),
	  "INIT PTRAUTH_ADDRESS|" TOP " target=unknown struct=short = EFAULT" },
};

const struct uc_topic kvm_errors_topic = KVM_TOPIC("errors", rows);
