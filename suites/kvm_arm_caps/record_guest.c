// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: what a fixed set of instructions does in a guest of EL1: executes and with what result, takes
 * which exception, leaves for user space.
 *
 * One KVM_RUN plays hundreds of them. Each is followed by a store of {0, X0} behind X10; an exception
 * stores {1, its syndrome} and goes on behind both; where KVM leaves for user space, we do that. With its
 * MMU off the guest's stores go past caches on real hardware: so each line is written back and dropped
 * before the guest runs and before it is read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "record.h"

#define CODE		0x40000000ULL	/* for the guest */
#define CODE_SIZE	65536u
#define VECTORS		0x8000u		/* offset */
#define RESULTS_SIZE	65536u
#define MMIO		0x10000000ULL	/* nothing is there: the end */
#define MOST_EXITS	64
#define CPACR_NO_TRAPS	0x330000ULL	/* FPEN, ZEN */

struct result {
	uint64_t kind, value;
};
enum { EXECUTED, EXCEPTION, LEFT };

#define STP_XZR_X0_X10	0xa881015fu	/* stp xzr, x0, [x10], #16 */
#define STR_X0_X28	0xf9000380u	/* str x0, [x28] */

/* "mrs x0, S<op0>_..." of an encoding as register ids have it. */
#define MRS(encoding)	(0xd5300000u | ((encoding) & 0x7fffu) << 5 | 0u)

static const uint32_t handler[] = {
	0xd5385201,	/* mrs x1, esr_el1 */
	0xd5384022,	/* mrs x2, elr_el1 */
	0x91002042,	/* add x2, x2, #8 */
	0xd5184022,	/* msr elr_el1, x2 */
	0xd2800022,	/* mov x2, #1 */
	0xa8810542,	/* stp x2, x1, [x10], #16 */
	0xd69f03e0,	/* eret */
};

static const struct {
	const char *name;
	uint32_t word;
} instructions[] = {
	{ "nop", 0xd503201f }, { "udf", 0x00000000 }, { "hvc_1", 0xd4000022 }, { "smc_1", 0xd4000023 },
	{ "brk", 0xd4200000 }, { "fadd", 0x1e602800 }, { "ptrue", 0x2518e3e0 },
	{ "rdvl", 0x04bf5020 }, { "rdsvl", 0x04bf5820 }, { "smstart", 0xd503477f }, { "paciasp", 0xd503233f },
	{ "pacga", 0x9ac03000 }, { "xpaci", 0xdac143e0 }, { "irg", 0x9adf1000 }, { "ldg", 0xd9600000 },
	{ "dc_cvau", 0xd50b7b2a }, { "dc_isw", 0xd5087640 }, { "dc_gva", 0xd50b746a },
	{ "ic_ialluis", 0xd508711f }, { "tlbi_vmalle1", 0xd508871f }, { "tlbi_vmalle1os", 0xd508811f },
	{ "tlbi_alle2", 0xd50c871f }, { "at_s1e1r", 0xd508780a }, { "at_s12e1r", 0xd50c788a },
	{ "sb", 0xd50330ff }, { "cfp", 0xd50b738a }, { "wfet", 0xd5031000 }, { "sevl", 0xd50320bf },
	{ "ldapr", 0xf8bfc140 }, { "casal", 0xc8e0fd40 }, { "crc32", 0x1ac04000 }, { "aese", 0x4e284800 },
	{ "sm4e", 0xcec08400 }, { "rmif", 0xba000400 }, { "bti", 0xd503245f }, { "ld64b", 0xf83fd140 },
	{ "cpyfp", 0x19000440 }, { "gcspushm", 0xd50b7700 }, { "bfdot", 0x6e40fc00 }, { "usdot", 0x4e809c00 },
	{ "msr_pan", 0xd500409f }, { "msr_uao", 0xd500407f }, { "msr_dit", 0xd503405f }, { "msr_ssbs", 0xd503403f },
	{ "msr_allint", 0xd501401f },
};

