// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text: the words, and writing them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "text.h"

const char *const tsm_step_names[TSM_STEP_OPS] = {
	[DO_REQ] = "TSM_REQ", [DO_OP] = "TSM_OP", [DO_CONNECT] = "CONNECT",
	[DO_DISCONNECT] = "DISCONNECT", [DO_OPEN] = "OPEN", [DO_CLOSE] = "CLOSE",
	[DO_VIOMMU_ALLOC] = "VIOMMU_ALLOC", [DO_VDEVICE_ALLOC] = "VDEVICE_ALLOC",
	[DO_IOAS_ALLOC] = "IOAS_ALLOC", [DO_FAULT_ALLOC] = "FAULT_ALLOC",
	[DO_DESTROY] = "DESTROY", [DO_OVERRIDE] = "OVERRIDE", [DO_RACE] = "RACE",
};

const char *const tsm_objects[TSM_OBJECTS] = {
	"vdevice", "plain-vdevice", "device", "plain-device", "ioas", "hwpt", "viommu", "fault",
	"spare", "spare-2", "spare-3",
};
const char *const tsm_ids[TSM_IDS] = {
	[WITH_BIT_31] = "bit-31", [WITH_BIT_16] = "bit-16", [WITH_BIT_8] = "bit-8",
	[PLUS_ONE] = "1", [ZERO] = "zero", [ALL_ONES] = "all-ones", [NOTHING] = "nothing",
};
const char *const tsm_places[TSM_PLACES] = {
	"mapped", "null", "unmapped", "kernel", "read-only", "cut", "same", "overlap",
};
const char *const tsm_wrong_words[TSM_WORDS] = {
	NULL, "read", "write", "readwrite", "sized", "other-type",
};
const char *const tsm_files[TSM_FILES] = { NULL, "duplicate", "other" };
const char *const tsm_callers[TSM_CALLERS] = { NULL, "nobody", "no-rawio", "child" };
const char *const tsm_devices[TSM_DEVICES] = { NULL, "plain" };
const char *const tsm_overrides[TSM_OVERRIDES] = { "none", "not-link", "other-vm", "both" };
const char *const tsm_races[TSM_RACES] = {
	"unbind", "disconnect", "destroy", "close", "request", "signal",
};

const char *const tsm_keys[KEYS] = {
	"struct", "byte", "word", "file", "as", "consume", "produce", "result", "delay", "echo",
	"no-touch", "beforehand",
};

struct out {
	char *text;
	size_t size, used;
};

static void add(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct out *out, const char *format, ...)
{
	va_list arguments;
	int length;

	if (out->used >= out->size)
		return;
	va_start(arguments, format);
	length = vsnprintf(out->text + out->used, out->size - out->used, format, arguments);
	va_end(arguments);
	out->used += length > 0 ? length : 0;
}

static void add_number(struct out *out, const char *name, unsigned long long value)
{
	add(out, value > 99999 ? " %s=%#llx" : " %s=%llu", name, value);
}

static void add_bytes(struct out *out, const char *name, __u64 bytes)
{
	if (bytes == TSM_ALL)
		add(out, " %s=all", name);
	else
		add_number(out, name, bytes);
}

static void add_place(struct out *out, const char *name, const struct tsm_step *step,
		      enum tsm_area area)
{
	if (step->place[area] == MAPPED)
		return;
	add(out, " %s=%s", name, tsm_places[step->place[area]]);
	if (step->place[area] == CUT)
		add(out, " %u", step->mapped[area]);
}

static void add_id(struct out *out, const char *name, const struct tsm_step *step)
{
	if (step->id >= ZERO)
		add(out, " %s=%s", name, tsm_ids[step->id]);
	else if (step->id)
		add(out, " %s=%s+%s", name, tsm_objects[step->object], tsm_ids[step->id]);
	else if (step->object)
		add(out, " %s=%s", name, tsm_objects[step->object]);
}

static void add_value(struct out *out, const struct tsm_field *field, __u32 value)
{
	bool named = field->names && value < field->name_count && field->names[value];

	/* What has a name for every good value is what the call is. */
	if (named && !field->names[0])
		add(out, " %s", field->names[value]);
	else if (value == field->good)
		return;
	else if (named)
		add(out, " %s=%s", field->name, field->names[value]);
	else
		add_number(out, field->name, value);
}

