/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exploration of this suite plays: a step, what must come of it, and what came. This file
 * and explore_play.h are part of every reproducer as they stand, so they know nothing but libc.
 */
#ifndef TSM_EXPLORE_STEP_H
#define TSM_EXPLORE_STEP_H

#include <stdbool.h>
#include <stdint.h>

enum {	/* op */
	DO_REQUEST,		/* IOMMU_VDEVICE_TSM_REQ */
	DO_OPERATION,		/* IOMMU_VDEVICE_TSM_OP: scope is its type, reserved its flags */
	DO_CONNECT,		/* the PCI device to its TSM, through sysfs */
	DO_DISCONNECT,
	DO_OPEN,		/* a device file, to iommufd; which: enum below, result: with a VM */
	DO_CLOSE,		/* it again: its vdevice ends */
	DO_NEW_VIOMMU,
	DO_NEW_VDEVICE,		/* of device which; consume is its identifier in the VM */
	DO_NEW_IOAS,		/* into slot: only to take the next free id */
	DO_NEW_FAULT,
	DO_DESTROY,		/* what is in slot */
	DO_DISGUISE,		/* which: bits of the device's knobs */
	DO_MEET,		/* which: what meets a request that is with the TSM */
	TSM_STEP_OPS
};

enum { ENDPOINT, PLAIN, DEVICES };	/* the PCI device, and one that is none */
enum { MAIN_FILE, DUPLICATE, OTHER_FILE, FILES };	/* the last one is another iommufd */

enum {	/* slot: objects of the main file, by the place in which their ids are kept */
	VDEVICE, PLAIN_VDEVICE, DEVICE, PLAIN_DEVICE, IOAS, HWPT, VIOMMU, FAULT, SPARE, SPARE_2,
	SPARE_3, SLOTS
};

enum {	/* id: what becomes of the slot's number */
	AS_IT_IS, WITH_BIT_31, WITH_BIT_16, WITH_BIT_8, PLUS_ONE, ZERO, ALL_ONES, FAR_AWAY, IDS
};

enum {	/* place, req, resp: where the struct and the buffers lie */
	MAPPED, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, CUT_OFF, SAME, OVERLAPPING, PLACES
};

enum { ROOT, NOBODY, NO_RAWIO, CHILD, CALLERS };	/* who */

enum {	/* what the TSM is told: the first three are the device's own flags */
	TELL_RESULT = 1, TELL_ECHO = 2, TELL_NO_TOUCH = 4, TELL_BEFOREHAND = 8
};

enum { DISGUISE_NOT_LINK = 1, DISGUISE_OTHER_VM = 2 };

enum {	/* which, of DO_MEET */
	MEET_UNBIND, MEET_DISCONNECT, MEET_DESTROY, MEET_CLOSE, MEET_REQUEST, MEET_SIGNAL, MEETINGS
};

#define WORDS	6	/* which, of DO_REQUEST and DO_OPERATION: 0 is the right ioctl word */

#define EVERYTHING	UINT64_MAX	/* consume, produce */
#define CLOSE_SECONDS	5		/* that a close may take with no call in flight */
#define MEET_RESIDUE	90		/* of DO_MEET's first request */

struct tsm_step {
	uint8_t op, which, file, slot, id;
	uint8_t place, req, resp, who, tell;
	uint16_t mapped, req_mapped, resp_mapped;	/* bytes, where CUT_OFF */
	uint16_t tail;		/* offset of a byte behind the struct that is 1, or 0 */
	uint16_t unused;
	uint32_t size, scope, reserved, req_len, resp_len;
	uint64_t consume, produce;	/* bytes that the TSM is told to */
	int64_t result;		/* that the TSM is told to return */
};

