// SPDX-License-Identifier: GPL-2.0-only
/* A PCI device in sysfs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sysfs.h"

#define DEVICE	TSM_SYSFS_PCI "/devices/%s"

/* The file of that path, or -errno. */
static int open_path(int flags, const char *format, va_list arguments)
{
	char path[256];
	int file;

	vsnprintf(path, sizeof(path), format, arguments);
	file = open(path, flags | O_CLOEXEC);
	return file < 0 ? -errno : file;
}

int tsm_sysfs_write(const char *text, const char *format, ...)
{
	va_list arguments;
	int file, error = 0;

	va_start(arguments, format);
	file = open_path(O_WRONLY, format, arguments);
	va_end(arguments);
	if (file < 0)
		return file;
	if (write(file, text, strlen(text)) < 0)
		error = -errno;
	close(file);
	return error;
}

int tsm_sysfs_read(char *out, size_t size, const char *format, ...)
{
	va_list arguments;
	ssize_t length;
	int file;

	*out = '\0';
	va_start(arguments, format);
	file = open_path(O_RDONLY, format, arguments);
	va_end(arguments);
	if (file < 0)
		return file;
	length = read(file, out, size - 1);
	if (length < 0)
		length = -errno;
	close(file);
	if (length < 0)
		return length;
	out[length] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

bool tsm_sysfs_exists(const char *format, ...)
{
	char path[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(path, sizeof(path), format, arguments);
	va_end(arguments);
	return !access(path, F_OK);
}

void tsm_sysfs_driver(char *out, size_t size, const char *bdf)
{
	char path[256], target[256];
	ssize_t length;
	const char *name;

	*out = '\0';
	snprintf(path, sizeof(path), DEVICE "/driver", bdf);
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return;
	target[length] = '\0';
	name = strrchr(target, '/');
	snprintf(out, size, "%.*s", (int)size - 1, name ? name + 1 : target);
}

void tsm_sysfs_group_others(char *out, size_t size, const char *bdf)
{
	char path[256], driver[64], one[112];
	size_t used = 0, left_out = 0;
	struct dirent *entry;
	DIR *group;

	*out = '\0';
	snprintf(path, sizeof(path), DEVICE "/iommu_group/devices", bdf);
	group = opendir(path);
	while (group && (entry = readdir(group))) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, bdf))
			continue;
		tsm_sysfs_driver(driver, sizeof(driver), entry->d_name);
		snprintf(one, sizeof(one), "%s%.31s (%s)", used ? ", " : "", entry->d_name,
			 *driver ? driver : "no driver");
		/* Room for the number of those without it. */
		if (used + strlen(one) + sizeof(" and 1234567890 more") > size)
			left_out++;
		else
			used += snprintf(out + used, size - used, "%s", one);
	}
	if (group)
		closedir(group);
	if (left_out)
		snprintf(out + used, size - used, " and %zu more", left_out);
}

void tsm_sysfs_override(char *out, size_t size, const char *bdf)
{
	tsm_sysfs_read(out, size, DEVICE "/driver_override", bdf);
	if (!strcmp(out, "(null)"))
		*out = '\0';
}

int tsm_sysfs_give(const char *bdf, const char *driver, const char *override)
{
	char present[64], line[80];
	int error;

	snprintf(line, sizeof(line), "%s\n", override);
	error = tsm_sysfs_write(line, DEVICE "/driver_override", bdf);
	tsm_sysfs_driver(present, sizeof(present), bdf);
	if (error || !strcmp(present, driver))
		return error;
	snprintf(line, sizeof(line), "%s\n", bdf);
	if (*present)
		error = tsm_sysfs_write(line, DEVICE "/driver/unbind", bdf);
	if (error || !*driver)
		return error;
	error = tsm_sysfs_write(line, TSM_SYSFS_PCI "/drivers_probe");
	if (error)
		return error;
	tsm_sysfs_driver(present, sizeof(present), bdf);
	return strcmp(present, driver) ? -ENODEV : 0;
}

bool tsm_sysfs_has_tsm(int number)
{
	return tsm_sysfs_exists("/sys/class/tsm/tsm%d", number);
}
