/* SPDX-License-Identifier: GPL-2.0-only */
/* What rows may need, answered from the facts. */
#ifndef TSM_NEEDS_H
#define TSM_NEEDS_H

#include "../../harness/row.h"
#include "facts.h"

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

#endif /* TSM_NEEDS_H */
