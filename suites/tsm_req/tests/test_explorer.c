// SPDX-License-Identifier: GPL-2.0-only
/* The explorer without a kernel: its steps, its model, and the programs that it writes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../explore.h"
#include "../player.h"
#include "../text.h"
#include "tests.h"

static void invent_all(struct tsm_step *steps, unsigned int count, uint64_t seed)
{
	struct uc_random random;

	uc_random_begin(&random, seed, 0);
	memset(steps, 0, count * sizeof(*steps));
	for (unsigned int i = 0; i < count; i++)
		tsm_explore_invent(&steps[i], steps, i, &random, NULL);
}

/* A model, and the steps as if all came out right. */
static struct tsm_model model;

static void begin(void)
{
	tsm_model_begin(&model, tsm_first_ids);
}

static struct tsm_expected play(struct tsm_step step, uint32_t id)
{
	struct tsm_expected right;

	ck_assert(tsm_model_can(&model, &step));
	tsm_model_expect(&model, &step, &right);
	tsm_model_follow(&model, &step, &right, id, 0);
	return right;
}

#define STEP(...) ((struct tsm_step){ __VA_ARGS__ })

static struct tsm_step request(unsigned int slot)
{
	struct tsm_step step = tsm_good(DO_REQ);

	step.object = slot;
	return step;
}

static struct tsm_step operation(unsigned int slot, uint32_t type)
{
	struct tsm_step step = tsm_good(DO_OP);

	step.object = slot;
	step.value[V5_TYPE] = type;
	return step;
}

START_TEST(steps_repeat_and_are_sound)
{
	struct tsm_step steps[120], again[120];
	unsigned int steps_of[TSM_STEP_OPS] = { 0 }, forwarded = 0;

	for (uint64_t seed = 0; seed < 40; seed++) {
		invent_all(steps, UC_ARRAY_SIZE(steps), seed);
		invent_all(again, UC_ARRAY_SIZE(again), seed);
		ck_assert_mem_eq(steps, again, sizeof(steps));
		begin();
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
			ck_assert_uint_lt(steps[i].op, TSM_STEP_OPS);
			ck_assert_uint_lt(steps[i].object, TSM_OBJECTS);
			ck_assert(tsm_step_sound(&steps[i]));
			if (!tsm_model_can(&model, &steps[i]))
				continue;
			steps_of[steps[i].op]++;
			forwarded += play(steps[i], 100 + i).forwarded;
		}
	}
	for (unsigned int op = 0; op < TSM_STEP_OPS; op++)
		ck_assert_msg(steps_of[op] > 4, "too few steps of kind %u", op);
	/* Neither nearly all requests nor nearly none reach the TSM. */
	ck_assert(forwarded > steps_of[DO_REQ] / 4 && forwarded < steps_of[DO_REQ] * 3 / 4);
}
END_TEST

START_TEST(simpler_steps_come_to_an_end)
{
	struct tsm_step steps[250], good;

	invent_all(steps, UC_ARRAY_SIZE(steps), 7);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
		struct tsm_step step = steps[i], simpler = step;
		unsigned int attempt = 0, taken = 0;

		while (tsm_explore_simplify(&step, attempt++, &simpler)) {
			if (memcmp(&step, &simpler, sizeof(step))) {
				step = simpler;
				attempt = 0;
				ck_assert_uint_lt(++taken, 64);
			}
			ck_assert(tsm_step_sound(&step));
			simpler = step;
		}
		ck_assert_uint_eq(step.op, steps[i].op);
		good = tsm_good(DO_REQ);
		if (step.op == DO_REQ)
			ck_assert_mem_eq(&step, &good, sizeof(step));
	}
}
END_TEST

