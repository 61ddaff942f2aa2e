// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of kernels that fail a site (fail_nth.c), or look for races (at_once.c), with a kernel of our own. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "at_once.h"
#include "fail_nth.h"
#include "shared.h"
#include "tests.h"
#include "watch.h"

static int number = -1, onwards = -1, kernel_log[2], anything = -1;

/* These three stand for the C library's in all of this program: the files of fault injection are ours. */
int open(const char *path, int flags, ...)
{
	va_list arguments;
	int mode;

	if (!strcmp(path, "/proc/thread-self/fail-nth") && number >= 0)
		return dup(number);
	if (!strcmp(path, "/proc/thread-self/make-it-fail") && onwards >= 0)
		return dup(onwards);
	if (!strcmp(path, "/dev/kmsg") && number >= 0)
		return dup(kernel_log[0]);
	if (!strncmp(path, "/sys/kernel/debug/", strlen("/sys/kernel/debug/")) && anything >= 0)
		return dup(anything);
	va_start(arguments, flags);
	mode = va_arg(arguments, int);
	va_end(arguments);
	return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	return number >= 0 ? 0 : syscall(SYS_mount, source, target, type, flags, data);
}

/* The sanitizers have more memory mapped than there is. */
int mlockall(int flags)
{
	(void)flags;
	return 0;
}

static void kernel_says(const char *text)
{
	char record[128];
	int length = snprintf(record, sizeof(record), "6,1,1,-;%s\n", text);

	ck_assert_int_eq(write(kernel_log[1], record, length), length);
}

/* A call that comes to @sites sites, and at each one of them can fail. */
static struct call {
	int sites;
	int other_errno;	/* where the second fails */
	int left_open;		/* a file, where the second fails */
} call;

/* How much the log must have of each failure. */
static char told_last(void)
{
	char level;

	ck_assert_int_eq(pread(anything, &level, 1, lseek(anything, 0, SEEK_END) - 1), 1);
	return level;
}

static void tell_of_sites(int asked)
{
	/* A pipe has no end to seek to. */
	while (uc_watch_next(kernel_log[0]))
		;
	kernel_says("FAULT_INJECTION: forcing a failure.");
	kernel_says(" dump_stack_lvl+0x10/0x20");
	kernel_says(" should_fail_ex+0x10/0x20");
	kernel_says(" should_failslab+0x10/0x20");
	kernel_says(" kmalloc+0x10/0x20");
	kernel_says(asked == 2 ? " second_site+0x10/0x20 [module]" : " other_site+0x10/0x20");
	kernel_says("FAULT_INJECTION: forcing a failure.");
	kernel_says(" should_failslab+0x10/0x20");
	kernel_says(" a_site_behind_it+0x10/0x20");
}

static int make_call(void)
{
	char text[16] = "", all[2] = "";
	int asked;

	ck_assert_int_ge(pread(number, text, sizeof(text) - 1, 0), 0);
	ck_assert_int_ge(pread(onwards, all, 1, 0), 0);
	asked = atoi(text);
	uc_note("%d%s", asked, *all == '1' ? "+" : "");
	if (!asked || asked > call.sites)
		return 0;
	if (told_last() == '2')
		tell_of_sites(asked);
	ck_assert_int_eq(pwrite(number, "0", 1, 0), 1);
	if (call.left_open && asked == 2)
		dup(STDERR_FILENO);
	return call.other_errno && asked == 2 ? -call.other_errno : -ENOMEM;
}

static void turn(void *unused)
{
	int result;

	(void)unused;
	uc_judging("a call that is not the one");
	make_call();
	uc_judged();
	uc_fail_next();
	uc_judging("DEMO_CALL");
	result = make_call();
	uc_judged();
	ck_assert_int_eq(uc_fail_succeeded(result, ENXIO, "DEMO_CALL"), !result);
}

/* In a child, because a verdict may end it; what it said is in uc_shared. */
static void fail_each(struct call of)
{
	pid_t child;
	int status;

	call = of;
	ck_assert(uc_shared_init());
	number = memfd_create("number", 0);
	onwards = memfd_create("onwards", 0);
	anything = memfd_create("anything", 0);
	ck_assert_int_eq(pipe2(kernel_log, O_DIRECT | O_NONBLOCK), 0);
	child = fork();
	if (!child) {
		uc_fail_each(turn, NULL);
		_exit(0);
	}
	waitpid(child, &status, 0);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(told_last(), '0');
}

