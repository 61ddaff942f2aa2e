// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another KVM_ARM_VCPU_INIT brings back the initial values of all registers, a refused one leaves
 * what was written; over every legal set of features.
 *
 * All values are read before any is written, because some registers are others by another name
 * (PMINTENCLR_EL1 is PMINTENSET_EL1). Left out are those that belong to the VM (id registers,
 * firmware) and what runs by itself (timers).
 */
#include <errno.h>
#include <string.h>

#include "../../harness/verdict.h"
#include "facts.h"
#include "lists.h"
#include "rows.h"
#include "rules.h"

struct value {
	uint64_t id;
	unsigned char initial[WIDEST], written[WIDEST];
};

static struct values {
	unsigned int count;
	struct value value[MOST];
} values;

/*
 * SP_EL1, ELR_EL1 and SPSR_EL1, in whichever group. The architecture has them
 * unknown after a reset, and every kernel so far leaves them as they are.
 */
static bool is_undefined(uint64_t id)
{
	static const uint64_t undefined[] = {
		KVM_REG_X(34), KVM_REG_X(35), KVM_REG_X(36), KVM_REG(SPSR_EL1), KVM_REG(ELR_EL1),
		KVM_REG(SP_EL1),
	};

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(undefined); i++)
		if (id == undefined[i])
			return true;
	return false;
}

static bool is_reset(uint64_t id)
{
	if (GROUP(id) != SYSTEM)
		return GROUP(id) == CORE || (id >> 52 == 0x608 && GROUP(id) == 0x015);
	if (OP0(id) == 3 && CRN(id) == 0)
		return false;	/* identification */
	/* What counts by itself, and EL2's, whose fields hang together. */
	return !(OP0(id) == 3 && (OP1(id) >= 4 || (OP1(id) == 3 && CRN(id) == 14)));
}

/* Breakpoints and watchpoints: two of a kind are never one. */
static bool stands_alone(uint64_t id)
{
	return GROUP(id) == SYSTEM && OP0(id) == 2 && CRN(id) == 0 && ((id & 7) == 4 || (id & 7) == 6);
}

static void get(int vcpu, uint64_t id, unsigned char value[WIDEST])
{
	memset(value, 0, WIDEST);
	kvm_expect(kvm_get_reg(vcpu, id, value), 0, "KVM_GET_ONE_REG 0x%llx",
		   (unsigned long long)id);
}

/* The registers that are judged, with their initial values. */
static void read_all(int vcpu, const struct kvm_reg_list *list)
{
	values.count = 0;
	for (uint64_t i = 0; i < list->n && values.count < MOST; i++) {
		struct value *value = &values.value[values.count];

		value->id = list->reg[i];
		if (!is_reset(value->id) || !kvm_judged_with_set(value->id))
			continue;
		get(vcpu, value->id, value->initial);
		values.count++;
	}
}

/*
 * Write to each the opposite of what it held at first; what is refused or ignored does not count.
 * Where two must be different, they get different values.
 */
static void write_all(int vcpu)
{
	for (unsigned int i = 0; i < values.count; i++) {
		struct value *value = &values.value[i];

		for (unsigned int byte = 0; byte < WIDEST; byte++)
			value->written[byte] = ~value->initial[byte];
		if (stands_alone(value->id))
			value->written[1] = i;
		/* N of PMCR_EL0, how many counters there are, is the VM's. */
		if (value->id == KVM_REG(PMCR_EL0))
			value->written[1] = (value->written[1] & 0x07) | (value->initial[1] & 0xf8);
		kvm_set_reg(vcpu, value->id, value->written);
	}
	/* One register may have changed another: what counts is what they hold at last. */
	for (unsigned int i = 0; i < values.count; i++) {
		struct value *value = &values.value[i];
		const unsigned char byte = value->written[1];

		get(vcpu, value->id, value->written);
		uc_check(!stands_alone(value->id) || value->written[1] == byte ||
			 !memcmp(value->written, value->initial, WIDEST),
			 "register: 0x%llx\nexpected: what was written to it\ngot:      what was written to another",
			 (unsigned long long)value->id);
	}
}

static unsigned long long low_word(const unsigned char *value)
{
	uint64_t word;

	memcpy(&word, value, sizeof(word));
	return word;
}

static void expect_all(int vcpu, bool refused)
{
	unsigned int changed = 0;

	for (unsigned int i = 0; i < values.count; i++) {
		const struct value *value = &values.value[i];
		const unsigned char *expected = refused ? value->written : value->initial;
		unsigned char now[WIDEST];

		if (!memcmp(value->initial, value->written, WIDEST))
			continue;
		changed++;
		if (!refused && is_undefined(value->id))
			continue;
		get(vcpu, value->id, now);
		uc_check(!memcmp(now, expected, WIDEST), "register: 0x%llx, %s\nexpected: 0x%llx\ngot:      0x%llx",
			 (unsigned long long)value->id, refused ?
			 "written before the refused call" : "after another KVM_ARM_VCPU_INIT",
			 low_word(expected), low_word(now));
	}
	/* X0 to X30 and the PC at least. */
	if (changed < 32 && kvm_judged_with_set(KVM_REG_X(0)))
		uc_error("only %u registers took what was written to them", changed);
}

static void judge_reset_set(int vcpu, uint32_t set, const char *name UNUSED)
{
	/* An AArch32 vCPU has the halves, and modes of its own. */
	if (set & EL1_32BIT)
		return;
	read_all(vcpu, kvm_list_of(vcpu));
	write_all(vcpu);
	kvm_play("INIT %s = 0", kvm_set_name(set));
	/* It may or may not take the finalizing back: no text says. The registers it resets. */
	if (set & kvm_features_that(FINALIZED))
		kvm_set_up("FINALIZE SVE = anything");
	expect_all(vcpu, false);
}

static void judge_reset(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	kvm_for_each_legal_set(facts, judge_reset_set);
}

static void judge_refused(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	const char *set = kvm_set_name(kvm_both_caps(facts) ? BOTH : 0);
	const int vcpu = kvm_vcpu_file(0, 0);

	kvm_set_up("INIT %s = 0", set);
	read_all(vcpu, kvm_list_of(vcpu));
	write_all(vcpu);
	kvm_play("INIT %s target=unknown = EINVAL", set);
	expect_all(vcpu, true);
}

/* The vector registers of SVE, by themselves. */
static void judge_vectors(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	kvm_set_up("INIT SVE = 0; FINALIZE SVE = 0");
	judge_reset_set(kvm_vcpu_file(0, 0), SVE, "");
}

#define ROW(name, function, ...) \
	{ .row = { .id = "kvm_arm_caps." name, __VA_ARGS__ }, .judge = function }

static const struct kvm_row reset_rows[] = {
	ROW("reset.all_registers", judge_reset, REQ(STATE_RESET), NEEDS(KVM_NEEDED)),
	ROW("reset.none_when_refused", judge_refused, REQ(STATE_REFUSED_CHANGES_NOTHING), NEEDS(KVM_NEEDED)),
};

static const struct kvm_row sve_rows[] = {
	ROW("sve.reset", judge_vectors, REQ(STATE_RESET), NEEDS(KVM_NEEDED, &kvm_need_sve)),
};

const struct uc_topic kvm_reset_topic = KVM_TOPIC("reset", reset_rows);
const struct uc_topic kvm_sve_reset_topic = KVM_TOPIC("sve", sve_rows);
