// SPDX-License-Identifier: MIT
#include "notify/templates.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "notify/kinds.h"

using namespace ticketmilter;
using namespace ticketmilter::notify;

namespace {

Values some_values() {
  Values v;
  v.words = {{"id", "42"},
             {"tag", "example.com #42"},
             {"queue", "support"},
             {"subject", "Printer on fire"},
             {"status", "open"},
             {"site", "example.com"},
             {"url", "https://desk.example.com/42"},
             {"from_name", "Example Support"},
             {"support_contact", "lead@example.com"},
             {"cc", "jim@example.net"},
             {"actor", "Joe Doe"},
             {"text", "It burns.\nStill."},
             {"requestors", "joe@example.net"},
             {"owner", "ann@example.com"},
             {"failed", "gone@example.net"}};
  v.files = {{{"name", "film.mp4"}, {"size", "3.1 GiB"}}};
  return v;
}

bool has(const std::string& where, std::string_view what) {
  return where.find(what) != std::string::npos;
}

std::string complaint_of(const std::string& name, const std::string& content) {
  Templates templates = built_in_templates();
  std::string all;
  for (const auto& complaint : replace_template(templates, name, content, "/t/" + name)) {
    all += config::to_string(complaint) + '\n';
  }
  return all;
}

std::string rendered_text(const std::string& text, const Values& values) {
  Templates templates;
  REQUIRE(replace_template(templates, "correspond", "Subject: x\n\n" + text, "t").empty());
  return render(templates.at("correspond"), values).text;
}

}  // namespace

TEST_CASE("every kind has a built-in template that says what matters") {
  const auto templates = built_in_templates();
  CHECK(templates.size() == kind_count);
  for (const auto& kind : kinds()) {
    CAPTURE(kind.name);
    REQUIRE(templates.contains(kind.name));
    const auto made = render(templates.find(kind.name)->second, some_values());
    CHECK(has(made.subject, "Printer on fire"));
    CHECK(made.html == "");
    CHECK(has(made.text, "It burns.\nStill.") ==
          (kind.voice == Voice::Person || kind.name == "undeliverable" || kind.name == "digest"));
    CHECK(has(made.text, "https://desk.example.com/42") == (kind.name != "digest"));
    CHECK(has(made.text, "[not attached: film.mp4, 3.1 GiB]") == (kind.voice == Voice::Person));
    CHECK_FALSE(has(made.text, "{{"));
    CHECK_FALSE(has(made.text, "\n\n\n"));
    const auto bare = render(templates.find(kind.name)->second, {{{"subject", "S"}}, {}});
    CHECK_FALSE(has(bare.text, "http"));
    CHECK_FALSE(has(bare.text, "[not attached"));
  }
}

TEST_CASE("what people wrote is never taken for template, nor for a header field") {
  Values values = some_values();
  values.words["text"] = "{{owner}} {{#files}}x{{/files}} {{> text}} {{{subject}}} <b>&amp;</b>\n{{=<% %>=}}";
  values.words["subject"] = "a\r\nBcc: evil@example.net\n\n{{owner}} \x1b[2J <b>";
  Templates templates = built_in_templates();
  REQUIRE(replace_template(templates, "correspond.html", "<p>{{subject}}</p><pre>{{text}}</pre>", "t").empty());
  const auto made = render(templates.at("correspond"), values);
  CHECK(made.subject == "a Bcc: evil@example.net {{owner}} [2J <b>");
  CHECK(has(made.text, values.words["text"]));
  CHECK(made.html ==
        "<p>a Bcc: evil@example.net {{owner}} [2J &lt;b&gt;</p><pre>{{owner}} {{#files}}x{{/files}} {{&gt; text}} "
        "{{{subject}}} &lt;b&gt;&amp;amp;&lt;/b&gt;\n{{=&lt;% %&gt;=}}</pre>");
}

