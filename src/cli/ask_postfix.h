// SPDX-License-Identifier: MIT
// The Postfix of this host, asked by its own tool and in its own dialogue.
#pragma once

#include <string>
#include <vector>

#include "cli/postfix.h"
#include "store/store.h"

namespace ticketmilter::cli {

// What parse_postconf() reads, of the Postfix that $MAIL_CONFIG names, else the host's. Throws Unavailable where there is none, and what it says about a mistake.
std::string run_postconf();

// Whether the first smtpd of this host that has our milter takes recipients as it should: each queue, bounces of notices, postmaster and abuse. No mail is sent: the
// dialogue ends before DATA.
std::vector<Symptom> try_recipients(const Postfix& postfix, const config::Config& config);

// Whether an Authentication-Results that anybody can forge reaches ticket-milter there: sends a mail with some that names us in X-Loop, which ticket-milter refuses, so that
// nobody gets it, and looks in the journal at what came. Takes five seconds where nothing comes. Empty where none is believed. Throws what deliver() and read() do.
std::vector<Symptom> try_forgery(const Postfix& postfix, const config::Config& config, const store::Store& store);

}  // namespace ticketmilter::cli
