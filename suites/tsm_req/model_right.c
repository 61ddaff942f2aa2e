// SPDX-License-Identifier: GPL-2.0-only
/* What must come of a step, by what came of the ones before it. */
#include <errno.h>

#include "model.h"
#include "numbers.h"

static unsigned int named(const struct tsm_model *model, const struct tsm_step *step)
{
	if (step->file == OTHER_FILE)
		return SLOTS;
	return tsm_model_named(model, tsm_step_id(step, model->slot[step->slot].id));
}

/* The state of the device behind a vdevice, as the oracle knows it. */
static enum tsm_state state_of(const struct tsm_model *model, unsigned int vdevice)
{
	if (vdevice == PLAIN_VDEVICE)
		return NOT_PCI;
	if (!model->connected)
		return UNCONNECTED;
	if (model->disguise & DISGUISE_NOT_LINK)
		return NOT_LINK;
	return model->bound ? BOUND : CONNECTED;
}

/* What it is before anything comes of a step. */
static struct tsm_right unchanged(const struct tsm_model *model)
{
	return (struct tsm_right){ .connected = model->connected, .bound = model->bound,
				   .tdi_id = model->device[ENDPOINT].virt_id, .high = -1 };
}

static void request_right(const struct tsm_model *model, const struct tsm_step *step,
			  struct tsm_right *right)
{
	struct tsm_call call = tsm_model_call(step);
	unsigned int slot = named(model, step);
	struct tsm_world world = { .tsm_built = true, .state = state_of(model, slot) };
	struct tsm_outcome outcome;

	call.id = slot <= PLAIN_VDEVICE ? ID_OF_VDEVICE : ID_OF_NOTHING;
	outcome = tsm_oracle(&world, &call);
	right->any = !outcome.judged;
	for (int i = 0; i < TSM_OUTCOME_ERRORS; i++)
		right->errors[i] = outcome.errors[i];
	right->low = outcome.low;
	right->high = outcome.high;
	right->forwarded = outcome.forwarded;
	right->consumed = outcome.consumed;
	right->produced = outcome.produced;
	right->apart = step->who == CHILD;
}

/* One error, and only that. */
static void must_fail(struct tsm_right *right, int error)
{
	right->errors[0] = error;
}

static void must_work(struct tsm_right *right)
{
	right->high = 0;
	right->errors[0] = 0;
}

static void bind_right(const struct tsm_model *model, const struct tsm_step *step,
		       struct tsm_right *right)
{
	switch (state_of(model, VDEVICE)) {
	case UNCONNECTED:
		must_fail(right, EINVAL);
		return;
	case NOT_LINK:
		must_fail(right, ENXIO);
		return;
	case BOUND:
		must_work(right);
		if (model->disguise & DISGUISE_OTHER_VM) {
			right->high = -1;
			must_fail(right, EBUSY);
		}
		return;
	default:
		right->binds = 1;
		if (step->result) {
			must_fail(right, -step->result);
			return;
		}
		right->bound = true;
		must_work(right);
	}
}

static void known_operation_right(const struct tsm_model *model, const struct tsm_step *step,
				  unsigned int vdevice, struct tsm_right *right)
{
	if (step->scope != TSM_BIND && step->scope != TSM_UNBIND) {
		must_fail(right, EINVAL);
	} else if (vdevice == PLAIN_VDEVICE) {
		must_fail(right, EINVAL);
		right->any = step->scope == TSM_UNBIND;	/* not in the document */
	} else if (step->scope == TSM_BIND) {
		bind_right(model, step, right);
	} else {
		right->unbinds = model->bound;
		right->bound = false;
		must_work(right);
	}
	/* It may be written back, which read-only memory does not let it; but it was done. */
	if (step->place == READ_ONLY && right->high == 0)
		must_fail(right, EFAULT);
}

/* Word and size as the oracle has them, for a struct of another size. */
static bool size_right(const struct tsm_step *step, struct tsm_right *right)
{
	bool bad = step->place == AT_NULL || step->place == UNMAPPED || step->place == KERNEL;
	uint32_t readable = bad ? 0 : step->place == CUT_OFF ? step->mapped : UINT32_MAX;

	if (readable < sizeof(__u32)) {
		must_fail(right, EFAULT);
	} else if (step->which) {
		must_fail(right, ENOTTY);
	} else if (step->size < TSM_OP_SIZE) {
		must_fail(right, EINVAL);
	} else if (readable < step->size) {
		must_fail(right, EFAULT);
		if (step->tail && step->tail < readable)
			right->errors[1] = E2BIG;
	} else if (step->tail && step->tail < step->size) {
		must_fail(right, E2BIG);
	} else {
		return true;
	}
	return false;
}

static void operation_right(const struct tsm_model *model, const struct tsm_step *step,
			    struct tsm_right *right)
{
	unsigned int slot = named(model, step);

	if (!size_right(step, right))
		return;
	if (step->reserved)
		must_fail(right, EOPNOTSUPP);
	else if (slot > PLAIN_VDEVICE)
		must_fail(right, ENOENT);
	else if (!model->vm)
		must_fail(right, ENODEV);
	else
		known_operation_right(model, step, slot, right);
}

static void meeting_right(const struct tsm_step *step, struct tsm_right *right)
{
	right->low = right->high = MEET_RESIDUE;
	right->forwarded = true;
	right->bound = step->which >= MEET_REQUEST;
	right->unbinds = !right->bound;
	right->vdevices = -(step->which == MEET_DESTROY || step->which == MEET_CLOSE);
	if (step->which == MEET_DISCONNECT)
		right->connected = false;
	if (step->which == MEET_REQUEST)
		right->second = 80;
	if (step->which == MEET_SIGNAL) {
		right->second = -EINTR;
		right->low = 0;
		right->high = -1;
		must_fail(right, EINTR);
	}
}

static void unbinds(struct tsm_right *right)
{
	right->unbinds = right->bound;
	right->bound = false;
}

void tsm_model_right(const struct tsm_model *model, const struct tsm_step *step,
		     struct tsm_right *right)
{
	*right = unchanged(model);
	switch (step->op) {
	case DO_REQUEST:
		request_right(model, step, right);
		return;
	case DO_OPERATION:
		operation_right(model, step, right);
		return;
	case DO_MEET:
		meeting_right(step, right);
		return;
	case DO_CONNECT:
		right->connected = true;
		break;
	case DO_DISCONNECT:
		right->connected = false;
		unbinds(right);
		break;
	case DO_CLOSE:
		right->vdevices = -model->slot[VDEVICE + step->which].live;
		if (step->which == ENDPOINT)
			unbinds(right);
		break;
	case DO_NEW_VDEVICE:
		right->vdevices = 1;
		break;
	case DO_DESTROY:
		right->vdevices = -(step->slot <= PLAIN_VDEVICE);
		if (step->slot == VDEVICE)
			unbinds(right);
		break;
	default:
		break;
	}
	must_work(right);
}
