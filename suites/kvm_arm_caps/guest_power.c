// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vCPU that starts powered off and is turned on by the guest, with PSCI's
 * CPU_ON on another vCPU: it starts where and with what that call said, and
 * with the features of its own KVM_ARM_VCPU_INIT, as if it had been on.
 */
#include "../../harness/verdict.h"
#include "guest.h"
#include "rows.h"


/* PSCI: the function for 64-bit callers, and what it returns. */
#define PSCI_CPU_ON		0xc4000003
#define PSCI_SUCCESS		0
#define PSCI_ALREADY_ON		-4

#define CONTEXT		0x5ca1ab1e0ddba11ULL
#define AFFINITY	0xff00ffffffULL	/* of MPIDR_EL1 */

static void turn_on(struct guest *first, const struct guest *second, long expected)
{
	uint64_t mpidr;
	long got;

	kvm_expect(kvm_get_reg(&second->vcpu, KVM_REG_MPIDR, &mpidr), 0,
		   "KVM_GET_ONE_REG(MPIDR_EL1)");
	got = guest_call(first, PSCI_CPU_ON, mpidr & AFFINITY, guest_address(OP_POWERED_ON),
			 CONTEXT);
	if (got != expected)
		uc_fail_now("the guest called PSCI's CPU_ON for the other vCPU: expected %ld, got %ld",
			    expected, got);
}

static void expect_features(struct guest *guest, uint32_t features)
{
	uint64_t written[REG_KEYS], seen[REG_KEYS];

	if (!features) {
		guest_expect_undefined(guest, OP_PACIA, 0, 0);
		guest_expect_undefined(guest, OP_PACGA, 0, 0);
		return;
	}
	keys_make(0, written);
	guest_write_keys(guest, written);
	keys_read(&guest->vcpu, seen);
	keys_expect("the guest wrote, KVM_GET_ONE_REG reads", seen, written);
	if (!guest_value(guest, OP_PACGA, CONTEXT, 1))
		uc_fail("PACGA of a value computes 0");
}

static void judge_turned_on(struct guest *first, const struct guest_row *row)
{
	struct guest second = guest_second(first, POWER_OFF | row->features);
	uint64_t context;

	turn_on(first, &second, PSCI_SUCCESS);
	context = guest_continue(&second, OP_POWERED_ON);
	if (context != CONTEXT)
		uc_fail("the vCPU that was turned on: expected X0 0x%llx, which CPU_ON was given, got 0x%llx",
			CONTEXT, (unsigned long long)context);
	guest_boot(&second);
	expect_features(&second, row->features & BOTH);
	turn_on(first, &second, PSCI_ALREADY_ON);
}

#define ID(name)	.id = "kvm_arm_caps.guest.power." name
#define PSCI		KVM_NEEDED, &kvm_need_power_off, &kvm_need_psci_0_2

static const struct guest_row rows[] = {
	{ { ID("turned_on"), REQ(GUEST_TURNED_ON), NEEDS(PSCI), .control = &guest_runs },
	  judge_turned_on, PSCI_0_2, SCTLR_EN_ALL, { } },
	{ { ID("turned_on_pair"), REQ(GUEST_TURNED_ON), NEEDS(PSCI, &kvm_need_pauth),
	    .control = &guest_runs }, judge_turned_on, PSCI_0_2 | BOTH, SCTLR_EN_ALL, { } },
};

const struct uc_topic kvm_guest_power_topic = UC_BATCH_TOPIC("guest", rows, guest_run_row);
