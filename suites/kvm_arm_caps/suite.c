// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm_arm_caps: the vCPU features of KVM on arm64, pointer authentication
 * first of all, and the capabilities that they depend on.
 */
#include "explore_world.h"
#include "facts.h"
#include "requirements.h"
#include "topics.h"
#include "vcpu.h"

static struct uc_suite suite = {
	.name = "kvm_arm_caps",
	.title = "KVM/arm64: vCPU features and their capabilities",
	.requirements = kvm_requirements,
	.requirement_count = UC_ARRAY_SIZE(kvm_requirements),
	.topics = kvm_topics,
	.facts_size = sizeof(struct kvm_facts),
	.prepare = kvm_prepare,
	.attach = kvm_keep_vm,
	.detach = kvm_drop_vm,
	.tidy = kvm_unmap_runs,
	.explorer = &kvm_explorer,
};

static void __attribute__((constructor)) hand_in(void)
{
	uc_register_suite(&suite);
}