START_TEST(numbers_are_followed)
{
	begin();
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENXIO);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).binds, 1);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).binds, 0);
	ck_assert(play(request(VDEVICE), 0).forwarded);
	ck_assert_int_eq(play(request(IOAS), 0).errors[0], ENOENT);
	/* Destroyed, and its number taken by something else; then by a vdevice again. */
	ck_assert_int_eq(play(STEP(.op = DO_DESTROY, .object = VDEVICE), 0).unbinds, 1);
	play(STEP(.op = DO_IOAS_ALLOC, .object = SPARE), 5);
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENOENT);
	play(STEP(.op = DO_VDEVICE_ALLOC, .consume = 7), 6);
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENXIO);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).tdi_id, 7);
	ck_assert(play(request(VDEVICE), 0).forwarded);
	/* What leaves with its device. */
	ck_assert_int_eq(play(STEP(.op = DO_CLOSE), 0).vdevices, -1);
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENOENT);
	play(STEP(.op = DO_OPEN), 7);
	play(STEP(.op = DO_VDEVICE_ALLOC), 8);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).binds, 1);
}
END_TEST

/* A device is opened without a VM, then with one; what counts is when the vIOMMU is made. */
START_TEST(the_vm_is_the_viommus)
{
	begin();
	play(STEP(.op = DO_CLOSE), 0);
	play(STEP(.op = DO_OPEN), 5);
	play(STEP(.op = DO_VDEVICE_ALLOC), 6);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).binds, 1);
	play(STEP(.op = DO_DESTROY, .object = VDEVICE), 0);
	play(STEP(.op = DO_DESTROY, .object = VIOMMU), 0);
	play(STEP(.op = DO_VIOMMU_ALLOC), 7);
	play(STEP(.op = DO_VDEVICE_ALLOC), 8);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).errors[0], ENODEV);
	play(STEP(.op = DO_CLOSE), 0);
	play(STEP(.op = DO_OPEN, .which = 1), 9);
	play(STEP(.op = DO_VDEVICE_ALLOC), 10);
	ck_assert_int_eq(play(operation(VDEVICE, 2), 0).errors[0], ENODEV);
	/* Of the other device's vIOMMU, too. */
	play(STEP(.op = DO_DESTROY, .object = VDEVICE), 0);
	play(STEP(.op = DO_DESTROY, .object = VIOMMU), 0);
	play(STEP(.op = DO_OPEN, .device = PLAIN), 11);
	play(STEP(.op = DO_VIOMMU_ALLOC, .device = PLAIN), 12);
	play(STEP(.op = DO_VDEVICE_ALLOC), 13);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).errors[0], ENODEV);
}
END_TEST

START_TEST(states_are_followed)
{
	struct tsm_step refused = operation(VDEVICE, 1), other = request(VDEVICE);

	begin();
	refused.result = -EIO;
	ck_assert_int_eq(play(refused, 0).errors[0], EIO);
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENXIO);
	play(operation(VDEVICE, 1), 0);
	play(STEP(.op = DO_OVERRIDE, .which = TSM_OVERRIDE_OTHER_VM), 0);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).errors[0], EBUSY);
	ck_assert(play(request(VDEVICE), 0).forwarded);
	play(STEP(.op = DO_OVERRIDE, .which = TSM_OVERRIDE_NOT_LINK), 0);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).errors[0], ENXIO);
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENXIO);
	ck_assert_int_eq(play(STEP(.op = DO_DISCONNECT), 0).unbinds, 1);
	ck_assert_int_eq(play(operation(VDEVICE, 1), 0).errors[0], EINVAL);
	ck_assert_int_eq(play(operation(VDEVICE, 2), 0).high, 0);
	play(STEP(.op = DO_CONNECT), 0);
	ck_assert_int_eq(play(request(VDEVICE), 0).errors[0], ENXIO);
	play(STEP(.op = DO_OPEN, .device = PLAIN, .which = 1), 6);
	play(STEP(.op = DO_VDEVICE_ALLOC, .device = PLAIN), 7);
	ck_assert_int_eq(play(request(PLAIN_VDEVICE), 0).errors[0], EINVAL);
	other.file = OTHER_FILE;
	ck_assert_int_eq(play(other, 0).errors[0], ENOENT);
}
END_TEST

