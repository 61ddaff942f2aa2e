/* SPDX-License-Identifier: GPL-2.0-only */
/* From the description of a call to memory, the call itself, and its verdict. */
#ifndef TSM_CALL_H
#define TSM_CALL_H

#include <stdint.h>

#include "numbers.h"
#include "oracle.h"
#include "session.h"

/* Bytes before the response that must stay poison. */
#define TSM_MARGIN	16

/* A call in memory, and what was there before it. */
struct tsm_issue {
	struct tsm_req fields;	/* what the struct says */
	uintptr_t argument;	/* the address passed */
	void *whole;		/* the struct with its tail, or NULL where nothing is mapped */
	void *whole_before;
	size_t whole_size;
	__u8 *req, *req_before;	/* mapped part of the request, and a copy of it */
	size_t req_size;
	__u8 *resp;		/* mapped part of the response, and the margin before it */
	size_t resp_size;
	__u32 seed;		/* of the pattern that the TSM writes */
	__s64 result;		/* of the call: -1 and error, or a number */
	int error;
};

/* What a row demands. The macros below read better. */
struct tsm_expect {
	enum { EXPECT_RESULT, EXPECT_ERROR, EXPECT_NOTHING } kind;
	__s64 value;		/* the result, or the errno */
	bool forwarded;		/* the TSM was asked, once; else not at all */
	int or_error;		/* another errno that is allowed, or 0 */
	const char *open;	/* of EXPECT_NOTHING: what the document leaves open; constant */
};

/* Success with this residue, from the TSM. */
#define TSM_RETURNS(residue)	{ EXPECT_RESULT, (residue), true, 0, NULL }
/* Refused before the TSM was asked. */
#define TSM_FAILS(number)	{ EXPECT_ERROR, (number), false, 0, NULL }
/* The TSM was asked, and this came of it; the second errno, if any, will do too. */
#define TSM_FAILS_IN_TSM(number, other) { EXPECT_ERROR, (number), true, (other), NULL }

/* Lay out everything the call needs, in buffers (harness/buffer.h). ERROR if memory is short. */
void tsm_lay_out(struct tsm_issue *issue, const struct tsm_session *session,
		 const struct tsm_call *call);

/* Issue it; fills in result and error. */
void tsm_issue(struct tsm_issue *issue, const struct tsm_session *session,
	       const struct tsm_call *call);

/*
 * The whole of a judgement: lay out, issue, and hold everything against the document: the result,
 * whether and with what the TSM was asked, every byte of the struct, of the request and of the
 * response. Returns whether all was as demanded.
 */
bool tsm_judge(struct tsm_session *session, const struct tsm_call *call,
	       const struct tsm_expect *expect);

/* The id that @id names in this session. Makes what it has to name. */
__u32 tsm_id_value(const struct tsm_session *session, enum tsm_id id);

/* The call decoded, in one of two static buffers that take turns. */
const char *tsm_call_name(const struct tsm_call *call, __u32 vdevice_id);
/* "an IOAS's", constant. */
const char *tsm_id_name(enum tsm_id id);
/* "2 (PCI_DEBUG_READ)", static buffer. */
const char *tsm_scope_name(__u32 scope);

#endif /* TSM_CALL_H */
