// SPDX-License-Identifier: GPL-2.0-only
/* The clauses of revision v5 in the suite's own words, each with where the promise is made. */
#include "requirements.h"

#define UAPI	"patch v5 5/5, struct iommu_vdevice_tsm_req"
#define SCOPES	"patch v5 5/5, enum iommu_vdevice_tsm_req_scope"
#define RETURNS	"patch v5 5/5, return value of the ioctl"
#define ORDER	"patch v5 5/5, order of checks"
#define LAYER	"patch v5 5/5, tsm_guest_req() and the PCI TSM layer"
#define GENERAL	"iommufd.h, General ioctl format"
#define OP	"patch v5 4/5, struct iommu_vdevice_tsm_op"
#define VM	"patch v5 3/5, the vIOMMU's reference to the VM"

const struct uc_requirement tsm_requirements[TSM_REQUIREMENTS] = {
	[ABI_WORD] = { "ABI_WORD",
		"The request answers to the word 0x3b96 (type ';', number 0x96, no direction, no "
		"size) and any other direction, size or type with that number is ENOTTY.",
		UAPI },
	[ABI_LAYOUT] = { "ABI_LAYOUT",
		"The struct is 40 bytes with size, vdevice_id, scope, req_len, resp_len, a "
		"reserved word, req_uptr and resp_uptr at 0, 4, 8, 12, 16, 20, 24 and 32, on "
		"32-bit and 64-bit ABIs alike.",
		UAPI },
	[ABI_ONE_WAY] = { "ABI_ONE_WAY",
		"The struct is only read: the kernel never writes to it, whatever the outcome, "
		"and takes it from read-only memory.",
		UAPI },
	[SIZE_UNREADABLE] = { "SIZE_UNREADABLE",
		"An argument whose size field cannot be read is EFAULT.", GENERAL },
	[SIZE_SHORT] = { "SIZE_SHORT",
		"A size below 40 is EINVAL, whatever stands in memory.", GENERAL },
	[SIZE_LONG] = { "SIZE_LONG",
		"A size above 40 is accepted when every byte after the 40th is 0.", GENERAL },
	[SIZE_TAIL] = { "SIZE_TAIL",
		"A size above 40 with a byte after the 40th that is not 0 is E2BIG.", GENERAL },
	[STRUCT_UNREADABLE] = { "STRUCT_UNREADABLE",
		"A struct, or a part of it after the 40th byte, that cannot be read although size"
		" claims it is EFAULT.", GENERAL },
	[TSM_ABSENT] = { "TSM_ABSENT",
		"A kernel built without TSM support answers EOPNOTSUPP to every well-formed "
		"request and operation.", "patch v5 4/5 and 5/5, the stubs for !CONFIG_TSM" },
	[RESERVED_ZERO] = { "RESERVED_ZERO",
		"A reserved word that is not 0 is EOPNOTSUPP, whichever of its bits is set.",
		UAPI },
	[SCOPE_KNOWN] = { "SCOPE_KNOWN",
		"A scope that iommufd has not allocated (above 3) is EINVAL.", SCOPES },
	[SCOPE_INFO] = { "SCOPE_INFO",
		"INFO (0) reaches the TSM of a bound vdevice, as INFO.", SCOPES },
	[SCOPE_STATE_CHANGE] = { "SCOPE_STATE_CHANGE",
		"STATE_CHANGE (1) reaches the TSM of a bound vdevice, as STATE_CHANGE.", SCOPES },
	[SCOPE_LOWER_LAYER] = { "SCOPE_LOWER_LAYER",
		"DEBUG_READ (2) and DEBUG_WRITE (3) pass iommufd's own check, so an unknown "
		"vdevice is ENOENT with them, and are then refused with EINVAL by the PCI TSM "
		"layer, before the TSM is asked.", LAYER },
	[INFO_NO_CHANGE] = { "INFO_NO_CHANGE",
		"An INFO request changes no state: the device stays connected and bound, and the "
		"same request can be repeated with the same result.", SCOPES },
	[DEBUG_WRITE_GUARDED] = { "DEBUG_WRITE_GUARDED",
		"DEBUG_WRITE without CAP_SYS_RAWIO never reaches the TSM, and a refused one does "
		"not taint the kernel.", SCOPES },
	[NO_PRIVILEGE] = { "NO_PRIVILEGE",
		"The open file is the permission: a process without privileges that was given it "
		"gets the same answers for everything but DEBUG_WRITE.", SCOPES, .optional = true },
	[ID_UNKNOWN] = { "ID_UNKNOWN",
		"A vdevice_id that names no object of this file, or no longer, is ENOENT.",
		GENERAL },
	[ID_TYPE] = { "ID_TYPE",
		"A vdevice_id that names an object of another type is ENOENT.", GENERAL },
	[ID_CONTEXT] = { "ID_CONTEXT",
		"A vdevice_id of another open iommufd is ENOENT.", GENERAL },
	[ID_GOING_AWAY] = { "ID_GOING_AWAY",
		"After the device has left VFIO, its vdevice's id is ENOENT while the file is "
		"still open.", GENERAL },
	[STATE_NOT_PCI] = { "STATE_NOT_PCI",
		"A vdevice whose device is no PCI device is EINVAL.", LAYER },
	[STATE_NOT_CONNECTED] = { "STATE_NOT_CONNECTED",
		"A device that is not connected to a TSM is ENXIO.", LAYER },
	[STATE_NOT_LINK] = { "STATE_NOT_LINK",
		"A device whose TSM is no link TSM is ENXIO.", LAYER },
	[STATE_NOT_BOUND] = { "STATE_NOT_BOUND",
		"A device that is connected but not bound is ENXIO.", LAYER },
	[WAIT_INTERRUPTED] = { "WAIT_INTERRUPTED",
		"A signal while the request waits for another one to finish is EINTR; that "
		"request never reaches the TSM, and the next one works.", LAYER },
	[CHECK_ORDER] = { "CHECK_ORDER",
		"Where several things are wrong the first one in this order decides: size "
		"unreadable, word, size short, tail or struct unreadable, no TSM support, "
		"reserved, scope unknown, vdevice, not PCI, scope refused by PCI, not connected "
		"or no link TSM, not bound, the TSM's own answer.", ORDER },
	[FORWARD_ONCE] = { "FORWARD_ONCE",
		"A request that passes every check reaches the TSM exactly once, with scope, "
		"lengths and user addresses as given; one that does not, never.", UAPI },
	[PAYLOAD_REQUEST] = { "PAYLOAD_REQUEST",
		"Every byte of the request up to req_len reaches the TSM as it was, at any "
		"length.",
		UAPI },
	[PAYLOAD_RESPONSE] = { "PAYLOAD_RESPONSE",
		"Every byte that the TSM produces arrives at resp_uptr as it was, at any length.",
		UAPI },
	[RESIDUE_RESPONSE] = { "RESIDUE_RESPONSE",
		"With a response buffer, success returns the number of its bytes that were not "
		"filled.", RETURNS },
	[RESIDUE_REQUEST] = { "RESIDUE_REQUEST",
		"Without a response buffer, success returns the number of bytes of the request "
		"that were not consumed.", RETURNS },
	[RESIDUE_CAPACITY] = { "RESIDUE_CAPACITY",
		"A successful request returns at most resp_len with a response buffer, and at most"
		" req_len without one. The document leaves open what becomes of a larger count of "
		"the TSM's own that still fits the result, and what a response buffer is where "
		"resp_uptr and resp_len disagree.", RETURNS },
	[RESIDUE_TOO_LARGE] = { "RESIDUE_TOO_LARGE",
		"A residue of 2^31 or more does not fit the ioctl's int. Allowed is EOVERFLOW, "
		"and nothing else: not a negative number, not the errno that its low bits happen "
		"to spell, not a smaller residue and not success. The largest that fits, 2^31-1, "
		"is returned.", RETURNS ", and EOVERFLOW in " GENERAL },
	[BACKEND_ERROR] = { "BACKEND_ERROR",
		"An error of the TSM comes back as that error.", RETURNS },
	[BUFFER_FAULT] = { "BUFFER_FAULT",
		"A request or response buffer that the TSM has to touch and cannot (NULL, "
		"unmapped, a kernel address, read-only for the response) is EFAULT.", UAPI },
	[BUFFER_NOT_TOUCHED] = { "BUFFER_NOT_TOUCHED",
		"Pointers and lengths are the TSM's business: a buffer that it does not touch may"
		" be any address, of any length, and is never the reason of an error.", UAPI },
	[RESPONSE_TAIL] = { "RESPONSE_TAIL",
		"Bytes of the response buffer past those that were produced, and before and after"
		" the buffer, keep what they held.", RETURNS },
	[REQUEST_READ_ONLY] = { "REQUEST_READ_ONLY",
		"The request buffer is only read: it may be read-only memory, and keeps what it "
		"held.", UAPI },
	[CONCURRENT_CALLS] = { "CONCURRENT_CALLS",
		"Requests issued at the same time on one vdevice each get their own answer, and "
		"the TSM sees one at a time.", LAYER },
	[CONCURRENT_END] = { "CONCURRENT_END",
		"An unbind, a disconnection or a close while a request is in flight waits for "
		"it, leaves it its own answer, and ends the state for the next; destroying the "
		"vdevice does so too, or is EBUSY and changes nothing.", LAYER },
	[FD_SHARED] = { "FD_SHARED",
		"A forked child and a process that was passed the open file can issue requests as"
		" its first owner can.", GENERAL },
	[CLOSE_RELEASES] = { "CLOSE_RELEASES",
		"The last close of a device and of its iommufd comes back within 5 s once no call "
		"is in flight, and leaves nothing in use: the device can be bound to iommufd "
		"again.", GENERAL },
	[KERNEL_SOUND] = { "KERNEL_SOUND",
		"No call makes the kernel warn or oops, and every call comes back.", GENERAL },
	[OP_WORD_AND_SIZE] = { "OP_WORD_AND_SIZE",
		"The operation answers to the word 0x3b95 and follows the same rules for size, "
		"tail and unreadable memory, with 16 bytes.", OP },
	[OP_WRITTEN_BACK] = { "OP_WRITTEN_BACK",
		"A successful operation may write the struct back, and what it writes is what was"
		" passed.", OP },
	[OP_FLAGS] = { "OP_FLAGS",
		"An operation with any flag set is EOPNOTSUPP, before the vdevice is looked up.",
		OP },
	[OP_ID] = { "OP_ID",
		"An operation on an id that is no vdevice of this file is ENOENT.", OP },
	[OP_NO_VM] = { "OP_NO_VM",
		"BIND, UNBIND and unknown types are ENODEV where the vIOMMU has no VM, because "
		"its device had none when it was made.", OP },
	[OP_VIOMMU_VM] = { "OP_VIOMMU_VM",
		"The VM is the vIOMMU's, which takes the one that its device has when it is made "
		"and holds it as long as it exists: what the device is opened with later makes no "
		"difference.", VM },
	[OP_TYPE] = { "OP_TYPE",
		"A type other than BIND (1) and UNBIND (2) is EINVAL, after flags and vdevice.",
		OP },
	[OP_NOT_PCI] = { "OP_NOT_PCI",
		"BIND of a vdevice whose device is no PCI device is EINVAL.", OP },
	[OP_NOT_CONNECTED] = { "OP_NOT_CONNECTED",
		"BIND of a device that is not connected to a TSM is EINVAL.", OP },
	[OP_NOT_LINK] = { "OP_NOT_LINK",
		"BIND of a device whose TSM is no link TSM is ENXIO.", OP },
	[OP_BIND] = { "OP_BIND",
		"BIND of a connected device is 0, and requests reach the TSM from then on.", OP },
	[OP_BIND_AGAIN] = { "OP_BIND_AGAIN",
		"BIND of a device that is bound to the same VM is 0 and does not bind again.", OP },
	[OP_OTHER_VM] = { "OP_OTHER_VM",
		"BIND of a device that is bound to another VM is EBUSY.", OP },
	[OP_BACKEND_ERROR] = { "OP_BACKEND_ERROR",
		"An error of the TSM's bind comes back as that error, and leaves the device "
		"unbound.",
		OP },
	[OP_UNBIND] = { "OP_UNBIND",
		"UNBIND of a PCI device is 0, bound or not, and requests are refused from then "
		"on.",
		OP },
	[OP_DESTROY_UNBINDS] = { "OP_DESTROY_UNBINDS",
		"Destroying a bound vdevice unbinds its device.", OP },
};
