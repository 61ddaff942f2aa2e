// SPDX-License-Identifier: GPL-2.0-only
/* The fixed parts of a reproducer, each with the steps that need it. */
#include "../../harness/row.h"
#include "explore_emit.h"
#include "model.h"

#define OP(op)		(1u << (op))
#define ANY_REGISTER	(OP(DO_GET_REG) | OP(DO_SET_REG) | OP(DO_GET_ISAR) | OP(DO_SET_ISAR) | \
			 OP(DO_GET_LENGTHS) | OP(DO_SET_LENGTHS))
#define ANY_MP_STATE	(OP(DO_GET_MP_STATE) | OP(DO_SET_MP_STATE))
#define EVERY_PROGRAM	0xffffffffu

struct part {
	uint32_t ops;
	const char *text;
};

static void emit_parts(FILE *out, uint32_t ops, const struct part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].ops & ops)
			fputs(parts[i].text, out);
}

static const struct {
	uint32_t ops;
	const char *name;
	unsigned long value;
} numbers[] = {
#define WORD(ops, name) { ops, #name, name }
	WORD(EVERY_PROGRAM, KVM_CREATE_VM),
	WORD(EVERY_PROGRAM, KVM_CREATE_VCPU),
	WORD(EVERY_PROGRAM, KVM_CHECK_EXTENSION),
	WORD(EVERY_PROGRAM, KVM_CAP_ARM_VM_IPA_SIZE),
	WORD(OP(DO_RUN), KVM_GET_VCPU_MMAP_SIZE),
	WORD(OP(DO_RUN), KVM_RUN),
	WORD(OP(DO_INIT), KVM_ARM_VCPU_INIT),
	WORD(OP(DO_FINALIZE), KVM_ARM_VCPU_FINALIZE),
	WORD(ANY_REGISTER, KVM_GET_ONE_REG),
	WORD(ANY_REGISTER, KVM_SET_ONE_REG),
	WORD(OP(DO_REG_LIST), KVM_GET_REG_LIST),
	WORD(ANY_MP_STATE, KVM_GET_MP_STATE),
	WORD(ANY_MP_STATE, KVM_SET_MP_STATE),
	WORD(OP(DO_PREFERRED), KVM_ARM_PREFERRED_TARGET),
	WORD(OP(DO_MASKS), KVM_ARM_GET_REG_WRITABLE_MASKS),
#undef WORD
};

static const struct part checking[] = {
	{ EVERY_PROGRAM,
	  "\nstatic int kvm, vm[2], vcpu[2][3];\n"
	  "static int failed;\n"
	  "\n"
	  "/* The answers that are right: 0 for success, errno values, or one of these. */\n"
	  "enum { ANYTHING = 10000, ANY_ERROR, END };\n"
	  "#define RIGHT(...) (const int[]){ __VA_ARGS__, END }\n"
	  "\n"
	  "static const char *name(int answer)\n"
	  "{\n"
	  "\tstatic char number[32];\n"
	  "\n"
	  "\tswitch (answer) {\n"
	  "\tcase 0: return \"0\";\n"
	  "\tcase EPERM: return \"EPERM\";\n"
	  "\tcase ENOENT: return \"ENOENT\";\n"
	  "\tcase EINTR: return \"EINTR\";\n"
	  "\tcase E2BIG: return \"E2BIG\";\n"
	  "\tcase ENOEXEC: return \"ENOEXEC\";\n"
	  "\tcase EFAULT: return \"EFAULT\";\n"
	  "\tcase EBUSY: return \"EBUSY\";\n"
	  "\tcase EEXIST: return \"EEXIST\";\n"
	  "\tcase EINVAL: return \"EINVAL\";\n"
	  "\tcase ANYTHING: return \"anything\";\n"
	  "\tcase ANY_ERROR: return \"an error\";\n"
	  "\t}\n"
	  "\tsnprintf(number, sizeof(number), \"errno %d\", answer);\n"
	  "\treturn number;\n"
	  "}\n"
	  "\n"
	  "static void check(const char *what, int answer, const int *right)\n"
	  "{\n"
	  "\tint ok = 0;\n"
	  "\n"
	  "\tprintf(\"%s = %s; right:\", what, name(answer));\n"
	  "\tfor (; *right != END; right++) {\n"
	  "\t\tok |= *right == answer || *right == ANYTHING || (*right == ANY_ERROR && answer);\n"
	  "\t\tprintf(\" %s\", name(*right));\n"
	  "\t}\n"
	  "\tputs(ok ? \"\" : \" <-- WRONG\");\n"
	  "\tfailed |= !ok;\n"
	  "}\n" },
};

