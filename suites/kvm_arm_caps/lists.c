// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules for all registers of a vCPU, each over every legal set of features:
 *
 * exact	the list is that of a vCPU without features, with what the set's features
 *		bring and without what they take; what is not listed is not served
 * served	each that is listed can be read, and takes back what was read
 * sizes	a register's id with another size is refused, and moves no byte
 * reset	another KVM_ARM_VCPU_INIT brings back the initial values, a refused one
 *		leaves what was written
 *
 * All values are read before any is written, because some registers are
 * others by another name (PMINTENCLR_EL1 is PMINTENSET_EL1). Left out of reset
 * are those that belong to the VM (id registers, firmware) and what runs by
 * itself (timers).
 */
#include <errno.h>
#include <string.h>

#include "../../harness/buffer.h"
#include "../../harness/verdict.h"
#include "facts.h"
#include "rows.h"
#include "rules.h"
#include "vcpu.h"

#define MOST		1024	/* registers; kernels list some 300 */
#define WIDEST		256	/* bytes, of Z registers */

/* Fields of a register's id. */
#define GROUP(id)	((id) >> 16 & 0xfff)
#define CORE		0x010
#define DEMUX		0x011
#define SYSTEM		0x013
#define FIRMWARE	0x014
#define BITMAPS		0x016
#define OP0(id)		((id) >> 14 & 3)
#define OP1(id)		((id) >> 11 & 7)
#define CRN(id)		((id) >> 7 & 0xf)
#define WITH_SIZE(id, log)	(((id) & ~(0xfULL << 52)) | (uint64_t)(log) << 52)

/* What no feature brings: SME's registers, and MTE's where the VM has not enabled it. */
static const struct kvm_register_range nobodys[] = {
	{ KVM_REG_SYS(0xc094), KVM_REG_SYS(0xc096) }, { KVM_REG_SYS(0xda12), KVM_REG_SYS(0xda12) },
	{ KVM_REG_SYS(0xde85), KVM_REG_SYS(0xde85) }, { KVM_REG_SYS(0xc806), KVM_REG_SYS(0xc806) },
	{ KVM_REG_SYS(0xc085), KVM_REG_SYS(0xc086) }, { KVM_REG_SYS(0xc2b0), KVM_REG_SYS(0xc2b1) },
	{ 0, 0 },
};

struct value {
	uint64_t id;
	unsigned char initial[WIDEST], written[WIDEST];
};

static struct values {
	unsigned int count;
	struct value value[MOST];
} values;

/* The vCPU's register list; lives until the row ends. */
static struct kvm_reg_list *list_of(const struct kvm_vcpu *vcpu)
{
	const size_t size = sizeof(struct kvm_reg_list) + MOST * sizeof(uint64_t);
	struct kvm_reg_list *list = uc_guarded(size);

	list->n = MOST;
	if (!kvm_expect(kvm_ioctl(vcpu->fd, KVM_GET_REG_LIST, list), 0, "KVM_GET_REG_LIST"))
		uc_fail_now("without a list there is nothing to judge");
	return list;
}

/* Run @judge on a vCPU of each legal set; @plain has no features. */
static void for_each_set(const struct kvm_facts *facts,
			 void (*judge)(const struct kvm_vcpu *vcpu, uint32_t set, const char *name))
{
	uint32_t sets[KVM_LEGAL_SETS];
	unsigned int count = kvm_legal_sets(facts, sets);
	struct kvm_vcpu vcpu;

	for (unsigned int i = 0; i < count; i++) {
		kvm_make_initialised(&vcpu, sets[i]);
		judge(&vcpu, sets[i], kvm_set_name(sets[i]));
		kvm_close(&vcpu);
	}
}

/* Each register of a list that the other lacks. */
static void for_each_more(const struct kvm_reg_list *list, const struct kvm_reg_list *other,
			  void (*take)(uint64_t id, void *data), void *data)
{
	uint64_t next = 0;

	for (uint64_t i = 0; i < list->n; i++) {
		uint64_t at = next;

		/* Nearly always both lists have the same order. */
		while (at < other->n && other->reg[at] != list->reg[i])
			at++;
		if (at < other->n)
			next = at + 1;
		else if (!kvm_reg_list_has(other, list->reg[i]))
			take(list->reg[i], data);
	}
	uc_counted(list->n);
}

struct difference {
	const struct kvm_vcpu *lacks;	/* which does not list the register, and must not serve it */
	uint32_t set;
	bool comes;
	uint32_t found;	/* features of which something came */
	const char *name;
};

