// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU_VDEVICE_TSM_OP, as far as a bound device needs it. After the size rules: EOPNOTSUPP - any
 * flag; ENOENT - no such vdevice; ENODEV - no VM; EINVAL - type, or not connected; ENXIO - no link
 * TSM; EBUSY - bound to another VM; then the TSM's own error. UNBIND is always 0.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

/* How the operation differs from a BIND of the vdevice, well-formed. */
struct op_call {
	__u32 word;
	struct tsm_given size, type;
	__u32 flags;
	enum tsm_id id;
	enum tsm_place place;	/* GOOD, NULL or SHORT */
	__u32 mapped;
	__u32 tail;
};

struct op_row {
	struct uc_row row;
	enum tsm_state state;
	struct op_call call;
	int error;		/* that must come, or 0 for success */
	int binds, unbinds;	/* how often the TSM is asked to */
	enum tsm_state after;	/* IN_ANY_STATE: as before */
	__u32 knobs;		/* of the fixture, before the call */
	int bind_error;
	void (*custom)(struct tsm_session *session, const struct op_row *row);
};

static const char *op_name(const struct op_call *call)
{
	static char text[160];

	snprintf(text, sizeof(text),
		 "IOMMU_VDEVICE_TSM_OP (word %#x) size=%u type=%u flags=%#x vdevice_id=%s",
		 call->word ? call->word : (__u32)TSM_OP_WORD,
		 call->size.is ? (__u32)call->size.value : TSM_OP_SIZE,
		 call->type.is ? (__u32)call->type.value : TSM_BIND, call->flags,
		 tsm_id_name(call->id));
	return text;
}

static void get_state(const struct tsm_session *session, struct uapi_conform_state *state)
{
	if (session->facts->control >= 0 &&
	    ioctl(session->facts->control, UAPI_CONFORM_GET_STATE, state))
		uc_error("the fixture's state cannot be read: %s", uc_errno_name(errno));
}

/* The call alone, with what it writes back; true if as demanded. */
static bool judge_op(struct tsm_session *session, const struct op_call *call, int error)
{
	__u32 size = call->size.is ? call->size.value : TSM_OP_SIZE;
	size_t mapped = call->place == PLACE_SHORT ? call->mapped :
			size < TSM_OP_SIZE ? TSM_OP_SIZE : size;
	struct tsm_op op = {
		.size = size, .type = call->type.is ? call->type.value : TSM_BIND,
		.flags = call->flags, .vdevice_id = tsm_id_value(session, call->id),
	};
	__u8 image[64] = { 0 }, *memory = uc_guarded(mapped);
	long got;
	int got_error;

	memcpy(image, &op, sizeof(op));
	if (call->tail)
		image[call->tail] = 1;
	memcpy(memory, image, mapped);
	uc_judging("%s", op_name(call));
	errno = 0;
	got = ioctl(session->way.iommufd, call->word ? call->word : TSM_OP_WORD,
		    call->place == PLACE_NULL ? NULL : memory);
	got_error = errno;
	uc_judged();
	error = uc_expect(got, got_error, -error, "%s", op_name(call));
	if (!memcmp(memory, image, mapped))
		return error;
	uc_fail("call:     %s\nexpected: the struct holds what was passed\ngot:      other bytes",
		op_name(call));
	return false;
}

static void set_knobs(const struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_knobs knobs = { .flags = row->knobs, .bind_error = row->bind_error };

	if (ioctl(session->facts->control, UAPI_CONFORM_SET_KNOBS, &knobs))
		uc_error("setting the fixture's knobs: %s", uc_errno_name(errno));
}

/* What the TSM was asked to do, and whether requests now get through as the state promises. */
static void judge_effect(struct tsm_session *session, const struct op_row *row,
			 const struct uapi_conform_state *before, enum tsm_state state)
{
	static const struct tsm_expect works = TSM_RETURNS(TSM_GOOD_RESP_LEN - TSM_GOOD_PRODUCE);
	static const struct tsm_expect refused = TSM_FAILS(ENXIO);
	struct uapi_conform_state after = { 0 };

	get_state(session, &after);
	if (after.binds - before->binds != (__u64)row->binds ||
	    after.unbinds - before->unbinds != (__u64)row->unbinds)
		uc_fail("call:     %s\nexpected: the TSM binds %d and unbinds %d times\n"
			"got:      %lld and %lld", op_name(&row->call), row->binds, row->unbinds,
			(long long)(after.binds - before->binds),
			(long long)(after.unbinds - before->unbinds));
	tsm_judge(session, &(struct tsm_call){ .scope = PCI_INFO },
		  state == BOUND ? &works : &refused);
}

