// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps that nobody thought of. The model is played over the earlier ones as if each had come out
 * right, so that most steps have something to act on; and a call is a good one of which a field or
 * two are changed, because what is far from good is refused at once and teaches little.
 */
#include <string.h>

#include "explore.h"
#include "text.h"

/* Ids that the sequences begin with: numbers are given out from 1 on. */
const __u32 tsm_first_ids[TSM_OBJECTS] = {
	[DEVICE] = 1, [IOAS] = 2, [HWPT] = 3, [VIOMMU] = 4, [VDEVICE] = 5,
};

/* What the model knows after the earlier steps, if numbers are given out from 1 on. */
static struct tsm_model believe(const struct tsm_step *earlier, unsigned int count)
{
	struct tsm_model model;

	tsm_model_begin(&model, tsm_first_ids);
	for (unsigned int i = 0; i < count; i++) {
		struct tsm_expected expected;
		__u32 id = 1;

		if (!tsm_model_can(&model, &earlier[i]))
			continue;
		while (tsm_model_named(&model, id) < TSM_OBJECTS)
			id++;
		tsm_model_expect(&model, &earlier[i], &expected);
		tsm_model_follow(&model, &earlier[i], &expected, id, 0);
	}
	return model;
}

/* The next step on the way to a bound vdevice, if there is one; or one that leads nowhere. */
static bool invent_setup(struct tsm_step *step, const struct tsm_model *model,
		       struct uc_random *random)
{
	*step = (struct tsm_step){ .op = DO_CONNECT };
	if (!model->device[ENDPOINT].open) {
		step->op = DO_OPEN;
		step->which = uc_random_chance(random, 70);
	} else if (!model->object[VIOMMU].live) {
		step->op = DO_VIOMMU_ALLOC;
	} else if (!model->object[VDEVICE].live) {
		step->op = DO_VDEVICE_ALLOC;
		step->consume = TSM_VIRT_ID;
	} else if (model->connected) {
		if (model->bound || !model->vm)
			return false;
		*step = tsm_rules_now->alloc_binds ?
			(struct tsm_step){ .op = DO_DESTROY, .object = VDEVICE } : tsm_good(DO_OP);
	}
	return true;
}

/* The next step of setting up the other device's vdevice. */
static bool invent_plain_setup(struct tsm_step *step, const struct tsm_model *model,
			       struct uc_random *random)
{
	if (model->object[PLAIN_VDEVICE].live)
		return false;
	*step = (struct tsm_step){ .op = DO_VIOMMU_ALLOC };
	if (!model->device[PLAIN].open)
		*step = (struct tsm_step){ .op = DO_OPEN, .device = PLAIN,
					   .which = uc_random_chance(random, 75) };
	else if (model->object[VIOMMU].live)
		*step = (struct tsm_step){ .op = DO_VDEVICE_ALLOC, .device = PLAIN,
					   .consume = 0x4321 };
	return true;
}

/* What leads away from it, or beside it. Of 100. */
static const struct {
	unsigned char op, weight;
} weights[] = {
	{ DO_CONNECT, 4 }, { DO_DISCONNECT, 9 }, { DO_OPEN, 14 }, { DO_CLOSE, 14 },
	{ DO_VIOMMU_ALLOC, 3 }, { DO_VDEVICE_ALLOC, 14 }, { DO_IOAS_ALLOC, 6 }, { DO_FAULT_ALLOC, 2 },
	{ DO_DESTROY, 15 }, { DO_OVERRIDE, 11 }, { DO_RACE, 8 },
};

static void invent_other(struct tsm_step *step, struct uc_random *random)
{
	static const uint64_t virt_ids[] = { 0, 1, 0x1234, 0x4321, 0x10001, 0x80000000, 0xffffffff };
	unsigned int at = uc_random_below(random, 100), i = 0;
	const struct uc_column *column;

	while (at >= weights[i].weight)
		at -= weights[i++].weight;
	*step = tsm_good(weights[i].op);
	for (i = 0; (column = tsm_column(step, i)) && !column->expected; i++)
		if (column->must || uc_random_chance(random, 45))
			uc_change_column(step, column, random);
	if (step->op == DO_VIOMMU_ALLOC)
		step->consume = VIOMMU_AS_DEVICE;
	else if (step->op == DO_VDEVICE_ALLOC)
		step->consume = virt_ids[uc_random_below(random, UC_ARRAY_SIZE(virt_ids))];
	else if (step->op == DO_DESTROY && uc_random_chance(random, 55))
		step->object = VDEVICE;
}

static void invent_operation(struct tsm_step *step, const struct tsm_model *model,
			     struct uc_random *random)
{
	*step = tsm_good(DO_OP);
	if (!uc_random_chance(random, model->bound ? 45 : 65))
		tsm_spoil(step, "UNBIND");
	if (model->object[PLAIN_VDEVICE].live && uc_random_chance(random, 30))
		step->object = PLAIN_VDEVICE;
	if (!model->bound && uc_random_chance(random, 15))
		step->result = -tsm_invent_errno(random);
	for (unsigned int i = 0; i < 2 && uc_random_chance(random, 35); i++)
		tsm_change_call(step, random);
}

static void invent_request(struct tsm_step *step, struct uc_random *random)
{
	unsigned int changes = uc_random_below(random, 100);

	*step = tsm_good(DO_REQ);
	for (changes = changes < 12 ? 0 : changes < 60 ? 1 : changes < 88 ? 2 : 3; changes; changes--)
		tsm_change_call(step, random);
}

static bool without_vm(const struct tsm_model *model)
{
	return model->object[VDEVICE].live && !model->vm;
}

/*
 * What has a vIOMMU made with another VM than the device has now. The moments are rare in which one
 * can be destroyed; and one without a VM is seen to stay so when the device gets one.
 */
static bool invent_viommu(struct tsm_step *step, const struct tsm_model *model,
			  struct uc_random *random)
{
	bool vdevices = model->object[VDEVICE].live || model->object[PLAIN_VDEVICE].live;
	bool other = model->device[ENDPOINT].open && model->device[ENDPOINT].vm != model->vm;

	if (!model->object[VIOMMU].live)
		return false;
	*step = (struct tsm_step){ .op = DO_DESTROY, .object = VIOMMU };
	if (!vdevices && uc_random_chance(random, other ? 60 : 8))
		return true;
	*step = (struct tsm_step){ .op = DO_CLOSE };
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
	    invent_setup(step, &model, random))
		return;
	if (kind >= 30 && kind < 33 && invent_plain_setup(step, &model, random))
		return;
	/* Without a VM nothing will do, and each call must be refused in its own way. */
	if (kind < (without_vm(&model) ? 50 : 78))
		invent_request(step, random);
	else if (kind < 90 && !tsm_rules_now->ioctl[DO_OP])
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
