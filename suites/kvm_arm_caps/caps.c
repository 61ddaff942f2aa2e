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
#include <sys/ioctl.h>

#include "../../harness/verdict.h"
#include "controls.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"
#include "vcpu.h"

struct caps_row {
	struct uc_row row;
	void (*judge)(const struct caps_row *row, const struct kvm_facts *facts);
	enum kvm_feature feature;	/* whose capability is asked for */
	int expected;
};

static int ask(int fd, unsigned long capability)
{
	int answer = ioctl(fd, KVM_CHECK_EXTENSION, capability);

	return answer < 0 ? -errno : answer;
}

static void expect_capability(int got, int expected, const char *who, enum kvm_feature feature)
{
	kvm_expect(got, expected, "KVM_CHECK_EXTENSION(%s %u) on %s",
		   kvm_feature_info[feature].capability_name,
		   kvm_feature_info[feature].capability, who);
}

/* /dev/kvm's answer against what the CPU shows to EL0. */
static void judge_value(const struct caps_row *row, const struct kvm_facts *facts)
{
	int got = ask(kvm_open(), kvm_feature_info[row->feature].capability);

	/* Where the guest's registers depend on the host running at EL2, 0 is right too. */
	if (got == 0 && row->expected == 1 && facts->not_vhe) {
		uc_note("0, because this kernel does not run at EL2: kernels before 5.9 ask for that");
		return;
	}
	expect_capability(got, row->expected, "/dev/kvm", row->feature);
}

static void judge_boolean(const struct caps_row *row, const struct kvm_facts *facts)
{
	int system = kvm_open();

	(void)row;
	for (unsigned int i = KVM_ARM_VCPU_PTRAUTH_ADDRESS; i <= KVM_ARM_VCPU_PTRAUTH_GENERIC; i++) {
		const struct kvm_feature_info *info = &kvm_feature_info[i];
		int first = ask(system, info->capability);

		if (first != 0 && first != 1)
			uc_fail("call:     KVM_CHECK_EXTENSION(%s %u) on /dev/kvm\n"
				"expected: 0 or 1\ngot:      %d",
				info->capability_name, info->capability, first);
		expect_capability(ask(system, info->capability), first, "/dev/kvm, again", i);
		expect_capability(facts->system_cap[i], first, "/dev/kvm, earlier", i);
	}
}

static void judge_vm(const struct caps_row *row, const struct kvm_facts *facts)
{
	(void)row;
	for (unsigned int i = KVM_ARM_VCPU_PTRAUTH_ADDRESS; i <= KVM_ARM_VCPU_PTRAUTH_GENERIC; i++)
		expect_capability(facts->vm_cap[i], facts->system_cap[i], "a new VM", i);
}

/* A VM whose vCPU was initialised, with the features where they are there, says the same. */
static void judge_vm_in_use(const struct caps_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	(void)row;
	kvm_make_initialised(&vcpu, kvm_both_caps(facts) ? ADDRESS | GENERIC : 0);
	for (unsigned int i = KVM_ARM_VCPU_PTRAUTH_ADDRESS; i <= KVM_ARM_VCPU_PTRAUTH_GENERIC; i++)
		expect_capability(ask(vcpu.vm, kvm_feature_info[i].capability),
				  facts->system_cap[i], "a VM in use", i);
}

/* The CPU has one kind, or two algorithms: both answers are right, so say which it is. */
static void judge_mixed(const struct caps_row *row, const struct kvm_facts *facts)
{
	(void)row;
	uc_note("the CPU has address authentication %s, generic %s; KVM reports %d and %d",
		facts->host_address ? "yes" : "no", facts->host_generic ? "yes" : "no",
		facts->system_cap[KVM_ARM_VCPU_PTRAUTH_ADDRESS],
		facts->system_cap[KVM_ARM_VCPU_PTRAUTH_GENERIC]);
	if (!facts->host_address)
		expect_capability(facts->system_cap[KVM_ARM_VCPU_PTRAUTH_ADDRESS], 0, "/dev/kvm",
				  KVM_ARM_VCPU_PTRAUTH_ADDRESS);
	if (!facts->host_generic)
		expect_capability(facts->system_cap[KVM_ARM_VCPU_PTRAUTH_GENERIC], 0, "/dev/kvm",
				  KVM_ARM_VCPU_PTRAUTH_GENERIC);
}

