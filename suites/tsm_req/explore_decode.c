// SPDX-License-Identifier: GPL-2.0-only
/* Steps in words, and what came of them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "call.h"
#include "explore_world.h"

const char *const tsm_step_kinds[TSM_STEP_OPS] = {
	[DO_REQUEST] = "IOMMU_VDEVICE_TSM_REQ",
	[DO_OPERATION] = "IOMMU_VDEVICE_TSM_OP",
	[DO_CONNECT] = "connecting to the TSM",
	[DO_DISCONNECT] = "disconnecting from the TSM",
	[DO_OPEN] = "VFIO_DEVICE_BIND_IOMMUFD",
	[DO_CLOSE] = "close of a device",
	[DO_NEW_VIOMMU] = "IOMMU_VIOMMU_ALLOC",
	[DO_NEW_VDEVICE] = "IOMMU_VDEVICE_ALLOC",
	[DO_NEW_IOAS] = "IOMMU_IOAS_ALLOC",
	[DO_NEW_FAULT] = "IOMMU_FAULT_QUEUE_ALLOC",
	[DO_DESTROY] = "IOMMU_DESTROY",
	[DO_DISGUISE] = "disguise of the device",
	[DO_MEET] = "a request that meets something",
};

static const char *const slots[SLOTS] = {
	"vdevice", "plain vdevice", "device", "plain device", "IOAS", "HWPT", "vIOMMU",
	"fault queue", "spare IOAS", "second spare IOAS", "third spare IOAS",
};
static const char *const ids[IDS] = {
	"", " with bit 31 set", " with bit 16 set", " with bit 8 set", ", plus 1", ": 0",
	": all ones", ": 2^31-2",
};
static const char *const places[PLACES] = {
	"mapped", "NULL", "unmapped", "a kernel address", "read-only", "cut off",
	"the request's address", "the request's address + 8",
};
static const char *const callers[CALLERS] = {
	"", ", as nobody", ", without CAP_SYS_RAWIO", ", in a forked child",
};
static const char *const files[FILES] = {
	"", ", through a duplicated file", ", in another iommufd",
};
static const char *const meetings[MEETINGS] = {
	"UNBIND", "disconnecting", "IOMMU_DESTROY of the vdevice", "close of the device",
	"a second request", "a second request, interrupted",
};

struct text {
	char *out;
	size_t size, used;
};

static void add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
	va_list arguments;
	int length;

	if (text->used >= text->size)
		return;
	va_start(arguments, format);
	length = vsnprintf(text->out + text->used, text->size - text->used, format, arguments);
	va_end(arguments);
	text->used += length > 0 ? length : 0;
}

static void add_bytes(struct text *text, const char *name, uint64_t bytes)
{
	if (bytes == EVERYTHING)
		add(text, " %s=all", name);
	else
		add(text, " %s=%llu", name, (unsigned long long)bytes);
}

static void add_place(struct text *text, const char *name, unsigned int place, unsigned int mapped)
{
	add(text, " %s=%s", name, places[place]);
	if (place == CUT_OFF)
		add(text, " after %u", mapped);
}

/* Only what is not as in the good call: a trace is read line by line. */
static void add_request(struct text *text, const struct tsm_step *step)
{
	add(text, " scope=%s req_len=%u resp_len=%u", tsm_scope_name(step->scope), step->req_len,
	    step->resp_len);
	if (step->reserved)
		add(text, " __reserved=%#x", step->reserved);
	if (step->req != MAPPED)
		add_place(text, "req_uptr", step->req, step->req_mapped);
	if (step->resp != MAPPED)
		add_place(text, "resp_uptr", step->resp, step->resp_mapped);
	add(text, "; TSM%s:", step->tell & TELL_BEFOREHAND ? ", beforehand" : "");
	add_bytes(text, "consume", step->consume);
	add_bytes(text, "produce", step->produce);
	if (step->tell & TELL_RESULT)
		add(text, " result=%lld", (long long)step->result);
	if (step->tell & TELL_NO_TOUCH)
		add(text, " no-touch");
	if (step->tell & TELL_ECHO)
		add(text, " echo");
}

