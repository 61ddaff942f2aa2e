/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSM_TESTS_H
#define TSM_TESTS_H

#include <check.h>

void add_explorer_tests(Suite *suite);
void add_made_up_tests(Suite *suite);
void add_payload_tests(Suite *suite);
void add_tell_tests(Suite *suite);
void add_text_tests(Suite *suite);
void add_thread_tests(Suite *suite);

#endif /* TSM_TESTS_H */
