// SPDX-License-Identifier: GPL-2.0-only
/*
 * The residue: with a response buffer, its bytes that were not filled; without, the request's that
 * were not consumed. "Without" is judged only where address and length agree on it. Large lengths
 * are claims: the scripted TSM counts, and touches nothing.
 */
#include <errno.h>

#include "rows.h"

#define NO_RESPONSE	.resp = PLACE_NULL, .resp_len = GIVE(0)
#define NO_REQUEST	.req = PLACE_NULL, .req_len = GIVE(0)
/* The TSM counts these bytes of the response as filled, or of the request as consumed. */
#define COUNTS_FILLED(n)	.script = { .produce = GIVE(n), .no_touch = true }
#define COUNTS_CONSUMED(n)	.script = { .consume = GIVE(n), .no_touch = true }
/* Address and length disagree. */
#define WHICH_BUFFER \
	"the document does not say whether resp_uptr or resp_len makes a response buffer"
#define RESULT(n)		.script = { .result = GIVE(n), .no_touch = true }

/* A length around a power of two, of either buffer, of which the TSM leaves one byte, or half. */
static void judge_length(struct tsm_session *session, __u32 length, __u32 left, bool response)
{
	struct tsm_call call = {
		.req = PLACE_UNMAPPED, .resp = PLACE_UNMAPPED,
		.script = { .no_touch = true, .standing = true },
	};
	struct tsm_expect expect = TSM_RETURNS(left);

	if (response) {
		call.resp_len = (struct tsm_given)GIVE(length);
		call.script.produce = (struct tsm_given)GIVE(length - left);
	} else {
		call.resp = PLACE_NULL;
		call.resp_len = (struct tsm_given)GIVE(0);
		call.req_len = (struct tsm_given)GIVE(length);
		call.script.consume = (struct tsm_given)GIVE(length - left);
	}
	tsm_judge(session, &call, &expect);
}

