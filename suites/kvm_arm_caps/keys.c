// SPDX-License-Identifier: GPL-2.0-only
/* The ten key registers, all at once. */
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "keys.h"

void keys_read(const struct kvm_vcpu *vcpu, uint64_t keys[REG_KEYS])
{
	for (unsigned int i = 0; i < REG_KEYS; i++) {
		int result = kvm_get_reg(vcpu, kvm_registers[i].id, &keys[i]);

		if (result)
			uc_fail_now("KVM_GET_ONE_REG(%s): expected 0, got %s",
				    kvm_registers[i].name, uc_errno_name(-result));
	}
}

void keys_write(const struct kvm_vcpu *vcpu, const uint64_t keys[REG_KEYS])
{
	for (unsigned int i = 0; i < REG_KEYS; i++) {
		int result = kvm_set_reg(vcpu, kvm_registers[i].id, &keys[i]);

		if (result)
			uc_fail_now("KVM_SET_ONE_REG(%s, 0x%llx): expected 0, got %s",
				    kvm_registers[i].name, (unsigned long long)keys[i],
				    uc_errno_name(-result));
	}
}

void keys_make(unsigned int set, uint64_t keys[REG_KEYS])
{
	/* Multiples of an odd constant: no two are equal, and in each both halves are full. */
	for (unsigned int i = 0; i < REG_KEYS; i++)
		keys[i] = 0x9e3779b97f4a7c15ULL * (REG_KEYS * set + i + 1);
}

void keys_set(const struct kvm_vcpu *vcpu, unsigned int set, uint64_t keys[REG_KEYS])
{
	keys_make(set, keys);
	keys_write(vcpu, keys);
}

void keys_expect(const char *who, const uint64_t got[REG_KEYS], const uint64_t expected[REG_KEYS])
{
	for (unsigned int i = 0; i < REG_KEYS; i++)
		uc_check(got[i] == expected[i], "%s: %s: expected 0x%016llx, got 0x%016llx", who,
			 kvm_registers[i].name, (unsigned long long)expected[i],
			 (unsigned long long)got[i]);
}

void keys_expect_lost(const char *who, const uint64_t got[REG_KEYS], const uint64_t lost[REG_KEYS])
{
	for (unsigned int i = 0; i < REG_KEYS; i++)
		uc_check(got[i] != lost[i],
			 "%s: %s: expected anything but 0x%016llx, which was written before",
			 who, kvm_registers[i].name, (unsigned long long)lost[i]);
}