static const struct part value_checking[] = {
	{ EVERY_PROGRAM,
	  "\n/* What the last call gave, beside its answer. */\n"
	  "static uint64_t value;\n"
	  "\n"
	  "static void check_value(const char *what, uint64_t mask, int equal, uint64_t right)\n"
	  "{\n"
	  "\tint ok = ((value & mask) == (right & mask)) == equal;\n"
	  "\n"
	  "\tprintf(\"\\t%s: %#llx; right: %s%#llx%s\\n\", what, (unsigned long long)(value & mask),\n"
	  "\t       equal ? \"\" : \"not \", (unsigned long long)right, ok ? \"\" : \" <-- WRONG\");\n"
	  "\tfailed |= !ok;\n"
	  "}\n" },
};

static const struct part value_alone[] = {
	{ ANY_REGISTER | ANY_MP_STATE | OP(DO_REG_LIST) | OP(DO_CHECK_SYSTEM) |
	  OP(DO_CHECK_VM) | OP(DO_PREFERRED) | OP(DO_MASKS),
	  "\nstatic uint64_t value;\n" },
};

static const struct part init_anywhere[] = {
	{ OP(DO_INIT),
	  "\nstatic int init(int fd, uint32_t target, uint32_t features, int extra_bit)\n"
	  "{\n"
	  "\tstruct vcpu_init init = { target, { features } };\n"
	  "\n"
	  "\tif (extra_bit)\n"
	  "\t\tinit.features[extra_bit / 32] |= 1U << extra_bit % 32;\n"
	  "\treturn call(fd, KVM_ARM_VCPU_INIT, &init);\n"
	  "}\n" },
};

static const struct part init_placed[] = {
	{ EVERY_PROGRAM,
	  "\n/* Of the 32 bytes of the struct, the first @mapped can be read. */\n"
	  "static int init(int fd, int mapped, uint32_t target, uint32_t features, int extra_bit)\n"
	  "{\n"
	  "\tstruct vcpu_init init = { target, { features } };\n"
	  "\tlong page = sysconf(_SC_PAGESIZE);\n"
	  "\tchar *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,\n"
	  "\t\t\t   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *place = pages + page - mapped;\n"
	  "\tint answer;\n"
	  "\n"
	  "\tif (extra_bit)\n"
	  "\t\tinit.features[extra_bit / 32] |= 1U << extra_bit % 32;\n"
	  "\tif (pages == MAP_FAILED || munmap(pages + page, page))\n"
	  "\t\texit(2);\n"
	  "\tmemcpy(place, &init, mapped);\n"
	  "\tanswer = call(fd, KVM_ARM_VCPU_INIT, place);\n"
	  "\tvalue = memcmp(place, &init, mapped) != 0;\n"
	  "\tmunmap(pages, page);\n"
	  "\treturn answer;\n"
	  "}\n" },
};

