// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two buffers. EFAULT - the TSM touches what it cannot; nothing is wrong with what it does not
 * touch. A script in the request would be touched itself, so those about bad requests are told the
 * TSM beforehand.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("buffer.request_null", ON_FIXTURE, BOUND,
	    "TSM_REQ req=null beforehand = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.request_unmapped", ON_FIXTURE, BOUND,
	    "TSM_REQ req=unmapped beforehand = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.request_kernel", ON_FIXTURE, BOUND,
	    "TSM_REQ req=kernel beforehand = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.request_read_only", ON_FIXTURE, BOUND, "TSM_REQ req=read-only = 90", REQUEST_READ_ONLY),
	/* Where it could be written, too: all of it consumed, all of the response filled. */
	ROW("buffer.request_unchanged", ON_FIXTURE, BOUND, "TSM_REQ produce=100 = 0", REQUEST_READ_ONLY),
	ROW("buffer.request_up_to_the_hole", ON_FIXTURE, BOUND,
	    "TSM_REQ req=cut 48 consume=48 = 90", BUFFER_NOT_TOUCHED),
	ROW("buffer.request_into_the_hole", ON_FIXTURE, BOUND,
	    "TSM_REQ req=cut 48 consume=49 = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.response_null", ON_FIXTURE, BOUND, "TSM_REQ resp=null = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.response_unmapped", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=unmapped = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.response_kernel", ON_FIXTURE, BOUND, "TSM_REQ resp=kernel = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.response_read_only", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=read-only = EFAULT from TSM", BUFFER_FAULT),
	ROW("buffer.response_up_to_the_hole", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=cut 10 = 90", BUFFER_NOT_TOUCHED),
	ROW("buffer.response_into_the_hole", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=cut 9 = EFAULT from TSM", BUFFER_FAULT),

	ROW("buffer.request_null_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ req=null no-touch beforehand = 90", BUFFER_NOT_TOUCHED),
	ROW("buffer.request_unmapped_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ req=unmapped no-touch beforehand = 90", BUFFER_NOT_TOUCHED),
	ROW("buffer.request_kernel_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ req=kernel no-touch beforehand = 90", BUFFER_NOT_TOUCHED),
	ROW("buffer.response_unmapped_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=unmapped produce=0 = 100", BUFFER_NOT_TOUCHED),
	ROW("buffer.response_kernel_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=kernel produce=0 = 100", BUFFER_NOT_TOUCHED),
	ROW("buffer.response_read_only_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=read-only produce=0 = 100", BUFFER_NOT_TOUCHED),
	ROW("buffer.both_bad_untouched", ON_FIXTURE, BOUND,
	    "TSM_REQ req=unmapped resp=kernel no-touch beforehand = 90", BUFFER_NOT_TOUCHED),
	ROW("buffer.lengths_beyond_memory", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0xffffffff resp_len=0x7fffffff consume=40 produce=0x7ffffff0 no-touch = 15",
	    BUFFER_NOT_TOUCHED),

	ROW("buffer.tail_after_one_byte", ON_FIXTURE, BOUND, "TSM_REQ produce=1 = 99", RESPONSE_TAIL),
	ROW("buffer.tail_after_all_but_one", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=8192 produce=8191 = 1", RESPONSE_TAIL),
	ROW("buffer.nothing_produced", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=4096 produce=0 = 4096", RESPONSE_TAIL),
	ROW("buffer.error_leaves_response", ON_FIXTURE, BOUND,
	    "TSM_REQ produce=0 result=-EIO = EIO from TSM", RESPONSE_TAIL, BACKEND_ERROR),
	ROW("buffer.refusal_leaves_response", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ scope=PCI_DEBUG_READ produce=100 = EINVAL", RESPONSE_TAIL),

	ROW("buffer.same_memory", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=64 resp=same produce=64 echo = 0", PAYLOAD_REQUEST, PAYLOAD_RESPONSE),
	ROW("buffer.overlapping", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=56 resp=overlap produce=50 echo = 6", PAYLOAD_REQUEST, PAYLOAD_RESPONSE),
};

const struct uc_topic tsm_buffer_topic = TSM_TOPIC("buffer");
