// SPDX-License-Identifier: GPL-2.0-only
/* The parts of a recording of KVM, and what they share. */
#include <stdio.h>

#include "needs.h"
#include "record.h"
#include "requirements.h"

#define PART(name, what, record, ...) { name, what, { __VA_ARGS__ }, record, { KVM_NEEDED } }

const struct uc_recorded kvm_recorded[] = {
	PART("extension", "KVM_CHECK_EXTENSION", kvm_record_extensions, CAP_VM_FD),
	PART("request", "a request with an argument that cannot be read", kvm_record_requests, ERRNO_POINTER),
	PART("enable", "KVM_ENABLE_CAP without arguments", kvm_record_enable, 0),
	PART("attribute", "KVM_HAS_DEVICE_ATTR and KVM_CREATE_DEVICE", kvm_record_attributes, 0),
	PART("first", "KVM_ARM_VCPU_INIT of a new vCPU",
	     kvm_record_first, ERRNO_UNSUPPORTED_BIT, ERRNO_UNKNOWN_BIT, FEATURE_COMBINATIONS),
	PART("pair", "KVM_ARM_VCPU_INIT after one with another set",
	     kvm_record_pairs, STATE_ANOTHER_SET, STATE_PER_VCPU),
	PART("state", "a vCPU's calls before and after KVM_ARM_VCPU_INIT, and of a second one",
	     kvm_record_states, STATE_RUN_BEFORE_INIT, STATE_REGISTERS_BEFORE_INIT, SVE_FINALIZE),
	PART("event", "KVM_SET_VCPU_EVENTS", kvm_record_events, EVENTS_DELIVERED),
	{ "smccc", "KVM_ARM_VM_SMCCC_FILTER, and the calls that it is about", { SMCCC_FILTER },
	  kvm_record_filters, { KVM_NEEDED, &kvm_need_filter } },
	PART("psci", "calls of the guest to PSCI and other firmware",
	     kvm_record_powers, SYSTEM_EVENTS, GUEST_TURNED_ON, FIRMWARE_BITMAPS),
	PART("pmu", "the guest's PMU", kvm_record_pmus, PMU_SET_UP, PMU_COUNTERS),
	PART("register", "KVM_GET_REG_LIST and what the registers start with",
	     kvm_record_lists, KEYS_PRESENT, KEYS_ABSENT, REG_LIST_SIZE),
	PART("write", "KVM_SET_ONE_REG, bit by bit", kvm_record_writes, KEYS_WRITABLE, KEYS_RESET, ISAR_IMMUTABLE),
	PART("id", "KVM_GET_ONE_REG of ids that are not listed, or of another size", kvm_record_ids, KEYS_ABSENT),
	{ "mask", "KVM_ARM_GET_REG_WRITABLE_MASKS", { WRITABLE_MASKS },
	  kvm_record_masks, { KVM_NEEDED, &kvm_need_masks } },
	PART("guest", "what the guest reads and executes", kvm_record_guest, GUEST_ID_REGISTERS, GUEST_NO_KEYS),
	PART("host", "what a process keeps that runs a guest", kvm_record_host, HOST_VECTORS, HOST_KEYS),
	{ NULL, NULL, { 0 }, NULL, { NULL } }
};

const char *kvm_recorded_answer(int result)
{
	return uc_result_name(result < 0 ? -1 : result, result < 0 ? -result : 0);
}

void kvm_record_vm(const struct kvm_facts *facts)
{
	struct kvm_model model;

	kvm_begin(&model, facts, true);
}

int kvm_record_call(const struct kvm_facts *facts, enum kvm_op op, unsigned int vcpu, uint32_t features)
{
	const struct kvm_step step = { .op = op, .vcpu = vcpu, .features = features };
	uint64_t ignored;

	return kvm_make_call(&step, facts, &ignored);
}

int kvm_record_init(const struct kvm_facts *facts, unsigned int vcpu, uint32_t features)
{
	int result = kvm_record_call(facts, DO_INIT, vcpu, features);

	return !result && features & SVE ? kvm_record_call(facts, DO_FINALIZE, vcpu, 0) : result;
}

int kvm_record_ready(const struct kvm_facts *facts, uint32_t features)
{
	kvm_record_vm(facts);
	return kvm_record_init(facts, 0, features);
}

int kvm_record_list(const struct kvm_reg_list **list)
{
	/* Far above what any kernel lists, so that one call does. */
	static struct {
		struct kvm_reg_list list;
		uint64_t reg[4096];
	} all;

	all.list.n = UC_ARRAY_SIZE(all.reg);
	*list = &all.list;
	return kvm_ioctl(kvm_vcpu_file(0, 0), KVM_GET_REG_LIST, &all);
}

unsigned int kvm_record_sets(const struct kvm_facts *facts, uint32_t sets[KVM_MOST_SETS])
{
	unsigned int count = 0;

	kvm_record_vm(facts);
	for (uint32_t set = 0; set <= ALL_FEATURES && count < KVM_MOST_SETS; set++) {
		if (set & ~facts->known || (set & POWER_OFF && set != POWER_OFF) ||
		    kvm_record_call(facts, DO_INIT, 0, set))
			continue;
		sets[count++] = set;
		kvm_record_vm(facts);
	}
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