static const struct part helpers[] = {
	{ EVERY_PROGRAM,
	  "\nstatic int new_vm(int number)\n"
	  "{\n"
	  "\tint bits = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);\n"
	  "\n"
	  "\t/* Of addresses: type 0 is 40, more than some hosts have. */\n"
	  "\tvm[number] = ioctl(kvm, KVM_CREATE_VM, bits > 0 && bits < 40 ? (long)bits : 0L);\n"
	  "\treturn vm[number] < 0 ? errno : 0;\n"
	  "}\n"
	  "\n"
	  "static int new_vcpu(int number, int id)\n"
	  "{\n"
	  "\tint fd = ioctl(vm[number], KVM_CREATE_VCPU, (long)id);\n"
	  "\n"
	  "\tif (fd < 0)\n"
	  "\t\treturn errno;\n"
	  "\tvcpu[number][id] = fd;\n"
	  "\treturn 0;\n"
	  "}\n" },
	{ OP(DO_INIT) | OP(DO_FINALIZE) | OP(DO_REG_LIST) | ANY_MP_STATE | OP(DO_PREFERRED) |
	  OP(DO_MASKS) | ANY_REGISTER,
	  "\nstatic int call(int fd, unsigned long request, void *argument)\n"
	  "{\n"
	  "\treturn ioctl(fd, request, argument) < 0 ? errno : 0;\n"
	  "}\n" },
	{ OP(DO_INIT) | OP(DO_PREFERRED),
	  "\nstruct vcpu_init {\n\tuint32_t target, features[7];\n};\n" },
	{ OP(DO_RUN),
	  "\n/* With immediate_exit: the guest is not entered. */\n"
	  "static int run(int fd)\n"
	  "{\n"
	  "\tint size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0L);\n"
	  "\tchar *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);\n"
	  "\n"
	  "\tif (page == MAP_FAILED)\n"
	  "\t\texit(2);\n"
	  "\tpage[1] = 1;\n"
	  "\treturn ioctl(fd, KVM_RUN, 0L) < 0 ? errno : 0;\n"
	  "}\n" },
	{ ANY_REGISTER,
	  "\nstatic int one_reg(int fd, unsigned long request, uint64_t id, void *place)\n"
	  "{\n"
	  "\tstruct { uint64_t id, addr; } one = { id, (uintptr_t)place };\n"
	  "\n"
	  "\treturn call(fd, request, &one);\n"
	  "}\n" },
	{ OP(DO_GET_REG) | OP(DO_SET_REG),
	  "\nstatic int reg(int fd, unsigned long request, uint64_t id, uint64_t write)\n"
	  "{\n"
	  "\tuint64_t halves[2] = { write, write };\n"
	  "\tlong page = sysconf(_SC_PAGESIZE), size = 1 << (id >> 52 & 15);\n"
	  "\tchar *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,\n"
	  "\t\t\t   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *place = pages + page - size;\n"
	  "\tint answer;\n"
	  "\n"
	  "\tif (pages == MAP_FAILED || munmap(pages + page, page))\n"
	  "\t\texit(2);\n"
	  "\tmemcpy(place, halves, size);\n"
	  "\tanswer = one_reg(fd, request, id, place);\n"
	  "\tmemcpy(halves, place, size);\n"
	  "\tmunmap(pages, page);\n"
	  "\tvalue = halves[0];\n"
	  "\t/* Of 128 bits: both halves are to be alike. */\n"
	  "\tif ((id >> 52 & 15) == 4 && halves[0] != halves[1])\n"
	  "\t\tvalue |= halves[1];\n"
	  "\treturn answer;\n"
	  "}\n" },
	{ OP(DO_GET_ISAR) | OP(DO_SET_ISAR),
	  "\n/* Read the register; if @invert is not 0, write it so inverted, and read again. */\n"
	  "static int isar(int fd, uint64_t id, uint64_t invert)\n"
	  "{\n"
	  "\tint answer = one_reg(fd, KVM_GET_ONE_REG, id, &value);\n"
	  "\n"
	  "\tif (!answer && invert) {\n"
	  "\t\tvalue ^= invert;\n"
	  "\t\tanswer = one_reg(fd, KVM_SET_ONE_REG, id, &value);\n"
	  "\t\tone_reg(fd, KVM_GET_ONE_REG, id, &value);\n"
	  "\t}\n"
	  "\treturn answer;\n"
	  "}\n" },
	{ OP(DO_GET_LENGTHS) | OP(DO_SET_LENGTHS),
	  "\nstatic int lengths(int fd, int read, int write)\n"
	  "{\n"
	  "\tuint64_t set[8] = { 1 };\n"
	  "\tint answer = 0;\n"
	  "\n"
	  "\tif (read)\n"
	  "\t\tanswer = one_reg(fd, KVM_GET_ONE_REG, 0x606000000015ffffULL, set);\n"
	  "\tif (write && !answer)\n"
	  "\t\tanswer = one_reg(fd, KVM_SET_ONE_REG, 0x606000000015ffffULL, set);\n"
	  "\tfor (int i = value = 0; i < 8; i++)\n"
	  "\t\tvalue |= set[i];\n"
	  "\treturn answer;\n"
	  "}\n" },
	{ OP(DO_REG_LIST),
	  "\n/*\n"
	  " * With room (0), without (1), with one too few (2), with just enough (3). The value: how\n"
	  " * many of the ten key registers are listed, and a high bit if more was written than there\n"
	  " * was room for; without room n; with one too few by how much n is wrong.\n"
	  " */\n"
	  "static int list(int fd, int which)\n"
	  "{\n"
	  "\tstatic uint64_t reg[2 + 4096];\n"
	  "\tuint64_t count = 0, room = which ? 0 : 4096;\n"
	  "\tint answer;\n"
	  "\n"
	  "\tvalue = 0;\n"
	  "\tif (which > 1) {\n"
	  "\t\treg[0] = 0;\n"
	  "\t\tanswer = call(fd, KVM_GET_REG_LIST, reg);\n"
	  "\t\tcount = reg[0];\n"
	  "\t\tif (answer != E2BIG || !count || count > 4096)\n"
	  "\t\t\treturn answer;\n"
	  "\t\troom = count - (which == 2);\n"
	  "\t}\n"
	  "\treg[0] = room;\n"
	  "\treg[1 + room] = 0xa5;\n"
	  "\tanswer = call(fd, KVM_GET_REG_LIST, reg);\n"
	  "\tvalue = which == 1 ? reg[0] : which == 2 ? reg[0] - count : 0;\n"
	  "\tif (!answer && reg[1 + room] != 0xa5)\n"
	  "\t\tvalue = 1ULL << 32;\n"
	  "\tfor (uint64_t i = 1; !answer && i <= reg[0] && i <= room; i++) {\n"
	  "\t\tunsigned int low = reg[i] & 0xffff;\n"
	  "\n"
	  "\t\tif (reg[i] >> 16 == 0x603000000013ULL)\n"
	  "\t\t\tvalue += (low >= 0xc108 && low <= 0xc10b) || (low >= 0xc110 && low <= 0xc113) ||\n"
	  "\t\t\t\t low == 0xc118 || low == 0xc119;\n"
	  "\t}\n"
	  "\treturn answer;\n"
	  "}\n" },
	{ ANY_MP_STATE,
	  "\nstatic int mp_state(int fd, unsigned long request, uint32_t state)\n"
	  "{\n"
	  "\tint answer = call(fd, request, &state);\n"
	  "\n"
	  "\tvalue = state;\n"
	  "\treturn answer;\n"
	  "}\n" },
	{ OP(DO_CHECK_SYSTEM) | OP(DO_CHECK_VM),
	  "\nstatic int extension(int fd, long capability)\n"
	  "{\n"
	  "\tint answer = ioctl(fd, KVM_CHECK_EXTENSION, capability);\n"
	  "\n"
	  "\tvalue = answer;\n"
	  "\treturn answer < 0 ? errno : 0;\n"
	  "}\n" },
	{ OP(DO_PREFERRED),
	  "\nstatic int preferred(int fd)\n"
	  "{\n"
	  "\tstruct vcpu_init init;\n"
	  "\tint answer;\n"
	  "\n"
	  "\tmemset(&init, 0xa5, sizeof(init));\n"
	  "\tanswer = call(fd, KVM_ARM_PREFERRED_TARGET, &init);\n"
	  "\tvalue = init.target;\n"
	  "\t/* All of it is written, and no feature is preferred. */\n"
	  "\tfor (int i = 0; i < 7; i++)\n"
	  "\t\tvalue |= (uint64_t)(init.features[i] != 0) << (32 + i);\n"
	  "\treturn answer;\n"
	  "}\n" },
	{ OP(DO_MASKS),
	  "\nstatic int mask(int fd, int index)\n"
	  "{\n"
	  "\tstatic uint64_t masks[192];\n"
	  "\tstruct { uint64_t addr; uint32_t range, reserved[13]; } range = {\n"
	  "\t\t(uintptr_t)masks, 0, { 0 } };\n"
	  "\tint answer = call(fd, KVM_ARM_GET_REG_WRITABLE_MASKS, &range);\n"
	  "\n"
	  "\tvalue = masks[index];\n"
	  "\treturn answer;\n"
	  "}\n" },
};

