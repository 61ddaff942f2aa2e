// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU_VDEVICE_TSM_OP, as far as a bound device needs it. After the size rules: EOPNOTSUPP - any
 * flag; ENOENT - no such vdevice; ENODEV - no VM; EINVAL - type, or not connected; ENXIO - no link
 * TSM; EBUSY - bound to another VM; then the TSM's own error. UNBIND is always 0.
 */
#include "rows.h"

#define ON_OP_OF(which) \
	NEEDS(&tsm_need_##which, &tsm_need_tsm, &tsm_need_op), .control = &tsm_control_anywhere
#define ON_OP	ON_OP_OF(with_op)
#define ON_NO_TSM	NEEDS(&tsm_need_with_op, &tsm_need_no_tsm, &tsm_need_op)

static const struct tsm_row rows[] = {
	ROW("op.bind", CONTROL_OF(with_op), CONNECTED,
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90", OP_BIND, OP_WRITTEN_BACK, OP_WORD_AND_SIZE),
	ROW("op.bind_again", ON_FIXTURE_OF(with_op), BOUND, "TSM_OP BIND = 0; TSM_REQ = 90", OP_BIND_AGAIN),
	ROW("op.bind_identifier", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_OP UNBIND = 0 unbinds; TSM_OP BIND = 0 binds", OP_BIND),
	ROW("op.bind_unconnected", ON_FIXTURE_OF(with_op), UNCONNECTED,
	    "TSM_OP BIND = EINVAL; TSM_REQ = ENXIO", OP_NOT_CONNECTED),
	ROW("op.bind_no_link_tsm", ON_FIXTURE_OF(with_op), NOT_LINK,
	    "TSM_OP BIND = ENXIO; TSM_REQ = ENXIO", OP_NOT_LINK),
	ROW("op.bind_other_vm", ON_FIXTURE_OF(with_op), BOUND,
	    "OVERRIDE other-vm; TSM_OP BIND = EBUSY; TSM_REQ = 90; OVERRIDE none", OP_OTHER_VM),
	ROW("op.bind_tsm_error", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP BIND result=-EIO = EIO binds; TSM_REQ = ENXIO", OP_BACKEND_ERROR),
	ROW("op.unbind", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO", OP_UNBIND, OP_WRITTEN_BACK),
	ROW("op.unbind_unbound", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP UNBIND = 0; TSM_REQ = ENXIO", OP_UNBIND),
	ROW("op.unbind_unconnected", ON_FIXTURE_OF(with_op), UNCONNECTED,
	    "TSM_OP UNBIND = 0; TSM_REQ = ENXIO", OP_UNBIND),
	ROW("op.unbind_other_vm", ON_FIXTURE_OF(with_op), BOUND,
	    "OVERRIDE other-vm; TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO", OP_UNBIND),
	ROW("op.destroy_unbinds", ON_FIXTURE_OF(with_op), BOUND,
	    "DESTROY vdevice = 0 unbinds; VDEVICE_ALLOC", OP_DESTROY_UNBINDS),
	ROW("op.no_vm", ON_FIXTURE_OF(with_op), CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC; VDEVICE_ALLOC; TSM_OP BIND = ENODEV; "
	    "TSM_OP UNBIND = ENODEV; TSM_OP type=9 = ENODEV; TSM_OP BIND id=nothing = ENOENT; "
	    "TSM_OP BIND flags=1 = EOPNOTSUPP; TSM_REQ = ENXIO", OP_NO_VM),
	ROW("op.vm_of_viommu", ON_FIXTURE_OF(v5_op), CONNECTED,
	    "CLOSE; OPEN no-vm; VDEVICE_ALLOC; TSM_OP type=9 = EINVAL; TSM_OP BIND = 0 binds; TSM_REQ = 90",
	    OP_VIOMMU_VM),
	ROW("op.vm_after_viommu", ON_FIXTURE_OF(v5_op), CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC; CLOSE; OPEN; VDEVICE_ALLOC; "
	    "TSM_OP BIND = ENODEV; TSM_OP UNBIND = ENODEV; TSM_REQ = ENXIO", OP_VIOMMU_VM),
	ROW("op.not_pci", ON_FIXTURE_OF(v5_op), NOT_PCI,
	    "TSM_OP BIND id=plain-vdevice = EINVAL; TSM_OP type=9 id=plain-vdevice = EINVAL; "
	    "TSM_OP BIND flags=1 id=plain-vdevice = EOPNOTSUPP", OP_NOT_PCI),

	/* The vdevice's identifier in the VM is what the TSM is given. */
	ROW("op.bind_identifier_zero", ON_FIXTURE_OF(with_op), CONNECTED,
	    "DESTROY vdevice; VDEVICE_ALLOC virt_id=0; TSM_OP BIND = 0 binds; TSM_REQ = 90", OP_BIND),
	ROW_WITH(EACH_BIT(0, 31), "op.bind_identifier_every_bit", ON_FIXTURE_OF(with_op), CONNECTED,
	    "DESTROY vdevice; VDEVICE_ALLOC virt_id=%u; TSM_OP BIND = 0 binds", OP_BIND),
	ROW("op.bind_identifier_largest", ON_FIXTURE_OF(with_op), CONNECTED,
	    "DESTROY vdevice; VDEVICE_ALLOC virt_id=0xffffffff; TSM_OP BIND = 0 binds; TSM_REQ = 90", OP_BIND),
	ROW_WITH(EACH_BIT(0, 31), "op.every_flag", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP BIND flags=%u = EOPNOTSUPP; TSM_REQ = ENXIO", OP_FLAGS),
	ROW("op.flag_and_unknown_vdevice", ON_OP, IN_ANY_STATE,
	    "TSM_OP BIND flags=1 id=nothing = EOPNOTSUPP", OP_FLAGS),
	ROW("op.unknown_vdevice", ON_OP, IN_ANY_STATE, "TSM_OP BIND id=nothing = ENOENT", OP_ID),
	ROW("op.ioas", ON_OP, IN_ANY_STATE, "IOAS_ALLOC spare; TSM_OP BIND id=spare = ENOENT", OP_ID),
	ROW("op.device", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_OP UNBIND id=device = ENOENT; TSM_REQ = 90", OP_ID),
	ROW("op.viommu", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_OP UNBIND id=viommu = ENOENT; TSM_REQ = 90", OP_ID),
	ROW("op.type_0", ON_FIXTURE_OF(v5_op), BOUND, "TSM_OP type=0 = EINVAL; TSM_REQ = 90", OP_TYPE),
	ROW("op.type_3", ON_FIXTURE_OF(v5_op), CONNECTED, "TSM_OP type=3 = EINVAL; TSM_REQ = ENXIO", OP_TYPE),
	ROW("op.type_all_ones", ON_FIXTURE_OF(v5_op), BOUND,
	    "TSM_OP type=0xffffffff = EINVAL; TSM_REQ = 90", OP_TYPE),
	ROW("op.type_and_unknown_vdevice", ON_OP_OF(v5_op), IN_ANY_STATE,
	    "TSM_OP type=9 id=nothing = ENOENT", OP_TYPE),
	ROW("op.type_and_flag", ON_OP_OF(v5_op), IN_ANY_STATE,
	    "TSM_OP type=9 flags=1 = EOPNOTSUPP", OP_TYPE, OP_FLAGS),

	ROW("op.null", ON_OP, IN_ANY_STATE, "TSM_OP BIND struct=null = EFAULT", OP_WORD_AND_SIZE),
	ROW("op.size_only", ON_OP, IN_ANY_STATE, "TSM_OP BIND struct=cut 4 = EFAULT", OP_WORD_AND_SIZE),
	ROW("op.size_15", ON_OP, IN_ANY_STATE, "TSM_OP BIND size=15 id=nothing = EINVAL", OP_WORD_AND_SIZE),
	ROW("op.size_20_zero", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP BIND size=20 = 0 binds; TSM_REQ = 90", OP_WORD_AND_SIZE),
	ROW("op.size_20_nonzero", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP BIND size=20 byte=16 = E2BIG; TSM_REQ = ENXIO", OP_WORD_AND_SIZE),
	ROW("op.other_direction", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP BIND word=readwrite = ENOTTY; TSM_REQ = ENXIO", OP_WORD_AND_SIZE),
	ROW("op.no_tsm_support", ON_NO_TSM, IN_ANY_STATE, "TSM_OP BIND id=nothing = EOPNOTSUPP", TSM_ABSENT),
};

const struct uc_topic tsm_op_topic = TSM_TOPIC("op");
