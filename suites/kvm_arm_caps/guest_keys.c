// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of a guest whose vCPU has both features: the ten key
 * registers are the ones that user space sees, and so are the id registers.
 */
#include <string.h>

#include "../../harness/verdict.h"
#include "guest.h"
#include "rows.h"

#define MODIFIER	0x0fedcba900000010ULL

#define POINTERS	2
static const uint64_t pointer[POINTERS] = { 0x0000123456789ab0, 0x00005a5aa5a5f00c };

/* User space changes one of the five keys: the guest's results of that one change, no others. */
static void judge_own_key(struct guest *guest, const struct guest_row *row UNUSED)
{
	static const char *const names[] = { "APIA", "APIB", "APDA", "APDB", "APGA" };
	uint64_t keys[REG_KEYS], others[REG_KEYS];
	static const enum guest_op ops[GUEST_KEYS_USED] = { OP_PACIA, OP_PACIB, OP_PACDA, OP_PACDB,
							    OP_PACGA };
	struct guest_item items[POINTERS][GUEST_KEYS_USED];
	struct guest_answer results[2][POINTERS][GUEST_KEYS_USED];

	for (unsigned int i = 0; i < POINTERS; i++)
		for (unsigned int key = 0; key < GUEST_KEYS_USED; key++)
			items[i][key] = (struct guest_item){ ops[key], pointer[i], MODIFIER, 0 };
	guest_write(guest, items[0], POINTERS * GUEST_KEYS_USED);
	keys_make(0, keys);
	keys_make(1, others);
	/* Round 0 has set 0 in all of them; each further round changes one more. */
	for (unsigned int round = 0; round <= GUEST_KEYS_USED; round++) {
		keys_write(&guest->vcpu, keys);
		guest_play(guest, 0, POINTERS * GUEST_KEYS_USED, items[0], results[round % 2][0]);
		for (unsigned int key = 0; round && key < GUEST_KEYS_USED; key++) {
			const bool should = key == round - 1;
			bool changed = false;

			for (unsigned int i = 0; i < POINTERS; i++)
				changed |= guest_answer_value(ops[key], &results[0][i][key]) !=
					   guest_answer_value(ops[key], &results[1][i][key]);
			if (changed != should)
				uc_fail("user space changed %s: expected the guest's results with %s to %s",
					names[round - 1], names[key], should ? "change" : "stay");
		}
		if (round < GUEST_KEYS_USED)
			memcpy(&keys[2 * round], &others[2 * round], 2 * sizeof(keys[0]));
	}
}

static void judge_user_to_guest(struct guest *guest, const struct guest_row *row UNUSED)
{
	uint64_t written[REG_KEYS], seen[REG_KEYS];

	/* Before it ran for the first time, and when it has. */
	for (unsigned int set = 0; set < 2; set++) {
		keys_set(&guest->vcpu, set, written);
		guest_read_keys(guest, seen);
		keys_expect("user space wrote, the guest reads", seen, written);
	}
}

static void judge_guest_to_user(struct guest *guest, const struct guest_row *row UNUSED)
{
	uint64_t written[REG_KEYS], seen[REG_KEYS];

	for (unsigned int set = 0; set < 2; set++) {
		keys_make(set, written);
		guest_write_keys(guest, written);
		keys_read(&guest->vcpu, seen);
		keys_expect("the guest wrote, KVM_GET_ONE_REG reads", seen, written);
	}
}

static void judge_reset(struct guest *guest, const struct guest_row *row UNUSED)
{
	uint64_t written[REG_KEYS], seen[REG_KEYS], shown[REG_KEYS];

	keys_make(0, written);
	guest_write_keys(guest, written);
	kvm_expect_init(&guest->vcpu, BOTH, 0, ", the same again");
	guest_boot(guest);
	keys_read(&guest->vcpu, shown);
	guest_read_keys(guest, seen);
	keys_expect_lost("after another KVM_ARM_VCPU_INIT the guest reads", seen, written);
	keys_expect("after another KVM_ARM_VCPU_INIT the guest reads", seen, shown);
}

static void judge_id_registers(struct guest *guest, const struct guest_row *row UNUSED)
{
	uint64_t seen[2];

	guest_expect_id_registers(guest, seen);
	if (!(seen[0] & ISAR1_PAUTH_MASK) && !(seen[1] & ISAR2_PAUTH_MASK))
		uc_fail("the guest reads no pointer authentication field in either id register");
}

#define ID(name)	.id = "kvm_arm_caps.guest.with." name
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &guest_runs
#define WITH		BOTH, SCTLR_EN_ALL, { }

static const struct guest_row rows[] = {
	{ { ID("id_registers"), REQ(GUEST_ID_REGISTERS), PAUTH }, judge_id_registers, WITH },
	{ { ID("own_key"), REQ(GUEST_ADDRESS, GUEST_GENERIC, GUEST_KEYS), PAUTH }, judge_own_key, WITH },
	{ { ID("user_to_guest"), REQ(GUEST_KEYS), PAUTH }, judge_user_to_guest, WITH },
	{ { ID("guest_to_user"), REQ(GUEST_KEYS), PAUTH }, judge_guest_to_user, WITH },
	{ { ID("reset"), REQ(GUEST_KEYS), PAUTH }, judge_reset, WITH },
};

const struct uc_topic kvm_guest_keys_topic = UC_BATCH_TOPIC("guest", rows, guest_run_row);
