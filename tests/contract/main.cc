// SPDX-License-Identifier: MIT
// The contract tests' own main: what they hold an engine to is in store.h.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
