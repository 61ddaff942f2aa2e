// SPDX-License-Identifier: GPL-2.0-only
/* Steps as calls of the kernel. */
#include "../../harness/decode.h"
#include "../../harness/run.h"
#include "../../harness/verdict.h"
#include "guest.h"
#include "play.h"

#include "reproducer/registers.c"

/* A vCPU has vectors, which a guest may leave the CPU with. */
static bool vectors;

_Static_assert(KVM_SLOTS == UC_ARRAY_SIZE(slots), "one place a slot");

#define SMALL_VM_BITS	35

/* /dev/kvm has no state of its own: the file that is kept does for this process and all that it forks. */
static int kept_file = -1, kept_vm = -1;

bool kvm_keep_vm(void *facts, const char **why)
{
	(void)why;
	if (((const struct kvm_facts *)facts)->kvm != KVM_WORKS)
		return true;
	kvm = kept_file = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	address_bits = SMALL_VM_BITS;
	/* Rows that can make none will say so. */
	if (kept_file >= 0 && !new_vm(0, 0, NULL))
		kept_vm = vm[0];
	vm[0] = -1;
	return true;
}

void kvm_drop_vm(void *facts)
{
	(void)facts;
	if (kept_vm >= 0)
		close(kept_vm);
	if (kept_file >= 0)
		close(kept_file);
	kept_file = kept_vm = -1;
}

int kvm_system_file(void)
{
	return kvm;
}

int kvm_vm_file(void)
{
	return vm[0];
}

int kvm_vcpu_file(unsigned int of, unsigned int index)
{
	return vcpu[of][index];
}

int kvm_ioctl(int fd, unsigned long request, const void *argument)
{
	int result = ioctl(fd, request, argument);

	return result < 0 ? -errno : result;
}

int kvm_check_extension(int fd, unsigned long capability)
{
	int result = ioctl(fd, KVM_CHECK_EXTENSION, capability);

	return result < 0 ? -errno : result;
}

int kvm_get_reg(int fd, uint64_t id, void *content)
{
	return -one_reg(fd, KVM_GET_ONE_REG, id, content);
}

int kvm_set_reg(int fd, uint64_t id, const void *content)
{
	return -one_reg(fd, KVM_SET_ONE_REG, id, (void *)content);
}

void kvm_begin(struct kvm_model *model, const struct kvm_facts *facts, bool small)
{
	static const struct kvm_step steps[] = { { .op = DO_NEW_VM }, { .op = DO_NEW_VCPU } };
	uint64_t ignored;

	kvm = kept_file >= 0 ? kept_file : open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		uc_error("cannot open /dev/kvm: %s", uc_errno_name(errno));
	vectors = false;
	address_bits = small ? SMALL_VM_BITS : 40;
	memset(model, 0, sizeof(*model));
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
		int result = kvm_make_call(&steps[i], facts, &ignored);

		if (result)
			uc_error("set-up: %s: %s", kvm_call_name(&steps[i]),
				 uc_errno_name(-result));
		kvm_follow(facts, model, &steps[i], 0, 0);
	}
}

void kvm_end(void)
{
	for (unsigned int i = 0; i < KVM_VMS; i++) {
		for (unsigned int j = 0; j < KVM_VCPUS; j++)
			close_vcpu(i, j, NULL);
		close_vm(i, 0, NULL);
	}
}

/* The names of a step's operations, "+" between. */
void kvm_sequence_name(const struct kvm_step *step, char *text, size_t size)
{
	*text = '\0';
	for (unsigned int i = 0; i < KVM_SEQUENCE && step->operations[i]; i++)
		snprintf(text + strlen(text), size - strlen(text), "%s%s", i ? "+" : "",
			 kvm_operation_name(step->operations[i] - 1));
}

/* 0 or the errno. */
static int make_call(const struct kvm_step *step, const struct kvm_facts *facts)
{
	static int (*const calls[])(int, int, const uint64_t *) = {
#define OP(word, weight, needs, call, ...)	call,
#include "ops.inc"
	};
	struct kvm_given given;
	char sequence[80];

	kvm_what_is_given(step, facts->preferred, &given);
	if (step->op == DO_EXEC) {
		kvm_sequence_name(step, sequence, sizeof(sequence));
		given.a[0] = guest_sequence(sequence);
	}
	return calls[step->op](step->vm, step->vcpu, given.a);
}

