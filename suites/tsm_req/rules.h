/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A revision of the interface is one object: the words, sizes and fields of its two ioctls, and the
 * order of their checks. What must come of a call (tsm_rules()), the requirement to blame, the order
 * rows, what an exploration changes, the text of steps and the memory of a call all come from it.
 * Pure: no system call.
 */
#ifndef TSM_RULES_H
#define TSM_RULES_H

#include <stddef.h>

#include "../../harness/steps.h"
#include "requirements.h"
#include "step.h"

#define TSM_IOMMUFD_TYPE	';'
#define TSM_RESIDUE_MAX		0x7fffffff	/* the largest that an ioctl's int can carry */
#define TSM_ERRNO_MAX		4095

enum tsm_state {	/* of the device behind the vdevice */
	IN_ANY_STATE,	/* the outcome must not depend on it; no device is needed */
	UNCONNECTED,
	CONNECTED,	/* to a TSM, and not bound */
	NOT_LINK,	/* connected and bound, but the TSM says that it is no link TSM */
	BOUND,
	NOT_PCI,
};

enum tsm_code { CODE_KEPT, CODE_ZERO, CODE_OF_TSM };

/* A call, and what it acts on. */
struct tsm_question {
	const struct tsm_ioctl *ioctl;
	const struct tsm_step *step;
	bool tsm_built;		/* CONFIG_TSM */
	enum tsm_state state;	/* IN_ANY_STATE is no answer */
	bool found;		/* its id names a vdevice */
	enum tsm_requirement id;	/* otherwise the clause that says so */
	bool vm;		/* the vdevice's vIOMMU has a VM */
	bool vm_moved;		/* ... and its device has none, or the other way round */
	bool other_vm;		/* the device says that it is bound to another one */
};

/* What must come of a step. */
struct tsm_expected {
	bool open;		/* the result: the document leaves it open */
	bool forwarded;		/* the TSM is asked, once */
	bool apart;		/* the buffers that are looked at are not the caller's */
	bool connected, bound;	/* afterwards */
	int errors[3];		/* allowed errnos; 0 ends */
	int spelled;		/* not this one, where any may come: a number that is cut looks like it */
	__s64 low, high;	/* allowed results; low > high if there are none */
	__u64 consumed, produced;	/* bytes, where forwarded */
	int binds, unbinds, vdevices;	/* how many times, or more, than before */
	__u32 tdi_id;		/* where bound */
	__s64 second;		/* of what a race adds: a residue, or -errno */
	__u8 code;		/* what becomes of tsm_code, where there is one: enum tsm_code */
	enum tsm_requirement requirement;	/* that a wrong result breaks */
};

/* When a check decides; where two errnos are as good, tsm_judge_call() knows the other one. */
enum tsm_when {
	BY_THE_TSM,	/* no check but the TSM's own business, which comes last */
	SIZE_NOT_READ, OTHER_WORD, SIZE_BELOW, STRUCT_NOT_READ, TAIL_SET,	/* of every iommufd ioctl */
	NOT_BUILT,	/* without TSM support */
	VALUE_ABOVE,	/* the value is above the limit */
	NOT_FOUND,	/* the vdevice */
	IN_STATE,	/* the limit is the device's state */
	OWN_CHECK,	/* applies() says so */
};

/* One check; the first one of an ioctl's list that applies decides. */
struct tsm_check {
	enum tsm_requirement requirement;
	int error;
	enum tsm_when when;
	__u8 value;		/* index of the value that is looked at */
	__u32 limit;		/* ... and the largest that passes */
	const char *spoil;	/* how to break it: a step's words; NULL: not by the call */
	bool (*applies)(const struct tsm_question *question, const struct tsm_check *check);
	int (*also)(const struct tsm_question *question);	/* another errno that is as good, or 0 */
	bool late;		/* the vdevice has been found: what is written back is */
};

