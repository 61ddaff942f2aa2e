// SPDX-License-Identifier: GPL-2.0-only
/* What a log must say about where it comes from, before the first result. */
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>

#include "buffer.h"
#include "mutant.h"
#include "revision.h"
#include "run.h"
#include "tap.h"
#include "watch.h"

static void print_kernel(FILE *to)
{
	struct utsname name;

	if (!uname(&name))
		fprintf(to, "# kernel: %s %s %s %s\n", name.sysname, name.release, name.version,
			name.machine);
}

/* The first CPU's lines of /proc/cpuinfo that tell one model from another. */
static void print_cpu(FILE *to)
{
	static const char *const wanted[] = { "model name", "CPU implementer", "CPU variant",
					      "CPU part", "CPU revision" };
	FILE *cpuinfo = fopen("/proc/cpuinfo", "re");
	char line[1024], text[256] = "";
	size_t used = 0;

	while (cpuinfo && fgets(line, sizeof(line), cpuinfo) && line[0] != '\n') {
		char *value = strchr(line, ':');

		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; value && i < UC_ARRAY_SIZE(wanted); i++) {
			if (strncmp(line, wanted[i], strlen(wanted[i])) || used >= sizeof(text))
				continue;
			used += snprintf(text + used, sizeof(text) - used, "%s%s %s",
					 used ? ", " : "", wanted[i], value + 2);
		}
	}
	if (cpuinfo)
		fclose(cpuinfo);
	fprintf(to, "# cpu: %s\n", used ? text : "unknown");
}

/* What the kernel says that the CPU can do; a word that it does not know is 0. */
static void print_hwcaps(FILE *to)
{
	/* AT_HWCAP, AT_HWCAP2, AT_HWCAP3, AT_HWCAP4: the C library may be older. */
	static const unsigned long words[] = { 16, 26, 29, 30 };

	fputs("# hwcap:", to);
	for (size_t i = 0; i < UC_ARRAY_SIZE(words); i++)
		fprintf(to, " %#lx", getauxval(words[i]));
	putc('\n', to);
}

void uc_print_machine(FILE *to)
{
	print_kernel(to);
	fprintf(to, "# page_size: %zu\n", uc_page_size());
	print_cpu(to);
	print_hwcaps(to);
}

/* As a shell takes it. */
static void print_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-.,:=/+@%";

	putchar(' ');
	if (*word && strspn(word, plain) == strlen(word)) {
		fputs(word, stdout);
		return;
	}
	putchar('\'');
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", stdout);
		else
			putchar((unsigned char)*word < ' ' ? '?' : *word);
	}
	putchar('\'');
}

static void print_arguments(char *const *words)
{
	if (!*words)
		return;
	fputs("# arguments:", stdout);
	while (*words)
		print_word(*words++);
	putchar('\n');
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

void uc_print_provenance(const struct uc_options *options)
{
	const char *gap = uc_watch_gap();

	uc_tap_comment("uapi-conform %s", uc_revision);
	uc_tap_comment("compiler: %s %s", COMPILER, uc_build_flags);
	print_arguments(options->words);
	uc_print_machine(stdout);
	if (gap)
		uc_tap_comment("not watched: %s", gap);
	if (uc_watch_sees_taint())
		uc_tap_comment("taint: %lu", uc_watch_taint());
	else
		uc_tap_comment("taint: unknown");
	uc_mutant_print(stdout);
	if (options->after)
		uc_tap_comment("after: %s", options->after);
	if (options->shuffle)
		uc_tap_comment("shuffle: %lu", options->seed);
	if (options->repeat > 1)
		uc_tap_comment("repeat: %d", options->repeat);
}
