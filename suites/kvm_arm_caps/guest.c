// SPDX-License-Identifier: GPL-2.0-only
/* What a guest may execute: the operations by the features that its vCPU has. */
#include "guest.h"
#include "steps.h"

#include "reproducer/guest.c"

_Static_assert(KVM_UNDEF == GUEST_UNDEF && KVM_FPAC == GUEST_FPAC, "what comes of an operation");

const char *kvm_operation_name(unsigned int index)
{
	return index < GUEST_OPERATIONS ? guest_operations[index].name : NULL;
}

uint32_t kvm_operation_answers(unsigned int index, uint32_t features, bool enables, bool pauth)
{
	const struct guest_operation *operation = &guest_operations[index];
	const char *name = operation->name;
	/* What it authenticates was not signed: how that ends is the CPU's to say. */
	const bool unsigned_one = !strncmp(name, "AUT", 3) || (strncmp(name, "SIGNED", 6) &&
							       (strstr(name, "RET") || strstr(name, "RAA")));

	if ((features & BOTH) && (features & BOTH) != BOTH)
		return MAY_ANYTHING;
	switch (operation->need) {
	case NEEDS_NOTHING:
		return MAY_OK;
	case CALLS:
		return MAY_ANYTHING;
	case NEEDS_PAIR:
		return features & BOTH ? MAY_OK : MAY_UNDEF;
	case NEEDS_SVE:
		return features & SVE ? MAY_OK : MAY_UNDEF;
	case STRIPS:
		return pauth ? MAY_OK : MAY_OK | MAY_UNDEF;
	case NEEDS_PAIR_ENABLED:
	case HINT:
		if (features & BOTH)
			return unsigned_one ? MAY_ANYTHING : MAY_OK;
		if (enables && operation->need == NEEDS_PAIR_ENABLED)
			return MAY_UNDEF;
		if (!enables && operation->need == HINT)
			return MAY_OK;
		return !pauth ? MAY_OK | MAY_UNDEF : enables ? MAY_UNDEF : MAY_OK;
	default:
		return MAY_UNDEF;
	}
}
