// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call in memory: where its struct and its two buffers lie, and what became of them and of the device.
 * The suite's player lays calls out and looks at them by this (call.c, judge.c), and so does the program
 * that shows a failure.
 */
#ifndef REPRODUCER_CALLER
#include "caller.c"
#endif
#ifndef UAPI_CONFORM_DEVICE_H
#include "../../../fixtures/device/uapi_conform_device.h"
#endif
#include <string.h>
#include <sys/mman.h>
#ifdef TSM_STEP_H
#include "../../../harness/buffer.h"
#endif

#ifndef REPRODUCER_ISSUE
#define REPRODUCER_ISSUE

#define TSM_MARGIN	16	/* bytes before the response that must stay poison */
#define TSM_POISON	0xa5
#define TSM_NO_BYTE	(~0ULL)

#ifndef TSM_STEP_H
/* Poisoned, and the last byte lies before a page that is not mapped. */
static uint8_t *uc_guarded(size_t size)
{
	const size_t page = sysconf(_SC_PAGESIZE), length = (size + page) / page * page;
	uint8_t *pages = mmap(NULL, length + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + page, length, PROT_READ | PROT_WRITE))
		give_up("memory");
	return memset(pages + page + length - size, TSM_POISON, size);
}

#define uc_guarded_sealable(size)	uc_guarded(size)

static void *uc_guarded_copy(const void *from, size_t size)
{
	return memcpy(uc_guarded(size), from, size);
}

static void *uc_unmapped(size_t size)
{
	return (char *)uc_guarded(size) + size;
}
#endif

/*
 * What is looked at after a step: name, in words, the clause that is broken (0: the step's own), and how it
 * is written: d number, x in hexadecimal, y yes or no, b a byte or none.
 */
#define TSM_ASPECT_LIST(ASPECT)								\
	ASPECT(RESULT, "its result", 0, 'd')						\
	ASPECT(TIMES_ASKED, "how many times the TSM is asked", FORWARD_ONCE, 'd')	\
	ASPECT(SCOPE_SEEN, "the scope, or operation, that the TSM is given", FORWARD_ONCE, 'd') \
	ASPECT(ARCH_SEEN, "the architecture that the TSM is given", OPS_FORWARDED, 'd')	\
	ASPECT(REQ_LEN_SEEN, "the req_len that the TSM is given", FORWARD_ONCE, 'd')	\
	ASPECT(RESP_LEN_SEEN, "the resp_len that the TSM is given", FORWARD_ONCE, 'd')	\
	ASPECT(REQ_SEEN, "the req_uptr that the TSM is given", FORWARD_ONCE, 'x')	\
	ASPECT(RESP_SEEN, "the resp_uptr that the TSM is given", FORWARD_ONCE, 'x')	\
	ASPECT(KINDS_SEEN, "kernel memory in place of the caller's buffers", FORWARD_ONCE, 'y') \
	ASPECT(REQUEST_READ, "the hash of the bytes that the TSM reads", PAYLOAD_REQUEST, 'x') \
	ASPECT(CODE_WRITTEN, "tsm_code afterwards", OPS_CODE, 'x')			\
	ASPECT(STRUCT_KEPT, "the first byte of the struct that is written", OPS_CODE_EARLY, 'b') \
	ASPECT(REQUEST_KEPT, "the first byte of the request that is written", REQUEST_READ_ONLY, 'b') \
	ASPECT(RESPONSE_BYTE, "how many bytes of the TSM's arrive in the response", PAYLOAD_RESPONSE, 'd') \
	ASPECT(RESPONSE_REST, "up to which byte the rest of the response is untouched", RESPONSE_TAIL, 'd') \
	ASPECT(BEFORE_RESPONSE, "up to which byte before the response memory is untouched", RESPONSE_TAIL, 'd') \
	ASPECT(IS_CONNECTED, "whether the device is connected afterwards", INFO_NO_CHANGE, 'y') \
	ASPECT(IS_BOUND, "whether the device is bound afterwards", INFO_NO_CHANGE, 'y')	\
	ASPECT(BIND_CALLS, "how many times the TSM is asked to bind", INFO_NO_CHANGE, 'd') \
	ASPECT(UNBIND_CALLS, "how many times the TSM is asked to unbind", INFO_NO_CHANGE, 'd') \
	ASPECT(VDEVICES_LEFT, "how many vdevices there are more than before", INFO_NO_CHANGE, 'd') \
	ASPECT(TDI_ID, "the identifier that the TSM is given to bind", INFO_NO_CHANGE, 'd') \
	ASPECT(TDI_VM, "the process whose VM the TSM is given to bind", INFO_NO_CHANGE, 'd') \
	ASPECT(SECOND_RESULT, "the result of what came while a request was with the TSM", INFO_NO_CHANGE, 'd') \
	ASPECT(AT_ONCE, "how many requests are with the TSM at once", INFO_NO_CHANGE, 'd') \
	ASPECT(CLOSE_TIME, "the seconds until it comes back, at most", CLOSE_RELEASES, 'd')

