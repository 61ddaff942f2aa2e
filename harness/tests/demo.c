// SPDX-License-Identifier: GPL-2.0-only
/* A suite whose rows do all that rows can do, for the harness's own tests. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffer.h"
#include "demo.h"
#include "options.h"
#include "row.h"
#include "verdict.h"

int demo_taint_fd = -1;
int demo_log_fd = -1;
enum demo_mood demo_mood;

enum demo_req { NONE, SAYS_SO, DIES, NEVER, UNTESTED, ELSEWHERE, DEMO_REQ_COUNT };

static const struct uc_requirement requirements[] = {
	[SAYS_SO] = { "SAYS_SO", "it says so", "demo 1", false },
	[DIES] = { "DIES", "it survives", "demo 2", false },
	[NEVER] = { "NEVER", "it applies", "demo 3", false },
	[UNTESTED] = { "UNTESTED", "nobody looks", "demo 4", true },
	[ELSEWHERE] = { "ELSEWHERE", "others promise it", "demo 5", false },
};

struct demo_facts {
	int answer;
};

static bool never_met(const void *facts)
{
	(void)facts;
	return false;
}

static bool answered(const void *facts)
{
	return ((const struct demo_facts *)facts)->answer == 42;
}

static const struct uc_need need_never = { "never", "it never applies", never_met };
static const struct uc_need need_other_kernel = { "other-kernel", UC_NOT_APPLICABLE "only in another", never_met };
static const struct uc_need need_answer = { "answer", "no answer came", answered };

static void works(const void *facts)
{
	(void)facts;
}

static void does_not_work(const void *facts)
{
	(void)facts;
	uc_expect(-1, EINVAL, 0, "DEMO_CALL as it should be");
}

static const struct uc_control control_works = { "works", works };
static const struct uc_control control_broken = { "broken", does_not_work };

struct demo_row {
	struct uc_row row;
	void (*act)(const struct demo_facts *facts);
};

static void silent(const struct demo_facts *facts)
{
	(void)facts;
}

static void fails(const struct demo_facts *facts)
{
	(void)facts;
	uc_expect(-1, EIO, -EINVAL, "DEMO_CALL scope=%d", 4);
	uc_fail("and it goes on");
}

static void errs(const struct demo_facts *facts)
{
	(void)facts;
	uc_error("no widget");
}

static void fails_then_errs(const struct demo_facts *facts)
{
	(void)facts;
	uc_fail("wrong");
	uc_error("and broken");
}

static void skips(const struct demo_facts *facts)
{
	(void)facts;
	uc_skip("found out late");
}

static void notes(const struct demo_facts *facts)
{
	uc_note("the answer is %d\nand \033[1mthat is that", facts->answer);
}

static void writes_facts(const struct demo_facts *facts)
{
	*(volatile int *)&facts->answer = 1;
}

static void talks_too_much(const struct demo_facts *facts)
{
	(void)facts;
	for (int i = 0; i < UC_LOG_SIZE; i++)
		uc_fail("0123456789");
}

static void crashes(const struct demo_facts *facts)
{
	(void)facts;
	/* By kill: a sanitizer would turn a real wild access into an exit. */
	kill(getpid(), SIGSEGV);
	pause();
}

static void hangs(const struct demo_facts *facts)
{
	(void)facts;
	for (;;)
		pause();
}

static const char *call_name(const void *step)
{
	static char text[64];

	snprintf(text, sizeof(text), "DEMO_CALL of %d that oopses", *(const int *)step);
	return text;
}

static void is_killed_in_call(const struct demo_facts *facts)
{
	(void)facts;
	/* What was named before must not show. */
	uc_judging("another DEMO_CALL");
	uc_judging_step(call_name, &(const int){ 40 }, sizeof(int));
	kill(getpid(), SIGKILL);
	pause();
}

static void hangs_in_call(const struct demo_facts *facts)
{
	uc_judging_step(call_name, &(const int){ 41 }, sizeof(int));
	uc_judging("DEMO_CALL that never returns");
	hangs(facts);
}

static void survives_call(const struct demo_facts *facts)
{
	uc_judging("DEMO_CALL");
	uc_judged();
	crashes(facts);
}

