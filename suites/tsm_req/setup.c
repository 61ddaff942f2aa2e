// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vdevice set-up. The VM reaches iommufd through VFIO only, and only if KVM was told of the
 * device file before that file was bound to iommufd: hence the order in tsm_open_device().
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
#include "setup.h"
#include "sysfs.h"

#define SMALL_VM_BITS	35	/* of guest-physical addresses */

static int failed(struct tsm_setup *setup, const char *what)
{
	int error = errno;

	snprintf(setup->why, sizeof(setup->why), "%s: %s", what, uc_errno_name(error));
	return -error;
}

static void shut(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

/* One that is quick to close: Linux 7.2 then looks at all of its uppermost tables. */
static unsigned long vm_type(int kvm)
{
	int bits = ioctl(kvm, KVM_HAS, KVM_HAS_IPA_SIZE);

	return bits <= 0 ? 0 : bits < SMALL_VM_BITS ? bits : SMALL_VM_BITS;
}

static int new_vm(struct tsm_setup *setup)
{
	struct kvm_new_device bridge = { .type = KVM_VFIO_DEVICE };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), rc = 0;

	if (kvm < 0)
		return failed(setup, "opening /dev/kvm");
	setup->vm = ioctl(kvm, KVM_NEW_VM, vm_type(kvm));
	if (setup->vm < 0)
		rc = failed(setup, "KVM_CREATE_VM");
	close(kvm);
	if (rc)
		return rc;
	if (ioctl(setup->vm, KVM_NEW_DEVICE, &bridge))
		return failed(setup, "KVM_CREATE_DEVICE of the VFIO bridge (CONFIG_KVM_VFIO?)");
	setup->bridge = bridge.fd;	/* closing it would take the VM away from the device file */
	return 0;
}

/* Tell KVM that the VM has the device file, or has it no more. */
static int tell_kvm(const struct tsm_setup *setup, __s32 cdev, bool has)
{
	struct kvm_attr attribute = {
		.group = KVM_VFIO_FILE, .attr = has ? KVM_VFIO_FILE_ADD : KVM_VFIO_FILE_DEL,
		.addr = (uintptr_t)&cdev,
	};

	return ioctl(setup->bridge, KVM_DEVICE_ATTR, &attribute);
}

static int open_cdev(struct tsm_setup *setup, const struct tsm_facts *facts,
		     enum tsm_device_index device)
{
	char directory[96], path[96];

	snprintf(directory, sizeof(directory), "%s%s",
		 device == PLAIN ? "/sys/devices/platform/" : TSM_SYSFS_PCI "/devices/",
		 device == PLAIN ? UAPI_CONFORM_PLAIN_DEVICE : facts->device.bdf);
	if (tsm_sysfs_vfio_path(path, sizeof(path), directory)) {
		snprintf(setup->why, sizeof(setup->why),
			 "no VFIO device file in %s (CONFIG_VFIO_DEVICE_CDEV?)", directory);
		return -ENOENT;
	}
	setup->cdev[device] = open(path, O_RDWR | O_CLOEXEC);
	return setup->cdev[device] < 0 ? failed(setup, path) : 0;
}

int tsm_open_device(struct tsm_setup *setup, const struct tsm_facts *facts,
		    enum tsm_device_index device, bool vm)
{
	struct vfio_cdev_bind bind = { .argsz = sizeof(bind), .iommufd = setup->file[MAIN_FILE] };
	int rc = open_cdev(setup, facts, device);

	if (!rc && vm && setup->bridge < 0)
		rc = new_vm(setup);
	if (!rc && vm && tell_kvm(setup, setup->cdev[device], true))
		rc = failed(setup, "telling KVM of the VFIO device file");
	if (!rc && ioctl(setup->cdev[device], VFIO_CDEV_BIND_IOMMUFD, &bind))
		rc = failed(setup, "VFIO_DEVICE_BIND_IOMMUFD (is the device in use elsewhere?)");
	if (rc)
		tsm_close_device(setup, device);
	setup->id[DEVICE + device] = bind.out_devid;
	return rc;
}

/* KVM has the file open, too; there may be no VM, or none that has this device. */
void tsm_close_device(struct tsm_setup *setup, enum tsm_device_index device)
{
	if (setup->cdev[device] >= 0 && setup->bridge >= 0)
		tell_kvm(setup, setup->cdev[device], false);
	shut(&setup->cdev[device]);
	if (setup->keep_vm || setup->cdev[!device] >= 0)
		return;
	shut(&setup->bridge);
	shut(&setup->vm);
}

static int call(struct tsm_setup *setup, unsigned long word, void *argument, const char *what)
{
	return ioctl(setup->file[MAIN_FILE], word, argument) ? failed(setup, what) : 0;
}

static int new_ioas(struct tsm_setup *setup, int file, __u32 *id)
{
	struct iommufd_ioas_alloc ioas = { .size = sizeof(ioas) };

	if (ioctl(file, IOMMUFD_IOAS_ALLOC, &ioas))
		return failed(setup, "IOMMU_IOAS_ALLOC");
	*id = ioas.out_id;
	return 0;
}

