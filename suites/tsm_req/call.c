// SPDX-License-Identifier: GPL-2.0-only
/* From a step to memory, and the call itself. */
#include "call.h"
#include "text.h"

/* Lengths above this are claims: nobody has, or touches, that much memory here. */
#define MOST_MAPPED	(4U << 20)

struct uapi_conform_answer tsm_script_of(const struct tsm_step *step, __u32 seed)
{
	return (struct uapi_conform_answer){
		.magic = UAPI_CONFORM_ANSWER_MAGIC, .flags = tsm_told_flags(step),
		.consume = step->consume, .produce = step->produce, .result = step->result,
		.delay_ms = step->delay_ms, .seed = seed,
	};
}

size_t tsm_mapped_size(const struct tsm_step *step, enum tsm_area area)
{
	const __u32 length = step->value[area == REQUEST ? TSM_REQ_LEN : TSM_RESP_LEN];

	if (step->place[area] == CUT)
		return step->mapped[area];
	return length > MOST_MAPPED ? uc_page_size() : length;
}

__u64 tsm_field_value(const struct tsm_issue *issue, const struct tsm_step *step,
		      const struct tsm_field *field)
{
	return field->kind == FIELD_ID ? issue->id :
	       field->kind == FIELD_REQ ? issue->area[REQUEST].at :
	       field->kind == FIELD_RESP ? issue->area[RESPONSE].at :
	       field->kind == FIELD_CODE ? TSM_CODE_PASSED : uc_column_get(step, &field->column);
}

void tsm_write_fields(struct tsm_issue *issue, const struct tsm_step *step)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);

	for (unsigned int i = 0; i < ioctl->field_count; i++)
		issue_set(issue, ioctl->fields[i].offset, ioctl->fields[i].width,
			  tsm_field_value(issue, step, &ioctl->fields[i]));
}

size_t tsm_struct_size(const struct tsm_step *step)
{
	const __u32 size = step->value[TSM_SIZE], least = tsm_ioctl_of(step)->size;

	return step->place[STRUCT] == CUT ? step->mapped[STRUCT] : size < least ? least : size;
}

void tsm_lay_out(struct tsm_issue *issue, const struct tsm_player *player,
		 const struct tsm_step *step)
{
	static __u32 seed;
	struct uapi_conform_answer script;

	seed += 77;
	*issue = (struct tsm_issue){
		.seed = seed, .id = tsm_step_id(step, player->setup.id[step->object]),
		.word = tsm_word_of(step),
	};
	if (step->op == DO_REQ) {
		script = tsm_script_of(step, seed);
		issue_put(issue, REQUEST, step->place[REQUEST], tsm_mapped_size(step, REQUEST));
		issue_put(issue, RESPONSE, step->place[RESPONSE], tsm_mapped_size(step, RESPONSE));
		if (!(step->tell & TELL_BEFOREHAND))
			issue_script(issue, &script);
	}
	/* The struct, then zeros as far as size goes, then the one byte that the step asks for. */
	issue_put(issue, STRUCT, step->place[STRUCT], tsm_struct_size(step));
	tsm_write_fields(issue, step);
	if (step->tail)
		issue_set(issue, step->tail, 1, 1);
	issue_seal(issue);
}

void tsm_issue(const struct tsm_issue *issue, const struct tsm_player *player,
	       const struct tsm_step *step, struct tsm_observed *observed)
{
	int got = call_as(step->caller, player->setup.file[step->file], issue->word,
			  issue->area[STRUCT].at);

	observed->result = got < 0 ? -1 : got;
	observed->error = got < 0 ? -got : 0;
}

void tsm_quick_begin(struct tsm_issue *memory)
{
	const struct tsm_step good = tsm_good(DO_REQ);
	const struct uapi_conform_answer script = tsm_script_of(&good, 0);

	*memory = (struct tsm_issue){ .word = tsm_word_of(&good) };
	for (unsigned int area = 0; area < TSM_AREAS; area++)
		issue_put(memory, area, MAPPED, area == STRUCT ? TSM_QUICK : tsm_mapped_size(&good, area));
	issue_script(memory, &script);
}

int tsm_quick(const struct tsm_player *player, const struct tsm_issue *memory, const struct tsm_step *step)
{
	struct tsm_issue issue = *memory;
	struct tsm_memory *area = issue.area;

	issue.id = tsm_step_id(step, player->setup.id[step->object]);
	for (unsigned int i = REQUEST; i < TSM_AREAS; i++)
		if (step->place[i])	/* behind the struct nothing is mapped */
			area[i].at = step->place[i] == UNMAPPED ? area[STRUCT].at + TSM_QUICK : 0;
	memset(area[STRUCT].now, 0, TSM_QUICK);
	tsm_write_fields(&issue, step);
	if (step->tail)
		issue_set(&issue, step->tail, 1, 1);
	return ioctl(player->setup.file[MAIN_FILE], issue.word, area[STRUCT].now);
}

struct tsm_observed tsm_make(const struct tsm_player *player, const char *text, struct tsm_issue *issue)
{
	struct tsm_observed observed = { 0 };
	struct tsm_step step;

	tsm_read_steps(&step, 1, text);
	tsm_lay_out(issue, player, &step);
	uc_judging("%s", text);
	tsm_issue(issue, player, &step, &observed);
	uc_judged();
	return observed;
}
