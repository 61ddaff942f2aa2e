// SPDX-License-Identifier: GPL-2.0-only
/* The tables of features and registers, and sets of features in words. */
#include <stdio.h>
#include <string.h>

#include "features.h"
#include "requirements.h"

/* The PMU's: PMINTENSET, PMINTENCLR, from 7.3 on PMMIR; PMCR_EL0 to PMOVSSET_EL0; PMEVCNTR0_EL0 to PMCCFILTR_EL0. */
static const struct kvm_register_range pmu_registers[] = {
	{ KVM_REG_SYS(0xc4f1), KVM_REG_SYS(0xc4f6) }, { KVM_REG_SYS(0xdce0), KVM_REG_SYS(0xdcf3) },
	{ KVM_REG_SYS(0xdf40), KVM_REG_SYS(0xdf7f) }, { 0, 0 },
};
/* SVE's vectors, predicates and lengths, and ZCR_EL1; the vectors of FPSIMD go. */
static const struct kvm_register_range sve_registers[] = {
	{ KVM_REG_SYS(0xc090), KVM_REG_SYS(0xc090) }, { 0x6060000000150000, 0x606000000015ffff },
	{ 0x6080000000150000, 0x608000000015ffff }, { 0x6050000000150000, 0x605000000015ffff },
	{ 0, 0 },
};
static const struct kvm_register_range fpsimd_vectors[] = {
	{ KVM_REG_V0, KVM_REG_V0 + 31 * 4 }, { 0, 0 },
};
static const struct kvm_register_range key_registers[] = {
	{ KVM_REG(APIAKeyLo_EL1), KVM_REG(APIBKeyHi_EL1) }, { KVM_REG(APDAKeyLo_EL1), KVM_REG(APDBKeyHi_EL1) },
	{ KVM_REG(APGAKeyLo_EL1), KVM_REG(APGAKeyHi_EL1) }, { 0, 0 },
};

#define FEATURE(feature, id, cap, with, pair, starts, words, must, source, also, ...) \
	[KVM_ARM_VCPU_##feature] = { .name = #feature, .capability = KVM_CAP_##cap, \
		.capability_name = "KVM_CAP_" #cap, .requirement = FEATURE_##feature, __VA_ARGS__ },
#define PAIRED(feature, id, cap, ...) \
	[KVM_ARM_VCPU_##feature] = { .name = #feature, .capability = KVM_CAP_##cap, \
		.capability_name = "KVM_CAP_" #cap, .comes = key_registers },
#define DEPENDS(...)
#define EXCLUDES(...)
const struct kvm_feature kvm_features[KVM_FEATURES] = {
#include "features.inc"
};

#define FEATURE(...)
#define PAIRED(...)
#define DEPENDS(name, id, needed, other_id, broken, source) \
	{ BIT(KVM_ARM_VCPU_##name), BIT(KVM_ARM_VCPU_##needed), false, broken },
#define EXCLUDES(name, id, excluded, other_id, broken, source) \
	{ BIT(KVM_ARM_VCPU_##name), BIT(KVM_ARM_VCPU_##excluded), true, broken },
const struct kvm_relation kvm_relations[] = {
#include "features.inc"
};
const unsigned int kvm_relation_count = sizeof(kvm_relations) / sizeof(kvm_relations[0]);

uint32_t kvm_with_needed(uint32_t bit)
{
	uint32_t set = bit;

	for (unsigned int i = 0; i < kvm_relation_count; i++)
		if (kvm_relations[i].one == bit && !kvm_relations[i].excludes)
			set |= kvm_relations[i].other;
	return set;
}

uint64_t kvm_initial_pstate(uint32_t features)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (features & BIT(i) && kvm_features[i].pstate)
			return kvm_features[i].pstate;
	return PSTATE_EL1;
}

uint32_t kvm_initial_mp_state(uint32_t features)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (features & BIT(i) && kvm_features[i].mp_state)
			return kvm_features[i].mp_state;
	return KVM_MP_STATE_RUNNABLE;
}

uint32_t kvm_features_that(enum kvm_trait trait)
{
	uint32_t set = 0;

	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		set |= kvm_features[i].traits & trait ? BIT(i) : 0;
	return set;
}

const char *kvm_set_name(uint32_t features)
{
	static char buffers[4][256];
	static unsigned int turn;
	char *text = buffers[turn++ % 4];
	size_t used = 0;

	if (!features)
		return "none";
	for (unsigned int bit = 0; bit < 32; bit++) {
		const char *separator = used ? "|" : "";

		if (!(features & BIT(bit)))
			continue;
		if (bit < KVM_FEATURES)
			used += snprintf(text + used, sizeof(buffers[0]) - used, "%s%s", separator,
					 kvm_features[bit].name);
		else
			used += snprintf(text + used, sizeof(buffers[0]) - used, "%sbit%u",
					 separator, bit);
	}
	return text;
}

const struct kvm_register kvm_registers[] = {
#define SYSTEM(name, encoding)	{ #name, KVM_REG_SYS(encoding), 0, 0, 0, false },
#define REGISTER(name, id)	{ #name, id, 0, 0, 0, false },
#define FIELD(register, name, shift, bits, features) \
	{ #register "." #name, KVM_REG(register), shift, bits, features, false },
#define LOWERED(register, name, shift) \
	{ #register "." #name, KVM_REG(register), shift, 4, 0, true },
#include "registers.inc"
};
const unsigned int kvm_register_count = sizeof(kvm_registers) / sizeof(kvm_registers[0]);

const uint64_t kvm_id_registers[KVM_ID_REGISTERS] = {
	KVM_REG(ID_AA64ISAR1_EL1), KVM_REG(ID_AA64ISAR2_EL1),
};

const struct kvm_register *kvm_register_of(uint64_t id, unsigned int shift, unsigned int bits)
{
	for (unsigned int i = 0; i < kvm_register_count; i++)
		if (kvm_registers[i].id == id && kvm_registers[i].shift == shift &&
		    kvm_registers[i].bits == bits)
			return &kvm_registers[i];
	return NULL;
}

bool kvm_within(const struct kvm_register_range *range, uint64_t id)
{
	for (; range && range->first; range++)
		if (id >= range->first && id <= range->last)
			return true;
	return false;
}

uint32_t kvm_features_of_register(uint64_t id)
{
	uint32_t set = 0;

	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		set |= kvm_within(kvm_features[i].comes, id) ? BIT(i) : 0;
	return set;
}
