/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A step's call in memory, and the call itself. Part of every reproducer as it stands: libc only.
 * Whoever includes it defines give_up(what), which does not return: the set-up is broken, errno
 * says how.
 */
#ifndef TSM_EXPLORE_PLAY_H
#define TSM_EXPLORE_PLAY_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "explore_step.h"

#define POISON		0xa5
#define MARGIN		16		/* bytes before the response that are looked at */
#define AREA		(256UL << 10)	/* bytes of memory for each of struct, request, response */
#define GUARD		(64UL << 10)	/* on both sides, and at least a page */
#define KERNEL_ADDRESS	0xffff8000fffff000ULL
#define REQUEST_SIZE	40
#define OPERATION_SIZE	16

/* The device fixture's interface. */
struct device_call {
	uint32_t scope, kinds;
	uint64_t req_len, resp_len, req, resp, consumed, produced, hash;
	int64_t result;
	uint32_t answered_by, done;
};
struct device_state {
	uint32_t version;
	char bdf[20];
	int32_t link_tsm, other_tsm;
	uint32_t connected, bound, in_flight, max_in_flight, tdi_id, viommus, vdevices, viommu_type;
	uint64_t mappings, requests, interrupted, probes, removes, connects, disconnects, binds,
		 unbinds;
	struct device_call last;
};
struct device_answer {
	uint32_t magic, flags;
	uint64_t consume, produce;
	int64_t result;
	uint32_t delay_ms, seed;
};
struct device_knobs {
	uint32_t flags;
	int32_t connect_error, bind_error;
	uint32_t bind_delay_ms, standing_calls, reserved[3];
	struct device_answer standing;
};
#define DEVICE_STATE	_IOR(0xc5, 0, struct device_state)
#define DEVICE_KNOBS	_IOW(0xc5, 1, struct device_knobs)
#define DEVICE_RESET	_IO(0xc5, 2)
#define ANSWER_MAGIC	0x41434155

enum { STRUCT_AREA, REQUEST_AREA, RESPONSE_AREA, AREAS };

struct tsm_player {
	int control, kvm, vm, bridge, cdev[DEVICES], file[FILES];
	uint32_t ids[SLOTS];
	uint32_t disguise;	/* that is on */
	uint32_t seed;		/* of the pattern that the TSM writes */
	struct device_state state;	/* after the last step */
};

/* A call in memory. */
struct laid_out {
	uint32_t word;
	uint64_t argument, req, resp;
	uint8_t *image;		/* where the struct is mapped, or NULL */
	uint8_t *request, *response;
	size_t image_size, request_size, response_size;
};

static uint8_t *tsm_areas[AREAS];
/* What was in the struct and in the request before the call. */
static uint8_t tsm_copies[2][AREA];

static void look_at_device(struct tsm_player *player)
{
	if (ioctl(player->control, DEVICE_STATE, &player->state))
		give_up("the state of the device fixture");
}

static void make_areas(void)
{
	for (int i = 0; i < AREAS && !tsm_areas[i]; i++) {
		uint8_t *memory = mmap(NULL, AREA + 2 * GUARD, PROT_NONE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED ||
		    mprotect(memory + GUARD, AREA, PROT_READ | PROT_WRITE))
			give_up("memory");
		tsm_areas[i] = memory + GUARD;
	}
}

/* The last @size bytes before a page that is not mapped. */
static uint8_t *end_of(int area, size_t size)
{
	return tsm_areas[area] + AREA - size;
}

static void protect(int area, bool read_only)
{
	if (mprotect(tsm_areas[area], AREA, PROT_READ | (read_only ? 0 : PROT_WRITE)))
		give_up("mprotect");
}

static bool bad_address(unsigned int place, uint64_t *address)
{
	*address = place == KERNEL ? KERNEL_ADDRESS :
		   place == UNMAPPED ? (uintptr_t)tsm_areas[STRUCT_AREA] + AREA : 0;
	return place == KERNEL || place == UNMAPPED || place == AT_NULL;
}

static uint8_t pattern(uint32_t seed, uint64_t i)
{
	return seed + i * 131 + (i >> 8) * 29 + (i >> 16) * 7;
}

static struct device_answer answer_of(const struct tsm_player *player, const struct tsm_step *step)
{
	return (struct device_answer){ ANSWER_MAGIC, step->tell & ~TELL_BEFOREHAND, step->consume,
				       step->produce, step->result, 0, player->seed };
}

static void set_knobs(struct tsm_player *player, const struct device_answer *standing,
		      int bind_error)
{
	struct device_knobs knobs = { .flags = player->disguise, .bind_error = bind_error,
				      .standing_calls = standing != NULL };

	if (standing)
		knobs.standing = *standing;
	if (ioctl(player->control, DEVICE_KNOBS, &knobs))
		give_up("the knobs of the device fixture");
}

