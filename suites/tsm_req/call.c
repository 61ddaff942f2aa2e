// SPDX-License-Identifier: GPL-2.0-only
/* From the description of a call to memory. */
#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "call.h"
#include "iommufd.h"

/* Not mapped for anybody in user space; its low half is neither, for 32-bit programs. */
#define KERNEL_ADDRESS	0xffff8000fffff000ULL
/* Lengths above this are claims: nobody has, or touches, that much memory here. */
#define MOST_MAPPED	(4U << 20)

/* The bad addresses, or 0 where there is memory to lay out. */
static __u64 bad_address(enum tsm_place place, bool *bad)
{
	*bad = true;
	switch (place) {
	case PLACE_NULL:
		return 0;
	case PLACE_UNMAPPED:
		return (uintptr_t)uc_unmapped(uc_page_size());
	case PLACE_KERNEL:
		return KERNEL_ADDRESS;
	default:
		*bad = false;
		return 0;
	}
}

static struct uapi_conform_answer script_of(const struct tsm_script *script, __u32 seed)
{
	return (struct uapi_conform_answer){
		.magic = UAPI_CONFORM_ANSWER_MAGIC,
		.flags = (script->result.is ? UAPI_CONFORM_ANSWER_RESULT : 0) |
			 (script->no_touch ? UAPI_CONFORM_ANSWER_NO_TOUCH : 0) |
			 (script->echo ? UAPI_CONFORM_ANSWER_ECHO : 0),
		.consume = script->consume.is ? script->consume.value : UAPI_CONFORM_ALL,
		.produce = script->produce.is ? script->produce.value : TSM_GOOD_PRODUCE,
		.result = script->result.value,
		.delay_ms = script->delay_ms,
		.seed = seed,
	};
}

static __u64 lay_out_request(struct tsm_issue *issue, const struct tsm_call *call)
{
	__u32 length = tsm_call_req_len(call);
	struct uapi_conform_answer script = script_of(&call->script, issue->seed);
	bool bad;
	__u64 address = bad_address(call->req, &bad);

	if (bad)
		return address;
	issue->req_size = call->req == PLACE_SHORT ? call->req_mapped :
			  length > MOST_MAPPED ? uc_page_size() : length;
	issue->req = uc_guarded(issue->req_size);
	uapi_conform_fill(issue->req, ~issue->seed, 0, issue->req_size);
	if (!call->script.standing && issue->req_size >= sizeof(script))
		memcpy(issue->req, &script, sizeof(script));
	issue->req_before = uc_guarded_copy(issue->req, issue->req_size);
	if (call->req == PLACE_READ_ONLY)
		issue->req = uc_guarded_readonly(issue->req_before, issue->req_size);
	return (uintptr_t)issue->req;
}

static __u64 lay_out_response(struct tsm_issue *issue, const struct tsm_call *call)
{
	__u32 length = tsm_call_resp_len(call);
	bool bad;
	__u64 address = bad_address(call->resp, &bad);
	__u8 *memory;

	if (bad)
		return address;
	if (call->resp == PLACE_SAME)
		return (uintptr_t)issue->req;
	if (call->resp == PLACE_OVERLAP)
		return (uintptr_t)issue->req + 8;
	issue->resp_size = call->resp == PLACE_SHORT ? call->resp_mapped :
			   length > MOST_MAPPED ? uc_page_size() : length;
	memory = uc_guarded(TSM_MARGIN + issue->resp_size);
	if (call->resp == PLACE_READ_ONLY)
		memory = uc_guarded_readonly(memory, TSM_MARGIN + issue->resp_size);
	issue->resp = memory + TSM_MARGIN;
	return (uintptr_t)issue->resp;
}

/* The struct, then zeros as far as size goes, then the one byte that the description asks for. */
static void lay_out_struct(struct tsm_issue *issue, const struct tsm_call *call)
{
	__u32 size = tsm_call_size(call);
	size_t want = size < TSM_REQ_SIZE ? TSM_REQ_SIZE : size;
	size_t mapped = call->place == PLACE_SHORT ? call->mapped : want;
	size_t image_size = mapped < TSM_REQ_SIZE ? TSM_REQ_SIZE : mapped;
	bool bad;
	__u8 *image;

	issue->argument = bad_address(call->place, &bad);
	if (bad)
		return;
	image = calloc(1, image_size);
	if (!image)
		uc_error("no memory");
	memcpy(image, &issue->fields, sizeof(issue->fields));
	if (call->tail && call->tail < image_size)
		image[call->tail] = 1;
	issue->whole_size = mapped;
	issue->whole_before = uc_guarded_copy(image, mapped);
	if (call->place == PLACE_READ_ONLY)
		issue->whole = uc_guarded_readonly(image, mapped);
	else
		issue->whole = uc_guarded_copy(image, mapped);
	issue->argument = (uintptr_t)issue->whole;
	free(image);
}

