// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rest of a program that shows a failure. It needs the device fixture of uapi-conform: a PCI Express
 * endpoint behind a root port, and the module uapi_conform_device.ko loaded; run it as root.
 */
#ifndef REPRODUCER_CALLER
#include "caller.c"
#include "vdevice.c"
#endif
#ifndef UAPI_CONFORM_DEVICE_H
#include "../../../fixtures/device/uapi_conform_device.h"
#endif
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define REPRODUCER_PROGRAM
#define AREA	(256UL << 10)	/* bytes for each of struct, request, response */
#define GUARD	(64UL << 10)	/* on both sides, and at least a page */
#define POISON	0xa5
#define ANY_ERRNO	4096

enum { STRUCT, REQUEST, RESPONSE };
enum { MAPPED, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, CUT, SAME, OVERLAP };
enum { VDEVICE, PLAIN_VDEVICE, DEVICE, PLAIN_DEVICE, IOAS, HWPT, VIOMMU, OBJECTS = 11 };

static struct uapi_conform_state before, now;
static struct uapi_conform_knobs knobs;
static int failed;
static int control, vm = -1, bridge = -1, cdev[2] = { -1, -1 }, file[3] = { -1, -1, -1 };
static int has_vm[2];
static uint32_t id[OBJECTS];
static uint8_t *area[3], copy[2][AREA];
static size_t size[3];
static uint64_t at[3];		/* addresses */
static int where[3];		/* places */
static long long got;		/* a result, or -errno */
static uint32_t seed;

/* One thing that had to be so. */
static inline void expect(const char *what, long long expected, long long came)
{
	if (expected == came)
		return;
	printf("\t%s: %lld, expected %lld <-- WRONG\n", what, came, expected);
	failed = 1;
}

/* A result from low to high, or one of the errnos; or any but the other one. */
static inline void result(const char *call, long long low, long long high, int error,
				int other)
{
	int right = got >= 0 ? got >= low && got <= high : error == ANY_ERRNO ? got != -other :
		    got == -error || (other && got == -other);

	printf("%s = %lld; expected ", call, got);
	if (error == ANY_ERRNO)
		printf("an error other than %d", -other);
	else if (error)
		printf("%d%s", -error, other ? " or another errno" : "");
	else
		printf("%lld", low);
	puts(right ? "" : " <-- WRONG");
	fflush(stdout);
	failed |= !right;
}

static void look(void)
{
	before = now;
	if (ioctl(control, UAPI_CONFORM_GET_STATE, &now))
		give_up("the state of the device fixture");
	if (!now.bound)
		knobs.flags &= ~2U;
	if (!now.connected)
		knobs.flags = 0;
}

static void set_knobs(void)
{
	if (ioctl(control, UAPI_CONFORM_SET_KNOBS, &knobs))
		give_up("the knobs of the device fixture");
}

/* What the device pretends: 1 no link TSM, 2 another VM. */
static inline void override(uint32_t flags)
{
	knobs.flags = flags;
	set_knobs();
	got = 0;
}

/* Memory for one of the three, of which the last byte lies before a page that is not mapped. */
static inline void put(int which, int place, size_t bytes)
{
	where[which] = place;
	size[which] = 0;
	at[which] = place == KERNEL ? 0xffff8000fffff000ULL :
		    place == UNMAPPED ? (uintptr_t)area[STRUCT] + AREA :
		    place == SAME ? at[REQUEST] : place == OVERLAP ? at[REQUEST] + 8 : 0;
	if (place == AT_NULL || at[which])
		return;
	size[which] = bytes > AREA - 16 ? 4096 : bytes;
	at[which] = (uintptr_t)area[which] + AREA - size[which];
	if (which == RESPONSE)
		memset((uint8_t *)(uintptr_t)at[which] - 16, POISON, 16 + size[which]);
	else
		memset((void *)(uintptr_t)at[which], 0, size[which]);
	if (which == REQUEST)
		uapi_conform_fill((uint8_t *)(uintptr_t)at[which], ~seed, 0, size[which]);
}

/* A field of the struct. */
static inline void set(size_t offset, size_t width, uint64_t value)
{
	for (size_t i = 0; i < width && offset + i < size[STRUCT]; i++)
		((uint8_t *)(uintptr_t)at[STRUCT])[offset + i] = value >> 8 * i;
}

