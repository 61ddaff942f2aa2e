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
	unsigned int told;	/* what had to come, plus 1, where the step itself says it */
};

struct state {
	unsigned int count, model_count;
	bool cleared;
	unsigned char numbers[DEPTH], model[DEPTH];
};

static unsigned int states;

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

static void begin(void *state, const void *facts)
{
	(void)state;
	(void)facts;
	states++;
	if (demo_fault == DEMO_NO_WORLD)
		uc_error("no stack to be had");
}

static void end(void *state)
{
	(void)state;
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
static int call(struct state *state, const struct step *step)
{
	bool loses = demo_fault == DEMO_LOSES_BIT || demo_fault == DEMO_BOTH;
	bool keeps = demo_fault == DEMO_KEEPS_ONE || demo_fault == DEMO_BOTH;

	switch (step->kind) {
	case PUSH:
		if ((demo_fault == DEMO_WARNS || demo_fault == DEMO_WARNS_ONCE) &&
		    step->number == 77)
			warn();
		state->numbers[state->count++] = loses ? step->number & 0x7f : step->number;
		return 0;
	case POP:
		if (demo_fault == DEMO_DIES && state->count == 3)
			kill(getpid(), SIGKILL);
		if (!state->count)
			return -ENOENT;
		return state->numbers[--state->count];
	default:
		if (demo_fault == DEMO_HANGS && !state->count)
			for (;;)
				pause();
		state->count = keeps && state->count > 1;
		return 0;
	}
}

static int expected(struct state *state, const struct step *step)
{
	switch (step->kind) {
	case PUSH:
		state->model[state->model_count++] = step->number;
		return 0;
	case POP:
		return state->model_count ? state->model[--state->model_count] : -ENOENT;
	default:
		state->model_count = 0;
		return 0;
	}
}

static void apply(void *memory, const void *place, const void *facts, struct uc_observed *observed)
{
	const struct step *step = place;
	struct state *state = memory;

	(void)facts;
	observed->kind = step->kind;
	observed->skipped = demo_fault == DEMO_IDLE;
	if (observed->skipped)
		return;
	observed->answer = call(state, step);
	observed->data[0] = expected(state, step);
	if (demo_fault == DEMO_TIRES && states > 40 && step->kind == CLEAR)
		observed->answer = -EIO;
	observed->wrong = observed->answer != (int)observed->data[0];
	/* What pops where there should be nothing was not cleared. */
	observed->requirement = (int)observed->data[0] == -ENOENT ? DEMO_CLEARS : DEMO_POPS;
	/* Clearing is under suspicion, and never guilty of what pops where something should be. */
	if (state->cleared && observed->requirement == DEMO_POPS) {
		observed->requirement = DEMO_SUSPECT;
		observed->consequence = true;
	}
	if (step->kind != CLEAR)
		return;
	state->cleared = true;
	observed->note = "somebody cleared";
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
	else if (step->told)
		snprintf(text, size, "%s = %u", kinds[step->kind], step->told - 1);
	else
		snprintf(text, size, "%s", kinds[step->kind]);
}

static void explain(const void *place, const struct uc_observed *observed, char *must, char *got,
		    size_t size)
{
	(void)place;
	snprintf(must, size, "%d", (int)observed->data[0]);
	snprintf(got, size, "%d", observed->answer);
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
	*step = (struct step){ kind, number, 0 };
	if (uc_word_is(words, "=") && uc_word_number(words, "what had to come", 0, 255, &number))
		step->told = number + 1;
	return 1;
}

static void emit(FILE *out, const void *steps, const struct uc_observed *observed, unsigned int count,
		 const void *facts)
{
	const struct step *step = steps;

	(void)facts;
	for (unsigned int i = 0; i < count; i++)
		fprintf(out, "\tdo_%s(%u, %d);\n", kinds[step[i].kind], step[i].number,
			(int)observed[i].data[0]);
}

static const char *const support[] = {
	"// licence\nstatic int failed;\n", "// licence\nbegin, end, do_...\n", NULL,
};

static const struct uc_row rows[] = { { .id = "demo.explore.sequences" } };
static const struct uc_topic topic = UC_TOPIC("explore", rows, NULL);

const struct uc_explorer demo_explorer = {
	.topic = &topic, .kinds = kinds, .kind_count = UC_ARRAY_SIZE(kinds),
	.step_size = sizeof(struct step), .state_size = sizeof(struct state),
	.invent = invent, .begin = begin, .end = end, .apply = apply, .simplify = simplify,
	.decode = decode, .explain = explain, .parse = parse, .support = support, .emit = emit,
};
