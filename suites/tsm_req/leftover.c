// SPDX-License-Identifier: GPL-2.0-only
/*
 * What calls leave behind: nothing. EFAULT - the answer cannot be written back, at the very end; then,
 * and when all is closed, no object, no VM, no use of a module and no memory is left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "call.h"
#include "reproducer/vdevice.c"
#include "rows.h"
#include "sysfs.h"
#include "text.h"

#define TIMES		1000
#define VFIO_DEVICE_ATTACH	0x3b77UL
#define OUT_OF_PLACE	0x77777777	/* for an id that the call must write */

/* iommufd's ioctl with one and another struct in turn that are read-only: EFAULT each time. */
static void unwritable(const struct tsm_session *session, unsigned int number, const __u32 *one,
		       const __u32 *other, unsigned int times)
{
	void *arguments[] = { uc_guarded_readonly(one, *one), uc_guarded_readonly(other, *other) };
	int got = -1, error = EFAULT;

	uc_judging("ioctl %#x with a read-only struct, %u times", 0x3b00 | number, times);
	for (unsigned int i = 0; i < times && got == -1 && error == EFAULT; i++) {
		got = ioctl(session->player.setup.file[MAIN_FILE], 0x3b00 | number, arguments[i & 1]);
		error = errno;
	}
	uc_judged();
	uc_about(NOTHING_LEFT);
	uc_expect(got, error, -EFAULT, "ioctl %#x, whose struct can be read and not written",
		  0x3b00 | number);
}

static void unwritable_viommu(const struct tsm_session *session, __u32 type, unsigned int times)
{
	const __u32 *id = session->player.setup.id, words[] = {
		40, 0, type, id[DEVICE], id[HWPT], OUT_OF_PLACE, 0, 0, 0, 0,
	};

	unwritable(session, IOMMU_VIOMMU_ALLOC, words, words, times);
}

/* As many vIOMMUs and vdevices as before; and what they are made of can be made, and used. */
static void same_objects(struct tsm_session *session, const char *text,
			 const struct uapi_conform_state *before)
{
	struct uapi_conform_state after;

	tsm_fixture_state(&session->player, &after);
	uc_expect(after.viommus, 0, before->viommus, "how many vIOMMUs there are afterwards");
	uc_expect(after.vdevices, 0, before->vdevices, "how many vdevices there are afterwards");
	tsm_play_text(session, "%s", text);
}

static void viommu_unwritable(struct tsm_session *session, const struct tsm_row *row)
{
	struct uapi_conform_state before;

	tsm_fixture_state(&session->player, &before);
	unwritable_viommu(session, before.viommu_type, TIMES);
	same_objects(session, row->steps, &before);
}

static void vdevice_unwritable(struct tsm_session *session, const struct tsm_row *row)
{
	const __u32 *id = session->player.setup.id;
	struct uapi_conform_state before;

	tsm_play_text(session, "%s", row->steps);
	tsm_session_mark_dirty(session);
	tsm_fixture_state(&session->player, &before);
	unwritable(session, IOMMU_VDEVICE_ALLOC,
		   (const __u32[]){ 24, id[VIOMMU], id[DEVICE], OUT_OF_PLACE, TSM_VIRT_ID, 0 },
		   (const __u32[]){ 24, id[VIOMMU], id[DEVICE], OUT_OF_PLACE, 1, 0 }, TIMES);
	same_objects(session, "VDEVICE_ALLOC; TSM_OP BIND; TSM_REQ", &before);
}

/* What it is asked is done, each time. */
static void op_unwritable(struct tsm_session *session, const struct tsm_row *row)
{
	const __u32 id = session->player.setup.id[VDEVICE];
	struct uapi_conform_state before, after;

	tsm_session_mark_dirty(session);
	tsm_fixture_state(&session->player, &before);
	unwritable(session, tsm_rules_now->ioctl[DO_OP]->number, (const __u32[]){ 16, TSM_UNBIND, 0, id },
		   (const __u32[]){ 16, TSM_BIND, 0, id }, TIMES);
	tsm_fixture_state(&session->player, &after);
	uc_expect(after.binds - before.binds, 0, TIMES / 2, "how many times the TSM bound");
	uc_expect(after.unbinds - before.unbinds, 0, TIMES / 2, "how many times it unbound");
	same_objects(session, row->steps, &before);
}

#define ROUNDS	4	/* in each of which more is in use than before: others use memory, too */

/* Of KVM's and IOMMUs' page tables, of which each VM has some; the counters of all CPUs together. */
static long table_kib(void)
{
	char text[4096], *line;
	FILE *file;

	tsm_sysfs_write("1", "/proc/sys/vm/stat_refresh");
	file = fopen("/proc/meminfo", "re");
	if (!file)
		uc_error("/proc/meminfo cannot be read");
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	line = strstr(text, "SecPageTables:");
	return line ? atol(line + strlen("SecPageTables:")) : -1;
}

