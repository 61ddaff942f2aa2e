// SPDX-License-Identifier: GPL-2.0-only
/* Rows' acts on a made-up kernel log and taint: what a kernel says while a row runs. */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "demo.h"
#include "verdict.h"

void demo_kernel_says(const char *record)
{
	if (write(demo_log_fd, record, __builtin_strlen(record)) < 0)
		uc_error("the test's log cannot be written");
}

void demo_taints(const struct demo_facts *facts)
{
	(void)facts;
	if (pwrite(demo_taint_fd, "512\n", 4, 0) != 4)
		uc_error("the test's taint cannot be written");
}

void demo_warns(const struct demo_facts *facts)
{
	char record[128], name[16] = "";

	(void)facts;
	demo_kernel_says("4,100,5,-;------------[ cut here ]------------\n SUBSYSTEM=demo\n");
	prctl(PR_GET_NAME, name);
	snprintf(record, sizeof(record), "4,101,5,-;CPU: 0 PID: %d Comm: %s \n", getpid(), name);
	demo_kernel_says(record);
}

void demo_somebody_else_warns(const struct demo_facts *facts)
{
	char record[128];

	(void)facts;
	demo_kernel_says("4,102,5,-;WARNING: elsewhere\n");
	/* As a container counts: the number is ours, and the process is not. */
	snprintf(record, sizeof(record), "4,103,5,-;CPU: 0 PID: %d Comm: other \n", getpid());
	demo_kernel_says(record);
}

void demo_stalls(const struct demo_facts *facts)
{
	(void)facts;
	demo_kernel_says("3,105,5,-;rcu: INFO: rcu_sched self-detected stall on CPU\n");
	demo_kernel_says("0,106,5,-;watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [demo:1]\n");
}

/* Nothing but the taint that a host which gives no time makes, too. */
void demo_locks_up(const struct demo_facts *facts)
{
	(void)facts;
	if (pwrite(demo_taint_fd, "16384\n", 6, 0) != 6)
		uc_error("the test's taint cannot be written");
}

void demo_kernel_chats(const struct demo_facts *facts)
{
	(void)facts;
	demo_kernel_says("6,104,5,-;demo: nothing is wrong\n");
}
