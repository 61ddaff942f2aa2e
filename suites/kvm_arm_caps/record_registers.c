// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: the registers of a vCPU, for each accepted set: which are listed, how large they are and
 * what they start with. For some sets, which stand for the rest: what becomes of a write, bit by bit,
 * whether another INIT keeps it, and whether the VM's other vCPU sees it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/buffer.h"
#include "record.h"

#define LARGEST		256	/* bytes of a register: SVE's vectors */

/*
 * What is a clock, or counts on, has another value each time: only whether it can be read is written
 * down. The timers' compare values are read relative to one.
 */
static bool varies(uint64_t id)
{
	switch (id) {
	case KVM_REG_SYS(0xdf00):	/* CNTKCTL's neighbours: CNTPCT, as CNTPCT_EL0 is listed */
	case KVM_REG_SYS(0xdf01):	/* CNTPCT_EL0 */
	case KVM_REG_SYS(0xdf02):	/* CNTVCT_EL0, as what the UAPI calls CVAL */
	case KVM_REG_SYS(0xdf1a):	/* CNTV_CVAL_EL0, as what the UAPI calls CNT */
	case KVM_REG_SYS(0xdf06):	/* CNTVCTSS_EL0 */
	case KVM_REG_SYS(0xdf05):	/* CNTPCTSS_EL0 */
		return true;
	default:
		return false;
	}
}

static unsigned int size_of(uint64_t id)
{
	unsigned int size = 1u << (id >> 52 & 15);

	return size < LARGEST ? size : LARGEST;
}

static uint64_t word_of(uint64_t id, const unsigned char *value)
{
	uint64_t word = 0;

	memcpy(&word, value, size_of(id) < sizeof(word) ? size_of(id) : sizeof(word));
	return word;
}

/* "0x3c5"; of vectors all bytes, without the zeroes at the end. */
static const char *value_text(uint64_t id, const unsigned char *value)
{
	static char text[2 * LARGEST + 3];
	unsigned int size = size_of(id);

	if (size <= sizeof(uint64_t)) {
		snprintf(text, sizeof(text), "%#llx", (unsigned long long)word_of(id, value));
		return text;
	}
	while (size && !value[size - 1])
		size--;
	strcpy(text, size ? "bytes " : "0x0");
	for (unsigned int i = 0; i < size && 6 + 2 * i + 2 < sizeof(text); i++)
		sprintf(text + 6 + 2 * i, "%02x", value[i]);
	return text;
}

/* System registers by their encoding, as assemblers take it; others by their id. */
static const char *id_key(uint64_t id)
{
	static char key[32];
	const unsigned int encoding = id & 0xffff;

	if (id >> 16 == KVM_REG_SYS(0) >> 16)
		snprintf(key, sizeof(key), "S%u_%u_C%u_C%u_%u", encoding >> 14, encoding >> 11 & 7,
			 encoding >> 7 & 15, encoding >> 3 & 15, encoding & 7);
	else
		snprintf(key, sizeof(key), "%016llx", (unsigned long long)id);
	return key;
}

static void record_value(int vcpu, uint64_t id)
{
	unsigned char value[LARGEST] = { 0 };
	int result = kvm_get_reg(vcpu, id, value);

	uc_record(id_key(id), "%s", result ? kvm_recorded_answer(result) :
		  varies(id) ? "varies" : value_text(id, value));
}

void kvm_record_lists(const void *facts)
{
	uint32_t sets[KVM_MOST_SETS];
	unsigned int count = kvm_record_sets(facts, sets);
	const struct kvm_reg_list *list;

	for (unsigned int i = 0; i < count; i++) {
		int result = kvm_record_ready(facts, sets[i]);

		uc_record_about("%s", kvm_record_set_key(sets[i]));
		if (!result)
			result = kvm_record_list(&list);
		uc_record("list", "%s", kvm_recorded_answer(result));
		if (result)
			continue;
		for (uint64_t j = 0; j < list->n; j++)
			record_value(kvm_vcpu_file(0, 0), list->reg[j]);
	}
}

