/* SPDX-License-Identifier: GPL-2.0-only */
/* Which device the run talks to, and whether it may. */
#ifndef TSM_FIND_H
#define TSM_FIND_H

#include "facts.h"

/*
 * What the command line says of the device, in the suite's prepare(): refuses a word of --allow that
 * there is not, and a device that this machine has not.
 */
void tsm_find_asked(struct tsm_device *device);

/*
 * In place of the next one, on a kernel that is built without TSM support: refuses the run where a
 * device was asked for. Its rows would be as if nobody had named it, and success would mean nothing.
 */
void tsm_find_no_tsm(void);

/*
 * Find the device: the fixture's, if the module is loaded or can be (in a VM of the project's own),
 * or the one given with --device. In the suite's prepare(), after tsm_find_asked(): notes what it
 * found; refuses the run where a device was asked for that cannot be used (preflight.h). All that it changes is to load the
 * module.
 */
void tsm_find_device(struct tsm_facts *facts);

#endif /* TSM_FIND_H */
