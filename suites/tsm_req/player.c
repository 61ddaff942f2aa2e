// SPDX-License-Identifier: GPL-2.0-only
/* Plays steps, and looks at everything that came of them. */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "race.h"
#include "text.h"

void tsm_fixture_call(const struct tsm_player *player, unsigned long word, const char *what)
{
	if (ioctl(player->facts->control, word))
		uc_error("%s: %s", what, uc_errno_name(errno));
}

void tsm_fixture_state(const struct tsm_player *player, struct uapi_conform_state *state)
{
	if (ioctl(player->facts->control, UAPI_CONFORM_GET_STATE, state))
		uc_error("the fixture's state cannot be read: %s", uc_errno_name(errno));
}

/* What it pretends stays, as long as the state that it needs is there. */
void tsm_fixture_knobs(const struct tsm_player *player,
		       const struct uapi_conform_answer *standing, int bind_error)
{
	struct uapi_conform_knobs knobs = {
		.flags = player->model.override, .bind_error = bind_error,
		.standing_calls = standing != NULL,
	};

	if (standing)
		knobs.standing = *standing;
	if (ioctl(player->facts->control, UAPI_CONFORM_SET_KNOBS, &knobs))
		uc_error("setting the fixture's knobs: %s", uc_errno_name(errno));
}

static void play_call(struct tsm_judgement *judgement, const struct uapi_conform_state *before,
		      struct uapi_conform_state *after)
{
	struct tsm_player *player = judgement->player;
	const struct tsm_step *step = judgement->step;
	bool beforehand = step->op == DO_REQ && step->tell & TELL_BEFOREHAND;
	int bind_error = step->op == DO_OP ? step->result : 0;
	struct uapi_conform_answer answer;
	struct tsm_issue issue;

	tsm_lay_out(&issue, player, step);
	answer = tsm_script_of(step, issue.seed);
	if (beforehand || bind_error)
		tsm_fixture_knobs(player, beforehand ? &answer : NULL, bind_error);
	uc_judging_step(tsm_step_text, step, sizeof(*step));
	tsm_issue(&issue, player, step, judgement->observed);
	uc_judged();
	if (after)
		tsm_fixture_state(player, after);
	/* What it pretends may need a state that is over. */
	if (after && !after->bound)
		player->model.override &= ~TSM_OVERRIDE_OTHER_VM;
	if (beforehand || bind_error)
		tsm_fixture_knobs(player, NULL, 0);
	tsm_judge_issue(judgement, &issue, before, after);
}

/* The steps that are no call of the interface. 0 or -errno. */
static int do_other(struct tsm_player *player, const struct tsm_step *step)
{
	enum tsm_object made = tsm_made_object(step);
	char why[160];

	switch (step->op) {
	case DO_CONNECT:
	case DO_DISCONNECT:
		return tsm_connect(&player->facts->device, step->op == DO_CONNECT, why, sizeof(why));
	case DO_OPEN:
		return tsm_open_device(&player->setup, player->facts->device.bdf, step->device, step->which);
	case DO_CLOSE:
		tsm_close_device(&player->setup, step->device);
		return 0;
	case DO_DESTROY:
		return tsm_destroy_object(&player->setup, step->object);
	case DO_OVERRIDE:
		player->model.override = step->which;
		tsm_fixture_knobs(player, NULL, 0);
		return 0;
	default:
		return tsm_new_object(&player->setup, made, step->device, step->consume);
	}
}

static void play_other(struct tsm_judgement *judgement, const struct uapi_conform_state *before,
		       struct uapi_conform_state *after)
{
	struct tsm_player *player = judgement->player;
	const struct tsm_step *step = judgement->step;
	bool ends = step->op == DO_DESTROY || step->op == DO_CLOSE;
	enum tsm_object made = tsm_made_object(step);
	double begin = uc_seconds(), seconds;
	int rc;

	uc_judging_step(tsm_step_text, step, sizeof(*step));
	if (ends)
		uc_patience(TSM_CLOSE_PATIENCE);
	rc = do_other(player, step);
	uc_judged();
	seconds = uc_seconds() - begin;
	judgement->observed->result = rc ? -1 : 0;
	judgement->observed->error = -rc;
	if (made < TSM_OBJECTS)
		judgement->observed->id = player->setup.id[made];
	tsm_judge_result(judgement);
	if (ends)
		uc_patience(0);
	if (ends && seconds > TSM_CLOSE_SECONDS)
		tsm_compare(judgement, CLOSE_TIME, TSM_CLOSE_SECONDS, seconds);
	if (!after)
		return;
	tsm_fixture_state(player, after);
	tsm_compare(judgement, TIMES_ASKED, before->guest_reqs, after->guest_reqs);
}

/* Another request, while one is with the TSM; interrupted in its wait, and then the first, too. */
static void race_second(struct tsm_player *player, const struct tsm_step *step,
			struct tsm_racer *first, struct tsm_observed *observed)
{
	struct tsm_racer second;

	tsm_race_start(&second, player, 1, TSM_RACE_SECOND);
	thread_sleeps(&second.thread);
	if (step->which == RACE_SIGNAL) {
		racer_signal(&second, 0);
		racer_signal(first, 0);
	}
	tsm_race_release(player);
	tsm_race_join(&second);
	observed->second = second.results[0];
}

