# SPDX-License-Identifier: GPL-2.0-only
#
# make run      judge stock kernels in QEMU and print what was found
# make matrix   the same for every cell of ci/matrix.toml
# make check    seconds, for each change: warnings, sanitizers, static analysis, tests that are quick
# make test     minutes: all tests, with real kernels
# make test-all and what takes long: the whole matrix, and all below but bench
# make report   the results of the last runs as one page
# make explore  play random sequences of calls to stock kernels, and prove what they find
# make bench    what the suite costs, as ratios within one run
# make behaviour  record what stock kernels do, and what changed from each to the next
# make mutants  each fault that the reference kernel carries must turn a row red
# make history  put real faults back, one at a time: which of them are noticed, and by what
# make coverage which lines of the kernel functions under test no row reaches
# make integrations  our results in the hands of other people's programs: kselftest, prove, LAVA
# make bisect-demo  find guilty commits with ci/bisect, in a history made for it
# make error-paths  calls whose allocations and copies fail, and CPUs that race for a word
# make faults   a kernel, QEMU and a disk that fail in every way: the verdict stays honest
# make valgrind the harness's own tests under valgrind
# make install  binary, report tools, manual pages, completion: DESTDIR=, PREFIX=/usr/local
# make dist     the source as a tarball, reproducible, which knows its revision
# make tarball  static binaries for arm64 and x86-64, with a script that runs the right one
# make soak     every row 200 times, shuffled, on busy cores: no verdict may change
#
# CELLS='stock-6.1/*'  KERNEL=Image  CPU=  APPEND=  ARGS='--case GLOB'  narrow or replace;
# SHARD=2/3 is the second of three machines' shares.
# SETUP=skip, NO_INSTALL=1: install nothing; OFFLINE=1: fetch nothing; PYTHON=path  QEMU=path

# What make's command line may set: for each target, and for all. A misspelt name would be silence.
TAKES_run := CELLS KERNEL KERNEL_SRC NAME CPU APPEND ARGS SHARD ACCEL KNOWN RECORD V DEBUG
TAKES_matrix := $(TAKES_run)
TAKES_explore := CELLS KERNEL KERNEL_SRC DEBUG N SEED STEPS
TAKES_mutants := MUTANT SUITE EXPLORE OWN_ROWS
TAKES_history := FAULT PEERS RECORD
TAKES_behaviour := CELLS V
TAKES_faults := KIND
TAKES_soak := CELLS TIMES SEED
TAKES_install := DESTDIR PREFIX
TAKEN := $(sort $(foreach goal,$(MAKECMDGOALS),$(TAKES_$(goal))) SETUP NO_INSTALL OFFLINE REFRESH PYTHON \
	QEMU QEMU_X86_64 KSELFTEST_DIR UAPI_CONFORM_CACHE UAPI_CONFORM_BINARY XDG_CACHE_HOME \
	CC_arm64 CC_x86_64 CC_armhf WARNINGS)
# PURPOSES is there where this make was called by another one of ours, which has looked.
ifndef PURPOSES
UNKNOWN := $(firstword $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(filter-out $(TAKEN),$(name)))))
ifdef UNKNOWN
NEAREST := $(shell "$$(fixtures/launch --find 2>/dev/null)" -c 'import difflib, sys; \
	print(*difflib.get_close_matches(sys.argv[1].upper(), sys.argv[2:], 1))' $(UNKNOWN) $(TAKEN) 2>/dev/null)
$(error 'make $(or $(MAKECMDGOALS),all)' knows no variable $(UNKNOWN); $(if \
	$(NEAREST),did you mean $(NEAREST)?,there are $(TAKEN)))
endif
endif

HOST := $(patsubst aarch64,arm64,$(shell uname -m))
# armhf only shows that a struct is the same to a 32-bit program.
ARCHES := arm64 x86_64 armhf