/* FIELD_CODE is written by the kernel: what the caller passes there is TSM_CODE_PASSED. */
enum tsm_field_kind { FIELD_VALUE, FIELD_ID, FIELD_REQ, FIELD_RESP, FIELD_CODE };
#define TSM_CODE_PASSED		0x5a6b7c8d9eafb0c1ULL

struct tsm_field {
	struct uc_column column;	/* its word, and its value in a step */
	__u8 offset, width;	/* in the struct, bytes */
	__u8 kind;		/* enum tsm_field_kind */
	__u32 good;
};

/* A value of the step's, by its index, and what it is in a good call; then its names, its interesting values. */
#define TSM_FIELD_VALUE(title, at, index, usual, ...)					\
	{ .offset = (at), .width = 4, .good = (usual),					\
	  .column = { .word = (title), .offset = offsetof(struct tsm_step, value) + 4 * (index), \
		      .width = 4, .bare = true, __VA_ARGS__ } }
#define TSM_NAMES(list)		.names = (list), .name_count = UC_ARRAY_SIZE(list)
#define TSM_INTERESTING(list)	.interesting = (list), .interesting_count = UC_ARRAY_SIZE(list)
/* Those of every revision, which text.c reads and writes. */
#define TSM_FIELD_ID(at)	{ .offset = (at), .width = 4, .kind = FIELD_ID, .column = {	\
	.word = "id", .offset = offsetof(struct tsm_step, object), .width = 2 /* and what becomes of it */, \
	.read = tsm_read_id, .write = tsm_write_id } }
#define TSM_FIELD_PLACE(title, at, what, area)						\
	{ .offset = (at), .width = 8, .kind = (what), .column = {			\
	.word = (title), .offset = offsetof(struct tsm_step, place) + (area), .width = 1, \
	.read = tsm_read_place, .write = tsm_write_place } }
#define TSM_FIELD_REQ(at)	TSM_FIELD_PLACE("req", at, FIELD_REQ, REQUEST)
#define TSM_FIELD_RESP(at)	TSM_FIELD_PLACE("resp", at, FIELD_RESP, RESPONSE)

bool tsm_read_id(struct uc_words *words, void *step, const struct uc_column *column);
void tsm_write_id(const void *step, const struct uc_column *column, char *text, size_t size);
bool tsm_read_place(struct uc_words *words, void *step, const struct uc_column *column);
void tsm_write_place(const void *step, const struct uc_column *column, char *text, size_t size);

struct tsm_ioctl {
	const char *name;
	__u8 number;
	__u32 size;		/* of its struct, and the least that is accepted */
	__u8 scope;		/* index of the value that the TSM is given as its scope, or operation */
	__u8 arch;		/* ... and as its architecture; 0: there is none */
	__u8 code;		/* offset of a u64 that is written back; 0: nothing is */
	enum tsm_requirement kept;	/* that all else of the struct keeps what it held */
	const struct tsm_field *fields;
	__u8 field_count;
	const struct tsm_check *checks;
	__u8 check_count;
	/* What comes of a call that passes every check. */
	void (*pass)(const struct tsm_question *question, struct tsm_expected *expected);
	/* The clause that a wrong result breaks, where @check decides (NULL: none). */
	enum tsm_requirement (*blame)(const struct tsm_question *question,
				      const struct tsm_check *check,
				      const struct tsm_expected *expected);
};

struct tsm_rules {
	const struct tsm_ioctl *ioctl[2];	/* DO_REQ; DO_OP, or NULL where there is none */
	bool alloc_binds;	/* VDEVICE_ALLOC of a connected device binds it */
	bool vm_file;		/* VIOMMU_ALLOC is given the VM's file; else it takes the device's VM */
};

