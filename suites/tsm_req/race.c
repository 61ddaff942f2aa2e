// SPDX-License-Identifier: GPL-2.0-only
/* Requests in threads, and what ends the state that they need. */
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "race.h"
#include "text.h"

void tsm_race_start(struct tsm_racer *racer, const struct tsm_player *player, int turns,
		    const char *text)
{
	struct tsm_step step;

	*racer = (struct tsm_racer){ 0 };
	snprintf(racer->text, sizeof(racer->text), "%s", text);
	tsm_read_steps(&step, 1, text);
	tsm_lay_out(&racer->issue, player, &step);
	racer_start(racer, player->setup.file[MAIN_FILE], turns);
}

void tsm_race_join(struct tsm_racer *racer)
{
	uc_judging("%s, in a thread", racer->text);
	racer_join(racer);
	uc_judged();
	uc_counted(1);
}

bool tsm_race_hold(struct tsm_racer *racer, const struct tsm_player *player)
{
	/* Until it is released; a kernel under which it never is has ten seconds. */
	tsm_race_start(racer, player, 1, TSM_RACE_HELD);
	return racer_held(racer, player->facts->control);
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
			racer->text, expected, result_text(racer->results[i]));
		return;
	}
	uc_check(racer->response_right, "call:     %s\nexpected: the response that was asked for\n"
		 "got:      other bytes", what);
}

static int disconnect(void *of)
{
	const struct tsm_player *player = of;
	char why[160];

	return tsm_connect(&player->facts->device, false, why, sizeof(why));
}

void tsm_end_start(struct tsm_ender *ender, struct tsm_player *player, enum tsm_race_kind kind)
{
	struct tsm_step unbind;

	*ender = (struct tsm_ender){
		.kind = kind, .setup = &player->setup, .control = player->facts->control,
		.disconnect = disconnect, .of = player,
	};
	if (kind == RACE_UNBIND) {
		tsm_read_steps(&unbind, 1, TSM_RACE_UNBIND);
		tsm_lay_out(&ender->unbind, player, &unbind);
	}
	thread_start(&ender->thread, ender_run);
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