void tsm_lay_out(struct tsm_issue *issue, const struct tsm_session *session,
		 const struct tsm_call *call)
{
	static __u32 seed;

	seed += 77;
	*issue = (struct tsm_issue){ .seed = seed };
	issue->fields = (struct tsm_req){
		.size = tsm_call_size(call),
		.vdevice_id = tsm_id_value(session, call->id),
		.scope = call->scope,
		.req_len = tsm_call_req_len(call),
		.resp_len = tsm_call_resp_len(call),
		.reserved = call->reserved,
	};
	issue->fields.req_uptr = lay_out_request(issue, call);
	issue->fields.resp_uptr = lay_out_response(issue, call);
	lay_out_struct(issue, call);
}

static void set_standing(const struct tsm_session *session,
			 const struct uapi_conform_answer *answer)
{
	struct uapi_conform_knobs knobs = { .standing_calls = !!answer };

	if (answer)
		knobs.standing = *answer;
	if (ioctl(session->facts->control, UAPI_CONFORM_SET_KNOBS, &knobs))
		uc_error("setting the fixture's knobs: %s", uc_errno_name(errno));
}

/* Do without a capability, or have it again; returns whether the process had it. */
static bool set_rawio(bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const __u32 rawio = 1U << CAP_SYS_RAWIO;
	bool had;

	if (syscall(SYS_capget, &header, data))
		uc_error("capget: %s", uc_errno_name(errno));
	had = data[0].effective & rawio;
	data[0].effective = (data[0].effective & ~rawio) | (on ? rawio : 0);
	if (syscall(SYS_capset, &header, data))
		uc_error("capset: %s", uc_errno_name(errno));
	return had;
}

void tsm_issue(struct tsm_issue *issue, const struct tsm_session *session,
	       const struct tsm_call *call)
{
	struct uapi_conform_answer standing = script_of(&call->script, issue->seed);
	bool had_rawio;

	if (call->script.standing)
		set_standing(session, &standing);
	had_rawio = call->no_rawio && set_rawio(false);
	errno = 0;
	issue->result = ioctl(session->way.iommufd, call->word ? call->word : TSM_REQ_WORD,
			      issue->argument);
	issue->error = errno;
	if (had_rawio)
		set_rawio(true);
	if (call->script.standing)
		set_standing(session, NULL);
}

static __u32 new_fault(int iommufd)
{
	struct iommufd_fault_alloc fault = { .size = sizeof(fault) };

	if (ioctl(iommufd, IOMMUFD_FAULT_ALLOC, &fault))
		uc_error("IOMMU_FAULT_QUEUE_ALLOC: %s", uc_errno_name(errno));
	return fault.out_id;
}

__u32 tsm_id_value(const struct tsm_session *session, enum tsm_id id)
{
	const struct tsm_way *way = &session->way;
	__u32 ioas = 0;

	switch (id) {
	case ID_OF_VDEVICE:
		return session->shared ? way->vdevice_id : INT_MAX;
	case ID_OF_NOTHING:
		return INT_MAX - 1;
	case ID_ALL_ONES:
		return ~0U;
	case ID_SIGN_BIT:
		return 1U << 31 | (session->shared ? way->vdevice_id : 0);
	case ID_OF_DEVICE:
		return way->device_id;
	case ID_OF_HWPT:
		return way->hwpt_id;
	case ID_OF_VIOMMU:
		return way->viommu_id;
	case ID_DESTROYED:
	case ID_OF_IOAS:
		if (tsm_new_ioas(way->iommufd, &ioas) ||
		    (id == ID_DESTROYED && tsm_destroy(way->iommufd, ioas)))
			uc_error("an IOAS could not be made or destroyed");
		return ioas;
	case ID_OF_FAULT:
		return new_fault(way->iommufd);
	case ID_ZERO:
	case TSM_IDS:
		break;
	}
	return 0;
}
