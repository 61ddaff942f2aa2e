// SPDX-License-Identifier: GPL-2.0-only
/* A row's access to the device. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "keeper.h"
#include "numbers.h"
#include "requirements.h"

int tsm_fetch_file(int process, int file)
{
	int got = syscall(SYS_pidfd_getfd, process, file, 0);

	return got < 0 ? -errno : got;
}

/*
 * A device that this run had before, and that was closed, cannot be had again: whatever it was that
 * the kernel did not let go of, no row has the device any more.
 */
static void no_way(const struct tsm_session *session, int rc, const char *why)
{
	if (!session->shared->held || (rc != -EPERM && rc != -EBUSY))
		uc_error("no vdevice: %s", why);
	uc_unusable("the kernel does not let go of the device");
	uc_about(CLOSE_RELEASES);
	uc_fail_now("call:     VFIO_DEVICE_BIND_IOMMUFD of a device that was bound before, with all "
		    "files closed since\nexpected: 0\ngot:      %s: something of the kernel's is still "
		    "in use", uc_errno_name(-rc));
}

static bool hears(int file, int seconds)
{
	struct pollfd wait = { .fd = file, .events = POLLIN };

	return poll(&wait, 1, seconds * 1000) > 0;
}

/* What the question closes has a bound; once it is over that, how long it does take. */
static void wait_for_answer(const struct tsm_facts *facts)
{
	const time_t begin = time(NULL);

	if (hears(facts->hear, TSM_CLOSE_SECONDS))
		return;
	uc_patience(TSM_CLOSE_PATIENCE);
	uc_about(CLOSE_RELEASES);
	if (!hears(facts->hear, TSM_CLOSE_PATIENCE - 10))
		uc_unusable("a close does not come back");
	uc_fail_now("call:     close of the device and of its iommufd, with no call in flight\n"
		    "expected: it comes back within %d s\ngot:      %s after %ld s", TSM_CLOSE_SECONDS,
		    hears(facts->hear, 0) ? "it came back" : "it has not come back",
		    (long)(time(NULL) - begin));
}

static void ask(const struct tsm_session *session, __u32 what)
{
	const struct tsm_facts *facts = session->facts;
	struct tsm_question question = {
		.what = what, .sequence = ++session->shared->sequence,
	};
	struct tsm_answer answer;

	signal(SIGPIPE, SIG_IGN);
	if (write(facts->ask, &question, sizeof(question)) != sizeof(question))
		uc_error("the process that keeps the device is gone");
	do {
		wait_for_answer(facts);
		if (read(facts->hear, &answer, sizeof(answer)) != sizeof(answer))
			uc_error("the process that keeps the device did not answer");
	} while (answer.sequence != question.sequence);
	if (answer.rc)
		no_way(session, answer.rc, session->shared->way.why);
}

/* The keeper's way with a duplicate of its iommufd: the other files are nobody else's business. */
static void share_way(struct tsm_session *session)
{
	struct tsm_way *way = &session->way;

	/* A disguise that somebody left it in would outlast the vdevice. */
	if (session->shared->dirty && session->facts->control >= 0 &&
	    ioctl(session->facts->control, UAPI_CONFORM_RESET))
		uc_error("resetting the fixture: %s", uc_errno_name(errno));
	if (session->shared->dirty || session->shared->way.iommufd < 0)
		ask(session, TSM_RENEW);
	*way = session->shared->way;
	way->vm = way->bridge = way->cdev = -1;
	way->iommufd = tsm_fetch_file(session->facts->keeper, way->iommufd);
	if (way->iommufd < 0)
		uc_error("the iommufd of the process that keeps the device: %s",
			 uc_errno_name(-way->iommufd));
}

void tsm_session_open(struct tsm_session *session, const struct tsm_facts *facts,
		      enum tsm_state state)
{
	*session = (struct tsm_session){
		.facts = facts, .shared = facts->shared, .way = TSM_WAY_NONE,
	};
	if (!facts->device.found) {
		session->way.iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
		if (session->way.iommufd < 0)
			uc_error("opening /dev/iommu: %s", uc_errno_name(errno));
		return;
	}
	share_way(session);
	if (state != IN_ANY_STATE)
		tsm_session_reach(session, state);
}

void tsm_session_own_way(struct tsm_session *session, int flags)
{
	const struct tsm_facts *facts = session->facts;

	int rc;

	tsm_way_close(&session->way);
	ask(session, TSM_DROP);
	rc = tsm_way_open(&session->way, facts, flags);
	if (rc)
		no_way(session, rc, session->way.why);
	session->shared->state = tsm_connected(&facts->device) ? CONNECTED : UNCONNECTED;
}

void tsm_session_take(struct tsm_session *session, const struct tsm_facts *facts)
{
	*session = (struct tsm_session){
		.facts = facts, .shared = facts->shared, .way = TSM_WAY_NONE,
	};
	tsm_session_disturb(session);
	ask(session, TSM_DROP);
}

void tsm_session_disturb(struct tsm_session *session)
{
	if (session->shared)
		session->shared->dirty = true;
}

void tsm_session_settle(struct tsm_session *session, enum tsm_state state)
{
	session->shared->state = state;
	session->shared->way.vdevice_id = session->way.vdevice_id;
	session->shared->dirty = false;
}

int tsm_session_op(const struct tsm_session *session, __u32 type)
{
	struct tsm_op op = {
		.size = sizeof(op), .type = type, .vdevice_id = session->way.vdevice_id,
	};

	int rc;

	uc_judging("IOMMU_VDEVICE_TSM_OP type=%u of the vdevice", type);
	rc = ioctl(session->way.iommufd, TSM_OP_WORD, &op) ? -errno : 0;
	uc_judged();
	return rc;
}

static void must(int rc, const char *what)
{
	if (rc)
		uc_error("%s, on the way to the state that the row needs: %s", what,
			 uc_errno_name(-rc));
}

static void set_not_link(const struct tsm_session *session, bool on)
{
	struct uapi_conform_knobs knobs = { .flags = on ? UAPI_CONFORM_KNOB_NOT_LINK : 0 };

	must(ioctl(session->facts->control, UAPI_CONFORM_SET_KNOBS, &knobs) ? -errno : 0,
	     "setting the fixture's knobs");
}

static void connect_or_not(const struct tsm_session *session, bool connect)
{
	char why[160];
	int rc;

	uc_judging("%s the device through sysfs", connect ? "connecting" : "disconnecting");
	rc = tsm_connect(&session->facts->device, connect, why, sizeof(why));
	uc_judged();
	if (rc)
		uc_error("%s", why);
}

/* By the shortest way from where we are; the knobs' disguise comes last and goes first. */
void tsm_session_reach(struct tsm_session *session, enum tsm_state state)
{
	struct tsm_shared *shared = session->shared;
	enum tsm_state was = shared->state;

	if (!shared->dirty && was == state)
		return;
	tsm_session_disturb(session);
	if (was == NOT_LINK)
		set_not_link(session, false);
	connect_or_not(session, state != UNCONNECTED);
	if (state == BOUND || state == NOT_LINK)
		must(tsm_session_op(session, TSM_BIND), "TSM_OP BIND");
	else if (state == CONNECTED && (was == BOUND || was == NOT_LINK))
		must(tsm_session_op(session, TSM_UNBIND), "TSM_OP UNBIND");
	if (state == NOT_LINK)
		set_not_link(session, true);
	tsm_session_settle(session, state);
}
