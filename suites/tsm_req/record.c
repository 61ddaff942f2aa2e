// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: what the request answers to values of its fields, in each state of the scripted device.
 * Nothing here judges. Without that device, or without the ioctl, one observation says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/decode.h"
#include "call.h"
#include "record.h"
#include "session.h"
#include "text.h"

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

/* Lengths and places, of one size, scope, reserved word and id. */
static void ask_rest(struct tsm_session *session, const struct tsm_issue *memory, struct tsm_step *step,
		     const char *about)
{
	char key[160];
	int got, error;

	for (unsigned int i = 0; i < 16; i++) {
		step->value[TSM_REQ_LEN] = req_lens[i & 1];
		step->value[TSM_RESP_LEN] = resp_lens[i >> 1 & 1];
		step->place[REQUEST] = places[i >> 2 & 1];
		step->place[RESPONSE] = places[i >> 3];
		snprintf(key, sizeof(key), "%s.lengths_%u_%u.%s_%s", about, step->value[TSM_REQ_LEN],
			 step->value[TSM_RESP_LEN], i & 4 ? "null" : "mapped", i & 8 ? "null" : "mapped");
		got = tsm_quick(&session->player, memory, step);
		error = errno;
		uc_record(key, "%s", uc_result_name(got, error));
	}
}

static void record_state(struct tsm_session *session, const struct tsm_issue *memory)
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
	struct tsm_issue memory;

	tsm_session_open(&session, facts, UNCONNECTED);
	tsm_quick_begin(&memory);
	for (size_t i = 0; i < UC_ARRAY_SIZE(states); i++) {
		tsm_session_reach(&session, states[i].state);
		uc_record_about("%s", states[i].name);
		record_state(&session, &memory);
	}
	/* Whoever comes next begins anew: what a faulty kernel made of this is nobody's to know. */
	tsm_session_mark_dirty(&session);
}

