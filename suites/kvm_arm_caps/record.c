// SPDX-License-Identifier: GPL-2.0-only
/* The parts of a recording of KVM, and what they share. */
#include <errno.h>
#include <unistd.h>

#include "record.h"

const struct uc_recorded kvm_recorded[] = {
	{ "extension", kvm_record_extensions },
	{ "request", kvm_record_requests },
	{ "enable", kvm_record_enable },
	{ "attribute", kvm_record_attributes },
	{ "first", kvm_record_first },
	{ "pair", kvm_record_pairs },
	{ "before", kvm_record_before },
	{ "finalize", kvm_record_finalize },
	{ "mp_state", kvm_record_mp_states },
	{ "event", kvm_record_events },
	{ "register", kvm_record_lists },
	{ "write", kvm_record_writes },
	{ "id", kvm_record_ids },
	{ "mask", kvm_record_masks },
	{ NULL, NULL }
};

const char *kvm_recorded_answer(int result)
{
	return uc_result_name(result < 0 ? -1 : result, result < 0 ? -result : 0);
}

void kvm_record_close(struct kvm_vcpu *vcpu)
{
	if (!vcpu->system)
		return;
	close(vcpu->fd);
	close(vcpu->vm);
	*vcpu = (struct kvm_vcpu){ 0 };
}

void kvm_record_vm(struct kvm_vcpu *vcpu)
{
	kvm_record_close(vcpu);
	kvm_make_vcpu(vcpu);
}

int kvm_record_ready(struct kvm_vcpu *vcpu, uint32_t features)
{
	int result;

	kvm_record_vm(vcpu);
	result = kvm_try_init(vcpu, features);
	if (!result && features & SVE)
		result = kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE);
	return result;
}

unsigned int kvm_record_sets(const struct kvm_facts *facts, uint32_t sets[KVM_MOST_SETS])
{
	struct kvm_vcpu vcpu = { 0 };
	unsigned int count = 0;

	kvm_record_vm(&vcpu);
	for (uint32_t set = 0; set <= ALL_FEATURES && count < KVM_MOST_SETS; set++) {
		if (set & ~facts->known || (set & POWER_OFF && set != POWER_OFF) ||
		    kvm_try_init(&vcpu, set))
			continue;
		sets[count++] = set;
		kvm_record_vm(&vcpu);
	}
	kvm_record_close(&vcpu);
	return count;
}

const char *kvm_record_set_key(uint32_t features)
{
	return kvm_set_name(features);
}
