// SPDX-License-Identifier: GPL-2.0-only
/* The process that holds the device, and puts it back. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"
#include "sysfs.h"

static pid_t keeper;

/* Hand the files over; the receiver gets duplicates. */
static void reply(int channel, const struct tsm_answer *answer)
{
	struct tsm_answer plain = *answer;
	struct iovec data = { .iov_base = &plain, .iov_len = sizeof(plain) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(TSM_PASSED * sizeof(int))];
	} control = { 0 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	int files[TSM_PASSED], count = 0;

	for (int i = 0; i < TSM_PASSED; i++) {
		int file = *tsm_passed_file(&plain.way, i);

		if (file >= 0)
			files[count++] = file;
	}
	if (count) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), files, count * sizeof(int));
	}
	sendmsg(channel, &message, MSG_NOSIGNAL);
}

static void take_driver(const struct tsm_facts *facts, struct tsm_way *way, bool *taken)
{
	int rc = *taken ? 0 : tsm_sysfs_give(facts->device.bdf, "vfio-pci");

	if (rc)
		snprintf(way->why, sizeof(way->why), "giving %s to vfio-pci: %s",
			 facts->device.bdf, strerror(-rc));
	*taken = !rc;
}

/* A way that is as good as new: the one there is, unless a row left it in doubt. */
static void renew(const struct tsm_facts *facts, struct tsm_way *way, bool *taken)
{
	struct tsm_shared *shared = facts->shared;

	if (shared->dirty)
		tsm_way_close(way);
	if (way->iommufd >= 0) {
		way->vdevice_id = shared->vdevice_id;
		return;
	}
	take_driver(facts, way, taken);
	if (!*taken || tsm_way_open(way, facts, facts->vm ? TSM_WAY_VM : 0))
		return;
	shared->vdevice_id = way->vdevice_id;
	shared->state = UNCONNECTED;	/* at least that; moving on finds out */
	shared->dirty = false;
}

static void put_back(const struct tsm_facts *facts, struct tsm_way *way, bool taken)
{
	const struct tsm_device *device = &facts->device;

	tsm_way_close(way);
	/* Only what was allowed can have been changed. */
	if (device->fixture || device->allow_bind)
		tsm_connect(device, device->connected, way->why, sizeof(way->why));
	if (taken && strcmp(device->driver, "vfio-pci"))
		tsm_sysfs_give(device->bdf, device->driver);
}

static void keep(int channel, const struct tsm_facts *facts)
{
	struct tsm_way way = TSM_WAY_NONE;
	struct tsm_question question;
	bool taken = false;

	while (recv(channel, &question, sizeof(question), 0) == sizeof(question)) {
		struct tsm_answer answer = { .sequence = question.sequence };

		if (question.what == TSM_STOP)
			break;
		if (question.what == TSM_DROP) {
			take_driver(facts, &way, &taken);
			tsm_way_close(&way);
			facts->shared->dirty = true;
		} else {
			renew(facts, &way, &taken);
		}
		answer.way = way;
		answer.ok = question.what == TSM_DROP ? taken : way.iommufd >= 0;
		reply(channel, &answer);
	}
	put_back(facts, &way, taken);
}

bool tsm_keeper_start(struct tsm_facts *facts, const char **why)
{
	int channels[2];

	facts->channel = -1;
	if (!facts->device.found)
		return true;
	facts->shared = mmap(NULL, sizeof(*facts->shared), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (facts->shared == MAP_FAILED ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channels)) {
		*why = "no memory or no socket for the process that keeps the device";
		return false;
	}
	facts->shared->dirty = true;
	keeper = fork();
	if (keeper < 0) {
		*why = "the process that keeps the device could not be started";
		return false;
	}
	if (!keeper) {
		/* Ctrl-C is for the harness; what it means here is that the channel closes. */
		setsid();
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		prctl(PR_SET_NAME, "tsm-keeper");
		close(channels[0]);
		keep(channels[1], facts);
		_exit(0);
	}
	close(channels[1]);
	facts->channel = channels[0];
	return true;
}

void tsm_keeper_stop(struct tsm_facts *facts)
{
	struct tsm_question stop = { .what = TSM_STOP };

	if (facts->channel < 0)
		return;
	send(facts->channel, &stop, sizeof(stop), MSG_NOSIGNAL);
	close(facts->channel);
	facts->channel = -1;
	/* Bounded: a kernel that hangs here must not take the report with it. */
	for (int tries = 0; tries < 10000 && !waitpid(keeper, NULL, WNOHANG); tries++)
		usleep(1000);
}
