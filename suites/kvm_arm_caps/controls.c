// SPDX-License-Identifier: GPL-2.0-only
/* The positive controls of the suite's rows. */
#include "controls.h"
#include "rows.h"

/* Steps that are accepted: anything else is told, and the rows built on them are ERROR. */
#define CONTROL(symbol, called, steps)				\
static void run_##called(const void *facts)			\
{								\
	kvm_run_control(facts, steps);				\
}								\
const struct uc_control symbol = { .name = #called, .run = run_##called }

CONTROL(kvm_control_plain, plain, "INIT none = 0");
CONTROL(kvm_control_pauth, pauth, "INIT " PAIR " = 0");
CONTROL(kvm_registers_work, registers_work, "INIT none = 0; REG_LIST = 0; SET_REG x0 0x1234 = 0; GET_REG x0 == 0x1234");
/* ... and a guest goes on after an exception. */
CONTROL(kvm_guest_runs, guest_runs, "INIT none = 0; BOOT = 0; EXEC NOP 0x1234 == 0x1234; EXEC UDF = UNDEF; "
	"EXEC NOP 0x5678 == 0x5678");
