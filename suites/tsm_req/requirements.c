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
#define NVIDIA	"NVIDIA/NV-Kernels, drivers/iommu/iommufd/tsm.c at 315cb8da740a (seen)"
#define REBASED	"kamalca/linux, drivers/iommu/iommufd/tsm.c at 58252340 (seen; for op-48 inferred)"
#define OPENVMM	"inferred from microsoft/openvmm, the client of Arm's integration branch"
#define VM	"patch v5 3/5, the vIOMMU's reference to the VM"

#define SERIES	"Add iommufd ioctls to support TSM operations, "
#define MAIL	"https://lore.kernel.org/r/20260525154816.1029642-"

const struct uc_document tsm_documents[] = {
	{ "patch v5 3/5", SERIES "[PATCH v5 3/5] iommufd/viommu: Keep a reference to the KVM file",
	  MAIL "4-aneesh.kumar@kernel.org" },
	{ "patch v5 4/5", SERIES "[PATCH v5 4/5] iommufd/tsm: add vdevice TSM bind/unbind ioctl",
	  MAIL "5-aneesh.kumar@kernel.org" },
	{ "patch v5 5/5", SERIES "[PATCH v5 5/5] iommufd/vdevice: add TSM request ioctl",
	  MAIL "6-aneesh.kumar@kernel.org" },
	{ "iommufd.h", "IOMMUFD User API, General ioctl format",
	  "https://docs.kernel.org/userspace-api/iommufd.html#iommufd-user-api" },
	{ "tagged-address-abi.rst", "AArch64 Tagged Address ABI",
	  "https://docs.kernel.org/arch/arm64/tagged-address-abi.html" },
	{ "no kernel may warn", "Linux kernel coding style, Do not crash the kernel",
	  "https://docs.kernel.org/process/coding-style.html#do-not-crash-the-kernel" },
	{ "fault-injection.rst", "Fault injection capabilities infrastructure",
	  "https://docs.kernel.org/fault-injection/fault-injection.html#systematic-faults-using-fail-nth" },
	{ "NVIDIA/NV-Kernels", "NVIDIA's kernels: drivers/iommu/iommufd/tsm.c",
	  "https://github.com/NVIDIA/NV-Kernels/blob/315cb8da740a5d322e7b7c62a99614dfdea89378/"
	  "drivers/iommu/iommufd/tsm.c" },
	{ "kamalca/linux", "A tree with the request after v5, rebased: drivers/iommu/iommufd/tsm.c",
	  "https://github.com/kamalca/linux/blob/58252340326a43e79da687c82e34a539866d12f8/"
	  "drivers/iommu/iommufd/tsm.c" },
	{ "inferred from microsoft/openvmm", "OpenVMM, a client of the request after v5",
	  "https://github.com/microsoft/openvmm" },
	{ NULL, NULL, NULL }
};

#define REQUIREMENT(name, where, words)	[name] = { #name, words, where },
#define OPTIONAL(name, where, words)	[name] = { #name, words, where, .optional = true },

const struct uc_requirement tsm_requirements[TSM_REQUIREMENTS] = {
#include "requirements.inc"
};
