// SPDX-License-Identifier: GPL-2.0-only
#include "requirements.h"

const struct uc_requirement kvm_requirements[KVM_REQUIREMENTS] = {
#define MUST(name, where, what) \
	[name] = { .id = #name, .text = (what), .source = (where) },
#define WHERE_APPLICABLE(name, where, what) \
	[name] = { .id = #name, .text = (what), .source = (where), .optional = true },
#include "requirements.inc"
};
