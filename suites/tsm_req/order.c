// SPDX-License-Identifier: GPL-2.0-only
/*
 * All pairs of wrong things, and more. What can be wrong, and in which order, is the revision's list
 * of checks; each row breaks one of them, combines it with every later one, and must be answered for
 * its own, with the errno that the row says.
 */
#include <errno.h>
#include <string.h>

#include "rows.h"
#include "text.h"

static bool ambiguous(const struct tsm_session *session, const struct tsm_step *step)
{
	struct tsm_question question = tsm_model_question(&session->player.model, step);
	struct tsm_expected expected = { 0 };

	tsm_judge_call(&question, &expected);
	return expected.errors[1];
}

void tsm_pairs(struct tsm_session *session, const struct tsm_row *row)
{
	const char *arguments = strchr(row->steps, ' '), *end = strstr(row->steps, " = ");
	struct tsm_step steps[TSM_MOST_STEPS], step;
	struct tsm_expected expected = { 0 };
	struct tsm_question question;
	const struct tsm_check *check;
	char own[64] = "";

	tsm_read_steps(steps, TSM_MOST_STEPS, row->steps);
	question = tsm_model_question(&session->player.model, steps);
	check = tsm_judge_call(&question, &expected);
	memcpy(own, arguments, end - arguments);
	while (check && ++check < question.ioctl->checks + question.ioctl->check_count) {
		if (!check->spoil)
			continue;
		step = tsm_good(DO_REQ);
		tsm_spoil(&step, check->spoil);
		tsm_spoil(&step, own);
		step.expect = steps[0].expect;
		step.error = steps[0].error;
		if (!ambiguous(session, &step))
			tsm_play_steps(session, &step, 1);
	}
}

/* A struct that is cut could not have the tail that is wrong, too. */
static bool breakable(const struct tsm_check *check)
{
	return check->spoil && check->requirement != STRUCT_UNREADABLE;
}

/* Everything that is wrong at once, and then one thing less in turn, from the first. */
static void all_at_once(struct tsm_session *session, const struct tsm_row *row)
{
	static const int errors[] = {
		EFAULT, ENOTTY, EINVAL, E2BIG, EOPNOTSUPP, EINVAL, ENOENT, EINVAL, ENXIO,
	};
	const struct tsm_ioctl *ioctl = tsm_rules_now->ioctl[DO_REQ];
	size_t next = 0;

	(void)row;
	for (unsigned int first = 0; next < UC_ARRAY_SIZE(errors); first++) {
		const struct tsm_check *check = &ioctl->checks[first];
		struct tsm_step step = tsm_good(DO_REQ);

		if (!breakable(check) && check->requirement != STATE_NOT_BOUND)
			continue;
		for (unsigned int i = ioctl->check_count; i-- > first;)
			if (breakable(&ioctl->checks[i]))
				tsm_spoil(&step, ioctl->checks[i].spoil);
		step.expect = AN_ERROR;
		step.error = errors[next++];
		tsm_play_steps(session, &step, 1);
	}
}

static const struct tsm_row rows[] = {
	PAIRS("order.pointer_first", ON_IOMMUFD_OF(v5), IN_ANY_STATE,
	    "TSM_REQ struct=unmapped = EFAULT", CHECK_ORDER),
	PAIRS("order.word_next", ON_IOMMUFD_OF(v5), IN_ANY_STATE,
	    "TSM_REQ word=readwrite = ENOTTY", CHECK_ORDER),
	PAIRS("order.short_size_next", ON_IOMMUFD_OF(v5), IN_ANY_STATE,
	    "TSM_REQ size=39 = EINVAL", CHECK_ORDER),
	PAIRS("order.tail_next", ON_IOMMUFD_OF(v5), IN_ANY_STATE,
	    "TSM_REQ size=48 byte=40 = E2BIG", CHECK_ORDER),
	PAIRS("order.cut_struct_next", ON_IOMMUFD_OF(v5), IN_ANY_STATE,
	    "TSM_REQ struct=cut 32 = EFAULT", CHECK_ORDER),
	PAIRS("order.reserved_next", ON_ANY_OF(v5), IN_ANY_STATE,
	    "TSM_REQ reserved=1 = EOPNOTSUPP", CHECK_ORDER),
	PAIRS("order.scope_next", ON_ANY_OF(v5), IN_ANY_STATE, "TSM_REQ scope=9 = EINVAL", CHECK_ORDER),
	PAIRS("order.vdevice_next", ON_ANY_OF(v5), IN_ANY_STATE, "TSM_REQ id=nothing = ENOENT", CHECK_ORDER),
	PAIRS("order.pci_scope_next", ON_FIXTURE_OF(v5), BOUND,
	    "TSM_REQ scope=PCI_DEBUG_READ = EINVAL", CHECK_ORDER),
	PAIRS("order.pci_scope_before_connection", ON_FIXTURE_OF(v5), UNCONNECTED,
	    "TSM_REQ scope=PCI_DEBUG_WRITE = EINVAL", CHECK_ORDER),
	PAIRS("order.connection_next", ON_FIXTURE_OF(v5), UNCONNECTED, "TSM_REQ = ENXIO", CHECK_ORDER),
	PAIRS("order.binding_next", ON_FIXTURE_OF(v5), CONNECTED, "TSM_REQ = ENXIO", CHECK_ORDER),
	ROW_WITH(.custom = all_at_once, "order.all_at_once", ON_FIXTURE_OF(v5), CONNECTED, "", CHECK_ORDER),
};

const struct uc_topic tsm_order_topic = TSM_TOPIC("order");