static void take_difference(uint64_t id, void *data)
{
	struct difference *difference = data;
	unsigned char value[WIDEST];
	/* Which registers come with it is not in the table. */
	bool explained = difference->comes && kvm_has_many_registers(difference->set);
	int result;

	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		const struct kvm_feature *feature = &kvm_features[i];

		if (!(difference->set & BIT(i)))
			continue;
		explained |= feature->many_registers;
		if (!kvm_within(difference->comes ? feature->comes : feature->goes, id))
			continue;
		explained = true;
		difference->found |= BIT(i);
	}
	uc_check(explained, "register 0x%llx is listed only %s %s", (unsigned long long)id,
		 difference->comes ? "with" : "without", difference->name);
	result = kvm_get_reg(difference->lacks, id, value);
	uc_check(result == -ENOENT || result == -EINVAL,
		 "call:     KVM_GET_ONE_REG 0x%llx %s %s\nexpected: ENOENT or EINVAL\ngot:      %s",
		 (unsigned long long)id, difference->comes ? "without" : "with", difference->name,
		 kvm_result_name(result));
}

static struct kvm_vcpu plain;
static struct kvm_reg_list *plain_list;

static void judge_exact_set(const struct kvm_vcpu *vcpu, uint32_t set, const char *name)
{
	struct kvm_reg_list *list = list_of(vcpu);
	struct difference more = { &plain, set, true, 0, name }, less = { vcpu, set, false, 0, name };

	uc_about(set & BOTH && set == BOTH ? KEYS_PRESENT : REGISTERS_EXACT);
	for_each_more(list, plain_list, take_difference, &more);
	for_each_more(plain_list, list, take_difference, &less);
	for (uint64_t i = 0; i < list->n; i++)
		uc_check(!kvm_within(nobodys, list->reg[i]), "register 0x%llx is listed, which no feature brings",
			 (unsigned long long)list->reg[i]);
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		if (!(set & BIT(i)))
			continue;
		uc_check(!kvm_features[i].comes || more.found & BIT(i), "no register of %s is listed",
			 kvm_features[i].name);
		uc_check(!kvm_features[i].goes || less.found & BIT(i),
			 "all registers are listed that %s takes away", kvm_features[i].name);
	}
	if (set)
		return;
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		for (uint64_t j = 0; kvm_features[i].comes && j < list->n; j++)
			uc_check(!kvm_within(kvm_features[i].comes, list->reg[j]),
				 "register 0x%llx is listed without %s",
				 (unsigned long long)list->reg[j], kvm_features[i].name);
}

static void judge_exact(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	kvm_make_initialised(&plain, 0);
	plain_list = list_of(&plain);
	for_each_set(facts, judge_exact_set);
}

static void judge_served_set(const struct kvm_vcpu *vcpu, uint32_t set UNUSED, const char *name)
{
	struct kvm_reg_list *list = list_of(vcpu);
	unsigned char value[WIDEST];

	for (uint64_t i = 0; i < list->n; i++) {
		const uint64_t id = list->reg[i];

		if (!kvm_expect(kvm_get_reg(vcpu, id, value), 0, "KVM_GET_ONE_REG 0x%llx of a vCPU with %s",
				(unsigned long long)id, name))
			continue;
		/* The lengths are settled by then. */
		if (id != KVM_REG_SVE_VLS)
			kvm_expect(kvm_set_reg(vcpu, id, value), 0,
				   "KVM_SET_ONE_REG 0x%llx, with what was read, of a vCPU with %s",
				   (unsigned long long)id, name);
	}
}

static void judge_served(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	for_each_set(facts, judge_served_set);
}

/*
 * The caller has as many bytes as the register has, to the end of a page: what another size asks
 * for is no register, and not looked for behind them.
 */
static void expect_no_size(const struct kvm_vcpu *vcpu, uint64_t id, unsigned int log, unsigned char *value)
{
	static const char *const names[] = { "KVM_GET_ONE_REG", "KVM_SET_ONE_REG" };
	const unsigned int size = KVM_REG_SIZE(id);

	for (unsigned int set = 0; set < 2; set++) {
		int result = set ? kvm_set_reg(vcpu, WITH_SIZE(id, log), value) :
				   kvm_get_reg(vcpu, WITH_SIZE(id, log), value);

		uc_check((result == -ENOENT || result == -EINVAL) && uc_poison_broken(value, 0, size) == size,
			 "call:     %s 0x%llx, which has %u bytes, with %u\nexpected: ENOENT or EINVAL\ngot:      %s",
			 names[set], (unsigned long long)WITH_SIZE(id, log), size, 1u << log,
			 kvm_result_name(result));
	}
}

