// SPDX-License-Identifier: GPL-2.0-only
/* The argument itself. EFAULT - the size, or the struct that it claims, cannot be read. */
#include <errno.h>

#include "rows.h"

#define WRONG_WORD	.word = _IOW(TSM_IOMMUFD_TYPE, TSM_REQ_NR, struct tsm_req)

static const struct tsm_row rows[] = {
	{ { "tsm_req.pointer.null", REQ(SIZE_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_NULL }, FAILS(EFAULT) },
	{ { "tsm_req.pointer.unmapped", REQ(SIZE_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_UNMAPPED }, FAILS(EFAULT) },
	{ { "tsm_req.pointer.kernel", REQ(SIZE_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_KERNEL }, FAILS(EFAULT) },
	{ { "tsm_req.pointer.3_bytes", REQ(SIZE_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_SHORT, .mapped = 3 }, FAILS(EFAULT) },
	{ { "tsm_req.pointer.size_only", REQ(STRUCT_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_SHORT, .mapped = 4 }, FAILS(EFAULT) },
	{ { "tsm_req.pointer.half", REQ(STRUCT_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_SHORT, .mapped = 20 }, FAILS(EFAULT) },
	{ { "tsm_req.pointer.null_and_word", REQ(SIZE_UNREADABLE, CHECK_ORDER), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_NULL, WRONG_WORD }, FAILS(EFAULT) },
};

const struct uc_topic tsm_pointer_topic = UC_BATCH_TOPIC("pointer", rows, tsm_run_row);