static __s64 free_bytes(void)
{
	struct sysinfo info;

	sysinfo(&info);
	return (__s64)info.freeram * info.mem_unit;
}

static unsigned int module_uses(void)
{
	char text[16];

	tsm_sysfs_read(text, sizeof(text), "/sys/module/uapi_conform_device/refcnt");
	return atoi(text);
}

/* A life of all objects: everything that takes a reference is done, and done wrong, and all is closed. */
static void live(struct tsm_session *session, const struct tsm_row *row)
{
	struct uapi_conform_state state;

	tsm_session_own_setup(session, true);
	tsm_session_reach(session, CONNECTED);
	tsm_play_text(session, "%s", row->steps);
	tsm_fixture_state(&session->player, &state);
	unwritable_viommu(session, state.viommu_type, 1);
	tsm_setup_close(&session->player.setup);
}

/* A set-up of the row's own, in which the next functions do something wrong. */
static struct tsm_setup *own_setup(struct tsm_session *session)
{
	tsm_session_own_setup(session, true);
	uc_about(NOTHING_LEFT);
	return &session->player.setup;
}

/* iommufd's fault queue comes with an open file. */
static void fault_queue_unwritable(struct tsm_session *session, const struct tsm_row *row)
{
	const __u32 words[] = { 16, 0, OUT_OF_PLACE, OUT_OF_PLACE };
	int before = dup(0), after;

	close(before);
	unwritable(session, IOMMU_FAULT_QUEUE_ALLOC, words, words, 100);
	after = dup(0);
	close(after);
	uc_expect(after, 0, before, "the number of the next file that is opened");
	tsm_play_text(session, "%s", row->steps);
}

static void vfio_unwritable(int cdev, unsigned long word, const __u32 *words)
{
	void *argument = uc_guarded_readonly(words, words[0]);
	int rc;

	uc_judging("ioctl %#lx of a VFIO device file with a read-only struct", word);
	rc = plain_call(cdev, word, argument);
	uc_judged();
	uc_expect(rc ? -1 : 0, -rc, -EFAULT, "ioctl %#lx of a VFIO device file with a read-only struct",
		  word);
}

/* Nothing is attached afterwards, so what it would be attached to can be destroyed. */
static void attach_unwritable(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_setup *setup = own_setup(session);
	int rc;

	(void)row;
	if (tsm_new_object(setup, SPARE, ENDPOINT, 0))
		uc_error("%s", setup->why);
	vfio_unwritable(setup->cdev[ENDPOINT], VFIO_DEVICE_ATTACH,
			(const __u32[]){ 12, 0, setup->id[SPARE] });
	rc = tsm_destroy_object(setup, SPARE);
	uc_expect(rc ? -1 : 0, -rc, 0, "destroying the IOAS that a device was not attached to");
}

/* The device is bound to nothing afterwards, and can be. */
static void bind_unwritable(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_setup *setup = own_setup(session);
	int iommufd = setup->file[MAIN_FILE], cdev, rc;
	char path[96];
	__u32 id;

	tsm_play_text(session, "%s", row->steps);
	snprintf(path, sizeof(path), TSM_SYSFS_PCI "/devices/%s", session->player.facts->device.bdf);
	if (vfio_path(path, sizeof(path), path))
		uc_error("no VFIO device file in %s", path);
	cdev = open(path, O_RDWR | O_CLOEXEC);
	if (cdev < 0)
		uc_error("%s: %s", path, uc_errno_name(errno));
	vfio_unwritable(cdev, VFIO_DEVICE_BIND_IOMMUFD, (const __u32[]){ 16, 0, iommufd, 0 });
	rc = bind_iommufd(cdev, iommufd, &id);
	close(cdev);
	uc_expect(rc ? -1 : 0, -rc, 0, "binding the device that was not bound");
}

/* KVM is told of the device file once more: that is EEXIST, and takes no reference. */
static void file_added_twice(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_setup *setup = own_setup(session);
	int rc = tell_kvm(setup->bridge, setup->cdev[ENDPOINT], true);

	uc_expect(rc ? -1 : 0, -rc, -EEXIST, "KVM_DEV_VFIO_FILE_ADD of a file that was added");
	tsm_setup_close(setup);
	own_setup(session);
	tsm_play_text(session, "%s", row->steps);
}

