// SPDX-License-Identifier: GPL-2.0-only
/* The ten key registers: their ids, and moving all of them at once. */
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "keys.h"

const struct key_register key_register[KEY_COUNT] = {
	{ KVM_REG_APIAKEYLO, "APIAKeyLo_EL1" }, { KVM_REG_APIAKEYHI, "APIAKeyHi_EL1" },
	{ KVM_REG_APIBKEYLO, "APIBKeyLo_EL1" }, { KVM_REG_APIBKEYHI, "APIBKeyHi_EL1" },
	{ KVM_REG_APDAKEYLO, "APDAKeyLo_EL1" }, { KVM_REG_APDAKEYHI, "APDAKeyHi_EL1" },
	{ KVM_REG_APDBKEYLO, "APDBKeyLo_EL1" }, { KVM_REG_APDBKEYHI, "APDBKeyHi_EL1" },
	{ KVM_REG_APGAKEYLO, "APGAKeyLo_EL1" }, { KVM_REG_APGAKEYHI, "APGAKeyHi_EL1" },
};

void keys_read(const struct kvm_vcpu *vcpu, uint64_t keys[KEY_COUNT])
{
	for (unsigned int i = 0; i < KEY_COUNT; i++) {
		int result = kvm_get_reg(vcpu, key_register[i].id, &keys[i]);

		if (result)
			uc_fail_now("KVM_GET_ONE_REG(%s): expected 0, got %s",
				    key_register[i].name, uc_errno_name(-result));
	}
}

void keys_write(const struct kvm_vcpu *vcpu, const uint64_t keys[KEY_COUNT])
{
	for (unsigned int i = 0; i < KEY_COUNT; i++) {
		int result = kvm_set_reg(vcpu, key_register[i].id, keys[i]);

		if (result)
			uc_fail_now("KVM_SET_ONE_REG(%s, 0x%llx): expected 0, got %s",
				    key_register[i].name, (unsigned long long)keys[i],
				    uc_errno_name(-result));
	}
}

void keys_make(unsigned int set, uint64_t keys[KEY_COUNT])
{
	/* Multiples of an odd constant: no two are equal, and in each both halves are full. */
	for (unsigned int i = 0; i < KEY_COUNT; i++)
		keys[i] = 0x9e3779b97f4a7c15ULL * (KEY_COUNT * set + i + 1);
}

void keys_expect(const char *who, const uint64_t got[KEY_COUNT],
		 const uint64_t expected[KEY_COUNT])
{
	uc_counted(KEY_COUNT);
	for (unsigned int i = 0; i < KEY_COUNT; i++)
		if (got[i] != expected[i])
			uc_fail("%s: %s: expected 0x%016llx, got 0x%016llx", who,
				key_register[i].name, (unsigned long long)expected[i],
				(unsigned long long)got[i]);
}

void keys_expect_lost(const char *who, const uint64_t got[KEY_COUNT],
		      const uint64_t lost[KEY_COUNT])
{
	uc_counted(KEY_COUNT);
	for (unsigned int i = 0; i < KEY_COUNT; i++)
		if (got[i] == lost[i])
			uc_fail("%s: %s: expected anything but 0x%016llx, which was written before",
				who, key_register[i].name, (unsigned long long)lost[i]);
}
