// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interesting values of every field: bounds, and what a mistake would take for good. Those of the
 * revision's own fields are in its table. And back, for shrinking.
 */
#include <errno.h>
#include <stddef.h>

#include "explore.h"
#include "text.h"

/* One of a list. */
#define ONE_OF(random, ...) one_of((random), (const uint64_t[]){ __VA_ARGS__ }, \
	UC_ARRAY_SIZE(((const uint64_t[]){ __VA_ARGS__ })))

static uint64_t one_of(struct uc_random *random, const uint64_t *list, unsigned int count)
{
	return list[uc_random_below(random, count)];
}

int tsm_invent_errno(struct uc_random *random)
{
	return ONE_OF(random, EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, EAGAIN, ENOMEM, EACCES,
		      EFAULT, EBUSY, EEXIST, ENODEV, EINVAL, ENOTTY, ENOSPC, EOPNOTSUPP, EOVERFLOW,
		      ETIMEDOUT, 1000, TSM_ERRNO_MAX);
}

static void change_size(struct tsm_step *step, struct uc_random *random)
{
	const uint32_t good = tsm_ioctl_of(step)->size;
	unsigned int kind = uc_random_below(random, 10);

	if (kind < 3)
		step->value[TSM_SIZE] = ONE_OF(random, 0, 1, 4, 8, 12, good - 1, good - 1, good / 2);
	else if (kind == 3)
		step->value[TSM_SIZE] = uc_random_below(random, good);
	else if (kind < 8)
		step->value[TSM_SIZE] = good + ONE_OF(random, 1, 1, 4, 7, 8, 8, 16, 24, 88, 4096 - good, 4096,
					   8192 - good);
	else
		step->value[TSM_SIZE] = good + uc_random_below(random, 200);
	if (step->value[TSM_SIZE] > good && uc_random_chance(random, 60))
		step->tail = ONE_OF(random, good, good + 1, good + 3, good + 4, step->value[TSM_SIZE] - 1,
				    step->value[TSM_SIZE] - 1, good + uc_random_below(random, step->value[TSM_SIZE] - good));
}

static void change_place(struct tsm_step *step, struct uc_random *random)
{
	const uint32_t good = tsm_ioctl_of(step)->size;

	step->place[STRUCT] = ONE_OF(random, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, READ_ONLY, CUT,
			     CUT);
	if (step->place[STRUCT] != CUT)
		return;
	step->mapped[STRUCT] = ONE_OF(random, 0, 1, 3, 4, 5, 8, good - 1, good - 1, good, good, good + 8,
			      step->value[TSM_SIZE] - 1, step->value[TSM_SIZE]);
	if (uc_random_chance(random, 15))
		step->value[TSM_SIZE] = ONE_OF(random, 8192, 0x7fffffff, 0x80000000, 0x100000);
}

static void change_id(struct tsm_step *step, struct uc_random *random)
{
	switch (uc_random_below(random, 8)) {
	case 0:
		step->file = OTHER_FILE;
		break;
	case 1:
		step->file = DUPLICATE;
		break;
	case 2:
		step->id = 1 + uc_random_below(random, TSM_IDS - 1);
		break;
	case 3:
		step->object = PLAIN_VDEVICE;
		break;
	default:
		step->object = uc_random_below(random, TSM_OBJECTS);
	}
}

/* One of the revision's own fields: a value from its table, or one bit with a good value's. */
static void change_value(struct tsm_step *step, struct uc_random *random)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);
	const struct tsm_field *field;

	do
		field = &ioctl->fields[uc_random_below(random, ioctl->field_count)];
	while (!field->column.interesting);
	uc_change_column(step, &field->column, random);
}

static uint32_t invent_length(struct uc_random *random)
{
	switch (uc_random_below(random, 4)) {
	case 0:
		return uc_random_below(random, 300);
	case 1:
		return ONE_OF(random, 255, 256, 257, 4095, 4096, 4097, 8192, 12288, 65535, 65536,
			      65537);
	default:
		return ONE_OF(random, 0, 0, 1, 2, 3, 4, 8, 39, 40, 41, 63, 64, 65, 99, 100, 101,
			      128);
	}
}

