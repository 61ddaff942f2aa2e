// SPDX-License-Identifier: GPL-2.0-only
/* Whether a thread waits in the kernel, as another one sees it. */
#include <unistd.h>

#include "../race.h"
#include "tests.h"

/* Reads a byte, for which it has to wait, after so many turns without a system call. */
struct reader {
	struct thread thread;
	int files[2];
	bool busy;
	char got;
};

static void read_one(struct thread *thread)
{
	struct reader *reader = (struct reader *)thread;

	while (__atomic_load_n(&reader->busy, __ATOMIC_RELAXED))
		;
	if (read(reader->files[0], &reader->got, 1) != 1)
		reader->got = '?';
}

static void start(struct reader *reader)
{
	ck_assert_int_eq(pipe(reader->files), 0);
	thread_start(&reader->thread, read_one);
}

static void let_it_read(const struct reader *reader)
{
	ck_assert_int_eq(write(reader->files[1], "x", 1), 1);
	pthread_join(reader->thread.id, NULL);
	ck_assert_int_eq(reader->got, 'x');
}

START_TEST(one_that_waits_sleeps)
{
	struct reader reader = { .busy = false };

	start(&reader);
	ck_assert(thread_sleeps(&reader.thread));
	ck_assert(!thread_ended(&reader.thread));
	let_it_read(&reader);
	ck_assert(thread_ended(&reader.thread));
}
END_TEST

START_TEST(one_that_has_ended_does_not)
{
	struct reader reader = { .busy = false };

	start(&reader);
	let_it_read(&reader);
	ck_assert(!thread_sleeps(&reader.thread));
}
END_TEST

static void end_the_work(struct thread *thread)
{
	struct reader *reader = *(struct reader **)(thread + 1);

	for (int looks = 0; looks < 200; looks++)
		thread_pause(looks);
	__atomic_store_n(&reader->busy, false, __ATOMIC_RELAXED);
}

/* One that works is waited for, until it sleeps. */
START_TEST(one_that_works_does_not)
{
	struct reader reader = { .busy = true };
	struct {
		struct thread thread;
		struct reader *reader;
	} other = { .reader = &reader };

	start(&reader);
	thread_start(&other.thread, end_the_work);
	ck_assert(thread_sleeps(&reader.thread));
	ck_assert(!__atomic_load_n(&reader.busy, __ATOMIC_RELAXED));
	let_it_read(&reader);
	pthread_join(other.thread.id, NULL);
}
END_TEST

void add_thread_tests(Suite *suite)
{
	TCase *tests = tcase_create("thread");

	tcase_add_test(tests, one_that_waits_sleeps);
	tcase_add_test(tests, one_that_has_ended_does_not);
	tcase_add_test(tests, one_that_works_does_not);
	suite_add_tcase(suite, tests);
}
