// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call held against the document: its result, what reached the TSM, and every byte that the
 * call may have changed.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

/* What a failure says first: the call. */
struct context {
	const struct tsm_call *call;
	const struct tsm_issue *issue;
	const struct tsm_session *session;
	bool good;
};

static const struct tsm_row *judged_row;

void tsm_judge_row(const struct tsm_row *row)
{
	judged_row = row;
}

/* What is judged by other means than a call's result. */
static bool is_aspect(enum tsm_requirement requirement)
{
	switch (requirement) {
	case FORWARD_ONCE:
	case PAYLOAD_REQUEST:
	case PAYLOAD_RESPONSE:
	case RESPONSE_TAIL:
	case ABI_ONE_WAY:
	case REQUEST_READ_ONLY:
	case INFO_NO_CHANGE:
		return true;
	default:
		return false;
	}
}

/*
 * Blame one requirement of several that the row checks: the one that this aspect is about, or, for a
 * result, the only one that no other aspect is about. Else all of them are.
 */
static void blame(enum tsm_requirement aspect)
{
	enum tsm_requirement only = TSM_NO_REQUIREMENT;
	unsigned int results = 0;

	for (size_t i = 0; judged_row && i < UC_MAX_CHECKS && judged_row->row.checks[i]; i++) {
		enum tsm_requirement check = judged_row->row.checks[i];

		if (check == aspect) {
			uc_about(check);
			return;
		}
		if (!is_aspect(check)) {
			only = check;
			results++;
		}
	}
	uc_about(!aspect && results == 1 ? only : TSM_NO_REQUIREMENT);
}

