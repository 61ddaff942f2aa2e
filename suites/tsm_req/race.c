// SPDX-License-Identifier: GPL-2.0-only
/* Requests in threads. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../../harness/decode.h"
#include "race.h"

static void sleep_us(long us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

static bool response_right(const struct tsm_racer *racer, __s64 residue)
{
	const struct tsm_issue *issue = &racer->issue;

	for (size_t i = 0; issue->resp && i + residue < issue->resp_size; i++)
		if (issue->resp[i] != uapi_conform_pattern(issue->seed, i))
			return false;
	return true;
}

static __s64 now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void *run(void *argument)
{
	struct tsm_racer *racer = argument;

	racer->began_us = now_us();
	for (int i = 0; i < racer->turns; i++) {
		int got = ioctl(racer->iommufd, TSM_REQ_WORD, racer->issue.argument);

		racer->results[i] = got == -1 ? -errno : got;
		if (got >= 0 && !response_right(racer, got))
			racer->response_right = false;
	}
	racer->ended_us = now_us();
	__atomic_store_n(&racer->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

void tsm_race_start(struct tsm_racer *racer, struct tsm_session *session,
		    const struct tsm_call *call, int turns)
{
	int rc;

	*racer = (struct tsm_racer){
		.session = session, .call = *call, .iommufd = session->way.iommufd,
		.turns = turns, .response_right = true,
	};
	tsm_lay_out(&racer->issue, session, call);
	rc = pthread_create(&racer->thread, NULL, run, racer);
	if (rc)
		uc_error("starting a thread: %s", uc_errno_name(rc));
}

void tsm_race_join(struct tsm_racer *racer)
{
	uc_judging("%s, in a thread",
		   tsm_call_name(&racer->call, racer->issue.fields.vdevice_id));
	pthread_join(racer->thread, NULL);
	uc_judged();
	/* Not sooner: it may have been sent once more than it took. */
	if (racer->signalled)
		sigaction(SIGUSR1, &racer->before, NULL);
}

static void ignore(int number)
{
	(void)number;
}

void tsm_race_signal(struct tsm_racer *racer, int after_ms)
{
	struct sigaction action = { .sa_handler = ignore };	/* no SA_RESTART */

	sigaction(SIGUSR1, &action, &racer->before);
	racer->signalled = true;
	sleep_us(after_ms * 1000L);
	/* Again, because the first may come before the call has begun. */
	while (!__atomic_load_n(&racer->ended, __ATOMIC_ACQUIRE)) {
		pthread_kill(racer->thread, SIGUSR1);
		sleep_us(500);
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

bool tsm_race_met(const struct tsm_racer *racer)
{
	struct uapi_conform_state state;

	for (int tries = 0; tries < 10000; tries++) {
		tsm_race_state(racer->session, &state);
		if (__atomic_load_n(&racer->ended, __ATOMIC_ACQUIRE))
			return false;
		if (state.in_flight)
			return true;
		sleep_us(500);
	}
	uc_error("no request reached the TSM within 5 s");
}
