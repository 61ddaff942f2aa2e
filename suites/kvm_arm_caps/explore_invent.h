/* SPDX-License-Identifier: GPL-2.0-only */
/* Making steps, and making them simpler. Pure: the explorer's functions of these names. */
#ifndef KVM_ARM_CAPS_EXPLORE_INVENT_H
#define KVM_ARM_CAPS_EXPLORE_INVENT_H

#include "../../harness/explorer.h"

void kvm_explore_invent(void *step, const void *earlier, unsigned int index,
			struct uc_random *random, const void *facts);
bool kvm_explore_simplify(const void *step, unsigned int attempt, void *simpler);

#endif /* KVM_ARM_CAPS_EXPLORE_INVENT_H */
