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
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "session.h"
#include "sysfs.h"

/* 0 or -errno, as the next two. */
static int take_driver(const struct tsm_facts *facts)
{
	struct tsm_shared *shared = facts->shared;
	const char *bdf = facts->device.bdf;
	int rc;

	/* Where it has it already nothing is written, not even what must be put back. */
	if (shared->taken == TAKEN || !strcmp(facts->device.driver, "vfio-pci"))
		return 0;
	/* From the first step on: where a later one fails, the device has lost its driver already. */
	shared->taken = TAKEN_PERHAPS;
	rc = tsm_sysfs_give(bdf, "vfio-pci", "vfio-pci");
	if (rc)
		snprintf(shared->setup.why, sizeof(shared->setup.why), "giving %s to vfio-pci: %s",
			 bdf, uc_errno_name(-rc));
	else
		shared->taken = TAKEN;
	return rc;
}

/* Seconds that it took. */
static double close_setup(struct tsm_shared *shared)
{
	const double begin = uc_seconds();

	shared->closing = true;
	tsm_setup_close(&shared->setup);
	shared->closing = false;
	return uc_seconds() - begin;
}

static int renew(const struct tsm_facts *facts)
{
	struct tsm_shared *shared = facts->shared;
	int rc;

	rc = tsm_setup_open(&shared->setup, facts, ENDPOINT, facts->vm);
	if (rc)
		return rc;
	shared->held = true;
	shared->state = tsm_state_of_new(tsm_connected(&facts->device), facts->vm);
	shared->dirty = false;
	return 0;
}

/*
 * The harness may be gone: what could not be put back is said here, or nowhere. In one write, for
 * others may be writing.
 */
static void complain(const struct tsm_device *device, const char *what, const char *why)
{
	dprintf(STDERR_FILENO, "uapi-conform: %s %s (%s%s%s): see " TSM_SYSFS_PCI "/devices/%s\n", device->bdf,
		why ? "could not be put back as it was" : "is still being put back", what, why ? ": " : "",
		why ?: "", device->bdf);
}

static void put_back(const struct tsm_facts *facts)
{
	const struct tsm_device *device = &facts->device;
	char why[160];
	int rc;

	/* Only what was allowed can have been changed. */
	if ((device->fixture || device->allow_bind) &&
	    tsm_connect(device, device->connected, why, sizeof(why)))
		complain(device, "its TSM", why);
	if (facts->shared->taken == NOT_TAKEN)
		return;
	rc = tsm_sysfs_give(device->bdf, device->driver, device->override);
	if (rc)
		complain(device, *device->driver ? device->driver : "no driver",
			 uc_errno_name(-rc));
}

static void own(int questions, int answers, const struct tsm_facts *facts)
{
	struct tsm_order question;

	while (read(questions, &question, sizeof(question)) == sizeof(question)) {
		struct tsm_reply answer = { .sequence = question.sequence };

		answer.rc = take_driver(facts);
		if (!answer.rc)
			answer.close_seconds = close_setup(facts->shared);
		if (question.what == TSM_DROP)
			facts->shared->dirty = true;
		else if (!answer.rc)
			answer.rc = renew(facts);
		if (write(answers, &answer, sizeof(answer)) != sizeof(answer))
			break;
	}
	tsm_setup_close(&facts->shared->setup);
	put_back(facts);
}

bool tsm_owner_start(struct tsm_facts *facts, const char **why)
{
	int questions[2], answers[2];
	pid_t owner;

	if (!facts->device.found)
		return true;
	facts->shared = mmap(NULL, sizeof(*facts->shared), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (facts->shared == MAP_FAILED || pipe2(questions, O_CLOEXEC) ||
	    pipe2(answers, O_CLOEXEC)) {
		*why = "no memory or no pipes for the device owner process";
		return false;
	}
	facts->shared->dirty = true;
	facts->shared->setup = (struct tsm_setup)TSM_SETUP_NONE;
	if (facts->device.fixture)
		facts->control = open(UAPI_CONFORM_DEVICE_NODE, O_RDWR | O_CLOEXEC);
	owner = fork();
	if (owner < 0) {
		*why = "the device owner process could not be started";
		return false;
	}
	if (!owner) {
		/* Ctrl-C is for the harness; what it means here is that nobody asks any more. */
		setsid();
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		signal(SIGPIPE, SIG_IGN);
		prctl(PR_SET_NAME, "tsm-owner");
		close(questions[1]);
		close(answers[0]);
		own(questions[0], answers[1], facts);
		_exit(0);
	}
	close(questions[0]);
	close(answers[1]);
	facts->owner_pid = owner;
	facts->owner = syscall(SYS_pidfd_open, owner, 0);
	facts->ask = questions[1];
	facts->hear = answers[0];
	return true;
}

void tsm_owner_stop(struct tsm_facts *facts)
{
	int gone = 0, status = 0;

	/* Never started: where prepare() crashed at its first line, the facts are all 0. */
	if (facts->owner_pid <= 0 || facts->ask < 0)
		return;
	close(facts->ask);	/* the end of the questions is the end of the owner's work */
	close(facts->hear);
	facts->ask = facts->hear = -1;
	/* Bounded: a kernel that hangs here must not take the report with it. */
	for (int tries = 0; tries < 10000 && !gone; tries++) {
		gone = waitpid(facts->owner_pid, &status, WNOHANG);
		if (!gone)
			usleep(1000);
	}
	if (!gone)
		complain(&facts->device, "after 10 s", NULL);
	else if (gone == facts->owner_pid && (!WIFEXITED(status) || WEXITSTATUS(status)))
		put_back(facts);	/* it was killed, and its files are closed with it */
}
