/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ten pointer authentication key registers (kvm_registers[0] to [9]):
 * five keys of 128 bits, each in two registers, moved all at once.
 */
#ifndef KVM_ARM_CAPS_KEYS_H
#define KVM_ARM_CAPS_KEYS_H

#include "vcpu.h"

/* Read or write all ten of a vCPU; a refusal is the kernel's failure and ends the row. */
void keys_read(const struct kvm_vcpu *vcpu, uint64_t keys[REG_KEYS]);
void keys_write(const struct kvm_vcpu *vcpu, const uint64_t keys[REG_KEYS]);

/* Ten different values, none of which another @set has, nor any reset. */
void keys_make(unsigned int set, uint64_t keys[REG_KEYS]);

/* keys_make(), and keys_write() of them. */
void keys_set(const struct kvm_vcpu *vcpu, unsigned int set, uint64_t keys[REG_KEYS]);

/* Fail the row for every register that does not hold what it must; @who begins the message. */
void keys_expect(const char *who, const uint64_t got[REG_KEYS], const uint64_t expected[REG_KEYS]);

/* Fail the row for every register that still holds what it must have lost. */
void keys_expect_lost(const char *who, const uint64_t got[REG_KEYS], const uint64_t lost[REG_KEYS]);

#endif /* KVM_ARM_CAPS_KEYS_H */
