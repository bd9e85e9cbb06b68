// SPDX-License-Identifier: MIT
// Replies as mail programs write them. A row keeps only the marks that its program leaves, so it also shows which of them leads to the ticket.
#include "reply.h"

using namespace ticketmilter;
using namespace ticketmilter::test;

TEST_CASE("replies by Outlook and Exchange find their ticket") {
  const Reply rows[] = {
      {"Outlook, Re by In-Reply-To and Reply-To, HTML beside the text", "correspond", "{reply}",
       "From: Joe Doe <joe@remote.example>\n"
       "To: \"Example Support\" <{reply}>\n"
       "References: <{id}>\n"
       "In-Reply-To: <{id}>\n"
       "Subject: RE: {subject}\n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "Message-ID: <000001d9$4e0f$1b0d2e30$@remote.example>\n"
       "MIME-Version: 1.0\n"
       "Content-Type: multipart/alternative;\n"
       "\tboundary=\"----=_NextPart_000_0001_01D9.4E0F\"\n"
       "X-Mailer: Microsoft Outlook 16.0\n"
       "Thread-Index: AQHZTg8bDS4wYkWm5k2cWcM0W2b8gg==\n"
       "Content-Language: de\n"
       "\n"
       "------=_NextPart_000_0001_01D9.4E0F\n"
       "Content-Type: text/plain; charset=\"us-ascii\"\n"
       "Content-Transfer-Encoding: 7bit\n"
       "\n"
       "It is out.\n"
       "\n"
       "-----Original Message-----\n"
       "From: Example Support <{queue}> \n"
       "Sent: Saturday, November 21, 2026 11:10 AM\n"
       "To: joe@remote.example\n"
       "Subject: {subject}\n"
       "\n"
       "{text}\n"
       "------=_NextPart_000_0001_01D9.4E0F\n"
       "Content-Type: text/html; charset=\"us-ascii\"\n"
       "\n"
       "<html><body><p class=MsoNormal>It is out.<o:p></o:p></p></body></html>\n"
       "------=_NextPart_000_0001_01D9.4E0F--\n",
       own_token, "RE: [example.com #42] Printer on fire", "It is out.\n\n-----Original Message-----\n"},
      {"Outlook in German, to the From address, with no ids at all", "acknowledge", "{queue}",
       "From: \"Doe, Joe\" <joe@remote.example>\n"
       "To: \"Example Support\" <{queue}>\n"
       "Subject: AW: {subject}\n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "Message-ID: <7C0D1F5E5A@SRV01.remote.local>\n"
       "X-MimeOLE: Produced By Microsoft Exchange V6.5\n"
       "Content-class: urn:content-classes:message\n"
       "Content-Type: text/plain; charset=\"iso-8859-1\"\n"
       "Content-Transfer-Encoding: quoted-printable\n"
       "Thread-Topic: {subject}\n"
       "Thread-Index: AQHZTg8bDS4wYkWm5k2cWcM0W2b8gg==\n"
       "\n"
       "Gel=F6scht.\n"
       "\n"
       "________________________________\n"
       "\n"
       "Von: Example Support [mailto:{queue}]=20\n"
       "Gesendet: Samstag, 21. November 2026 11:10\n"
       "An: joe@remote.example\n"
       "Betreff: {subject}\n"
       "\n"
       "{text}\n",
       by_tag, "AW: [example.com #42] AutoReply: Printer on fire", "Gel\xC3\xB6scht.\n\n____"},
      {"Outlook for phones, HTML alone", "correspond", "{reply}",
       "From: Joe Doe <joe@remote.example>\n"
       "To: {reply}\n"
       "Subject: Re: {subject}\n"
       "Thread-Topic: {subject}\n"
       "Date: Sat, 21 Nov 2026 11:10:08 +0000\n"
       "Message-ID: <AS8P251MB0001@AS8P251MB0001.EURP251.PROD.OUTLOOK.COM>\n"
       "References: <{id}>\n"
       "In-Reply-To: <{id}>\n"
       "Content-Type: text/html; charset=\"utf-8\"\n"
       "MIME-Version: 1.0\n"
       "\n"
       "<html><body><div dir=\"auto\">It is out.</div><div id=\"ms-outlook-mobile-signature\">\n"
       "Get <a href=\"https://aka.ms/AAb9ysg\">Outlook for Android</a></div>\n"
       "<hr><div><b>From:</b> Example Support &lt;{queue}&gt;</div></body></html>\n",
       own_token, "Re: [example.com #42] Printer on fire", "It is out."},
      {"Exchange that gave the notice another Message-ID", "correspond", "{queue}",
       "From: Joe Doe <joe@remote.example>\n"
       "To: {queue}\n"
       "Subject: RE: Printer on fire\n"
       "Message-ID: <DB9P251MB0002@DB9P251MB0002.EURP251.PROD.OUTLOOK.COM>\n"
       "References: <{first}> <before@remote.example>\n"
       " <0102018b@eu-west-1.mail.example>\n"
       "In-Reply-To: <0102018b@eu-west-1.mail.example>\n"
       "\n"
       "It is out.\n",
       own_id, "RE: Printer on fire", "It is out.\n"},
      {"Exchange that also cut the References to what the person wrote", "correspond", "{queue}",
       "From: Joe Doe <joe@remote.example>\n"
       "To: {queue}\n"
       "Subject: RE: Printer on fire\n"
       "Message-ID: <DB9P251MB0003@DB9P251MB0003.EURP251.PROD.OUTLOOK.COM>\n"
       "References: <again@remote.example>,<0102018b@eu-west-1.mail.example>\n"
       "In-Reply-To: <0102018b@eu-west-1.mail.example>\n"
       "\n"
       "It is out.\n",
       "answers <again@remote.example>", "RE: Printer on fire", "It is out.\n"},
      {"Exchange that marks mail from outside", "correspond", "{queue}",
       "From: Joe Doe <joe@remote.example>\n"
       "To: {queue}\n"
       "Subject: RE: [EXTERNAL] {subject}\n"
       "Message-ID: <DB9P251MB0004@DB9P251MB0004.EURP251.PROD.OUTLOOK.COM>\n"
       "\n"
       "It is out.\n",
       by_tag, "RE: [EXTERNAL] [example.com #42] Printer on fire", "It is out.\n"},
  };
  check_all(rows);
}