#define BOUND_FIRST	"TSM_OP BIND > "
#define LENGTHS	"0,1,40,4096,0x100000,0x7fffffff,0x80000000,0xffffffff"
#define PLACES	"mapped,null,unmapped,kernel,read-only"
static const struct uc_recorded_steps sequences[] = {
	{ "told.%1", BOUND_FIRST "TSM_REQ %1; TSM_REQ", "consume=0,consume=1,consume=39,consume=all,produce=0,produce=1,"
	  "produce=99,produce=all,result=0,result=1,result=7,result=-EIO,result=-EFAULT,result=-EINTR,result=-EAGAIN,"
	  "result=-ENOTTY,result=0x100000005,echo,no-touch,beforehand", NULL },
	{ "response.%1.%2", BOUND_FIRST "TSM_REQ %1 produce=%2; TSM_REQ", "result=-EIO,result=-EFAULT,result=7,resp=read-only,"
	  "resp=unmapped,resp=cut 50", "0,1,50,all" },
	{ "failed.%1", BOUND_FIRST "TSM_REQ %1; DESTROY vdevice; TSM_REQ", "result=-EIO,scope=9,resp=unmapped,req=unmapped",
	  NULL },
	{ "place.%1.%2", BOUND_FIRST "TSM_REQ req=%1 resp=%2", PLACES, PLACES },
	{ "struct.%1", "> TSM_REQ struct=%1; TSM_OP BIND struct=%1", "null,unmapped,kernel,read-only,cut 3,cut 4,cut 39", NULL },
	{ "length.%1.%2", BOUND_FIRST "TSM_REQ req_len=%1 resp_len=%2 consume=0 produce=0 no-touch beforehand", LENGTHS, LENGTHS },
	{ "size.%1", BOUND_FIRST "TSM_REQ struct=cut 4096 size=%1; TSM_OP UNBIND struct=cut 4096 size=%1",
	  "0,4,12,15,16,17,20,24,39,40,41,48,64,4096", NULL },
	{ "word.%1", BOUND_FIRST "TSM_REQ word=%1; TSM_OP UNBIND word=%1", "read,write,readwrite,sized,other-type", NULL },
	{ "caller.%1.%2", BOUND_FIRST "TSM_REQ as=%1 scope=%2", "nobody,no-rawio,child", "0..3" },
	{ "file.%1", BOUND_FIRST "TSM_REQ file=%1; TSM_OP UNBIND file=%1", "duplicate,other", NULL },
	{ "id.%1", BOUND_FIRST "TSM_REQ id=%1; TSM_OP UNBIND id=%1", "ioas,hwpt,viommu,device,vdevice+bit-31,"
	  "vdevice+bit-16,vdevice+1,zero,all-ones,nothing", NULL },
	{ "type.%1", BOUND_FIRST "TSM_OP type=%1; TSM_REQ", "0,3,4,0x101,0x80000001,0xffffffff", NULL },
	{ "flags.%1", "> TSM_OP BIND flags=%1; TSM_REQ", "1,2,0x80,0x100,0x10000,0x80000000", NULL },
	{ "bind.%1", "> TSM_OP BIND result=%1; TSM_REQ; TSM_OP UNBIND", "0,-EIO,-EBUSY", NULL },
	{ "again", "> TSM_OP BIND; TSM_OP BIND; TSM_OP UNBIND; TSM_OP UNBIND; TSM_REQ; DISCONNECT; TSM_OP BIND; TSM_REQ; "
	  "CONNECT; TSM_REQ; TSM_OP BIND; TSM_REQ; DISCONNECT; TSM_REQ; CONNECT; TSM_REQ", NULL, NULL },
	{ "virt_id.%1", "DESTROY vdevice > VDEVICE_ALLOC virt_id=%1; TSM_OP BIND; TSM_REQ; DESTROY vdevice",
	  "0,1,0x1234,0x10001,0x7fffffff,0x80000000,0xffffffff", NULL },
	{ "override.%1", "> OVERRIDE %1; TSM_OP BIND; TSM_REQ; TSM_OP UNBIND; OVERRIDE none; TSM_OP BIND; TSM_REQ",
	  "not-link", NULL },
	{ "objects", "> IOAS_ALLOC spare; DESTROY spare; FAULT_ALLOC; DESTROY fault; DESTROY vdevice; DESTROY viommu", NULL, NULL },
	{ "race.%1", BOUND_FIRST "RACE %1; TSM_REQ", "unbind,disconnect,destroy,request,signal", NULL },
	{ NULL, NULL, NULL, NULL }
};

/* Each with a set-up of its own: the files that close here are the last. */
static const struct uc_recorded_steps closing[] = {
	{ "plain", "OPEN plain; VDEVICE_ALLOC plain > TSM_REQ id=plain-vdevice; TSM_OP BIND id=plain-vdevice; CLOSE plain; "
	  "TSM_REQ", NULL, NULL },
	{ "lost", BOUND_FIRST "CLOSE; TSM_REQ; IOAS_ALLOC spare; IOAS_ALLOC spare-2; DESTROY spare; OPEN; "
	  "TSM_REQ; VDEVICE_ALLOC; TSM_OP BIND; TSM_REQ", NULL, NULL },
	{ "reopened.%1", "CLOSE > OPEN %1; VDEVICE_ALLOC; TSM_OP BIND; TSM_REQ", "no-vm", NULL },
	{ "vm.%1", "CLOSE; DESTROY viommu; OPEN > VIOMMU_ALLOC %1; VDEVICE_ALLOC; TSM_OP BIND; TSM_REQ; TSM_OP UNBIND",
	  "vm,no-vm", NULL },
	{ "no_vm", "CLOSE; DESTROY viommu; OPEN no-vm > VIOMMU_ALLOC; VDEVICE_ALLOC; TSM_OP BIND; TSM_REQ; TSM_OP UNBIND",
	  NULL, NULL },
	{ "race", BOUND_FIRST "RACE close; TSM_REQ; IOAS_ALLOC spare", NULL, NULL },
	{ NULL, NULL, NULL, NULL }
};

