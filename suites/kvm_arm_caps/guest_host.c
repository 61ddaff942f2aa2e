// SPDX-License-Identifier: GPL-2.0-only
/* The host side of pointer authentication: what this process' own keys make of a value. */
#include <errno.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "guest_host.h"

const char *host_result_name(unsigned int index)
{
	static const char *const names[] = { "PACIA", "PACIB", "PACDA", "PACDB", "PACGA" };

	return names[index / HOST_POINTERS];
}

#ifdef __aarch64__

/* AT_HWCAP: this process may use address, generic authentication. */
#define HWCAP_PACA_BIT	(1UL << 30)
#define HWCAP_PACG_BIT	(1UL << 31)

/* As words, because an assembler may be told of an older architecture: X0 = f(X0, X1). */
#define SIGN(name, word)						\
static uint64_t name(uint64_t value, uint64_t modifier)			\
{									\
	uint64_t result;						\
									\
	__asm__ volatile("mov x0, %1\n\tmov x1, %2\n\t.inst " word		\
			 "\n\tmov %0, x0" : "=r"(result)			\
			 : "r"(value), "r"(modifier) : "x0", "x1");	\
	return result;							\
}

SIGN(pacia, "0xdac10020")
SIGN(pacib, "0xdac10420")
SIGN(pacda, "0xdac10820")
SIGN(pacdb, "0xdac10c20")
SIGN(pacga, "0x9ac13000")

static void need_own_keys(void)
{
	const unsigned long both = HWCAP_PACA_BIT | HWCAP_PACG_BIT;

	if ((getauxval(AT_HWCAP) & both) != both)
		uc_skip("the host's kernel does not lend pointer authentication to processes");
}

/* PR_PAC_RESET_KEYS, and its keys DA, DB and GA. */
#define RESET_KEYS	54
#define DATA_AND_GENERIC	(1UL << 2 | 1UL << 3 | 1UL << 4)

/* PR_PAC_SET_ENABLED_KEYS, and its keys IA, IB, DA and DB; not before 5.13, where they always are. */
#define SET_ENABLED_KEYS	60
#define ADDRESS_KEYS		(1UL << 0 | 1UL << 1 | 1UL << 2 | 1UL << 3)

void host_new_keys(void)
{
	need_own_keys();
	/* A VM's init goes without some. */
	if (prctl(SET_ENABLED_KEYS, ADDRESS_KEYS, ADDRESS_KEYS, 0UL, 0UL) && errno != EINVAL)
		uc_error("set-up: prctl(PR_PAC_SET_ENABLED_KEYS): %s", uc_errno_name(errno));
	if (prctl(RESET_KEYS, DATA_AND_GENERIC, 0UL, 0UL, 0UL))
		uc_error("set-up: prctl(PR_PAC_RESET_KEYS): %s", uc_errno_name(errno));
}

void host_sign(uint64_t results[HOST_RESULTS])
{
	static uint64_t (*const sign[])(uint64_t value, uint64_t modifier) = {
		pacia, pacib, pacda, pacdb, pacga,
	};

	need_own_keys();
	for (unsigned int i = 0; i < HOST_RESULTS; i++)
		results[i] = sign[i / HOST_POINTERS](0x0000123456789ab0 + 16 * i, i);
}

uint64_t host_pacga(uint64_t value, uint64_t modifier)
{
	need_own_keys();
	return pacga(value, modifier);
}

#else

/* Never reached: the rows need an arm64 machine. */
void host_new_keys(void)
{
	uc_skip("not an arm64 machine");
}

void host_sign(uint64_t results[HOST_RESULTS])
{
	(void)results;
	uc_skip("not an arm64 machine");
}

uint64_t host_pacga(uint64_t value, uint64_t modifier)
{
	(void)value;
	(void)modifier;
	uc_skip("not an arm64 machine");
}

#endif
