// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules for all registers of a vCPU, each over every legal set of features:
 *
 * exact	the list is that of a vCPU without features, with what the set's features
 *		bring and without what they take; what is not listed is not served
 * served	each that is listed can be read, and takes back what was read
 * sizes	a register's id with another size is refused, and moves no byte
 */
#include <errno.h>
#include <string.h>

#include "../../harness/buffer.h"
#include "../../harness/verdict.h"
#include "facts.h"
#include "lists.h"
#include "rows.h"
#include "rules.h"

#define WITH_SIZE(id, log)	(((id) & ~(0xfULL << 52)) | (uint64_t)(log) << 52)

/* What no feature brings: SME's registers, and MTE's where the VM has not enabled it. */
static const struct kvm_register_range nobodys[] = {
	{ KVM_REG_SYS(0xc094), KVM_REG_SYS(0xc096) }, { KVM_REG_SYS(0xda12), KVM_REG_SYS(0xda12) },
	{ KVM_REG_SYS(0xde85), KVM_REG_SYS(0xde85) }, { KVM_REG_SYS(0xc806), KVM_REG_SYS(0xc806) },
	{ KVM_REG_SYS(0xc085), KVM_REG_SYS(0xc086) }, { KVM_REG_SYS(0xc2b0), KVM_REG_SYS(0xc2b1) },
	{ 0, 0 },
};

struct kvm_reg_list *kvm_list_of(int vcpu)
{
	const size_t size = sizeof(struct kvm_reg_list) + MOST * sizeof(uint64_t);
	struct kvm_reg_list *list = uc_guarded(size);

	list->n = MOST;
	if (!kvm_expect(kvm_ioctl(vcpu, KVM_GET_REG_LIST, list), 0, "KVM_GET_REG_LIST"))
		uc_fail_now("without a list there is nothing to judge");
	return list;
}

/* Whose registers are; all features: everybody's. */
static uint32_t judged = ALL_FEATURES;

bool kvm_judged_with_set(uint64_t id)
{
	return judged == ALL_FEATURES || kvm_features_of_register(id) & judged;
}

void kvm_for_each_legal_set(const struct kvm_facts *facts, void (*judge)(int vcpu, uint32_t set, const char *name))
{
	uint32_t sets[KVM_LEGAL_SETS];
	unsigned int count = kvm_legal_sets(facts, sets);
	const size_t buffers = uc_buffers_mark();
	uint32_t largest = 0;

	for (unsigned int i = 0; i < count; i++)
		if (__builtin_popcount(sets[i]) > __builtin_popcount(largest))
			largest = sets[i];
	for (unsigned int i = 0; i < count; i++) {
		judged = sets[i] && sets[i] != largest && !(sets[i] & ~largest) ? sets[i] : ALL_FEATURES;
		kvm_set_up("NEW_VM = 0; NEW_VCPU = 0; INIT %s = 0%s", kvm_set_name(sets[i]),
			   sets[i] & SVE ? "; FINALIZE SVE = 0" : "");
		judge(kvm_vcpu_file(0, 0), sets[i], kvm_set_name(sets[i]));
		/* A VM is the slower to make the more is mapped. */
		uc_buffers_release(buffers);
	}
	judged = ALL_FEATURES;
}

static bool has(const struct kvm_reg_list *list, uint64_t id)
{
	for (uint64_t i = 0; i < list->n; i++)
		if (list->reg[i] == id)
			return true;
	return false;
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
		else if (!has(other, list->reg[i]))
			take(list->reg[i], data);
	}
	uc_counted(list->n);
}

/* How a failure of a list begins; the set follows. */
#define LISTS	"call:     KVM_GET_REG_LIST of a vCPU with %s\nexpected: "

struct difference {
	int lacks;	/* the vCPU, which does not list the register, and must not serve it */
	uint32_t set;
	bool comes;
	uint32_t found;	/* features of which something came */
	const char *name;
};

/* No feature's, as far as the tables know: a younger kernel may list what nobody knows yet. */
static bool is_new(uint64_t id)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (kvm_within(kvm_features[i].comes, id) || kvm_within(kvm_features[i].goes, id))
			return false;
	/* Identification is there for every vCPU. */
	return GROUP(id) == SYSTEM && CRN(id) && !kvm_within(nobodys, id);
}

static void take_difference(uint64_t id, void *data)
{
	struct difference *difference = data;
	unsigned char value[WIDEST];
	/* Which registers come with it is not in the table. */
	bool explained = difference->set & kvm_features_that(MANY_REGISTERS);
	int result;

	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		const struct kvm_feature *feature = &kvm_features[i];

		if (!(difference->set & BIT(i)))
			continue;
		if (!kvm_within(difference->comes ? feature->comes : feature->goes, id))
			continue;
		explained = true;
		difference->found |= BIT(i);
	}
	if (!explained && difference->comes && is_new(id))
		uc_note("register 0x%llx, which is in no table here, is listed only with %s",
			(unsigned long long)id, difference->name);
	else
		uc_check(explained, LISTS "what a vCPU without features lists, but for what its own bring and take\n"
			 "got:      0x%llx is listed %s", difference->name, (unsigned long long)id,
			 difference->comes ? "here only" : "there only");
	result = kvm_get_reg(difference->lacks, id, value);
	uc_check(result == -ENOENT || result == -EINVAL,
		 "call:     KVM_GET_ONE_REG 0x%llx %s %s\nexpected: ENOENT or EINVAL\ngot:      %s",
		 (unsigned long long)id, difference->comes ? "without" : "with", difference->name,
		 kvm_result_name(result));
}

