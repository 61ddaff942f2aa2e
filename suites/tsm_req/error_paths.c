// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error paths: the last step of a row with its first allocation or user copy failing, then with its
 * second, until it has no further one.
 *
 * ENOMEM, EFAULT	and then the device and all objects are as before the call, and the call made
 *			again does what it does where nothing fails
 * success		as where nothing fails
 */
#include <errno.h>

#include "../../harness/decode.h"
#include "../../harness/at_once.h"
#include "../../harness/fail_nth.h"
#include "call.h"
#include "reproducer/vdevice.c"
#include "rows.h"
#include "text.h"

/* A row at work: a set-up of its own for each turn, whose last close thereby is one, too. */
struct turn {
	struct tsm_session *session;
	const struct tsm_row *row;
	struct tsm_step steps[TSM_MOST_STEPS];
	unsigned int count;
};

/*
 * The operations say with EFAULT as well that they did it, and could not write the struct back; once
 * more is harmless.
 */
static void expect_unchanged(struct turn *turn, const struct tsm_step *step, int error,
			     const struct uapi_conform_state *before)
{
	struct tsm_model *model = &turn->session->player.model;
	struct uapi_conform_state after;

	tsm_fixture_state(&turn->session->player, &after);
	if (step->op == DO_OP && error == EFAULT)
		model->bound = after.bound;
	else
		uc_check(after.bound == before->bound, "call:     %s\nexpected: the device is %sbound, as "
			 "before, for it failed\ngot:      it is %sbound", tsm_step_text(step),
			 before->bound ? "" : "not ", after.bound ? "" : "not ");
	uc_check(after.connected == before->connected && after.viommus == before->viommus &&
		 after.vdevices == before->vdevices && after.mappings == before->mappings,
		 "call:     %s\nexpected: connected %u, vIOMMUs %u, vdevices %u, mappings %llu, for it failed\n"
		 "got:      %u, %u, %u, %llu", tsm_step_text(step), before->connected, before->viommus,
		 before->vdevices, (unsigned long long)before->mappings, after.connected, after.viommus,
		 after.vdevices, (unsigned long long)after.mappings);
}

/* As where nothing fails: by the rules. */
static void make(struct tsm_player *player, const struct tsm_step *step)
{
	if (tsm_play_step(player, step))
		uc_counted(1);
}

static void make_failing(struct turn *turn, const struct tsm_step *step)
{
	struct tsm_player *player = &turn->session->player;
	struct uapi_conform_state before;
	struct tsm_expected expected;
	struct tsm_observed observed;
	bool right;

	tsm_fixture_state(player, &before);
	uc_fail_next();
	player->tell = false;
	right = tsm_play(player, step, &expected, &observed);
	player->tell = true;
	/* To a probe() that finds no memory the PCI layer knows no word but this. */
	if (!uc_fail_succeeded(observed.result < 0 ? -observed.error : observed.result,
			       step->op == DO_CONNECT ? ENXIO : ENOMEM, tsm_step_text(step))) {
		expect_unchanged(turn, step, observed.error, &before);
		make(player, step);
	} else {
		uc_check(right, "call:     %s\nexpected: %s: %lld\ngot:      %lld", tsm_step_text(step),
			 tsm_aspects[observed.aspect].text, (long long)observed.expected, (long long)observed.got);
	}
}

static void one(void *data)
{
	struct turn *turn = data;
	struct tsm_session *session = turn->session;

	tsm_session_own_setup(session, true);
	tsm_session_reach(session, turn->row->state);
	for (unsigned int i = 0; i + 1 < turn->count; i++)
		make(&session->player, &turn->steps[i]);
	make_failing(turn, &turn->steps[turn->count - 1]);
}

static void each_site(struct tsm_session *session, const struct tsm_row *row)
{
	struct turn turn = { .session = session, .row = row };

	tsm_session_mark_dirty(session);
	turn.count = tsm_read_steps(turn.steps, TSM_MOST_STEPS, row->steps);
	uc_fail_each(one, &turn);
}

/* From nothing to a vdevice: all that is opened and made on the way. */
static void one_set_up(void *data)
{
	struct tsm_player *player = &((struct tsm_session *)data)->player;
	int rc;

	tsm_setup_close(&player->setup);
	uc_fail_next();
	uc_judging("the set-up of a vdevice");
	rc = tsm_setup_open(&player->setup, player->facts, ENDPOINT, true);
	uc_judged();
	if (!uc_fail_succeeded(rc, ENOMEM, *player->setup.why ? player->setup.why : "the set-up of a vdevice"))
		rc = tsm_setup_open(&player->setup, player->facts, ENDPOINT, true);
	uc_check(!rc, "call:     %s, with all closed\nexpected: 0\ngot:      %s", player->setup.why,
		 uc_errno_name(-rc));
}

