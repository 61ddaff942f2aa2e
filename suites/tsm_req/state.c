// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device behind the vdevice has to be. ENXIO - not connected to a TSM, not to a link TSM,
 * not bound; EINVAL - no PCI device; EOPNOTSUPP - a kernel without TSM support.
 */
#include <errno.h>

#include "../../harness/verdict.h"
#include "rows.h"

static const struct tsm_call good;
static const struct tsm_expect succeeds = TSM_RETURNS(TSM_GOOD_RESP_LEN - TSM_GOOD_PRODUCE);
static const struct tsm_expect refused = TSM_FAILS(ENXIO);

/* Through a list of states, with the good call in each: nothing of the last one is left over. */
static void walk(struct tsm_session *session, const enum tsm_state *states, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		tsm_session_reach(session, states[i]);
		tsm_judge(session, &good, states[i] == BOUND ? &succeeds : &refused);
	}
}

static void unbound_again(struct tsm_session *session, const struct tsm_row *row)
{
	static const enum tsm_state states[] = { BOUND, CONNECTED, BOUND, CONNECTED };

	(void)row;
	walk(session, states, UC_ARRAY_SIZE(states));
}

static void disconnected(struct tsm_session *session, const struct tsm_row *row)
{
	static const enum tsm_state states[] = { BOUND, UNCONNECTED };
	char why[160];

	(void)row;
	walk(session, states, UC_ARRAY_SIZE(states));
	/* Connected again is not bound again. */
	tsm_session_disturb(session);
	if (tsm_connect(&session->facts->device, true, why, sizeof(why)))
		uc_error("%s", why);
	tsm_session_settle(session, CONNECTED);
	tsm_judge(session, &good, &refused);
	tsm_session_reach(session, BOUND);
	tsm_judge(session, &good, &succeeds);
}

/* The fixture's other device, with scopes that a PCI device would be refused for, or not. */
static void not_pci(struct tsm_session *session, const struct tsm_row *row)
{
	tsm_way_close(&session->way);
	if (tsm_way_open(&session->way, session->facts, TSM_WAY_VM | TSM_WAY_PLAIN))
		uc_error("no vdevice: %s", session->way.why);
	tsm_judge(session, &row->call, &row->expect);
}

#define ON_NO_TSM NEEDS(&tsm_need_v5, &tsm_need_no_tsm)

static const struct tsm_row rows[] = {
	{ { "tsm_req.state.unconnected", REQ(STATE_NOT_CONNECTED), ON_FIXTURE },
	  UNCONNECTED, { 0 }, FAILS(ENXIO) },
	{ { "tsm_req.state.unconnected_state_change", REQ(STATE_NOT_CONNECTED), ON_FIXTURE },
	  UNCONNECTED, { .scope = PCI_STATE_CHANGE }, FAILS(ENXIO) },
	{ { "tsm_req.state.connected", REQ(STATE_NOT_BOUND), ON_FIXTURE },
	  CONNECTED, { 0 }, FAILS(ENXIO) },
	{ { "tsm_req.state.connected_state_change", REQ(STATE_NOT_BOUND), ON_FIXTURE },
	  CONNECTED, { .scope = PCI_STATE_CHANGE }, FAILS(ENXIO) },
	{ { "tsm_req.state.no_link_tsm", REQ(STATE_NOT_LINK), ON_FIXTURE },
	  NOT_LINK, { 0 }, FAILS(ENXIO) },
	{ { "tsm_req.state.bound", REQ(FORWARD_ONCE, OP_BIND), ON_FIXTURE },
	  BOUND, { 0 }, RETURNS(90) },
	{ { "tsm_req.state.unbound_again", REQ(STATE_NOT_BOUND, OP_UNBIND), ON_FIXTURE },
	  CONNECTED, .custom = unbound_again },
	{ { "tsm_req.state.disconnected", REQ(STATE_NOT_CONNECTED, STATE_NOT_BOUND), ON_FIXTURE },
	  BOUND, .custom = disconnected },
	{ { "tsm_req.state.not_pci", REQ(STATE_NOT_PCI), ON_FIXTURE },
	  NOT_PCI, { 0 }, FAILS(EINVAL), .custom = not_pci },
	{ { "tsm_req.state.not_pci_debug_read", REQ(STATE_NOT_PCI), ON_FIXTURE },
	  NOT_PCI, { .scope = PCI_DEBUG_READ }, FAILS(EINVAL), .custom = not_pci },
	{ { "tsm_req.state.not_pci_reserved", REQ(STATE_NOT_PCI, CHECK_ORDER), ON_FIXTURE },
	  NOT_PCI, { .reserved = 1 }, FAILS(EOPNOTSUPP), .custom = not_pci },
	{ { "tsm_req.state.no_tsm_support", REQ(TSM_ABSENT), ON_NO_TSM },
	  IN_ANY_STATE, { 0 }, FAILS(EOPNOTSUPP) },
	{ { "tsm_req.state.no_tsm_support_reserved", REQ(TSM_ABSENT), ON_NO_TSM },
	  IN_ANY_STATE, { .reserved = 1 }, FAILS(EOPNOTSUPP) },
	{ { "tsm_req.state.no_tsm_support_scope", REQ(TSM_ABSENT, CHECK_ORDER), ON_NO_TSM },
	  IN_ANY_STATE, { .scope = 9 }, FAILS(EOPNOTSUPP) },
	{ { "tsm_req.state.no_tsm_support_short", REQ(TSM_ABSENT, SIZE_SHORT), ON_NO_TSM },
	  IN_ANY_STATE, { .size = GIVE(39) }, FAILS(EINVAL) },
	{ { "tsm_req.state.no_tsm_support_tail", REQ(TSM_ABSENT, SIZE_TAIL), ON_NO_TSM },
	  IN_ANY_STATE, { .size = GIVE(41), .tail = 40 }, FAILS(E2BIG) },
};

const struct uc_topic tsm_state_topic = UC_BATCH_TOPIC("state", rows, tsm_run_row);
