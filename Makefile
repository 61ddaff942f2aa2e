# SPDX-License-Identifier: GPL-2.0-only
#
# make run      judge stock kernels in QEMU and print what was found
# make matrix   the same for every cell of ci/matrix.toml
# make check    what needs no VM: warnings, unit tests, static analysis, sanitizers
# make test     all of it, with real kernels
# make test-all and what takes long: the whole matrix, and all below but bench
# make report   the results of the last runs as one page
# make explore  play random sequences of calls to stock kernels, and prove what they find
# make bench    what the suite costs, as ratios within one run
# make mutants  each fault that the reference kernel carries must turn a row red
# make coverage which lines of the kernel functions under test no row reaches
# make integrations  our results in the hands of other people's programs: kselftest, prove, LAVA
# make bisect-demo  find guilty commits with ci/bisect, in a history made for it
# make faults   a kernel, QEMU and a disk that fail in every way: the verdict stays honest
# make valgrind the harness's own tests under valgrind
# make soak     every row 200 times, shuffled, on busy cores: no verdict may change
#
# CELLS='stock-6.1/*'  KERNEL=Image  CPU=  APPEND=  ARGS='--case GLOB'  narrow or replace;
# SHARD=2/3 is the second of three machines' shares.

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

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# kselftest's headers are the kernel's: their warnings are not ours to mend.
CFLAGS := -std=gnu11 -O2 -g -D_GNU_SOURCE -Iharness -I. $(WARNINGS)

# Else the C library copies memory with SVE where the CPU has it. In a process that uses no other
# vectors this only makes the kernel carry their state, and QEMU translate all of it for both cases.
LDFLAGS_arm64 := -Wl,--defsym=memcpy=__memcpy_generic,--defsym=memmove=__memmove_generic

