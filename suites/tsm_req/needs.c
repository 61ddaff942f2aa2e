// SPDX-License-Identifier: GPL-2.0-only
/* What rows may need, and what a SKIP line says where it is missing. */
#include "needs.h"
#include "revision.h"

#define MET(symbol, question)							\
static enum uc_answer ask_##symbol(const void *data)				\
{										\
	const struct tsm_facts *facts = data;					\
										\
	return (question) ? UC_YES : UC_NO;					\
}

#define NEED(symbol, word, why, question)					\
MET(symbol, question)								\
const struct uc_need tsm_need_##symbol = {					\
	.name = (word), .reason = (why), .ask = ask_##symbol }

MET(v5, facts->revision == TSM_REVISION_V5)
struct uc_need tsm_need_v5 = {
	.name = "v5", .reason = "this kernel has no IOMMU_VDEVICE_TSM_REQ", .ask = ask_v5,
};

NEED(device, "device", "no device: load the device fixture, or name one with --device",
     facts->device.found);
NEED(tsm, "tsm", "this kernel is built without TSM support", facts->tsm_built);
NEED(no_tsm, "no-tsm", "this kernel is built with TSM support", !facts->tsm_built);
NEED(fixture, "fixture", "no scripted device: load the project's device fixture",
     facts->device.fixture);
NEED(hardware, "hardware", "no hardware was named with --device",
     facts->device.found && !facts->device.fixture);
NEED(bind, "bind", "binding the device needs --allow bind and KVM",
     facts->device.allow_bind && facts->vm);
NEED(state, "state", "STATE_CHANGE needs --allow state,bind and KVM",
     facts->device.allow_state && facts->device.allow_bind && facts->vm);
NEED(debug, "debug", "DEBUG_WRITE needs --allow debug,bind and KVM",
     facts->device.allow_debug && facts->device.allow_bind && facts->vm);

void tsm_needs_begin(const struct tsm_facts *facts)
{
	const char *reason = tsm_revisions[facts->revision].reason;

	if (reason)
		tsm_need_v5.reason = reason;
}