static void set_up(struct tsm_session *session, const struct tsm_row *row)
{
	(void)row;
	tsm_session_own_setup(session, true);
	uc_fail_each(one_set_up, session);
}

static void leaks(struct tsm_session *session, const struct tsm_row *row)
{
	(void)session, (void)row;
	uc_fail_leaks();
}

static const char *const at_once[] = {
	"TSM_REQ", "TSM_REQ echo", "TSM_OP BIND", "TSM_REQ scope=9", "TSM_OP UNBIND", "TSM_REQ id=device",
	"TSM_REQ", "TSM_OP BIND",
};

/* Each thread's calls, laid out before: memory is handed out to one at a time. */
struct at_once {
	struct tsm_player *player;
	struct tsm_step steps[2][UC_ARRAY_SIZE(at_once)];
	struct tsm_issue issues[2][UC_ARRAY_SIZE(at_once)];
};

static void one_at_once(unsigned int thread, unsigned int turn, unsigned int which, void *data)
{
	struct at_once *all = data;
	struct tsm_observed observed;
	__u32 id;

	/* Objects of its own, which are made beside the other's. */
	if (turn % 4 == 0 && !new_ioas(all->player->setup.file[MAIN_FILE], &id))
		destroy(all->player->setup.file[MAIN_FILE], id);
	tsm_issue(&all->issues[thread][which], all->player, &all->steps[thread][which], &observed);
}

static void all_at_once(struct tsm_session *session, const struct tsm_row *row)
{
	struct at_once all = { .player = &session->player };

	(void)row;
	tsm_session_mark_dirty(session);
	for (unsigned int i = 0; i < 2 * UC_ARRAY_SIZE(at_once); i++) {
		struct tsm_step *step = &all.steps[i / UC_ARRAY_SIZE(at_once)][i % UC_ARRAY_SIZE(at_once)];

		tsm_read_steps(step, 1, at_once[i % UC_ARRAY_SIZE(at_once)]);
		tsm_lay_out(&all.issues[i / UC_ARRAY_SIZE(at_once)][i % UC_ARRAY_SIZE(at_once)], &session->player, step);
	}
	uc_at_once(one_at_once, UC_ARRAY_SIZE(at_once), &all);
}

#define PATHS(name, which, in_state, text, judge)						\
	{ { "tsm_req.error_paths." name, REQ(ERROR_PATHS, KERNEL_SOUND), NEEDS(&tsm_need_##which, &tsm_need_tsm,	\
	    &tsm_need_fixture, &tsm_need_bind, &uc_need_fail_nth), .control = &tsm_control_bound,	\
	    .timeout = 120, .own_process = true }, in_state, .steps = (text), .custom = judge }

static const struct tsm_row rows[] = {
	PATHS("set_up", judged, UNCONNECTED, "", set_up),
	PATHS("request", with_op, BOUND, "TSM_REQ", each_site),
	PATHS("request_echo", with_op, BOUND, "TSM_REQ echo", each_site),
	PATHS("request_refused", v5, BOUND, "TSM_REQ scope=9", each_site),
	PATHS("bind", with_op, CONNECTED, "TSM_OP BIND", each_site),
	PATHS("unbind", with_op, BOUND, "TSM_OP UNBIND", each_site),
	PATHS("connect", judged, UNCONNECTED, "CONNECT", each_site),
	PATHS("disconnect", with_op, BOUND, "DISCONNECT", each_site),
	PATHS("viommu_alloc", judged, CONNECTED, "DESTROY vdevice; DESTROY viommu; VIOMMU_ALLOC", each_site),
	PATHS("vdevice_alloc", judged, CONNECTED, "DESTROY vdevice; VDEVICE_ALLOC", each_site),
	PATHS("vdevice_destroy", with_op, BOUND, "DESTROY vdevice", each_site),
	PATHS("ioas_alloc", judged, CONNECTED, "IOAS_ALLOC spare", each_site),
	PATHS("ioas_destroy", judged, CONNECTED, "IOAS_ALLOC spare; DESTROY spare", each_site),
	PATHS("fault_alloc", judged, CONNECTED, "FAULT_ALLOC", each_site),
	PATHS("device_open", judged, CONNECTED, "CLOSE; OPEN", each_site),
	PATHS("device_close", with_op, BOUND, "CLOSE", each_site),
	{ { "tsm_req.error_paths.all_at_once", REQ(KERNEL_SOUND), NEEDS(&tsm_need_with_op, &tsm_need_tsm,
	    &tsm_need_fixture, &tsm_need_bind, &uc_need_kcsan), .control = &tsm_control_bound,
	    .timeout = 120, .own_process = true }, BOUND, .steps = "", .custom = all_at_once },
	/* Of all rows before it. */
	PATHS("nothing_leaked", judged, IN_ANY_STATE, "", leaks),
};

const struct uc_topic tsm_error_paths_topic = TSM_TOPIC("error_paths");
