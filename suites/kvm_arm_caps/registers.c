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
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "keys.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"

#define BOTH	(ADDRESS | GENERIC)
#define NONE	0u

struct register_row {
	struct uc_row row;
	uint32_t features;	/* of the vCPU that judge() is given */
	void (*judge)(const struct kvm_vcpu *vcpu);
};

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

static bool is_key(uint64_t id)
{
	for (unsigned int i = 0; i < KEY_COUNT; i++)
		if (key_register[i].id == id)
			return true;
	return false;
}

/* Fail for the registers of one list that the other lacks, the ten keys apart. */
static void expect_no_others(const struct kvm_reg_list *list, const struct kvm_reg_list *other,
			     const char *where)
{
	for (uint64_t i = 0; i < list->n; i++)
		if (!is_key(list->reg[i]) && !times_listed(other, list->reg[i]))
			uc_fail("register 0x%llx is listed only %s the features",
				(unsigned long long)list->reg[i], where);
}

static void judge_listed(const struct kvm_vcpu *vcpu)
{
	const struct kvm_reg_list *with = list_of(vcpu), *without;
	struct kvm_vcpu plain;

	kvm_make_initialised(&plain, NONE);
	without = list_of(&plain);
	for (unsigned int i = 0; i < KEY_COUNT; i++) {
		unsigned int times = times_listed(with, key_register[i].id);

		uc_counted(1);
		if (times != 1)
			uc_fail("%s: expected once in the list of a vCPU with the features, got %u times",
				key_register[i].name, times);
	}
	expect_no_others(with, without, "with");
	expect_no_others(without, with, "without");
}

static void judge_not_listed(const struct kvm_vcpu *vcpu)
{
	const struct kvm_reg_list *list = list_of(vcpu);

	uc_counted(KEY_COUNT);
	for (unsigned int i = 0; i < KEY_COUNT; i++)
		if (times_listed(list, key_register[i].id))
			uc_fail("%s is listed by a vCPU without the features",
				key_register[i].name);
}

static void judge_no_such_register(const struct kvm_vcpu *vcpu)
{
	uint64_t value;

	for (unsigned int i = 0; i < KEY_COUNT; i++) {
		kvm_expect(kvm_get_reg(vcpu, key_register[i].id, &value), -ENOENT,
			   "KVM_GET_ONE_REG(%s) without the features", key_register[i].name);
		kvm_expect(kvm_set_reg(vcpu, key_register[i].id, 0), -ENOENT,
			   "KVM_SET_ONE_REG(%s, 0) without the features", key_register[i].name);
	}
}

/* A later call asks for the features; it has to be refused, and they must not seep in. */
static void judge_absent_after_refusal(const struct kvm_vcpu *vcpu)
{
	kvm_expect(kvm_try_init(vcpu, BOTH), -EINVAL,
		   "KVM_ARM_VCPU_INIT with the features, after one without");
	judge_no_such_register(vcpu);
	judge_not_listed(vcpu);
}

/* All registers the same, all bits of them; judge_independent() has different ones. */
static void judge_stored(const struct kvm_vcpu *vcpu)
{
	static const uint64_t patterns[] = { 0, ~0ULL, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(patterns); i++) {
		uint64_t written[KEY_COUNT], read[KEY_COUNT];

		for (unsigned int key = 0; key < KEY_COUNT; key++)
			written[key] = patterns[i];
		keys_write(vcpu, written);
		keys_read(vcpu, read);
		keys_expect("read back", read, written);
	}
}

static void judge_independent(const struct kvm_vcpu *vcpu)
{
	uint64_t expected[KEY_COUNT], read[KEY_COUNT], other[KEY_COUNT];

	keys_make(0, expected);
	keys_make(1, other);
	keys_write(vcpu, expected);
	for (unsigned int key = 0; key < KEY_COUNT; key++) {
		expected[key] = other[key];
		kvm_expect(kvm_set_reg(vcpu, key_register[key].id, other[key]), 0,
			   "KVM_SET_ONE_REG(%s)", key_register[key].name);
		keys_read(vcpu, read);
		keys_expect(key_register[key].name, read, expected);
	}
}

static void judge_reset(const struct kvm_vcpu *vcpu)
{
	uint64_t written[KEY_COUNT], read[KEY_COUNT];

	keys_make(0, written);
	keys_write(vcpu, written);
	kvm_expect(kvm_try_init(vcpu, BOTH), 0, "KVM_ARM_VCPU_INIT, the same again");
	keys_read(vcpu, read);
	keys_expect_lost("after another KVM_ARM_VCPU_INIT", read, written);
}

static void judge_kept_after_refusal(const struct kvm_vcpu *vcpu)
{
	static const uint32_t others[] = { NONE, ADDRESS, GENERIC };
	uint64_t written[KEY_COUNT], read[KEY_COUNT];

	keys_make(0, written);
	keys_write(vcpu, written);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(others); i++) {
		kvm_expect(kvm_try_init(vcpu, others[i]), -EINVAL,
			   "KVM_ARM_VCPU_INIT features=%s, after one with both",
			   kvm_set_name(others[i]));
		keys_read(vcpu, read);
		keys_expect("after the refused call", read, written);
	}
}

