// SPDX-License-Identifier: GPL-2.0-only
/* --record: what a vCPU answers before and after its INIT, FINALIZE, MP states, pending events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"

#define GET_VCPU_EVENTS	KVM_IOCTL(KVM_IOCTL_OUT, sizeof(struct events), 0x9f)
#define SET_VCPU_EVENTS	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct events), 0xa0)

struct events {
	uint8_t serror_pending, serror_has_esr, ext_dabt_pending, pad[5];
	uint64_t serror_esr;
	uint32_t reserved[12];
};

/* KVM_RUN that comes back at once. */
static int run(const struct kvm_vcpu *vcpu)
{
	struct kvm_run *run = kvm_map_run(vcpu);
	int result;

	run->immediate_exit = 1;
	result = kvm_ioctl(vcpu->fd, KVM_RUN, NULL);
	run->immediate_exit = 0;
	kvm_unmap_runs();
	return result;
}

/* Each call with all that it wants. */
static void ask_everything(const char *about, const struct kvm_vcpu *vcpu)
{
	struct { uint32_t flags, group; uint64_t attr, addr; } attribute = { 0 };
	struct { uint32_t control, pad; uint64_t arch[64]; } debug = { 0 };
	struct kvm_mp_state state = { 0 };
	struct kvm_reg_list *list, none = { 0 };
	struct events events = { 0 };
	uint64_t value = 0, lengths[8] = { 1 };

	uc_record_about("%s", about);
#define ASK(key, call) uc_record(key, "%s", kvm_recorded_answer(call))
	ASK("get_x0", kvm_get_reg(vcpu, KVM_REG_X(0), &value));
	ASK("get_sctlr", kvm_get_reg(vcpu, KVM_REG(SCTLR_EL1), &value));
	ASK("get_pfr0", kvm_get_reg(vcpu, KVM_REG(ID_AA64PFR0_EL1), &value));
	ASK("get_lengths", kvm_get_reg(vcpu, KVM_REG_SVE_VLS, lengths));
	ASK("set_lengths", kvm_set_reg(vcpu, KVM_REG_SVE_VLS, lengths));
	ASK("get_z0", kvm_get_reg(vcpu, KVM_REG_SVE_Z0, &(char[256]){ 0 }));
	ASK("set_x0", kvm_set_reg(vcpu, KVM_REG_X(0), &value));
	ASK("get_unknown", kvm_get_reg(vcpu, KVM_REG_SYS(0xffff), &value));
	ASK("list_no_room", kvm_ioctl(vcpu->fd, KVM_GET_REG_LIST, &none));
	uc_record("list_wanted", "%s", none.n ? "some" : "none");
	ASK("list", kvm_try_reg_list(vcpu, &list));
	free(list);
	ASK("get_mp_state", kvm_ioctl(vcpu->fd, KVM_GET_MP_STATE, &state));
	uc_record("mp_state", "%u", state.mp_state);
	ASK("set_mp_state", kvm_ioctl(vcpu->fd, KVM_SET_MP_STATE, &state));
	ASK("get_events", kvm_ioctl(vcpu->fd, GET_VCPU_EVENTS, &events));
	ASK("set_events", kvm_ioctl(vcpu->fd, SET_VCPU_EVENTS, &events));
	ASK("set_guest_debug", kvm_ioctl(vcpu->fd, KVM_IOCTL(1, sizeof(debug), 0x9b), &debug));
	for (uint32_t group = 0; group < 4; group++) {
		char key[32];

		attribute.group = group;
		snprintf(key, sizeof(key), "set_attribute_%u", group);
		ASK(key, kvm_ioctl(vcpu->fd, KVM_IOCTL(1, sizeof(attribute), 0xe1), &attribute));
		snprintf(key, sizeof(key), "get_attribute_%u", group);
		ASK(key, kvm_ioctl(vcpu->fd, KVM_IOCTL(1, sizeof(attribute), 0xe2), &attribute));
	}
	ASK("run", run(vcpu));
	ASK("set_pfr0_after_run", kvm_set_reg(vcpu, KVM_REG(ID_AA64PFR0_EL1), &value));
	ASK("finalize_sve", kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE));
	ASK("run_again", run(vcpu));
}

void kvm_record_before(const void *facts)
{
	const struct kvm_facts *known = facts;
	struct kvm_vcpu vcpu = { 0 };

	kvm_record_vm(&vcpu);
	ask_everything("new", &vcpu);
	kvm_record_vm(&vcpu);
	kvm_init_with(&vcpu, &(struct kvm_step){ .extra_bit = KVM_FEATURE_BITS - 1 });
	ask_everything("refused", &vcpu);
	for (unsigned int bit = 0; bit < KVM_FEATURES; bit++) {
		uint32_t set = kvm_with_needed(BIT(bit));
		char about[224];

		if (set & ~known->known)
			continue;
		kvm_record_vm(&vcpu);
		if (kvm_try_init(&vcpu, set))
			continue;
		snprintf(about, sizeof(about), "with.%s", kvm_record_set_key(set));
		ask_everything(about, &vcpu);
	}
	kvm_record_ready(&vcpu, BOTH);
	ask_everything("with.{PTRAUTH_ADDRESS|PTRAUTH_GENERIC}", &vcpu);
	kvm_record_close(&vcpu);
}

