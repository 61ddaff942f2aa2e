// SPDX-License-Identifier: GPL-2.0-only
/* Who has a device open: found in /proc, where looking changes nothing; opening it would reset it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reproducer/vdevice.c"
#include "sysfs.h"

#define DEVICE	TSM_SYSFS_PCI "/devices/"

/* The files in /dev that lead to the device; 0 where there is none. */
struct nodes {
	dev_t device, group;
};

static dev_t node_of(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISCHR(status.st_mode) ? status.st_rdev : 0;
}

static struct nodes nodes_of(const char *bdf)
{
	char path[160], target[256];
	struct nodes nodes = { 0 };
	ssize_t length;

	snprintf(path, sizeof(path), DEVICE "%s", bdf);
	if (!vfio_path(target, sizeof(target), path))
		nodes.device = node_of(target);
	snprintf(path, sizeof(path), DEVICE "%s/iommu_group", bdf);
	length = readlink(path, target, sizeof(target) - 1);
	if (length > 0) {
		target[length] = '\0';
		snprintf(path, sizeof(path), "/dev/vfio/%.20s", strrchr(target, '/') + 1);
		nodes.group = node_of(path);
	}
	return nodes;
}

/* Only what is VFIO's by its name is looked at: stat() of another file may wait for a server. */
static bool leads_there(const char *path, const struct nodes *nodes)
{
	char target[32];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	dev_t node;

	if (length < 0)
		return false;
	target[length] = '\0';
	if (strncmp(target, "/dev/vfio/", strlen("/dev/vfio/")))
		return false;
	node = node_of(path);
	return node && (node == nodes->device || node == nodes->group);
}

static bool holds(int process, const struct nodes *nodes)
{
	char path[320];
	struct dirent *one;
	bool found = false;
	DIR *files;

	snprintf(path, sizeof(path), "/proc/%d/fd", process);
	files = opendir(path);
	while (files && !found && (one = readdir(files))) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%s", process, one->d_name);
		found = leads_there(path, nodes);
	}
	if (files)
		closedir(files);
	return found;
}

int tsm_sysfs_user(const char *bdf, char *name, size_t size)
{
	const struct nodes nodes = nodes_of(bdf);
	DIR *processes = opendir("/proc");
	struct dirent *one;
	int found = 0;

	while (processes && !found && (nodes.device || nodes.group) &&
	       (one = readdir(processes))) {
		int process = atoi(one->d_name);

		if (process > 0 && process != getpid() && holds(process, &nodes))
			found = process;
	}
	if (processes)
		closedir(processes);
	if (found)
		tsm_sysfs_read(name, size, "/proc/%d/comm", found);
	return found;
}
