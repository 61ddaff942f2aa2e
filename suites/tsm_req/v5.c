// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revision v5, May 2026, as the document has it, and nvidia-40, which has its words, sizes and fields,
 * of which iommufd looks at fewer. The numbers are the suite's own and not a build machine's: no
 * released header has them, and one that will may have another revision's.
 *
 * What was seen of nvidia-40 in NVIDIA/NV-Kernels, drivers/iommu/iommufd/tsm.c at 315cb8da740a: neither
 * scope nor the word at 20 is looked at, an unknown type of TSM_OP is ENODEV, nothing of the request is
 * written back; the VM's file is given to VIOMMU_ALLOC, and not found by the device. What PCI's layer
 * refuses is inferred from v5's, whose callers it shares.
 */
#include <errno.h>

#include "rules.h"

static const char *const scope_names[] = {
	"PCI_INFO", "PCI_STATE_CHANGE", "PCI_DEBUG_READ", "PCI_DEBUG_WRITE",
};
static const __u32 scopes[] = {
	1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 255, 256, 0x10000, 0x7fffffff, 0x80000000,
	0xffffffff, 0xfffffffe, 0x101, 0x40000002, 0x1003, 0x80000001, 0x20000, 0x800000,
};
static const __u32 reserveds[] = {
	1, 2, 0x10, 0x80, 0x100, 0x8000, 0x10000, 0x1000000, 0x40000000, 0x80000000, 0xffffffff,
};
static const char *const type_names[] = { NULL, "BIND", "UNBIND" };
static const __u32 types[] = {
	0, 3, 4, 0x101, 0x102, 0x10001, 0x80000001, 0xffffffff, 0x41, 0x200001,
};

static const struct tsm_field fields[] = {
	TSM_FIELD_VALUE("size", 0, TSM_SIZE, 40),
	TSM_FIELD_ID(4),
	TSM_FIELD_VALUE("scope", 8, V5_SCOPE, PCI_INFO, TSM_NAMES(scope_names), TSM_INTERESTING(scopes)),
	TSM_FIELD_VALUE("req_len", 12, TSM_REQ_LEN, 64),
	TSM_FIELD_VALUE("resp_len", 16, TSM_RESP_LEN, 100),
	TSM_FIELD_VALUE("reserved", 20, V5_RESERVED, 0, TSM_INTERESTING(reserveds)),
	TSM_FIELD_REQ(24),
	TSM_FIELD_RESP(32),
};

static const struct tsm_field operation_fields[] = {
	TSM_FIELD_VALUE("size", 0, TSM_SIZE, 16),
	TSM_FIELD_VALUE("type", 4, V5_TYPE, TSM_BIND, TSM_NAMES(type_names), TSM_INTERESTING(types)),
	TSM_FIELD_VALUE("flags", 8, V5_FLAGS, 0, TSM_INTERESTING(reserveds)),
	TSM_FIELD_ID(12),
};

/* Refused for the other good reason. */
static int also_privilege(const struct tsm_question *question)
{
	const struct tsm_step *step = question->step;

	return step->value[V5_SCOPE] == PCI_DEBUG_WRITE &&
	       (step->caller == NOBODY || step->caller == NO_RAWIO) ? EPERM : 0;
}

static const struct tsm_check request_checks[] = {
	TSM_FORMAT_CHECKS("size=39", "struct=cut 32", "size=48 byte=40"),
	{ RESERVED_ZERO, EOPNOTSUPP, VALUE_ABOVE, V5_RESERVED, 0,
	  .spoil = "reserved=0x80000001" },
	{ SCOPE_KNOWN, EINVAL, VALUE_ABOVE, V5_SCOPE, PCI_LAST, .spoil = "scope=8" },
	{ ID_UNKNOWN, ENOENT, NOT_FOUND, .spoil = "id=nothing" },
	{ STATE_NOT_PCI, EINVAL, IN_STATE, .limit = NOT_PCI },
	{ SCOPE_LOWER_LAYER, EINVAL, VALUE_ABOVE, V5_SCOPE, PCI_STATE_CHANGE,
	  .spoil = "scope=2", .also = also_privilege },
	TSM_LAST_CHECKS,
};

