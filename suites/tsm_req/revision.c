// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which revision of the request a kernel has.
 *
 * A number alone says nothing: 0x95 is another, live ioctl on mainline 7.3, and 0x96 is the
 * operation that *binds* in a rebased tree. So word and accepted size are asked for together, with
 * calls that no revision can carry out: the object does not exist, and unknown bits are set.
 *
 * One broken check must not make a v5 kernel look like another revision, for then its rows would
 * be skipped and nobody would hear of it: every step below rests on two answers that agree. For the
 * same reason v2 has no entry. It has v5's word and size and differs in not checking the reserved
 * word; such a kernel is judged as v5, and fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/verdict.h"
#include "iommufd.h"
#include "revision.h"

#define TSM_OP_WORD	_IO(TSM_IOMMUFD_TYPE, 0x95)
#define TSM_REQ_WORD	_IO(TSM_IOMMUFD_TYPE, 0x96)
#define NEXT_WORD	_IO(TSM_IOMMUFD_TYPE, 0x97)

const struct tsm_revision tsm_revisions[TSM_REVISIONS] = {
	[TSM_REVISION_NONE] = { "none",
		.reason = "this kernel has no IOMMU_VDEVICE_TSM_REQ" },
	[TSM_REVISION_RFC] = { "RFC, July 2025",
		.reason = "this kernel has IOMMU_VDEVICE_TSM_REQ of the RFC, July 2025 (0x3b96 48 bytes)" },
	[TSM_REVISION_V5] = { "v5, May 2026", .rules = &tsm_v5 },
	[TSM_REVISION_JUNE] = { "after v5, June 2026",
		.reason = "this kernel has IOMMU_VDEVICE_TSM_REQ of June 2026 (0x3b96 48 bytes)" },
	[TSM_REVISION_REBASED] = { "after v5, rebased",
		.reason = "this kernel has IOMMU_VDEVICE_TSM_REQ of June 2026 rebased (0x3b97 48 bytes)" },
	[TSM_REVISION_UNKNOWN] = { "unknown",
		.reason = "this kernel has a revision of IOMMU_VDEVICE_TSM_REQ that is not known here" },
	[TSM_REVISION_NO_ACCESS] = { "unknown",
		.reason = "no permission to open /dev/iommu" },
	[TSM_REVISION_NO_FILE] = { "none",
		.reason = "/dev/iommu is missing (CONFIG_IOMMUFD?)" },
	[TSM_REVISION_NO_OPEN] = { "unknown",
		.reason = "/dev/iommu cannot be opened (the header has the errno)" },
	[TSM_REVISION_NO_COMPAT] = { "unknown",
		.reason = "iommufd has no ioctls for this program, a 32-bit one on a 64-bit kernel" },
};

/* Words of the longest struct any revision has; word 0 is the size. */
enum { VDEVICE_ID = 1, SCOPE = 2, ARCH = 3, RESERVED = 5, WORDS = 12 };

/* The kernel is to blame for what becomes of these calls, as of those of any row. */
static int ask(int iommufd, unsigned long word, const __u32 *words)
{
	int error;

	uc_judging("ioctl %#lx with size %u, to tell which revision is here", word, words[0]);
	error = ioctl(iommufd, word, words) == -1 ? errno : 0;
	uc_judged();
	return error;
}

static int answer(int iommufd, unsigned long word, __u32 size, __u32 *words)
{
	words[0] = size;
	/* Every revision has the vdevice here or at word 3, and no object has this id. */
	words[VDEVICE_ID] = ~0U;
	return ask(iommufd, word, words);
}

/* A byte of a struct of 64 that is 0 else: E2BIG where the kernel's struct ends before it. */
static int answer_byte(int iommufd, unsigned long word, unsigned int at)
{
	__u32 words[16] = { sizeof(words) };

	((__u8 *)words)[at] = 1;
	return ask(iommufd, word, words);
}