static void run_op_row(const struct uc_row *base, const void *data)
{
	const struct op_row *row = (const struct op_row *)base;
	const struct tsm_facts *facts = data;
	struct uapi_conform_state before = { 0 };
	struct tsm_session session;
	enum tsm_state state = row->state;

	if (state == IN_ANY_STATE && facts->device.fixture && facts->vm)
		state = BOUND;
	tsm_judge_row(NULL);
	tsm_session_open(&session, facts, state);
	if (row->custom) {
		row->custom(&session, row);
		return;
	}
	if (row->knobs || row->bind_error)
		set_knobs(&session, row);
	get_state(&session, &before);
	if (row->after != IN_ANY_STATE)
		tsm_session_disturb(&session);
	if (!judge_op(&session, &row->call, row->error))
		tsm_session_disturb(&session);	/* what it did is anybody's guess */
	else if (row->after != IN_ANY_STATE)
		tsm_session_settle(&session, row->after);
	if (session.facts->control >= 0)
		judge_effect(&session, row, &before, row->after ? row->after : state);
	if (row->knobs || row->bind_error)
		set_knobs(&session, &(struct op_row){ .knobs = 0 });
}

static void every_flag(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state before = { 0 };

	get_state(session, &before);
	for (int bit = 0; bit < 32; bit++)
		if (!judge_op(session, &(struct op_call){ .flags = 1U << bit }, EOPNOTSUPP))
			tsm_session_disturb(session);
	judge_effect(session, row, &before, CONNECTED);
}

/* Without a VM nothing is bound; and what is wrong before that still comes first. */
static void no_vm(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state before = { 0 };

	tsm_session_own_way(session, 0);
	get_state(session, &before);
	judge_op(session, &(struct op_call){ .flags = 0 }, ENODEV);
	judge_op(session, &(struct op_call){ .type = GIVE(TSM_UNBIND) }, ENODEV);
	judge_op(session, &(struct op_call){ .type = GIVE(9) }, ENODEV);
	judge_op(session, &(struct op_call){ .id = ID_OF_NOTHING }, ENOENT);
	judge_op(session, &(struct op_call){ .flags = 1 }, EOPNOTSUPP);
	judge_effect(session, row, &before, CONNECTED);
}

/* Made of a device with a VM, which is opened again without one; no file of the VM is left. */
static void vm_of_viommu(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state before = { 0 };

	tsm_session_own_way(session, TSM_WAY_VM);
	if (tsm_way_reopen(&session->way, session->facts, 0))
		uc_error("no vdevice: %s", session->way.why);
	get_state(session, &before);
	judge_op(session, &(struct op_call){ .type = GIVE(9) }, EINVAL);
	judge_op(session, &row->call, row->error);
	judge_effect(session, row, &before, BOUND);
}

/* The other way round: a VM that comes after the vIOMMU is none. */
static void vm_after_viommu(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state before = { 0 };

	tsm_session_own_way(session, 0);
	if (tsm_way_reopen(&session->way, session->facts, TSM_WAY_VM))
		uc_error("no vdevice: %s", session->way.why);
	get_state(session, &before);
	judge_op(session, &row->call, row->error);
	judge_op(session, &(struct op_call){ .type = GIVE(TSM_UNBIND) }, ENODEV);
	judge_effect(session, row, &before, CONNECTED);
}

/* A VM, and a device that is no PCI device. UNBIND of such a one is not in the document. */
static void not_pci(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state before = { 0 }, after = { 0 };

	(void)row;
	tsm_way_close(&session->way);
	if (tsm_way_open(&session->way, session->facts, TSM_WAY_VM | TSM_WAY_PLAIN))
		uc_error("no vdevice: %s", session->way.why);
	get_state(session, &before);
	judge_op(session, &(struct op_call){ .flags = 0 }, EINVAL);
	judge_op(session, &(struct op_call){ .type = GIVE(9) }, EINVAL);
	judge_op(session, &(struct op_call){ .flags = 1 }, EOPNOTSUPP);
	get_state(session, &after);
	uc_expect(after.binds - before.binds, 0, 0, "how often the TSM was asked to bind");
}

