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
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "controls.h"
#include "guest.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"

#define BOTH	(ADDRESS | GENERIC)
#define NONE	0u

/* One of the two registers. */
struct isar {
	const char *name;
	uint64_t id;
	uint64_t mask;			/* of the pointer authentication fields */
	unsigned int fields[4];		/* their lowest bits; 0 ends */
	unsigned int mask_index;	/* in the array of writable masks */
};

static const struct isar isars[] = {
	{ "ID_AA64ISAR1_EL1", KVM_REG_ID_AA64ISAR1, ISAR1_PAUTH_MASK, { 4, 8, 24, 28 },
	  ISAR1_MASK_INDEX },
	{ "ID_AA64ISAR2_EL1", KVM_REG_ID_AA64ISAR2, ISAR2_PAUTH_MASK, { 8, 12 },
	  ISAR2_MASK_INDEX },
};

struct isar_row {
	struct uc_row row;
	void (*judge)(const struct isar_row *row, const struct kvm_facts *facts);
	uint32_t features;
};

static uint64_t read_isar(const struct kvm_vcpu *vcpu, const struct isar *isar)
{
	uint64_t value;
	int result = kvm_get_reg(vcpu, isar->id, &value);

	if (result)
		uc_fail_now("KVM_GET_ONE_REG(%s): expected 0, got %s", isar->name,
			    uc_errno_name(-result));
	return value;
}

/* What the fields must be: the host's with the features, nothing without. */
static uint64_t right_fields(const struct isar *isar, const struct kvm_facts *facts,
			     uint32_t features)
{
	return features ? (isar == isars ? facts->isar1 : facts->isar2) & isar->mask : 0;
}

static void expect_fields(const struct kvm_vcpu *vcpu, const struct isar *isar, uint64_t expected)
{
	uint64_t got = read_isar(vcpu, isar) & isar->mask;

	uc_counted(1);
	if (got != expected)
		uc_fail("vCPU %s: expected the pointer authentication fields 0x%llx, got 0x%llx",
			isar->name, (unsigned long long)expected, (unsigned long long)got);
}

static void judge_fields(const struct isar_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, row->features);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++)
		expect_fields(&vcpu, &isars[i], right_fields(&isars[i], facts, row->features));
}

/* Halves of the pair, which are refused, leave nothing to the call that is accepted. */
static void judge_fields_after_refusal(const struct isar_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	kvm_make_vcpu(&vcpu);
	kvm_expect(kvm_try_init(&vcpu, ADDRESS), -EINVAL, "KVM_ARM_VCPU_INIT features=%s",
		   kvm_set_name(ADDRESS));
	kvm_expect(kvm_try_init(&vcpu, GENERIC), -EINVAL, "KVM_ARM_VCPU_INIT features=%s",
		   kvm_set_name(GENERIC));
	kvm_must_init(&vcpu, row->features);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++)
		expect_fields(&vcpu, &isars[i], right_fields(&isars[i], facts, row->features));
}

/* Every vCPU of the VM shows the same; and a further INIT changes nothing. */
static void judge_fields_elsewhere(const struct isar_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu, sibling;

	kvm_make_initialised(&vcpu, row->features);
	kvm_make_sibling(&vcpu, 1, &sibling);
	kvm_must_init(&sibling, row->features);
	kvm_expect(kvm_try_init(&vcpu, row->features), 0, "KVM_ARM_VCPU_INIT, the same again");
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++) {
		uint64_t expected = right_fields(&isars[i], facts, row->features);

		expect_fields(&vcpu, &isars[i], expected);
		expect_fields(&sibling, &isars[i], expected);
	}
}

/* Write a value that the register does not have: refused, and forgotten. */
static void expect_refused(const struct kvm_vcpu *vcpu, const struct isar *isar, uint64_t value,
			   bool ran)
{
	uint64_t before = read_isar(vcpu, isar), after;
	int result = kvm_set_reg(vcpu, isar->id, value);

	uc_counted(1);
	if (result != -EINVAL && !(ran && result == -EBUSY))
		uc_fail("KVM_SET_ONE_REG(%s, 0x%llx) where it is 0x%llx: expected EINVAL%s, got %s",
			isar->name, (unsigned long long)value, (unsigned long long)before,
			ran ? " or EBUSY" : "", result ? uc_errno_name(-result) : "0");
	after = read_isar(vcpu, isar);
	if (after == before)
		return;
	uc_fail("... after which it reads 0x%llx", (unsigned long long)after);
	kvm_set_reg(vcpu, isar->id, before);
}

/* Every other value of every field, and all of them cleared or set together. */
static void expect_fixed(const struct kvm_vcpu *vcpu, const struct isar *isar, bool ran)
{
	const uint64_t now = read_isar(vcpu, isar);
	const uint64_t together[] = { now & ~isar->mask, now | isar->mask };

	kvm_expect(kvm_set_reg(vcpu, isar->id, now), 0, "KVM_SET_ONE_REG(%s, 0x%llx), which it is",
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

static void judge_fixed(const struct isar_row *row, const struct kvm_facts *facts)
{
	struct kvm_vcpu vcpu;

	(void)facts;
	kvm_make_initialised(&vcpu, row->features);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++)
		expect_fixed(&vcpu, &isars[i], false);
}

static void judge_fixed_after_run(const struct isar_row *row, const struct kvm_facts *facts)
{
	struct guest guest = guest_new(row->features);

	(void)facts;
	guest_value(&guest, OP_NOP, 0, 0);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++)
		expect_fixed(&guest.vcpu, &isars[i], true);
}

