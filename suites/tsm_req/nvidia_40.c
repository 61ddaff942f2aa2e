// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revision nvidia-40: v5's words, sizes and fields, of which iommufd looks at fewer. The VM's file is
 * given to VIOMMU_ALLOC, and not found by the device.
 *
 * What was seen in NVIDIA/NV-Kernels, drivers/iommu/iommufd/tsm.c at 315cb8da740a: neither scope nor
 * the word at 20 is looked at, an unknown type of TSM_OP is ENODEV, nothing of the request is written
 * back. What PCI's layer refuses is inferred from v5's, whose callers it shares.
 */
#include <errno.h>

#include "rows.h"

static const struct tsm_check request_checks[] = {
	{ SIZE_UNREADABLE, EFAULT, tsm_size_unreadable, .spoil = "struct=unmapped",
	  .also = tsm_also_no_word },
	{ ABI_WORD, ENOTTY, tsm_other_word, .spoil = "word=readwrite" },
	{ SIZE_SHORT, EINVAL, tsm_size_short, .spoil = "size=39" },
	{ STRUCT_UNREADABLE, EFAULT, tsm_struct_unreadable, .spoil = "struct=cut 32",
	  .also = tsm_also_tail },
	{ SIZE_TAIL, E2BIG, tsm_tail_set, .spoil = "size=48 byte=40" },
	{ TSM_ABSENT, EOPNOTSUPP, tsm_not_built, .limit = 0 },
	{ ID_UNKNOWN, ENOENT, tsm_not_found, .spoil = "id=nothing" },
	{ STATE_NOT_PCI, EINVAL, tsm_in_state, .limit = NOT_PCI },
	{ NVIDIA_SCOPE, EINVAL, tsm_value_above, V5_SCOPE, PCI_LAST, .spoil = "scope=8" },
	{ SCOPE_LOWER_LAYER, EINVAL, tsm_value_above, V5_SCOPE, PCI_STATE_CHANGE,
	  .spoil = "scope=2", .also = tsm_also_privilege },
	{ STATE_NOT_CONNECTED, ENXIO, tsm_in_state, .limit = UNCONNECTED },
	{ STATE_NOT_LINK, ENXIO, tsm_in_state, .limit = NOT_LINK },
	{ STATE_NOT_BOUND, ENXIO, tsm_in_state, .limit = CONNECTED },
	{ BUFFER_FAULT, EFAULT, NULL, .spoil = "req=kernel" },
	{ BUFFER_FAULT, EFAULT, NULL, .spoil = "resp=unmapped" },
	{ BACKEND_ERROR, EIO, NULL, .spoil = "result=-EIO" },
};

static enum tsm_requirement blame_request(const struct tsm_question *question,
					  const struct tsm_check *check,
					  const struct tsm_expected *expected)
{
	bool hole = question->step->value[V5_RESERVED];

	return hole && (!check || check->requirement >= ID_UNKNOWN) ? NVIDIA_HOLE :
	       tsm_blame_scoped(question, check, expected);
}

static const struct tsm_check operation_checks[] = {
	{ OP_WORD_AND_SIZE, EFAULT, tsm_size_unreadable, .spoil = "struct=unmapped",
	  .also = tsm_also_no_word },
	{ OP_WORD_AND_SIZE, ENOTTY, tsm_other_word, .spoil = "word=readwrite" },
	{ OP_WORD_AND_SIZE, EINVAL, tsm_size_short, .spoil = "size=15" },
	{ OP_WORD_AND_SIZE, EFAULT, tsm_struct_unreadable, .spoil = "struct=cut 12",
	  .also = tsm_also_tail },
	{ OP_WORD_AND_SIZE, E2BIG, tsm_tail_set, .spoil = "size=20 byte=16" },
	{ TSM_ABSENT, EOPNOTSUPP, tsm_not_built, .limit = 0 },
	{ OP_FLAGS, EOPNOTSUPP, tsm_value_above, V5_FLAGS, 0, .spoil = "flags=1" },
	{ OP_ID, ENOENT, tsm_not_found, .spoil = "id=nothing" },
	{ OP_NO_VM, ENODEV, tsm_no_vm, .limit = 0 },
	{ NVIDIA_OP_TYPE, ENODEV, tsm_other_type, .spoil = "type=9" },
	{ OP_NOT_PCI, EINVAL, tsm_bind_in_state, .limit = NOT_PCI },
	{ OP_NOT_CONNECTED, EINVAL, tsm_bind_in_state, .limit = UNCONNECTED },
	{ OP_NOT_LINK, ENXIO, tsm_bind_in_state, .limit = NOT_LINK },
	{ OP_OTHER_VM, EBUSY, tsm_bound_elsewhere, .limit = 0 },
};

static const struct tsm_ioctl request = {
	.name = "TSM_REQ", .number = 0x96, .size = 40, .scope = V5_SCOPE,
	.fields = tsm_scoped_fields, .field_count = UC_ARRAY_SIZE(tsm_scoped_fields),
	.checks = request_checks, .check_count = UC_ARRAY_SIZE(request_checks),
	.kept = ABI_ONE_WAY, .pass = tsm_ask_tsm, .blame = blame_request,
};
static const struct tsm_ioctl operation = {
	.name = "TSM_OP", .number = 0x95, .size = 16,
	.fields = tsm_operation_fields, .field_count = UC_ARRAY_SIZE(tsm_operation_fields),
	.checks = operation_checks, .check_count = UC_ARRAY_SIZE(operation_checks),
	.kept = OP_WRITTEN_BACK, .pass = tsm_pass_operation, .blame = tsm_blame_operation,
};

