// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revisions op-48 and op-48-rebased: an operation and an architecture in place of v5's scope, and the
 * TSM's own code, written back. EINVAL - architecture, operation, or one of SEV's for another; ENOENT -
 * vdevice; from there on the struct is written back, whatever comes, and EFAULT where that fails.
 *
 * op-48-rebased was seen: kamalca/linux at 58252340, drivers/iommu/iommufd/tsm.c, drivers/pci/tsm/core.c
 * and the uapi header. op-48 is inferred from its client OpenVMM: the same request at 0x96, operations
 * 5 to 7, no TSM_OP, and a vdevice that is bound from VDEVICE_ALLOC until it is destroyed.
 */
#include <errno.h>

#include "../../harness/decode.h"
#include "rows.h"

static const char *const op_names[] = {
	NULL, "VALIDATE_MMIO", "SET_TDI_STATE", "SEV_ENABLE_DMA", "SEV_DISABLE_DMA", "READ_OBJECT",
	"REGEN_OBJECT", "OBJECT_INFO",
};
static const char *const arch_names[] = { NULL, "CCA", "SEV", "TDX" };
static const __u32 ops[] = { 0, 2, 2, 3, 4, 5, 6, 7, 8, 9, 0x100, 0x10001, 0x80000001, 0xffffffff };
static const __u32 archs[] = { 0, 2, 2, 3, 4, 5, 0x101, 0x10002, 0x80000001, 0xffffffff };

static const struct tsm_field fields[] = {
	TSM_FIELD_VALUE("size", 0, TSM_SIZE, 48),
	TSM_FIELD_ID(4),
	TSM_FIELD_VALUE("op", 8, OPS_OP, 1, TSM_NAMES(op_names), TSM_INTERESTING(ops)),
	TSM_FIELD_VALUE("arch", 12, OPS_ARCH, ARCH_CCA, TSM_NAMES(arch_names), TSM_INTERESTING(archs)),
	TSM_FIELD_VALUE("req_len", 16, TSM_REQ_LEN, 64),
	TSM_FIELD_VALUE("resp_len", 20, TSM_RESP_LEN, 100),
	TSM_FIELD_REQ(24),
	TSM_FIELD_RESP(32),
	{ .offset = 40, .width = 8, .kind = FIELD_CODE },
};

static bool no_arch(const struct tsm_question *question, const struct tsm_check *check)
{
	(void)check;
	return question->step->value[OPS_ARCH] < ARCH_CCA || question->step->value[OPS_ARCH] > ARCH_TDX;
}

static bool no_op(const struct tsm_question *question, const struct tsm_check *check)
{
	return !question->step->value[OPS_OP] || question->step->value[OPS_OP] > check->limit;
}

/* Operations 3 and 4 are SEV's. */
static bool not_sev(const struct tsm_question *question, const struct tsm_check *check)
{
	const __u32 op = question->step->value[OPS_OP];

	(void)check;
	return (op == 3 || op == 4) && question->step->value[OPS_ARCH] != ARCH_SEV;
}

/* The last operation is all that the two differ in. */
#define CHECKS(last)									\
	TSM_FORMAT_CHECKS("size=47", "struct=cut 40", "size=56 byte=48"),		\
	{ OPS_ARCH_KNOWN, EINVAL, OWN_CHECK, .applies = no_arch, .spoil = "arch=9" },	\
	{ OPS_OP_KNOWN, EINVAL, OWN_CHECK, OPS_OP, (last), .applies = no_op, .spoil = "op=9" }, \
	{ OPS_SEV_ONLY, EINVAL, OWN_CHECK, .applies = not_sev, .spoil = "op=3" },	\
	{ ID_UNKNOWN, ENOENT, NOT_FOUND, .spoil = "id=nothing" },			\
	{ STATE_NOT_PCI, EINVAL, IN_STATE, .limit = NOT_PCI, .late = true },		\
	TSM_LAST_CHECKS,

static const struct tsm_check checks[] = { CHECKS(7) };
static const struct tsm_check rebased_checks[] = { CHECKS(4) };

static enum tsm_requirement blame_request(const struct tsm_question *question,
					  const struct tsm_check *check,
					  const struct tsm_expected *expected)
{
	const struct tsm_step *step = question->step;

	if (step->caller == CHILD)
		return FD_SHARED;
	if (step->caller != ROOT)
		return NO_PRIVILEGE;
	if (step->place[STRUCT] == READ_ONLY && (!check || check->late))
		return OPS_LATE_FAULT;
	if (!check)
		return tsm_blame_tsm(question, expected);
	return check->requirement == ID_UNKNOWN ? question->id : check->requirement;
}

