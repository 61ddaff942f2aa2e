// SPDX-License-Identifier: GPL-2.0-only
/* Calls as text, and as the struct that the kernel sees. */
#include "tests.h"

#include <errno.h>

#include "../oracle.h"
#include "../vocabulary.h"

START_TEST(sets_have_names)
{
	ck_assert_str_eq(kvm_set_name(0), "none");
	ck_assert_str_eq(kvm_set_name(ADDRESS), "PTRAUTH_ADDRESS");
	ck_assert_str_eq(kvm_set_name(ADDRESS | SVE), "SVE|PTRAUTH_ADDRESS");
	ck_assert_str_eq(kvm_set_name(1u << 31 | POWER_OFF), "POWER_OFF|bit 31");
}
END_TEST

START_TEST(calls_have_names)
{
	ck_assert_str_eq(kvm_call_name(&(struct kvm_call){ 0 }),
			 "KVM_ARM_VCPU_INIT target=preferred features=none");
	ck_assert_str_eq(kvm_call_name(&(struct kvm_call){ .features = GENERIC, .extra_bit = 223,
							   .target = UNKNOWN_TARGET }),
			 "KVM_ARM_VCPU_INIT target=0xffffffff (unknown) "
			 "features=PTRAUTH_GENERIC|bit 223");
	ck_assert_str_eq(kvm_call_name(&(struct kvm_call){ .pointer = READ_ONLY }),
			 "KVM_ARM_VCPU_INIT target=preferred features=none "
			 "(struct in read-only memory)");
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

	kvm_call_struct(&(struct kvm_call){ .features = SVE, .extra_bit = 223 }, 7, &init);
	ck_assert_uint_eq(init.target, 7);
	ck_assert_uint_eq(init.features[0], 1u << 4);
	ck_assert_uint_eq(init.features[6], 1u << 31);
	ck_assert_uint_eq(init.features[1] | init.features[2] | init.features[3] |
			  init.features[4] | init.features[5], 0);
	kvm_call_struct(&(struct kvm_call){ .extra_bit = 32, .target = WIDE_TARGET }, 7, &init);
	ck_assert_uint_eq(init.features[1], 1);
	ck_assert_uint_eq(init.target, 0x10007);
}
END_TEST

START_TEST(answers_have_names)
{
	ck_assert_str_eq(kvm_answers_name(MAY_OK), "0");
	ck_assert_str_eq(kvm_answers_name(MAY_EPERM | MAY_EINVAL), "EINVAL or EPERM");
	ck_assert_str_eq(kvm_answers_name(MAY_FAIL), "an error");
	ck_assert_uint_eq(kvm_answer(-ENOEXEC), MAY_ENOEXEC);
	ck_assert_uint_eq(kvm_answer(0), MAY_OK);
	ck_assert_uint_eq(kvm_answer(-EBUSY), MAY_OTHER);
}
END_TEST

void add_vocabulary_tests(Suite *suite)
{
	TCase *tests = tcase_create("vocabulary");

	tcase_add_test(tests, sets_have_names);
	tcase_add_test(tests, calls_have_names);
	tcase_add_test(tests, names_outlive_the_next_three);
	tcase_add_test(tests, bits_reach_their_words);
	tcase_add_test(tests, answers_have_names);
	suite_add_tcase(suite, tests);
}