START_TEST(failures_name_their_clause)
{
	struct tsm_step step = request(VDEVICE);
	struct tsm_expected expected;

	begin();
	tsm_model_expect(&model, &step, &expected);
	ck_assert_int_eq(tsm_requirement_of(&step, &expected, RESULT), STATE_NOT_BOUND);
	ck_assert_int_eq(tsm_requirement_of(&step, &expected, STRUCT_KEPT), ABI_ONE_WAY);
	ck_assert_int_eq(tsm_requirement_of(&step, &expected, TIMES_ASKED), STATE_NOT_BOUND);
	ck_assert_int_eq(tsm_requirement_of(&step, &expected, CLOSE_TIME), CLOSE_RELEASES);
	play(STEP(.op = DO_CLOSE), 0);
	tsm_model_expect(&model, &step, &expected);
	ck_assert_int_eq(expected.requirement, ID_GOING_AWAY);
}
END_TEST

/* As if each step had come out right. */
static void come_out_right(const struct tsm_step *steps, struct uc_observed *seen, unsigned int count)
{
	begin();
	memset(seen, 0, count * sizeof(*seen));
	for (unsigned int i = 0; i < count; i++) {
		struct tsm_came came = { .observed.aspect = NO_ASPECT };

		seen[i].skipped = !tsm_model_can(&model, &steps[i]);
		if (seen[i].skipped)
			continue;
		tsm_model_expect(&model, &steps[i], &came.expected);
		tsm_model_follow(&model, &steps[i], &came.expected, 100 + i, 0);
		memcpy(seen[i].data, &came, sizeof(came));
	}
}

/* What a compiler says to a program of these steps, as the engine puts it together. */
static int compile(const struct tsm_step *steps, const struct uc_observed *seen, unsigned int count)
{
	FILE *compiler = popen("gcc -xc -Wall -Wextra -Werror -fsyntax-only -", "w");

	ck_assert_ptr_nonnull(compiler);
	for (const char *const *text = tsm_reproducer; *text; text++)
		fputs(*text, compiler);
	fputs("int main(void)\n{\n\tbegin();\n", compiler);
	tsm_explore_emit(compiler, steps, seen, count, NULL);
	fputs("\tend();\n\treturn failed;\n}\n", compiler);
	return pclose(compiler);
}

START_TEST(programs_compile)
{
	static const struct tsm_rules *const revisions[] = {
		&tsm_v5, &tsm_nvidia_40, &tsm_op_48, &tsm_op_48_rebased,
	};
	static const struct tsm_step race[] = { { .op = DO_RACE, .which = RACE_SIGNAL } };
	struct tsm_step steps[40];
	struct uc_observed seen[40];

	tsm_rules_now = revisions[_i];
	invent_all(steps, UC_ARRAY_SIZE(steps), 3);
	come_out_right(steps, seen, UC_ARRAY_SIZE(steps));
	ck_assert_int_eq(compile(steps, seen, 1), 0);
	ck_assert_int_eq(compile(steps, seen, UC_ARRAY_SIZE(steps)), 0);
	seen[0].skipped = false;
	ck_assert_int_eq(compile(race, seen, 1), 0);
	tsm_rules_now = &tsm_v5;
}
END_TEST

void add_explorer_tests(Suite *suite)
{
	TCase *tests = tcase_create("explorer");

	tcase_add_test(tests, steps_repeat_and_are_sound);
	tcase_add_test(tests, simpler_steps_come_to_an_end);
	tcase_add_test(tests, numbers_are_followed);
	tcase_add_test(tests, the_vm_is_the_viommus);
	tcase_add_test(tests, states_are_followed);
	tcase_add_test(tests, failures_name_their_clause);
	tcase_add_loop_test(tests, programs_compile, 0, 4);
	suite_add_tcase(suite, tests);
}