/* The sets that stand for the rest: nothing, each that a listed register depends on, and the largest. */
static const uint32_t typical[] = {
	0, EL1_32BIT, PMU_V3, SVE, BOTH, PSCI_0_2 | PMU_V3 | SVE | BOTH, HAS_EL2,
	HAS_EL2 | BIT(KVM_ARM_VCPU_HAS_EL2_E2H0),
	HAS_EL2 | PSCI_0_2 | PMU_V3 | SVE | BOTH,
};

/* The initial value with each bit inverted: bits taken, and read back so. One that can be is left so. */
static void record_bits(int vcpu, uint64_t id, uint64_t initial)
{
	uint64_t taken = 0, kept = 0, one;
	int refused = 0;

	for (unsigned int bit = 0; bit < 8 * size_of(id); bit++) {
		uint64_t changed = initial ^ 1ULL << bit, read = 0;
		int result = kvm_set_reg(vcpu, id, &changed);

		if (result) {
			refused = result;
			continue;
		}
		taken |= 1ULL << bit;
		if (!kvm_get_reg(vcpu, id, &read) && read == changed)
			kept |= 1ULL << bit;
		kvm_set_reg(vcpu, id, &initial);
	}
	one = initial ^ (kept & -kept);
	if (kept)
		kvm_set_reg(vcpu, id, &one);
	uc_record(id_key(id), "bits taken %#llx, kept %#llx, else %s", (unsigned long long)taken,
		  (unsigned long long)kept, refused ? kvm_recorded_answer(refused) : "none");
}

/* All bits at once, where that is taken; else one by one. */
static void record_write(int vcpu, uint64_t id, const unsigned char *initial)
{
	const unsigned int size = size_of(id);
	uint64_t kept = size < 8 ? (1ULL << 8 * size) - 1 : ~0ULL;
	unsigned char inverse[LARGEST], read[LARGEST] = { 0 };
	int result, own = kvm_set_reg(vcpu, id, initial);

	for (unsigned int i = 0; i < size; i++)
		inverse[i] = ~initial[i];
	result = kvm_set_reg(vcpu, id, inverse);
	if (result && !own && size <= sizeof(kept)) {
		record_bits(vcpu, id, word_of(id, initial));
		return;
	}
	if (!result && !kvm_get_reg(vcpu, id, read) && size <= sizeof(kept))
		kept &= ~(word_of(id, read) ^ word_of(id, inverse));
	else if (memcmp(read, inverse, size))
		kept = 0;
	if (result)
		uc_record(id_key(id), "%s, own value %s", kvm_recorded_answer(result), kvm_recorded_answer(own));
	else if (varies(id))
		uc_record(id_key(id), "0");
	else
		uc_record(id_key(id), "0, kept %#llx", (unsigned long long)kept);
}

static const char *compared(int vcpu, uint64_t id, const unsigned char *initial,
			    const unsigned char *before)
{
	unsigned char now[LARGEST] = { 0 };
	int result = kvm_get_reg(vcpu, id, now);

	if (result)
		return kvm_recorded_answer(result);
	if (varies(id))
		return "varies";
	if (!memcmp(now, before, size_of(id)))
		return memcmp(before, initial, size_of(id)) ? "as written" : "initial";
	return memcmp(now, initial, size_of(id)) ? "other" : "initial";
}

struct history {
	unsigned char initial[LARGEST], written[LARGEST], at_once[LARGEST];
};

/* PSTATE's modes, of which a vCPU has some; it is what it was afterwards. */
static void record_modes(int vcpu)
{
	const uint64_t id = KVM_REG_X(33);
	uint64_t initial = 0;
	char key[16];

	kvm_get_reg(vcpu, id, &initial);
	for (uint64_t mode = 0; mode < 32; mode++) {
		uint64_t value = (initial & ~0x1fULL) | mode, read = 0;
		int result = kvm_set_reg(vcpu, id, &value);

		kvm_get_reg(vcpu, id, &read);
		snprintf(key, sizeof(key), "mode.%llu", (unsigned long long)mode);
		uc_record(key, "%s, then %#llx", kvm_recorded_answer(result), (unsigned long long)read);
		kvm_set_reg(vcpu, id, &initial);
	}
}

