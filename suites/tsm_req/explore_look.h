/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds everything that may have come of a step against what must: the result, what the TSM saw,
 * every byte, the device. Part of every reproducer as it stands.
 */
#ifndef TSM_EXPLORE_LOOK_H
#define TSM_EXPLORE_LOOK_H

#include "explore_play.h"

#define NO_BYTE	0xffff

/* The first thing that is wrong counts. */
static void compare(struct tsm_met *met, unsigned int aspect, uint64_t expected, uint64_t got)
{
	if (met->aspect != NOTHING || expected == got)
		return;
	met->aspect = aspect;
	met->expected = expected;
	met->got = got;
}

static void look_at_result(const struct tsm_right *right, struct tsm_met *met)
{
	bool ok = right->any;

	if (met->result != -1)
		ok |= met->result >= right->low && met->result <= right->high;
	for (int i = 0; i < 3 && met->result == -1 && right->errors[i]; i++)
		ok |= right->errors[i] == met->error;
	compare(met, RESULT, true, ok);
}

static void look_at_tsm(const struct tsm_step *step, const struct laid_out *call,
			const struct device_call *seen, struct tsm_met *met)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	compare(met, SCOPE_SEEN, step->scope, seen->scope);
	compare(met, REQ_LEN_SEEN, step->req_len, seen->req_len);
	compare(met, RESP_LEN_SEEN, step->resp_len, seen->resp_len);
	compare(met, REQ_SEEN, call->req, seen->req);
	compare(met, RESP_SEEN, call->resp, seen->resp);
	compare(met, KINDS_SEEN, 0, seen->kinds & 3);
	if (step->tell & TELL_NO_TOUCH || !call->request || seen->consumed > call->request_size)
		return;
	/* As the fixture does it: eight bytes at a time, the last ones filled up with zeros. */
	for (size_t i = 0; i < seen->consumed; i += 8) {
		uint64_t word = 0;

		memcpy(&word, &tsm_copies[1][i], seen->consumed - i < 8 ? seen->consumed - i : 8);
		hash = (hash ^ word) * 0x100000001b3ULL;
		hash ^= hash >> 32;
	}
	compare(met, REQUEST_READ, hash, seen->hash);
}

static uint64_t first_change(const uint8_t *now, const uint8_t *before, size_t size)
{
	for (size_t i = 0; now && i < size; i++)
		if (now[i] != before[i])
			return i;
	return NO_BYTE;
}

static uint8_t response_byte(const struct tsm_player *player, const struct tsm_step *step,
			     const struct laid_out *call, const struct tsm_right *right, size_t i)
{
	/* Where there is no room for a script in the request, the TSM answers as it likes best. */
	bool told = step->tell & TELL_BEFOREHAND || step->req_len >= sizeof(struct device_answer);

	if (told && step->tell & TELL_ECHO && i < right->consumed && i < call->request_size)
		return tsm_copies[1][i] ^ 0x5a;
	return pattern(told ? player->seed : 0, i);
}

/* The response went over the request. */
static void look_at_shared(const struct tsm_player *player, const struct tsm_step *step,
			   const struct laid_out *call, const struct tsm_right *right,
			   struct tsm_met *met)
{
	size_t offset = call->resp - call->req, i;

	if (met->result < 0 || !call->request)
		return;
	for (i = 0; i < call->request_size; i++) {
		bool produced = right->forwarded && !right->apart && i >= offset &&
				i - offset < right->produced;

		if (call->request[i] != (produced ? response_byte(player, step, call, right, i - offset) :
						    tsm_copies[1][i]))
			break;
	}
	compare(met, RESPONSE_BYTE, call->request_size, i);
}

/* After a fault nobody knows how many bytes came. */
static void look_at_response(const struct tsm_player *player, const struct tsm_step *step,
			     const struct laid_out *call, const struct tsm_right *right,
			     struct tsm_met *met)
{
	bool fault = right->forwarded && met->result == -1 && met->error == EFAULT;
	size_t produced = right->forwarded && !right->apart ? right->produced : 0, i;

	if (!call->response)
		return;
	if (fault || produced > call->response_size)
		produced = call->response_size;
	for (i = 0; !fault && i < produced; i++)
		if (call->response[i] != response_byte(player, step, call, right, i))
			break;
	compare(met, RESPONSE_BYTE, produced, fault ? produced : i);
	for (i = produced; i < call->response_size; i++)
		if (call->response[i] != POISON)
			break;
	compare(met, RESPONSE_REST, call->response_size, i);
	for (i = 1; i <= MARGIN && call->response[-i] == POISON;)
		i++;
	compare(met, BEFORE_RESPONSE, MARGIN + 1, i);
}

static void look_at_state(const struct tsm_right *right, const struct device_state *before,
			  const struct device_state *after, struct tsm_met *met)
{
	compare(met, IS_CONNECTED, right->connected, after->connected);
	compare(met, IS_BOUND, right->bound, after->bound);
	compare(met, BIND_CALLS, (int64_t)right->binds, after->binds - before->binds);
	compare(met, UNBIND_CALLS, (int64_t)right->unbinds, after->unbinds - before->unbinds);
	compare(met, VDEVICES_LEFT, before->vdevices + right->vdevices, after->vdevices);
	if (right->bound)
		compare(met, TDI_ID, right->tdi_id, after->tdi_id);
}

/* The call of a request or an operation, and all that came of it but the state of the device. */
static void play_call(struct tsm_player *player, const struct tsm_step *step,
		      const struct tsm_right *right, struct tsm_met *met)
{
	bool beforehand = step->op == DO_REQUEST && step->tell & TELL_BEFOREHAND;
	bool overlap = step->resp == SAME || step->resp == OVERLAPPING;
	int bind_error = step->op == DO_OPERATION ? step->result : 0;
	uint64_t asked = player->state.requests;
	struct device_answer answer;
	struct laid_out call;

	lay_out(player, step, &call);
	answer = answer_of(player, step);
	if (beforehand || bind_error)
		set_knobs(player, beforehand ? &answer : NULL, bind_error);
	if (step->place == READ_ONLY)
		protect(STRUCT_AREA, true);
	if (step->req == READ_ONLY)
		protect(REQUEST_AREA, true);
	if (step->resp == READ_ONLY)
		protect(RESPONSE_AREA, true);
	issue(player, step, &call, met);
	if (step->place == READ_ONLY)
		protect(STRUCT_AREA, false);
	if (step->req == READ_ONLY)
		protect(REQUEST_AREA, false);
	if (step->resp == READ_ONLY)
		protect(RESPONSE_AREA, false);
	look_at_device(player);
	if (!player->state.bound)
		player->disguise &= ~DISGUISE_OTHER_VM;
	if (beforehand || bind_error)
		set_knobs(player, NULL, 0);
	look_at_result(right, met);
	compare(met, TIMES_ASKED, right->forwarded, player->state.requests - asked);
	if (right->forwarded)
		look_at_tsm(step, &call, &player->state.last, met);
	compare(met, STRUCT_KEPT, NO_BYTE,
		first_change(call.image, tsm_copies[0], call.image_size));
	if (step->op != DO_REQUEST)
		return;
	if (overlap) {
		look_at_shared(player, step, &call, right, met);
		return;
	}
	compare(met, REQUEST_KEPT, NO_BYTE,
		first_change(call.request, tsm_copies[1], call.request_size));
	look_at_response(player, step, &call, right, met);
}

#endif /* TSM_EXPLORE_LOOK_H */
