// SPDX-License-Identifier: GPL-2.0-only
/*
 * Controls that run in a batch, behind a row that soils the process: those that mind it
 * ("spoiled"), those that never work ("useless"), those that make the kernel complain ("noisy").
 *
 * Each stands in a group of four rows: NAME_0 soils; NAME and NAME_2 rest on the control, and are
 * right and wrong; NAME_3 rests on another one, which works.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "demo.h"
#include "row.h"
#include "verdict.h"

/* Of the process that the rows share. */
static bool dirty;

/* Of all processes: a kernel that complains does so once, and then what was wrong goes unseen. */
static bool *complained;

static void soils(void)
{
	dirty = true;
	*complained = false;
}

static void wants_clean(void)
{
	if (dirty)
		uc_fail("it is dirty");
}

static void is_wrong(void)
{
	uc_fail("it is wrong");
}

static void skips(void)
{
	uc_skip("found out late");
}

/* Each trial must show in the output, however it ends. */
static bool tried_where_dirty(void)
{
	puts("# the control runs");
	fflush(stdout);
	return dirty;
}

static void die(void)
{
	kill(getpid(), SIGSEGV);
	pause();
}

static void spoiled_fails(const void *facts)
{
	(void)facts;
	if (tried_where_dirty())
		uc_fail("it is dirty");
}

static void spoiled_errs(const void *facts)
{
	(void)facts;
	if (tried_where_dirty())
		uc_error("no clean widget");
}

static void spoiled_skips(const void *facts)
{
	(void)facts;
	if (tried_where_dirty())
		uc_skip("it is not clean");
}

static void spoiled_dies(const void *facts)
{
	(void)facts;
	if (tried_where_dirty())
		die();
}

static void spoiled_hangs(const void *facts)
{
	(void)facts;
	if (tried_where_dirty())
		pause();
}

static void spoiled_exits(const void *facts)
{
	(void)facts;
	if (tried_where_dirty())
		_exit(0);
}

/* Nobody minds what a control leaves in a process of its own. */
static void spoiled_leaves(const void *facts)
{
	(void)facts;
	tried_where_dirty();
	if (!fork()) {
		pause();
		_exit(0);
	}
}

static void useless_fails(const void *facts)
{
	(void)facts;
	uc_fail(tried_where_dirty() ? "it is dirty" : "there is no widget");
}

static void useless_skips(const void *facts)
{
	(void)facts;
	uc_skip(tried_where_dirty() ? "it is not clean" : "no widget to try it on");
}

static void useless_dies(const void *facts)
{
	(void)facts;
	tried_where_dirty();
	die();
}

static void useless_hangs(const void *facts)
{
	(void)facts;
	tried_where_dirty();
	for (;;)
		pause();
}

static void useless_exits(const void *facts)
{
	(void)facts;
	tried_where_dirty();
	_exit(0);
}

/*
 * What hangs in the kernel does not go when it is killed. Neither does, for whoever waits for it,
 * what somebody else traces: who was there before the run, and stays for longer than the test waits.
 */
static struct {
	volatile pid_t victim;
	volatile int traced;	/* 1, or -1 if it could not be */
} *tracing;

void demo_start_tracer(void)
{
	tracing->victim = tracing->traced = 0;
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!tracing->victim)
		usleep(1000);
	tracing->traced = ptrace(PTRACE_SEIZE, tracing->victim, NULL, NULL) ? -1 : 1;
	for (;;)
		pause();
}

static void useless_stays(const void *facts)
{
	pid_t victim;

	(void)facts;
	tried_where_dirty();
	victim = fork();
	if (!victim) {
		/* Some kernels ask the one who is traced. */
		prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		tracing->victim = getpid();
		for (;;)
			pause();
	}
	while (!tracing->traced)
		usleep(1000);
	if (tracing->traced < 0)
		uc_error("it cannot be traced");
}

static bool first_time(void)
{
	const bool first = !*complained;

	tried_where_dirty();
	*complained = true;
	return first;
}

