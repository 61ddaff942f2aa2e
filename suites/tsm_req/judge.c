// SPDX-License-Identifier: GPL-2.0-only
/* Everything that may have come of a step, held against what must. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "call.h"
#include "text.h"

#define NO_BYTE	(~0ULL)

/* What is looked at, and the clause that is broken where that of the result is not. */
const struct tsm_aspect_text tsm_aspects[TSM_ASPECTS] = {
	[RESULT] = { "its result" },
	[TIMES_ASKED] = { "how many times the TSM is asked", FORWARD_ONCE },
	[SCOPE_SEEN] = { "the scope, or operation, that the TSM is given", FORWARD_ONCE },
	[ARCH_SEEN] = { "the architecture that the TSM is given", OPS_FORWARDED },
	[CODE_WRITTEN] = { "tsm_code afterwards", OPS_CODE, .hex = true },
	[REQ_LEN_SEEN] = { "the req_len that the TSM is given", FORWARD_ONCE },
	[RESP_LEN_SEEN] = { "the resp_len that the TSM is given", FORWARD_ONCE },
	[REQ_SEEN] = { "the req_uptr that the TSM is given", FORWARD_ONCE, .hex = true },
	[RESP_SEEN] = { "the resp_uptr that the TSM is given", FORWARD_ONCE, .hex = true },
	[KINDS_SEEN] = { "kernel memory in place of the caller's buffers", FORWARD_ONCE },
	[REQUEST_READ] = { "the hash of the bytes that the TSM reads", PAYLOAD_REQUEST, .hex = true },
	[STRUCT_KEPT] = { "the first byte of the struct that is written (-1: none)", OPS_CODE_EARLY },
	[REQUEST_KEPT] = { "the first byte of the request that is written (-1: none)", REQUEST_READ_ONLY },
	[RESPONSE_BYTE] = { "how many bytes of the TSM's arrive in the response", PAYLOAD_RESPONSE },
	[RESPONSE_REST] = { "up to which byte the rest of the response is untouched", RESPONSE_TAIL },
	[BEFORE_RESPONSE] = { "up to which byte before the response memory is untouched", RESPONSE_TAIL },
	[IS_CONNECTED] = { "whether the device is connected afterwards", INFO_NO_CHANGE },
	[IS_BOUND] = { "whether the device is bound afterwards", INFO_NO_CHANGE },
	[BIND_CALLS] = { "how many times the TSM is asked to bind", INFO_NO_CHANGE },
	[UNBIND_CALLS] = { "how many times the TSM is asked to unbind", INFO_NO_CHANGE },
	[VDEVICES_LEFT] = { "how many vdevices there are more than before", INFO_NO_CHANGE },
	[TDI_ID] = { "the identifier that the TSM is given to bind", INFO_NO_CHANGE },
	[TDI_VM] = { "the process whose VM the TSM is given to bind", INFO_NO_CHANGE },
	[SECOND_RESULT] = { "the result of what came while a request was with the TSM", INFO_NO_CHANGE },
	[AT_ONCE] = { "how many requests are with the TSM at once", INFO_NO_CHANGE },
	[CLOSE_TIME] = { "the seconds until it comes back, at most", CLOSE_RELEASES },
};

enum tsm_requirement tsm_requirement_of(const struct tsm_step *step,
					const struct tsm_expected *expected,
					enum tsm_aspect aspect)
{
	enum tsm_requirement own = tsm_aspects[aspect].requirement;

	if (aspect == CLOSE_TIME)
		return CLOSE_RELEASES;
	if (!tsm_is_call(step))
		return expected->requirement;
	if (aspect == STRUCT_KEPT && (!tsm_ioctl_of(step)->code || expected->code))
		return tsm_ioctl_of(step)->kept;
	if (aspect == CODE_WRITTEN && !expected->code)
		return OPS_CODE_EARLY;
	if (step->op == DO_OP || !own ||
	    (own == FORWARD_ONCE && !(expected->forwarded && step->caller == ROOT)))
		return expected->requirement;
	return own;
}

/* Of several that a row checks, the one that is broken; all, where it is none of them. */
static void blame(const struct tsm_judgement *judgement, enum tsm_aspect aspect)
{
	enum tsm_requirement broken = tsm_requirement_of(judgement->step, judgement->expected, aspect);
	const unsigned char *checks = judgement->player->checks;

	for (size_t i = 0; checks && i < UC_MAX_CHECKS && checks[i]; i++)
		if (checks[i] == broken) {
			uc_about(broken);
			return;
		}
	uc_about(aspect == CLOSE_TIME ? CLOSE_RELEASES : TSM_NO_REQUIREMENT);
}

/* The first thing that is wrong is kept; all are told. */
static bool note(struct tsm_judgement *judgement, enum tsm_aspect aspect)
{
	if (judgement->observed->aspect == NO_ASPECT)
		judgement->observed->aspect = aspect;
	if (judgement->player->tell)
		blame(judgement, aspect);
	return judgement->player->tell;
}