CC_armhf := arm-linux-gnueabihf-gcc
ifeq ($(HOST),arm64)
CC_arm64 := gcc
CC_x86_64 := x86_64-linux-gnu-gcc
else
CC_arm64 := aarch64-linux-gnu-gcc
CC_x86_64 := gcc
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# A compiler that the user names may warn of what ours do not: that is shown, and no error.
FATAL = $(if $(filter file,$(origin CC_$(1))),-Werror)
# kselftest's headers are the kernel's: -isystem, for their warnings are not ours to mend.
# Nobody unwinds a stack in the binary, and the tables for it are a fortieth of its size.
CFLAGS := -std=gnu11 -O2 -g -fno-asynchronous-unwind-tables -D_GNU_SOURCE -Iharness -I. $(WARNINGS)

# On x86-64 few rows have anything to do, and gcc 14 makes more than 1.5 MB of them.
SIZE_x86_64 := -Os

# Else the C library copies memory with SVE where the CPU has it. In a process that uses no other
# vectors this only makes the kernel carry their state, and QEMU translate all of it for both cases.
LDFLAGS_arm64 := -Wl,--defsym=memcpy=__memcpy_generic,--defsym=memmove=__memmove_generic
# All kernels there have pages of 4 KiB: without gaps between code and data it is 4 KiB smaller.
# What nothing calls is left out, which is a hundredth.
LDFLAGS_x86_64 := -Wl,-z,noseparate-code -Wl,--gc-sections
# Kernels with larger pages map nothing else.
LDFLAGS_armhf := -Wl,-z,max-page-size=65536

SOURCES := $(wildcard harness/*.c suites/*/*.c)
HEADERS := $(wildcard harness/*.h suites/*/*.h suites/*/*.inc suites/*/reproducer/*.c fixtures/device/*.h)
BINARIES := $(ARCHES:%=build/%/uapi-conform)

.DELETE_ON_ERROR:
.PHONY: all setup present run matrix report check test test-all integrations explore behaviour mutants history bench coverage error-paths faults soak valgrind bisect-demo install dist tarball clean help FORCE

# For direct goals, as build/x86_64/uapi-conform: the headers are fetched only where nobody has them.
HEADERS_FROM := $(if $(KSELFTEST_DIR)$(wildcard build/kselftest/kselftest_harness.h),,fetch)
PURPOSES ?= $(sort $(foreach arch,$(ARCHES),$(if $(filter build/$(arch)/%,$(MAKECMDGOALS)),$(arch))) \
	$(if $(filter build/check/% build/valgrind/%,$(MAKECMDGOALS)),$(HOST) test) $(HEADERS_FROM))
EVERYTHING := arm64 x86_64 armhf fetch python kernel run test

# $(call COMPILE,PURPOSES,FILES): what a target needs before its own turn comes. Only this is made in
# parallel, on all cores unless the user says how many, for the targets of one command may build on
# each other; and by one make at a time, for two would write the same files.
COMPILE = mkdir -p build && exec 9>build/.lock && { flock -n 9 || \
	{ echo "waiting for another make that compiles here"; flock 9; }; } && \
	PURPOSES="$(sort $(1))" $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc)) $(2) 9>&-
PREPARED = +@$(COMPILE)

all:
	$(call PREPARED,$(ARCHES) $(HEADERS_FROM),$(BINARIES))

help:
	@sed -n '3,/^$$/s/^# \?//p' Makefile

# What is missing is installed, and named and priced before; see fixtures/setup.
setup:
	@fixtures/setup

# No gate: what is missing all the same stops only what needs it, in words of its own.
present:
	@fixtures/setup $(PURPOSES) || [ $$? -eq 69 ]

# Where the kernel's kselftest headers lie; build/kselftest is a link to that directory.
build/kselftest.from: FORCE | present
	@fixtures/kselftest $@ build/kselftest

# Rewritten only when the description changes, so that it does not rebuild all.
build/revision.c: FORCE
	@mkdir -p build
	@printf '#include "revision.h"\nconst char uc_revision[] = "%s";\nconst char uc_release[] = "uapi-conform %s";\n'\
	'const char uc_build_flags[] = "%s";\n' \
		"$$(fixtures/revision)" "$$(fixtures/revision --release)" '$(CFLAGS)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# What reproducers are written with: each source as a string of the binary.
EMBEDDED := $(wildcard harness/reproducer/*.c suites/*/reproducer/*.c)
DEVICE := $(wildcard fixtures/device/uapi_conform_device.h)
TEXTS := $(EMBEDDED:%=build/text/%) $(DEVICE:%.h=build/text/%.c)
# Without the comment that a file begins with: it speaks of the suite, and a program has its own.
AS_TEXT = @mkdir -p $(@D) && { echo 'const char uc_text_$(1)[] ='; \
	sed -e '2{/^\/\*$$/{' -e ':a' -e 'N;/\*\/$$/!ba' -e 'd' -e '}}' \
		-e 's/[\\"]/\\&/g; s/.*/"&\\n"/' $<; echo ';'; } > $@

build/text/%.c: %.c Makefile
	$(call AS_TEXT,$(subst /reproducer/,_,$(patsubst suites/%,%,$*)))

$(DEVICE:%.h=build/text/%.c): build/text/%.c: %.h Makefile
	$(call AS_TEXT,device)

# Each compiles by itself.
build/text/%.o: %.c Makefile | compiler-$(HOST)
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_$(HOST)) -std=gnu11 -O2 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-function -c -o $@ $<

