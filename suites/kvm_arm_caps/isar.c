// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pointer authentication fields of ID_AA64ISAR1_EL1 and ID_AA64ISAR2_EL1
 * as user space sees them.
 *
 * With PTRAUTH_ADDRESS and PTRAUTH_GENERIC they are the host's, without they are 0.
 * KVM_SET_ONE_REG:
 *   0 - the value that the register has
 *   EINVAL - any other value of these fields; nothing has changed
 *   EBUSY - the same, after the VM has run
 * KVM_ARM_GET_REG_WRITABLE_MASKS leaves the fields out.
 */
#include <errno.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "guest.h"
#include "rows.h"

#define FOR_ID_REGISTERS(i)	for (unsigned int i = 0; i < KVM_ID_REGISTERS; i++)

static uint64_t read_id(const struct kvm_vcpu *vcpu, const struct kvm_id_register *isar)
{
	uint64_t value;
	int result = kvm_get_reg(vcpu, isar->id, &value);

	if (result)
		uc_fail_now("KVM_GET_ONE_REG(%s): expected 0, got %s", isar->name,
			    uc_errno_name(-result));
	return value;
}

/* The fields must be the host's with the features, nothing without. */
static void expect_fields(const struct kvm_vcpu *vcpu, const struct kvm_facts *facts,
			  uint32_t features)
{
	uc_about(features ? ISAR_HOST : ISAR_ZERO);
	FOR_ID_REGISTERS(i) {
		const struct kvm_id_register *isar = &kvm_id_registers[i];
		uint64_t got = read_id(vcpu, isar) & isar->mask;
		uint64_t expected = features ? facts->id_register[i] & isar->mask : 0;

		uc_check(got == expected, "vCPU %s: expected the pointer authentication fields 0x%llx, got 0x%llx",
			 isar->name, (unsigned long long)expected, (unsigned long long)got);
	}
}

static void judge_fields(const struct kvm_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, row->features);
	expect_fields(&vcpu, facts, row->features);
}

/* Halves of the pair, which are refused, leave nothing to the call that is accepted. */
static void judge_fields_after_refusal(const struct kvm_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	kvm_make_vcpu(&vcpu);
	uc_about(STATE_AFTER_REJECTION);
	kvm_expect_init(&vcpu, ADDRESS, -EINVAL, "");
	kvm_expect_init(&vcpu, GENERIC, -EINVAL, "");
	kvm_expect_init(&vcpu, row->features, 0, ", after two that were refused");
	expect_fields(&vcpu, facts, row->features);
}

/* Every vCPU of the VM shows the same; and a further INIT changes nothing. */
static void judge_fields_elsewhere(const struct kvm_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu, sibling;

	kvm_make_initialised(&vcpu, row->features);
	kvm_make_sibling(&vcpu, 1, &sibling);
	kvm_must_init(&sibling, row->features);
	kvm_expect_init(&vcpu, row->features, 0, ", the same again");
	expect_fields(&vcpu, facts, row->features);
	expect_fields(&sibling, facts, row->features);
}

/* Write a value that the register does not have: refused, and forgotten. */
static void expect_refused(const struct kvm_vcpu *vcpu, const struct kvm_id_register *isar, uint64_t value,
			   bool ran)
{
	uint64_t before = read_id(vcpu, isar), after;
	int result = kvm_set_reg(vcpu, isar->id, &value);

	uc_check(result == -EINVAL || (ran && result == -EBUSY),
		 "KVM_SET_ONE_REG(%s, 0x%llx) where it is 0x%llx: expected EINVAL%s, got %s",
		 isar->name, (unsigned long long)value, (unsigned long long)before,
		 ran ? " or EBUSY" : "", kvm_result_name(result));
	after = read_id(vcpu, isar);
	if (!uc_check(after == before, "... after which it reads 0x%llx", (unsigned long long)after))
		kvm_set_reg(vcpu, isar->id, &before);
}

/* Every other value of every field, and all of them cleared or set together. */
static void expect_fixed(const struct kvm_vcpu *vcpu, const struct kvm_id_register *isar, bool ran)
{
	const uint64_t now = read_id(vcpu, isar);
	const uint64_t together[] = { now & ~isar->mask, now | isar->mask };

	kvm_expect(kvm_set_reg(vcpu, isar->id, &now), 0, "KVM_SET_ONE_REG(%s, 0x%llx), which it is",
		   isar->name, (unsigned long long)now);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(together); i++)
		if (together[i] != now)
			expect_refused(vcpu, isar, together[i], ran);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isar->fields) && isar->fields[i]; i++) {
		for (uint64_t field = 0; field < 16; field++) {
			uint64_t value = (now & ~(15ULL << isar->fields[i])) |
					 field << isar->fields[i];

			if (value != now)
				expect_refused(vcpu, isar, value, ran);
		}
	}
}

