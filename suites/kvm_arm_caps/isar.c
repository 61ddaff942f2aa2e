// SPDX-License-Identifier: GPL-2.0-only
/*
 * The id registers. Fields that show a feature are zero without it. Those of
 * pointer authentication are the host's with the pair, and never the user's to
 * choose:
 *
 * 0		KVM_SET_ONE_REG of the value that the register has
 * EINVAL	of any other value of these fields; nothing has changed
 * EBUSY	the same, after the VM has run
 *
 * Another field takes a lower value where KVM_ARM_GET_REG_WRITABLE_MASKS has
 * it, which then is the VM's, and no value that its mask or its host lacks.
 */
#include "../../harness/verdict.h"
#include "facts.h"
#include "play.h"
#include "rows.h"

#define WITH		"INIT " PAIR " = 0; "

/* The pair's fields, of vCPU "" or "1: ". */
#define FIELDS(vcpu, value1, value2) \
	vcpu "GET_REG ID_AA64ISAR1_EL1 & 0xff000ff0 == " value1 "; " \
	vcpu "GET_REG ID_AA64ISAR2_EL1 & 0xff00 == " value2 "; "
#define HOSTS(vcpu)	FIELDS(vcpu, "host", "host")
#define ZERO(vcpu)	FIELDS(vcpu, "0", "0")
#define HALVES		"INIT PTRAUTH_ADDRESS = EINVAL; INIT PTRAUTH_GENERIC = EINVAL; "
#define ALL_BUT_SET(set, more) \
	"INIT " set " = 0; 1: NEW_VCPU = 0; 1: INIT " set " = 0; INIT " set " = 0; " more
#define MASKS(set) \
	"INIT " set " = 0; MASKS ID_AA64ISAR1_EL1 & 0xff000ff0 == 0; MASKS ID_AA64ISAR2_EL1 & 0xff00 == 0"

/* The guest reads what user space does, once it ran. */
#define SAME(name)	"EXEC NOP = 0; GET_REG " name " as a; READ " name " == a; "

/*
 * Every value of one field: the one that it has is taken, all others are refused and forgotten. After a
 * run, where nothing is taken any more, the nearest ones and the largest do.
 */
static void expect_fixed(const struct kvm_row *row, const struct kvm_register *field)
{
	unsigned int now;

	kvm_play("GET_REG %s = 0 as a", field->name);
	now = kvm_slot('a');
	for (unsigned int value = 0; value < 16; value++) {
		if (row->number && value > now + 1 && value < 15)
			continue;
		kvm_play("SET_REG %s %u = %s; GET_REG %s == a", field->name, value,
			 value == now ? "0" : row->number ? "EINVAL|EBUSY" : "EINVAL", field->name);
	}
}

static void judge_fixed(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	for (unsigned int i = 0; i < kvm_register_count; i++)
		if (kvm_registers[i].features == BOTH)
			expect_fixed(row, &kvm_registers[i]);
}

/*
 * Fields whose lower values are always safe: where the mask has the field, a lower one is taken,
 * read by both vCPUs and the guest, and there after another INIT; else, and for a higher one, nothing
 * changes.
 */
static void judge_lowered(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	unsigned int lowered = 0;

	for (unsigned int i = 0; i < kvm_register_count; i++) {
		const char *name = kvm_registers[i].name;
		uint64_t now;

		if (!kvm_registers[i].lowered)
			continue;
		kvm_play("GET_REG %s = 0 as a; MASKS %s = 0 as b", name, name);
		now = kvm_slot('a');
		if (now < 15)
			kvm_play("SET_REG %s 15 = EINVAL; GET_REG %s == a", name, name);
		if (!now || kvm_slot('b') != 15)
			continue;
		lowered++;
		kvm_play("SET_REG %s 0 = 0; GET_REG %s == 0; 1: GET_REG %s == 0; INIT none = 0; 1: INIT none = 0; "
			 "GET_REG %s == 0; 1: GET_REG %s == 0", name, name, name, name, name);
	}
	kvm_play("BOOT = 0; " SAME("ID_AA64ISAR0_EL1") SAME("ID_AA64ISAR1_EL1") SAME("ID_AA64MMFR2_EL1")
		 SAME("ID_AA64PFR0_EL1") SAME("CTR_EL0") SAME("CLIDR_EL1"));
	if (!lowered)
		uc_open("this kernel lets user space choose none of the fields that this row knows");
}

/*
 * A register that comes with what an id register's field shows. Where the field is zero the register is
 * undefined in the guest, for KVM can trap each of these. MPAM is older than its field.
 */
