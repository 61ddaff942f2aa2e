// SPDX-License-Identifier: GPL-2.0-only
/* What is known of the device and the objects, and how steps change it. */
#include "../../fixtures/device/uapi_conform_device.h"
#include "explore_step.h"
#include "model.h"
#include "numbers.h"

static_assert((int)KERNEL == PLACE_KERNEL && (int)CUT_OFF == PLACE_SHORT &&
	      (int)OVERLAPPING == PLACE_OVERLAP && (int)UNMAPPED == PLACE_UNMAPPED,
	      "steps and the oracle's calls name places alike");
static_assert(TELL_RESULT == UAPI_CONFORM_ANSWER_RESULT && TELL_ECHO == UAPI_CONFORM_ANSWER_ECHO &&
	      TELL_NO_TOUCH == UAPI_CONFORM_ANSWER_NO_TOUCH &&
	      DISGUISE_NOT_LINK == UAPI_CONFORM_KNOB_NOT_LINK &&
	      DISGUISE_OTHER_VM == UAPI_CONFORM_KNOB_OTHER_VM, "and the device's flags");
static_assert(sizeof(struct tsm_step) == 64, "a step has its place");

#define MOST_BYTES	(128U << 10)	/* that are mapped; longer lengths are claims */

void tsm_model_begin(struct tsm_model *model, const uint32_t ids[SLOTS])
{
	static const uint8_t made[] = { VDEVICE, DEVICE, IOAS, HWPT, VIOMMU };

	*model = (struct tsm_model){ .connected = true };
	model->device[ENDPOINT].open = model->device[ENDPOINT].vm = model->vm = true;
	model->device[ENDPOINT].virt_id = 0x1234;
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(made); i++) {
		model->slot[made[i]].live = true;
		model->slot[made[i]].id = ids[made[i]];
	}
}

unsigned int tsm_model_named(const struct tsm_model *model, uint32_t id)
{
	unsigned int slot = 0;

	while (slot < SLOTS && !(model->slot[slot].live && model->slot[slot].id == id))
		slot++;
	return slot;
}

struct tsm_call tsm_model_call(const struct tsm_step *step)
{
	struct tsm_call call = {
		.word = step->which ? 1 : 0,	/* any other is as wrong as that */
		.size = GIVE(step->size), .place = step->place, .mapped = step->mapped,
		.tail = step->tail, .scope = step->scope, .reserved = step->reserved,
		.req_len = GIVE(step->req_len), .resp_len = GIVE(step->resp_len),
		.req = step->req, .req_mapped = step->req_mapped,
		.resp = step->resp, .resp_mapped = step->resp_mapped,
		.no_rawio = step->who == NOBODY || step->who == NO_RAWIO,
		.script = {
			.consume = GIVE(step->consume), .produce = GIVE(step->produce),
			.result = { step->tell & TELL_RESULT, step->result },
			.no_touch = step->tell & TELL_NO_TOUCH, .echo = step->tell & TELL_ECHO,
			.standing = step->tell & TELL_BEFOREHAND,
		},
	};

	/* With the request's number: outside of the table nothing would be read. */
	if (step->which)
		call.word = _IOC(_IOC_READ, TSM_IOMMUFD_TYPE, TSM_REQ_NR, 1);
	return call;
}

bool tsm_model_sound(const struct tsm_step *step)
{
	struct tsm_call call = tsm_model_call(step);
	bool claims = step->req_len > MOST_BYTES || step->resp_len > MOST_BYTES;
	bool over = step->resp == SAME || step->resp == OVERLAPPING;

	if (step->op != DO_REQUEST && step->op != DO_OPERATION)
		return true;
	if (step->place == SAME || step->place == OVERLAPPING ||
	    (step->place != CUT_OFF && step->size > 16384) || step->mapped > 16384)
		return false;
	if (step->op == DO_OPERATION)
		return true;
	if (over && (step->req != MAPPED || claims ||
		     step->resp_len + (step->resp == SAME ? 0 : 8) > step->req_len))
		return false;
	if (step->req == SAME || step->req == OVERLAPPING)
		return false;
	/* A forked child writes to memory of its own, where nobody looks. */
	if (claims && !(step->tell & TELL_NO_TOUCH && step->tell & TELL_BEFOREHAND))
		return false;
	return !(call.script.result.is && step->result <= -512 && step->result >= -516);
}

