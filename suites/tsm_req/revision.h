/* SPDX-License-Identifier: GPL-2.0-only */
/* Which revision of the request a kernel has, told by calls that cannot succeed. */
#ifndef TSM_REVISION_H
#define TSM_REVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "rules.h"

/* Indexes into tsm_revisions[]; the order is the table's. */
enum tsm_revision_index {
	TSM_REVISION_NONE,
	TSM_REVISION_RFC,
	TSM_REVISION_V5,
	TSM_REVISION_JUNE,
	TSM_REVISION_REBASED,
	TSM_REVISION_UNKNOWN,
	TSM_REVISION_NO_ACCESS,
	TSM_REVISION_NO_FILE,
	TSM_REVISION_NO_OPEN,
	TSM_REVISION_NO_COMPAT,
	TSM_REVISIONS,
};

struct tsm_revision {
	const char *name;
	const char *reason;	/* why its rows are a SKIP; NULL for the one that is judged */
	const struct tsm_rules *rules;	/* of that one; else NULL */
};

extern const struct tsm_revision tsm_revisions[TSM_REVISIONS];

/* What the probing calls were answered: errnos, 0 for a call that succeeded. */
struct tsm_answers {
	int open;		/* errno of opening /dev/iommu, 0 if it opened */
	int size_4;		/* the v5 word, size 4 */
	int size_16;		/* the v5 word, size 16, reserved words set */
	int size_40_reserved;	/* the v5 word, size 40, unknown vdevice, every unknown bit set */
	int size_40_id;		/* the v5 word, size 40, unknown vdevice only */
	int size_40_scope;	/* the v5 word, size 40, unknown vdevice, unknown scope */
	int size_48;		/* the v5 word, size 48, bytes past the 40th set */
	int size_48_arch;	/* the v5 word, size 48, unknown vdevice, arch 9, zeros else */
	int next_48;		/* the word 0x3b97, size 48, as size_48 */
	int ioas_4;		/* iommufd's IOAS_ALLOC, size 4, which every iommufd refuses */
	int op_16;		/* v5's word for TSM_OP, size 16, every bit set */
	int op_byte_8;		/* the same word, size 64, all zero but the byte at 8 */
	int op_byte_16;		/* the same with the byte at 16 */
};

/* Issue the calls. Opens /dev/iommu for it; harmless on every revision in the table. */
void tsm_ask_revision(struct tsm_answers *answers);

/* Pure: the index into tsm_revisions[] that fits, and whether TSM support is built in. */
int tsm_tell_revision(const struct tsm_answers *answers, bool *tsm_built);

/*
 * Pure: whether v5's word for TSM_OP is TSM_OP: by its answer to unknown flags, or, where that one is
 * wrong, by the size of its struct. Mainline 7.3 has another ioctl there, whose struct is longer.
 * Where the answer is no, nothing may be bound.
 */
bool tsm_tell_op(const struct tsm_answers *answers);

#endif /* TSM_REVISION_H */
