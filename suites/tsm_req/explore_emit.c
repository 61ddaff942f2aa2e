// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sequence as a C program of its own, to attach to a report: the player's own files, as they
 * stand, with the steps and what must come of them as two tables.
 */
#include <string.h>

#include "explore_invent.h"

#define INCLUDE_TEXT(symbol, file)						\
	__asm__(".pushsection .rodata\n"					\
		#symbol ":\n\t.incbin \"suites/tsm_req/" file "\"\n\t.byte 0\n"	\
		".popsection\n");						\
	extern const char symbol[] __attribute__((visibility("hidden")))

INCLUDE_TEXT(tsm_text_step, "explore_step.h");
INCLUDE_TEXT(tsm_text_play, "explore_play.h");
INCLUDE_TEXT(tsm_text_look, "explore_look.h");
INCLUDE_TEXT(tsm_text_do, "explore_do.h");
INCLUDE_TEXT(tsm_text_meet, "explore_meet.h");
INCLUDE_TEXT(tsm_text_player, "explore_player.h");

static const char before_all[] =
	"/*\n"
	" * It needs the device fixture of uapi-conform: a PCI Express endpoint behind a root port, and\n"
	" * the module uapi_conform_device.ko loaded. Build it with -pthread; run it as root.\n"
	" */\n"
	"#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n"
	"#include <stdio.h>\n#include <stdlib.h>\n\n"
	"#define give_up(what)\tdo { perror(what); exit(2); } while (0)\n";

static const char after_all[] =
	"static void write_to(const char *text, const char *format, const char *bdf)\n"
	"{\n"
	"\tchar path[128];\n"
	"\tint file;\n"
	"\n"
	"\tsnprintf(path, sizeof(path), format, bdf);\n"
	"\tfile = open(path, O_WRONLY);\n"
	"\tif (file < 0 || write(file, text, strlen(text)) < 0)\n"
	"\t\tgive_up(path);\n"
	"\tclose(file);\n"
	"}\n"
	"\n"
	"/* The endpoint has to be vfio-pci's. */\n"
	"static void take_device(struct tsm_player *player)\n"
	"{\n"
	"\tplayer->control = open(\"/dev/uapi-conform-device\", O_RDWR);\n"
	"\tif (player->control < 0)\n"
	"\t\tgive_up(\"/dev/uapi-conform-device (load uapi_conform_device.ko)\");\n"
	"\tlook_at_device(player);\n"
	"\twrite_to(\"vfio-pci\", \"/sys/bus/pci/devices/%s/driver_override\", player->state.bdf);\n"
	"\twrite_to(player->state.bdf, \"/sys/bus/pci/drivers_probe\", \"\");\n"
	"}\n"
	"\n"
	"/* Prints the step, what came and what had to; whether they differ. */\n"
	"static int show(const char *name, const struct tsm_right *right, const struct tsm_met *met)\n"
	"{\n"
	"\tprintf(\"%s = %s%lld; right:\", name, met->result == -1 ? \"errno \" : \"\",\n"
	"\t       (long long)(met->result == -1 ? met->error : met->result));\n"
	"\tfor (int i = 0; i < 3 && right->errors[i]; i++)\n"
	"\t\tprintf(\" errno %d\", right->errors[i]);\n"
	"\tif (right->any || right->low <= right->high)\n"
	"\t\tprintf(right->any ? \" anything\" : \" %lld\", (long long)right->low);\n"
	"\tputs(met->aspect == RESULT ? \" <-- WRONG\" : \"\");\n"
	"\tif (met->aspect > RESULT)\n"
	"\t\tprintf(\"\\t%s: %lld; right: %lld <-- WRONG\\n\", tsm_aspects[met->aspect],\n"
	"\t\t       (long long)met->got, (long long)met->expected);\n"
	"\tfflush(stdout);\n"
	"\treturn met->aspect != NOTHING;\n"
	"}\n"
	"\n";

/* Without the lines that only the tree needs. */
static void emit_file(FILE *out, const char *text)
{
	const char *end;

	for (; *text; text = end + 1) {
		end = strchr(text, '\n');
		if (!end)
			break;
		if (!strncmp(text, "#include \"", 10) || strstr(text, "SPDX-License") == text + 3)
			continue;
		fwrite(text, 1, end + 1 - text, out);
	}
	fputc('\n', out);
}

#define FIELD(name)	{ #name, step->name }

