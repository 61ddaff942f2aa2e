/* SPDX-License-Identifier: GPL-2.0-only */
/* Which device the run talks to, and whether it may. */
#ifndef TSM_FIND_H
#define TSM_FIND_H

#include "facts.h"

/*
 * Find the device: the fixture's, if the module is loaded or can be (in a VM of the project's own),
 * or the one given with --device. In the suite's prepare(): notes what it found; ends as ERROR, in
 * one line, where a device was asked for that cannot be used. All that it changes is to load the
 * module.
 */
void tsm_find_device(struct tsm_facts *facts);

#endif /* TSM_FIND_H */