static void race_end(struct tsm_judgement *judgement, struct tsm_racer *first)
{
	struct tsm_player *player = judgement->player;
	struct tsm_ender ender;
	unsigned int seconds;

	tsm_end_start(&ender, player, judgement->step->which);
	tsm_race_release(player);
	pthread_join(first->thread.id, NULL);
	seconds = tsm_end_join(&ender);
	judgement->observed->second = ender.rc;
	if (seconds > TSM_CLOSE_SECONDS)
		tsm_compare(judgement, CLOSE_TIME, TSM_CLOSE_SECONDS, seconds);
	/* The end waits for the request. */
	if (!ender.rc)
		tsm_compare(judgement, AT_ONCE, 0, ender.after.in_flight);
}

/* @expected: the judgement's; where a destruction refuses, it is what was there before. */
static void play_race(struct tsm_judgement *judgement, struct tsm_expected *expected,
		      struct uapi_conform_state *before, struct uapi_conform_state *after)
{
	struct tsm_player *player = judgement->player;
	const struct tsm_step *step = judgement->step;
	struct tsm_observed *observed = judgement->observed;
	bool second = step->which >= RACE_REQUEST;
	struct tsm_racer first;

	tsm_fixture_call(player, UAPI_CONFORM_RESET, "resetting the fixture");
	tsm_fixture_state(player, before);
	if (!tsm_race_hold(&first, player))
		tsm_race_join(&first);
	else if (second)
		race_second(player, step, &first, observed);
	else
		race_end(judgement, &first);
	if (second)
		tsm_race_join(&first);
	observed->result = first.results[0] < 0 ? -1 : first.results[0];
	observed->error = first.results[0] < 0 ? -first.results[0] : 0;
	tsm_fixture_state(player, after);
	tsm_judge_result(judgement);
	if (step->which == RACE_DESTROY && observed->second == -EBUSY) {
		/* It may refuse, and then it has changed nothing. */
		expected->bound = true;
		expected->unbinds = expected->vdevices = 0;
	} else {
		tsm_compare(judgement, SECOND_RESULT, expected->second, observed->second);
	}
	tsm_compare(judgement, TIMES_ASKED, 1 + (step->which == RACE_REQUEST), after->guest_reqs);
	tsm_compare(judgement, AT_ONCE, 1, after->max_in_flight);
	tsm_compare(judgement, RESPONSE_BYTE, true, first.response_right);
}

void tsm_expect(const struct tsm_player *player, const struct tsm_step *step,
		struct tsm_expected *expected)
{
	tsm_model_expect(&player->model, step, expected);
	if (step->expect == BY_THE_RULES)
		return;
	expected->open = step->expect == LEFT_OPEN;
	expected->errors[0] = step->expect == AN_ERROR ? step->error : 0;
	expected->errors[1] = step->or_error;
	expected->errors[2] = 0;
	expected->low = step->residue;
	expected->high = step->expect == A_RESULT ? step->residue : step->residue - 1;
	if (step->op == DO_REQ && !expected->open)
		expected->forwarded = step->effects & EXPECT_ASKED;
	if (step->op == DO_RACE && step->expect == A_RESULT)
		expected->second = step->result;
	if (step->op == DO_REQ)
		return;
	expected->binds = !!(step->effects & EXPECT_BINDS);
	expected->unbinds = !!(step->effects & EXPECT_UNBINDS);
	expected->bound = (player->model.bound && !expected->unbinds) ||
			  (expected->binds && !expected->errors[0]);
}

bool tsm_play(struct tsm_player *player, const struct tsm_step *step,
	      struct tsm_expected *expected, struct tsm_observed *observed)
{
	struct tsm_judgement judgement = { player, step, expected, observed };
	struct uapi_conform_state before = { 0 }, after = { 0 };
	bool fixture = player->facts->control >= 0;
	const size_t buffers = uc_buffers_mark();

	tsm_expect(player, step, expected);
	*observed = (struct tsm_observed){ .aspect = NO_ASPECT };
	if (tsm_open_file(&player->setup, step->file))
		uc_error("%s", player->setup.why);
	if (fixture)
		tsm_fixture_state(player, &before);
	if (tsm_is_call(step))
		play_call(&judgement, &before, fixture ? &after : NULL);
	else if (step->op == DO_RACE)
		play_race(&judgement, expected, &before, &after);
	else
		play_other(&judgement, &before, fixture ? &after : NULL);
	if (fixture)
		tsm_judge_state(&judgement, &before, &after);
	/* Not the steps that only bring a state about: who judged nothing must be seen. */
	uc_counted(player->tell);
	uc_buffers_release(buffers);
	if (observed->aspect == NO_ASPECT)
		tsm_model_follow(&player->model, step, expected, observed->id, observed->second);
	return observed->aspect == NO_ASPECT;
}

bool tsm_play_step(struct tsm_player *player, const struct tsm_step *step)
{
	struct tsm_expected expected;
	struct tsm_observed observed;
	const bool right = tsm_play(player, step, &expected, &observed);

	if (right && (step->expect == LEFT_OPEN || step->error == TSM_ANY_ERRNO))
		uc_note("%s -> %s", tsm_step_text(step),
			uc_result_name(observed.result, observed.error));
	if (right && step->expect == LEFT_OPEN)
		uc_open(player->open);
	return right;
}
