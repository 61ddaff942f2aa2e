// SPDX-License-Identifier: GPL-2.0-only
/* The memory that shows what was done to it, new and used before. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "buffer.h"
#include "tests.h"

START_TEST(guarded_memory_ends_at_its_page)
{
	char *buffer = uc_guarded(100), *none = uc_guarded(0);
	unsigned char resident;
	size_t page = uc_page_size();

	ck_assert_uint_eq((size_t)(buffer + 100) % page, 0);
	ck_assert_uint_eq((size_t)none % page, 0);
	ck_assert_uint_eq(uc_poison_broken(buffer, 0, 100), 100);
	buffer[7] = 0;
	ck_assert_uint_eq(uc_poison_broken(buffer, 0, 100), 7);
	ck_assert_uint_eq(uc_poison_broken(buffer, 8, 100), 100);
	ck_assert_str_eq(uc_guarded_readonly("read me", 8), "read me");
	/* The neighbours exist as reservations, so nothing else can come to lie there. */
	ck_assert_int_eq(mincore(buffer + 100, page, &resident), 0);
	ck_assert_int_eq(resident, 0);
}
END_TEST

/* "rw", "r-" or "--": what may be done to the page at this address. */
static const char *protection_of(const void *place)
{
	static char may[3];
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to, address = (unsigned long)place;
	char line[256];
	bool found = false;

	ck_assert_ptr_nonnull(maps);
	while (!found && fgets(line, sizeof(line), maps))
		found = sscanf(line, "%lx-%lx %2s", &from, &to, may) == 3 && from <= address &&
			address < to;
	fclose(maps);
	return found ? may : "not mapped";
}

static void is_as_new(const char *buffer, size_t size)
{
	size_t page = uc_page_size();
	size_t before = (page - size % page) % page;

	ck_assert_uint_eq((size_t)(buffer + size) % page, 0);
	ck_assert_uint_eq(uc_poison_broken(buffer, 0, size), size);
	for (size_t i = 1; i <= before; i++)
		ck_assert_int_eq(buffer[-i], i <= UC_CANARY_BYTES ? UC_CANARY : 0);
}

START_TEST(released_memory_comes_back_as_new)
{
	size_t page = uc_page_size(), mark = uc_buffers_mark();
	char *first = uc_guarded(page), *second;

	memset(first, 1, page);
	uc_buffers_release(mark);
	second = uc_guarded(100);
	ck_assert_ptr_eq(second + 100, first + page);
	is_as_new(second, 100);
	uc_buffers_release(mark);
	memset(uc_pages(1), 2, page);
	uc_buffers_release(mark);
	is_as_new(uc_guarded(7), 7);
	uc_buffers_release(mark);
	is_as_new(uc_guarded(8), 8);
}
END_TEST

START_TEST(released_memory_keeps_its_protection)
{
	size_t mark = uc_buffers_mark();
	char *readonly = uc_guarded_readonly("read me", 8), *unmapped = uc_unmapped(8);
	char *copy = uc_guarded_copy("change me", 10);

	for (int turn = 0; turn < 3; turn++) {
		ck_assert_str_eq(protection_of(readonly), "r-");
		ck_assert_str_eq(protection_of(readonly + 8), "--");
		ck_assert_str_eq(protection_of(unmapped), "--");
		ck_assert_str_eq(protection_of(copy), "rw");
		ck_assert_str_eq(protection_of(copy + 10), "--");
		/* In other orders. */
		uc_buffers_release(mark);
		ck_assert_ptr_eq(uc_unmapped(8), unmapped);
		ck_assert_ptr_eq(uc_guarded_readonly("read me", 8), readonly);
		uc_buffers_release(mark);
		ck_assert_ptr_eq(uc_guarded_readonly("read me", 8), readonly);
		uc_buffers_release(mark);
		ck_assert_ptr_eq(uc_guarded_copy("change me", 10), copy);
		ck_assert_str_eq(copy, "change me");
		ck_assert_ptr_eq(uc_unmapped(1), unmapped);
		ck_assert_ptr_eq(uc_guarded_readonly("read on", 8), readonly);
		ck_assert_str_eq(readonly, "read on");
	}
}
END_TEST

START_TEST(buffers_in_use_are_distinct)
{
	char *kept = uc_guarded(10), *inner[40], *first = NULL;
	size_t mark;

	memset(kept, 1, 10);
	mark = uc_buffers_mark();
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < 40; i++) {
			inner[i] = uc_guarded(i % 4 * uc_page_size() + 10);
			memset(inner[i], i + 2, 10);
		}
		for (int i = 0; i < 40; i++)
			ck_assert_int_eq(*inner[i], i + 2);
		ck_assert(!first || inner[0] == first);
		first = inner[0];
		uc_buffers_release(mark);
	}
	ck_assert_int_eq(*kept, 1);
	ck_assert_ptr_ne(uc_guarded(10), kept);
}
END_TEST

static int mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int count = 0, byte;

	ck_assert_ptr_nonnull(maps);
	while ((byte = getc(maps)) != EOF)
		count += byte == '\n';
	fclose(maps);
	return count;
}

/* Each VM that is made later would be the slower. */
START_TEST(many_buffers_leave_few_mappings)
{
	size_t mark = uc_buffers_mark();
	int before = mappings();

	for (int i = 0; i < 500; i++)
		uc_guarded(16);
	uc_buffers_release(mark);
	ck_assert_int_lt(mappings() - before, 250);
	ck_assert_int_eq(((unsigned char *)uc_guarded(16))[15], UC_POISON);
}
END_TEST

void add_buffer_tests(Suite *suite)
{
	TCase *tests = tcase_create("buffer");

	tcase_add_test(tests, guarded_memory_ends_at_its_page);
	tcase_add_test(tests, released_memory_comes_back_as_new);
	tcase_add_test(tests, released_memory_keeps_its_protection);
	tcase_add_test(tests, buffers_in_use_are_distinct);
	tcase_add_test(tests, many_buffers_leave_few_mappings);
	suite_add_tcase(suite, tests);
}
