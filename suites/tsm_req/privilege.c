// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what. DEBUG_WRITE alone is privileged, where it is let through at all. That a refused
 * one taints the kernel would show too: the harness watches the taint around every row, and no row
 * here expects any.
 */
#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"
#include "thread.h"

#define NOBODY 65534

/* Where the plain names are of times when such numbers had 16 bits. */
#ifdef SYS_setuid32
#define SET_GROUPS	SYS_setgroups32
#define SET_GID		SYS_setgid32
#define SET_UID		SYS_setuid32
#else
#define SET_GROUPS	SYS_setgroups
#define SET_GID		SYS_setgid
#define SET_UID		SYS_setuid
#endif

struct nobody {
	struct tsm_thread thread;
	struct tsm_session *session;
	const struct tsm_row *row;
};

/* Past the C library, which would have all threads become nobody. */
static void judge_as_nobody(struct tsm_thread *thread)
{
	const struct nobody *nobody = (struct nobody *)thread;

	if (syscall(SET_GROUPS, 0, NULL) || syscall(SET_GID, NOBODY) ||
	    syscall(SET_UID, NOBODY))
		uc_error("becoming nobody: %s", uc_errno_name(errno));
	tsm_judge(nobody->session, &nobody->row->call, &nobody->row->expect);
}

/*
 * In a thread: it is who asks that counts, and the process stays what it was. The fixture's own
 * control file stays open, so the verdict is as complete as elsewhere.
 */
static void unprivileged(struct tsm_session *session, const struct tsm_row *row)
{
	struct nobody nobody = { .session = session, .row = row };

	tsm_thread_start(&nobody.thread, judge_as_nobody);
	pthread_join(nobody.thread.id, NULL);
	/* Whoever changes who he is cannot be looked at any more, and the memory is all threads'. */
	prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL);
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
	{ { "tsm_req.privilege.info_without_any", REQ(NO_PRIVILEGE), ON_FIXTURE },
	  BOUND, { 0 }, RETURNS(90), .custom = unprivileged },
	{ { "tsm_req.privilege.state_change_without_any", REQ(NO_PRIVILEGE), ON_FIXTURE },
	  BOUND, { .scope = PCI_STATE_CHANGE }, RETURNS(90), .custom = unprivileged },
};

const struct uc_topic tsm_privilege_topic = UC_BATCH_TOPIC("privilege", rows, tsm_run_row);
