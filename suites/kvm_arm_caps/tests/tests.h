/* SPDX-License-Identifier: GPL-2.0-only */
/* The suite's unit tests; they run on any machine and make no system call of KVM's. */
#ifndef KVM_ARM_CAPS_TESTS_H
#define KVM_ARM_CAPS_TESTS_H

#include <check.h>

#include "../../../harness/row.h"
#include "../rules.h"

/*
 * ck_assert_msg() for what is asked a million times: Check takes a microsecond for a condition, but
 * tens of them to note that an assertion has been passed.
 */
#define hold_that(condition, ...)			\
	do {						\
		if (!(condition))			\
			ck_abort_msg(__VA_ARGS__);	\
	} while (0)

/* Hold a row on every kernel that there could be and that its needs let through; and there is one. */
void on_every_kernel(const struct uc_row *row,
		     void (*hold)(const struct uc_row *row, const struct kvm_facts *facts));

/* Hold a row's text against the rules, from this model on. A model: VM 0 with vCPU 0. */
void hold_text(const char *id, const char *text, const struct kvm_facts *facts,
	       struct kvm_model *model);
void begin_model(const struct kvm_facts *facts, struct kvm_model *model);

void add_rules_tests(Suite *suite);
void add_concurrency_tests(Suite *suite);
void add_tables_tests(Suite *suite);
void add_steps_tests(Suite *suite);
void add_explorer_tests(Suite *suite);

#endif /* KVM_ARM_CAPS_TESTS_H */