static void judge_fixed(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, row->features);
	FOR_ID_REGISTERS(i)
		expect_fixed(&vcpu, &kvm_id_registers[i], false);
}

static void judge_fixed_after_run(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	struct guest guest = guest_new(row->features);

	guest_value(&guest, OP_NOP, 0, 0);
	FOR_ID_REGISTERS(i)
		expect_fixed(&guest.vcpu, &kvm_id_registers[i], true);
}

static void judge_masks(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	const size_t size = KVM_ARM_FEATURE_ID_RANGE_SIZE * sizeof(uint64_t);
	uint64_t *masks = uc_guarded(size);
	struct kvm_reg_mask_range range = {
		.addr = (uintptr_t)masks, .range = KVM_ARM_FEATURE_ID_RANGE,
	};
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, row->features);
	if (!kvm_expect(kvm_ioctl(vcpu.vm, KVM_ARM_GET_REG_WRITABLE_MASKS, &range), 0,
			"KVM_ARM_GET_REG_WRITABLE_MASKS range=0"))
		return;
	if (uc_poison_broken(masks, 0, size) == size)
		uc_fail_now("KVM_ARM_GET_REG_WRITABLE_MASKS returned 0 and wrote no masks");
	FOR_ID_REGISTERS(i) {
		const struct kvm_id_register *isar = &kvm_id_registers[i];
		uint64_t writable = masks[isar->mask_index] & isar->mask;

		uc_check(!writable, "writable mask %u (%s): expected no pointer authentication field in it, got 0x%llx",
			 isar->mask_index, isar->name, (unsigned long long)writable);
	}
}

/*
 * One vCPU with the features and one without in the same VM. Whether that is
 * allowed is not documented; where it is, each shows what it has, and where it
 * is not, the refused vCPU must not spoil the first.
 */
static void judge_mixed(const struct kvm_row *row, const struct kvm_facts *facts)
{
	uint32_t other = row->features ^ BOTH;
	struct kvm_vcpu vcpu, sibling;
	int result;

	kvm_make_initialised(&vcpu, row->features);
	kvm_make_sibling(&vcpu, 1, &sibling);
	result = kvm_try_init(&sibling, other);
	uc_note("vCPU 1 features=%s in the VM of vCPU 0 features=%s: %s", kvm_set_name(other),
		kvm_set_name(row->features), result ? uc_errno_name(-result) : "accepted");
	expect_fields(&vcpu, facts, row->features);
	if (!result)
		expect_fields(&sibling, facts, other);
}

#define ROW(name, function, set, needed, ...) \
	{ .row = { .id = "kvm_arm_caps.isar." name, REQ(__VA_ARGS__), needed }, \
	  .judge = function, .features = (set) }
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &kvm_control_plain
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &kvm_control_pauth
#define HOST_FIELDS	NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_id_registers), \
			.control = &kvm_control_pauth
#define MASKS		NEEDS(KVM_NEEDED, &kvm_need_masks), .control = &kvm_control_plain
#define MASKS_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_masks, &kvm_need_pauth), \
			.control = &kvm_control_pauth

static const struct kvm_row rows[] = {
	ROW("host", judge_fields, BOTH, HOST_FIELDS, ISAR_HOST),
	ROW("zero", judge_fields, 0, ANYWHERE, ISAR_ZERO),
	ROW("host_after_refusal", judge_fields_after_refusal, BOTH, HOST_FIELDS, ISAR_HOST,
	    STATE_AFTER_REJECTION),
	ROW("zero_after_refusal", judge_fields_after_refusal, 0, PAUTH, ISAR_ZERO,
	    STATE_AFTER_REJECTION),
	ROW("vm_host", judge_fields_elsewhere, BOTH, HOST_FIELDS, ISAR_HOST),
	ROW("vm_zero", judge_fields_elsewhere, 0, ANYWHERE, ISAR_ZERO),
	ROW("mixed_with_first", judge_mixed, BOTH, HOST_FIELDS, ISAR_HOST, ISAR_ZERO,
	    STATE_PER_VCPU),
	ROW("mixed_without_first", judge_mixed, 0, HOST_FIELDS, ISAR_HOST, ISAR_ZERO,
	    STATE_PER_VCPU),
	ROW("fixed_with", judge_fixed, BOTH, PAUTH, ISAR_IMMUTABLE),
	ROW("fixed_without", judge_fixed, 0, ANYWHERE, ISAR_IMMUTABLE),
	ROW("fixed_after_run_with", judge_fixed_after_run, BOTH, PAUTH, ISAR_IMMUTABLE),
	ROW("fixed_after_run_without", judge_fixed_after_run, 0, ANYWHERE, ISAR_IMMUTABLE),
	ROW("masks_with", judge_masks, BOTH, MASKS_PAUTH, WRITABLE_MASKS),
	ROW("masks_without", judge_masks, 0, MASKS, WRITABLE_MASKS),
};

const struct uc_topic kvm_isar_topic = KVM_TOPIC("isar", rows);
