// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way to a vdevice. The VM reaches iommufd through VFIO only, and only if KVM was told of the
 * device file before that file was bound to iommufd: hence the order in tsm_way_open().
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/decode.h"
#include "iommufd.h"
#include "numbers.h"
#include "setup.h"
#include "sysfs.h"

#define SMALL_VM_BITS	35	/* of guest-physical addresses */

static int failed(struct tsm_way *way, const char *what)
{
	int error = errno;

	snprintf(way->why, sizeof(way->why), "%s: %s", what, uc_errno_name(error));
	return -error;
}

/* One that is quick to close: Linux 7.2 then looks at all of its uppermost tables. */
static unsigned long vm_type(int kvm)
{
	int bits = ioctl(kvm, KVM_HAS, KVM_HAS_IPA_SIZE);

	return bits <= 0 ? 0 : bits < SMALL_VM_BITS ? bits : SMALL_VM_BITS;
}

static int open_vm(struct tsm_way *way)
{
	struct kvm_new_device bridge = { .type = KVM_VFIO_DEVICE };
	__s32 file = way->cdev;
	struct kvm_attr add = {
		.group = KVM_VFIO_FILE, .attr = KVM_VFIO_FILE_ADD, .addr = (uintptr_t)&file,
	};
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), rc = 0;

	if (kvm < 0)
		return failed(way, "opening /dev/kvm");
	way->vm = ioctl(kvm, KVM_NEW_VM, vm_type(kvm));
	if (way->vm < 0)
		rc = failed(way, "KVM_CREATE_VM");
	close(kvm);
	if (rc)
		return rc;
	if (ioctl(way->vm, KVM_NEW_DEVICE, &bridge))
		return failed(way, "KVM_CREATE_DEVICE of the VFIO bridge (CONFIG_KVM_VFIO?)");
	way->bridge = bridge.fd;	/* closing it would take the VM away from the device file */
	if (ioctl(way->bridge, KVM_DEVICE_ATTR, &add))
		return failed(way, "telling KVM of the VFIO device file");
	return 0;
}

static int open_device(struct tsm_way *way, const char *directory)
{
	char path[96];

	if (tsm_sysfs_vfio_path(path, sizeof(path), directory)) {
		snprintf(way->why, sizeof(way->why),
			 "no VFIO device file in %s (CONFIG_VFIO_DEVICE_CDEV?)", directory);
		return -ENOENT;
	}
	way->cdev = open(path, O_RDWR | O_CLOEXEC);
	return way->cdev < 0 ? failed(way, path) : 0;
}

static int bind_to_iommufd(struct tsm_way *way)
{
	struct vfio_cdev_bind bind = { .argsz = sizeof(bind) };

	if (way->iommufd < 0)
		way->iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (way->iommufd < 0)
		return failed(way, "opening /dev/iommu");
	bind.iommufd = way->iommufd;
	if (ioctl(way->cdev, VFIO_CDEV_BIND_IOMMUFD, &bind))
		return failed(way, "VFIO_DEVICE_BIND_IOMMUFD (is the device in use elsewhere?)");
	way->device_id = bind.out_devid;
	return 0;
}

/* Which vIOMMU the IOMMU has to offer is found by asking. */
static int new_viommu(struct tsm_way *way)
{
	static const __u32 types[] = {
		UAPI_CONFORM_VIOMMU_TYPE, IOMMUFD_VIOMMU_ARM_SMMUV3, IOMMUFD_VIOMMU_TEGRA241_CMDQV,
	};
	struct iommufd_viommu_alloc viommu = {
		.size = sizeof(viommu), .dev_id = way->device_id, .hwpt_id = way->hwpt_id,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		viommu.type = types[i];
		if (!ioctl(way->iommufd, IOMMUFD_VIOMMU_ALLOC, &viommu)) {
			way->viommu_id = viommu.out_id;
			return 0;
		}
	}
	return failed(way, "IOMMU_VIOMMU_ALLOC (has the IOMMU a vIOMMU to offer?)");
}

static int new_objects(struct tsm_way *way)
{
	struct iommufd_hwpt_alloc hwpt = {
		.size = sizeof(hwpt), .flags = IOMMUFD_HWPT_NEST_PARENT, .dev_id = way->device_id,
	};
	int rc;

	rc = tsm_new_ioas(way->iommufd, &way->ioas_id);
	if (rc)
		return failed(way, "IOMMU_IOAS_ALLOC");
	hwpt.pt_id = way->ioas_id;
	if (ioctl(way->iommufd, IOMMUFD_HWPT_ALLOC, &hwpt))
		return failed(way, "IOMMU_HWPT_ALLOC of a nesting parent");
	way->hwpt_id = hwpt.out_id;
	rc = new_viommu(way);
	return rc ?: tsm_way_new_vdevice(way);
}

