// SPDX-License-Identifier: GPL-2.0-only
/* Which device the run talks to, and whether it may: looked at before anything is changed. */
#include <errno.h>
#include <fcntl.h>
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
#include "find.h"
#include "preflight.h"
#include "setup.h"
#include "sysfs.h"

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
	tsm_preflight_tsm(bdf);
	strcpy(device->bdf, bdf);
	device->tsm = present_tsm(bdf);
	device->found = true;
}

void tsm_find_asked(struct tsm_device *device)
{
	const char *bdf = uc_option("device");

	parse_allow(device, uc_option("allow"));
	if (bdf)
		tsm_preflight_exists(bdf);
}

void tsm_find_no_tsm(void)
{
	const char *bdf = uc_option("device");

	if (bdf)
		tsm_preflight_no_tsm(bdf);
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
	tsm_preflight_vfio(device);
	uc_note("device: %s, %s, driver %s, %s to a TSM", device->bdf,
		device->fixture ? "the project's fixture" : "hardware",
		*device->driver ? device->driver : "none",
		device->connected ? "connected" : "not connected");
}
