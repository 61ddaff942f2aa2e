/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UC_TESTS_H
#define UC_TESTS_H

#include <check.h>

void add_run_tests(Suite *suite);
void add_trust_tests(Suite *suite);
void add_batch_tests(Suite *suite);
void add_judge_tests(Suite *suite);
void add_process_tests(Suite *suite);
void add_control_tests(Suite *suite);
void add_select_tests(Suite *suite);
void add_decode_tests(Suite *suite);
void add_buffer_tests(Suite *suite);
void add_explore_tests(Suite *suite);
void add_hang_tests(Suite *suite);
void add_record_tests(Suite *suite);
void add_steps_tests(Suite *suite);
void add_faults_tests(Suite *suite);

#endif /* UC_TESTS_H */
