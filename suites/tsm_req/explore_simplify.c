// SPDX-License-Identifier: GPL-2.0-only
/* Steps that are nearer to the good call than others, for shrinking what fails. */
#include "explore_invent.h"

/* The fields of a call one by one, each as in the good one. */
static bool simplify_call(const struct tsm_step *good, unsigned int attempt,
			  struct tsm_step *simpler)
{
	switch (attempt) {
	case 0:
		simpler->who = ROOT;
		return true;
	case 1:
		simpler->file = MAIN_FILE;
		return true;
	case 2:
		simpler->slot = VDEVICE;
		return true;
	case 3:
		simpler->id = AS_IT_IS;
		return true;
	case 4:
		simpler->which = 0;
		return true;
	case 5:
		simpler->size = good->size;
		simpler->tail = 0;
		return true;
	case 6:
		simpler->tail = 0;
		return true;
	case 7:
		simpler->place = MAPPED;
		simpler->mapped = 0;
		return true;
	case 8:
		simpler->reserved = 0;
		return true;
	case 9:
		simpler->scope = good->scope;
		return true;
	case 10:
		simpler->tell &= ~TELL_RESULT;
		simpler->result = 0;
		return true;
	case 11:
		simpler->tell = good->tell;
		simpler->result = 0;
		return true;
	case 12:
		simpler->req = MAPPED;
		simpler->req_mapped = 0;
		return true;
	case 13:
		simpler->resp = MAPPED;
		simpler->resp_mapped = 0;
		return true;
	case 14:
		simpler->req_len = good->req_len;
		return true;
	case 15:
		simpler->resp_len = good->resp_len;
		return true;
	case 16:
		simpler->consume = good->consume;
		return true;
	case 17:
		simpler->produce = good->produce;
		return true;
	case 18:
		simpler->tell &= ~TELL_ECHO;
		return true;
	case 19:
		simpler->tell &= ~TELL_NO_TOUCH;
		return true;
	case 20:
		simpler->tell &= ~TELL_BEFOREHAND;
		return true;
	default:
		return false;
	}
}

bool tsm_explore_simplify(const void *place, unsigned int attempt, void *memory)
{
	const struct tsm_step *step = place;
	struct tsm_step *simpler = memory;
	bool more = false;

	switch (step->op) {
	case DO_REQUEST:
	case DO_OPERATION:
		more = simplify_call(step->op == DO_REQUEST ? &tsm_good_request :
				     &tsm_good_operation, attempt, simpler);
		/* What nobody may play is no candidate. */
		if (more && !tsm_model_sound(simpler))
			*simpler = *step;
		return more;
	case DO_NEW_VDEVICE:
		simpler->consume = 0x1234;
		return attempt == 0;
	case DO_OPEN:
		simpler->result = 1;
		return attempt == 0;
	default:
		return false;
	}
}
