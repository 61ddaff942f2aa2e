// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device the run talks to, and whether it may: looked at before anything is changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/decode.h"
#include "../../harness/options.h"
#include "../../harness/run.h"
#include "../../harness/verdict.h"
#include "setup.h"
#include "sysfs.h"

/* What is refused, each with its own exit code (uc_refuse()). */
#define TSM_EXIT_NOT_THERE	66	/* there is no such PCI device */
#define TSM_EXIT_CANNOT		68	/* it has no TSM capability, or no IOMMU, or the kernel has no TSM */
#define TSM_EXIT_OTHER_KERNEL	71	/* the fixture's module was built for another kernel */
#define TSM_EXIT_NO_DRIVER	72	/* the kernel has no vfio-pci, or its VFIO no device files */
#define TSM_EXIT_IN_USE		75	/* a driver has it that may not be unbound, or a process has it open */
#define TSM_EXIT_NOT_ALLOWED	77	/* it has no driver, and nobody allowed to give it one */
#define TSM_EXIT_NOT_ALONE	78	/* it shares its IOMMU group with others */

/* Where a VM of the project's own has the module. */
#define MODULE	"/uapi-conform-device.ko"

/* What usually is the matter when the kernel refuses the module. */
static const char *module_hint(int error)
{
	switch (error) {
	case EINVAL:
	case ENOENT:
		return ": it was built for another kernel, build it against this one";
	case ENODEV:
		return ": it finds no PCI Express endpoint without a driver, behind a root port";
	default:
		return "";
	}
}

static void load_module(void)
{
	int file = open(MODULE, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return;
	if (!syscall(SYS_finit_module, file, "", 0)) {
		close(file);
		return;
	}
	if (errno == ENOEXEC)
		uc_refuse(TSM_EXIT_OTHER_KERNEL, "the device fixture " MODULE " was built for "
			  "another kernel: build it against this one");
	if (errno != EEXIST)
		uc_error("the kernel refuses the device fixture %s: %s%s", MODULE,
			 uc_errno_name(errno), module_hint(errno));
	close(file);
}

static bool use_fixture(struct tsm_device *device)
{
	struct uapi_conform_state state;
	int control = open(UAPI_CONFORM_DEVICE_NODE, O_RDWR | O_CLOEXEC);

	if (control < 0)
		return false;
	/* Its state has one size in all versions. */
	if (ioctl(control, UAPI_CONFORM_GET_STATE, &state))
		state.version = 0;
	if (state.version != UAPI_CONFORM_DEVICE_VERSION)
		uc_error("%s is of version %u, and this program wants %d: load the module that belongs to "
			 "this program", UAPI_CONFORM_DEVICE_NODE, state.version,
			 UAPI_CONFORM_DEVICE_VERSION);
	close(control);
	device->found = device->fixture = true;
	device->allow_state = device->allow_debug = device->allow_bind = true;
	snprintf(device->bdf, sizeof(device->bdf), "%.19s", state.bdf);
	device->tsm = state.link_tsm;
	return true;
}

/* A scripted device that cannot be used is no mistake of the user's: the rows are ERROR then. */
static void __attribute__((format(printf, 3, 4), noreturn))
no(const struct tsm_device *device, int code, const char *format, ...)
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

static bool any_tsm(void)
{
	for (int number = 0; number < TSM_SYSFS_MOST_TSMS; number++)
		if (tsm_sysfs_has_tsm(number))
			return true;
	return false;
}

static void check_tsm(const char *bdf)
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

static void check_vfio(const struct tsm_device *device)
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

static void parse_allow(struct tsm_device *device, const char *list)
{
	char words[64];

	snprintf(words, sizeof(words), "%s", list ?: "");
	for (char *word = strtok(words, ","); word; word = strtok(NULL, ",")) {
		if (!strcmp(word, "state"))
			device->allow_state = true;
		else if (!strcmp(word, "debug"))
			device->allow_debug = true;
		else if (!strcmp(word, "bind"))
			device->allow_bind = true;
		else
			uc_refuse(UC_EXIT_USAGE, "--allow takes state, debug and bind, separated "
				  "by commas, not '%s'", word);
	}
}

/* Whichever TSM it is connected to is where it is put back. */
static int present_tsm(const char *bdf)
{
	char name[32];
	int number;

	tsm_sysfs_read(name, sizeof(name), TSM_SYSFS_PCI "/devices/%s/tsm/connect", bdf);
	return sscanf(name, "tsm%d", &number) == 1 ? number : -1;
}

static void use_hardware(struct tsm_device *device, const char *bdf)
{
	check_tsm(bdf);
	strcpy(device->bdf, bdf);
	device->tsm = present_tsm(bdf);
	device->found = true;
}

void tsm_find_asked(struct tsm_device *device)
{
	const char *bdf = uc_option("device");

	parse_allow(device, uc_option("allow"));
	if (bdf && (!*bdf || *bdf == '.' || strlen(bdf) >= sizeof(device->bdf) || strchr(bdf, '/') ||
		    !tsm_sysfs_exists(TSM_SYSFS_PCI "/devices/%s", bdf)))
		uc_refuse(TSM_EXIT_NOT_THERE, "there is no PCI device '%s': write it as "
			  "0000:01:00.0; lspci -D lists them", bdf);
}

void tsm_find_no_tsm(void)
{
	const char *bdf = uc_option("device");

	if (bdf)
		uc_refuse(TSM_EXIT_CANNOT, "this kernel is built without TSM support, so %s cannot be "
			  "connected to one: build it with CONFIG_PCI_TSM, or leave out --device", bdf);
}

void tsm_find_device(struct tsm_facts *facts)
{
	struct tsm_device *device = &facts->device;
	const char *bdf = uc_option("device");

	/* This VM exists for this run. */
	if (uc_init_machine() && access(UAPI_CONFORM_DEVICE_NODE, F_OK))
		load_module();
	if (bdf)
		use_hardware(device, bdf);
	else if (!use_fixture(device))
		return;
	tsm_sysfs_driver(device->driver, sizeof(device->driver), device->bdf);
	tsm_sysfs_override(device->override, sizeof(device->override), device->bdf);
	device->connected = tsm_connected(device);
	check_vfio(device);
	uc_note("device: %s, %s, driver %s, %s to a TSM", device->bdf,
		device->fixture ? "the project's fixture" : "hardware",
		*device->driver ? device->driver : "none",
		device->connected ? "connected" : "not connected");
}