# What a source includes, its compiler writes down beside the object.
INCLUDED := -MMD -MP

define binary_rules
.PHONY: compiler-$(1)
compiler-$(1): | present
	@command -v $$(firstword $$(CC_$(1))) >/dev/null || { echo "no compiler for $(1): $$(CC_$(1)) is missing;" \
		"'make setup' installs it, CC_$(1)=... names another one" >&2; exit 1; }

build/$(1)/obj/%.o: %.c Makefile build/kselftest.from | compiler-$(1)
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$$(CC_$(1)) $$(CFLAGS) $$(SIZE_$(1)) $(call FATAL,$(1)) $(INCLUDED) -isystem build/kselftest -c -o $$@ $$<

build/$(1)/uapi-conform: $(SOURCES:%.c=build/$(1)/obj/%.o) $(TEXTS) build/revision.c | compiler-$(1)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) $(call FATAL,$(1)) -static -pthread -Wl,--strip-all $$(LDFLAGS_$(1)) -o $$@ $$^

build/$(1)/empty-init: fixtures/empty-init.c | compiler-$(1)
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) $(call FATAL,$(1)) -static -o $$@ $$<

build/$(1)/coverage-init: fixtures/coverage-init.c | compiler-$(1)
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) $(call FATAL,$(1)) -static -o $$@ $$<

build/$(1)/peers-init: fixtures/peers-init.c | compiler-$(1)
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) $(call FATAL,$(1)) -static -o $$@ $$<

build/$(1)/bench-harness: fixtures/bench-harness.c build/kselftest.from | compiler-$(1)
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) $(call FATAL,$(1)) -isystem build/kselftest -static -o $$@ $$<
endef
$(foreach arch,$(ARCHES),$(eval $(call binary_rules,$(arch))))

