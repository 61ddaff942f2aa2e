/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suite found out about the running kernel, once, before the rows. */
#ifndef KVM_ARM_CAPS_FACTS_H
#define KVM_ARM_CAPS_FACTS_H

#include <stdbool.h>

#include "features.h"

enum kvm_presence {
	KVM_WORKS,
	KVM_ABSENT,	/* no /dev/kvm, and the boot log does not say why */
	KVM_AT_EL1,
	KVM_TURNED_OFF,
	KVM_NO_ACCESS,	/* no permission */
};

struct kvm_facts {
	enum kvm_presence kvm;
	/* KVM_CHECK_EXTENSION's answers, raw, by the feature that depends on them. */
	int system_cap[KVM_FEATURES];	/* /dev/kvm's */
	int vm_cap[KVM_FEATURES];	/* a VM's, type 0: the ones that count */
	uint32_t supported;	/* features whose capability a VM reports */
	/*
	 * Bits of features[0] that may have a meaning: bits are handed out in
	 * order, so of those that this suite knows all below the highest that
	 * KVM_ARM_VCPU_INIT did not call unknown; and a few above, if a
	 * capability that this suite does not know says that the kernel is
	 * younger. Whatever the kernel says of the others, they are unknown.
	 */
	uint32_t known;
	uint32_t elsewhere;	/* bits or capabilities of these features mean something else here */
	uint32_t preferred;	/* target, of KVM_ARM_PREFERRED_TARGET */
	bool mte;		/* KVM_CAP_ARM_MTE */
	bool masks;		/* KVM_ARM_GET_REG_WRITABLE_MASKS has the id registers */
	bool filter;		/* KVM_ARM_VM_SMCCC_FILTER */
	bool inject_abort;	/* KVM_CAP_ARM_INJECT_EXT_DABT */
	bool system_event_data;	/* KVM_CAP_SYSTEM_EVENT_DATA */
	bool system_suspend;	/* KVM_CAP_ARM_SYSTEM_SUSPEND */
	bool imp_id;		/* KVM_CAP_ARM_WRITABLE_IMP_ID_REGS */
	bool immediate_exit;	/* KVM_CAP_IMMEDIATE_EXIT */
	/* The CPU as the kernel shows it to EL0, which does not go through KVM. */
	bool id_registers;	/* the next ones are filled in */
	uint64_t id_register[KVM_ID_REGISTERS];	/* as kvm_id_registers */
	bool host_address, host_generic;
	bool host_one_algorithm;	/* both kinds, and one algorithm serves both */
	bool host_sve;
	bool may_be_protected;	/* the boot log or the command line says so, or cannot say that it is not */
	bool not_vhe;	/* the boot log says so; looked up only if it matters */
};

/* Whether both, or neither, of the two capabilities are reported. */
bool kvm_both_caps(const struct kvm_facts *facts);
bool kvm_no_caps(const struct kvm_facts *facts);

/* The suite's prepare(): fills in a struct kvm_facts, and notes what it found. */
void kvm_prepare(void *facts);

#endif /* KVM_ARM_CAPS_FACTS_H */
