// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest of one page, for calls.c: a vCPU that executes one sequence of
 * operations after the other, in EL1 with the MMU off, each "X0 = f(X0, X1)",
 * and hands back X0 or the exception that it took. Plain ioctls and libc.
 *
 * The guest never stores to its page: with its MMU off its accesses and ours
 * need not agree about caches, and what we write to them is cleaned by hand.
 * Everything else goes through registers, and through a store to an address
 * that no memory is behind.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#ifndef KVM_RUN
#include "numbers.c"	/* a program has it before this */
#endif

/* What came of a sequence, beside 0 and errno. */
#define GUEST_UNDEF	1000	/* an undefined instruction, at one of the operations */
#define GUEST_FPAC	1001	/* a pointer that did not authenticate */
#define GUEST_OTHER	1002	/* another exception (its ESR_EL1), or exit (its reason) */

#define GUEST_MEMORY	0x40000000ULL	/* for the guest; 4 KiB are used, for each page costs an exit */
#define GUEST_MMIO	0x10000000ULL	/* where nothing is */
#define GUEST_START	0x10		/* where CPU_ON lets a vCPU begin */
#define GUEST_STORE	0x14
#define GUEST_HANDLER	0x20
#define GUEST_CODE	0x40		/* to the vectors */
#define GUEST_VECTORS	0x800
#define GUEST_SIZE	0x1000
#define GUEST_MARK		0x1234ULL	/* in X0 before it reads a register */
#define GUEST_WORDS	256		/* of a sequence at most */

#define GUEST_X(n)	(0x6030000000100000ULL + 2 * (n))
#define GUEST_SYS(n)	(0x6030000000130000ULL + (n))
#define GUEST_SCTLR_EN	(1ULL << 31 | 1ULL << 30 | 1ULL << 27 | 1ULL << 13)	/* EnIA, IB, DA, DB */

#define MRS(rt, encoding)	(0xd5200000U | (uint32_t)(encoding) << 5 | (rt))
#define MSR(rt, encoding)	(0xd5000000U | (uint32_t)(encoding) << 5 | (rt))
/* On LR with SP as the modifier, on LR with zero, on X17 with X16. */
#define LR_SP(word)	{ 0xaa0003fe, 0x9100003f, word, 0xaa1e03e0 }
#define LR_ZERO(word)	{ 0xaa0003fe, word, 0xaa1e03e0 }
#define X17_X16(word)	{ 0xaa0003f1, 0xaa0103f0, word, 0xaa1103e0 }
/* Two signatures in one value: x2 = x0 + 16; sign both; x0 ^= x2 ror 20. */
#define BOTH_OF(first, second)	{ 0x91004002, first, second, 0xcac25000 }
/* CPU_ON(X0, GUEST_START, X1) */
#define CPU_ON(call)	{ 0xaa0103e3, 0xaa0003e1, 0xd2a80002, 0xf2800202, 0xd2800060, 0xf2b88000, call }

/* What a vCPU needs for an operation: with it, it executes; without, it is undefined. */
enum guest_need {
	NEEDS_NOTHING,
	NEEDS_PAIR,
	NEEDS_PAIR_ENABLED,	/* where SCTLR_EL1 does not enable it, it does nothing */
	HINT,			/* the same; on a CPU without pointer authentication it does nothing */
	STRIPS,			/* what every CPU with pointer authentication executes */
	NEEDS_SVE,
	CALLS,		/* its hypervisor, who may end the machine */
	NEVER,
};

