/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What --record writes down of KVM (harness/record.h), and what its parts share. Nothing here judges:
 * an answer is written down, whatever it is, and only where a part's own subject cannot be had at all
 * it ends with uc_error().
 */
#ifndef KVM_ARM_CAPS_RECORD_H
#define KVM_ARM_CAPS_RECORD_H

#include "../../harness/decode.h"
#include "../../harness/record.h"
#include "../../harness/verdict.h"
#include "facts.h"
#include "play.h"

/* Raised where a key of this suite changes its meaning. */
#define KVM_RECORD_LIST	2
extern const struct uc_recorded kvm_recorded[];

/* One call's answer as a value: "0", "EINVAL". One of a few static buffers. */
const char *kvm_recorded_answer(int result);

/* VM 0 with vCPU 0 in place of what was there. */
void kvm_record_vm(const struct kvm_facts *facts);

/* One call of VM 0's vCPU of this number: 0 or the negative errno. */
int kvm_record_call(const struct kvm_facts *facts, enum kvm_op op, unsigned int vcpu, uint32_t features);

/* KVM_ARM_VCPU_INIT of it with these features, and what they want finalized; the first answer that is not 0. */
int kvm_record_init(const struct kvm_facts *facts, unsigned int vcpu, uint32_t features);

/* The same of a new VM's vCPU 0. */
int kvm_record_ready(const struct kvm_facts *facts, uint32_t features);

/* KVM_GET_REG_LIST of VM 0's vCPU 0: 0 or the negative errno. The list is good until the next call. */
int kvm_record_list(const struct kvm_reg_list **list);

/*
 * The sets that this kernel accepts as a vCPU's first, of all that can be made of the features that
 * it knows; POWER_OFF, which changes nothing but where a vCPU begins, by itself and with none alone.
 */
#define KVM_MOST_SETS	256
unsigned int kvm_record_sets(const struct kvm_facts *facts, uint32_t sets[KVM_MOST_SETS]);

/* "{PMU_V3|SVE}", as keys have it. Static, good until the next call but three. */
const char *kvm_record_set_key(uint32_t features);

/* The parts. */
void kvm_record_extensions(const void *facts);
void kvm_record_requests(const void *facts);
void kvm_record_enable(const void *facts);
void kvm_record_first(const void *facts);
void kvm_record_pairs(const void *facts);
void kvm_record_lists(const void *facts);
void kvm_record_writes(const void *facts);
void kvm_record_ids(const void *facts);
void kvm_record_masks(const void *facts);
void kvm_record_states(const void *facts);
void kvm_record_filters(const void *facts);
void kvm_record_powers(const void *facts);
void kvm_record_pmus(const void *facts);
void kvm_record_events(const void *facts);
void kvm_record_attributes(const void *facts);
void kvm_record_guest(const void *facts);
void kvm_record_host(const void *facts);

#endif /* KVM_ARM_CAPS_RECORD_H */
