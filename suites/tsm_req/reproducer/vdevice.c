// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls of the vdevice set-up, of which setup.c is made. Plain ioctls, libc and nothing else; each returns 0 or -errno.
 */
#ifndef REPRODUCER_VDEVICE
#define REPRODUCER_VDEVICE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define KVM_CREATE_VM		0xae01UL
#define KVM_CHECK_EXTENSION	0xae03UL
#define KVM_CREATE_DEVICE	0xc00caee0UL
#define KVM_SET_DEVICE_ATTR	0x4018aee1UL
#define KVM_CAP_ARM_VM_IPA_SIZE	165	/* the most bits of a guest-physical address, or 0 */
#define KVM_DEV_TYPE_VFIO	4
#define VFIO_DEVICE_BIND_IOMMUFD	0x3b76UL
#define SMALL_VM_BITS		35	/* of guest-physical addresses */

/* iommufd's ioctls, by the low byte of their words; that of each is 0x3b00 and this. */
enum {
	IOMMU_DESTROY = 0x80, IOMMU_IOAS_ALLOC = 0x81, IOMMU_HWPT_ALLOC = 0x89,
	IOMMU_FAULT_QUEUE_ALLOC = 0x8e, IOMMU_VIOMMU_ALLOC = 0x90, IOMMU_VDEVICE_ALLOC = 0x91,
};

static inline int plain_call(int file, unsigned long word, const void *argument)
{
	return ioctl(file, word, argument) == -1 ? -errno : 0;
}

/*
 * One of them: the 32-bit words of its struct behind the size, and which word of the struct is the new
 * object's id, 0 for none.
 */
static inline int iommufd_call(int file, unsigned int number, unsigned int out, uint32_t *id,
			       const uint32_t *words, unsigned int count)
{
	uint32_t whole[16] = { 4 + 4 * count };
	int rc;

	memcpy(whole + 1, words, 4 * count);
	rc = plain_call(file, 0x3b00 | number, whole);
	if (out)
		*id = whole[out];
	/* A fault queue's own file is of no use here, and holds it. */
	if (number == IOMMU_FAULT_QUEUE_ALLOC && !rc)
		close(whole[3]);
	return rc;
}

#define IOMMUFD(file, number, out, id, ...)						\
	iommufd_call(file, number, out, id, (const uint32_t[]){ __VA_ARGS__ },		\
		     sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

static inline int new_ioas(int file, uint32_t *id)
{
	return IOMMUFD(file, IOMMU_IOAS_ALLOC, 2, id, 0, 0);
}

static inline int new_fault(int file, uint32_t *id)
{
	return IOMMUFD(file, IOMMU_FAULT_QUEUE_ALLOC, 2, id, 0, 0, 0);
}

static inline int new_nesting_parent(int file, uint32_t device, uint32_t ioas, uint32_t *id)
{
	return IOMMUFD(file, IOMMU_HWPT_ALLOC, 4, id, 1, device, ioas, 0, 0, 0, 0, 0, 0, 0, 0);
}

static inline int new_viommu(int file, uint32_t type, uint32_t device, uint32_t hwpt, uint32_t *id)
{
	return IOMMUFD(file, IOMMU_VIOMMU_ALLOC, 5, id, 0, type, device, hwpt, 0, 0, 0, 0, 0);
}

/* Where the VM is not the device's: that of a VM's file, or none with -1. */
static inline int new_viommu_of(int file, uint32_t type, uint32_t device, uint32_t hwpt, int vm,
				uint32_t *id)
{
	return IOMMUFD(file, IOMMU_VIOMMU_ALLOC, 5, id, vm >= 0, type, device, hwpt, 0, 0, 0, 0, 0,
		       (uint32_t)vm, 0);
}

static inline int new_vdevice(int file, uint32_t viommu, uint32_t device, uint64_t virt_id,
			      uint32_t *id)
{
	return IOMMUFD(file, IOMMU_VDEVICE_ALLOC, 3, id, viommu, device, 0, (uint32_t)virt_id,
		       (uint32_t)(virt_id >> 32));
}

static inline int destroy(int file, uint32_t id)
{
	return IOMMUFD(file, IOMMU_DESTROY, 0, NULL, id);
}

/* A VM, and its bridge to VFIO device files: to close that would take the VM away from them. */
static inline int new_vm(int *vm, int *bridge)
{
	uint32_t device[3] = { KVM_DEV_TYPE_VFIO };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), bits, rc;

	if (kvm < 0)
		return -errno;
	/* One that is quick to close: Linux 7.2 then looks at all of its uppermost tables. */
	bits = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
	*vm = ioctl(kvm, KVM_CREATE_VM, (unsigned long)(bits <= 0 ? 0 : bits < SMALL_VM_BITS ? bits :
							SMALL_VM_BITS));
	rc = *vm < 0 ? -errno : plain_call(*vm, KVM_CREATE_DEVICE, device);
	close(kvm);
	if (!rc)
		*bridge = device[1];
	return rc;
}

/* Tell KVM that the VM has the device file, or has it no more. */
static inline int tell_kvm(int bridge, int32_t cdev, bool has)
{
	const struct {
		uint32_t flags, group;
		uint64_t attribute, address;
	} attribute = { 0, 1, has ? 1 : 2, (uintptr_t)&cdev };

	return plain_call(bridge, KVM_SET_DEVICE_ATTR, &attribute);
}

/* Path of the VFIO device file, "/dev/vfio/devices/vfio0", by a device's directory; -ENOENT: none. */
static inline int vfio_path(char *path, size_t size, const char *directory)
{
	char inside[160];
	struct dirent *entry;
	DIR *files;
	int rc;

	snprintf(inside, sizeof(inside), "%.140s/vfio-dev", directory);
	files = opendir(inside);
	if (!files)
		return -errno;
	errno = ENOENT;
	do
		entry = readdir(files);
	while (entry && entry->d_name[0] == '.');
	rc = entry ? 0 : -errno;
	if (entry)
		snprintf(path, size, "/dev/vfio/devices/%.64s", entry->d_name);
	closedir(files);
	return rc;
}

static inline int bind_iommufd(int cdev, int iommufd, uint32_t *id)
{
	uint32_t words[4] = { sizeof(words), 0, iommufd };
	int rc = plain_call(cdev, VFIO_DEVICE_BIND_IOMMUFD, words);

	*id = words[3];
	return rc;
}

#endif /* REPRODUCER_VDEVICE */
