// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sequence as plain calls of C, each with what must come of it: the statements of a program whose
 * rest is reproducer/.
 */
#include "call.h"
#include "explore.h"
#include "race.h"
#include "text.h"

extern const char uc_text_tsm_req_thread[], uc_text_tsm_req_names[], uc_text_tsm_req_caller[],
	uc_text_tsm_req_issue[], uc_text_tsm_req_vdevice[], uc_text_tsm_req_setup[], uc_text_tsm_req_program[],
	uc_text_tsm_req_race[], uc_text_device[];
const char *const tsm_reproducer[] = {
	uc_text_tsm_req_thread, uc_text_tsm_req_names, uc_text_device, uc_text_tsm_req_caller,
	uc_text_tsm_req_issue, uc_text_tsm_req_vdevice, uc_text_tsm_req_setup, uc_text_tsm_req_race,
	uc_text_tsm_req_program, NULL,
};

#define ULL(value)	((unsigned long long)(value))

static void emit_memory(FILE *out, const struct tsm_step *step)
{
	static const char *const names[] = { "STRUCT", "REQUEST", "RESPONSE" };
	const size_t bytes[] = {
		tsm_struct_size(step), tsm_mapped_size(step, REQUEST), tsm_mapped_size(step, RESPONSE),
	};

	/* The response may lie where the request does. */
	for (unsigned int area = 0; area < (step->op == DO_REQ ? TSM_AREAS : REQUEST); area++)
		fprintf(out, "\tissue_put(&issue, %s, %u, %zu);\n", names[area], step->place[area], bytes[area]);
}

/* The number of an object, as the step changes it. */
static void emit_id(FILE *out, const struct tsm_step *step)
{
	static const char *const changes[TSM_IDS] = {
		"", " | 1U << 31", " | 1U << 16", " | 1U << 8", " + 1",
	};

	if (step->id >= ZERO)
		fprintf(out, "%uU", tsm_step_id(step, 0));
	else
		fprintf(out, "setup.id[%u]%s", step->object, changes[step->id]);
}

static void emit_fields(FILE *out, const struct tsm_step *step)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);

	for (unsigned int i = 0; i < ioctl->field_count; i++) {
		const struct tsm_field *field = &ioctl->fields[i];

		fprintf(out, "\tissue_set(&issue, %u, %u, ", field->offset, field->width);
		if (field->kind == FIELD_ID)
			emit_id(out, step);
		else if (field->kind == FIELD_VALUE)
			fprintf(out, "%#x", (unsigned int)uc_column_get(step, &field->column));
		else if (field->kind == FIELD_CODE)
			fprintf(out, "%#llxULL", TSM_CODE_PASSED);
		else
			fputs(field->kind == FIELD_REQ ? "issue.area[REQUEST].at" : "issue.area[RESPONSE].at", out);
		fprintf(out, ");\t/* %s */\n", field->column.word ?: "tsm_code");
	}
	if (step->tail)
		fprintf(out, "\tissue_set(&issue, %u, 1, 1);\n", step->tail);
}

/* What is looked at beside the result. */
static void emit_check(FILE *out, const struct tsm_step *step, const struct tsm_expected *expected)
{
	static const char *const codes[] = {
		[CODE_KEPT] = "0x5a6b7c8d9eafb0c1ULL", [CODE_ZERO] = "0", [CODE_OF_TSM] = "uapi_conform_code(seed)",
	};
	struct tsm_outcome outcome;
	struct tsm_issue nowhere = { .seed = 1 };

	tsm_outcome_of(&outcome, step, expected, &nowhere);
	fprintf(out, "\tcheck((struct tsm_outcome){ .asked = %d, .reads = %d, .scope = %#x, .arch = %u, "
		".req_len = %u, .resp_len = %u,\n\t\t.produced = %lluULL, .echoed = %lluULL, .seed = %s",
		outcome.asked, outcome.reads, outcome.scope, outcome.arch, outcome.req_len, outcome.resp_len,
		ULL(outcome.produced), ULL(outcome.echoed), outcome.seed ? "seed" : "0");
	if (outcome.code_at)
		fprintf(out, ", .code_at = %u, .code = %s", outcome.code_at, codes[expected->code]);
	fputs(" });\n", out);
}

