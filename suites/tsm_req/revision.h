/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which revision of the interface a kernel has, told by words, sizes and behaviour, with calls that
 * cannot act: no object of iommufd has the id 0.
 */
#ifndef TSM_REVISION_H
#define TSM_REVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "rules.h"

/* Indexes into tsm_revisions[]. */
enum tsm_revision_index {
	TSM_REVISION_NONE,
	TSM_REVISION_V5,
	TSM_REVISION_NVIDIA_40,
	TSM_REVISION_OP_48,
	TSM_REVISION_OP_48_REBASED,
	TSM_REVISION_RFC,
	TSM_REVISION_JUNE,
	TSM_REVISION_UNKNOWN,
	TSM_REVISION_NO_ACCESS,
	TSM_REVISION_NO_FILE,
	TSM_REVISION_NO_OPEN,
	TSM_REVISION_NO_COMPAT,
	TSM_REVISIONS,
};

struct tsm_revision {
	const char *name;
	const char *reason;	/* why its rows are a SKIP; NULL for one that is judged */
	const struct tsm_rules *rules;	/* of a judged one; else NULL */
};

extern const struct tsm_revision tsm_revisions[TSM_REVISIONS];

/* The numbers in which the interface has been seen, and those beside them. */
enum { TSM_FIRST_NUMBER = 0x95, TSM_NUMBERS = 4 };
/* No byte up to this one is E2BIG; and the largest size that was tried. */
#define TSM_NO_END	64

/* How the kernel answers an ioctl: 0 or a positive errno. */
typedef int tsm_answer(void *kernel, unsigned long word, const __u32 *words);

/* What was seen of one number. */
struct tsm_seen_number {
	bool there;
	__u8 end;	/* the first byte that is E2BIG, of 16, 24 ... 56; else TSM_NO_END */
	__u8 least;	/* the smallest size that is not EINVAL, of 16, 40, 48, 56; else TSM_NO_END */
	__u8 size;	/* of its struct, by these, or by one call more where they disagree */
};

/* What the calls were answered, as errnos; 0 also for those that were not made. */
struct tsm_seen {
	int open;		/* of opening /dev/iommu, 0 if it opened */
	int compat;		/* IOAS_ALLOC with size 4, which every iommufd refuses */
	struct tsm_seen_number number[TSM_NUMBERS];
	__s8 request, operation;	/* which of them these are, or -1 */
	bool two;		/* more than one looks like the request */
	int plain;		/* a request that nothing is wrong with but its vdevice */
	int scope;		/* 40 bytes: the scope has every bit */
	int hole;		/* ... the word at 20 has */
	int viommu;		/* VIOMMU_ALLOC with size 48, a byte set behind the 40th */
	int arch_0, arch_9;	/* 48 bytes: these architectures with operation 1 */
	__u8 operations;	/* ... bit n - 1: operation n of architecture 1 is known */
	unsigned int calls;	/* how many were made */
};

/* Of an open /dev/iommu. */
tsm_answer tsm_answer_of_iommufd;

/* Make the calls on /dev/iommu; and on anything that answers. */
void tsm_ask_revision(struct tsm_seen *seen);
void tsm_ask_kernel(struct tsm_seen *seen, tsm_answer *answer, void *kernel);

/* Pure: the index into tsm_revisions[] that fits. */
enum tsm_revision_index tsm_tell_revision(const struct tsm_seen *seen);
/* Pure: whether TSM support is built in, by what a known revision's request answers. */
bool tsm_tell_built(const struct tsm_seen *seen);
/* What was seen, in one line: numbers, sizes, operations, and what does not agree. */
void tsm_seen_text(const struct tsm_seen *seen, char *text, size_t size);

/*
 * For whoever writes the entry of a new revision: of each number that is there, where E2BIG begins,
 * and which words of the struct are looked at, in the order of the checks. Calls @told with each line.
 * As harmless as the rest, but many calls.
 */
void tsm_survey(const struct tsm_seen *seen, tsm_answer *answer, void *kernel,
		void (*told)(const char *line));
void tsm_survey_kernel(const struct tsm_seen *seen);

#endif /* TSM_REVISION_H */
