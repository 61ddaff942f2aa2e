/* SPDX-License-Identifier: GPL-2.0-only */
/* What --record writes down of IOMMU_VDEVICE_TSM_REQ (harness/record.h). */
#ifndef TSM_RECORD_H
#define TSM_RECORD_H

#include "../../harness/record.h"

/* Raised where a key of this suite changes its meaning. */
#define TSM_RECORD_LIST	2
extern const struct uc_recorded tsm_recorded[];

#endif /* TSM_RECORD_H */