static void judge_masks(const struct isar_row *row, const struct kvm_facts *facts)
{
	const size_t size = KVM_ARM_FEATURE_ID_RANGE_SIZE * sizeof(uint64_t);
	uint64_t *masks = uc_guarded(size);
	struct kvm_reg_mask_range range = {
		.addr = (uintptr_t)masks, .range = KVM_ARM_FEATURE_ID_RANGE,
	};
	struct kvm_vcpu vcpu;

	(void)facts;
	kvm_make_initialised(&vcpu, row->features);
	if (!kvm_expect(kvm_ioctl(vcpu.vm, KVM_ARM_GET_REG_WRITABLE_MASKS, &range), 0,
			"KVM_ARM_GET_REG_WRITABLE_MASKS range=0"))
		return;
	if (uc_poison_broken(masks, 0, size) == size)
		uc_fail_now("KVM_ARM_GET_REG_WRITABLE_MASKS returned 0 and wrote no masks");
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++) {
		uint64_t writable = masks[isars[i].mask_index] & isars[i].mask;

		if (writable)
			uc_fail("writable mask %u (%s): expected no pointer authentication field in it, got 0x%llx",
				isars[i].mask_index, isars[i].name, (unsigned long long)writable);
	}
}

/*
 * One vCPU with the features and one without in the same VM. Whether that is
 * allowed is not documented; where it is, each shows what it has, and where it
 * is not, the refused vCPU must not spoil the first.
 */
static void judge_mixed(const struct isar_row *row, const struct kvm_facts *facts)
{
	uint32_t other = row->features ^ BOTH;
	struct kvm_vcpu vcpu, sibling;
	int result;

	kvm_make_initialised(&vcpu, row->features);
	kvm_make_sibling(&vcpu, 1, &sibling);
	result = kvm_try_init(&sibling, other);
	uc_note("vCPU 1 features=%s in the VM of vCPU 0 features=%s: %s", kvm_set_name(other),
		kvm_set_name(row->features), result ? uc_errno_name(-result) : "accepted");
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(isars); i++) {
		const struct isar *isar = &isars[i];

		expect_fields(&vcpu, isar, right_fields(isar, facts, row->features));
		if (!result)
			expect_fields(&sibling, isar, right_fields(isar, facts, other));
	}
}

#define ID(name)	.id = "kvm_arm_caps.isar." name
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &kvm_control_plain
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &kvm_control_pauth
#define HOST_FIELDS	NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_id_registers), \
			.control = &kvm_control_pauth
#define MASKS		NEEDS(KVM_NEEDED, &kvm_need_masks), .control = &kvm_control_plain
#define MASKS_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_masks, &kvm_need_pauth), \
			.control = &kvm_control_pauth

static const struct isar_row rows[] = {
	{ { ID("host"), REQ(ISAR_HOST), HOST_FIELDS }, judge_fields, BOTH },
	{ { ID("zero"), REQ(ISAR_ZERO), ANYWHERE }, judge_fields, NONE },
	{ { ID("host_after_refusal"), REQ(ISAR_HOST, STATE_AFTER_REJECTION), HOST_FIELDS },
	  judge_fields_after_refusal, BOTH },
	{ { ID("zero_after_refusal"), REQ(ISAR_ZERO, STATE_AFTER_REJECTION), PAUTH },
	  judge_fields_after_refusal, NONE },
	{ { ID("vm_host"), REQ(ISAR_HOST), HOST_FIELDS }, judge_fields_elsewhere, BOTH },
	{ { ID("vm_zero"), REQ(ISAR_ZERO), ANYWHERE }, judge_fields_elsewhere, NONE },
	{ { ID("mixed_with_first"), REQ(ISAR_HOST, STATE_PER_VCPU), HOST_FIELDS },
	  judge_mixed, BOTH },
	{ { ID("mixed_without_first"), REQ(ISAR_ZERO, STATE_PER_VCPU), HOST_FIELDS },
	  judge_mixed, NONE },
	{ { ID("fixed_with"), REQ(ISAR_IMMUTABLE), PAUTH }, judge_fixed, BOTH },
	{ { ID("fixed_without"), REQ(ISAR_IMMUTABLE), ANYWHERE }, judge_fixed, NONE },
	{ { ID("fixed_after_run_with"), REQ(ISAR_IMMUTABLE), PAUTH },
	  judge_fixed_after_run, BOTH },
	{ { ID("fixed_after_run_without"), REQ(ISAR_IMMUTABLE), ANYWHERE },
	  judge_fixed_after_run, NONE },
	{ { ID("masks_with"), REQ(WRITABLE_MASKS), MASKS_PAUTH }, judge_masks, BOTH },
	{ { ID("masks_without"), REQ(WRITABLE_MASKS), MASKS }, judge_masks, NONE },
};

static void run(const struct uc_row *row, const void *facts)
{
	const struct isar_row *mine = (const struct isar_row *)row;

	mine->judge(mine, facts);
}

const struct uc_topic kvm_isar_topic = UC_BATCH_TOPIC("isar", rows, run);
