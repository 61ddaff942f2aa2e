// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps that nobody thought of. The model is played over the earlier ones as if each had come out
 * right, so that most steps have something to act on; and a call is a good one of which a field or
 * two are changed, because what is far from good is refused at once and teaches little.
 */
#include <errno.h>
#include <string.h>

#include "explore_invent.h"

/* What the model knows after the earlier steps, if numbers are given out from 1 on. */
static struct tsm_model believe(const struct tsm_step *earlier, unsigned int count)
{
	struct tsm_model model;

	tsm_model_begin(&model, tsm_first_ids);
	for (unsigned int i = 0; i < count; i++) {
		struct tsm_met met = { .id = 1 };
		struct tsm_right right;

		if (!tsm_model_can(&model, &earlier[i]))
			continue;
		while (tsm_model_named(&model, met.id) < SLOTS)
			met.id++;
		tsm_model_right(&model, &earlier[i], &right);
		tsm_model_follow(&model, &earlier[i], &right, &met);
	}
	return model;
}

static void invent_bind(struct tsm_step *step)
{
	*step = tsm_good_operation;
	step->scope = TSM_BIND;
}

/* The next step on the way to a bound vdevice, if there is one; or one that leads nowhere. */
static bool invent_way(struct tsm_step *step, const struct tsm_model *model,
		       struct uc_random *random)
{
	*step = (struct tsm_step){ .op = DO_CONNECT };
	if (!model->device[ENDPOINT].open) {
		step->op = DO_OPEN;
		step->result = uc_random_chance(random, 70);
	} else if (!model->slot[VIOMMU].live) {
		step->op = DO_NEW_VIOMMU;
	} else if (!model->slot[VDEVICE].live) {
		step->op = DO_NEW_VDEVICE;
		step->consume = 0x1234;
	} else if (model->connected) {
		if (model->bound || !model->vm)
			return false;
		invent_bind(step);
	}
	return true;
}

/* The next step on the way to a vdevice of the other device. */
static bool invent_plain_way(struct tsm_step *step, const struct tsm_model *model,
			     struct uc_random *random)
{
	*step = (struct tsm_step){ .op = DO_NEW_VDEVICE, .which = PLAIN, .consume = 0x4321 };
	if (model->slot[PLAIN_VDEVICE].live)
		return false;
	if (!model->device[PLAIN].open) {
		step->op = DO_OPEN;
		step->result = uc_random_chance(random, 75);
	} else if (!model->slot[VIOMMU].live) {
		step->op = DO_NEW_VIOMMU;
	}
	return true;
}

/* What leads away from it, or beside it. Of 100. */
static const struct {
	unsigned char op, weight;
} weights[] = {
	{ DO_CONNECT, 4 }, { DO_DISCONNECT, 9 }, { DO_OPEN, 14 }, { DO_CLOSE, 14 },
	{ DO_NEW_VIOMMU, 3 }, { DO_NEW_VDEVICE, 14 }, { DO_NEW_IOAS, 6 }, { DO_NEW_FAULT, 2 },
	{ DO_DESTROY, 15 }, { DO_DISGUISE, 11 }, { DO_MEET, 8 },
};

static void invent_other(struct tsm_step *step, struct uc_random *random)
{
	static const uint64_t virt_ids[] = { 0, 1, 0x1234, 0x4321, 0x10001, 0x80000000, 0xffffffff };
	unsigned int at = uc_random_below(random, 100), i = 0;

	while (at >= weights[i].weight)
		at -= weights[i++].weight;
	*step = (struct tsm_step){ .op = weights[i].op };
	switch (step->op) {
	case DO_OPEN:
		step->which = uc_random_chance(random, 60);
		step->result = uc_random_chance(random, 65);
		break;
	case DO_CLOSE:
	case DO_NEW_VIOMMU:
		step->which = uc_random_chance(random, 25);
		break;
	case DO_NEW_VDEVICE:
		step->which = uc_random_chance(random, 50);
		step->consume = virt_ids[uc_random_below(random, UC_ARRAY_SIZE(virt_ids))];
		break;
	case DO_NEW_IOAS:
		step->slot = SPARE + uc_random_below(random, SLOTS - SPARE);
		break;
	case DO_DESTROY:
		step->slot = uc_random_chance(random, 55) ? VDEVICE : uc_random_below(random, SLOTS);
		break;
	case DO_DISGUISE:
		step->which = uc_random_below(random, 4);
		break;
	case DO_MEET:
		step->which = uc_random_below(random, MEETINGS);
		break;
	default:
		break;
	}
}

static void invent_operation(struct tsm_step *step, const struct tsm_model *model,
			     struct uc_random *random)
{
	*step = tsm_good_operation;
	step->scope = uc_random_chance(random, model->bound ? 45 : 65) ? TSM_BIND : TSM_UNBIND;
	if (model->slot[PLAIN_VDEVICE].live && uc_random_chance(random, 30))
		step->slot = PLAIN_VDEVICE;
	if (!model->bound && uc_random_chance(random, 15))
		step->result = -tsm_invent_errno(random);
	for (unsigned int i = 0; i < 2 && uc_random_chance(random, 35); i++)
		tsm_change_operation(step, random);
}

static void invent_request(struct tsm_step *step, struct uc_random *random)
{
	unsigned int changes = uc_random_below(random, 100);

	*step = tsm_good_request;
	for (changes = changes < 12 ? 0 : changes < 60 ? 1 : changes < 88 ? 2 : 3; changes; changes--)
		tsm_change_request(step, random);
}

static bool without_vm(const struct tsm_model *model)
{
	return model->slot[VDEVICE].live && !model->vm;
}

/*
 * What has a vIOMMU made with another VM than the device has now. The moments are rare in which one
 * can be destroyed; and one without a VM is seen to stay so when the device gets one.
 */
static bool invent_viommu(struct tsm_step *step, const struct tsm_model *model,
			  struct uc_random *random)
{
	bool vdevices = model->slot[VDEVICE].live || model->slot[PLAIN_VDEVICE].live;
	bool other = model->device[ENDPOINT].open && model->device[ENDPOINT].vm != model->vm;

	if (!model->slot[VIOMMU].live)
		return false;
	*step = (struct tsm_step){ .op = DO_DESTROY, .slot = VIOMMU };
	if (!vdevices && uc_random_chance(random, other ? 60 : 8))
		return true;
	*step = (struct tsm_step){ .op = DO_CLOSE, .which = ENDPOINT };
	return !model->vm && model->device[ENDPOINT].open && !model->device[ENDPOINT].vm &&
	       uc_random_chance(random, 7);
}

void tsm_explore_invent(void *place, const void *earlier, unsigned int index,
			struct uc_random *random, const void *facts)
{
	struct tsm_model model = believe(earlier, index);
	struct tsm_step *step = place;
	unsigned int kind = uc_random_below(random, 100);

	(void)facts;
	if (invent_viommu(step, &model, random))
		return;
	/* Not always, or there would be nothing but bound devices. */
	if (kind < 30 && (uc_random_chance(random, 92) || !index) &&
	    invent_way(step, &model, random))
		return;
	if (kind >= 30 && kind < 33 && invent_plain_way(step, &model, random))
		return;
	/* Without a VM nothing will do, and each thing is to be refused in its own way. */
	if (kind < (without_vm(&model) ? 50 : 78))
		invent_request(step, random);
	else if (kind < 90)
		invent_operation(step, &model, random);
	else
		for (int tries = 0; tries < 8; tries++) {
			invent_other(step, random);
			if (tsm_model_can(&model, step))
				break;
		}
}
