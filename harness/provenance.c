// SPDX-License-Identifier: GPL-2.0-only
/* What a log must say about where it comes from, before the first result. */
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>

#include "buffer.h"
#include "isolate.h"
#include "mutant.h"
#include "revision.h"
#include "run.h"
#include "watch.h"

static void print_kernel(void)
{
	struct utsname name;

	if (!uname(&name))
		uc_tap_comment("kernel: %s %s %s %s", name.sysname, name.release, name.version,
			       name.machine);
}

/* The first CPU's lines of /proc/cpuinfo that tell one model from another. */
static void print_cpu(void)
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
	uc_tap_comment("cpu: %s; hwcap %#lx %#lx", used ? text : "unknown", getauxval(AT_HWCAP),
		       getauxval(AT_HWCAP2));
}

void uc_print_provenance(const struct uc_options *options)
{
	const char *gap = uc_watch_gap();

	uc_tap_comment("uapi-conform %s", uc_revision);
	print_kernel();
	uc_tap_comment("page_size: %zu", uc_page_size());
	print_cpu();
	if (gap)
		uc_tap_comment("not watched: %s", gap);
	if (uc_watch_sees_taint())
		uc_tap_comment("taint: %lu", uc_watch_taint());
	else
		uc_tap_comment("taint: unknown");
	uc_mutant_print();
	if (options->after)
		uc_tap_comment("after: %s", options->after);
	if (options->shuffle)
		uc_tap_comment("shuffle: %lu", options->seed);
	if (options->repeat > 1)
		uc_tap_comment("repeat: %d", options->repeat);
}