static void add_fields(struct out *out, const struct tsm_step *step)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);

	for (unsigned int i = 0; i < ioctl->field_count; i++) {
		const struct tsm_field *field = &ioctl->fields[i];

		if (field->kind == FIELD_ID)
			add_id(out, field->name, step);
		else if (field->kind == FIELD_REQ)
			add_place(out, field->name, step, REQUEST);
		else if (field->kind == FIELD_RESP)
			add_place(out, field->name, step, RESPONSE);
		else if (field->kind == FIELD_VALUE)
			add_value(out, field, step->value[field->value]);
	}
}

static void add_result(struct out *out, __s64 result)
{
	const char *name = result < 0 && result > -134 ? strerrorname_np(-result) : NULL;

	if (name)
		add(out, " result=-%s", name);
	else
		add(out, " result=%lld", (long long)result);
}

static void add_call(struct out *out, const struct tsm_step *step)
{
	struct tsm_step good = tsm_good(step->op);

	if (step->word)
		add(out, " word=%s", tsm_wrong_words[step->word]);
	if (step->file)
		add(out, " file=%s", tsm_files[step->file]);
	if (step->caller)
		add(out, " as=%s", tsm_callers[step->caller]);
	add_place(out, "struct", step, STRUCT);
	add_fields(out, step);
	if (step->tail)
		add(out, " byte=%u", step->tail);
	if (step->consume != good.consume)
		add_bytes(out, "consume", step->consume);
	if (step->produce != good.produce)
		add_bytes(out, "produce", step->produce);
	if (step->tell & TELL_RESULT || (step->op == DO_OP && step->result))
		add_result(out, step->result);
	if (step->delay_ms)
		add(out, " delay=%u", step->delay_ms);
	for (unsigned int key = KEY_ECHO; key < KEYS; key++)
		if (step->tell & TELL_ECHO << (key - KEY_ECHO))
			add(out, " %s", tsm_keys[key]);
}

static void add_other(struct out *out, const struct tsm_step *step)
{
	if (step->device)
		add(out, " %s", tsm_devices[step->device]);
	if (step->op == DO_OPEN && !step->which)
		add(out, " no-vm");
	if (step->op == DO_VIOMMU_ALLOC && step->consume)
		add(out, step->consume == VIOMMU_VM ? " vm" : " no-vm");
	if (step->op == DO_VDEVICE_ALLOC)
		add_number(out, "virt_id", step->consume);
	if (step->op == DO_IOAS_ALLOC || step->op == DO_DESTROY)
		add(out, " %s", tsm_objects[step->object]);
	if (step->op == DO_OVERRIDE)
		add(out, " %s", tsm_overrides[step->which & 3]);
	if (step->op == DO_RACE)
		add(out, " %s", tsm_races[step->which]);
}

static void add_expectation(struct out *out, const struct tsm_step *step)
{
	if (step->expect == A_RESULT)
		add(out, " = %lld", (long long)step->residue);
	else if (step->expect == LEFT_OPEN)
		add(out, " = open");
	else if (step->expect == AN_ERROR)
		add(out, " = %s%s%s%s", strerrorname_np(step->error), step->or_error ? " or " : "",
		    step->or_error ? strerrorname_np(step->or_error) : "",
		    step->effects & EXPECT_ASKED ? " from TSM" : "");
	if (step->effects & EXPECT_BINDS)
		add(out, " binds");
	if (step->effects & EXPECT_UNBINDS)
		add(out, " unbinds");
}

void tsm_write_step(const struct tsm_step *step, bool expect, char *text, size_t size)
{
	struct out out = { text, size, 0 };

	add(&out, "%s", tsm_step_names[step->op]);
	if (tsm_is_call(step))
		add_call(&out, step);
	else
		add_other(&out, step);
	if (expect)
		add_expectation(&out, step);
}

const char *tsm_step_text(const void *step)
{
	static char texts[2][512];
	static unsigned int turn;
	char *text = texts[turn++ % 2];

	tsm_write_step(step, false, text, sizeof(texts[0]));
	return text;
}
