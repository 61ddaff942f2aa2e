// SPDX-License-Identifier: GPL-2.0-only
/*
 * What whoever writes a new revision's entry wants to know of a kernel: which words of each struct
 * are looked at before its vdevice, which values they refuse, and in which order. docs/revision.md
 * reads these lines. As harmless as telling apart: the object is none, in a file without objects.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "revision.h"

enum { WORDS = TSM_NO_END / 4 };

/* A word with a value that changes the answer. */
struct refused {
	unsigned int at;	/* word */
	__u32 value;
	int error;
};

struct surveying {
	tsm_answer *answer;
	void *kernel;
	unsigned long word;
	__u32 good[WORDS];	/* as far as the vdevice, where a call gets that far */
	int as_good;
	struct refused refused[2 * WORDS];
	unsigned int count;
};

static int ask(const struct surveying *surveying, const __u32 *words)
{
	return surveying->answer(surveying->kernel, surveying->word, words);
}

/* Zeros, or ones where they are wrong, as architectures and operations are. */
static void find_good(struct surveying *surveying, __u32 size)
{
	static const __u8 ones[][2] = { { 0, 0 }, { 2, 4 }, { 1, WORDS } };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(ones); i++) {
		memset(surveying->good, 0, sizeof(surveying->good));
		surveying->good[0] = size;
		for (unsigned int at = ones[i][0]; at < ones[i][1] && at < size / 4; at++)
			surveying->good[at] = 1;
		surveying->as_good = ask(surveying, surveying->good);
		if (surveying->as_good == ENOENT)
			return;
	}
}

static void try_value(struct surveying *surveying, unsigned int at, __u32 value)
{
	__u32 words[WORDS];
	int error;

	memcpy(words, surveying->good, sizeof(words));
	words[at] = value;
	error = ask(surveying, words);
	if (error != surveying->as_good)
		surveying->refused[surveying->count++] = (struct refused){ at, value, error };
}

/* Both wrong at once: whose errno it is. Equal ones cannot be told apart, and stay as they are. */
static bool comes_first(const struct surveying *surveying, const struct refused *a,
			const struct refused *b)
{
	__u32 words[WORDS];

	if (a->at == b->at || a->error == b->error)
		return false;
	memcpy(words, surveying->good, sizeof(words));
	words[a->at] = a->value;
	words[b->at] = b->value;
	return ask(surveying, words) == a->error;
}

static void sort(struct surveying *surveying)
{
	struct refused *list = surveying->refused;

	for (unsigned int i = 1; i < surveying->count; i++)
		for (unsigned int j = i; j > 0 && comes_first(surveying, &list[j], &list[j - 1]); j--) {
			struct refused moved = list[j];

			list[j] = list[j - 1];
			list[j - 1] = moved;
		}
}

static void survey_number(struct surveying *surveying, __u32 size, void (*told)(const char *line))
{
	char line[160];

	surveying->count = 0;
	find_good(surveying, size);
	for (unsigned int at = 1; at < size / 4; at++) {
		if (surveying->good[at])
			try_value(surveying, at, 0);
		try_value(surveying, at, ~0U);
	}
	sort(surveying);
	for (unsigned int i = 0; i < surveying->count; i++) {
		const struct refused *refused = &surveying->refused[i];

		snprintf(line, sizeof(line), "%#lx: check %u: the u32 at %u, %#x is %s", surveying->word,
			 i + 1, refused->at * 4, refused->value,
			 refused->error ? uc_errno_name(refused->error) : "accepted");
		told(line);
	}
	snprintf(line, sizeof(line), "%#lx: then, with the u32 at 8 %u and at 12 %u: %s", surveying->word,
		 surveying->good[2], surveying->good[3],
		 surveying->as_good ? uc_errno_name(surveying->as_good) : "accepted");
	told(line);
}

void tsm_survey(const struct tsm_seen *seen, tsm_answer *answer, void *kernel,
		void (*told)(const char *line))
{
	struct surveying surveying = { .answer = answer, .kernel = kernel };
	char line[160];

	for (unsigned int i = 0; i < TSM_NUMBERS; i++) {
		const struct tsm_seen_number *number = &seen->number[i];

		surveying.word = _IO(TSM_IOMMUFD_TYPE, TSM_FIRST_NUMBER + i);
		if (!number->there)
			continue;
		snprintf(line, sizeof(line), "%#lx: E2BIG begins at byte %u%s, the smallest size is %u%s",
			 surveying.word, number->end, number->end == TSM_NO_END ? " or later" : "",
			 number->least, number->least == TSM_NO_END ? " or more" : "");
		told(line);
		survey_number(&surveying, number->size, told);
	}
}

static void note(const char *line)
{
	uc_note("%s", line);
}

void tsm_survey_kernel(const struct tsm_seen *seen)
{
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);

	if (iommufd < 0)
		return;
	tsm_survey(seen, tsm_answer_of_iommufd, &iommufd, note);
	close(iommufd);
}