static const struct guest_operation {
	const char *name;
	enum guest_need need;
	uint32_t word[14];	/* up to the first 0, at least one */
	int each_key;		/* once for each of the ten key registers; the first word names it */
} guest_operations[] = {
	{ "NOP", NEEDS_NOTHING, { 0xd503201f }, 0 },
	{ "UDF", NEVER, { 0 }, 0 },
	{ "PACIA", NEEDS_PAIR_ENABLED, { 0xdac10020 }, 0 }, { "PACIB", NEEDS_PAIR_ENABLED, { 0xdac10420 }, 0 },
	{ "PACDA", NEEDS_PAIR_ENABLED, { 0xdac10820 }, 0 }, { "PACDB", NEEDS_PAIR_ENABLED, { 0xdac10c20 }, 0 },
	{ "AUTIA", NEEDS_PAIR_ENABLED, { 0xdac11020 }, 0 }, { "AUTIB", NEEDS_PAIR_ENABLED, { 0xdac11420 }, 0 },
	{ "AUTDA", NEEDS_PAIR_ENABLED, { 0xdac11820 }, 0 }, { "AUTDB", NEEDS_PAIR_ENABLED, { 0xdac11c20 }, 0 },
	{ "PACGA", NEEDS_PAIR, { 0x9ac13000 }, 0 },
	{ "XPACI", STRIPS, { 0xdac143e0 }, 0 }, { "XPACD", STRIPS, { 0xdac147e0 }, 0 },
	{ "XPACLRI", STRIPS, LR_ZERO(0xd50320ff), 0 },
	{ "PACIASP", HINT, LR_SP(0xd503233f), 0 }, { "PACIBSP", HINT, LR_SP(0xd503237f), 0 },
	{ "AUTIASP", HINT, LR_SP(0xd50323bf), 0 }, { "AUTIBSP", HINT, LR_SP(0xd50323ff), 0 },
	{ "PACIAZ", HINT, LR_ZERO(0xd503231f), 0 }, { "PACIBZ", HINT, LR_ZERO(0xd503235f), 0 },
	{ "AUTIAZ", HINT, LR_ZERO(0xd503239f), 0 }, { "AUTIBZ", HINT, LR_ZERO(0xd50323df), 0 },
	{ "PACIA1716", HINT, X17_X16(0xd503211f), 0 }, { "PACIB1716", HINT, X17_X16(0xd503215f), 0 },
	{ "AUTIA1716", HINT, X17_X16(0xd503219f), 0 }, { "AUTIB1716", HINT, X17_X16(0xd50321df), 0 },
	/* Branches, loads and returns that authenticate; what they use is not signed. */
	{ "RETAA", NEEDS_PAIR_ENABLED, { 0x1000005e, 0xd65f0bff }, 0 },
	{ "RETAB", NEEDS_PAIR_ENABLED, { 0x1000005e, 0xd65f0fff }, 0 },
	/* X16: of another register BRAA ends QEMU 10.0 in an assertion. */
	{ "BRAA", NEEDS_PAIR_ENABLED, { 0x10000050, 0xd71f0a01 }, 0 },
	{ "BLRAA", NEEDS_PAIR_ENABLED, { 0x10000040, 0xd73f0801 }, 0 },
	{ "LDRAA", NEEDS_PAIR_ENABLED, { 0xf8200400 }, 0 },
	{ "ERETAA", NEEDS_PAIR_ENABLED, { 0x10000080, 0xd5184020, 0xd5184001, 0xd69f0bff }, 0 },
	/* The same after signing: these arrive. */
	{ "SIGNED_RETAA", NEEDS_PAIR_ENABLED, { 0x9100003f, 0x1000007e, 0xd503233f, 0xd65f0bff }, 0 },
	{ "SIGNED_BRAA", NEEDS_PAIR_ENABLED, { 0x10000070, 0xdac10030, 0xd71f0a01 }, 0 },
	/* Of X0 and X0 + 16, that by chance a signature is what it replaces, or another's, never counts. */
	{ "SIGN_IA", NEEDS_PAIR_ENABLED, BOTH_OF(0xdac10020, 0xdac10022), 0 },
	{ "SIGN_IB", NEEDS_PAIR_ENABLED, BOTH_OF(0xdac10420, 0xdac10422), 0 },
	{ "SIGN_DA", NEEDS_PAIR_ENABLED, BOTH_OF(0xdac10820, 0xdac10822), 0 },
	{ "SIGN_DB", NEEDS_PAIR_ENABLED, BOTH_OF(0xdac10c20, 0xdac10c22), 0 },
	{ "NO_SIGN", NEEDS_NOTHING, BOTH_OF(0xd503201f, 0xd503201f), 0 },
	/* PACGA and the four others of X0, in one value. */
	{ "USE_KEYS", NEEDS_PAIR, { 0xaa0003e3, 0x9ac13060,
		0xaa0303e2, 0xdac10022, 0xcac03440, 0xaa0303e2, 0xdac10422, 0xcac03440,
		0xaa0303e2, 0xdac10822, 0xcac03440, 0xaa0303e2, 0xdac10c22, 0xcac03440 }, 0 },
	/* For HAS_KEYS: which of the ten are X0, X0 + X1, ..., the last one's bit the lowest. */
	{ "START", NEEDS_NOTHING, { 0xaa0003e5, 0xaa1f03e0 }, 0 },
	{ "HAS_KEYS", NEEDS_PAIR, { MRS(2, 0), 0xeb05005f, 0x9a9f17e4, 0xca000480, 0x8b0100a5 }, 1 },
	{ "WRITE_KEYS", NEEDS_PAIR, { MSR(0, 0), 0x8b010000 }, 1 },
	{ "FLIP", NEEDS_NOTHING, { 0xd24e0000 }, 0 },	/* bit 50 of X0 */
	{ "NOT_X1", NEEDS_NOTHING, { 0xaa2103e1 }, 0 },
	{ "RDVL", NEEDS_SVE, { 0x04bf5020 }, 0 },
	{ "SET_D8", NEEDS_NOTHING, { 0x9e670008 }, 0 },
	{ "BIT24", NEEDS_NOTHING, { 0xb2680000 }, 0 },	/* of X0 */
	{ "SMC", CALLS, { 0xd4000003 }, 0 },
	/* PSCI's function for 32-bit callers, with all ones above its arguments. */
	{ "CPU_ON_32", CALLS, { 0xaa0103e3, 0xb2607c01, 0xd2a80002, 0xf2800202, 0xb2607c42,
		0xd2800060, 0xf2b08000, 0xd4000002 }, 0 },
	{ "HVC", CALLS, { 0xd4000002 }, 0 },
	{ "CPU_ON_HVC", CALLS, CPU_ON(0xd4000002), 0 },
	{ "CPU_ON_SMC", CALLS, CPU_ON(0xd4000003), 0 },
};
#define GUEST_OPERATIONS	((int)(sizeof(guest_operations) / sizeof(guest_operations[0])))

