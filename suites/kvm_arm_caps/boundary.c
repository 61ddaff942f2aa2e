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

#define ROW(name, need, ...) \
	.row = { .id = "kvm_arm_caps.boundary." name, REQ(__VA_ARGS__), NEEDS(KVM_NEEDED, need), \
		 .control = &kvm_control_plain }

/*
 * POWER_OFF, because kernels take it out of their copy of the struct once they
 * saw it; and both an accepted and a refused call.
 */
static const struct kvm_script rows[] = {
	{ ROW("ends_at_unmapped_page", NULL, STRUCT_SIZE, STRUCT_WHOLE),
	  { INIT_CALL(MAY_ENOENT, .pointer = AT_PAGE_END, .extra_bit = 223),
	    INIT_CALL(MAY_OK, .pointer = AT_PAGE_END) } },
	{ ROW("last_byte_not_mapped", NULL, STRUCT_WHOLE),
	  { INIT_CALL(MAY_EFAULT, .pointer = ONE_BYTE_SHORT) } },
	{ ROW("read_only_memory", &kvm_need_power_off, STRUCT_READ_ONLY),
	  { INIT_CALL(MAY_ENOENT, .pointer = READ_ONLY, .features = POWER_OFF, .extra_bit = 223),
	    INIT_CALL(MAY_OK, .pointer = READ_ONLY, .features = POWER_OFF),
	    INIT_CALL(MAY_OK, .pointer = READ_ONLY, .features = POWER_OFF) } },
	/* Memory that could be written to, and is looked at afterwards. */
	{ ROW("not_written", &kvm_need_power_off, STRUCT_READ_ONLY),
	  { INIT_CALL(MAY_ENOENT, .pointer = WATCHED, .features = POWER_OFF, .extra_bit = 223),
	    INIT_CALL(MAY_OK, .pointer = WATCHED, .features = POWER_OFF),
	    INIT_CALL(MAY_OK, .pointer = WATCHED, .features = POWER_OFF) } },
};

const struct uc_topic kvm_boundary_topic = UC_BATCH_TOPIC("boundary", rows, kvm_run_script);
