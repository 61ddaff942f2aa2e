// SPDX-License-Identifier: GPL-2.0-only
/* What suite and fixture compute of a payload, both with the same code: so it is tried here. */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../../fixtures/device/uapi_conform_device.h"
#include "tests.h"

#define MOST	1200

/* Filled eight bytes at a time it is the pattern that is defined byte by byte. */
START_TEST(fill_is_the_pattern)
{
	static const uint64_t from[] = { 0, 1, 7, 8, 248, 249, 255, 256, 4096, 65535, 1ULL << 32 };
	static const size_t sizes[] = { 0, 1, 7, 8, 9, 255, 256, 257, 1100 };
	uint8_t bytes[MOST];

	for (size_t f = 0; f < sizeof(from) / sizeof(*from); f++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
			memset(bytes, 0xa5, sizeof(bytes));
			uapi_conform_fill(bytes, 0xdeadbe00 + f, from[f], sizes[s]);
			for (size_t i = 0; i < sizes[s]; i++)
				ck_assert_uint_eq(bytes[i], uapi_conform_pattern(0xdeadbe00 + f,
										 from[f] + i));
			ck_assert_uint_eq(bytes[sizes[s]], 0xa5);
		}
}
END_TEST

static uint64_t hash_of(const uint8_t *bytes, size_t size)
{
	return uapi_conform_hash(UAPI_CONFORM_HASH_INIT, bytes, size);
}

/* A bit, two bits in the same place of two words, two words exchanged, an end cut: all show. */
START_TEST(hash_sees_every_difference)
{
	uint8_t bytes[101], other[101];
	uint64_t hash;

	uapi_conform_fill(bytes, 1, 0, sizeof(bytes));
	hash = hash_of(bytes, sizeof(bytes));
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		memcpy(other, bytes, sizeof(bytes));
		other[bit / 8] ^= 1 << bit % 8;
		ck_assert_msg(hash_of(other, sizeof(other)) != hash, "bit %zu", bit);
		if (bit < 64 || bit >= 96 * 8)
			continue;
		other[bit % 64 / 8] ^= 1 << bit % 8;
		ck_assert_msg(hash_of(other, sizeof(other)) != hash, "bits %zu and %zu", bit % 64,
			      bit);
	}
	memcpy(other, bytes, sizeof(bytes));
	memcpy(other, bytes + 8, 8);
	memcpy(other + 8, bytes, 8);
	ck_assert(hash_of(other, sizeof(other)) != hash);
	for (size_t size = 0; size < sizeof(bytes); size++)
		ck_assert_msg(hash_of(bytes, size) != hash, "%zu bytes", size);
}
END_TEST

/* The fixture reads a chunk at a time, and the suite all at once. */
START_TEST(hash_goes_on)
{
	uint8_t bytes[300];
	uint64_t hash;

	uapi_conform_fill(bytes, 7, 0, sizeof(bytes));
	for (size_t cut = 0; cut < sizeof(bytes); cut += 8) {
		hash = uapi_conform_hash(UAPI_CONFORM_HASH_INIT, bytes, cut);
		hash = uapi_conform_hash(hash, bytes + cut, sizeof(bytes) - cut);
		ck_assert_uint_eq(hash, hash_of(bytes, sizeof(bytes)));
	}
}
END_TEST

void add_payload_tests(Suite *suite)
{
	TCase *tests = tcase_create("payload");

	tcase_add_test(tests, fill_is_the_pattern);
	tcase_add_test(tests, hash_sees_every_difference);
	tcase_add_test(tests, hash_goes_on);
	suite_add_tcase(suite, tests);
}