static void destroy_unbinds(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state before = { 0 }, after = { 0 };
	int rc;

	(void)row;
	get_state(session, &before);
	tsm_session_disturb(session);
	uc_judging("IOMMU_DESTROY of a bound vdevice");
	rc = tsm_destroy(session->way.iommufd, session->way.vdevice_id);
	uc_judged();
	uc_expect(rc ? -1 : 0, -rc, 0, "IOMMU_DESTROY of a bound vdevice");
	get_state(session, &after);
	uc_expect(after.unbinds - before.unbinds, 0, 1, "how often the TSM was asked to unbind");
	uc_expect(after.bound, 0, 0, "whether the device is still bound");
	if (tsm_way_new_vdevice(&session->way))
		uc_error("%s", session->way.why);
	tsm_session_settle(session, CONNECTED);
}

static void virtual_id(struct tsm_session *session, const struct op_row *row)
{
	struct uapi_conform_state state = { 0 };

	(void)row;
	get_state(session, &state);
	uc_expect(state.tdi_id, 0, TSM_VIRT_ID, "the identifier that the TSM was given at BIND");
}

#define UNBIND_OF(...)	{ .type = GIVE(TSM_UNBIND), __VA_ARGS__ }
#define ON_OP	NEEDS(&tsm_need_v5, &tsm_need_tsm, &tsm_need_op), .control = &tsm_control_anywhere
#define ON_NO_TSM	NEEDS(&tsm_need_v5, &tsm_need_no_tsm, &tsm_need_op)

