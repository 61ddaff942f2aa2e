// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every byte that goes to the TSM and comes back, at lengths around a page and far beyond one: the
 * TSM hashes what it read, and writes a pattern in which no two pages are alike.
 */
#include "rows.h"

static const struct tsm_row rows[] = {
	ROW("payload.request_1", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=1 produce=0 beforehand = 100", PAYLOAD_REQUEST),
	ROW("payload.request_39", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=39 produce=0 beforehand = 100", PAYLOAD_REQUEST),
	ROW("payload.request_4095", ON_FIXTURE, BOUND, "TSM_REQ req_len=4095 produce=0 = 100", PAYLOAD_REQUEST),
	ROW("payload.request_4096", ON_FIXTURE, BOUND, "TSM_REQ req_len=4096 produce=0 = 100", PAYLOAD_REQUEST),
	ROW("payload.request_4097", ON_FIXTURE, BOUND, "TSM_REQ req_len=4097 produce=0 = 100", PAYLOAD_REQUEST),
	ROW("payload.request_64_kib", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=65536 produce=0 = 100", PAYLOAD_REQUEST),
	ROW("payload.request_1_mib", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0x100000 produce=0 = 100", PAYLOAD_REQUEST),
	ROW("payload.response_1", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=1 consume=0 produce=1 = 0", PAYLOAD_RESPONSE),
	ROW("payload.response_4095", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=4095 consume=0 produce=4095 = 0", PAYLOAD_RESPONSE),
	ROW("payload.response_4096", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=4096 consume=0 produce=4096 = 0", PAYLOAD_RESPONSE),
	ROW("payload.response_4097", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=4097 consume=0 produce=4097 = 0", PAYLOAD_RESPONSE),
	ROW("payload.response_64_kib", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=65536 consume=0 produce=65536 = 0", PAYLOAD_RESPONSE),
	ROW("payload.response_1_mib", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0x100000 consume=0 produce=0x100000 = 0", PAYLOAD_RESPONSE),
	ROW("payload.echo", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=12289 resp_len=12289 produce=12289 echo = 0", PAYLOAD_REQUEST, PAYLOAD_RESPONSE),
};

const struct uc_topic tsm_payload_topic = TSM_TOPIC("payload");