static void emit_step(FILE *out, const struct tsm_step *step)
{
	const struct {
		const char *name;
		unsigned long long value;
	} fields[] = {
		FIELD(which), FIELD(file), FIELD(slot), FIELD(id), FIELD(place), FIELD(req),
		FIELD(resp), FIELD(who), FIELD(tell), FIELD(mapped), FIELD(req_mapped),
		FIELD(resp_mapped), FIELD(tail), FIELD(size), FIELD(scope), FIELD(reserved),
		FIELD(req_len), FIELD(resp_len), FIELD(consume), FIELD(produce),
	};

	fprintf(out, "\t{ .op = %u", step->op);
	for (size_t i = 0; i < UC_ARRAY_SIZE(fields); i++)
		if (fields[i].value)
			fprintf(out, ", .%s = %#llx%s", fields[i].name, fields[i].value,
				fields[i].value > UINT32_MAX ? "ULL" : "U");
	if (step->result)
		fprintf(out, ", .result = (int64_t)%#llxULL", (unsigned long long)step->result);
	fputs(" },\n", out);
}

static void emit_right(FILE *out, const struct tsm_right *right)
{
	fprintf(out, "\t{ .any = %d, .apart = %d, .forwarded = %d, .connected = %d, .bound = %d,\n",
		right->any, right->apart, right->forwarded, right->connected, right->bound);
	fprintf(out, "\t  .binds = %d, .unbinds = %d, .vdevices = %d, .errors = { %d, %d, %d },\n",
		right->binds, right->unbinds, right->vdevices, right->errors[0], right->errors[1],
		right->errors[2]);
	fprintf(out, "\t  .second = %d, .low = %lldLL, .high = %lldLL, .consumed = %lluULL,\n",
		right->second, (long long)right->low, (long long)right->high,
		(unsigned long long)right->consumed);
	fprintf(out, "\t  .produced = %lluULL, .tdi_id = %#xU },\n",
		(unsigned long long)right->produced, right->tdi_id);
}

/* Which of three tables of the program is written. */
enum table { STEPS, RIGHTS, NAMES };

/* The rules again, over the steps as they were played. */
static void emit_table(FILE *out, enum table table, const struct tsm_step *steps,
		       const struct uc_observed *seen, unsigned int count)
{
	struct tsm_model model;

	tsm_model_begin(&model, tsm_first_ids);
	for (unsigned int i = 0; i < count; i++) {
		struct tsm_met met = {
			.id = seen[i].data[SEEN_ID],
			.second = (int32_t)(seen[i].data[SEEN_ID] >> 32),
		};
		struct tsm_right right;
		char name[256];

		if (seen[i].skipped)
			continue;
		tsm_model_right(&model, &steps[i], &right);
		tsm_explore_decode(&steps[i], NULL, name, sizeof(name));
		if (table == STEPS)
			emit_step(out, &steps[i]);
		else if (table == RIGHTS)
			emit_right(out, &right);
		else
			fprintf(out, "\t\"%s\",\n", name);
		tsm_model_follow(&model, &steps[i], &right, &met);
	}
	fputs("};\n\n", out);
}

static bool meetings(const struct tsm_step *steps, const struct uc_observed *seen, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!seen[i].skipped && steps[i].op == DO_MEET)
			return true;
	return false;
}

void tsm_explore_emit(FILE *out, const void *steps, const struct uc_observed *seen, unsigned int count,
		      const void *facts, bool watch)
{
	static const char *const files[] = { tsm_text_step, tsm_text_play, tsm_text_look,
					     tsm_text_do, tsm_text_meet, tsm_text_player };
	bool meets = meetings(steps, seen, count);

	(void)facts;
	fputs(before_all, out);
	for (size_t i = 0; i < UC_ARRAY_SIZE(files); i++)
		if (files[i] != tsm_text_meet || meets)
			emit_file(out, files[i]);
	fputs("static const struct tsm_step steps[] = {\n", out);
	emit_table(out, STEPS, steps, seen, count);
	fputs("static const struct tsm_right rights[] = {\n", out);
	emit_table(out, RIGHTS, steps, seen, count);
	fputs("static const char *const names[] = {\n", out);
	emit_table(out, NAMES, steps, seen, count);
	fputs(after_all, out);
	fprintf(out, "int main(void)\n{\n"
		"\tstruct tsm_player player = { .kvm = -1, .vm = -1, .bridge = -1 };\n"
		"\tunsigned int count = sizeof(steps) / sizeof(*steps);\n"
		"\tstruct tsm_met met;\n\tint failed = 0;\n\n"
		"%s\ttake_device(&player);\n\tplayer_begin(&player);\n"
		"\tfor (unsigned int i = 0; i < count && !failed; i++) {\n"
		"\t\tplay_step(&player, &steps[i], &rights[i], &met);\n"
		"\t\tfailed |= show(names[i], &rights[i], &met);\n\t}\n"
		"\tplayer_end(&player);\n%s"
		"\tputs(failed ? \"the failure shows\" : \"the failure does not show\");\n"
		"\treturn failed;\n}\n", watch ? "\twatch_log();\n" : "",
		watch ? "\tfailed |= log_complains();\n" : "");
}
