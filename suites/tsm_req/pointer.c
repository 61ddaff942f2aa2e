// SPDX-License-Identifier: GPL-2.0-only
/* The argument itself. EFAULT - the size, or the struct that it claims, cannot be read. */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("pointer.null", ON_IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=null = EFAULT", SIZE_UNREADABLE),
	ROW("pointer.unmapped", ON_IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=unmapped = EFAULT", SIZE_UNREADABLE),
	ROW("pointer.kernel", ON_IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=kernel = EFAULT", SIZE_UNREADABLE),
	ROW("pointer.3_bytes", ON_IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=cut 3 = EFAULT", SIZE_UNREADABLE),
	ROW("pointer.size_only", ON_IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=cut 4 = EFAULT", STRUCT_UNREADABLE),
	ROW("pointer.half", ON_IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=cut 20 = EFAULT", STRUCT_UNREADABLE),
	ROW("pointer.null_and_word", ON_IOMMUFD, IN_ANY_STATE,
	    "TSM_REQ word=write struct=null = EFAULT", SIZE_UNREADABLE, CHECK_ORDER),
};

const struct uc_topic tsm_pointer_topic = TSM_TOPIC("pointer");
