/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vdevice set-up, one step a function: the VM, the VFIO device file, iommufd's objects, the
 * connection to a TSM. Every function returns 0 or -errno, and on failure says in tsm_setup.why, in
 * one line, what could not be done. Nothing here judges.
 */
#ifndef TSM_SETUP_H
#define TSM_SETUP_H

#include "facts.h"
#include "model.h"

/* All that is open. Owned by the process that opened it; tsm_setup_close() ends it. */
struct tsm_setup {
	int vm;		/* KVM, or -1, as are all files */
	int vm_maker;	/* the process that made the last one */
	int bridge;	/* from the VM to VFIO device files */
	bool keep_vm;	/* it outlives the devices: an exploration has one for all sequences */
	bool has_vm[TSM_DEVICES];	/* the devices were opened with it */
	int cdev[TSM_DEVICES];	/* VFIO device files */
	int file[TSM_FILES];	/* iommufd */
	__u32 id[TSM_OBJECTS];	/* of the main file's objects, also of those that are no more */
	char why[192];	/* what failed */
};

#define TSM_SETUP_NONE { .vm = -1, .bridge = -1, .cdev = { -1, -1 }, .file = { -1, -1, -1 } }

/*
 * From nothing open (but perhaps a kept VM) to a vdevice of @device that is neither connected nor
 * bound by us. On failure everything is closed again.
 */
int tsm_setup_open(struct tsm_setup *setup, const struct tsm_facts *facts,
		   enum tsm_device_index device, bool vm);
void tsm_setup_close(struct tsm_setup *setup);

/* Bind a device to the main file, with a VM or without; and close it: its vdevice ends. */
int tsm_open_device(struct tsm_setup *setup, const struct tsm_facts *facts,
		    enum tsm_device_index device, bool vm);
void tsm_close_device(struct tsm_setup *setup, enum tsm_device_index device);

/* A second file, with objects of its own by the numbers that the main file's have. */
int tsm_open_other(struct tsm_setup *setup);

/*
 * Make an object of the main file, of @device; @virt_id is a vdevice's, or says of a vIOMMU whether it
 * is given the VM's file, where the revision has that: as its device has it, or enum tsm_viommu_vm.
 */
int tsm_new_object(struct tsm_setup *setup, enum tsm_object object, enum tsm_device_index device,
		   __u64 virt_id);
int tsm_destroy_object(const struct tsm_setup *setup, enum tsm_object object);

/* Connect the device to its TSM, or disconnect it; 0 if it was so already. */
int tsm_connect(const struct tsm_device *device, bool connect, char *why, size_t size);

/* Whether it is connected now; also before we came. */
bool tsm_connected(const struct tsm_device *device);

/* For reproducer/: ends the row as ERROR, with errno. */
void give_up(const char *what) __attribute__((noreturn));

#endif /* TSM_SETUP_H */
