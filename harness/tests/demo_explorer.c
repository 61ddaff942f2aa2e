// SPDX-License-Identifier: GPL-2.0-only
/* An explorer of a stack that has no kernel behind it, and the faults that it can have. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"
#include "explorer.h"
#include "verdict.h"
#include "watch.h"

#define DEPTH	300

enum demo_fault demo_fault;

enum { PUSH, POP, CLEAR };
static const char *const kinds[] = { "PUSH", "POP", "CLEAR" };

struct step {
	unsigned char kind;
	unsigned char number;
};

struct world {
	unsigned int count, model_count;
	bool cleared;
	unsigned char numbers[DEPTH], model[DEPTH];
};

static unsigned int worlds;

static void invent(void *memory, const void *earlier, unsigned int index,
		   struct uc_random *random, const void *facts)
{
	struct step *step = memory;

	(void)earlier;
	(void)index;
	(void)facts;
	step->kind = uc_random_chance(random, 10) ? CLEAR : uc_random_below(random, 2);
	if (step->kind == PUSH)
		step->number = uc_random_below(random, 256);
}

static void begin(void *world, const void *facts)
{
	(void)world;
	(void)facts;
	worlds++;
	if (demo_fault == DEMO_NO_WORLD)
		uc_error("no stack to be had");
}

static void end(void *world)
{
	(void)world;
}

static void warn(void)
{
	static const char record[] = "4,100,5,-;WARNING: 77\n";

	if (demo_fault == DEMO_WARNS_ONCE && uc_watch_taint())
		return;
	if (write(demo_log_fd, record, sizeof(record) - 1) < 0 ||
	    (demo_fault == DEMO_WARNS_ONCE && pwrite(demo_taint_fd, "512\n", 4, 0) != 4))
		uc_error("the test's log cannot be written");
}

/* The "kernel": the number or an error. */
static int call(struct world *world, const struct step *step)
{
	bool loses = demo_fault == DEMO_LOSES_BIT || demo_fault == DEMO_BOTH;
	bool keeps = demo_fault == DEMO_KEEPS_ONE || demo_fault == DEMO_BOTH;

	switch (step->kind) {
	case PUSH:
		if ((demo_fault == DEMO_WARNS || demo_fault == DEMO_WARNS_ONCE) &&
		    step->number == 77)
			warn();
		world->numbers[world->count++] = loses ? step->number & 0x7f : step->number;
		return 0;
	case POP:
		if (demo_fault == DEMO_DIES && world->count == 3)
			kill(getpid(), SIGKILL);
		if (!world->count)
			return -ENOENT;
		return world->numbers[--world->count];
	default:
		if (demo_fault == DEMO_HANGS && !world->count)
			for (;;)
				pause();
		world->count = keeps && world->count > 1;
		return 0;
	}
}

static int expected(struct world *world, const struct step *step)
{
	switch (step->kind) {
	case PUSH:
		world->model[world->model_count++] = step->number;
		return 0;
	case POP:
		return world->model_count ? world->model[--world->model_count] : -ENOENT;
	default:
		world->model_count = 0;
		return 0;
	}
}

static void apply(void *memory, const void *place, const void *facts, struct uc_observed *seen)
{
	const struct step *step = place;
	struct world *world = memory;

	(void)facts;
	seen->kind = step->kind;
	seen->skipped = demo_fault == DEMO_IDLE;
	if (seen->skipped)
		return;
	seen->answer = call(world, step);
	seen->data[0] = expected(world, step);
	if (demo_fault == DEMO_TIRES && worlds > 40 && step->kind == CLEAR)
		seen->answer = -EIO;
	seen->wrong = seen->answer != (int)seen->data[0];
	/* What pops where there should be nothing was not cleared. */
	seen->requirement = (int)seen->data[0] == -ENOENT ? DEMO_CLEARS : DEMO_POPS;
	/* Clearing is under suspicion, and never guilty of what pops where something should be. */
	if (world->cleared && seen->requirement == DEMO_POPS) {
		seen->requirement = DEMO_SUSPECT;
		seen->consequence = true;
	}
	if (step->kind != CLEAR)
		return;
	world->cleared = true;
	seen->note = "somebody cleared";
}

static bool simplify(const void *place, unsigned int attempt, void *memory)
{
	const struct step *step = place;
	struct step *simpler = memory;

	switch (attempt) {
	case 0:
		simpler->number = 0;
		return true;
	case 1:
		simpler->number = step->number / 2;
		return true;
	case 2:
		simpler->number = step->number ? step->number - 1 : 0;
		return true;
	default:
		return false;
	}
}

static void decode(const void *place, const void *facts, char *text, size_t size)
{
	const struct step *step = place;

	(void)facts;
	if (step->kind == PUSH)
		snprintf(text, size, "PUSH %u", step->number);
	else
		snprintf(text, size, "%s", kinds[step->kind]);
}

static void explain(const void *place, const struct uc_observed *seen, char *must, char *got,
		    size_t size)
{
	(void)place;
	snprintf(must, size, "%d", (int)seen->data[0]);
	snprintf(got, size, "%d", seen->answer);
}

static unsigned int parse(struct uc_words *words, void *steps, unsigned int room,
			  const void *facts)
{
	struct step *step = steps;
	uint64_t number = 0;
	int kind;

	if (uc_word_is(words, "PUSH_TWICE") && room >= 2)
		return parse(words, step + 1, 1, facts) && ((step[0] = step[1]), true) ? 2 : 0;
	kind = uc_word_of(words, "step", kinds, UC_ARRAY_SIZE(kinds));
	if (kind < 0)
		return 0;
	if (kind == PUSH && !uc_word_number(words, "what is pushed", 0, 255, &number))
		return 0;
	if (number == 200 && facts)
		return uc_words_fault(words, "there is no device for 200");
	*step = (struct step){ kind, number };
	return 1;
}

static void emit(FILE *out, const void *steps, const struct uc_observed *seen, unsigned int count,
		 const void *facts)
{
	const struct step *step = steps;

	(void)facts;
	for (unsigned int i = 0; i < count; i++)
		fprintf(out, "\tdo_%s(%u, %d);\n", kinds[step[i].kind], step[i].number,
			(int)seen[i].data[0]);
}

static const char *const support[] = {
	"// licence\nstatic int failed;\n", "// licence\nbegin, end, do_...\n", NULL,
};

static const struct uc_row rows[] = { { .id = "demo.explore.sequences" } };
static const struct uc_topic topic = UC_TOPIC("explore", rows, NULL);

const struct uc_explorer demo_explorer = {
	.topic = &topic, .kinds = kinds, .kind_count = UC_ARRAY_SIZE(kinds),
	.step_size = sizeof(struct step), .state_size = sizeof(struct world),
	.invent = invent, .begin = begin, .end = end, .apply = apply, .simplify = simplify,
	.decode = decode, .explain = explain, .parse = parse, .support = support, .emit = emit,
};
