// SPDX-License-Identifier: GPL-2.0-only
/* From a step to memory, and the call itself. */
#include <stdlib.h>
#include <string.h>

#include "../../harness/buffer.h"
#include "call.h"
#include "reproducer/caller.c"
#include "text.h"

/* Not mapped for anybody in user space; its low half is neither, for 32-bit programs. */
#define KERNEL_ADDRESS	0xffff8000fffff000ULL
/* Lengths above this are claims: nobody has, or touches, that much memory here. */
#define MOST_MAPPED	(4U << 20)

static __u64 bad_address(enum tsm_place place)
{
	return place == UNMAPPED ? (uintptr_t)uc_unmapped(uc_page_size()) :
	       place == KERNEL ? KERNEL_ADDRESS : 0;
}

struct uapi_conform_answer tsm_script_of(const struct tsm_step *step, __u32 seed)
{
	return (struct uapi_conform_answer){
		.magic = UAPI_CONFORM_ANSWER_MAGIC, .flags = tsm_told_flags(step),
		.consume = step->consume, .produce = step->produce, .result = step->result,
		.delay_ms = step->delay_ms, .seed = seed,
	};
}

static size_t mapped_size(const struct tsm_step *step, enum tsm_area area, __u32 length)
{
	if (step->place[area] == CUT)
		return step->mapped[area];
	return length > MOST_MAPPED ? uc_page_size() : length;
}

static __u64 lay_out_request(struct tsm_issue *issue, const struct tsm_step *step)
{
	struct uapi_conform_answer script = tsm_script_of(step, issue->seed);

	if (tsm_nowhere(step->place[REQUEST]))
		return bad_address(step->place[REQUEST]);
	issue->req_size = mapped_size(step, REQUEST, step->value[TSM_REQ_LEN]);
	issue->req = uc_guarded(issue->req_size);
	uapi_conform_fill(issue->req, ~issue->seed, 0, issue->req_size);
	if (!(step->tell & TELL_BEFOREHAND) && issue->req_size >= sizeof(script))
		memcpy(issue->req, &script, sizeof(script));
	issue->req_before = uc_guarded_copy(issue->req, issue->req_size);
	if (step->place[REQUEST] == READ_ONLY)
		issue->req = uc_guarded_readonly(issue->req_before, issue->req_size);
	return (uintptr_t)issue->req;
}

static __u64 lay_out_response(struct tsm_issue *issue, const struct tsm_step *step)
{
	__u8 *memory;

	if (tsm_nowhere(step->place[RESPONSE]))
		return bad_address(step->place[RESPONSE]);
	if (step->place[RESPONSE] >= SAME)
		return (uintptr_t)issue->req + (step->place[RESPONSE] == OVERLAP ? 8 : 0);
	issue->resp_size = mapped_size(step, RESPONSE, step->value[TSM_RESP_LEN]);
	memory = uc_guarded(TSM_MARGIN + issue->resp_size);
	if (step->place[RESPONSE] == READ_ONLY)
		memory = uc_guarded_readonly(memory, TSM_MARGIN + issue->resp_size);
	issue->resp = memory + TSM_MARGIN;
	return (uintptr_t)issue->resp;
}

/* The fields where the revision has them: little-endian, as all machines with a TSM are. */
void tsm_write_fields(__u8 *image, const struct tsm_issue *issue, const struct tsm_step *step)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);

	for (unsigned int i = 0; i < ioctl->field_count; i++) {
		const struct tsm_field *field = &ioctl->fields[i];
		__u64 value = field->kind == FIELD_ID ? issue->id :
			      field->kind == FIELD_REQ ? issue->req_uptr :
			      field->kind == FIELD_RESP ? issue->resp_uptr :
			      field->kind == FIELD_CODE ? TSM_CODE_PASSED :
			      uc_column_get(step, &field->column);

		memcpy(image + field->offset, &value, field->width);
	}
}

/* The struct, then zeros as far as size goes, then the one byte that the step asks for. */
static void lay_out_struct(struct tsm_issue *issue, const struct tsm_step *step)
{
	__u32 size = step->value[TSM_SIZE], least = tsm_ioctl_of(step)->size;
	size_t mapped = step->place[STRUCT] == CUT ? step->mapped[STRUCT] : size < least ? least : size;
	size_t room = mapped < least ? least : mapped;
	__u8 *image;

	if (tsm_nowhere(step->place[STRUCT])) {
		issue->argument = bad_address(step->place[STRUCT]);
		return;
	}
	image = calloc(1, room);
	if (!image)
		uc_error("no memory");
	tsm_write_fields(image, issue, step);
	if (step->tail && step->tail < room)
		image[step->tail] = 1;
	issue->whole_size = mapped;
	issue->whole_before = uc_guarded_copy(image, mapped);
	issue->whole = step->place[STRUCT] == READ_ONLY ? uc_guarded_readonly(image, mapped) :
		       uc_guarded_copy(image, mapped);
	issue->argument = (uintptr_t)issue->whole;
	free(image);
}

void tsm_lay_out(struct tsm_issue *issue, const struct tsm_player *player,
		 const struct tsm_step *step)
{
	static __u32 seed;

	seed += 77;
	*issue = (struct tsm_issue){
		.seed = seed, .id = tsm_step_id(step, player->setup.id[step->object]),
		.word = tsm_word_of(step),
	};
	if (step->op == DO_REQ) {
		issue->req_uptr = lay_out_request(issue, step);
		issue->resp_uptr = lay_out_response(issue, step);
	}
	lay_out_struct(issue, step);
}

void tsm_issue(const struct tsm_issue *issue, const struct tsm_player *player,
	       const struct tsm_step *step, struct tsm_observed *observed)
{
	int got = call_as(step->caller, player->setup.file[step->file], issue->word,
			  issue->argument);

	observed->result = got < 0 ? -1 : got;
	observed->error = got < 0 ? -got : 0;
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
