// SPDX-License-Identifier: GPL-2.0-only
/* What rows may need. The reasons are what a SKIP line says. */
#include "facts.h"
#include "needs.h"

/* One need: a question about the facts as an expression, under its name and reason. */
#define NEED(symbol, word, why, question)					\
static enum uc_answer ask_##symbol(const void *data)				\
{										\
	const struct kvm_facts *facts = data;					\
										\
	return (question) ? UC_YES : UC_NO;					\
}										\
const struct uc_need kvm_need_##symbol = {					\
	.name = (word), .reason = (why), .ask = ask_##symbol }

/* A feature's capability is reported; is not, on a kernel that knows the feature. */
#define NEED_FEATURE(symbol, bit, word, what)					\
NEED(symbol, word, "KVM does not report " what, facts->supported & (bit));	\
NEED(no_##symbol, "no-" word,							\
     "KVM reports " what ", or does not know it",				\
     !(facts->supported & (bit)) && facts->known & (bit))

static enum uc_answer ask_arm64(const void *facts)
{
	(void)facts;
#ifdef __aarch64__
	return UC_YES;
#else
	return UC_NO;
#endif
}

const struct uc_need kvm_need_arm64 = {
	.name = "arm64", .reason = "not an arm64 machine", .ask = ask_arm64 };

static enum uc_answer ask_kvm(const void *data)
{
	static const enum uc_answer answers[] = {
		[KVM_ABSENT] = UC_NO, [KVM_UNUSABLE] = UC_BROKEN, [KVM_WORKS] = UC_YES };

	return answers[((const struct kvm_facts *)data)->kvm];
}

const struct uc_need kvm_need_kvm = {
	.name = "kvm", .reason = "no /dev/kvm: this kernel runs without KVM", .ask = ask_kvm };

NEED(pauth, "pauth", "KVM does not report pointer authentication of both kinds",
     kvm_both_caps(facts));
NEED(no_pauth, "no-pauth", "KVM reports pointer authentication, or does not know it",
     kvm_no_caps(facts) && facts->known & GENERIC);
NEED(only_address, "only-address", "KVM does not report address authentication alone",
     (facts->supported & (ADDRESS | GENERIC)) == ADDRESS);
NEED(only_generic, "only-generic", "KVM does not report generic authentication alone",
     (facts->supported & (ADDRESS | GENERIC)) == GENERIC);

NEED_FEATURE(address, ADDRESS, "address", "address authentication");
NEED_FEATURE(generic, GENERIC, "generic", "generic authentication");
NEED_FEATURE(power_off, POWER_OFF, "power-off", "PSCI");
NEED_FEATURE(el1_32bit, EL1_32BIT, "el1-32bit", "AArch32 guests");
NEED_FEATURE(psci_0_2, PSCI_0_2, "psci-0.2", "PSCI 0.2");
NEED_FEATURE(pmu_v3, PMU_V3, "pmu-v3", "a PMU");
NEED_FEATURE(sve, SVE, "sve", "SVE");
NEED_FEATURE(has_el2, HAS_EL2, "has-el2", "nested virtualisation");
NEED_FEATURE(e2h0, E2H0, "e2h0", "nested virtualisation with E2H RES0");
NEED_FEATURE(pmu_strict, PMU_STRICT, "pmu-v3-strict", "a strict PMU");
NEED(has_el2_e2h0, "has-el2-e2h0", "KVM does not report nested virtualisation with E2H RES0",
     (facts->supported & (HAS_EL2 | E2H0)) == (HAS_EL2 | E2H0));
NEED(strict_pmu, "strict-pmu", "KVM does not report a strict PMU",
     (facts->supported & (PMU_V3 | PMU_STRICT)) == (PMU_V3 | PMU_STRICT));
NEED(e2h0_known, "e2h0-known", "this kernel does not know HAS_EL2_E2H0", facts->known & E2H0);
NEED(pmu_strict_known, "pmu-v3-strict-known", "this kernel does not know PMU_V3_STRICT",
     facts->known & PMU_STRICT);

NEED(mte, "mte", "KVM does not report MTE", facts->mte);
NEED(masks, "writable-masks", "KVM does not report writable masks of the id registers",
     facts->masks);
NEED(immediate_exit, "immediate-exit", "KVM does not report KVM_CAP_IMMEDIATE_EXIT",
     facts->immediate_exit);
NEED(other_target, "other-target", "the preferred target is GENERIC_V8, so there is no other one",
     facts->preferred != KVM_ARM_TARGET_GENERIC_V8);
NEED(id_registers, "id-registers", "the kernel does not let EL0 read the CPU's id registers",
     facts->id_registers);
#define UNREADABLE ", or its id registers cannot be read"
NEED(host_pauth, "host-pauth", "the CPU does not have pointer authentication of both kinds" UNREADABLE,
     facts->host_address && facts->host_generic);
NEED(host_full_pauth, "host-full-pauth",
     "the CPU does not have pointer authentication of both kinds and one algorithm" UNREADABLE,
     facts->host_one_algorithm);
NEED(host_mixed_pauth, "host-mixed-pauth",
     "the CPU has both kinds of pointer authentication, or none" UNREADABLE,
     (facts->host_address || facts->host_generic) && !facts->host_one_algorithm);
NEED(host_no_address, "host-no-address", "the CPU has address authentication" UNREADABLE,
     facts->id_registers && !facts->host_address);
NEED(host_no_generic, "host-no-generic", "the CPU has generic authentication" UNREADABLE,
     facts->id_registers && !facts->host_generic);
