// SPDX-License-Identifier: GPL-2.0-only
/* What is known of the device and the objects, and how steps change it. */
#include <errno.h>
#include <limits.h>

#include "model.h"

#define MOST_BYTES	(128U << 10)	/* that are mapped; longer lengths are claims */
#define MOST_STRUCT	16384

void tsm_model_begin(struct tsm_model *model, const __u32 ids[TSM_OBJECTS])
{
	static const __u8 made[] = { VDEVICE, DEVICE, IOAS, HWPT, VIOMMU };

	*model = (struct tsm_model){ .tsm_built = true, .connected = true, .vm = true };
	model->device[ENDPOINT].open = model->device[ENDPOINT].vm = true;
	model->device[ENDPOINT].virt_id = TSM_VIRT_ID;
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(made); i++) {
		model->object[made[i]].live = true;
		model->object[made[i]].id = ids[made[i]];
	}
}

void tsm_model_no_device(struct tsm_model *model, bool tsm_built)
{
	*model = (struct tsm_model){ .tsm_built = tsm_built };
	model->object[VDEVICE].id = model->object[PLAIN_VDEVICE].id = INT_MAX;
}

enum tsm_state tsm_model_state(const struct tsm_model *model, enum tsm_object vdevice)
{
	if (vdevice == PLAIN_VDEVICE)
		return NOT_PCI;
	if (!model->connected)
		return UNCONNECTED;
	if (model->override & TSM_OVERRIDE_NOT_LINK)
		return NOT_LINK;
	return model->bound ? BOUND : CONNECTED;
}

enum tsm_state tsm_state_of_new(bool connected, bool vm)
{
	return !connected ? UNCONNECTED : tsm_rules_now->alloc_binds && vm ? BOUND : CONNECTED;
}

void tsm_model_set_state(struct tsm_model *model, enum tsm_state state)
{
	model->connected = state != UNCONNECTED;
	model->bound = state == BOUND || state == NOT_LINK;
	model->override = state == NOT_LINK ? TSM_OVERRIDE_NOT_LINK : 0;
}

enum tsm_object tsm_model_named(const struct tsm_model *model, __u32 id)
{
	unsigned int object = 0;

	while (object < TSM_OBJECTS &&
	       !(model->object[object].live && model->object[object].id == id))
		object++;
	return object;
}

bool tsm_step_sound(const struct tsm_step *step)
{
	__u32 req_len = step->value[TSM_REQ_LEN], resp_len = step->value[TSM_RESP_LEN];
	bool claims = req_len > MOST_BYTES || resp_len > MOST_BYTES;
	bool over = step->place[RESPONSE] == SAME || step->place[RESPONSE] == OVERLAP;

	if (!tsm_is_call(step))
		return true;
	if (step->place[STRUCT] >= SAME || step->place[REQUEST] >= SAME ||
	    step->mapped[STRUCT] > MOST_STRUCT ||
	    (step->place[STRUCT] != CUT && step->value[TSM_SIZE] > MOST_STRUCT))
		return false;
	if (step->op == DO_OP)
		return true;
	if (over && (step->place[REQUEST] != MAPPED || claims ||
		     resp_len + (step->place[RESPONSE] == SAME ? 0 : 8) > req_len))
		return false;
	if (claims && !(step->tell & TELL_NO_TOUCH && step->tell & TELL_BEFOREHAND))
		return false;
	return !(step->tell & TELL_RESULT && step->result <= -512 && step->result >= -516);
}