static void judge_sizes_set(const struct kvm_vcpu *vcpu, uint32_t set, const char *name UNUSED)
{
	struct kvm_reg_list *list = list_of(vcpu);

	for (uint64_t i = 0; i < list->n; i++) {
		const uint64_t id = list->reg[i];
		const bool any = GROUP(id) == CORE || GROUP(id) == FIRMWARE || GROUP(id) == BITMAPS;
		const size_t buffers = uc_buffers_mark();
		unsigned char *value;

		/* The common ones are those of the first set. */
		if (set && !kvm_features_of_register(id))
			continue;
		value = uc_guarded(KVM_REG_SIZE(id));
		for (unsigned int log = any ? 0 : 2; log <= (any ? 8 : 4); log++)
			if (1u << log != KVM_REG_SIZE(id) && (any || log != 3))
				expect_no_size(vcpu, id, log, value);
		uc_buffers_release(buffers);
	}
}

static void judge_sizes(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	for_each_set(facts, judge_sizes_set);
}

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

static void get(const struct kvm_vcpu *vcpu, uint64_t id, unsigned char value[WIDEST])
{
	memset(value, 0, WIDEST);
	kvm_expect(kvm_get_reg(vcpu, id, value), 0, "KVM_GET_ONE_REG 0x%llx",
		   (unsigned long long)id);
}

/* The registers that are judged, with their initial values. */
static void read_all(const struct kvm_vcpu *vcpu, const struct kvm_reg_list *list)
{
	values.count = 0;
	for (uint64_t i = 0; i < list->n && values.count < MOST; i++) {
		struct value *value = &values.value[values.count];

		value->id = list->reg[i];
		if (!is_reset(value->id))
			continue;
		get(vcpu, value->id, value->initial);
		values.count++;
	}
}

/*
 * Write to each the opposite of what it held at first; what is refused or ignored does not count.
 * Where two must be different, they get different values.
 */
static void write_all(const struct kvm_vcpu *vcpu)
{
	for (unsigned int i = 0; i < values.count; i++) {
		struct value *value = &values.value[i];

		for (unsigned int byte = 0; byte < WIDEST; byte++)
			value->written[byte] = ~value->initial[byte];
		if (stands_alone(value->id))
			value->written[1] = i;
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

static void expect_all(const struct kvm_vcpu *vcpu, bool refused)
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
	if (changed < 32)
		uc_error("only %u registers took what was written to them", changed);
}

static void judge_reset_set(const struct kvm_vcpu *vcpu, uint32_t set, const char *name UNUSED)
{
	/* An AArch32 vCPU has the halves, and modes of its own. */
	if (set & EL1_32BIT)
		return;
	read_all(vcpu, list_of(vcpu));
	write_all(vcpu);
	kvm_expect_init(vcpu, set, 0, ", the same again");
	/* It may or may not take the finalizing back: no text says. The registers it resets. */
	if (set & kvm_finalized_features())
		kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE);
	expect_all(vcpu, false);
}

static void judge_reset(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	for_each_set(facts, judge_reset_set);
}

static void judge_refused(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	const struct kvm_step step = { .features = kvm_both_caps(facts) ? BOTH : 0, .target = UNKNOWN_TARGET };
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, step.features);
	read_all(&vcpu, list_of(&vcpu));
	write_all(&vcpu);
	kvm_expect(kvm_init_with(&vcpu, &step), -EINVAL, "%s", kvm_call_name(&step));
	expect_all(&vcpu, true);
}

/* The vector registers of SVE, by themselves. */
static void judge_vectors(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, SVE);
	judge_reset_set(&vcpu, SVE, "");
}

#define ROW(name, function, ...) \
	{ .row = { .id = "kvm_arm_caps." name, __VA_ARGS__ }, .judge = function }
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &kvm_registers_work

static const struct kvm_row rows[] = {
	ROW("registers.exact", judge_exact, REQ(REGISTERS_EXACT, KEYS_PRESENT), ANYWHERE),
	ROW("registers.served", judge_served, REQ(REGISTERS_SERVED), ANYWHERE),
	ROW("registers.sizes", judge_sizes, REQ(REGISTERS_SIZE), ANYWHERE),
};

static const struct kvm_row reset_rows[] = {
	ROW("reset.all_registers", judge_reset, REQ(STATE_RESET), NEEDS(KVM_NEEDED)),
	ROW("reset.none_when_refused", judge_refused, REQ(STATE_REFUSED_CHANGES_NOTHING), NEEDS(KVM_NEEDED)),
};

static const struct kvm_row sve_rows[] = {
	ROW("sve.reset", judge_vectors, REQ(STATE_RESET), NEEDS(KVM_NEEDED, &kvm_need_sve)),
};

const struct uc_topic kvm_lists_topic = KVM_TOPIC("registers", rows);
const struct uc_topic kvm_reset_topic = KVM_TOPIC("reset", reset_rows);
const struct uc_topic kvm_sve_reset_topic = KVM_TOPIC("sve", sve_rows);
