// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vdevice set-up, one step a function: the VM, the VFIO device files, iommufd's objects. The suite has
 * it, and so has the program that shows a failure; setup.h says what each does.
 *
 * The VM reaches iommufd through VFIO only, and only if KVM was told of the device file before that file
 * was bound to iommufd: hence the order in tsm_open_device().
 */
#ifndef REPRODUCER_VDEVICE
#include "vdevice.c"
#endif
#ifndef REPRODUCER_NAMES
#include "names.c"
#endif
#ifndef UAPI_CONFORM_DEVICE_H
#include "../../../fixtures/device/uapi_conform_device.h"
#endif

#ifndef REPRODUCER_SETUP
#define REPRODUCER_SETUP

#ifndef TSM_SETUP_H	/* the suite has its own */
#define uc_errno_name(error)	strerror(error)
#endif

/* Other vIOMMUs than the fixture's, by iommufd's numbers. */
#define ARM_SMMUV3	1
#define TEGRA241_CMDQV	2

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

static int open_cdev(struct tsm_setup *setup, const char *bdf, enum tsm_device_index device)
{
	char directory[96], path[96];
	int rc;

	snprintf(directory, sizeof(directory), "%s%.40s",
		 device == PLAIN ? "/sys/devices/platform/" : "/sys/bus/pci/devices/",
		 device == PLAIN ? UAPI_CONFORM_PLAIN_DEVICE : bdf);
	rc = vfio_path(path, sizeof(path), directory);
	if (rc) {
		snprintf(setup->why, sizeof(setup->why),
			 "no VFIO device file in %s (CONFIG_VFIO_DEVICE_CDEV?)", directory);
		return rc;
	}
	setup->cdev[device] = open(path, O_RDWR | O_CLOEXEC);
	return done(setup, setup->cdev[device] < 0 ? -errno : 0, path);
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

int tsm_open_device(struct tsm_setup *setup, const char *bdf, enum tsm_device_index device, bool vm)
{
	int rc = open_cdev(setup, bdf, device), *cdev = &setup->cdev[device];

	if (!rc && vm && setup->bridge < 0) {
		setup->vm_maker = getpid();
		rc = done(setup, new_vm(&setup->vm, &setup->bridge),
				"a VM with a bridge to VFIO (CONFIG_KVM, CONFIG_KVM_VFIO?)");
	}
	if (!rc && vm)
		rc = done(setup, tell_kvm(setup->bridge, *cdev, true),
				"telling KVM of the VFIO device file");
	if (!rc)
		rc = done(setup, bind_iommufd(*cdev, setup->file[MAIN_FILE], &setup->id[DEVICE + device]),
				"VFIO_DEVICE_BIND_IOMMUFD (is the device in use elsewhere?)");
	setup->has_vm[device] = vm;
	if (rc)
		tsm_close_device(setup, device);
	return rc;
}

/* Which vIOMMU the IOMMU has to offer is found by asking. */
static int any_viommu(struct tsm_setup *setup, uint32_t device, int vm)
{
	static const uint32_t types[] = { UAPI_CONFORM_VIOMMU_TYPE, ARM_SMMUV3, TEGRA241_CMDQV };
	const int file = setup->file[MAIN_FILE];
	const uint32_t hwpt = setup->id[HWPT];
	uint32_t *id = &setup->id[VIOMMU];
	int rc = -EOPNOTSUPP;

	for (int i = 0; rc == -EOPNOTSUPP && i < 3; i++)
		rc = setup->vm_by_file ? new_viommu_of(file, types[i], device, hwpt, vm, id) :
		     new_viommu(file, types[i], device, hwpt, id);
	return rc;
}

/* The VM whose file a vIOMMU is given, or -1; one is made where there is none. */
static int vm_of_viommu(struct tsm_setup *setup, enum tsm_device_index device, uint64_t which)
{
	if (which == VIOMMU_NO_VM || (which != VIOMMU_VM && !setup->has_vm[device]))
		return -1;
	if (setup->vm < 0 && new_vm(&setup->vm, &setup->bridge))
		return -1;
	return setup->vm;
}

int tsm_new_object(struct tsm_setup *setup, enum tsm_object object, enum tsm_device_index device,
		   uint64_t virt_id)
{
	uint32_t *ids = setup->id, on = ids[DEVICE + device], *id = &ids[object];
	int file = setup->file[MAIN_FILE];

	switch (object) {
	case VDEVICE:
	case PLAIN_VDEVICE:
		return done(setup, new_vdevice(file, ids[VIOMMU], on, virt_id, id), "IOMMU_VDEVICE_ALLOC");
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

int tsm_open_file(struct tsm_setup *setup, enum tsm_file which)
{
	int *file = &setup->file[which], rc;
	uint32_t id = 0;

	if (*file >= 0)
		return 0;
	*file = which == DUPLICATE ? dup(setup->file[MAIN_FILE]) : open("/dev/iommu", O_RDWR | O_CLOEXEC);
	rc = done(setup, *file < 0 ? -errno : 0, "opening /dev/iommu");
	while (!rc && which == OTHER_FILE && id < setup->id[VDEVICE] && id < 8)
		rc = done(setup, new_ioas(*file, &id), "IOMMU_IOAS_ALLOC");
	return rc;
}

/* The device files last: closing them waits for iommufd's objects that refer to the devices. */
void tsm_setup_close(struct tsm_setup *setup)
{
	for (int i = 0; i < TSM_FILES; i++)
		shut(&setup->file[i]);
	tsm_close_device(setup, PLAIN);
	tsm_close_device(setup, ENDPOINT);
}

int tsm_setup_make(struct tsm_setup *setup, const char *bdf, enum tsm_device_index device, bool vm)
{
	const enum tsm_object objects[] = { IOAS, HWPT, VIOMMU, VDEVICE + device };
	int rc;

	memset(setup->id, 0, sizeof(setup->id));
	rc = tsm_open_file(setup, MAIN_FILE);
	if (!rc)
		rc = tsm_open_device(setup, bdf, device, vm);
	for (int i = 0; !rc && i < 4; i++)
		rc = tsm_new_object(setup, objects[i], device, TSM_VIRT_ID);
	if (rc)
		tsm_setup_close(setup);
	return rc;
}

#endif /* REPRODUCER_SETUP */