/* Eight bytes are read or written, and the ninth is not there. */
static void judge_eight_bytes(const struct kvm_vcpu *vcpu)
{
	uint64_t *value = uc_guarded(sizeof(*value)), keys[KEY_COUNT];

	keys_make(0, keys);
	for (unsigned int key = 0; key < KEY_COUNT; key++) {
		*value = keys[key];
		kvm_expect(kvm_set_wide_reg(vcpu, key_register[key].id, value), 0,
			   "KVM_SET_ONE_REG(%s) from the end of a page", key_register[key].name);
		*value = 0;
		kvm_expect(kvm_get_wide_reg(vcpu, key_register[key].id, value), 0,
			   "KVM_GET_ONE_REG(%s) to the end of a page", key_register[key].name);
		if (*value != keys[key])
			uc_fail("%s: expected 0x%llx, which was written, got 0x%llx",
				key_register[key].name, (unsigned long long)keys[key],
				(unsigned long long)*value);
	}
}

static void judge_other_vcpu(const struct kvm_vcpu *vcpu)
{
	uint64_t written[2][KEY_COUNT], read[KEY_COUNT];
	struct kvm_vcpu sibling;

	kvm_make_sibling(vcpu, 1, &sibling);
	kvm_must_init(&sibling, BOTH);
	keys_make(0, written[0]);
	keys_make(1, written[1]);
	keys_write(vcpu, written[0]);
	keys_write(&sibling, written[1]);
	keys_read(vcpu, read);
	keys_expect("vCPU 0, after vCPU 1's keys were written", read, written[0]);
	kvm_expect(kvm_try_init(vcpu, BOTH), 0, "KVM_ARM_VCPU_INIT, the same again");
	keys_read(&sibling, read);
	keys_expect("vCPU 1, after vCPU 0 was initialised again", read, written[1]);
}

static void judge_list_room(const struct kvm_vcpu *vcpu)
{
	const uint64_t needed = list_of(vcpu)->n, rooms[] = { 0, needed - 1, needed };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(rooms); i++) {
		struct kvm_reg_list *list =
			uc_guarded(sizeof(*list) + rooms[i] * sizeof(list->reg[0]));
		int got;

		list->n = rooms[i];
		got = kvm_ioctl(vcpu->fd, KVM_GET_REG_LIST, list);
		kvm_expect(got, rooms[i] < needed ? -E2BIG : 0,
			   "KVM_GET_REG_LIST n=%llu, where %llu are needed",
			   (unsigned long long)rooms[i], (unsigned long long)needed);
		if (list->n != needed)
			uc_fail("KVM_GET_REG_LIST n=%llu: expected n=%llu back, got %llu",
				(unsigned long long)rooms[i], (unsigned long long)needed,
				(unsigned long long)list->n);
	}
}

/* A register that every vCPU has is listed, and can be written and read. */
static void run_registers_work(const void *facts)
{
	struct kvm_vcpu vcpu;
	uint64_t value = 0;

	(void)facts;
	kvm_make_initialised(&vcpu, NONE);
	if (!kvm_reg_list_has(list_of(&vcpu), KVM_REG_X0))
		uc_fail("KVM_GET_REG_LIST does not list X0");
	if (kvm_set_reg(&vcpu, KVM_REG_X0, 0x1234) || kvm_get_reg(&vcpu, KVM_REG_X0, &value) ||
	    value != 0x1234)
		uc_fail("KVM_SET_ONE_REG and KVM_GET_ONE_REG of X0 do not work");
}

static const struct uc_control registers_work = { "registers_work", run_registers_work };

#define ID(name)	.id = "kvm_arm_caps.registers." name
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &registers_work
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &registers_work

/* .features = EVERY: both features where the host has them, else none. */
#define EVERY	~0u

static const struct register_row rows[] = {
	{ { ID("listed"), REQ(KEYS_PRESENT), PAUTH }, BOTH, judge_listed },
	{ { ID("not_listed"), REQ(KEYS_ABSENT), ANYWHERE }, NONE, judge_not_listed },
	{ { ID("no_such_register"), REQ(KEYS_ABSENT), ANYWHERE }, NONE, judge_no_such_register },
	{ { ID("absent_after_refusal"), REQ(KEYS_ABSENT, STATE_REFUSED_CHANGES_NOTHING), ANYWHERE },
	  NONE, judge_absent_after_refusal },
	{ { ID("stored"), REQ(KEYS_WRITABLE), PAUTH }, BOTH, judge_stored },
	{ { ID("independent"), REQ(KEYS_WRITABLE), PAUTH }, BOTH, judge_independent },
	{ { ID("eight_bytes"), REQ(KEYS_WRITABLE), PAUTH }, BOTH, judge_eight_bytes },
	{ { ID("other_vcpu"), REQ(KEYS_WRITABLE, STATE_PER_VCPU), PAUTH }, BOTH, judge_other_vcpu },
	{ { ID("reset"), REQ(KEYS_RESET, STATE_RESET), PAUTH }, BOTH, judge_reset },
	{ { ID("kept_after_refusal"), REQ(STATE_REFUSED_CHANGES_NOTHING), PAUTH },
	  BOTH, judge_kept_after_refusal },
	{ { ID("list_room"), REQ(REG_LIST_SIZE), ANYWHERE }, EVERY, judge_list_room },
};

static void run(const struct uc_row *row, const void *facts)
{
	const struct register_row *mine = (const struct register_row *)row;
	uint32_t features = mine->features;
	struct kvm_vcpu vcpu;

	if (features == EVERY)
		features = kvm_both_caps(facts) ? BOTH : NONE;
	kvm_make_initialised(&vcpu, features);
	mine->judge(&vcpu);
}

const struct uc_topic kvm_registers_topic = UC_BATCH_TOPIC("registers", rows, run);
