// SPDX-License-Identifier: GPL-2.0-only
/* The suite's topics, in the order in which they run. */
#include "topics.h"

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
	&kvm_found_topic,
	NULL
};
