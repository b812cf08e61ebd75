// SPDX-License-Identifier: Apache-2.0
#include "tests/runner/test_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "core/parse/base64.h"
#include "core/parse/text.h"

namespace vigil::test {
namespace {

const std::map<std::string_view, Block::Kind> kinds = {{"root", Block::Kind::root},     {"query", Block::Kind::query}, {"error", Block::Kind::error},
                                                       {"option", Block::Kind::option}, {"same", Block::Kind::same},   {"none", Block::Kind::none},
                                                       {"run", Block::Kind::run},       {"needs", Block::Kind::needs}};

Error at(size_t line, const std::string& what) { return {std::to_string(line) + ": " + what}; }

std::string content_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  constexpr std::string_view nul = "\\000";
  if (text.ends_with("\\000\n")) text.pop_back();
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (std::string_view(text).substr(i).starts_with(nul)) {
      out += '\0';
      i += nul.size() - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

// One "-- path attribute=value ... --" of a tree with the lines below it.
struct Node {
  std::string path, target;
  bool link = false;
  std::vector<std::string> words, content;
};

Result<void> make_node(const Node& node, const std::string& directory) {
  namespace fs = std::filesystem;
  const std::string path = directory + "/" + node.path;
  const auto failed = [&](const char* verb) { return os_error(verb, node.path, errno); };
  std::error_code code;
  fs::create_directories(fs::path(path.ends_with('/') ? path.substr(0, path.size() - 1) : path).parent_path(), code);
  if (code) return os_error("make the parent of", node.path, code.value());
  if (node.link) {
    if (::symlink(node.target.c_str(), path.c_str()) != 0) return failed("link");
    return {};
  }

  bool base64 = false, fifo = false;
  for (const auto& word : node.words) {
    base64 |= word == "base64";
    fifo |= word == "fifo";
  }
  if (fifo) {
    if (::mkfifo(path.c_str(), 0644) != 0) return failed("mkfifo");
  } else if (path.ends_with('/')) {
    fs::create_directories(path, code);
    if (code) return os_error("mkdir", node.path, code.value());
  } else {
    std::string text;
    if (base64) {
      for (const auto& line : node.content) text += line;
      text = parse::from_base64(text).value_or("");
    } else {
      text = content_of(node.content);
    }
    std::ofstream(path, std::ios::binary) << text;
  }
  for (const auto& word : node.words) {
    const size_t equals = word.find('=');
    if (equals == word.npos) continue;
    const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
    const auto id = static_cast<uid_t>(std::atoll(value.c_str()));
    if (name == "uid" && ::chown(path.c_str(), id, static_cast<gid_t>(-1)) != 0) return failed("chown");
    if (name == "gid" && ::chown(path.c_str(), static_cast<uid_t>(-1), id) != 0) return failed("chgrp");
    if (name.starts_with("xattr.") && ::setxattr(path.c_str(), name.c_str() + 6, value.data(), value.size(), 0) != 0) return failed("setxattr");
    if (name.starts_with("xattr64.")) {
      const std::string bytes = parse::from_base64(value).value_or("");
      if (::setxattr(path.c_str(), name.c_str() + 8, bytes.data(), bytes.size(), 0) != 0) return failed("setxattr");
    }
  }
  // Changing the owner clears set-uid, so the mode comes after it.
  for (const auto& word : node.words)
    if (word.starts_with("mode=") && ::chmod(path.c_str(), static_cast<mode_t>(std::stoul(word.substr(5), nullptr, 8))) != 0) return failed("chmod");
  return {};
}

}  // namespace

Result<TestFile> parse_test(std::string_view text) {
  TestFile file;
  for (const std::string_view line : parse::lines(text)) file.lines.emplace_back(line);
  const auto& lines = file.lines;
  for (size_t i = 0; i < lines.size();) {
    if (lines[i].empty() || lines[i][0] == '#') {
      ++i;
      continue;
    }
    std::string_view rest = lines[i];
    const std::string_view word = parse::cut(rest, ' ');
    const auto kind = kinds.find(word);
    if (kind == kinds.end()) return at(i + 1, "unknown directive '" + lines[i] + "'");
    Block block{kind->second};
    block.line = ++i;
    block.argument = rest;
    if (block.kind == Block::Kind::root && block.argument.empty()) {
      while (i < lines.size() && lines[i] != "end") block.body.push_back(lines[i++]);
      if (i == lines.size()) return at(block.line, "root without end");
      ++i;
    } else {
      std::vector<std::string>* into = &block.body;
      for (; i < lines.size() && !lines[i].empty(); ++i) {
        if (lines[i] == "----" && into == &block.body) {
          into = &block.expected;
        } else if (lines[i] == "touched" && into != &block.body) {
          into = &block.touched;
          block.has_touched = true;
        } else if (lines[i] == "warnings" && into != &block.body) {
          into = &block.warnings;
          block.has_warnings = true;
        } else {
          into->push_back(lines[i]);
        }
      }
    }
    block.end = i;
    file.blocks.push_back(std::move(block));
  }
  return file;
}

Result<void> make_root(const std::vector<std::string>& body, const std::string& directory) {
  std::vector<Node> nodes;
  for (const auto& line : body) {
    if (line.starts_with("-- ") && line.ends_with(" --")) {
      // The path may hold blanks; attributes are the words after it that look like ones.
      std::string rest = line.substr(3, line.size() - 6);
      Node node;
      while (true) {
        const size_t blank = rest.rfind(' ');
        if (blank == rest.npos) break;
        const std::string word = rest.substr(blank + 1);
        const bool attribute = word == "base64" || word == "fifo" || word.starts_with("mode=") || word.starts_with("uid=") ||
                               word.starts_with("gid=") || word.starts_with("mtime=") || word.starts_with("xattr.") || word.starts_with("xattr64.");
        if (!attribute) break;
        node.words.push_back(word);
        rest.resize(blank);
      }
      node.path = rest;
      nodes.push_back(std::move(node));
    } else if (const size_t arrow = line.find(" -> "); line.starts_with("-- ") && arrow != line.npos) {
      Node node;
      node.path = line.substr(3, arrow - 3);
      node.target = line.substr(arrow + 4);
      node.link = true;
      nodes.push_back(std::move(node));
    } else if (!nodes.empty()) {
      nodes.back().content.push_back(line);
    } else if (!line.empty()) {
      return Error{"'" + line + "' stands before the first file of the root"};
    }
  }
  for (const auto& node : nodes)
    if (auto made = make_node(node, directory); !made) return made;
  // Making a file changes the time of its directory, so times come last.
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    for (const auto& word : node->words) {
      if (!word.starts_with("mtime=")) continue;
      const timespec time = {std::atoll(word.c_str() + 6), 0};
      const timespec times[] = {time, time};
      if (::utimensat(AT_FDCWD, (directory + "/" + node->path).c_str(), times, 0) != 0) return os_error("utimensat", node->path, errno);
    }
  }
  return {};
}

}  // namespace vigil::test
