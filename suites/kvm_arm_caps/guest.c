// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running a guest of one page.
 *
 * Its pages are written once, before the first KVM_RUN, and the guest never
 * stores to them: with its MMU off the guest's accesses and ours need not agree
 * about caches on real hardware. Everything that goes in or out goes through
 * registers and through a store to an address that no memory is behind.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "guest.h"

#define GUEST_PAGE	0x40000000ULL	/* where the image is, for the guest */
#define GUEST_MMIO	0x10000000ULL	/* where nothing is; OP_POWERED_ON has it too */

#define REG_X(n)	(KVM_REG_X0 + 2 * (n))

/* 48 bits of address below and above, tags not ignored: the same PAC field on every CPU. */
#define TCR_48_BITS	(16ULL << 16 | 16ULL)

static uint64_t get(const struct guest *guest, uint64_t id)
{
	uint64_t value;
	int result = kvm_get_reg(&guest->vcpu, id, &value);

	if (result)
		uc_error("set-up of a guest: KVM_GET_ONE_REG(0x%llx): %s",
			 (unsigned long long)id, uc_errno_name(-result));
	return value;
}

static void set(const struct guest *guest, uint64_t id, uint64_t value)
{
	int result = kvm_set_reg(&guest->vcpu, id, &value);

	if (result)
		uc_error("set-up of a guest: KVM_SET_ONE_REG(0x%llx): %s",
			 (unsigned long long)id, uc_errno_name(-result));
}

/* The code's page, and one for a script. */
static void add_memory(struct guest *guest)
{
	struct kvm_userspace_memory_region slot = {
		.guest_phys_addr = GUEST_PAGE, .memory_size = 2 * uc_page_size(),
	};
	char *page = uc_pages(slot.memory_size);

	guest_code_write(page);
	memset(page + uc_page_size(), 0, uc_page_size());
	guest->script = (struct guest_scripted *)(page + uc_page_size());
	slot.userspace_addr = (uintptr_t)page;
	if (ioctl(guest->vcpu.vm, KVM_SET_USER_MEMORY_REGION, &slot))
		uc_error("set-up of a guest: KVM_SET_USER_MEMORY_REGION: %s",
			 uc_errno_name(errno));
}

struct guest guest_new(uint32_t features)
{
	struct guest guest;

	kvm_make_initialised(&guest.vcpu, features);
	add_memory(&guest);
	guest.run = kvm_map_run(&guest.vcpu);
	guest_boot(&guest);
	return guest;
}

struct guest guest_second(const struct guest *other, uint32_t features)
{
	struct guest guest;

	kvm_make_sibling(&other->vcpu, 1, &guest.vcpu);
	kvm_must_init(&guest.vcpu, features);
	guest.script = other->script;
	guest.run = kvm_map_run(&guest.vcpu);
	guest_boot(&guest);
	return guest;
}

void guest_run_row(const struct uc_row *row, const void *facts)
{
	const struct guest_row *mine = (const struct guest_row *)row;
	struct guest guest = guest_new(mine->features);

	(void)facts;
	guest_enable(&guest, mine->enables);
	mine->judge(&guest, mine);
}

void guest_boot(struct guest *guest)
{
	guest->sctlr = get(guest, KVM_REG_SCTLR) & ~SCTLR_EN_ALL;
	guest_enable(guest, SCTLR_EN_ALL);
	set(guest, KVM_REG_TCR, TCR_48_BITS);
	set(guest, KVM_REG_VBAR, GUEST_PAGE + GUEST_VECTORS);
	set(guest, KVM_REG_PC, GUEST_PAGE + GUEST_ENTRY);
	set(guest, REG_X(28), GUEST_MMIO);
}

void guest_enable(struct guest *guest, uint64_t enables)
{
	set(guest, KVM_REG_SCTLR, guest->sctlr | enables);
}