/* That of a vCPU without features, of VM 1. */
static struct kvm_reg_list *plain_list;

static void judge_exact_set(int vcpu, uint32_t set, const char *name)
{
	struct kvm_reg_list *list = kvm_list_of(vcpu);
	struct difference more = { kvm_vcpu_file(1, 0), set, true, 0, name }, less = { vcpu, set, false, 0, name };

	uc_about(set & BOTH && set == BOTH ? KEYS_PRESENT : REGISTERS_EXACT);
	for_each_more(list, plain_list, take_difference, &more);
	for_each_more(plain_list, list, take_difference, &less);
	for (uint64_t i = 0; i < list->n; i++)
		uc_check(!kvm_within(nobodys, list->reg[i]), LISTS "no register that no feature brings\ngot:      0x%llx",
			 name, (unsigned long long)list->reg[i]);
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		if (!(set & BIT(i)))
			continue;
		uc_check(!kvm_features[i].comes || more.found & BIT(i), LISTS "registers of %s\ngot:      none",
			 name, kvm_features[i].name);
		uc_check(!kvm_features[i].goes || less.found & BIT(i),
			 LISTS "not what %s takes away\ngot:      all of it", name, kvm_features[i].name);
	}
	if (set)
		return;
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		for (uint64_t j = 0; kvm_features[i].comes && j < list->n; j++)
			uc_check(!kvm_within(kvm_features[i].comes, list->reg[j]),
				 LISTS "no register of %s\ngot:      0x%llx", name, kvm_features[i].name,
				 (unsigned long long)list->reg[j]);
}

static void judge_exact(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	kvm_set_up("vm1: NEW_VM = 0; vm1.0: NEW_VCPU = 0; vm1.0: INIT none = 0");
	plain_list = kvm_list_of(kvm_vcpu_file(1, 0));
	kvm_for_each_legal_set(facts, judge_exact_set);
}

static void judge_served_set(int vcpu, uint32_t set UNUSED, const char *name)
{
	struct kvm_reg_list *list = kvm_list_of(vcpu);
	unsigned char value[WIDEST];

	for (uint64_t i = 0; i < list->n; i++) {
		const uint64_t id = list->reg[i];

		if (!kvm_judged_with_set(id))
			continue;
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
	kvm_for_each_legal_set(facts, judge_served_set);
}

/*
 * The caller has as many bytes as the register has, to the end of a page: what another size asks
 * for is no register, and not looked for behind them.
 */
static void expect_no_size(int vcpu, uint64_t id, unsigned int log, unsigned char *value)
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

static void judge_sizes_set(int vcpu, uint32_t set, const char *name UNUSED)
{
	struct kvm_reg_list *list = kvm_list_of(vcpu);
	uint64_t group = 0;

	for (uint64_t i = 0; i < list->n; i++) {
		const uint64_t id = list->reg[i];
		const bool any = GROUP(id) == CORE || GROUP(id) == FIRMWARE || GROUP(id) == BITMAPS;
		const unsigned int own = id >> 52 & 0xf;
		/* Every size of the first one of a group, of the others the nearest. */
		const unsigned int away = !any || GROUP(id) != group ? 8 : 1;
		const size_t buffers = uc_buffers_mark();
		unsigned char *value;

		/* The common ones are those of the first set. */
		if (set && !kvm_features_of_register(id))
			continue;
		group = GROUP(id);
		value = uc_guarded(KVM_REG_SIZE(id));
		for (unsigned int log = any ? 0 : 2; log <= (any ? 8 : 4); log++)
			if (log != own && (any || log != 3) && log <= own + away && own <= log + away)
				expect_no_size(vcpu, id, log, value);
		uc_buffers_release(buffers);
	}
}

static void judge_sizes(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	kvm_for_each_legal_set(facts, judge_sizes_set);
}

#define ROW(name, function, ...) \
	{ .row = { .id = "kvm_arm_caps." name, __VA_ARGS__ }, .judge = function }
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &kvm_registers_work

static const struct kvm_row rows[] = {
	ROW("registers.exact", judge_exact, REQ(REGISTERS_EXACT, KEYS_PRESENT), ANYWHERE),
	ROW("registers.served", judge_served, REQ(REGISTERS_SERVED), ANYWHERE),
	ROW("registers.sizes", judge_sizes, REQ(REGISTERS_SIZE), ANYWHERE),
};

const struct uc_topic kvm_lists_topic = KVM_TOPIC("registers", rows);
