/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source files that the build puts into the binary as text, to be written into reproducers: of
 * DIR/reproducer/NAME.c, where DIR is a suite's or harness/, comes uc_text_DIR_NAME. Each begins
 * with the line of its licence and compiles by itself.
 */
#ifndef UC_REPRODUCER_H
#define UC_REPRODUCER_H

extern const char uc_text_harness_watch_log[];

#endif /* UC_REPRODUCER_H */
