// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest sees whose vCPU has neither feature, on a CPU with pointer
 * authentication or without.
 *
 * The key registers and PACGA are undefined. What signs or authenticates is
 * undefined where the guest's SCTLR_EL1 enables it; where it does not, it
 * does nothing, and the hint instructions do nothing on every CPU. XPACI and
 * its like can not be trapped. The id registers show none of it.
 */
#include "../../harness/verdict.h"
#include "guest.h"
#include "rows.h"

/* A pointer that nothing has signed, and a modifier that is good for ERETAA as SPSR_EL1 too. */
#define POINTER		0x0000123456789ab0ULL
#define MODIFIER	0x0fedcba9000003c5ULL

/* With something in place of an authentication code. */
#define SIGNED_POINTER	(POINTER | 0x002a000000000000ULL)

/* Have the guest execute the row's operations, all of them a script; returns how many. */
static unsigned int play_ops(struct guest *guest, const struct guest_row *row,
			     struct guest_item items[GUEST_SCRIPT],
			     struct guest_answer answers[GUEST_SCRIPT])
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(row->ops); i++)
		for (unsigned int n = 0; n < row->ops[i].count; n++)
			items[count++] = (struct guest_item){
				.op = row->ops[i].first + n, .x1 = MODIFIER,
				.x0 = row->ops[i].first == OP_XPACI ? SIGNED_POINTER : POINTER,
			};
	guest_write(guest, items, count);
	guest_play(guest, 0, count, items, answers);
	return count;
}

static void judge_undefined(struct guest *guest, const struct guest_row *row)
{
	struct guest_answer answers[GUEST_SCRIPT];
	struct guest_item items[GUEST_SCRIPT] = { 0 };
	unsigned int count = play_ops(guest, row, items, answers);

	for (unsigned int i = 0; i < count; i++)
		guest_answer_undefined(items[i].op, &answers[i]);
}

/* The same for a vCPU that has run, and was then initialised again. */
static void judge_undefined_again(struct guest *guest, const struct guest_row *row)
{
	guest_value(guest, OP_NOP, 0, 0);
	kvm_expect_init(&guest->vcpu, 0, 0, ", the same again");
	guest_boot(guest);
	guest_enable(guest, row->enables);
	judge_undefined(guest, row);
}

/*
 * The pointer comes back as it was; or without what stood in place of its authentication code,
 * which is cut off whatever it is, and bit 55 says with what.
 */
static void judge_pointer(struct guest *guest, const struct guest_row *row)
{
	struct guest_answer answers[GUEST_SCRIPT];
	struct guest_item items[GUEST_SCRIPT] = { 0 };
	unsigned int count = play_ops(guest, row, items, answers);

	for (unsigned int i = 0; i < count; i++) {
		uint64_t got = guest_answer_value(items[i].op, &answers[i]);

		uc_check(got == POINTER, "the guest executed %s of 0x%llx: expected 0x%llx, got 0x%llx",
			 guest_op_name(items[i].op), (unsigned long long)items[i].x0, POINTER,
			 (unsigned long long)got);
	}
}

static void judge_id_registers(struct guest *guest, const struct guest_row *row)
{
	uint64_t seen[2];

	(void)row;
	uc_about(GUEST_ID_REGISTERS);
	guest_expect_id_registers(guest, seen);
	uc_about(ISAR_ZERO);
	for (unsigned int i = 0; i < KVM_ID_REGISTERS; i++)
		uc_check(!(seen[i] & kvm_id_registers[i].mask),
			 "the guest reads pointer authentication fields in %s",
			 kvm_id_registers[i].name);
}

#define ID(name)	.id = "kvm_arm_caps.guest.without." name
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &guest_runs
/* Elsewhere these are undefined, or hints, because the CPU has nothing to trap. */
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &guest_runs

static const struct guest_row rows[] = {
	{ { ID("id_registers"), REQ(GUEST_ID_REGISTERS, ISAR_ZERO), ANYWHERE },
	  judge_id_registers, 0, 0, { } },
	{ { ID("pacga"), REQ(GUEST_NO_GENERIC), ANYWHERE },
	  judge_undefined, 0, 0, { { OP_PACGA, 1 } } },
	{ { ID("keys"), REQ(GUEST_NO_KEYS), ANYWHERE },
	  judge_undefined, 0, 0, { { OP_READ_KEY, REG_KEYS }, { OP_WRITE_KEY, REG_KEYS } } },
	{ { ID("forms_enabled"), REQ(GUEST_NO_ADDRESS), ANYWHERE },
	  judge_undefined, 0, SCTLR_EN_ALL, { { OP_PACIA, 4 }, { OP_AUTIA, 4 } } },
	{ { ID("branches_enabled"), REQ(GUEST_NO_ADDRESS), PAUTH },
	  judge_undefined, 0, SCTLR_EN_ALL, { { OP_RETAA, 6 } } },
	{ { ID("hints_enabled"), REQ(GUEST_NO_ADDRESS), PAUTH },
	  judge_undefined, 0, SCTLR_EN_ALL, { { OP_PACIASP, 12 } } },
	/* PACIA to AUTDB, and PACGA. */
	{ { ID("again"), REQ(GUEST_NO_ADDRESS, GUEST_NO_GENERIC, GUEST_NO_KEYS), ANYWHERE },
	  judge_undefined_again, 0, SCTLR_EN_ALL, { { OP_READ_KEY, 1 }, { OP_PACIA, 9 } } },
	{ { ID("hints_disabled"), REQ(GUEST_NO_HINTS), ANYWHERE },
	  judge_pointer, 0, 0, { { OP_PACIASP, 12 } } },
	{ { ID("forms_disabled"), REQ(GUEST_NO_HINTS), PAUTH },
	  judge_pointer, 0, 0, { { OP_PACIA, 4 }, { OP_AUTIA, 4 } } },
	{ { ID("strip"), REQ(GUEST_STRIP), PAUTH },
	  judge_pointer, 0, SCTLR_EN_ALL, { { OP_XPACI, 3 } } },
};

const struct uc_topic kvm_guest_without_topic = UC_BATCH_TOPIC("guest", rows, guest_run_row);
