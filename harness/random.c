// SPDX-License-Identifier: GPL-2.0-only
/* splitmix64: one addition and a mixing function, of which every bit depends on every bit. */
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "random.h"

#define STEP	0x9e3779b97f4a7c15ULL	/* 2^64 divided by the golden ratio, odd */

static uint64_t mix(uint64_t bits)
{
	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9ULL;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111ebULL;
	return bits ^ bits >> 31;
}

void uc_random_begin(struct uc_random *random, uint64_t seed, uint64_t stream)
{
	/* Mixed, or the stream would be the one before it, shifted by a number. */
	random->state = mix(mix(seed + STEP) ^ mix(stream));
}

uint64_t uc_random_bits(struct uc_random *random)
{
	random->state += STEP;
	return mix(random->state);
}

unsigned int uc_random_below(struct uc_random *random, unsigned int limit)
{
	/* The upper half times the limit: no division, and a bias far too small to matter. */
	return (uc_random_bits(random) >> 32) * limit >> 32;
}

bool uc_random_chance(struct uc_random *random, unsigned int percent)
{
	return uc_random_below(random, 100) < percent;
}

void uc_random_shuffle(void *array, size_t count, size_t size, uint64_t seed)
{
	struct uc_random random;
	char *items = array, kept[64];

	uc_random_begin(&random, seed, 0);
	for (size_t left = count; left > 1; left--) {
		char *other = items + size * uc_random_below(&random, left), *last = items + size * (left - 1);

		memcpy(kept, other, size);
		memmove(other, last, size);
		memcpy(last, kept, size);
	}
}

unsigned long uc_random_seed(void)
{
	uint32_t seed;

	/* Early in a VM's life there may be no entropy yet, and nobody waits for it here. */
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		seed = mix(now.tv_sec * 1000000000ULL + now.tv_nsec);
	}
	return seed;
}
