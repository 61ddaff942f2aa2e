// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two buffers. EFAULT - the TSM touches what it cannot; nothing is wrong with what it does not
 * touch. A script in the request would be touched itself, so those about bad requests are told the
 * TSM beforehand.
 */
#include <errno.h>

#include "rows.h"

/* The TSM reads everything and writes 10 bytes; or touches nothing, and counts the same. */
#define TOUCHED		.script = { .standing = true }
#define UNTOUCHED	.script = { .standing = true, .no_touch = true }

static const struct tsm_row rows[] = {
	{ { "tsm_req.buffer.request_null", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .req = PLACE_NULL, TOUCHED }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.request_unmapped", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .req = PLACE_UNMAPPED, TOUCHED }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.request_kernel", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .req = PLACE_KERNEL, TOUCHED }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.request_read_only", REQ(REQUEST_READ_ONLY), ON_FIXTURE },
	  BOUND, { .req = PLACE_READ_ONLY }, RETURNS(90) },
	/* Where it could be written, too: all of it consumed, all of the response filled. */
	{ { "tsm_req.buffer.request_unchanged", REQ(REQUEST_READ_ONLY), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(100) } }, RETURNS(0) },
	{ { "tsm_req.buffer.request_up_to_the_hole", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .req = PLACE_SHORT, .req_mapped = 48, .script = { .consume = GIVE(48) } },
	  RETURNS(90) },
	{ { "tsm_req.buffer.request_into_the_hole", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .req = PLACE_SHORT, .req_mapped = 48, .script = { .consume = GIVE(49) } },
	  FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.response_null", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .resp = PLACE_NULL }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.response_unmapped", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .resp = PLACE_UNMAPPED }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.response_kernel", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .resp = PLACE_KERNEL }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.response_read_only", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .resp = PLACE_READ_ONLY }, FAILS_IN_TSM(EFAULT) },
	{ { "tsm_req.buffer.response_up_to_the_hole", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .resp = PLACE_SHORT, .resp_mapped = 10 }, RETURNS(90) },
	{ { "tsm_req.buffer.response_into_the_hole", REQ(BUFFER_FAULT), ON_FIXTURE },
	  BOUND, { .resp = PLACE_SHORT, .resp_mapped = 9 }, FAILS_IN_TSM(EFAULT) },

	{ { "tsm_req.buffer.request_null_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .req = PLACE_NULL, UNTOUCHED }, RETURNS(90) },
	{ { "tsm_req.buffer.request_unmapped_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .req = PLACE_UNMAPPED, UNTOUCHED }, RETURNS(90) },
	{ { "tsm_req.buffer.request_kernel_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .req = PLACE_KERNEL, UNTOUCHED }, RETURNS(90) },
	{ { "tsm_req.buffer.response_unmapped_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .resp = PLACE_UNMAPPED, .script = { .produce = GIVE(0) } }, RETURNS(100) },
	{ { "tsm_req.buffer.response_kernel_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .resp = PLACE_KERNEL, .script = { .produce = GIVE(0) } }, RETURNS(100) },
	{ { "tsm_req.buffer.response_read_only_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .resp = PLACE_READ_ONLY, .script = { .produce = GIVE(0) } }, RETURNS(100) },
	{ { "tsm_req.buffer.both_bad_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .req = PLACE_UNMAPPED, .resp = PLACE_KERNEL, UNTOUCHED }, RETURNS(90) },
	{ { "tsm_req.buffer.lengths_beyond_memory", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE },
	  BOUND, { .req_len = GIVE(0xffffffff), .resp_len = GIVE(0x7fffffff),
		   .script = { .consume = GIVE(40), .produce = GIVE(0x7ffffff0),
			       .no_touch = true } },
	  RETURNS(15) },

	{ { "tsm_req.buffer.tail_after_one_byte", REQ(RESPONSE_TAIL), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(1) } }, RETURNS(99) },
	{ { "tsm_req.buffer.tail_after_all_but_one", REQ(RESPONSE_TAIL), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(8192), .script = { .produce = GIVE(8191) } }, RETURNS(1) },
	{ { "tsm_req.buffer.nothing_produced", REQ(RESPONSE_TAIL), ON_FIXTURE },
	  BOUND, { .resp_len = GIVE(4096), .script = { .produce = GIVE(0) } }, RETURNS(4096) },
	{ { "tsm_req.buffer.error_leaves_response", REQ(RESPONSE_TAIL, BACKEND_ERROR), ON_FIXTURE },
	  BOUND, { .script = { .produce = GIVE(0), .result = GIVE(-EIO) } }, FAILS_IN_TSM(EIO) },
	{ { "tsm_req.buffer.refusal_leaves_response", REQ(RESPONSE_TAIL), ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_READ, .script = { .produce = GIVE(100) } }, FAILS(EINVAL) },

	{ { "tsm_req.buffer.same_memory", REQ(PAYLOAD_REQUEST, PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, { .resp = PLACE_SAME, .resp_len = GIVE(64),
		   .script = { .produce = GIVE(64), .echo = true } }, RETURNS(0) },
	{ { "tsm_req.buffer.overlapping", REQ(PAYLOAD_REQUEST, PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, { .resp = PLACE_OVERLAP, .resp_len = GIVE(56),
		   .script = { .produce = GIVE(50), .echo = true } }, RETURNS(6) },
};

const struct uc_topic tsm_buffer_topic = UC_BATCH_TOPIC("buffer", rows, tsm_run_row);
