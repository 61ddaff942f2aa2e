// SPDX-License-Identifier: GPL-2.0-only
/* The reserved word. EOPNOTSUPP - any bit of it is set. */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("reserved.one", ON_ANY_OF(v5), IN_ANY_STATE, "TSM_REQ reserved=1 = EOPNOTSUPP", RESERVED_ZERO),
	ROW("reserved.all_ones", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ reserved=0xffffffff = EOPNOTSUPP", RESERVED_ZERO),
	{ { "tsm_req.reserved.every_bit", REQ(RESERVED_ZERO), ON_ANY_OF(v5) }, IN_ANY_STATE,
	  .steps = "TSM_REQ reserved=%u = EOPNOTSUPP", EACH_BIT(0, 31) },
};

const struct uc_topic tsm_reserved_topic = TSM_TOPIC("reserved");
