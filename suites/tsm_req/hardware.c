// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be asked of any TSM and device, not knowing what they will answer: how far a residue may
 * go, what is left alone, what is refused. Without --allow, only calls that must be refused.
 */
#include <errno.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

#define CAPACITY 4096

/* In the state that the row is about, if that may be brought about where it is not the present one. */
static void refused_in(struct tsm_session *session, const struct tsm_row *row,
		       enum tsm_state state, const char *why_not)
{
	static const struct tsm_expect refused = TSM_FAILS(ENXIO);

	if (session->facts->device.allow_bind)
		tsm_session_reach(session, state);
	if (session->shared->state != state)
		uc_skip(why_not);
	tsm_judge(session, &row->call, &refused);
}

static void unconnected(struct tsm_session *session, const struct tsm_row *row)
{
	refused_in(session, row, UNCONNECTED, "it is connected to a TSM; disconnecting it needs "
		   "--allow bind");
}

static void unbound(struct tsm_session *session, const struct tsm_row *row)
{
	refused_in(session, row, CONNECTED, "it is not connected to a TSM; connecting it needs "
		   "--allow bind");
}

/* An empty request: an error is the TSM's own affair, but a residue has its bounds. */
static void bounds(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_issue issue;
	size_t written, broken;

	tsm_lay_out(&issue, session, &row->call);
	uc_judging("%s", tsm_call_name(&row->call, issue.fields.vdevice_id));
	tsm_issue(&issue, session, &row->call);
	uc_judged();
	uc_note("%s -> %s", tsm_call_name(&row->call, issue.fields.vdevice_id),
		uc_result_name(issue.result, issue.error));
	if (issue.result != -1 && (issue.result < 0 || issue.result > CAPACITY))
		uc_fail_now("call:     %s\nexpected: an error, or 0 to %d\ngot:      %lld",
			    tsm_call_name(&row->call, issue.fields.vdevice_id), CAPACITY,
			    (long long)issue.result);
	written = issue.result == -1 ? CAPACITY : CAPACITY - issue.result;
	broken = uc_poison_broken(issue.resp, written, CAPACITY);
	if (broken < CAPACITY)
		uc_fail("call:     %s\nexpected: the response is untouched from byte %zu on\n"
			"got:      byte %zu was written",
			tsm_call_name(&row->call, issue.fields.vdevice_id), written, broken);
}

#define EMPTY	.req = PLACE_NULL, .req_len = GIVE(0), .resp_len = GIVE(CAPACITY)
#define ON_HARDWARE(...) NEEDS(&tsm_need_v5, &tsm_need_tsm, &tsm_need_hardware, ##__VA_ARGS__), \
			 .control = &tsm_control_anywhere

static const struct tsm_row rows[] = {
	{ { "tsm_req.hardware.unconnected", REQ(STATE_NOT_CONNECTED), ON_HARDWARE() },
	  IN_ANY_STATE, { EMPTY }, .custom = unconnected },
	{ { "tsm_req.hardware.unbound", REQ(STATE_NOT_BOUND), ON_HARDWARE() },
	  IN_ANY_STATE, { EMPTY }, .custom = unbound },
	{ { "tsm_req.hardware.debug_read", REQ(SCOPE_LOWER_LAYER), ON_HARDWARE() },
	  IN_ANY_STATE, { EMPTY, .scope = PCI_DEBUG_READ }, FAILS(EINVAL) },
	{ { "tsm_req.hardware.info", REQ(RESIDUE_CAPACITY, RESPONSE_TAIL),
	    ON_HARDWARE(&tsm_need_bind) },
	  BOUND, { EMPTY }, .custom = bounds },
	{ { "tsm_req.hardware.state_change", REQ(RESIDUE_CAPACITY, RESPONSE_TAIL),
	    ON_HARDWARE(&tsm_need_state) },
	  BOUND, { EMPTY, .scope = PCI_STATE_CHANGE }, .custom = bounds },
	{ { "tsm_req.hardware.debug_write", REQ(DEBUG_WRITE_GUARDED, SCOPE_LOWER_LAYER),
	    ON_HARDWARE(&tsm_need_debug) },
	  BOUND, { EMPTY, .scope = PCI_DEBUG_WRITE }, FAILS(EINVAL) },
};

const struct uc_topic tsm_hardware_topic = UC_TOPIC("hardware", rows, tsm_run_row);
