// SPDX-License-Identifier: GPL-2.0-only
/* Guard pages and poison. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffer.h"
#include "verdict.h"

size_t uc_page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

static size_t whole_pages(size_t size)
{
	size_t page = uc_page_size();

	return (size + page - 1) / page * page;
}

/* From so many bytes on one call for all pages is quicker than a fault for each. */
#define MANY_BYTES	(64U << 10)

/* A reservation of nothing but guard pages: @size bytes, rounded up, and one page on either side. */
static char *reserve(size_t size)
{
	char *area = mmap(NULL, whole_pages(size) + 2 * uc_page_size(), PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (area == MAP_FAILED)
		uc_error("no memory for a guarded buffer of %zu bytes", size);
	return area + uc_page_size();
}

static char *open_up(size_t size)
{
	char *pages = reserve(size);
	size_t length = whole_pages(size);

	if (length && mprotect(pages, length, PROT_READ | PROT_WRITE))
		uc_error("no memory for a guarded buffer of %zu bytes", size);
	/* Where the kernel is older than the call, they come one by one. */
	if (length >= MANY_BYTES)
		madvise(pages, length, MADV_POPULATE_WRITE);
	return pages + length - size;
}

void *uc_guarded(size_t size)
{
	char *buffer = open_up(size);

	memset(buffer, UC_POISON, size);
	return buffer;
}

void *uc_guarded_readonly(const void *from, size_t size)
{
	char *buffer = open_up(size);

	memcpy(buffer, from, size);
	if (size && mprotect(buffer + size - whole_pages(size), whole_pages(size), PROT_READ))
		uc_error("a guarded buffer cannot be made read-only");
	return buffer;
}

void *uc_unmapped(size_t size)
{
	return reserve(size);
}

size_t uc_poison_broken(const void *buffer, size_t from, size_t size)
{
	const unsigned char *bytes = buffer;

	while (from < size && bytes[from] == UC_POISON)
		from++;
	return from < size ? from : size;
}
