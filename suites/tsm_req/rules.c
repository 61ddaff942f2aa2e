// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must come of a call, from the revision's list of checks, and the checks that all revisions
 * share:
 *
 * EFAULT - the size, the struct or its tail cannot be read; the TSM touches a bad buffer
 * ENOTTY - another word
 * EINVAL - the size is too short
 * E2BIG  - a nonzero byte after the struct
 *
 * Written from the document, apart from the rows, which a unit test holds against it.
 */
#include <errno.h>
#include <limits.h>
#include <sys/ioctl.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "rules.h"

const struct tsm_rules *tsm_rules_now = &tsm_v5;

const struct tsm_ioctl *tsm_ioctl_of(const struct tsm_step *step)
{
	return tsm_rules_now->ioctl[step->op];
}

__u32 tsm_word_of(const struct tsm_step *step)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);

	switch (step->word) {
	case READ_WORD:
		return _IOC(_IOC_READ, TSM_IOMMUFD_TYPE, ioctl->number, 0);
	case WRITE_WORD:
		return _IOC(_IOC_WRITE, TSM_IOMMUFD_TYPE, ioctl->number, 0);
	case READ_WRITE_WORD:
		return _IOC(_IOC_READ | _IOC_WRITE, TSM_IOMMUFD_TYPE, ioctl->number, ioctl->size);
	case SIZED_WORD:
		return _IOC(_IOC_NONE, TSM_IOMMUFD_TYPE, ioctl->number, ioctl->size);
	case OTHER_TYPE:
		return _IO('<', ioctl->number);
	default:
		return _IO(TSM_IOMMUFD_TYPE, ioctl->number);
	}
}

__u32 tsm_step_id(const struct tsm_step *step, __u32 id)
{
	switch (step->id) {
	case WITH_BIT_31:
		return id | 1U << 31;
	case WITH_BIT_16:
		return id | 1U << 16;
	case WITH_BIT_8:
		return id | 1U << 8;
	case PLUS_ONE:
		return id + 1;
	case ZERO:
		return 0;
	case ALL_ONES:
		return ~0U;
	case NOTHING:
		return INT_MAX - 1;
	default:
		return id;
	}
}

struct tsm_step tsm_good(enum tsm_step_op op)
{
	struct tsm_step step = { .op = op };
	const struct tsm_ioctl *ioctl;

	if (op == DO_OPEN)
		step.which = 1;
	if (op == DO_VDEVICE_ALLOC)
		step.consume = TSM_VIRT_ID;
	if (!tsm_is_call(&step))
		return step;
	ioctl = tsm_ioctl_of(&step);
	for (unsigned int i = 0; i < ioctl->field_count; i++)
		if (ioctl->fields[i].kind == FIELD_VALUE)
			uc_column_set(&step, &ioctl->fields[i].column, ioctl->fields[i].good);
	if (op == DO_REQ) {
		step.consume = TSM_ALL;
		step.produce = 10;
	}
	return step;
}

/* How many bytes from a place on can be accessed. */
static __u64 reach(const struct tsm_step *step, enum tsm_area area, __u64 length, bool write)
{
	if (tsm_nowhere(step->place[area]) || (write && step->place[area] == READ_ONLY))
		return 0;
	return step->place[area] == CUT ? step->mapped[area] : length;
}

static __u64 readable(const struct tsm_question *question)
{
	__u32 size = question->step->value[TSM_SIZE], least = question->ioctl->size;

	return reach(question->step, STRUCT, size < least ? least : size, false);
}

static bool applies(const struct tsm_question *question, const struct tsm_check *check)
{
	const struct tsm_step *step = question->step;
	__u32 size = step->value[TSM_SIZE];

	switch (check->when) {
	case SIZE_NOT_READ:
		return readable(question) < sizeof(__u32);
	case OTHER_WORD:
		return step->word != RIGHT_WORD;
	case SIZE_BELOW:
		return size < question->ioctl->size;
	case STRUCT_NOT_READ:
		return readable(question) < size;
	case TAIL_SET:
		return step->tail && step->tail < size;
	case NOT_BUILT:
		return !question->tsm_built;
	case VALUE_ABOVE:
		return step->value[check->value] > check->limit;
	case NOT_FOUND:
		return !question->found;
	case IN_STATE:
		return question->state == (enum tsm_state)check->limit;
	case OWN_CHECK:
		return check->applies(question, check);
	default:
		return false;
	}
}

/* Outside of the kernel's table nothing is read. And which comes first, the tail or what is cut? */
static int other_errno(const struct tsm_question *question, const struct tsm_check *check)
{
	const struct tsm_step *step = question->step;

	if (check->when == SIZE_NOT_READ)
		return _IOC_NR(tsm_word_of(step)) != question->ioctl->number ? ENOTTY : 0;
	if (check->when == STRUCT_NOT_READ)
		return step->tail && step->tail < readable(question) ? E2BIG : 0;
	return check->also ? check->also(question) : 0;
}

static void fails(struct tsm_expected *expected, int error)
{
	expected->errors[0] = error;
	expected->low = 0;
	expected->high = -1;
}

/*
 * A residue above the capacity is the TSM's own fault. The document does not say what becomes of
 * it, except that it must not look like something else when it does not fit the result either: it is
 * an error, and not the one that its low bits make.
 */
static void succeeds(struct tsm_expected *expected, __u64 residue, __u64 capacity)
{
	const int low = residue;

	if (residue > TSM_RESIDUE_MAX) {
		fails(expected, TSM_ANY_ERRNO);
		expected->spelled = low < 0 && low >= -TSM_ERRNO_MAX ? -low : 0;
		return;
	}
	expected->open = residue > capacity;
	expected->low = expected->high = residue;
}

