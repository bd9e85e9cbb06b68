// SPDX-License-Identifier: MIT
// The unit tests' main program; every other file here holds the tests of one source.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
