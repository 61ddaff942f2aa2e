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
#include "../../harness/verdict.h"
#include "facts.h"
#include "play.h"
#include "rows.h"

/* A VM whose vCPU was initialised, with the features where they are there, says the same as /dev/kvm. */
static void judge_vm_in_use(const struct kvm_row *row, const struct kvm_facts *facts)
{
	kvm_set_up("INIT %s = 0", kvm_set_name(kvm_both_caps(facts) ? BOTH : 0));
	kvm_play("%s", row->steps);
}

/* What the suite was told when it asked before all rows: by /dev/kvm, or (.number) by a VM. */
static void judge_earlier(const struct kvm_row *row, const struct kvm_facts *facts)
{
	const int *earlier = row->number ? facts->vm_cap : facts->system_cap;
	const char *of = row->number ? "a VM" : "/dev/kvm";

	kvm_expect(earlier[KVM_ARM_VCPU_PTRAUTH_ADDRESS], kvm_slot('a'),
		   "KVM_CHECK_EXTENSION of %s PTRAUTH_ADDRESS, before all rows", of);
	kvm_expect(earlier[KVM_ARM_VCPU_PTRAUTH_GENERIC], kvm_slot('b'),
		   "KVM_CHECK_EXTENSION of %s PTRAUTH_GENERIC, before all rows", of);
	uc_check(kvm_slot('a') <= 1 && kvm_slot('b') <= 1, "call:     KVM_CHECK_EXTENSION of /dev/kvm "
		 "PTRAUTH_ADDRESS, PTRAUTH_GENERIC\nexpected: 0 or 1\ngot:      %llu, %llu",
		 (unsigned long long)kvm_slot('a'), (unsigned long long)kvm_slot('b'));
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
		kvm_play("CHECK PTRAUTH_ADDRESS == 0");
	if (!facts->host_generic)
		kvm_play("CHECK PTRAUTH_GENERIC == 0");
}

/* 170 is SVE's: not reported without SVE, whatever pointer authentication there is. */
static void judge_draft_generic(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	if (facts->host_sve && !kvm_slot('a'))
		uc_open("the CPU has SVE, and KVM does not report it, which it need not");
	else
		kvm_expect(kvm_slot('a'), facts->host_sve,
			   "KVM_CHECK_EXTENSION(KVM_CAP_ARM_SVE 170, the draft's PTRAUTH_GENERIC)");
}
_Static_assert(KVM_CAP_ARM_SVE == DRAFT_CAP_PTRAUTH_GENERIC && KVM_CAP_PPC_IRQ_XIVE == DRAFT_CAP_PTRAUTH_ADDRESS,
	       "what the draft's numbers are");

#define ROW(name, requirements, ...) \
	.row = { .id = "kvm_arm_caps.caps." name, requirements, NEEDS(KVM_NEEDED, __VA_ARGS__) }
#define VM_AGREES \
	"CHECK PTRAUTH_ADDRESS as a; CHECK_VM PTRAUTH_ADDRESS == a; CHECK PTRAUTH_GENERIC as b; CHECK_VM PTRAUTH_GENERIC == b"

static const struct kvm_row rows[] = {
	{ ROW("address_reported", REQ(CAP_ADDRESS_ORACLE), &kvm_need_host_full_pauth, &kvm_need_vhe),
	  "CHECK PTRAUTH_ADDRESS == 1" },
	{ ROW("generic_reported", REQ(CAP_GENERIC_ORACLE), &kvm_need_host_full_pauth, &kvm_need_vhe),
	  "CHECK PTRAUTH_GENERIC == 1" },
	{ ROW("address_not_reported", REQ(CAP_ADDRESS_ORACLE), &kvm_need_host_no_address), "CHECK PTRAUTH_ADDRESS == 0" },
	{ ROW("generic_not_reported", REQ(CAP_GENERIC_ORACLE), &kvm_need_host_no_generic), "CHECK PTRAUTH_GENERIC == 0" },
	{ ROW("one_sided_host", REQ(CAP_ADDRESS_ORACLE, CAP_GENERIC_ORACLE), &kvm_need_host_mixed_pauth),
	  .judge = judge_mixed },
	{ ROW("zero_or_one", REQ(CAP_BOOLEAN), NULL),
	  "CHECK PTRAUTH_ADDRESS as a; CHECK PTRAUTH_ADDRESS == a; CHECK PTRAUTH_GENERIC as b; CHECK PTRAUTH_GENERIC == b",
	  judge_earlier },
	{ ROW("new_vm_agrees", REQ(CAP_VM_FD), NULL), VM_AGREES, judge_earlier, .number = 1 },
	{ ROW("vm_in_use_agrees", REQ(CAP_VM_FD), NULL), VM_AGREES, judge_vm_in_use },
	{ ROW("draft_address_number", REQ(CAP_NUMBERS), NULL), "CHECK 169 == 0" },
	{ ROW("draft_generic_number", REQ(CAP_NUMBERS), NULL), "CHECK SVE as a", judge_draft_generic },
};

const struct uc_topic kvm_caps_topic = KVM_TOPIC("caps", rows);