/* Run to the store that ends the operation; returns the offset from X28 it went to. */
static uint64_t run(struct guest *guest, enum guest_op op, uint64_t *stored)
{
	const volatile struct kvm_run *run = guest->run;	/* the kernel writes it */
	long got;

	uc_judging("KVM_RUN of a guest that executes %s", guest_op_name(op));
	do {
		got = ioctl(guest->vcpu.fd, KVM_RUN, 0L);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		uc_fail_now("the guest executed %s: KVM_RUN: %s", guest_op_name(op),
			    uc_errno_name(errno));
	if (run->exit_reason != KVM_EXIT_MMIO || !run->mmio.is_write || run->mmio.len != 8)
		uc_fail_now("the guest executed %s: expected its store (KVM_EXIT_MMIO), got exit reason %u",
			    guest_op_name(op), run->exit_reason);
	uc_judged();
	uc_counted(1);
	memcpy(stored, (const void *)run->mmio.data, sizeof(*stored));
	return run->mmio.phys_addr - GUEST_MMIO;
}

struct guest_answer guest_do(struct guest *guest, enum guest_op op, uint64_t x0, uint64_t x1)
{
	uint64_t start = guest_address(op), stored;
	struct guest_answer answer = { 0 };

	set(guest, REG_X(0), x0);
	set(guest, REG_X(1), x1);
	set(guest, REG_X(27), start);
	switch (run(guest, op, &stored)) {
	case 0:
		answer.x0 = stored;
		return answer;
	case 8:
		answer.exception = true;
		answer.ec = stored >> 26 & 0x3f;
		answer.elsewhere = get(guest, REG_X(21)) - start >= guest_op_size(op);
		return answer;
	default:
		uc_fail_now("the guest executed %s and then stored to an address that its code does not have",
			    guest_op_name(op));
	}
}

uint64_t guest_answer_value(enum guest_op op, const struct guest_answer *answer)
{
	if (answer->exception)
		uc_fail_now("the guest executed %s: expected no exception, got one of class 0x%x%s",
			    guest_op_name(op), answer->ec,
			    answer->ec == EC_UNKNOWN ? " (undefined instruction)" : "");
	return answer->x0;
}

uint64_t guest_value(struct guest *guest, enum guest_op op, uint64_t x0, uint64_t x1)
{
	struct guest_answer answer = guest_do(guest, op, x0, x1);

	return guest_answer_value(op, &answer);
}

void guest_write(struct guest *guest, const struct guest_item *items, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		guest->script[i] = (struct guest_scripted){
			.address = guest_address(items[i].op),
			.x0 = items[i].x0, .x1 = items[i].x1, .before = items[i].before,
		};
}

static void play(struct guest *guest, unsigned int first, unsigned int count,
		 const struct guest_item *items, struct guest_answer *answers)
{
	uint64_t exceptions;

	set(guest, REG_X(25), 0);
	set(guest, REG_X(26), count);
	set(guest, REG_X(27), GUEST_PAGE + GUEST_NEXT);
	set(guest, REG_X(29), GUEST_PAGE + uc_page_size() + first * sizeof(*guest->script));
	if (run(guest, items[first].op, &exceptions))
		uc_fail_now("the guest executed %u operations from %s on, and then stored to an address that its code does not have",
			    count, guest_op_name(items[first].op));
	for (unsigned int i = 0; i < count; i++) {
		const unsigned int behind = count - 1 - i;
		uint64_t result = get(guest, REG_X(guest_result_registers[behind]));
		struct guest_answer *answer = &answers[first + i];

		*answer = (struct guest_answer){ .exception = exceptions >> behind & 1 };
		if (!answer->exception) {
			answer->x0 = result;
			continue;
		}
		answer->ec = result >> 26 & 0x3f;
		answer->elsewhere = result >> 48 >= guest_op_size(items[first + i].op);
	}
}

void guest_play(struct guest *guest, unsigned int first, unsigned int count,
		const struct guest_item *items, struct guest_answer *answers)
{
	while (count) {
		const unsigned int now = count < GUEST_RESULTS ? count : GUEST_RESULTS;

		play(guest, first, now, items, answers);
		first += now;
		count -= now;
	}
}

uint64_t guest_call(struct guest *guest, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	set(guest, REG_X(2), x2);
	set(guest, REG_X(3), x3);
	return guest_value(guest, OP_CALL, x0, x1);
}

uint64_t guest_continue(struct guest *guest, enum guest_op op)
{
	uint64_t stored;

	if (run(guest, op, &stored))
		uc_fail_now("the guest executed %s: expected no exception, got one",
			    guest_op_name(op));
	return stored;
}

uint64_t guest_address(enum guest_op op)
{
	return GUEST_PAGE + guest_op_offset(op);
}

void guest_answer_undefined(enum guest_op op, const struct guest_answer *answer)
{
	if (!answer->exception)
		uc_fail("the guest executed %s: expected an undefined instruction, got none, X0=0x%llx",
			guest_op_name(op), (unsigned long long)answer->x0);
	else if (answer->ec != EC_UNKNOWN)
		uc_fail("the guest executed %s: expected an undefined instruction (class 0x0), got an exception of class 0x%x",
			guest_op_name(op), answer->ec);
	else if (answer->elsewhere)
		uc_fail("the guest executed %s: ELR_EL1 of the exception is not in that operation",
			guest_op_name(op));
}

void guest_expect_undefined(struct guest *guest, enum guest_op op, uint64_t x0, uint64_t x1)
{
	struct guest_answer answer = guest_do(guest, op, x0, x1);

	guest_answer_undefined(op, &answer);
}

void guest_use_keys(struct guest *guest, uint64_t value, uint64_t modifier,
		    uint64_t results[GUEST_KEYS_USED])
{
	static const unsigned int where[GUEST_KEYS_USED] = { 0, 5, 2, 3, 4 };

	guest_value(guest, OP_USE_KEYS, value, modifier);
	for (unsigned int i = 0; i < GUEST_KEYS_USED; i++)
		results[i] = get(guest, REG_X(where[i]));
}

void guest_read_keys(struct guest *guest, uint64_t keys[REG_KEYS])
{
	guest_value(guest, OP_READ_KEYS, 0, 0);
	for (unsigned int i = 0; i < REG_KEYS; i++)
		keys[i] = get(guest, REG_X(i));
}

void guest_write_keys(struct guest *guest, const uint64_t keys[REG_KEYS])
{
	for (unsigned int i = 2; i < REG_KEYS; i++)
		set(guest, REG_X(i), keys[i]);
	guest_value(guest, OP_WRITE_KEYS, keys[0], keys[1]);
}

void guest_expect_id_registers(struct guest *guest, uint64_t seen[2])
{
	seen[0] = guest_value(guest, OP_READ_ISARS, 0, 0);
	seen[1] = get(guest, REG_X(1));
	for (unsigned int i = 0; i < KVM_ID_REGISTERS; i++) {
		uint64_t shown = get(guest, kvm_id_registers[i].id);

		uc_check(seen[i] == shown, "the guest executed MRS %s: expected 0x%llx, which KVM_GET_ONE_REG shows, got 0x%llx",
			 kvm_id_registers[i].name, (unsigned long long)shown,
			 (unsigned long long)seen[i]);
	}
}

static void run_guest_runs(const void *facts)
{
	struct guest guest = guest_new(0);
	struct guest_answer answer;

	(void)facts;
	if (guest_value(&guest, OP_NOP, 0x1234, 0) != 0x1234)
		uc_fail("a guest that executes a NOP hands back another X0");
	answer = guest_do(&guest, OP_UDF, 0, 0);
	if (!answer.exception || answer.ec != EC_UNKNOWN || answer.elsewhere)
		uc_fail("a guest that executes UDF does not take that exception there");
	if (guest_value(&guest, OP_NOP, 0x5678, 0) != 0x5678)
		uc_fail("a guest does not go on after an exception");
}

const struct uc_control guest_runs = { "guest_runs", run_guest_runs };
