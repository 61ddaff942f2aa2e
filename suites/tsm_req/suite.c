// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsm_req: IOMMU_VDEVICE_TSM_REQ, iommufd's way for a confidential guest to talk to the TSM about a
 * device that was assigned to it, as the revision of its patches that the kernel has promises it.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/options.h"
#include "../../harness/verdict.h"
#include "explore.h"
#include "record.h"
#include "requirements.h"
#include "revision.h"
#include "rows.h"
#include "sysfs.h"

/* Opened, not only seen: arm64 lets no 32-bit program open it. */
static int open_kvm(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), error = errno;

	if (kvm < 0)
		return error;
	close(kvm);
	return 0;
}

/*
 * Whether there is TSM support is judged against the kernel's own sysfs, and not by the calls under
 * test: a kernel whose check is wrong must pass neither for one with it nor for one without it.
 */
static bool tsm_built(bool answered)
{
	bool listed = tsm_sysfs_exists("/sys/class/tsm");

	if (!tsm_sysfs_exists("/sys/class") || listed == answered)
		return answered;
	uc_note("the request is answered as if there were %sTSM support, but /sys/class/tsm %s: "
		"judged as a kernel with%s it", listed ? "no " : "", listed ? "exists" : "is missing",
		listed ? "" : "out");
	return listed;
}

static void prepare(void *data)
{
	struct tsm_facts *facts = data;
	struct tsm_seen *seen = &facts->seen;
	char text[256];

	facts->control = facts->ask = facts->hear = facts->owner = -1;
	tsm_find_asked(&facts->device);
	tsm_ask_revision(seen);
	facts->revision = tsm_tell_revision(seen);
	if (seen->open)
		uc_note("/dev/iommu: %s", uc_errno_name(seen->open));
	if (facts->revision == TSM_REVISION_NONE || seen->open || seen->compat == ENOTTY)
		return;
	tsm_seen_text(seen, text, sizeof(text));
	uc_note("revision: %s: %s", tsm_revisions[facts->revision].name, text);
	facts->rules = tsm_revisions[facts->revision].rules;
	if (!facts->rules) {
		tsm_survey_kernel(seen);
		return;
	}
	facts->tsm_built = tsm_built(tsm_tell_built(seen));
	facts->op = seen->operation >= 0;
	if (!facts->op && facts->rules->ioctl[DO_OP])
		uc_note("%#x is not IOMMU_VDEVICE_TSM_OP: no device is bound",
			0x3b00U + facts->rules->ioctl[DO_OP]->number);
	if (!facts->tsm_built) {
		tsm_find_no_tsm();
		return;
	}
	facts->vm_error = open_kvm();
	if (facts->vm_error)
		uc_note("/dev/kvm: %s", uc_errno_name(facts->vm_error));
	facts->vm = (facts->op || facts->rules->alloc_binds) && !facts->vm_error;
	tsm_find_device(facts);
	/* Where a vdevice with a VM is bound by being made, it gets none unless that is allowed. */
	if (facts->device.found && facts->rules->alloc_binds && !facts->device.allow_bind)
		facts->vm = false;
}

static bool attach(void *data, const char **why)
{
	struct tsm_facts *facts = data;

	tsm_rules_now = facts->rules ?: &tsm_v5;
	tsm_needs_begin(facts);
	return tsm_owner_start(facts, why);
}

static void detach(void *data)
{
	tsm_owner_stop(data);
}

static const struct uc_suite_option options[] = {
	{ "device", "BDF", "Hardware to talk to, as 0000:01:00.0 (tsm_req)" },
	{ "allow", "LIST", "What may be done to that hardware: state,debug,bind (tsm_req)" },
};

static const char *option_fault(void)
{
	return uc_option("allow") && !uc_option("device") ?
		"--allow says what may be done to the device of --device BDF: name one" : NULL;
}

static struct uc_suite suite = {
	.name = "tsm_req",
	.title = "iommufd: IOMMU_VDEVICE_TSM_REQ",
	.requirements = tsm_requirements,
	.requirement_count = TSM_REQUIREMENTS,
	.documents = tsm_documents,
	.kernel_requirement = KERNEL_SOUND,
	.topics = tsm_topics,
	.facts_size = sizeof(struct tsm_facts),
	.prepare = prepare,
	.attach = attach,
	.detach = detach,
	.explorer = &tsm_explorer,
	.recorded = tsm_recorded,
	.record_list = TSM_RECORD_LIST,
	.options = options,
	.option_count = UC_ARRAY_SIZE(options),
	.option_fault = option_fault,
	.exit_codes = "66, 68, 71, 72, 75, 77 or 78 where the device of --device cannot be used; nothing was "
		      "changed then",
};

static void __attribute__((constructor)) hand_in(void)
{
	uc_register_suite(&suite);
}
