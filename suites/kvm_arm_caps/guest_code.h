/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest executes: a handful of short AArch64 sequences, as words, so
 * that the suite builds (and lists its rows) on any architecture.
 */
#ifndef KVM_ARM_CAPS_GUEST_CODE_H
#define KVM_ARM_CAPS_GUEST_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "keys.h"

/*
 * One operation is "X0 = f(X0, X1)". The order of the four address keys is
 * IA, IB, DA, DB everywhere, so that "OP_PACIA + key" is that key's one.
 */
enum guest_op {
	OP_NOP,
	OP_UDF,
	OP_READ_ISARS,		/* X0, X1 = ID_AA64ISAR1_EL1, ID_AA64ISAR2_EL1 */
	OP_READ_KEYS,		/* X0..X9 = the ten key registers */
	OP_WRITE_KEYS,		/* the ten key registers = X0..X9 */
	OP_USE_KEYS,		/* X0, X5, X2, X3, X4 = PACIA, PACIB, PACDA, PACDB, PACGA */
	OP_READ_KEY,		/* + 0..9 */
	OP_WRITE_KEY = OP_READ_KEY + REG_KEYS,	/* + 0..9 */
	OP_PACIA = OP_WRITE_KEY + REG_KEYS, OP_PACIB, OP_PACDA, OP_PACDB,
	OP_AUTIA, OP_AUTIB, OP_AUTDA, OP_AUTDB,
	OP_PACGA,
	OP_XPACI, OP_XPACD, OP_XPACLRI,
	/* Forms in the hint space: X0 is the pointer, X1 the modifier (SP or X16). */
	OP_PACIASP, OP_PACIBSP, OP_AUTIASP, OP_AUTIBSP,
	OP_PACIAZ, OP_PACIBZ, OP_AUTIAZ, OP_AUTIBZ,
	OP_PACIA1716, OP_PACIB1716, OP_AUTIA1716, OP_AUTIB1716,
	/* Branches, loads and returns that authenticate; what they use is not signed. */
	OP_RETAA, OP_RETAB, OP_BRAA, OP_BLRAA, OP_LDRAA, OP_ERETAA,
	/* The same after signing: these arrive. */
	OP_SIGNED_RETAA, OP_SIGNED_BRAA,
	OP_CALL,		/* HVC #0, with X0..X3 */
	OP_POWERED_ON,		/* where PSCI lets a vCPU start: X28 is set, and nothing else */
	GUEST_OPS
};

/* "PACIA", for messages. */
const char *guest_op_name(enum guest_op op);

/* Bytes of the image that guest_code_write() makes, vectors included: one page of any size. */
#define GUEST_IMAGE_SIZE	4096
#define GUEST_VECTORS		2048	/* their offset in it */
#define GUEST_ENTRY		0	/* offset of the first instruction: "nop; br x27" */
#define GUEST_NEXT		0x80	/* of what begins the next item of a script */

/*
 * Write the image to @to. Every operation ends with a store of X0 to [X28]
 * and continues, when the store is done, at the address in X27; an exception
 * stores ESR_EL1 to [X28 + 8], leaves ELR_EL1 in X21, and continues alike.
 *
 * Where X29 is not 0 neither is stored: the result goes on a list in registers, newest first, and
 * the guest goes on with the next of X26 items of a script, at X29 when it starts there, from
 * GUEST_NEXT on. At the end it stores X25, which has a bit for each item, the last one's the
 * lowest: whether that took an exception. Its result then is ESR_EL1, and in the 16 bits above 48
 * how far ELR_EL1 is from where the operation begins. Operations that use further registers than
 * X0, X1, X16, X17, X30 and SP have no place in a script.
 */
void guest_code_write(void *to);

/* One item, as the guest reads it: X0 is the value, changed by the bits of the result before. */
struct guest_scripted {
	uint64_t address;	/* of the operation */
	uint64_t x0, x1;
	uint64_t before;	/* which of those bits: mask */
};

/* The list: so many results, and the registers that hold them, the newest in the first. */
#define GUEST_RESULTS	16
extern const unsigned char guest_result_registers[GUEST_RESULTS];

/* Where an operation begins and how many bytes it has, relative to the image. */
size_t guest_op_offset(enum guest_op op);
size_t guest_op_size(enum guest_op op);

#endif /* KVM_ARM_CAPS_GUEST_CODE_H */
