// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_ARM_VCPU_INIT and the two pointer authentication features:
 *
 * 0		neither is requested, whatever the capabilities
 * 0		both are, and both capabilities are reported
 * EINVAL	one is without the other, and both capabilities are reported
 * EINVAL	one is whose own capability is not reported
 * 0		one is alone, and its capability alone is reported
 *
 * and the same whatever else is requested beside them.
 */
#include "rows.h"

#define ROW(name, ...)	.row = { .id = "kvm_arm_caps.pairing." name, __VA_ARGS__ }
#define ADDRESS_ONLY	"PTRAUTH_ADDRESS"
#define GENERIC_ONLY	"PTRAUTH_GENERIC"

/* One alone, the other alone, and both, beside something else, each on a new vCPU. */
#define THREE(one, set, answer) \
	"1: NEW_VCPU = 0; 2: NEW_VCPU = 0; INIT " ADDRESS_ONLY "|" set " = " one "; " \
	"1: INIT " GENERIC_ONLY "|" set " = " one "; 2: INIT " PAIR "|" set " = " answer

/* Where both capabilities are reported, and where neither is; beside every other feature. */
#define FEATURE(name, id, cap, with, beside, ...) \
	{ ROW("with_" #id, REQ(PAIRING_NOT_ONE, PAIRING_BOTH), \
	      NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_##id), .control = &kvm_control_pauth), \
	  THREE("EINVAL", with #name, beside) }, \
	{ ROW("unsupported_with_" #id, REQ(PAIRING_ADDRESS_NEEDS_CAP, PAIRING_GENERIC_NEEDS_CAP), \
	      NEEDS(KVM_NEEDED, &kvm_need_no_pauth, &kvm_need_##id), \
	      .control = &kvm_control_plain), THREE("EINVAL", with #name, "EINVAL") },
#define PAIRED(...)
#define DEPENDS(...)
#define EXCLUDES(...)

/* Where one is reported without the other, the rule for both is silent. */
#define ONE_SIDED(name, need, set, answer) \
	{ ROW(name, REQ(PAIRING_ONE_SIDED, PAIRING_ADDRESS_NEEDS_CAP, PAIRING_GENERIC_NEEDS_CAP), \
	      NEEDS(KVM_NEEDED, need), .control = &kvm_control_plain), "INIT " set " = " answer }

#define NO_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_no_pauth), .control = &kvm_control_plain

static const struct kvm_row rows[] = {
	{ ROW("neither", REQ(PAIRING_NEITHER), NEEDS(KVM_NEEDED)), "INIT none = 0" },
	{ ROW("both", REQ(PAIRING_BOTH), NEEDS(KVM_NEEDED, &kvm_need_pauth)),
	  "INIT " PAIR " = 0" },
	{ ROW("address_only", REQ(PAIRING_NOT_ONE), NEEDS(KVM_NEEDED, &kvm_need_pauth),
	      .control = &kvm_control_pauth), "INIT " ADDRESS_ONLY " = EINVAL" },
	{ ROW("generic_only", REQ(PAIRING_NOT_ONE), NEEDS(KVM_NEEDED, &kvm_need_pauth),
	      .control = &kvm_control_pauth), "INIT " GENERIC_ONLY " = EINVAL" },
	{ ROW("address_unsupported", REQ(PAIRING_ADDRESS_NEEDS_CAP), NO_PAUTH),
	  "INIT " ADDRESS_ONLY " = EINVAL" },
	{ ROW("generic_unsupported", REQ(PAIRING_GENERIC_NEEDS_CAP), NO_PAUTH),
	  "INIT " GENERIC_ONLY " = EINVAL" },
	{ ROW("both_unsupported", REQ(PAIRING_ADDRESS_NEEDS_CAP, PAIRING_GENERIC_NEEDS_CAP),
	      NO_PAUTH), "INIT " PAIR " = EINVAL" },

#include "features.inc"

	ONE_SIDED("address_where_only_address", &kvm_need_only_address, ADDRESS_ONLY, "0"),
	ONE_SIDED("generic_where_only_address", &kvm_need_only_address, GENERIC_ONLY, "EINVAL"),
	ONE_SIDED("both_where_only_address", &kvm_need_only_address, PAIR, "EINVAL"),
	ONE_SIDED("address_where_only_generic", &kvm_need_only_generic, ADDRESS_ONLY, "EINVAL"),
	ONE_SIDED("generic_where_only_generic", &kvm_need_only_generic, GENERIC_ONLY, "0"),
	ONE_SIDED("both_where_only_generic", &kvm_need_only_generic, PAIR, "EINVAL"),
};

const struct uc_topic kvm_pairing_topic = KVM_TOPIC("pairing", rows);
