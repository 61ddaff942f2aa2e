// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_CHECK_EXTENSION for the two pointer authentication capabilities:
 *
 * 0	the CPU lacks that kind of authentication, as EL0's view of the id
 *	registers shows, which does not go through KVM
 * 1	the CPU has both kinds, of one algorithm
 * 0, 1	anything between: one kind alone, or two algorithms (characterised)
 *
 * the same from /dev/kvm and from a VM, under the released numbers.
 */
#include <errno.h>

#include "../../harness/verdict.h"
#include "facts.h"
#include "rows.h"
#include "vcpu.h"

#define FOR_BOTH(i) \
	for (unsigned int i = KVM_ARM_VCPU_PTRAUTH_ADDRESS; i <= KVM_ARM_VCPU_PTRAUTH_GENERIC; i++)

static int ask(int fd, unsigned int feature)
{
	return kvm_check_extension(fd, kvm_features[feature].capability);
}

static void expect_capability(int got, int expected, const char *who, unsigned int feature)
{
	kvm_expect(got, expected, "KVM_CHECK_EXTENSION(%s %u) on %s",
		   kvm_features[feature].capability_name, kvm_features[feature].capability, who);
}

/* /dev/kvm's answer against what the CPU shows to EL0. */
static void judge_value(const struct kvm_row *row, const struct kvm_facts *facts)
{
	const int expected = row->features != 0;
	int got = ask(kvm_open(), row->number);

	/* Where the guest's registers depend on the host running at EL2, 0 is right too. */
	if (got == 0 && expected && facts->not_vhe)
		uc_open("the kernel does not run at EL2, which kernels before 5.9 ask for");
	else
		expect_capability(got, expected, "/dev/kvm", row->number);
}

static void judge_boolean(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	int system = kvm_open();

	FOR_BOTH(i) {
		int first = ask(system, i);

		uc_check(first == 0 || first == 1, "call:     KVM_CHECK_EXTENSION(%s %u) on /dev/kvm\n"
			 "expected: 0 or 1\ngot:      %d", kvm_features[i].capability_name,
			 kvm_features[i].capability, first);
		expect_capability(ask(system, i), first, "/dev/kvm, again", i);
		expect_capability(facts->system_cap[i], first, "/dev/kvm, earlier", i);
	}
}

static void judge_vm(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	FOR_BOTH(i)
		expect_capability(facts->vm_cap[i], facts->system_cap[i], "a new VM", i);
}

/* A VM whose vCPU was initialised, with the features where they are there, says the same. */
static void judge_vm_in_use(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, kvm_both_caps(facts) ? BOTH : 0);
	FOR_BOTH(i)
		expect_capability(ask(vcpu.vm, i), facts->system_cap[i], "a VM in use", i);
}

/* The CPU has one kind, or two algorithms: both answers are right, so say which it is. */
static void judge_mixed(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	uc_note("the CPU has address authentication %s, generic %s; KVM reports %d and %d",
		facts->host_address ? "yes" : "no", facts->host_generic ? "yes" : "no",
		facts->system_cap[KVM_ARM_VCPU_PTRAUTH_ADDRESS],
		facts->system_cap[KVM_ARM_VCPU_PTRAUTH_GENERIC]);
	if (facts->host_address && facts->host_generic)
		uc_open("the CPU has two algorithms: the capabilities may be reported or not");
	if (!facts->host_address)
		expect_capability(facts->system_cap[KVM_ARM_VCPU_PTRAUTH_ADDRESS], 0, "/dev/kvm",
				  KVM_ARM_VCPU_PTRAUTH_ADDRESS);
	if (!facts->host_generic)
		expect_capability(facts->system_cap[KVM_ARM_VCPU_PTRAUTH_GENERIC], 0, "/dev/kvm",
				  KVM_ARM_VCPU_PTRAUTH_GENERIC);
}

static void judge_draft_address(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	kvm_expect(kvm_check_extension(kvm_open(), DRAFT_CAP_PTRAUTH_ADDRESS), 0,
		   "KVM_CHECK_EXTENSION(KVM_CAP_PPC_IRQ_XIVE 169, the draft's PTRAUTH_ADDRESS)");
}

/* 170 is SVE's: not reported without SVE, whatever pointer authentication there is. */
static void judge_draft_generic(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	int got = kvm_check_extension(kvm_open(), DRAFT_CAP_PTRAUTH_GENERIC);

	if (facts->host_sve && got == 0)
		uc_open("the CPU has SVE, and KVM does not report it, which it need not");
	else
		kvm_expect(got, facts->host_sve,
			   "KVM_CHECK_EXTENSION(KVM_CAP_ARM_SVE 170, the draft's PTRAUTH_GENERIC)");
}

#define ROW(name, requirements, ...) \
	{ .row = { .id = "kvm_arm_caps.caps." name, requirements, NEEDS(KVM_NEEDED, __VA_ARGS__) }
/* .features: whether the capability must be reported. */
#define REPORTED(kind, it_is)	.judge = judge_value, .number = KVM_ARM_VCPU_PTRAUTH_##kind, \
				.features = it_is }

static const struct kvm_row rows[] = {
	ROW("address_reported", REQ(CAP_ADDRESS_ORACLE), &kvm_need_host_full_pauth), REPORTED(ADDRESS, 1),
	ROW("generic_reported", REQ(CAP_GENERIC_ORACLE), &kvm_need_host_full_pauth), REPORTED(GENERIC, 1),
	ROW("address_not_reported", REQ(CAP_ADDRESS_ORACLE), &kvm_need_host_no_address), REPORTED(ADDRESS, 0),
	ROW("generic_not_reported", REQ(CAP_GENERIC_ORACLE), &kvm_need_host_no_generic), REPORTED(GENERIC, 0),
	ROW("one_sided_host", REQ(CAP_ADDRESS_ORACLE, CAP_GENERIC_ORACLE), &kvm_need_host_mixed_pauth),
	  .judge = judge_mixed },
	ROW("zero_or_one", REQ(CAP_BOOLEAN), NULL), .judge = judge_boolean },
	ROW("new_vm_agrees", REQ(CAP_VM_FD), NULL), .judge = judge_vm },
	ROW("vm_in_use_agrees", REQ(CAP_VM_FD), NULL), .judge = judge_vm_in_use },
	ROW("draft_address_number", REQ(CAP_NUMBERS), NULL), .judge = judge_draft_address },
	ROW("draft_generic_number", REQ(CAP_NUMBERS), NULL), .judge = judge_draft_generic },
};

const struct uc_topic kvm_caps_topic = KVM_TOPIC("caps", rows);
