// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every register that KVM_GET_REG_LIST names and KVM_SET_ONE_REG changes:
 *
 * another KVM_ARM_VCPU_INIT - none of them holds what was written
 * a refused one - all of them do
 *
 * Left out are the registers that belong to the VM (id registers, firmware)
 * and what runs by itself (timers).
 */
#include <errno.h>
#include <string.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"
#include "vcpu.h"

#define MOST		1024	/* registers; kernels list some 300 */

/* Fields of a register's id. */
#define GROUP(id)	((id) >> 16 & 0xfff)
#define CORE		0x010
#define SYSTEM		0x013
#define SIZE(id)	(1u << ((id) >> 52 & 0xf))
#define OP0(id)		((id) >> 14 & 3)
#define OP1(id)		((id) >> 11 & 7)
#define CRN(id)		((id) >> 7 & 0xf)

struct reset_row {
	struct uc_row row;
	bool refused;	/* the call after the registers were written */
};

struct value {
	uint64_t id;
	unsigned char initial[16], written[16];
};

struct values {
	unsigned int count;
	struct value value[MOST];
};

/*
 * SP_EL1, ELR_EL1 and SPSR_EL1, in whichever group. The architecture has them
 * unknown after a reset, and every kernel so far leaves them as they are.
 */
static bool is_undefined(uint64_t id)
{
	static const uint64_t undefined[] = {
		0x6030000000100044, 0x6030000000100046, 0x6030000000100048,
		KVM_REG_SYS(0xc200), KVM_REG_SYS(0xc201), KVM_REG_SYS(0xe208),
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

static void get(const struct kvm_vcpu *vcpu, uint64_t id, unsigned char value[16])
{
	memset(value, 0, 16);
	kvm_expect(kvm_get_wide_reg(vcpu, id, value), 0, "KVM_GET_ONE_REG(0x%llx)",
		   (unsigned long long)id);
}

/* Write to each the opposite of what it holds. What is refused or ignored is left out. */
static void write_all(const struct kvm_vcpu *vcpu, const struct kvm_reg_list *list,
		      struct values *values)
{
	for (uint64_t i = 0; i < list->n && values->count < MOST; i++) {
		struct value *value = &values->value[values->count];
		unsigned char opposite[16];

		value->id = list->reg[i];
		if (!is_judged(value->id))
			continue;
		get(vcpu, value->id, value->initial);
		for (unsigned int byte = 0; byte < 16; byte++)
			opposite[byte] = ~value->initial[byte];
		if (!kvm_set_wide_reg(vcpu, value->id, opposite))
			values->count++;
	}
	/* One register may have changed another: what counts is what they hold at last. */
	for (unsigned int i = 0; i < values->count; i++)
		get(vcpu, values->value[i].id, values->value[i].written);
}

static void expect(const struct value *value, const unsigned char now[16], bool refused)
{
	const bool kept = !memcmp(now, value->written, sizeof(value->written));
	const unsigned long long id = value->id;

	if (kept == refused)
		return;
	if (refused)
		uc_fail("register 0x%llx: expected what was written before the refused call, got another value",
			id);
	else if (is_undefined(value->id))
		uc_note("register 0x%llx keeps what was written to it; its initial value is unknown", id);
	else
		uc_fail("register 0x%llx: expected its initial value, got what was written to it before the call",
			id);
}

static void expect_all(const struct kvm_vcpu *vcpu, const struct values *values, bool refused)
{
	unsigned int changed = 0;

	for (unsigned int i = 0; i < values->count; i++) {
		const struct value *value = &values->value[i];
		unsigned char now[16];

		if (!memcmp(value->initial, value->written, sizeof(now)))
			continue;
		changed++;
		get(vcpu, value->id, now);
		expect(value, now, refused);
	}
	/* X0 to X30 and the PC at least. */
	if (changed < 32)
		uc_error("only %u registers took what was written to them", changed);
}

static void run(const struct uc_row *row, const void *facts)
{
	/* The pair where there is one: its registers come on top of all others. */
	const uint32_t features = kvm_both_caps(facts) ? ADDRESS | GENERIC : 0;
	const bool refused = ((const struct reset_row *)row)->refused;
	struct kvm_call unknown = { .target = UNKNOWN_TARGET, .features = features };
	struct values values = { 0 };
	struct kvm_reg_list *list;
	struct kvm_vcpu vcpu;

	kvm_make_initialised(&vcpu, features);
	if (kvm_try_reg_list(&vcpu, &list))
		uc_error("set-up: KVM_GET_REG_LIST does not work");
	write_all(&vcpu, list, &values);
	if (refused)
		kvm_expect(kvm_call_init(&vcpu, &unknown), -EINVAL, "%s", kvm_call_name(&unknown));
	else
		kvm_expect(kvm_try_init(&vcpu, features), 0,
			   "KVM_ARM_VCPU_INIT, the same again");
	expect_all(&vcpu, &values, refused);
}

#define ID(name)	.id = "kvm_arm_caps.reset." name

static const struct reset_row rows[] = {
	{ { ID("all_registers"), REQ(STATE_RESET), NEEDS(KVM_NEEDED) }, false },
	{ { ID("none_when_refused"), REQ(STATE_REFUSED_CHANGES_NOTHING), NEEDS(KVM_NEEDED) },
	  true },
};

const struct uc_topic kvm_reset_topic = UC_BATCH_TOPIC("reset", rows, run);