static void references(struct tsm_session *session, const struct tsm_row *row)
{
	unsigned int uses;
	long left = 1;

	tsm_setup_close(&session->player.setup);
	tsm_session_take(session, session->player.facts);
	session->player.checks = row->row.checks;
	uses = module_uses();
	for (int round = 0; round < ROUNDS && left > 0; round++) {
		long before = table_kib();

		live(session, row);
		left = table_kib() - before;
	}
	uc_about(NOTHING_LEFT);
	uc_check(left <= 0, "call:     %s, and close all, %d times\nexpected: as many page tables of "
		 "VMs as before\ngot:      %ld KiB more, each time: the VM is alive still",
		 row->steps, ROUNDS, left);
	uc_expect(module_uses(), 0, uses,
		  "how many times the device's module is in use when all is closed");
	if (table_kib() < 0)
		uc_open("this kernel does not count page tables of VMs (SecPageTables in /proc/meminfo)");
}

#define MOST_BYTES	256	/* that a request may seem to leave */
#define REQUESTS	1000

/* Requests of all outcomes; what grows each of several times is the kernel's. */
static void memory(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_step steps[TSM_MOST_STEPS];
	unsigned int count = tsm_read_steps(steps, TSM_MOST_STEPS, row->steps);
	struct tsm_issue issues[TSM_MOST_STEPS];
	struct tsm_observed observed;
	__s64 left = 0;

	for (unsigned int i = 0; i < count; i++)
		tsm_lay_out(&issues[i], &session->player, &steps[i]);
	for (int round = 0; round < ROUNDS; round++) {
		__s64 before = free_bytes();

		for (unsigned int i = 0; i < REQUESTS; i++)
			tsm_issue(&issues[i % count], &session->player, &steps[i % count], &observed);
		left = (before - free_bytes()) / REQUESTS;
		if (left <= MOST_BYTES)
			break;
	}
	uc_about(NOTHING_LEFT);
	uc_check(left <= MOST_BYTES, "call:     %s, %d times, %d times over\nexpected: no memory is "
		 "in use that was not before\ngot:      %lld bytes for each, each time", row->steps,
		 REQUESTS, ROUNDS, (long long)left);
	/* And the answers are what they were. */
	tsm_play_text(session, "%s", row->steps);
}

static const struct tsm_row rows[] = {
	ROW_WITH(.custom = viommu_unwritable, "leftover.viommu_unwritable", ON_FIXTURE_OF(v5), BOUND,
	    "TSM_REQ = 90", NOTHING_LEFT),
	ROW_WITH(.custom = vdevice_unwritable, "leftover.vdevice_unwritable", ON_FIXTURE_OF(v5), BOUND,
	    "DESTROY vdevice = 0 unbinds", NOTHING_LEFT),
	ROW_WITH(.custom = op_unwritable, "leftover.op_unwritable", ON_FIXTURE_OF(v5), BOUND,
	    "TSM_REQ = 90; DESTROY vdevice = 0 unbinds; VDEVICE_ALLOC; TSM_OP BIND = 0 binds; TSM_REQ = 90",
	    NOTHING_LEFT, OP_WRITTEN_BACK),
	ROW_WITH(.custom = fault_queue_unwritable, "leftover.fault_queue_unwritable", ON_FIXTURE, BOUND,
	    "FAULT_ALLOC; DESTROY fault; TSM_REQ = 90", NOTHING_LEFT),
	ROW_WITH(.custom = attach_unwritable, "leftover.attach_unwritable", ON_FIXTURE_OF(v5), CONNECTED,
	    "", NOTHING_LEFT),
	ROW_WITH(.custom = bind_unwritable, "leftover.bind_unwritable", ON_FIXTURE_OF(v5), CONNECTED,
	    "CLOSE", NOTHING_LEFT),
	ROW_WITH(.custom = file_added_twice, "leftover.file_added_twice", ON_FIXTURE_OF(v5), CONNECTED,
	    "CLOSE; OPEN", NOTHING_LEFT, CLOSE_RELEASES),
	ROW_WITH(.custom = references, "leftover.references", ON_FIXTURE_OF(v5), CONNECTED,
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90; TSM_REQ scope=9 = EINVAL; TSM_OP BIND = 0; "
	    "TSM_OP type=9 = EINVAL; TSM_REQ result=-EIO = EIO from TSM", NOTHING_LEFT, CLOSE_RELEASES),
	ROW_WITH(.custom = memory, "leftover.memory", ON_FIXTURE_OF(v5), BOUND,
	    "TSM_REQ = 90; TSM_REQ result=-EIO = EIO from TSM; TSM_REQ resp=unmapped = EFAULT from TSM; "
	    "TSM_REQ id=nothing; TSM_REQ scope=9; TSM_REQ size=48",
	    NOTHING_LEFT, RESIDUE_RESPONSE, BACKEND_ERROR, BUFFER_FAULT),
};

const struct uc_topic tsm_leftover_topic = TSM_TOPIC("leftover");
