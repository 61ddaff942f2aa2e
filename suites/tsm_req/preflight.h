/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a device can be used: everything that is known before anything is changed. */
#ifndef TSM_PREFLIGHT_H
#define TSM_PREFLIGHT_H

#include "facts.h"

/* What is refused, each with its own exit code (uc_refuse()). */
#define TSM_EXIT_OTHER_KERNEL	71	/* what was given belongs to another kernel */
#define TSM_EXIT_NOT_THERE	66	/* what was named does not exist */
#define TSM_EXIT_CANNOT		68	/* it is not able to */
#define TSM_EXIT_NO_DRIVER	72	/* the kernel lacks a driver for it */
#define TSM_EXIT_IN_USE		75
#define TSM_EXIT_NOT_ALLOWED	77	/* needs a word of the user's that was not given */
#define TSM_EXIT_NOT_ALONE	78	/* it comes with others, that were not given */

/*
 * All of these only in the suite's prepare(), which they end where the answer is no: the run is
 * refused, in one line that says what to do, with an exit code for each reason. Nothing that they do
 * changes anything.
 */

/* Whether this is a PCI device of this machine. */
void tsm_preflight_exists(const char *bdf);

/* It cannot be connected to a TSM, for the kernel is built without them. */
void tsm_preflight_no_tsm(const char *bdf);

/* Whether it is one that can be connected to a TSM. */
void tsm_preflight_tsm(const char *bdf);

/*
 * Whether vfio-pci has it or may have it, and nobody else does. A scripted device that cannot be
 * used is no mistake of the user's: the suite's rows are ERROR then.
 */
void tsm_preflight_vfio(const struct tsm_device *device);

#endif /* TSM_PREFLIGHT_H */
