/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ten pointer authentication key registers: five keys of 128 bits, each
 * in two registers, as user space reads and writes them.
 */
#ifndef KVM_ARM_CAPS_KEYS_H
#define KVM_ARM_CAPS_KEYS_H

#include <stdint.h>

#include "vcpu.h"

#define KEY_COUNT	10

/* In the order APIA, APIB, APDA, APDB, APGA, each Lo and then Hi. */
struct key_register {
	uint64_t id;		/* for KVM_GET_ONE_REG */
	const char *name;	/* "APIAKeyLo_EL1" */
};
extern const struct key_register key_register[KEY_COUNT];

/* Read or write all ten of a vCPU; a refusal is the kernel's failure and ends the row. */
void keys_read(const struct kvm_vcpu *vcpu, uint64_t keys[KEY_COUNT]);
void keys_write(const struct kvm_vcpu *vcpu, const uint64_t keys[KEY_COUNT]);

/* Ten different values, none of which another @set has, nor any reset. */
void keys_make(unsigned int set, uint64_t keys[KEY_COUNT]);

/* Fail the row for every register that does not hold what it should; @who begins the message. */
void keys_expect(const char *who, const uint64_t got[KEY_COUNT],
		 const uint64_t expected[KEY_COUNT]);

/* Fail the row for every register that still holds what it should have lost. */
void keys_expect_lost(const char *who, const uint64_t got[KEY_COUNT],
		      const uint64_t lost[KEY_COUNT]);

#endif /* KVM_ARM_CAPS_KEYS_H */
