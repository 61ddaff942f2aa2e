// SPDX-License-Identifier: GPL-2.0-only
/* Requests in threads. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "race.h"

/* Until it is released; a kernel under which it never is has this many milliseconds. */
#define HELD_MS		10000

static bool response_right(const struct tsm_racer *racer, __s64 residue)
{
	const struct tsm_issue *issue = &racer->issue;

	for (size_t i = 0; issue->resp && i + residue < issue->resp_size; i++)
		if (issue->resp[i] != uapi_conform_pattern(issue->seed, i))
			return false;
	return true;
}

static void run(struct tsm_thread *thread)
{
	struct tsm_racer *racer = (struct tsm_racer *)thread;

	for (int i = 0; i < racer->turns; i++) {
		int got = ioctl(racer->iommufd, TSM_REQ_WORD, racer->issue.argument);

		racer->results[i] = got == -1 ? -errno : got;
		if (got >= 0 && !response_right(racer, got))
			racer->response_right = false;
	}
}

void tsm_race_start(struct tsm_racer *racer, struct tsm_session *session,
		    const struct tsm_call *call, int turns)
{
	*racer = (struct tsm_racer){
		.session = session, .call = *call, .iommufd = session->way.iommufd,
		.turns = turns, .response_right = true,
	};
	tsm_lay_out(&racer->issue, session, call);
	tsm_thread_start(&racer->thread, run);
}

void tsm_race_join(struct tsm_racer *racer)
{
	uc_judging("%s, in a thread",
		   tsm_call_name(&racer->call, racer->issue.fields.vdevice_id));
	pthread_join(racer->thread.id, NULL);
	uc_judged();
	/* Not sooner: it may have been sent once more than it took. */
	if (racer->signalled)
		sigaction(SIGUSR1, &racer->before, NULL);
}

static void ignore(int number)
{
	(void)number;
}

void tsm_race_signal(struct tsm_racer *racer)
{
	struct sigaction action = { .sa_handler = ignore };	/* no SA_RESTART */

	sigaction(SIGUSR1, &action, &racer->before);
	racer->signalled = true;
	/* More than once, because the first may come before the call has begun. */
	for (int looks = 0; looks < TSM_THREAD_LOOKS && !tsm_thread_ended(&racer->thread); looks++) {
		pthread_kill(racer->thread.id, SIGUSR1);
		tsm_thread_pause(looks);
	}
}

static void wrong(const struct tsm_racer *racer, const char *what, int turn, const char *expected)
{
	__s64 result = racer->results[turn];

	uc_fail("call:     %s: %s\nexpected: %s\ngot:      %s", what,
		tsm_call_name(&racer->call, racer->issue.fields.vdevice_id), expected,
		uc_result_name(result < 0 ? -1 : result, -result));
}

static void expect(const struct tsm_racer *racer, __s64 one, __s64 other, const char *what)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "%s",
		 uc_result_name(one < 0 ? -1 : one, -one));
	if (other != one)
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), " or %s",
			 uc_result_name(other < 0 ? -1 : other, -other));
	for (int i = 0; i < racer->turns; i++) {
		if (racer->results[i] != one && racer->results[i] != other) {
			wrong(racer, what, i, expected);
			return;
		}
	}
	if (!racer->response_right)
		uc_fail("call:     %s\nexpected: the response that was asked for\n"
			"got:      other bytes", what);
}

void tsm_race_expect(const struct tsm_racer *racer, __s64 expected, const char *format, ...)
{
	char what[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	expect(racer, expected, expected, what);
}

void tsm_race_expect_either(const struct tsm_racer *racer, __s64 one, __s64 other,
			    const char *what)
{
	expect(racer, one, other, what);
}

void tsm_race_reset(const struct tsm_session *session)
{
	if (ioctl(session->facts->control, UAPI_CONFORM_RESET))
		uc_error("resetting the fixture: %s", uc_errno_name(errno));
}

void tsm_race_state(const struct tsm_session *session, struct uapi_conform_state *state)
{
	if (ioctl(session->facts->control, UAPI_CONFORM_GET_STATE, state))
		uc_error("the fixture's state cannot be read: %s", uc_errno_name(errno));
}

void tsm_race_hold(struct tsm_racer *racer, struct tsm_session *session)
{
	struct uapi_conform_state state;

	tsm_race_start(racer, session, &(struct tsm_call){ .script = { .delay_ms = HELD_MS } }, 1);
	for (int looks = 0; looks < TSM_THREAD_LOOKS; looks++) {
		tsm_race_state(session, &state);
		if (state.in_flight)
			return;
		if (tsm_thread_ended(&racer->thread)) {
			tsm_race_join(racer);
			uc_fail_now("call:     %s\nexpected: it stays in the TSM\ngot:      %s",
				    tsm_call_name(&racer->call, racer->issue.fields.vdevice_id),
				    uc_result_name(racer->results[0] < 0 ? -1 : racer->results[0],
						   -racer->results[0]));
		}
		tsm_thread_pause(looks);
	}
	uc_error("no request reached the TSM within 5 s");
}

void tsm_race_release(const struct tsm_session *session)
{
	if (ioctl(session->facts->control, UAPI_CONFORM_RELEASE))
		uc_error("releasing what the fixture holds: %s", uc_errno_name(errno));
}
