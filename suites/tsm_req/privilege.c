// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what. DEBUG_WRITE alone is privileged, where it is let through at all. That a refused
 * one taints the kernel would show too: the harness watches the taint around every row, and no row
 * here expects any.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("privilege.info_without_rawio", ON_FIXTURE, BOUND, "TSM_REQ as=no-rawio = 90", NO_PRIVILEGE),
	ROW("privilege.debug_write_with_rawio", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL", DEBUG_WRITE_GUARDED, SCOPE_LOWER_LAYER),
	ROW("privilege.debug_write_without_rawio", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ as=no-rawio scope=PCI_DEBUG_WRITE = EINVAL or EPERM", DEBUG_WRITE_GUARDED),
	ROW("privilege.debug_read_without_rawio", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ as=no-rawio scope=PCI_DEBUG_READ = EINVAL", SCOPE_LOWER_LAYER),
	ROW("privilege.debug_write_unknown_vdevice", ON_ANY_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ as=no-rawio id=nothing scope=PCI_DEBUG_WRITE = ENOENT", SCOPE_LOWER_LAYER),
	ROW("privilege.info_without_any", ON_FIXTURE, BOUND, "TSM_REQ as=nobody = 90", NO_PRIVILEGE),
	ROW("privilege.state_change_without_any", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ as=nobody scope=PCI_STATE_CHANGE = 90", NO_PRIVILEGE),
};

const struct uc_topic tsm_privilege_topic = TSM_TOPIC("privilege");
