// SPDX-License-Identifier: GPL-2.0-only
/*
 * The residue: with a response buffer, its bytes that were not filled; without, the request's that
 * were not consumed. "Without" is judged only where address and length agree on it. Large lengths
 * are claims: the scripted TSM counts, and touches nothing.
 */
#include "rows.h"

#define WHICH_BUFFER "the document does not say whether resp_uptr or resp_len makes a response buffer"

/* A length around a power of two, of either buffer, of which the TSM leaves one byte, or half. */
static void powers_of_two(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u8 bits[] = { 1, 2, 4, 7, 8, 12, 15, 16, 20, 24, 30, 31 };

	for (size_t i = 0; i < sizeof(bits); i++)
		for (int off = -1; off <= 1; off++) {
			__u32 length = (1U << bits[i]) + off, half = length / 2;

			tsm_play_text(session, row->steps, length, length - 1, 1);
			tsm_play_text(session, row->steps, length, length - half, half);
		}
}

static const struct tsm_row rows[] = {
	ROW("residue.response_some", ON_FIXTURE, BOUND, "TSM_REQ produce=37 = 63", RESIDUE_RESPONSE),
	ROW("residue.response_full", ON_FIXTURE, BOUND, "TSM_REQ produce=100 = 0", RESIDUE_RESPONSE),
	ROW("residue.response_none", ON_FIXTURE, BOUND, "TSM_REQ produce=0 = 100", RESIDUE_RESPONSE),
	ROW("residue.response_one_left", ON_FIXTURE, BOUND, "TSM_REQ produce=99 = 1", RESIDUE_RESPONSE),
	ROW("residue.request_some", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0 resp=null consume=50 = 14", RESIDUE_REQUEST),
	ROW("residue.request_all", ON_FIXTURE, BOUND, "TSM_REQ resp_len=0 resp=null = 0", RESIDUE_REQUEST),
	ROW("residue.request_none", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0 resp=null consume=0 = 64", RESIDUE_REQUEST),
	ROW("residue.response_decides", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=4096 resp_len=16 consume=40 produce=11 = 5", RESIDUE_RESPONSE, RESIDUE_CAPACITY),
	ROW("residue.larger_response", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=4096 produce=1 = 4095", RESIDUE_RESPONSE),
	ROW("residue.no_request", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0 req=null beforehand = 90", RESIDUE_RESPONSE),
	ROW("residue.no_buffers", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0 resp_len=0 req=null resp=null = 0", RESIDUE_REQUEST, RESIDUE_CAPACITY),
	ROW("residue.scripted_zero", ON_FIXTURE, BOUND, "TSM_REQ result=0 no-touch = 0", RESIDUE_RESPONSE),
	ROW("residue.scripted_capacity", ON_FIXTURE, BOUND,
	    "TSM_REQ result=100 no-touch = 100", RESIDUE_CAPACITY),
	ROW_WITH(.custom = powers_of_two, "residue.response_lengths", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=%u req=unmapped resp=unmapped produce=%u no-touch beforehand = %u",
	    RESIDUE_RESPONSE),
	ROW_WITH(.custom = powers_of_two, "residue.request_lengths", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=%u resp_len=0 req=unmapped resp=null consume=%u no-touch beforehand = %u",
	    RESIDUE_REQUEST),

	/* The largest residue that fits, and lengths that do not though the residue does. */
	ROW("residue.largest", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0x7fffffff produce=0 no-touch = 2147483647", RESIDUE_TOO_LARGE, RESIDUE_RESPONSE),
	ROW("residue.largest_of_2_gib", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0x80000000 produce=1 no-touch = 2147483647", RESIDUE_TOO_LARGE),
	ROW("residue.largest_of_4_gib", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0xffffffff produce=0x80000000 no-touch = 2147483647", RESIDUE_TOO_LARGE),
	ROW("residue.zero_of_4_gib", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0xffffffff produce=0xffffffff no-touch = 0", RESIDUE_TOO_LARGE, RESIDUE_RESPONSE),
	ROW("residue.largest_request", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0xffffffff resp_len=0 resp=null consume=0x80000000 no-touch = 2147483647",
	    RESIDUE_TOO_LARGE, RESIDUE_REQUEST),

	/* Too large: as an int these read INT_MIN, EPERM, EFAULT, EINVAL, and a clean 0. */
	ROW("residue.2_gib", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0x80000000 produce=0 no-touch = error from TSM", RESIDUE_TOO_LARGE),
	ROW("residue.reads_as_eperm", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0xffffffff produce=0 no-touch = error from TSM", RESIDUE_TOO_LARGE),
	ROW("residue.reads_as_efault", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0xffffffff produce=13 no-touch = error from TSM", RESIDUE_TOO_LARGE),
	ROW("residue.reads_as_einval", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0xffffffff produce=21 no-touch = error from TSM", RESIDUE_TOO_LARGE),
	ROW("residue.request_2_gib", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0x80000000 resp_len=0 resp=null consume=0 no-touch = error from TSM",
	    RESIDUE_TOO_LARGE),
	ROW("residue.request_reads_as_eperm", ON_FIXTURE, BOUND,
	    "TSM_REQ req_len=0xffffffff resp_len=0 resp=null consume=0 no-touch = error from TSM",
	    RESIDUE_TOO_LARGE),
	ROW("residue.reads_as_zero", ON_FIXTURE, BOUND,
	    "TSM_REQ result=0x100000000 no-touch = error from TSM", RESIDUE_TOO_LARGE),
	ROW("residue.reads_as_smaller", ON_FIXTURE, BOUND,
	    "TSM_REQ result=0x100000005 no-touch = error from TSM", RESIDUE_TOO_LARGE),

	/* What the document leaves open is shown, for whoever writes a client. */
	ROW_WITH(.open = WHICH_BUFFER, "residue.null_with_length", ON_FIXTURE, BOUND,
	    "TSM_REQ resp=null consume=50 produce=10 no-touch = open", RESIDUE_CAPACITY),
	ROW_WITH(.open = WHICH_BUFFER, "residue.address_without_length", ON_FIXTURE, BOUND,
	    "TSM_REQ resp_len=0 consume=50 = open", RESIDUE_CAPACITY),
	ROW_WITH(.open = "the document does not say what becomes of a TSM's count above the capacity", "residue.tsm_claims_more", ON_FIXTURE, BOUND,
	    "TSM_REQ result=101 no-touch = open", RESIDUE_CAPACITY),
	ROW_WITH(.open = "the document does not say what becomes of a TSM's error that is no errno", "residue.tsm_returns_no_errno", ON_FIXTURE, BOUND,
	    "TSM_REQ result=-4096 no-touch = open", BACKEND_ERROR),
};

const struct uc_topic tsm_residue_topic = TSM_TOPIC("residue");
