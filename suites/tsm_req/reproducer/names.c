// SPDX-License-Identifier: GPL-2.0-only
/* What the calls are about, in steps and in a program that shows a failure: names, and what is open. */
#ifndef REPRODUCER_NAMES
#define REPRODUCER_NAMES
#include <stdbool.h>
#include <stdint.h>

enum tsm_device_index { ENDPOINT, PLAIN, TSM_DEVICES };	/* the PCI device, and one that is none */
enum tsm_file { MAIN_FILE, DUPLICATE, OTHER_FILE, TSM_FILES };	/* the last is another iommufd */

enum tsm_object {	/* of the main file, by the place in which their ids are kept */
	VDEVICE, PLAIN_VDEVICE, DEVICE, PLAIN_DEVICE, IOAS, HWPT, VIOMMU, FAULT,
	SPARE, SPARE_2, SPARE_3, TSM_OBJECTS
};

enum tsm_place {	/* where the struct, or a buffer, lies */
	MAPPED,		/* its last byte before an unmapped page */
	AT_NULL,
	UNMAPPED,
	KERNEL,		/* an address of the kernel's half */
	READ_ONLY,
	CUT,		/* mapped, but only the first bytes of it */
	SAME,		/* response only: the request's address */
	OVERLAP,	/* response only: the request's address + 8 */
	TSM_PLACES
};

enum tsm_area { STRUCT, REQUEST, RESPONSE, TSM_AREAS };	/* what has a place */
enum tsm_caller { ROOT, NOBODY, NO_RAWIO, CHILD, TSM_CALLERS };

enum { TSM_OVERRIDE_NOT_LINK = 1, TSM_OVERRIDE_OTHER_VM = 2 };	/* what the device pretends */

/* The VM of a vIOMMU: what its device was opened with, or, where its file is given, other than that. */
enum tsm_viommu_vm { VIOMMU_AS_DEVICE, VIOMMU_VM, VIOMMU_NO_VM };

/* What comes while a request is with the TSM. */
enum tsm_race_kind {
	RACE_UNBIND, RACE_DISCONNECT, RACE_DESTROY, RACE_CLOSE, RACE_REQUEST, RACE_SIGNAL, TSM_RACES
};

/* All that is open. Owned by the process that opened it; tsm_setup_close() ends it. */
struct tsm_setup {
	int vm;		/* KVM, or -1, as are all files */
	int vm_maker;	/* the process that made the last one */
	int bridge;	/* from the VM to VFIO device files */
	bool keep_vm;	/* it outlives the devices: an exploration has one for all sequences */
	bool vm_by_file;	/* a vIOMMU is given the VM's file; else it takes the device's VM */
	bool has_vm[TSM_DEVICES];	/* the devices were opened with it */
	int cdev[TSM_DEVICES];	/* VFIO device files */
	int file[TSM_FILES];	/* iommufd */
	uint32_t id[TSM_OBJECTS];	/* of the main file's objects, also of those that are no more */
	char why[192];	/* what failed */
};

#define TSM_SETUP_NONE { .vm = -1, .bridge = -1, .cdev = { -1, -1 }, .file = { -1, -1, -1 } }

#define TSM_VIRT_ID	0x1234	/* of a vdevice in its VM, unless it is said */
#define TSM_ANY_ERRNO	4096	/* in place of one: whatever the errno is, it is an error */

#endif /* REPRODUCER_NAMES */
