// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every register that KVM_GET_REG_LIST names and KVM_SET_ONE_REG changes:
 *
 * another KVM_ARM_VCPU_INIT - all hold the initial values that they had after the first
 * a refused one - all hold what was written
 *
 * All are read before any is written, because some are others by another name
 * (PMINTENCLR_EL1 is PMINTENSET_EL1). Left out are the registers that belong to
 * the VM (id registers, firmware) and what runs by itself (timers).
 */
#include <errno.h>
#include <string.h>

#include "../../harness/verdict.h"
#include "rows.h"
#include "vcpu.h"

#define MOST		1024	/* registers; kernels list some 300 */
#define WIDEST		256	/* bytes, of Z registers */

/* Fields of a register's id. */
#define GROUP(id)	((id) >> 16 & 0xfff)
#define CORE		0x010
#define SYSTEM		0x013
#define SIZE(id)	(1u << ((id) >> 52 & 0xf))
#define OP0(id)		((id) >> 14 & 3)
#define OP1(id)		((id) >> 11 & 7)
#define CRN(id)		((id) >> 7 & 0xf)

struct value {
	uint64_t id;
	unsigned char initial[WIDEST], written[WIDEST];
};

static struct values {
	unsigned int count;
	struct value value[MOST];
} values;

/*
 * SP_EL1, ELR_EL1 and SPSR_EL1, in whichever group. The architecture has them
 * unknown after a reset, and every kernel so far leaves them as they are.
 */
static bool is_undefined(uint64_t id)
{
	static const uint64_t undefined[] = {
		0x6030000000100044, 0x6030000000100046, 0x6030000000100048,
		KVM_REG_SPSR, KVM_REG_ELR, KVM_REG_SP_EL1,
	};

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(undefined); i++)
		if (id == undefined[i])
			return true;
	return false;
}

static bool is_judged(uint64_t id)
{
	if (SIZE(id) > 16)
		return false;
	if (GROUP(id) == CORE)
		return true;
	if (GROUP(id) != SYSTEM)
		return false;
	if (OP0(id) == 3 && CRN(id) == 0)
		return false;	/* identification */
	return !(OP0(id) == 3 && OP1(id) == 3 && CRN(id) == 14);	/* timers */
}

static void get(const struct kvm_vcpu *vcpu, uint64_t id, unsigned char value[WIDEST])
{
	memset(value, 0, WIDEST);
	kvm_expect(kvm_get_reg(vcpu, id, value), 0, "KVM_GET_ONE_REG 0x%llx",
		   (unsigned long long)id);
}

/* The registers that are judged, with their initial values. */
static void read_all(const struct kvm_vcpu *vcpu, const struct kvm_reg_list *list)
{
	values.count = 0;
	for (uint64_t i = 0; i < list->n && values.count < MOST; i++) {
		struct value *value = &values.value[values.count];

		value->id = list->reg[i];
		if (!is_judged(value->id))
			continue;
		get(vcpu, value->id, value->initial);
		values.count++;
	}
}

/* Write to each the opposite of what it held at first; what is refused or ignored does not count. */
static void write_all(const struct kvm_vcpu *vcpu)
{
	for (unsigned int i = 0; i < values.count; i++) {
		unsigned char opposite[WIDEST];

		for (unsigned int byte = 0; byte < WIDEST; byte++)
			opposite[byte] = ~values.value[i].initial[byte];
		kvm_set_reg(vcpu, values.value[i].id, opposite);
	}
	/* One register may have changed another: what counts is what they hold at last. */
	for (unsigned int i = 0; i < values.count; i++)
		get(vcpu, values.value[i].id, values.value[i].written);
}

static unsigned long long low_word(const unsigned char *value)
{
	uint64_t word;

	memcpy(&word, value, sizeof(word));
	return word;
}

static void expect_all(const struct kvm_vcpu *vcpu, bool refused)
{
	unsigned int changed = 0;

	for (unsigned int i = 0; i < values.count; i++) {
		const struct value *value = &values.value[i];
		const unsigned char *expected = refused ? value->written : value->initial;
		unsigned char now[WIDEST];
		bool same;

		if (!memcmp(value->initial, value->written, WIDEST))
			continue;
		changed++;
		get(vcpu, value->id, now);
		same = !memcmp(now, expected, WIDEST);
		if (!refused && is_undefined(value->id)) {
			uc_note("register 0x%llx %s; its initial value is unknown",
				(unsigned long long)value->id, same ? "is as it was at first" :
				"keeps what was written to it, or has another value");
			continue;
		}
		uc_check(same, "register: 0x%llx, %s\nexpected: 0x%llx\ngot:      0x%llx",
			 (unsigned long long)value->id, refused ?
			 "written before the refused call" : "after another KVM_ARM_VCPU_INIT",
			 low_word(expected), low_word(now));
	}
	/* X0 to X30 and the PC at least. */
	if (changed < 32)
		uc_error("only %u registers took what was written to them", changed);
}

static void write_initial_values(const struct kvm_vcpu *vcpu)
{
	struct kvm_reg_list *list;

	if (kvm_try_reg_list(vcpu, &list))
		uc_error("set-up: KVM_GET_REG_LIST does not work");
	read_all(vcpu, list);
	write_all(vcpu);
}

/* The vCPU has the pair where there is one: its registers come on top of all others. */
static void judge_reset(const struct kvm_row *row, const struct kvm_facts *facts)
{
	const struct kvm_step step = {
		.features = kvm_both_caps(facts) ? BOTH : 0,
		.target = row->number ? UNKNOWN_TARGET : PREFERRED,
	};
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, step.features);
	write_initial_values(&vcpu);
	kvm_expect(kvm_init_with(&vcpu, &step), row->number ? -EINVAL : 0, "%s",
		   kvm_call_name(&step));
	expect_all(&vcpu, row->number);
}

/* The vector registers, which only a vCPU with SVE has, and only once SVE is finalized. */
static void judge_vectors(const struct kvm_vcpu *vcpu)
{
	int result;

	values.count = 32;
	for (unsigned int n = 0; n < values.count; n++) {
		values.value[n].id = KVM_REG_SVE_Z0 + 32 * n;
		get(vcpu, values.value[n].id, values.value[n].initial);
	}
	write_all(vcpu);
	kvm_expect_init(vcpu, SVE, 0, ", the same again");
	/* It may or may not take the finalizing back: no text says. The registers it resets. */
	result = kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE);
	if (result != -EPERM)
		kvm_expect(result, 0, "KVM_ARM_VCPU_FINALIZE SVE, after another INIT");
	expect_all(vcpu, false);
}

static const struct kvm_row rows[] = {
	{ .row = { .id = "kvm_arm_caps.reset.all_registers", REQ(STATE_RESET),
		   NEEDS(KVM_NEEDED) }, .judge = judge_reset, .number = false },
	{ .row = { .id = "kvm_arm_caps.reset.none_when_refused",
		   REQ(STATE_REFUSED_CHANGES_NOTHING), NEEDS(KVM_NEEDED) },
	  .judge = judge_reset, .number = true },
};

static const struct kvm_row sve_rows[] = {
	{ .row = { .id = "kvm_arm_caps.sve.reset", REQ(STATE_RESET),
		   NEEDS(KVM_NEEDED, &kvm_need_sve) },
	  .judge_vcpu = judge_vectors, .features = SVE },
};

const struct uc_topic kvm_reset_topic = KVM_TOPIC("reset", rows);
const struct uc_topic kvm_sve_reset_topic = KVM_TOPIC("sve", sve_rows);
