// SPDX-License-Identifier: Apache-2.0
#include "tests/runner/runner.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/parse/text.h"
#include "tests/runner/laws.h"
#include "tests/runner/test_engine.h"

namespace vigil::test {
namespace fs = std::filesystem;

void Tally::check(bool ok, const std::string& where, const std::string& what) {
  ++(ok ? passed : failed);
  if (!ok) std::printf("%s: %s\n", where.c_str(), what.c_str());
}

void Tally::skip(const std::string& where, const std::string& what) {
  ++skipped;
  std::printf("%s: not run: %s\n", where.c_str(), what.c_str());
}

namespace {

std::string shown(std::optional<std::string_view> cell) {
  if (!cell) return "NULL";
  std::string out;
  for (const char c : *cell) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\0')
      out += "\\0";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
      out += "\\x" + std::string(1, "0123456789abcdef"[c >> 4]) + "0123456789abcdef"[c & 15];
    else
      out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& lines, std::string_view separator = "\n") { return parse::join(lines, separator); }

// A directory that goes away with the value.
class Scratch {
 public:
  Scratch() {
    char name[] = "/tmp/vigil-test-XXXXXX";
    if (!::mkdtemp(name)) std::abort();
    path_ = name;
  }
  ~Scratch() {
    std::error_code code;
    fs::remove_all(path_, code);
  }
  Scratch(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Runs shell lines in a session of their own, so that what they leave behind can be ended.
class Shell {
 public:
  explicit Shell(std::string tmp) : tmp_(std::move(tmp)) {}
  ~Shell() {
    for (const pid_t session : sessions_) ::kill(-session, SIGKILL);
  }

  // Exit status, and standard output in `out`.
  int run(const std::string& script, std::string* out) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      ::setenv("TMP", tmp_.c_str(), 1);
      ::setenv("LC_ALL", "C", 1);
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl("/bin/bash", "bash", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    const Fd read_end(ends[0]);
    if (out) {
      char buffer[8192];
      ssize_t n;
      while ((n = ::read(read_end.get(), buffer, sizeof buffer)) > 0) out->append(buffer, static_cast<size_t>(n));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    sessions_.push_back(child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::string tmp_;
  std::vector<pid_t> sessions_;
};

std::string with_tmp(std::string text, const std::string& tmp) {
  for (size_t at; (at = text.find("$TMP")) != text.npos;) text.replace(at, 4, tmp);
  return text;
}

// Cells of a command's output, as rows write them with tabs between.
std::vector<std::string> command_rows(const std::string& text, const std::string& mode) {
  std::vector<std::string> rows;
  for (const std::string_view line : parse::lines(text)) {
    if (mode == "line" || mode == "tab") {
      rows.emplace_back(line);
      continue;
    }
    std::string row;
    for (const std::string_view word : parse::fields(line)) (row += row.empty() ? "" : "\t") += word;
    if (!row.empty()) rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

class FileRun {
 public:
  FileRun(const std::string& path, const Settings& settings, Tally& tally) : path_(path), settings_(settings), tally_(tally), shell_(tmp_.path()) {}

  void run() {
    std::ifstream in(path_, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    auto file = parse_test(text.str());
    if (!in || !file) return tally_.check(false, path_, in ? file.error().message : "cannot be read");
    for (const Block& block : file->blocks)
      if (!run_block(block)) break;
    finish_root();
    if (table_) check_filled(*table_, filled_, path_, tally_);
    if (settings_.update && !replacements_.empty()) rewrite(std::move(file->lines));
  }

 private:
  // False when the rest of the file cannot be run.
  bool run_block(const Block& block) {
    const std::string where = path_ + ":" + std::to_string(block.line);
    switch (block.kind) {
      case Block::Kind::root: return set_root(block, where);
      case Block::Kind::option: {
        const size_t equals = block.argument.find('=');
        engine_.options[block.argument.substr(0, equals)] = equals == std::string::npos ? "" : block.argument.substr(equals + 1);
        return true;
      }
      case Block::Kind::query: check_query(block, where); return true;
      case Block::Kind::error: check_error(block, where); return true;
      case Block::Kind::run: {
        const int status = shell_.run("set -e\n" + joined(block.body), nullptr);
        tally_.check(status == 0, where, "the commands ended with status " + std::to_string(status));
        return status == 0;
      }
      case Block::Kind::needs: {
        if (shell_.run(joined(block.body), nullptr) == 0) return true;
        tally_.skip(where, "needs " + block.argument);
        return false;
      }
      case Block::Kind::same: check_same(block, where); return true;
      case Block::Kind::none: {
        const Outcome got = ask_sql(block);
        tally_.check(got.error.empty() && got.rows.empty(), where,
                     got.error.empty() ? "these rows must not exist:\n  " + joined(got.rows, "\n  ") : got.error);
        return true;
      }
    }
    return true;
  }

  Outcome ask_sql(const Block& block) {
    const auto live = [](const std::string&, Access access) { return Host::live(access); };
    const auto directory = [](const std::string& path, Access access) { return Host::directory(path, access); };
    Outcome got = ask(settings_.tables, engine_, settings_.live ? +live : +directory, root_, with_tmp(joined(block.body), tmp_.path()));
    filled_.insert(got.filled_columns.begin(), got.filled_columns.end());
    return got;
  }

  bool set_root(const Block& block, const std::string& where) {
    finish_root();
    scratch_.reset();
    if (!block.argument.empty()) {
      root_ = "tests/roots/" + block.argument;
      tally_.check(fs::is_directory(root_), where, "there is no root '" + root_ + "'");
    } else {
      scratch_ = std::make_unique<Scratch>();
      root_ = scratch_->path();
      if (auto made = make_root(block.body, root_); !made) {
        tally_.check(false, where, made.error().message);
        return false;
      }
    }
    for (const sql::Table* table : settings_.tables)
      if (table->info.name == fs::path(path_).stem().string()) table_ = table;
    return true;
  }

  // The laws that hold for a table on every root of its own file.
  void finish_root() {
    if (!table_ || root_.empty() || settings_.live) return;
    const auto more = check_root_laws(*table_, settings_.tables, engine_, root_, path_, tally_);
    filled_.insert(more.begin(), more.end());
  }

  void compare(const Block& block, const std::string& where, std::vector<std::string> got, const std::vector<std::string>& want, const char* what) {
    const bool ok = got == want;
    tally_.check(ok || settings_.update, where,
                 std::string(what) + " differ in: " + joined(block.body, " ") + "\n  expected:\n    " + joined(want, "\n    ") + "\n  got:\n    " +
                     joined(got, "\n    "));
  }

  void check_query(const Block& block, const std::string& where) {
    const Outcome got = ask_sql(block);
    if (settings_.update) return replace(block, got);
    if (!got.error.empty()) return tally_.check(false, where, joined(block.body, " ") + "\n  failed: " + got.error);
    compare(block, where, got.rows, block.expected, "rows");
    if (block.has_touched) compare(block, where, got.touched, block.touched, "touched");
    if (block.has_warnings) compare(block, where, got.warnings, block.warnings, "warnings");
  }

  void check_error(const Block& block, const std::string& where) {
    const Outcome got = ask_sql(block);
    if (settings_.update) return replace(block, got);
    if (got.error.empty()) return tally_.check(false, where, joined(block.body, " ") + "\n  should have failed");
    compare(block, where, {got.error}, block.expected, "errors");
  }

  void check_same(const Block& block, const std::string& where) {
    const std::string script = joined(block.expected);
    std::string before, after;
    const int first = shell_.run(script, &before);
    Outcome got = ask_sql(block);
    const int second = shell_.run(script, &after);
    if (first != 0 || second != 0) return tally_.check(false, where, "the command ended with status " + std::to_string(first ? first : second));
    if (!got.error.empty()) return tally_.check(false, where, got.error);
    for (auto& row : got.rows) {
      for (size_t at; (at = row.find(" | ")) != row.npos;) row.replace(at, 3, "\t");
      if (!block.argument.empty()) continue;
      const auto words = parse::fields(row);
      row = joined({words.begin(), words.end()}, "\t");
    }
    std::sort(got.rows.begin(), got.rows.end());

    // Rows of a live system come and go: what both runs saw has to be there,
    // what neither saw must not.
    const auto a = command_rows(before, block.argument), b = command_rows(after, block.argument);
    std::vector<std::string> both, either, missing, extra;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(either));
    std::set_difference(both.begin(), both.end(), got.rows.begin(), got.rows.end(), std::back_inserter(missing));
    std::set_difference(got.rows.begin(), got.rows.end(), either.begin(), either.end(), std::back_inserter(extra));
    tally_.check(!a.empty() || got.rows.empty(), where, "the command printed nothing, so nothing was compared");
    const auto few = [](std::vector<std::string> rows) {
      if (rows.size() > 8) rows.resize(8);
      return joined(rows, "\n    ");
    };
    tally_.check(missing.empty() && extra.empty(), where,
                 joined(block.body, " ") + "\n  rows missing: " + std::to_string(missing.size()) + "\n    " + few(missing) +
                     "\n  rows that the command does not have: " + std::to_string(extra.size()) + "\n    " + few(extra));
  }

  void replace(const Block& block, const Outcome& got) {
    std::vector<std::string> text = {got.error.empty() ? "query" : "error"};
    text.insert(text.end(), block.body.begin(), block.body.end());
    text.push_back("----");
    if (!got.error.empty()) {
      text.push_back(got.error);
    } else {
      text.insert(text.end(), got.rows.begin(), got.rows.end());
      const auto section = [&](bool wanted, const char* name, const std::vector<std::string>& lines) {
        if (!wanted) return;
        text.push_back(name);
        text.insert(text.end(), lines.begin(), lines.end());
      };
      section(block.has_touched, "touched", got.touched);
      section(block.has_warnings, "warnings", got.warnings);
    }
    replacements_.push_back({block.line - 1, block.end, std::move(text)});
  }

  void rewrite(std::vector<std::string> lines) {
    for (auto r = replacements_.rbegin(); r != replacements_.rend(); ++r) {
      const auto from = lines.begin() + static_cast<std::ptrdiff_t>(r->begin), to = lines.begin() + static_cast<std::ptrdiff_t>(r->end);
      lines.insert(lines.erase(from, to), r->text.begin(), r->text.end());
    }
    std::ofstream(path_, std::ios::binary) << joined(lines) << "\n";
  }

  struct Replacement {
    size_t begin, end;
    std::vector<std::string> text;
  };

  std::string path_;
  const Settings& settings_;
  Tally& tally_;
  Scratch tmp_;
  Shell shell_;
  TestEngine engine_;
  std::unique_ptr<Scratch> scratch_;
  std::string root_;
  const sql::Table* table_ = nullptr;
  std::set<std::string> filled_;
  std::vector<Replacement> replacements_;
};

}  // namespace

Outcome ask(const std::vector<const sql::Table*>& tables, const sql::Engine& engine, Result<Host> (*open)(const std::string&, Access),
            const std::string& root, const std::string& sql) {
  Outcome outcome;
  Access access;
  access.touched = &outcome.touched;
  if (const auto limit = parse::number<size_t>(engine.option("read_max"))) access.read_max = *limit;
  auto host = open(root, access);
  if (!host) {
    outcome.error = host.error().message;
    return outcome;
  }
  sql::Connection connection(tables, std::move(*host), engine);
  std::string_view rest = sql;
  while (!rest.empty() && outcome.error.empty()) {
    auto statement = connection.prepare(rest, &rest);
    if (!statement) {
      outcome.error = statement.error().message;
      break;
    }
    if (!*statement) break;
    while (true) {
      const auto row = (*statement)->step();
      if (!row) outcome.error = row.error().message;
      if (!row || !*row) break;
      std::string text;
      for (size_t i = 0; i < (*statement)->columns(); ++i) {
        const auto cell = (*statement)->text(i);
        if (cell) outcome.filled_columns.insert(std::string((*statement)->name(i)));
        text += (i ? " | " : "") + shown(cell);
      }
      outcome.rows.push_back(text.empty() ? "(empty)" : text);
    }
    outcome.warnings = connection.report().warnings;
  }
  return outcome;
}

void run_file(const std::string& path, const Settings& settings, Tally& tally) { FileRun(path, settings, tally).run(); }

}  // namespace vigil::test
