/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The released interfaces on the way to a vdevice: iommufd, the VFIO device file and KVM. Own
 * definitions, because bookworm's headers know nothing of iommufd; only what setup.c needs.
 */
#ifndef TSM_IOMMUFD_H
#define TSM_IOMMUFD_H

#include <assert.h>
#include <linux/types.h>
#include <sys/ioctl.h>

#define IOMMUFD_DESTROY		_IO(';', 0x80)
#define IOMMUFD_IOAS_ALLOC	_IO(';', 0x81)
#define IOMMUFD_HWPT_ALLOC	_IO(';', 0x89)
#define IOMMUFD_FAULT_ALLOC	_IO(';', 0x8e)
#define IOMMUFD_VIOMMU_ALLOC	_IO(';', 0x90)
#define IOMMUFD_VDEVICE_ALLOC	_IO(';', 0x91)

#define IOMMUFD_HWPT_NEST_PARENT	(1U << 0)
#define IOMMUFD_VIOMMU_ARM_SMMUV3	1
#define IOMMUFD_VIOMMU_TEGRA241_CMDQV	2

struct iommufd_destroy {
	__u32 size;
	__u32 id;
};

struct iommufd_ioas_alloc {
	__u32 size;
	__u32 flags;
	__u32 out_id;
};

struct iommufd_hwpt_alloc {
	__u32 size;
	__u32 flags;
	__u32 dev_id;
	__u32 pt_id;
	__u32 out_id;
	__u32 reserved;
	__u32 data_type;
	__u32 data_len;
	__aligned_u64 data;
	__u32 fault_id;
	__u32 reserved2;
};

struct iommufd_fault_alloc {
	__u32 size;
	__u32 flags;
	__u32 out_id;
	__u32 out_fd;
};

struct iommufd_viommu_alloc {
	__u32 size;
	__u32 flags;
	__u32 type;
	__u32 dev_id;
	__u32 hwpt_id;
	__u32 out_id;
	__u32 data_len;
	__u32 reserved;
	__aligned_u64 data;
};

struct iommufd_vdevice_alloc {
	__u32 size;
	__u32 viommu_id;
	__u32 dev_id;
	__u32 out_id;
	__aligned_u64 virt_id;
};

#define VFIO_CDEV_BIND_IOMMUFD	_IO(';', 118)

struct vfio_cdev_bind {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
};

#define KVM_NEW_VM		_IO(0xae, 0x01)
#define KVM_HAS			_IO(0xae, 0x03)
#define KVM_HAS_IPA_SIZE	165	/* arm64: the most bits of a guest-physical address, or 0 */
#define KVM_NEW_DEVICE		_IOWR(0xae, 0xe0, struct kvm_new_device)
#define KVM_DEVICE_ATTR		_IOW(0xae, 0xe1, struct kvm_attr)
#define KVM_VFIO_DEVICE		4	/* device type */
#define KVM_VFIO_FILE		1	/* attribute group */
#define KVM_VFIO_FILE_ADD	1	/* attributes */
#define KVM_VFIO_FILE_DEL	2

struct kvm_new_device {
	__u32 type;
	__u32 fd;
	__u32 flags;
};

struct kvm_attr {
	__u32 flags;
	__u32 group;
	__aligned_u64 attr;
	__aligned_u64 addr;
};

static_assert(sizeof(struct iommufd_hwpt_alloc) == 48, "struct iommu_hwpt_alloc");
static_assert(sizeof(struct iommufd_viommu_alloc) == 40, "struct iommu_viommu_alloc");
static_assert(sizeof(struct iommufd_vdevice_alloc) == 24, "struct iommu_vdevice_alloc");
static_assert(KVM_NEW_DEVICE == 0xc00caee0, "KVM_CREATE_DEVICE");
static_assert(KVM_DEVICE_ATTR == 0x4018aee1, "KVM_SET_DEVICE_ATTR");

#endif /* TSM_IOMMUFD_H */
