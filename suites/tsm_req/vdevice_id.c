// SPDX-License-Identifier: GPL-2.0-only
/*
 * What vdevice_id may name. ENOENT - no object, one of another type, one of another file, one that
 * is gone or going.
 */
#include "rows.h"

/* The id of a vdevice whose device left is nothing else's until somebody destroys it. */
static void not_reused(struct tsm_session *session, const struct tsm_row *row)
{
	const __u32 *id = session->player.setup.id;

	tsm_play_text(session, "%s", row->steps);
	for (unsigned int i = SPARE; i < TSM_OBJECTS; i++)
		uc_check(id[i] != id[VDEVICE], "call:     %s\nexpected: an id that is not the vdevice's\n"
			 "got:      %u", row->steps, id[i]);
}

static const struct tsm_row rows[] = {
	ROW("vdevice_id.never_given_out", ON_ANY, IN_ANY_STATE, "TSM_REQ id=nothing = ENOENT", ID_UNKNOWN),
	ROW("vdevice_id.zero", ON_ANY, IN_ANY_STATE, "TSM_REQ id=zero = ENOENT", ID_UNKNOWN),
	ROW("vdevice_id.all_ones", ON_ANY, IN_ANY_STATE, "TSM_REQ id=all-ones = ENOENT", ID_UNKNOWN),
	ROW("vdevice_id.bit_31_set", ON_ANY, IN_ANY_STATE, "TSM_REQ id=vdevice+bit-31 = ENOENT", ID_UNKNOWN),
	ROW("vdevice_id.destroyed_object", ON_ANY, IN_ANY_STATE,
	    "IOAS_ALLOC spare; DESTROY spare; TSM_REQ id=spare = ENOENT", ID_UNKNOWN),
	ROW("vdevice_id.ioas", ON_ANY, IN_ANY_STATE, "IOAS_ALLOC spare; TSM_REQ id=spare = ENOENT", ID_TYPE),
	ROW("vdevice_id.fault_queue", ON_ANY, IN_ANY_STATE, "FAULT_ALLOC; TSM_REQ id=fault = ENOENT", ID_TYPE),
	ROW("vdevice_id.device", ON_DEVICE, IN_ANY_STATE, "TSM_REQ id=device = ENOENT", ID_TYPE),
	ROW("vdevice_id.hwpt", ON_DEVICE, IN_ANY_STATE, "TSM_REQ id=hwpt = ENOENT", ID_TYPE),
	ROW("vdevice_id.viommu", ON_DEVICE, IN_ANY_STATE, "TSM_REQ id=viommu = ENOENT", ID_TYPE),
	ROW("vdevice_id.other_file", ON_FIXTURE, BOUND,
	    "TSM_REQ file=other = ENOENT; TSM_REQ = 90", ID_CONTEXT),
	ROW("vdevice_id.freed", ON_FIXTURE_OF(with_op), BOUND,
	    "DESTROY vdevice = 0 unbinds; TSM_REQ = ENOENT; VDEVICE_ALLOC; TSM_OP BIND = 0 binds; "
	    "TSM_REQ = 90", ID_UNKNOWN, CLOSE_RELEASES),
	ROW("vdevice_id.reused", ON_FIXTURE_OF(with_op), BOUND,
	    "DESTROY vdevice = 0 unbinds; IOAS_ALLOC spare; IOAS_ALLOC spare-2; IOAS_ALLOC spare-3; "
	    "TSM_REQ = ENOENT; DESTROY spare; DESTROY spare-2; DESTROY spare-3; VDEVICE_ALLOC; "
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90", ID_TYPE, ID_UNKNOWN),
	ROW_WITH(.custom = not_reused, "vdevice_id.not_reused", ON_FIXTURE, BOUND,
	    "CLOSE = 0 unbinds; IOAS_ALLOC spare; IOAS_ALLOC spare-2; IOAS_ALLOC spare-3", ID_GOING_AWAY),
	ROW("vdevice_id.going_away", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90; CLOSE = 0 unbinds; TSM_REQ = ENOENT", ID_GOING_AWAY),
};

const struct uc_topic tsm_vdevice_id_topic = TSM_TOPIC("vdevice_id");
