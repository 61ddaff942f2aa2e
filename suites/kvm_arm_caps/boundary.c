// SPDX-License-Identifier: GPL-2.0-only
/*
 * The struct of KVM_ARM_VCPU_INIT as memory:
 *
 * 0		its 32 bytes end where mapped memory ends; or cannot be written
 * EFAULT	its last byte is not mapped, or none is
 *
 * and it is never written to.
 */
#include "script.h"
#include "topics.h"

#define ROW(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.boundary." name, REQ(requirement), NEEDS(KVM_NEEDED), \
		 __VA_ARGS__ }
#define POWER_OFF_ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.boundary." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, &kvm_need_power_off), .control = &kvm_control_plain }
#define PAUTH_ROW(name, requirement, ...) \
	.row = { .id = "kvm_arm_caps.boundary." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, &kvm_need_pauth), __VA_ARGS__ }

static const struct kvm_script rows[] = {
	{ ROW("ends_at_unmapped_page", STRUCT_SIZE),
	  { INIT_CALL(MAY_OK, .pointer = AT_PAGE_END) } },
	{ ROW("last_byte_not_mapped", STRUCT_WHOLE, .control = &kvm_control_plain),
	  { INIT_CALL(MAY_EFAULT, .pointer = ONE_BYTE_SHORT) } },
	{ ROW("last_bit_of_struct_is_read", STRUCT_WHOLE, .control = &kvm_control_plain),
	  { INIT_CALL(MAY_ENOENT, .pointer = AT_PAGE_END, .extra_bit = 223) } },
	{ ROW("read_only_memory", STRUCT_READ_ONLY),
	  { INIT_CALL(MAY_OK, .pointer = READ_ONLY) } },
	/* POWER_OFF, which kernels take out of their copy once they saw it. */
	{ POWER_OFF_ROW("read_only_memory_power_off", STRUCT_READ_ONLY),
	  { INIT_CALL(MAY_OK, .pointer = READ_ONLY, .features = POWER_OFF) } },
	{ PAUTH_ROW("read_only_memory_refused", STRUCT_READ_ONLY, .control = &kvm_control_pauth),
	  { INIT_CALL(MAY_EINVAL, .pointer = READ_ONLY, .features = GENERIC) } },
	/* Memory that could be written to, and is looked at afterwards. */
	{ POWER_OFF_ROW("not_written_when_accepted", STRUCT_READ_ONLY),
	  { INIT_CALL(MAY_OK, .pointer = WATCHED, .features = POWER_OFF) } },
	{ ROW("not_written_when_refused", STRUCT_READ_ONLY, .control = &kvm_control_plain),
	  { INIT_CALL(MAY_ENOENT, .pointer = WATCHED, .features = POWER_OFF, .extra_bit = 223) } },
};

const struct uc_topic kvm_boundary_topic = UC_TOPIC("boundary", rows, kvm_run_script);
