// SPDX-License-Identifier: GPL-2.0-only
/*
 * All combinations of the interesting values of every field against the oracle, in one child, on a
 * bound device, where the most calls get through. Nothing is laid out anew between two calls: so
 * this judges results, and how many requests reached the TSM; the other topics judge the bytes.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

static const struct { __u32 size, tail; } sizes[] = { { 39, 0 }, { 40, 0 }, { 48, 0 }, { 48, 47 } };
static const __u32 reserveds[] = { 0, 1U << 31 };
static const __u32 scopes[] = { PCI_INFO, PCI_STATE_CHANGE, PCI_DEBUG_WRITE, PCI_LAST + 1 };
static const enum tsm_id ids[] = { ID_OF_VDEVICE, ID_OF_NOTHING, ID_OF_VIOMMU };
static const __u32 req_lens[] = { 0, 16, 64 };
static const __u32 resp_lens[] = { 0, 1, 100 };
static const enum tsm_place places[] = { PLACE_GOOD, PLACE_NULL, PLACE_UNMAPPED };

#define COUNT(array) ((unsigned int)UC_ARRAY_SIZE(array))
#define COMBINATIONS (COUNT(sizes) * COUNT(reserveds) * COUNT(scopes) * COUNT(ids) * \
		      COUNT(req_lens) * COUNT(resp_lens) * COUNT(places) * COUNT(places))

/* Take one digit of a number in mixed radix. */
static unsigned int digit(unsigned int *number, unsigned int radix)
{
	unsigned int value = *number % radix;

	*number /= radix;
	return value;
}

static void describe(unsigned int number, struct tsm_call *call)
{
	unsigned int size = digit(&number, COUNT(sizes));

	*call = (struct tsm_call){ 0 };
	call->size = (struct tsm_given)GIVE(sizes[size].size);
	call->tail = sizes[size].tail;
	call->reserved = reserveds[digit(&number, COUNT(reserveds))];
	call->scope = scopes[digit(&number, COUNT(scopes))];
	call->id = ids[digit(&number, COUNT(ids))];
	call->req_len = (struct tsm_given)GIVE(req_lens[digit(&number, COUNT(req_lens))]);
	call->resp_len = (struct tsm_given)GIVE(resp_lens[digit(&number, COUNT(resp_lens))]);
	call->req = places[digit(&number, COUNT(places))];
	call->resp = places[digit(&number, COUNT(places))];
}

#define ARGUMENT 64	/* bytes: the longest struct, and zeros */

struct memory {
	__u8 *argument;
	__u32 ids[TSM_IDS];
	__u64 req[PLACE_OVERLAP], resp[PLACE_OVERLAP];	/* by place */
};

static void lay_out(struct memory *memory, struct tsm_session *session)
{
	struct uapi_conform_answer script = {
		.magic = UAPI_CONFORM_ANSWER_MAGIC,
		.consume = UAPI_CONFORM_ALL, .produce = TSM_GOOD_PRODUCE,
	};
	void *request = uc_guarded(TSM_GOOD_REQ_LEN);

	*memory = (struct memory){ .argument = uc_guarded(ARGUMENT) };
	for (size_t i = 0; i < UC_ARRAY_SIZE(ids); i++)
		memory->ids[ids[i]] = tsm_id_value(session, ids[i]);
	memcpy(request, &script, sizeof(script));
	memory->req[PLACE_GOOD] = (uintptr_t)request;
	memory->resp[PLACE_GOOD] = (uintptr_t)uc_guarded(TSM_GOOD_RESP_LEN);
	memory->req[PLACE_UNMAPPED] = memory->resp[PLACE_UNMAPPED] =
		(uintptr_t)uc_unmapped(uc_page_size());
}

static void fill(__u8 *argument, const struct memory *memory, const struct tsm_call *call)
{
	struct tsm_req fields = {
		.size = call->size.value, .vdevice_id = memory->ids[call->id],
		.scope = call->scope, .req_len = call->req_len.value,
		.resp_len = call->resp_len.value, .reserved = call->reserved,
		.req_uptr = memory->req[call->req], .resp_uptr = memory->resp[call->resp],
	};

	memset(argument + sizeof(fields), 0, ARGUMENT - sizeof(fields));
	memcpy(argument, &fields, sizeof(fields));
	if (call->tail)
		argument[call->tail] = 1;
}

