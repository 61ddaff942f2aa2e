// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the caller's memory lies: anywhere. At the end of its address space; and with a tag in the top
 * byte, where the process has told the kernel so.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "call.h"
#include "rows.h"

#define SET_TAGGED_ADDRESSES	55	/* prctl() */
#define TAG			(0x5aULL << 56)

/* The uppermost pages that can be had, of an address space of 2^@bits bytes. */
static __u8 *uppermost(void)
{
	const size_t page = uc_page_size();

	for (unsigned int bits = 52; bits > 30; bits--)
		for (__u64 down = 1; down < 64 && bits <= 8 * sizeof(void *); down++) {
			void *hint = (void *)(uintptr_t)((1ULL << bits) - down * page), *got;

			got = mmap(hint, page, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
			if (got == hint)
				return got;
			if (got != MAP_FAILED)
				munmap(got, page);
		}
	uc_error("no page near the end of the address space can be had");
}

/* The good request with struct, request and response in @page, at addresses that carry @tag. */
static void request_in(struct tsm_session *session, __u8 *page, __u64 tag)
{
	struct tsm_step step = tsm_good(DO_REQ);
	struct uapi_conform_answer script = tsm_script_of(&step, 9);
	const __u64 at = (uintptr_t)page | tag;
	struct tsm_issue issue = {
		.id = session->player.setup.id[VDEVICE],
		.area = {
			[STRUCT] = { .now = page, .size = 1024 }, [REQUEST].at = at + 1024,
			[RESPONSE].at = at + uc_page_size() - step.value[TSM_RESP_LEN],
		},
	};
	struct uapi_conform_state state;
	int got, error;

	memcpy(page + 1024, &script, sizeof(script));
	tsm_write_fields(&issue, &step);
	uc_judging("a request at %#llx", (unsigned long long)at);
	got = ioctl(session->player.setup.file[MAIN_FILE], tsm_word_of(&step), (uintptr_t)at);
	error = errno;
	uc_judged();
	uc_about(BUFFER_ANYWHERE);
	uc_expect(got, error, TSM_GOOD_RESIDUE, "a request of which all lies at %#llx",
		  (unsigned long long)at);
	tsm_fixture_state(&session->player, &state);
	uc_check(state.last.req_ptr == issue.area[REQUEST].at && state.last.resp_ptr == issue.area[RESPONSE].at,
		 "call:     a request with buffers at %#llx and %#llx\nexpected: the TSM is given these\n"
		 "got:      %#llx and %#llx", (unsigned long long)issue.area[REQUEST].at,
		 (unsigned long long)issue.area[RESPONSE].at, (unsigned long long)state.last.req_ptr,
		 (unsigned long long)state.last.resp_ptr);
	for (unsigned int i = 0; got == TSM_GOOD_RESIDUE && i < 10; i++)
		if (page[uc_page_size() - step.value[TSM_RESP_LEN] + i] != uapi_conform_pattern(9, i))
			uc_fail_now("call:     a request at %#llx\nexpected: the response arrives there\n"
				    "got:      byte %u is another", (unsigned long long)at, i);
}

static void high(struct tsm_session *session, const struct tsm_row *row)
{
	__u8 *page = uppermost();

	(void)row;
	request_in(session, page, 0);
	munmap(page, uc_page_size());
}

static void tagged(struct tsm_session *session, const struct tsm_row *row)
{
	(void)row;
	if (prctl(SET_TAGGED_ADDRESSES, 1UL, 0UL, 0UL, 0UL))
		uc_error("prctl(PR_SET_TAGGED_ADDR_CTRL): %s", uc_errno_name(errno));
	request_in(session, uc_pages(uc_page_size()), TAG);
	prctl(SET_TAGGED_ADDRESSES, 0UL, 0UL, 0UL, 0UL);
}

#define ON_TAGS NEEDS(&tsm_need_judged, &tsm_need_tsm, &tsm_need_fixture, &tsm_need_bind, \
		      &tsm_need_tags), \
		.control = &tsm_control_bound

static const struct tsm_row rows[] = {
	ROW_WITH(.custom = high, "address.high", ON_FIXTURE, BOUND, "", BUFFER_ANYWHERE),
	ROW_WITH(.custom = tagged, "address.tagged", ON_TAGS, BOUND, "", BUFFER_ANYWHERE),
};

const struct uc_topic tsm_address_topic = TSM_TOPIC("address");