TEST_CASE("sections of what is empty are left out, their lines too") {
  Values values;
  values.words = {{"subject", "S"}, {"url", ""}, {"cc", " \n "}};
  CHECK(rendered_text("a\n{{#url}}\nat {{url}}\n{{/url}}\n{{#cc}}cc{{/cc}}{{^cc}}none{{/cc}}\nb{{! said }}", values) ==
        "a\nnone\nb");
  CHECK(rendered_text("a\n{{^url}}\n\nb\n\n{{/url}}\n{{! said }}\nc\n", values) == "a\n\nb\n\nc\n");
  values.files = {{{"name", "a"}, {"size", "1 B"}}, {{"name", "b"}, {"size", "2 B"}}};
  CHECK(rendered_text("{{#files}}\n{{name}} {{size}} {{subject}}\n{{/files}}\n", values) == "a 1 B S\nb 2 B S\n");
}

TEST_CASE("a wrong template is told by file and line") {
  const struct {
    const char* name;
    std::string content;
    const char* complaint;
  } rows[] = {
      {"resolved", "Subject: x\n\nHello {{nobody}}", "/t/resolved:3: unknown name \"nobody\"\n"},
      {"resolved", "Subject: {{subject}\n\nx", "/t/resolved:1: {{ without }}\n"},
      {"resolved", "Subject: x\n\n{{#url}}\n", "/t/resolved:3: {{#url}} without {{/url}}\n"},
      {"resolved", "Subject: x\n\n{{/url}}", "/t/resolved:3: {{/url}} closes no section that is open here\n"},
      {"resolved", "Subject: x\n\n{{{url}}}", "/t/resolved:3: values are always escaped here: write {{name}}\n"},
      {"resolved", "Subject: x\n\n{{&url}}", "/t/resolved:3: values are always escaped here: write {{name}}\n"},
      {"resolved", "Subject: x\n\n{{>url}}", "/t/resolved:3: {{> is not supported\n"},
      {"resolved", "Subject: x\n\n{{=<% %>=}}", "/t/resolved:3: {{= is not supported\n"},
      {"resolved", "Subject: x\n\n{{}}", "/t/resolved:3: unknown name \"\"\n"},
      {"resolved", "Subject: x\n\n{{files}}", "/t/resolved:3: {{#files}} is a section, not a value\n"},
      {"resolved", "Subject: x\n\n{{size}}", "/t/resolved:3: {{size}} stands within {{#files}} only\n"},
      {"resolved", "Subject: x\n\n{{owner}}",
       "/t/resolved:3: {{owner}} names addresses and is for agents' templates only\n"},
      {"acknowledge", "Subject: x\n\n{{text}}",
       "/t/acknowledge:3: an acknowledgement never quotes the message: no {{text}}\n"},
      {"resolved", "Subject: x\nBcc: y\n\nz",
       "/t/resolved:2: the field Bcc is not for templates; allowed are Subject, Organization, Importance, "
       "X-Priority, Content-Language\n"},
      {"resolved", "Subject: x\nsubject: y\n\nz", "/t/resolved:2: the field Subject is given twice\n"},
      {"resolved", "Hello\n\nx",
       "/t/resolved:1: expected header fields (\"Subject: ...\"), a blank line, then the text\n"
       "/t/resolved:1: no Subject\n"},
      {"resolved", "Importance: low\n\nx", "/t/resolved:1: no Subject\n"},
      {"resolved", "Subject: x\n\n \n", "/t/resolved:2: no text\n"},
      {"resolved", "Subject: x\n\n\xFF", "/t/resolved: expected UTF-8 text of at most 64 KiB\n"},
      {"resolved", "Subject: x\n\n" + std::string(70000, 'x'), "/t/resolved: expected UTF-8 text of at most 64 KiB\n"},
      {"resolved.html", "<p>\n{{nobody}}", "/t/resolved.html:2: unknown name \"nobody\"\n"},
      {"acknowlege", "Subject: x\n\nx", "/t/acknowlege: there is no template of that name\n"},
      {"html", "x", "/t/html: there is no template of that name\n"},
      {"resolved", "Subject: x\r\nOrganization: {{site}}\r\n\r\nfine\r\n", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.content.substr(0, 100));
    CHECK(complaint_of(row.name, row.content) == row.complaint);
  }
  std::string deep;
  for (int i = 0; i < 11; ++i) {
    deep = "{{#url}}" + deep + "{{/url}}";
  }
  CHECK(has(complaint_of("resolved", "Subject: x\n\n" + deep), "too many sections within one another"));
}

