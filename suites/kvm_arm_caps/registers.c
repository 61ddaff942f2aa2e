// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ten key registers as user space sees them.
 *
 * With PTRAUTH_ADDRESS and PTRAUTH_GENERIC:
 *   KVM_GET_REG_LIST - lists the ten, and nothing else that it does not list without
 *   KVM_GET_ONE_REG, KVM_SET_ONE_REG - hold 64 bits each, a vCPU its own
 *   KVM_ARM_VCPU_INIT - discards what was written, unless it is refused
 * Without:
 *   ENOENT - KVM_GET_ONE_REG or KVM_SET_ONE_REG of any of them; none is listed
 * E2BIG - KVM_GET_REG_LIST with too little room; n is then what it needs
 */
#include <errno.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "facts.h"
#include "keys.h"
#include "rows.h"

#define FOR_KEYS(key)	for (unsigned int key = 0; key < REG_KEYS; key++)

/* The vCPU's register list; lives until the child exits. */
static struct kvm_reg_list *list_of(const struct kvm_vcpu *vcpu)
{
	struct kvm_reg_list *list;
	int result = kvm_try_reg_list(vcpu, &list);

	if (result)
		uc_fail_now("KVM_GET_REG_LIST: expected 0, got %s", uc_errno_name(-result));
	return list;
}

static unsigned int times_listed(const struct kvm_reg_list *list, uint64_t id)
{
	unsigned int times = 0;

	for (uint64_t i = 0; i < list->n; i++)
		times += list->reg[i] == id;
	return times;
}

static bool within(const struct kvm_register_range *range, uint64_t id)
{
	for (; range && range->first; range++)
		if (id >= range->first && id <= range->last)
			return true;
	return false;
}

/* Fail for the registers of one list that the other lacks, those in the ranges apart. */
static void expect_no_others(const struct kvm_reg_list *list, const struct kvm_reg_list *other,
			     const struct kvm_register_range *apart, const char *where,
			     const char *what)
{
	uint64_t next = 0;

	for (uint64_t i = 0; i < list->n; i++) {
		uint64_t at = next;

		/* Nearly always both lists have the same order. */
		while (at < other->n && other->reg[at] != list->reg[i])
			at++;
		if (at < other->n) {
			next = at + 1;
			continue;
		}
		uc_check(within(apart, list->reg[i]) || times_listed(other, list->reg[i]),
			 "register 0x%llx is listed only %s %s",
			 (unsigned long long)list->reg[i], where, what);
	}
	uc_counted(list->n);
}

/* Fail for the registers in the ranges that one vCPU lists and another, which must not, serves. */
static void expect_not_served(const struct kvm_vcpu *vcpu, const struct kvm_reg_list *list,
			      const struct kvm_register_range *ranges, const char *where,
			      const char *what)
{
	unsigned char value[256];	/* of the widest register */

	for (uint64_t i = 0; i < list->n; i++) {
		int result;

		if (!within(ranges, list->reg[i]))
			continue;
		result = kvm_get_reg(vcpu, list->reg[i], value);
		uc_check(result == -ENOENT || result == -EINVAL,
			 "call:     KVM_GET_ONE_REG 0x%llx %s %s\nexpected: ENOENT or EINVAL\n"
			 "got:      %s", (unsigned long long)list->reg[i], where, what,
			 kvm_result_name(result));
	}
}

/* What comes with a feature comes, what goes goes, and nothing else changes. */
static void expect_exact(const struct kvm_vcpu *with_it, const struct kvm_vcpu *without_it,
			 const struct kvm_feature *feature)
{
	const struct kvm_reg_list *with = list_of(with_it), *without = list_of(without_it);
	unsigned int came = 0;

	expect_no_others(with, without, feature->comes, "with", feature->name);
	expect_no_others(without, with, feature->goes, "without", feature->name);
	expect_not_served(without_it, with, feature->comes, "without", feature->name);
	expect_not_served(with_it, without, feature->goes, "with", feature->name);
	for (uint64_t i = 0; i < without->n; i++)
		uc_check(!within(feature->comes, without->reg[i]), "register 0x%llx is listed without %s",
			 (unsigned long long)without->reg[i], feature->name);
	for (uint64_t i = 0; i < with->n; i++) {
		came += within(feature->comes, with->reg[i]);
		uc_check(!within(feature->goes, with->reg[i]), "register 0x%llx is listed with %s",
			 (unsigned long long)with->reg[i], feature->name);
	}
	uc_check(!feature->comes == !came, "of what comes with %s %u registers are listed",
		 feature->name, came);
}

/* How often each key register is listed, which is all alike. */
static void expect_listed(const struct kvm_reg_list *list, unsigned int times)
{
	FOR_KEYS(key) {
		unsigned int got = times_listed(list, kvm_registers[key].id);

		uc_check(got == times, "call:     KVM_GET_REG_LIST\nexpected: %s %s\ngot:      %u times",
			 kvm_registers[key].name, times ? "once" : "not listed", got);
	}
}

