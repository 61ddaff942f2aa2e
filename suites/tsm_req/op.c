// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU_VDEVICE_TSM_OP, as far as a bound device needs it. After the size rules: EOPNOTSUPP - any
 * flag; ENOENT - no such vdevice; ENODEV - no VM; EINVAL - type, or not connected; ENXIO - no link
 * TSM; EBUSY - bound to another VM; then the TSM's own error. UNBIND is always 0.
 */
#include "rows.h"

#define ON_OP	NEEDS(&tsm_need_v5, &tsm_need_tsm, &tsm_need_op), .control = &tsm_control_anywhere
#define ON_NO_TSM	NEEDS(&tsm_need_v5, &tsm_need_no_tsm, &tsm_need_op)

static const struct tsm_row rows[] = {
	{ { "tsm_req.op.bind", REQ(OP_BIND, OP_WRITTEN_BACK, OP_WORD_AND_SIZE),
	    CONTROL }, CONNECTED,
	  .steps = "TSM_OP BIND = 0 binds; TSM_REQ = 90" },
	{ { "tsm_req.op.bind_again", REQ(OP_BIND_AGAIN), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP BIND = 0; TSM_REQ = 90" },
	{ { "tsm_req.op.bind_identifier", REQ(OP_BIND), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP UNBIND = 0 unbinds; TSM_OP BIND = 0 binds" },
	{ { "tsm_req.op.bind_unconnected", REQ(OP_NOT_CONNECTED), ON_FIXTURE }, UNCONNECTED,
	  .steps = "TSM_OP BIND = EINVAL; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.bind_no_link_tsm", REQ(OP_NOT_LINK), ON_FIXTURE }, NOT_LINK,
	  .steps = "TSM_OP BIND = ENXIO; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.bind_other_vm", REQ(OP_OTHER_VM), ON_FIXTURE }, BOUND,
	  .steps = "OVERRIDE other-vm; TSM_OP BIND = EBUSY; TSM_REQ = 90; OVERRIDE none" },
	{ { "tsm_req.op.bind_tsm_error", REQ(OP_BACKEND_ERROR), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP BIND result=-EIO = EIO binds; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.unbind", REQ(OP_UNBIND, OP_WRITTEN_BACK), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.unbind_unbound", REQ(OP_UNBIND), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP UNBIND = 0; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.unbind_unconnected", REQ(OP_UNBIND), ON_FIXTURE }, UNCONNECTED,
	  .steps = "TSM_OP UNBIND = 0; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.unbind_other_vm", REQ(OP_UNBIND), ON_FIXTURE }, BOUND,
	  .steps = "OVERRIDE other-vm; TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.destroy_unbinds", REQ(OP_DESTROY_UNBINDS), ON_FIXTURE }, BOUND,
	  .steps = "DESTROY vdevice = 0 unbinds; VDEVICE_ALLOC" },
	{ { "tsm_req.op.no_vm", REQ(OP_NO_VM), ON_FIXTURE }, CONNECTED,
	  .steps = "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC; VDEVICE_ALLOC; TSM_OP BIND = "
	  "ENODEV; TSM_OP UNBIND = ENODEV; TSM_OP type=9 = ENODEV; TSM_OP BIND id=nothing = "
	  "ENOENT; TSM_OP BIND flags=1 = EOPNOTSUPP; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.vm_of_viommu", REQ(OP_VIOMMU_VM), ON_FIXTURE }, CONNECTED,
	  .steps = "CLOSE; OPEN no-vm; VDEVICE_ALLOC; TSM_OP type=9 = EINVAL; TSM_OP BIND = 0 binds; "
	  "TSM_REQ = 90" },
	{ { "tsm_req.op.vm_after_viommu", REQ(OP_VIOMMU_VM), ON_FIXTURE }, CONNECTED,
	  .steps = "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC; CLOSE; OPEN; VDEVICE_ALLOC; "
	  "TSM_OP BIND = ENODEV; TSM_OP UNBIND = ENODEV; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.not_pci", REQ(OP_NOT_PCI), ON_FIXTURE }, NOT_PCI,
	  .steps = "TSM_OP BIND id=plain-vdevice = EINVAL; TSM_OP type=9 id=plain-vdevice = EINVAL; "
	  "TSM_OP BIND flags=1 id=plain-vdevice = EOPNOTSUPP" },

	{ { "tsm_req.op.every_flag", REQ(OP_FLAGS), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP BIND flags=%u = EOPNOTSUPP; TSM_REQ = ENXIO", EACH_BIT(0, 31) },
	{ { "tsm_req.op.flag_and_unknown_vdevice", REQ(OP_FLAGS), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP BIND flags=1 id=nothing = EOPNOTSUPP" },
	{ { "tsm_req.op.unknown_vdevice", REQ(OP_ID), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP BIND id=nothing = ENOENT" },
	{ { "tsm_req.op.ioas", REQ(OP_ID), ON_OP }, IN_ANY_STATE,
	  .steps = "IOAS_ALLOC spare; TSM_OP BIND id=spare = ENOENT" },
	{ { "tsm_req.op.device", REQ(OP_ID), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP UNBIND id=device = ENOENT; TSM_REQ = 90" },
	{ { "tsm_req.op.viommu", REQ(OP_ID), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP UNBIND id=viommu = ENOENT; TSM_REQ = 90" },
	{ { "tsm_req.op.type_0", REQ(OP_TYPE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP type=0 = EINVAL; TSM_REQ = 90" },
	{ { "tsm_req.op.type_3", REQ(OP_TYPE), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP type=3 = EINVAL; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.type_all_ones", REQ(OP_TYPE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_OP type=0xffffffff = EINVAL; TSM_REQ = 90" },
	{ { "tsm_req.op.type_and_unknown_vdevice", REQ(OP_TYPE), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP type=9 id=nothing = ENOENT" },
	{ { "tsm_req.op.type_and_flag", REQ(OP_TYPE, OP_FLAGS), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP type=9 flags=1 = EOPNOTSUPP" },

	{ { "tsm_req.op.null", REQ(OP_WORD_AND_SIZE), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP BIND struct=null = EFAULT" },
	{ { "tsm_req.op.size_only", REQ(OP_WORD_AND_SIZE), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP BIND struct=cut 4 = EFAULT" },
	{ { "tsm_req.op.size_15", REQ(OP_WORD_AND_SIZE), ON_OP }, IN_ANY_STATE,
	  .steps = "TSM_OP BIND size=15 id=nothing = EINVAL" },
	{ { "tsm_req.op.size_20_zero", REQ(OP_WORD_AND_SIZE), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP BIND size=20 = 0 binds; TSM_REQ = 90" },
	{ { "tsm_req.op.size_20_nonzero", REQ(OP_WORD_AND_SIZE), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP BIND size=20 byte=16 = E2BIG; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.other_direction", REQ(OP_WORD_AND_SIZE), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP BIND word=readwrite = ENOTTY; TSM_REQ = ENXIO" },
	{ { "tsm_req.op.no_tsm_support", REQ(TSM_ABSENT), ON_NO_TSM }, IN_ANY_STATE,
	  .steps = "TSM_OP BIND id=nothing = EOPNOTSUPP" },
};

const struct uc_topic tsm_op_topic = TSM_TOPIC("op");
