// SPDX-License-Identifier: GPL-2.0-only
/* The interesting values of every field: bounds, and what a mistake would take for good. */
#include <errno.h>

#include "explore_invent.h"

const struct tsm_step tsm_good_request = {
	.op = DO_REQUEST, .size = TSM_REQ_SIZE, .req_len = TSM_GOOD_REQ_LEN,
	.resp_len = TSM_GOOD_RESP_LEN, .consume = EVERYTHING, .produce = TSM_GOOD_PRODUCE,
};
const struct tsm_step tsm_good_operation = {
	.op = DO_OPERATION, .size = TSM_OP_SIZE, .scope = TSM_BIND,
};
const uint32_t tsm_first_ids[SLOTS] = {
	[DEVICE] = 1, [IOAS] = 2, [HWPT] = 3, [VIOMMU] = 4, [VDEVICE] = 5,
};

/* One of a list. */
#define ONE_OF(random, ...) one_of((random), (const uint64_t[]){ __VA_ARGS__ }, \
	UC_ARRAY_SIZE(((const uint64_t[]){ __VA_ARGS__ })))

static uint64_t one_of(struct uc_random *random, const uint64_t *list, unsigned int count)
{
	return list[uc_random_below(random, count)];
}

static uint32_t one_bit(struct uc_random *random)
{
	return 1U << uc_random_below(random, 32);
}

int tsm_invent_errno(struct uc_random *random)
{
	return ONE_OF(random, EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, EAGAIN, ENOMEM, EACCES,
		      EFAULT, EBUSY, EEXIST, ENODEV, EINVAL, ENOTTY, ENOSPC, EOPNOTSUPP, EOVERFLOW,
		      ETIMEDOUT, 1000, TSM_ERRNO_MAX);
}

static void change_size(struct tsm_step *step, struct uc_random *random, uint32_t good)
{
	unsigned int kind = uc_random_below(random, 10);

	if (kind < 3)
		step->size = ONE_OF(random, 0, 1, 4, 8, 12, good - 1, good - 1, good / 2);
	else if (kind == 3)
		step->size = uc_random_below(random, good);
	else if (kind < 8)
		step->size = good + ONE_OF(random, 1, 1, 4, 7, 8, 8, 16, 24, 88, 4096 - good, 4096,
					   8192 - good);
	else
		step->size = good + uc_random_below(random, 200);
	if (step->size > good && uc_random_chance(random, 60))
		step->tail = ONE_OF(random, good, good + 1, good + 3, good + 4, step->size - 1,
				    step->size - 1, good + uc_random_below(random, step->size - good));
}

static void change_place(struct tsm_step *step, struct uc_random *random, uint32_t good)
{
	step->place = ONE_OF(random, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, READ_ONLY, CUT_OFF,
			     CUT_OFF);
	if (step->place != CUT_OFF)
		return;
	step->mapped = ONE_OF(random, 0, 1, 3, 4, 5, 8, good - 1, good - 1, good, good, good + 8,
			      step->size - 1, step->size);
	if (uc_random_chance(random, 15))
		step->size = ONE_OF(random, 8192, 0x7fffffff, 0x80000000, 0x100000);
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
		step->id = 1 + uc_random_below(random, IDS - 1);
		break;
	case 3:
		step->slot = PLAIN_VDEVICE;
		break;
	default:
		step->slot = uc_random_below(random, SLOTS);
	}
}

static void change_scope(struct tsm_step *step, struct uc_random *random)
{
	switch (uc_random_below(random, 4)) {
	case 0:
		step->scope = one_bit(random) | uc_random_below(random, 4);
		break;
	case 1:
		step->scope = ONE_OF(random, 4, 5, 6, 7, 8, 15, 16, 255, 256, 0x10000, 0x7fffffff,
				     0x80000000, 0xffffffff, 0xfffffffe);
		break;
	default:
		step->scope = 1 + uc_random_below(random, 4);
	}
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
		step->resp_len = length;
		step->produce = length - left;
		step->resp = ONE_OF(random, MAPPED, UNMAPPED, KERNEL);
	} else {
		step->resp = AT_NULL;
		step->resp_len = 0;
		step->req_len = length;
		step->consume = length - left;
		step->req = ONE_OF(random, MAPPED, UNMAPPED, AT_NULL);
	}
}

static unsigned int invent_buffer(struct uc_random *random)
{
	return ONE_OF(random, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, CUT_OFF, CUT_OFF);
}

static void change_request_buffer(struct tsm_step *step, struct uc_random *random)
{
	step->req = invent_buffer(random);
	if (step->req == CUT_OFF) {
		step->req_mapped = ONE_OF(random, 0, 1, 39, 40, 41, 48, 63, 64);
		step->consume = step->req_mapped + ONE_OF(random, 0, 0, 1, 1, 8);
	}
	/* A script in the request would be touched itself. */
	if (uc_random_chance(random, 60))
		step->tell |= TELL_BEFOREHAND;
	if (uc_random_chance(random, 30))
		step->tell |= TELL_NO_TOUCH;
	if (uc_random_chance(random, 15))
		step->req_len = 0;
}