static void powers_of_two(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u8 bits[] = { 1, 2, 4, 7, 8, 12, 15, 16, 20, 24, 30, 31 };
	bool response = row->row.checks[0] == RESIDUE_RESPONSE;

	for (size_t i = 0; i < sizeof(bits); i++)
		for (int off = -1; off <= 1; off++) {
			__u32 length = (1U << bits[i]) + off;

			judge_length(session, length, 1, response);
			judge_length(session, length, length / 2, response);
		}
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.residue.response_some", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(37) } }, RETURNS(63) },
	{ { "tsm_req.residue.response_full", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(100) } }, RETURNS(0) },
	{ { "tsm_req.residue.response_none", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(0) } }, RETURNS(100) },
	{ { "tsm_req.residue.response_one_left", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(99) } }, RETURNS(1) },
	{ { "tsm_req.residue.request_some", REQ(RESIDUE_REQUEST), ON_FIXTURE },
	  BOUND, { NO_RESPONSE, .script = { .consume = GIVE(50) } }, RETURNS(14) },
	{ { "tsm_req.residue.request_all", REQ(RESIDUE_REQUEST), ON_FIXTURE },
	  BOUND, { NO_RESPONSE }, RETURNS(0) },
	{ { "tsm_req.residue.request_none", REQ(RESIDUE_REQUEST), ON_FIXTURE },
	  BOUND, { NO_RESPONSE, .script = { .consume = GIVE(0) } }, RETURNS(64) },
	{ { "tsm_req.residue.response_decides", REQ(RESIDUE_RESPONSE, RESIDUE_CAPACITY),
	    ON_FIXTURE },
	  BOUND, { .req_len = GIVE(4096), .resp_len = GIVE(16),
		   .script = { .consume = GIVE(40), .produce = GIVE(11) } }, RETURNS(5) },
	{ { "tsm_req.residue.larger_response", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(4096), .script = { .produce = GIVE(1) } }, RETURNS(4095) },
	{ { "tsm_req.residue.no_request", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { NO_REQUEST, .script = { .standing = true } }, RETURNS(90) },
	{ { "tsm_req.residue.no_buffers", REQ(RESIDUE_REQUEST, RESIDUE_CAPACITY), ON_FIXTURE },
	  BOUND, { NO_REQUEST, NO_RESPONSE }, RETURNS(0) },
	{ { "tsm_req.residue.scripted_zero", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { RESULT(0) }, RETURNS(0) },
	{ { "tsm_req.residue.scripted_capacity", REQ(RESIDUE_CAPACITY), ON_FIXTURE },
	  BOUND, { RESULT(100) }, RETURNS(100) },
	{ { "tsm_req.residue.response_lengths", REQ(RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, .custom = powers_of_two },
	{ { "tsm_req.residue.request_lengths", REQ(RESIDUE_REQUEST), ON_FIXTURE },
	  BOUND, .custom = powers_of_two },

	/* The largest residue that fits, and lengths that do not though the residue does. */
	{ { "tsm_req.residue.largest", REQ(RESIDUE_TOO_LARGE, RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0x7fffffff), COUNTS_FILLED(0) }, RETURNS(0x7fffffff) },
	{ { "tsm_req.residue.largest_of_2_gib", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0x80000000), COUNTS_FILLED(1) }, RETURNS(0x7fffffff) },
	{ { "tsm_req.residue.largest_of_4_gib", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0xffffffff), COUNTS_FILLED(0x80000000) },
	  RETURNS(0x7fffffff) },
	{ { "tsm_req.residue.zero_of_4_gib", REQ(RESIDUE_TOO_LARGE, RESIDUE_RESPONSE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0xffffffff), COUNTS_FILLED(0xffffffff) }, RETURNS(0) },
	{ { "tsm_req.residue.largest_request", REQ(RESIDUE_TOO_LARGE, RESIDUE_REQUEST),
	    ON_FIXTURE },
	  BOUND, { .req_len = GIVE(0xffffffff), NO_RESPONSE, COUNTS_CONSUMED(0x80000000) },
	  RETURNS(0x7fffffff) },

	/* Too large: as an int these read INT_MIN, EPERM, EFAULT, EINVAL, and a clean 0. */
	{ { "tsm_req.residue.2_gib", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0x80000000), COUNTS_FILLED(0) }, FAILS_IN_TSM(EOVERFLOW) },
	{ { "tsm_req.residue.reads_as_eperm", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0xffffffff), COUNTS_FILLED(0) }, FAILS_IN_TSM(EOVERFLOW) },
	{ { "tsm_req.residue.reads_as_efault", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0xffffffff), COUNTS_FILLED(13) }, FAILS_IN_TSM(EOVERFLOW) },
	{ { "tsm_req.residue.reads_as_einval", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0xffffffff), COUNTS_FILLED(21) }, FAILS_IN_TSM(EOVERFLOW) },
	{ { "tsm_req.residue.request_2_gib", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .req_len = GIVE(0x80000000), NO_RESPONSE, COUNTS_CONSUMED(0) },
	  FAILS_IN_TSM(EOVERFLOW) },
	{ { "tsm_req.residue.request_reads_as_eperm", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { .req_len = GIVE(0xffffffff), NO_RESPONSE, COUNTS_CONSUMED(0) },
	  FAILS_IN_TSM(EOVERFLOW) },
	{ { "tsm_req.residue.reads_as_zero", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { RESULT(0x100000000) }, FAILS_IN_TSM_OR(EOVERFLOW, EIO) },
	{ { "tsm_req.residue.reads_as_smaller", REQ(RESIDUE_TOO_LARGE), ON_FIXTURE },
	  BOUND, { RESULT(0x100000005) }, FAILS_IN_TSM_OR(EOVERFLOW, EIO) },

	/* What the document leaves open is shown, for whoever writes a client. */
	{ { "tsm_req.residue.null_with_length", REQ(RESIDUE_CAPACITY), ON_FIXTURE },
	  BOUND, { .resp = PLACE_NULL, .script = { .consume = GIVE(50), .produce = GIVE(10),
						   .no_touch = true } }, OPEN_QUESTION(WHICH_BUFFER) },
	{ { "tsm_req.residue.address_without_length", REQ(RESIDUE_CAPACITY), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(0), .script = { .consume = GIVE(50) } }, OPEN_QUESTION(WHICH_BUFFER) },
	{ { "tsm_req.residue.tsm_claims_more", REQ(RESIDUE_CAPACITY), ON_FIXTURE },
	  BOUND, { RESULT(101) },
	  OPEN_QUESTION("the document does not say what becomes of a TSM's count above the capacity") },
	{ { "tsm_req.residue.tsm_returns_no_errno", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, { RESULT(-4096) },
	  OPEN_QUESTION("the document does not say what becomes of a TSM's error that is no errno") },
};

const struct uc_topic tsm_residue_topic = UC_BATCH_TOPIC("residue", rows, tsm_run_row);