#define REQUEST(nr, list) {								\
	.name = "TSM_REQ", .number = (nr), .size = 48, .scope = OPS_OP, .arch = OPS_ARCH, .code = 40, \
	.fields = fields, .field_count = UC_ARRAY_SIZE(fields), .checks = (list),	\
	.check_count = UC_ARRAY_SIZE(list), .kept = OPS_KEPT, .pass = tsm_ask_tsm, .blame = blame_request }

static const struct tsm_ioctl request = REQUEST(0x96, checks);
static const struct tsm_ioctl rebased_request = REQUEST(0x97, rebased_checks);

const struct tsm_rules tsm_op_48 = { .ioctl = { &request, NULL }, .alloc_binds = true };
const struct tsm_rules tsm_op_48_rebased = { .ioctl = { &rebased_request, &tsm_operation_at_96 } };

#define IOMMUFD	ON_IOMMUFD_OF(ops)
#define ANY	ON_ANY_OF(ops)
#define FIXTURE	ON_FIXTURE_OF(ops)
#define OP_48	ON_FIXTURE_OF(op_48)
/* Where a control would need what the row is about. */
#define NEW	CONTROL_OF(op_48)

/* An error of the TSM's bind. */
static void bind_error(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_player *player = &session->player;
	int rc;

	tsm_play_text(session, "%s", row->steps);
	tsm_session_mark_dirty(session);
	tsm_fixture_knobs(player, NULL, -EIO);
	uc_judging("VDEVICE_ALLOC with a TSM that does not bind");
	rc = tsm_new_object(&player->setup, VDEVICE, ENDPOINT, TSM_VIRT_ID);
	uc_judged();
	tsm_fixture_knobs(player, NULL, 0);
	uc_note("VDEVICE_ALLOC of a device whose TSM answers its bind with EIO -> %s",
		uc_result_name(rc ? -1 : 0, -rc));
	uc_open(row->open);
}

