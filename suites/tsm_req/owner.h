/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rows ask of the device owner; session.h is the interface. The set-up itself is in
 * shared memory and its files are fetched with pidfd_getfd(), so a row whose device is in order
 * asks nothing; and no sockets are needed, which a kernel made for this may well not have.
 */
#ifndef TSM_OWNER_H
#define TSM_OWNER_H

#include "session.h"

enum {
	TSM_RENEW,	/* make the set-up as good as new */
	TSM_DROP,	/* close everything; the device stays vfio-pci's */
};

struct tsm_order {
	__u32 what;
	__u32 sequence;		/* comes back: a row that died may have left an answer unread */
};

struct tsm_reply {
	__u32 sequence;
	__s32 rc;		/* 0, or -errno: the shared set-up's why says what is wrong */
};

#endif /* TSM_OWNER_H */
