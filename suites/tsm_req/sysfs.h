/* SPDX-License-Identifier: GPL-2.0-only */
/* A PCI device in sysfs: its driver, its IOMMU group, its VFIO device file, its TSM. */
#ifndef TSM_SYSFS_H
#define TSM_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#define TSM_SYSFS_PCI	"/sys/bus/pci"

/* Write a string to a file made by the format. 0, or -errno of opening or writing. */
int tsm_sysfs_write(const char *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Read one line, without its end, into out. 0, or -errno; out is empty then. */
int tsm_sysfs_read(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether a path made by the format exists. */
bool tsm_sysfs_exists(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Name of the driver that has the device, empty if none has. */
void tsm_sysfs_driver(char *out, size_t size, const char *bdf);

/*
 * The other devices in its IOMMU group with their drivers, "0000:01:00.1 (nvme), ..."; empty if it is
 * alone. Those for which there is no room are counted.
 */
void tsm_sysfs_group_others(char *out, size_t size, const char *bdf);

/* What sysfs's driver_override says, empty if nothing. */
void tsm_sysfs_override(char *out, size_t size, const char *bdf);

/*
 * Give the device to a driver, or to none if it is empty; the present one is unbound first. What is
 * in driver_override afterwards is @override. 0, or -errno.
 */
int tsm_sysfs_give(const char *bdf, const char *driver, const char *override);

/*
 * A process that has the device open through VFIO, itself or its group, and not this one: its id,
 * with its name in @name; 0 if there is none, or none that we may see.
 */
int tsm_sysfs_user(const char *bdf, char *name, size_t size);

/* Whether a TSM of that number, "tsm<number>", is registered. */
#define TSM_SYSFS_MOST_TSMS	16
bool tsm_sysfs_has_tsm(int number);

#endif /* TSM_SYSFS_H */
