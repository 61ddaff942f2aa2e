// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several at once: requests with each other, with a signal, and with whatever ends the state that
 * they need. The scripted TSM holds the first until it is released, which is when the second has
 * been seen to wait, or to have come back without waiting.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "race.h"
#include "rows.h"

static const struct tsm_call good;
static const struct tsm_expect succeeds = TSM_RETURNS(TSM_GOOD_RESP_LEN - TSM_GOOD_PRODUCE);
static const struct tsm_expect refused = TSM_FAILS(ENXIO);
static const struct tsm_expect unknown = TSM_FAILS(ENOENT);

#define THREADS		4
#define TURNS		8

/* Each thread has lengths of its own, so that no answer fits another's question. */
static void threads(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer racers[THREADS];
	struct uapi_conform_state state;

	(void)row;
	tsm_race_reset(session);
	for (int i = 0; i < THREADS; i++)
		tsm_race_start(&racers[i], session,
			       &(struct tsm_call){ .resp_len = GIVE(1000 + i * 100),
						   .script = { .produce = GIVE(10 + i) } }, TURNS);
	for (int i = 0; i < THREADS; i++) {
		tsm_race_join(&racers[i]);
		tsm_race_expect(&racers[i], 990 + i * 99, "one of %d threads", THREADS);
	}
	tsm_race_state(session, &state);
	uc_expect(state.guest_reqs, 0, THREADS * TURNS, "how many requests reached the TSM");
	uc_expect(state.max_in_flight, 0, 1, "how many were in the TSM at once");
}

/* The second comes while the first is in the TSM: both get their answer, one after the other. */
static void second_waits(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer first, second;
	struct uapi_conform_state state;

	(void)row;
	tsm_race_reset(session);
	tsm_race_hold(&first, session);
	tsm_race_start(&second, session, &good, 1);
	tsm_thread_sleeps(&second.thread);
	tsm_race_release(session);
	tsm_race_join(&first);
	tsm_race_join(&second);
	tsm_race_expect(&first, 90, "the request that came first");
	tsm_race_expect(&second, 90, "the request that came while another one was in the TSM");
	tsm_race_state(session, &state);
	uc_expect(state.max_in_flight, 0, 1, "how many were in the TSM at once");
}

/* Send it, see it wait, and interrupt it; then what it waits for may go on. */
static void interrupt(struct tsm_session *session, struct tsm_racer *second)
{
	tsm_race_start(second, session, &good, 1);
	if (tsm_thread_sleeps(&second->thread))
		tsm_race_signal(second);
	tsm_race_release(session);
	tsm_race_join(second);
}

/* While one is in the TSM, a signal ends the wait of the next; then it works again. */
static void interrupted_wait(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer first, second;
	struct uapi_conform_state state;

	(void)row;
	tsm_race_reset(session);
	tsm_race_hold(&first, session);
	interrupt(session, &second);
	tsm_race_join(&first);
	tsm_race_expect(&first, 90, "the request that the other one waited for");
	tsm_race_expect(&second, -EINTR, "a request that waits for another one, and gets a signal");
	tsm_race_state(session, &state);
	uc_expect(state.guest_reqs, 0, 1, "how many of the two reached the TSM");
	tsm_judge(session, &good, &succeeds);
}

/* The TSM's own wait ends with EINTR, and so does the request: nothing was produced. */
static void interrupted_tsm(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer only;

	(void)row;
	tsm_race_reset(session);
	tsm_race_hold(&only, session);
	tsm_race_signal(&only);
	tsm_race_release(session);
	tsm_race_join(&only);
	tsm_race_expect(&only, -EINTR, "a request whose TSM was interrupted");
	tsm_judge(session, &good, &succeeds);
}

/* What ends a state while a request is in the TSM. Returns 0 or -errno. */
typedef int end_function(struct tsm_session *session);

static int unbind(struct tsm_session *session)
{
	return tsm_session_op(session, TSM_UNBIND);
}

static int destroy(struct tsm_session *session)
{
	return tsm_destroy(session->way.iommufd, session->way.vdevice_id);
}

