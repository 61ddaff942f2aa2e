// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which ioctl answers: the word and no other, with v5's size and no other. ENOTTY - any other
 * direction, size or type with the request's number.
 */
#include <errno.h>

#include "../../harness/verdict.h"
#include "revision.h"
#include "rows.h"

static const struct tsm_expect no_such_ioctl = TSM_FAILS(ENOTTY);

/* What a header with a direction would have made of the struct. */
static void other_direction(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u32 words[] = {
		_IOR(TSM_IOMMUFD_TYPE, TSM_REQ_NR, struct tsm_req),
		_IOW(TSM_IOMMUFD_TYPE, TSM_REQ_NR, struct tsm_req),
		_IOWR(TSM_IOMMUFD_TYPE, TSM_REQ_NR, struct tsm_req),
		_IOC(_IOC_NONE, TSM_IOMMUFD_TYPE, TSM_REQ_NR, TSM_REQ_SIZE),
		_IOC(_IOC_WRITE, TSM_IOMMUFD_TYPE, TSM_REQ_NR, 0),
		_IOC(_IOC_READ, TSM_IOMMUFD_TYPE, TSM_REQ_NR, 0),
	};

	(void)row;
	for (size_t i = 0; i < UC_ARRAY_SIZE(words); i++)
		tsm_judge(session, &(struct tsm_call){ .word = words[i] }, &no_such_ioctl);
}

static void other_type(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u8 types[] = { 0, ':', '<', 'T', 0x80 | TSM_IOMMUFD_TYPE, 0xae, 0xff };

	(void)row;
	for (size_t i = 0; i < UC_ARRAY_SIZE(types); i++)
		tsm_judge(session, &(struct tsm_call){ .word = _IO(types[i], TSM_REQ_NR) },
			  &no_such_ioctl);
}

static void answer(const char *call, int got, int expected)
{
	uc_expect(got ? -1 : 0, got, -expected, "%s", call);
}

/* The calls that tell revisions apart, each with v5's answer. */
static void told_apart(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_answers answers;

	(void)session;
	(void)row;
	tsm_ask_revision(&answers);
	if (!tsm_tell_op(&answers)) {
		uc_about(OP_WORD_AND_SIZE);
		answer("0x3b95, where TSM_OP has to be, with size 16, every other bit set",
		       answers.op_16, EOPNOTSUPP);
	}
	uc_about(SIZE_SHORT);
	answer("0x3b96 with size 4", answers.size_4, EINVAL);
	answer("0x3b96 with size 16, every other bit set", answers.size_16, EINVAL);
	uc_about(RESERVED_ZERO);
	answer("0x3b96 with size 40, scope 0, every other bit set", answers.size_40_reserved,
	       EOPNOTSUPP);
	uc_about(ABI_WORD);
	answer("0x3b96 with size 40, scope 0, no such vdevice", answers.size_40_id, ENOENT);
	answer("0x3b96 with size 40, scope 9, no such vdevice", answers.size_40_scope, EINVAL);
	uc_about(SIZE_TAIL);
	answer("0x3b96 with size 48, every other bit set", answers.size_48, E2BIG);
	uc_about(SIZE_LONG);
	answer("0x3b96 with size 48, the u32 at 12 is 9, no such vdevice", answers.size_48_arch,
	       ENOENT);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.revision.told_apart", REQ(ABI_WORD, SIZE_SHORT, SIZE_TAIL, OP_WORD_AND_SIZE),
	    ON_ANY },
	  IN_ANY_STATE, .custom = told_apart },
	{ { "tsm_req.revision.other_direction", REQ(ABI_WORD), ON_IOMMUFD },
	  IN_ANY_STATE, .custom = other_direction },
	{ { "tsm_req.revision.other_type", REQ(ABI_WORD), ON_IOMMUFD },
	  IN_ANY_STATE, .custom = other_type },
};

const struct uc_topic tsm_revision_topic = UC_BATCH_TOPIC("revision", rows, tsm_run_row);
