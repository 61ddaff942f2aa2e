// SPDX-License-Identifier: GPL-2.0-only
/* An exploration's steps as calls of the kernel. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "explore_world.h"
#include "vcpu.h"

#define LIST_ROOM	4096	/* far above what any kernel lists */

static int answer_of(int result)
{
	return result < 0 ? -errno : 0;
}

static void make_vm(struct kvm_world *world, unsigned int vm)
{
	world->vm[vm] = kvm_create_vm(world->system, kvm_usual_vm(world->system));
}

static void close_vcpu(struct kvm_world *world, unsigned int vm, unsigned int vcpu)
{
	if (world->run[vm][vcpu])
		munmap(world->run[vm][vcpu], world->run_size);
	world->run[vm][vcpu] = NULL;
	if (world->vcpu[vm][vcpu] >= 0)
		close(world->vcpu[vm][vcpu]);
	world->vcpu[vm][vcpu] = -1;
}

static void close_vm(struct kvm_world *world, unsigned int vm)
{
	if (world->vm[vm] >= 0)
		close(world->vm[vm]);
	world->vm[vm] = -1;
}

static void drop_vm(struct kvm_world *world, unsigned int vm)
{
	for (unsigned int vcpu = 0; vcpu < MODEL_VCPUS; vcpu++)
		close_vcpu(world, vm, vcpu);
	close_vm(world, vm);
}

static void play(struct kvm_world *world, const struct kvm_facts *facts, unsigned int op)
{
	struct kvm_model_step step = { .op = op };
	struct uc_observed seen = { 0 };

	kvm_world_apply(world, &step, facts, &seen);
	if (seen.answer)
		uc_error("a VM with a vCPU cannot be made: %s", uc_errno_name(-seen.answer));
}

void kvm_world_begin(void *memory, const void *facts)
{
	static int system = -1;
	struct kvm_world *world = memory;

	if (system < 0)
		system = kvm_open();
	world->system = system;
	for (unsigned int vm = 0; vm < MODEL_VMS; vm++) {
		world->vm[vm] = -1;
		for (unsigned int vcpu = 0; vcpu < MODEL_VCPUS; vcpu++)
			world->vcpu[vm][vcpu] = -1;
	}
	play(world, facts, DO_NEW_VM);
	play(world, facts, DO_NEW_VCPU);
}

void kvm_world_end(void *memory)
{
	for (unsigned int vm = 0; vm < MODEL_VMS; vm++)
		drop_vm(memory, vm);
}

/* KVM_ARM_VCPU_INIT, the struct where the step wants it; the value is whether it was written to. */
static int do_init(int fd, const struct kvm_model_step *step, const struct kvm_facts *facts,
		   uint64_t *written)
{
	static char *end, *short_end, *nowhere;
	struct kvm_call call = kvm_model_call(step);
	struct kvm_vcpu_init init;
	void *place = &init;
	int result;

	if (!end) {
		end = uc_guarded(sizeof(init));
		short_end = uc_guarded(sizeof(init) - 1);
		nowhere = uc_unmapped(sizeof(init));
	}
	kvm_call_struct(&call, facts->preferred, &init);
	if (step->pointer == UNMAPPED)
		place = nowhere;
	else if (step->pointer == ONE_BYTE_SHORT)
		place = memcpy(short_end, &init, sizeof(init) - 1);
	else
		place = memcpy(end, &init, sizeof(init));
	result = answer_of(ioctl(fd, KVM_ARM_VCPU_INIT, place));
	if (place == end)
		*written = memcmp(end, &init, sizeof(init)) != 0;
	return result;
}

