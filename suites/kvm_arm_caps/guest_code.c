// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's code, hand-assembled. Words, not an assembler file: the table
 * is the same on every architecture that the suite is built for, and a reader
 * sees each instruction beside its encoding.
 */
#include <stdbool.h>
#include <string.h>

#include "guest_code.h"

#define NOP		0xd503201fu
#define BR_X27		0xd61f0360u
#define STR_X0_X28	0xf9000380u	/* str x0, [x28] */
#define STR_X20_X28_8	0xf9000794u	/* str x20, [x28, #8] */
#define MRS_X20_ESR	0xd5385214u
#define MRS_X21_ELR	0xd5384035u
#define MOV_X30_X0	0xaa0003feu
#define MOV_X0_X30	0xaa1e03e0u
#define MOV_SP_X1	0x9100003fu
#define MOV_X17_X0	0xaa0003f1u
#define MOV_X16_X1	0xaa0103f0u
#define MOV_X0_X17	0xaa1103e0u
#define ADR_X0_2	0x10000040u	/* adr x0, two instructions further */
#define ADR_X0_4	0x10000080u
/* X16: of another register BRAA ends QEMU 10.0 in an assertion. */
#define ADR_X16_2	0x10000050u
#define ADR_X16_3	0x10000070u
#define ADR_X30_2	0x1000005eu
#define ADR_X30_3	0x1000007eu
#define MSR_ELR_X0	0xd5184020u
#define MSR_SPSR_X1	0xd5184001u

#define MOV(rd, rm)	(0xaa0003e0u | (rm) << 16 | (rd))
#define SUB_X21_X21_X27	0xcb1b02b5u
#define EOR_X0_X20_X21	0xca15c280u	/* eor x0, x20, x21, lsl #48 */
#define LSL_X25_1	0xd37ffb39u
#define ORR_X25_1	0xb2400339u
#define SUB_X26_1	0xd100075au
#define LDP_X27_X0_X29	0xa8c203bbu	/* ldp x27, x0, [x29], #32 */
#define LDP_X1_X20_X29	0xa97f53a1u	/* ldp x1, x20, [x29, #-16] */
#define AND_X20_X20_X2	0x8a020294u
#define EOR_X0_X0_X20	0xca140000u

#define MOVZ_X28_MMIO	0xd2a2001cu	/* mov x28, #0x10000000 */

/* A system register is the last 16 bits of its id in KVM_GET_ONE_REG. */
#define MRS(rt, name)	(0xd5200000u | (uint32_t)(KVM_REG_##name & 0xffff) << 5 | (rt))
#define MSR(rt, name)	(0xd5000000u | (uint32_t)(KVM_REG_##name & 0xffff) << 5 | (rt))

#define MAX_WORDS	10

struct code {
	const char *name;	/* for messages: what the guest executed */
	uint32_t word[MAX_WORDS];	/* up to the first 0, at least one */
};

/* On LR with SP as the modifier, on LR with zero, on X17 with X16. */
#define LR_SP(w)	{ MOV_X30_X0, MOV_SP_X1, (w), MOV_X0_X30 }
#define LR_ZERO(w)	{ MOV_X30_X0, (w), MOV_X0_X30 }
#define X17_X16(w)	{ MOV_X17_X0, MOV_X16_X1, (w), MOV_X0_X17 }