static void judge_listed(const struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu plain;

	kvm_make_initialised(&plain, 0);
	expect_listed(list_of(vcpu), 1);
	expect_exact(vcpu, &plain, &kvm_features[KVM_ARM_VCPU_PTRAUTH_ADDRESS]);
}

/* Every other feature that KVM reports, alone or with what it needs. */
static void judge_exact(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	struct kvm_vcpu plain, vcpu;

	kvm_make_initialised(&plain, 0);
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		const struct kvm_feature *feature = &kvm_features[i];

		if (!feature->requirement || feature->many_registers || !(facts->supported & BIT(i)) ||
		    kvm_with_needed(BIT(i)) != BIT(i))
			continue;
		uc_about(feature->requirement);
		kvm_make_initialised(&vcpu, BIT(i));
		expect_exact(&vcpu, &plain, feature);
	}
}

static void judge_not_listed(const struct kvm_vcpu *vcpu)
{
	expect_listed(list_of(vcpu), 0);
}

static void judge_no_such_register(const struct kvm_vcpu *vcpu)
{
	uint64_t value = 0;

	FOR_KEYS(key) {
		kvm_expect(kvm_get_reg(vcpu, kvm_registers[key].id, &value), -ENOENT,
			   "KVM_GET_ONE_REG %s without the features", kvm_registers[key].name);
		kvm_expect(kvm_set_reg(vcpu, kvm_registers[key].id, &value), -ENOENT,
			   "KVM_SET_ONE_REG %s without the features", kvm_registers[key].name);
	}
}

/* A later call asks for the features; it has to be refused, and they must not seep in. */
static void judge_absent_after_refusal(const struct kvm_vcpu *vcpu)
{
	uc_about(STATE_REFUSED_CHANGES_NOTHING);
	kvm_expect_init(vcpu, BOTH, -EINVAL, ", after one without the features");
	uc_about(KEYS_ABSENT);
	judge_no_such_register(vcpu);
	judge_not_listed(vcpu);
}

/* All registers the same, all bits of them; judge_independent() has different ones. */
static void judge_stored(const struct kvm_vcpu *vcpu)
{
	static const uint64_t patterns[] = { 0, ~0ULL, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(patterns); i++) {
		uint64_t written[REG_KEYS], read[REG_KEYS];

		FOR_KEYS(key)
			written[key] = patterns[i];
		keys_write(vcpu, written);
		keys_read(vcpu, read);
		keys_expect("read back", read, written);
	}
}

static void judge_independent(const struct kvm_vcpu *vcpu)
{
	uint64_t expected[REG_KEYS], read[REG_KEYS], other[REG_KEYS];

	keys_set(vcpu, 0, expected);
	keys_make(1, other);
	FOR_KEYS(key) {
		expected[key] = other[key];
		kvm_expect(kvm_set_reg(vcpu, kvm_registers[key].id, &other[key]), 0,
			   "KVM_SET_ONE_REG %s", kvm_registers[key].name);
		keys_read(vcpu, read);
		keys_expect(kvm_registers[key].name, read, expected);
	}
}

static void judge_reset(const struct kvm_vcpu *vcpu)
{
	uint64_t written[REG_KEYS], read[REG_KEYS];

	keys_set(vcpu, 0, written);
	uc_about(STATE_RESET);
	kvm_expect_init(vcpu, BOTH, 0, ", the same again");
	uc_about(KEYS_RESET);
	keys_read(vcpu, read);
	keys_expect_lost("after another KVM_ARM_VCPU_INIT", read, written);
}

static void judge_kept_after_refusal(const struct kvm_vcpu *vcpu)
{
	static const uint32_t others[] = { 0, ADDRESS, GENERIC };
	uint64_t written[REG_KEYS], read[REG_KEYS];

	keys_set(vcpu, 0, written);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(others); i++) {
		kvm_expect_init(vcpu, others[i], -EINVAL, ", after one with both");
		keys_read(vcpu, read);
		keys_expect("after the refused call", read, written);
	}
}

/* Eight bytes are read or written, and the ninth is not there. */
static void judge_eight_bytes(const struct kvm_vcpu *vcpu)
{
	uint64_t *value = uc_guarded(sizeof(*value)), keys[REG_KEYS];

	keys_make(0, keys);
	FOR_KEYS(key) {
		*value = keys[key];
		kvm_expect(kvm_set_reg(vcpu, kvm_registers[key].id, value), 0,
			   "KVM_SET_ONE_REG %s from the end of a page", kvm_registers[key].name);
		*value = 0;
		kvm_expect(kvm_get_reg(vcpu, kvm_registers[key].id, value), 0,
			   "KVM_GET_ONE_REG %s to the end of a page", kvm_registers[key].name);
		uc_check(*value == keys[key], "%s: expected 0x%llx, which was written, got 0x%llx",
			 kvm_registers[key].name, (unsigned long long)keys[key],
			 (unsigned long long)*value);
	}
}

