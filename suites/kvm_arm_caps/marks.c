// SPDX-License-Identifier: GPL-2.0-only
/* Marks in a vCPU's registers. */
#include <errno.h>
#include <string.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "marks.h"

#define MARK	0x5a17c0de0badf00dULL

static const struct marked_register {
	const char *name;
	uint64_t id;
	bool wide;	/* 128 bits */
} registers[] = {
	{ "x0", KVM_REG_X0, false },
	{ "x1", KVM_REG_X0 + 2, false },
	{ "x30", KVM_REG_X0 + 60, false },
	{ "sp", KVM_REG_X0 + 62, false },
	{ "pc", KVM_REG_PC, false },
	{ "v0", KVM_REG_V0, true },
	{ "v31", KVM_REG_V0 + 31 * 4, true },
};
#define REGISTERS (sizeof(registers) / sizeof(registers[0]))

void kvm_mark(const struct kvm_vcpu *vcpu)
{
	/* As wide as the widest register. */
	static const uint64_t mark[2] = { MARK, MARK };

	for (unsigned int i = 0; i < REGISTERS; i++) {
		int result = kvm_set_wide_reg(vcpu, registers[i].id, mark);

		if (result)
			uc_error("set-up: KVM_SET_ONE_REG %s: %s", registers[i].name,
				 uc_errno_name(-result));
	}
}

/* Each register's value, and that of the upper half where there is one, must be @expected. */
static bool expect_all(const struct kvm_vcpu *vcpu, uint64_t expected, const char *after)
{
	bool fine = true;

	for (unsigned int i = 0; i < REGISTERS; i++) {
		uint64_t got[2] = { ~expected, expected };
		int result = kvm_get_wide_reg(vcpu, registers[i].id, got);

		if (!kvm_expect(result, 0, "KVM_GET_ONE_REG %s", registers[i].name)) {
			fine = false;
			continue;
		}
		if (got[0] == expected && got[1] == expected)
			continue;
		fine = false;
		uc_fail("register: %s, %s\nexpected: %#llx\ngot:      %#llx%s", registers[i].name,
			after, (unsigned long long)expected, (unsigned long long)got[0],
			registers[i].wide && got[1] != expected ? " (upper half differs)" : "");
	}
	return fine;
}

bool kvm_expect_marked(const struct kvm_vcpu *vcpu)
{
	return expect_all(vcpu, MARK, "which was set before and must not have changed");
}

bool kvm_expect_pstate(const struct kvm_vcpu *vcpu, uint64_t pstate)
{
	uint64_t got = 0;

	if (!kvm_expect(kvm_get_reg(vcpu, KVM_REG_PSTATE, &got), 0, "KVM_GET_ONE_REG pstate"))
		return false;
	if (got != pstate)
		uc_fail("register: pstate, which must have its initial value\n"
			"expected: %#llx\ngot:      %#llx",
			(unsigned long long)pstate, (unsigned long long)got);
	return got == pstate;
}

bool kvm_expect_initial(const struct kvm_vcpu *vcpu, uint64_t pstate)
{
	bool zero = expect_all(vcpu, 0, "which must have its initial value");

	return kvm_expect_pstate(vcpu, pstate) && zero;
}

bool kvm_expect_keys(const struct kvm_vcpu *vcpu, bool there)
{
	const unsigned int expected = there ? KVM_KEY_REGISTERS : 0;
	unsigned int found = 0;
	uint64_t value;

	for (unsigned int i = 0; i < KVM_KEY_REGISTERS; i++)
		found += !kvm_get_reg(vcpu, kvm_key_registers[i].id, &value);
	uc_counted(KVM_KEY_REGISTERS);
	if (found != expected)
		uc_fail("call:     KVM_GET_ONE_REG of every key register\n"
			"expected: %u of the %u are there\ngot:      %u", expected,
			KVM_KEY_REGISTERS, found);
	return found == expected;
}