/* Right after KVM_RUN, for whatever comes next is translated with the guest's vectors. */
static void settle(void)
{
	if (vectors)
		uc_init_settle();
}

static int make_one(const struct kvm_step *step, const struct kvm_facts *facts, uint64_t *came)
{
	int result;

	value = 0;
	result = -make_call(step, facts);
	*came = value;
	vectors |= step->op == DO_FINALIZE && !result;
	if (step->op >= DO_EXEC && step->op <= DO_CONTINUE)
		settle();
	return result;
}

/* Of several in one KVM_RUN: X6 and on have what came of each, X19 a bit for each that took an exception. */
#define MOST_TOGETHER	10
#define RESULT(n)	(6 + (n))
#define WORDS_AROUND	9	/* each, and at the end */

/* Whether the guest executes the step by itself: nothing of it is for user space to see before its end. */
static bool within_guest(const struct kvm_step *step)
{
	if (step->op == DO_READ || step->op == DO_WRITE)
		return true;
	for (unsigned int i = 0; i < KVM_SEQUENCE && step->operations[i]; i++)
		if (guest_operations[step->operations[i] - 1].need == CALLS)
			return false;
	return step->op == DO_EXEC;
}

unsigned int kvm_together(const struct kvm_step *steps, unsigned int count)
{
	unsigned int many = 0, kept = 0;

	while (many < count && many < MOST_TOGETHER) {
		const struct kvm_step *step = &steps[many];

		if (!within_guest(step) || step->vm != steps->vm || step->vcpu != steps->vcpu)
			break;
		/* It is given what one before it reads. */
		if (kept & (1u << step->from[0] | 1u << step->from[1]) & ~1u)
			break;
		kept |= 1u << step->keep;
		many++;
	}
	return many ?: 1;
}

/* The words of one step in guest_code, and its X0 and X1. */
static void code_of(const struct kvm_step *step, uint64_t x[2])
{
	char sequence[80];

	x[0] = step->op == DO_READ ? GUEST_MARK : step->arguments[0];
	x[1] = step->op == DO_EXEC ? step->arguments[1] : 0;
	if (step->op != DO_EXEC) {
		guest_move(step->id, step->op == DO_WRITE);
		return;
	}
	kvm_sequence_name(step, sequence, sizeof(sequence));
	guest_sequence(sequence);
}

/* All in one guest_code: their numbers, then for each what guest_execute() does, with X26 to go on after an exception. */
static unsigned int code_of_all(const struct kvm_step *steps, unsigned int count, unsigned int ends[MOST_TOGETHER])
{
	static struct guest_code all;
	unsigned int done = 0, at = 4 * count;

	all.word[at++] = 0xaa1f03f3;	/* mov x19, xzr */
	for (; done < count; done++) {
		uint64_t x[2];
		unsigned int words, place = 4 * done;

		code_of(&steps[done], x);
		words = guest_code.count;
		if (at + words + WORDS_AROUND > GUEST_WORDS)
			break;
		memcpy(&all.word[place], x, sizeof(x));
		all.word[at] = 0x10000000 | (words + 5) << 5 | 26;	/* adr x26, 1f */
		all.word[at + 1] = 0x58000000 | ((place - at - 1) & 0x7ffff) << 5;	/* ldr x0, it */
		all.word[at + 2] = 0x58000001 | ((place - at) & 0x7ffff) << 5;	/* ldr x1, it */
		memcpy(&all.word[at + 3], guest_code.word, 4 * words);
		at += 3 + words;
		all.word[at++] = 0xaa0003e0 | RESULT(done);		/* mov x.., x0 */
		all.word[at++] = 0x14000004;				/* b 2f */
		all.word[at++] = 0xb3503eb4;				/* 1: bfi x20, x21, #48, #16 */
		all.word[at++] = 0xaa1403e0 | RESULT(done);		/* mov x.., x20 */
		all.word[at++] = 0x91000273 | 1u << (10 + done);	/* add x19, x19, #.. */
		ends[done] = at;					/* 2: */
	}
	all.word[at++] = 0xaa1f03fa;	/* mov x26, xzr */
	all.count = at;
	guest_code = all;
	return done;
}

