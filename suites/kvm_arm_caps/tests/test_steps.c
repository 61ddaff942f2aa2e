// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text and back, calls in words, and INIT's struct as the kernel sees it. */
#include "tests.h"

#include <errno.h>
#include <string.h>

#include "../play.h"

START_TEST(sets_have_names)
{
	ck_assert_str_eq(kvm_set_name(0), "none");
	ck_assert_str_eq(kvm_set_name(ADDRESS), "PTRAUTH_ADDRESS");
	ck_assert_str_eq(kvm_set_name(ADDRESS | SVE), "SVE|PTRAUTH_ADDRESS");
	ck_assert_str_eq(kvm_set_name(1u << 31 | POWER_OFF), "POWER_OFF|bit31");
}
END_TEST

START_TEST(calls_have_names)
{
	ck_assert_str_eq(kvm_call_name(&(struct kvm_step){ 0 }),
			 "KVM_ARM_VCPU_INIT target=preferred features=none");
	ck_assert_str_eq(kvm_call_name(&(struct kvm_step){ .features = GENERIC, .extra_bit = 223,
							   .target = UNKNOWN_TARGET }),
			 "KVM_ARM_VCPU_INIT target=0xffffffff (unknown) "
			 "features=PTRAUTH_GENERIC|bit 223");
	ck_assert_str_eq(kvm_call_name(&(struct kvm_step){ .pointer = READ_ONLY }),
			 "KVM_ARM_VCPU_INIT target=preferred features=none "
			 "(struct in read-only memory)");
	ck_assert_str_eq(kvm_call_name(&(struct kvm_step){ .op = DO_SET_REG, .id = KVM_REG_X(31),
							   .arguments = { 18 } }),
			 "KVM_SET_ONE_REG sp 0x12");
}
END_TEST

START_TEST(names_outlive_the_next_three)
{
	const char *first = kvm_set_name(SVE);

	kvm_set_name(PMU_V3);
	kvm_set_name(PSCI_0_2);
	kvm_set_name(0);
	ck_assert_str_eq(first, "SVE");
}
END_TEST

START_TEST(bits_reach_their_words)
{
	struct kvm_vcpu_init init;

	kvm_init_struct(&(struct kvm_step){ .features = SVE, .extra_bit = 223 }, 7, &init);
	ck_assert_uint_eq(init.target, 7);
	ck_assert_uint_eq(init.features[0], 1u << 4);
	ck_assert_uint_eq(init.features[6], 1u << 31);
	ck_assert_uint_eq(init.features[1] | init.features[2] | init.features[3] |
			  init.features[4] | init.features[5], 0);
	kvm_init_struct(&(struct kvm_step){ .extra_bit = 32, .target = WIDE_TARGET }, 7, &init);
	ck_assert_uint_eq(init.features[1], 1);
	ck_assert_uint_eq(init.target, 0x10007);
}
END_TEST

START_TEST(answers_have_names)
{
	ck_assert_str_eq(kvm_answers_name(MAY_OK, " or "), "0");
	ck_assert_str_eq(kvm_answers_name(MAY_EPERM | MAY_EINVAL, " or "), "EINVAL or EPERM");
	ck_assert_str_eq(kvm_answers_name(MAY_FAIL, " or "), "an error");
	ck_assert_str_eq(kvm_answers_name(MAY_FAIL | MAY_EINTR, " or "), "EINTR or an error");
	ck_assert_str_eq(kvm_answers_name(MAY_ANYTHING, "|"), "anything");
	ck_assert_uint_eq(kvm_answer(-ENOEXEC), MAY_ENOEXEC);
	ck_assert_uint_eq(kvm_answer(0), MAY_OK);
	ck_assert_uint_eq(kvm_answer(-ENODEV), MAY_OTHER);
}
END_TEST

/* What is read is printed the same way. */
static const char *const texts[] = {
	"INIT none", "INIT SVE|PTRAUTH_ADDRESS|bit31 target=wide struct=short = EINVAL",
	"1: INIT bit223 = ENOENT", "vm1.2: RUN = EINTR|error", "FINALIZE -1", "GET_REG x0 == 0x12",
	"SET_REG APIAKeyLo_EL1 0x1", "GET_REG ID_AA64ISAR1_EL1 & 0xff0 == host", "SET_REG ID_AA64ISAR2_EL1.APA3 0x1",
	"GET_REG 0x6030000000138004 = 0 as f", "SET_REG x1 a", "GET_REG x2 != b", "INIT none target=7",
	"EXEC PACIA+FLIP+AUTIA 0x12 a = 0|FPAC != 0x12 as c", "READ PMCR_EL0 = UNDEF", "BOOT disabled",
	"WRITE TPIDR_EL1 0x5 = 0", "INSTRUCTION 0xd503201f 0x7 = UNDEF", "REG_LIST none = E2BIG != 0", "FILTER deny 0x80000000 0x1 = EINVAL",
	"SET_MP_STATE SUSPENDED", "GET_EVENTS = ENOEXEC", "1: CONTINUE == 0x1", "PMU INIT = 0", "SAVE", "RESTORE == 0",
	"REG_LIST", "REG_LIST short = E2BIG", "SET_LENGTHS 128", "SET_MP_STATE STOPPED",
	"CHECK 169", "vm1: CHECK_VM SVE", "MASKS ID_AA64ISAR2_EL1.APA3", "vm1: NEW_VM",
	"2: NEW_VCPU = 0|EEXIST", "INIT_PREFERRED = anything", "ENABLE MTE",
};

