// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several at once: requests with each other, with a signal, and with whatever ends the state that
 * they need. The scripted TSM holds the first until it is released, which is when the second has
 * been seen to wait, or to have come back without waiting.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "race.h"
#include "rows.h"
#include "text.h"

#define THREADS		4
#define TURNS		8

static void reset(const struct tsm_session *session)
{
	tsm_fixture_call(&session->player, UAPI_CONFORM_RESET, "resetting the fixture");
}

/* Each thread has lengths of its own, so that no answer fits another's question. */
static void threads(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer racers[THREADS];
	struct uapi_conform_state state;
	char text[64];

	(void)row;
	reset(session);
	for (int i = 0; i < THREADS; i++) {
		snprintf(text, sizeof(text), "TSM_REQ resp_len=%d produce=%d", 1000 + i * 100, 10 + i);
		tsm_race_start(&racers[i], &session->player, TURNS, text);
	}
	for (int i = 0; i < THREADS; i++) {
		tsm_race_join(&racers[i]);
		tsm_race_expect(&racers[i], 990 + i * 99, 990 + i * 99, "one of several threads");
	}
	tsm_fixture_state(&session->player, &state);
	uc_expect(state.guest_reqs, 0, THREADS * TURNS, "how many requests reached the TSM");
	uc_expect(state.max_in_flight, 0, 1, "how many were in the TSM at once");
}

/* Put one into the TSM: ends the row as FAIL if it does not stay there. */
static void hold(struct tsm_racer *racer, const struct tsm_session *session)
{
	reset(session);
	if (tsm_race_hold(racer, &session->player))
		return;
	tsm_race_join(racer);
	tsm_race_expect(racer, 90, 90, "a request that the TSM holds");
	uc_fail_now("expected: it stays in the TSM until it is released\ngot:      it came back");
}

enum { THE_FIRST = 1, THE_SECOND, THE_THIRD };

/*
 * A signal to a request: the first, which is in the TSM, whose own wait ends with EINTR and so does the
 * request; the second, which waits for that one; or the third, which waits in another place, behind a
 * disconnection that waits for the first. What is interrupted never reaches the TSM, unless it was there.
 */
static void interrupted(struct tsm_session *session, const struct tsm_row *row)
{
	const bool only = row->last == THE_FIRST, behind = row->last == THE_THIRD;
	struct tsm_racer first, second;
	struct uapi_conform_state state;
	struct tsm_ender ender;

	if (behind)
		tsm_session_mark_dirty(session);
	hold(&first, session);
	if (behind)
		tsm_end_start(&ender, &session->player, RACE_DISCONNECT);
	if (only)
		racer_signal(&first, row->first);
	else
		tsm_race_start(&second, &session->player, 1, "TSM_REQ");
	if (!only && thread_sleeps(&second.thread))
		racer_signal(&second, row->first);
	tsm_race_release(&session->player);
	if (!only)
		tsm_race_join(&second);
	if (behind)
		tsm_end_join(&ender);
	tsm_race_join(&first);
	tsm_race_expect(&first, only ? -EINTR : 90, only ? -EINTR : 90,
			only ? "a request whose TSM was interrupted" : "the request that was waited for");
	if (!only)
		tsm_race_expect(&second, -EINTR, -EINTR, "a request that waits, and gets a signal");
	tsm_fixture_state(&session->player, &state);
	uc_expect(state.guest_reqs, 0, 1, "how many requests reached the TSM");
	if (!behind) {
		tsm_play_text(session, "%s", row->steps);
		return;
	}
	uc_expect(ender.rc ? -1 : 0, -ender.rc, 0, "disconnecting");
	tsm_model_set_state(&session->player.model, UNCONNECTED);
	tsm_session_decide(session);
}

/* The struct of one that is with the TSM, and of one that waits, is overwritten: it was read before. */
static void struct_changed(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer first, second;
	struct uapi_conform_state state;

	hold(&first, session);
	tsm_race_start(&second, &session->player, 1, "TSM_REQ produce=20");
	thread_sleeps(&second.thread);
	memset(first.issue.area[STRUCT].now, 0xff, first.issue.area[STRUCT].size);
	memset(second.issue.area[STRUCT].now, 0xff, second.issue.area[STRUCT].size);
	tsm_race_release(&session->player);
	tsm_race_join(&first);
	tsm_race_join(&second);
	tsm_race_expect(&first, 90, 90, "a request whose struct is overwritten while the TSM has it");
	tsm_race_expect(&second, 80, 80, "a request whose struct is overwritten while it waits");
	tsm_fixture_state(&session->player, &state);
	uc_expect(state.last.scope, 0, PCI_INFO, "the scope that the TSM is given of the second");
	uc_expect(state.last.resp_len, 0, 100, "the resp_len that the TSM is given of the second");
	tsm_play_text(session, "%s", row->steps);
}