static const struct tsm_row rows[] = {
	ROW("ops.good_call", CONTROL_OF(ops), BOUND,
	    "TSM_REQ = 90", OPS_LAYOUT, OPS_FORWARDED, RESIDUE_RESPONSE),
	ROW("ops.every_field", FIXTURE, BOUND,
	    "TSM_REQ op=2 arch=3 req_len=4097 resp_len=8192 produce=8000 = 192", OPS_LAYOUT, FORWARD_ONCE),
	ROW("ops.size_0", IOMMUFD, IN_ANY_STATE, "TSM_REQ size=0 = EINVAL", SIZE_SHORT),
	/* v5's request is no request here. */
	ROW("ops.size_40", IOMMUFD, IN_ANY_STATE, "TSM_REQ size=40 = EINVAL", SIZE_SHORT),
	ROW_WITH(EACH(0, 47), "ops.every_short", IOMMUFD, IN_ANY_STATE, "TSM_REQ size=%u = EINVAL", SIZE_SHORT),
	ROW("ops.48_of_47_bytes", IOMMUFD, IN_ANY_STATE, "TSM_REQ struct=cut 47 = EFAULT", STRUCT_UNREADABLE),
	ROW("ops.size_56_zero", FIXTURE, BOUND, "TSM_REQ size=56 = 90", SIZE_LONG),
	ROW("ops.size_56_of_48_bytes", IOMMUFD, IN_ANY_STATE,
	    "TSM_REQ struct=cut 48 size=56 = EFAULT", STRUCT_UNREADABLE),
	ROW_WITH(EACH(48, 71), "ops.every_tail_byte", IOMMUFD, IN_ANY_STATE,
	    "TSM_REQ size=72 byte=%u = E2BIG", SIZE_TAIL),
	ROW("ops.size_page_zero", FIXTURE, BOUND, "TSM_REQ size=4096 = 90", SIZE_LONG),
	ROW("ops.size_page_last_byte", IOMMUFD, IN_ANY_STATE, "TSM_REQ size=4096 byte=4095 = E2BIG", SIZE_TAIL),

	ROW("ops.arch_0", ANY, IN_ANY_STATE, "TSM_REQ arch=0 = EINVAL", OPS_ARCH_KNOWN),
	ROW("ops.arch_4", ANY, IN_ANY_STATE, "TSM_REQ arch=4 = EINVAL", OPS_ARCH_KNOWN),
	ROW_WITH(EACH_BIT(2, 31), "ops.every_unknown_arch_bit", ANY, IN_ANY_STATE,
	    "TSM_REQ arch=%u = EINVAL; TSM_REQ arch=%u = EINVAL", OPS_ARCH_KNOWN),
	ROW("ops.arch_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing arch=0 = EINVAL; TSM_REQ id=nothing arch=4 = EINVAL",
	    OPS_ARCH_KNOWN, OPS_ORDER),
	ROW("ops.every_arch", FIXTURE, BOUND,
	    "TSM_REQ CCA = 90; TSM_REQ SEV = 90; TSM_REQ TDX = 90", OPS_FORWARDED),
	ROW("ops.every_arch_second_op", FIXTURE, BOUND,
	    "TSM_REQ SET_TDI_STATE CCA = 90; TSM_REQ SET_TDI_STATE SEV = 90; TSM_REQ SET_TDI_STATE TDX = 90",
	    OPS_FORWARDED),
	ROW("ops.sev_dma", FIXTURE, BOUND,
	    "TSM_REQ SEV_ENABLE_DMA SEV = 90; TSM_REQ SEV_DISABLE_DMA SEV = 90", OPS_FORWARDED, OPS_SEV_ONLY),
	ROW("ops.sev_dma_of_others", ANY, IN_ANY_STATE,
	    "TSM_REQ SEV_ENABLE_DMA CCA = EINVAL; TSM_REQ SEV_DISABLE_DMA CCA = EINVAL; "
	    "TSM_REQ SEV_ENABLE_DMA TDX = EINVAL; TSM_REQ SEV_DISABLE_DMA TDX = EINVAL", OPS_SEV_ONLY),
	ROW("ops.sev_dma_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing SEV_ENABLE_DMA = EINVAL; TSM_REQ id=nothing SEV_DISABLE_DMA = EINVAL; "
	    "TSM_REQ id=nothing SEV_ENABLE_DMA SEV = ENOENT", OPS_SEV_ONLY, OPS_ORDER),
	ROW("ops.op_0", ANY, IN_ANY_STATE, "TSM_REQ op=0 = EINVAL", OPS_OP_KNOWN),
	/* Not of somebody's device: a younger tree may have given them a meaning. */
	ROW("ops.op_8", FIXTURE, BOUND, "TSM_REQ op=8 = EINVAL; TSM_REQ op=8 SEV = EINVAL", OPS_OP_KNOWN),
	ROW_WITH(EACH_BIT(3, 31), "ops.every_unknown_op_bit", FIXTURE, BOUND,
	    "TSM_REQ op=%u = EINVAL; TSM_REQ op=%u SEV = EINVAL", OPS_OP_KNOWN),
	ROW("ops.op_unknown_vdevice", ANY, IN_ANY_STATE,
	    "TSM_REQ id=nothing op=0 = EINVAL; TSM_REQ id=nothing op=8 = EINVAL", OPS_OP_KNOWN, OPS_ORDER),
	ROW("ops.objects", OP_48, BOUND,
	    "TSM_REQ READ_OBJECT = 90; TSM_REQ REGEN_OBJECT = 90; TSM_REQ OBJECT_INFO = 90; "
	    "TSM_REQ READ_OBJECT SEV = 90", OPS_OBJECTS),
	ROW("ops.no_objects", ON_ANY_OF(op_48_rebased), IN_ANY_STATE,
	    "TSM_REQ READ_OBJECT = EINVAL; TSM_REQ REGEN_OBJECT = EINVAL; TSM_REQ OBJECT_INFO SEV = EINVAL",
	    OPS_OP_KNOWN),

	PAIRS("ops.pairs_of_an_arch", ANY, IN_ANY_STATE, "TSM_REQ arch=9 = EINVAL", OPS_ORDER),
	PAIRS("ops.pairs_of_an_op", ANY, IN_ANY_STATE, "TSM_REQ op=9 = EINVAL", OPS_ORDER),
	PAIRS("ops.pairs_of_the_vdevice", ANY, IN_ANY_STATE, "TSM_REQ id=nothing = ENOENT", OPS_ORDER),
	PAIRS("ops.pairs_of_the_tail", IOMMUFD, IN_ANY_STATE, "TSM_REQ size=56 byte=48 = E2BIG", OPS_ORDER),
	PAIRS("ops.pairs_of_a_short_size", IOMMUFD, IN_ANY_STATE, "TSM_REQ size=47 = EINVAL", OPS_ORDER),
	PAIRS("ops.pairs_of_a_connection", FIXTURE, UNCONNECTED, "TSM_REQ = ENXIO", OPS_ORDER),

	/* tsm_code: every step here and elsewhere is held against what must be written. */
	ROW("ops.code", FIXTURE, BOUND, "TSM_REQ = 90; TSM_REQ op=2 = 90", OPS_CODE),
	ROW("ops.code_none", FIXTURE, BOUND, "TSM_REQ req_len=0 req=null = 0", OPS_CODE),
	ROW("ops.code_of_an_error", FIXTURE, BOUND,
	    "TSM_REQ result=-EIO = EIO from TSM", OPS_CODE, BACKEND_ERROR),
	ROW("ops.code_of_a_fault", FIXTURE, BOUND,
	    "TSM_REQ resp=unmapped = EFAULT from TSM", OPS_CODE, BUFFER_FAULT),
	ROW("ops.code_unconnected", FIXTURE, UNCONNECTED, "TSM_REQ = ENXIO", OPS_CODE, STATE_NOT_CONNECTED),
	ROW("ops.code_unbound", FIXTURE, CONNECTED, "TSM_REQ = ENXIO", OPS_CODE, STATE_NOT_BOUND),
	ROW("ops.code_not_pci", FIXTURE, NOT_PCI, "TSM_REQ id=plain-vdevice = EINVAL", OPS_CODE, STATE_NOT_PCI),
	ROW("ops.code_of_an_early_refusal", ANY, IN_ANY_STATE,
	    "TSM_REQ arch=0 = EINVAL; TSM_REQ op=0 = EINVAL; TSM_REQ op=3 = EINVAL; "
	    "TSM_REQ id=nothing = ENOENT", OPS_CODE_EARLY),
	ROW("ops.code_of_a_wrong_size", IOMMUFD, IN_ANY_STATE,
	    "TSM_REQ size=47 = EINVAL; TSM_REQ size=56 byte=48 = E2BIG; TSM_REQ word=read = ENOTTY",
	    OPS_CODE_EARLY),
	ROW("ops.struct_longer", FIXTURE, BOUND, "TSM_REQ struct=cut 64 size=56 byte=56 = 90", OPS_KEPT),
	ROW("ops.struct_read_only_early", ANY, IN_ANY_STATE,
	    "TSM_REQ struct=read-only id=nothing = ENOENT; TSM_REQ struct=read-only arch=0 = EINVAL",
	    OPS_CODE_EARLY),
	ROW("ops.late_fault", FIXTURE, BOUND,
	    "TSM_REQ struct=read-only = EFAULT from TSM; TSM_REQ = 90", OPS_LATE_FAULT),
	ROW("ops.late_fault_hides_an_error", FIXTURE, BOUND,
	    "TSM_REQ struct=read-only result=-EIO = EFAULT from TSM", OPS_LATE_FAULT),
	ROW("ops.late_fault_unconnected", FIXTURE, UNCONNECTED,
	    "TSM_REQ struct=read-only = EFAULT", OPS_LATE_FAULT),

	/* How a vdevice is bound where there is no TSM_OP. */
	ROW("ops.alloc_binds", OP_48, BOUND,
	    "DESTROY vdevice = 0 unbinds; VDEVICE_ALLOC virt_id=0x77 = 0 binds; TSM_REQ = 90", OPS_ALLOC_BINDS),
	ROW("ops.alloc_unconnected", NEW, UNCONNECTED,
	    "DESTROY vdevice = 0; VDEVICE_ALLOC = 0; TSM_REQ = ENXIO", OPS_ALLOC_WITHOUT_TSM),
	ROW("ops.connected_later", NEW, UNCONNECTED,
	    "CONNECT = 0; TSM_REQ = ENXIO; DESTROY vdevice = 0; VDEVICE_ALLOC = 0 binds; TSM_REQ = 90",
	    OPS_ALLOC_WITHOUT_TSM, OPS_ALLOC_BINDS),
	ROW("ops.destroy_unbinds", OP_48, BOUND,
	    "TSM_REQ = 90; DESTROY vdevice = 0 unbinds; TSM_REQ = ENOENT; VDEVICE_ALLOC = 0 binds; "
	    "TSM_REQ = 90", OPS_DESTROY_UNBINDS),
	ROW("ops.disconnect_unbinds", OP_48, BOUND,
	    "DISCONNECT = 0 unbinds; TSM_REQ = ENXIO; CONNECT = 0; TSM_REQ = ENXIO", STATE_NOT_BOUND),
	ROW("ops.close_unbinds", OP_48, BOUND,
	    "TSM_REQ = 90; CLOSE = 0 unbinds; TSM_REQ = ENOENT; OPEN; VDEVICE_ALLOC = 0 binds; TSM_REQ = 90",
	    OPS_DESTROY_UNBINDS, CLOSE_RELEASES),
	ROW("ops.alloc_without_vm", NEW, CONNECTED,
	    "CLOSE; DESTROY viommu; OPEN no-vm; VIOMMU_ALLOC; VDEVICE_ALLOC = 0; TSM_REQ = ENXIO",
	    OPS_ALLOC_WITHOUT_TSM),
	{ { "tsm_req.ops.bind_error", REQ(OPS_ALLOC_BINDS), OP_48 }, UNCONNECTED,
	  .steps = "CONNECT = 0; DESTROY vdevice = 0", .custom = bind_error,
	  .open = "nothing says whether VDEVICE_ALLOC fails where the TSM does not bind" },
};

const struct uc_topic tsm_ops_topic = TSM_TOPIC("ops");