TEST_CASE("what is taken as a template can be rendered, whatever it is") {
  const char* pieces[] = {"{{",         "}}",          "{{#url}}",   "{{/url}}",   "{{^cc}}",  "{{/cc}}",
                          "{{#files}}", "{{name}}",    "{{/files}}", "{{ text }}", "{{! x }}", "{{!",
                          "\n",         " ",           "x",          "{",          "}",        "#",
                          "/",          "{{subject}}", "=",          "\x01"};
  std::uint32_t random = 1;
  auto next = [&random](std::size_t n) { return (random = random * 1664525 + 1013904223) / 65536 % n; };
  int taken = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = "x";
    for (auto n = next(7); n > 0; --n) {
      text += pieces[next(std::size(pieces))];
    }
    CAPTURE(text);
    Templates templates;
    if (replace_template(templates, "correspond", "Subject: x\n\n" + text, "t").empty()) {
      CHECK_NOTHROW(render(templates.at("correspond"), some_values()));
      ++taken;
    }
  }
  CHECK(taken > 1000);
}

TEST_CASE("a folder's files stand in for the built-in ones; wrong ones do not") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "templates-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  std::ofstream(folder / "resolved") << "Subject: Erledigt: {{subject}}\nImportance: low\n\nFertig.\n";
  std::ofstream(folder / "resolved.html") << "<p>Fertig.</p>\n";
  std::ofstream(folder / "comment") << "Subject: {{nobody}}\n\nx\n";
  std::ofstream(folder / "comment~") << "backup";
  std::ofstream(folder / ".comment.swp") << "editor";
  fs::create_directory(folder / "de");
  const auto loaded = load_templates(name);
  REQUIRE(loaded.complaints.size() == 1);
  CHECK(config::to_string(loaded.complaints[0]) == name + "/comment:1: unknown name \"nobody\"");
  CHECK(loaded.files == 2);
  const auto made = render(loaded.templates.at("resolved"), some_values());
  CHECK(made.subject == "Erledigt: Printer on fire");
  REQUIRE(made.fields.size() == 1);
  CHECK(made.fields[0].name + ": " + made.fields[0].value == "Importance: low");
  CHECK(made.text == "Fertig.\n");
  CHECK(made.html == "<p>Fertig.</p>\n");
  CHECK(has(render(loaded.templates.at("comment"), some_values()).subject, "[Comment]"));
  fs::remove_all(folder);
  CHECK(load_templates(name).complaints.empty());
  CHECK(load_templates(name).templates.size() == kind_count);
}

// For tests/check-templates. Where a value may stand is tried out.
TEST_CASE("print all names of templates" * doctest::skip()) {
  for (const auto& kind : kinds()) {
    std::printf("name template %s\n", std::string(kind.name).c_str());
  }
  for (const auto& field : field_names()) {
    std::printf("name field %s\n", field.c_str());
  }
  for (const auto& value : value_names()) {
    const std::string section = "{{#" + value + "}}x{{/" + value + "}}";
    std::printf("name value %s in", value.c_str());
    for (const auto& kind : kinds()) {
      if (complaint_of(std::string(kind.name), "Subject: x\n\n" + section).empty()) {
        std::printf(" %s", std::string(kind.name).c_str());
      }
    }
    const bool in_files = complaint_of("created", "Subject: x\n\n{{#files}}" + section + "{{/files}}").empty();
    std::printf("%s\n", in_files ? "" : " nowhere");
  }
}
