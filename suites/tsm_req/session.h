/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device, shared by all rows.
 *
 * A process of its own, the keeper, walks the way to a vdevice once and holds the open files; a row
 * asks for them and gets duplicates. The keeper sees the end of the run by itself, however that
 * comes about (even SIGKILL), and puts the driver and the TSM connection back. A row that leaves
 * the device in doubt says so, or dies on the way; the next one then gets a new vdevice.
 */
#ifndef TSM_SESSION_H
#define TSM_SESSION_H

#include "facts.h"
#include "oracle.h"
#include "setup.h"

/* Whether the device has another driver than before we came. */
enum tsm_taken { NOT_TAKEN, TAKEN_PERHAPS, TAKEN };

/* What rows tell each other; mapped by the keeper and every row. */
struct tsm_shared {
	bool dirty;		/* somebody is changing the state, or died doing so */
	enum tsm_state state;	/* of the device, unless dirty */
	struct tsm_way way;	/* the keeper's, its files by the keeper's numbers */
	__u32 sequence;		/* of questions to the keeper */
	enum tsm_taken taken;	/* the keeper's */
	unsigned int stalls;	/* closes that took too long in an exploration */
	bool held;		/* this run has bound the device to iommufd before */
};

/* One row's access. Of the way's files it has the iommufd, a duplicate that ends with the row. */
struct tsm_session {
	const struct tsm_facts *facts;
	struct tsm_shared *shared;	/* NULL without a device */
	struct tsm_way way;
};

/* In the harness's process: start the keeper. False, with *why, if that does not work. */
bool tsm_keeper_start(struct tsm_facts *facts, const char **why);
/* Let the keeper put everything back, and wait for it. */
void tsm_keeper_stop(struct tsm_facts *facts);

/*
 * In a row: the device in @state, bringing it there if it is not. IN_ANY_STATE takes what is there,
 * and a plain iommufd where there is no device. Ends the row as ERROR where that fails.
 */
void tsm_session_open(struct tsm_session *session, const struct tsm_facts *facts,
		      enum tsm_state state);

/* Move to another state; the row ends as ERROR where that fails. */
void tsm_session_reach(struct tsm_session *session, enum tsm_state state);

/* The state is in doubt from here on: without tsm_session_settle(), the next row starts anew. */
void tsm_session_disturb(struct tsm_session *session);
void tsm_session_settle(struct tsm_session *session, enum tsm_state state);

/*
 * A way of the row's own, so that closing it is the last close: the keeper's is closed, and @flags
 * say which is opened in its stead (TSM_WAY_*). The next row starts anew.
 */
void tsm_session_own_way(struct tsm_session *session, int flags);

/* Only the device, with the keeper's way closed: for who walks a way of his own. */
void tsm_session_take(struct tsm_session *session, const struct tsm_facts *facts);

/* A duplicate of an open file of another process (a pidfd), or -errno. */
int tsm_fetch_file(int process, int file);

/* Seconds that the last close may take when no call is in flight. */
#define TSM_CLOSE_SECONDS	5
/* Seconds in which a close that takes longer comes back on every kernel that is known. */
#define TSM_CLOSE_PATIENCE	90

/* TSM_OP on the session's vdevice, 0 or -errno. */
int tsm_session_op(const struct tsm_session *session, __u32 type);

#endif /* TSM_SESSION_H */