static const struct {
	const char *field, *guest, *hidden, *shown;
} brings[] = {
	{ "ID_AA64PFR0_EL1.GIC", "WRITE ICC_SGI1R_EL1 0", "UNDEF", "0" },
	{ "ID_AA64PFR0_EL1.MPAM", "READ MPAM1_EL1", "anything", "0" },
	/* They come with 2 and above: 1 is the instructions alone. */
	{ "ID_AA64PFR1_EL1.MTE", "READ TFSR_EL1", "UNDEF", "anything" },
	{ "ID_AA64PFR1_EL1.MTE", "READ RGSR_EL1", "UNDEF", "anything" },
	{ "ID_AA64PFR1_EL1.MTE", "READ GCR_EL1", "UNDEF", "anything" },
	/* A guest must enable it first, and gets a trap of its own where it did not. */
	{ "ID_AA64PFR1_EL1.SME", "READ SMCR_EL1", "error", "anything" },
	{ "ID_AA64PFR1_EL1.GCS", "READ GCSCR_EL1", "UNDEF", "0" },
	{ "ID_AA64PFR2_EL1.FPMR", "READ FPMR", "UNDEF", "0" },
	{ "ID_AA64DFR0_EL1.PMSVer", "READ PMSIDR_EL1", "UNDEF", "0" },
	{ "ID_AA64DFR0_EL1.TraceFilt", "READ TRFCR_EL1", "UNDEF", "0" },
	{ "ID_AA64MMFR3_EL1.TCRX", "READ TCR2_EL1", "UNDEF", "0" },
	{ "ID_AA64MMFR3_EL1.SCTLRX", "READ SCTLR2_EL1", "UNDEF", "0" },
	{ "ID_AA64MMFR3_EL1.S1PIE", "READ PIR_EL1", "UNDEF", "0" },
};

/* What the id registers show when the VM has run, the guest reads there, too, and can use. */
static void judge_shown(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	kvm_play("READ ID_AA64PFR0_EL1 & 0xf000000 == %#llx", (unsigned long long)kvm_slot('a') << 24);
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(brings); i++) {
		kvm_play("GET_REG %s = 0 as a", brings[i].field);
		kvm_play("%s = %s", brings[i].guest, kvm_slot('a') ? brings[i].shown : brings[i].hidden);
	}
}

/*
 * Where the vCPU has no AArch32 its id registers are zero; older kernels refused what was written to
 * them, those with writable id registers ignore it.
 */
static void judge_no_aarch32(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	if (kvm_slot('a') == 1)
		kvm_play("GET_REG ID_PFR0_EL1 == 0; SET_REG ID_PFR0_EL1 0x131 = %s; GET_REG ID_PFR0_EL1 == 0",
			 facts->masks ? "0" : "0|EINVAL");
}

#define ROW(name, steps_of, ...) \
	{ .row = { .id = "kvm_arm_caps.isar." name, __VA_ARGS__ }, .steps = steps_of }
#define JUDGED(name, function, steps_of, after_run, ...) \
	{ .row = { .id = "kvm_arm_caps.isar." name, __VA_ARGS__ }, .steps = steps_of, \
	  .judge = function, .number = after_run }
#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &kvm_registers_work
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &kvm_control_pauth
#define HOST_FIELDS	NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_id_registers), .control = &kvm_control_pauth