START_TEST(each_site_fails_once_and_then_with_all_behind_it)
{
	fail_each((struct call){ .sites = 3 });
	ck_assert_int_eq(uc_shared->verdict, UC_PASS);
	ck_assert_str_eq(uc_shared->notes.text, "0\n1\n0\n2\n0\n3\n0\n4\n0\n1+\n0\n2+\n0\n3+\n0\n4+\n"
			 "sites failed: 6; ENOMEM: 6, EFAULT: 0, succeeded all the same: 0\n");
	fail_each((struct call){ .sites = 2, .other_errno = ENXIO });
	ck_assert_int_eq(uc_shared->verdict, UC_PASS);
}
END_TEST

START_TEST(another_errno_fails_with_the_place_of_its_site)
{
	fail_each((struct call){ .sites = 3, .other_errno = EIO });
	ck_assert_int_eq(uc_shared->verdict, UC_FAIL);
	/* What was said and counted is told once. */
	ck_assert_str_eq(uc_shared->notes.text, "0\n1\n0\n2\n0\n3\n0\n4\n0\n1+\n0\n2+\n0\n3+\n0\n4+\n"
			 "sites failed: 6; ENOMEM: 4, EFAULT: 0, succeeded all the same: 0\n");
	ck_assert_str_eq(uc_shared->details.text,
			 "call:     DEMO_CALL, whose allocation or user copy number 2 fails\n"
			 "expected: success, ENOMEM or EFAULT\n"
			 "got:      EIO\n"
			 "its place: kmalloc <- second_site\n"
			 "call:     DEMO_CALL, whose allocation or user copy number 2 fails, and every allocation "
			 "behind it\n"
			 "expected: success, ENOMEM or EFAULT\n"
			 "got:      EIO\n"
			 "its place: kmalloc <- second_site\n");
}
END_TEST

START_TEST(a_file_that_stays_open_fails)
{
	fail_each((struct call){ .sites = 3, .left_open = true });
	ck_assert_int_eq(uc_shared->verdict, UC_FAIL);
	ck_assert_ptr_nonnull(strstr(uc_shared->details.text, "copy number 2 fails\ngot:      number "));
	ck_assert_ptr_nonnull(strstr(uc_shared->details.text, " does\nits place: kmalloc <- second_site\n"));
	ck_assert_ptr_nonnull(strstr(uc_shared->notes.text, "sites failed: 4; ENOMEM: 4, "));
}
END_TEST

START_TEST(a_call_without_a_site_is_not_judged)
{
	fail_each((struct call){ .sites = 0 });
	ck_assert_int_eq(uc_shared->verdict, UC_SKIP);
	ck_assert_str_eq(uc_shared->skip_reason, UC_NOT_APPLICABLE "this call has no allocation and no user copy");
}
END_TEST

/* By thread and call; written by both threads. */
static unsigned int made[2][4];

static void count_call(unsigned int thread, unsigned int turn_number, unsigned int which, void *argument)
{
	(void)turn_number;
	ck_assert_ptr_eq(argument, made);
	ck_assert_uint_lt(thread, 2);
	ck_assert_uint_lt(which, 4);
	made[thread][which]++;
	usleep(1000);
}

START_TEST(both_threads_make_every_call)
{
	ck_assert(uc_shared_init());
	uc_at_once_seconds = 1;
	uc_at_once(count_call, 4, made);
	for (int i = 0; i < 8; i++)
		ck_assert_msg(made[i / 4][i % 4] > 10, "thread %d made call %d %u times", i / 4, i % 4,
			      made[i / 4][i % 4]);
	ck_assert_int_eq(uc_shared->verdict, UC_PASS);
	ck_assert_uint_eq(uc_shared->judged, 1);
	ck_assert(!uc_shared->judging);
}
END_TEST

void add_faults_tests(Suite *suite)
{
	TCase *tests = tcase_create("faults");

	tcase_add_test(tests, each_site_fails_once_and_then_with_all_behind_it);
	tcase_add_test(tests, another_errno_fails_with_the_place_of_its_site);
	tcase_add_test(tests, a_file_that_stays_open_fails);
	tcase_add_test(tests, a_call_without_a_site_is_not_judged);
	tcase_add_test(tests, both_threads_make_every_call);
	suite_add_tcase(suite, tests);
}
