// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that tell revisions apart, and what they are taken for.
 *
 * A number alone says nothing: 0x95 is another, live ioctl on mainline 7.3, and 0x96 is the request in
 * one tree and the operation that *binds* in the next. So number, size and behaviour are asked for
 * together. Nothing can be done by these calls: the object is none (no iommufd object has the id 0),
 * and where another ioctl has the number, it is asked in a file of its own with no object in it.
 *
 * One broken check must not make one revision look like another, for then its rows would be skipped
 * and nobody would hear of it. So a size rests on two answers, a third where they disagree, and what
 * a request of 40 bytes is on a vote of three. For the same reason v2 has no entry: it is v5 but for
 * an unchecked word, and is judged as v5, and fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "revision.h"

#define IOAS_ALLOC	0x81
#define VIOMMU_ALLOC	0x90

/* Words of a struct of 64 bytes, by their place in both requests. */
enum { SCOPE = 2, OPERATION = 2, ARCH = 3, HOLE = 5, BEHIND_40 = 10, WORDS = 16 };

struct asking {
	struct tsm_seen *seen;
	tsm_answer *answer;
	void *kernel;
};

static int ask(const struct asking *asking, unsigned int number, const __u32 *words)
{
	asking->seen->calls++;
	return asking->answer(asking->kernel, _IO(TSM_IOMMUFD_TYPE, number), words);
}

/* Scope or operation 1, length or architecture 1, and else zeros: wrong is the vdevice alone. */
static int ask_size(const struct asking *asking, unsigned int number, __u32 size)
{
	const __u32 words[WORDS] = { size, [OPERATION] = 1, [ARCH] = 1 };

	return ask(asking, number, words);
}

static int ask_with(const struct asking *asking, unsigned int number, __u32 size, unsigned int at,
		    __u32 value)
{
	__u32 words[WORDS] = { size, [OPERATION] = 1, [ARCH] = 1 };

	words[at] = value;
	return ask(asking, number, words);
}

