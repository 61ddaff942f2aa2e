/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps that are no call of the interface: the device, its VM, its TSM, iommufd's objects. Part
 * of every reproducer as it stands.
 */
#ifndef TSM_EXPLORE_DO_H
#define TSM_EXPLORE_DO_H

#include "explore_look.h"

#define VIOMMU_TYPE	0x55414346

static int call_iommufd(const struct tsm_player *player, unsigned int number, void *argument)
{
	return ioctl(player->file[MAIN_FILE], _IO(';', number), argument) ? -errno : 0;
}

static int new_ioas(int file, uint32_t *id)
{
	uint32_t words[3] = { sizeof(words), 0, 0 };
	int error = ioctl(file, _IO(';', 0x81), words) ? -errno : 0;

	*id = words[2];
	return error;
}

/* Its file is of no use here, and holds it. */
static int new_fault(struct tsm_player *player, uint32_t *id)
{
	uint32_t words[4] = { sizeof(words), 0, 0, 0 };
	int error = call_iommufd(player, 0x8e, words);

	*id = words[2];
	if (!error)
		close(words[3]);
	return error;
}

static int new_viommu(struct tsm_player *player, unsigned int device, uint32_t *id)
{
	uint32_t words[10] = { sizeof(words), 0, VIOMMU_TYPE, player->ids[DEVICE + device],
			       player->ids[HWPT] };
	int error = call_iommufd(player, 0x90, words);

	*id = words[5];
	return error;
}

static int new_vdevice(struct tsm_player *player, unsigned int device, uint64_t virt_id,
		       uint32_t *id)
{
	uint32_t words[6] = { sizeof(words), player->ids[VIOMMU], player->ids[DEVICE + device] };
	int error;

	memcpy(words + 4, &virt_id, sizeof(virt_id));
	error = call_iommufd(player, 0x91, words);
	*id = words[3];
	return error;
}

static int new_hwpt(struct tsm_player *player, uint32_t *id)
{
	uint32_t words[12] = { sizeof(words), 1, player->ids[DEVICE], player->ids[IOAS] };
	int error = call_iommufd(player, 0x89, words);

	*id = words[4];
	return error;
}

static int destroy(struct tsm_player *player, unsigned int slot)
{
	uint32_t words[2] = { sizeof(words), player->ids[slot] };

	return call_iommufd(player, 0x80, words);
}

static int sysfs_connect(const struct tsm_player *player, bool connect)
{
	bool other = player->disguise & DISGUISE_NOT_LINK;
	char path[96], name[16];
	int file, error = 0;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/tsm/%sconnect", player->state.bdf,
		 connect ? "" : "dis");
	snprintf(name, sizeof(name), "tsm%d",
		 other ? player->state.other_tsm : player->state.link_tsm);
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0 || write(file, name, strlen(name)) < 0)
		error = -errno;
	if (file >= 0)
		close(file);
	return error;
}

/* /dev/vfio/devices/vfioN, where N is known from a directory in sysfs. */
static int open_cdev(const struct tsm_player *player, unsigned int device)
{
	char path[320];
	struct dirent *entry;
	DIR *directory;

	snprintf(path, sizeof(path), device == PLAIN ?
		 "/sys/devices/platform/uapi-conform-plain/vfio-dev" :
		 "/sys/bus/pci/devices/%s/vfio-dev", player->state.bdf);
	directory = opendir(path);
	if (!directory)
		give_up(path);
	do {
		entry = readdir(directory);
	} while (entry && entry->d_name[0] == '.');
	if (!entry)
		give_up(path);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(directory);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* Tell KVM that the VM has the device, or has it no more. */
static int tell_kvm(struct tsm_player *player, int cdev, bool has)
{
	struct { uint32_t flags, group; uint64_t attribute, address; } attribute = {
		0, 1, has ? 1 : 2, (uintptr_t)&cdev };

	return ioctl(player->bridge, _IOC(_IOC_WRITE, 0xae, 0xe1, sizeof(attribute)),
		     &attribute) ? -errno : 0;
}

static void make_vm(struct tsm_player *player)
{
	uint32_t bridge[3] = { 4 };

	player->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (player->kvm < 0)
		give_up("/dev/kvm");
	player->vm = ioctl(player->kvm, _IO(0xae, 1), 0L);
	if (player->vm < 0 || ioctl(player->vm, _IOC(_IOC_READ | _IOC_WRITE, 0xae, 0xe0, 12), bridge))
		give_up("a VM");
	player->bridge = bridge[1];
}

static int open_device(struct tsm_player *player, unsigned int device, bool with_vm)
{
	uint32_t words[4] = { sizeof(words), 0, player->file[MAIN_FILE], 0 };
	int cdev = open_cdev(player, device);

	if (cdev < 0)
		return -errno;
	if (with_vm && player->vm < 0)
		make_vm(player);
	if ((with_vm && tell_kvm(player, cdev, true)) || ioctl(cdev, _IO(';', 118), words)) {
		int error = -errno;

		close(cdev);
		return error;
	}
	player->cdev[device] = cdev;
	player->ids[DEVICE + device] = words[3];
	return 0;
}

static void close_device(struct tsm_player *player, unsigned int device)
{
	if (player->cdev[device] < 0)
		return;
	/* KVM has the file open, too; there may be no VM, or none that has this device. */
	tell_kvm(player, player->cdev[device], false);
	close(player->cdev[device]);
	player->cdev[device] = -1;
}

static int open_other(void)
{
	int file = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	uint32_t id;

	/* Objects of its own, by the numbers that the other's have. */
	for (int i = 0; file >= 0 && i < 8; i++)
		if (new_ioas(file, &id))
			give_up("IOMMU_IOAS_ALLOC");
	if (file < 0)
		give_up("/dev/iommu");
	return file;
}

static int do_other(struct tsm_player *player, const struct tsm_step *step, uint32_t *id)
{
	switch (step->op) {
	case DO_CONNECT:
	case DO_DISCONNECT:
		return sysfs_connect(player, step->op == DO_CONNECT);
	case DO_OPEN:
		return open_device(player, step->which, step->result);
	case DO_CLOSE:
		close_device(player, step->which);
		return 0;
	case DO_NEW_VIOMMU:
		return new_viommu(player, step->which, id);
	case DO_NEW_VDEVICE:
		return new_vdevice(player, step->which, step->consume, id);
	case DO_NEW_IOAS:
		return new_ioas(player->file[MAIN_FILE], id);
	case DO_NEW_FAULT:
		return new_fault(player, id);
	case DO_DESTROY:
		return destroy(player, step->slot);
	case DO_DISGUISE:
		player->disguise = step->which;
		set_knobs(player, NULL, 0);
		return 0;
	default:
		return -ENOSYS;
	}
}

#endif /* TSM_EXPLORE_DO_H */
