// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys and features when the CPU goes from one to another: vCPUs of one VM,
 * VMs with the features and without, and the process that runs them, all of
 * them taking turns on one thread.
 */
#include <string.h>
#include <time.h>

#include "../../harness/verdict.h"
#include "guest.h"
#include "guest_host.h"
#include "rows.h"

#define TURNS	2
#define VALUE	0x0000123456789ab0ULL
#define MODIFIER 0x0fedcba900000010ULL

/* What a vCPU makes of a value with its five keys; it must always be the same. */
static void expect_results(const char *who, struct guest *guest,
			   const uint64_t expected[GUEST_KEYS_USED])
{
	uint64_t got[GUEST_KEYS_USED];

	guest_use_keys(guest, VALUE, MODIFIER, got);
	if (memcmp(got, expected, sizeof(got)))
		uc_fail("%s: its keys no longer give the same results", who);
}

/* Each keeps its keys: the one's were written by user space, the other's by itself. */
static void judge_two_vcpus(struct guest *a, const struct guest_row *row UNUSED)
{
	struct guest b = guest_second(a, BOTH);
	uint64_t keys[2][REG_KEYS], seen[REG_KEYS];
	uint64_t results[2][GUEST_KEYS_USED];

	keys_make(0, keys[0]);
	keys_make(1, keys[1]);
	keys_write(&a->vcpu, keys[0]);
	guest_write_keys(&b, keys[1]);
	guest_use_keys(a, VALUE, MODIFIER, results[0]);
	guest_use_keys(&b, VALUE, MODIFIER, results[1]);
	if (!memcmp(results[0], results[1], sizeof(results[0])))
		uc_fail("vCPUs 0 and 1 get the same results from different keys");
	for (unsigned int turn = 0; turn < TURNS; turn++) {
		guest_read_keys(a, seen);
		keys_expect("vCPU 0, after vCPU 1 ran", seen, keys[0]);
		guest_read_keys(&b, seen);
		keys_expect("vCPU 1, after vCPU 0 ran", seen, keys[1]);
		expect_results("vCPU 0, after vCPU 1 ran", a, results[0]);
		expect_results("vCPU 1, after vCPU 0 ran", &b, results[1]);
	}
	keys_read(&a->vcpu, seen);
	keys_expect("vCPU 0, KVM_GET_ONE_REG at the end", seen, keys[0]);
	keys_read(&b.vcpu, seen);
	keys_expect("vCPU 1, KVM_GET_ONE_REG at the end", seen, keys[1]);
}

/* A vCPU of the same VM, and one of another, get the same results from the same keys. */
static void judge_same_keys(struct guest *first, const struct guest_row *row UNUSED)
{
	struct guest others[] = { guest_second(first, BOTH), guest_new(BOTH) };
	uint64_t keys[REG_KEYS], results[GUEST_KEYS_USED];

	keys_set(&first->vcpu, 0, keys);
	guest_use_keys(first, VALUE, MODIFIER, results);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(others); i++) {
		keys_write(&others[i].vcpu, keys);
		expect_results(i ? "a vCPU of another VM with the same keys" :
			       "vCPU 1 with the same keys", &others[i], results);
	}
}

/* A VM with the features and one without: neither gains nor loses by the other's turns. */
static void judge_with_and_without(struct guest *with, const struct guest_row *row UNUSED)
{
	static const struct guest_item undefined[] = {
		{ .op = OP_PACGA, .x0 = VALUE, .x1 = MODIFIER },
		{ .op = OP_READ_KEY },
		{ .op = OP_PACIA, .x0 = VALUE, .x1 = MODIFIER },
	};
	const unsigned int count = UC_ARRAY_SIZE(undefined);
	struct guest without = guest_new(0);
	struct guest_answer answers[UC_ARRAY_SIZE(undefined)];
	uint64_t keys[REG_KEYS], seen[REG_KEYS], isars[2];

	guest_write(&without, undefined, count);
	keys_set(&with->vcpu, 0, keys);
	for (unsigned int turn = 0; turn < TURNS; turn++) {
		guest_read_keys(with, seen);
		keys_expect("vCPU with the features, after one without ran", seen, keys);
		guest_play(&without, 0, count, undefined, answers);
		for (unsigned int i = 0; i < count; i++)
			guest_answer_undefined(undefined[i].op, &answers[i]);
		guest_value(with, OP_USE_KEYS, VALUE, MODIFIER);
		guest_expect_id_registers(&without, isars);
		guest_expect_id_registers(with, isars);
	}
}