# The unit tests: the harness with a demonstration suite, and each suite with its own tests,
# under the address and undefined-behaviour sanitizers.
CHECK_FLAGS = $(CFLAGS) $(call FATAL,$(HOST)) -O1 -fasynchronous-unwind-tables -fsanitize=address,undefined -fno-sanitize-recover=undefined
CHECKED := $(filter-out harness/main.c,$(wildcard harness/*.c))
TESTED := harness $(patsubst suites/%/tests,%,$(wildcard suites/*/tests))
TEST_HEADERS := $(wildcard harness/tests/*.h suites/*/tests/*.h)

build/sanitized/obj/%.o: %.c Makefile build/kselftest.from | compiler-$(HOST)
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@$(CC_$(HOST)) $(CHECK_FLAGS) $(INCLUDED) -isystem build/kselftest $$(pkg-config --cflags check) -c -o $@ $<

# $(1): the name of the program, $(2): the sources besides the harness's own
define check_rule
build/check/$(1): $(patsubst %.c,build/sanitized/obj/%.o,$(CHECKED) $(2)) $(TEXTS) build/revision.c | $(EMBEDDED:%.c=build/text/%.o)
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$(CC_$(HOST)) $$(CHECK_FLAGS) -o $$@ $$^ $$$$(pkg-config --libs check) -pthread
endef
$(eval $(call check_rule,harness,$(wildcard harness/tests/*.c)))
$(foreach suite,$(filter-out harness,$(TESTED)),$(eval $(call \
	check_rule,$(suite),$(wildcard suites/$(suite)/*.c suites/$(suite)/tests/*.c))))

-include $(wildcard build/*/obj/*/*.d build/*/obj/*/*/*.d build/*/obj/*/*/*/*.d)

# The harness's unit tests once more, without sanitizers, for valgrind.
VALGRIND_SOURCES := $(CHECKED) $(wildcard harness/tests/*.c harness/tests/valgrind/*.c)

build/valgrind/harness: $(VALGRIND_SOURCES) $(HEADERS) $(TEST_HEADERS) $(TEXTS) build/revision.c build/kselftest.from | compiler-$(HOST)
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	@$(CC_$(HOST)) $(CFLAGS) -O1 -isystem build/kselftest $$(pkg-config --cflags check) -o $@ \
		$(VALGRIND_SOURCES) $(TEXTS) build/revision.c -Wl,--wrap=syscall $$(pkg-config --libs check) -pthread

check:
	$(call PREPARED,$(ARCHES) fetch python test,$(BINARIES) $(TESTED:%=build/check/%))
	@fixtures/launch ci.checks

test:
	@fixtures/before >/dev/null
	$(call PREPARED,$(EVERYTHING),$(BINARIES) $(TESTED:%=build/check/%) build/arm64/empty-init)
	@fixtures/launch ci.checks --vm

test-all:
	@fixtures/before >/dev/null
	$(call PREPARED,$(EVERYTHING),$(BINARIES) $(TESTED:%=build/check/%) build/arm64/empty-init)
	@fixtures/launch ci.checks --all

# A variable as one word of the shell, whatever stands in it: `--option='value'`, where it is set.
QUOTED = '$(subst ','\'',$(value $(1)))'
OPTION = $(if $(value $(1)),--$(2)=$(call QUOTED,$(1)))

# $(call BOOTED,OPTIONS,FILES): the same for whatever boots kernels. It needs the suite for their
# architectures, and for this machine, which says what rows there are. OPTIONS are of ci/run: what
# they name is looked at, and what the kernels cost is said, before anything is fetched.
BOOTED = +@needed=$$(fixtures/before $(1)) && needed=$$(printf '%s\n' arm64 $(HOST) $$needed | sort -u | tr '\n' ' ') && \
	$(call COMPILE,$$needed fetch python kernel run,$$(printf 'build/%s/uapi-conform ' $$needed) $(2))

CHOICE = $(call OPTION,CELLS,cells) $(call OPTION,KERNEL,kernel)
# WSL, for one, sets NAME in everybody's environment.
RUN = $(CHOICE) $(if $(filter command,$(origin NAME)),$(call OPTION,NAME,name)) $(call OPTION,CPU,cpu) \
	$(call OPTION,APPEND,append) $(call OPTION,ARGS,args) $(call OPTION,SHARD,shard) \
	$(call OPTION,ACCEL,accel) $(call OPTION,KNOWN,known) $(if $(filter-out 0,$(RECORD)),--record) \
	$(if $(filter-out 0,$(V)),--verbose)

# Each cell's behaviour as well, unless RECORD=0; not of some rows, and not on a kernel made for looking.
run: RECORD := $(or $(RECORD),$(if $(ARGS)$(DEBUG),0,1))
run:
	$(call BOOTED,$(RUN))
	@ci/run $(RUN)

matrix:
	$(call BOOTED,--matrix $(RUN))
	@ci/run --matrix $(RUN)

# Our results, handed to other people's programs; each is fetched into the cache, or skipped.
integrations:
	$(call PREPARED,$(EVERYTHING),$(BINARIES))
	@fixtures/launch ci.integrations

# The results of the last runs as one page.
report:
	$(call PREPARED,$(HOST) python $(HEADERS_FROM),build/$(HOST)/uapi-conform)
	@report/uapi-report html --open build/run

# N, SEED and STEPS say how much and which; CELLS and KERNEL as for run.
explore:
	$(call BOOTED,$(CHOICE))
	@ci/explore $(CHOICE) \
		$(call OPTION,N,count) $(call OPTION,SEED,seed) $(call OPTION,STEPS,steps)

# What each kernel does, recorded, and what changed to the next younger one.
behaviour:
	$(call BOOTED,$(if $(CELLS),$(call OPTION,CELLS,cells),--cells='stock-6.1/max stock-6.12/max stock-7.2/max stock-rc/max'))
	@ci/behaviour $(call OPTION,CELLS,cells) $(if $(filter-out 0,$(V)),--verbose)

# MUTANT='scope_*' and SUITE= choose among them; EXPLORE=1 plays random sequences instead of rows;
# OWN_ROWS=1 plays only the rows of what each breaks, where these notice it, in a third of the time.
mutants:
	$(call BOOTED,--cells=reference/max)
	@ci/mutants $(if $(EXPLORE),--explore) $(if $(OWN_ROWS),--own-rows) $(call OPTION,SUITE,suite) $(call OPTION,MUTANT,mutant)

# FAULT='pmu_*' chooses among the catalogue, fixtures/kernel/history; PEERS=1 also runs the kernel's
# own selftests on it, in a kernel that has what they need; RECORD=0 leaves out how many change what
# --record writes down.
history:
	$(call BOOTED,--cells=reference/max,$(if $(PEERS),build/arm64/peers-init))
	@ci/history $(call OPTION,FAULT,fault) $(if $(PEERS),--peers) $(if $(filter-out 0,$(or $(RECORD),1)),--behaviour)

bench:
	$(call BOOTED,--cells=reference/max,build/arm64/empty-init build/arm64/bench-harness)
	@ci/bench

# In kernels that look for just that, and the faults in them that it must find.
ERROR_PATHS := --cells='reference-debug/error-paths reference-races/races' \
	--args='--timeout 60 --case *.error_paths.* --case *.concurrency.*'
error-paths:
	$(call BOOTED,$(ERROR_PATHS))
	@ci/run $(ERROR_PATHS)
	@sed -n 's/^# INFO \(.*: sites failed: .*\)/\1/p' build/narrowed/reference-debug/error-paths/results.tap
	@ci/mutants --error-paths

# KIND names some of the faults.
faults:
	$(call BOOTED,--cells=reference/max)
	@ci/faults $(call OPTION,KIND,kind)

# What uses memory that was never written fails its test: minutes, where the sanitizers take seconds.
valgrind:
	$(call PREPARED,$(HOST) test $(HEADERS_FROM),build/valgrind/harness)
	@CK_TIMEOUT_MULTIPLIER=20 valgrind -q --error-exitcode=99 --vgdb=no --log-file=build/valgrind/%p.log \
		build/valgrind/harness

# Every row TIMES times (200) on busy cores, in a new random order each time: no verdict may change.
soak:
	$(call BOOTED,$(call OPTION,CELLS,cells))
	@ci/soak $(call OPTION,CELLS,cells) $(call OPTION,TIMES,times) $(call OPTION,SEED,seed)

# Two real bisections with ci/bisect, of a kernel tree with 64 commits in the cache.
bisect-demo:
	$(call BOOTED,--cells=reference/max)
	@fixtures/launch ci.bisect_demo

# Which lines and branches of the kernel functions under test no row reaches.
coverage:
	$(call BOOTED,--cells=reference/max,build/arm64/coverage-init)
	@ci/coverage

PREFIX := /usr/local

install:
	$(call PREPARED,$(HOST) python $(HEADERS_FROM),build/$(HOST)/uapi-conform)
	@packaging/install build/$(HOST)/uapi-conform $(call QUOTED,DESTDIR)$(call QUOTED,PREFIX)

dist:
	@packaging/tarball source

tarball:
	$(call PREPARED,arm64 x86_64 $(HEADERS_FROM),build/arm64/uapi-conform build/x86_64/uapi-conform)
	@packaging/tarball static

clean:
	rm -rf build
