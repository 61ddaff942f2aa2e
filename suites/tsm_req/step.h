/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A step: one call with all its fields, or one change of the device, as rows, --replay and
 * --explore have them. Plain data without padding; text.c has the language in which it is written.
 */
#ifndef TSM_STEP_H
#define TSM_STEP_H

#include <stdbool.h>
#include <linux/types.h>

#include "reproducer/names.c"

enum tsm_step_op {
	DO_REQ,			/* IOMMU_VDEVICE_TSM_REQ */
	DO_OP,			/* IOMMU_VDEVICE_TSM_OP */
	DO_CONNECT,		/* the PCI device to its TSM, through sysfs */
	DO_DISCONNECT,
	DO_OPEN,		/* a device file, and bind it to iommufd; which: 1 with a VM */
	DO_CLOSE,		/* it again: its vdevice ends */
	DO_VIOMMU_ALLOC,	/* consume: enum tsm_viommu_vm */
	DO_VDEVICE_ALLOC,	/* consume is its identifier in the VM */
	DO_IOAS_ALLOC,		/* into object */
	DO_FAULT_ALLOC,
	DO_DESTROY,		/* object */
	DO_OVERRIDE,		/* which: what the device pretends, TSM_OVERRIDE_* */
	DO_RACE,		/* which: what comes while a request is with the TSM, enum tsm_race_kind */
	TSM_STEP_OPS
};

enum tsm_id {		/* what becomes of the object's number */
	AS_IT_IS, WITH_BIT_31, WITH_BIT_16, WITH_BIT_8, PLUS_ONE, ZERO, ALL_ONES, NOTHING, TSM_IDS
};

enum { RIGHT_WORD, READ_WORD, WRITE_WORD, READ_WRITE_WORD, SIZED_WORD, OTHER_TYPE, TSM_WORDS };

/* What the TSM is told: the first three are the device's own flags. */
enum { TELL_RESULT = 1, TELL_ECHO = 2, TELL_NO_TOUCH = 4, TELL_BEFOREHAND = 8 };

/* What a step itself says must come of it; else the rules do. */
enum tsm_expect { BY_THE_RULES, A_RESULT, AN_ERROR, LEFT_OPEN };
enum { EXPECT_ASKED = 1, EXPECT_BINDS = 2, EXPECT_UNBINDS = 4 };	/* of the TSM */

/* Indexes into value[]: these are every revision's, the others its own. */
enum { TSM_SIZE, TSM_REQ_LEN, TSM_RESP_LEN, TSM_OWN_VALUES, TSM_VALUES = 8 };

#define TSM_ALL		(~0ULL)	/* consume, produce */

struct tsm_step {
	__u8 op, word, file, object, id, caller, tell, device, which;
	__u8 place[TSM_AREAS];
	__u16 mapped[TSM_AREAS];	/* bytes, where CUT */
	__u16 tail;		/* offset of a byte behind the struct that is 1, or 0 */
	__u8 expect, effects;	/* enum tsm_expect; EXPECT_* */
	__u16 error, or_error, unused;	/* errnos that must come, where AN_ERROR; 0: no second one */
	__u32 value[TSM_VALUES];	/* of the fields, by their index (revision.h) */
	__u32 delay_ms;		/* that the TSM sleeps before it touches anything */
	__u64 consume, produce;	/* bytes that the TSM is told to */
	__s64 result;		/* that the TSM is told to return; of what comes in a race, that must come */
	__s64 residue;		/* that must come, where A_RESULT */
};

_Static_assert(sizeof(struct tsm_step) == 96, "no padding: steps are compared byte by byte");

/* The number that the step passes as an id, where its object's is @id. */
__u32 tsm_step_id(const struct tsm_step *step, __u32 id);

/* Whether a place is none where anything can be. */
static inline bool tsm_nowhere(enum tsm_place place)
{
	return place == AT_NULL || place == UNMAPPED || place == KERNEL;
}

/* Whether the step makes one of the two ioctls. */
static inline bool tsm_is_call(const struct tsm_step *step)
{
	return step->op == DO_REQ || step->op == DO_OP;
}

#endif /* TSM_STEP_H */
