// SPDX-License-Identifier: GPL-2.0-only
/* What rows may need. The reasons are what a SKIP line says. */
#include <sched.h>

#include "../../harness/run.h"
#include "facts.h"
#include "needs.h"

/* One need: a question about the facts as an expression, under its name and reason. */
#define NEED(symbol, word, why, question)					\
static bool ask_##symbol(const void *data)				\
{										\
	const struct kvm_facts *facts = data;					\
										\
	return question;					\
}										\
const struct uc_need kvm_need_##symbol = {					\
	.name = (word), .reason = (why), .ask = ask_##symbol }

static bool reports(const struct kvm_facts *facts, uint32_t bit)
{
	return !(kvm_with_needed(bit) & ~facts->supported);
}

static bool knows(const struct kvm_facts *facts, uint32_t bit)
{
	return facts->known & bit && !(facts->elsewhere & bit);
}

static bool ask_arm64(const void *facts)
{
	(void)facts;
#ifdef __aarch64__
	return true;
#else
	return false;
#endif
}

const struct uc_need kvm_need_arm64 = {
	.name = "arm64", .reason = "not an arm64 machine", .ask = ask_arm64 };

static bool ask_kvm(const void *data)
{
	static const char *const reasons[] = {
		[KVM_WORKS] = NULL,
		[KVM_ABSENT] = "/dev/kvm is missing; CONFIG_KVM?",
		[KVM_AT_EL1] = "the kernel was booted at EL1, so it has no KVM",
		[KVM_TURNED_OFF] = "KVM was turned off on the kernel's command line (kvm-arm.mode=none)",
		[KVM_NO_ACCESS] = "no permission to open /dev/kvm; run as root, or in its group",
	};
	enum kvm_presence kvm = ((const struct kvm_facts *)data)->kvm;

	kvm_need_kvm.reason = reasons[kvm];
	return kvm == KVM_WORKS;
}

struct uc_need kvm_need_kvm = { .name = "kvm", .reason = "no KVM", .ask = ask_kvm };

NEED(pauth, "pauth", "KVM does not report pointer authentication of both kinds",
     kvm_both_caps(facts));
NEED(no_pauth, "no-pauth", "KVM reports pointer authentication, or this kernel has no such feature",
     kvm_no_caps(facts) && facts->known & GENERIC);
NEED(only_address, "only-address", "KVM does not report address authentication alone",
     (facts->supported & (ADDRESS | GENERIC)) == ADDRESS);
NEED(only_generic, "only-generic", "KVM does not report generic authentication alone",
     (facts->supported & (ADDRESS | GENERIC)) == GENERIC);

#define FEATURE(feature, id, cap, with, pair, starts, words, ...)		\
NEED(id, #id, "KVM does not report " words,					\
     reports(facts, BIT(KVM_ARM_VCPU_##feature)));				\
NEED(no_##id, "no-" #id, "KVM reports " words ", or this kernel has no such feature",		\
     !(facts->supported & BIT(KVM_ARM_VCPU_##feature)) &&			\
     knows(facts, BIT(KVM_ARM_VCPU_##feature)));				\
NEED(id##_known, #id "-known", "this kernel does not know " #feature,		\
     knows(facts, BIT(KVM_ARM_VCPU_##feature)));
#define PAIRED	FEATURE
#define DEPENDS(...)
#define EXCLUDES(...)
#include "features.inc"

NEED(mte, "mte", "KVM does not report MTE", facts->mte);
NEED(masks, "writable-masks", "KVM does not report writable masks of the id registers",
     facts->masks);
/* By it the kernel also takes PSCI's calls by SMC. */
NEED(filter, "smccc-filter", "KVM has no filter of SMCCC calls", facts->filter);
/* Of KVM_SET_VCPU_EVENTS with an abort the hypervisor of 7.2 panics, and with it the machine. */
NEED(not_protected, "not-protected", "this call may bring down a machine with protected KVM, which this one may have",
     uc_init_machine() || !facts->may_be_protected);
NEED(inject_abort, "inject-abort", "KVM does not report KVM_CAP_ARM_INJECT_EXT_DABT", facts->inject_abort);
NEED(system_event_data, "system-event-data", "KVM does not report KVM_CAP_SYSTEM_EVENT_DATA",
     facts->system_event_data);
NEED(system_suspend, "system-suspend", "KVM does not report KVM_CAP_ARM_SYSTEM_SUSPEND",
     facts->system_suspend);
NEED(imp_id, "imp-id", "KVM does not let user space choose MIDR_EL1, REVIDR_EL1 and AIDR_EL1", facts->imp_id);
NEED(immediate_exit, "immediate-exit", "KVM does not report KVM_CAP_IMMEDIATE_EXIT",
     facts->immediate_exit);
NEED(other_target, "other-target", "the preferred target is GENERIC_V8, so there is no other one",
     facts->preferred != KVM_ARM_TARGET_GENERIC_V8);
NEED(id_registers, "id-registers", "the kernel does not let EL0 read the CPU's id registers",
     facts->id_registers);
/* Not a fact of KVM's: this process may have been given fewer than there are. */
static bool two_cpus(void)
{
	cpu_set_t cpus;

	return !sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) > 1;
}

NEED(two_cpus, "two-cpus", "this process may run on one CPU only", facts && two_cpus());
#define UNREADABLE ", or its id registers cannot be read"
NEED(host_full_pauth, "host-full-pauth",
     "the CPU does not have pointer authentication of both kinds and one algorithm" UNREADABLE,
     facts->host_one_algorithm);
/* Where the guest's registers depend on the host running at EL2 the capabilities may be 0. */
NEED(vhe, "vhe", "the kernel does not run at EL2, which kernels before 5.9 ask for", !facts->not_vhe);
NEED(host_mixed_pauth, "host-mixed-pauth",
     "the CPU has both kinds of pointer authentication, or none" UNREADABLE,
     (facts->host_address || facts->host_generic) && !facts->host_one_algorithm);
NEED(host_no_address, "host-no-address", "the CPU has address authentication" UNREADABLE,
     facts->id_registers && !facts->host_address);
NEED(host_no_generic, "host-no-generic", "the CPU has generic authentication" UNREADABLE,
     facts->id_registers && !facts->host_generic);