/* Two destroy one object: one of them does, and to the other there is none, or it is in use. */
static void destroyed_twice(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_setup *setup = &session->player.setup;
	__u32 words[2] = { sizeof(words) };
	struct caller callers[2];
	int done = 0;

	if (tsm_new_object(setup, SPARE, ENDPOINT, 0))
		uc_error("%s", setup->why);
	words[1] = setup->id[SPARE];
	uc_judging("IOMMU_DESTROY of one IOAS in two threads");
	for (int i = 0; i < 2; i++) {
		callers[i] = (struct caller){ .file = setup->file[MAIN_FILE],
			.word = _IO(TSM_IOMMUFD_TYPE, 0x80), .argument = (uintptr_t)words };
		thread_start(&callers[i].thread, make_call);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(callers[i].thread.id, NULL);
		done += !callers[i].result;
	}
	uc_judged();
	uc_expect(done, 0, 1, "how many of two threads destroy an IOAS");
	tsm_play_text(session, "%s", row->steps);
}

/* The response goes over the struct itself. */
static void struct_answered(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_step steps[TSM_MOST_STEPS];
	struct tsm_observed observed;
	struct tsm_issue issue;

	tsm_read_steps(steps, TSM_MOST_STEPS, row->steps);
	tsm_lay_out(&issue, &session->player, steps);
	issue.area[RESPONSE].at = issue.area[STRUCT].at;
	tsm_write_fields(&issue, steps);
	uc_judging("%s, with the response over its struct", row->steps);
	tsm_issue(&issue, &session->player, steps, &observed);
	uc_judged();
	uc_expect(observed.result, observed.error, 60, "a request of which the response goes over its struct");
}

static volatile sig_atomic_t alarms;

static void count_alarm(int number)
{
	(void)number;
	alarms++;
}

/*
 * A call, with a signal every 200 us from the clock, also while the TSM is at it, which asks nobody: again, up to
 * @times, until one came between the call and its return.
 */
static void call_with_alarms(struct tsm_session *session, const char *text, int times, const char *what)
{
	const struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = count_alarm }, before;
	struct tsm_observed observed;
	struct tsm_issue issue;
	struct tsm_step step;
	int earlier, came = 0;

	tsm_read_steps(&step, 1, text);
	tsm_lay_out(&issue, &session->player, &step);
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < times && !came; i++) {
		uc_judging("%s", text);
		earlier = alarms;
		tsm_issue(&issue, &session->player, &step, &observed);
		came = alarms - earlier;
		uc_judged();
		uc_expect(observed.result, observed.error, 0, "%s", what);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	if (!came)
		uc_open("no signal came while the TSM was at it");
}