static void judge_other_vcpu(const struct kvm_vcpu *vcpu)
{
	uint64_t written[2][REG_KEYS], read[REG_KEYS];
	struct kvm_vcpu sibling;

	kvm_make_sibling(vcpu, 1, &sibling);
	kvm_must_init(&sibling, BOTH);
	keys_set(vcpu, 0, written[0]);
	keys_set(&sibling, 1, written[1]);
	keys_read(vcpu, read);
	keys_expect("vCPU 0, after vCPU 1's keys were written", read, written[0]);
	uc_about(STATE_PER_VCPU);
	kvm_expect_init(vcpu, BOTH, 0, ", the same again");
	keys_read(&sibling, read);
	keys_expect("vCPU 1, after vCPU 0 was initialised again", read, written[1]);
}

static void judge_list_room(const struct kvm_vcpu *vcpu)
{
	const uint64_t needed = list_of(vcpu)->n, rooms[] = { 0, needed - 1, needed };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(rooms); i++) {
		struct kvm_reg_list *list =
			uc_guarded(sizeof(*list) + rooms[i] * sizeof(list->reg[0]));

		list->n = rooms[i];
		kvm_expect(kvm_ioctl(vcpu->fd, KVM_GET_REG_LIST, list),
			   rooms[i] < needed ? -E2BIG : 0,
			   "KVM_GET_REG_LIST n=%llu, where %llu are needed",
			   (unsigned long long)rooms[i], (unsigned long long)needed);
		uc_check(list->n == needed, "KVM_GET_REG_LIST n=%llu: expected n=%llu back, got %llu",
			 (unsigned long long)rooms[i], (unsigned long long)needed,
			 (unsigned long long)list->n);
	}
}

/* A register that every vCPU has is listed, and can be written and read. */
static void run_registers_work(const void *facts)
{
	const uint64_t written = 0x1234;
	struct kvm_vcpu vcpu;
	uint64_t value = 0;

	(void)facts;
	kvm_make_initialised(&vcpu, 0);
	uc_check(times_listed(list_of(&vcpu), KVM_REG_X0), "KVM_GET_REG_LIST does not list X0");
	uc_check(!kvm_set_reg(&vcpu, KVM_REG_X0, &written) &&
		 !kvm_get_reg(&vcpu, KVM_REG_X0, &value) && value == written,
		 "KVM_SET_ONE_REG and KVM_GET_ONE_REG of X0 do not work");
}

static const struct uc_control registers_work = { "registers_work", run_registers_work };

#define ROW(name, set, needed, function, ...) \
	{ .row = { .id = "kvm_arm_caps.registers." name, REQ(__VA_ARGS__), needed, \
		   .control = &registers_work }, .judge_vcpu = function, .features = (set) }
#define ANYWHERE	NEEDS(KVM_NEEDED)
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth)

static const struct kvm_row rows[] = {
	ROW("listed", BOTH, PAUTH, judge_listed, KEYS_PRESENT),
	{ .row = { .id = "kvm_arm_caps.registers.exact", REQ(FEATURE_PMU_V3, FEATURE_SVE,
		   FEATURE_EL1_32BIT, FEATURE_PSCI_0_2), ANYWHERE, .control = &registers_work },
	  .judge = judge_exact },
	ROW("not_listed", 0, ANYWHERE, judge_not_listed, KEYS_ABSENT),
	ROW("no_such_register", 0, ANYWHERE, judge_no_such_register, KEYS_ABSENT),
	ROW("absent_after_refusal", 0, ANYWHERE, judge_absent_after_refusal, KEYS_ABSENT,
	    STATE_REFUSED_CHANGES_NOTHING),
	ROW("stored", BOTH, PAUTH, judge_stored, KEYS_WRITABLE),
	ROW("independent", BOTH, PAUTH, judge_independent, KEYS_WRITABLE),
	ROW("eight_bytes", BOTH, PAUTH, judge_eight_bytes, KEYS_WRITABLE),
	ROW("other_vcpu", BOTH, PAUTH, judge_other_vcpu, KEYS_WRITABLE, STATE_PER_VCPU),
	ROW("reset", BOTH, PAUTH, judge_reset, KEYS_RESET, STATE_RESET),
	ROW("kept_after_refusal", BOTH, PAUTH, judge_kept_after_refusal,
	    STATE_REFUSED_CHANGES_NOTHING),
	ROW("list_room", EVERY, ANYWHERE, judge_list_room, REG_LIST_SIZE),
};

const struct uc_topic kvm_registers_topic = KVM_TOPIC("registers", rows);