static const struct kvm_row rows[] = {
	ROW("host", WITH HOSTS(""), REQ(ISAR_HOST), HOST_FIELDS),
	ROW("zero", "INIT none = 0; " ZERO(""), REQ(ISAR_ZERO), ANYWHERE),
	ROW("host_after_refusal", HALVES WITH HOSTS(""), REQ(ISAR_HOST, STATE_AFTER_REJECTION), HOST_FIELDS),
	ROW("zero_after_refusal", HALVES "INIT none = 0; " ZERO(""), REQ(ISAR_ZERO, STATE_AFTER_REJECTION), PAUTH),
	ROW("vm_host", ALL_BUT_SET(PAIR, HOSTS("") HOSTS("1: ")), REQ(ISAR_HOST, STATE_SAME_SET), HOST_FIELDS),
	ROW("vm_zero", ALL_BUT_SET("none", ZERO("") ZERO("1: ")), REQ(ISAR_ZERO, STATE_SAME_SET), ANYWHERE),
	/* Whether one vCPU may have them and another not is not written down. */
	ROW("mixed_with_first", WITH "1: NEW_VCPU = 0; 1: INIT none = 0|EINVAL; " HOSTS(""),
	    REQ(ISAR_HOST, ISAR_ZERO, STATE_PER_VCPU), HOST_FIELDS),
	ROW("mixed_without_first", "INIT none = 0; 1: NEW_VCPU = 0; 1: INIT " PAIR " = 0|EINVAL; " ZERO(""),
	    REQ(ISAR_HOST, ISAR_ZERO, STATE_PER_VCPU), HOST_FIELDS),
	JUDGED("fixed_with", judge_fixed, WITH, 0, REQ(ISAR_IMMUTABLE), PAUTH),
	JUDGED("fixed_without", judge_fixed, "INIT none = 0", 0, REQ(ISAR_IMMUTABLE), ANYWHERE),
	JUDGED("fixed_after_run_with", judge_fixed, WITH "BOOT = 0; EXEC NOP = 0", 1, REQ(ISAR_IMMUTABLE), PAUTH),
	JUDGED("fixed_after_run_without", judge_fixed, "INIT none = 0; BOOT = 0; EXEC NOP = 0", 1,
	       REQ(ISAR_IMMUTABLE), ANYWHERE),
	ROW("masks_with", MASKS(PAIR), REQ(WRITABLE_MASKS), NEEDS(KVM_NEEDED, &kvm_need_masks, &kvm_need_pauth)),
	ROW("masks_without", MASKS("none"), REQ(WRITABLE_MASKS), NEEDS(KVM_NEEDED, &kvm_need_masks)),

	ROW("sve", "INIT none = 0; GET_REG ID_AA64PFR0_EL1.SVE == 0; GET_REG ID_AA64ZFR0_EL1 == 0", REQ(ID_FIELDS), ANYWHERE),
	ROW("sve_with", "INIT SVE = 0; FINALIZE SVE = 0; GET_REG ID_AA64PFR0_EL1.SVE != 0", REQ(ID_FIELDS),
	    NEEDS(KVM_NEEDED, &kvm_need_sve)),
	ROW("pmu", "INIT none = 0; GET_REG ID_AA64DFR0_EL1.PMUVer == 0", REQ(ID_FIELDS), ANYWHERE),
	/* 0xf is a PMU that is not Arm's, so none; a kernel may take it for what older ones showed. */
	ROW("pmu_not_added", "INIT none = 0; SET_REG ID_AA64DFR0_EL1.PMUVer 1 = EINVAL; SET_REG ID_AA64DFR0_EL1.PMUVer 8 = EINVAL; "
	    "SET_REG ID_AA64DFR0_EL1.PMUVer 0xd = EINVAL; GET_REG ID_AA64DFR0_EL1.PMUVer == 0; "
	    "SET_REG ID_AA64DFR0_EL1.PMUVer 0xf = 0|EINVAL; GET_REG ID_AA64DFR0_EL1.PMUVer == 0", REQ(ID_FIELDS), ANYWHERE),
	/* No CPU has these versions yet: the field's highest bit is part of the number, not its sign. */
	ROW("pmu_not_raised", "INIT PMU_V3 = 0; GET_REG ID_AA64DFR0_EL1.PMUVer as a; SET_REG ID_AA64DFR0_EL1.PMUVer 0xd = EINVAL; "
	    "SET_REG ID_AA64DFR0_EL1.PMUVer 0xe = EINVAL; GET_REG ID_AA64DFR0_EL1.PMUVer == a", REQ(ID_KEPT),
	    NEEDS(KVM_NEEDED, &kvm_need_pmu_v3)),
	/* A vCPU's own, and shown by all of a VM. */
	ROW("own", "INIT none = 0; SET_REG MPIDR_EL1 0x80000003 = 0; GET_REG MPIDR_EL1 == 0x80000003; "
	    "INIT none = 0; GET_REG MPIDR_EL1 == 0x80000003; BOOT = 0; READ MPIDR_EL1 == 0x80000003", REQ(ID_KEPT, GUEST_ID_REGISTERS), NEEDS(KVM_NEEDED, &kvm_need_masks)),
	ROW("pmu_with", "INIT PMU_V3 = 0; GET_REG ID_AA64DFR0_EL1.PMUVer != 0", REQ(ID_FIELDS),
	    NEEDS(KVM_NEEDED, &kvm_need_pmu_v3)),
	/* No CPU is without AArch64, or with a debug architecture before Armv8's. */
	ROW("never_taken", "INIT none = 0; GET_REG ID_AA64PFR0_EL1 as a; SET_REG ID_AA64PFR0_EL1.EL0 0 = EINVAL; "
	    "SET_REG ID_AA64PFR0_EL1.EL1 0 = EINVAL; GET_REG ID_AA64PFR0_EL1 == a; GET_REG ID_AA64DFR0_EL1 as a; "
	    "SET_REG ID_AA64DFR0_EL1.DebugVer 5 = EINVAL; GET_REG ID_AA64DFR0_EL1 == a", REQ(ID_KEPT), ANYWHERE),
	/* The VM has no interrupt controller, and once it ran it can get none. */
	ROW("gic", "INIT none = 0; BOOT = 0; EXEC NOP = 0; GET_REG ID_AA64PFR0_EL1.GIC == 0", REQ(ID_FIELDS),
	    NEEDS(KVM_NEEDED), .control = &kvm_guest_runs),
	JUDGED("shown_executes", judge_shown, "INIT none = 0; BOOT = 0; EXEC NOP = 0; GET_REG ID_AA64PFR0_EL1.GIC as a", 0,
	       REQ(GUEST_OTHERS), NEEDS(KVM_NEEDED), .control = &kvm_guest_runs),
	JUDGED("no_aarch32", judge_no_aarch32, "INIT none = 0; GET_REG ID_AA64PFR0_EL1.EL0 as a; GET_REG ID_PFR0_EL1 = 0",
	       0, REQ(ID_FIELDS), ANYWHERE),
	JUDGED("lowered", judge_lowered, "INIT none = 0; 1: NEW_VCPU = 0; 1: INIT none = 0", 0, REQ(ID_KEPT, GUEST_ID_REGISTERS),
	       NEEDS(KVM_NEEDED, &kvm_need_masks)),
};

const struct uc_topic kvm_isar_topic = KVM_TOPIC("isar", rows);
