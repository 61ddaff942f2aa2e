// SPDX-License-Identifier: GPL-2.0-only
/*
 * What vdevice_id may name. ENOENT - no object, one of another type, one of another file, one that
 * is gone or going.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	{ { "tsm_req.vdevice_id.never_given_out", REQ(ID_UNKNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing = ENOENT" },
	{ { "tsm_req.vdevice_id.zero", REQ(ID_UNKNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=zero = ENOENT" },
	{ { "tsm_req.vdevice_id.all_ones", REQ(ID_UNKNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=all-ones = ENOENT" },
	{ { "tsm_req.vdevice_id.bit_31_set", REQ(ID_UNKNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=vdevice+bit-31 = ENOENT" },
	{ { "tsm_req.vdevice_id.destroyed_object", REQ(ID_UNKNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "IOAS_ALLOC spare; DESTROY spare; TSM_REQ id=spare = ENOENT" },
	{ { "tsm_req.vdevice_id.ioas", REQ(ID_TYPE), ON_ANY }, IN_ANY_STATE,
	  .steps = "IOAS_ALLOC spare; TSM_REQ id=spare = ENOENT" },
	{ { "tsm_req.vdevice_id.fault_queue", REQ(ID_TYPE), ON_ANY }, IN_ANY_STATE,
	  .steps = "FAULT_ALLOC; TSM_REQ id=fault = ENOENT" },
	{ { "tsm_req.vdevice_id.device", REQ(ID_TYPE), ON_DEVICE }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=device = ENOENT" },
	{ { "tsm_req.vdevice_id.hwpt", REQ(ID_TYPE), ON_DEVICE }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=hwpt = ENOENT" },
	{ { "tsm_req.vdevice_id.viommu", REQ(ID_TYPE), ON_DEVICE }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=viommu = ENOENT" },
	{ { "tsm_req.vdevice_id.other_file", REQ(ID_CONTEXT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ file=other = ENOENT; TSM_REQ = 90" },
	{ { "tsm_req.vdevice_id.freed", REQ(ID_UNKNOWN, CLOSE_RELEASES), ON_FIXTURE }, BOUND,
	  .steps = "DESTROY vdevice = 0 unbinds; TSM_REQ = ENOENT; VDEVICE_ALLOC; TSM_OP BIND = 0 "
	  "binds; TSM_REQ = 90" },
	{ { "tsm_req.vdevice_id.reused", REQ(ID_TYPE, ID_UNKNOWN), ON_FIXTURE }, BOUND,
	  .steps = "DESTROY vdevice = 0 unbinds; IOAS_ALLOC spare; IOAS_ALLOC spare-2; IOAS_ALLOC "
	  "spare-3; TSM_REQ = ENOENT; DESTROY spare; DESTROY spare-2; DESTROY spare-3; "
	  "VDEVICE_ALLOC; TSM_OP BIND = 0 binds; TSM_REQ = 90" },
	{ { "tsm_req.vdevice_id.going_away", REQ(ID_GOING_AWAY), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ = 90; CLOSE = 0 unbinds; TSM_REQ = ENOENT" },
};

const struct uc_topic tsm_vdevice_id_topic = TSM_TOPIC("vdevice_id");