static const struct tsm_check nvidia_request_checks[] = {
	TSM_FORMAT_CHECKS("size=39", "struct=cut 32", "size=48 byte=40"),
	{ ID_UNKNOWN, ENOENT, NOT_FOUND, .spoil = "id=nothing" },
	{ STATE_NOT_PCI, EINVAL, IN_STATE, .limit = NOT_PCI },
	{ NVIDIA_SCOPE, EINVAL, VALUE_ABOVE, V5_SCOPE, PCI_LAST, .spoil = "scope=8" },
	{ SCOPE_LOWER_LAYER, EINVAL, VALUE_ABOVE, V5_SCOPE, PCI_STATE_CHANGE,
	  .spoil = "scope=2", .also = also_privilege },
	TSM_LAST_CHECKS,
};

static enum tsm_requirement blame_request(const struct tsm_question *question,
					  const struct tsm_check *check,
					  const struct tsm_expected *expected)
{
	const struct tsm_step *step = question->step;
	bool debug_write = step->value[V5_SCOPE] == PCI_DEBUG_WRITE;

	if (step->caller == CHILD)
		return FD_SHARED;
	if (step->caller != ROOT && !debug_write)
		return NO_PRIVILEGE;
	if (!check)
		return tsm_blame_tsm(question, expected);
	if (check->requirement == ID_UNKNOWN)
		return question->id;
	return check->requirement == SCOPE_LOWER_LAYER && step->caller != ROOT ?
	       DEBUG_WRITE_GUARDED : check->requirement;
}

static enum tsm_requirement blame_nvidia_request(const struct tsm_question *question,
						 const struct tsm_check *check,
						 const struct tsm_expected *expected)
{
	bool hole = question->step->value[V5_RESERVED];

	return hole && (!check || check->requirement >= ID_UNKNOWN) ? NVIDIA_HOLE :
	       blame_request(question, check, expected);
}

static bool no_vm(const struct tsm_question *question, const struct tsm_check *check)
{
	(void)check;
	return !question->vm;
}

static bool other_type(const struct tsm_question *question, const struct tsm_check *check)
{
	(void)check;
	return question->step->value[V5_TYPE] != TSM_BIND &&
	       question->step->value[V5_TYPE] != TSM_UNBIND;
}

/* UNBIND of a PCI device is always 0; of another one it is not in the document. */
static bool bind_in_state(const struct tsm_question *question, const struct tsm_check *check)
{
	return question->step->value[V5_TYPE] == TSM_BIND &&
	       question->state == (enum tsm_state)check->limit;
}

static bool bound_elsewhere(const struct tsm_question *question, const struct tsm_check *check)
{
	(void)check;
	return question->step->value[V5_TYPE] == TSM_BIND && question->state == BOUND &&
	       question->other_vm;
}

/* An unknown type is all that the revisions differ in. */
#define OPERATION_CHECKS(unknown_type, error)						\
	{ OP_WORD_AND_SIZE, EFAULT, SIZE_NOT_READ, .spoil = "struct=unmapped" },	\
	{ OP_WORD_AND_SIZE, ENOTTY, OTHER_WORD, .spoil = "word=readwrite" },		\
	{ OP_WORD_AND_SIZE, EINVAL, SIZE_BELOW, .spoil = "size=15" },			\
	{ OP_WORD_AND_SIZE, EFAULT, STRUCT_NOT_READ, .spoil = "struct=cut 12" },	\
	{ OP_WORD_AND_SIZE, E2BIG, TAIL_SET, .spoil = "size=20 byte=16" },		\
	{ TSM_ABSENT, EOPNOTSUPP, .when = NOT_BUILT },					\
	{ OP_FLAGS, EOPNOTSUPP, VALUE_ABOVE, V5_FLAGS, 0, .spoil = "flags=1" },		\
	{ OP_ID, ENOENT, NOT_FOUND, .spoil = "id=nothing" },				\
	{ OP_NO_VM, ENODEV, OWN_CHECK, .applies = no_vm },				\
	{ unknown_type, error, OWN_CHECK, .applies = other_type, .spoil = "type=9" },	\
	{ OP_NOT_PCI, EINVAL, OWN_CHECK, .limit = NOT_PCI, .applies = bind_in_state },	\
	{ OP_NOT_CONNECTED, EINVAL, OWN_CHECK, .limit = UNCONNECTED, .applies = bind_in_state }, \
	{ OP_NOT_LINK, ENXIO, OWN_CHECK, .limit = NOT_LINK, .applies = bind_in_state },	\
	{ OP_OTHER_VM, EBUSY, OWN_CHECK, .applies = bound_elsewhere },

