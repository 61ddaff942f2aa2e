// SPDX-License-Identifier: GPL-2.0-only
/* Guard pages and poison. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffer.h"
#include "verdict.h"

size_t uc_page_size(void)
{
	static size_t size;

	if (!size)
		size = sysconf(_SC_PAGESIZE);
	return size;
}

static size_t whole_pages(size_t size)
{
	size_t page = uc_page_size();

	return (size + page - 1) / page * page;
}

/* From so many bytes on one call for all pages is quicker than a fault for each. */
#define MANY_BYTES	(64U << 10)

#define MOST_KEPT	48	/* reservations that a row leaves to the next ones */

/*
 * Every reservation of this process: whole pages, and one unmapped page on either side. The first
 * @in_use of them are somebody's. The others wait for a buffer of their length and protection: to
 * map and unmap is most of what a buffer costs, and a VM is the slower to make the more mappings
 * its process has.
 */
struct area {
	char *pages;
	size_t length;
	size_t size;		/* of the buffer that is at its end */
	size_t canary;		/* bytes before that which nobody may write to */
	size_t written;		/* bytes at its end that may be other than 0 */
	int protection;
};

static struct area *areas;
static size_t in_use, made, room;

static void no_memory(size_t size) __attribute__((noreturn));

static void no_memory(size_t size)
{
	uc_error("no memory for a guarded buffer of %zu bytes", size);
}

static struct area *released(size_t length, int protection)
{
	for (size_t i = in_use; i < made; i++)
		if (areas[i].length == length && areas[i].protection == protection)
			return &areas[i];
	return NULL;
}

static void protect(const struct area *area, int protection)
{
	if (area->length && mprotect(area->pages, area->length, protection))
		no_memory(area->length);
}

static struct area *new_area(size_t length, int protection)
{
	struct area area = { .length = length, .protection = protection };

	if (made == room) {
		room = 2 * room + 16;
		areas = reallocarray(areas, room, sizeof(*areas));
		if (!areas)
			no_memory(length);
	}
	area.pages = mmap(NULL, length + 2 * uc_page_size(), PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area.pages == MAP_FAILED)
		no_memory(length);
	area.pages += uc_page_size();
	if (protection != PROT_NONE)
		protect(&area, PROT_READ | PROT_WRITE);
	/* Where the kernel is older than the call, they come one by one. */
	if (protection != PROT_NONE && length >= MANY_BYTES)
		madvise(area.pages, length, MADV_POPULATE_WRITE);
	areas[made] = area;
	return &areas[made++];
}

/* Pages for @size bytes, writable unless they are to be unmapped; their contents may be anything. */
static struct area *take(size_t size, int protection)
{
	size_t length = whole_pages(size);
	struct area *found = released(length, protection), taken;

	if (found && protection == PROT_READ)
		protect(found, PROT_READ | PROT_WRITE);
	if (!found)
		found = new_area(length, protection);
	taken = *found;
	*found = areas[in_use];
	areas[in_use] = taken;
	return &areas[in_use++];
}

/* The last @size bytes of an area, behind a canary; those before it are 0, as if it were new. */
static char *at_end(struct area *area, size_t size)
{
	char *end = area->pages + area->length;
	size_t before = area->length - size, used;

	area->size = size;
	area->canary = before < UC_CANARY_BYTES ? before : UC_CANARY_BYTES;
	used = size + area->canary;
	if (area->written > used)
		memset(end - area->written, 0, area->written - used);
	memset(end - used, UC_CANARY, area->canary);
	area->written = used;
	return end - size;
}

/* Whether the canary lives. */
static void check(const struct area *area)
{
	unsigned char *canary = (unsigned char *)area->pages + area->length - area->size -
				area->canary;
	size_t at = area->canary;

	if (!at || (canary[0] == UC_CANARY && !memcmp(canary, canary + 1, at - 1)))
		return;
	while (at && canary[at - 1] == UC_CANARY)
		at--;
	uc_fail("expected: memory before a buffer of %zu bytes is not written to\n"
		"got:      the byte %zu before it is %#x", area->size, area->canary - at + 1,
		canary[at - 1]);
}

void *uc_guarded(size_t size)
{
	char *buffer = at_end(take(size, PROT_READ | PROT_WRITE), size);

	memset(buffer, UC_POISON, size);
	return buffer;
}

void *uc_guarded_copy(const void *from, size_t size)
{
	return memcpy(at_end(take(size, PROT_READ | PROT_WRITE), size), from, size);
}

void *uc_guarded_sealable(size_t size)
{
	return memset(at_end(take(size, PROT_READ), size), UC_POISON, size);
}

void *uc_guarded_readonly(const void *from, size_t size)
{
	void *buffer = memcpy(uc_guarded_sealable(size), from, size);

	protect(&areas[in_use - 1], PROT_READ);
	return buffer;
}

void *uc_unmapped(size_t size)
{
	struct area *area = take(size, PROT_NONE);

	area->canary = 0;
	return area->pages;
}

void *uc_pages(size_t size)
{
	struct area *area = take(size, PROT_READ | PROT_WRITE);

	area->written = area->length;
	area->canary = 0;
	return area->pages;
}

size_t uc_buffers_mark(void)
{
	return in_use;
}

void uc_buffers_release(size_t mark)
{
	while (in_use > mark)
		check(&areas[--in_use]);
	while (made > MOST_KEPT && made > in_use) {
		const struct area *last = &areas[--made];

		munmap(last->pages - uc_page_size(), last->length + 2 * uc_page_size());
	}
}

size_t uc_poison_broken(const void *buffer, size_t from, size_t size)
{
	const unsigned char *bytes = buffer;

	/* Nearly always nothing is broken: every byte is then as the one after it. */
	if (from < size && bytes[from] == UC_POISON &&
	    !memcmp(bytes + from, bytes + from + 1, size - from - 1))
		return size;
	while (from < size && bytes[from] == UC_POISON)
		from++;
	return from < size ? from : size;
}
