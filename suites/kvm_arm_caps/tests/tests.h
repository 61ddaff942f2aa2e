/* SPDX-License-Identifier: GPL-2.0-only */
/* The suite's unit tests; they run on any machine and make no system call of KVM's. */
#ifndef KVM_ARM_CAPS_TESTS_H
#define KVM_ARM_CAPS_TESTS_H

#include <check.h>

#include "../../../harness/row.h"
#include "../facts.h"

/* Hold a row on every kernel that there could be and that its needs let through; and there is one. */
void on_every_kernel(const struct uc_row *row,
		     void (*hold)(const struct uc_row *row, const struct kvm_facts *facts));

void add_oracle_tests(Suite *suite);
void add_concurrency_tests(Suite *suite);
void add_tables_tests(Suite *suite);
void add_vocabulary_tests(Suite *suite);
void add_explorer_tests(Suite *suite);

#endif /* KVM_ARM_CAPS_TESTS_H */
