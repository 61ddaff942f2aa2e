// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what. DEBUG_WRITE alone is privileged, where it is let through at all. That a refused
 * one taints the kernel would show too: the harness watches the taint around every row, and no row
 * here expects any.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	{ { "tsm_req.privilege.info_without_rawio", REQ(NO_PRIVILEGE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ as=no-rawio = 90" },
	{ { "tsm_req.privilege.debug_write_with_rawio", REQ(DEBUG_WRITE_GUARDED, SCOPE_LOWER_LAYER),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL" },
	{ { "tsm_req.privilege.debug_write_without_rawio", REQ(DEBUG_WRITE_GUARDED),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ as=no-rawio scope=PCI_DEBUG_WRITE = EINVAL or EPERM" },
	{ { "tsm_req.privilege.debug_read_without_rawio", REQ(SCOPE_LOWER_LAYER),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ as=no-rawio scope=PCI_DEBUG_READ = EINVAL" },
	{ { "tsm_req.privilege.debug_write_unknown_vdevice", REQ(SCOPE_LOWER_LAYER),
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "TSM_REQ as=no-rawio id=nothing scope=PCI_DEBUG_WRITE = ENOENT" },
	{ { "tsm_req.privilege.info_without_any", REQ(NO_PRIVILEGE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ as=nobody = 90" },
	{ { "tsm_req.privilege.state_change_without_any", REQ(NO_PRIVILEGE), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ as=nobody scope=PCI_STATE_CHANGE = 90" },
};

const struct uc_topic tsm_privilege_topic = TSM_TOPIC("privilege");