static void record_writes_of(const struct kvm_facts *facts, uint32_t set, const struct kvm_reg_list *list)
{
	struct history *all = calloc(list->n, sizeof(*all));
	const int vcpu = kvm_vcpu_file(0, 0);

	if (!all)
		uc_error("no memory for %llu registers", (unsigned long long)list->n);
	kvm_record_call(facts, DO_NEW_VCPU, 1, 0);
	kvm_record_init(facts, 1, set);
	for (uint64_t i = 0; i < list->n; i++)
		kvm_get_reg(vcpu, list->reg[i], all[i].initial);
	uc_record_about("%s", kvm_record_set_key(set));
	record_modes(vcpu);
	for (uint64_t i = 0; i < list->n; i++) {
		record_write(vcpu, list->reg[i], all[i].initial);
		kvm_get_reg(vcpu, list->reg[i], all[i].at_once);
	}
	/* Another value for each: what a later write to another register changed. */
	for (uint64_t i = 0; i < list->n; i++) {
		all[i].at_once[1] ^= i;
		kvm_set_reg(vcpu, list->reg[i], all[i].at_once);
		kvm_get_reg(vcpu, list->reg[i], all[i].at_once);
	}
	uc_record_about("%s.later", kvm_record_set_key(set));
	for (uint64_t i = 0; i < list->n; i++) {
		unsigned char now[LARGEST] = { 0 };

		kvm_get_reg(vcpu, list->reg[i], now);
		if (!varies(list->reg[i]) && memcmp(now, all[i].at_once, size_of(list->reg[i])))
			uc_record(id_key(list->reg[i]), "another value");
	}
	uc_record_about("%s.sibling", kvm_record_set_key(set));
	for (uint64_t i = 0; i < list->n; i++) {
		kvm_get_reg(vcpu, list->reg[i], all[i].written);
		uc_record(id_key(list->reg[i]), "%s",
			  compared(kvm_vcpu_file(0, 1), list->reg[i], all[i].initial, all[i].written));
	}
	uc_record_about("%s.init_again", kvm_record_set_key(set));
	uc_record("init", "%s", kvm_recorded_answer(kvm_record_call(facts, DO_INIT, 0, set)));
	if (set & SVE)
		kvm_record_call(facts, DO_FINALIZE, 0, 0);
	for (uint64_t i = 0; i < list->n; i++)
		uc_record(id_key(list->reg[i]), "%s",
			  compared(vcpu, list->reg[i], all[i].initial, all[i].written));
	free(all);
}

void kvm_record_writes(const void *facts)
{
	const struct kvm_reg_list *list;

	for (size_t i = 0; i < UC_ARRAY_SIZE(typical); i++) {
		if (kvm_record_ready(facts, typical[i]) || kvm_record_list(&list))
			continue;
		record_writes_of(facts, typical[i], list);
	}
}

/*
 * Each listed register with every other size in its id: read to where there is room, and written from where
 * no more can be read than it has.
 */
static void record_sizes(int vcpu, const struct kvm_reg_list *list)
{
	static const char *const words[] = { "get", "set" };
	char *end = (char *)uc_guarded(LARGEST) + LARGEST;

	for (uint64_t i = 0; i < list->n; i++) {
		char text[320] = "";
		size_t used = 0;

		for (unsigned int set = 0; set <= 1; set++) {
			used += snprintf(text + used, sizeof(text) - used, "%s%s", set ? ", " : "", words[set]);
			for (uint64_t size = 0; size <= 9; size++) {
				unsigned char value[512] = { 0 };
				uint64_t id = (list->reg[i] & ~(15ULL << 52)) | size << 52;
				int result = set ? kvm_set_reg(vcpu, id, end - size_of(list->reg[i])) :
						   kvm_get_reg(vcpu, id, value);

				used += snprintf(text + used, sizeof(text) - used, " %s", kvm_recorded_answer(result));
			}
		}
		uc_record(id_key(list->reg[i]), "%s", text);
	}
}