enum tsm_aspect {
	NO_ASPECT,
#define ASPECT(name, ...)	name,
	TSM_ASPECT_LIST(ASPECT)
#undef ASPECT
	TSM_ASPECTS
};

/* A value of one in words, in the buffer. */
static inline const char *tsm_aspect_value(char form, uint64_t value, char text[24])
{
	if (form == 'y')
		return value ? "yes" : "no";
	if (form == 'b' && value == TSM_NO_BYTE)
		return "none";
	snprintf(text, 24, form == 'x' ? "%#llx" : "%lld", (long long)value);
	return text;
}

struct tsm_memory {
	int place;		/* enum tsm_place */
	uint64_t at;		/* the address that is passed */
	uint8_t *now, *before;	/* what is there, and a copy of what was there before the call; or NULL */
	size_t size;		/* bytes of it */
};

struct tsm_issue {
	struct tsm_memory area[TSM_AREAS];
	uint32_t id, word;
	uint32_t seed;		/* of the pattern that the TSM writes */
};

/* Memory for one of the three, or an address where there is none. The request has a pattern in it. */
static inline void issue_put(struct tsm_issue *issue, enum tsm_area which, int place, size_t bytes)
{
	struct tsm_memory *area = &issue->area[which];
	const size_t margin = which == RESPONSE ? TSM_MARGIN : 0;

	*area = (struct tsm_memory){ .place = place };
	if (place == UNMAPPED)
		area->at = (uintptr_t)uc_unmapped(sysconf(_SC_PAGESIZE));
	else if (place == KERNEL)	/* its low half is not mapped for 32-bit programs either */
		area->at = 0xffff8000fffff000ULL;
	else if (place >= SAME)
		area->at = issue->area[REQUEST].at + (place == OVERLAP ? 8 : 0);
	if (place == AT_NULL || place == UNMAPPED || place == KERNEL || place >= SAME)
		return;
	area->size = bytes;
	area->now = place == READ_ONLY ? uc_guarded_sealable(margin + bytes) : uc_guarded(margin + bytes);
	area->now += margin;
	area->at = (uintptr_t)area->now;
	if (which == STRUCT)
		memset(area->now, 0, bytes);
	else if (which == REQUEST)
		uapi_conform_fill(area->now, ~issue->seed, 0, bytes);
}

/* A field of the struct, as far as it is there: little-endian, as all machines with a TSM are. */
static inline void issue_set(struct tsm_issue *issue, size_t offset, size_t width, uint64_t value)
{
	for (size_t i = 0; i < width && offset + i < issue->area[STRUCT].size; i++)
		issue->area[STRUCT].now[offset + i] = value >> 8 * i;
}

/* What the TSM is told by the request, where that has room for it. */
static inline void issue_script(struct tsm_issue *issue, const struct uapi_conform_answer *script)
{
	if (issue->area[REQUEST].size >= sizeof(*script))
		memcpy(issue->area[REQUEST].now, script, sizeof(*script));
}

/* All is written: take down how it is, and let nobody write what is read-only. */
static inline void issue_seal(struct tsm_issue *issue)
{
	const size_t page = sysconf(_SC_PAGESIZE);

	for (int which = 0; which < TSM_AREAS; which++) {
		struct tsm_memory *area = &issue->area[which];
		uint8_t *pages;

		if (!area->now)
			continue;
		pages = (uint8_t *)(((uintptr_t)area->now - (which == RESPONSE ? TSM_MARGIN : 0)) & -page);
		if (which != RESPONSE)
			area->before = uc_guarded_copy(area->now, area->size);
		if (area->place == READ_ONLY && area->now + area->size > pages &&
		    mprotect(pages, area->now + area->size - pages, PROT_READ))
			give_up("mprotect");
	}
}

