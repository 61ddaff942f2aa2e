// SPDX-License-Identifier: GPL-2.0-only
/* The revisions by name, and what a row's SKIP says where one is not judged. */
#include "revision.h"

const struct tsm_revision tsm_revisions[TSM_REVISIONS] = {
	[TSM_REVISION_NONE] = { "none",
		.reason = "this kernel has no IOMMU_VDEVICE_TSM_REQ" },
	[TSM_REVISION_V5] = { "v5, May 2026", .rules = &tsm_v5 },
	[TSM_REVISION_NVIDIA_40] = { "nvidia-40", .rules = &tsm_nvidia_40 },
	[TSM_REVISION_OP_48] = { "op-48", .rules = &tsm_op_48 },
	[TSM_REVISION_OP_48_REBASED] = { "op-48-rebased", .rules = &tsm_op_48_rebased },
	[TSM_REVISION_RFC] = { "RFC, July 2025",
		.reason = "this kernel has IOMMU_VDEVICE_TSM_REQ of the RFC, July 2025 (0x3b96, 48 bytes)" },
	[TSM_REVISION_JUNE] = { "after v5, June 2026",
		.reason = "this kernel has IOMMU_VDEVICE_TSM_REQ of June 2026 (0x3b96, 48 bytes, other operations)" },
	[TSM_REVISION_UNKNOWN] = { "unknown revision",
		.reason = "unknown revision of IOMMU_VDEVICE_TSM_REQ (the header has what was seen)" },
	[TSM_REVISION_NO_ACCESS] = { "unknown",
		.reason = "no permission to open /dev/iommu" },
	[TSM_REVISION_NO_FILE] = { "none",
		.reason = "/dev/iommu is missing (CONFIG_IOMMUFD?)" },
	[TSM_REVISION_NO_OPEN] = { "unknown",
		.reason = "/dev/iommu cannot be opened (the header has the errno)" },
	[TSM_REVISION_NO_COMPAT] = { "unknown",
		.reason = "iommufd has no ioctls for this program, a 32-bit one on a 64-bit kernel" },
};
