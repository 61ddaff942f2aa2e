// SPDX-License-Identifier: GPL-2.0-only
/*
 * All combinations of the interesting values of every field against the oracle, in one child, on a
 * bound device, where the most calls get through. Nothing is laid out anew between two calls: so
 * this judges results, and how many requests reached the TSM; the other topics judge the bytes.
 */
#include <errno.h>

#include "../../harness/decode.h"
#include "call.h"
#include "rows.h"
#include "text.h"

static const struct { __u32 size, tail; } sizes[] = { { 39, 0 }, { 40, 0 }, { 48, 0 }, { 48, 47 } };
static const __u32 reserveds[] = { 0, 1U << 31 };
static const __u32 scopes[] = { PCI_INFO, PCI_STATE_CHANGE, PCI_DEBUG_WRITE, PCI_LAST + 1 };
static const struct { enum tsm_object object; enum tsm_id id; } ids[] = {
	{ VDEVICE, AS_IT_IS }, { VDEVICE, NOTHING }, { VIOMMU, AS_IT_IS },
};
static const __u32 req_lens[] = { 0, 16 };
static const __u32 resp_lens[] = { 0, 100 };
/* What cannot be read or written is one of two kinds each: rows about buffers have all of them. */
static const enum tsm_place requests[] = { MAPPED, AT_NULL }, responses[] = { MAPPED, UNMAPPED };

#define COUNT(array) ((unsigned int)UC_ARRAY_SIZE(array))
#define COMBINATIONS (COUNT(sizes) * COUNT(reserveds) * COUNT(scopes) * COUNT(ids) * \
		      COUNT(req_lens) * COUNT(resp_lens) * COUNT(requests) * COUNT(responses))

/* Take one digit of a number in mixed radix. */
static unsigned int digit(unsigned int *number, unsigned int radix)
{
	unsigned int value = *number % radix;

	*number /= radix;
	return value;
}

static void describe(unsigned int number, struct tsm_step *step)
{
	unsigned int size = digit(&number, COUNT(sizes)), id;

	*step = tsm_good(DO_REQ);
	step->value[TSM_SIZE] = sizes[size].size;
	step->tail = sizes[size].tail;
	step->value[V5_RESERVED] = reserveds[digit(&number, COUNT(reserveds))];
	step->value[V5_SCOPE] = scopes[digit(&number, COUNT(scopes))];
	id = digit(&number, COUNT(ids));
	step->object = ids[id].object;
	step->id = ids[id].id;
	step->value[TSM_REQ_LEN] = req_lens[digit(&number, COUNT(req_lens))];
	step->value[TSM_RESP_LEN] = resp_lens[digit(&number, COUNT(resp_lens))];
	step->place[REQUEST] = requests[digit(&number, COUNT(requests))];
	step->place[RESPONSE] = responses[digit(&number, COUNT(responses))];
}

static void all_fields(struct tsm_session *session, const struct tsm_row *row)
{
	struct uapi_conform_state before, after;
	struct tsm_issue memory;
	unsigned int wrong = 0;
	__u64 asked = 0;	/* of the TSM, as it should be */

	(void)row;
	tsm_quick_begin(&memory);
	tsm_fixture_state(&session->player, &before);
	uc_judging("one of the sweep's %u combinations", COMBINATIONS);
	for (unsigned int i = 0; i < COMBINATIONS && wrong < 8; i++) {
		struct tsm_expected allowed;
		struct tsm_step step;
		int got, error;

		describe(i, &step);
		got = tsm_quick(&session->player, &memory, &step);
		error = errno;
		tsm_model_expect(&session->player.model, &step, &allowed);
		asked += allowed.forwarded;
		if (tsm_allows(&allowed, got, error))
			continue;
		uc_fail("call:     %s\nexpected: %s\ngot:      %s", tsm_step_text(&step),
			tsm_expected_text(&allowed), uc_result_name(got, error));
		wrong++;
	}
	uc_judged();
	uc_counted(COMBINATIONS);
	tsm_fixture_state(&session->player, &after);
	uc_about(FORWARD_ONCE);
	if (!wrong && after.guest_reqs - before.guest_reqs != asked)
		uc_fail("call:     all %u combinations\nexpected: %llu of them reach the TSM\n"
			"got:      %llu did", COMBINATIONS, (unsigned long long)asked,
			(unsigned long long)(after.guest_reqs - before.guest_reqs));
}

static const struct tsm_row rows[] = {
	ROW_WITH(.custom = all_fields, "sweep.all_fields", ON_FIXTURE_OF(scoped), BOUND,
	    "", CHECK_ORDER, FORWARD_ONCE, RESIDUE_CAPACITY, KERNEL_SOUND),
};

const struct uc_topic tsm_sweep_topic = TSM_TOPIC("sweep");
