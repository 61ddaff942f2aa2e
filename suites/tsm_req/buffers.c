// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two buffers. EFAULT - the TSM touches what it cannot; nothing is wrong with what it does not
 * touch. A script in the request would be touched itself, so those about bad requests are told the
 * TSM beforehand.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	{ { "tsm_req.buffer.request_null", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=null beforehand = EFAULT from TSM" },
	{ { "tsm_req.buffer.request_unmapped", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=unmapped beforehand = EFAULT from TSM" },
	{ { "tsm_req.buffer.request_kernel", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=kernel beforehand = EFAULT from TSM" },
	{ { "tsm_req.buffer.request_read_only", REQ(REQUEST_READ_ONLY), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=read-only = 90" },
	/* Where it could be written, too: all of it consumed, all of the response filled. */
	{ { "tsm_req.buffer.request_unchanged", REQ(REQUEST_READ_ONLY), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ produce=100 = 0" },
	{ { "tsm_req.buffer.request_up_to_the_hole", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=cut 48 consume=48 = 90" },
	{ { "tsm_req.buffer.request_into_the_hole", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=cut 48 consume=49 = EFAULT from TSM" },
	{ { "tsm_req.buffer.response_null", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=null = EFAULT from TSM" },
	{ { "tsm_req.buffer.response_unmapped", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=unmapped = EFAULT from TSM" },
	{ { "tsm_req.buffer.response_kernel", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=kernel = EFAULT from TSM" },
	{ { "tsm_req.buffer.response_read_only", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=read-only = EFAULT from TSM" },
	{ { "tsm_req.buffer.response_up_to_the_hole", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=cut 10 = 90" },
	{ { "tsm_req.buffer.response_into_the_hole", REQ(BUFFER_FAULT), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=cut 9 = EFAULT from TSM" },

	{ { "tsm_req.buffer.request_null_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=null no-touch beforehand = 90" },
	{ { "tsm_req.buffer.request_unmapped_untouched", REQ(BUFFER_NOT_TOUCHED),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=unmapped no-touch beforehand = 90" },
	{ { "tsm_req.buffer.request_kernel_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=kernel no-touch beforehand = 90" },
	{ { "tsm_req.buffer.response_unmapped_untouched", REQ(BUFFER_NOT_TOUCHED),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=unmapped produce=0 = 100" },
	{ { "tsm_req.buffer.response_kernel_untouched", REQ(BUFFER_NOT_TOUCHED),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=kernel produce=0 = 100" },
	{ { "tsm_req.buffer.response_read_only_untouched", REQ(BUFFER_NOT_TOUCHED),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp=read-only produce=0 = 100" },
	{ { "tsm_req.buffer.both_bad_untouched", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req=unmapped resp=kernel no-touch beforehand = 90" },
	{ { "tsm_req.buffer.lengths_beyond_memory", REQ(BUFFER_NOT_TOUCHED), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ req_len=0xffffffff resp_len=0x7fffffff consume=40 produce=0x7ffffff0 "
	  "no-touch = 15" },

	{ { "tsm_req.buffer.tail_after_one_byte", REQ(RESPONSE_TAIL), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ produce=1 = 99" },
	{ { "tsm_req.buffer.tail_after_all_but_one", REQ(RESPONSE_TAIL), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp_len=8192 produce=8191 = 1" },
	{ { "tsm_req.buffer.nothing_produced", REQ(RESPONSE_TAIL), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp_len=4096 produce=0 = 4096" },
	{ { "tsm_req.buffer.error_leaves_response", REQ(RESPONSE_TAIL, BACKEND_ERROR),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ produce=0 result=-EIO = EIO from TSM" },
	{ { "tsm_req.buffer.refusal_leaves_response", REQ(RESPONSE_TAIL), ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ scope=PCI_DEBUG_READ produce=100 = EINVAL" },

	{ { "tsm_req.buffer.same_memory", REQ(PAYLOAD_REQUEST, PAYLOAD_RESPONSE),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp_len=64 resp=same produce=64 echo = 0" },
	{ { "tsm_req.buffer.overlapping", REQ(PAYLOAD_REQUEST, PAYLOAD_RESPONSE),
	    ON_FIXTURE }, BOUND,
	  .steps = "TSM_REQ resp_len=56 resp=overlap produce=50 echo = 6" },
};

const struct uc_topic tsm_buffer_topic = TSM_TOPIC("buffer");
