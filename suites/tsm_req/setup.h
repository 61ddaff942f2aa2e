/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way to a vdevice, one step a function: the VM, the VFIO device file, iommufd's objects, the
 * connection to a TSM. Every function returns 0 or -errno, and on failure says in tsm_way.why, in
 * one line, what could not be done. Nothing here judges.
 */
#ifndef TSM_SETUP_H
#define TSM_SETUP_H

#include "facts.h"

/* Everything on the way. Owned by the process that walked it; tsm_way_close() ends it. */
struct tsm_way {
	int vm;		/* KVM, or -1, as is the next */
	int bridge;	/* from the VM to VFIO device files */
	int cdev;	/* the VFIO device file */
	int iommufd;
	__u32 device_id, ioas_id, hwpt_id, viommu_id, vdevice_id;
	char why[192];	/* what failed */
};

#define TSM_WAY_NONE	{ .vm = -1, .bridge = -1, .cdev = -1, .iommufd = -1 }
/* The identifier of the vdevice inside the VM. */
#define TSM_VIRT_ID	0x1234

enum {
	TSM_WAY_VM = 1,		/* associate a VM first, without which nothing can be bound */
	TSM_WAY_PLAIN = 2,	/* the fixture's other device, which is no PCI device */
};

/*
 * From the open files to a vdevice that is neither connected nor bound by us. @flags: TSM_WAY_*.
 * On failure everything is closed again.
 */
int tsm_way_open(struct tsm_way *way, const struct tsm_facts *facts, int flags);
void tsm_way_close(struct tsm_way *way);

/*
 * Close the device and its VM, and open it again, with a VM or without as @flags say, for the same
 * iommufd: a new vdevice on the old vIOMMU. What is open is the caller's to close, also on failure.
 */
int tsm_way_reopen(struct tsm_way *way, const struct tsm_facts *facts, int flags);

/* The last step alone, for rows that destroyed the vdevice: way->vdevice_id is the new one's. */
int tsm_way_new_vdevice(struct tsm_way *way);

/* Connect the device to its TSM, or disconnect it; 0 if it was so already. */
int tsm_connect(const struct tsm_device *device, bool connect, char *why, size_t size);

/* Whether it is connected now; also before we came. */
bool tsm_connected(const struct tsm_device *device);

/* iommufd ioctls that rows use too; all return 0 or -errno. */
int tsm_destroy(int iommufd, __u32 id);
int tsm_new_ioas(int iommufd, __u32 *id);

#endif /* TSM_SETUP_H */