/* FINALIZE of each number, for each feature alone, before INIT, after it, again, after another INIT. */
void kvm_record_finalize(const void *facts)
{
	const struct kvm_facts *known = facts;
	const uint32_t sets[] = { 0, SVE, PMU_V3, BOTH };
	struct kvm_vcpu vcpu = { 0 };
	char key[32];

	for (size_t i = 0; i < UC_ARRAY_SIZE(sets); i++) {
		if (sets[i] & ~known->known)
			continue;
		uc_record_about("%s", kvm_record_set_key(sets[i]));
		for (int feature = -1; feature < 16; feature++) {
			int before, after, again, anew;

			kvm_record_vm(&vcpu);
			before = kvm_try_finalize(&vcpu, feature);
			kvm_try_init(&vcpu, sets[i]);
			after = kvm_try_finalize(&vcpu, feature);
			again = kvm_try_finalize(&vcpu, feature);
			kvm_try_init(&vcpu, sets[i]);
			anew = kvm_try_finalize(&vcpu, feature);
			snprintf(key, sizeof(key), "%d", feature);
			uc_record(key, "%s, after INIT %s, again %s, after INIT again %s",
				  kvm_recorded_answer(before), kvm_recorded_answer(after),
				  kvm_recorded_answer(again), kvm_recorded_answer(anew));
		}
	}
	/* Which sets of vector lengths are taken: up to each, and each alone. */
	for (unsigned int length = 0; known->supported & SVE && length <= 16; length++) {
		uint64_t upto[8] = { (1ULL << length) - 1 }, alone[8] = { 1ULL << length };
		uint64_t back[8] = { 0 };
		int one, other;

		kvm_record_vm(&vcpu);
		kvm_try_init(&vcpu, SVE);
		one = kvm_set_reg(&vcpu, KVM_REG_SVE_VLS, upto);
		other = kvm_set_reg(&vcpu, KVM_REG_SVE_VLS, alone);
		kvm_get_reg(&vcpu, KVM_REG_SVE_VLS, back);
		uc_record_about("lengths");
		snprintf(key, sizeof(key), "%u", length);
		uc_record(key, "up to %s, alone %s, then %#llx", kvm_recorded_answer(one),
			  kvm_recorded_answer(other), (unsigned long long)back[0]);
	}
	kvm_record_close(&vcpu);
}

#define MP_STATES	12

void kvm_record_mp_states(const void *facts)
{
	struct kvm_vcpu vcpu = { 0 };
	char key[32];

	(void)facts;
	for (uint32_t set = 0; set <= POWER_OFF; set += POWER_OFF) {
		uc_record_about("%s", kvm_record_set_key(set));
		for (uint32_t number = 0; number < MP_STATES; number++) {
			struct kvm_mp_state state = { number }, after = { 0 }, again = { 0 };
			int result, ran;

			kvm_record_ready(&vcpu, set);
			result = kvm_ioctl(vcpu.fd, KVM_SET_MP_STATE, &state);
			kvm_ioctl(vcpu.fd, KVM_GET_MP_STATE, &after);
			ran = number ? 0 : run(&vcpu);
			kvm_try_init(&vcpu, set);
			kvm_ioctl(vcpu.fd, KVM_GET_MP_STATE, &again);
			snprintf(key, sizeof(key), "%u", number);
			uc_record(key, "%s, then %u, runs %s, after INIT again %u",
				  kvm_recorded_answer(result), after.mp_state,
				  kvm_recorded_answer(ran), again.mp_state);
		}
	}
	kvm_record_close(&vcpu);
}

/* Each field of the struct of events, beside a struct of zeroes, and what is read back. */
void kvm_record_events(const void *facts)
{
	static const uint64_t syndromes[] = { 0, 1, 0xffffff, 0x1000000, 0x80000000, ~0ULL };
	struct kvm_vcpu vcpu = { 0 };
	char key[32];

	(void)facts;
	uc_record_about("byte");
	for (unsigned int i = 0; i < sizeof(struct events); i++) {
		for (unsigned int value = 1; value <= 2; value++) {
			struct events events = { 0 }, back = { 0 };
			int result, got;

			if (i >= 8 && i < 16)
				continue;
			((uint8_t *)&events)[i] = value;
			kvm_record_ready(&vcpu, 0);
			result = kvm_ioctl(vcpu.fd, SET_VCPU_EVENTS, &events);
			got = kvm_ioctl(vcpu.fd, GET_VCPU_EVENTS, &back);
			snprintf(key, sizeof(key), "%u.%u", i, value);
			uc_record(key, "%s, then %s serror %u esr %u dabt %u rest %s",
				  kvm_recorded_answer(result), kvm_recorded_answer(got),
				  back.serror_pending, back.serror_has_esr, back.ext_dabt_pending,
				  back.reserved[0] || back.pad[0] ? "set" : "clear");
		}
	}
	uc_record_about("syndrome");
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(syndromes); i++) {
		struct events events = { 1, 1, 0, { 0 }, syndromes[i], { 0 } }, back = { 0 };
		int result;

		kvm_record_ready(&vcpu, 0);
		result = kvm_ioctl(vcpu.fd, SET_VCPU_EVENTS, &events);
		kvm_ioctl(vcpu.fd, GET_VCPU_EVENTS, &back);
		snprintf(key, sizeof(key), "%#llx", (unsigned long long)syndromes[i]);
		uc_record(key, "%s, then serror %u esr %#llx", kvm_recorded_answer(result),
			  back.serror_pending, (unsigned long long)back.serror_esr);
	}
	kvm_record_close(&vcpu);
}
