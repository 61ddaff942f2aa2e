/* SPDX-License-Identifier: GPL-2.0-only */
/* The clauses of the documents, one name each: requirements.inc. */
#ifndef KVM_ARM_CAPS_REQUIREMENTS_H
#define KVM_ARM_CAPS_REQUIREMENTS_H

#include "../../harness/row.h"

enum kvm_requirement {
	NO_REQUIREMENT,
#define MUST(name, where, what)			name,
#define WHERE_APPLICABLE(name, where, what)	name,
#include "requirements.inc"
	KVM_REQUIREMENTS	/* how many, with the unused 0 */
};

extern const struct uc_requirement kvm_requirements[KVM_REQUIREMENTS];

#endif /* KVM_ARM_CAPS_REQUIREMENTS_H */