static const struct tsm_check operation_checks[] = { OPERATION_CHECKS(OP_TYPE, EINVAL) };
static const struct tsm_check nvidia_operation_checks[] = { OPERATION_CHECKS(NVIDIA_OP_TYPE, ENODEV) };

/* The device of @question is PCI, or the type is UNBIND. */
static void pass_operation(const struct tsm_question *question, struct tsm_expected *expected)
{
	const struct tsm_step *step = question->step;

	expected->low = expected->high = 0;
	if (step->value[V5_TYPE] == TSM_UNBIND) {
		expected->open = question->state == NOT_PCI;
		if (question->state != NOT_PCI) {
			expected->unbinds = expected->bound;
			expected->bound = false;
		}
	} else if (!expected->bound) {
		expected->binds = 1;
		expected->bound = !step->result;
		if (step->result) {
			expected->errors[0] = -step->result;
			expected->high = -1;
		}
	}
	/* It may be written back, which read-only memory does not let it; but it was done. */
	if (step->place[STRUCT] == READ_ONLY && !expected->open && !expected->errors[0]) {
		expected->errors[0] = EFAULT;
		expected->high = -1;
	}
}

static enum tsm_requirement blame_operation(const struct tsm_question *question,
					    const struct tsm_check *check,
					    const struct tsm_expected *expected)
{
	bool after_id = !check || check->requirement >= OP_NO_VM;

	if (question->vm_moved && after_id)
		return tsm_rules_now->vm_file ? NVIDIA_VM_FILE : OP_VIOMMU_VM;
	if (check)
		return check->requirement;
	if (question->step->value[V5_TYPE] == TSM_UNBIND)
		return OP_UNBIND;
	if (!expected->binds)
		return OP_BIND_AGAIN;
	return question->step->result ? OP_BACKEND_ERROR : OP_BIND;
}

#define REQUEST(list, whom) {								\
	.name = "TSM_REQ", .number = 0x96, .size = 40, .scope = V5_SCOPE, .fields = fields, \
	.field_count = UC_ARRAY_SIZE(fields), .checks = (list), .check_count = UC_ARRAY_SIZE(list), \
	.kept = ABI_ONE_WAY, .pass = tsm_ask_tsm, .blame = (whom) }
#define OPERATION(nr, list) {								\
	.name = "TSM_OP", .number = (nr), .size = 16, .fields = operation_fields,	\
	.field_count = UC_ARRAY_SIZE(operation_fields), .checks = (list),		\
	.check_count = UC_ARRAY_SIZE(list), .kept = OP_WRITTEN_BACK, .pass = pass_operation, \
	.blame = blame_operation }

static const struct tsm_ioctl request = REQUEST(request_checks, blame_request);
static const struct tsm_ioctl operation = OPERATION(0x95, operation_checks);
static const struct tsm_ioctl nvidia_request = REQUEST(nvidia_request_checks, blame_nvidia_request);
static const struct tsm_ioctl nvidia_operation = OPERATION(0x95, nvidia_operation_checks);
const struct tsm_ioctl tsm_operation_at_96 = OPERATION(0x96, operation_checks);

const struct tsm_rules tsm_v5 = { .ioctl = { &request, &operation } };
const struct tsm_rules tsm_nvidia_40 = {
	.ioctl = { &nvidia_request, &nvidia_operation }, .vm_file = true,
};
