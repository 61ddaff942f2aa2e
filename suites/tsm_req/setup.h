/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vdevice set-up, one step a function: the VM, the VFIO device file, iommufd's objects, the
 * connection to a TSM. Every function returns 0 or -errno, and on failure says in tsm_setup.why, in
 * one line, what could not be done. Nothing here judges. struct tsm_setup is in reproducer/names.c.
 */
#ifndef TSM_SETUP_H
#define TSM_SETUP_H

#include "facts.h"
#include "model.h"

/*
 * From nothing open (but perhaps a kept VM) to a vdevice of @device that is neither connected nor
 * bound by us. On failure everything is closed again.
 */
int tsm_setup_open(struct tsm_setup *setup, const struct tsm_facts *facts,
		   enum tsm_device_index device, bool vm);
void tsm_setup_close(struct tsm_setup *setup);

/* reproducer/setup.c: the same for the device at @bdf, of a set-up that says whether vm_by_file. */
int tsm_setup_make(struct tsm_setup *setup, const char *bdf, enum tsm_device_index device, bool vm);

/* Bind the device at @bdf, or the plain one, to the main file, with a VM or without; and close it: its vdevice ends. */
int tsm_open_device(struct tsm_setup *setup, const char *bdf, enum tsm_device_index device, bool vm);
void tsm_close_device(struct tsm_setup *setup, enum tsm_device_index device);

/* Have a file: the same iommufd once more, or another one, with objects by the numbers that the main file's have. */
int tsm_open_file(struct tsm_setup *setup, enum tsm_file which);

/*
 * Make an object of the main file, of @device; @virt_id is a vdevice's, or says of a vIOMMU whether it
 * is given the VM's file, where the revision has that: as its device has it, or enum tsm_viommu_vm.
 */
int tsm_new_object(struct tsm_setup *setup, enum tsm_object object, enum tsm_device_index device,
		   uint64_t virt_id);
int tsm_destroy_object(const struct tsm_setup *setup, enum tsm_object object);

/* Connect the device to its TSM, or disconnect it; 0 if it was so already. */
int tsm_connect(const struct tsm_device *device, bool connect, char *why, size_t size);

/* Whether it is connected now; also before we came. */
bool tsm_connected(const struct tsm_device *device);

/* For reproducer/: ends the row as ERROR, with errno. */
void give_up(const char *what) __attribute__((noreturn));

#endif /* TSM_SETUP_H */
