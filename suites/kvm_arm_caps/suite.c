// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm_arm_caps: the vCPU features of KVM on arm64, pointer authentication
 * first of all, and the capabilities that they depend on.
 */
#include "explore.h"
#include "facts.h"
#include "play.h"
#include "record.h"
#include "requirements.h"
#include "topics.h"

const struct uc_topic *const kvm_topics[] = {
#define ADDRESS_OF(name)	&kvm_##name##_topic,
	KVM_TOPICS(ADDRESS_OF)
	NULL
};

const struct uc_requirement kvm_requirements[KVM_REQUIREMENTS] = {
#define MUST(name, where, what) \
	[name] = { .id = #name, .text = (what), .source = (where) },
#define WHERE_APPLICABLE(name, where, what) \
	[name] = { .id = #name, .text = (what), .source = (where), .optional = true },
#include "requirements.inc"
};

#define API(title, anchor)	{ "api.rst " title, "The Definitive KVM API Documentation, " title, \
				  "https://docs.kernel.org/virt/kvm/api.html#" anchor }
#define TREE	"https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/"

static const struct uc_document documents[] = {
	API("4.4 KVM_CHECK_EXTENSION", "kvm-check-extension"),
	API("2 File descriptors", "file-descriptors"),
	API("4.10 KVM_RUN", "kvm-run"),
	API("4.31 KVM_GET_VCPU_EVENTS", "kvm-get-vcpu-events"),
	API("4.32 KVM_SET_VCPU_EVENTS", "kvm-set-vcpu-events"),
	API("4.38 KVM_GET_MP_STATE", "kvm-get-mp-state"),
	API("5 KVM_EXIT_SYSTEM_EVENT", "the-kvm-run-structure"),
	API("4.68 KVM_SET_ONE_REG", "kvm-set-one-reg"),
	{ "api.rst 4.82", "The Definitive KVM API Documentation, 4.82 KVM_ARM_VCPU_INIT",
	  "https://docs.kernel.org/virt/kvm/api.html#kvm-arm-vcpu-init" },
	API("4.83 KVM_ARM_PREFERRED_TARGET", "kvm-arm-preferred-target"),
	API("4.84 KVM_GET_REG_LIST", "kvm-get-reg-list"),
	API("4.119 KVM_ARM_VCPU_FINALIZE", "kvm-arm-vcpu-finalize"),
	API("4.139 KVM_ARM_GET_REG_WRITABLE_MASKS", "kvm-arm-get-reg-writable-masks"),
	API("7.28 KVM_CAP_ARM_MTE", "kvm-cap-arm-mte"),
	{ "review of v10 4/5", "Re: [PATCH v10 4/5] KVM: arm64: Add capability to advertise ptrauth for guest",
	  "https://lore.kernel.org/r/20190423154533.GO3567@e103592.cambridge.arm.com" },
	{ "arm/vcpu-features.rst", "vCPU feature selection on arm64, The ID Registers",
	  "https://docs.kernel.org/virt/kvm/arm/vcpu-features.html#the-id-registers" },
	{ "Arm ARM, pointer authentication", "Arm Architecture Reference Manual, DDI 0487, Pointer authentication",
	  "https://developer.arm.com/documentation/ddi0487/latest" },
	{ "Arm ARM", "Arm Architecture Reference Manual, DDI 0487",
	  "https://developer.arm.com/documentation/ddi0487/latest" },
	{ "devices/vcpu.rst", "Generic vcpu interface, PMUv3",
	  "https://docs.kernel.org/virt/kvm/devices/vcpu.html#group-kvm-arm-vcpu-pmu-v3-ctrl" },
	{ "devices/vm.rst", "Generic vm interface, SMCCC filter",
	  "https://docs.kernel.org/virt/kvm/devices/vm.html#group-kvm-arm-vm-smccc-ctrl" },
	{ "arm/fw-pseudo-registers.rst", "ARM firmware pseudo-registers interface",
	  "https://docs.kernel.org/virt/kvm/arm/fw-pseudo-registers.html" },
	{ "PSCI (DEN0022)", "Arm Power State Coordination Interface, DEN0022, CPU_ON",
	  "https://developer.arm.com/documentation/den0022/latest" },
	{ "include/uapi/linux/kvm.h", "include/uapi/linux/kvm.h", TREE "include/uapi/linux/kvm.h" },
	{ "struct kvm_vcpu_init", "arch/arm64/include/uapi/asm/kvm.h", TREE "arch/arm64/include/uapi/asm/kvm.h" },
	/* Not written down. What every release since has done is there to be read. */
	{ "released behaviour since 3.9", "arch/arm/kvm/arm.c of 3.9", TREE "arch/arm/kvm/arm.c?h=v3.9" },
	{ "released behaviour since 5.2", "arch/arm64/kvm/guest.c of 5.2", TREE "arch/arm64/kvm/guest.c?h=v5.2" },
	{ "released behaviour since 5.10", "arch/arm64/kvm/pmu-emul.c of 5.10", TREE "arch/arm64/kvm/pmu-emul.c?h=v5.10" },
	{ "released behaviour since 6.10", "arch/arm64/kvm/sys_regs.c of 6.10", TREE "arch/arm64/kvm/sys_regs.c?h=v6.10" },
	{ "released behaviour since 6.18", "arch/arm64/kvm/arm.c of 6.18", TREE "arch/arm64/kvm/arm.c?h=v6.18" },
	{ "released behaviour since 6.16", "arch/arm64/kvm/arm.c of 6.16", TREE "arch/arm64/kvm/arm.c?h=v6.16" },
	{ "released behaviour since 7.3", "arch/arm64/kvm/arm.c of 7.3", TREE "arch/arm64/kvm/arm.c?h=v7.3" },
	{ "no kernel may warn", "Linux kernel coding style, Do not crash the kernel",
	  "https://docs.kernel.org/process/coding-style.html#do-not-crash-the-kernel" },
	{ "fault-injection.rst", "Fault injection capabilities infrastructure",
	  "https://docs.kernel.org/fault-injection/fault-injection.html#systematic-faults-using-fail-nth" },
	{ NULL, NULL, NULL }
};

static struct uc_suite suite = {
	.name = "kvm_arm_caps",
	.title = "KVM/arm64: vCPU features and their capabilities",
	.requirements = kvm_requirements,
	.requirement_count = UC_ARRAY_SIZE(kvm_requirements),
	.documents = documents,
	.kernel_requirement = KERNEL_SOUND,
	.topics = kvm_topics,
	.facts_size = sizeof(struct kvm_facts),
	.prepare = kvm_prepare,
	.attach = kvm_keep_vm,
	.detach = kvm_drop_vm,
	.tidy = kvm_end,
	.explorer = &kvm_explorer,
	.recorded = kvm_recorded,
	.record_list = KVM_RECORD_LIST,
};

static void __attribute__((constructor)) hand_in(void)
{
	uc_register_suite(&suite);
}
