// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which scopes iommufd lets through, and which the PCI TSM layer then refuses: the counter of the
 * scripted TSM tells. EINVAL - above 3 in iommufd; 2 and 3 in the PCI TSM layer.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	{ { "tsm_req.scope.info", REQ(SCOPE_INFO, FORWARD_ONCE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ = 90" },
	{ { "tsm_req.scope.info_again", REQ(INFO_NO_CHANGE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ = 90; TSM_REQ = 90; TSM_REQ = 90" },
	{ { "tsm_req.scope.state_change", REQ(SCOPE_STATE_CHANGE, FORWARD_ONCE),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=PCI_STATE_CHANGE = 90" },
	{ { "tsm_req.scope.debug_read", REQ(SCOPE_LOWER_LAYER), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=PCI_DEBUG_READ = EINVAL" },
	{ { "tsm_req.scope.debug_write", REQ(SCOPE_LOWER_LAYER, DEBUG_WRITE_GUARDED),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL" },
	{ { "tsm_req.scope.debug_read_unknown_vdevice", REQ(SCOPE_LOWER_LAYER),
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing scope=PCI_DEBUG_READ = ENOENT" },
	{ { "tsm_req.scope.debug_write_unknown_vdevice", REQ(SCOPE_LOWER_LAYER),
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing scope=PCI_DEBUG_WRITE = ENOENT" },
	{ { "tsm_req.scope.debug_read_unconnected", REQ(SCOPE_LOWER_LAYER, CHECK_ORDER),
	    ON_FIXTURE }, UNCONNECTED,
	  .steps = "TSM_REQ scope=PCI_DEBUG_READ = EINVAL" },
	{ { "tsm_req.scope.debug_write_unbound", REQ(SCOPE_LOWER_LAYER, CHECK_ORDER),
	    ON_FIXTURE }, CONNECTED,
	  .steps = "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL" },
	{ { "tsm_req.scope.first_unknown", REQ(SCOPE_KNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ scope=4 = EINVAL" },
	{ { "tsm_req.scope.powers_of_two", REQ(SCOPE_KNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ scope=%u = EINVAL; TSM_REQ scope=%u = EINVAL", EACH_BIT(2, 31) },
	{ { "tsm_req.scope.largest_signed", REQ(SCOPE_KNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ scope=0x7fffffff = EINVAL" },
	{ { "tsm_req.scope.all_ones", REQ(SCOPE_KNOWN), ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ scope=0xffffffff = EINVAL" },
	/* The PCI TSM layer refuses what iommufd lets through; that of nothing it never sees. */
	{ { "tsm_req.scope.first_unknown_unknown_vdevice", REQ(SCOPE_KNOWN, CHECK_ORDER),
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing scope=4 = EINVAL" },
	{ { "tsm_req.scope.powers_of_two_unknown_vdevice", REQ(SCOPE_KNOWN, CHECK_ORDER),
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing scope=%u = EINVAL; TSM_REQ id=nothing scope=%u = EINVAL", EACH_BIT(2, 31) },
	{ { "tsm_req.scope.all_ones_unknown_vdevice", REQ(SCOPE_KNOWN, CHECK_ORDER),
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ id=nothing scope=0xffffffff = EINVAL" },
};

const struct uc_topic tsm_scope_topic = TSM_TOPIC("scope");
