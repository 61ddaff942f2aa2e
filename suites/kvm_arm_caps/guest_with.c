// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest computes whose vCPU has both features: it signs, authenticates
 * and strips in every form.
 *
 * A signature may by chance equal the bits that it replaces, so no single
 * pointer is judged for having changed; all of several never are by chance.
 */
#include <string.h>

#include "../../harness/verdict.h"
#include "guest.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"

#define BOTH		(ADDRESS | GENERIC)
#define MODIFIER	0x0fedcba900000010ULL

/* What 48 bits of address leave for the signature. */
#define SIGNATURE	0xff7f000000000000ULL

#define POINTERS	3
static const uint64_t pointer[POINTERS] = {
	0x0000123456789ab0, 0x00007ffffffffff0, 0x00005a5aa5a5f00c,
};

struct with_row {
	struct uc_row row;
	void (*judge)(struct guest *guest, unsigned int key);
	unsigned int key;	/* the first of two: 0 is IA and IB, 2 is DA and DB */
};

/* Give the vCPU its keys, from user space. */
static void set_keys(struct guest *guest, unsigned int set)
{
	uint64_t keys[KEY_COUNT];

	keys_make(set, keys);
	keys_write(&guest->vcpu, keys);
}

/* Whether an operation gives the pointer back. If not, another value or EC_FPAC will do. */
static bool authenticates(struct guest *guest, enum guest_op op, uint64_t value, uint64_t modifier,
			  uint64_t original)
{
	struct guest_answer answer = guest_do(guest, op, value, modifier);

	if (answer.exception && answer.ec != EC_FPAC)
		uc_fail("the guest executed %s: expected a value, or an exception of class 0x%x, got one of class 0x%x",
			guest_op_name(op), EC_FPAC, answer.ec);
	return !answer.exception && answer.x0 == original;
}

static void judge_key(struct guest *guest, unsigned int key)
{
	const enum guest_op sign = OP_PACIA + key, authenticate = OP_AUTIA + key;
	unsigned int same = 0, wrong_modifier = 0;

	for (unsigned int i = 0; i < POINTERS; i++) {
		uint64_t value = guest_value(guest, sign, pointer[i], MODIFIER);

		same += value == pointer[i];
		if ((value ^ pointer[i]) & ~SIGNATURE)
			uc_fail("%s of 0x%llx: expected the address to stay, got 0x%llx",
				guest_op_name(sign), (unsigned long long)pointer[i],
				(unsigned long long)value);
		if (!authenticates(guest, authenticate, value, MODIFIER, pointer[i]))
			uc_fail("%s of 0x%llx: expected 0x%llx back, which was signed",
				guest_op_name(authenticate), (unsigned long long)value,
				(unsigned long long)pointer[i]);
		if (authenticates(guest, authenticate, value ^ 1ULL << 50, MODIFIER, pointer[i]))
			uc_fail("%s of 0x%llx with bit 50 inverted: expected anything but 0x%llx",
				guest_op_name(authenticate), (unsigned long long)value,
				(unsigned long long)pointer[i]);
		wrong_modifier += authenticates(guest, authenticate, value, ~MODIFIER, pointer[i]);
	}
	if (same == POINTERS)
		uc_fail("%s left each of %u pointers as it was", guest_op_name(sign), POINTERS);
	if (wrong_modifier == POINTERS)
		uc_fail("%s authenticates each of %u pointers with the wrong modifier",
			guest_op_name(authenticate), POINTERS);
}

static void judge_two_keys(struct guest *guest, unsigned int key)
{
	set_keys(guest, 0);
	judge_key(guest, key);
	judge_key(guest, key + 1);
}

static void judge_generic(struct guest *guest, unsigned int unused)
{
	uint64_t code[3][POINTERS];

	(void)unused;
	/* The same key first and last. */
	for (unsigned int round = 0; round < 3; round++) {
		set_keys(guest, round % 2);
		for (unsigned int i = 0; i < POINTERS; i++) {
			code[round][i] = guest_value(guest, OP_PACGA, pointer[i], MODIFIER);
			if (code[round][i] & 0xffffffff)
				uc_fail("PACGA: expected the low 32 bits 0, got 0x%llx",
					(unsigned long long)code[round][i]);
		}
	}
	if (!memcmp(code[0], code[1], sizeof(code[0])))
		uc_fail("PACGA computes the same codes with another key");
	if (memcmp(code[0], code[2], sizeof(code[0])))
		uc_fail("PACGA computes other codes with the same key");
}

