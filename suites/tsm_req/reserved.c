// SPDX-License-Identifier: GPL-2.0-only
/* The reserved word. EOPNOTSUPP - any bit of it is set. */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("reserved.one", ON_ANY_OF(v5), IN_ANY_STATE, "TSM_REQ reserved=1 = EOPNOTSUPP", RESERVED_ZERO),
	ROW("reserved.all_ones", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ reserved=0xffffffff = EOPNOTSUPP", RESERVED_ZERO),
	ROW_WITH(EACH_BIT(0, 31), "reserved.every_bit", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ reserved=%u = EOPNOTSUPP", RESERVED_ZERO),
};

const struct uc_topic tsm_reserved_topic = TSM_TOPIC("reserved");
