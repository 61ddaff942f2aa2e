// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: what a fixed set of instructions does in a guest of EL1, whose code and run are the rows'
 * (reproducer/guest.c): executes and with what result, takes which exception, leaves for user space. And
 * whether the process that runs a guest keeps what is its own.
 */
#include <stdio.h>
#include <string.h>

#include "guest_host.h"
#include "record.h"

static const uint64_t data = 0x40003000;	/* in X10: memory of the guest's, for what loads and stores */
static const uint64_t start = 0x40000000;	/* where it begins a sequence */
#define MARK	0x1234	/* in X0 before */

static const struct {
	const char *name;
	uint32_t word;
} instructions[] = {
	{ "nop", 0xd503201f }, { "udf", 0x00000000 }, { "hvc_1", 0xd4000022 }, { "smc_1", 0xd4000023 },
	{ "brk", 0xd4200000 }, { "fadd", 0x1e602800 }, { "ptrue", 0x2518e3e0 },
	{ "rdvl", 0x04bf5020 }, { "rdsvl", 0x04bf5820 }, { "smstart", 0xd503477f }, { "paciasp", 0xd503233f },
	{ "pacga", 0x9ac03000 }, { "xpaci", 0xdac143e0 }, { "irg", 0x9adf1000 }, { "ldg", 0xd9600000 },
	{ "dc_cvau", 0xd50b7b2a }, { "dc_isw", 0xd5087640 }, { "dc_gva", 0xd50b746a },
	{ "ic_ialluis", 0xd508711f }, { "tlbi_vmalle1", 0xd508871f }, { "tlbi_vmalle1os", 0xd508811f },
	{ "tlbi_alle2", 0xd50c871f }, { "at_s1e1r", 0xd508780a }, { "at_s12e1r", 0xd50c788a },
	{ "sb", 0xd50330ff }, { "cfp", 0xd50b738a }, { "wfet", 0xd5031000 }, { "sevl", 0xd50320bf },
	{ "ldapr", 0xf8bfc140 }, { "casal", 0xc8e0fd40 }, { "crc32", 0x1ac04000 }, { "aese", 0x4e284800 },
	{ "sm4e", 0xcec08400 }, { "rmif", 0xba000400 }, { "bti", 0xd503245f }, { "ld64b", 0xf83fd140 },
	{ "cpyfp", 0x19000440 }, { "gcspushm", 0xd50b7700 }, { "bfdot", 0x6e40fc00 }, { "usdot", 0x4e809c00 },
	{ "msr_pan", 0xd500409f }, { "msr_uao", 0xd500407f }, { "msr_dit", 0xd503405f }, { "msr_ssbs", 0xd503403f },
	{ "msr_allint", 0xd501401f },
};

/* Encodings to read beside those that are listed: what is listed for no vCPU, or only for some. */
static const uint16_t others[] = {
	0xc080, 0xc081, 0xc082, 0xc083, 0xc086, 0xc085, 0xc090, 0xc101, 0xc103, 0xc5e0, 0xc660, 0xc661, 0xc662,
	0xc665, 0xc708, 0xdce0, 0xdce5, 0xdf11, 0xdf19, 0xde84, 0xde86, 0xdd82, 0xdd83, 0xdd84, 0xdd85,
	0xc4f1, 0xc4f6, 0xdcf0, 0xde83, 0xe080, 0xe088, 0xe200, 0xe208, 0xe290, 0xe300, 0xe301, 0xe658,
	0xe659, 0xe65b, 0xc65d, 0xc65e, 0xc65f, 0xc6e6, 0xc658, 0xc659, 0xd801, 0x8012, 0x8082, 0x8084, 0x8094, 0xc3d8, 0xdf01,
};

/* A value that is another one each time, or depends on where the guest is in time. */
static bool varies(uint16_t encoding)
{
	switch (encoding) {
	case 0xdf01: case 0xdf02: case 0xdf05: case 0xdf06:	/* counters */
	case 0xdf10: case 0xdf18:				/* TVAL: what is left of a timer */
		return true;
	default:
		return false;
	}
}

static const char *system_key(const char *how, unsigned int encoding)
{
	static char key[40];

	snprintf(key, sizeof(key), "%s.S%u_%u_C%u_C%u_%u", how, encoding >> 14, encoding >> 11 & 7, encoding >> 7 & 15,
		 encoding >> 3 & 15, encoding & 7);
	return key;
}

/* Returns what the step leaves in X0, which was @x0, or the same where it does not execute. */
static uint64_t execute(const struct kvm_facts *facts, const char *key, const struct kvm_step *step, uint64_t x0,
			bool told)
{
	const int vcpu = kvm_vcpu_file(0, 0);
	uint64_t value, now = x0;
	int result = kvm_make_call(step, facts, &value);
	const bool exception = result == -KVM_UNDEF || result == -KVM_FPAC || value >> 25;

	if (!result && told)
		uc_record(key, "executes, %#llx", (unsigned long long)value);
	else if (!result)
		uc_record(key, "executes");
	if (!result)
		return value;
	kvm_get_reg(vcpu, KVM_REG_X(0), &now);
	if (exception)
		uc_record(key, "exception %#llx%s", (unsigned long long)value >> 26 & 0x3f, now == x0 ? "" : ", changes X0");
	else if (result < -KVM_FPAC)
		uc_record(key, "leaves with reason %llu", (unsigned long long)value & 0xff);
	else
		uc_record(key, "%s", kvm_recorded_answer(result));
	/* Whatever comes next begins anew. */
	kvm_set_reg(vcpu, KVM_REG_X(32), &start);
	return x0;
}

