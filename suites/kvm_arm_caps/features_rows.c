// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every feature other than pointer authentication by the same rule: with the
 * features that it needs,
 *
 * 0		its capability is reported, and the vCPU is what the feature says
 * EINVAL	it is not (ENOENT if the kernel does not know the bit: topic sweep)
 * EINVAL	what it needs is missing, or it is with what it excludes
 */
#include "rows.h"

#define ROW(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.features." name, REQ(requirement), NEEDS(KVM_NEEDED, __VA_ARGS__) }
#define REFUSED(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.features." name, REQ(requirement), \
	  NEEDS(KVM_NEEDED, __VA_ARGS__), .control = &kvm_control_plain }

/* Where the capability is reported, the row is its own control. */
#define FEATURE(name, id, cap, with, pair, starts, ...) \
	{ ROW(#id, FEATURE_##name, &kvm_need_##id), "INIT " with #name " = 0" starts }, \
	{ REFUSED(#id "_unsupported", FEATURE_##name, &kvm_need_no_##id), \
	  "INIT " with #name " = EINVAL" },
#define PAIRED(...)
#define DEPENDS(name, id, other, other_id, requirement, source) \
	{ REFUSED(#id "_without_" #other_id, requirement, &kvm_need_##id##_known), \
	  "INIT " #name " = EINVAL" },
#define EXCLUDES(name, id, other, other_id, requirement, source) \
	{ REFUSED(#id "_with_" #other_id, requirement, &kvm_need_##id, &kvm_need_##other_id), \
	  "INIT " #name "|" #other " = EINVAL" },

static const struct kvm_row rows[] = {
#include "features.inc"

	{ ROW("no_power_off", FEATURE_POWER_OFF, &kvm_need_power_off),
	  "INIT none = 0; GET_MP_STATE == 0" },
	/* Of a vCPU that is not initialised the kernel knows no width. */
	{ ROW("el1_32bit_beside_a_new_vcpu", FEATURE_EL1_32BIT, &kvm_need_el1_32bit),
	  "1: NEW_VCPU = 0; INIT EL1_32BIT = 0; 1: INIT EL1_32BIT = 0" },
	{ REFUSED("el1_32bit_with_mte", FEATURE_32BIT_NOT_MTE, &kvm_need_el1_32bit, &kvm_need_mte),
	  "NEW_VM = 0; ENABLE MTE = 0; NEW_VCPU = 0; INIT EL1_32BIT = EINVAL; INIT none = 0" },
};

const struct uc_topic kvm_features_topic = KVM_TOPIC("features", rows);
