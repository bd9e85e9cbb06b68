# SPDX-License-Identifier: MIT
# One makefile, not recursive but where packages must be there before the rest can be read. Adding a source or a test is dropping it in.
SHELL      := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

# Goals that need nothing but the checkout; all others read what configure found.
bootstrap  := deps demo check check-crash soak bench bench-large lint clean distclean help
goals      := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out $(bootstrap),$(goals)),)
include config.mk
endif

comma      := ,
BUILD      ?= build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
# With sanitizers GCC 12 warns of overlaps in the standard library that are none, so there warnings stay warnings.
WARNINGS   := -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(if $(SANITIZE),,$(WERROR))
HARDEN     := -fstack-protector-strong -fPIE $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2 $(HARDEN_MORE))
# Optimized less, these builds take half the time; what a sanitizer says still names lines.
SANFLAGS   := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g1)
CPPFLAGS   += -I. -Isrc -I$(BUILD)/gen $(subst -I/,-isystem /,$(LIB_CFLAGS))
ALL_CXX     = $(CXX) -std=c++20 -pthread -MMD -MP $(WARNINGS) $(HARDEN) -ffile-prefix-map=$(CURDIR)=. $(CXXFLAGS) $(SANFLAGS) $(CPPFLAGS)
# As needed: libcurl brings some thirty libraries along, and most programs do not want it.
ALL_LD      = $(CXX) -pthread -pie -Wl,-z,relro,-z,now,--as-needed $(CXXFLAGS) $(SANFLAGS) $(LDFLAGS)

# One short line a file; `make V=1` shows the commands.
say         = $(if $V,,@printf '  %-4s %s\n' $1 $@;)

