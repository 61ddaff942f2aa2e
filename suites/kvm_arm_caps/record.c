// SPDX-License-Identifier: GPL-2.0-only
/* The parts of a recording of KVM, and what they share. */
#include <stdio.h>
#include <unistd.h>

#include "record.h"
#include "requirements.h"

const struct uc_recorded kvm_recorded[] = {
	{ "extension", "KVM_CHECK_EXTENSION", { CAP_VM_FD },
	  kvm_record_extensions },
	{ "request", "a request with an argument that cannot be read", { ERRNO_POINTER },
	  kvm_record_requests },
	{ "enable", "KVM_ENABLE_CAP without arguments", { 0 },
	  kvm_record_enable },
	{ "attribute", "KVM_HAS_DEVICE_ATTR and KVM_CREATE_DEVICE", { 0 },
	  kvm_record_attributes },
	{ "first", "KVM_ARM_VCPU_INIT of a new vCPU", { ERRNO_UNSUPPORTED_BIT, ERRNO_UNKNOWN_BIT, FEATURE_COMBINATIONS },
	  kvm_record_first },
	{ "pair", "KVM_ARM_VCPU_INIT after one with another set", { STATE_ANOTHER_SET, STATE_PER_VCPU },
	  kvm_record_pairs },
	{ "before", "a vCPU's calls before and after KVM_ARM_VCPU_INIT", { STATE_RUN_BEFORE_INIT, STATE_REGISTERS_BEFORE_INIT },
	  kvm_record_before },
	{ "finalize", "KVM_ARM_VCPU_FINALIZE and SVE's vector lengths", { SVE_FINALIZE },
	  kvm_record_finalize },
	{ "mp_state", "KVM_SET_MP_STATE", { 0 },
	  kvm_record_mp_states },
	{ "event", "KVM_SET_VCPU_EVENTS", { 0 },
	  kvm_record_events },
	{ "register", "KVM_GET_REG_LIST and what the registers start with", { KEYS_PRESENT, KEYS_ABSENT, REG_LIST_SIZE },
	  kvm_record_lists },
	{ "write", "KVM_SET_ONE_REG, bit by bit", { KEYS_WRITABLE, KEYS_RESET, ISAR_IMMUTABLE },
	  kvm_record_writes },
	{ "id", "KVM_GET_ONE_REG of ids that are not listed, or of another size", { KEYS_ABSENT },
	  kvm_record_ids },
	{ "mask", "KVM_ARM_GET_REG_WRITABLE_MASKS", { WRITABLE_MASKS },
	  kvm_record_masks },
	{ "guest", "what the guest reads and executes", { GUEST_ID_REGISTERS, GUEST_NO_KEYS },
	  kvm_record_guest },
	{ NULL, NULL, { 0 }, NULL }
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
	static char keys[4][200];
	static unsigned int turn;
	char *key = keys[turn++ % 4];

	snprintf(key, sizeof(keys[0]), "{%s}", features ? kvm_set_name(features) : "");
	return key;
}
