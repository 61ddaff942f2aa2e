// SPDX-License-Identifier: GPL-2.0-only
/* One mutant after the other, each judged by a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutant.h"
#include "options.h"
#include "row.h"
#include "tap.h"

#define KNOBS "/sys/module/uapi_conform/parameters/"
#define KNOB KNOBS "mutant"
#define FAULT_KNOB KNOBS "fault"
#define NONE "none"

/* What one part of --mutant's words says: NAME, or NAME:REQUIREMENT+REQUIREMENT. */
struct mutant {
	char *name;
	char *breaks;	/* only rows of these requirements; NULL: all rows */
};

static volatile sig_atomic_t child;
static volatile sig_atomic_t ended_by;

/* Whoever is asked to end passes that on, and puts the knob back when the child has ended. */
static void pass_on(int number)
{
	ended_by = number;
	if (child > 0)
		kill(child, number);
}

/* What a knob says, without its line end; false where there is no knob to read. */
static bool get(const char *path, char *name, size_t size)
{
	int knob = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = knob < 0 ? -1 : read(knob, name, size - 1);

	if (knob >= 0)
		close(knob);
	if (length < 0)
		return false;
	name[length] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return true;
}

/* 0, or the negative errno of opening or of writing. */
static int set(const char *name)
{
	int knob = open(KNOB, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	if (knob < 0)
		return -errno;
	if (write(knob, name, strlen(name)) < 0)
		rc = -errno;
	close(knob);
	return rc;
}

void uc_mutant_print(FILE *to)
{
	char name[128];

	if (get(KNOB, name, sizeof(name)) && strcmp(name, NONE))
		fprintf(to, "# mutant: %s\n", name);
	if (get(FAULT_KNOB, name, sizeof(name)) && strcmp(name, NONE))
		fprintf(to, "# fault: %s\n", name);
}

static int complain(const char *name, int rc)
{
	if (rc == -EINVAL) {
		fprintf(stderr, "uapi-conform: the kernel has no mutant called '%s'; "
			"fixtures/kernel/mutants has the names\n", name);
		return UC_EXIT_NO_MUTANT;
	}
	if (rc == -ENOENT)
		fprintf(stderr, "uapi-conform: --mutant: this kernel carries no mutants (no %s); the "
			"project's reference kernel does\n", KNOB);
	else
		fprintf(stderr, "uapi-conform: --mutant: writing %s: %s\n", KNOB, strerror(-rc));
	return UC_EXIT_NO_KNOB;
}

static int judge_one(const struct mutant *mutant, uc_judge *judge, const void *argument)
{
	pid_t mother = getpid();
	int status;

	fflush(stdout);
	child = fork();
	if (child < 0) {
		perror("uapi-conform: --mutant: fork");
		return UC_EXIT_FAIL;
	}
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		exit(getppid() == mother ? judge(argument, mutant->breaks) : UC_EXIT_FAIL);
	}
	while (waitpid(child, &status, 0) != child)
		;
	child = 0;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("# mutant %s: the process that judged it ended with signal %d\n", mutant->name,
	       WTERMSIG(status));
	return UC_EXIT_FAIL;
}

/* Each name once, before anything runs: a mistake costs nothing. */
static int try_all(const struct mutant *mutants, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int rc = set(mutants[i].name);

		if (rc) {
			set(NONE);
			return complain(mutants[i].name, rc);
		}
	}
	return 0;
}

/* Cut at the commas, in memory of its own; NULL where there is none. */
static struct mutant *split(const char *names, size_t *count)
{
	char *rest = strdup(names), *one;
	struct mutant *list = NULL;

	*count = 0;
	while (rest && (one = strsep(&rest, ","))) {
		struct mutant *longer = reallocarray(list, *count + 1, sizeof(*list));

		if (!longer)
			return NULL;
		list = longer;
		list[*count].name = strsep(&one, ":");
		list[(*count)++].breaks = one;
	}
	return list;
}

/* What comes of several: a failure, else an error, else the last one that is not 0. */
static int worse(int one, int other)
{
	if (one == UC_EXIT_FAIL || !other || (one == UC_EXIT_ERROR && other != UC_EXIT_FAIL))
		return one;
	return other;
}

int uc_mutants_run(const char *names, uc_judge *judge, const void *argument)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };
	size_t count;
	struct mutant *list = split(names, &count);
	int worst = 0, code;

	if (!list) {
		fprintf(stderr, "uapi-conform: --mutant: no memory\n");
		return UC_EXIT_FAIL;
	}
	code = try_all(list, count);
	if (code)
		return code;
	signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < UC_ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &action, NULL);
	for (size_t i = 0; i < count && !ended_by; i++) {
		set(list[i].name);
		uc_tap_comment("mutant %zu of %zu: %s", i + 1, count, list[i].name);
		code = judge_one(&list[i], judge, argument);
		set(NONE);
		uc_tap_comment("mutant %s: exit %d", list[i].name, code);
		worst = worse(worst, code);
	}
	return ended_by ? 128 + ended_by : worst;
}
