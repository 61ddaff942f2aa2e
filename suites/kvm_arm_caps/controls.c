// SPDX-License-Identifier: GPL-2.0-only
/* The positive controls of the suite's rows. */
#include "../../harness/verdict.h"
#include "controls.h"
#include "play.h"

/* Steps that are accepted: anything else is told, and the rows built on them are ERROR. */
static void control(const void *facts, const char *text)
{
	static const struct uc_row none;
	struct kvm_model model;

	kvm_begin(&model, facts, true);
	kvm_play(&model, &none, text, NULL, facts);
	kvm_end();
}

static void plain(const void *facts)
{
	control(facts, "INIT none = 0");
}

static void pauth(const void *facts)
{
	control(facts, "INIT PTRAUTH_ADDRESS|PTRAUTH_GENERIC = 0");
}

static void registers_work(const void *facts)
{
	control(facts, "INIT none = 0; REG_LIST = 0; SET_REG x0 0x1234 = 0; GET_REG x0 == 0x1234");
}

/* ... and a guest goes on after an exception. */
static void guest_runs(const void *facts)
{
	control(facts, "INIT none = 0; BOOT = 0; EXEC NOP 0x1234 == 0x1234; EXEC UDF = UNDEF; "
		"EXEC NOP 0x5678 == 0x5678");
}

const struct uc_control kvm_control_plain = { .name = "plain", .run = plain };
const struct uc_control kvm_control_pauth = { .name = "pauth", .run = pauth };
const struct uc_control kvm_registers_work = { .name = "registers_work", .run = registers_work };
const struct uc_control kvm_guest_runs = { .name = "guest_runs", .run = guest_runs };
