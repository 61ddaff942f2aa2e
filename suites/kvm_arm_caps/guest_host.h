/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pointer authentication in this very process, with the keys that the host's
 * kernel gave it. Ends the row as SKIP where the process has none.
 */
#ifndef KVM_ARM_CAPS_GUEST_HOST_H
#define KVM_ARM_CAPS_GUEST_HOST_H

#include <stdint.h>

#define HOST_POINTERS	8	/* few bits of a user pointer are signature: so, several */
#define HOST_RESULTS	(5 * HOST_POINTERS)

/*
 * Have the kernel make new data and generic keys for this process, which no other process has: a
 * child has its parent's. Those for instructions stay, because functions may sign where they return.
 */
void host_new_keys(void);

/* Sign each of several pointers with each of the four keys, then PACGA of each. */
void host_sign(uint64_t results[HOST_RESULTS]);

/* "PACIA", for result number @index. */
const char *host_result_name(unsigned int index);

uint64_t host_pacga(uint64_t value, uint64_t modifier);

#endif /* KVM_ARM_CAPS_GUEST_HOST_H */