/* Exits, some of them long enough for the host to do something else, leave the guest's keys. */
static void judge_many_exits(struct guest *guest, const struct guest_row *row UNUSED)
{
	static const struct timespec moment = { .tv_nsec = 1000 };
	uint64_t keys[REG_KEYS], seen[REG_KEYS], results[GUEST_KEYS_USED];

	keys_make(0, keys);
	guest_write_keys(guest, keys);
	guest_use_keys(guest, VALUE, MODIFIER, results);
	for (unsigned int turn = 0; turn < 4 * TURNS; turn++) {
		if (turn % TURNS == 0)
			nanosleep(&moment, NULL);
		expect_results("a vCPU that nobody else disturbs", guest, results);
	}
	guest_read_keys(guest, seen);
	keys_expect("the guest wrote, and reads after many exits", seen, keys);
}

/*
 * This process signs the same way before and after a guest had other keys in
 * the same CPU. What the guest's instructions come to is for other rows.
 */
static void judge_process_keeps_keys(struct guest *guest, const struct guest_row *row UNUSED)
{
	uint64_t before[HOST_RESULTS], after[HOST_RESULTS], keys[REG_KEYS];

	keys_set(&guest->vcpu, 0, keys);
	/* Whatever the kernel remembers of an earlier process' keys, or of earlier ones of this. */
	guest_do(guest, OP_NOP, 0, 0);
	host_new_keys();
	host_sign(before);
	for (unsigned int turn = 0; turn < TURNS; turn++) {
		guest_do(guest, turn % 2 ? OP_WRITE_KEYS : OP_USE_KEYS, VALUE, MODIFIER);
		host_sign(after);
		for (unsigned int i = 0; i < HOST_RESULTS; i++)
			if (before[i] != after[i])
				uc_fail_now("this process' own %s: expected 0x%llx as before KVM_RUN, got 0x%llx",
					    host_result_name(i), (unsigned long long)before[i],
					    (unsigned long long)after[i]);
	}
}

/* A guest whose keys nobody has set has not got this process' ones. */
static void judge_guest_has_other_keys(struct guest *guest, const struct guest_row *row UNUSED)
{
	uint64_t shown[REG_KEYS], seen[REG_KEYS];

	if (guest_value(guest, OP_PACGA, VALUE, MODIFIER) == host_pacga(VALUE, MODIFIER))
		uc_fail("PACGA: a guest computes what this process does: it has its key");
	keys_read(&guest->vcpu, shown);
	guest_read_keys(guest, seen);
	keys_expect("a guest whose keys nobody wrote reads", seen, shown);
}

#define ID(name)	.id = "kvm_arm_caps.guest.switch." name
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &guest_runs
#define WITH		BOTH, SCTLR_EN_ALL, { }

static const struct guest_row rows[] = {
	{ { ID("two_vcpus"), REQ(GUEST_ALTERNATING), PAUTH }, judge_two_vcpus, WITH },
	{ { ID("same_keys"), REQ(GUEST_ALTERNATING, GUEST_ADDRESS, GUEST_GENERIC), PAUTH },
	  judge_same_keys, WITH },
	{ { ID("with_and_without"), REQ(GUEST_ALTERNATING), PAUTH }, judge_with_and_without, WITH },
	{ { ID("many_exits"), REQ(GUEST_ALTERNATING, GUEST_KEYS), PAUTH }, judge_many_exits, WITH },
	/* A process that lost its keys must not be the next row's. */
	{ { ID("process_keeps_keys"), REQ(HOST_KEYS), PAUTH, .own_process = true },
	  judge_process_keeps_keys, WITH },
	{ { ID("guest_has_other_keys"), REQ(HOST_KEYS, GUEST_KEYS), PAUTH, .own_process = true },
	  judge_guest_has_other_keys, WITH },
};

const struct uc_topic kvm_guest_switch_topic = UC_BATCH_TOPIC("guest", rows, guest_run_row);
