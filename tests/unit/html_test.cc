// SPDX-License-Identifier: MIT
#include "mail/html.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "mail/html_clean.h"

using namespace ticketmilter;

TEST_CASE("A35 HTML as text") {
  struct Row {
    const char* html;
    const char* text;
  };
  const Row rows[] = {
      {"", ""},
      {"just  text\n here", "just text here\n"},
      {"<p>one</p><p>two</p>", "one\n\ntwo\n"},
      {"one<br>two<div>three</div>four", "one\ntwo\nthree\nfour\n"},
      {"<b>b</b><i>i</i> a<font color=red>b</font>", "bi ab\n"},
      {"a &amp; b &lt;c&gt; &eacute; &#8364; &nbsp;x", "a & b <c> é € \u00A0x\n"},
      {"<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd\n"},
      {"<ol><li>a</li></ol>", "- a\n"},
      {"<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td\n"},
      {"<a href=\"https://x.example/?a=1&amp;b=2\">x</a>", "x <https://x.example/?a=1&b=2>\n"},
      {"<a href=https://x.example/>https://x.example/</a>", "https://x.example/\n"},
      {"<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example\n"},
      {"<a href='#top'>up</a><a href='javascript:x()'>js</a><a name=x>n</a>", "upjsn\n"},
      {"<a href='\"><script>x</script>'>q</a>", "q <\"><script>x</script>>\n"},
      {"<img src=x alt='a logo'>", "[a logo]\n"},
      {"<style>p{}</style><script>if (a<b) x()</script><title>t</title>text", "text\n"},
      {"<!-- <p>no</p> -->yes<!--[if mso]>no<![endif]-->", "yes\n"},
      {"<script>never ends", ""},
      {"a < b and c <3", "a < b and c <3\n"},
      {"a<br><br><br><br>b", "a\n\nb\n"},
      {"<pre>  a\n    b</pre>", "  a\n    b\n"},
      {"we<blockquote>you<blockquote>we</blockquote></blockquote>now", "we\n> you\n> > we\nnow\n"},
      {"<p>we</p><blockquote><p>you</p></blockquote><p>now</p>", "we\n\n> you\n\nnow\n"},
      {"a<hr>b", "a\n----------\nb\n"},
      {"<o:p>office</o:p><unknown>x</unknown>", "officex\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.html);
    CHECK(mail::html_to_text(row.html, 10000) == row.text);
  }
}

TEST_CASE("text from HTML is cut between characters") {
  for (std::size_t max = 0; max < 8; ++max) {
    std::string text = mail::html_to_text("<p>ééééé", max);
    CHECK(text.size() <= max);
    CHECK(base::is_valid_utf8(text));
  }
}

TEST_CASE("quotes go on over pieces of HTML") {
  std::string html = "<blockquote>";
  for (int i = 0; i < 5000; ++i) {
    html += "<p>line " + std::to_string(i) + "</p>";
  }
  std::string text = mail::html_to_text(html, 1 << 20);
  CHECK(text.find("\n> line 4999\n") != std::string::npos);
  CHECK(text.find("\nline") == std::string::npos);
}

TEST_CASE("hostile HTML reaches gumbo shallow and in pieces") {
  for (std::string unit :
       {"<p>", "<div>x", "<a href=x><div>", "<table><tr><td>", "<font size=1><b><p>x", "<blockquote>x", "<ul><li>x",
        "</a></b>", "<svg>", "<!-- ", "<script>", "<a b=\"", "& ", "<", "</", "<a a a "}) {
    CAPTURE(unit);
    std::string html;
    while (html.size() < 100000) {
      html += unit;
    }
    std::size_t deepest = 0;
    mail::clean_html(html, [&](const std::string& piece) {
      std::size_t depth = 0;
      CHECK(piece.size() < 20000);
      for (std::size_t i = 0; i + 1 < piece.size(); ++i) {
        bool opens = piece[i] == '<' && piece[i + 1] != '/' && piece.compare(i, 4, "<br>") != 0;
        depth += opens ? 1 : 0;
        depth -= piece[i] == '<' && piece[i + 1] == '/' ? 1 : 0;
        deepest = std::max(deepest, depth);
      }
      return true;
    });
    CHECK(deepest <= mail::deepest_html);
    CHECK(mail::html_to_text(html, 1 << 20).size() <= 1 << 20);
  }
}
