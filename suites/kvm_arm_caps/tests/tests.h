/* SPDX-License-Identifier: GPL-2.0-only */
/* The suite's unit tests; they run on any machine and make no system call of KVM's. */
#ifndef KVM_ARM_CAPS_TESTS_H
#define KVM_ARM_CAPS_TESTS_H

#include <check.h>

void add_oracle_tests(Suite *suite);
void add_tables_tests(Suite *suite);
void add_vocabulary_tests(Suite *suite);
void add_explorer_tests(Suite *suite);

#endif /* KVM_ARM_CAPS_TESTS_H */
