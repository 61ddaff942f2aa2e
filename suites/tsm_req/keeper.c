// SPDX-License-Identifier: GPL-2.0-only
/* The process that holds the device, and puts it back. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "keeper.h"
#include "sysfs.h"

static bool take_driver(const struct tsm_facts *facts, bool *taken)
{
	struct tsm_way *way = &facts->shared->way;
	int rc = *taken ? 0 : tsm_sysfs_give(facts->device.bdf, "vfio-pci", "vfio-pci");

	if (rc)
		snprintf(way->why, sizeof(way->why), "giving %s to vfio-pci: %s",
			 facts->device.bdf, strerror(-rc));
	*taken = !rc;
	return !rc;
}

static bool renew(const struct tsm_facts *facts)
{
	struct tsm_shared *shared = facts->shared;

	tsm_way_close(&shared->way);
	if (tsm_way_open(&shared->way, facts, facts->vm ? TSM_WAY_VM : 0))
		return false;
	shared->state = tsm_connected(&facts->device) ? CONNECTED : UNCONNECTED;
	shared->dirty = false;
	return true;
}

static bool drop(const struct tsm_facts *facts)
{
	tsm_way_close(&facts->shared->way);
	facts->shared->dirty = true;
	return true;
}

static void put_back(const struct tsm_facts *facts, bool taken)
{
	const struct tsm_device *device = &facts->device;
	char why[160];

	tsm_way_close(&facts->shared->way);
	/* Only what was allowed can have been changed. */
	if (device->fixture || device->allow_bind)
		tsm_connect(device, device->connected, why, sizeof(why));
	if (taken)
		tsm_sysfs_give(device->bdf, device->driver, device->override);
}

static void keep(int questions, int answers, const struct tsm_facts *facts)
{
	struct tsm_question question;
	bool taken = false;

	while (read(questions, &question, sizeof(question)) == sizeof(question)) {
		struct tsm_answer answer = { .sequence = question.sequence };

		answer.ok = take_driver(facts, &taken) &&
			    (question.what == TSM_DROP ? drop(facts) : renew(facts));
		if (write(answers, &answer, sizeof(answer)) != sizeof(answer))
			break;
	}
	put_back(facts, taken);
}

bool tsm_keeper_start(struct tsm_facts *facts, const char **why)
{
	int questions[2], answers[2];
	pid_t keeper;

	if (!facts->device.found)
		return true;
	facts->shared = mmap(NULL, sizeof(*facts->shared), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (facts->shared == MAP_FAILED || pipe2(questions, O_CLOEXEC) ||
	    pipe2(answers, O_CLOEXEC)) {
		*why = "no memory or no pipes for the process that keeps the device";
		return false;
	}
	facts->shared->dirty = true;
	facts->shared->way = (struct tsm_way)TSM_WAY_NONE;
	if (facts->device.fixture)
		facts->control = open(UAPI_CONFORM_DEVICE_NODE, O_RDWR | O_CLOEXEC);
	keeper = fork();
	if (keeper < 0) {
		*why = "the process that keeps the device could not be started";
		return false;
	}
	if (!keeper) {
		/* Ctrl-C is for the harness; what it means here is that nobody asks any more. */
		setsid();
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		signal(SIGPIPE, SIG_IGN);
		prctl(PR_SET_NAME, "tsm-keeper");
		close(questions[1]);
		close(answers[0]);
		keep(questions[0], answers[1], facts);
		_exit(0);
	}
	close(questions[0]);
	close(answers[1]);
	facts->keeper_pid = keeper;
	facts->keeper = syscall(SYS_pidfd_open, keeper, 0);
	facts->ask = questions[1];
	facts->hear = answers[0];
	return true;
}

void tsm_keeper_stop(struct tsm_facts *facts)
{
	/* Never started: where prepare() crashed at its first line, the facts are all 0. */
	if (facts->keeper_pid <= 0 || facts->ask < 0)
		return;
	close(facts->ask);	/* the end of the questions is the end of the keeper's work */
	close(facts->hear);
	facts->ask = facts->hear = -1;
	/* Bounded: a kernel that hangs here must not take the report with it. */
	for (int tries = 0; tries < 10000 && !waitpid(facts->keeper_pid, NULL, WNOHANG); tries++)
		usleep(1000);
}
