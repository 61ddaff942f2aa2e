// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be asked of any TSM and device, not knowing what they will answer: how far a residue may
 * go, what is left alone, what is refused. Without --allow, only calls that must be refused.
 */
#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "call.h"
#include "rows.h"

#define CAPACITY 4096

/* In the state that the row is about, if that may be brought about where it is not the present one. */
static void refused_in(struct tsm_session *session, const struct tsm_row *row,
		       enum tsm_state state, const char *why_not)
{
	if (session->player.facts->device.allow_bind)
		tsm_session_reach(session, state);
	if (session->shared->state != state)
		uc_skip(why_not);
	tsm_play_text(session, "%s", row->steps);
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
	const struct tsm_observed observed = tsm_make(&session->player, row->steps, &issue);
	size_t written, broken;

	uc_note("%s -> %s", row->steps, uc_result_name(observed.result, observed.error));
	uc_about(RESIDUE_CAPACITY);
	if (observed.result != -1 && (observed.result < 0 || observed.result > CAPACITY))
		uc_fail_now("call:     %s\nexpected: an error, or 0 to %d\ngot:      %lld",
			    row->steps, CAPACITY, (long long)observed.result);
	written = observed.result == -1 ? CAPACITY : CAPACITY - observed.result;
	broken = uc_poison_broken(issue.area[RESPONSE].now, written, CAPACITY);
	uc_about(RESPONSE_TAIL);
	uc_check(broken == CAPACITY, "call:     %s\nexpected: the response is untouched from byte %zu "
		 "on\ngot:      byte %zu was written", row->steps, written, broken);
}

#define ON_HARDWARE(which, ...) NEEDS(&tsm_need_##which, &tsm_need_tsm, &tsm_need_hardware, ##__VA_ARGS__), \
			 .control = &tsm_control_anywhere

static const struct tsm_row rows[] = {
	ROW_WITH(.custom = unconnected, "hardware.unconnected", ON_HARDWARE(judged), IN_ANY_STATE,
	    "TSM_REQ req_len=0 resp_len=4096 req=null = ENXIO", STATE_NOT_CONNECTED),
	ROW_WITH(.custom = unbound, "hardware.unbound", ON_HARDWARE(judged), IN_ANY_STATE,
	    "TSM_REQ req_len=0 resp_len=4096 req=null = ENXIO", STATE_NOT_BOUND),
	ROW("hardware.debug_read", ON_HARDWARE(scoped), IN_ANY_STATE,
	    "TSM_REQ scope=PCI_DEBUG_READ req_len=0 resp_len=4096 req=null = EINVAL", SCOPE_LOWER_LAYER),
	ROW_WITH(.custom = bounds, "hardware.info", ON_HARDWARE(scoped, &tsm_need_bind), BOUND,
	    "TSM_REQ req_len=0 resp_len=4096 req=null", RESIDUE_CAPACITY, RESPONSE_TAIL),
	/* The operations of other revisions than op-48 change the device's state, all of them. */
	ROW_WITH(.custom = bounds, "hardware.object_info", ON_HARDWARE(op_48, &tsm_need_bind), BOUND,
	    "TSM_REQ OBJECT_INFO req_len=0 resp_len=4096 req=null", RESIDUE_CAPACITY, RESPONSE_TAIL),
	ROW_WITH(.custom = bounds, "hardware.state_change", ON_HARDWARE(scoped, &tsm_need_state, &tsm_need_bind), BOUND,
	    "TSM_REQ scope=PCI_STATE_CHANGE req_len=0 resp_len=4096 req=null", RESIDUE_CAPACITY, RESPONSE_TAIL),
	ROW("hardware.debug_write", ON_HARDWARE(scoped, &tsm_need_debug, &tsm_need_bind), BOUND,
	    "TSM_REQ scope=PCI_DEBUG_WRITE req_len=0 resp_len=4096 req=null = EINVAL",
	    DEBUG_WRITE_GUARDED, SCOPE_LOWER_LAYER),
};

const struct uc_topic tsm_hardware_topic = TSM_TOPIC("hardware");
