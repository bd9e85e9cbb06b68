// SPDX-License-Identifier: MIT
// What systemd is told over NOTIFY_SOCKET (sd_notify(3)); nothing happens where there is none.
#pragma once

namespace ticketmilter::base {

// Never fails: a service manager that does not listen is no reason not to work.
void tell_ready() noexcept;
void tell_reloading() noexcept;  // tell_ready has to follow
void tell_stopping() noexcept;

}  // namespace ticketmilter::base
