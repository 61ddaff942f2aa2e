// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size rules at every boundary. EINVAL - below 40; E2BIG - a nonzero byte from 40 on;
 * EFAULT - what size claims is not there; zeros from 40 on are accepted.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	{ { "tsm_req.size.zero", REQ(SIZE_SHORT), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=0 = EINVAL" },
	{ { "tsm_req.size.4_and_no_more_memory", REQ(SIZE_SHORT), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 4 size=4 = EINVAL" },
	{ { "tsm_req.size.8", REQ(SIZE_SHORT), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=8 = EINVAL" },
	{ { "tsm_req.size.39", REQ(SIZE_SHORT), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=39 = EINVAL" },
	{ { "tsm_req.size.every_short", REQ(SIZE_SHORT), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=%u = EINVAL", EACH(0, 39) },
	{ { "tsm_req.size.40_of_39_bytes", REQ(STRUCT_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 39 = EFAULT" },
	{ { "tsm_req.size.41_zero", REQ(SIZE_LONG), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ size=41 = 90" },
	{ { "tsm_req.size.41_nonzero", REQ(SIZE_TAIL), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=41 byte=40 = E2BIG" },
	{ { "tsm_req.size.41_of_40_bytes", REQ(STRUCT_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 40 size=41 = EFAULT" },
	{ { "tsm_req.size.48_zero", REQ(SIZE_LONG), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ size=48 = 90" },
	{ { "tsm_req.size.48_last_byte", REQ(SIZE_TAIL), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=48 byte=47 = E2BIG" },
	{ { "tsm_req.size.48_byte_behind", REQ(SIZE_LONG), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ struct=cut 56 size=48 byte=48 = 90" },
	{ { "tsm_req.size.every_tail_byte", REQ(SIZE_TAIL), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=64 byte=%u = E2BIG", EACH(40, 63) },
	{ { "tsm_req.size.page_zero", REQ(SIZE_LONG), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ size=4096 = 90" },
	{ { "tsm_req.size.page_last_byte", REQ(SIZE_TAIL), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=4096 byte=4095 = E2BIG" },
	{ { "tsm_req.size.two_pages_zero", REQ(SIZE_LONG), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ size=8192 = 90" },
	{ { "tsm_req.size.across_unmapped_page", REQ(STRUCT_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 4096 size=8192 = EFAULT" },
	{ { "tsm_req.size.2_gib", REQ(STRUCT_UNREADABLE), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ struct=cut 4096 size=0x80000000 = EFAULT" },
};

const struct uc_topic tsm_size_topic = TSM_TOPIC("size");
