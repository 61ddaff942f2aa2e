// SPDX-License-Identifier: GPL-2.0-only
/* Which clause a wrong step breaks: by what is wrong with it, and by what is special in it. */
#include <errno.h>

#include "model.h"
#include "numbers.h"

static bool bad(unsigned int place)
{
	return place == AT_NULL || place == UNMAPPED || place == KERNEL;
}

/* In the order of the checks, as far as it concerns the struct; or none. */
static enum tsm_requirement struct_requirement(const struct tsm_step *step, uint32_t least)
{
	if (bad(step->place) || (step->place == CUT_OFF && step->mapped < sizeof(uint32_t)))
		return SIZE_UNREADABLE;
	if (step->which)
		return ABI_WORD;
	if (step->size < least)
		return SIZE_SHORT;
	if (step->place == CUT_OFF && step->mapped < step->size)
		return STRUCT_UNREADABLE;
	return step->tail && step->tail < step->size ? SIZE_TAIL : TSM_NO_REQUIREMENT;
}

/* A number that names no vdevice. */
static enum tsm_requirement id_requirement(const struct tsm_model *model,
					   const struct tsm_step *step)
{
	uint32_t id = tsm_step_id(step, model->slot[step->slot].id);

	if (step->file == OTHER_FILE)
		return ID_CONTEXT;
	if (tsm_model_named(model, id) < SLOTS)
		return ID_TYPE;
	return step->id == AS_IT_IS && model->slot[step->slot].left ? ID_GOING_AWAY : ID_UNKNOWN;
}

static bool touched_badly(const struct tsm_step *step, const struct tsm_right *right)
{
	return right->errors[0] == EFAULT && !(step->tell & TELL_RESULT && step->result == -EFAULT);
}

static enum tsm_requirement answer_requirement(const struct tsm_step *step,
					       const struct tsm_right *right)
{
	if (touched_badly(step, right))
		return BUFFER_FAULT;
	if (right->errors[0] == EOVERFLOW && step->result != -EOVERFLOW)
		return RESIDUE_TOO_LARGE;
	if (right->errors[0])
		return BACKEND_ERROR;
	if (step->size > TSM_REQ_SIZE)
		return SIZE_LONG;
	if (bad(step->req) || bad(step->resp) || step->req == CUT_OFF || step->resp == CUT_OFF)
		return BUFFER_NOT_TOUCHED;
	return step->resp_len ? RESIDUE_RESPONSE : RESIDUE_REQUEST;
}

/* To whom what is right for others is denied; or none. */
static enum tsm_requirement caller_requirement(const struct tsm_step *step)
{
	if (step->who == CHILD)
		return FD_SHARED;
	return step->who == ROOT || step->scope == PCI_DEBUG_WRITE ? TSM_NO_REQUIREMENT :
								    NO_PRIVILEGE;
}

/* Its result, or whether the TSM was asked. */
static enum tsm_requirement request_requirement(const struct tsm_model *model,
						const struct tsm_step *step,
						const struct tsm_right *right)
{
	enum tsm_requirement requirement = caller_requirement(step) ?:
					   struct_requirement(step, TSM_REQ_SIZE);
	uint32_t id = tsm_step_id(step, model->slot[step->slot].id);
	unsigned int slot = step->file == OTHER_FILE ? SLOTS : tsm_model_named(model, id);

	if (requirement)
		return requirement;
	if (step->reserved)
		return RESERVED_ZERO;
	if (step->scope > PCI_LAST)
		return SCOPE_KNOWN;
	if (slot > PLAIN_VDEVICE)
		return id_requirement(model, step);
	if (slot == PLAIN_VDEVICE)
		return STATE_NOT_PCI;
	if (step->scope > PCI_STATE_CHANGE)
		return step->who != ROOT && step->scope == PCI_DEBUG_WRITE ? DEBUG_WRITE_GUARDED :
									     SCOPE_LOWER_LAYER;
	if (!model->connected)
		return STATE_NOT_CONNECTED;
	if (model->disguise & DISGUISE_NOT_LINK)
		return STATE_NOT_LINK;
	return model->bound ? answer_requirement(step, right) : STATE_NOT_BOUND;
}

static enum tsm_requirement operation_requirement(const struct tsm_model *model,
						  const struct tsm_step *step)
{
	uint32_t id = tsm_step_id(step, model->slot[step->slot].id);
	unsigned int slot = step->file == OTHER_FILE ? SLOTS : tsm_model_named(model, id);

	if (struct_requirement(step, TSM_OP_SIZE))
		return OP_WORD_AND_SIZE;
	if (step->reserved)
		return OP_FLAGS;
	if (slot > PLAIN_VDEVICE)
		return OP_ID;
	if (model->vm != model->device[slot].vm)
		return OP_VIOMMU_VM;
	if (!model->vm)
		return OP_NO_VM;
	if (step->scope == TSM_UNBIND)
		return OP_UNBIND;
	if (step->scope != TSM_BIND)
		return OP_TYPE;
	if (slot == PLAIN_VDEVICE)
		return OP_NOT_PCI;
	if (!model->connected)
		return OP_NOT_CONNECTED;
	if (model->disguise & DISGUISE_NOT_LINK)
		return OP_NOT_LINK;
	if (model->bound)
		return model->disguise & DISGUISE_OTHER_VM ? OP_OTHER_VM : OP_BIND_AGAIN;
	return step->result ? OP_BACKEND_ERROR : OP_BIND;
}

static enum tsm_requirement meeting_requirement(const struct tsm_step *step)
{
	return step->which == MEET_SIGNAL ? WAIT_INTERRUPTED :
	       step->which == MEET_REQUEST ? CONCURRENT_CALLS : CONCURRENT_END;
}

/* Steps that only lead somewhere. */
static enum tsm_requirement other_requirement(const struct tsm_step *step, unsigned int aspect)
{
	if (step->op == DO_DESTROY && step->slot == VDEVICE)
		return OP_DESTROY_UNBINDS;
	if (step->op == DO_CLOSE)
		return ID_GOING_AWAY;
	return aspect == IS_BOUND || aspect == UNBIND_CALLS ? OP_UNBIND : OP_BIND;
}

enum tsm_requirement tsm_model_requirement(const struct tsm_model *model,
					   const struct tsm_step *step,
					   const struct tsm_right *right, unsigned int aspect)
{
	if (aspect == CLOSE_TIME)
		return CLOSE_RELEASES;
	if (step->op == DO_MEET)
		return meeting_requirement(step);
	if (step->op > DO_OPERATION)
		return other_requirement(step, aspect);
	if (step->op == DO_OPERATION)
		return aspect == STRUCT_KEPT ? OP_WRITTEN_BACK : operation_requirement(model, step);
	switch (aspect) {
	case TIMES_ASKED:
	case SCOPE_SEEN:
	case REQ_LEN_SEEN:
	case RESP_LEN_SEEN:
	case REQ_SEEN:
	case RESP_SEEN:
	case KINDS_SEEN:
		if (right->forwarded && step->who == ROOT)
			return FORWARD_ONCE;
		return request_requirement(model, step, right);
	case REQUEST_READ:
		return PAYLOAD_REQUEST;
	case STRUCT_KEPT:
		return ABI_ONE_WAY;
	case REQUEST_KEPT:
		return REQUEST_READ_ONLY;
	case RESPONSE_BYTE:
		return PAYLOAD_RESPONSE;
	case RESPONSE_REST:
	case BEFORE_RESPONSE:
		return RESPONSE_TAIL;
	case RESULT:
		return request_requirement(model, step, right);
	default:
		return INFO_NO_CHANGE;
	}
}