static uint32_t word_of(const struct tsm_step *step)
{
	unsigned int number = step->op == DO_OPERATION ? 0x95 : 0x96;
	unsigned int size = step->op == DO_OPERATION ? OPERATION_SIZE : REQUEST_SIZE;

	switch (step->which) {
	case 1:
		return _IOC(_IOC_READ, ';', number, 0);
	case 2:
		return _IOC(_IOC_WRITE, ';', number, 0);
	case 3:
		return _IOC(_IOC_READ | _IOC_WRITE, ';', number, size);
	case 4:
		return _IOC(_IOC_NONE, ';', number, size);
	case 5:
		return _IO('<', number);
	default:
		return _IO(';', number);
	}
}

static void lay_out_request(struct tsm_player *player, const struct tsm_step *step,
			    struct laid_out *call)
{
	struct device_answer answer = answer_of(player, step);

	if (bad_address(step->req, &call->req))
		return;
	call->request_size = step->req == CUT_OFF ? step->req_mapped :
			     step->req_len > AREA ? 4096 : step->req_len;
	call->request = end_of(REQUEST_AREA, call->request_size);
	for (size_t i = 0; i < call->request_size; i++)
		call->request[i] = pattern(~player->seed, i);
	if (!(step->tell & TELL_BEFOREHAND) && call->request_size >= sizeof(answer))
		memcpy(call->request, &answer, sizeof(answer));
	memcpy(tsm_copies[1], call->request, call->request_size);
	call->req = (uintptr_t)call->request;
}

static void lay_out_response(const struct tsm_step *step, struct laid_out *call)
{
	if (bad_address(step->resp, &call->resp))
		return;
	if (step->resp == SAME || step->resp == OVERLAPPING) {
		call->resp = call->req + (step->resp == SAME ? 0 : 8);
		return;
	}
	call->response_size = step->resp == CUT_OFF ? step->resp_mapped :
			      step->resp_len > AREA - MARGIN ? 4096 : step->resp_len;
	call->response = end_of(RESPONSE_AREA, call->response_size);
	memset(call->response - MARGIN, POISON, MARGIN + call->response_size);
	call->resp = (uintptr_t)call->response;
}

static void lay_out(struct tsm_player *player, const struct tsm_step *step, struct laid_out *call)
{
	uint32_t id = tsm_step_id(step, player->ids[step->slot]);
	uint32_t words[10] = { step->size, id, step->scope, step->req_len, step->resp_len,
			       step->reserved };
	size_t least = REQUEST_SIZE;

	player->seed += 77;
	*call = (struct laid_out){ .word = word_of(step) };
	if (step->op == DO_REQUEST) {
		lay_out_request(player, step, call);
		lay_out_response(step, call);
		memcpy(words + 6, &call->req, sizeof(call->req));
		memcpy(words + 8, &call->resp, sizeof(call->resp));
	} else {
		uint32_t operation[4] = { step->size, step->scope, step->reserved, id };

		least = OPERATION_SIZE;
		memcpy(words, operation, sizeof(operation));
	}
	if (bad_address(step->place, &call->argument))
		return;
	call->image_size = step->place == CUT_OFF ? step->mapped :
			   step->size < least ? least : step->size;
	call->image = end_of(STRUCT_AREA, call->image_size);
	memset(call->image, 0, call->image_size);
	memcpy(call->image, words, call->image_size < least ? call->image_size : least);
	if (step->tail && step->tail < call->image_size)
		call->image[step->tail] = 1;
	memcpy(tsm_copies[0], call->image, call->image_size);
	call->argument = (uintptr_t)call->image;
}

static void drop_or_take_rawio(bool drop)
{
	struct { uint32_t version; int pid; } header = { 0x20080522, 0 };
	struct { uint32_t effective, permitted, inheritable; } data[2];

	if (syscall(SYS_capget, &header, data))
		give_up("capget");
	data[0].effective = (data[0].effective & ~(1U << 17)) | (drop ? 0 : 1U << 17);
	if (syscall(SYS_capset, &header, data))
		give_up("capset");
}

/* By a forked child; what it says is in memory that it shares. */
static void issue_in_child(int file, const struct laid_out *call, struct tsm_met *met)
{
	static struct tsm_met *shared;
	pid_t child;

	if (!shared)
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		give_up("shared memory");
	*shared = (struct tsm_met){ .result = -1, .error = ECHILD };
	child = fork();
	if (child < 0)
		give_up("fork");
	if (!child) {
		shared->result = ioctl(file, call->word, (uintptr_t)call->argument);
		shared->error = errno;
		_exit(0);
	}
	waitpid(child, NULL, 0);
	met->result = shared->result;
	met->error = shared->error;
}

static void issue(struct tsm_player *player, const struct tsm_step *step,
		  const struct laid_out *call, struct tsm_met *met)
{
	int file = player->file[step->file];

	if (step->who == CHILD) {
		issue_in_child(file, call, met);
		return;
	}
	if (step->who == NOBODY && seteuid(65534))
		give_up("seteuid");
	if (step->who == NO_RAWIO)
		drop_or_take_rawio(true);
	met->result = ioctl(file, call->word, (uintptr_t)call->argument);
	met->error = errno;
	if (step->who == NOBODY && seteuid(0))
		give_up("seteuid");
	if (step->who == NO_RAWIO)
		drop_or_take_rawio(false);
}

#endif /* TSM_EXPLORE_PLAY_H */
