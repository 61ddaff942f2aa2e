/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One request described without addresses, and what the document allows as its outcome.
 *
 * A description says how a call differs from one that succeeds: the all-zero tsm_call is an INFO
 * request of 64 bytes with a response buffer of 100, well-formed in everything, of which the TSM
 * consumes all and produces 10 bytes. call.c turns descriptions into calls.
 */
#ifndef TSM_ORACLE_H
#define TSM_ORACLE_H

#include <stdbool.h>
#include <linux/types.h>

#define TSM_GOOD_REQ_LEN	64
#define TSM_GOOD_RESP_LEN	100
#define TSM_GOOD_PRODUCE	10

/* A number that may be given or left to the good call's value; 0 is worth giving too. */
struct tsm_given {
	bool is;
	__u64 value;
};

#define GIVE(number)	{ true, (number) }

enum tsm_place {	/* where the argument, or a buffer, lies */
	PLACE_GOOD,	/* mapped, its last byte before an unmapped page */
	PLACE_NULL,
	PLACE_UNMAPPED,
	PLACE_KERNEL,	/* an address of the kernel's half */
	PLACE_READ_ONLY,
	PLACE_SHORT,	/* as GOOD, but only .mapped bytes of it are there */
	PLACE_SAME,	/* response only: the request's address */
	PLACE_OVERLAP,	/* response only: the request's address + 8 */
};

enum tsm_id {		/* what vdevice_id names */
	ID_OF_VDEVICE,
	ID_OF_NOTHING,	/* an id that was never given out */
	ID_ZERO,	/* ids begin at 1 */
	ID_ALL_ONES,
	ID_SIGN_BIT,
	ID_DESTROYED,	/* of a destroyed object */
	ID_OF_DEVICE,
	ID_OF_IOAS,
	ID_OF_HWPT,
	ID_OF_VIOMMU,
	ID_OF_FAULT,
	TSM_IDS,
};

enum tsm_state {	/* of the device behind the vdevice */
	IN_ANY_STATE,	/* the outcome must not depend on it; no device is needed */
	UNCONNECTED,
	CONNECTED,	/* to a TSM, and not bound */
	NOT_LINK,	/* connected and bound, but the TSM says that it is no link TSM */
	BOUND,
	NOT_PCI,
};

/* What the scripted TSM does instead of consuming all and producing 10 bytes. */
struct tsm_script {
	struct tsm_given consume;	/* bytes */
	struct tsm_given produce;	/* bytes */
	struct tsm_given result;	/* returned as it is: a residue or, below 0, an errno */
	bool no_touch;		/* count, but touch neither buffer */
	bool echo;		/* the response is made of the request */
	__u32 delay_ms;		/* before anything is touched */
	bool standing;		/* set beforehand, not read out of the request */
};

struct tsm_call {
	__u32 word;		/* ioctl word, or 0 for IOMMU_VDEVICE_TSM_REQ */
	struct tsm_given size;
	enum tsm_place place;
	__u32 mapped;		/* PLACE_SHORT: bytes of the struct that are mapped */
	__u32 tail;		/* offset of a byte set to 1 after the struct, or 0 */
	enum tsm_id id;
	__u32 scope;
	__u32 reserved;
	struct tsm_given req_len;
	struct tsm_given resp_len;
	enum tsm_place req;
	__u32 req_mapped;	/* PLACE_SHORT: bytes of the request that are mapped */
	enum tsm_place resp;
	__u32 resp_mapped;
	bool no_rawio;		/* the caller has no CAP_SYS_RAWIO */
	struct tsm_script script;
};

struct tsm_world {
	bool tsm_built;		/* CONFIG_TSM */
	enum tsm_state state;
};

#define TSM_OUTCOME_ERRORS 3

struct tsm_outcome {
	bool judged;		/* false: the document leaves it open, everything is allowed */
	int errors[TSM_OUTCOME_ERRORS];	/* allowed errnos; 0 ends */
	__s64 low, high;	/* allowed results; low > high if success is not */
	bool forwarded;		/* the TSM was asked; once */
	__u64 consumed;		/* bytes of the request that it read */
	__u64 produced;		/* bytes of the response that it wrote */
};

/* What the document allows for @call. Pure: no system call, no state. IN_ANY_STATE is no answer. */
struct tsm_outcome tsm_oracle(const struct tsm_world *world, const struct tsm_call *call);

/* Whether a result (-1 and @error, or a number) is among what @outcome allows. */
bool tsm_allows(const struct tsm_outcome *outcome, __s64 got, int error);

/* The lengths of a call, given or good. */
__u32 tsm_call_size(const struct tsm_call *call);
__u32 tsm_call_req_len(const struct tsm_call *call);
__u32 tsm_call_resp_len(const struct tsm_call *call);

#endif /* TSM_ORACLE_H */