/* As guest_run() tells what came of one, from X.. and what was before it. */
static int result_of(uint64_t x, bool exception, uint64_t from, uint64_t to, uint64_t *came)
{
	const uint64_t elr = (from & ~0xffffULL) | x >> 48, esr = x & ~(0xffffULL << 48);

	*came = exception ? esr : x;
	if (!exception)
		return 0;
	if ((esr >> 26 & 0x3f) == 0x1c)
		return -GUEST_FPAC;
	return !(esr >> 26 & 0x3f) && elr >= from && elr < to ? -GUEST_UNDEF : -GUEST_OTHER;
}

unsigned int kvm_make_calls(const struct kvm_step *steps, unsigned int count, const struct kvm_facts *facts,
			    int *results, uint64_t *values)
{
	const int fd = vcpu[steps->vm][steps->vcpu];
	struct kvm_step filled[MOST_TOGETHER];
	unsigned int ends[MOST_TOGETHER], done;
	uint64_t at, took = 0, x, stored = 0;
	int answer;

	memcpy(filled, steps, count * sizeof(*steps));
	for (unsigned int i = 0; i < count; i++)
		kvm_fill_in(&filled[i], facts);
	done = count > 1 && guest_memory ? code_of_all(filled, count, ends) : 1;
	if (done == 1) {
		*results = make_one(filled, facts, values);
		return 1;
	}
	at = guest_place();
	answer = guest_set(fd, GUEST_X(27), at + 16 * count);
	answer = answer ? answer : map_run(steps->vm, steps->vcpu);
	answer = answer ? answer : guest_run(fd, run_page[steps->vm][steps->vcpu], at, 4 * guest_code.count, &stored);
	settle();
	/* Which one it left the guest at, or did not begin. */
	if (answer && !guest_reg(fd, 0, GUEST_X(26), &x)) {
		while (--done && x != at + 4 * (ends[done] - 3))
			;
		results[done] = -answer;
		values[done] = stored;
		guest_set(fd, GUEST_X(26), 0);
		guest_set(fd, GUEST_X(32), GUEST_MEMORY);
	}
	guest_reg(fd, 0, GUEST_X(19), &took);
	for (unsigned int i = 0; i < done; i++) {
		guest_reg(fd, 0, GUEST_X(RESULT(i)), &x);
		results[i] = result_of(x, took >> i & 1, at + (i ? 4 * ends[i - 1] : 16 * count), at + 4 * ends[i],
				       &values[i]);
	}
	return answer ? done + 1 : done;
}

uint64_t kvm_slot(char name)
{
	return slots[name - 'a'];
}

/* The numbers that come from elsewhere are what is there. */
void kvm_fill_in(struct kvm_step *step, const struct kvm_facts *facts)
{
	uint64_t *const numbers[] = { &step->arguments[0], &step->arguments[1], &step->value };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(numbers); i++) {
		if (step->from[i] && step->from[i] <= KVM_SLOTS)
			*numbers[i] = slots[step->from[i] - 1];
		for (unsigned int j = 0; step->from[i] == KVM_HOST && j < KVM_ID_REGISTERS; j++)
			if (step->id == kvm_id_registers[j])
				*numbers[i] = facts->id_register[j] & step->mask;
	}
}

void kvm_keep(const struct kvm_step *step, int result, uint64_t came)
{
	if (step->keep && !result)
		slots[step->keep - 1] = came & (step->mask ?: ~0ULL);
}

unsigned int kvm_saved(struct kvm_saved *registers)
{
	for (uint64_t i = 0; i < saved_count; i++) {
		registers[i].id = saved[i].id;
		registers[i].hash = 0xcbf29ce484222325ULL;
		for (unsigned int j = 0; j < 1u << (saved[i].id >> 52 & 15) && j < sizeof(saved[i].content); j++)
			registers[i].hash = (registers[i].hash ^ saved[i].content[j]) * 0x100000001b3ULL;
	}
	return saved_count;
}

int kvm_make_call(const struct kvm_step *step, const struct kvm_facts *facts, uint64_t *came)
{
	int result = make_one(step, facts, came);

	kvm_keep(step, result, *came);
	return result;
}
