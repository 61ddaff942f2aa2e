// SPDX-License-Identifier: GPL-2.0-only
/* A row's access to the device. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "session.h"
#include "text.h"

int tsm_fetch_file(int process, int file)
{
	int got = syscall(SYS_pidfd_getfd, process, file, 0);

	return got < 0 ? -errno : got;
}

void tsm_no_setup(const struct tsm_shared *shared, int rc, const char *why)
{
	if (!shared->held || (rc != -EPERM && rc != -EBUSY && rc != -EINVAL))
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

static void close_is_late(const char *came, double seconds) __attribute__((noreturn));

static void close_is_late(const char *came, double seconds)
{
	uc_about(CLOSE_RELEASES);
	uc_fail_now("call:     close of the device and of its iommufd, with no call in flight\n"
		    "expected: it comes back within %d s\ngot:      %s after %.0f s", TSM_CLOSE_SECONDS,
		    came, seconds);
}

/* Only what is closed has a bound: how long drivers, and what is made anew, take is nobody's promise. */
static void wait_for_answer(const struct tsm_session *session)
{
	const int hear = session->player.facts->hear;
	const double begin = uc_seconds();

	if (hears(hear, TSM_CLOSE_SECONDS))
		return;
	uc_patience(TSM_CLOSE_PATIENCE);
	if (hears(hear, TSM_CLOSE_PATIENCE - 10))
		return;
	if (!session->shared->closing)
		uc_error("no vdevice after %.0f s: a driver takes long to let go of the device, or to take it",
			 uc_seconds() - begin);
	uc_unusable("a close does not come back");
	close_is_late("it has not come back", uc_seconds() - begin);
}

static void ask(const struct tsm_session *session, __u32 what)
{
	const struct tsm_facts *facts = session->player.facts;
	struct tsm_order question = {
		.what = what, .sequence = ++session->shared->sequence,
	};
	struct tsm_reply answer;

	signal(SIGPIPE, SIG_IGN);
	if (write(facts->ask, &question, sizeof(question)) != sizeof(question))
		uc_error("the device owner process is gone");
	do {
		wait_for_answer(session);
		if (read(facts->hear, &answer, sizeof(answer)) != sizeof(answer))
			uc_error("the device owner process did not answer");
	} while (answer.sequence != question.sequence);
	uc_patience(0);
	if (answer.close_seconds > TSM_CLOSE_SECONDS)
		close_is_late("it came back", answer.close_seconds);
	if (answer.rc)
		tsm_no_setup(session->shared, answer.rc, session->shared->setup.why);
}

/* The owner's set-up with a duplicate of its iommufd: the other files are nobody else's business. */
static void share_setup(struct tsm_session *session)
{
	struct tsm_player *player = &session->player;

	/* An override that somebody left it in would outlast the vdevice. */
	if (session->shared->dirty && player->facts->control >= 0)
		tsm_fixture_call(player, UAPI_CONFORM_RESET, "resetting the fixture");
	if (session->shared->dirty || session->shared->setup.file[MAIN_FILE] < 0)
		ask(session, TSM_RENEW);
	player->setup = (struct tsm_setup)TSM_SETUP_NONE;
	memcpy(player->setup.id, session->shared->setup.id, sizeof(player->setup.id));
	player->setup.vm_maker = session->shared->setup.vm_maker;
	player->setup.vm_by_file = session->shared->setup.vm_by_file;
	player->setup.file[MAIN_FILE] = tsm_fetch_file(player->facts->owner,
						       session->shared->setup.file[MAIN_FILE]);
	if (player->setup.file[MAIN_FILE] < 0)
		uc_error("the iommufd of the device owner process: %s",
			 uc_errno_name(-player->setup.file[MAIN_FILE]));
	tsm_model_begin(&player->model, player->setup.id);
	player->model.vm = player->model.device[ENDPOINT].vm = player->facts->vm;
	tsm_model_set_state(&player->model, session->shared->state);
}

static void begin(struct tsm_session *session, const struct tsm_facts *facts)
{
	*session = (struct tsm_session){
		.player = { .facts = facts, .setup = TSM_SETUP_NONE, .tell = true },
		.shared = facts->shared,
	};
}

/* The other device has no VFIO bridge to share, and no state to reach. */
static void open_plain(struct tsm_session *session)
{
	struct tsm_player *player = &session->player;

	if (tsm_setup_open(&player->setup, player->facts, PLAIN, true))
		uc_error("no vdevice: %s", player->setup.why);
	tsm_model_begin(&player->model, player->setup.id);
	player->model.device[PLAIN] = player->model.device[ENDPOINT];
	player->model.device[ENDPOINT].open = player->model.object[VDEVICE].live = false;
	player->model.object[PLAIN_VDEVICE].live = true;
	player->model.object[PLAIN_VDEVICE].id = player->setup.id[PLAIN_VDEVICE];
	/* Of a device that no step here touches; it is what it is. */
	tsm_model_set_state(&player->model, session->shared->dirty ? UNCONNECTED :
			    session->shared->state);
	session->own = true;
}