/* What must come of it. */
struct tsm_right {
	bool any;		/* result: nobody knows */
	bool apart;		/* the buffers that are looked at are not the caller's */
	bool forwarded;		/* the TSM is asked, once */
	bool connected, bound;	/* afterwards */
	int8_t binds, unbinds, vdevices;	/* how many times, or more, than before */
	int16_t errors[3];	/* allowed errnos; 0 ends */
	int16_t second;		/* of what DO_MEET adds: 0 or negative errno, or residue */
	int64_t low, high;	/* allowed results; low > high if there are none */
	uint64_t consumed, produced;	/* bytes, where forwarded */
	uint32_t tdi_id;	/* where bound */
};

/* What can be wrong about a step. */
enum {
	NOTHING, RESULT, TIMES_ASKED, SCOPE_SEEN, REQ_LEN_SEEN, RESP_LEN_SEEN, REQ_SEEN, RESP_SEEN,
	KINDS_SEEN, REQUEST_READ, STRUCT_KEPT, REQUEST_KEPT, RESPONSE_BYTE, RESPONSE_REST,
	BEFORE_RESPONSE, IS_CONNECTED, IS_BOUND, BIND_CALLS, UNBIND_CALLS, VDEVICES_LEFT, TDI_ID,
	SECOND_RESULT, AT_ONCE, CLOSE_TIME, ASPECTS
};

static const char *const tsm_aspects[ASPECTS] = {
	[RESULT] = "its result",
	[TIMES_ASKED] = "how many times the TSM was asked",
	[SCOPE_SEEN] = "the scope that the TSM was given",
	[REQ_LEN_SEEN] = "the req_len that the TSM was given",
	[RESP_LEN_SEEN] = "the resp_len that the TSM was given",
	[REQ_SEEN] = "the req_uptr that the TSM was given",
	[RESP_SEEN] = "the resp_uptr that the TSM was given",
	[KINDS_SEEN] = "kernel memory in place of the caller's buffers",
	[REQUEST_READ] = "the hash of the bytes that the TSM read",
	[STRUCT_KEPT] = "offset of the first byte of the struct that was written (0xffff: none)",
	[REQUEST_KEPT] = "offset of the first byte of the request that was written (0xffff: none)",
	[RESPONSE_BYTE] = "offset of the first wrong byte that the TSM wrote",
	[RESPONSE_REST] = "offset of the first byte written that the TSM did not write",
	[BEFORE_RESPONSE] = "offset of a byte before the response that was written",
	[IS_CONNECTED] = "whether the device is connected afterwards",
	[IS_BOUND] = "whether the device is bound afterwards",
	[BIND_CALLS] = "how many times the TSM was asked to bind",
	[UNBIND_CALLS] = "how many times the TSM was asked to unbind",
	[VDEVICES_LEFT] = "how many vdevices there are afterwards",
	[TDI_ID] = "the identifier that the TSM was given to bind",
	[SECOND_RESULT] = "the result of what met the request",
	[AT_ONCE] = "how many requests were with the TSM at once",
	[CLOSE_TIME] = "seconds until the close came back (expected: at most)",
};

/* What came of it. */
struct tsm_met {
	int64_t result;		/* of the call: -1 and error, or a number */
	int error;
	int64_t second;		/* DO_MEET's: 0 or negative errno, or residue */
	uint32_t id;		/* of the new object */
	unsigned int aspect;	/* the first that is wrong, or NOTHING */
	uint64_t expected, got;	/* of it, unless RESULT */
};

/* The number that the step passes as an id. */
static inline uint32_t tsm_step_id(const struct tsm_step *step, uint32_t slot)
{
	switch (step->id) {
	case WITH_BIT_31:
		return slot | 1U << 31;
	case WITH_BIT_16:
		return slot | 1U << 16;
	case WITH_BIT_8:
		return slot | 1U << 8;
	case PLUS_ONE:
		return slot + 1;
	case ZERO:
		return 0;
	case ALL_ONES:
		return UINT32_MAX;
	case FAR_AWAY:
		return INT32_MAX - 1;
	default:
		return slot;
	}
}

#endif /* TSM_EXPLORE_STEP_H */
