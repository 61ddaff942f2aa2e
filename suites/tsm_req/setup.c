// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vdevice set-up. The VM reaches iommufd through VFIO only, and only if KVM was told of the
 * device file before that file was bound to iommufd: hence the order in tsm_open_device().
 */
#include <stdio.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "reproducer/vdevice.c"
#include "setup.h"
#include "sysfs.h"

/* Other vIOMMUs than the fixture's, by iommufd's numbers. */
#define ARM_SMMUV3	1
#define TEGRA241_CMDQV	2

void give_up(const char *what)
{
	uc_error("%s: %s", what, uc_errno_name(errno));
}

/* Returns @rc; where that is an error, what failed with it is taken down. */
static int done(struct tsm_setup *setup, int rc, const char *what)
{
	if (rc)
		snprintf(setup->why, sizeof(setup->why), "%s: %s", what, uc_errno_name(-rc));
	return rc;
}

static void shut(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

static int open_cdev(struct tsm_setup *setup, const struct tsm_facts *facts,
		     enum tsm_device_index device)
{
	char directory[96], path[96];
	int rc;

	snprintf(directory, sizeof(directory), "%s%s",
		 device == PLAIN ? "/sys/devices/platform/" : TSM_SYSFS_PCI "/devices/",
		 device == PLAIN ? UAPI_CONFORM_PLAIN_DEVICE : facts->device.bdf);
	rc = vfio_path(path, sizeof(path), directory);
	if (rc) {
		snprintf(setup->why, sizeof(setup->why),
			 "no VFIO device file in %s (CONFIG_VFIO_DEVICE_CDEV?)", directory);
		return rc;
	}
	setup->cdev[device] = open(path, O_RDWR | O_CLOEXEC);
	return done(setup, setup->cdev[device] < 0 ? -errno : 0, path);
}

int tsm_open_device(struct tsm_setup *setup, const struct tsm_facts *facts,
		    enum tsm_device_index device, bool vm)
{
	int rc = open_cdev(setup, facts, device), *cdev = &setup->cdev[device];

	if (!rc && vm && setup->bridge < 0) {
		setup->vm_maker = getpid();
		rc = done(setup, new_vm(&setup->vm, &setup->bridge),
			  "a VM with a bridge to VFIO (CONFIG_KVM, CONFIG_KVM_VFIO?)");
	}
	if (!rc && vm)
		rc = done(setup, tell_kvm(setup->bridge, *cdev, true),
			  "telling KVM of the VFIO device file");
	if (!rc)
		rc = done(setup, bind_iommufd(*cdev, setup->file[MAIN_FILE],
					      &setup->id[DEVICE + device]),
			  "VFIO_DEVICE_BIND_IOMMUFD (is the device in use elsewhere?)");
	setup->has_vm[device] = vm;
	if (rc)
		tsm_close_device(setup, device);
	return rc;
}

/* KVM has the file open, too; there may be no VM, or none that has this device. */
void tsm_close_device(struct tsm_setup *setup, enum tsm_device_index device)
{
	if (setup->cdev[device] >= 0 && setup->bridge >= 0)
		tell_kvm(setup->bridge, setup->cdev[device], false);
	shut(&setup->cdev[device]);
	if (setup->keep_vm || setup->cdev[!device] >= 0)
		return;
	shut(&setup->bridge);
	shut(&setup->vm);
}

/* Which vIOMMU the IOMMU has to offer is found by asking. */
static int any_viommu(struct tsm_setup *setup, __u32 device, int vm)
{
	const int file = setup->file[MAIN_FILE];
	const __u32 hwpt = setup->id[HWPT];
	__u32 *id = &setup->id[VIOMMU];
	static const __u32 types[] = { UAPI_CONFORM_VIOMMU_TYPE, ARM_SMMUV3, TEGRA241_CMDQV };
	int rc = -EOPNOTSUPP;

	for (size_t i = 0; rc == -EOPNOTSUPP && i < UC_ARRAY_SIZE(types); i++)
		rc = tsm_rules_now->vm_file ? new_viommu_of(file, types[i], device, hwpt, vm, id) :
		     new_viommu(file, types[i], device, hwpt, id);
	return rc;
}

/* The VM whose file a vIOMMU is given, or -1; one is made where there is none. */
static int vm_of_viommu(struct tsm_setup *setup, enum tsm_device_index device, __u64 which)
{
	if (which == VIOMMU_NO_VM || (which != VIOMMU_VM && !setup->has_vm[device]))
		return -1;
	if (setup->vm < 0 && new_vm(&setup->vm, &setup->bridge))
		return -1;
	return setup->vm;
}

int tsm_new_object(struct tsm_setup *setup, enum tsm_object object, enum tsm_device_index device,
		   __u64 virt_id)
{
	__u32 *ids = setup->id, on = ids[DEVICE + device], *id = &ids[object];
	int file = setup->file[MAIN_FILE];

	switch (object) {
	case VDEVICE:
	case PLAIN_VDEVICE:
		return done(setup, new_vdevice(file, ids[VIOMMU], on, virt_id, id),
			    "IOMMU_VDEVICE_ALLOC");
	case HWPT:
		return done(setup, new_nesting_parent(file, on, ids[IOAS], id),
			    "IOMMU_HWPT_ALLOC of a nesting parent");
	case VIOMMU:
		return done(setup, any_viommu(setup, on, vm_of_viommu(setup, device, virt_id)),
			    "IOMMU_VIOMMU_ALLOC (has the IOMMU a vIOMMU to offer?)");
	case FAULT:
		return done(setup, new_fault(file, id), "IOMMU_FAULT_QUEUE_ALLOC");
	default:
		return done(setup, new_ioas(file, id), "IOMMU_IOAS_ALLOC");
	}
}

int tsm_destroy_object(const struct tsm_setup *setup, enum tsm_object object)
{
	return destroy(setup->file[MAIN_FILE], setup->id[object]);
}

int tsm_open_other(struct tsm_setup *setup)
{
	__u32 id = 0;
	int rc = 0;

	if (setup->file[OTHER_FILE] >= 0)
		return 0;
	setup->file[OTHER_FILE] = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (setup->file[OTHER_FILE] < 0)
		return done(setup, -errno, "opening /dev/iommu again");
	while (!rc && id < setup->id[VDEVICE] && id < 8)
		rc = done(setup, new_ioas(setup->file[OTHER_FILE], &id), "IOMMU_IOAS_ALLOC");
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
		return done(setup, -errno, "opening /dev/iommu");
	rc = tsm_open_device(setup, facts, device, vm);
	for (size_t i = 0; !rc && i < UC_ARRAY_SIZE(objects); i++)
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
