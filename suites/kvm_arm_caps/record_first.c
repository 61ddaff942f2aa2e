// SPDX-License-Identifier: GPL-2.0-only
/* --record: KVM_CHECK_EXTENSION; every set, bit, and ordered pair of sets for KVM_ARM_VCPU_INIT. */
#include <stdio.h>

#include "record.h"

#define EXTENSIONS	400

void kvm_record_extensions(const void *facts)
{
	char key[16];

	kvm_record_vm(facts);
	for (int on_vm = 0; on_vm <= 1; on_vm++) {
		uc_record_about(on_vm ? "vm" : "system");
		for (unsigned long number = 0; number <= EXTENSIONS; number++) {
			int fd = on_vm ? kvm_vm_file() : kvm_system_file();

			snprintf(key, sizeof(key), "%lu", number);
			uc_record(key, "%s", kvm_recorded_answer(kvm_check_extension(fd, number)));
		}
	}
}

static void try_first(const struct kvm_facts *facts, const char *key, const struct kvm_step *step)
{
	uint64_t ignored;
	int result = kvm_make_call(step, facts, &ignored);

	uc_record(key, "%s", kvm_recorded_answer(result));
	/* A refusal leaves the vCPU as it was; what was refused must not matter, or it shows. */
	if (!result)
		kvm_record_vm(facts);
}

/* Each set, each bit of the seven words alone and beside the pair, and each target near the known ones. */
void kvm_record_first(const void *facts)
{
	char key[32];

	kvm_record_vm(facts);
	uc_record_about("set");
	for (uint32_t set = 0; set <= ALL_FEATURES; set++)
		try_first(facts, kvm_record_set_key(set), &(struct kvm_step){ .features = set });
	for (uint32_t beside = 0; beside <= BOTH; beside += BOTH) {
		uc_record_about(beside ? "bit_beside_pair" : "bit");
		for (unsigned int bit = KVM_FEATURES; bit < KVM_FEATURE_BITS; bit++) {
			snprintf(key, sizeof(key), "%u", bit);
			try_first(facts, key, &(struct kvm_step){ .features = beside,
								  .extra_bit = bit });
		}
	}
	uc_record_about("target");
	for (uint32_t target = 0; target < 32; target++) {
		struct kvm_vcpu_init init = { .target = target };
		int result = kvm_ioctl(kvm_vcpu_file(0, 0), KVM_ARM_VCPU_INIT, &init);

		snprintf(key, sizeof(key), "%u", target);
		uc_record(key, "%s", kvm_recorded_answer(result));
		if (!result)
			kvm_record_vm(facts);
	}
}

static void begin_pair(const struct kvm_facts *facts, uint32_t set)
{
	kvm_record_ready(facts, set);
	kvm_record_call(facts, DO_NEW_VCPU, 1, 0);
}

/*
 * After each accepted set each other one, on the same vCPU and on the VM's second one. As long as
 * they are refused, one VM serves for all that can follow.
 */
void kvm_record_pairs(const void *facts)
{
	uint32_t sets[KVM_MOST_SETS];
	unsigned int count = kvm_record_sets(facts, sets);
	char key[160];

	for (unsigned int i = 0; i < count; i++) {
		begin_pair(facts, sets[i]);
		uc_record_about("%s", kvm_record_set_key(sets[i]));
		for (unsigned int j = 0; j < count; j++) {
			int same = kvm_record_call(facts, DO_INIT, 0, sets[j]);
			int other = kvm_record_call(facts, DO_INIT, 1, sets[j]);

			snprintf(key, sizeof(key), "%s", kvm_record_set_key(sets[j]));
			uc_record(key, "%s, sibling %s", kvm_recorded_answer(same),
				  kvm_recorded_answer(other));
			if (!same || !other)
				begin_pair(facts, sets[i]);
		}
	}
}