/* What this thread's guest executes next. */
static __thread struct guest_code {
	uint32_t word[GUEST_WORDS];
	int count;
} guest_code;

static inline void guest_add(uint32_t word)
{
	if (guest_code.count < GUEST_WORDS)
		guest_code.word[guest_code.count++] = word;
}

static inline void guest_add_operation(const struct guest_operation *operation)
{
	static const uint16_t keys[] = { 0xc108, 0xc109, 0xc10a, 0xc10b, 0xc110, 0xc111, 0xc112,
					 0xc113, 0xc118, 0xc119 };

	for (int round = 0; round < (operation->each_key ? 10 : 1); round++)
		for (int i = 0; i < 14 && (!i || operation->word[i]); i++)
			guest_add(operation->word[i] |
				  (operation->each_key && !i ? (uint32_t)keys[round] << 5 : 0));
}

/* Operations, by their names with "+" between: how many instructions. */
static inline int guest_sequence(const char *names)
{
	guest_code.count = 0;
	for (size_t length; *names; names += length + (names[length] == '+')) {
		length = strcspn(names, "+");
		for (int i = 0; i < GUEST_OPERATIONS; i++)
			if (strlen(guest_operations[i].name) == length &&
			    !strncmp(guest_operations[i].name, names, length))
				guest_add_operation(&guest_operations[i]);
	}
	return guest_code.count;
}

/* One MRS or MSR of X0, by the id of KVM_GET_ONE_REG. */
static inline void guest_move(uint64_t id, int write)
{
	guest_code.count = 0;
	guest_add(write ? MSR(0, id & 0xffff) : MRS(0, id & 0xffff));
}

/* The same memory for all guests of this process: what is there already need not be written again. */
static char *guest_memory;

/* Make what was written here what a guest fetches, whose MMU is off. */
static inline void guest_clean(char *from, size_t size)
{
#ifdef __aarch64__
	for (size_t i = 0; i < size; i += 16)
		__asm__ volatile("dc cvac, %0" :: "r"(from + i) : "memory");
	__asm__ volatile("dsb ish" ::: "memory");
#endif
	__builtin___clear_cache(from, from + size);
}

static inline int guest_make_memory(void)
{
	static const uint32_t entry[] = {
		/* The NOP, because a store that INIT left pending moves the PC on by one. */
		0xd503201f, 0xd61f0360, 0, 0,		/* nop; br x27 */
		0xd2a2001c, 0xf9000380, 0xd61f0360, 0,	/* mov x28, MMIO; str x0, [x28]; br x27 */
		/* mrs x20, esr_el1; mrs x21, elr_el1; cbnz x26, 1f; str x20, [x28, #8]; br x27; 1: br x26 */
		0xd5385214, 0xd5384035, 0xb500007a, 0xf9000794, 0xd61f0360, 0xd61f0340,
	};

	if (guest_memory)
		return 0;
	guest_memory = mmap(NULL, 0x10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guest_memory == MAP_FAILED)
		return guest_memory = NULL, errno;
	memcpy(guest_memory, entry, sizeof(entry));
	for (uint32_t at = GUEST_VECTORS; at < GUEST_SIZE; at += 0x80) {
		uint32_t branch = 0x14000000 | (((GUEST_HANDLER - at) >> 2) & 0x3ffffff);

		memcpy(guest_memory + at, &branch, sizeof(branch));
	}
	guest_clean(guest_memory, GUEST_SIZE);
	return 0;
}

