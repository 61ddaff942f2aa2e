// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ABI: word, layout, one way. The numbers stand here once more, apart from the revision's table,
 * as the document has them. The same file in a 32-bit build holds the same kernel to the same bytes.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "rows.h"

/*
 * A struct made of bytes at the offsets that the document gives, not by this file's own compiler,
 * with another value in every field; the TSM is given exactly those.
 */
static void offsets(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u32 words[] = { 40, 0, PCI_STATE_CHANGE, 48, 200, 0 };
	__u8 *bytes = uc_guarded(40);
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
	memcpy(bytes + 4, &session->player.setup.id[VDEVICE], sizeof(__u32));
	memcpy(bytes + 24, &req, sizeof(req));
	memcpy(bytes + 32, &resp, sizeof(resp));
	uc_judging("a request made of bytes");
	got = ioctl(session->player.setup.file[MAIN_FILE], 0x3b96, bytes);
	error = errno;
	uc_judged();
	uc_about(ABI_LAYOUT);
	uc_expect(got, error, 200, "a request of 48 bytes, room for 200, none produced");
	tsm_fixture_state(&session->player, &state);
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
	ROW("abi.good_call", CONTROL_OF(scoped), BOUND,
	    "TSM_REQ = 90", ABI_WORD, ABI_LAYOUT, SCOPE_INFO, RESIDUE_RESPONSE),
	ROW_WITH(.custom = offsets, "abi.offsets", ON_FIXTURE_OF(scoped), BOUND, "", ABI_LAYOUT, FORWARD_ONCE),
	ROW("abi.read_only", ON_FIXTURE_OF(scoped), BOUND, "TSM_REQ struct=read-only = 90", ABI_ONE_WAY),
	ROW("abi.read_only_error", ON_ANY_OF(scoped), IN_ANY_STATE,
	    "TSM_REQ struct=read-only id=nothing = ENOENT", ABI_ONE_WAY),
	ROW("abi.read_only_tsm_error", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ struct=read-only result=-EIO = EIO from TSM", ABI_ONE_WAY),
};

const struct uc_topic tsm_abi_topic = TSM_TOPIC("abi");
