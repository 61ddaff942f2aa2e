// SPDX-License-Identifier: GPL-2.0-only
/* --record: KVM_CHECK_EXTENSION; every set, bit, and ordered pair of sets for KVM_ARM_VCPU_INIT. */
#include <stdio.h>
#include <unistd.h>

#include "record.h"

#define EXTENSIONS	400

void kvm_record_extensions(const void *facts)
{
	struct kvm_vcpu vcpu = { 0 };
	char key[16];

	(void)facts;
	kvm_record_vm(&vcpu);
	for (int on_vm = 0; on_vm <= 1; on_vm++) {
		uc_record_about(on_vm ? "vm" : "system");
		for (unsigned long number = 0; number <= EXTENSIONS; number++) {
			int fd = on_vm ? vcpu.vm : vcpu.system;

			snprintf(key, sizeof(key), "%lu", number);
			uc_record(key, "%s", kvm_recorded_answer(kvm_check_extension(fd, number)));
		}
	}
	kvm_record_close(&vcpu);
}

static void try_first(struct kvm_vcpu *vcpu, const char *key, const struct kvm_step *step)
{
	int result = kvm_init_with(vcpu, step);

	uc_record(key, "%s", kvm_recorded_answer(result));
	/* A refusal leaves the vCPU as it was; what was refused must not matter, or it shows. */
	if (!result)
		kvm_record_vm(vcpu);
}

/* Each set, each bit of the seven words alone and beside the pair, and each target near the known ones. */
void kvm_record_first(const void *facts)
{
	struct kvm_vcpu vcpu = { 0 };
	char key[32];

	(void)facts;
	kvm_record_vm(&vcpu);
	uc_record_about("set");
	for (uint32_t set = 0; set <= ALL_FEATURES; set++)
		try_first(&vcpu, kvm_record_set_key(set), &(struct kvm_step){ .features = set });
	for (uint32_t beside = 0; beside <= BOTH; beside += BOTH) {
		uc_record_about(beside ? "bit_beside_pair" : "bit");
		for (unsigned int bit = KVM_FEATURES; bit < KVM_FEATURE_BITS; bit++) {
			snprintf(key, sizeof(key), "%u", bit);
			try_first(&vcpu, key, &(struct kvm_step){ .features = beside,
								  .extra_bit = bit });
		}
	}
	uc_record_about("target");
	for (uint32_t target = 0; target < 32; target++) {
		struct kvm_vcpu_init init = { .target = target };
		int result = kvm_ioctl(vcpu.fd, KVM_ARM_VCPU_INIT, &init);

		snprintf(key, sizeof(key), "%u", target);
		uc_record(key, "%s", kvm_recorded_answer(result));
		if (!result)
			kvm_record_vm(&vcpu);
	}
	kvm_record_close(&vcpu);
}

/*
 * After each accepted set each other one, on the same vCPU and on the VM's second one. As long as
 * they are refused, one VM serves for all that can follow.
 */
void kvm_record_pairs(const void *facts)
{
	uint32_t sets[KVM_MOST_SETS];
	unsigned int count = kvm_record_sets(facts, sets);
	struct kvm_vcpu vcpu = { 0 }, sibling;
	char key[160];

	for (unsigned int i = 0; i < count; i++) {
		kvm_record_ready(&vcpu, sets[i]);
		kvm_make_sibling(&vcpu, 1, &sibling);
		uc_record_about("%s", kvm_record_set_key(sets[i]));
		for (unsigned int j = 0; j < count; j++) {
			int same = kvm_try_init(&vcpu, sets[j]);
			int other = kvm_try_init(&sibling, sets[j]);

			snprintf(key, sizeof(key), "%s", kvm_record_set_key(sets[j]));
			uc_record(key, "%s, sibling %s", kvm_recorded_answer(same),
				  kvm_recorded_answer(other));
			if (same && other)
				continue;
			close(sibling.fd);
			kvm_record_ready(&vcpu, sets[i]);
			kvm_make_sibling(&vcpu, 1, &sibling);
		}
		close(sibling.fd);
	}
	kvm_record_close(&vcpu);
}
