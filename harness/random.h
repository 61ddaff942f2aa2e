/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that look random and are the same for the same seed, on every
 * machine and with every C library (splitmix64).
 */
#ifndef UC_RANDOM_H
#define UC_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uc_random {
	uint64_t state;
};

/* The stream of this seed and this stream number; streams do not depend on each other. */
void uc_random_begin(struct uc_random *random, uint64_t seed, uint64_t stream);

/* The next 64 bits. */
uint64_t uc_random_bits(struct uc_random *random);

/* A number below @limit, which is 1 or more. */
unsigned int uc_random_below(struct uc_random *random, unsigned int limit);

/* True in @percent of 100 cases. */
bool uc_random_chance(struct uc_random *random, unsigned int percent);

/* Another order of the items, of at most 64 bytes each: the same for the same seed. */
void uc_random_shuffle(void *array, size_t count, size_t size, uint64_t seed);

/* A seed to begin with where none was given: below 2^32, so that it is quick to type. */
unsigned long uc_random_seed(void);

#endif /* UC_RANDOM_H */