TEST_CASE("replies by the mail programs of people find their ticket") {
  const Reply rows[] = {
      {"Apple Mail", "correspond", "{reply}",
       "From: Joe Doe <joe@remote.example>\n"
       "Message-Id: <6A6B7C0D-1F5E-4A5A-8E51-2C1A0F0B8C11@remote.example>\n"
       "Content-Type: text/plain;\n"
       "\tcharset=us-ascii\n"
       "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.300.61.1.2\\))\n"
       "Subject: Re: {subject}\n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "In-Reply-To: <{id}>\n"
       "To: Example Support <{reply}>\n"
       "References: {references}\n"
       "X-Mailer: Apple Mail (2.3774.300.61.1.2)\n"
       "\n"
       "It is out.\n"
       "\n"
       "> On 21. Nov 2026, at 11:10, Joe Doe via Example Support <{queue}> wrote:\n"
       "> \n"
       "{quoted}",
       own_token, "Re: [example.com #42] Printer on fire", "It is out.\n"},
      {"iOS", "acknowledge", "{reply}",
       "Content-Type: text/plain; charset=utf-8\n"
       "Content-Transfer-Encoding: quoted-printable\n"
       "From: Joe Doe <joe@remote.example>\n"
       "Mime-Version: 1.0 (1.0)\n"
       "Subject: Re: {subject}\n"
       "Message-Id: <0C9E2F4B-59B1-4A3F-A1DF-7E3A8D9B0A21@remote.example>\n"
       "In-Reply-To: <{id}>\n"
       "To: {reply}\n"
       "X-Mailer: iPhone Mail (22A3354)\n"
       "\n"
       "It is out.=20\n"
       "\n"
       "Sent from my iPhone\n"
       "\n"
       "> On 21. Nov 2026, at 11:10, Example Support <{queue}> wrote:\n"
       ">=20\n"
       "{quoted}",
       own_token, "Re: [example.com #42] AutoReply: Printer on fire", "It is out. \n\nSent from my iPhone\n"},
      {"Gmail", "correspond", "{reply}",
       "MIME-Version: 1.0\n"
       "References: {references}\n"
       "In-Reply-To: <{id}>\n"
       "From: Joe Doe <joe@remote.example>\n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "Message-ID: <CAF0001=Ab+CdE_f@mail.gmail.com>\n"
       "Subject: Re: {subject}\n"
       "To: {reply}\n"
       "Content-Type: text/plain; charset=\"UTF-8\"\n"
       "\n"
       "It is out.\n"
       "\n"
       "On Sat, Nov 21, 2026 at 11:10\xE2\x80\xAF"
       "AM Joe Doe via Example Support <\n"
       "{queue}> wrote:\n"
       "\n"
       "{quoted}",
       own_token, "Re: [example.com #42] Printer on fire", "It is out.\n"},
      {"Thunderbird, format=flowed, below the quotation", "correspond", "{reply}",
       "Message-ID: <8e0a2b1c-0000-4f6d-9b1e-1d2c3b4a5f60@remote.example>\n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "MIME-Version: 1.0\n"
       "User-Agent: Mozilla Thunderbird\n"
       "Subject: Re: {subject}\n"
       "To: {reply}\n"
       "References: {references}\n"
       "Content-Language: en-US\n"
       "From: Joe Doe <joe@remote.example>\n"
       "In-Reply-To: <{id}>\n"
       "Content-Type: text/plain; charset=UTF-8; format=flowed\n"
       "Content-Transfer-Encoding: 7bit\n"
       "\n"
       "On 21.11.26 11:10, Joe Doe via Example Support wrote:\n"
       "{quoted}"
       "\n"
       "It is out.\n"
       "\n"
       "-- \n"
       "Joe\n",
       own_token, "Re: [example.com #42] Printer on fire", "\nIt is out.\n\n"},
      {"Yahoo", "correspond", "{reply}",
       "Date: Sat, 21 Nov 2026 11:10:08 +0000 (UTC)\n"
       "From: Joe Doe <joe@remote.example>\n"
       "To: Example Support <{reply}>\n"
       "Message-ID: <1234567890.1234567.1795255808123@mail.yahoo.com>\n"
       "In-Reply-To: <{id}>\n"
       "References: {references}\n"
       "Subject: Re: {subject}\n"
       "X-Mailer: WebService/1.1.22876 YMailNorrin\n"
       "\n"
       " It is out.\n"
       "    On Saturday, November 21, 2026 at 11:10:08 AM GMT+1, Joe Doe via Example Support <{queue}> wrote:  \n"
       " \n"
       " {text}",
       own_token, "Re: [example.com #42] Printer on fire", " It is out.\n"},
      {"mutt", "correspond", "{reply}",
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "From: Joe Doe <joe@remote.example>\n"
       "To: Joe Doe via Example Support <{reply}>\n"
       "Subject: Re: {subject}\n"
       "Message-ID: <ZV0001abcdef@remote.example>\n"
       "References: {references}\n"
       "MIME-Version: 1.0\n"
       "Content-Type: text/plain; charset=us-ascii\n"
       "Content-Disposition: inline\n"
       "In-Reply-To: <{id}>\n"
       "\n"
       "On Sat, Nov 21, 2026 at 10:10:08AM +0000, Joe Doe via Example Support wrote:\n"
       "{quoted}\n"
       "It is out.\n",
       own_token, "Re: [example.com #42] Printer on fire", "\nIt is out.\n"},
      {"K-9 Mail", "resolved", "{reply}",
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "From: Joe Doe <joe@remote.example>\n"
       "To: {reply}\n"
       "Subject: Re: {subject}\n"
       "User-Agent: K-9 Mail for Android\n"
       "In-Reply-To: <{id}>\n"
       "References: {references}\n"
       "Message-ID: <E4C1B2A3-F00D-4E2A-9C6E-112233445566@remote.example>\n"
       "MIME-Version: 1.0\n"
       "Content-Type: text/plain;\n"
       " charset=utf-8\n"
       "Content-Transfer-Encoding: quoted-printable\n"
       "\n"
       "It burns again=2E\n"
       "\n"
       "Am 21=2E November 2026 11:10:08 MEZ schrieb Example Support <{queue}>:\n"
       "{quoted}",
       own_token, "Re: [example.com #42] Resolved: Printer on fire", "It burns again.\n"},
      {"Zimbra", "correspond", "{reply}",
       "Date: Sat, 21 Nov 2026 12:10:08 +0100 (CET)\n"
       "From: Joe Doe <joe@remote.example>\n"
       "To: Example Support <{reply}>\n"
       "Message-ID: <123456789.12345.1795255808123.JavaMail.zimbra@remote.example>\n"
       "In-Reply-To: <{id}>\n"
       "References: <{id}>\n"
       "Subject: Re: {subject}\n"
       "X-Mailer: Zimbra 9.0.0_GA_4564 (ZimbraWebClient - FF120 (Linux)/9.0.0_GA_4564)\n"
       "Thread-Topic: {subject}\n"
       "\n"
       "It is out.\n"
       "\n"
       "----- Original Message -----\n"
       "From: \"Joe Doe via Example Support\" <{queue}>\n"
       "\n"
       "{text}",
       own_token, "Re: [example.com #42] Printer on fire", "It is out.\n\n----- Original Message -----\n"},
  };
  check_all(rows);
  for (const auto& row : rows) {
    if (std::string_view(row.mail).find("{quoted}") != std::string_view::npos) {
      CAPTURE(row.habit);
      Filed filed;
      filed.run(row);
      const std::string fresh = mail::unquoted(filed.facts.text);
      CHECK(filed.facts.text.find("42") != std::string::npos);
      CHECK(fresh.find("42") == std::string::npos);
      CHECK(fresh.find("Example Support") == std::string::npos);
    }
  }
}

