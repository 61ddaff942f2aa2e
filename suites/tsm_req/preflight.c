// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a device can be used, looked at before anything is changed.
 *
 * 66 - there is no such PCI device
 * 68 - it has no TSM capability, or no IOMMU, or the kernel has no TSM
 * 72 - the kernel has no vfio-pci, or its VFIO no device files
 * 75 - a driver has it that may not be unbound, or a process has it open
 * 77 - it has no driver, and nobody allowed to give it one
 * 78 - it shares its IOMMU group with others
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/options.h"
#include "../../harness/verdict.h"
#include "preflight.h"
#include "sysfs.h"

static void no(const struct tsm_device *device, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4), noreturn));

static void no(const struct tsm_device *device, int code, const char *format, ...)
{
	char line[768];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (device->fixture)
		uc_error("%s", line);
	uc_refuse(code, "%s", line);
}

void tsm_preflight_exists(const char *bdf)
{
	if (!*bdf || *bdf == '.' || strlen(bdf) >= sizeof(((struct tsm_device *)0)->bdf) ||
	    strchr(bdf, '/') || !tsm_sysfs_exists(TSM_SYSFS_PCI "/devices/%s", bdf))
		uc_refuse(TSM_EXIT_NOT_THERE, "there is no PCI device '%s': write it as "
			  "0000:01:00.0; lspci -D lists them", bdf);
}

void tsm_preflight_no_tsm(const char *bdf)
{
	uc_refuse(TSM_EXIT_CANNOT, "this kernel is built without TSM support, so %s cannot be connected "
		  "to one: build it with CONFIG_PCI_TSM, or leave out --device", bdf);
}

static bool any_tsm(void)
{
	for (int number = 0; number < TSM_SYSFS_MOST_TSMS; number++)
		if (tsm_sysfs_has_tsm(number))
			return true;
	return false;
}

void tsm_preflight_tsm(const char *bdf)
{
	if (!any_tsm())
		uc_refuse(TSM_EXIT_CANNOT, "no TSM is registered with this kernel (/sys/class/tsm "
			  "is empty): load the platform's TSM driver");
	if (!tsm_sysfs_exists(TSM_SYSFS_PCI "/devices/%s/tsm/connect", bdf))
		uc_refuse(TSM_EXIT_CANNOT, "%s has no TSM capability (no tsm/connect in its "
			  "directory in sysfs): name another device", bdf);
}

/*
 * Whether VFIO gives a device a file that iommufd takes. Seen before there is one, by the numbers
 * that it has for them: sysfs has the same directories either way.
 */
static bool vfio_has_files(void)
{
	FILE *list = fopen("/proc/devices", "re");
	char text[16384];
	size_t length;

	if (!list)
		return true;
	length = fread(text, 1, sizeof(text) - 1, list);
	fclose(list);
	text[length] = '\0';
	/* Without the list, or in a container that masks it, nobody knows: the attempt will tell. */
	return !strstr(text, "Character devices:") || strstr(text, " vfio-dev\n");
}

static void check_driver(const struct tsm_device *device)
{
	if (!strcmp(device->driver, "vfio-pci") || device->allow_bind)
		return;
	if (*device->driver)
		no(device, TSM_EXIT_IN_USE, "%s is in use by the driver %s: bind it to vfio-pci, or "
		   "let this program do so for the run with --allow bind", device->bdf,
		   device->driver);
	no(device, TSM_EXIT_NOT_ALLOWED, "%s has no driver: bind it to vfio-pci, or let this program "
	   "do so for the run with --allow bind", device->bdf);
}

static void check_group(const struct tsm_device *device)
{
	char others[512];

	if (!tsm_sysfs_exists(TSM_SYSFS_PCI "/devices/%s/iommu_group", device->bdf))
		no(device, TSM_EXIT_CANNOT, "%s has no IOMMU in front of it: switch it on in the "
		   "firmware and on the kernel's command line", device->bdf);
	tsm_sysfs_group_others(others, sizeof(others), device->bdf);
	if (*others)
		no(device, TSM_EXIT_NOT_ALONE, "%s shares its IOMMU group with %s: put it into a "
		   "slot that isolates it, for nothing is done to devices that were not named",
		   device->bdf, others);
}

static void check_busy(const struct tsm_device *device)
{
	char name[32];
	int process = tsm_sysfs_user(device->bdf, name, sizeof(name));

	if (process)
		no(device, TSM_EXIT_IN_USE, "%s is in use: process %d (%s) has it open; end that "
		   "one first", device->bdf, process, name);
}

void tsm_preflight_vfio(const struct tsm_device *device)
{
	if (!tsm_sysfs_exists(TSM_SYSFS_PCI "/drivers/vfio-pci"))
		no(device, TSM_EXIT_NO_DRIVER, "this kernel has no vfio-pci driver: modprobe "
		   "vfio-pci, or build it with CONFIG_VFIO_PCI");
	if (!vfio_has_files())
		no(device, TSM_EXIT_NO_DRIVER, "this kernel's VFIO has no device files (no vfio-dev in "
		   "/proc/devices), so iommufd cannot have %s: build it with "
		   "CONFIG_VFIO_DEVICE_CDEV", device->bdf);
	check_group(device);
	check_driver(device);
	/* The scripted device is a VM's own, and a row that left it open is not to be found here. */
	if (!device->fixture)
		check_busy(device);
}