/* Encodings to read beside those that are listed: what is listed for no vCPU, or only for some. */
static const uint16_t others[] = {
	0xc080, 0xc081, 0xc082, 0xc083, 0xc086, 0xc085, 0xc090, 0xc101, 0xc103, 0xc5e0, 0xc660, 0xc661, 0xc662,
	0xc665, 0xc708, 0xdce0, 0xdce5, 0xdf11, 0xdf19, 0xde84, 0xde86, 0xdd82, 0xdd83, 0xdd84, 0xdd85,
	0xc4f1, 0xc4f6, 0xdcf0, 0xde83, 0xe080, 0xe088, 0xe200, 0xe208, 0xe290, 0xe300, 0xe301, 0xe658,
	0xe659, 0xe65b, 0xc6e6, 0xc658, 0xc659, 0xd801, 0x8012, 0x8082, 0x8084, 0x8094, 0xc3d8, 0xdf01,
};

/* A value that is another one each time, or depends on where the guest is in time. */
static bool varies(uint16_t encoding)
{
	switch (encoding) {
	case 0xdf01: case 0xdf02: case 0xdf05: case 0xdf06:	/* counters */
	case 0xdf10: case 0xdf18:				/* TVAL: what is left of a timer */
	case 0xdce8:						/* PMCCNTR */
	case 0xc202: case 0xc203:
		return true;
	default:
		return false;
	}
}

struct guest_page {
	uint32_t *code;
	struct result *results;
	struct kvm_run *run;
	unsigned int count;
};

static void clean(const void *from, size_t size)
{
#ifdef __aarch64__
	for (uintptr_t at = (uintptr_t)from; at < (uintptr_t)from + size; at += 16)
		__asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
	__asm__ volatile("dsb sy" : : : "memory");
#else
	(void)from;
	(void)size;
#endif
}

static bool set(const struct kvm_vcpu *vcpu, uint64_t id, uint64_t value)
{
	return !kvm_set_reg(vcpu, id, &value);
}

/* The guest's memory: the same pages for all, written anew. */
static bool boot(struct kvm_vcpu *vcpu, struct guest_page *page)
{
	struct kvm_userspace_memory_region slot = {
		.guest_phys_addr = CODE, .memory_size = CODE_SIZE + RESULTS_SIZE,
	};
	static char *memory;

	if (!memory)
		memory = uc_pages(slot.memory_size);
	memset(memory, 0, slot.memory_size);
	page->code = (uint32_t *)memory;
	page->results = (struct result *)(memory + CODE_SIZE);
	page->run = kvm_map_run(vcpu);
	page->count = 0;
	for (unsigned int vector = 0; vector < 16; vector++)
		memcpy((char *)memory + VECTORS + vector * 0x80, handler, sizeof(handler));
	slot.userspace_addr = (uintptr_t)memory;
	return !kvm_ioctl(vcpu->vm, KVM_SET_USER_MEMORY_REGION, &slot) &&
	       set(vcpu, KVM_REG_SYS(0xc082), CPACR_NO_TRAPS) && set(vcpu, KVM_REG_SYS(0xc600), CODE + VECTORS) && set(vcpu, KVM_REG_X(32), CODE) &&
	       set(vcpu, KVM_REG_X(10), CODE + CODE_SIZE) && set(vcpu, KVM_REG_X(28), MMIO);
}

static void add(struct guest_page *page, uint32_t word)
{
	page->code[2 * page->count] = word;
	page->code[2 * page->count + 1] = STP_XZR_X0_X10;
	page->count++;
}

/* To the end; what leaves for user space on the way is stepped over. Returns KVM_RUN's last answer. */
static int play(const struct kvm_vcpu *vcpu, struct guest_page *page)
{
	page->code[2 * page->count] = STR_X0_X28;
	clean(page->code, CODE_SIZE + RESULTS_SIZE);
	for (unsigned int exits = 0; exits < MOST_EXITS; exits++) {
		const struct kvm_run *run = page->run;
		int result = kvm_ioctl(vcpu->fd, KVM_RUN, NULL);
		uint64_t pc = 0, to = 0, index;

		if (result == -EINTR)
			continue;
		if (!result && run->exit_reason == KVM_EXIT_MMIO && run->mmio.phys_addr == MMIO)
			return 0;
		kvm_get_reg(vcpu, KVM_REG_X(32), &pc);
		kvm_get_reg(vcpu, KVM_REG_X(10), &to);
		index = (to - CODE - CODE_SIZE) / sizeof(*page->results);
		if (result || index >= page->count)
			return result ? result : -ERANGE;
		page->results[index] = (struct result){ LEFT, run->exit_reason };
		clean(&page->results[index], sizeof(*page->results));
		set(vcpu, KVM_REG_X(10), to + sizeof(*page->results));
		set(vcpu, KVM_REG_X(32), CODE + 8 * (index + 1));
	}
	return -ELOOP;
}