static int disconnect(struct tsm_session *session)
{
	char why[160];

	return tsm_connect(&session->facts->device, false, why, sizeof(why));
}

static int close_all(struct tsm_session *session)
{
	tsm_way_close(&session->way);
	return 0;
}

/* The end, in a thread of its own, and what the fixture was right after it. */
struct ender {
	struct tsm_thread thread;
	struct tsm_session *session;
	end_function *end;
	int rc;
	struct uapi_conform_state state;
};

static void run_end(struct tsm_thread *thread)
{
	struct ender *ender = (struct ender *)thread;

	ender->rc = ender->end(ender->session);
	tsm_race_state(ender->session, &ender->state);
}

/* Start it and return when it waits, or is over. */
static void start_end(struct ender *ender, struct tsm_session *session, end_function *end)
{
	*ender = (struct ender){ .session = session, .end = end };
	tsm_thread_start(&ender->thread, run_end);
	tsm_thread_sleeps(&ender->thread);
}

static void join_end(struct ender *ender, const char *what)
{
	uc_judging("%s while a request is in the TSM", what);
	pthread_join(ender->thread.id, NULL);
	uc_judged();
}

/*
 * One is in the TSM, disconnecting waits for it, and the next request for that: in another place
 * than behind a request. A signal ends that wait too.
 */
static void interrupted_behind_disconnect(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer first, second;
	struct ender ender;

	(void)row;
	tsm_session_disturb(session);
	tsm_race_reset(session);
	tsm_race_hold(&first, session);
	start_end(&ender, session, disconnect);
	interrupt(session, &second);
	join_end(&ender, "disconnecting");
	tsm_race_join(&first);
	uc_expect(ender.rc ? -1 : 0, -ender.rc, 0, "disconnecting");
	tsm_race_expect(&first, 90, "the request that disconnecting waited for");
	tsm_race_expect(&second, -EINTR,
			"a request that waits behind a disconnection, and gets a signal");
	tsm_session_settle(session, UNCONNECTED);
}

/*
 * The request keeps its own answer. The end waits for it and succeeds; or, where @may_refuse, says
 * EBUSY and has changed nothing. Returns whether it succeeded.
 */
static bool meet(struct tsm_session *session, const char *what, end_function *end, bool may_refuse)
{
	struct tsm_racer racer;
	struct ender ender;
	bool ended;

	tsm_session_disturb(session);
	tsm_race_reset(session);
	tsm_race_hold(&racer, session);
	start_end(&ender, session, end);
	tsm_race_release(session);
	join_end(&ender, what);
	ended = !(may_refuse && ender.rc == -EBUSY);
	if (ended) {
		uc_expect(ender.rc ? -1 : 0, -ender.rc, 0, "%s while a request is in the TSM", what);
		uc_expect(ender.state.in_flight, 0, 0, "requests still in the TSM after %s", what);
	}
	uc_expect(ender.state.bound, 0, !ended, "whether the device is still bound after %s", what);
	tsm_race_join(&racer);
	tsm_race_expect(&racer, 90, "the request that %s met", what);
	return ended;
}

static void against_unbind(struct tsm_session *session, const struct tsm_row *row)
{
	(void)row;
	meet(session, "UNBIND", unbind, false);
	tsm_judge(session, &good, &refused);
	tsm_session_settle(session, CONNECTED);
}

static void against_disconnect(struct tsm_session *session, const struct tsm_row *row)
{
	(void)row;
	meet(session, "disconnecting", disconnect, false);
	tsm_judge(session, &good, &refused);
	tsm_session_settle(session, UNCONNECTED);
}

static void against_destroy(struct tsm_session *session, const struct tsm_row *row)
{
	static const struct tsm_expect gone = TSM_FAILS(ENOENT);

	(void)row;
	if (!meet(session, "destroying the vdevice", destroy, true)) {
		tsm_judge(session, &good, &succeeds);
		uc_expect(destroy(session), 0, 0, "destroying the vdevice after the request");
	}
	tsm_judge(session, &good, &gone);
	if (tsm_way_new_vdevice(&session->way))
		uc_error("%s", session->way.why);
	tsm_session_settle(session, CONNECTED);
}

