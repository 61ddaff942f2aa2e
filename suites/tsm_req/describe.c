// SPDX-License-Identifier: GPL-2.0-only
/* A call in words: every field with its value and what that value is. */
#include <stdio.h>

#include "call.h"

static const char *const place_names[] = {
	[PLACE_GOOD] = "mapped",
	[PLACE_NULL] = "NULL",
	[PLACE_UNMAPPED] = "unmapped",
	[PLACE_KERNEL] = "a kernel address",
	[PLACE_READ_ONLY] = "read-only",
	[PLACE_SHORT] = "partly mapped",
	[PLACE_SAME] = "the request's address",
	[PLACE_OVERLAP] = "the request's address + 8",
};

static const char *const id_names[TSM_IDS] = {
	[ID_OF_VDEVICE] = "the vdevice",
	[ID_OF_NOTHING] = "no object's",
	[ID_ZERO] = "no object's",
	[ID_ALL_ONES] = "all ones",
	[ID_SIGN_BIT] = "the vdevice's with bit 31 set",
	[ID_DESTROYED] = "a destroyed object's",
	[ID_OF_DEVICE] = "the device's",
	[ID_OF_IOAS] = "an IOAS's",
	[ID_OF_HWPT] = "a HWPT's",
	[ID_OF_VIOMMU] = "the vIOMMU's",
	[ID_OF_FAULT] = "a fault queue's",
};

const char *tsm_id_name(enum tsm_id id)
{
	return id_names[id];
}

const char *tsm_scope_name(__u32 scope)
{
	static const char *const names[] = {
		"PCI_INFO", "PCI_STATE_CHANGE", "PCI_DEBUG_READ", "PCI_DEBUG_WRITE",
	};
	static char text[48];

	if (scope <= PCI_LAST)
		snprintf(text, sizeof(text), "%u (%s)", scope, names[scope]);
	else
		snprintf(text, sizeof(text), "%#x (PCI_LAST+%u)", scope, scope - PCI_LAST);
	return text;
}

static int add_given(char *out, size_t size, const char *name, const struct tsm_given *given)
{
	if (!given->is)
		return 0;
	return snprintf(out, size, " %s=%lld", name, (long long)given->value);
}

/* What the scripted TSM was told, where it is not the usual. */
static void add_script(char *out, size_t size, const struct tsm_script *script)
{
	size_t used = 0;

	used += add_given(out + used, size - used, "consume", &script->consume);
	used += add_given(out + used, size - used, "produce", &script->produce);
	used += add_given(out + used, size - used, "result", &script->result);
	if (script->no_touch)
		used += snprintf(out + used, size - used, " no-touch");
	if (script->echo)
		used += snprintf(out + used, size - used, " echo");
	if (script->standing)
		snprintf(out + used, size - used, " told-beforehand");
}

const char *tsm_call_name(const struct tsm_call *call, __u32 vdevice_id)
{
	static char buffers[2][512];
	static unsigned int turn;
	char *out = buffers[turn++ % 2], script[128] = "", tail[32] = "";
	const size_t size = sizeof(buffers[0]);
	int used;

	add_script(script, sizeof(script), &call->script);
	if (call->tail)
		snprintf(tail, sizeof(tail), " byte[%u]=1", call->tail);
	if (call->word && call->word != TSM_REQ_WORD)
		used = snprintf(out, size, "ioctl %#x (not IOMMU_VDEVICE_TSM_REQ)", call->word);
	else
		used = snprintf(out, size, "IOMMU_VDEVICE_TSM_REQ");
	snprintf(out + used, size - used,
		 "(struct %s%s) size=%u%s vdevice_id=%u (%s) scope=%s req_len=%u resp_len=%u "
		 "__reserved=%#x req_uptr=%s resp_uptr=%s%s%s",
		 place_names[call->place], call->no_rawio ? ", without CAP_SYS_RAWIO" : "",
		 tsm_call_size(call), tail, vdevice_id, id_names[call->id],
		 tsm_scope_name(call->scope), tsm_call_req_len(call), tsm_call_resp_len(call),
		 call->reserved, place_names[call->req], place_names[call->resp],
		 *script ? "; TSM:" : "", script);
	return out;
}
