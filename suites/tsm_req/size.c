// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size rules at every boundary. EINVAL - below 40; E2BIG - a nonzero byte from 40 on;
 * EFAULT - what size claims is not there; zeros from 40 on are accepted.
 */
#include <errno.h>

#include "rows.h"

static void every_short(struct tsm_session *session, const struct tsm_row *row)
{
	for (__u32 size = 0; size < TSM_REQ_SIZE; size++)
		tsm_judge(session, &(struct tsm_call){ .size = GIVE(size) }, &row->expect);
}

static void every_tail_byte(struct tsm_session *session, const struct tsm_row *row)
{
	for (__u32 at = TSM_REQ_SIZE; at < 64; at++)
		tsm_judge(session, &(struct tsm_call){ .size = GIVE(64), .tail = at },
			  &row->expect);
}

#define SHORT_OF(bytes)	.place = PLACE_SHORT, .mapped = (bytes)

static const struct tsm_row rows[] = {
	{ { "tsm_req.size.zero", REQ(SIZE_SHORT), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(0) }, FAILS(EINVAL) },
	{ { "tsm_req.size.4_and_no_more_memory", REQ(SIZE_SHORT), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(4), SHORT_OF(4) }, FAILS(EINVAL) },
	{ { "tsm_req.size.8", REQ(SIZE_SHORT), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(8) }, FAILS(EINVAL) },
	{ { "tsm_req.size.39", REQ(SIZE_SHORT), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(39) }, FAILS(EINVAL) },
	{ { "tsm_req.size.every_short", REQ(SIZE_SHORT), ON_IOMMUFD },
	  IN_ANY_STATE, { 0 }, FAILS(EINVAL), .custom = every_short },
	{ { "tsm_req.size.40_of_39_bytes", REQ(STRUCT_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { SHORT_OF(39) }, FAILS(EFAULT) },
	{ { "tsm_req.size.41_zero", REQ(SIZE_LONG), ON_FIXTURE },
	  BOUND, { .size = GIVE(41) }, RETURNS(90) },
	{ { "tsm_req.size.41_nonzero", REQ(SIZE_TAIL), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(41), .tail = 40 }, FAILS(E2BIG) },
	{ { "tsm_req.size.41_of_40_bytes", REQ(STRUCT_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(41), SHORT_OF(40) }, FAILS(EFAULT) },
	{ { "tsm_req.size.48_zero", REQ(SIZE_LONG), ON_FIXTURE },
	  BOUND, { .size = GIVE(48) }, RETURNS(90) },
	{ { "tsm_req.size.48_last_byte", REQ(SIZE_TAIL), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(48), .tail = 47 }, FAILS(E2BIG) },
	{ { "tsm_req.size.48_byte_behind", REQ(SIZE_LONG), ON_FIXTURE },
	  BOUND, { .size = GIVE(48), SHORT_OF(56), .tail = 48 }, RETURNS(90) },
	{ { "tsm_req.size.every_tail_byte", REQ(SIZE_TAIL), ON_IOMMUFD },
	  IN_ANY_STATE, { 0 }, FAILS(E2BIG), .custom = every_tail_byte },
	{ { "tsm_req.size.page_zero", REQ(SIZE_LONG), ON_FIXTURE },
	  BOUND, { .size = GIVE(4096) }, RETURNS(90) },
	{ { "tsm_req.size.page_last_byte", REQ(SIZE_TAIL), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(4096), .tail = 4095 }, FAILS(E2BIG) },
	{ { "tsm_req.size.two_pages_zero", REQ(SIZE_LONG), ON_FIXTURE },
	  BOUND, { .size = GIVE(8192) }, RETURNS(90) },
	{ { "tsm_req.size.across_unmapped_page", REQ(STRUCT_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(8192), SHORT_OF(4096) }, FAILS(EFAULT) },
	{ { "tsm_req.size.2_gib", REQ(STRUCT_UNREADABLE), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(0x80000000), SHORT_OF(4096) }, FAILS(EFAULT) },
};

const struct uc_topic tsm_size_topic = UC_BATCH_TOPIC("size", rows, tsm_run_row);
