// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rest of a program that shows a failure. It needs the device fixture of uapi-conform: a PCI Express
 * endpoint behind a root port, and the module uapi_conform_device.ko loaded; run it as root.
 */
#ifndef REPRODUCER_CALLER
#include "caller.c"
#include "vdevice.c"
#endif
#include <dirent.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define REPRODUCER_PROGRAM
#define AREA	(256UL << 10)	/* bytes for each of struct, request, response */
#define GUARD	(64UL << 10)	/* on both sides, and at least a page */
#define POISON	0xa5
#define ALL	UINT64_MAX
#define VIOMMU_TYPE	0x55414346	/* the fixture's */

enum { STRUCT, REQUEST, RESPONSE };
enum { MAPPED, AT_NULL, UNMAPPED, KERNEL, READ_ONLY, CUT, SAME, OVERLAP };
enum { VDEVICE, PLAIN_VDEVICE, DEVICE, PLAIN_DEVICE, IOAS, HWPT, VIOMMU, OBJECTS = 11 };

/* The device fixture's interface. */
struct answer {
	uint32_t magic, flags;
	uint64_t consume, produce;
	int64_t result;
	uint32_t delay_ms, seed;
};
static struct state {
	uint32_t version;
	char bdf[20];
	int32_t link_tsm, other_tsm;
	uint32_t connected, bound, in_flight, max_in_flight, tdi_id, viommus, vdevices, viommu_type;
	int32_t tdi_vm;
	uint32_t reserved;
	uint64_t mappings, requests, interrupted, probes, removes, connects, disconnects, binds,
		 unbinds;
	uint32_t scope, kinds;
	uint64_t req_len, resp_len, req, resp, consumed, produced, hash;
	int64_t result;
	uint32_t answered_by, done;
} before, now;
static struct {
	uint32_t flags;
	int32_t connect_error, bind_error;
	uint32_t bind_delay_ms, standing_calls, reserved[3];
	struct answer standing;
} knobs;

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

/* A result from low to high, or one of the errnos. */
static inline void result(const char *call, long long low, long long high, int error,
				int other)
{
	int right = got < 0 ? got == -error || (other && got == -other) : got >= low && got <= high;

	printf("%s = %lld; expected ", call, got);
	if (error)
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
	if (ioctl(control, _IOR(0xc5, 0, struct state), &now))
		give_up("the state of the device fixture");
	if (!now.bound)
		knobs.flags &= ~2U;
	if (!now.connected)
		knobs.flags = 0;
}

static void set_knobs(void)
{
	if (ioctl(control, _IOC(_IOC_WRITE, 0xc5, 1, sizeof(knobs)), &knobs))
		give_up("the knobs of the device fixture");
}

/* What the device pretends: 1 no link TSM, 2 another VM. */
static inline void override(uint32_t flags)
{
	knobs.flags = flags;
	set_knobs();
	got = 0;
}

static uint8_t pattern(uint32_t from, uint64_t i)
{
	return from + i * 131 + (i >> 8) * 29 + (i >> 16) * 7;
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
	for (size_t i = 0; which == REQUEST && i < size[which]; i++)
		((uint8_t *)(uintptr_t)at[which])[i] = pattern(~seed, i);
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
	struct answer answer = { 0x41434155, flags, consume, produce, value, 0, seed };

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
	const uint64_t code = of_tsm ? ((uint64_t)~seed << 32 | seed) ^ 0xc0de00000000c0deULL : 0;

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

static inline uint64_t hash(size_t bytes)
{
	uint64_t sum = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < bytes; i += 8) {
		uint64_t word = 0;

		memcpy(&word, &copy[REQUEST][i], bytes - i < 8 ? bytes - i : 8);
		sum = (sum ^ word) * 0x100000001b3ULL;
		sum ^= sum >> 32;
	}
	return sum;
}

/* What the TSM was given, and the bytes that it read, where it was to be asked. */
static inline void asked(uint32_t scope, uint32_t req_len, uint32_t resp_len, int touched)
{
	expect("the scope that the TSM is given", scope, now.scope);
	expect("the req_len that the TSM is given", req_len, now.req_len);
	expect("the resp_len that the TSM is given", resp_len, now.resp_len);
	expect("the req_uptr that the TSM is given", at[REQUEST], now.req);
	expect("the resp_uptr that the TSM is given", at[RESPONSE], now.resp);
	expect("kernel memory in place of the caller's buffers", 0, now.kinds & 3);
	if (touched && size[REQUEST] && now.consumed <= size[REQUEST])
		expect("the hash of the bytes that the TSM reads", hash(now.consumed), now.hash);
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
	       memory[i] == (i < echoed ? copy[REQUEST][i] ^ 0x5a : pattern(from, i)))
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
	char path[320];
	struct dirent *entry;
	DIR *directory;

	snprintf(path, sizeof(path), which ? "/sys/devices/platform/uapi-conform-plain/vfio-dev" :
		 "/sys/bus/pci/devices/%s/vfio-dev", now.bdf);
	directory = opendir(path);
	do
		entry = directory ? readdir(directory) : NULL;
	while (entry && entry->d_name[0] == '.');
	if (!entry)
		give_up(path);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	closedir(directory);
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
	return by_file ? new_viommu_of(file[0], VIOMMU_TYPE, id[DEVICE + device], id[HWPT],
				       which == 1 || (!which && has_vm[device]) ? vm : -1, &id[VIOMMU]) :
	       new_viommu(file[0], VIOMMU_TYPE, id[DEVICE + device], id[HWPT], &id[VIOMMU]);
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
	control = open("/dev/uapi-conform-device", O_RDWR);
	if (control < 0)
		give_up("/dev/uapi-conform-device (load uapi_conform_device.ko)");
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
	    (new_viommu_of(file[0], VIOMMU_TYPE, id[DEVICE], id[HWPT], vm, &id[VIOMMU]) &&
	     new_viommu(file[0], VIOMMU_TYPE, id[DEVICE], id[HWPT], &id[VIOMMU])) ||
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