static void exits(const struct demo_facts *facts)
{
	(void)facts;
	_exit(0);
}

static void overruns(const struct demo_facts *facts)
{
	char *buffer = uc_guarded(16);

	(void)facts;
	buffer[15] = 1;
	if (uc_poison_broken(buffer, 0, 16) != 15)
		uc_error("poison is not as it was left");
	if (write(demo_taint_fd < 0 ? STDERR_FILENO : demo_taint_fd, buffer + 16, 1) != -1 ||
	    errno != EFAULT)
		uc_error("no page guards the end");
	uc_fail("byte 15 changed");
}

static const struct demo_row verdict_rows[] = {
	{ { "demo.verdict.pass", REQ(SAYS_SO), NEEDS(&need_answer), &control_works, 0, 0 }, silent },
	{ { "demo.verdict.fail", REQ(SAYS_SO, DIES) }, fails },
	{ { "demo.verdict.error", REQ(SAYS_SO) }, errs },
	{ { "demo.verdict.fail_then_error", REQ(SAYS_SO) }, fails_then_errs },
	{ { "demo.verdict.skip", REQ(NEVER), NEEDS(&need_answer, &need_never) }, fails },
	{ { "demo.verdict.skip_late", REQ(NEVER) }, skips },
	{ { "demo.verdict.control_broken", REQ(SAYS_SO), .control = &control_broken }, silent },
	{ { "demo.verdict.control_broken_again", REQ(SAYS_SO), .control = &control_broken }, silent },
	{ { "demo.verdict.note", REQ(SAYS_SO) }, notes },
	{ { "demo.verdict.much", REQ(SAYS_SO) }, talks_too_much },
	{ { "demo.verdict.guarded", REQ(SAYS_SO) }, overruns },
};

static const struct demo_row end_rows[] = {
	{ { "demo.end.crashes", REQ(DIES) }, crashes },
	{ { "demo.end.hangs", REQ(DIES), .timeout = 1 }, hangs },
	{ { "demo.end.killed_in_call", REQ(DIES) }, is_killed_in_call },
	{ { "demo.end.hangs_in_call", REQ(DIES), .timeout = 1 }, hangs_in_call },
	{ { "demo.end.crashes_after_call", REQ(DIES) }, survives_call },
	{ { "demo.end.exits", REQ(DIES) }, exits },
	{ { "demo.end.writes_facts", REQ(DIES) }, writes_facts },
};

static const struct demo_row kernel_rows[] = {
	{ { "demo.kernel.taints", REQ(DIES) }, demo_taints },
	{ { "demo.kernel.warns", REQ(DIES) }, demo_warns },
	{ { "demo.kernel.somebody_else_warns", REQ(DIES) }, demo_somebody_else_warns },
	{ { "demo.kernel.chats", REQ(DIES) }, demo_kernel_chats },
	{ { "demo.kernel.stalls", REQ(DIES) }, demo_stalls },
	{ { "demo.kernel.lock_up", REQ(DIES) }, demo_locks_up },
	{ { "demo.kernel.two_needs", REQ(DIES), NEEDS(&need_never, &need_other_kernel) }, silent },
	{ { "demo.kernel.elsewhere", REQ(ELSEWHERE), NEEDS(&need_other_kernel) }, fails },
};

static void run(const struct uc_row *row, const void *facts)
{
	uc_counted(1);
	((const struct demo_row *)row)->act(facts);
}

static const struct uc_topic verdict_topic = UC_TOPIC("verdict", verdict_rows, run);
static const struct uc_topic end_topic = UC_TOPIC("end", end_rows, run);
static const struct uc_topic kernel_topic = UC_TOPIC("kernel", kernel_rows, run);

static const struct uc_topic *const topics[] = { &verdict_topic, &end_topic, &kernel_topic,
					       &demo_odd_topic, &demo_good_topic,
					       &demo_order_topic, &demo_same_topic,
					       &demo_left_topic, &demo_share_topic, &demo_spoiled_topic,
					       &demo_useless_topic, &demo_noisy_topic,
					       &demo_judge_topic, &demo_process_topic, NULL };

static pid_t helper;

