/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers of IOMMU_VDEVICE_TSM_REQ and its companion IOMMU_VDEVICE_TSM_OP, revision v5.
 *
 * They are the suite's own and not a build machine's: no released header has them, and one that
 * will may have another revision's. What the document fixes is asserted at build time, on every
 * ABI.
 */
#ifndef TSM_NUMBERS_H
#define TSM_NUMBERS_H

#include <assert.h>
#include <limits.h>
#include <linux/types.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define TSM_IOMMUFD_TYPE	';'
#define TSM_OP_NR		0x95
#define TSM_REQ_NR		0x96
#define TSM_OP_WORD		_IO(TSM_IOMMUFD_TYPE, TSM_OP_NR)
#define TSM_REQ_WORD		_IO(TSM_IOMMUFD_TYPE, TSM_REQ_NR)

#define TSM_REQ_SIZE		40	/* bytes of the struct, and the least that is accepted */
#define TSM_OP_SIZE		16

enum tsm_scope {
	PCI_INFO,
	PCI_STATE_CHANGE,
	PCI_DEBUG_READ,
	PCI_DEBUG_WRITE,
	PCI_LAST = PCI_DEBUG_WRITE,
};

struct tsm_req {
	__u32 size;
	__u32 vdevice_id;
	__u32 scope;
	__u32 req_len;
	__u32 resp_len;
	__u32 reserved;
	__aligned_u64 req_uptr;
	__aligned_u64 resp_uptr;
};

enum tsm_op_type {
	TSM_BIND = 1,
	TSM_UNBIND = 2,
};

struct tsm_op {
	__u32 size;
	__u32 type;
	__u32 flags;
	__u32 vdevice_id;
};

/* The largest residue that an ioctl's int can carry. */
#define TSM_RESIDUE_MAX		INT_MAX
/* The largest errno that a system call can return. */
#define TSM_ERRNO_MAX		4095

static_assert(TSM_REQ_WORD == 0x3b96, "the request's ioctl word");
static_assert(TSM_OP_WORD == 0x3b95, "the operation's ioctl word");
static_assert(sizeof(struct tsm_req) == TSM_REQ_SIZE, "the request is 40 bytes on every ABI");
static_assert(offsetof(struct tsm_req, size) == 0, "size");
static_assert(offsetof(struct tsm_req, vdevice_id) == 4, "vdevice_id");
static_assert(offsetof(struct tsm_req, scope) == 8, "scope");
static_assert(offsetof(struct tsm_req, req_len) == 12, "req_len");
static_assert(offsetof(struct tsm_req, resp_len) == 16, "resp_len");
static_assert(offsetof(struct tsm_req, reserved) == 20, "__reserved");
static_assert(offsetof(struct tsm_req, req_uptr) == 24, "req_uptr");
static_assert(offsetof(struct tsm_req, resp_uptr) == 32, "resp_uptr");
static_assert(sizeof(struct tsm_op) == TSM_OP_SIZE, "the operation is 16 bytes on every ABI");
static_assert(PCI_LAST == 3, "four scopes are allocated to PCI");

#endif /* TSM_NUMBERS_H */