void tsm_compare(struct tsm_judgement *judgement, enum tsm_aspect aspect, __u64 expected, __u64 got)
{
	struct tsm_observed *observed = judgement->observed;

	if (expected == got)
		return;
	if (observed->aspect == NO_ASPECT) {
		observed->expected = expected;
		observed->got = got;
	}
	if (!note(judgement, aspect))
		return;
	uc_fail(tsm_aspects[aspect].hex ? "call:     %s\nexpected: %s: %#llx\ngot:      %#llx" :
		"call:     %s\nexpected: %s: %lld\ngot:      %lld", tsm_step_text(judgement->step),
		tsm_aspects[aspect].text, (long long)expected, (long long)got);
	uc_about(TSM_NO_REQUIREMENT);
}

const char *tsm_expected_text(const struct tsm_expected *expected)
{
	static char text[80];
	size_t used = 0;

	*text = '\0';
	for (int i = 0; i < 3 && expected->errors[i]; i++)
		used += snprintf(text + used, sizeof(text) - used, "%s%s", used ? " or " : "",
				 expected->errors[i] == TSM_ANY_ERRNO ? "an error, of its own" :
				 uc_errno_name(expected->errors[i]));
	if (expected->open)
		return "anything";
	if (!used)
		snprintf(text, sizeof(text), "%lld", (long long)expected->low);
	return text;
}

void tsm_judge_result(struct tsm_judgement *judgement)
{
	const struct tsm_observed *observed = judgement->observed;

	if (tsm_allows(judgement->expected, observed->result, observed->error) ||
	    !note(judgement, RESULT))
		return;
	uc_fail("call:     %s\nexpected: %s\ngot:      %s", tsm_step_text(judgement->step),
		tsm_expected_text(judgement->expected),
		uc_result_name(observed->result, observed->error));
	uc_about(TSM_NO_REQUIREMENT);
}

/* What the TSM saw is what was passed, and the bytes it read are the ones that were there. */
static void judge_forwarded(struct tsm_judgement *judgement, const struct tsm_issue *issue,
			    const struct uapi_conform_call *seen)
{
	const struct tsm_step *step = judgement->step;

	tsm_compare(judgement, SCOPE_SEEN, step->value[tsm_ioctl_of(step)->scope], seen->scope);
	if (tsm_ioctl_of(step)->arch)
		tsm_compare(judgement, ARCH_SEEN, step->value[tsm_ioctl_of(step)->arch],
			    seen->kinds >> UAPI_CONFORM_TVM_ARCH & 0xff);
	tsm_compare(judgement, REQ_LEN_SEEN, step->value[TSM_REQ_LEN], seen->req_len);
	tsm_compare(judgement, RESP_LEN_SEEN, step->value[TSM_RESP_LEN], seen->resp_len);
	tsm_compare(judgement, REQ_SEEN, issue->req_uptr, seen->req_ptr);
	tsm_compare(judgement, RESP_SEEN, issue->resp_uptr, seen->resp_ptr);
	tsm_compare(judgement, KINDS_SEEN, 0,
		    seen->kinds & (UAPI_CONFORM_REQ_KERNEL | UAPI_CONFORM_RESP_KERNEL));
	if (!(step->tell & TELL_NO_TOUCH) && issue->req_before && seen->consumed <= issue->req_size)
		tsm_compare(judgement, REQUEST_READ,
			    uapi_conform_hash(UAPI_CONFORM_HASH_INIT, issue->req_before,
					      seen->consumed), seen->req_hash);
}

static __u64 first_change(const void *now, const void *before, size_t size)
{
	const __u8 *one = now, *other = before;

	if (!now || !memcmp(now, before, size))
		return NO_BYTE;
	for (size_t i = 0;; i++)
		if (one[i] != other[i])
			return i;
}

static __u8 response_byte(const struct tsm_judgement *judgement, const struct tsm_issue *issue,
			  size_t i)
{
	const struct tsm_step *step = judgement->step;

	if (tsm_scripted(step) && step->tell & TELL_ECHO && i < judgement->expected->consumed &&
	    i < issue->req_size)
		return issue->req_before[i] ^ UAPI_CONFORM_ECHO_XOR;
	return uapi_conform_pattern(tsm_scripted(step) ? issue->seed : 0, i);
}

/* The first byte of the response that is wrong, or @size. */
static size_t first_wrong(const struct tsm_judgement *judgement, const struct tsm_issue *issue,
			  size_t size)
{
	__u8 expected[4096];
	size_t i = 0, most;

	/* A chunk at a time; byte by byte only from where one is wrong. */
	while (!(judgement->step->tell & TELL_ECHO) && tsm_scripted(judgement->step) && i < size) {
		most = size - i < sizeof(expected) ? size - i : sizeof(expected);
		uapi_conform_fill(expected, issue->seed, i, most);
		if (memcmp(expected, issue->resp + i, most))
			break;
		i += most;
	}
	while (i < size && issue->resp[i] == response_byte(judgement, issue, i))
		i++;
	return i;
}

