/* SPDX-License-Identifier: GPL-2.0-only */
/* What rows may need, answered from the facts. */
#ifndef TSM_NEEDS_H
#define TSM_NEEDS_H

#include "../../harness/row.h"
#include "facts.h"

extern struct uc_need tsm_need_v5;		/* its reason says what there is instead */
extern const struct uc_need tsm_need_unknown;	/* a revision that is not judged as such */
extern const struct uc_need tsm_need_device;		/* a device to talk to, given or found */
extern const struct uc_need tsm_need_tsm;	/* CONFIG_TSM */
extern const struct uc_need tsm_need_no_tsm;
extern const struct uc_need tsm_need_fixture;	/* the device is the project's scripted one */
extern const struct uc_need tsm_need_hardware;	/* it is somebody's, named with --device */
extern const struct uc_need tsm_need_op;	/* TSM_OP is where v5 has it */
extern struct uc_need tsm_need_bind;	/* and binding is allowed, and there is a VM; its reason says what is missing */
extern const struct uc_need tsm_need_state;	/* STATE_CHANGE is allowed */
extern const struct uc_need tsm_need_debug;	/* DEBUG_WRITE is allowed */

/* Choose the reasons that depend on the facts. In the harness's process, before the first row. */
void tsm_needs_begin(const struct tsm_facts *facts);

#endif /* TSM_NEEDS_H */
