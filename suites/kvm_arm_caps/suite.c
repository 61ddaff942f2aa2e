// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm_arm_caps: the vCPU features of KVM on arm64, pointer authentication
 * first of all, and the capabilities that they depend on.
 */
#include "explore.h"
#include "facts.h"
#include "record.h"
#include "requirements.h"
#include "topics.h"
#include "vcpu.h"

/* In the order in which they run. */
const struct uc_topic *const kvm_topics[] = {
	&kvm_caps_topic,
	&kvm_pairing_topic,
	&kvm_errors_topic,
	&kvm_boundary_topic,
	&kvm_features_topic,
	&kvm_sve_topic,
	&kvm_sve_reset_topic,
	&kvm_state_topic,
	&kvm_concurrency_topic,
	&kvm_sweep_topic,
	&kvm_registers_topic,
	&kvm_reset_topic,
	&kvm_isar_topic,
	&kvm_guest_without_topic,
	&kvm_guest_with_topic,
	&kvm_guest_keys_topic,
	&kvm_guest_power_topic,
	&kvm_guest_switch_topic,	/* its last rows have processes of their own */
	&kvm_regressions_topic,
	NULL
};

static struct uc_suite suite = {
	.name = "kvm_arm_caps",
	.title = "KVM/arm64: vCPU features and their capabilities",
	.requirements = kvm_requirements,
	.requirement_count = UC_ARRAY_SIZE(kvm_requirements),
	.kernel_requirement = KERNEL_SOUND,
	.topics = kvm_topics,
	.facts_size = sizeof(struct kvm_facts),
	.prepare = kvm_prepare,
	.attach = kvm_keep_vm,
	.detach = kvm_drop_vm,
	.tidy = kvm_unmap_runs,
	.explorer = &kvm_explorer,
	.recorded = kvm_recorded,
	.record_list = KVM_RECORD_LIST,
};

static void __attribute__((constructor)) hand_in(void)
{
	uc_register_suite(&suite);
}
