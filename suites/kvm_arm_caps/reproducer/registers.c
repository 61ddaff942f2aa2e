// SPDX-License-Identifier: GPL-2.0-only
/* The calls about registers, once, as calls.c has the others. */
#ifndef CALL
#include "calls.c"	/* a program has it before this */
#endif

static inline int one_reg(int fd, unsigned long request, uint64_t id, void *place)
{
	struct kvm_one_reg one = { id, (uintptr_t)place };

	return call(fd, request, &one);
}

/*
 * What is written, or is there before it is read, to the end of a page. Of more than 64 bits all
 * words are written alike, and the first two must be.
 */
static inline int whole_reg(int fd, unsigned long request, uint64_t id, uint64_t write)
{
	uint64_t words[32];
	long size = 1 << (id >> 52 & 15);
	char *place = page_end() - size;
	int answer;

	for (int i = 0; i < 32; i++)
		words[i] = write;
	memcpy(place, words, size);
	answer = one_reg(fd, request, id, place);
	memcpy(words, place, size);
	value = size < 8 ? (uint32_t)words[0] : words[0];
	if (size >= 16 && words[0] != words[1])
		value = words[0] == write ? words[1] : words[0];
	return answer;
}

/* Register a[0], or of it a[2] bits from a[1] on. What must come is not a[3], which was there before. */
CALL(get_reg)
{
	int answer = whole_reg(vcpu[machine][cpu], KVM_GET_ONE_REG, a[0], a[3]);

	if (a[2])
		value = value >> a[1] & ((1ULL << a[2]) - 1);
	return answer;
}

/* The same to a[3]; the other bits are written as they are. */
CALL(set_reg)
{
	const int fd = vcpu[machine][cpu];
	const uint64_t field = a[2] ? ((1ULL << a[2]) - 1) << a[1] : ~0ULL;
	int answer = a[2] ? whole_reg(fd, KVM_GET_ONE_REG, a[0], 0) : 0;

	if (!answer)
		answer = whole_reg(fd, KVM_SET_ONE_REG, a[0], a[2] ? (value & ~field) | (a[3] << a[1] & field) : a[3]);
	if (a[2])
		value = a[3];
	return answer;
}

static inline int lengths(int fd, int read, int write)
{
	uint64_t set[8] = { read ? ~0ULL : 1 };
	int answer = read ? one_reg(fd, KVM_GET_ONE_REG, KVM_REG_SVE_VLS, set) : 0;

	if (write && !answer)
		answer = one_reg(fd, KVM_SET_ONE_REG, KVM_REG_SVE_VLS, set);
	value = 0;
	for (int i = 0; i < 8; i++)
		value |= set[i];
	return answer;
}

CALL(get_lengths)
{
	return lengths(vcpu[machine][cpu], 1, 0);
}

/* To what they are (0), or to 128 bits alone (1). */
CALL(set_lengths)
{
	return lengths(vcpu[machine][cpu], !a[0], 1);
}

/* With room (0), without (1), with one too few (2), with just enough (3). */
CALL(reg_list)
{
	static uint64_t reg[2 + 4096];
	const int fd = vcpu[machine][cpu], which = a[0];
	uint64_t count = 0, room = which ? 0 : 4096, keys = 0;
	int answer;

	if (which > 1) {
		reg[0] = 0;
		answer = call(fd, KVM_GET_REG_LIST, reg);
		count = reg[0];
		if (answer != E2BIG || !count || count > 4096)
			return answer;
		room = count - (which == 2);
	}
	memset(reg, 0xa5, sizeof(reg[0]) * (2 + room));
	reg[0] = room;
	reg[1 + room] = 0xa5;
	answer = call(fd, KVM_GET_REG_LIST, reg);
	value = which == 1 ? reg[0] : which == 2 ? reg[0] - count : 0;
	for (uint64_t i = 1; !answer && i <= reg[0] && i <= room; i++) {
		unsigned int low = reg[i] & 0xffff;

		/* The ten key registers. */
		if (reg[i] >> 16 == 0x603000000013ULL)
			keys += (low >= 0xc108 && low <= 0xc10b) || (low >= 0xc110 && low <= 0xc113) ||
				low == 0xc118 || low == 0xc119;
	}
	if (!answer)
		value = keys | (uint64_t)(reg[1 + room] != 0xa5) << 32;
	return answer;
}

/* Of the id register, or of a field of it. */
CALL(masks)
{
	static uint64_t masks[192];
	struct kvm_reg_mask_range range = { .addr = (uintptr_t)masks };
	const int op1 = a[0] >> 11 & 7;
	uint64_t all;
	int answer;

	/* What the kernel does not write must not look like what it must. */
	memset(masks, 0xff, sizeof(masks));
	answer = call(vm[machine], KVM_ARM_GET_REG_WRITABLE_MASKS, &range);
	all = masks[(op1 - (op1 == 3)) * 64 + (a[0] & 0x3f)];
	value = a[2] ? all >> a[1] & ((1ULL << a[2]) - 1) : all;
	return answer;
}

/* All listed registers of a vCPU, as a migration moves them; value: the id of the first that was refused. */
static struct { uint64_t id; unsigned char content[256]; } saved[1024];
static uint64_t saved_count;

CALL(save)
{
	static uint64_t ids[1 + 1024];
	const int fd = vcpu[machine][cpu];
	uint64_t refused = 0;
	int answer;

	ids[0] = 1024;
	answer = call(fd, KVM_GET_REG_LIST, ids);
	saved_count = answer ? 0 : ids[0];
	for (uint64_t i = 0; i < saved_count; i++) {
		saved[i].id = ids[1 + i];
		if (one_reg(fd, KVM_GET_ONE_REG, saved[i].id, saved[i].content) && !refused)
			refused = saved[i].id;
	}
	value = refused;
	return answer;
}

CALL(restore)
{
	uint64_t refused = 0;

	for (uint64_t i = 0; i < saved_count; i++)
		if (one_reg(vcpu[machine][cpu], KVM_SET_ONE_REG, saved[i].id, saved[i].content) && !refused)
			refused = saved[i].id;
	value = refused;
	return 0;
}