void tsm_ask_revision(struct tsm_answers *answers)
{
	__u32 ones[WORDS], zeros[WORDS] = { 0 };
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);

	*answers = (struct tsm_answers){ .open = iommufd < 0 ? errno : 0 };
	if (iommufd < 0)
		return;
	memset(ones, 0xff, sizeof(ones));
	/* What only a 32-bit program can be told, which the kernel does not know how to serve. */
	answers->ioas_4 = sizeof(void *) == 4 ? answer(iommufd, IOMMUFD_IOAS_ALLOC, 4, ones) : EINVAL;
	answers->size_4 = answer(iommufd, TSM_REQ_WORD, 4, ones);
	/* Where this is TSM_OP, it carries unknown flags, an unknown type and an unknown id. */
	answers->size_16 = answer(iommufd, TSM_REQ_WORD, 16, ones);
	answers->size_48 = answer(iommufd, TSM_REQ_WORD, 48, ones);
	answers->next_48 = answer(iommufd, NEXT_WORD, 48, ones);
	answers->op_16 = answer(iommufd, TSM_OP_WORD, 16, ones);
	answers->op_byte_8 = answer_byte(iommufd, TSM_OP_WORD, 8);
	answers->op_byte_16 = answer_byte(iommufd, TSM_OP_WORD, 16);
	ones[SCOPE] = 0;
	answers->size_40_reserved = answer(iommufd, TSM_REQ_WORD, 40, ones);
	/*
	 * Few bits set: harmless where word 3 is zero too, for no object has id 0, and where this
	 * is TSM_OP, whose type and flags are then not those of anything it knows.
	 */
	answers->size_40_id = answer(iommufd, TSM_REQ_WORD, 40, zeros);
	zeros[SCOPE] = 9;
	answers->size_40_scope = answer(iommufd, TSM_REQ_WORD, 40, zeros);
	zeros[SCOPE] = 0;
	zeros[ARCH] = 9;
	answers->size_48_arch = answer(iommufd, TSM_REQ_WORD, 48, zeros);
	close(iommufd);
}

int tsm_tell_revision(const struct tsm_answers *a, bool *tsm_built)
{
	*tsm_built = false;
	if (a->open == EACCES || a->open == EPERM)
		return TSM_REVISION_NO_ACCESS;
	if (a->open)
		return a->open == ENOENT ? TSM_REVISION_NO_FILE : TSM_REVISION_NO_OPEN;
	if (a->ioas_4 == ENOTTY)
		return TSM_REVISION_NO_COMPAT;
	if (a->size_4 == ENOTTY && a->size_48 == ENOTTY)
		return a->next_48 && a->next_48 != ENOTTY ? TSM_REVISION_UNKNOWN :
							    TSM_REVISION_NONE;
	/* The rebased tree: 16 bytes are enough here, and the next number is taken as well. */
	if (a->size_16 != EINVAL && a->next_48 != ENOTTY)
		return TSM_REVISION_REBASED;
	*tsm_built = !(a->size_40_id == EOPNOTSUPP && a->size_40_scope == EOPNOTSUPP);
	/* 40 bytes refused twice over, and 48 bytes all understood: one of the longer structs. */
	if (a->size_40_id == EINVAL && a->size_40_reserved == EINVAL && a->size_48 != E2BIG)
		return a->size_48_arch == EINVAL ? TSM_REVISION_JUNE :
		       a->size_48_arch == ENOENT ? TSM_REVISION_RFC : TSM_REVISION_UNKNOWN;
	/* Neither 40 bytes accepted nor anything longer refused: something else is here. */
	if (a->size_40_id == EINVAL && a->size_48 != E2BIG)
		return TSM_REVISION_UNKNOWN;
	return TSM_REVISION_V5;
}

bool tsm_tell_op(const struct tsm_answers *answers)
{
	if (answers->op_16 == EOPNOTSUPP || answers->op_16 == ENOENT)
		return true;
	return answers->op_byte_16 == E2BIG && answers->op_byte_8 != E2BIG &&
	       answers->op_byte_8 != ENOTTY;
}
