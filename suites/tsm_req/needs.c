// SPDX-License-Identifier: GPL-2.0-only
/* What rows may need, and what a SKIP line says where it is missing. */
#include <errno.h>

#include "needs.h"
#include "revision.h"

#define ASK(symbol, question)							\
static enum uc_answer ask_##symbol(const void *data)				\
{										\
	const struct tsm_facts *facts = data;					\
										\
	return (question) ? UC_YES : UC_NO;					\
}

#define NEED(symbol, word, why, question)					\
ASK(symbol, question)								\
const struct uc_need tsm_need_##symbol = {					\
	.name = (word), .reason = (why), .ask = ask_##symbol }

ASK(v5, facts->revision == TSM_REVISION_V5)
struct uc_need tsm_need_v5 = {
	.name = "v5", .reason = "this kernel has no IOMMU_VDEVICE_TSM_REQ", .ask = ask_v5,
};

/* Something is there, and nothing known here. */
NEED(unknown, "unknown", "the revision is known, and its own rows are about this, or there is none",
     facts->revision == TSM_REVISION_RFC || facts->revision == TSM_REVISION_JUNE ||
     facts->revision == TSM_REVISION_UNKNOWN);
NEED(device, "device", "no device: load the device fixture, or name one with --device",
     facts->device.found);
NEED(tsm, "tsm", "this kernel is built without TSM support", facts->tsm_built);
NEED(no_tsm, "no-tsm", "this kernel is built with TSM support", !facts->tsm_built);
NEED(fixture, "fixture", "no scripted device: load the project's device fixture",
     facts->device.fixture);
NEED(hardware, "hardware", "no hardware was named with --device",
     facts->device.found && !facts->device.fixture);
NEED(op, "op", "0x3b95 is not v5's IOMMU_VDEVICE_TSM_OP on this kernel", facts->op);
NEED(state, "state", "STATE_CHANGE needs --allow state", facts->device.allow_state);
NEED(debug, "debug", "DEBUG_WRITE needs --allow debug", facts->device.allow_debug);

/* Of the several things that binding needs, the first that is missing. */
static const char *no_bind_reason(const struct tsm_facts *facts)
{
	if (!facts->op)
		return tsm_need_op.reason;
	if (facts->vm_error == EACCES || facts->vm_error == EPERM)
		return "no permission to open /dev/kvm, so there is no VM to bind to";
	if (facts->vm_error == ENOENT)
		return "/dev/kvm is missing (CONFIG_KVM?), so there is no VM to bind to";
	if (facts->vm_error)
		return "/dev/kvm cannot be opened (the header has the errno), so there is no VM to bind to";
	return "binding the device needs --allow bind";
}

ASK(bind, facts->device.allow_bind && facts->vm)
struct uc_need tsm_need_bind = { .name = "bind", .ask = ask_bind };

void tsm_needs_begin(const struct tsm_facts *facts)
{
	const char *reason = tsm_revisions[facts->revision].reason;

	if (reason)
		tsm_need_v5.reason = reason;
	tsm_need_bind.reason = no_bind_reason(facts);
}