void kvm_emit_head(FILE *out, const struct kvm_emission *emission)
{
	static const char *const headers[] = { "errno", "fcntl", "stdint", "stdio", "stdlib",
					       "string", "sys/ioctl", "sys/mman", "unistd" };

	for (size_t i = 0; i < UC_ARRAY_SIZE(headers); i++)
		fprintf(out, "#include <%s.h>\n", headers[i]);
	fputc('\n', out);
	for (size_t i = 0; i < UC_ARRAY_SIZE(numbers); i++)
		if (numbers[i].ops & emission->ops)
			fprintf(out, "#define %s %#lxUL\n", numbers[i].name, numbers[i].value);
	emit_parts(out, emission->ops, checking, UC_ARRAY_SIZE(checking));
	if (emission->values)
		emit_parts(out, emission->ops, value_checking, UC_ARRAY_SIZE(value_checking));
	else
		emit_parts(out, emission->ops, value_alone, UC_ARRAY_SIZE(value_alone));
}

void kvm_emit_helpers(FILE *out, const struct kvm_emission *emission)
{
	emit_parts(out, emission->ops, helpers, UC_ARRAY_SIZE(helpers));
	if (emission->placed)
		emit_parts(out, emission->ops, init_placed, UC_ARRAY_SIZE(init_placed));
	else
		emit_parts(out, emission->ops, init_anywhere, UC_ARRAY_SIZE(init_anywhere));
	fputc('\n', out);
}