static void prepare(void *memory)
{
	struct demo_facts *facts = memory;

	facts->answer = 42;
	if (demo_mood == DEMO_LOADS_MODULE_AT_FIRST && pwrite(demo_taint_fd, "12288\n", 6, 0) != 6)
		uc_error("the test's taint cannot be written");
	if (demo_mood == DEMO_WARNS_AT_FIRST)
		demo_kernel_says("4,121,5,-;WARNING: CPU: 0 at prepare\n");
	uc_note("the facts are in");
}

static bool attach(void *facts, const char **why)
{
	(void)facts;
	*why = "no helper";
	if (demo_mood == DEMO_WARNS_IN_ATTACH)
		demo_kernel_says("4,122,5,-;WARNING: CPU: 0 at attach\n");
	if (demo_mood != DEMO_HAS_HELPER)
		return true;
	helper = fork();
	while (!helper)
		pause();
	return helper > 0;
}

static void detach(void *memory)
{
	struct demo_facts *facts = memory;

	if (helper)
		printf("# demo: the helper is %s\n", kill(helper, SIGKILL) ? "gone" : "there");

	/* Writable again, or this would end the test. */
	facts->answer = 0;
	if (demo_mood == DEMO_WARNS_AT_LAST)
		demo_kernel_says("4,120,5,-;WARNING: CPU: 0 at release\n");
	if (demo_mood == DEMO_IS_SIGNALLED_AT_LAST)
		raise(SIGTERM);
	/* Whoever reads the output may be gone, and still wants this done. */
	fputs("# demo: put back\n", fflush(stdout) || ferror(stdout) ? stderr : stdout);
}

static const struct uc_suite_option options[] = {
	{ "wheel", "N", "A wheel of the demonstration" },
	{ "turn", "N", "How often it turns" },
};

static const char *option_fault(void)
{
	return uc_option("turn") && !uc_option("wheel") ? "--turn wants a --wheel" : NULL;
}

static struct uc_suite suite = {
	.options = options, .option_count = UC_ARRAY_SIZE(options), .option_fault = option_fault,
	.exit_codes = "75 the wheels are in use",
	.name = "demo", .title = "all that rows can do", .tidy = demo_tidy,
	.requirements = requirements, .requirement_count = DEMO_REQ_COUNT,
	.kernel_requirement = DIES, .topics = topics, .facts_size = sizeof(struct demo_facts),
	.prepare = prepare, .attach = attach, .detach = detach, .explorer = &demo_explorer,
	.recorded = demo_recorded, .record_list = 7,
};

/* A suite that cannot even be set up. */
static const struct demo_row broken_rows[] = {
	{ { "broken.rows.one", REQ(SAYS_SO) }, silent },
};

static const struct uc_topic broken_topic = UC_TOPIC("rows", broken_rows, run);
static const struct uc_topic *const broken_topics[] = { &broken_topic, NULL };

static void broken_prepare(void *facts)
{
	(void)facts;
	if (demo_mood == DEMO_HANGS_AT_FIRST)
		pause();
	if (demo_mood == DEMO_REFUSES_AT_FIRST)
		uc_refuse(75, "the wheels are in use: stop the car");
	if (demo_mood == DEMO_DIES_AT_FIRST) {
		uc_judging("DEMO_CALL at first");
		kill(getpid(), SIGKILL);
	}
	if (demo_mood == DEMO_SKIPS_AT_FIRST)
		uc_skip("no wheels");
	uc_error("no kernel under the wheels");
}

static void broken_detach(void *facts)
{
	(void)facts;
	puts("# broken: put back");
}

static const struct uc_document documents[] = {
	{ "demo", "The book of demos", "https://example.org/demos" },
	{ NULL, NULL, NULL }
};

static struct uc_suite broken_suite = {
	.name = "broken", .title = "nothing works",
	.requirements = requirements, .requirement_count = DEMO_REQ_COUNT,
	.documents = documents, .topics = broken_topics, .prepare = broken_prepare, .detach = broken_detach,
};

__attribute__((constructor)) static void register_suites(void)
{
	uc_register_suite(&suite);
	uc_register_suite(&broken_suite);
}
