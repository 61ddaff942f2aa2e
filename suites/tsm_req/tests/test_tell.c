// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling revisions apart, with a function that answers in a kernel's place: the revisions that are
 * known, those with one check broken, and kernels that nobody has, some of which were called by a
 * wrong name once.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../revision.h"
#include "tests.h"

/* How an ioctl looks at what comes behind the size rules. */
enum manner { NOTHING_THERE, TSM_OP, V5, NVIDIA, OPS, RFC, OTHER, ALLOC };
/* What is broken about the request. */
enum broken {
	NO_FAULT, NO_TAIL_CHECK, TAIL_IS_EINVAL, EIGHT_BYTES_OF_TAIL, LONG_REFUSED, FORTY_TOO_SHORT,
	SHORT_ACCEPTED, SHORT_IS_ENOTTY, NO_SCOPE_CHECK, SCOPE_IS_EPERM, NO_HOLE_CHECK, HOLE_IS_EINVAL,
	NO_ARCH_CHECK, NO_OP_CHECK, OP_3_KNOWN, UNKNOWN_ID_IS_EINVAL, OP_TOO_SHORT, OP_TAIL,
};

struct number {
	enum manner manner;
	__u32 size;
};

struct kernel {
	const char *name;
	struct number number[TSM_NUMBERS];
	enum tsm_revision_index is;
	bool op;		/* TSM_OP is found */
	__u8 operations;	/* that are known, as tsm_seen.operations */
	bool kvm_file;		/* VIOMMU_ALLOC has 48 bytes */
	bool no_tsm;		/* EOPNOTSUPP after the size rules */
	enum broken broken;
	bool compat;		/* no ioctls for 32-bit programs */
};

static int behave(const struct kernel *kernel, enum manner manner, const __u32 *words)
{
	const int id = kernel->broken == UNKNOWN_ID_IS_EINVAL ? EINVAL : ENOENT;
	bool sev = words[3] == 2;

	if (kernel->no_tsm && manner != OTHER)
		return EOPNOTSUPP;
	switch (manner) {
	case TSM_OP:
		return words[2] ? EOPNOTSUPP : ENOENT;
	case V5:
		if (words[5] && kernel->broken != NO_HOLE_CHECK)
			return kernel->broken == HOLE_IS_EINVAL ? EINVAL : EOPNOTSUPP;
		if (words[2] > 3 && kernel->broken != NO_SCOPE_CHECK)
			return kernel->broken == SCOPE_IS_EPERM ? EPERM : EINVAL;
		return id;
	case OPS:
		if ((words[3] < 1 || words[3] > 3) && kernel->broken != NO_ARCH_CHECK)
			return EINVAL;
		if (kernel->broken == NO_OP_CHECK || (kernel->broken == OP_3_KNOWN && words[2] == 3))
			return id;
		return words[2] >= 1 && words[2] <= 7 &&
		       (kernel->operations & 1U << (words[2] - 1) || sev) ? id : EINVAL;
	case ALLOC:
		return 0;
	default:
		return id;
	}
}

/* The size rules of every iommufd ioctl, and what is wrong with them. */
static int answer(void *data, unsigned long word, const __u32 *words)
{
	const struct kernel *kernel = data;
	unsigned int which = _IOC_NR(word) - TSM_FIRST_NUMBER;
	bool request, fault_of_op;
	const struct number *number;
	__u32 size, least, looked_at;
	enum broken broken;

	if (_IOC_NR(word) == 0x81)
		return kernel->compat ? ENOTTY : EINVAL;
	if (_IOC_NR(word) == 0x90)
		return kernel->kvm_file ? EOPNOTSUPP : E2BIG;
	ck_assert_uint_lt(which, TSM_NUMBERS);
	number = &kernel->number[which];
	size = least = number->size;
	if (number->manner == NOTHING_THERE)
		return ENOTTY;
	request = number->manner != TSM_OP && number->manner != OTHER;
	fault_of_op = kernel->broken == OP_TOO_SHORT || kernel->broken == OP_TAIL;
	broken = request != fault_of_op ? kernel->broken : NO_FAULT;
	if (broken == FORTY_TOO_SHORT || broken == OP_TOO_SHORT)
		least++;
	if (broken == SHORT_ACCEPTED)
		least = 24;
	if (words[0] < least)
		return broken == SHORT_IS_ENOTTY ? ENOTTY : EINVAL;
	if (broken == LONG_REFUSED && words[0] > size)
		return E2BIG;
	looked_at = broken == NO_TAIL_CHECK || broken == OP_TAIL ? size :
		    broken == EIGHT_BYTES_OF_TAIL ? size + 8 : 64;
	for (__u32 at = size; at < looked_at && at < words[0]; at++)
		if (((const __u8 *)words)[at])
			return broken == TAIL_IS_EINVAL ? EINVAL : E2BIG;
	return behave(kernel, number->manner, words);
}

