// SPDX-License-Identifier: GPL-2.0-only
/* Requests in threads, and what ends the state that they need. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/decode.h"
#include "race.h"
#include "text.h"

static bool response_right(const struct tsm_racer *racer, __s64 residue)
{
	const struct tsm_issue *issue = &racer->issue;

	for (size_t i = 0; i + residue < issue->area[RESPONSE].size; i++)
		if (issue->area[RESPONSE].now[i] != uapi_conform_pattern(issue->seed, i))
			return false;
	return true;
}

static void run(struct thread *thread)
{
	struct tsm_racer *racer = (struct tsm_racer *)thread;

	for (int i = 0; i < racer->turns; i++) {
		int got = ioctl(racer->file, racer->issue.word, racer->issue.area[STRUCT].at);

		racer->results[i] = got == -1 ? -errno : got;
		if (got >= 0 && !response_right(racer, got))
			racer->response_right = false;
	}
}

void tsm_race_start(struct tsm_racer *racer, const struct tsm_player *player, int turns,
		    const char *text)
{
	*racer = (struct tsm_racer){
		.player = player, .file = player->setup.file[MAIN_FILE], .turns = turns,
		.response_right = true,
	};
	tsm_read_steps(&racer->step, 1, text);
	tsm_lay_out(&racer->issue, player, &racer->step);
	thread_start(&racer->thread, run);
}

void tsm_race_join(struct tsm_racer *racer)
{
	uc_judging("%s, in a thread", tsm_step_text(&racer->step));
	pthread_join(racer->thread.id, NULL);
	uc_judged();
	/* Not sooner: it may have been sent once more than it took. */
	if (racer->signalled)
		sigaction(SIGUSR1, &racer->before, NULL);
	uc_counted(1);
}

void tsm_race_signal(struct tsm_racer *racer, int flags)
{
	racer->signalled = true;
	thread_signal(&racer->thread, flags, &racer->before);
}

bool tsm_race_hold(struct tsm_racer *racer, const struct tsm_player *player)
{
	struct uapi_conform_state state;

	/* Until it is released; a kernel under which it never is has ten seconds. */
	tsm_race_start(racer, player, 1, "TSM_REQ delay=10000");
	for (int looks = 0; looks < MOST_LOOKS; looks++) {
		tsm_fixture_state(player, &state);
		if (state.in_flight)
			return true;
		if (thread_ended(&racer->thread))
			return false;
		thread_pause(looks);
	}
	uc_error("no request reached the TSM within 5 s");
}

void tsm_race_release(const struct tsm_player *player)
{
	tsm_fixture_call(player, UAPI_CONFORM_RELEASE, "releasing what the fixture holds");
}

static const char *result_text(__s64 result)
{
	return uc_result_name(result < 0 ? -1 : result, -result);
}

void tsm_race_expect(const struct tsm_racer *racer, __s64 one, __s64 other, const char *what)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "%s", result_text(one));
	if (other != one)
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), " or %s",
			 result_text(other));
	for (int i = 0; i < racer->turns; i++) {
		if (racer->results[i] == one || racer->results[i] == other)
			continue;
		uc_fail("call:     %s: %s\nexpected: %s\ngot:      %s", what,
			tsm_step_text(&racer->step), expected, result_text(racer->results[i]));
		return;
	}
	uc_check(racer->response_right, "call:     %s\nexpected: the response that was asked for\n"
		 "got:      other bytes", what);
}

static void run_end(struct thread *thread)
{
	struct tsm_ender *ender = (struct tsm_ender *)thread;
	struct tsm_player *player = ender->player;
	struct tsm_step unbind;
	struct tsm_observed observed;
	struct tsm_issue issue;
	char why[160];

	ender->rc = 0;
	switch (ender->kind) {
	case RACE_UNBIND:
		tsm_read_steps(&unbind, 1, "TSM_OP UNBIND");
		tsm_lay_out(&issue, player, &unbind);
		tsm_issue(&issue, player, &unbind, &observed);
		ender->rc = observed.result ? -observed.error : 0;
		break;
	case RACE_DISCONNECT:
		ender->rc = tsm_connect(&player->facts->device, false, why, sizeof(why));
		break;
	case RACE_DESTROY:
		ender->rc = tsm_destroy_object(&player->setup, VDEVICE);
		break;
	default:
		tsm_close_device(&player->setup, ENDPOINT);
	}
	tsm_fixture_state(player, &ender->after);
}

void tsm_end_start(struct tsm_ender *ender, struct tsm_player *player, enum tsm_race_kind kind)
{
	*ender = (struct tsm_ender){ .player = player, .kind = kind };
	thread_start(&ender->thread, run_end);
	thread_sleeps(&ender->thread);
}

unsigned int tsm_end_join(struct tsm_ender *ender)
{
	const double begin = uc_seconds();
	bool late = false;
	long seconds = 0;

	for (int looks = 0; !thread_ended(&ender->thread); looks++) {
		thread_pause(looks);
		seconds = uc_seconds() - begin;
		/* In time: whoever runs the row may not give it as long as that. */
		if (!late && seconds > TSM_CLOSE_SECONDS / 2)
			uc_patience(TSM_CLOSE_PATIENCE);
		late = seconds > TSM_CLOSE_SECONDS / 2;
		if (seconds <= TSM_CLOSE_PATIENCE - 10)
			continue;
		uc_unusable("a close does not come back");
		uc_about(CLOSE_RELEASES);
		uc_fail_now("call:     the last close, after the request that was in flight has ended\n"
			    "expected: it comes back within %d s\ngot:      it has not come back after "
			    "%ld s", TSM_CLOSE_SECONDS, seconds);
	}
	pthread_join(ender->thread.id, NULL);
	return seconds;
}
