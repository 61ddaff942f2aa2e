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
#include "rows.h"

#define MODIFIER	0x0fedcba900000010ULL

/* What 48 bits of address leave for the signature. */
#define SIGNATURE	0xff7f000000000000ULL

#define POINTERS	3
static const uint64_t pointer[POINTERS] = {
	0x0000123456789ab0, 0x00007ffffffffff0, 0x00005a5aa5a5f00c,
};

/* Give the vCPU its keys, from user space. */
static void set_keys(struct guest *guest, unsigned int set)
{
	uint64_t keys[REG_KEYS];

	keys_set(&guest->vcpu, set, keys);
}

/* Whether an operation gave the pointer back. If not, another value or EC_FPAC will do. */
static bool authenticated(const struct guest_item *item, const struct guest_answer *answer,
			  uint64_t original)
{
	if (answer->exception && answer->ec != EC_FPAC)
		uc_fail("the guest executed %s: expected a value, or an exception of class 0x%x, got one of class 0x%x",
			guest_op_name(item->op), EC_FPAC, answer->ec);
	return !answer->exception && answer->x0 == original;
}

/* What one key does with one pointer: sign it three times, and authenticate what came of that. */
enum { SIGN, RIGHT, SIGN_AGAIN, WRONG_VALUE, SIGN_ONCE_MORE, WRONG_MODIFIER, STEPS };

#define ALL_BITS	(~0ULL)
#define ONE_BIT		(1ULL << 50)

static void write_steps(struct guest_item steps[STEPS], unsigned int key, uint64_t value)
{
	const struct guest_item sign = { OP_PACIA + key, value, MODIFIER, 0 };
	const enum guest_op authenticate = OP_AUTIA + key;

	steps[SIGN] = steps[SIGN_AGAIN] = steps[SIGN_ONCE_MORE] = sign;
	steps[RIGHT] = (struct guest_item){ authenticate, 0, MODIFIER, ALL_BITS };
	steps[WRONG_VALUE] = (struct guest_item){ authenticate, ONE_BIT, MODIFIER, ALL_BITS };
	steps[WRONG_MODIFIER] = (struct guest_item){ authenticate, 0, ~MODIFIER, ALL_BITS };
}

static void judge_key(unsigned int key, struct guest_item items[POINTERS][STEPS],
		      const struct guest_answer answers[POINTERS][STEPS])
{
	const enum guest_op sign = OP_PACIA + key, authenticate = OP_AUTIA + key;
	unsigned int same = 0, wrong_modifier = 0;

	for (unsigned int i = 0; i < POINTERS; i++) {
		const struct guest_answer *answer = answers[i];
		uint64_t value = guest_answer_value(sign, &answer[SIGN]);

		same += value == pointer[i];
		if ((value ^ pointer[i]) & ~SIGNATURE)
			uc_fail("%s of 0x%llx: expected the address to stay, got 0x%llx",
				guest_op_name(sign), (unsigned long long)pointer[i],
				(unsigned long long)value);
		if (guest_answer_value(sign, &answer[SIGN_AGAIN]) != value ||
		    guest_answer_value(sign, &answer[SIGN_ONCE_MORE]) != value)
			uc_fail("%s of 0x%llx: expected 0x%llx each time, got another value",
				guest_op_name(sign), (unsigned long long)pointer[i],
				(unsigned long long)value);
		if (!authenticated(&items[i][RIGHT], &answer[RIGHT], pointer[i]))
			uc_fail("%s of 0x%llx: expected 0x%llx back, which was signed",
				guest_op_name(authenticate), (unsigned long long)value,
				(unsigned long long)pointer[i]);
		if (authenticated(&items[i][WRONG_VALUE], &answer[WRONG_VALUE], pointer[i]))
			uc_fail("%s of 0x%llx with bit 50 inverted: expected anything but 0x%llx",
				guest_op_name(authenticate), (unsigned long long)value,
				(unsigned long long)pointer[i]);
		wrong_modifier += authenticated(&items[i][WRONG_MODIFIER],
						&answer[WRONG_MODIFIER], pointer[i]);
	}
	if (same == POINTERS)
		uc_fail("%s left each of %u pointers as it was", guest_op_name(sign), POINTERS);
	if (wrong_modifier == POINTERS)
		uc_fail("%s authenticates each of %u pointers with the wrong modifier",
			guest_op_name(authenticate), POINTERS);
}