#define OPS_OP_48	0x73
#define OPS_REBASED	0x03
#define OPS_JUNE	0x1f
#define AT_V5		{ { TSM_OP, 16 }, { V5, 40 } }
#define AT_NVIDIA	{ { TSM_OP, 16 }, { NVIDIA, 40 } }
#define AT_OP_48	{ { NOTHING_THERE }, { OPS, 48 } }
#define AT_REBASED	{ { NOTHING_THERE }, { TSM_OP, 16 }, { OPS, 48 } }
#define BROKEN_V5(what)	{ .name = "v5, " #what, .number = AT_V5, .is = TSM_REVISION_V5, .op = true, .broken = (what) }
#define BROKEN_NVIDIA(what) \
	{ .name = "nvidia-40, " #what, .number = AT_NVIDIA, .is = TSM_REVISION_NVIDIA_40, .op = true, .kvm_file = true, .broken = (what) }
#define BROKEN_OP_48(what) \
	{ .name = "op-48, " #what, .number = AT_OP_48, .is = TSM_REVISION_OP_48, .operations = OPS_OP_48, .broken = (what) }
#define BROKEN_REBASED(what) \
	{ .name = "rebased, " #what, .number = AT_REBASED, .is = TSM_REVISION_OP_48_REBASED, .op = true, .operations = OPS_REBASED, .broken = (what) }

static const struct kernel kernels[] = {
	{ .name = "stock", .number = { { NOTHING_THERE } }, .is = TSM_REVISION_NONE },
	{ .name = "mainline 7.3", .number = { { OTHER, 32 } }, .is = TSM_REVISION_NONE },
	{ .name = "patch 4/5 alone", .number = { { TSM_OP, 16 } }, .is = TSM_REVISION_NONE },
	BROKEN_V5(NO_FAULT), BROKEN_V5(NO_TAIL_CHECK), BROKEN_V5(TAIL_IS_EINVAL),
	BROKEN_V5(EIGHT_BYTES_OF_TAIL), BROKEN_V5(LONG_REFUSED), BROKEN_V5(FORTY_TOO_SHORT),
	BROKEN_V5(SHORT_ACCEPTED), BROKEN_V5(SHORT_IS_ENOTTY), BROKEN_V5(NO_SCOPE_CHECK),
	BROKEN_V5(SCOPE_IS_EPERM), BROKEN_V5(NO_HOLE_CHECK) /* v2 */, BROKEN_V5(HOLE_IS_EINVAL),
	BROKEN_V5(UNKNOWN_ID_IS_EINVAL), BROKEN_V5(OP_TOO_SHORT), BROKEN_V5(OP_TAIL),
	{ .name = "v5 without a TSM", .number = AT_V5, .is = TSM_REVISION_V5, .op = true, .no_tsm = true },
	BROKEN_NVIDIA(NO_FAULT), BROKEN_NVIDIA(NO_TAIL_CHECK), BROKEN_NVIDIA(LONG_REFUSED),
	BROKEN_NVIDIA(FORTY_TOO_SHORT), BROKEN_NVIDIA(SHORT_IS_ENOTTY), BROKEN_NVIDIA(UNKNOWN_ID_IS_EINVAL), BROKEN_NVIDIA(OP_TOO_SHORT),
	{ .name = "nvidia-40, VIOMMU_ALLOC of 40 bytes", .number = AT_NVIDIA, .is = TSM_REVISION_NVIDIA_40, .op = true },
	{ .name = "nvidia-40 without a TSM", .number = AT_NVIDIA, .is = TSM_REVISION_NVIDIA_40, .op = true,
	  .kvm_file = true, .no_tsm = true },
	BROKEN_OP_48(NO_FAULT), BROKEN_OP_48(NO_TAIL_CHECK), BROKEN_OP_48(TAIL_IS_EINVAL),
	BROKEN_OP_48(LONG_REFUSED), BROKEN_OP_48(FORTY_TOO_SHORT), BROKEN_OP_48(SHORT_IS_ENOTTY),
	BROKEN_OP_48(NO_ARCH_CHECK), BROKEN_OP_48(NO_OP_CHECK), BROKEN_OP_48(OP_3_KNOWN),
	BROKEN_OP_48(UNKNOWN_ID_IS_EINVAL), BROKEN_REBASED(UNKNOWN_ID_IS_EINVAL),
	{ .name = "op-48 without a TSM", .number = AT_OP_48, .is = TSM_REVISION_OP_48, .no_tsm = true },
	{ .name = "op-48 beside mainline's", .number = { { OTHER, 32 }, { OPS, 48 } }, .is = TSM_REVISION_OP_48,
	  .operations = OPS_OP_48 },
	BROKEN_REBASED(NO_FAULT), BROKEN_REBASED(NO_TAIL_CHECK), BROKEN_REBASED(LONG_REFUSED),
	BROKEN_REBASED(FORTY_TOO_SHORT), BROKEN_REBASED(NO_ARCH_CHECK), BROKEN_REBASED(NO_OP_CHECK),
	BROKEN_REBASED(OP_3_KNOWN), BROKEN_REBASED(OP_TOO_SHORT), BROKEN_REBASED(OP_TAIL),
	{ .name = "rebased on mainline 7.3", .number = { { OTHER, 32 }, { TSM_OP, 16 }, { OPS, 48 } },
	  .is = TSM_REVISION_OP_48_REBASED, .op = true, .operations = OPS_REBASED },
	{ .name = "RFC", .number = { { TSM_OP, 16 }, { RFC, 48 }, { OTHER, 32 } }, .is = TSM_REVISION_RFC, .op = true },
	{ .name = "June", .number = { { TSM_OP, 16 }, { OPS, 48 } }, .is = TSM_REVISION_JUNE, .op = true, .operations = OPS_JUNE },
	/* Odd ones; the first four were called 48 bytes, none, 48 bytes and ERROR once. */
	{ .name = "40 bytes at 0x97", .number = { { NOTHING_THERE }, { TSM_OP, 16 }, { V5, 40 } }, .is = TSM_REVISION_UNKNOWN, .op = true },
	{ .name = "48 bytes at 0x95", .number = { { OPS, 48 } }, .is = TSM_REVISION_UNKNOWN, .operations = OPS_OP_48 },
	{ .name = "56 bytes at 0x96", .number = { { TSM_OP, 16 }, { V5, 56 } }, .is = TSM_REVISION_UNKNOWN },
	{ .name = "v5 without TSM_OP", .number = { { NOTHING_THERE }, { V5, 40 } }, .is = TSM_REVISION_V5 },
	{ .name = "v5 beside another ioctl", .number = { { OTHER, 32 }, { V5, 40 } }, .is = TSM_REVISION_V5 },
	{ .name = "nvidia-40 without TSM_OP", .number = { { NOTHING_THERE }, { NVIDIA, 40 } }, .is = TSM_REVISION_NVIDIA_40,
	  .kvm_file = true },
	{ .name = "v5 and op-48 at once", .number = { { TSM_OP, 16 }, { V5, 40 }, { OPS, 48 } }, .is = TSM_REVISION_UNKNOWN,
	  .operations = OPS_OP_48 },
	{ .name = "op-48 with other operations", .number = { { NOTHING_THERE }, { OPS, 48 } }, .is = TSM_REVISION_UNKNOWN,
	  .operations = OPS_JUNE },
	{ .name = "op-48-rebased without TSM_OP", .number = { { NOTHING_THERE }, { NOTHING_THERE }, { OPS, 48 } },
	  .is = TSM_REVISION_UNKNOWN, .operations = OPS_REBASED },
	{ .name = "something that allocates", .number = { { NOTHING_THERE }, { ALLOC, 24 } }, .is = TSM_REVISION_UNKNOWN },
	{ .name = "everything at once", .number = { { V5, 40 }, { OPS, 48 }, { ALLOC, 64 }, { OPS, 56 } }, .is = TSM_REVISION_UNKNOWN },
	{ .name = "no check at all", .number = { { ALLOC, 16 }, { ALLOC, 40 } }, .is = TSM_REVISION_NVIDIA_40, .op = true, .kvm_file = true,
	  .broken = NO_TAIL_CHECK },
};

/* Nothing can be done that needs an object: no id is ever given but 0. */
static int answer_without_id(void *kernel, unsigned long word, const __u32 *words)
{
	ck_assert_uint_eq(words[1], 0);
	ck_assert_uint_eq(words[3] & ~15U, 0);
	return answer(kernel, word, words);
}

START_TEST(its_name)
{
	const struct kernel *kernel = &kernels[_i];
	struct tsm_seen seen;
	char text[256];

	tsm_ask_kernel(&seen, answer_without_id, (void *)kernel);
	tsm_seen_text(&seen, text, sizeof(text));
	ck_assert_msg(tsm_tell_revision(&seen) == kernel->is, "%s is called '%s': %s", kernel->name,
		      tsm_revisions[tsm_tell_revision(&seen)].name, text);
	ck_assert_msg((seen.operation >= 0) == kernel->op, "%s: TSM_OP: %s", kernel->name, text);
	ck_assert_msg(seen.calls < 40, "%s: %u calls", kernel->name, seen.calls);
	if (seen.request >= 0 && !seen.two)
		ck_assert_msg(tsm_tell_built(&seen) != kernel->no_tsm, "%s: TSM support", kernel->name);
}
END_TEST

START_TEST(what_was_seen)
{
	static const struct kernel odd = { .number = { { TSM_OP, 16 }, { V5, 56 } } };
	static const struct kernel short_tail = { .number = AT_V5, .broken = NO_TAIL_CHECK };
	static const struct kernel ops = { .number = AT_OP_48, .operations = OPS_OP_48 };
	struct tsm_seen seen;
	char text[256];

	tsm_ask_kernel(&seen, answer, (void *)&odd);
	tsm_seen_text(&seen, text, sizeof(text));
	ck_assert_str_eq(text, "0x3b95 16 bytes, 0x3b96 56 bytes");
	tsm_ask_kernel(&seen, answer, (void *)&short_tail);
	tsm_seen_text(&seen, text, sizeof(text));
	ck_assert_str_eq(text, "0x3b95 16 bytes, 0x3b96 40 bytes (E2BIG from 64, enough are 40), scope checked, "
			 "word at 20 checked, VIOMMU_ALLOC of 40 bytes");
	tsm_ask_kernel(&seen, answer, (void *)&ops);
	tsm_seen_text(&seen, text, sizeof(text));
	ck_assert_str_eq(text, "0x3b96 48 bytes, operations 1 2 5 6 7");
}
END_TEST

static int errors[3] = { ENOENT, EACCES, EMFILE };
static const enum tsm_revision_index without[] = {
	TSM_REVISION_NO_FILE, TSM_REVISION_NO_ACCESS, TSM_REVISION_NO_OPEN,
};

START_TEST(no_file)
{
	const struct tsm_seen seen = { .open = errors[_i], .request = -1, .operation = -1 };

	ck_assert_int_eq(tsm_tell_revision(&seen), without[_i]);
}
END_TEST

static char survey[1024];

static void take_down(const char *line)
{
	strcat(strcat(survey, line), "\n");
}

/* What the entry of v5 could be written from. */
START_TEST(a_survey)
{
	static const struct kernel odd = { .number = { { NOTHING_THERE }, { NOTHING_THERE }, { V5, 40 } } };
	static const struct kernel ops = { .number = { { OPS, 48 } }, .operations = OPS_OP_48 };
	struct tsm_seen seen;

	tsm_ask_kernel(&seen, answer, (void *)&odd);
	*survey = '\0';
	tsm_survey(&seen, answer, (void *)&odd, take_down);
	ck_assert_str_eq(survey,
		"0x3b97: E2BIG begins at byte 40, the smallest size is 40\n"
		"0x3b97: check 1: the u32 at 20, 0xffffffff is EOPNOTSUPP\n"
		"0x3b97: check 2: the u32 at 8, 0xffffffff is EINVAL\n"
		"0x3b97: then, with the u32 at 8 0 and at 12 0: ENOENT\n");
	tsm_ask_kernel(&seen, answer, (void *)&ops);
	*survey = '\0';
	tsm_survey(&seen, answer, (void *)&ops, take_down);
	ck_assert_str_eq(survey,
		"0x3b95: E2BIG begins at byte 48, the smallest size is 48\n"
		"0x3b95: check 1: the u32 at 8, 0 is EINVAL\n"
		"0x3b95: check 2: the u32 at 8, 0xffffffff is EINVAL\n"
		"0x3b95: check 3: the u32 at 12, 0 is EINVAL\n"
		"0x3b95: check 4: the u32 at 12, 0xffffffff is EINVAL\n"
		"0x3b95: then, with the u32 at 8 1 and at 12 1: ENOENT\n");
}
END_TEST

void add_tell_tests(Suite *suite)
{
	TCase *tests = tcase_create("telling apart");

	tcase_add_loop_test(tests, its_name, 0, UC_ARRAY_SIZE(kernels));
	tcase_add_test(tests, what_was_seen);
	tcase_add_loop_test(tests, no_file, 0, UC_ARRAY_SIZE(without));
	tcase_add_test(tests, a_survey);
	suite_add_tcase(suite, tests);
}