sources    := $(sort $(wildcard src/*/*.cc src/*/*/*.cc))
mains      := $(wildcard src/*/main.cc)
# Takes functions of the C library's place, which no other program wants.
calls      := src/milter/system_calls.cc
objects    := $(patsubst %.cc,$(BUILD)/%.o,$(filter-out $(mains) $(calls),$(sources)))
programs   := $(BUILD)/ticket-milter $(BUILD)/ticket-notify $(BUILD)/ticket-mailgate $(BUILD)/ticket
tests      := unit contract golden
testprogs  := $(foreach t,$(tests),$(if $(wildcard tests/$t/*.cc),$(BUILD)/$t-tests))
archive    := $(BUILD)/libticketmilter.a

.PHONY: all
all: $(programs)

# The sanitizers bring a malloc of their own.
$(BUILD)/ticket-milter: $(BUILD)/src/milter/main.o $(calls:%.cc=$(BUILD)/%.o) $(archive)
	$(call say,LD)$(ALL_LD) -o $@ $^ $(LIBS) -lmilter $(if $(SANITIZE),,$(MALLOC_LIBS))
$(BUILD)/ticket-notify: $(BUILD)/src/notify/main.o $(archive)
	$(call say,LD)$(ALL_LD) -o $@ $^ $(LIBS)
$(BUILD)/ticket-mailgate: $(BUILD)/src/mailgate/main.o $(archive)
	$(call say,LD)$(ALL_LD) -o $@ $^ $(LIBS)
$(BUILD)/ticket: $(BUILD)/src/cli/main.o $(archive)
	$(call say,LD)$(ALL_LD) -o $@ $^ $(LIBS)
$(archive): $(objects)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^
$(BUILD)/%.o: %.cc | config.mk
	@mkdir -p $(@D)
	$(call say,CXX)$(ALL_CXX) -c -o $@ $<
$(BUILD)/gen/%_generated.h: src/%.fbs | config.mk
	@mkdir -p $(@D)
	$(call say,FBS)$(FLATC) --cpp --cpp-std c++17 --scoped-enums -o $(@D) $<
$(filter $(BUILD)/src/store/lmdb/%,$(objects)): | $(BUILD)/gen/store/lmdb/schema_generated.h
-include $(patsubst %.cc,$(BUILD)/%.d,$(sources) $(wildcard tests/*/*.cc))

define test_program
$(BUILD)/$1-tests: $(patsubst %.cc,$(BUILD)/%.o,$(wildcard tests/$1/*.cc)) $(archive)
	$$(call say,LD)$$(ALL_LD) -o $$@ $$^ $$(LIBS) $(if $(filter unit,$1),-lmilter)
endef
$(foreach t,$(tests) corpus,$(eval $(call test_program,$t)))

# Classifies real mail, where there is any beside the checkout.
.PHONY: corpus
corpus: $(BUILD)/corpus-tests
	$< $(CORPUS)

# The load driver, the no-op milter and others of the benchmarks, and the crash test's checker: tests/bench/X.cc becomes build/bench/X.
load_parts := $(patsubst %,$(BUILD)/tests/bench/%.o,mail loop process milter_session smtp_session)
crash_test := $(BUILD)/bench/load $(BUILD)/crash/verify
benches    := $(patsubst %,$(BUILD)/bench/%,load noop fill filters flood deliver first_byte $(if $(wildcard tests/bench/store_commit.cc),store_commit))
$(sort $(crash_test) $(benches)): $(BUILD)/%: $(BUILD)/tests/%.o $(load_parts) $(archive)
	@mkdir -p $(@D)
	$(call say,LD)$(ALL_LD) -o $@ $^ $(LIBS) -lmilter

# Throws broken input at each reader of foreign bytes for SECONDS, with clang's libFuzzer: tests/fuzz/X.cc becomes build-fuzz/fuzz/X. FUZZ=X for one alone. What
# is found stays in build-fuzz.
SECONDS ?= 60
FUZZ    ?= $(sort $(basename $(notdir $(wildcard tests/fuzz/*.cc))))
.PHONY: fuzz
fuzz:
	@command -v clang++ >/dev/null || { echo "make fuzz needs clang++"; exit 1; }
	+$(MAKE) --no-print-directory BUILD=build-fuzz CXX=clang++ SANITIZE=address,undefined,fuzzer-no-link $(FUZZ:%=build-fuzz/fuzz/%)
	@BUILD=build-fuzz SECONDS_EACH=$(SECONDS) tests/fuzz/run $(FUZZ)
$(BUILD)/fuzz/milter: $(calls:%.cc=$(BUILD)/%.o)
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(archive)
	@mkdir -p $(@D)
	$(call say,LD)$(ALL_LD) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(archive) $(LIBS) -lmilter

# configure writes these; a fresh clone makes configure too.
config.mk: config.mk.in configure
	./configure --quiet
configure: configure.ac
	autoheader && autoconf

.PHONY: testprogs deps demo check check-crash soak bench bench-large lint format flags install uninstall clean distclean help
testprogs: $(testprogs) $(crash_test)

# What needs packages brings them first, then reads this file again with configure's findings.
again       = @+$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
deps:
	@tests/deps
demo: deps
	$(again) all
	@BUILD=$(BUILD) tests/demo
check: deps
	$(again) all testprogs
	@BUILD=$(BUILD) tests/run $(SUITES)
check-crash: deps
	$(again) all $(crash_test)
	@BUILD=$(BUILD) tests/crash/run
	@BUILD=$(BUILD) tests/crash/notify
	@BUILD=$(BUILD) tests/crash/commands
soak: deps
	$(again) all $(crash_test)
	@ROUNDS=200 BUILD=$(BUILD) tests/crash/run
	@ROUNDS=200 BUILD=$(BUILD) tests/crash/notify
	@ROUNDS=200 BUILD=$(BUILD) tests/crash/commands
	@CUTS=200 BUILD=$(BUILD) tests/crash/power.t
	@SPAN=10 BUILD=$(BUILD) tests/crash/faults.t
	@BUILD=$(BUILD) tests/soak/soak
bench: deps
	$(again) all $(benches)
	@BUILD=$(BUILD) tests/bench/run
bench-large: deps
	$(again) all $(benches)
	@BUILD=$(BUILD) tests/bench/large
lint: deps
	$(again) $(BUILD)/gen/store/lmdb/schema_generated.h
	@tests/lint $$($(MAKE) -s flags)
flags:
	@echo -std=c++20 $(WARNINGS) $(CPPFLAGS)
format:
	clang-format -i $(wildcard src/*/*.cc src/*/*.h src/*/*/*.cc src/*/*/*.h tests/*/*.cc tests/*/*.h)

# Never overwrites a configuration: the sample lies beside where the programs look for it.
confdir    ?= /etc/ticket-milter
man        := $(wildcard man/*.[1-8])
man_of      = $(DESTDIR)$(mandir)/man$(subst .,,$(suffix $1))/$(notdir $1)
unitdir    ?= /lib/systemd/system
completion  = $(DESTDIR)$(datarootdir)/bash-completion/completions/ticket
commands   := ticket ticket-mailgate
daemons    := $(filter-out $(commands),$(notdir $(programs)))
units       = $(daemons:%=$(DESTDIR)$(unitdir)/%.service)
install: all
	install -D -t $(DESTDIR)$(bindir) $(commands:%=$(BUILD)/%)
	install -D -t $(DESTDIR)$(sbindir) $(daemons:%=$(BUILD)/%)
	$(foreach m,$(man),install -D -m 644 $m $(call man_of,$m) &&) true
	install -D -m 644 conf/ticket-milter.toml $(DESTDIR)$(confdir)/ticket-milter.toml.sample
	install -D -m 644 conf/ticket.bash-completion $(completion)
	install -D -m 644 -t $(DESTDIR)$(docdir) README.md CHANGES.md LICENSE
	$(foreach mta,postfix sendmail prometheus,install -D -m 644 -t $(DESTDIR)$(docdir)/$(mta) $(wildcard contrib/$(mta)/*) &&) true
	$(foreach u,$(units),sed 's,@sbindir@,$(sbindir),; s,@confdir@,$(confdir),' conf/$(notdir $u) | install -D -m 644 /dev/stdin $u &&) true
uninstall:
	rm -f $(commands:%=$(DESTDIR)$(bindir)/%) $(daemons:%=$(DESTDIR)$(sbindir)/%) $(foreach m,$(man),$(call man_of,$m))
	rm -f $(DESTDIR)$(confdir)/ticket-milter.toml.sample $(units) $(completion)
	rm -rf $(DESTDIR)$(docdir)

# Debian's package of what is committed, in build/deb, and what lintian says of it.
.PHONY: deb
deb:
	rm -rf build/deb && mkdir -p build/deb/ticket-milter-$(VERSION)
	git archive HEAD | tar -x -C build/deb/ticket-milter-$(VERSION)
	cd build/deb/ticket-milter-$(VERSION) && SOURCE_DATE_EPOCH=$$(git -C $(CURDIR) log -1 --format=%ct) dpkg-buildpackage -us -uc -b
	cd build/deb && lintian --fail-on error,warning *.changes

clean:
	rm -rf build build-*
distclean: clean
	rm -rf config.mk config.h config.h.in config.log config.status configure autom4te.cache
help:
	@sed -n '/^#:/s/^#: \?//p' Makefile
#: make             builds ticket, ticket-milter, ticket-notify and ticket-mailgate in build/
#: make demo        installs what is missing, builds, runs the main job on a private Postfix and shows it; KEEP=1 leaves it running
#: make check       installs what is missing, builds, runs every test; SUITES="unit socket" runs some
#: make fuzz        throws broken input at each reader of foreign bytes; SECONDS=60 each, FUZZ=message
#: make check-crash kills the milter under load and the notifier while it sends, again and again, and looks for lost and doubled mail
#: make soak        the same 200 times, every fault for longer, 200 power cuts, then an hour of real mail; SOAK=3600
#: make lint        layout and static checks
#: make deps        only installs what is missing
#: make install     DESTDIR= prefix= as ever; make uninstall
#: make deb         Debian's package, in build/deb; wants debhelper and lintian
#: make bench       what it costs, beside a milter that does nothing; make bench-large at a million tickets
#: make format      lays the sources out
#: SANITIZE=address,undefined or SANITIZE=thread before any of these builds with the compiler's sanitizers, in a folder of its own
#: WERROR=-Werror makes warnings errors; V=1 shows the commands
