/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suite found out about the kernel and the device, once, before the first row. */
#ifndef TSM_FACTS_H
#define TSM_FACTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "../../harness/row.h"
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

/* find.c, in the suite's prepare(). Each may refuse the run in one line, with an exit code for each reason. */

/*
 * What the command line says of the device, in the suite's prepare(): refuses a word of --allow that
 * there is not, and a device that this machine has not.
 */
void tsm_find_asked(struct tsm_device *device);

/*
 * In place of the next one, on a kernel that is built without TSM support: refuses the run where a
 * device was asked for. Its rows would be as if nobody had named it, and success would mean nothing.
 */
void tsm_find_no_tsm(void);

/*
 * Find the device: the fixture's, if the module is loaded or can be (in a VM of the project's own),
 * or the one given with --device. In the suite's prepare(), after tsm_find_asked(): notes what it
 * found; refuses the run where a device was asked for that cannot be used. All that it changes is to load the
 * module.
 */
void tsm_find_device(struct tsm_facts *facts);

/* What rows may need, answered from these. */

/* Which revisions a row is about; the reasons say what there is instead. */
extern struct uc_need tsm_need_judged;		/* any that is known */
extern struct uc_need tsm_need_v5, tsm_need_nvidia_40, tsm_need_op_48, tsm_need_op_48_rebased;
extern struct uc_need tsm_need_scoped;		/* v5, nvidia-40 */
extern struct uc_need tsm_need_ops;		/* op-48, op-48-rebased */
extern struct uc_need tsm_need_with_op;		/* all but op-48 */
extern struct uc_need tsm_need_v5_op;		/* v5, op-48-rebased */
extern const struct uc_need tsm_need_unknown;	/* a revision that is not judged as such */
extern const struct uc_need tsm_need_device;		/* a device to talk to, given or found */
extern const struct uc_need tsm_need_tsm;	/* CONFIG_TSM */
extern const struct uc_need tsm_need_no_tsm;
extern const struct uc_need tsm_need_fixture;	/* the device is the project's scripted one */
extern const struct uc_need tsm_need_hardware;	/* it is somebody's, named with --device */
extern const struct uc_need tsm_need_op;	/* TSM_OP is where the revision has it */
extern struct uc_need tsm_need_bind;	/* and binding is allowed, and there is a VM; its reason says what is missing */
extern const struct uc_need tsm_need_tags;	/* a process may have tags in its addresses */
extern const struct uc_need tsm_need_state;	/* STATE_CHANGE is allowed */
extern const struct uc_need tsm_need_debug;	/* DEBUG_WRITE is allowed */

/* Choose the reasons that depend on the facts. In the harness's process, before the first row. */
void tsm_needs_begin(const struct tsm_facts *facts);

#endif /* TSM_FACTS_H */