__u32 tsm_told_flags(const struct tsm_step *step)
{
	return (step->tell & ~TELL_BEFOREHAND) |
	       (tsm_rules_now->ioctl[DO_REQ]->code ? UAPI_CONFORM_ANSWER_CODE : 0);
}

/* The device fixture's interface says which script answers. */
bool tsm_scripted(const struct tsm_step *step)
{
	__u64 length = step->value[TSM_REQ_LEN];

	return step->tell & TELL_BEFOREHAND || length >= sizeof(struct uapi_conform_answer);
}

static bool script_readable(const struct tsm_step *step)
{
	return step->tell & TELL_BEFOREHAND ||
	       reach(step, REQUEST, step->value[TSM_REQ_LEN], false) >= sizeof(struct uapi_conform_answer);
}

void tsm_ask_tsm(const struct tsm_question *question, struct tsm_expected *expected)
{
	const struct tsm_step *step = question->step;
	__u64 req_len = step->value[TSM_REQ_LEN], resp_len = step->value[TSM_RESP_LEN];
	__u64 can_read = reach(step, REQUEST, req_len, false);
	__u64 can_write = reach(step, RESPONSE, resp_len, true);
	bool beforehand = step->tell & TELL_BEFOREHAND;
	bool payload = !beforehand && req_len >= sizeof(struct uapi_conform_answer);
	bool scripted = tsm_scripted(step), touch = !(scripted && step->tell & TELL_NO_TOUCH);
	bool result = scripted && step->tell & TELL_RESULT;
	__u64 consume = scripted ? step->consume : TSM_ALL;
	__u64 produce = scripted ? step->produce : TSM_ALL;

	consume = consume > req_len ? req_len : consume;
	produce = produce > resp_len ? resp_len : produce;
	if ((payload && can_read < sizeof(struct uapi_conform_answer)) ||
	    (touch && (can_read < consume || can_write < produce)))
		fails(expected, EFAULT);
	else if (result && step->result < -TSM_ERRNO_MAX)
		expected->open = true;	/* no errno */
	else if (result && step->result < 0)
		fails(expected, -step->result);
	else if ((step->place[RESPONSE] == AT_NULL) != (resp_len == 0))
		expected->open = true;	/* is that "a response buffer"? */
	else
		succeeds(expected, result ? (__u64)step->result :
			 resp_len ? resp_len - produce : req_len - consume, resp_len ?: req_len);
	expected->forwarded = true;
	expected->consumed = consume;
	expected->produced = touch ? produce : 0;
}

enum tsm_requirement tsm_blame_tsm(const struct tsm_question *question,
				   const struct tsm_expected *expected)
{
	const struct tsm_step *step = question->step;
	bool told = step->tell & TELL_RESULT;

	if (expected->errors[0] == EFAULT && !(told && step->result == -EFAULT))
		return BUFFER_FAULT;
	if (expected->errors[0] == TSM_ANY_ERRNO)
		return RESIDUE_TOO_LARGE;
	if (expected->errors[0])
		return BACKEND_ERROR;
	if (step->value[TSM_SIZE] > question->ioctl->size)
		return SIZE_LONG;
	if (tsm_nowhere(step->place[REQUEST]) || tsm_nowhere(step->place[RESPONSE]) ||
	    step->place[REQUEST] == CUT || step->place[RESPONSE] == CUT)
		return BUFFER_NOT_TOUCHED;
	return step->value[TSM_RESP_LEN] ? RESIDUE_RESPONSE : RESIDUE_REQUEST;
}

/* What is written back is what the TSM said, which it does only by a script; where that can be. */
static void write_back(const struct tsm_question *question, const struct tsm_check *decides,
		       struct tsm_expected *expected)
{
	const struct tsm_step *step = question->step;
	bool late = !decides || decides->late;

	if (!question->ioctl->code || !late || (expected->open && !expected->forwarded))
		return;
	expected->code = expected->forwarded && tsm_scripted(step) && script_readable(step) ?
			 CODE_OF_TSM : CODE_ZERO;
	/* What another process wrote into its own memory is not seen. */
	if (expected->apart || step->place[STRUCT] == READ_ONLY)
		expected->code = CODE_KEPT;
	if (step->place[STRUCT] != READ_ONLY || expected->open)
		return;
	expected->errors[0] = EFAULT;
	expected->errors[1] = 0;
	expected->low = 0;
	expected->high = -1;
}

const struct tsm_check *tsm_judge_call(const struct tsm_question *question,
				       struct tsm_expected *expected)
{
	const struct tsm_ioctl *ioctl = question->ioctl;
	const struct tsm_check *decides = NULL;

	/* It depends on 4 GiB of whatever lies behind. */
	expected->open = question->step->value[TSM_SIZE] == ~0U && readable(question) >= sizeof(__u32) &&
			 question->step->word == RIGHT_WORD;
	for (unsigned int i = 0; !expected->open && !decides && i < ioctl->check_count; i++)
		if (applies(question, &ioctl->checks[i]))
			decides = &ioctl->checks[i];
	if (decides) {
		fails(expected, decides->error);
		expected->errors[1] = other_errno(question, decides);
	} else if (!expected->open) {
		ioctl->pass(question, expected);
	}
	write_back(question, decides, expected);
	expected->requirement = ioctl->blame(question, decides, expected);
	return decides;
}

bool tsm_allows(const struct tsm_expected *expected, __s64 got, int error)
{
	if (expected->open)
		return true;
	if (got != -1)
		return got >= expected->low && got <= expected->high;
	for (int i = 0; i < 3 && expected->errors[i]; i++)
		if (expected->errors[i] == error ||
		    (expected->errors[i] == TSM_ANY_ERRNO && error != expected->spelled))
			return true;
	return false;
}
