/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device, shared by all rows.
 *
 * A process of its own, the device owner, makes a vdevice set-up once and holds the open files; a
 * row asks for them and gets duplicates. The owner sees the end of the run by itself, however that
 * comes about (even SIGKILL), and puts the driver and the TSM connection back. A row that leaves
 * the device in doubt says so, or dies on the way; the next one then gets a new vdevice.
 */
#ifndef TSM_SESSION_H
#define TSM_SESSION_H

#include "player.h"

/* Whether the device has another driver than before we came. */
enum tsm_taken { NOT_TAKEN, TAKEN_PERHAPS, TAKEN };

/* What rows tell each other; mapped by the owner and every row. */
struct tsm_shared {
	bool dirty;		/* somebody is changing the state, or died doing so */
	enum tsm_state state;	/* of the device, unless dirty */
	struct tsm_setup setup;	/* the owner's, its files by the owner's numbers */
	__u32 sequence;		/* of questions to the owner */
	enum tsm_taken taken;	/* the owner's */
	bool closing;		/* the owner is at it */
	unsigned int stalls;	/* closes that took too long in an exploration */
	bool held;		/* this run has bound the device to iommufd before */
};

/* One row's access. Of the set-up's files it has the iommufd, a duplicate that ends with the row. */
struct tsm_session {
	struct tsm_player player;
	struct tsm_shared *shared;	/* NULL without a device */
	bool own;		/* the set-up is the row's own */
};

/*
 * What rows ask of the owner. The set-up itself is in shared memory and its files are fetched with
 * pidfd_getfd(), so a row whose device is in order asks nothing; and no sockets are needed, which a
 * kernel made for this may well not have.
 */
struct tsm_order {
	enum { TSM_RENEW, TSM_DROP } what;	/* make the set-up as good as new; close everything */
	__u32 sequence;		/* comes back: a row that died may have left an answer unread */
};

struct tsm_reply {
	__u32 sequence;
	__s32 rc;		/* 0, or -errno: the shared set-up's why says what is wrong */
	double close_seconds;	/* of that, how long the close took: the rest is drivers and new objects */
};

/* In the harness's process: start the owner. False, with *why, if that does not work. */
bool tsm_owner_start(struct tsm_facts *facts, const char **why);
/* Let the owner put everything back, and wait for it. */
void tsm_owner_stop(struct tsm_facts *facts);

/*
 * In a row: the device in @state, bringing it there if it is not. IN_ANY_STATE takes what is there,
 * and a plain iommufd where there is no device; NOT_PCI is the fixture's other device. Ends the row
 * as ERROR where that fails.
 */
void tsm_session_open(struct tsm_session *session, const struct tsm_facts *facts,
		      enum tsm_state state);

/* Move to another state; the row ends as ERROR where that fails. */
void tsm_session_reach(struct tsm_session *session, enum tsm_state state);

/* The state is in doubt from here on: without tsm_session_decide(), the next row starts anew. */
void tsm_session_mark_dirty(struct tsm_session *session);
/* It is what the session's model knows: the next row may go on with it. */
void tsm_session_decide(struct tsm_session *session);

/*
 * A set-up of the row's own, so that closing it is the last close: the owner's is closed, and
 * another one made, with a VM or without. The next row starts anew.
 */
void tsm_session_own_setup(struct tsm_session *session, bool vm);

/* Only the device, with the owner's set-up closed: for who makes one of his own. */
void tsm_session_take(struct tsm_session *session, const struct tsm_facts *facts);

/*
 * There is no set-up, and why: ends the row as ERROR, but as FAIL where this run had the device
 * before. Whatever the kernel did not let go of, no row has the device any more.
 */
void tsm_no_setup(const struct tsm_shared *shared, int rc, const char *why)
	__attribute__((noreturn));

/* A duplicate of an open file of another process (a pidfd), or -errno. */
int tsm_fetch_file(int process, int file);

#endif /* TSM_SESSION_H */