static bool is_there(const uint16_t *encodings, unsigned int count, uint16_t wanted)
{
	for (unsigned int i = 0; i < count; i++)
		if (encodings[i] == wanted)
			return true;
	return false;
}

static unsigned int encodings_of(uint16_t *encodings, unsigned int room)
{
	const struct kvm_reg_list *list;
	unsigned int count = 0;

	for (size_t i = 0; i < UC_ARRAY_SIZE(others) && count < room; i++)
		encodings[count++] = others[i];
	if (kvm_record_list(&list))
		return count;
	for (uint64_t i = 0; i < list->n && count < room; i++)
		if (list->reg[i] >> 14 == KVM_REG_SYS(0xc000) >> 14 &&
		    !is_there(encodings, count, list->reg[i] & 0xffff))
			encodings[count++] = list->reg[i] & 0xffff;
	return count;
}

#define MOST_READ	1024

static bool boot(const struct kvm_facts *facts)
{
	if (kvm_record_call(facts, DO_BOOT, 0, 0) || kvm_set_reg(kvm_vcpu_file(0, 0), KVM_REG_X(10), &data))
		return uc_record("boot", "no"), false;
	return true;
}

/* Each register is read, and written back as it was read, or as zero. */
static void record_set(const struct kvm_facts *facts, const uint16_t *encodings, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		struct kvm_step step = { .op = DO_READ, .id = KVM_REG_SYS(encodings[i]) };
		const uint64_t value = execute(facts, system_key("mrs", encodings[i]), &step, MARK, !varies(encodings[i]));

		step.op = DO_WRITE;
		step.arguments[0] = value == MARK ? 0 : value;
		execute(facts, system_key("msr", encodings[i]), &step, step.arguments[0], false);
	}
	for (size_t i = 0; i < UC_ARRAY_SIZE(instructions); i++) {
		const struct kvm_step step = { .op = DO_INSTRUCTION, .arguments = { instructions[i].word, MARK } };

		execute(facts, instructions[i].name, &step, MARK, false);
	}
}

/* What a guest of each typical set meets; the registers to read are those of the largest set. */
void kvm_record_guest(const void *facts)
{
	static const uint32_t sets[] = { 0, PMU_V3, SVE, BOTH };
	static uint16_t encodings[MOST_READ];
	const struct kvm_facts *known = facts;
	unsigned int count;

	if (kvm_record_ready(facts, known->supported & (PSCI_0_2 | PMU_V3 | SVE | BOTH)))
		uc_error("no vCPU of the largest set");
	count = encodings_of(encodings, MOST_READ);
	for (size_t i = 0; i < UC_ARRAY_SIZE(sets); i++) {
		if (kvm_record_ready(facts, sets[i]))
			continue;
		uc_record_about("%s", kvm_record_set_key(sets[i]));
		if (sets[i] & PMU_V3)
			kvm_record_call(facts, DO_PMU, 0, 0);
		if (boot(facts))
			record_set(facts, encodings, count);
	}
}

/* What the process has in its registers, and signs with its keys, before and after a guest that has others. */
void kvm_record_host(const void *facts)
{
	static const uint32_t sets[] = { 0, SVE, BOTH };
	const struct kvm_step set_d8 = { .op = DO_INSTRUCTION, .arguments = { 0x9e670008, 0x77 } };
	uint64_t before[HOST_RESULTS], after[HOST_RESULTS];

	for (int signs = 0; signs <= 1; signs++) {
		if (signs)
			host_new_keys();	/* ends this where there are none */
		for (size_t i = 0; i < UC_ARRAY_SIZE(sets); i++) {
			uint64_t d8 = 0;

			if (kvm_record_ready(facts, sets[i]) || !boot(facts))
				continue;
			uc_record_about("%s.%s", signs ? "keys" : "vectors", kvm_record_set_key(sets[i]));
			if (signs)
				host_sign(before);
#ifdef __aarch64__
			__asm__ volatile("fmov d8, %0" :: "r"(0x5a17c0deULL) : "d8");
#endif
			execute(facts, "guest", &set_d8, 0x77, false);
#ifdef __aarch64__
			__asm__ volatile("fmov %0, d8" : "=r"(d8));
#endif
			if (!signs) {
				uc_record("process", d8 == 0x5a17c0deULL ? "keeps them" : "loses them");
				continue;
			}
			host_sign(after);
			uc_record("process", memcmp(before, after, sizeof(before)) ? "loses them" : "keeps them");
		}
	}
}