void tsm_session_open(struct tsm_session *session, const struct tsm_facts *facts,
		      enum tsm_state state)
{
	struct tsm_player *player = &session->player;

	begin(session, facts);
	if (!facts->device.found) {
		player->setup.file[MAIN_FILE] = open("/dev/iommu", O_RDWR | O_CLOEXEC);
		if (player->setup.file[MAIN_FILE] < 0)
			uc_error("opening /dev/iommu: %s", uc_errno_name(errno));
		tsm_model_no_device(&player->model, facts->tsm_built);
		player->setup.id[VDEVICE] = player->model.object[VDEVICE].id;
		return;
	}
	share_setup(session);
	if (state == NOT_PCI)
		open_plain(session);
	else if (state != IN_ANY_STATE)
		tsm_session_reach(session, state);
}

void tsm_session_own_setup(struct tsm_session *session, bool vm)
{
	struct tsm_player *player = &session->player;
	int rc;

	tsm_setup_close(&player->setup);
	ask(session, TSM_DROP);
	rc = tsm_setup_open(&player->setup, player->facts, ENDPOINT, vm);
	if (rc)
		tsm_no_setup(session->shared, rc, player->setup.why);
	session->own = true;
	tsm_model_begin(&player->model, player->setup.id);
	player->model.vm = player->model.device[ENDPOINT].vm = vm;
	tsm_model_set_state(&player->model,
			    tsm_state_of_new(tsm_connected(&player->facts->device), vm));
}

void tsm_session_take(struct tsm_session *session, const struct tsm_facts *facts)
{
	begin(session, facts);
	tsm_session_mark_dirty(session);
	ask(session, TSM_DROP);
}

void tsm_session_mark_dirty(struct tsm_session *session)
{
	if (session->shared)
		session->shared->dirty = true;
}

void tsm_session_decide(struct tsm_session *session)
{
	const struct tsm_model *model = &session->player.model;

	if (!session->shared || session->own || !model->object[VDEVICE].live ||
	    model->override & TSM_OVERRIDE_OTHER_VM ||
	    model->device[ENDPOINT].virt_id != TSM_VIRT_ID)
		return;
	session->shared->state = tsm_model_state(model, VDEVICE);
	memcpy(session->shared->setup.id, session->player.setup.id,
	       sizeof(session->shared->setup.id));
	session->shared->dirty = false;
}

/*
 * A step on the way to a state. Only whether it led there counts: what else is wrong with it is for
 * the rows to judge that are about it, and must not make an ERROR of all others.
 */
static void step(struct tsm_session *session, const char *text)
{
	struct tsm_player *player = &session->player;
	struct tsm_expected expected;
	struct tsm_observed observed;
	struct tsm_step one;
	bool right;

	tsm_read_steps(&one, 1, text);
	player->tell = false;
	right = tsm_play(player, &one, &expected, &observed);
	player->tell = true;
	if (observed.aspect == RESULT)
		uc_error("%s, on the way to the state that the row needs: %s", text,
			 uc_result_name(observed.result, observed.error));
	if (observed.aspect == IS_CONNECTED || observed.aspect == IS_BOUND)
		uc_error("%s, on the way to the state that the row needs: %s: %s", text,
			 tsm_aspects[observed.aspect].text, observed.got ? "yes" : "no");
	if (!right)
		tsm_model_follow(&player->model, &one, &expected, observed.id, observed.second);
}

static void bind(struct tsm_session *session)
{
	if (!tsm_rules_now->alloc_binds) {
		step(session, "TSM_OP BIND");
		return;
	}
	step(session, "DESTROY vdevice");
	step(session, "VDEVICE_ALLOC");
}

static void unbind(struct tsm_session *session)
{
	if (!tsm_rules_now->alloc_binds) {
		step(session, "TSM_OP UNBIND");
		return;
	}
	step(session, "DISCONNECT");
	step(session, "CONNECT");
}

/* By the shortest way from where we are; the override comes last and goes first. */
void tsm_session_reach(struct tsm_session *session, enum tsm_state state)
{
	enum tsm_state was = tsm_model_state(&session->player.model, VDEVICE);

	if (!session->shared->dirty && was == state)
		return;
	if (!session->player.facts->device.fixture && !session->player.facts->device.allow_bind)
		uc_error("the row needs the device in another state, which needs --allow bind");
	tsm_session_mark_dirty(session);
	if (was == NOT_LINK)
		step(session, "OVERRIDE none");
	if (was != UNCONNECTED && state == UNCONNECTED)
		step(session, "DISCONNECT");
	if (was == UNCONNECTED && state != UNCONNECTED)
		step(session, "CONNECT");
	if ((state == BOUND || state == NOT_LINK) && !session->player.model.bound)
		bind(session);
	else if (state == CONNECTED && session->player.model.bound)
		unbind(session);
	if (state == NOT_LINK)
		step(session, "OVERRIDE not-link");
	tsm_session_decide(session);
}
