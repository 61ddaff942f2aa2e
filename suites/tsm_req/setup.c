// SPDX-License-Identifier: GPL-2.0-only
/* The vdevice set-up, and the connection to a TSM. */
#include <stdio.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "setup.h"
#include "reproducer/setup.c"
#include "sysfs.h"

void give_up(const char *what)
{
	uc_error("%s: %s", what, uc_errno_name(errno));
}

int tsm_setup_open(struct tsm_setup *setup, const struct tsm_facts *facts,
		   enum tsm_device_index device, bool vm)
{
	setup->vm_by_file = tsm_rules_now->vm_file;
	return tsm_setup_make(setup, facts->device.bdf, device, vm);
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
