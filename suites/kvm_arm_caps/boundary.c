// SPDX-License-Identifier: GPL-2.0-only
/*
 * The struct of KVM_ARM_VCPU_INIT as memory:
 *
 * 0		its 32 bytes end where mapped memory ends; or cannot be written
 * EFAULT	its last byte is not mapped, or none is
 *
 * and it is never written to, which every INIT of every row looks at.
 */
#include "rows.h"

#define ROW(name, need, ...) \
	.row = { .id = "kvm_arm_caps.boundary." name, REQ(__VA_ARGS__), NEEDS(KVM_NEEDED, need), \
		 .control = &kvm_control_plain }

/* POWER_OFF, because kernels take it out of their copy of the struct once they saw it. */
#define REFUSED_AND_ACCEPTED(how) \
	"INIT POWER_OFF|bit223" how " = ENOENT; INIT POWER_OFF" how " = 0; INIT POWER_OFF" how " = 0"

static const struct kvm_row rows[] = {
	{ ROW("ends_at_unmapped_page", NULL, STRUCT_SIZE, STRUCT_WHOLE),
	  "INIT bit223 struct=page_end = ENOENT; INIT none struct=page_end = 0" },
	{ ROW("last_byte_not_mapped", NULL, STRUCT_WHOLE), "INIT none struct=short = EFAULT" },
	{ ROW("read_only_memory", &kvm_need_power_off, STRUCT_READ_ONLY),
	  REFUSED_AND_ACCEPTED(" struct=read_only") },
	{ ROW("not_written", &kvm_need_power_off, STRUCT_READ_ONLY), REFUSED_AND_ACCEPTED("") },
};

const struct uc_topic kvm_boundary_topic = KVM_TOPIC("boundary", rows);