static void judge_two_keys(struct guest *guest, const struct guest_row *row)
{
	const unsigned int first = row->ops[0].first - OP_PACIA;
	struct guest_item items[2][POINTERS][STEPS];
	struct guest_answer answers[2][POINTERS][STEPS];

	for (unsigned int key = 0; key < 2; key++)
		for (unsigned int i = 0; i < POINTERS; i++)
			write_steps(items[key][i], first + key, pointer[i]);
	guest_write(guest, items[0][0], 2 * POINTERS * STEPS);
	set_keys(guest, 0);
	guest_play(guest, 0, 2 * POINTERS * STEPS, items[0][0], answers[0][0]);
	for (unsigned int key = 0; key < 2; key++)
		judge_key(first + key, items[key], answers[key]);
}

static void judge_generic(struct guest *guest, const struct guest_row *row UNUSED)
{
	struct guest_item items[POINTERS];
	struct guest_answer answers[POINTERS];
	uint64_t code[3][POINTERS];

	for (unsigned int i = 0; i < POINTERS; i++)
		items[i] = (struct guest_item){ OP_PACGA, pointer[i], MODIFIER, 0 };
	guest_write(guest, items, POINTERS);
	/* The same key first and last. */
	for (unsigned int round = 0; round < 3; round++) {
		set_keys(guest, round % 2);
		guest_play(guest, 0, POINTERS, items, answers);
		for (unsigned int i = 0; i < POINTERS; i++) {
			code[round][i] = guest_answer_value(OP_PACGA, &answers[i]);
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

/* With key IA; IB's operations are the next ones. */
static const struct {
	enum guest_op sign, authenticate;
	uint64_t modifier;
} hints[] = {
	{ OP_PACIASP, OP_AUTIASP, MODIFIER },
	{ OP_PACIA1716, OP_AUTIA1716, MODIFIER },
	{ OP_PACIAZ, OP_AUTIAZ, 0 },
};

/* Both forms sign, and the hint authenticates what the register form made. */
enum { HINT, REGISTER, BACK, HINT_STEPS };
#define HINT_FORMS	(2 * UC_ARRAY_SIZE(hints))
#define HINT_POINTERS	2

static void judge_hint(const struct guest_item steps[HINT_STEPS],
		       const struct guest_answer answers[HINT_STEPS])
{
	const uint64_t value = steps[HINT].x0;
	uint64_t expected = guest_answer_value(steps[REGISTER].op, &answers[REGISTER]);
	uint64_t got = guest_answer_value(steps[HINT].op, &answers[HINT]);

	if (got != expected)
		uc_fail("%s of 0x%llx: expected 0x%llx as from %s, got 0x%llx",
			guest_op_name(steps[HINT].op), (unsigned long long)value,
			(unsigned long long)expected, guest_op_name(steps[REGISTER].op),
			(unsigned long long)got);
	if (!authenticated(&steps[BACK], &answers[BACK], value))
		uc_fail("%s of 0x%llx: expected 0x%llx back, which was signed",
			guest_op_name(steps[BACK].op), (unsigned long long)expected,
			(unsigned long long)value);
}

/* The hint forms are the register forms with their operands in fixed places. */
static void judge_hints(struct guest *guest, const struct guest_row *row UNUSED)
{
	struct guest_item items[HINT_FORMS][HINT_POINTERS][HINT_STEPS];
	struct guest_answer answers[HINT_FORMS][HINT_POINTERS][HINT_STEPS];
	const unsigned int count = HINT_FORMS * HINT_POINTERS * HINT_STEPS;

	for (unsigned int i = 0; i < HINT_FORMS; i++) {
		const unsigned int key = i % 2;
		const uint64_t modifier = hints[i / 2].modifier;

		for (unsigned int p = 0; p < HINT_POINTERS; p++) {
			struct guest_item *steps = items[i][p];

			steps[HINT] = (struct guest_item){ hints[i / 2].sign + key, pointer[p],
							   modifier, 0 };
			steps[REGISTER] = (struct guest_item){ OP_PACIA + key, pointer[p],
							       modifier, 0 };
			steps[BACK] = (struct guest_item){ hints[i / 2].authenticate + key, 0,
							   modifier, ALL_BITS };
		}
	}
	guest_write(guest, items[0][0], count);
	set_keys(guest, 0);
	guest_play(guest, 0, count, items[0][0], answers[0][0]);
	for (unsigned int i = 0; i < HINT_FORMS; i++)
		for (unsigned int p = 0; p < HINT_POINTERS; p++)
			judge_hint(items[i][p], answers[i][p]);
}

/* A return and a branch to an address that is signed arrive there. */
static void judge_branches(struct guest *guest, const struct guest_row *row UNUSED)
{
	set_keys(guest, 0);
	guest_value(guest, OP_SIGNED_RETAA, 0, MODIFIER);
	guest_value(guest, OP_SIGNED_BRAA, 0, MODIFIER);
}

/* What stands in the place of a signature is cut off, whatever it is. */
static void judge_strip(struct guest *guest, const struct guest_row *row UNUSED)
{
	static const enum guest_op ops[] = { OP_XPACI, OP_XPACD, OP_XPACLRI };
	struct guest_item items[POINTERS][UC_ARRAY_SIZE(ops)];
	struct guest_answer answers[POINTERS][UC_ARRAY_SIZE(ops)];
	const unsigned int count = POINTERS * UC_ARRAY_SIZE(ops);

	for (unsigned int i = 0; i < POINTERS; i++)
		for (unsigned int j = 0; j < UC_ARRAY_SIZE(ops); j++)
			items[i][j] = (struct guest_item){
				ops[j], pointer[i] | (0x552aULL << 48 & SIGNATURE), 0, 0
			};
	guest_write(guest, items[0], count);
	guest_play(guest, 0, count, items[0], answers[0]);
	for (unsigned int i = 0; i < POINTERS; i++) {
		for (unsigned int j = 0; j < UC_ARRAY_SIZE(ops); j++) {
			uint64_t got = guest_answer_value(ops[j], &answers[i][j]);

			if (got != pointer[i])
				uc_fail("%s of 0x%llx: expected 0x%llx, got 0x%llx",
					guest_op_name(ops[j]), (unsigned long long)items[i][j].x0,
					(unsigned long long)pointer[i], (unsigned long long)got);
		}
	}
}

#define ID(name)	.id = "kvm_arm_caps.guest.with." name
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &guest_runs

static const struct guest_row rows[] = {
	/* The first of two keys. */
	{ { ID("instruction_keys"), REQ(GUEST_ADDRESS), PAUTH }, judge_two_keys, BOTH, SCTLR_EN_ALL,
	  { { OP_PACIA, 2 } } },
	{ { ID("data_keys"), REQ(GUEST_ADDRESS), PAUTH }, judge_two_keys, BOTH, SCTLR_EN_ALL,
	  { { OP_PACDA, 2 } } },
	{ { ID("generic_key"), REQ(GUEST_GENERIC), PAUTH }, judge_generic, BOTH, SCTLR_EN_ALL, { } },
	{ { ID("hints"), REQ(GUEST_ADDRESS), PAUTH }, judge_hints, BOTH, SCTLR_EN_ALL, { } },
	{ { ID("branches"), REQ(GUEST_ADDRESS), PAUTH }, judge_branches, BOTH, SCTLR_EN_ALL, { } },
	{ { ID("strip"), REQ(GUEST_STRIP), PAUTH }, judge_strip, BOTH, SCTLR_EN_ALL, { } },
};

const struct uc_topic kvm_guest_with_topic = UC_BATCH_TOPIC("guest", rows, guest_run_row);