/* And then with one that is blocked. */
static void signalled(struct tsm_session *session, const struct tsm_row *row)
{
	sigset_t set, before;

	call_with_alarms(session, "TSM_REQ resp_len=0x80000 produce=0x80000", 1000,
			 "a request that gets signals while the TSM fills its response");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	pthread_kill(pthread_self(), SIGUSR2);
	tsm_play_text(session, "%s", row->steps);
	sigwaitinfo(&set, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* A bind that takes a while, and is not to be interrupted. */
static void signalled_bind(struct tsm_session *session, const struct tsm_row *row)
{
	struct uapi_conform_knobs knobs = { .bind_delay_ms = 3 };

	tsm_play_text(session, "TSM_OP UNBIND");
	tsm_session_mark_dirty(session);
	if (ioctl(session->player.facts->control, UAPI_CONFORM_SET_KNOBS, &knobs))
		uc_error("setting the fixture's knobs: %s", uc_errno_name(errno));
	call_with_alarms(session, "TSM_OP BIND", 1, "a BIND that gets signals while the TSM is at it");
	reset(session);
	tsm_model_set_state(&session->player.model, BOUND);
	tsm_play_text(session, "%s", row->steps);
}

/* The good call in a child, which judges it, through a file that it fetches from this process. */
static void passed(struct tsm_session *session, const struct tsm_row *row)
{
	static const char call[] = "a request through a file that another process passed";
	int *file = &session->player.setup.file[MAIN_FILE], status = -1;
	struct tsm_step step = tsm_good(DO_REQ);
	struct tsm_observed observed;
	struct tsm_issue issue;
	pid_t child;

	tsm_lay_out(&issue, &session->player, &step);
	child = fork();
	if (child < 0)
		uc_error("fork: %s", uc_errno_name(errno));
	if (!child) {
		int inherited = *file;

		*file = tsm_fetch_file(syscall(SYS_pidfd_open, getppid(), 0), inherited);
		close(inherited);
		if (*file < 0)
			_exit(1);
		tsm_issue(&issue, &session->player, &step, &observed);
		uc_expect(observed.result, observed.error, 90, "%s", call);
		uc_check(issue.area[RESPONSE].now[0] == uapi_conform_pattern(issue.seed, 0), "%s: another answer came", call);
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (!WIFEXITED(status))
		uc_fail_now("call:     %s\nexpected: it returns\ngot:      its process was killed", call);
	if (WEXITSTATUS(status))
		uc_error("a process may not have a file of this one: pidfd_getfd() is refused");
	tsm_play_text(session, "%s", row->steps);
}

/* Bind, request, unbind from all sides: every outcome is one that some order explains. */
static void hammer(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_racer racers[2];
	struct tsm_observed observed;
	struct tsm_issue issue;

	tsm_session_mark_dirty(session);
	reset(session);
	for (int i = 0; i < 2; i++)
		tsm_race_start(&racers[i], &session->player, 40, "TSM_REQ");
	for (int i = 0; i < 40; i++) {
		const char *text = i & 1 ? "TSM_OP BIND" : "TSM_OP UNBIND";

		observed = tsm_make(&session->player, text, &issue);
		uc_expect(observed.result, observed.error, 0, "%s among requests", text);
	}
	for (int i = 0; i < 2; i++) {
		tsm_race_join(&racers[i]);
		tsm_race_expect(&racers[i], 90, -ENXIO, "a request among BIND and UNBIND");
	}
	tsm_play_text(session, "%s", row->steps);
}

static const struct tsm_row rows[] = {
	ROW_WITH(.custom = threads, "concurrency.threads", ON_FIXTURE, BOUND, "TSM_REQ = 90", CONCURRENT_CALLS),
	ROW("concurrency.second_waits", ON_FIXTURE, BOUND, "RACE request = 90 then 80", CONCURRENT_CALLS),
	ROW_WITH(BY(interrupted, 0, THE_SECOND), "concurrency.interrupted_wait", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", WAIT_INTERRUPTED),
	ROW_WITH(BY(interrupted, 0, THE_THIRD), "concurrency.interrupted_behind_disconnect", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", WAIT_INTERRUPTED),
	ROW_WITH(BY(interrupted, 0, THE_FIRST), "concurrency.interrupted_tsm", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", BACKEND_ERROR),
	ROW_WITH(BY(interrupted, SA_RESTART, THE_SECOND), "concurrency.interrupted_wait_restart", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", WAIT_INTERRUPTED),
	ROW_WITH(BY(interrupted, SA_RESTART, THE_THIRD), "concurrency.interrupted_behind_disconnect_restart", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", WAIT_INTERRUPTED),
	ROW_WITH(BY(interrupted, SA_RESTART, THE_FIRST), "concurrency.interrupted_tsm_restart", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", BACKEND_ERROR),
	ROW_WITH(.custom = signalled, "concurrency.signalled", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_REQ = 90; TSM_OP UNBIND = 0 unbinds; TSM_OP BIND = 0 binds; TSM_REQ = 90", SIGNAL_HARMLESS),
	ROW_WITH(.custom = signalled_bind, "concurrency.signalled_bind", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_REQ = 90", SIGNAL_HARMLESS),
	ROW_WITH(.custom = struct_changed, "concurrency.struct_changed", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ = 90", STRUCT_READ_ONCE),
	ROW_WITH(.custom = destroyed_twice, "concurrency.destroyed_twice", ON_FIXTURE, BOUND,
	    "TSM_REQ = 90", ID_UNKNOWN),
	ROW_WITH(.custom = struct_answered, "concurrency.struct_answered", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ produce=40 resp_len=100", STRUCT_READ_ONCE),
	ROW("concurrency.against_unbind", ON_FIXTURE_OF(with_op), BOUND,
	    "RACE unbind = 90 then 0 unbinds; TSM_REQ = ENXIO", CONCURRENT_END),
	ROW("concurrency.against_disconnect", ON_FIXTURE, BOUND,
	    "RACE disconnect = 90 then 0 unbinds; TSM_REQ = ENXIO", CONCURRENT_END),
	/* Or it is EBUSY, and has changed nothing: what comes next depends on that. */
	ROW("concurrency.against_destroy", ON_FIXTURE, BOUND,
	    "RACE destroy = 90 then 0 unbinds; TSM_REQ; VDEVICE_ALLOC", CONCURRENT_END),
	ROW("concurrency.against_close", ON_FIXTURE, BOUND,
	    "RACE close = 90 then 0 unbinds", CONCURRENT_END, CLOSE_RELEASES),
	ROW("concurrency.close_and_open", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_REQ = 90; TSM_REQ id=viommu = ENOENT; CLOSE = 0 unbinds; OPEN; VDEVICE_ALLOC; "
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90; CLOSE = 0 unbinds", CLOSE_RELEASES),
	ROW_WITH(.custom = hammer, "concurrency.bind_and_unbind", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_REQ = 90", CONCURRENT_END, CONCURRENT_CALLS),
	ROW("concurrency.forked", ON_FIXTURE, BOUND, "TSM_REQ as=child = 90; TSM_REQ = 90", FD_SHARED),
	ROW_WITH(.custom = passed, "concurrency.passed", ON_FIXTURE, BOUND, "TSM_REQ = 90", FD_SHARED),
};

const struct uc_topic tsm_concurrency_topic = TSM_TOPIC("concurrency");
