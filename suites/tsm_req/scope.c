// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which scopes iommufd lets through, and which the PCI TSM layer then refuses: the counter of the
 * scripted TSM tells. EINVAL - above 3 in iommufd; 2 and 3 in the PCI TSM layer.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("scope.info", ON_FIXTURE_OF(scoped), BOUND, "TSM_REQ = 90", SCOPE_INFO, FORWARD_ONCE),
	ROW("scope.info_again", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ = 90; TSM_REQ = 90; TSM_REQ = 90", INFO_NO_CHANGE),
	ROW("scope.state_change", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ scope=PCI_STATE_CHANGE = 90", SCOPE_STATE_CHANGE, FORWARD_ONCE),
	ROW("scope.debug_read", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ scope=PCI_DEBUG_READ = EINVAL", SCOPE_LOWER_LAYER),
	ROW("scope.debug_write", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL", SCOPE_LOWER_LAYER, DEBUG_WRITE_GUARDED),
	ROW("scope.debug_read_unknown_vdevice", ON_ANY_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=PCI_DEBUG_READ = ENOENT", SCOPE_LOWER_LAYER),
	ROW("scope.debug_write_unknown_vdevice", ON_ANY_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=PCI_DEBUG_WRITE = ENOENT", SCOPE_LOWER_LAYER),
	ROW("scope.debug_read_unconnected", ON_FIXTURE_OF(v5), UNCONNECTED,
	    "TSM_REQ scope=PCI_DEBUG_READ = EINVAL", SCOPE_LOWER_LAYER, CHECK_ORDER),
	ROW("scope.debug_write_unbound", ON_FIXTURE_OF(v5), CONNECTED,
	    "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL", SCOPE_LOWER_LAYER, CHECK_ORDER),
	ROW("scope.first_unknown", ON_ANY_OF(v5), IN_ANY_STATE, "TSM_REQ scope=4 = EINVAL", SCOPE_KNOWN),
	ROW_WITH(EACH_BIT(2, 31), "scope.powers_of_two", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ scope=%u = EINVAL; TSM_REQ scope=%u = EINVAL", SCOPE_KNOWN),
	ROW("scope.largest_signed", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ scope=0x7fffffff = EINVAL", SCOPE_KNOWN),
	ROW("scope.all_ones", ON_ANY_OF(v5), IN_ANY_STATE, "TSM_REQ scope=0xffffffff = EINVAL", SCOPE_KNOWN),
	/* The PCI TSM layer refuses what iommufd lets through; that of nothing it never sees. */
	ROW("scope.first_unknown_unknown_vdevice", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=4 = EINVAL", SCOPE_KNOWN, CHECK_ORDER),
	ROW_WITH(EACH_BIT(2, 31), "scope.powers_of_two_unknown_vdevice", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=%u = EINVAL; TSM_REQ id=nothing scope=%u = EINVAL",
	    SCOPE_KNOWN, CHECK_ORDER),
	ROW("scope.all_ones_unknown_vdevice", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ id=nothing scope=0xffffffff = EINVAL", SCOPE_KNOWN, CHECK_ORDER),
};

const struct uc_topic tsm_scope_topic = TSM_TOPIC("scope");