/* The hint forms are the register forms with their operands in fixed places. */
static void judge_hints(struct guest *guest, unsigned int unused)
{
	static const struct {
		enum guest_op sign, authenticate;	/* with key IA; IB's are the next ones */
		uint64_t modifier;
	} hints[] = {
		{ OP_PACIASP, OP_AUTIASP, MODIFIER },
		{ OP_PACIA1716, OP_AUTIA1716, MODIFIER },
		{ OP_PACIAZ, OP_AUTIAZ, 0 },
	};

	(void)unused;
	set_keys(guest, 0);
	for (unsigned int i = 0; i < 2 * UC_ARRAY_SIZE(hints); i++) {
		const unsigned int key = i % 2;
		const enum guest_op sign = hints[i / 2].sign + key;
		const enum guest_op authenticate = hints[i / 2].authenticate + key;
		const uint64_t modifier = hints[i / 2].modifier;

		for (unsigned int p = 0; p < 2; p++) {
			uint64_t expected = guest_value(guest, OP_PACIA + key, pointer[p], modifier);
			uint64_t got = guest_value(guest, sign, pointer[p], modifier);

			if (got != expected)
				uc_fail("%s of 0x%llx: expected 0x%llx as from %s, got 0x%llx",
					guest_op_name(sign), (unsigned long long)pointer[p],
					(unsigned long long)expected, guest_op_name(OP_PACIA + key),
					(unsigned long long)got);
			if (!authenticates(guest, authenticate, expected, modifier, pointer[p]))
				uc_fail("%s of 0x%llx: expected 0x%llx back, which was signed",
					guest_op_name(authenticate), (unsigned long long)expected,
					(unsigned long long)pointer[p]);
		}
	}
}

/* A return and a branch to an address that is signed arrive there. */
static void judge_branches(struct guest *guest, unsigned int unused)
{
	(void)unused;
	set_keys(guest, 0);
	guest_value(guest, OP_SIGNED_RETAA, 0, MODIFIER);
	guest_value(guest, OP_SIGNED_BRAA, 0, MODIFIER);
}

/* What stands in the place of a signature is cut off, whatever it is. */
static void judge_strip(struct guest *guest, unsigned int unused)
{
	(void)unused;
	for (unsigned int i = 0; i < POINTERS; i++) {
		const uint64_t value = pointer[i] | (0x552aULL << 48 & SIGNATURE);

		for (enum guest_op op = OP_XPACI; op <= OP_XPACLRI; op++) {
			uint64_t got = guest_value(guest, op, value, 0);

			if (got != pointer[i])
				uc_fail("%s of 0x%llx: expected 0x%llx, got 0x%llx",
					guest_op_name(op), (unsigned long long)value,
					(unsigned long long)pointer[i], (unsigned long long)got);
		}
	}
}

#define ID(name)	.id = "kvm_arm_caps.guest.with." name
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &guest_runs

static const struct with_row rows[] = {
	{ { ID("instruction_keys"), REQ(GUEST_ADDRESS), PAUTH }, judge_two_keys, 0 },
	{ { ID("data_keys"), REQ(GUEST_ADDRESS), PAUTH }, judge_two_keys, 2 },
	{ { ID("generic_key"), REQ(GUEST_GENERIC), PAUTH }, judge_generic, 0 },
	{ { ID("hints"), REQ(GUEST_ADDRESS), PAUTH }, judge_hints, 0 },
	{ { ID("branches"), REQ(GUEST_ADDRESS), PAUTH }, judge_branches, 0 },
	{ { ID("strip"), REQ(GUEST_STRIP), PAUTH }, judge_strip, 0 },
};

static void run(const struct uc_row *row, const void *facts)
{
	const struct with_row *mine = (const struct with_row *)row;
	struct guest guest = guest_new(BOTH);

	(void)facts;
	mine->judge(&guest, mine->key);
}

const struct uc_topic kvm_guest_with_topic = UC_TOPIC_IN_COMPANY("guest", rows, run);
