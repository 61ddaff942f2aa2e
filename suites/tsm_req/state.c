// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device behind the vdevice has to be. ENXIO - not connected to a TSM, not to a link TSM,
 * not bound; EINVAL - no PCI device; EOPNOTSUPP - a kernel without TSM support.
 */
#include "rows.h"

#define ON_NO_TSM	NEEDS(&tsm_need_v5, &tsm_need_no_tsm)

static const struct tsm_row rows[] = {
	{ { "tsm_req.state.unconnected", REQ(STATE_NOT_CONNECTED), ON_FIXTURE }, UNCONNECTED,
	  .steps = "TSM_REQ = ENXIO" },
	{ { "tsm_req.state.unconnected_state_change", REQ(STATE_NOT_CONNECTED),
	    ON_FIXTURE }, UNCONNECTED,
	  .steps = "TSM_REQ scope=PCI_STATE_CHANGE = ENXIO" },
	{ { "tsm_req.state.connected", REQ(STATE_NOT_BOUND), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_REQ = ENXIO" },
	{ { "tsm_req.state.connected_state_change", REQ(STATE_NOT_BOUND), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_REQ scope=PCI_STATE_CHANGE = ENXIO" },
	{ { "tsm_req.state.no_link_tsm", REQ(STATE_NOT_LINK), ON_FIXTURE }, NOT_LINK,
	  .steps = "TSM_REQ = ENXIO" },
	{ { "tsm_req.state.bound", REQ(FORWARD_ONCE, OP_BIND), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ = 90" },
	{ { "tsm_req.state.unbound_again", REQ(STATE_NOT_BOUND, OP_UNBIND), ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_OP BIND = 0 binds; TSM_REQ = 90; TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO; "
	  "TSM_OP BIND = 0 binds; TSM_REQ = 90; TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO" },
	{ { "tsm_req.state.disconnected", REQ(STATE_NOT_CONNECTED, STATE_NOT_BOUND),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ = 90; DISCONNECT = 0 unbinds; TSM_REQ = ENXIO; CONNECT = 0; TSM_REQ = "
	  "ENXIO; TSM_OP BIND = 0 binds; TSM_REQ = 90" },
	{ { "tsm_req.state.not_pci", REQ(STATE_NOT_PCI), ON_FIXTURE }, NOT_PCI,
	  .steps = "TSM_REQ id=plain-vdevice = EINVAL" },
	{ { "tsm_req.state.not_pci_debug_read", REQ(STATE_NOT_PCI), ON_FIXTURE }, NOT_PCI,
	  .steps = "TSM_REQ id=plain-vdevice scope=PCI_DEBUG_READ = EINVAL" },
	{ { "tsm_req.state.not_pci_reserved", REQ(STATE_NOT_PCI, CHECK_ORDER),
	    ON_FIXTURE }, NOT_PCI,
	  .steps = "TSM_REQ id=plain-vdevice reserved=1 = EOPNOTSUPP" },
	{ { "tsm_req.state.no_tsm_support", REQ(TSM_ABSENT), ON_NO_TSM }, IN_ANY_STATE,
	  .steps = "TSM_REQ = EOPNOTSUPP" },
	{ { "tsm_req.state.no_tsm_support_reserved", REQ(TSM_ABSENT), ON_NO_TSM }, IN_ANY_STATE,
	  .steps = "TSM_REQ reserved=1 = EOPNOTSUPP" },
	{ { "tsm_req.state.no_tsm_support_scope", REQ(TSM_ABSENT, CHECK_ORDER),
	    ON_NO_TSM }, IN_ANY_STATE,
	  .steps = "TSM_REQ scope=9 = EOPNOTSUPP" },
	{ { "tsm_req.state.no_tsm_support_short", REQ(TSM_ABSENT, SIZE_SHORT),
	    ON_NO_TSM }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=39 = EINVAL" },
	{ { "tsm_req.state.no_tsm_support_tail", REQ(TSM_ABSENT, SIZE_TAIL),
	    ON_NO_TSM }, IN_ANY_STATE,
	  .steps = "TSM_REQ size=41 byte=40 = E2BIG" },
};

const struct uc_topic tsm_state_topic = TSM_TOPIC("state");