#define KEY(index, key)							\
	[OP_READ_KEY + (index)] = { "MRS " #key, { MRS(0, key) } },	\
	[OP_WRITE_KEY + (index)] = { "MSR " #key, { MSR(0, key) } }

static const struct code codes[GUEST_OPS] = {
	[OP_NOP]	= { "NOP", { NOP } },
	[OP_UDF]	= { "UDF", { 0 } },
	[OP_READ_ISARS]	= { "MRS of the two id registers", { MRS(0, ID_AA64ISAR1), MRS(1, ID_AA64ISAR2) } },
	[OP_READ_KEYS]	= { "MRS of the ten keys", {
		MRS(0, APIAKEYLO), MRS(1, APIAKEYHI), MRS(2, APIBKEYLO), MRS(3, APIBKEYHI),
		MRS(4, APDAKEYLO), MRS(5, APDAKEYHI), MRS(6, APDBKEYLO), MRS(7, APDBKEYHI),
		MRS(8, APGAKEYLO), MRS(9, APGAKEYHI) } },
	[OP_WRITE_KEYS]	= { "MSR of the ten keys", {
		MSR(0, APIAKEYLO), MSR(1, APIAKEYHI), MSR(2, APIBKEYLO), MSR(3, APIBKEYHI),
		MSR(4, APDAKEYLO), MSR(5, APDAKEYHI), MSR(6, APDBKEYLO), MSR(7, APDBKEYHI),
		MSR(8, APGAKEYLO), MSR(9, APGAKEYHI) } },
	[OP_USE_KEYS]	= { "PACIA, PACIB, PACDA, PACDB, PACGA", {
		0x9ac13004,	/* pacga x4, x0, x1 */
		0xaa0003e2, 0xaa0003e3, 0xaa0003e5,	/* mov x2, x0; mov x3, x0; mov x5, x0 */
		0xdac10020, 0xdac10425, 0xdac10822, 0xdac10c23, /* pacia x0, x1 ... pacdb x3, x1 */
	} },
	KEY(0, APIAKEYLO), KEY(1, APIAKEYHI), KEY(2, APIBKEYLO), KEY(3, APIBKEYHI),
	KEY(4, APDAKEYLO), KEY(5, APDAKEYHI), KEY(6, APDBKEYLO), KEY(7, APDBKEYHI),
	KEY(8, APGAKEYLO), KEY(9, APGAKEYHI),
	[OP_PACIA]	= { "PACIA X0, X1", { 0xdac10020 } },
	[OP_PACIB]	= { "PACIB X0, X1", { 0xdac10420 } },
	[OP_PACDA]	= { "PACDA X0, X1", { 0xdac10820 } },
	[OP_PACDB]	= { "PACDB X0, X1", { 0xdac10c20 } },
	[OP_AUTIA]	= { "AUTIA X0, X1", { 0xdac11020 } },
	[OP_AUTIB]	= { "AUTIB X0, X1", { 0xdac11420 } },
	[OP_AUTDA]	= { "AUTDA X0, X1", { 0xdac11820 } },
	[OP_AUTDB]	= { "AUTDB X0, X1", { 0xdac11c20 } },
	[OP_PACGA]	= { "PACGA X0, X0, X1", { 0x9ac13000 } },
	[OP_XPACI]	= { "XPACI X0", { 0xdac143e0 } },
	[OP_XPACD]	= { "XPACD X0", { 0xdac147e0 } },
	[OP_XPACLRI]	= { "XPACLRI", LR_ZERO(0xd50320ff) },
	[OP_PACIASP]	= { "PACIASP", LR_SP(0xd503233f) },
	[OP_PACIBSP]	= { "PACIBSP", LR_SP(0xd503237f) },
	[OP_AUTIASP]	= { "AUTIASP", LR_SP(0xd50323bf) },
	[OP_AUTIBSP]	= { "AUTIBSP", LR_SP(0xd50323ff) },
	[OP_PACIAZ]	= { "PACIAZ", LR_ZERO(0xd503231f) },
	[OP_PACIBZ]	= { "PACIBZ", LR_ZERO(0xd503235f) },
	[OP_AUTIAZ]	= { "AUTIAZ", LR_ZERO(0xd503239f) },
	[OP_AUTIBZ]	= { "AUTIBZ", LR_ZERO(0xd50323df) },
	[OP_PACIA1716]	= { "PACIA1716", X17_X16(0xd503211f) },
	[OP_PACIB1716]	= { "PACIB1716", X17_X16(0xd503215f) },
	[OP_AUTIA1716]	= { "AUTIA1716", X17_X16(0xd503219f) },
	[OP_AUTIB1716]	= { "AUTIB1716", X17_X16(0xd50321df) },
	[OP_RETAA]	= { "RETAA", { ADR_X30_2, 0xd65f0bff } },
	[OP_RETAB]	= { "RETAB", { ADR_X30_2, 0xd65f0fff } },
	[OP_BRAA]	= { "BRAA X16, X1", { ADR_X16_2, 0xd71f0a01 } },
	[OP_BLRAA]	= { "BLRAA X0, X1", { ADR_X0_2, 0xd73f0801 } },
	[OP_LDRAA]	= { "LDRAA X0, [X0]", { 0xf8200400 } },
	[OP_ERETAA]	= { "ERETAA", { ADR_X0_4, MSR_ELR_X0, MSR_SPSR_X1, 0xd69f0bff } },
	[OP_SIGNED_RETAA] = { "PACIASP; RETAA", { MOV_SP_X1, ADR_X30_3, 0xd503233f, 0xd65f0bff } },
	[OP_CALL]	= { "HVC #0", { 0xd4000002 } },
	[OP_POWERED_ON]	= { "its first instruction", { MOVZ_X28_MMIO } },
	[OP_SIGNED_BRAA] = { "PACIA; BRAA", { ADR_X16_3, 0xdac10030, 0xd71f0a01 } },
};

/* After the entry: the two ways out, a script's ways, then the operations one after the other. */
#define WORD		sizeof(uint32_t)
#define EXIT_AT		(2 * WORD)
#define EXCEPTION_AT	(5 * WORD)
#define TAKEN_AT	(10 * WORD)
#define RESULT_AT	(15 * WORD)
#define LIST_AT		(16 * WORD)
#define OPS_AT		(44 * WORD)
#define VECTOR_SIZE	0x80

/* An unconditional branch at one offset of the image to another one. */
static uint32_t branch(size_t from, size_t to)
{
	return 0x14000000u | (((uint32_t)(to - from) >> 2) & 0x3ffffff);
}

/* CBNZ X29, and CBZ X26 with @zero, from one offset to another one. */
static uint32_t branch_if(bool zero, size_t from, size_t to)
{
	return (zero ? 0xb400001au : 0xb500001du) |
	       (((uint32_t)(to - from) >> 2) & 0x7ffff) << 5;
}

const unsigned char guest_result_registers[GUEST_RESULTS] = {
	2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18, 19,
};

/* What a script needs: put the result on the list, and go on with the next item or to the end. */
static void write_script_ways(uint32_t *image)
{
	uint32_t *word = &image[LIST_AT / WORD];
	size_t next;

	for (unsigned int i = GUEST_RESULTS - 1; i > 0; i--)
		*word++ = MOV(guest_result_registers[i], guest_result_registers[i - 1]);
	*word++ = MOV(guest_result_registers[0], 0);
	next = (word - image) * WORD;
	*word++ = branch_if(true, next, next + 7 * WORD);
	*word++ = SUB_X26_1;
	*word++ = LDP_X27_X0_X29;
	*word++ = LDP_X1_X20_X29;
	*word++ = AND_X20_X20_X2;
	*word++ = EOR_X0_X0_X20;
	*word++ = BR_X27;
	*word++ = MOV(29, 31);
	*word++ = MOV(0, 25);
	*word = branch((word - image) * WORD, EXIT_AT);
}

static size_t op_words(enum guest_op op)
{
	size_t count = 1;

	while (count < MAX_WORDS && codes[op].word[count])
		count++;
	return count;
}

const char *guest_op_name(enum guest_op op)
{
	return codes[op].name;
}

size_t guest_op_size(enum guest_op op)
{
	return op_words(op) * WORD;
}

size_t guest_op_offset(enum guest_op op)
{
	size_t at = OPS_AT;

	for (unsigned int i = 0; i < op; i++)
		at += guest_op_size(i) + WORD;
	return at;
}

void guest_code_write(void *to)
{
	uint32_t image[GUEST_IMAGE_SIZE / WORD] = {
		/* The NOP, because a store that INIT left pending moves the PC on by one. */
		[GUEST_ENTRY] = NOP, BR_X27,
		[EXIT_AT / WORD] = branch_if(false, EXIT_AT, RESULT_AT), STR_X0_X28, BR_X27,
		[EXCEPTION_AT / WORD] = MRS_X20_ESR, MRS_X21_ELR,
			branch_if(false, EXCEPTION_AT + 2 * WORD, TAKEN_AT), STR_X20_X28_8, BR_X27,
		[TAKEN_AT / WORD] = SUB_X21_X21_X27, EOR_X0_X20_X21, LSL_X25_1, ORR_X25_1,
			branch(TAKEN_AT + 4 * WORD, LIST_AT),
		[RESULT_AT / WORD] = LSL_X25_1,
	};
	size_t at = OPS_AT;

	write_script_ways(image);
	for (unsigned int op = 0; op < GUEST_OPS; op++) {
		memcpy(&image[at / WORD], codes[op].word, guest_op_size(op));
		at += guest_op_size(op);
		image[at / WORD] = branch(at, EXIT_AT);
		at += WORD;
	}
	for (at = GUEST_VECTORS; at < GUEST_IMAGE_SIZE; at += VECTOR_SIZE)
		image[at / WORD] = branch(at, EXCEPTION_AT);
	/* Where another guest left it as it is, whoever translates or caches it need not begin anew. */
	if (memcmp(to, image, sizeof(image)))
		memcpy(to, image, sizeof(image));
}
