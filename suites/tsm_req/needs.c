// SPDX-License-Identifier: GPL-2.0-only
/* What rows may need, and what a SKIP line says where it is missing. */
#include <errno.h>
#include <sys/prctl.h>

#include "facts.h"

#define GET_TAGGED_ADDRESSES	56	/* prctl() */

#define ASK(symbol, question)							\
static bool ask_##symbol(const void *data)				\
{										\
	const struct tsm_facts *facts = data;					\
										\
	return question;					\
}

#define NEED(symbol, word, why, question)					\
ASK(symbol, question)								\
const struct uc_need tsm_need_##symbol = {					\
	.name = (word), .reason = (why), .ask = ask_##symbol }

/* Which revisions a row is about; where the kernel has none that is judged, that is the reason. */
#define REVISION(symbol, word, of, question)						\
ASK(symbol, facts->rules && (question))						\
struct uc_need tsm_need_##symbol = {						\
	.name = (word), .reason = UC_NOT_APPLICABLE "only in " of, .ask = ask_##symbol }

#define RULES	(facts->rules)
REVISION(judged, "judged", "a revision of IOMMU_VDEVICE_TSM_REQ that is known here", true);
REVISION(v5, "v5", "revision v5", RULES == &tsm_v5);
REVISION(nvidia_40, "nvidia-40", "revision nvidia-40", RULES == &tsm_nvidia_40);
REVISION(scoped, "scoped", "revisions with scopes: v5, nvidia-40",
	 RULES == &tsm_v5 || RULES == &tsm_nvidia_40);
REVISION(ops, "ops", "revisions with operations: op-48, op-48-rebased",
	 RULES == &tsm_op_48 || RULES == &tsm_op_48_rebased);
REVISION(op_48, "op-48", "revision op-48", RULES == &tsm_op_48);
REVISION(op_48_rebased, "op-48-rebased", "revision op-48-rebased", RULES == &tsm_op_48_rebased);
REVISION(with_op, "with-op", "revisions with IOMMU_VDEVICE_TSM_OP", RULES->ioctl[DO_OP]);
REVISION(v5_op, "v5-op", "revisions with v5's IOMMU_VDEVICE_TSM_OP: v5, op-48-rebased",
	 RULES == &tsm_v5 || RULES == &tsm_op_48_rebased);

static struct uc_need *const of_revisions[] = {
	&tsm_need_judged, &tsm_need_v5, &tsm_need_nvidia_40, &tsm_need_scoped, &tsm_need_ops,
	&tsm_need_op_48, &tsm_need_op_48_rebased, &tsm_need_with_op, &tsm_need_v5_op,
};

/* Something is there, and nothing known here. */
NEED(unknown, "unknown", UC_NOT_APPLICABLE "only where the revision is not known",
     facts->revision == TSM_REVISION_RFC || facts->revision == TSM_REVISION_JUNE ||
     facts->revision == TSM_REVISION_UNKNOWN);
NEED(device, "device", "no device: load the device fixture, or name one with --device",
     facts->device.found);
NEED(tsm, "tsm", "this kernel is built without TSM support", facts->tsm_built);
NEED(no_tsm, "no-tsm", UC_NOT_APPLICABLE "this kernel is built with TSM support", !facts->tsm_built);
NEED(fixture, "fixture", "no scripted device: load the project's device fixture",
     facts->device.fixture);
NEED(hardware, "hardware", "no hardware was named with --device",
     facts->device.found && !facts->device.fixture);
NEED(op, "op", "this kernel has no IOMMU_VDEVICE_TSM_OP where its revision has it", facts->op);
NEED(tags, "tags", "this kernel, or this program's ABI, has no tagged addresses",
     facts && prctl(GET_TAGGED_ADDRESSES, 0UL, 0UL, 0UL, 0UL) >= 0);
NEED(state, "state", "STATE_CHANGE needs --allow state", facts->device.allow_state);
NEED(debug, "debug", "DEBUG_WRITE needs --allow debug", facts->device.allow_debug);

/* Of the several things that binding needs, the first that is missing. */
static const char *no_bind_reason(const struct tsm_facts *facts)
{
	if (!facts->op && !(facts->rules && facts->rules->alloc_binds))
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

	for (unsigned int i = 0; reason && i < UC_ARRAY_SIZE(of_revisions); i++)
		of_revisions[i]->reason = reason;
	tsm_need_bind.reason = no_bind_reason(facts);
}