static void judge_draft_address(const struct caps_row *row, const struct kvm_facts *facts)
{
	int got = ask(kvm_open(), DRAFT_CAP_PTRAUTH_ADDRESS);

	(void)row;
	(void)facts;
	kvm_expect(got, 0, "KVM_CHECK_EXTENSION(KVM_CAP_PPC_IRQ_XIVE 169, the draft's PTRAUTH_ADDRESS)");
}

/* 170 is SVE's: not reported without SVE, whatever pointer authentication there is. */
static void judge_draft_generic(const struct caps_row *row, const struct kvm_facts *facts)
{
	int got = ask(kvm_open(), DRAFT_CAP_PTRAUTH_GENERIC);

	(void)row;
	if (facts->host_sve && got == 0)
		uc_note("the CPU has SVE, but KVM does not report it");
	else
		kvm_expect(got, facts->host_sve,
			   "KVM_CHECK_EXTENSION(KVM_CAP_ARM_SVE 170, the draft's PTRAUTH_GENERIC)");
}

#define ROW(name, ...)	.row = { .id = "kvm_arm_caps.caps." name, __VA_ARGS__ }
#define OF(kind)	.feature = KVM_ARM_VCPU_PTRAUTH_##kind

static const struct caps_row rows[] = {
	{ ROW("address_reported", REQ(CAP_ADDRESS_ORACLE),
	  NEEDS(KVM_NEEDED, &kvm_need_host_full_pauth)), .judge = judge_value, OF(ADDRESS), .expected = 1 },
	{ ROW("generic_reported", REQ(CAP_GENERIC_ORACLE),
	  NEEDS(KVM_NEEDED, &kvm_need_host_full_pauth)), .judge = judge_value, OF(GENERIC), .expected = 1 },
	{ ROW("address_not_reported", REQ(CAP_ADDRESS_ORACLE),
	  NEEDS(KVM_NEEDED, &kvm_need_host_no_address)), .judge = judge_value, OF(ADDRESS), .expected = 0 },
	{ ROW("generic_not_reported", REQ(CAP_GENERIC_ORACLE),
	  NEEDS(KVM_NEEDED, &kvm_need_host_no_generic)), .judge = judge_value, OF(GENERIC), .expected = 0 },
	{ ROW("one_sided_host", REQ(CAP_ADDRESS_ORACLE, CAP_GENERIC_ORACLE),
	  NEEDS(KVM_NEEDED, &kvm_need_host_mixed_pauth)), .judge = judge_mixed },
	{ ROW("zero_or_one", REQ(CAP_BOOLEAN), NEEDS(KVM_NEEDED)), .judge = judge_boolean },
	{ ROW("new_vm_agrees", REQ(CAP_VM_FD), NEEDS(KVM_NEEDED)), .judge = judge_vm },
	{ ROW("vm_in_use_agrees", REQ(CAP_VM_FD), NEEDS(KVM_NEEDED)), .judge = judge_vm_in_use },
	{ ROW("draft_address_number", REQ(CAP_NUMBERS), NEEDS(KVM_NEEDED)), .judge = judge_draft_address },
	{ ROW("draft_generic_number", REQ(CAP_NUMBERS), NEEDS(KVM_NEEDED)), .judge = judge_draft_generic },
};

static void run(const struct uc_row *row, const void *facts)
{
	const struct caps_row *caps = (const struct caps_row *)row;

	caps->judge(caps, facts);
}

const struct uc_topic kvm_caps_topic = UC_BATCH_TOPIC("caps", rows, run);