/* Ids that can be read, whether listed or not: of system registers, and of the core group. */
static void record_readable(int vcpu)
{
	unsigned char value[512];

	uc_record_about("readable");
	for (uint64_t encoding = 0x8000; encoding <= 0xffff; encoding++) {
		int result = kvm_get_reg(vcpu, KVM_REG_SYS(encoding), value);

		if (result != -ENOENT)
			uc_record(id_key(KVM_REG_SYS(encoding)), "%s", kvm_recorded_answer(result));
	}
	for (uint64_t size = 2; size <= 4; size++) {
		for (uint64_t offset = 0; offset < 0x120; offset++) {
			uint64_t id = 0x6000000000100000ULL | size << 52 | offset;

			uc_record(id_key(id), "%s", kvm_recorded_answer(kvm_get_reg(vcpu, id, value)));
		}
	}
	/* All groups, by their first register. */
	uc_record_about("group");
	for (uint64_t group = 0; group <= 0x1f; group++) {
		for (uint64_t size = 0; size <= 9; size++) {
			uint64_t id = 0x6000000000000000ULL | size << 52 | group << 16;
			char key[32];

			snprintf(key, sizeof(key), "%llu.%llu", (unsigned long long)group,
				 (unsigned long long)size);
			uc_record(key, "%s", kvm_recorded_answer(kvm_get_reg(vcpu, id, value)));
		}
	}
}

void kvm_record_ids(const void *facts)
{
	const struct kvm_facts *known = facts;
	const struct kvm_reg_list *list;
	uint32_t sets[] = { 0, known->supported & (PSCI_0_2 | PMU_V3 | SVE | BOTH) };

	for (size_t i = 0; i < UC_ARRAY_SIZE(sets); i++) {
		if (kvm_record_ready(facts, sets[i]) || kvm_record_list(&list))
			continue;
		uc_record_about("%s.size", i ? "all" : "none");
		record_sizes(kvm_vcpu_file(0, 0), list);
		if (i)
			record_readable(kvm_vcpu_file(0, 0));
	}
}

#define RANGES		4
#define RESERVED	13

void kvm_record_masks(const void *facts)
{
	static uint64_t masks[KVM_ARM_FEATURE_ID_RANGE_SIZE];
	char key[32];

	kvm_record_vm(facts);
	for (uint32_t range = 0; range < RANGES; range++) {
		struct kvm_reg_mask_range asked = { .addr = (uintptr_t)masks, .range = range };

		snprintf(key, sizeof(key), "range.%u", range);
		uc_record(key, "%s", kvm_recorded_answer(
			  kvm_ioctl(kvm_vm_file(), KVM_ARM_GET_REG_WRITABLE_MASKS, &asked)));
	}
	for (unsigned int word = 0; word < RESERVED; word++) {
		struct kvm_reg_mask_range asked = { .addr = (uintptr_t)masks };

		asked.reserved[word] = 1;
		snprintf(key, sizeof(key), "reserved.%u", word);
		uc_record(key, "%s", kvm_recorded_answer(
			  kvm_ioctl(kvm_vm_file(), KVM_ARM_GET_REG_WRITABLE_MASKS, &asked)));
	}
	memset(masks, 0xa5, sizeof(masks));
	if (!kvm_ioctl(kvm_vm_file(), KVM_ARM_GET_REG_WRITABLE_MASKS,
		       &(struct kvm_reg_mask_range){ .addr = (uintptr_t)masks }))
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(masks); i++) {
			snprintf(key, sizeof(key), "mask.%u", i);
			uc_record(key, "%#llx", (unsigned long long)masks[i]);
		}
}
