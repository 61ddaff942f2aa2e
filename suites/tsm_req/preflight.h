/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a device can be used: everything that is known before anything is changed. */
#ifndef TSM_PREFLIGHT_H
#define TSM_PREFLIGHT_H

#include "facts.h"

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
