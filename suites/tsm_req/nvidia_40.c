// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where revision nvidia-40 promises something else than v5 (v5.c has both): any scope and any word at 20
 * reach the vdevice; ENODEV - an unknown type of TSM_OP; the VM is that of the file that VIOMMU_ALLOC is
 * given.
 */
#include "rows.h"

#define ANY	ON_ANY_OF(nvidia_40)
#define FIXTURE	ON_FIXTURE_OF(nvidia_40)

static const struct tsm_row rows[] = {
	ROW("nvidia_40.unknown_scope_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=4 = ENOENT; TSM_REQ id=nothing scope=0xffffffff = ENOENT", NVIDIA_SCOPE),
	ROW_WITH(EACH_BIT(2, 31), "nvidia_40.every_scope_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=%u = ENOENT", NVIDIA_SCOPE),
	ROW_WITH(EACH_BIT(2, 31), "nvidia_40.every_scope", FIXTURE, BOUND,
	    "TSM_REQ scope=%u = EINVAL; TSM_REQ = 90", NVIDIA_SCOPE),
	ROW("nvidia_40.last_scope", FIXTURE, BOUND, "TSM_REQ scope=0xffffffff = EINVAL", NVIDIA_SCOPE),
	ROW("nvidia_40.unknown_scope_unconnected", FIXTURE, UNCONNECTED,
	    "TSM_REQ scope=4 = EINVAL", NVIDIA_SCOPE, NVIDIA_ORDER),
	ROW("nvidia_40.unknown_scope_not_pci", FIXTURE, NOT_PCI,
	    "TSM_REQ id=plain-vdevice scope=9 = EINVAL", NVIDIA_SCOPE, STATE_NOT_PCI),
	ROW_WITH(EACH_BIT(0, 31), "nvidia_40.every_bit_of_the_hole", FIXTURE, BOUND,
	    "TSM_REQ reserved=%u = 90", NVIDIA_HOLE),
	ROW("nvidia_40.hole_and_state_change", FIXTURE, BOUND,
	    "TSM_REQ scope=PCI_STATE_CHANGE reserved=0xffffffff = 90", NVIDIA_HOLE),
	ROW("nvidia_40.hole_and_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing reserved=0xffffffff = ENOENT", NVIDIA_HOLE),
	ROW("nvidia_40.hole_unbound", FIXTURE, CONNECTED, "TSM_REQ reserved=1 = ENXIO", NVIDIA_HOLE),
	ROW("nvidia_40.vdevice_next", ANY, IN_ANY_STATE, "TSM_REQ id=nothing = ENOENT", NVIDIA_ORDER),
	PAIRS("nvidia_40.pairs_of_the_vdevice", ANY, IN_ANY_STATE, "TSM_REQ id=nothing = ENOENT", NVIDIA_ORDER),
	PAIRS("nvidia_40.pairs_of_a_short_size", ANY, IN_ANY_STATE, "TSM_REQ size=39 = EINVAL", NVIDIA_ORDER),
	PAIRS("nvidia_40.pairs_of_the_tail", ANY, IN_ANY_STATE,
	    "TSM_REQ size=48 byte=40 = E2BIG", NVIDIA_ORDER),
	PAIRS("nvidia_40.pairs_of_a_scope", FIXTURE, BOUND, "TSM_REQ scope=8 = EINVAL", NVIDIA_ORDER),
	PAIRS("nvidia_40.pairs_of_a_connection", FIXTURE, UNCONNECTED, "TSM_REQ = ENXIO", NVIDIA_ORDER),
	ROW("nvidia_40.op_type_0", FIXTURE, BOUND, "TSM_OP type=0 = ENODEV; TSM_REQ = 90", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_3", FIXTURE, CONNECTED,
	    "TSM_OP type=3 = ENODEV; TSM_REQ = ENXIO", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_all_ones", FIXTURE, BOUND,
	    "TSM_OP type=0xffffffff = ENODEV; TSM_REQ = 90", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_and_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_OP type=9 id=nothing = ENOENT", NVIDIA_OP_TYPE),
	ROW("nvidia_40.op_type_and_flag", ANY, IN_ANY_STATE,
	    "TSM_OP type=9 flags=1 = EOPNOTSUPP", NVIDIA_OP_TYPE, OP_FLAGS),
	ROW("nvidia_40.op_not_pci", FIXTURE, NOT_PCI,
	    "TSM_OP BIND id=plain-vdevice = EINVAL; TSM_OP type=9 id=plain-vdevice = ENODEV",
	    NVIDIA_OP_TYPE, OP_NOT_PCI),
	/* The VM is the file's: what the device is opened with makes no difference. */
	ROW("nvidia_40.vm_of_the_file", FIXTURE, CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC vm; VDEVICE_ALLOC; TSM_OP BIND = 0 binds; "
	    "TSM_REQ = 90", NVIDIA_VM_FILE),
	ROW("nvidia_40.vm_of_the_device", FIXTURE, CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN; VIOMMU_ALLOC no-vm; VDEVICE_ALLOC; TSM_OP BIND = ENODEV; "
	    "TSM_OP UNBIND = ENODEV; TSM_REQ = ENXIO", NVIDIA_VM_FILE, OP_NO_VM),
};

const struct uc_topic tsm_nvidia_40_topic = TSM_TOPIC("nvidia_40");
