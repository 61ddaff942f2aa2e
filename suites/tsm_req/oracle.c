// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of revision v5 as one pure function:
 *
 * EFAULT     - the size cannot be read; the struct or its tail cannot; the TSM touches a bad buffer
 * ENOTTY     - another word
 * EINVAL     - size < 40; scope > 3; no PCI device; a scope that PCI refuses
 * E2BIG      - a nonzero byte after the struct
 * EOPNOTSUPP - no TSM support; reserved word not 0
 * ENOENT     - no such vdevice
 * ENXIO      - not connected, no link TSM, not bound
 * EOVERFLOW  - a residue that the ioctl cannot return
 *
 * Written from the document, apart from the rows, which a unit test holds against it.
 */
#include <errno.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "numbers.h"
#include "oracle.h"

__u32 tsm_call_size(const struct tsm_call *call)
{
	return call->size.is ? call->size.value : TSM_REQ_SIZE;
}

__u32 tsm_call_req_len(const struct tsm_call *call)
{
	return call->req_len.is ? call->req_len.value : TSM_GOOD_REQ_LEN;
}

__u32 tsm_call_resp_len(const struct tsm_call *call)
{
	return call->resp_len.is ? call->resp_len.value : TSM_GOOD_RESP_LEN;
}

static struct tsm_outcome fails(int error)
{
	return (struct tsm_outcome){ .judged = true, .errors = { error }, .low = 0, .high = -1 };
}

static struct tsm_outcome open_question(void)
{
	return (struct tsm_outcome){ .judged = false };
}

/* How many bytes from a place on can be accessed. */
static __u64 reach(enum tsm_place place, __u64 length, __u32 mapped, bool write)
{
	switch (place) {
	case PLACE_NULL:
	case PLACE_UNMAPPED:
	case PLACE_KERNEL:
		return 0;
	case PLACE_READ_ONLY:
		return write ? 0 : length;
	case PLACE_SHORT:
		return mapped;
	default:
		return length;
	}
}

/*
 * A residue above the capacity is the TSM's own fault. The document does not say what becomes of
 * it, except that it must not look like something else when it does not fit the result either.
 */
static struct tsm_outcome succeeds(__u64 residue, __u64 capacity)
{
	struct tsm_outcome outcome = { .judged = true, .low = residue, .high = residue };

	if (residue > TSM_RESIDUE_MAX) {
		outcome = fails(EOVERFLOW);
		if (residue > capacity)
			outcome.errors[1] = EIO;
	} else if (residue > capacity) {
		outcome = open_question();
	}
	return outcome;
}

/* What the project's TSM does: its interface says which script answers. */
static struct tsm_outcome ask_tsm(const struct tsm_call *call)
{
	const struct tsm_script *script = &call->script;
	__u64 req_len = tsm_call_req_len(call), resp_len = tsm_call_resp_len(call);
	__u64 readable = reach(call->req, req_len, call->req_mapped, false);
	__u64 writable = reach(call->resp, resp_len, call->resp_mapped, true);
	bool payload = !script->standing && req_len >= sizeof(struct uapi_conform_answer);
	bool scripted = payload || script->standing;
	__u64 consume = scripted && script->consume.is ? script->consume.value : UAPI_CONFORM_ALL;
	__u64 produce = !scripted ? UAPI_CONFORM_ALL :
			script->produce.is ? script->produce.value : TSM_GOOD_PRODUCE;
	bool touch = !(scripted && script->no_touch);
	struct tsm_outcome outcome;

	if (consume > req_len)
		consume = req_len;
	if (produce > resp_len)
		produce = resp_len;
	if (payload && readable < sizeof(struct uapi_conform_answer))
		outcome = fails(EFAULT);
	else if (touch && (readable < consume || writable < produce))
		outcome = fails(EFAULT);
	else if (scripted && script->result.is && (__s64)script->result.value < -TSM_ERRNO_MAX)
		outcome = open_question();	/* no errno */
	else if (scripted && script->result.is && (__s64)script->result.value < 0)
		outcome = fails(-(__s64)script->result.value);
	else if ((call->resp == PLACE_NULL) != (resp_len == 0))
		outcome = open_question();	/* is that "a response buffer"? */
	else if (scripted && script->result.is)
		outcome = succeeds(script->result.value, resp_len ? resp_len : req_len);
	else
		outcome = succeeds(resp_len ? resp_len - produce : req_len - consume,
				   resp_len ? resp_len : req_len);
	outcome.forwarded = true;
	outcome.consumed = consume;
	outcome.produced = touch ? produce : 0;
	return outcome;
}

/* The word, and the rules that every iommufd ioctl shares. 0 if they are all kept. */
static bool general_rules(const struct tsm_call *call, struct tsm_outcome *outcome)
{
	__u32 word = call->word ? call->word : TSM_REQ_WORD;
	__u32 size = tsm_call_size(call);
	__u64 readable = reach(call->place, size < TSM_REQ_SIZE ? TSM_REQ_SIZE : size,
			       call->mapped, false);

	if (readable < sizeof(__u32)) {
		*outcome = fails(EFAULT);
		if (_IOC_NR(word) != TSM_REQ_NR)	/* outside of the table, nothing is read */
			outcome->errors[1] = ENOTTY;
	} else if (word != TSM_REQ_WORD) {
		*outcome = fails(ENOTTY);
	} else if (size < TSM_REQ_SIZE) {
		*outcome = fails(EINVAL);
	} else if (size == ~0U) {
		*outcome = open_question();	/* depends on 4 GiB of whatever lies behind */
	} else if (readable < size) {
		*outcome = fails(EFAULT);
		if (call->tail && call->tail < readable)	/* which is met first? */
			outcome->errors[1] = E2BIG;
	} else if (call->tail && call->tail < size) {
		*outcome = fails(E2BIG);
	} else {
		return true;
	}
	return false;
}

struct tsm_outcome tsm_oracle(const struct tsm_world *world, const struct tsm_call *call)
{
	struct tsm_outcome outcome;

	if (!general_rules(call, &outcome))
		return outcome;
	if (!world->tsm_built || call->reserved)
		return fails(EOPNOTSUPP);
	if (call->scope > PCI_LAST)
		return fails(EINVAL);
	if (call->id != ID_OF_VDEVICE)
		return fails(ENOENT);
	if (world->state == NOT_PCI)
		return fails(EINVAL);
	if (call->scope > PCI_STATE_CHANGE) {
		outcome = fails(EINVAL);
		if (call->scope == PCI_DEBUG_WRITE && call->no_rawio)
			outcome.errors[1] = EPERM;	/* refused for the other good reason */
		return outcome;
	}
	if (world->state != BOUND)
		return fails(ENXIO);
	return ask_tsm(call);
}

bool tsm_allows(const struct tsm_outcome *outcome, __s64 got, int error)
{
	if (!outcome->judged)
		return true;
	if (got != -1)
		return got >= outcome->low && got <= outcome->high;
	for (int i = 0; i < TSM_OUTCOME_ERRORS && outcome->errors[i]; i++)
		if (outcome->errors[i] == error)
			return true;
	return false;
}
