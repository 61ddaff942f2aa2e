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
#include "script.h"
#include "topics.h"

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
#define TOP_BIT	31

static const struct kvm_script rows[] = {
	{ ROW("pointer_not_mapped", ERRNO_POINTER),
	  { INIT_CALL(MAY_EFAULT, .pointer = UNMAPPED) } },
	/* All ones, and the preferred one with more above it. */
	{ ROW("unknown_targets", ERRNO_TARGET),
	  { INIT_CALL(MAY_EINVAL, .target = UNKNOWN_TARGET),
	    INIT_CALL(MAY_EINVAL, .target = WIDE_TARGET) } },

	{ ROW("unknown_bit_at_top_of_word_0", ERRNO_UNKNOWN_BIT),
	  { INIT_CALL(MAY_ENOENT, .extra_bit = TOP_BIT) } },
	/* Lowest and highest of each. */
	{ ROW("unknown_bits_of_words_1_to_6", ERRNO_UNKNOWN_BIT),
	  { INIT_CALL(MAY_ENOENT, .extra_bit = 32), INIT_CALL(MAY_ENOENT, .extra_bit = 63),
	    INIT_CALL(MAY_ENOENT, .extra_bit = 64), INIT_CALL(MAY_ENOENT, .extra_bit = 95),
	    INIT_CALL(MAY_ENOENT, .extra_bit = 96), INIT_CALL(MAY_ENOENT, .extra_bit = 127),
	    INIT_CALL(MAY_ENOENT, .extra_bit = 128), INIT_CALL(MAY_ENOENT, .extra_bit = 159),
	    INIT_CALL(MAY_ENOENT, .extra_bit = 160), INIT_CALL(MAY_ENOENT, .extra_bit = 191),
	    INIT_CALL(MAY_ENOENT, .extra_bit = 192), INIT_CALL(MAY_ENOENT, .extra_bit = 223) } },

	{ ROW("target_before_unknown_bit", ERRNO_PRECEDENCE),
	  { INIT_CALL(MAY_EINVAL, .target = UNKNOWN_TARGET, .extra_bit = TOP_BIT),
	    INIT_CALL(MAY_EINVAL, .target = UNKNOWN_TARGET, .extra_bit = 223) } },
	{ PAUTH_ROW("unknown_bit_before_pairing", ERRNO_PRECEDENCE),
	  { INIT_CALL(MAY_ENOENT, .features = ADDRESS, .extra_bit = TOP_BIT),
	    INIT_CALL(MAY_ENOENT, .features = GENERIC, .extra_bit = 223) } },
	{ NO_PAUTH_ROW("unknown_bit_before_unsupported", ERRNO_PRECEDENCE),
	  { INIT_CALL(MAY_ENOENT, .features = ADDRESS | GENERIC, .extra_bit = TOP_BIT),
	    INIT_CALL(MAY_ENOENT, .features = ADDRESS, .extra_bit = 223) } },
	{ ROW("pointer_before_all", ERRNO_PRECEDENCE),
	  { INIT_CALL(MAY_EFAULT, .pointer = ONE_BYTE_SHORT, .target = UNKNOWN_TARGET,
		      .features = ADDRESS, .extra_bit = TOP_BIT) } },
};

const struct uc_topic kvm_errors_topic = UC_BATCH_TOPIC("errors", rows, kvm_run_script);