static void record_result(const char *key, const struct result *result, bool varying)
{
	if (result->kind == EXCEPTION)
		uc_record(key, "exception %#llx", (unsigned long long)result->value >> 26);
	else if (result->kind == LEFT)
		uc_record(key, "leaves with reason %llu", (unsigned long long)result->value);
	else if (varying)
		uc_record(key, "executes");
	else
		uc_record(key, "executes, %#llx", (unsigned long long)result->value);
}

static bool is_there(const uint16_t *encodings, unsigned int count, uint16_t wanted)
{
	for (unsigned int i = 0; i < count; i++)
		if (encodings[i] == wanted)
			return true;
	return false;
}

static unsigned int encodings_of(const struct kvm_vcpu *vcpu, uint16_t *encodings, unsigned int room)
{
	struct kvm_reg_list *list;
	unsigned int count = 0;

	for (size_t i = 0; i < UC_ARRAY_SIZE(others) && count < room; i++)
		encodings[count++] = others[i];
	if (kvm_try_reg_list(vcpu, &list))
		return count;
	for (uint64_t i = 0; i < list->n && count < room; i++)
		if (list->reg[i] >> 14 == KVM_REG_SYS(0xc000) >> 14 &&
		    !is_there(encodings, count, list->reg[i] & 0xffff))
			encodings[count++] = list->reg[i] & 0xffff;
	free(list);
	return count;
}

#define MOST_READ	1024

static void record_guest(struct kvm_vcpu *vcpu, uint32_t set, const uint16_t *encodings, unsigned int count)
{
	struct guest_page page;
	char key[40];
	int result;

	uc_record_about("%s", kvm_record_set_key(set));
	if (!boot(vcpu, &page)) {
		uc_record("boot", "no");
		return;
	}
	for (unsigned int i = 0; i < count; i++)
		add(&page, MRS(encodings[i]));
	for (size_t i = 0; i < UC_ARRAY_SIZE(instructions); i++)
		add(&page, instructions[i].word);
	result = play(vcpu, &page);
	uc_record("run", "%s", kvm_recorded_answer(result));
	clean(page.results, RESULTS_SIZE);
	for (unsigned int i = 0; !result && i < page.count; i++) {
		const unsigned int one = i < count ? encodings[i] : 0;

		if (i < count)
			snprintf(key, sizeof(key), "mrs.S%u_%u_C%u_C%u_%u", one >> 14, one >> 11 & 7,
				 one >> 7 & 15, one >> 3 & 15, one & 7);
		else
			snprintf(key, sizeof(key), "%s", instructions[i - count].name);
		record_result(key, &page.results[i], i >= count || varies(one));
	}
	kvm_unmap_runs();
}

/* What a guest of each typical set meets; the registers to read are those of the largest set. */
void kvm_record_guest(const void *facts)
{
	static const uint32_t sets[] = { 0, PSCI_0_2, SVE, BOTH, PSCI_0_2 | SVE | BOTH };
	static uint16_t encodings[MOST_READ];
	const struct kvm_facts *known = facts;
	struct kvm_vcpu vcpu = { 0 };
	unsigned int count;

	if (kvm_record_ready(&vcpu, known->supported & (PSCI_0_2 | PMU_V3 | SVE | BOTH)))
		uc_error("no vCPU of the largest set");
	count = encodings_of(&vcpu, encodings, MOST_READ);
	for (size_t i = 0; i < UC_ARRAY_SIZE(sets); i++)
		if (!kvm_record_ready(&vcpu, sets[i]))
			record_guest(&vcpu, sets[i], encodings, count);
	kvm_record_close(&vcpu);
}
