// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device behind the vdevice has to be. ENXIO - not connected to a TSM, not to a link TSM,
 * not bound; EINVAL - no PCI device; EOPNOTSUPP - a kernel without TSM support.
 */
#include "rows.h"

#define ON_NO_TSM_OF(which) NEEDS(&tsm_need_##which, &tsm_need_no_tsm)

static const struct tsm_row rows[] = {
	ROW("state.unconnected", ON_FIXTURE, UNCONNECTED, "TSM_REQ = ENXIO", STATE_NOT_CONNECTED),
	ROW("state.unconnected_state_change", ON_FIXTURE_OF(scoped), UNCONNECTED,
	    "TSM_REQ scope=PCI_STATE_CHANGE = ENXIO", STATE_NOT_CONNECTED),
	ROW("state.connected", ON_FIXTURE, CONNECTED, "TSM_REQ = ENXIO", STATE_NOT_BOUND),
	ROW("state.connected_state_change", ON_FIXTURE_OF(scoped), CONNECTED,
	    "TSM_REQ scope=PCI_STATE_CHANGE = ENXIO", STATE_NOT_BOUND),
	ROW("state.no_link_tsm", ON_FIXTURE, NOT_LINK, "TSM_REQ = ENXIO", STATE_NOT_LINK),
	ROW("state.bound", ON_FIXTURE_OF(with_op), BOUND, "TSM_REQ = 90", FORWARD_ONCE, OP_BIND),
	ROW("state.unbound_again", ON_FIXTURE_OF(with_op), CONNECTED,
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90; TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO; "
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90; TSM_OP UNBIND = 0 unbinds; TSM_REQ = ENXIO",
	    STATE_NOT_BOUND, OP_UNBIND),
	ROW("state.disconnected", ON_FIXTURE_OF(with_op), BOUND,
	    "TSM_REQ = 90; DISCONNECT = 0 unbinds; TSM_REQ = ENXIO; CONNECT = 0; TSM_REQ = ENXIO; "
	    "TSM_OP BIND = 0 binds; TSM_REQ = 90", STATE_NOT_CONNECTED, STATE_NOT_BOUND),
	ROW("state.not_pci", ON_FIXTURE, NOT_PCI, "TSM_REQ id=plain-vdevice = EINVAL", STATE_NOT_PCI),
	ROW("state.not_pci_debug_read", ON_FIXTURE_OF(scoped), NOT_PCI,
	    "TSM_REQ id=plain-vdevice scope=PCI_DEBUG_READ = EINVAL", STATE_NOT_PCI),
	ROW("state.not_pci_reserved", ON_FIXTURE_OF(v5), NOT_PCI,
	    "TSM_REQ id=plain-vdevice reserved=1 = EOPNOTSUPP", STATE_NOT_PCI, CHECK_ORDER),
	ROW("state.no_tsm_support", ON_NO_TSM_OF(judged), IN_ANY_STATE, "TSM_REQ = EOPNOTSUPP", TSM_ABSENT),
	ROW("state.no_tsm_support_reserved", ON_NO_TSM_OF(v5), IN_ANY_STATE,
	    "TSM_REQ reserved=1 = EOPNOTSUPP", TSM_ABSENT),
	ROW("state.no_tsm_support_scope", ON_NO_TSM_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ scope=9 = EOPNOTSUPP", TSM_ABSENT, CHECK_ORDER),
	ROW("state.no_tsm_support_short", ON_NO_TSM_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=39 = EINVAL", TSM_ABSENT, SIZE_SHORT),
	ROW("state.no_tsm_support_tail", ON_NO_TSM_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ size=41 byte=40 = E2BIG", TSM_ABSENT, SIZE_TAIL),
};

const struct uc_topic tsm_state_topic = TSM_TOPIC("state");