bool tsm_model_can(const struct tsm_model *model, const struct tsm_step *step)
{
	bool vdevices = model->slot[VDEVICE].live || model->slot[PLAIN_VDEVICE].live;

	switch (step->op) {
	case DO_REQUEST:
	case DO_OPERATION:
		return tsm_model_sound(step);
	case DO_CONNECT:
		return !model->connected;
	case DO_DISCONNECT:
		return model->connected;
	case DO_OPEN:
		return !model->device[step->which].open;
	case DO_CLOSE:
		return model->device[step->which].open;
	case DO_NEW_VIOMMU:
		return model->device[step->which].open && !model->slot[VIOMMU].live;
	case DO_NEW_VDEVICE:
		return model->device[step->which].open && model->slot[VIOMMU].live &&
		       !model->slot[VDEVICE + step->which].live &&
		       !(vdevices && step->consume == model->device[!step->which].virt_id);
	case DO_NEW_IOAS:
		return step->slot >= SPARE && !model->slot[step->slot].live;
	case DO_NEW_FAULT:
		return !model->slot[FAULT].live;
	case DO_DESTROY:
		return model->slot[step->slot].live &&
		       (step->slot <= PLAIN_VDEVICE || step->slot >= FAULT ||
			(step->slot == VIOMMU && !vdevices));
	case DO_DISGUISE:
		return !(step->which & DISGUISE_NOT_LINK && !model->connected) &&
		       !(step->which & DISGUISE_OTHER_VM && !model->bound);
	case DO_MEET:
		return model->bound && !model->disguise && model->slot[VDEVICE].live;
	default:
		return false;
	}
}

static void end_vdevice(struct tsm_model *model, unsigned int slot, bool left)
{
	model->slot[slot].left |= left && model->slot[slot].live;
	model->slot[slot].live = false;
}

static void make(struct tsm_model *model, unsigned int slot, uint32_t id)
{
	model->slot[slot].live = true;
	model->slot[slot].left = false;
	model->slot[slot].id = id;
}

void tsm_model_follow(struct tsm_model *model, const struct tsm_step *step,
		      const struct tsm_right *right, const struct tsm_met *met)
{
	bool refused = step->op == DO_MEET && step->which == MEET_DESTROY && met->second;

	model->connected = right->connected;
	if (!refused)
		model->bound = right->bound;
	switch (step->op) {
	case DO_OPEN:
		model->device[step->which].open = true;
		model->device[step->which].vm = step->result;
		make(model, DEVICE + step->which, met->id);
		break;
	case DO_CLOSE:
		model->device[step->which].open = false;
		model->slot[DEVICE + step->which].live = false;
		end_vdevice(model, VDEVICE + step->which, true);
		break;
	case DO_NEW_VIOMMU:
		model->vm = model->device[step->which].vm;
		make(model, VIOMMU, met->id);
		break;
	case DO_NEW_VDEVICE:
		model->device[step->which].virt_id = step->consume;
		make(model, VDEVICE + step->which, met->id);
		break;
	case DO_NEW_IOAS:
		make(model, step->slot, met->id);
		break;
	case DO_NEW_FAULT:
		make(model, FAULT, met->id);
		break;
	case DO_DESTROY:
		end_vdevice(model, step->slot, false);
		break;
	case DO_DISGUISE:
		model->disguise = step->which;
		break;
	case DO_MEET:
		if (step->which == MEET_CLOSE) {
			model->device[ENDPOINT].open = false;
			model->slot[DEVICE].live = false;
		}
		if (step->which == MEET_CLOSE || (step->which == MEET_DESTROY && !refused))
			end_vdevice(model, VDEVICE, step->which == MEET_CLOSE);
		break;
	default:
		break;
	}
	if (!model->bound)
		model->disguise &= ~DISGUISE_OTHER_VM;
	if (!model->connected)
		model->disguise = 0;
}
