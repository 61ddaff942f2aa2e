// SPDX-License-Identifier: GPL-2.0-only
/* --record: KVM_SET_VCPU_EVENTS, each byte of the struct beside zeroes, and what comes of it. */
#include <stdio.h>
#include <string.h>

#include "record.h"

struct events {
	uint8_t serror_pending, serror_has_esr, ext_dabt_pending, pad[5];
	uint64_t serror_esr;
	uint32_t reserved[12];
};

#define VECTORS	0x40000800ULL

static void record_event(const struct kvm_facts *facts, const char *key, const struct events *events)
{
	struct events back = { 0 };
	uint64_t pc = 0, vectors = VECTORS;
	const char *rest = "clear";
	int vcpu, result, got;

	kvm_record_ready(facts, 0);
	vcpu = kvm_vcpu_file(0, 0);
	kvm_set_reg(vcpu, KVM_REG(VBAR_EL1), &vectors);
	result = kvm_ioctl(vcpu, KVM_SET_VCPU_EVENTS, events);
	got = kvm_ioctl(vcpu, KVM_GET_VCPU_EVENTS, &back);
	kvm_get_reg(vcpu, KVM_REG_X(32), &pc);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(back.reserved); i++)
		if (back.reserved[i] || back.pad[i % UC_ARRAY_SIZE(back.pad)])
			rest = "set";
	uc_record(key, "%s, then %s serror %u esr %u %#llx dabt %u rest %s, PC %#llx", kvm_recorded_answer(result),
		  kvm_recorded_answer(got), back.serror_pending, back.serror_has_esr,
		  (unsigned long long)back.serror_esr, back.ext_dabt_pending, rest, (unsigned long long)pc);
}

void kvm_record_events(const void *facts)
{
	static const uint64_t syndromes[] = { 0, 1, 0xffffff, 0x1000000, 0x80000000, ~0ULL };
	const unsigned int abort = offsetof(struct events, ext_dabt_pending);
	const struct kvm_facts *known = facts;
	char key[32];

	uc_record_about("byte");
	for (unsigned int i = 0; i < sizeof(struct events); i++) {
		for (unsigned int value = 1; value <= 2; value++) {
			struct events events = { 0 };

			/* An external abort brings a host of protected mode down (docs/findings). */
			if (i == abort && known->may_be_protected)
				continue;
			((uint8_t *)&events)[i] = value;
			snprintf(key, sizeof(key), "%u.%u", i, value);
			record_event(facts, key, &events);
		}
	}
	uc_record_about("syndrome");
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(syndromes); i++) {
		struct events events = { .serror_pending = 1, .serror_has_esr = 1, .serror_esr = syndromes[i] };

		snprintf(key, sizeof(key), "%#llx", (unsigned long long)syndromes[i]);
		record_event(facts, key, &events);
	}
}