static __u64 now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static unsigned long long a_second(unsigned int calls, __u64 ns)
{
	return ns ? calls * 1000000000ULL / ns : 0;
}

static __u64 forwarded(const struct tsm_session *session)
{
	struct uapi_conform_state state;

	if (ioctl(session->facts->control, UAPI_CONFORM_GET_STATE, &state))
		uc_error("the fixture's state cannot be read: %s", uc_errno_name(errno));
	return state.guest_reqs;
}

static void complain(const struct tsm_call *call, const struct memory *memory,
		     const struct tsm_outcome *allowed, long got, int error)
{
	uc_fail("call:     %s\nexpected: %s\ngot:      %s",
		tsm_call_name(call, memory->ids[call->id]),
		allowed->errors[0] ? uc_errno_name(allowed->errors[0]) :
				     uc_result_name(allowed->low, 0), uc_result_name(got, error));
}

/* Combinations that are timed together, and how many times fewer of them are also issued bare. */
#define BLOCK		108
#define BARE_SHARE	24

static_assert(COMBINATIONS % BLOCK == 0, "whole blocks");

struct sweep {
	const struct tsm_session *session;
	struct memory memory;
	__u64 asked;		/* of the TSM, as it should be */
	unsigned int wrong, calls, bare_calls;
	__u64 ns, bare_ns;
};

/* Nothing but the ioctls, right before the same calls are judged: a busy host slows both. */
static void bare_block(struct sweep *sweep, unsigned int first)
{
	static __u8 arguments[BLOCK][ARGUMENT];
	__u64 start;

	for (unsigned int i = 0; i < BLOCK; i++) {
		struct tsm_call call;

		describe(first + i, &call);
		fill(arguments[i], &sweep->memory, &call);
	}
	start = now_ns();
	for (unsigned int i = 0; i < BLOCK; i++)
		ioctl(sweep->session->way.iommufd, TSM_REQ_WORD, arguments[i]);
	sweep->bare_ns += now_ns() - start;
	sweep->bare_calls += BLOCK;
}

static void judge_block(struct sweep *sweep, unsigned int first, unsigned int times)
{
	struct tsm_world world = { .tsm_built = true, .state = BOUND };
	__u64 start = now_ns();

	for (unsigned int i = first; i < first + BLOCK; i++) {
		struct tsm_outcome allowed;
		struct tsm_call call;
		long got;
		int error;

		describe(i, &call);
		fill(sweep->memory.argument, &sweep->memory, &call);
		got = ioctl(sweep->session->way.iommufd, TSM_REQ_WORD, sweep->memory.argument);
		error = errno;
		allowed = tsm_oracle(&world, &call);
		sweep->asked += allowed.forwarded * times;
		if (tsm_allows(&allowed, got, error))
			continue;
		complain(&call, &sweep->memory, &allowed, got, error);
		sweep->wrong++;
	}
	sweep->ns += now_ns() - start;
	sweep->calls += BLOCK;
}

static void all_fields(struct tsm_session *session, const struct tsm_row *row)
{
	struct sweep sweep = { .session = session };
	__u64 before;

	(void)row;
	lay_out(&sweep.memory, session);
	before = forwarded(session);
	uc_judging("one of the sweep's %u combinations", COMBINATIONS);
	for (unsigned int first = 0; first < COMBINATIONS && sweep.wrong < 8; first += BLOCK) {
		bool bare = first / BLOCK % BARE_SHARE == 0;

		if (bare)
			bare_block(&sweep, first);
		judge_block(&sweep, first, 1 + bare);
	}
	uc_judged();
	uc_counted(sweep.calls);
	uc_note("%u calls, %llu judged a second, %llu a second bare", sweep.calls,
		a_second(sweep.calls, sweep.ns), a_second(sweep.bare_calls, sweep.bare_ns));
	if (!sweep.wrong && forwarded(session) - before != sweep.asked)
		uc_fail("call:     all %u combinations\nexpected: %llu of them reach the TSM\n"
			"got:      %llu did", COMBINATIONS, (unsigned long long)sweep.asked,
			(unsigned long long)(forwarded(session) - before));
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.sweep.all_fields", REQ(CHECK_ORDER, FORWARD_ONCE, RESIDUE_CAPACITY, KERNEL_SOUND),
	    ON_FIXTURE },
	  BOUND, .custom = all_fields },
};

const struct uc_topic tsm_sweep_topic = UC_BATCH_TOPIC("sweep", rows, tsm_run_row);