const struct tsm_rules tsm_nvidia_40 = { .ioctl = { &request, &operation }, .vm_file = true };

#define ANY	ON_ANY_OF(nvidia_40)
#define FIXTURE	ON_FIXTURE_OF(nvidia_40)

static const struct tsm_row rows[] = {
	ROW("nvidia_40.unknown_scope_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=4 = ENOENT; TSM_REQ id=nothing scope=0xffffffff = ENOENT", NVIDIA_SCOPE),
	{ { "tsm_req.nvidia_40.every_scope_unknown_vdevice", REQ(NVIDIA_SCOPE), ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing scope=%u = ENOENT", EACH_BIT(2, 31) },
	{ { "tsm_req.nvidia_40.every_scope", REQ(NVIDIA_SCOPE), FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=%u = EINVAL; TSM_REQ = 90", EACH_BIT(2, 31) },
	ROW("nvidia_40.last_scope", FIXTURE, BOUND, "TSM_REQ scope=0xffffffff = EINVAL", NVIDIA_SCOPE),
	ROW("nvidia_40.unknown_scope_unconnected", FIXTURE, UNCONNECTED,
	    "TSM_REQ scope=4 = EINVAL", NVIDIA_SCOPE, NVIDIA_ORDER),
	ROW("nvidia_40.unknown_scope_not_pci", FIXTURE, NOT_PCI,
	    "TSM_REQ id=plain-vdevice scope=9 = EINVAL", NVIDIA_SCOPE, STATE_NOT_PCI),
	{ { "tsm_req.nvidia_40.every_bit_of_the_hole", REQ(NVIDIA_HOLE), FIXTURE }, BOUND,
	  .steps = "TSM_REQ reserved=%u = 90", EACH_BIT(0, 31) },
	ROW("nvidia_40.hole_and_state_change", FIXTURE, BOUND,
	    "TSM_REQ scope=PCI_STATE_CHANGE reserved=0xffffffff = 90", NVIDIA_HOLE),
	ROW("nvidia_40.hole_and_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing reserved=0xffffffff = ENOENT", NVIDIA_HOLE),
	ROW("nvidia_40.hole_unbound", FIXTURE, CONNECTED, "TSM_REQ reserved=1 = ENXIO", NVIDIA_HOLE),
	ROW("nvidia_40.vdevice_next", ANY, IN_ANY_STATE, "TSM_REQ id=nothing = ENOENT", NVIDIA_ORDER),
	{ { "tsm_req.nvidia_40.pairs_of_the_vdevice", REQ(NVIDIA_ORDER), ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing = ENOENT", .custom = tsm_pairs },
	{ { "tsm_req.nvidia_40.pairs_of_a_short_size", REQ(NVIDIA_ORDER), ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=39 = EINVAL", .custom = tsm_pairs },
	{ { "tsm_req.nvidia_40.pairs_of_the_tail", REQ(NVIDIA_ORDER), ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=48 byte=40 = E2BIG", .custom = tsm_pairs },
	{ { "tsm_req.nvidia_40.pairs_of_a_scope", REQ(NVIDIA_ORDER), FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=8 = EINVAL", .custom = tsm_pairs },
	{ { "tsm_req.nvidia_40.pairs_of_a_connection", REQ(NVIDIA_ORDER), FIXTURE }, UNCONNECTED,
	  .steps = "TSM_REQ = ENXIO", .custom = tsm_pairs },
	ROW("nvidia_40.op_type_0", FIXTURE, BOUND, "TSM_OP type=0 = ENODEV; TSM_REQ = 90", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_3", FIXTURE, CONNECTED,
	    "TSM_OP type=3 = ENODEV; TSM_REQ = ENXIO", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_all_ones", FIXTURE, BOUND,
	    "TSM_OP type=0xffffffff = ENODEV; TSM_REQ = 90", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_and_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_OP type=9 id=nothing = ENOENT", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_and_flag", ANY, IN_ANY_STATE,
	    "TSM_OP type=9 flags=1 = EOPNOTSUPP", NVIDIA_OP_TYPE, OP_FLAGS),
	ROW("nvidia_40.op_not_pci", FIXTURE, NOT_PCI, "TSM_OP BIND id=plain-vdevice = EINVAL; "
	    "TSM_OP type=9 id=plain-vdevice = ENODEV", NVIDIA_OP_TYPE, OP_NOT_PCI),
	/* The VM is the file's: what the device is opened with makes no difference. */
	ROW("nvidia_40.vm_of_the_file", FIXTURE, CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC vm; VDEVICE_ALLOC; TSM_OP BIND = 0 binds; "
	    "TSM_REQ = 90", NVIDIA_VM_FILE),
	ROW("nvidia_40.vm_of_the_device", FIXTURE, CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN; VIOMMU_ALLOC no-vm; VDEVICE_ALLOC; TSM_OP BIND = ENODEV; "
	    "TSM_OP UNBIND = ENODEV; TSM_REQ = ENXIO", NVIDIA_VM_FILE, OP_NO_VM),
};

const struct uc_topic tsm_nvidia_40_topic = TSM_TOPIC("nvidia_40");
