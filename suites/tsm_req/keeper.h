/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rows and the keeper of the device say to each other; session.h is the interface. Records go
 * through pipes, each in one piece, and files by pidfd_getfd(): a kernel made for this may well
 * have no sockets.
 */
#ifndef TSM_KEEPER_H
#define TSM_KEEPER_H

#include <assert.h>

#include "session.h"

enum { TSM_GET, TSM_DROP };

struct tsm_question {
	__u32 what;
	__u32 sequence;		/* comes back: a row that died may have left an answer unread */
};

struct tsm_answer {
	__u32 sequence;
	bool ok;		/* false: way.why says what is wrong */
	struct tsm_way way;	/* its files by the keeper's numbers, for pidfd_getfd() */
};

static_assert(sizeof(struct tsm_answer) <= 512, "POSIX's PIPE_BUF: written in one piece");

#define TSM_PASSED 5

static inline int *tsm_passed_file(struct tsm_way *way, int i)
{
	int *const files[TSM_PASSED] = {
		&way->control, &way->vm, &way->bridge, &way->cdev, &way->iommufd,
	};

	return files[i];
}

#endif /* TSM_KEEPER_H */