/* What must come of a call, and what did. */
struct tsm_outcome {
	struct tsm_issue *issue;
	const struct uapi_conform_state *before, *after;	/* of the device */
	long long got;		/* a number, or -errno */
	bool asked;		/* the TSM is asked, once */
	bool unknown;		/* or perhaps not */
	bool reads;		/* it reads what it is given */
	uint32_t scope, arch, req_len, resp_len;	/* that it is given; arch 0: there is none */
	uint64_t produced;	/* bytes of the response, */
	uint64_t echoed;	/* of which so many are the request's */
	uint32_t seed;		/* ... and the others of this pattern */
	unsigned int code_at;	/* offset of what is written back, or 0 */
	uint64_t code;
	void (*compare)(struct tsm_outcome *outcome, enum tsm_aspect aspect, uint64_t expected, uint64_t came);
	void *of;		/* the suite's own */
};

/* What the TSM saw is what was passed, and the bytes it read are the ones that were there. */
static inline void check_asked(struct tsm_outcome *outcome)
{
	const struct uapi_conform_call *seen = &outcome->after->last;
	const struct tsm_memory *area = outcome->issue->area;

	outcome->compare(outcome, SCOPE_SEEN, outcome->scope, seen->scope);
	if (outcome->arch)
		outcome->compare(outcome, ARCH_SEEN, outcome->arch, seen->kinds >> UAPI_CONFORM_TVM_ARCH & 0xff);
	outcome->compare(outcome, REQ_LEN_SEEN, outcome->req_len, seen->req_len);
	outcome->compare(outcome, RESP_LEN_SEEN, outcome->resp_len, seen->resp_len);
	outcome->compare(outcome, REQ_SEEN, area[REQUEST].at, seen->req_ptr);
	outcome->compare(outcome, RESP_SEEN, area[RESPONSE].at, seen->resp_ptr);
	outcome->compare(outcome, KINDS_SEEN, 0, seen->kinds & (UAPI_CONFORM_REQ_KERNEL | UAPI_CONFORM_RESP_KERNEL));
	if (outcome->reads && area[REQUEST].before && seen->consumed <= area[REQUEST].size)
		outcome->compare(outcome, REQUEST_READ,
				 uapi_conform_hash(UAPI_CONFORM_HASH_INIT, area[REQUEST].before, seen->consumed),
				 seen->req_hash);
}

static inline uint64_t first_change(const struct tsm_memory *area)
{
	size_t i = 0;

	if (!area->now || !memcmp(area->now, area->before, area->size))
		return TSM_NO_BYTE;
	while (area->now[i] == area->before[i])
		i++;
	return i;
}

static inline uint8_t response_byte(const struct tsm_outcome *outcome, size_t i)
{
	const struct tsm_memory *request = &outcome->issue->area[REQUEST];

	return i < outcome->echoed && i < request->size ? request->before[i] ^ UAPI_CONFORM_ECHO_XOR :
	       uapi_conform_pattern(outcome->seed, i);
}

/* The first byte of the response that is not the TSM's, or @size. */
static inline size_t first_wrong(const struct tsm_outcome *outcome, size_t size)
{
	const uint8_t *response = outcome->issue->area[RESPONSE].now;
	uint8_t expected[4096];
	size_t i = 0, most;

	/* A chunk at a time; byte by byte only from where one is wrong. */
	while (!outcome->echoed && outcome->seed && i < size) {
		most = size - i < sizeof(expected) ? size - i : sizeof(expected);
		uapi_conform_fill(expected, outcome->seed, i, most);
		if (memcmp(expected, response + i, most))
			break;
		i += most;
	}
	while (i < size && response[i] == response_byte(outcome, i))
		i++;
	return i;
}

static inline size_t untouched(const uint8_t *bytes, size_t from, size_t size)
{
	/* Nearly always nothing is broken: every byte is then as the one after it. */
	if (from < size && bytes[from] == TSM_POISON && !memcmp(bytes + from, bytes + from + 1, size - from - 1))
		return size;
	while (from < size && bytes[from] == TSM_POISON)
		from++;
	return from;
}

