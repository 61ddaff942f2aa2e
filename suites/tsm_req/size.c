// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size rules at every boundary. EINVAL - below 40; E2BIG - a nonzero byte from 40 on;
 * EFAULT - what size claims is not there; zeros from 40 on are accepted.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("size.zero", ON_IOMMUFD_OF(scoped), IN_ANY_STATE, "TSM_REQ size=0 = EINVAL", SIZE_SHORT),
	ROW("size.4_and_no_more_memory", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ struct=cut 4 size=4 = EINVAL", SIZE_SHORT),
	ROW("size.8", ON_IOMMUFD_OF(scoped), IN_ANY_STATE, "TSM_REQ size=8 = EINVAL", SIZE_SHORT),
	ROW("size.39", ON_IOMMUFD_OF(scoped), IN_ANY_STATE, "TSM_REQ size=39 = EINVAL", SIZE_SHORT),
	ROW_WITH(EACH(0, 39), "size.every_short", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=%u = EINVAL", SIZE_SHORT),
	ROW("size.40_of_39_bytes", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ struct=cut 39 = EFAULT", STRUCT_UNREADABLE),
	ROW("size.41_zero", ON_FIXTURE_OF(scoped), BOUND, "TSM_REQ size=41 = 90", SIZE_LONG),
	ROW("size.41_nonzero", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=41 byte=40 = E2BIG", SIZE_TAIL),
	ROW("size.41_of_40_bytes", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ struct=cut 40 size=41 = EFAULT", STRUCT_UNREADABLE),
	ROW("size.48_zero", ON_FIXTURE_OF(scoped), BOUND, "TSM_REQ size=48 = 90", SIZE_LONG),
	ROW("size.48_last_byte", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=48 byte=47 = E2BIG", SIZE_TAIL),
	ROW("size.48_byte_behind", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ struct=cut 56 size=48 byte=48 = 90", SIZE_LONG),
	ROW_WITH(EACH(40, 63), "size.every_tail_byte", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=64 byte=%u = E2BIG", SIZE_TAIL),
	ROW("size.page_zero", ON_FIXTURE_OF(scoped), BOUND, "TSM_REQ size=4096 = 90", SIZE_LONG),
	ROW("size.page_last_byte", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=4096 byte=4095 = E2BIG", SIZE_TAIL),
	ROW("size.two_pages_zero", ON_FIXTURE_OF(scoped), BOUND, "TSM_REQ size=8192 = 90", SIZE_LONG),
	ROW("size.across_unmapped_page", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ struct=cut 4096 size=8192 = EFAULT", STRUCT_UNREADABLE),
	ROW("size.2_gib", ON_IOMMUFD_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ struct=cut 4096 size=0x80000000 = EFAULT", STRUCT_UNREADABLE),
};

const struct uc_topic tsm_size_topic = TSM_TOPIC("size");
