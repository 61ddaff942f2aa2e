// SPDX-License-Identifier: GPL-2.0-only
/* The suite's topics, in the order in which they run. */
#include "topics.h"

const struct uc_topic *const kvm_topics[] = {
	&kvm_caps_topic,
	NULL
};
