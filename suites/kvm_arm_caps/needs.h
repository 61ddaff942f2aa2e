/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rows may need, answered from the facts. KVM_NEEDED comes first in
 * every row; two more fit after it.
 */
#ifndef KVM_ARM_CAPS_NEEDS_H
#define KVM_ARM_CAPS_NEEDS_H

#include "../../harness/row.h"

extern const struct uc_need kvm_need_arm64;
extern struct uc_need kvm_need_kvm;	/* its reason is what stands in the way */
#define KVM_NEEDED	&kvm_need_arm64, &kvm_need_kvm

/* The two capabilities together. */
extern const struct uc_need kvm_need_pauth;		/* both are reported */
extern const struct uc_need kvm_need_no_pauth;		/* neither is */
extern const struct uc_need kvm_need_only_address;	/* just the one is */
extern const struct uc_need kvm_need_only_generic;

/*
 * Each feature, by its id in features.inc: reported, with those that it needs;
 * known to the kernel but not reported; and known, whatever is reported.
 */
#define FEATURE(name, id, ...) \
	extern const struct uc_need kvm_need_##id, kvm_need_no_##id, kvm_need_##id##_known;
#define PAIRED	FEATURE
#define DEPENDS(...)
#define EXCLUDES(...)
#include "features.inc"

extern const struct uc_need kvm_need_mte;
extern const struct uc_need kvm_need_masks;		/* KVM_ARM_GET_REG_WRITABLE_MASKS */
extern const struct uc_need kvm_need_filter;		/* KVM_ARM_VM_SMCCC_FILTER */
extern const struct uc_need kvm_need_not_protected;	/* or a VM of our own, which may end */
extern const struct uc_need kvm_need_inject_abort;	/* KVM_CAP_ARM_INJECT_EXT_DABT */
extern const struct uc_need kvm_need_system_event_data;
extern const struct uc_need kvm_need_system_suspend;
extern const struct uc_need kvm_need_imp_id;		/* KVM_CAP_ARM_WRITABLE_IMP_ID_REGS */
extern const struct uc_need kvm_need_immediate_exit;
extern const struct uc_need kvm_need_other_target;	/* the preferred one is not GENERIC_V8 */
extern const struct uc_need kvm_need_two_cpus;
extern const struct uc_need kvm_need_id_registers;	/* EL0 may read the CPU's id registers */

/* The CPU itself, as EL0 sees it, whatever KVM says. */
extern const struct uc_need kvm_need_host_full_pauth;	/* both kinds, of one algorithm */
extern const struct uc_need kvm_need_vhe;
extern const struct uc_need kvm_need_host_mixed_pauth;	/* one kind, or two algorithms */
extern const struct uc_need kvm_need_host_no_address;
extern const struct uc_need kvm_need_host_no_generic;

#endif /* KVM_ARM_CAPS_NEEDS_H */
