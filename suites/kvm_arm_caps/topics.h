/* SPDX-License-Identifier: GPL-2.0-only */
/* The topics. */
#ifndef KVM_ARM_CAPS_TOPICS_H
#define KVM_ARM_CAPS_TOPICS_H

#include "../../harness/row.h"

/* In the order in which they run; guest's last rows have processes of their own. */
#define KVM_TOPICS(topic) \
	topic(caps) topic(pairing) topic(errors) topic(boundary) topic(features) topic(sve) topic(sve_reset) \
	topic(state) topic(concurrency) topic(sweep) topic(registers) topic(lists) topic(reset) topic(isar) \
	topic(error_paths) topic(el2) topic(guest) topic(other_cpu) topic(regressions)

#define KVM_DECLARE_TOPIC(name)	extern const struct uc_topic kvm_##name##_topic;
KVM_TOPICS(KVM_DECLARE_TOPIC)

extern const struct uc_topic *const kvm_topics[];	/* NULL ends */

#endif /* KVM_ARM_CAPS_TOPICS_H */