/* What the TSM is told, by the request or beforehand. */
static inline void script(int beforehand, uint32_t flags, uint64_t consume, uint64_t produce,
				int64_t value)
{
	struct uapi_conform_answer answer = { UAPI_CONFORM_ANSWER_MAGIC, flags, consume, produce, value, 0, seed };

	knobs.standing = answer;
	knobs.standing_calls = beforehand;
	if (!beforehand && size[REQUEST] >= sizeof(answer))
		memcpy((void *)(uintptr_t)at[REQUEST], &answer, sizeof(answer));
}

static void protect(int flags)
{
	for (int i = 0; i < 3; i++)
		if (where[i] == READ_ONLY && mprotect(area[i], AREA, flags))
			give_up("mprotect");
}

/* The call, by somebody else where @who says so. */
static inline void call(int who, int from, uint32_t word, int bind_error)
{
	for (int i = 0; i < 2; i++)
		memcpy(copy[i], (void *)(uintptr_t)at[i], size[i]);
	knobs.bind_error = bind_error;
	set_knobs();
	protect(PROT_READ);
	got = call_as(who, from, word, at[STRUCT]);
	protect(PROT_READ | PROT_WRITE);
	look();
	knobs.bind_error = knobs.standing_calls = 0;
	set_knobs();
}

/* The struct's own u64 at @offset is written: the TSM's code, or 0. */
static inline void written(size_t offset, int of_tsm)
{
	const uint64_t code = of_tsm ? uapi_conform_code(seed) : 0;

	if (size[STRUCT] >= offset + sizeof(code))
		memcpy(&copy[STRUCT][offset], &code, sizeof(code));
}

static inline long long first_change(int which)
{
	const uint8_t *memory = (void *)(uintptr_t)at[which];

	for (size_t i = 0; i < size[which]; i++)
		if (memory[i] != copy[which][i])
			return i;
	return -1;
}

/* What the TSM was given, and the bytes that it read, where it was to be asked. */
static inline void asked(uint32_t scope, uint32_t req_len, uint32_t resp_len, int touched)
{
	expect("the scope that the TSM is given", scope, now.last.scope);
	expect("the req_len that the TSM is given", req_len, now.last.req_len);
	expect("the resp_len that the TSM is given", resp_len, now.last.resp_len);
	expect("the req_uptr that the TSM is given", at[REQUEST], now.last.req_ptr);
	expect("the resp_uptr that the TSM is given", at[RESPONSE], now.last.resp_ptr);
	expect("kernel memory in place of the caller's buffers", 0, now.last.kinds & 3);
	if (touched && size[REQUEST] && now.last.consumed <= size[REQUEST])
		expect("the hash of the bytes that the TSM reads",
		       uapi_conform_hash(UAPI_CONFORM_HASH_INIT, copy[REQUEST], now.last.consumed),
		       now.last.req_hash);
}

/* The response: @produced bytes of the TSM's, and the rest as it was. */
static inline void response(size_t produced, size_t echoed, uint32_t from)
{
	const uint8_t *memory = (void *)(uintptr_t)at[RESPONSE];
	size_t most = size[RESPONSE] ? size[RESPONSE] : produced, i = 0;

	if (where[RESPONSE] == AT_NULL || where[RESPONSE] == UNMAPPED || where[RESPONSE] == KERNEL ||
	    (where[RESPONSE] >= SAME && got < 0))
		return;
	produced = produced > most ? most : produced;
	while (got != -EFAULT && i < produced &&
	       memory[i] == (i < echoed ? copy[REQUEST][i] ^ UAPI_CONFORM_ECHO_XOR : uapi_conform_pattern(from, i)))
		i++;
	if (got != -EFAULT)
		expect("how many bytes of the TSM's arrive in the response", produced, i);
	for (i = got == -EFAULT ? size[RESPONSE] : produced; i < size[RESPONSE]; i++)
		if (memory[i] != POISON)
			break;
	if (size[RESPONSE])
		expect("up to which byte the rest of the response is untouched", size[RESPONSE], i);
	for (i = 1; size[RESPONSE] && i <= 16; i++)
		expect("a byte before the response", POISON, memory[-i]);
}

static inline void device(int connected, int bound, int binds, int unbinds, int vdevices,
				uint32_t tdi_id)
{
	expect("whether the device is connected", connected, now.connected);
	expect("whether the device is bound", bound, now.bound);
	expect("how many times the TSM is asked to bind", binds, now.binds - before.binds);
	expect("how many times the TSM is asked to unbind", unbinds, now.unbinds - before.unbinds);
	if (now.viommu_type == UAPI_CONFORM_VIOMMU_TYPE)
		expect("how many vdevices there are more", vdevices, (long long)now.vdevices - before.vdevices);
	if (bound)
		expect("the identifier that the TSM is given to bind", tdi_id, now.tdi_id);
	if (bound && binds)
		expect("the process whose VM the TSM is given to bind", getpid(), now.tdi_vm);
}

