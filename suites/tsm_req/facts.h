/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suite found out about the kernel and the device, once, before the first row. */
#ifndef TSM_FACTS_H
#define TSM_FACTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "revision.h"

struct tsm_shared;

struct tsm_device {
	bool found;
	bool fixture;		/* the project's scripted device: everything is allowed */
	char bdf[20];		/* "0000:01:00.0" */
	int tsm;		/* N of the "tsmN" to connect to, or -1: whichever takes it */
	char driver[64];	/* the driver before we came, empty if none */
	char override[64];	/* sysfs's driver_override before we came, empty if none */
	bool connected;		/* to a TSM before we came */
	bool allow_state, allow_debug, allow_bind;
};

struct tsm_facts {
	int revision;		/* index into tsm_revisions[] */
	const struct tsm_rules *rules;	/* of that one, or NULL */
	struct tsm_seen seen;	/* by which it was told */
	bool tsm_built;		/* CONFIG_TSM */
	bool op;		/* there is a TSM_OP, beside the request */
	bool vm;		/* KVM is there: without a VM nothing can be bound */
	int vm_error;		/* of opening /dev/kvm, or 0 */
	struct tsm_device device;
	int control;		/* the fixture's control file, or -1, as are the next three */
	int ask, hear;		/* pipes to and from the device owner process (session.h) */
	int owner;		/* its pidfd */
	int owner_pid;
	struct tsm_shared *shared;	/* mapped by the owner and every row */
};

#endif /* TSM_FACTS_H */