static void wrong(struct context *context, enum tsm_requirement aspect, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void wrong(struct context *context, enum tsm_requirement aspect, const char *format, ...)
{
	char text[400];
	va_list arguments;

	blame(aspect);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	uc_fail("call:     %s\n%s",
		tsm_call_name(context->call, context->issue->fields.vdevice_id), text);
	uc_about(TSM_NO_REQUIREMENT);
	context->good = false;
}

static void judge_result(struct context *context, const struct tsm_expect *expect)
{
	const struct tsm_issue *issue = context->issue;
	bool error = expect->kind == EXPECT_ERROR;
	char wanted[48];

	if (expect->kind == EXPECT_NOTHING) {
		uc_note("%s -> %s", tsm_call_name(context->call, issue->fields.vdevice_id),
			uc_result_name(issue->result, issue->error));
		uc_open(expect->open);
		return;
	}
	if (!error && issue->result == expect->value)
		return;
	if (error && issue->result == -1 && issue->error == expect->value)
		return;
	if (expect->or_error && issue->result == -1 && issue->error == expect->or_error)
		return;
	snprintf(wanted, sizeof(wanted), "%s",
		 error ? uc_errno_name(expect->value) : uc_result_name(expect->value, 0));
	wrong(context, TSM_NO_REQUIREMENT, "expected: %s%s%s\ngot:      %s", wanted, expect->or_error ? " or " : "",
	      expect->or_error ? uc_errno_name(expect->or_error) : "",
	      uc_result_name(issue->result, issue->error));
}

static void differs(struct context *context, const char *what, __u64 given, __u64 seen)
{
	if (given != seen)
		wrong(context, FORWARD_ONCE, "expected: the TSM is given %s=%#llx\ngot:      %#llx", what,
		      (unsigned long long)given, (unsigned long long)seen);
}

/* What the TSM saw is what was passed, and the bytes it read are the ones that were there. */
static void judge_forwarded(struct context *context, const struct uapi_conform_call *seen)
{
	const struct tsm_issue *issue = context->issue;

	differs(context, "scope", issue->fields.scope, seen->scope);
	differs(context, "req_len", issue->fields.req_len, seen->req_len);
	differs(context, "resp_len", issue->fields.resp_len, seen->resp_len);
	differs(context, "req_uptr", issue->fields.req_uptr, seen->req_ptr);
	differs(context, "resp_uptr", issue->fields.resp_uptr, seen->resp_ptr);
	if (seen->kinds & (UAPI_CONFORM_REQ_KERNEL | UAPI_CONFORM_RESP_KERNEL))
		wrong(context, FORWARD_ONCE, "expected: both buffers are the caller's\n"
		      "got:      one is the kernel's");
	if (!context->call->script.no_touch && issue->req_before &&
	    seen->consumed <= issue->req_size &&
	    seen->req_hash != uapi_conform_hash(UAPI_CONFORM_HASH_INIT, issue->req_before,
						seen->consumed))
		wrong(context, PAYLOAD_REQUEST, "expected: the TSM reads the %llu bytes that were passed\n"
		      "got:      other bytes", (unsigned long long)seen->consumed);
}

static void judge_backend(struct context *context, const struct tsm_expect *expect,
			  const struct uapi_conform_state *before)
{
	struct uapi_conform_state after;
	__u64 calls;

	if (ioctl(context->session->facts->control, UAPI_CONFORM_GET_STATE, &after))
		uc_error("the fixture's state cannot be read: %s", uc_errno_name(errno));
	calls = after.guest_reqs - before->guest_reqs;
	if (expect->kind != EXPECT_NOTHING && calls != expect->forwarded)
		wrong(context, FORWARD_ONCE, "expected: the TSM is asked %s\ngot:      %llu times",
		      expect->forwarded ? "once" : "not at all", (unsigned long long)calls);
	else if (calls == 1)
		judge_forwarded(context, &after.last);
	if (after.connected != before->connected || after.binds != before->binds ||
	    after.unbinds != before->unbinds)
		wrong(context, INFO_NO_CHANGE, "expected: a request changes neither connection nor binding\n"
		      "got:      binds %+lld, unbinds %+lld",
		      (long long)(after.binds - before->binds),
		      (long long)(after.unbinds - before->unbinds));
}

static bool shared(const struct tsm_call *call)
{
	return call->resp == PLACE_SAME || call->resp == PLACE_OVERLAP;
}

static __u8 response_byte(const struct context *context, size_t i)
{
	const struct tsm_issue *issue = context->issue;

	if (context->call->script.echo && i < issue->req_size)
		return issue->req_before[i] ^ UAPI_CONFORM_ECHO_XOR;
	return uapi_conform_pattern(issue->seed, i);
}

/* The first byte of the response that is wrong, or @size. */
static size_t first_wrong(const struct context *context, size_t size)
{
	const struct tsm_issue *issue = context->issue;
	__u8 expected[4096];
	size_t i = 0, most;

	/* A chunk at a time; byte by byte only from where one is wrong. */
	while (!context->call->script.echo && i < size) {
		most = size - i < sizeof(expected) ? size - i : sizeof(expected);
		uapi_conform_fill(expected, issue->seed, i, most);
		if (memcmp(expected, issue->resp + i, most))
			break;
		i += most;
	}
	while (i < size && issue->resp[i] == response_byte(context, i))
		i++;
	return i;
}

/* The response went over the request: what was produced shows in the request's own memory. */
static void judge_shared(struct context *context, const struct tsm_outcome *outcome)
{
	const struct tsm_issue *issue = context->issue;
	size_t offset = context->call->resp == PLACE_OVERLAP ? 8 : 0;

	if (issue->result < 0)
		return;
	for (size_t i = 0; i < issue->req_size; i++) {
		__u8 expected = issue->req_before[i];

		if (i >= offset && i - offset < outcome->produced)
			expected = response_byte(context, i - offset);
		if (issue->req[i] == expected)
			continue;
		wrong(context, PAYLOAD_RESPONSE, "expected: byte %zu of the shared memory is %#x\ngot:      %#x", i,
		      expected, issue->req[i]);
		return;
	}
}

/* Produced bytes are right, all others untouched. After a fault nobody knows how many came. */
static void judge_response(struct context *context, const struct tsm_outcome *outcome)
{
	const struct tsm_issue *issue = context->issue;
	size_t produced = 0, broken, wrong_at;
	const __u8 *memory;

	if (!issue->resp)
		return;
	memory = issue->resp - TSM_MARGIN;
	if (outcome->forwarded && issue->result == -1 && issue->error == EFAULT)
		produced = issue->resp_size;
	else if (outcome->forwarded)
		produced = outcome->produced < issue->resp_size ? outcome->produced :
								  issue->resp_size;
	wrong_at = issue->error == EFAULT ? produced : first_wrong(context, produced);
	if (wrong_at < produced)
		wrong(context, PAYLOAD_RESPONSE, "expected: byte %zu of the response is %#x\ngot:      %#x", wrong_at,
		      response_byte(context, wrong_at), issue->resp[wrong_at]);
	broken = uc_poison_broken(memory, TSM_MARGIN + produced, TSM_MARGIN + issue->resp_size);
	if (broken < TSM_MARGIN + issue->resp_size)
		wrong(context, RESPONSE_TAIL, "expected: the response buffer is untouched from byte %zu on\n"
		      "got:      byte %zu was written", produced, broken - TSM_MARGIN);
	if (uc_poison_broken(memory, 0, TSM_MARGIN) < TSM_MARGIN)
		wrong(context, RESPONSE_TAIL, "expected: memory before the response buffer is untouched\n"
		      "got:      it was written");
}

static void judge_inputs(struct context *context)
{
	const struct tsm_issue *issue = context->issue;
	if (issue->whole && memcmp(issue->whole, issue->whole_before, issue->whole_size))
		wrong(context, ABI_ONE_WAY, "expected: the struct is only read\ngot:      it was written");
	if (!shared(context->call) && issue->req &&
	    memcmp(issue->req, issue->req_before, issue->req_size))
		wrong(context, REQUEST_READ_ONLY, "expected: the request is only read\ngot:      it was written");
}

bool tsm_judge(struct tsm_session *session, const struct tsm_call *call,
	       const struct tsm_expect *expect)
{
	struct tsm_world world = { session->facts->tsm_built, BOUND };
	struct tsm_outcome outcome = tsm_oracle(&world, call);
	struct uapi_conform_state before = { 0 };
	struct tsm_issue issue;
	struct context context = { call, &issue, session, true };
	bool fixture = session->facts->control >= 0;
	const size_t buffers = uc_buffers_mark();

	tsm_lay_out(&issue, session, call);
	if (fixture && ioctl(session->facts->control, UAPI_CONFORM_GET_STATE, &before))
		uc_error("the fixture's state cannot be read: %s", uc_errno_name(errno));
	/* Only the numbers: the names are for failures, and cost as much as the call. */
	uc_judging_numbers("ioctl %#x size=%u vdevice_id=%u scope=%#x req_len=%u resp_len=%u "
			   "reserved=%#x", (const unsigned int[UC_CALL_NUMBERS]){
				   call->word ? call->word : TSM_REQ_WORD, issue.fields.size,
				   issue.fields.vdevice_id, call->scope, issue.fields.req_len,
				   issue.fields.resp_len, call->reserved });
	tsm_issue(&issue, session, call);
	uc_judged();
	outcome.forwarded &= expect->forwarded;
	judge_result(&context, expect);
	if (fixture)
		judge_backend(&context, expect, &before);
	if (shared(call))
		judge_shared(&context, &outcome);
	else
		judge_response(&context, &outcome);
	judge_inputs(&context);
	uc_counted(1);
	/* Whatever is wrong may be wrong with the device by now, and that is not the next row's. */
	if (!context.good)
		tsm_session_disturb(session);
	uc_buffers_release(buffers);
	uc_counted(1);
	return context.good;
}