static const struct op_row rows[] = {
	{ { "tsm_req.op.bind", REQ(OP_BIND, OP_WRITTEN_BACK, OP_WORD_AND_SIZE), CONTROL },
	  CONNECTED, { 0 }, .error = 0, .binds = 1, .after = BOUND },
	{ { "tsm_req.op.bind_again", REQ(OP_BIND_AGAIN), ON_FIXTURE }, BOUND, { 0 }, .error = 0 },
	{ { "tsm_req.op.bind_identifier", REQ(OP_BIND), ON_FIXTURE }, BOUND, .custom = virtual_id },
	{ { "tsm_req.op.bind_unconnected", REQ(OP_NOT_CONNECTED), ON_FIXTURE },
	  UNCONNECTED, { 0 }, .error = EINVAL },
	{ { "tsm_req.op.bind_no_link_tsm", REQ(OP_NOT_LINK), ON_FIXTURE },
	  NOT_LINK, { 0 }, .error = ENXIO },
	{ { "tsm_req.op.bind_other_vm", REQ(OP_OTHER_VM), ON_FIXTURE },
	  BOUND, { 0 }, .error = EBUSY, .knobs = UAPI_CONFORM_KNOB_OTHER_VM },
	{ { "tsm_req.op.bind_tsm_error", REQ(OP_BACKEND_ERROR), ON_FIXTURE },
	  CONNECTED, { 0 }, .error = EIO, .binds = 1, .bind_error = -EIO },
	{ { "tsm_req.op.unbind", REQ(OP_UNBIND, OP_WRITTEN_BACK), ON_FIXTURE },
	  BOUND, UNBIND_OF(), .error = 0, .unbinds = 1, .after = CONNECTED },
	{ { "tsm_req.op.unbind_unbound", REQ(OP_UNBIND), ON_FIXTURE },
	  CONNECTED, UNBIND_OF(), .error = 0 },
	{ { "tsm_req.op.unbind_unconnected", REQ(OP_UNBIND), ON_FIXTURE },
	  UNCONNECTED, UNBIND_OF(), .error = 0 },
	{ { "tsm_req.op.unbind_other_vm", REQ(OP_UNBIND), ON_FIXTURE },
	  BOUND, UNBIND_OF(), .error = 0, .unbinds = 1, .after = CONNECTED,
	  .knobs = UAPI_CONFORM_KNOB_OTHER_VM },
	{ { "tsm_req.op.destroy_unbinds", REQ(OP_DESTROY_UNBINDS), ON_FIXTURE },
	  BOUND, .custom = destroy_unbinds },
	{ { "tsm_req.op.no_vm", REQ(OP_NO_VM), ON_FIXTURE }, CONNECTED, .custom = no_vm },
	{ { "tsm_req.op.vm_of_viommu", REQ(OP_VIOMMU_VM), ON_FIXTURE },
	  CONNECTED, { 0 }, .error = 0, .binds = 1, .custom = vm_of_viommu },
	{ { "tsm_req.op.vm_after_viommu", REQ(OP_VIOMMU_VM), ON_FIXTURE },
	  CONNECTED, { 0 }, .error = ENODEV, .custom = vm_after_viommu },
	{ { "tsm_req.op.not_pci", REQ(OP_NOT_PCI), ON_FIXTURE }, IN_ANY_STATE, .custom = not_pci },

	{ { "tsm_req.op.every_flag", REQ(OP_FLAGS), ON_FIXTURE }, CONNECTED, .custom = every_flag },
	{ { "tsm_req.op.flag_and_unknown_vdevice", REQ(OP_FLAGS), ON_OP },
	  IN_ANY_STATE, { .flags = 1, .id = ID_OF_NOTHING }, .error = EOPNOTSUPP },
	{ { "tsm_req.op.unknown_vdevice", REQ(OP_ID), ON_OP },
	  IN_ANY_STATE, { .id = ID_OF_NOTHING }, .error = ENOENT },
	{ { "tsm_req.op.ioas", REQ(OP_ID), ON_OP },
	  IN_ANY_STATE, { .id = ID_OF_IOAS }, .error = ENOENT },
	{ { "tsm_req.op.device", REQ(OP_ID), ON_FIXTURE },
	  BOUND, UNBIND_OF(.id = ID_OF_DEVICE), .error = ENOENT },
	{ { "tsm_req.op.viommu", REQ(OP_ID), ON_FIXTURE },
	  BOUND, UNBIND_OF(.id = ID_OF_VIOMMU), .error = ENOENT },
	{ { "tsm_req.op.type_0", REQ(OP_TYPE), ON_FIXTURE },
	  BOUND, { .type = GIVE(0) }, .error = EINVAL },
	{ { "tsm_req.op.type_3", REQ(OP_TYPE), ON_FIXTURE },
	  CONNECTED, { .type = GIVE(3) }, .error = EINVAL },
	{ { "tsm_req.op.type_all_ones", REQ(OP_TYPE), ON_FIXTURE },
	  BOUND, { .type = GIVE(~0U) }, .error = EINVAL },
	{ { "tsm_req.op.type_and_unknown_vdevice", REQ(OP_TYPE), ON_OP },
	  IN_ANY_STATE, { .type = GIVE(9), .id = ID_OF_NOTHING }, .error = ENOENT },
	{ { "tsm_req.op.type_and_flag", REQ(OP_TYPE, OP_FLAGS), ON_OP },
	  IN_ANY_STATE, { .type = GIVE(9), .flags = 1 }, .error = EOPNOTSUPP },

	{ { "tsm_req.op.null", REQ(OP_WORD_AND_SIZE), ON_OP },
	  IN_ANY_STATE, { .place = PLACE_NULL }, .error = EFAULT },
	{ { "tsm_req.op.size_only", REQ(OP_WORD_AND_SIZE), ON_OP },
	  IN_ANY_STATE, { .place = PLACE_SHORT, .mapped = 4 }, .error = EFAULT },
	{ { "tsm_req.op.size_15", REQ(OP_WORD_AND_SIZE), ON_OP },
	  IN_ANY_STATE, { .size = GIVE(15), .id = ID_OF_NOTHING }, .error = EINVAL },
	{ { "tsm_req.op.size_20_zero", REQ(OP_WORD_AND_SIZE), ON_FIXTURE },
	  CONNECTED, { .size = GIVE(20) }, .error = 0, .binds = 1, .after = BOUND },
	{ { "tsm_req.op.size_20_nonzero", REQ(OP_WORD_AND_SIZE), ON_FIXTURE },
	  CONNECTED, { .size = GIVE(20), .tail = 16 }, .error = E2BIG },
	{ { "tsm_req.op.other_direction", REQ(OP_WORD_AND_SIZE), ON_FIXTURE },
	  CONNECTED, { .word = _IOWR(TSM_IOMMUFD_TYPE, TSM_OP_NR, struct tsm_op) },
	  .error = ENOTTY },
	{ { "tsm_req.op.no_tsm_support", REQ(TSM_ABSENT), ON_NO_TSM },
	  IN_ANY_STATE, { .id = ID_OF_NOTHING }, .error = EOPNOTSUPP },
};

const struct uc_topic tsm_op_topic = UC_BATCH_TOPIC("op", rows, run_op_row);