static void change_response_buffer(struct tsm_step *step, struct uc_random *random)
{
	if (uc_random_chance(random, 25)) {
		step->resp = uc_random_chance(random, 50) ? SAME : OVERLAPPING;
		step->req = MAPPED;
		step->resp_len = ONE_OF(random, 1, 40, 56, 55, 48);
		step->produce = ONE_OF(random, EVERYTHING, 1, 40, 50);
		if (uc_random_chance(random, 60))
			step->tell |= TELL_ECHO;
		return;
	}
	step->resp = invent_buffer(random);
	if (step->resp == CUT_OFF)
		step->resp_mapped = step->produce > 200 ? 50 : step->produce;
	if (step->resp_mapped && uc_random_chance(random, 40))
		step->resp_mapped--;
	if (uc_random_chance(random, 25))
		step->produce = 0;
	if (uc_random_chance(random, 25))
		step->tell |= TELL_NO_TOUCH;
}

static void without_response(struct tsm_step *step, struct uc_random *random)
{
	step->resp = AT_NULL;
	step->resp_len = 0;
	step->produce = 0;
	step->consume = ONE_OF(random, 0, 1, 39, 40, 41, 50, 63, 64, EVERYTHING,
			       step->req_len - 1, step->req_len / 2);
}

static void change_result(struct tsm_step *step, struct uc_random *random)
{
	step->tell |= TELL_RESULT;
	switch (uc_random_below(random, 4)) {
	case 0:
		step->result = ONE_OF(random, 0, 1, step->resp_len, step->resp_len - 1,
				      step->resp_len + 1, step->req_len, step->req_len + 1);
		break;
	case 1:
		step->result = ONE_OF(random, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
				      0x100000005, 0xfffffff2, -4096, -5000, INT64_MIN, INT64_MAX);
		break;
	default:
		step->result = -tsm_invent_errno(random);
	}
	if (uc_random_chance(random, 40))
		step->produce = ONE_OF(random, 0, 60, EVERYTHING);
}

static void change_script(struct tsm_step *step, struct uc_random *random)
{
	switch (uc_random_below(random, 8)) {
	case 0:
		step->consume = ONE_OF(random, 0, 1, 39, 40, 41, 63, 64, step->req_len - 1);
		break;
	case 1:
	case 2:
		step->produce = ONE_OF(random, 0, 1, 9, 63, 64, 65, 99, 100, EVERYTHING,
				       step->resp_len - 1, step->resp_len / 2);
		break;
	case 3:
		step->tell |= TELL_ECHO;
		step->produce = EVERYTHING;
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
		step->req_len = invent_length(random);
	else
		step->resp_len = invent_length(random);
	if (uc_random_chance(random, 25))
		step->produce = EVERYTHING;
}

/* To whom nothing but DEBUG_WRITE may be refused. */
static void change_caller(struct tsm_step *step, struct uc_random *random)
{
	step->who = 1 + uc_random_below(random, CALLERS - 1);
	if (step->scope == PCI_INFO && uc_random_chance(random, 50))
		step->scope = PCI_STATE_CHANGE;
}

void tsm_change_request(struct tsm_step *step, struct uc_random *random)
{
	struct tsm_step changed = *step;
	unsigned int kind = uc_random_below(random, 100);

	if (kind < 10)
		change_size(&changed, random, TSM_REQ_SIZE);
	else if (kind < 13)
		changed.which = 1 + uc_random_below(random, WORDS - 1);
	else if (kind < 20)
		change_place(&changed, random, TSM_REQ_SIZE);
	else if (kind < 32)
		change_id(&changed, random);
	else if (kind < 43)
		change_scope(&changed, random);
	else if (kind < 48)
		changed.reserved = uc_random_chance(random, 80) ? one_bit(random) : UINT32_MAX;
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
	if (tsm_model_sound(&changed))
		*step = changed;
}

void tsm_change_operation(struct tsm_step *step, struct uc_random *random)
{
	switch (uc_random_below(random, 8)) {
	case 0:
		change_size(step, random, TSM_OP_SIZE);
		break;
	case 1:
		change_place(step, random, TSM_OP_SIZE);
		break;
	case 2:
		step->reserved = uc_random_chance(random, 80) ? one_bit(random) : UINT32_MAX;
		break;
	case 3:
		step->scope = ONE_OF(random, 0, 3, 4, 0x101, 0x102, 0x10001, 0x80000001, 0xffffffff,
				     one_bit(random) | 1);
		break;
	case 4:
		step->which = 1 + uc_random_below(random, WORDS - 1);
		break;
	case 5:
		step->who = 1 + uc_random_below(random, CALLERS - 1);
		break;
	default:
		change_id(step, random);
	}
}
