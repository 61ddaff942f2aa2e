/* SPDX-License-Identifier: GPL-2.0-only */
/* The topics; suite.c has them in the order in which they run. */
#ifndef KVM_ARM_CAPS_TOPICS_H
#define KVM_ARM_CAPS_TOPICS_H

#include "../../harness/row.h"

extern const struct uc_topic kvm_caps_topic;
extern const struct uc_topic kvm_pairing_topic;
extern const struct uc_topic kvm_errors_topic;
extern const struct uc_topic kvm_boundary_topic;
extern const struct uc_topic kvm_features_topic;
extern const struct uc_topic kvm_sve_topic;
extern const struct uc_topic kvm_state_topic;
extern const struct uc_topic kvm_concurrency_topic;
extern const struct uc_topic kvm_sweep_topic;
extern const struct uc_topic kvm_registers_topic;
extern const struct uc_topic kvm_lists_topic;
extern const struct uc_topic kvm_reset_topic;
extern const struct uc_topic kvm_sve_reset_topic;
extern const struct uc_topic kvm_isar_topic;
extern const struct uc_topic kvm_error_paths_topic;
extern const struct uc_topic kvm_el2_topic;
extern const struct uc_topic kvm_guest_topic;
extern const struct uc_topic kvm_other_cpu_topic;
extern const struct uc_topic kvm_regressions_topic;

extern const struct uc_topic *const kvm_topics[];	/* NULL ends */

#endif /* KVM_ARM_CAPS_TOPICS_H */