START_TEST(text_reads_back)
{
	struct kvm_step step;
	char wrong[256], text[200];

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(texts); i++) {
		ck_assert_msg(kvm_parse(texts[i], &step, 1, wrong, sizeof(wrong)) == 1, "%s: %s",
			      texts[i], wrong);
		kvm_step_text(&step, text, sizeof(text));
		ck_assert_str_eq(text, texts[i]);
	}
}
END_TEST

START_TEST(some_words_are_several_steps)
{
	struct kvm_step steps[KVM_STEPS];
	char wrong[256];

	ck_assert_int_eq(kvm_parse("INIT none = 0; 1: NO_KEYS; INITIAL", steps, KVM_STEPS, wrong,
				   sizeof(wrong)), 18);
	ck_assert_uint_eq(steps[10].vcpu, 1);
	ck_assert_uint_eq(steps[10].id, KVM_REG(APGAKeyHi_EL1));
	ck_assert_uint_eq(steps[10].answers, MAY_ENOENT);
	ck_assert_uint_eq(steps[17].id, KVM_REG_X(33));
	ck_assert_uint_eq(steps[17].value, 0x3c5);
	ck_assert_int_eq(kvm_parse("1: KEYS_ARE 2; vm1.0: GUEST_HAS_KEYS 0", steps, KVM_STEPS, wrong,
				   sizeof(wrong)), 11);
	ck_assert_uint_eq(steps[9].value, kvm_key_value(2, 9));
	ck_assert_uint_eq(steps[10].vm, 1);
	ck_assert_uint_eq(steps[10].value, 0x3ff);
	ck_assert_int_eq(kvm_parse("INIT none; KEYS", steps, 10, wrong, sizeof(wrong)), -1);
}
END_TEST

static const struct {
	const char *text, *wrong;
} mistakes[] = {
	{ "INTI none", "INIT" }, { "INIT SEV", "SVE" }, { "INIT SVE|none|bit5", "bit5" },
	{ "INIT none target=unkown", "unknown" }, { "INIT none size=3", "no argument is called" },
	{ "GET_REG xO", "x0" }, { "GET_REG x0 x1", "unexpected" }, { "SET_REG x0 = 0", "value" },
	{ "INIT none = EINVALL", "EINVAL" }, { "3: RUN", "is no vCPU" }, { "MARK x0", "unexpected" },
	{ "EXEC PACIB+PACIX 1", "PACIA" }, { "EXEC NOP+NOP+NOP+NOP+NOP", "at most 4" },
	{ "GET_REG x0 = 0 as g", "a to f" }, { "KEYS_ARE", "set of keys" }, { "INIT none target 7", "target=..." },
	{ "RUN; 1:", "step" }, { "INIT", "feature" }, { "SET_MP_STATE", "argument" },
};

START_TEST(mistakes_are_told)
{
	struct kvm_step steps[KVM_STEPS];
	char wrong[256];

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(mistakes); i++) {
		ck_assert_msg(kvm_parse(mistakes[i].text, steps, KVM_STEPS, wrong,
					sizeof(wrong)) == -1, "%s", mistakes[i].text);
		ck_assert_msg(strstr(wrong, mistakes[i].wrong) != NULL, "%s: %s", mistakes[i].text,
			      wrong);
	}
}
END_TEST

static const struct {
	const char *text;
	unsigned int together;
} runs[] = {
	{ "EXEC NOP; READ ID_AA64ISAR1_EL1; WRITE ZCR_EL1 0", 3 },
	{ "EXEC NOP; EXEC NOP; GET_REG x0; EXEC NOP", 2 },
	{ "EXEC NOP; 1: EXEC NOP", 1 }, { "EXEC NOP; vm1.0: EXEC NOP", 1 },
	/* A call of the hypervisor may be the end of the run. */
	{ "EXEC HVC 1; EXEC NOP", 1 }, { "EXEC NOP; EXEC NOT_X1+HVC 1", 1 },
	/* What the guest is given must be known before it runs; what it is judged by need not. */
	{ "EXEC PACIA 1 2 as a; EXEC AUTIA a 2", 1 }, { "EXEC PACIA 1 2 as a; EXEC PACIA 1 2 == a", 2 },
	{ "EXEC PACIA 1 2 as a; EXEC AUTIA b 2", 2 }, { "EXEC PACIA 1 2 as a; WRITE ZCR_EL1 a", 1 },
	{ "EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; EXEC NOP; "
	  "EXEC NOP", 10 },
	{ "GET_REG x0; EXEC NOP; EXEC NOP", 1 },
};

START_TEST(what_a_guest_does_by_itself_is_one_run)
{
	struct kvm_step steps[KVM_STEPS];
	char wrong[256];

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(runs); i++) {
		int count = kvm_parse(runs[i].text, steps, KVM_STEPS, wrong, sizeof(wrong));

		ck_assert_msg(count > 0, "%s: %s", runs[i].text, wrong);
		ck_assert_msg(kvm_together(steps, count) == runs[i].together, "%s: %u", runs[i].text,
			      kvm_together(steps, count));
	}
}
END_TEST

void add_steps_tests(Suite *suite)
{
	TCase *tests = tcase_create("steps");

	tcase_add_test(tests, sets_have_names);
	tcase_add_test(tests, calls_have_names);
	tcase_add_test(tests, names_outlive_the_next_three);
	tcase_add_test(tests, bits_reach_their_words);
	tcase_add_test(tests, answers_have_names);
	tcase_add_test(tests, text_reads_back);
	tcase_add_test(tests, some_words_are_several_steps);
	tcase_add_test(tests, mistakes_are_told);
	tcase_add_test(tests, what_a_guest_does_by_itself_is_one_run);
	suite_add_tcase(suite, tests);
}
