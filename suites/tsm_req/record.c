// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: what the request answers to values of its fields, in each state of the scripted device.
 * Nothing here judges. Without that device, or without the ioctl, one observation says so.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "call.h"
#include "record.h"
#include "session.h"

#define ARGUMENT 64	/* bytes: the longest struct, and zeros */

static const __u32 sizes[] = { 0, 4, 39, 40, 48 };
static const __u32 req_lens[] = { 0, 16 };
static const __u32 resp_lens[] = { 0, 100 };
static const enum tsm_place places[] = { MAPPED, AT_NULL };
static const struct { const char *name; enum tsm_object object; enum tsm_id id; } ids[] = {
	{ "vdevice", VDEVICE, AS_IT_IS }, { "none", VDEVICE, NOTHING }, { "viommu", VIOMMU, AS_IT_IS },
	{ "zero", VDEVICE, ZERO },
};
#define RESERVEDS 2
#define SCOPES 8

struct memory {
	__u8 *argument;
	__u64 req[UNMAPPED], resp[UNMAPPED];	/* by place */
};

static void lay_out(struct memory *memory)
{
	struct tsm_step good = tsm_good(DO_REQ);
	struct uapi_conform_answer script = tsm_script_of(&good, 0);
	void *request = uc_guarded(good.value[TSM_REQ_LEN]);

	memset(memory, 0, sizeof(*memory));
	memcpy(request, &script, sizeof(script));
	memory->argument = uc_guarded(ARGUMENT);
	memory->req[MAPPED] = (uintptr_t)request;
	memory->resp[MAPPED] = (uintptr_t)uc_guarded(good.value[TSM_RESP_LEN]);
}

static void ask(struct tsm_session *session, const struct memory *memory, const struct tsm_step *step,
		const char *key)
{
	const struct tsm_issue issue = {
		.id = tsm_step_id(step, session->player.setup.id[step->object]),
		.req_uptr = memory->req[step->place[REQUEST]],
		.resp_uptr = memory->resp[step->place[RESPONSE]],
	};
	int got;

	memset(memory->argument, 0, ARGUMENT);
	tsm_write_fields(memory->argument, &issue, step);
	got = ioctl(session->player.setup.file[MAIN_FILE], tsm_word_of(step), memory->argument);
	uc_record(key, "%s", uc_result_name(got, errno));
}

/* Lengths and places, of one size, scope, reserved word and id. */
static void ask_rest(struct tsm_session *session, const struct memory *memory, struct tsm_step *step,
		     const char *about)
{
	char key[160];

	for (unsigned int i = 0; i < 16; i++) {
		step->value[TSM_REQ_LEN] = req_lens[i & 1];
		step->value[TSM_RESP_LEN] = resp_lens[i >> 1 & 1];
		step->place[REQUEST] = places[i >> 2 & 1];
		step->place[RESPONSE] = places[i >> 3];
		snprintf(key, sizeof(key), "%s.lengths_%u_%u.%s_%s", about, step->value[TSM_REQ_LEN],
			 step->value[TSM_RESP_LEN], i & 4 ? "null" : "mapped", i & 8 ? "null" : "mapped");
		ask(session, memory, step, key);
	}
}

static void record_state(struct tsm_session *session, const struct memory *memory)
{
	const unsigned int all = UC_ARRAY_SIZE(sizes) * RESERVEDS * SCOPES * UC_ARRAY_SIZE(ids);

	for (unsigned int i = 0; i < all; i++) {
		struct tsm_step step = tsm_good(DO_REQ);
		const unsigned int size = i % UC_ARRAY_SIZE(sizes), rest = i / UC_ARRAY_SIZE(sizes);
		const unsigned int id = rest / RESERVEDS / SCOPES;
		char about[96];

		step.value[TSM_SIZE] = sizes[size];
		step.value[V5_RESERVED] = rest % RESERVEDS;
		step.value[V5_SCOPE] = rest / RESERVEDS % SCOPES;
		step.object = ids[id].object;
		step.id = ids[id].id;
		snprintf(about, sizeof(about), "size_%u.reserved_%u.scope_%u.id_%s", sizes[size],
			 rest % RESERVEDS, rest / RESERVEDS % SCOPES, ids[id].name);
		ask_rest(session, memory, &step, about);
	}
}

static void record_requests(const void *facts)
{
	static const struct { const char *name; enum tsm_state state; } states[] = {
		{ "unconnected", UNCONNECTED }, { "connected", CONNECTED }, { "not_link", NOT_LINK },
		{ "bound", BOUND },
	};
	struct tsm_session session;
	struct memory memory;

	tsm_session_open(&session, facts, UNCONNECTED);
	lay_out(&memory);
	for (size_t i = 0; i < UC_ARRAY_SIZE(states); i++) {
		tsm_session_reach(&session, states[i].state);
		uc_record_about("%s", states[i].name);
		record_state(&session, &memory);
	}
	/* Whoever comes next begins anew: what a faulty kernel made of this is nobody's to know. */
	tsm_session_mark_dirty(&session);
}

const struct uc_recorded tsm_recorded[] = {
	{ "request", "IOMMU_VDEVICE_TSM_REQ with other values of its fields", { CHECK_ORDER },
	  record_requests, { &tsm_need_scoped, &tsm_need_fixture, &tsm_need_bind } },
	{ NULL, NULL, { 0 }, NULL, { NULL } }
};
