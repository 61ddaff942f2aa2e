// SPDX-License-Identifier: GPL-2.0-only
/* The argument itself. EFAULT - the size, or the struct that it claims, cannot be read. */
#include "rows.h"

static const struct tsm_row rows[] = {
	{ { "tsm_req.pointer.null", REQ(SIZE_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=null = EFAULT" },
	{ { "tsm_req.pointer.unmapped", REQ(SIZE_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=unmapped = EFAULT" },
	{ { "tsm_req.pointer.kernel", REQ(SIZE_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=kernel = EFAULT" },
	{ { "tsm_req.pointer.3_bytes", REQ(SIZE_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 3 = EFAULT" },
	{ { "tsm_req.pointer.size_only", REQ(STRUCT_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 4 = EFAULT" },
	{ { "tsm_req.pointer.half", REQ(STRUCT_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 20 = EFAULT" },
	{ { "tsm_req.pointer.null_and_word", REQ(SIZE_UNREADABLE, CHECK_ORDER),
	    ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ word=write struct=null = EFAULT" },
};

const struct uc_topic tsm_pointer_topic = TSM_TOPIC("pointer");
