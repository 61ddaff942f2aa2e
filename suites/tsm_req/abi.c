// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ABI: word, layout, one way. What the compiler can hold is held in numbers.h; here is what
 * the kernel makes of it. The same file in a 32-bit build holds the same kernel to the same bytes.
 */
#include <errno.h>
#include <string.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/buffer.h"
#include "../../harness/verdict.h"
#include "rows.h"

/*
 * A struct made of bytes at the offsets that the document gives, not by this file's own compiler,
 * with another value in every field; the TSM is given exactly those.
 */
static void offsets(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u32 words[] = { TSM_REQ_SIZE, 0, PCI_STATE_CHANGE, 48, 200, 0 };
	__u8 *bytes = uc_guarded(TSM_REQ_SIZE);
	struct uapi_conform_answer script = {
		.magic = UAPI_CONFORM_ANSWER_MAGIC, .consume = 47, .produce = 0,
	};
	__u64 req, resp = (uintptr_t)uc_guarded(200);
	struct uapi_conform_state state;
	void *request = uc_guarded(48);
	long got;
	int error;

	(void)row;
	memcpy(request, &script, sizeof(script));
	req = (uintptr_t)request;
	memcpy(bytes, words, sizeof(words));
	memcpy(bytes + 4, &session->way.vdevice_id, sizeof(__u32));
	memcpy(bytes + 24, &req, sizeof(req));
	memcpy(bytes + 32, &resp, sizeof(resp));
	uc_judging("a request made of bytes");
	got = ioctl(session->way.iommufd, TSM_REQ_WORD, bytes);
	error = errno;
	uc_judged();
	uc_about(ABI_LAYOUT);
	uc_expect(got, error, 200, "a request of 48 bytes, room for 200, none produced");
	if (ioctl(session->facts->control, UAPI_CONFORM_GET_STATE, &state))
		uc_error("the fixture's state cannot be read");
	uc_expect(state.last.scope, 0, PCI_STATE_CHANGE, "the u32 at 8 as the TSM's scope");
	uc_expect(state.last.req_len, 0, 48, "the u32 at 12 as the TSM's request length");
	uc_expect(state.last.resp_len, 0, 200, "the u32 at 16 as the TSM's response length");
	if (state.last.req_ptr != req)
		uc_fail("expected: the u64 at 24, %#llx, as the request's place\ngot:      %#llx",
			(unsigned long long)req, (unsigned long long)state.last.req_ptr);
	if (state.last.resp_ptr != resp)
		uc_fail("expected: the u64 at 32, %#llx, as the response's place\ngot:      %#llx",
			(unsigned long long)resp, (unsigned long long)state.last.resp_ptr);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.abi.good_call", REQ(ABI_WORD, ABI_LAYOUT, SCOPE_INFO, RESIDUE_RESPONSE),
	    CONTROL },
	  BOUND, { 0 }, RETURNS(90) },
	{ { "tsm_req.abi.offsets", REQ(ABI_LAYOUT, FORWARD_ONCE), ON_FIXTURE },
	  BOUND, .custom = offsets },
	{ { "tsm_req.abi.read_only", REQ(ABI_ONE_WAY), ON_FIXTURE },
	  BOUND, { .place = PLACE_READ_ONLY }, RETURNS(90) },
	{ { "tsm_req.abi.read_only_error", REQ(ABI_ONE_WAY), ON_ANY },
	  IN_ANY_STATE, { .place = PLACE_READ_ONLY, .id = ID_OF_NOTHING }, FAILS(ENOENT) },
	{ { "tsm_req.abi.read_only_tsm_error", REQ(ABI_ONE_WAY), ON_FIXTURE },
	  BOUND, { .place = PLACE_READ_ONLY, .script = { .result = GIVE(-EIO) } },
	  FAILS_IN_TSM(EIO) },
};

const struct uc_topic tsm_abi_topic = UC_BATCH_TOPIC("abi", rows, tsm_run_row);