bool tsm_model_can(const struct tsm_model *model, const struct tsm_step *step)
{
	bool vdevices = model->object[VDEVICE].live || model->object[PLAIN_VDEVICE].live;

	switch (step->op) {
	case DO_REQ:
	case DO_OP:
		return tsm_ioctl_of(step) && tsm_step_sound(step);
	case DO_CONNECT:
		return !model->connected;
	case DO_DISCONNECT:
		return model->connected;
	case DO_OPEN:
		return !model->device[step->device].open;
	case DO_CLOSE:
		return model->device[step->device].open;
	case DO_VIOMMU_ALLOC:
		return model->device[step->device].open && !model->object[VIOMMU].live;
	case DO_VDEVICE_ALLOC:
		return model->device[step->device].open && model->object[VIOMMU].live &&
		       !model->object[VDEVICE + step->device].live &&
		       !(vdevices && step->consume == model->device[!step->device].virt_id) &&
		       !(tsm_rules_now->alloc_binds && model->override);
	case DO_IOAS_ALLOC:
		return step->object >= SPARE && !model->object[step->object].live;
	case DO_FAULT_ALLOC:
		return !model->object[FAULT].live;
	case DO_DESTROY:
		return model->object[step->object].live &&
		       (step->object <= PLAIN_VDEVICE || step->object >= FAULT ||
			(step->object == VIOMMU && !vdevices));
	case DO_OVERRIDE:
		return !(step->which & TSM_OVERRIDE_NOT_LINK && !model->connected) &&
		       !(step->which & TSM_OVERRIDE_OTHER_VM && !model->bound);
	case DO_RACE:
		return (step->which != RACE_UNBIND || tsm_rules_now->ioctl[DO_OP]) && model->bound && !model->override && model->object[VDEVICE].live;
	default:
		return false;
	}
}

/* Where a number names no vdevice: the clause that says so. */
static enum tsm_requirement id_requirement(const struct tsm_model *model,
					   const struct tsm_step *step, __u32 id)
{
	if (step->file == OTHER_FILE)
		return ID_CONTEXT;
	if (tsm_model_named(model, id) < TSM_OBJECTS)
		return ID_TYPE;
	return step->id == AS_IT_IS && model->object[step->object].left ? ID_GOING_AWAY : ID_UNKNOWN;
}

struct tsm_question tsm_model_question(const struct tsm_model *model, const struct tsm_step *step)
{
	__u32 id = tsm_step_id(step, model->object[step->object].id);
	enum tsm_object named = step->file == OTHER_FILE ? TSM_OBJECTS : tsm_model_named(model, id);

	return (struct tsm_question){
		.ioctl = tsm_ioctl_of(step), .step = step, .tsm_built = model->tsm_built,
		.state = tsm_model_state(model, named), .found = named <= PLAIN_VDEVICE,
		.id = id_requirement(model, step, id), .vm = model->vm,
		.vm_moved = named <= PLAIN_VDEVICE && model->vm != model->device[named].vm,
		.other_vm = model->override & TSM_OVERRIDE_OTHER_VM,
	};
}

static void unbinds(struct tsm_expected *expected)
{
	expected->unbinds = expected->bound;
	expected->bound = false;
}

#define RACE_RESIDUE	90	/* of the first request */
#define SECOND_RESIDUE	80	/* of the one that comes while that one is with the TSM */

static void expect_of_race(const struct tsm_step *step, struct tsm_expected *expected)
{
	expected->low = expected->high = RACE_RESIDUE;
	expected->forwarded = true;
	if (step->which < RACE_REQUEST)
		unbinds(expected);
	expected->vdevices = -(step->which == RACE_DESTROY || step->which == RACE_CLOSE);
	expected->connected = step->which != RACE_DISCONNECT;
	expected->requirement = step->which == RACE_SIGNAL ? WAIT_INTERRUPTED :
				step->which == RACE_REQUEST ? CONCURRENT_CALLS : CONCURRENT_END;
	if (step->which == RACE_REQUEST)
		expected->second = SECOND_RESIDUE;
	if (step->which == RACE_SIGNAL) {
		expected->second = -EINTR;
		expected->high = -1;
		expected->low = 0;
		expected->errors[0] = EINTR;
	}
}

void tsm_model_expect(const struct tsm_model *model, const struct tsm_step *step,
		      struct tsm_expected *expected)
{
	struct tsm_question question;