/* The response went over the request: what was produced shows in the request's own memory. */
static void judge_shared(struct tsm_judgement *judgement, const struct tsm_issue *issue,
			 size_t produced)
{
	size_t offset = judgement->step->place[RESPONSE] == OVERLAP ? 8 : 0, i = 0;

	if (judgement->observed->result < 0 || !issue->req)
		return;
	while (i < issue->req_size &&
	       issue->req[i] == (i >= offset && i - offset < produced ?
				 response_byte(judgement, issue, i - offset) : issue->req_before[i]))
		i++;
	tsm_compare(judgement, RESPONSE_BYTE, issue->req_size, i);
}

/* Produced bytes are right, all others untouched. After a fault nobody knows how many came. */
static void judge_response(struct tsm_judgement *judgement, const struct tsm_issue *issue,
			   size_t produced)
{
	const struct tsm_observed *observed = judgement->observed;
	bool fault = judgement->expected->forwarded && observed->result == -1 &&
		     observed->error == EFAULT;
	const __u8 *memory;

	if (!issue->resp)
		return;
	memory = issue->resp - TSM_MARGIN;
	if (fault || produced > issue->resp_size)
		produced = issue->resp_size;
	if (!fault)
		tsm_compare(judgement, RESPONSE_BYTE, produced,
			    first_wrong(judgement, issue, produced));
	tsm_compare(judgement, RESPONSE_REST, issue->resp_size,
		    uc_poison_broken(memory, TSM_MARGIN + produced,
				     TSM_MARGIN + issue->resp_size) - TSM_MARGIN);
	tsm_compare(judgement, BEFORE_RESPONSE, TSM_MARGIN, uc_poison_broken(memory, 0, TSM_MARGIN));
}

/* Nothing of the struct is written, but its code where it has one; @issue's copy has that afterwards. */
static void judge_struct(struct tsm_judgement *judgement, const struct tsm_issue *issue)
{
	const unsigned int at = tsm_ioctl_of(judgement->step)->code;
	const __u64 codes[] = {
		[CODE_KEPT] = TSM_CODE_PASSED, [CODE_OF_TSM] = uapi_conform_code(issue->seed),
	};
	__u64 got;

	if (at && issue->whole && issue->whole_size >= at + sizeof(got)) {
		memcpy(&got, (__u8 *)issue->whole + at, sizeof(got));
		tsm_compare(judgement, CODE_WRITTEN, codes[judgement->expected->code], got);
		memcpy((__u8 *)issue->whole_before + at, &got, sizeof(got));
	}
	tsm_compare(judgement, STRUCT_KEPT, NO_BYTE,
		    first_change(issue->whole, issue->whole_before, issue->whole_size));
}

void tsm_judge_issue(struct tsm_judgement *judgement, const struct tsm_issue *issue,
		     const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after)
{
	const struct tsm_step *step = judgement->step;
	const struct tsm_expected *expected = judgement->expected;
	size_t produced = expected->forwarded && !expected->apart ? expected->produced : 0;
	bool asked = after && after->guest_reqs != before->guest_reqs;

	tsm_judge_result(judgement);
	if (after && !(expected->open && step->expect == LEFT_OPEN))
		tsm_compare(judgement, TIMES_ASKED, expected->forwarded,
			    after->guest_reqs - before->guest_reqs);
	if (asked && expected->forwarded)
		judge_forwarded(judgement, issue, &after->last);
	judge_struct(judgement, issue);
	if (step->op != DO_REQ)
		return;
	if (step->place[RESPONSE] >= SAME) {
		judge_shared(judgement, issue, produced);
		return;
	}
	tsm_compare(judgement, REQUEST_KEPT, NO_BYTE,
		    first_change(issue->req, issue->req_before, issue->req_size));
	judge_response(judgement, issue, produced);
}

void tsm_judge_state(struct tsm_judgement *judgement, const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after)
{
	const struct tsm_expected *expected = judgement->expected;

	tsm_compare(judgement, IS_CONNECTED, expected->connected, after->connected);
	tsm_compare(judgement, IS_BOUND, expected->bound, after->bound);
	tsm_compare(judgement, BIND_CALLS, (__s64)expected->binds, after->binds - before->binds);
	tsm_compare(judgement, UNBIND_CALLS, (__s64)expected->unbinds,
		    after->unbinds - before->unbinds);
	/* The fixture counts those of its own IOMMU. */
	if (after->viommu_type == UAPI_CONFORM_VIOMMU_TYPE)
		tsm_compare(judgement, VDEVICES_LEFT, (__s64)expected->vdevices,
			    (__s64)after->vdevices - before->vdevices);
	if (expected->bound && expected->binds)
		tsm_compare(judgement, TDI_ID, expected->tdi_id, after->tdi_id);
	if (expected->bound && expected->binds)
		tsm_compare(judgement, TDI_VM, judgement->player->setup.vm_maker, after->tdi_vm);
}
