// SPDX-License-Identifier: GPL-2.0-only
/* Everything that may have come of a step, held against what must. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "call.h"
#include "text.h"

const struct tsm_aspect_text tsm_aspects[TSM_ASPECTS] = {
#define ASPECT(name, text, clause, form)	[name] = { text, clause, form },
	TSM_ASPECT_LIST(ASPECT)
};

enum tsm_requirement tsm_requirement_of(const struct tsm_step *step,
					const struct tsm_expected *expected,
					enum tsm_aspect aspect)
{
	enum tsm_requirement own = tsm_aspects[aspect].requirement;

	if (aspect == CLOSE_TIME)
		return CLOSE_RELEASES;
	if (!tsm_is_call(step))
		return expected->requirement;
	if (aspect == STRUCT_KEPT && (!tsm_ioctl_of(step)->code || expected->code))
		return tsm_ioctl_of(step)->kept;
	if (aspect == CODE_WRITTEN && !expected->code)
		return OPS_CODE_EARLY;
	if (step->op == DO_OP || !own ||
	    (own == FORWARD_ONCE && !(expected->forwarded && step->caller == ROOT)))
		return expected->requirement;
	return own;
}

/* Of several that a row checks, the one that is broken; all, where it is none of them. */
static void blame(const struct tsm_judgement *judgement, enum tsm_aspect aspect)
{
	enum tsm_requirement broken = tsm_requirement_of(judgement->step, judgement->expected, aspect);
	const unsigned char *checks = judgement->player->checks;

	for (size_t i = 0; checks && i < UC_MAX_CHECKS && checks[i]; i++)
		if (checks[i] == broken) {
			uc_about(broken);
			return;
		}
	uc_about(aspect == CLOSE_TIME ? CLOSE_RELEASES : TSM_NO_REQUIREMENT);
}

/* The first thing that is wrong is kept; all are told. */
static bool note(struct tsm_judgement *judgement, enum tsm_aspect aspect)
{
	if (judgement->observed->aspect == NO_ASPECT)
		judgement->observed->aspect = aspect;
	if (judgement->player->tell)
		blame(judgement, aspect);
	return judgement->player->tell;
}

void tsm_compare(struct tsm_judgement *judgement, enum tsm_aspect aspect, __u64 expected, __u64 got)
{
	struct tsm_observed *observed = judgement->observed;
	char values[2][24];

	if (expected == got)
		return;
	if (observed->aspect == NO_ASPECT) {
		observed->expected = expected;
		observed->got = got;
	}
	if (!note(judgement, aspect))
		return;
	uc_fail("call:     %s\nexpected: %s: %s\ngot:      %s", tsm_step_text(judgement->step),
		tsm_aspects[aspect].text, tsm_aspect_value(tsm_aspects[aspect].form, expected, values[0]),
		tsm_aspect_value(tsm_aspects[aspect].form, got, values[1]));
	uc_about(TSM_NO_REQUIREMENT);
}

const char *tsm_expected_text(const struct tsm_expected *expected)
{
	static char text[80];
	size_t used = 0;

	*text = '\0';
	for (int i = 0; i < 3 && expected->errors[i]; i++)
		used += snprintf(text + used, sizeof(text) - used, "%s%s", used ? " or " : "",
				 expected->errors[i] == TSM_ANY_ERRNO ? "an error, of its own" :
				 uc_errno_name(expected->errors[i]));
	if (expected->open)
		return "anything";
	if (!used)
		snprintf(text, sizeof(text), "%lld", (long long)expected->low);
	return text;
}

void tsm_judge_result(struct tsm_judgement *judgement)
{
	const struct tsm_observed *observed = judgement->observed;

	if (tsm_allows(judgement->expected, observed->result, observed->error) ||
	    !note(judgement, RESULT))
		return;
	uc_fail("call:     %s\nexpected: %s\ngot:      %s", tsm_step_text(judgement->step),
		tsm_expected_text(judgement->expected),
		uc_result_name(observed->result, observed->error));
	uc_about(TSM_NO_REQUIREMENT);
}

static void compare(struct tsm_outcome *outcome, enum tsm_aspect aspect, uint64_t expected, uint64_t came)
{
	tsm_compare(outcome->of, aspect, expected, came);
}

void tsm_outcome_of(struct tsm_outcome *outcome, const struct tsm_step *step,
		    const struct tsm_expected *expected, struct tsm_issue *issue)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);
	const bool told = step->op == DO_REQ && tsm_scripted(step);
	const __u64 codes[] = {
		[CODE_KEPT] = TSM_CODE_PASSED, [CODE_OF_TSM] = uapi_conform_code(issue->seed),
	};

	*outcome = (struct tsm_outcome){
		.issue = issue, .asked = expected->forwarded,
		.unknown = expected->open && step->expect == LEFT_OPEN,
		.reads = !(step->tell & TELL_NO_TOUCH), .scope = step->value[ioctl->scope],
		.arch = ioctl->arch ? step->value[ioctl->arch] : 0,
		.req_len = step->value[TSM_REQ_LEN], .resp_len = step->value[TSM_RESP_LEN],
		.produced = expected->forwarded && !expected->apart ? expected->produced : 0,
		.echoed = told && step->tell & TELL_ECHO ? expected->consumed : 0,
		.seed = told ? issue->seed : 0, .code_at = ioctl->code, .code = codes[expected->code],
	};
}

void tsm_judge_issue(struct tsm_judgement *judgement, struct tsm_issue *issue,
		     const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after)
{
	static const struct uapi_conform_state none;
	struct tsm_outcome outcome;

	tsm_outcome_of(&outcome, judgement->step, judgement->expected, issue);
	outcome.unknown |= !after;
	outcome.before = after ? before : &none;
	outcome.after = after ?: &none;
	outcome.got = judgement->observed->result < 0 ? -judgement->observed->error : judgement->observed->result;
	outcome.compare = compare;
	outcome.of = judgement;
	tsm_judge_result(judgement);
	check_call(&outcome);
}

void tsm_judge_state(struct tsm_judgement *judgement, const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after)
{
	const struct tsm_expected *expected = judgement->expected;
	struct tsm_outcome outcome = { .before = before, .after = after, .compare = compare, .of = judgement };

	check_state(&outcome, (struct tsm_device_state){
		.connected = expected->connected, .bound = expected->bound, .binds = expected->binds,
		.unbinds = expected->unbinds, .vdevices = expected->vdevices, .tdi_id = expected->tdi_id,
		.vm_maker = judgement->player->setup.vm_maker,
	});
}
