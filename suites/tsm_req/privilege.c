// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what. DEBUG_WRITE alone is privileged, where it is let through at all. That a refused
 * one taints the kernel would show too: the harness watches the taint around every row, and no row
 * here expects any.
 */
#include <errno.h>
#include <grp.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

#define NOBODY 65534

/* The fixture's own control file stays open, so the verdict is as complete as elsewhere. */
static void unprivileged(struct tsm_session *session, const struct tsm_row *row)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		uc_error("becoming nobody: %s", uc_errno_name(errno));
	tsm_judge(session, &row->call, &row->expect);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.privilege.info_without_rawio", REQ(NO_PRIVILEGE), ON_FIXTURE },
	  BOUND, { .no_rawio = true }, RETURNS(90) },
	{ { "tsm_req.privilege.debug_write_with_rawio", REQ(DEBUG_WRITE_GUARDED, SCOPE_LOWER_LAYER),
	    ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_WRITE }, FAILS(EINVAL) },
	{ { "tsm_req.privilege.debug_write_without_rawio", REQ(DEBUG_WRITE_GUARDED), ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_WRITE, .no_rawio = true }, FAILS_OR(EINVAL, EPERM) },
	{ { "tsm_req.privilege.debug_read_without_rawio", REQ(SCOPE_LOWER_LAYER), ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_READ, .no_rawio = true }, FAILS(EINVAL) },
	{ { "tsm_req.privilege.debug_write_unknown_vdevice", REQ(SCOPE_LOWER_LAYER), ON_ANY },
	  IN_ANY_STATE, { .scope = PCI_DEBUG_WRITE, .no_rawio = true, .id = ID_OF_NOTHING },
	  FAILS(ENOENT) },
	/* Nobody is the end of a process. */
	{ { "tsm_req.privilege.info_without_any", REQ(NO_PRIVILEGE), ON_FIXTURE, .alone = true },
	  BOUND, { 0 }, RETURNS(90), .custom = unprivileged },
	{ { "tsm_req.privilege.state_change_without_any", REQ(NO_PRIVILEGE), ON_FIXTURE,
	    .alone = true },
	  BOUND, { .scope = PCI_STATE_CHANGE }, RETURNS(90), .custom = unprivileged },
};

const struct uc_topic tsm_privilege_topic = UC_TOPIC_IN_COMPANY("privilege", rows, tsm_run_row);
