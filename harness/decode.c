// SPDX-License-Identifier: GPL-2.0-only
/* Numbers to the names that people know them by. */
#include <stdio.h>
#include <string.h>

#include "decode.h"

const char *uc_errno_name(int error)
{
	static char unknown[32];
	const char *name = strerrorname_np(error);

	if (name)
		return name;
	snprintf(unknown, sizeof(unknown), "errno %d", error);
	return unknown;
}

const char *uc_result_name(long got, int error)
{
	static char text[4][32];
	static unsigned int turn;
	char *out = text[turn++ % 4];

	if (got == -1 && error)
		return uc_errno_name(error);
	snprintf(out, sizeof(text[0]), "%ld", got);
	return out;
}
