/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rows may need, answered from the facts. KVM_NEEDED comes first in
 * every row; two more fit after it.
 */
#ifndef KVM_ARM_CAPS_NEEDS_H
#define KVM_ARM_CAPS_NEEDS_H

#include "../../harness/row.h"

extern const struct uc_need kvm_need_arm64;
extern const struct uc_need kvm_need_kvm;
#define KVM_NEEDED	&kvm_need_arm64, &kvm_need_kvm

/* The two capabilities together. */
extern const struct uc_need kvm_need_pauth;		/* both are reported */
extern const struct uc_need kvm_need_no_pauth;		/* neither is */
extern const struct uc_need kvm_need_only_address;	/* just the one is */
extern const struct uc_need kvm_need_only_generic;

/* Each capability alone: reported, and known to the kernel but not reported. */
extern const struct uc_need kvm_need_address, kvm_need_no_address;
extern const struct uc_need kvm_need_generic, kvm_need_no_generic;
extern const struct uc_need kvm_need_power_off, kvm_need_no_power_off;
extern const struct uc_need kvm_need_el1_32bit, kvm_need_no_el1_32bit;
extern const struct uc_need kvm_need_psci_0_2, kvm_need_no_psci_0_2;
extern const struct uc_need kvm_need_pmu_v3, kvm_need_no_pmu_v3;
extern const struct uc_need kvm_need_sve, kvm_need_no_sve;
extern const struct uc_need kvm_need_has_el2, kvm_need_no_has_el2;
extern const struct uc_need kvm_need_e2h0, kvm_need_no_e2h0;
extern const struct uc_need kvm_need_pmu_strict, kvm_need_no_pmu_strict;

/* A feature together with the one that it needs. */
extern const struct uc_need kvm_need_has_el2_e2h0;
extern const struct uc_need kvm_need_strict_pmu;

/* The kernel knows the feature bit at all, whatever the capability says. */
extern const struct uc_need kvm_need_e2h0_known;
extern const struct uc_need kvm_need_pmu_strict_known;

extern const struct uc_need kvm_need_mte;
extern const struct uc_need kvm_need_masks;		/* KVM_ARM_GET_REG_WRITABLE_MASKS */
extern const struct uc_need kvm_need_immediate_exit;
extern const struct uc_need kvm_need_other_target;	/* the preferred one is not GENERIC_V8 */
extern const struct uc_need kvm_need_id_registers;	/* EL0 may read the CPU's id registers */

/* The CPU itself, as EL0 sees it, whatever KVM says. */
extern const struct uc_need kvm_need_host_pauth;	/* both kinds */
extern const struct uc_need kvm_need_host_full_pauth;	/* both kinds, of one algorithm */
extern const struct uc_need kvm_need_host_mixed_pauth;	/* one kind, or two algorithms */
extern const struct uc_need kvm_need_host_no_address;
extern const struct uc_need kvm_need_host_no_generic;

#endif /* KVM_ARM_CAPS_NEEDS_H */