/*
 * The close in a thread has its bound from the moment at which no call is in flight, however long a
 * row may take. Returns how many ms it took from there on.
 */
static long join_close(struct ender *ender)
{
	struct timespec begin, now;
	bool late = false;
	long ms;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (int looks = 0;; looks++) {
		bool ended = tsm_thread_ended(&ender->thread);

		clock_gettime(CLOCK_MONOTONIC, &now);
		ms = (now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000;
		if (ended || ms > (TSM_CLOSE_PATIENCE - 10) * 1000L)
			break;
		if (!late && ms > TSM_CLOSE_SECONDS * 1000L)
			uc_patience(TSM_CLOSE_PATIENCE);
		late = ms > TSM_CLOSE_SECONDS * 1000L;
		tsm_thread_pause(looks);
	}
	uc_about(CLOSE_RELEASES);
	if (late && !tsm_thread_ended(&ender->thread)) {
		uc_unusable("a close does not come back");
		uc_fail_now("call:     the last close, after the request that it met has ended\n"
			    "expected: it comes back within %d s\ngot:      it has not come back after "
			    "%ld s", TSM_CLOSE_SECONDS, ms / 1000);
	}
	pthread_join(ender->thread.id, NULL);
	uc_check(!late, "call:     the last close, after the request that it met has ended\n"
		 "expected: it comes back within %d s\ngot:      it took %ld.%ld s", TSM_CLOSE_SECONDS,
		 ms / 1000, ms % 1000 / 100);
	uc_about(TSM_NO_REQUIREMENT);
	return ms;
}

/* The last close while a request is in the TSM: the request finishes, and then all of it ends. */
static void against_close(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer racer;
	struct uapi_conform_state state;
	struct ender ender;

	(void)row;
	tsm_session_own_way(session, TSM_WAY_VM);
	tsm_session_reach(session, BOUND);
	tsm_session_disturb(session);
	tsm_race_reset(session);
	tsm_race_hold(&racer, session);
	start_end(&ender, session, close_all);
	tsm_race_release(session);
	tsm_race_join(&racer);
	uc_about(CONCURRENT_END);
	tsm_race_expect(&racer, 90, "the request that the close met");
	join_close(&ender);
	tsm_race_state(session, &state);
	uc_about(CONCURRENT_END);
	uc_expect(state.bound, 0, 0, "whether the device is still bound after the last close");
	uc_expect(state.vdevices, 0, 0, "vdevices left after the last close");
}

/* What requests and operations leave behind shows when all is closed, and opened again. */
static void close_and_open(struct tsm_session *session, const struct tsm_row *row)
{
	struct ender ender;

	(void)row;
	for (int turn = 0; turn < 2; turn++) {
		tsm_session_own_way(session, TSM_WAY_VM);
		tsm_session_reach(session, BOUND);
		tsm_session_disturb(session);
		tsm_judge(session, &good, &succeeds);
		tsm_judge(session, &(struct tsm_call){ .id = ID_OF_VIOMMU }, &unknown);
		start_end(&ender, session, close_all);
		join_close(&ender);
	}
}

/* The good call in a child, @fetch: through a file not inherited but fetched. An errno, or 0. */
static int call_in_child(struct tsm_session *session, bool fetch)
{
	struct tsm_issue issue;
	int status = -1;
	pid_t child;

	tsm_lay_out(&issue, session, &good);
	child = fork();
	if (child < 0)
		uc_error("fork: %s", uc_errno_name(errno));
	if (!child) {
		if (fetch) {
			int parent = syscall(SYS_pidfd_open, getppid(), 0);
			int file = session->way.iommufd;

			close(file);
			session->way.iommufd = tsm_fetch_file(parent, file);
		}
		tsm_issue(&issue, session, &good);
		_exit(issue.result == -1 ? issue.error : issue.result != 90 ||
		      issue.resp[0] != uapi_conform_pattern(issue.seed, 0) ? 255 : 0);
	}
	waitpid(child, &status, 0);
	if (uc_poison_broken(issue.resp, 0, issue.resp_size) < issue.resp_size)
		uc_fail("expected: the child's response stays in the child\ngot:      the parent's "
			"buffer was written");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void forked(struct tsm_session *session, const struct tsm_row *row)
{
	int rc = call_in_child(session, false);

	(void)row;
	uc_expect(rc ? -1 : 0, rc, 0, "a request by a forked child, into its own memory");
	tsm_judge(session, &good, &succeeds);
}

static void passed(struct tsm_session *session, const struct tsm_row *row)
{
	int rc = call_in_child(session, true);

	(void)row;
	uc_expect(rc ? -1 : 0, rc, 0, "a request through a file that another process passed");
	tsm_judge(session, &good, &succeeds);
}

/* Bind, request, unbind from all sides: every outcome is one that some order explains. */
static void hammer(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer racers[2];

	(void)row;
	tsm_session_disturb(session);
	tsm_race_reset(session);
	for (int i = 0; i < 2; i++)
		tsm_race_start(&racers[i], session, &good, 40);
	for (int i = 0; i < 40; i++) {
		int rc = tsm_session_op(session, i & 1 ? TSM_BIND : TSM_UNBIND);

		uc_expect(rc ? -1 : 0, -rc, 0, "TSM_OP %s among requests",
			  i & 1 ? "BIND" : "UNBIND");
	}
	for (int i = 0; i < 2; i++) {
		tsm_race_join(&racers[i]);
		tsm_race_expect_either(&racers[i], 90, -ENXIO, "a request among BIND and UNBIND");
	}
	tsm_judge(session, &good, &succeeds);
	tsm_session_settle(session, BOUND);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.concurrency.threads", REQ(CONCURRENT_CALLS), ON_FIXTURE },
	  BOUND, .custom = threads },
	{ { "tsm_req.concurrency.second_waits", REQ(CONCURRENT_CALLS), ON_FIXTURE },
	  BOUND, .custom = second_waits },
	{ { "tsm_req.concurrency.interrupted_wait", REQ(WAIT_INTERRUPTED), ON_FIXTURE },
	  BOUND, .custom = interrupted_wait },
	{ { "tsm_req.concurrency.interrupted_behind_disconnect", REQ(WAIT_INTERRUPTED), ON_FIXTURE },
	  BOUND, .custom = interrupted_behind_disconnect },
	{ { "tsm_req.concurrency.interrupted_tsm", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, .custom = interrupted_tsm },
	{ { "tsm_req.concurrency.against_unbind", REQ(CONCURRENT_END), ON_FIXTURE },
	  BOUND, .custom = against_unbind },
	{ { "tsm_req.concurrency.against_disconnect", REQ(CONCURRENT_END), ON_FIXTURE },
	  BOUND, .custom = against_disconnect },
	{ { "tsm_req.concurrency.against_destroy", REQ(CONCURRENT_END), ON_FIXTURE },
	  BOUND, .custom = against_destroy },
	{ { "tsm_req.concurrency.against_close", REQ(CONCURRENT_END, CLOSE_RELEASES), ON_FIXTURE },
	  BOUND, .custom = against_close },
	{ { "tsm_req.concurrency.close_and_open", REQ(CLOSE_RELEASES), ON_FIXTURE },
	  BOUND, .custom = close_and_open },
	{ { "tsm_req.concurrency.bind_and_unbind", REQ(CONCURRENT_END, CONCURRENT_CALLS),
	    ON_FIXTURE },
	  BOUND, .custom = hammer },
	{ { "tsm_req.concurrency.forked", REQ(FD_SHARED), ON_FIXTURE }, BOUND, .custom = forked },
	{ { "tsm_req.concurrency.passed", REQ(FD_SHARED), ON_FIXTURE }, BOUND, .custom = passed },
};

const struct uc_topic tsm_concurrency_topic = UC_BATCH_TOPIC("concurrency", rows, tsm_run_row);
