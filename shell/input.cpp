// SPDX-License-Identifier: Apache-2.0
#include "shell/input.h"

#include <unistd.h>

#include <cstdlib>

#include "core/parse/statements.h"
#include "core/parse/text.h"
#include "shell/commands.h"
#include "shell/completion.h"
#include "shell/home.h"
#include "shell/suggest.h"
#include "shell/terminal.h"

namespace vigil::shell {
namespace {

constexpr size_t history_entries = 100;

// A statement while its lines arrive.
struct Pending {
  std::string text;
  parse::StatementScanner scanner;
  size_t line = 0;  // at which it starts
  bool open = false;

  void add(std::string_view more) {
    if (open) text += '\n';
    text += more;
    scanner.add(more);
    open = true;
  }
};

bool run_pending(Session& session, const Pending& pending) {
  const auto done = session.run(pending.text);
  if (done) return true;
  session.complain(done.error().message, session.interactive ? "" : "near line " + std::to_string(pending.line) + ": ");
  return false;
}

bool blank(std::string_view line) {
  parse::StatementScanner scanner;
  scanner.add(line);
  return scanner.blank();
}

}  // namespace

size_t run_lines(Session& session, const Lines& lines) {
  Pending pending;
  size_t errors = 0, number = 0;
  std::string line;
  while (!session.leaving && (errors == 0 || !session.bail || session.interactive)) {
    const auto input = lines(pending.open, line);
    if (input == Editor::Input::end) break;
    if (input == Editor::Input::interrupted) {
      pending = {};
      continue;
    }
    ++number;
    if (!pending.open) {
      const std::string_view trimmed = parse::trim(line);
      const bool command = trimmed.starts_with('.');
      if (session.echo && (command || blank(line))) session.out.write(line + '\n');
      if (blank(line)) continue;
      if (command) {
        if (!run_command(session, trimmed)) ++errors;
        continue;
      }
      pending.line = number;
    }
    pending.add(line);
    if (pending.scanner.complete()) {
      if (!run_pending(session, pending)) ++errors;
      pending = {};
    } else if (pending.scanner.blank()) {
      pending = {};
    }
  }
  // A last statement needs no semicolon.
  if (pending.open && !session.leaving) {
    if (session.interactive) std::fputc('\n', stdout);
    if (!run_pending(session, pending)) ++errors;
  } else if (session.interactive && !session.leaving) {
    std::fputc('\n', stdout);
  }
  return errors;
}

int run_script(Session& session, FILE* script) {
  char* buffer = nullptr;
  size_t capacity = 0;
  const auto lines = [&](bool, std::string& line) {
    const ssize_t size = ::getline(&buffer, &capacity, script);
    if (size < 0) return Editor::Input::end;
    line.assign(buffer, static_cast<size_t>(size));
    if (line.ends_with('\n')) line.pop_back();
    return Editor::Input::line;
  };
  const size_t errors = run_lines(session, lines);
  std::free(buffer);
  return session.exit_code.value_or(errors > 0 ? 1 : 0);
}

int run_interactive(Session& session) {
  const bool color = colored(STDOUT_FILENO, session.settings.color);
  Vocabulary vocabulary{session.tables, function_names(session.connection), command_names()};
  std::string before;  // earlier lines of the statement, for completion

  EditorOptions options;
  options.entries = history_entries;
  options.complete = [&](std::string_view line, size_t cursor) {
    session.refresh_tables();
    vocabulary.tables = session.tables;
    return complete(vocabulary, before, line, cursor);
  };
  if (auto home = home_directory()) {
    options.history = *home + "/.history";
  } else {
    session.warn("no history is kept: " + home.error().message);
  }
  std::string reason;
  const auto editor = make_editor(std::move(options), reason);
  if (!reason.empty()) session.warn("lines cannot be edited: " + reason);

  std::printf("Using a %svirtual database%s. Need help, type '.help'\n", color ? "\x1b[1m" : "", color ? "\x1b[0m" : "");
  std::fflush(stdout);
  const auto lines = [&](bool continuing, std::string& line) {
    if (!continuing) before.clear();
    const auto input = editor->read(prompt(continuing, session.remote.has_value(), color), line);
    if (input != Editor::Input::line) return input;
    if (!parse::trim(line).empty()) editor->remember(line);
    (before += line) += '\n';
    return input;
  };
  run_lines(session, lines);
  return session.exit_code.value_or(0);
}

}  // namespace vigil::shell
