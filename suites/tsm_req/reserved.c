// SPDX-License-Identifier: GPL-2.0-only
/* The reserved word. EOPNOTSUPP - any bit of it is set. */
#include <errno.h>

#include "rows.h"

static void every_bit(struct tsm_session *session, const struct tsm_row *row)
{
	for (int bit = 0; bit < 32; bit++)
		tsm_judge(session, &(struct tsm_call){ .reserved = 1U << bit }, &row->expect);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.reserved.one", REQ(RESERVED_ZERO), ON_ANY },
	  IN_ANY_STATE, { .reserved = 1 }, FAILS(EOPNOTSUPP) },
	{ { "tsm_req.reserved.all_ones", REQ(RESERVED_ZERO), ON_ANY },
	  IN_ANY_STATE, { .reserved = ~0U }, FAILS(EOPNOTSUPP) },
	{ { "tsm_req.reserved.every_bit", REQ(RESERVED_ZERO), ON_ANY },
	  IN_ANY_STATE, { 0 }, FAILS(EOPNOTSUPP), .custom = every_bit },
};

const struct uc_topic tsm_reserved_topic = UC_BATCH_TOPIC("reserved", rows, tsm_run_row);