static void add_operation(struct text *text, const struct tsm_step *step)
{
	add(text, " type=%s", step->scope == TSM_BIND ? "BIND" : step->scope == TSM_UNBIND ?
	    "UNBIND" : "unknown");
	if (step->scope != TSM_BIND && step->scope != TSM_UNBIND)
		add(text, " (%u)", step->scope);
	if (step->reserved)
		add(text, " flags=%#x", step->reserved);
	if (step->result)
		add(text, "; TSM: bind=%lld", (long long)step->result);
}

static void add_call(struct text *text, const struct tsm_step *step)
{
	add(text, "%s%s%s%s", tsm_step_kinds[step->op], step->which ? " (another word)" : "",
	    files[step->file], callers[step->who]);
	add(text, " size=%u", step->size);
	if (step->tail)
		add(text, " byte[%u]=1", step->tail);
	if (step->place != MAPPED)
		add_place(text, "struct", step->place, step->mapped);
	add(text, " id=%s's%s", slots[step->slot], ids[step->id]);
	if (step->op == DO_REQUEST)
		add_request(text, step);
	else
		add_operation(text, step);
}

void tsm_explore_decode(const void *place, const void *facts, char *out, size_t size)
{
	const struct tsm_step *step = place;
	struct text text = { out, size, 0 };

	(void)facts;
	*out = '\0';
	switch (step->op) {
	case DO_REQUEST:
	case DO_OPERATION:
		add_call(&text, step);
		return;
	case DO_OPEN:
		add(&text, "%s of the %s, %s", tsm_step_kinds[DO_OPEN], slots[DEVICE + step->which],
		    step->result ? "with a VM" : "without a VM");
		return;
	case DO_CLOSE:
		add(&text, "close of the %s", slots[DEVICE + step->which]);
		return;
	case DO_NEW_VDEVICE:
		add(&text, "%s of the %s, virt_id=%#llx", tsm_step_kinds[DO_NEW_VDEVICE],
		    slots[DEVICE + step->which], (unsigned long long)step->consume);
		return;
	case DO_DESTROY:
	case DO_NEW_IOAS:
		add(&text, "%s: the %s", tsm_step_kinds[step->op], slots[step->slot]);
		return;
	case DO_DISGUISE:
		add(&text, "the device says:%s%s%s",
		    step->which & DISGUISE_NOT_LINK ? " my TSM is no link TSM" : "",
		    step->which & DISGUISE_OTHER_VM ? " I am bound to another VM" : "",
		    step->which ? "" : " all is as it is");
		return;
	case DO_MEET:
		add(&text, "while a request is with the TSM: %s", meetings[step->which]);
		return;
	default:
		add(&text, "%s", tsm_step_kinds[step->op]);
	}
}

static void add_right_result(struct text *text, const struct uc_observed *seen)
{
	bool any = seen->data[SEEN_WHAT] >> 48 & 1;

	if (any)
		add(text, "anything");
	for (int i = 0; i < 3; i++) {
		unsigned int error = seen->data[SEEN_WHAT] >> (8 + 12 * i) & 0xfff;

		if (error)
			add(text, "%s%s", text->used ? " or " : "", uc_errno_name(error));
	}
	if (!text->used)
		add(text, "%lld", (long long)seen->data[SEEN_EXPECTED]);
}

void tsm_explore_explain(const void *step, const struct uc_observed *seen, char *expected, char *got,
			 size_t size)
{
	struct text right = { expected, size, 0 }, came = { got, size, 0 };
	unsigned int aspect = seen->data[SEEN_WHAT] & 0xff;

	(void)step;
	*expected = *got = '\0';
	add(&came, "%s", uc_result_name(seen->answer < 0 ? -1 : seen->answer, -seen->answer));
	if (aspect == NOTHING || aspect == RESULT || aspect >= ASPECTS) {
		add_right_result(&right, seen);
		return;
	}
	add(&right, "%s: %lld", tsm_aspects[aspect], (long long)seen->data[SEEN_EXPECTED]);
	add(&came, ", and %s: %lld", tsm_aspects[aspect], (long long)seen->data[SEEN_GOT]);
}
