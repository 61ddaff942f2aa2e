// SPDX-License-Identifier: GPL-2.0-only
/* The positive controls of the suite's rows. */
#include "controls.h"
#include "vcpu.h"

/* A new vCPU, KVM_ARM_VCPU_INIT with these features: accepted. */
static void control(uint32_t features)
{
	struct kvm_vcpu vcpu;

	kvm_make_vcpu(&vcpu);
	kvm_expect_init(&vcpu, features, 0, "");
}

static void plain(const void *facts)
{
	(void)facts;
	control(0);
}

static void pauth(const void *facts)
{
	(void)facts;
	control(BOTH);
}

const struct uc_control kvm_control_plain = { .name = "plain", .run = plain };
const struct uc_control kvm_control_pauth = { .name = "pauth", .run = pauth };
