// SPDX-License-Identifier: GPL-2.0-only
/* The clauses, and the documents that they are in. */
#include "requirements.h"

#define UAPI	"patch v5 5/5, struct iommu_vdevice_tsm_req"
#define SCOPES	"patch v5 5/5, enum iommu_vdevice_tsm_req_scope"
#define RETURNS	"patch v5 5/5, return value of the ioctl"
#define ORDER	"patch v5 5/5, order of checks"
#define LAYER	"patch v5 5/5, tsm_guest_req() and the PCI TSM layer"
#define GENERAL	"iommufd.h, General ioctl format"
#define OP	"patch v5 4/5, struct iommu_vdevice_tsm_op"
#define VM	"patch v5 3/5, the vIOMMU's reference to the VM"

#define REQUIREMENT(name, where, words)	[name] = { #name, words, where },
#define OPTIONAL(name, where, words)	[name] = { #name, words, where, .optional = true },

const struct uc_requirement tsm_requirements[TSM_REQUIREMENTS] = {
#include "requirements.inc"
};