/* The response went over the request: what was produced shows in the request's own memory. */
static inline void check_shared(struct tsm_outcome *outcome)
{
	const struct tsm_memory *request = &outcome->issue->area[REQUEST];
	const size_t offset = outcome->issue->area[RESPONSE].at - request->at;
	size_t i = 0;

	if (outcome->got < 0 || !request->now)
		return;
	while (i < request->size &&
	       request->now[i] == (i >= offset && i - offset < outcome->produced ?
				   response_byte(outcome, i - offset) : request->before[i]))
		i++;
	outcome->compare(outcome, RESPONSE_BYTE, request->size, i);
}

/* Produced bytes are right, all others untouched. After a fault nobody knows how many came. */
static inline void check_response(struct tsm_outcome *outcome)
{
	const struct tsm_memory *response = &outcome->issue->area[RESPONSE];
	const bool fault = outcome->asked && outcome->got == -EFAULT;
	size_t produced = outcome->produced;
	const uint8_t *memory;

	if (!response->now)
		return;
	memory = response->now - TSM_MARGIN;
	if (fault || produced > response->size)
		produced = response->size;
	if (!fault)
		outcome->compare(outcome, RESPONSE_BYTE, produced, first_wrong(outcome, produced));
	outcome->compare(outcome, RESPONSE_REST, response->size,
			 untouched(memory, TSM_MARGIN + produced, TSM_MARGIN + response->size) - TSM_MARGIN);
	outcome->compare(outcome, BEFORE_RESPONSE, TSM_MARGIN, untouched(memory, 0, TSM_MARGIN));
}

/* Nothing of the struct is written, but its code where it has one; the copy has that afterwards. */
static inline void check_struct(struct tsm_outcome *outcome)
{
	const struct tsm_memory *area = &outcome->issue->area[STRUCT];
	const unsigned int at = outcome->code_at;
	uint64_t got;

	if (at && area->now && area->size >= at + sizeof(got)) {
		memcpy(&got, area->now + at, sizeof(got));
		outcome->compare(outcome, CODE_WRITTEN, outcome->code, got);
		memcpy(area->before + at, &got, sizeof(got));
	}
	outcome->compare(outcome, STRUCT_KEPT, TSM_NO_BYTE, first_change(area));
}

/* All but the result, and the state of the device. */
static inline void check_call(struct tsm_outcome *outcome)
{
	const uint64_t asked = outcome->after->guest_reqs - outcome->before->guest_reqs;

	if (!outcome->unknown)
		outcome->compare(outcome, TIMES_ASKED, outcome->asked, asked);
	if (asked && outcome->asked)
		check_asked(outcome);
	check_struct(outcome);
	if (outcome->issue->area[RESPONSE].place >= SAME) {
		check_shared(outcome);
		return;
	}
	outcome->compare(outcome, REQUEST_KEPT, TSM_NO_BYTE, first_change(&outcome->issue->area[REQUEST]));
	check_response(outcome);
}

/* What must be of the device afterwards. */
struct tsm_device_state {
	bool connected, bound;
	int binds, unbinds, vdevices;	/* more than before */
	uint32_t tdi_id, vm_maker;
};

static inline void check_state(struct tsm_outcome *outcome, struct tsm_device_state state)
{
	const struct uapi_conform_state *before = outcome->before, *after = outcome->after;

	outcome->compare(outcome, IS_CONNECTED, state.connected, after->connected);
	outcome->compare(outcome, IS_BOUND, state.bound, after->bound);
	outcome->compare(outcome, BIND_CALLS, state.binds, (int64_t)after->binds - before->binds);
	outcome->compare(outcome, UNBIND_CALLS, state.unbinds, (int64_t)after->unbinds - before->unbinds);
	/* The fixture counts those of its own IOMMU. */
	if (after->viommu_type == UAPI_CONFORM_VIOMMU_TYPE)
		outcome->compare(outcome, VDEVICES_LEFT, state.vdevices, (int64_t)after->vdevices - before->vdevices);
	if (state.bound && state.binds)
		outcome->compare(outcome, TDI_ID, state.tdi_id, after->tdi_id);
	if (state.bound && state.binds)
		outcome->compare(outcome, TDI_VM, state.vm_maker, after->tdi_vm);
}

#endif /* REPRODUCER_ISSUE */
