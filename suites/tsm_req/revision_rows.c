// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which ioctl answers: the word and no other, with v5's size and no other. ENOTTY - any other
 * direction, size or type with the request's number.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "revision.h"
#include "rows.h"

/* A call, and the errno that must come of it. */
static void uc_printf(5, 6) refused(int iommufd, unsigned long word, const void *argument, int expected,
				    const char *format, ...)
{
	char text[64];
	va_list arguments;
	int got, error;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	uc_judging("%s", text);
	got = ioctl(iommufd, word, argument);
	error = errno;
	uc_judged();
	uc_expect(got, error, -expected, "%s", text);
}

/* With the request's number, but another type. */
static void other_type(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u8 types[] = { 0, ':', '<', 'T', 0x80 | TSM_IOMMUFD_TYPE, 0xae, 0xff };
	__u32 words[10] = { sizeof(words), ~0U };

	(void)row;
	for (size_t i = 0; i < UC_ARRAY_SIZE(types); i++) {
		unsigned long word = _IO(types[i], tsm_rules_now->ioctl[DO_REQ]->number);

		refused(session->player.setup.file[MAIN_FILE], word, words, ENOTTY, "ioctl %#lx", word);
	}
}

static void compare(unsigned int requirement, unsigned int which, const char *what,
		    unsigned int expected, unsigned int got)
{
	uc_about(requirement);
	uc_check(got == expected, "call:     %#x with several sizes\nexpected: %s: %u\ngot:      %u",
		 0x3b00 + TSM_FIRST_NUMBER + which, what, expected, got);
}

static void compare_sizes(const struct tsm_seen *seen, int which, const struct tsm_ioctl *ioctl,
			  unsigned int too_short, unsigned int tail)
{
	const struct tsm_seen_number *number = &seen->number[which];

	compare(tail, which, "the first byte that is E2BIG", ioctl->size, number->end);
	compare(too_short, which, "the smallest size that is enough", ioctl->size, number->least);
}

static void answer(unsigned int requirement, const char *call, int got, int expected)
{
	uc_about(requirement);
	uc_expect(got ? -1 : 0, got, -expected, "%#x, %s, no such vdevice",
		  0x3b00U + tsm_rules_now->ioctl[DO_REQ]->number, call);
}

/* The calls that tell revisions apart, each with the revision's answer. */
static void told_apart(struct tsm_session *session, const struct tsm_row *row)
{
	const struct tsm_facts *facts = session->player.facts;
	struct tsm_seen seen;

	(void)row;
	tsm_ask_revision(&seen);
	compare_sizes(&seen, facts->seen.request, tsm_rules_now->ioctl[DO_REQ], SIZE_SHORT, SIZE_TAIL);
	uc_about(OP_WORD_AND_SIZE);
	uc_check((seen.operation >= 0) == !!tsm_rules_now->ioctl[DO_OP],
		 "call:     the number before the request's\nexpected: TSM_OP is %sthere\ngot:      %s",
		 tsm_rules_now->ioctl[DO_OP] ? "" : "not ", seen.operation >= 0 ? "it is" : "it is not");
	if (seen.operation >= 0)
		compare_sizes(&seen, seen.operation, tsm_rules_now->ioctl[DO_OP], OP_WORD_AND_SIZE,
			      OP_WORD_AND_SIZE);
	answer(ABI_WORD, "nothing else wrong", seen.plain, ENOENT);
	if (facts->revision == TSM_REVISION_V5) {
		answer(SCOPE_KNOWN, "scope 0xffffffff", seen.scope, EINVAL);
		answer(RESERVED_ZERO, "reserved word 0xffffffff", seen.hole, EOPNOTSUPP);
	}
}

/*
 * What holds for every ioctl of iommufd, of each number that is there, with no vdevice. Sizes are
 * those that this kernel was seen to have: what is judged is that nothing else is accepted.
 */
static void format_of(const struct tsm_facts *facts, int iommufd, unsigned int which)
{
	const struct tsm_seen_number *seen = &facts->seen.number[which];
	unsigned long word = _IO(TSM_IOMMUFD_TYPE, TSM_FIRST_NUMBER + which);
	__u32 words[TSM_NO_END / 4] = { TSM_NO_END };
	unsigned long others[] = { _IOC(_IOC_READ, TSM_IOMMUFD_TYPE, _IOC_NR(word), 0),
				   _IOC(_IOC_WRITE, TSM_IOMMUFD_TYPE, _IOC_NR(word), 0),
				   _IOC(_IOC_NONE, TSM_IOMMUFD_TYPE, _IOC_NR(word), seen->size) };

	for (size_t i = 0; i < UC_ARRAY_SIZE(others); i++)
		refused(iommufd, others[i], words, ENOTTY, "ioctl %#lx", others[i]);
	refused(iommufd, word, NULL, EFAULT, "ioctl %#lx of NULL", word);
	for (words[0] = 0; words[0] < 8; words[0]++)
		refused(iommufd, word, words, EINVAL, "ioctl %#lx with size %u", word, words[0]);
	words[0] = TSM_NO_END;
	for (unsigned int at = seen->end; at < TSM_NO_END; at++) {
		((__u8 *)words)[at] = 1;
		refused(iommufd, word, words, E2BIG, "ioctl %#lx with size 64, byte %u set", word, at);
		((__u8 *)words)[at] = 0;
	}
}

static void any_format(struct tsm_session *session, const struct tsm_row *row)
{
	const struct tsm_facts *facts = session->player.facts;
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);

	(void)row;
	if (iommufd < 0)
		uc_error("/dev/iommu: %s", uc_errno_name(errno));
	for (unsigned int i = 0; i < TSM_NUMBERS; i++)
		if (facts->seen.number[i].there)
			format_of(facts, iommufd, i);
	close(iommufd);
}

static const struct tsm_row rows[] = {
	ROW_WITH(.custom = told_apart, "revision.told_apart", ON_ANY, IN_ANY_STATE,
	    "", ABI_WORD, SIZE_SHORT, SIZE_TAIL, OP_WORD_AND_SIZE),
	ROW_WITH(.custom = any_format, "revision.unknown", NEEDS(&tsm_need_unknown), IN_ANY_STATE,
	    "", ANY_FORMAT),
	ROW("revision.other_direction", ON_IOMMUFD, IN_ANY_STATE,
	    "TSM_REQ word=read = ENOTTY; TSM_REQ word=write = ENOTTY; TSM_REQ word=readwrite = ENOTTY; "
	    "TSM_REQ word=sized = ENOTTY; TSM_REQ word=other-type = ENOTTY", ABI_WORD),
	ROW_WITH(.custom = other_type, "revision.other_type", ON_IOMMUFD, IN_ANY_STATE, "", ABI_WORD),
};

const struct uc_topic tsm_revision_topic = TSM_TOPIC("revision");