static struct tsm_session sequence;
static bool sound;	/* all so far is as the rules have it, and so the state is known */

static void begin(const void *facts)
{
	tsm_session_open(&sequence, facts, CONNECTED);
	sequence.player.tell = false;
	tsm_session_mark_dirty(&sequence);
	sound = true;
}

static void begin_own(const void *facts)
{
	begin(facts);
	tsm_session_own_setup(&sequence, true);
	tsm_session_reach(&sequence, CONNECTED);
	tsm_session_mark_dirty(&sequence);
}

static void end(void)
{
	if (sound)
		tsm_session_decide(&sequence);
	tsm_setup_close(&sequence.player.setup);
}

/* The answer, and the first thing that came besides which the rules have otherwise: they only tell which. */
static enum uc_step_came play(const void *place, const void *facts, char *text, size_t size)
{
	struct tsm_player *player = &sequence.player;
	const struct tsm_step *step = place;
	struct tsm_expected expected;
	struct tsm_observed observed;

	(void)facts;
	if (!tsm_model_can(&player->model, step)) {
		snprintf(text, size, "nothing to act on");
		return UC_STEP_END;
	}
	sound = tsm_play(player, step, &expected, &observed);
	snprintf(text, size, "%s", uc_result_name(observed.result, observed.error));
	/* Who is given is a number of this run's. */
	if (observed.aspect == TDI_VM)
		snprintf(text + strlen(text), size - strlen(text), ", of another VM");
	else if (observed.aspect > RESULT)
		snprintf(text + strlen(text), size - strlen(text), ", %s %lld", tsm_aspects[observed.aspect].text,
			 (long long)observed.got);
	if (!sound)
		return UC_STEP_END;
	return step->expect == BY_THE_RULES && observed.result == -1 ? UC_STEP_OTHER : UC_STEP_AS_SAID;
}

static void record_sequences(const void *facts)
{
	static const struct uc_step_recorder recorder = { begin, end, tsm_parse_step, play };

	uc_record_steps(&recorder, sequences, facts);
}

static void record_closing(const void *facts)
{
	static const struct uc_step_recorder recorder = { begin_own, end, tsm_parse_step, play };

	uc_record_steps(&recorder, closing, facts);
}

#define NUMBERS	0xff

/* Each number of iommufd's, with a struct of no size: what knows the number refuses that. */
static void record_numbers(const void *facts)
{
	const int file = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	char key[16];

	(void)facts;
	for (unsigned int number = 0; file >= 0 && number <= NUMBERS; number++) {
		__u8 argument[TSM_QUICK] = { 0 };
		int got = ioctl(file, _IO(';', number), argument), error = errno;

		snprintf(key, sizeof(key), "%#x", number);
		uc_record(key, "%s", uc_result_name(got, error));
	}
}

const struct uc_recorded tsm_recorded[] = {
	{ "request", "IOMMU_VDEVICE_TSM_REQ with other values of its fields", { CHECK_ORDER },
	  record_requests, { &tsm_need_scoped, &tsm_need_fixture, &tsm_need_bind } },
	{ "steps", "sequences of calls, and what the TSM is told", { SIGNAL_HARMLESS, RESIDUE_RESPONSE },
	  record_sequences, { &tsm_need_v5, &tsm_need_fixture, &tsm_need_bind } },
	{ "closing", "sequences of calls of a device that is closed", { CLOSE_RELEASES },
	  record_closing, { &tsm_need_v5, &tsm_need_fixture, &tsm_need_bind } },
	{ "number", "an iommufd ioctl of no size", { 0 }, record_numbers, { &tsm_need_tsm } },
	{ NULL, NULL, { 0 }, NULL, { NULL } }
};
