// SPDX-License-Identifier: GPL-2.0-only
/*
 * One thing about a good call changed, a column of the step's table, to another of its values; and what has
 * to go with that, because what is far from good is refused at once and teaches little. And back, for
 * shrinking.
 */
#include <errno.h>

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

/* Around the struct's own size, or the last byte behind it. */
static void change_size(struct tsm_step *step, struct uc_random *random)
{
	const uint32_t good = tsm_ioctl_of(step)->size;
	uint32_t *size = &step->value[TSM_SIZE];

	*size = uc_random_chance(random, 40) ? uc_random_below(random, good) :
		good + ONE_OF(random, 0, 1, 4, 7, 8, 16, 24, 88, 4096 - good, 4096, uc_random_below(random, 200));
	if (*size > good)
		step->tail = ONE_OF(random, 0, 0, good, good + 3, *size - 1, good + uc_random_below(random, *size - good));
}

/* Where it is cut, at the end of what is used, or beside it. */
static void change_place(struct tsm_step *step, enum tsm_area area, struct uc_random *random)
{
	const uint64_t used[] = { step->value[TSM_SIZE], step->consume, step->produce };
	const uint64_t most = area == STRUCT ? tsm_ioctl_of(step)->size : area == REQUEST ? 64 : 100;
	const uint64_t end = used[area] > 4 * most ? most : used[area];

	step->place[area] = uc_random_chance(random, 35) ? CUT : 1 + uc_random_below(random, area == RESPONSE ? OVERLAP : CUT);
	if (step->place[area] == CUT)
		step->mapped[area] = ONE_OF(random, 0, 1, 3, 4, 39, 40, 48, most - 1, most, most + 8, end,
					    end ? end - 1 : 0, end + 1);
	if (area == STRUCT && step->place[STRUCT] == CUT && uc_random_chance(random, 15))
		step->value[TSM_SIZE] = ONE_OF(random, 8192, 0x7fffffff, 0x80000000, 0x100000);
	/* A script in the request would be touched itself. */
	if (area == REQUEST && uc_random_chance(random, 60))
		step->tell |= TELL_BEFOREHAND;
	if (area != STRUCT && uc_random_chance(random, 30))
		step->tell |= TELL_NO_TOUCH;
	if (area == RESPONSE && step->place[area] == AT_NULL && uc_random_chance(random, 60))
		step->value[TSM_RESP_LEN] = step->produce = 0;
	if (step->place[RESPONSE] < SAME)
		return;
	step->place[REQUEST] = MAPPED;
	step->value[TSM_RESP_LEN] = ONE_OF(random, 1, 40, 56, 55, 48);
	step->produce = ONE_OF(random, TSM_ALL, 1, 40, 50);
	if (uc_random_chance(random, 60))
		step->tell |= TELL_ECHO;
}

static void change_id(struct tsm_step *step, struct uc_random *random)
{
	if (uc_random_chance(random, 20))
		step->id = 1 + uc_random_below(random, TSM_IDS - 1);
	else
		step->object = uc_random_chance(random, 20) ? PLAIN_VDEVICE : uc_random_below(random, TSM_OBJECTS);
}

/* A length that nobody has memory for; the TSM counts without touching. */
static void claim(struct tsm_step *step, struct uc_random *random)
{
	uint32_t length = ONE_OF(random, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe,
				 0xffffffff, 0x10000000, 0xffffffff, 0x80000064);
	uint64_t left = ONE_OF(random, 0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, length,
			       length - 1, length - 100, 0xfffff001, 0xfffffffa);
	bool response = uc_random_chance(random, 60);

	if (left > length)
		left = length;
	step->tell |= TELL_NO_TOUCH | TELL_BEFOREHAND;
	step->place[response ? RESPONSE : REQUEST] = ONE_OF(random, MAPPED, UNMAPPED, response ? KERNEL : AT_NULL);
	if (response) {
		step->value[TSM_RESP_LEN] = length;
		step->produce = length - left;
	} else {
		step->place[RESPONSE] = AT_NULL;
		step->value[TSM_RESP_LEN] = 0;
		step->value[TSM_REQ_LEN] = length;
		step->consume = length - left;
	}
}

/* Of a request: a residue, a number that is none, or an errno. */
static void change_result(struct tsm_step *step, struct uc_random *random)
{
	const uint32_t request = step->value[TSM_REQ_LEN], response = step->value[TSM_RESP_LEN];

	if (step->op == DO_REQ)
		step->tell |= TELL_RESULT;
	if (step->op == DO_REQ && uc_random_chance(random, 50))
		step->result = ONE_OF(random, 0, 1, response, response - 1, response + 1, request, request + 1,
				      0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000005, 0xfffffff2,
				      -4096, -5000, INT64_MIN, INT64_MAX);
	else
		step->result = -tsm_invent_errno(random);
}

/* How much the TSM reads or writes: all, none, a byte less, or anything. */
static uint64_t change_count(uint32_t length, struct uc_random *random)
{
	return ONE_OF(random, 0, 1, 39, 40, 41, 63, 64, 65, TSM_ALL, TSM_ALL, length - 1, length / 2, 50);
}

static void change_length(struct tsm_step *step, const struct uc_column *column, struct uc_random *random)
{
	const uint64_t length = ONE_OF(random, 0, 0, 1, 2, 3, 4, 8, 39, 40, 41, 63, 64, 65, 99, 100, 101, 255, 256,
				       257, 4095, 4096, 4097, 8192, 12288, 65535, 65536, 65537,
				       uc_random_below(random, 300));

	uc_column_set(step, column, length);
	if (uc_random_chance(random, 25))
		step->produce = TSM_ALL;
	if (step->value[TSM_RESP_LEN] || uc_random_chance(random, 40))
		return;
	step->place[RESPONSE] = AT_NULL;
	step->produce = 0;
	step->consume = change_count(step->value[TSM_REQ_LEN], random);
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

#define AT(member)	offsetof(struct tsm_step, member)

static void change_column(struct tsm_step *step, const struct uc_column *column, struct uc_random *random)
{
	switch (column->offset) {
	case AT(value[TSM_SIZE]):
	case AT(tail):
		change_size(step, random);
		break;
	case AT(value[TSM_REQ_LEN]):
	case AT(value[TSM_RESP_LEN]):
		change_length(step, column, random);
		break;
	case AT(place[STRUCT]):
	case AT(place[REQUEST]):
	case AT(place[RESPONSE]):
		change_place(step, column->offset - AT(place), random);
		break;
	case AT(object):
		change_id(step, random);
		break;
	case AT(consume):
		step->consume = change_count(step->value[TSM_REQ_LEN], random);
		break;
	case AT(produce):
		step->produce = change_count(step->value[TSM_RESP_LEN], random);
		break;
	case AT(result):
		change_result(step, random);
		break;
	case AT(delay_ms):	/* costs time, and shows nothing */
		break;
	default:
		uc_change_column(step, column, random);
	}
}

void tsm_change_call(struct tsm_step *step, struct uc_random *random)
{
	struct tsm_step changed = *step;
	unsigned int count = 0;

	while (!tsm_column(step, count)->expected)
		count++;
	if (step->op == DO_REQ && uc_random_chance(random, 6))
		claim(&changed, random);
	else
		change_column(&changed, tsm_column(step, uc_random_below(random, count)), random);
	/* To whom nothing that is right for others may be refused, but for a scope. */
	if (step->op == DO_REQ && changed.caller && !step->caller)
		changed.value[tsm_ioctl_of(step)->scope] = uc_random_below(random, 4);
	tidy(&changed);
	if (tsm_step_sound(&changed))
		*step = changed;
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