static void write_to(const char *text, const char *format)
{
	char path[128];
	int to;

	snprintf(path, sizeof(path), format, now.bdf);
	to = open(path, O_WRONLY);
	got = to < 0 || write(to, text, strlen(text)) < 0 ? -errno : 0;
	close(to);
}

static void connect_tsm(int on)
{
	char name[16];

	snprintf(name, sizeof(name), "tsm%d", knobs.flags & 1 ? now.other_tsm : now.link_tsm);
	write_to(name, on ? "/sys/bus/pci/devices/%s/tsm/connect" :
		 "/sys/bus/pci/devices/%s/tsm/disconnect");
}

static void open_device(int which, int with_vm)
{
	char directory[128], path[320];

	snprintf(directory, sizeof(directory), which ? "/sys/devices/platform/" UAPI_CONFORM_PLAIN_DEVICE :
		 "/sys/bus/pci/devices/%s", now.bdf);
	if (vfio_path(path, sizeof(path), directory))
		give_up(directory);
	cdev[which] = open(path, O_RDWR);
	if (with_vm && ((vm < 0 && new_vm(&vm, &bridge)) || tell_kvm(bridge, cdev[which], 1)))
		give_up("a VM, and telling it of the device");
	has_vm[which] = with_vm;
	got = bind_iommufd(cdev[which], file[0], &id[DEVICE + which]);
}

/* By the VM's file, where the revision wants that: the one that the device has, or 1 any, 2 none. */
static inline int new_viommu_of_device(int device, int by_file, int which)
{
	if (which == 1 && vm < 0 && new_vm(&vm, &bridge))
		give_up("a VM");
	return by_file ? new_viommu_of(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE + device], id[HWPT],
				       which == 1 || (!which && has_vm[device]) ? vm : -1, &id[VIOMMU]) :
	       new_viommu(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE + device], id[HWPT], &id[VIOMMU]);
}

static void close_device(int which)
{
	if (bridge >= 0)
		tell_kvm(bridge, cdev[which], 0);
	close(cdev[which]);
	cdev[which] = -1;
	got = 0;
}

/* Another iommufd, with objects by the numbers that the first one's have; or the same once more. */
static inline void open_file(int which)
{
	uint32_t other;

	if (file[which] >= 0)
		return;
	file[which] = which == 1 ? dup(file[0]) : open("/dev/iommu", O_RDWR);
	for (int i = 0; which == 2 && i < 8; i++)
		new_ioas(file[2], &other);
}

/* The endpoint is vfio-pci's, has a VM, a vdevice, and is connected to its TSM, but not bound. */
static void begin(void)
{
	control = open(UAPI_CONFORM_DEVICE_NODE, O_RDWR);
	if (control < 0)
		give_up(UAPI_CONFORM_DEVICE_NODE " (load uapi_conform_device.ko)");
	look();
	write_to("vfio-pci", "/sys/bus/pci/devices/%s/driver_override");
	write_to(now.bdf, "/sys/bus/pci/drivers_probe");
	for (int i = 0; i < 3; i++) {
		area[i] = mmap(NULL, AREA + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (area[i] == MAP_FAILED)
			give_up("memory");
		area[i] += GUARD;
		if (mprotect(area[i], AREA, PROT_READ | PROT_WRITE))
			give_up("memory");
	}
	file[0] = open("/dev/iommu", O_RDWR);
	open_device(0, 1);
	if (new_ioas(file[0], &id[IOAS]) ||
	    new_nesting_parent(file[0], id[DEVICE], id[IOAS], &id[HWPT]) ||
	    /* Where the VM's file is nothing that it can be given, the VM is the device's. */
	    (new_viommu_of(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE], id[HWPT], vm, &id[VIOMMU]) &&
	     new_viommu(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE], id[HWPT], &id[VIOMMU])) ||
	    new_vdevice(file[0], id[VIOMMU], id[DEVICE], 0x1234, &id[VDEVICE]))
		give_up("a vdevice");
	if (!now.connected)
		connect_tsm(1);
	look();
}

static void end(void)
{
	knobs.flags = 0;
	set_knobs();
	close(file[0]);
	for (int i = 0; i < 2; i++)
		if (cdev[i] >= 0)
			close_device(i);
}