	*expected = (struct tsm_expected){
		.connected = model->connected, .bound = model->bound,
		.tdi_id = model->device[ENDPOINT].virt_id, .requirement = OP_BIND,
	};
	switch (step->op) {
	case DO_REQ:
	case DO_OP:
		question = tsm_model_question(model, step);
		expected->apart = step->caller == CHILD;
		tsm_judge_call(&question, expected);
		break;
	case DO_RACE:
		expect_of_race(step, expected);
		break;
	case DO_CONNECT:
	case DO_DISCONNECT:
		expected->connected = step->op == DO_CONNECT;
		if (!expected->connected)
			unbinds(expected);
		expected->requirement = expected->unbinds ? OP_UNBIND : OP_BIND;
		break;
	case DO_CLOSE:
		expected->requirement = ID_GOING_AWAY;
		expected->vdevices = -model->object[VDEVICE + step->device].live;
		if (step->device == ENDPOINT && expected->vdevices)
			unbinds(expected);
		break;
	case DO_VDEVICE_ALLOC:
		expected->vdevices = 1;
		if (!tsm_rules_now->alloc_binds || step->device != ENDPOINT)
			break;
		expected->requirement = OPS_ALLOC_BINDS;
		expected->binds = model->connected && model->vm;
		expected->bound = expected->binds;
		expected->tdi_id = step->consume;
		break;
	case DO_DESTROY:
		expected->vdevices = -(step->object <= PLAIN_VDEVICE);
		if (step->object != VDEVICE)
			break;
		expected->requirement = tsm_rules_now->alloc_binds ? OPS_DESTROY_UNBINDS :
					OP_DESTROY_UNBINDS;
		unbinds(expected);
		break;
	default:
		break;
	}
}

enum tsm_object tsm_made_object(const struct tsm_step *step)
{
	switch (step->op) {
	case DO_OPEN:
		return DEVICE + step->device;
	case DO_VIOMMU_ALLOC:
		return VIOMMU;
	case DO_VDEVICE_ALLOC:
		return VDEVICE + step->device;
	case DO_IOAS_ALLOC:
		return step->object;
	case DO_FAULT_ALLOC:
		return FAULT;
	default:
		return TSM_OBJECTS;
	}
}

static void end_object(struct tsm_model *model, enum tsm_object object, bool left)
{
	model->object[object].left |= left && model->object[object].live;
	model->object[object].live = false;
}

static void close_device(struct tsm_model *model, unsigned int device)
{
	model->device[device].open = false;
	end_object(model, DEVICE + device, false);
	end_object(model, VDEVICE + device, true);
}

void tsm_model_follow(struct tsm_model *model, const struct tsm_step *step,
		      const struct tsm_expected *expected, __u32 id, __s64 second)
{
	bool refused = step->op == DO_RACE && step->which == RACE_DESTROY && second;
	enum tsm_object made = tsm_made_object(step);

	model->connected = expected->connected;
	if (!refused)
		model->bound = expected->bound;
	if (made < TSM_OBJECTS) {
		model->object[made].live = true;
		model->object[made].left = false;
		model->object[made].id = id;
	}
	switch (step->op) {
	case DO_OPEN:
		model->device[step->device].open = true;
		model->device[step->device].vm = step->which;
		break;
	case DO_CLOSE:
		close_device(model, step->device);
		break;
	case DO_VIOMMU_ALLOC:
		model->vm = step->consume == VIOMMU_AS_DEVICE ? model->device[step->device].vm :
			    step->consume == VIOMMU_VM;
		break;
	case DO_VDEVICE_ALLOC:
		model->device[step->device].virt_id = step->consume;
		break;
	case DO_DESTROY:
		end_object(model, step->object, false);
		break;
	case DO_OVERRIDE:
		model->override = step->which;
		break;
	case DO_RACE:
		if (step->which == RACE_CLOSE)
			close_device(model, ENDPOINT);
		else if (step->which == RACE_DESTROY && !refused)
			end_object(model, VDEVICE, false);
		break;
	default:
		break;
	}
	if (!model->bound)
		model->override &= ~TSM_OVERRIDE_OTHER_VM;
	if (!model->connected)
		model->override = 0;
}
