// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which ioctl answers: the word and no other, with v5's size and no other. ENOTTY - any other
 * direction, size or type with the request's number.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "revision.h"
#include "rows.h"

/* With the request's number, but another type. */
static void other_type(struct tsm_session *session, const struct tsm_row *row)
{
	static const __u8 types[] = { 0, ':', '<', 'T', 0x80 | TSM_IOMMUFD_TYPE, 0xae, 0xff };
	__u32 words[10] = { sizeof(words), ~0U };

	(void)row;
	for (size_t i = 0; i < UC_ARRAY_SIZE(types); i++) {
		unsigned long word = _IO(types[i], tsm_rules_now->ioctl[DO_REQ]->number);
		int got, error;

		uc_judging("ioctl %#lx", word);
		got = ioctl(session->player.setup.file[MAIN_FILE], word, words);
		error = errno;
		uc_judged();
		uc_expect(got, error, -ENOTTY, "ioctl %#lx", word);
	}
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
	    ON_ANY }, IN_ANY_STATE,
	  .steps = "", .custom = told_apart },
	{ { "tsm_req.revision.other_direction", REQ(ABI_WORD), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "TSM_REQ word=read = ENOTTY; TSM_REQ word=write = ENOTTY; TSM_REQ word=readwrite = "
	  "ENOTTY; TSM_REQ word=sized = ENOTTY; TSM_REQ word=other-type = ENOTTY" },
	{ { "tsm_req.revision.other_type", REQ(ABI_WORD), ON_IOMMUFD }, IN_ANY_STATE,
	  .steps = "", .custom = other_type },
};

const struct uc_topic tsm_revision_topic = TSM_TOPIC("revision");