static void taint(const char *value)
{
	if (pwrite(demo_taint_fd, value, 4, 0) != 4)
		uc_error("the test's taint cannot be written");
}

static void noisy_warns(const void *facts)
{
	(void)facts;
	if (first_time())
		demo_kernel_says("4,140,5,-;WARNING: CPU: 0 at control\n");
}

static void noisy_taints(const void *facts)
{
	(void)facts;
	if (first_time())
		taint("512\n");
}

static void noisy_dies(const void *facts)
{
	(void)facts;
	if (!first_time())
		return;
	demo_kernel_says("4,141,5,-;WARNING: CPU: 0 at control\n");
	die();
}

static void noisy_oopses(const void *facts)
{
	(void)facts;
	if (!first_time())
		return;
	demo_kernel_says("1,142,5,-;Internal error: Oops: 0000000096000046 [#1] SMP\n");
	taint("128\n");
}

/* It says itself what is wrong: that the kernel warns as well makes it no success. */
static void noisy_fails(const void *facts)
{
	(void)facts;
	tried_where_dirty();
	demo_kernel_says("4,143,5,-;WARNING: CPU: 0 at control\n");
	uc_fail("there is no widget");
}

static void works(const void *facts)
{
	(void)facts;
	puts("# the other control runs");
	fflush(stdout);
}

static const struct uc_control working = { "working", works };

struct control_row {
	struct uc_row row;
	void (*act)(void);
};

#define CONTROL(kind, name) static const struct uc_control kind##_##name##_control = {	\
	#name, kind##_##name }

CONTROL(spoiled, fails);
CONTROL(spoiled, errs);
CONTROL(spoiled, skips);
CONTROL(spoiled, dies);
CONTROL(spoiled, hangs);
CONTROL(spoiled, exits);
CONTROL(spoiled, leaves);
CONTROL(useless, fails);
CONTROL(useless, skips);
CONTROL(useless, dies);
CONTROL(useless, hangs);
CONTROL(useless, exits);
CONTROL(useless, stays);
CONTROL(noisy, warns);
CONTROL(noisy, taints);
CONTROL(noisy, dies);
CONTROL(noisy, fails);
CONTROL(noisy, oopses);

#define ROW(kind, name, ...) { "demo." #kind "." name, REQ(1), ##__VA_ARGS__ }
#define GROUP(kind, name)								\
	{ ROW(kind, #name "_0"), soils },						\
	{ ROW(kind, #name, .control = &kind##_##name##_control), wants_clean },		\
	{ ROW(kind, #name "_2", .control = &kind##_##name##_control), is_wrong },	\
	{ ROW(kind, #name "_3", .control = &working), wants_clean }

static const struct control_row spoiled_rows[] = {
	GROUP(spoiled, fails), GROUP(spoiled, errs), GROUP(spoiled, skips), GROUP(spoiled, dies),
	GROUP(spoiled, hangs), GROUP(spoiled, exits), GROUP(spoiled, leaves),
};

static const struct control_row useless_rows[] = {
	GROUP(useless, fails), GROUP(useless, skips), GROUP(useless, dies), GROUP(useless, hangs),
	GROUP(useless, exits), GROUP(useless, stays),
	{ ROW(useless, "row", .control = &working), skips },
};

static const struct control_row noisy_rows[] = {
	GROUP(noisy, warns), GROUP(noisy, taints), GROUP(noisy, dies), GROUP(noisy, oopses),
	GROUP(noisy, fails),
};

static void run(const struct uc_row *row, const void *facts)
{
	(void)facts;
	uc_counted(1);
	((const struct control_row *)row)->act();
}

const struct uc_topic demo_spoiled_topic = UC_BATCH_TOPIC("spoiled", spoiled_rows, run);
const struct uc_topic demo_useless_topic = UC_BATCH_TOPIC("useless", useless_rows, run);
const struct uc_topic demo_noisy_topic = UC_BATCH_TOPIC("noisy", noisy_rows, run);

__attribute__((constructor)) static void share(void)
{
	complained = mmap(NULL, sizeof(*complained), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	tracing = mmap(NULL, sizeof(*tracing), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}
