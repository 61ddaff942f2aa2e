// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recording is megabytes, and a VM's serial port takes ten thousand bytes a second: there it goes
 * to memory that QEMU shares with the host, a PCI device's (ivshmem), which needs no driver.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record_file.h"
#include "run.h"

static int file = -1;
static char *memory;	/* shared with the host, or NULL: a file */
static size_t room, used;

/* "/sys/.../resource2_wc" of a PCI device in sysfs. */
static const char *resource_of(const char *path)
{
	const char *name = strrchr(path, '/');

	return !strncmp(path, "/sys/", 5) && name && !strncmp(name, "/resource", 9) ? name : NULL;
}

/*
 * Nobody else has told the device to answer, because no driver knows it: so only in a VM of our own, where
 * it need not be told to stop.
 */
static void enable(const char *path, const char *name)
{
	char other[256];
	int fd;

	if (!uc_init_machine())
		return;
	snprintf(other, sizeof(other), "%.*s/enable", (int)(name - path), path);
	fd = open(other, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, "1", 1) < 0)
			errno = 0;	/* mmap() will say so */
		close(fd);
	}
}

bool uc_record_open(const char *path, const char **why)
{
	const char *name = resource_of(path);
	struct stat status;
	void *mapped;

	if (file >= 0)
		return true;
	if (name)
		enable(path, name);
	file = open(path, name ? O_RDWR | O_CLOEXEC : O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file < 0 || fstat(file, &status)) {
		*why = strerror(errno);
		return false;
	}
	if (!name)
		return true;
	room = status.st_size;
	mapped = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (mapped == MAP_FAILED) {
		*why = strerror(errno);
		return false;
	}
	memory = mapped;
	return true;
}

static uint32_t low = 1, high;	/* Adler-32 */

uint32_t uc_record_sum(bool anew)
{
	uint32_t sum = high << 16 | low;

	if (anew) {
		low = 1;
		high = 0;
	}
	return sum;
}

bool uc_record_write(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		low += (unsigned char)text[i];
		low -= low >= 65521 ? 65521 : 0;
		high += low;
		high -= high >= 65521 ? 65521 : 0;
	}
	if (memory) {
		/* Where another process of ours ended: a mutant's before this one. */
		while (used < room && memory[used])
			used += strlen(memory + used);
		if (size >= room - used)
			return false;
		memcpy(memory + used, text, size);
		used += size;
		return true;
	}
	while (size) {
		ssize_t done = write(file, text, size);

		if (done <= 0)
			return false;
		text += done;
		size -= done;
	}
	return true;
}