static int do_run(struct kvm_world *world, const struct kvm_model_step *step)
{
	int fd = world->vcpu[step->vm][step->vcpu];
	struct kvm_run *run = world->run[step->vm][step->vcpu];

	if (!run) {
		world->run_size = ioctl(world->system, KVM_GET_VCPU_MMAP_SIZE, 0L);
		run = mmap(NULL, world->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (run == MAP_FAILED)
			uc_error("mmap of the vCPU's run page: %s", uc_errno_name(errno));
		world->run[step->vm][step->vcpu] = run;
	}
	run->immediate_exit = 1;
	return answer_of(ioctl(fd, KVM_RUN, 0L));
}

static int one_reg(int fd, unsigned long request, uint64_t id, void *value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

	return answer_of(ioctl(fd, request, &reg));
}

/* A register of 128 bits is written with two halves that are alike, and must be read so. */
static int do_reg(int fd, const struct kvm_model_step *step, uint64_t *value)
{
	unsigned long request = step->op == DO_SET_REG ? KVM_SET_ONE_REG : KVM_GET_ONE_REG;
	uint64_t id = kvm_model_register(step->which).id, halves[2] = { step->value, step->value };
	size_t size = 1u << (id >> 52 & 15);
	static char *end;
	int result;

	/* The last bytes before a page that is not mapped. */
	if (!end)
		end = (char *)uc_guarded(sizeof(halves)) + sizeof(halves);
	memcpy(end - size, halves, size);
	result = one_reg(fd, request, id, end - size);
	memcpy(halves, end - size, size);
	*value = halves[0];
	if (step->which == MODEL_V31 && halves[0] != halves[1])
		*value |= halves[1];
	return result;
}

static int do_isar(int fd, const struct kvm_model_step *step, uint64_t *value)
{
	uint64_t id = step->which ? KVM_REG_ID_AA64ISAR2 : KVM_REG_ID_AA64ISAR1, wanted;
	int result = one_reg(fd, KVM_GET_ONE_REG, id, value);

	if (result || step->op == DO_GET_ISAR)
		return result;
	wanted = *value ^ step->value;
	result = one_reg(fd, KVM_SET_ONE_REG, id, &wanted);
	one_reg(fd, KVM_GET_ONE_REG, id, value);
	return result;
}

/*
 * The value is how many key registers are listed, and a high bit if there was written more than was
 * asked for; where there was no room, it is n; and with one too few, by how much n is wrong.
 */
static int do_list(int fd, const struct kvm_model_step *step, uint64_t *value)
{
	static struct {
		struct kvm_reg_list head;
		uint64_t registers[LIST_ROOM + 1];
	} list;
	uint64_t count = 0, room = step->which ? 0 : LIST_ROOM;
	int result;

	if (step->which > 1) {
		list.head.n = 0;
		result = answer_of(ioctl(fd, KVM_GET_REG_LIST, &list));
		count = list.head.n;
		if (result != -E2BIG || !count || count > LIST_ROOM)
			return result;
		room = count - (step->which == 2);
	}
	list.head.n = room;
	list.registers[room] = UC_POISON;
	result = answer_of(ioctl(fd, KVM_GET_REG_LIST, &list));
	*value = step->which == 1 ? list.head.n : step->which == 2 ? list.head.n - count : 0;
	for (uint64_t i = 0; !result && i < list.head.n && i < room; i++)
		for (unsigned int key = 0; key < KVM_KEY_REGISTERS; key++)
			*value += list.registers[i] == kvm_key_registers[key].id;
	if (!result && list.registers[room] != UC_POISON)
		*value |= 1ULL << 32;
	return result;
}

static int do_lengths(int fd, const struct kvm_model_step *step, uint64_t *value)
{
	bool write = step->op == DO_SET_LENGTHS;
	uint64_t lengths[8] = { 1 };
	int result = 0;

	if (!write || step->which)
		result = one_reg(fd, KVM_GET_ONE_REG, KVM_REG_SVE_VLS, lengths);
	if (write && !result)
		result = one_reg(fd, KVM_SET_ONE_REG, KVM_REG_SVE_VLS, lengths);

	*value = lengths[0];
	for (unsigned int i = 1; i < UC_ARRAY_SIZE(lengths); i++)
		*value |= lengths[i];
	return result;
}

static int do_check(int fd, const struct kvm_model_step *step, uint64_t *value)
{
	int result = ioctl(fd, KVM_CHECK_EXTENSION, step->which == MODEL_CAP_169 ?
			   (unsigned long)KVM_CAP_PPC_IRQ_XIVE :
			   kvm_feature_info[step->which].capability);

	*value = result;
	return answer_of(result);
}

static int do_masks(int fd, const struct kvm_model_step *step, uint64_t *value)
{
	static uint64_t masks[KVM_ARM_FEATURE_ID_RANGE_SIZE];
	struct kvm_reg_mask_range range = { .addr = (uintptr_t)masks,
					    .range = KVM_ARM_FEATURE_ID_RANGE };
	int result = answer_of(ioctl(fd, KVM_ARM_GET_REG_WRITABLE_MASKS, &range));

	*value = masks[step->which ? ISAR2_MASK_INDEX : ISAR1_MASK_INDEX];
	return result;
}

static int do_new_vcpu(struct kvm_world *world, const struct kvm_model_step *step)
{
	int fd = ioctl(world->vm[step->vm], KVM_CREATE_VCPU, (unsigned long)step->vcpu);

	if (fd < 0)
		return -errno;
	world->vcpu[step->vm][step->vcpu] = fd;
	return 0;
}

/* The step's call: 0 or negative errno, and the value that the rules look at. */
static int make_call(struct kvm_world *world, const struct kvm_model_step *step,
		     const struct kvm_facts *facts, uint64_t *value)
{
	int fd = world->vcpu[step->vm][step->vcpu], vm = world->vm[step->vm];
	struct kvm_mp_state mp_state = { 0 };
	struct kvm_vcpu_init init = { 0 };
	int result;

	switch ((enum kvm_step_op)step->op) {
	case DO_INIT:
		return do_init(fd, step, facts, value);
	case DO_RUN:
		return do_run(world, step);
	case DO_FINALIZE:
		return answer_of(ioctl(fd, KVM_ARM_VCPU_FINALIZE, &kvm_finalizable[step->which]));
	case DO_GET_REG:
	case DO_SET_REG:
		return do_reg(fd, step, value);
	case DO_GET_ISAR:
	case DO_SET_ISAR:
		return do_isar(fd, step, value);
	case DO_REG_LIST:
		return do_list(fd, step, value);
	case DO_GET_LENGTHS:
	case DO_SET_LENGTHS:
		return do_lengths(fd, step, value);
	case DO_GET_MP_STATE:
		result = answer_of(ioctl(fd, KVM_GET_MP_STATE, &mp_state));
		*value = mp_state.mp_state;
		return result;
	case DO_SET_MP_STATE:
		mp_state.mp_state = step->which ? KVM_MP_STATE_STOPPED : KVM_MP_STATE_RUNNABLE;
		return answer_of(ioctl(fd, KVM_SET_MP_STATE, &mp_state));
	case DO_CHECK_SYSTEM:
		return do_check(world->system, step, value);
	case DO_CHECK_VM:
		return do_check(vm, step, value);
	case DO_PREFERRED:
		memset(&init, UC_POISON, sizeof(init));
		result = answer_of(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init));
		*value = init.target;
		/* All of it is written, and no feature is preferred. */
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(init.features); i++)
			*value |= (uint64_t)(init.features[i] != 0) << (32 + i);
		return result;
	case DO_MASKS:
		return do_masks(vm, step, value);
	case DO_NEW_VM:
		drop_vm(world, step->vm);
		make_vm(world, step->vm);
		return 0;
	case DO_CLOSE_VM:
		close_vm(world, step->vm);
		return 0;
	case DO_NEW_VCPU:
		return do_new_vcpu(world, step);
	case DO_CLOSE_VCPU:
		close_vcpu(world, step->vm, step->vcpu);
		return 0;
	case KVM_STEP_OPS:
		break;
	}
	uc_error("a step that does not exist");
}

void kvm_world_apply(void *memory, const void *place, const void *facts, struct uc_observed *seen)
{
	const struct kvm_model_step *step = place;
	struct kvm_world *world = memory;
	struct kvm_rule rule;
	uint64_t value = 0;

	seen->kind = step->op;
	seen->skipped = !kvm_model_can(facts, &world->model, step);
	if (seen->skipped)
		return;
	kvm_model_rule(facts, &world->model, step, &rule);
	seen->answer = make_call(world, step, facts, &value);
	seen->requirement = rule.requirement;
	seen->consequence = rule.consequence;
	seen->wrong = !kvm_model_allows(&rule, seen->answer, value);
	seen->note = seen->answer ? NULL : rule.note;
	seen->data[SEEN_ALLOWED] = rule.allowed | (uint64_t)rule.value_rule << 32 |
				   (uint64_t)rule.always << 34;
	seen->data[SEEN_VALUE] = value;
	seen->data[SEEN_MASK] = rule.mask;
	seen->data[SEEN_EXPECTED] = rule.value;
	if (!seen->wrong)
		kvm_model_follow(facts, &world->model, step, seen->answer, value);
}