/* A length that nobody has memory for; the TSM counts without touching. */
static void claim(struct tsm_step *step, struct uc_random *random)
{
	uint32_t length = ONE_OF(random, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe,
				 0xffffffff, 0x10000000, 0xffffffff, 0x80000064);
	uint64_t left = ONE_OF(random, 0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, length,
			       length - 1, length - 100, 0xfffff001, 0xfffffffa);

	if (left > length)
		left = length;
	step->tell |= TELL_NO_TOUCH | TELL_BEFOREHAND;
	if (uc_random_chance(random, 60)) {
		step->value[TSM_RESP_LEN] = length;
		step->produce = length - left;
		step->place[RESPONSE] = ONE_OF(random, MAPPED, UNMAPPED, KERNEL);
	} else {
		step->place[RESPONSE] = AT_NULL;
		step->value[TSM_RESP_LEN] = 0;
		step->value[TSM_REQ_LEN] = length;
		step->consume = length - left;
		step->place[REQUEST] = ONE_OF(random, MAPPED, UNMAPPED, AT_NULL);
	}
}

static unsigned int invent_buffer(struct uc_random *random)
{
	return ONE_OF(random, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, CUT, CUT);
}

static void change_request_buffer(struct tsm_step *step, struct uc_random *random)
{
	step->place[REQUEST] = invent_buffer(random);
	if (step->place[REQUEST] == CUT) {
		step->mapped[REQUEST] = ONE_OF(random, 0, 1, 39, 40, 41, 48, 63, 64);
		step->consume = step->mapped[REQUEST] + ONE_OF(random, 0, 0, 1, 1, 8);
	}
	/* A script in the request would be touched itself. */
	if (uc_random_chance(random, 60))
		step->tell |= TELL_BEFOREHAND;
	if (uc_random_chance(random, 30))
		step->tell |= TELL_NO_TOUCH;
	if (uc_random_chance(random, 15))
		step->value[TSM_REQ_LEN] = 0;
}

static void change_response_buffer(struct tsm_step *step, struct uc_random *random)
{
	if (uc_random_chance(random, 25)) {
		step->place[RESPONSE] = uc_random_chance(random, 50) ? SAME : OVERLAP;
		step->place[REQUEST] = MAPPED;
		step->value[TSM_RESP_LEN] = ONE_OF(random, 1, 40, 56, 55, 48);
		step->produce = ONE_OF(random, TSM_ALL, 1, 40, 50);
		if (uc_random_chance(random, 60))
			step->tell |= TELL_ECHO;
		return;
	}
	step->place[RESPONSE] = invent_buffer(random);
	if (step->place[RESPONSE] == CUT)
		step->mapped[RESPONSE] = step->produce > 200 ? 50 : step->produce;
	if (step->mapped[RESPONSE] && uc_random_chance(random, 40))
		step->mapped[RESPONSE]--;
	if (uc_random_chance(random, 25))
		step->produce = 0;
	if (uc_random_chance(random, 25))
		step->tell |= TELL_NO_TOUCH;
}

static void without_response(struct tsm_step *step, struct uc_random *random)
{
	step->place[RESPONSE] = AT_NULL;
	step->value[TSM_RESP_LEN] = 0;
	step->produce = 0;
	step->consume = ONE_OF(random, 0, 1, 39, 40, 41, 50, 63, 64, TSM_ALL,
			       step->value[TSM_REQ_LEN] - 1, step->value[TSM_REQ_LEN] / 2);
}

static void change_result(struct tsm_step *step, struct uc_random *random)
{
	step->tell |= TELL_RESULT;
	switch (uc_random_below(random, 4)) {
	case 0:
		step->result = ONE_OF(random, 0, 1, step->value[TSM_RESP_LEN], step->value[TSM_RESP_LEN] - 1,
				      step->value[TSM_RESP_LEN] + 1, step->value[TSM_REQ_LEN], step->value[TSM_REQ_LEN] + 1);
		break;
	case 1:
		step->result = ONE_OF(random, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
				      0x100000005, 0xfffffff2, -4096, -5000, INT64_MIN, INT64_MAX);
		break;
	default:
		step->result = -tsm_invent_errno(random);
	}
	if (uc_random_chance(random, 40))
		step->produce = ONE_OF(random, 0, 60, TSM_ALL);
}