/* The first of some sizes, in order, for which a question is answered yes from there on. */
static __u8 first(const struct asking *asking, unsigned int number, const __u8 *sizes,
		  unsigned int count, bool (*yes)(const struct asking *, unsigned int, __u8))
{
	unsigned int low = 0, high = count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (yes(asking, number, sizes[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	return low < count ? sizes[low] : TSM_NO_END;
}

static bool is_behind(const struct asking *asking, unsigned int number, __u8 at)
{
	return ask_with(asking, number, TSM_NO_END, at / sizeof(__u32), 1) == E2BIG;
}

static bool is_enough(const struct asking *asking, unsigned int number, __u8 size)
{
	return ask_size(asking, number, size) != EINVAL;
}

static bool is_ours(__u8 size)
{
	return size == 16 || size == 40 || size == 48;
}

/* Both measures, and where they say two sizes that are ours, one more call. */
static __u8 size_of(const struct asking *asking, unsigned int number, __u8 end, __u8 least)
{
	__u8 larger = end > least ? end : least, smaller = end + least - larger;

	if (end == least || !is_ours(smaller))
		return end != TSM_NO_END || !is_ours(least) ? end : least;
	if (!is_ours(larger))
		return smaller;
	/* What is an architecture in 48 bytes, and a length in 40. */
	if (larger == 48 && smaller == 40)
		return ask_with(asking, number, larger, ARCH, 9) == EINVAL ? larger : smaller;
	/* What is in 40 or 48 bytes, and behind 16. */
	return ask_with(asking, number, larger, HOLE, 1) == E2BIG ? smaller : larger;
}

static void look_at(const struct asking *asking, unsigned int which)
{
	static const __u8 ends[] = { 16, 24, 32, 40, 48, 56 }, sizes[] = { 16, 40, 48, 56 };
	struct tsm_seen_number *seen = &asking->seen->number[which];
	unsigned int number = TSM_FIRST_NUMBER + which;

	seen->there = ask_size(asking, number, 4) != ENOTTY ||
		      ask_size(asking, number, TSM_NO_END) != ENOTTY;
	if (!seen->there)
		return;
	seen->end = first(asking, number, ends, sizeof(ends), is_behind);
	seen->least = first(asking, number, sizes, sizeof(sizes), is_enough);
	seen->size = size_of(asking, number, seen->end, seen->least);
}

static void find_both(struct tsm_seen *seen)
{
	for (int i = 0; i < TSM_NUMBERS; i++) {
		if (!seen->number[i].there || seen->number[i].size < 40 || !is_ours(seen->number[i].size))
			continue;
		seen->two |= seen->request >= 0;
		seen->request = i;
	}
	if (seen->request > 0 && seen->number[seen->request - 1].size == 16)
		seen->operation = seen->request - 1;
}

static void ask_behaviour(const struct asking *asking)
{
	struct tsm_seen *seen = asking->seen;
	unsigned int number = TSM_FIRST_NUMBER + seen->request;
	const struct tsm_seen_number *request = &seen->number[seen->request];
	/* Zeros behind the struct, where its own size is refused. */
	__u8 size = request->least > request->size ? TSM_NO_END : request->size;

	seen->plain = ask_size(asking, number, size);
	if (request->size == 40) {
		seen->scope = ask_with(asking, number, size, SCOPE, ~0U);
		seen->hole = ask_with(asking, number, size, HOLE, ~0U);
		/* Its type is 0, which nobody has. */
		seen->viommu = ask(asking, VIOMMU_ALLOC, (const __u32[WORDS]){ 48, [BEHIND_40] = 1 });
		return;
	}
	seen->arch_0 = ask_with(asking, number, size, ARCH, 0);
	seen->arch_9 = ask_with(asking, number, size, ARCH, 9);
	for (__u32 operation = 1; operation <= 7; operation++)
		if (ask_with(asking, number, size, OPERATION, operation) != EINVAL)
			seen->operations |= 1U << (operation - 1);
}

void tsm_ask_kernel(struct tsm_seen *seen, tsm_answer *answer, void *kernel)
{
	const struct asking asking = { seen, answer, kernel };

	*seen = (struct tsm_seen){ .request = -1, .operation = -1 };
	/* What only a 32-bit program can be told, which the kernel does not know how to serve. */
	seen->compat = sizeof(void *) == 4 ? ask_size(&asking, IOAS_ALLOC, 4) : EINVAL;
	for (unsigned int i = 0; i < TSM_NUMBERS && seen->compat != ENOTTY; i++)
		look_at(&asking, i);
	find_both(seen);
	if (seen->request >= 0 && !seen->two)
		ask_behaviour(&asking);
}

/* The kernel is to blame for what becomes of these calls, as of those of any row. */
int tsm_answer_of_iommufd(void *kernel, unsigned long word, const __u32 *words)
{
	const int *iommufd = kernel;
	int error;

	uc_judging("ioctl %#lx with size %u, to tell what is here", word, words[0]);
	error = ioctl(*iommufd, word, words) == -1 ? errno : 0;
	uc_judged();
	return error;
}

void tsm_ask_revision(struct tsm_seen *seen)
{
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC), error = errno;

	if (iommufd < 0) {
		*seen = (struct tsm_seen){ .open = error, .request = -1, .operation = -1 };
		return;
	}
	tsm_ask_kernel(seen, tsm_answer_of_iommufd, &iommufd);
	close(iommufd);
}

/*
 * Scope, hole and vIOMMU: two of them decide. A check of iommufd's own comes before the vdevice, and
 * whatever is said of that. Without TSM support nothing of the request is looked at.
 */
static enum tsm_revision_index tell_40(const struct tsm_seen *seen)
{
	int for_nvidia = (seen->scope == seen->plain) + (seen->hole == seen->plain) +
			 (seen->viommu != E2BIG);

	if (!tsm_tell_built(seen))
		for_nvidia = seen->viommu != E2BIG ? 3 : 0;
	return for_nvidia >= 2 ? TSM_REVISION_NVIDIA_40 : TSM_REVISION_V5;
}

#define OPERATIONS_REBASED	0x03	/* 1 and 2 */
#define OPERATIONS_OP_48	0x73	/* and 5 to 7 */
#define OPERATIONS_JUNE		0x1f	/* 1 to 5 */
#define OPERATIONS_ALL		0x7f

/* But for two operations; or all, where it is the check of operations that is missing. */
static bool close_to(const struct tsm_seen *seen, __u8 operations)
{
	bool arch = seen->arch_0 == EINVAL || seen->arch_9 == EINVAL;

	/* Where an unknown vdevice is EINVAL as well, none can be told. */
	return __builtin_popcount(seen->operations ^ operations) <= 2 ||
	       (seen->plain == EINVAL && !seen->operations) || (arch && seen->operations == OPERATIONS_ALL);
}

static enum tsm_revision_index tell_48(const struct tsm_seen *seen, unsigned int number)
{
	bool no_tsm = seen->plain == EOPNOTSUPP, operation = seen->operation >= 0;
	bool arch = seen->arch_0 == EINVAL || seen->arch_9 == EINVAL;

	if (number == 0x97 && operation && (no_tsm || close_to(seen, OPERATIONS_REBASED)))
		return TSM_REVISION_OP_48_REBASED;
	if (number != 0x96)
		return TSM_REVISION_UNKNOWN;
	if (!operation && (no_tsm || close_to(seen, OPERATIONS_OP_48)))
		return TSM_REVISION_OP_48;
	if (operation && arch && close_to(seen, OPERATIONS_JUNE))
		return TSM_REVISION_JUNE;
	return operation && !arch && seen->operations == OPERATIONS_ALL ? TSM_REVISION_RFC :
	       TSM_REVISION_UNKNOWN;
}

enum tsm_revision_index tsm_tell_revision(const struct tsm_seen *seen)
{
	bool more = false;

	if (seen->open == EACCES || seen->open == EPERM)
		return TSM_REVISION_NO_ACCESS;
	if (seen->open)
		return seen->open == ENOENT ? TSM_REVISION_NO_FILE : TSM_REVISION_NO_OPEN;
	if (seen->compat == ENOTTY)
		return TSM_REVISION_NO_COMPAT;
	/* 0x95 alone is an operation without a request, or mainline's. */
	for (unsigned int i = 1; i < TSM_NUMBERS; i++)
		more |= seen->number[i].there;
	if (seen->request < 0 && !more)
		return TSM_REVISION_NONE;
	if (seen->request < 0 || seen->two)
		return TSM_REVISION_UNKNOWN;
	if (seen->number[seen->request].size == 48)
		return tell_48(seen, TSM_FIRST_NUMBER + seen->request);
	return TSM_FIRST_NUMBER + seen->request == 0x96 ? tell_40(seen) : TSM_REVISION_UNKNOWN;
}

bool tsm_tell_built(const struct tsm_seen *seen)
{
	bool checked = seen->number[seen->request].size == 40 ? seen->scope != EOPNOTSUPP :
		       seen->arch_9 != EOPNOTSUPP;

	return checked || seen->plain != EOPNOTSUPP;
}

/* Add to a line that has room for it. */
static void uc_printf(3, 4) add(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

static void add_operations(const struct tsm_seen *seen, char *text, size_t size)
{
	add(text, size, ", operations");
	for (unsigned int i = 0; i < 7; i++)
		if (seen->operations & 1U << i)
			add(text, size, " %u", i + 1);
	if (!seen->operations)
		add(text, size, " none");
}

void tsm_seen_text(const struct tsm_seen *seen, char *text, size_t size)
{
	*text = '\0';
	for (unsigned int i = 0; i < TSM_NUMBERS; i++) {
		const struct tsm_seen_number *number = &seen->number[i];

		if (!number->there)
			continue;
		add(text, size, "%s0x3b%x ", *text ? ", " : "", TSM_FIRST_NUMBER + i);
		add(text, size, number->size == TSM_NO_END ? "%u bytes or more" : "%u bytes",
		    number->size);
		if (is_ours(number->size) && (number->end != number->size || number->least != number->size))
			add(text, size, " (E2BIG from %u, enough are %u)", number->end, number->least);
	}
	if (!*text)
		add(text, size, "none of 0x3b95 to 0x3b98");
	if (seen->two)
		add(text, size, ": more than one looks like the request");
	else if (seen->request >= 0 && seen->number[seen->request].size == 48)
		add_operations(seen, text, size);
	else if (seen->request >= 0 && seen->plain != EOPNOTSUPP)
		add(text, size, ", scope %s, word at 20 %s, VIOMMU_ALLOC of %u bytes",
		    seen->scope == seen->plain ? "not checked" : "checked",
		    seen->hole == seen->plain ? "not checked" : "checked", seen->viommu == E2BIG ? 40 : 48);
}