/* v5.c; the last one is v5's TSM_OP a number later, which op-48-rebased has. */
extern const struct tsm_rules tsm_v5, tsm_nvidia_40;
extern const struct tsm_ioctl tsm_operation_at_96;
enum { V5_SCOPE = TSM_OWN_VALUES, V5_RESERVED, V5_TYPE = TSM_OWN_VALUES, V5_FLAGS };
enum { PCI_INFO, PCI_STATE_CHANGE, PCI_DEBUG_READ, PCI_DEBUG_WRITE, PCI_LAST = PCI_DEBUG_WRITE };
enum { TSM_BIND = 1, TSM_UNBIND = 2 };

/* op_48.c */
extern const struct tsm_rules tsm_op_48, tsm_op_48_rebased;
enum { OPS_OP = TSM_OWN_VALUES, OPS_ARCH };
enum { ARCH_CCA = 1, ARCH_SEV, ARCH_TDX };

/* The revision at work: of the kernel under test, v5 until something else is known. */
extern const struct tsm_rules *tsm_rules_now;

/* The ioctl of a step, and its word; also a wrong one, where the step says so. */
const struct tsm_ioctl *tsm_ioctl_of(const struct tsm_step *step);
__u32 tsm_word_of(const struct tsm_step *step);

/* A step of this kind that nothing is wrong with: BIND, or an INFO request of 64 bytes and room for
 * 100, of which the TSM consumes all and produces 10. */
struct tsm_step tsm_good(enum tsm_step_op op);
#define TSM_GOOD_RESIDUE	90

/* What the document allows, and which check decides; NULL where all pass. */
const struct tsm_check *tsm_judge_call(const struct tsm_question *question,
				       struct tsm_expected *expected);

/* Whether a result (-1 and @error, or a number) is among what is allowed. */
bool tsm_allows(const struct tsm_expected *expected, __s64 got, int error);

/* What every request is checked for first, whatever its fields are; how it is broken depends on its size. */
#define TSM_FORMAT_CHECKS(too_short, cut, tail)						\
	{ SIZE_UNREADABLE, EFAULT, SIZE_NOT_READ, .spoil = "struct=unmapped" },		\
	{ ABI_WORD, ENOTTY, OTHER_WORD, .spoil = "word=readwrite" },			\
	{ SIZE_SHORT, EINVAL, SIZE_BELOW, .spoil = (too_short) },			\
	{ STRUCT_UNREADABLE, EFAULT, STRUCT_NOT_READ, .spoil = (cut) },			\
	{ SIZE_TAIL, E2BIG, TAIL_SET, .spoil = (tail) },				\
	{ TSM_ABSENT, EOPNOTSUPP, .when = NOT_BUILT }
/* And last: the device's state, and the TSM. */
#define TSM_LAST_CHECKS									\
	{ STATE_NOT_CONNECTED, ENXIO, IN_STATE, .limit = UNCONNECTED, .late = true },	\
	{ STATE_NOT_LINK, ENXIO, IN_STATE, .limit = NOT_LINK, .late = true },		\
	{ STATE_NOT_BOUND, ENXIO, IN_STATE, .limit = CONNECTED, .late = true },		\
	{ BUFFER_FAULT, EFAULT, BY_THE_TSM, .spoil = "req=kernel" },			\
	{ BUFFER_FAULT, EFAULT, BY_THE_TSM, .spoil = "resp=unmapped" },			\
	{ BACKEND_ERROR, EIO, BY_THE_TSM, .spoil = "result=-EIO" }

/* UAPI_CONFORM_ANSWER_* of a step's script: a code of the TSM's own where the revision has a place for it. */
__u32 tsm_told_flags(const struct tsm_step *step);
/* Whether the TSM is told what to do: beforehand, or by the request. */
bool tsm_scripted(const struct tsm_step *step);
/* What the project's scripted TSM makes of a request that reaches it. */
void tsm_ask_tsm(const struct tsm_question *question, struct tsm_expected *expected);
/* The clause of that; and who is denied what is right for others, or none. */
enum tsm_requirement tsm_blame_tsm(const struct tsm_question *question,
				   const struct tsm_expected *expected);

#endif /* TSM_RULES_H */