/* Where the code is, for the guest, aligned to 8; behind it, it goes to where X0 is stored. */
static inline uint64_t guest_place(void)
{
	static struct { int at, words; } places[GUEST_VECTORS / 8];
	static int count, used = GUEST_CODE;
	const int words = guest_code.count;
	uint32_t leave;

	for (int i = 0; i < count; i++)
		if (places[i].words == words &&
		    !memcmp(guest_memory + places[i].at, guest_code.word, 4 * words))
			return GUEST_MEMORY + places[i].at;
	if (used + 4 * words + 4 > GUEST_VECTORS) {
		used = GUEST_CODE;
		count = 0;
	}
	leave = 0x14000000 | (((GUEST_STORE - used) / 4 - words) & 0x3ffffff);
	memcpy(guest_memory + used, guest_code.word, 4 * words);
	memcpy(guest_memory + used + 4 * words, &leave, 4);
	guest_clean(guest_memory + (used & ~15), 4 * words + 20);
	places[count].at = used;
	places[count++].words = words;
	used += (4 * words + 4 + 7) & ~7;
	return GUEST_MEMORY + places[count - 1].at;
}

static inline int guest_reg(int fd, int set, uint64_t id, uint64_t *content)
{
	struct kvm_one_reg one = { id, (uintptr_t)content };

	return ioctl(fd, set ? KVM_SET_ONE_REG : KVM_GET_ONE_REG, &one) ? errno : 0;
}

static inline int guest_set(int fd, uint64_t id, uint64_t content)
{
	return guest_reg(fd, 1, id, &content);
}

/* Again after every INIT. With @enables set SCTLR_EL1 lets the four address keys be used. */
static inline int guest_boot(int vm_fd, int fd, int enables)
{
	struct kvm_userspace_memory_region slot = { .guest_phys_addr = GUEST_MEMORY, .memory_size = 0x10000 };
	uint64_t sctlr = 0;
	int answer = guest_make_memory();

	slot.userspace_addr = (uintptr_t)guest_memory;
	if (!answer && ioctl(vm_fd, KVM_SET_USER_MEMORY_REGION, &slot))
		answer = errno;
	answer = answer ? answer : guest_reg(fd, 0, GUEST_SYS(0xc080), &sctlr);
	sctlr = enables ? sctlr | GUEST_SCTLR_EN : sctlr & ~GUEST_SCTLR_EN;
	answer = answer ? answer : guest_set(fd, GUEST_SYS(0xc080), sctlr);
	/* CPACR_EL1: vectors do not trap. TCR_EL1: 48 bits, tags count: the signature has one place. */
	answer = answer ? answer : guest_set(fd, GUEST_SYS(0xc082), 0x330000);
	answer = answer ? answer : guest_set(fd, GUEST_SYS(0xc102), 16 << 16 | 16);
	answer = answer ? answer : guest_set(fd, GUEST_SYS(0xc600), GUEST_MEMORY + GUEST_VECTORS);
	answer = answer ? answer : guest_set(fd, GUEST_X(26), 0);
	answer = answer ? answer : guest_set(fd, GUEST_X(28), GUEST_MMIO);
	return answer ? answer : guest_set(fd, GUEST_X(32), GUEST_MEMORY);
}

/* Run to the store that ends a sequence of @size bytes at @start. */
static inline int guest_run(int fd, volatile char *page, uint64_t start, int size, uint64_t *result)
{
	uint64_t stored, to, elr = 0;
	int answer;

	page[1] = 0;
	do {
		answer = ioctl(fd, KVM_RUN, 0L) < 0 ? errno : 0;
	} while (answer == EINTR);
	if (answer)
		return answer;
	*result = *(volatile uint32_t *)(page + 8);	/* exit_reason */
	/* SYSTEM_EVENT: its type, ndata and first data as well. */
	if (*result == 24)
		*result |= (uint64_t)page[32] << 8 | (uint64_t)page[36] << 16 | (uint64_t)page[40] << 24;
	if (*result != 6 || !page[52])	/* MMIO, is_write */
		return GUEST_OTHER;
	to = *(volatile uint64_t *)(page + 32);
	stored = *(volatile uint64_t *)(page + 40);
	*result = stored;
	if (to == GUEST_MMIO)
		return 0;
	guest_reg(fd, 0, GUEST_X(21), &elr);
	if ((stored >> 26 & 0x3f) == 0x1c)
		return GUEST_FPAC;
	return !(stored >> 26 & 0x3f) && elr - start < (uint64_t)size ? GUEST_UNDEF : GUEST_OTHER;
}

static inline int guest_execute(int fd, volatile char *page, uint64_t x0, uint64_t x1, uint64_t *result)
{
	uint64_t at = guest_memory ? guest_place() : 0;
	int answer = guest_set(fd, GUEST_X(0), x0);

	answer = answer ? answer : guest_set(fd, GUEST_X(1), x1);
	answer = answer ? answer : guest_set(fd, GUEST_X(27), at);
	return answer ? answer : guest_run(fd, page, at, 4 * guest_code.count, result);
}