int tsm_way_new_vdevice(struct tsm_way *way)
{
	struct iommufd_vdevice_alloc vdevice = {
		.size = sizeof(vdevice), .viommu_id = way->viommu_id,
		.dev_id = way->device_id, .virt_id = TSM_VIRT_ID,
	};

	if (ioctl(way->iommufd, IOMMUFD_VDEVICE_ALLOC, &vdevice))
		return failed(way, "IOMMU_VDEVICE_ALLOC");
	way->vdevice_id = vdevice.out_id;
	return 0;
}

/* From the device file to the device's object in iommufd. */
static int attach(struct tsm_way *way, const struct tsm_facts *facts, int flags)
{
	char directory[96];
	int rc;

	snprintf(directory, sizeof(directory), "%s%s",
		 flags & TSM_WAY_PLAIN ? "/sys/devices/platform/" : TSM_SYSFS_PCI "/devices/",
		 flags & TSM_WAY_PLAIN ? UAPI_CONFORM_PLAIN_DEVICE : facts->device.bdf);
	rc = open_device(way, directory);
	if (!rc && flags & TSM_WAY_VM)
		rc = open_vm(way);
	return rc ?: bind_to_iommufd(way);
}

int tsm_way_open(struct tsm_way *way, const struct tsm_facts *facts, int flags)
{
	int rc;

	*way = (struct tsm_way)TSM_WAY_NONE;
	rc = attach(way, facts, flags);
	if (!rc)
		rc = new_objects(way);
	if (rc)
		tsm_way_close(way);
	return rc;
}

static void shut(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

/* The bridge has the device file open, too. */
static void detach(struct tsm_way *way)
{
	shut(&way->cdev);
	shut(&way->bridge);
	shut(&way->vm);
}

int tsm_way_reopen(struct tsm_way *way, const struct tsm_facts *facts, int flags)
{
	detach(way);
	return attach(way, facts, flags) ?: tsm_way_new_vdevice(way);
}

/* The device file last: closing it waits for iommufd's objects that refer to the device. */
void tsm_way_close(struct tsm_way *way)
{
	shut(&way->iommufd);
	detach(way);
}

bool tsm_connected(const struct tsm_device *device)
{
	char present[32];

	tsm_sysfs_read(present, sizeof(present), TSM_SYSFS_PCI "/devices/%s/tsm/connect",
		       device->bdf);
	return *present;
}

static int connect_to(const struct tsm_device *device, int number)
{
	char name[16];

	snprintf(name, sizeof(name), "tsm%d", number);
	return tsm_sysfs_write(name, TSM_SYSFS_PCI "/devices/%s/tsm/connect", device->bdf);
}

/* Which of several TSMs is the device's is known to those who ask them. */
static int connect_to_any(const struct tsm_device *device)
{
	int rc = -ENOENT;

	for (int number = 0; rc && number < TSM_SYSFS_MOST_TSMS; number++)
		if (tsm_sysfs_has_tsm(number))
			rc = connect_to(device, number);
	return rc;
}

int tsm_connect(const struct tsm_device *device, bool connect, char *why, size_t size)
{
	char present[32];
	int rc;

	rc = tsm_sysfs_read(present, sizeof(present), TSM_SYSFS_PCI "/devices/%s/tsm/connect",
			    device->bdf);
	if (!rc && (*present != '\0') == connect)
		return 0;
	if (!rc && connect)
		rc = device->tsm < 0 ? connect_to_any(device) : connect_to(device, device->tsm);
	else if (!rc)
		rc = tsm_sysfs_write(present, TSM_SYSFS_PCI "/devices/%s/tsm/disconnect",
				     device->bdf);
	if (rc)
		snprintf(why, size, "%s %s: %s", connect ? "connecting" : "disconnecting",
			 device->bdf, uc_errno_name(-rc));
	return rc;
}

int tsm_destroy(int iommufd, __u32 id)
{
	struct iommufd_destroy destroy = { .size = sizeof(destroy), .id = id };

	return ioctl(iommufd, IOMMUFD_DESTROY, &destroy) ? -errno : 0;
}

int tsm_new_ioas(int iommufd, __u32 *id)
{
	struct iommufd_ioas_alloc ioas = { .size = sizeof(ioas) };

	if (ioctl(iommufd, IOMMUFD_IOAS_ALLOC, &ioas))
		return -errno;
	*id = ioas.out_id;
	return 0;
}
