// SPDX-License-Identifier: GPL-2.0-only
/* Names and encoding of feature sets and KVM_ARM_VCPU_INIT calls. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vocabulary.h"

#define FEATURE(feature, cap) \
	[KVM_ARM_VCPU_##feature] = { #feature, KVM_CAP_##cap, "KVM_CAP_" #cap }

const struct kvm_feature_info kvm_feature_info[KVM_FEATURES] = {
	FEATURE(POWER_OFF, ARM_PSCI),
	FEATURE(EL1_32BIT, ARM_EL1_32BIT),
	FEATURE(PSCI_0_2, ARM_PSCI_0_2),
	FEATURE(PMU_V3, ARM_PMU_V3),
	FEATURE(SVE, ARM_SVE),
	FEATURE(PTRAUTH_ADDRESS, ARM_PTRAUTH_ADDRESS),
	FEATURE(PTRAUTH_GENERIC, ARM_PTRAUTH_GENERIC),
	FEATURE(HAS_EL2, ARM_EL2),
	FEATURE(HAS_EL2_E2H0, ARM_EL2_E2H0),
	FEATURE(PMU_V3_STRICT, ARM_PMU_V3_STRICT),
};

#define KEY(name) { #name, KVM_REG_##name }

const struct kvm_key_register kvm_key_registers[KVM_KEY_REGISTERS] = {
	KEY(APIAKEYLO), KEY(APIAKEYHI), KEY(APIBKEYLO), KEY(APIBKEYHI), KEY(APDAKEYLO),
	KEY(APDAKEYHI), KEY(APDBKEYLO), KEY(APDBKEYHI), KEY(APGAKEYLO), KEY(APGAKEYHI),
};

static char *next_buffer(size_t *size)
{
	static char buffers[4][512];
	static unsigned int turn;

	*size = sizeof(buffers[0]);
	return buffers[turn++ % 4];
}

static void append(char *text, size_t size, const char *more)
{
	strncat(text, more, size - strlen(text) - 1);
}

static void append_bit(char *text, size_t size, unsigned int bit, bool first)
{
	char name[24];

	if (!first)
		append(text, size, "|");
	snprintf(name, sizeof(name), "bit %u", bit);
	append(text, size, bit < KVM_FEATURES ? kvm_feature_info[bit].name : name);
}

static void append_set(char *text, size_t size, uint32_t features, unsigned int extra_bit)
{
	bool first = true;

	if (extra_bit && extra_bit < 32)
		features |= BIT(extra_bit);
	for (unsigned int bit = 0; features >> bit; bit++) {
		if (features & BIT(bit))
			append_bit(text, size, bit, first);
		if (features & BIT(bit))
			first = false;
		if (bit == 31)
			break;
	}
	if (extra_bit >= 32)
		append_bit(text, size, extra_bit, first);
	else if (first)
		append(text, size, "none");
}

const char *kvm_set_name(uint32_t features)
{
	size_t size;
	char *text = next_buffer(&size);

	*text = '\0';
	append_set(text, size, features, 0);
	return text;
}

const char *kvm_call_name(const struct kvm_call *call)
{
	static const char *const targets[] = {
		[PREFERRED] = "preferred",
		[GENERIC_V8] = "GENERIC_V8",
		[UNKNOWN_TARGET] = "0xffffffff (unknown)",
		[WIDE_TARGET] = "preferred+0x10000 (unknown)",
	};
	static const char *const pointers[] = {
		[READABLE] = "",
		[UNMAPPED] = " (struct not mapped)",
		[ONE_BYTE_SHORT] = " (struct's last byte not mapped)",
		[AT_PAGE_END] = " (struct ends at an unmapped page)",
		[READ_ONLY] = " (struct in read-only memory)",
		[WATCHED] = "",
	};
	size_t size;
	char *text = next_buffer(&size);

	snprintf(text, size, "KVM_ARM_VCPU_INIT target=%s features=", targets[call->target]);
	append_set(text, size, call->features, call->extra_bit);
	append(text, size, pointers[call->pointer]);
	return text;
}

void kvm_call_struct(const struct kvm_call *call, uint32_t preferred, struct kvm_vcpu_init *init)
{
	const uint32_t targets[] = {
		[PREFERRED] = preferred,
		[GENERIC_V8] = KVM_ARM_TARGET_GENERIC_V8,
		[UNKNOWN_TARGET] = UINT32_MAX,
		[WIDE_TARGET] = preferred + 0x10000,
	};

	memset(init, 0, sizeof(*init));
	init->target = targets[call->target];
	init->features[0] = call->features;
	if (call->extra_bit)
		init->features[call->extra_bit / 32] |= 1u << call->extra_bit % 32;
}