TEST_CASE("replies by Notes and GroupWise, which keep no ids, find their ticket by its tag") {
  const Reply rows[] = {
      {"Notes in German", "correspond", "{queue}",
       "Subject: Antwort: {subject}\n"
       "To: Example Support <{queue}>\n"
       "MIME-Version: 1.0\n"
       "X-Mailer: HCL Notes Release 11.0.1 March 08, 2020\n"
       "Message-ID: <OF1A2B3C4D.5E6F7A8B-ONC12588C0.003D@remote.example>\n"
       "From: Joe Doe/Accounts <joe@remote.example>\n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "Content-Type: text/plain; charset=\"US-ASCII\"\n"
       "\n"
       "It is out.\n"
       "\n"
       "\n"
       "\n"
       "Von:    \"Example Support\" <{queue}>\n"
       "An:     joe@remote.example\n"
       "Datum:  21.11.2026 11:10\n"
       "Betreff:        {subject}\n"
       "\n"
       "\n"
       "{text}",
       by_tag, "Antwort: [example.com #42] Printer on fire", "It is out.\n"},
      {"Notes in French, the prefix in an encoded word", "correspond", "{queue}",
       "Subject: =?ISO-8859-1?Q?R=E9f_=3A_=5Bexample=2Ecom_=2342=5D_Printer_on_fir?=\n"
       " =?ISO-8859-1?Q?e?=\n"
       "To: {queue}\n"
       "Message-ID: <OF1A2B3C4D.5E6F7A8B-ONC12588C0.003E@remote.example>\n"
       "From: joe@remote.example\n"
       "\n"
       "It is out.\n",
       by_tag,
       "R\xC3\xA9"
       "f : [example.com #42] Printer on fire",
       "It is out.\n"},
      {"Notes in Italian", "correspond", "{queue}",
       "Subject: Rif: {subject}\n"
       "To: {queue}\n"
       "Message-ID: <OF1A2B3C4D.5E6F7A8B-ONC12588C0.003F@remote.example>\n"
       "From: joe@remote.example\n"
       "\n"
       "It is out.\n",
       by_tag, "Rif: [example.com #42] Printer on fire", "It is out.\n"},
      {"GroupWise", "correspond", "{reply}",
       "Message-Id: <6560D0F0020000A1000ABCDE@gwia.remote.example>\n"
       "X-Mailer: Novell GroupWise Internet Agent 18.4.2 \n"
       "Date: Sat, 21 Nov 2026 12:10:08 +0100\n"
       "From: \"Joe Doe\" <joe@remote.example>\n"
       "To: <{reply}>\n"
       "Subject: Antw: {subject}\n"
       "Mime-Version: 1.0\n"
       "Content-Type: text/plain; charset=US-ASCII\n"
       "Content-Disposition: inline\n"
       "\n"
       "It is out.\n"
       "\n"
       ">>> Joe Doe via Example Support <{queue}> 21.11.2026 11:10 >>>\n"
       "{text}",
       own_token, "Antw: [example.com #42] Printer on fire", "It is out.\n"},
  };
  check_all(rows);
}
