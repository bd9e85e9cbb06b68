// SPDX-License-Identifier: MIT
// The Postfix of this host, asked by its own tool and in its own dialogue.
#pragma once

#include <string>
#include <vector>

#include "cli/postfix.h"

namespace ticketmilter::cli {

// What parse_postconf() reads, of the Postfix that $MAIL_CONFIG names, else the host's. Throws Unavailable where there is none, and what it says about a mistake.
std::string run_postconf();

// Whether the first smtpd of this host that has our milter takes recipients as it should: each queue, bounces of notices, postmaster and abuse. No mail is sent: the
// dialogue ends before DATA.
std::vector<Symptom> try_recipients(const Postfix& postfix, const config::Config& config);

}  // namespace ticketmilter::cli