static void emit_layout(FILE *out, const struct tsm_step *step)
{
	fputs("\tissue = (struct tsm_issue){ .seed = seed += 77 };\n", out);
	emit_memory(out, step);
	emit_fields(out, step);
	if (step->op == DO_REQ)
		fprintf(out, "\tscript(%d, %u, %lluULL, %lluULL, (int64_t)%lluULL, %u);\n",
			!!(step->tell & TELL_BEFOREHAND), tsm_told_flags(step), ULL(step->consume),
			ULL(step->produce), ULL(step->result), step->delay_ms);
	fputs("\tissue_seal(&issue);\n", out);
}

static void emit_call(FILE *out, const struct tsm_step *step)
{
	emit_layout(out, step);
	fprintf(out, "\tcall(%u, %u, %#x, %d);\n", step->caller, step->file, tsm_word_of(step),
		step->op == DO_OP ? (int)step->result : 0);
}

/* A call that a race makes in a thread, by its suite's text. */
static void emit_racer(FILE *out, const char *of, const char *text)
{
	struct tsm_step step;

	tsm_read_steps(&step, 1, text);
	emit_layout(out, &step);
	fprintf(out, "\tissue.word = %#x;\n\t%s = issue;\n", tsm_word_of(&step), of);
}

static void emit_race(FILE *out, const struct tsm_step *step, const struct tsm_expected *expected)
{
	emit_racer(out, "first.issue", TSM_RACE_HELD);
	if (step->which == RACE_UNBIND)
		emit_racer(out, "ender.unbind", TSM_RACE_UNBIND);
	else if (step->which >= RACE_REQUEST)
		emit_racer(out, "other.issue", TSM_RACE_SECOND);
	fprintf(out, "\trace(%u, %lld, %d);\n", step->which, (long long)expected->second,
		1 + (step->which == RACE_REQUEST));
}

/* Of the steps that are no call of the interface. */
static void emit_other(FILE *out, const struct tsm_step *step, const struct tsm_expected *expected)
{
	switch (step->op) {
	case DO_CONNECT:
	case DO_DISCONNECT:
		fprintf(out, "\tconnect_tsm(%d);\n", step->op == DO_CONNECT);
		break;
	case DO_OPEN:
		fprintf(out, "\tgot = tsm_open_device(&setup, now.bdf, %u, %u);\n", step->device, step->which);
		break;
	case DO_CLOSE:
		fprintf(out, "\tgot = 0;\n\ttsm_close_device(&setup, %u);\n", step->device);
		break;
	case DO_DESTROY:
		fprintf(out, "\tgot = tsm_destroy_object(&setup, %u);\n", step->object);
		break;
	case DO_OVERRIDE:
		fprintf(out, "\toverride(%u);\n", step->which);
		break;
	case DO_RACE:
		emit_race(out, step, expected);
		return;
	default:
		fprintf(out, "\tgot = tsm_new_object(&setup, %d, %u, %#llx);\n", (int)tsm_made_object(step), step->device,
			ULL(step->consume));
	}
	fputs("\tlook();\n", out);
}

static void emit_step(FILE *out, const struct tsm_step *step, const struct tsm_expected *expected)
{
	char text[256];

	tsm_write_step(step, false, text, sizeof(text));
	fprintf(out, "\n\t/* %s */\n", text);
	if (tsm_is_call(step))
		emit_call(out, step);
	else
		emit_other(out, step, expected);
	if (!expected->open)
		fprintf(out, "\tresult(\"%s\", %lld, %lld, %d, %d);\n", text, (long long)expected->low,
			(long long)expected->high, expected->errors[0],
			expected->errors[0] == TSM_ANY_ERRNO ? expected->spelled : expected->errors[1]);
	if (tsm_is_call(step))
		emit_check(out, step, expected);
	if (step->op == DO_RACE && step->which == RACE_DESTROY)
		return;
	fprintf(out, "\tdevice((struct tsm_device_state){ %d, %d, %d, %d, %d, %#x, 0 });\n", expected->connected, expected->bound,
		expected->binds, expected->unbinds, expected->vdevices, expected->tdi_id);
}

void tsm_explore_emit(FILE *out, const void *place, const struct uc_observed *observed,
		      unsigned int count, const void *facts)
{
	const struct tsm_step *steps = place;

	(void)facts;
	for (unsigned int i = 0; i < count; i++) {
		const struct tsm_came came = tsm_came_of(&observed[i]);

		if (!observed[i].skipped)
			emit_step(out, &steps[i], &came.expected);
	}
}
