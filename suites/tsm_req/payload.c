// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every byte that goes to the TSM and comes back, at lengths around a page and far beyond one: the
 * TSM hashes what it read, and writes a pattern in which no two pages are alike.
 */
#include "rows.h"

/* Below 40 bytes there is no room for a script in the request. */
#define REQUEST_OF(n)	{ .req_len = GIVE(n), .script = { .produce = GIVE(0) } }, RETURNS(100)
#define SMALL_REQUEST_OF(n) { .req_len = GIVE(n), .script = { .produce = GIVE(0), \
							      .standing = true } }, RETURNS(100)
#define RESPONSE_OF(n)	{ .resp_len = GIVE(n), .script = { .consume = GIVE(0), \
							   .produce = GIVE(n) } }, RETURNS(0)
#define ECHO_OF(n)	{ .req_len = GIVE(n), .resp_len = GIVE(n), \
			  .script = { .produce = GIVE(n), .echo = true } }, RETURNS(0)

static const struct tsm_row rows[] = {
	{ { "tsm_req.payload.request_1", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, SMALL_REQUEST_OF(1) },
	{ { "tsm_req.payload.request_39", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, SMALL_REQUEST_OF(39) },
	{ { "tsm_req.payload.request_4095", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, REQUEST_OF(4095) },
	{ { "tsm_req.payload.request_4096", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, REQUEST_OF(4096) },
	{ { "tsm_req.payload.request_4097", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, REQUEST_OF(4097) },
	{ { "tsm_req.payload.request_64_kib", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, REQUEST_OF(65536) },
	{ { "tsm_req.payload.request_1_mib", REQ(PAYLOAD_REQUEST), ON_FIXTURE },
	  BOUND, REQUEST_OF(1048576) },
	{ { "tsm_req.payload.response_1", REQ(PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, RESPONSE_OF(1) },
	{ { "tsm_req.payload.response_4095", REQ(PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, RESPONSE_OF(4095) },
	{ { "tsm_req.payload.response_4096", REQ(PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, RESPONSE_OF(4096) },
	{ { "tsm_req.payload.response_4097", REQ(PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, RESPONSE_OF(4097) },
	{ { "tsm_req.payload.response_64_kib", REQ(PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, RESPONSE_OF(65536) },
	{ { "tsm_req.payload.response_1_mib", REQ(PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, RESPONSE_OF(1048576) },
	{ { "tsm_req.payload.echo", REQ(PAYLOAD_REQUEST, PAYLOAD_RESPONSE), ON_FIXTURE },
	  BOUND, ECHO_OF(12289) },
};

const struct uc_topic tsm_payload_topic = UC_BATCH_TOPIC("payload", rows, tsm_run_row);