SOURCES := $(wildcard harness/*.c suites/*/*.c)
HEADERS := $(wildcard harness/*.h suites/*/*.h fixtures/device/*.h)
BINARIES := $(ARCHES:%=build/%/uapi-conform)

.DELETE_ON_ERROR:
.PHONY: all setup run matrix report check test test-all integrations explore mutants bench coverage faults soak valgrind bisect-demo clean help FORCE

all: $(BINARIES)

help:
	@sed -n '3,/^$$/s/^# \?//p' Makefile

# What is missing is installed, said beforehand; NO_INSTALL=1 only lists it.
setup:
	@fixtures/setup

build/kselftest: | setup
	@mkdir -p build
	@dir=$$(fixtures/launch fixtures.kselftest | tail -n 1) && test -n "$$dir" && ln -sfn "$$dir" $@

# Rewritten only when the description changes, so that it does not rebuild all.
build/revision.c: FORCE
	@mkdir -p build
	@printf '#include "revision.h"\nconst char uc_revision[] = "%s";\n' \
		"$$(git describe --always --dirty 2>/dev/null || echo unknown)" > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

define binary_rules
build/$(1)/obj/%.o: %.c $(HEADERS) Makefile | build/kselftest
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$$(CC_$(1)) $$(CFLAGS) -isystem build/kselftest -c -o $$@ $$<

build/$(1)/uapi-conform: $(SOURCES:%.c=build/$(1)/obj/%.o) build/revision.c
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) -static -pthread -Wl,--strip-all $$(LDFLAGS_$(1)) -o $$@ $$^

build/$(1)/empty-init: fixtures/empty-init.c | setup
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) -static -o $$@ $$<

build/$(1)/coverage-init: fixtures/coverage-init.c | setup
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) -static -o $$@ $$<

build/$(1)/bench-harness: fixtures/bench-harness.c | build/kselftest
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@$$(CC_$(1)) $$(CFLAGS) -isystem build/kselftest -static -o $$@ $$<
endef
$(foreach arch,$(ARCHES),$(eval $(call binary_rules,$(arch))))

# The unit tests: the harness with a demonstration suite, and each suite with its own tests,
# under the address and undefined-behaviour sanitizers.
CHECK_FLAGS = $(CFLAGS) -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
CHECKED := $(filter-out harness/main.c,$(wildcard harness/*.c))
TESTED := harness $(patsubst suites/%/tests,%,$(wildcard suites/*/tests))
TEST_HEADERS := $(wildcard harness/tests/*.h suites/*/tests/*.h)

build/sanitized/obj/%.o: %.c $(HEADERS) $(TEST_HEADERS) Makefile | build/kselftest
	@mkdir -p $(@D)
	@echo "  CC      $@"
	@gcc $(CHECK_FLAGS) -isystem build/kselftest $$(pkg-config --cflags check) -c -o $@ $<

# $(1): the name of the program, $(2): the sources besides the harness's own
define check_rule
build/check/$(1): $(patsubst %.c,build/sanitized/obj/%.o,$(CHECKED) $(2)) build/revision.c
	@mkdir -p $$(@D)
	@echo "  LINK    $$@"
	@gcc $$(CHECK_FLAGS) -o $$@ $$^ $$$$(pkg-config --libs check) -pthread
endef
$(eval $(call check_rule,harness,$(wildcard harness/tests/*.c)))
$(foreach suite,$(filter-out harness,$(TESTED)),$(eval $(call \
	check_rule,$(suite),$(wildcard suites/$(suite)/*.c suites/$(suite)/tests/*.c))))

# The harness's unit tests once more, without sanitizers, for valgrind.
VALGRIND_SOURCES := $(CHECKED) $(wildcard harness/tests/*.c harness/tests/valgrind/*.c)

build/valgrind/harness: $(VALGRIND_SOURCES) $(HEADERS) $(TEST_HEADERS) build/revision.c | build/kselftest
	@mkdir -p $(@D)
	@echo "  LINK    $@"
	@gcc $(CFLAGS) -O1 -isystem build/kselftest $$(pkg-config --cflags check) -o $@ \
		$(VALGRIND_SOURCES) build/revision.c -Wl,--wrap=syscall $$(pkg-config --libs check) -pthread

# On all cores, unless the user says how many; only this, for the targets of one command may build
# on each other.
IN_PARALLEL = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc))

check:
	$(IN_PARALLEL) all $(TESTED:%=build/check/%)
	@fixtures/launch ci.checks

test:
	$(IN_PARALLEL) all $(TESTED:%=build/check/%) build/arm64/empty-init
	@fixtures/launch ci.checks --vm

test-all:
	$(IN_PARALLEL) all $(TESTED:%=build/check/%) build/arm64/empty-init
	@fixtures/launch ci.checks --all

# A variable as one word of the shell, whatever stands in it: `--option='value'`, where it is set.
QUOTED = '$(subst ','\'',$(value $(1)))'
OPTION = $(if $(value $(1)),--$(2)=$(call QUOTED,$(1)))

RUN = ci/run $(call OPTION,CELLS,cells) $(call OPTION,KERNEL,kernel) $(call OPTION,CPU,cpu) \
	$(call OPTION,APPEND,append) $(call OPTION,ARGS,args) $(call OPTION,SHARD,shard)

run: all
	@$(RUN)

matrix: all
	@$(RUN) --matrix

# Our results, handed to other people's programs; each is fetched into the cache, or skipped.
integrations: all
	@fixtures/launch ci.integrations

# The results of the last runs as one page.
report: all
	@fixtures/launch report html --open build/run

# N, SEED and STEPS say how much and which; CELLS and KERNEL as for run.
explore: all
	@ci/explore $(call OPTION,CELLS,cells) $(call OPTION,KERNEL,kernel) \
		$(call OPTION,N,count) $(call OPTION,SEED,seed) $(call OPTION,STEPS,steps)

# MUTANT='scope_*' and SUITE= choose among them; EXPLORE=1 plays random sequences instead of rows.
mutants: all
	@ci/mutants $(if $(EXPLORE),--explore) $(call OPTION,SUITE,suite) $(call OPTION,MUTANT,mutant)

bench: all build/arm64/empty-init build/arm64/bench-harness
	@ci/bench

# KIND names some of the faults.
faults: all
	@ci/faults $(call OPTION,KIND,kind)

# What uses memory that was never written fails its test: minutes, where the sanitizers take seconds.
valgrind: build/valgrind/harness
	@CK_TIMEOUT_MULTIPLIER=20 valgrind -q --error-exitcode=99 --vgdb=no --log-file=build/valgrind/%p.log $<

# Every row TIMES times (200) on busy cores, in ever other orders: no verdict may change.
soak: all
	@ci/soak $(call OPTION,CELLS,cells) $(call OPTION,TIMES,times)

# Two real bisections with ci/bisect, of a kernel tree with 64 commits in the cache.
bisect-demo: all
	@fixtures/launch ci.bisect_demo

# Which lines and branches of the kernel functions under test no row reaches.
coverage: all build/arm64/coverage-init
	@ci/coverage

clean:
	rm -rf build