static void change_script(struct tsm_step *step, struct uc_random *random)
{
	switch (uc_random_below(random, 8)) {
	case 0:
		step->consume = ONE_OF(random, 0, 1, 39, 40, 41, 63, 64, step->value[TSM_REQ_LEN] - 1);
		break;
	case 1:
	case 2:
		step->produce = ONE_OF(random, 0, 1, 9, 63, 64, 65, 99, 100, TSM_ALL,
				       step->value[TSM_RESP_LEN] - 1, step->value[TSM_RESP_LEN] / 2);
		break;
	case 3:
		step->tell |= TELL_ECHO;
		step->produce = TSM_ALL;
		break;
	case 4:
		step->tell |= TELL_BEFOREHAND;
		break;
	case 5:
		step->tell |= TELL_NO_TOUCH;
		break;
	default:
		change_result(step, random);
	}
}

static void change_length(struct tsm_step *step, struct uc_random *random)
{
	if (uc_random_chance(random, 50))
		step->value[TSM_REQ_LEN] = invent_length(random);
	else
		step->value[TSM_RESP_LEN] = invent_length(random);
	if (uc_random_chance(random, 25))
		step->produce = TSM_ALL;
}

static void change_caller(struct tsm_step *step, struct uc_random *random)
{
	step->caller = 1 + uc_random_below(random, TSM_CALLERS - 1);
	/* To whom nothing that is right for others may be refused. */
	if (step->op == DO_REQ && uc_random_chance(random, 50))
		step->value[tsm_ioctl_of(step)->scope] = 1;
}

/* What no word stands for goes: a step is what its text is. */
static void tidy(struct tsm_step *step)
{
	for (unsigned int area = 0; area < TSM_AREAS; area++)
		if (step->place[area] != CUT)
			step->mapped[area] = 0;
	if (step->op == DO_REQ && !(step->tell & TELL_RESULT))
		step->result = 0;
}

void tsm_change_request(struct tsm_step *step, struct uc_random *random)
{
	struct tsm_step changed = *step;
	unsigned int kind = uc_random_below(random, 100);

	if (kind < 10)
		change_size(&changed, random);
	else if (kind < 13)
		changed.word = 1 + uc_random_below(random, TSM_WORDS - 1);
	else if (kind < 20)
		change_place(&changed, random);
	else if (kind < 32)
		change_id(&changed, random);
	else if (kind < 48)
		change_value(&changed, random);
	else if (kind < 58)
		change_length(&changed, random);
	else if (kind < 64)
		claim(&changed, random);
	else if (kind < 70)
		change_request_buffer(&changed, random);
	else if (kind < 77)
		change_response_buffer(&changed, random);
	else if (kind < 82)
		without_response(&changed, random);
	else if (kind < 94)
		change_script(&changed, random);
	else
		change_caller(&changed, random);
	tidy(&changed);
	if (tsm_step_sound(&changed))
		*step = changed;
}

void tsm_change_operation(struct tsm_step *step, struct uc_random *random)
{
	switch (uc_random_below(random, 8)) {
	case 0:
		change_size(step, random);
		break;
	case 1:
		change_place(step, random);
		break;
	case 2:
	case 3:
		change_value(step, random);
		break;
	case 4:
		step->word = 1 + uc_random_below(random, TSM_WORDS - 1);
		break;
	case 5:
		step->caller = 1 + uc_random_below(random, TSM_CALLERS - 1);
		break;
	default:
		change_id(step, random);
	}
	tidy(step);
}

bool tsm_explore_simplify(const void *place, unsigned int attempt, void *memory)
{
	const struct tsm_step *step = place;
	const struct tsm_step usual = tsm_good(step->op);
	const struct uc_column *column = tsm_column(step, attempt);
	struct tsm_step *simpler = memory;

	if (!column || column->expected)
		return false;
	if (column->must)
		return true;
	uc_simplify_column(simpler, &usual, column);
	if (column->offset == offsetof(struct tsm_step, result))
		simpler->tell &= ~TELL_RESULT;
	tidy(simpler);
	/* What nobody may play is no candidate. */
	if (!tsm_step_sound(simpler))
		*simpler = *step;
	return true;
}