static int new_hwpt(struct tsm_setup *setup, enum tsm_device_index device)
{
	struct iommufd_hwpt_alloc hwpt = {
		.size = sizeof(hwpt), .flags = IOMMUFD_HWPT_NEST_PARENT,
		.dev_id = setup->id[DEVICE + device], .pt_id = setup->id[IOAS],
	};
	int rc = call(setup, IOMMUFD_HWPT_ALLOC, &hwpt, "IOMMU_HWPT_ALLOC of a nesting parent");

	setup->id[HWPT] = hwpt.out_id;
	return rc;
}

/* Which vIOMMU the IOMMU has to offer is found by asking. */
static int new_viommu(struct tsm_setup *setup, enum tsm_device_index device)
{
	static const __u32 types[] = {
		UAPI_CONFORM_VIOMMU_TYPE, IOMMUFD_VIOMMU_ARM_SMMUV3, IOMMUFD_VIOMMU_TEGRA241_CMDQV,
	};
	struct iommufd_viommu_alloc viommu = {
		.size = sizeof(viommu), .dev_id = setup->id[DEVICE + device],
		.hwpt_id = setup->id[HWPT],
	};
	int rc = -1;

	for (size_t i = 0; rc && i < sizeof(types) / sizeof(*types); i++) {
		viommu.type = types[i];
		rc = call(setup, IOMMUFD_VIOMMU_ALLOC, &viommu,
			  "IOMMU_VIOMMU_ALLOC (has the IOMMU a vIOMMU to offer?)");
	}
	setup->id[VIOMMU] = viommu.out_id;
	return rc;
}

static int new_vdevice(struct tsm_setup *setup, enum tsm_device_index device, __u64 virt_id)
{
	struct iommufd_vdevice_alloc vdevice = {
		.size = sizeof(vdevice), .viommu_id = setup->id[VIOMMU],
		.dev_id = setup->id[DEVICE + device], .virt_id = virt_id,
	};
	int rc = call(setup, IOMMUFD_VDEVICE_ALLOC, &vdevice, "IOMMU_VDEVICE_ALLOC");

	setup->id[VDEVICE + device] = vdevice.out_id;
	return rc;
}

/* Its own file is of no use here, and holds it. */
static int new_fault(struct tsm_setup *setup)
{
	struct iommufd_fault_alloc fault = { .size = sizeof(fault) };
	int rc = call(setup, IOMMUFD_FAULT_ALLOC, &fault, "IOMMU_FAULT_QUEUE_ALLOC");

	if (!rc)
		close(fault.out_fd);
	setup->id[FAULT] = fault.out_id;
	return rc;
}

int tsm_new_object(struct tsm_setup *setup, enum tsm_object object, enum tsm_device_index device,
		   __u64 virt_id)
{
	switch (object) {
	case VDEVICE:
	case PLAIN_VDEVICE:
		return new_vdevice(setup, device, virt_id);
	case HWPT:
		return new_hwpt(setup, device);
	case VIOMMU:
		return new_viommu(setup, device);
	case FAULT:
		return new_fault(setup);
	default:
		return new_ioas(setup, setup->file[MAIN_FILE], &setup->id[object]);
	}
}

int tsm_destroy_object(const struct tsm_setup *setup, enum tsm_object object)
{
	struct iommufd_destroy destroy = { .size = sizeof(destroy), .id = setup->id[object] };

	return ioctl(setup->file[MAIN_FILE], IOMMUFD_DESTROY, &destroy) ? -errno : 0;
}

int tsm_open_other(struct tsm_setup *setup)
{
	__u32 id = 0;
	int rc = 0;

	if (setup->file[OTHER_FILE] >= 0)
		return 0;
	setup->file[OTHER_FILE] = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (setup->file[OTHER_FILE] < 0)
		return failed(setup, "opening /dev/iommu again");
	while (!rc && id < setup->id[VDEVICE] && id < 8)
		rc = new_ioas(setup, setup->file[OTHER_FILE], &id);
	return rc;
}

int tsm_setup_open(struct tsm_setup *setup, const struct tsm_facts *facts,
		   enum tsm_device_index device, bool vm)
{
	const enum tsm_object objects[] = { IOAS, HWPT, VIOMMU, VDEVICE + device };
	int rc;

	memset(setup->id, 0, sizeof(setup->id));
	setup->file[MAIN_FILE] = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (setup->file[MAIN_FILE] < 0)
		return failed(setup, "opening /dev/iommu");
	rc = tsm_open_device(setup, facts, device, vm);
	for (size_t i = 0; !rc && i < sizeof(objects) / sizeof(*objects); i++)
		rc = tsm_new_object(setup, objects[i], device, TSM_VIRT_ID);
	if (rc)
		tsm_setup_close(setup);
	return rc;
}

/* The device files last: closing them waits for iommufd's objects that refer to the devices. */
void tsm_setup_close(struct tsm_setup *setup)
{
	for (unsigned int i = 0; i < TSM_FILES; i++)
		shut(&setup->file[i]);
	tsm_close_device(setup, PLAIN);
	tsm_close_device(setup, ENDPOINT);
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
