// SPDX-License-Identifier: Apache-2.0
#include "core/parse/json_tree.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// Text without comments and joined lines, which knows where its parts stood.
class Stripped {
 public:
  explicit Stripped(std::string_view source) {
    text_.reserve(source.size());
    uint32_t number = 0;
    for (size_t begin = 0; begin < source.size();) {
      const size_t logical = text_.size(), parts = parts_.size();
      for (bool joined = true; joined && begin < source.size();) {
        const size_t end = std::min(source.find('\n', begin), source.size());
        std::string_view line = source.substr(begin, end - begin);
        begin = end + 1;
        parts_.push_back({text_.size(), ++number});
        if (line.ends_with("\\\r")) line.remove_suffix(1);
        joined = line.ends_with('\\');
        if (joined) line.remove_suffix(1);
        text_ += line;
      }
      const std::string_view line = trim(std::string_view(text_).substr(logical));
      if (line.empty() || line.starts_with('#') || line.starts_with("//")) {
        text_.resize(logical);
        parts_.resize(parts);
      } else {
        text_ += '\n';
      }
    }
    lines_ = std::max<uint32_t>(1, number);
  }

  const std::string& text() const { return text_; }

  uint32_t line(size_t offset) const {
    if (offset >= text_.size()) return lines_;
    const auto after = std::upper_bound(parts_.begin(), parts_.end(), offset, [](size_t o, const Part& p) { return o < p.offset; });
    return std::prev(after)->line;
  }

 private:
  struct Part {
    size_t offset;
    uint32_t line;
  };
  std::string text_;
  std::vector<Part> parts_;
  uint32_t lines_ = 1;
};

// Makes the tree out of the stream of tokens. Returning false ends the reading.
class Builder {
 public:
  Builder(const Stripped& source, const rapidjson::MemoryStream& stream, JsonTree& tree) : source_(source), stream_(stream), tree_(tree) {}

  bool Null() {
    add(JsonNode::Kind::null);
    return few();
  }
  bool Bool(bool value) {
    if (JsonNode* node = add(JsonNode::Kind::boolean)) node->boolean = value;
    return few();
  }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return add_text(JsonNode::Kind::number, {text, size}); }
  bool String(const char* text, rapidjson::SizeType size, bool) { return add_text(JsonNode::Kind::string, {text, size}); }
  bool StartObject() { return open(JsonNode::Kind::object); }
  bool StartArray() { return open(JsonNode::Kind::array); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const uint32_t line = token_line();
    Level& level = levels_.back();
    key_.assign(text, size);
    level.skip = !level.names.insert(key_).second;
    if (level.skip && !level.unused) tree_.warnings.push_back({line, "`" + key_ + "` is already set above, this one is ignored"});
    return true;
  }

  // Never called, because numbers are asked for as they are written.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  struct Level {
    JsonNode node;
    bool object, skip = false, unused = false;  // unused: all of it belongs to a member that is ignored
    std::set<std::string> names;
  };

  // The line where the token that was just read begins.
  uint32_t token_line() {
    const std::string& text = source_.text();
    size_t at = end_;
    while (at < text.size() && (is_space(text[at]) || text[at] == ',' || text[at] == ':')) ++at;
    end_ = std::max(at, stream_.Tell());
    return source_.line(at);
  }

  // Where the node belongs, or null when it is ignored.
  JsonNode* place(JsonNode node) {
    ++values_;
    if (levels_.empty()) {
      tree_.root = std::move(node);
      return &tree_.root;
    }
    Level& level = levels_.back();
    if (level.unused || level.skip) return nullptr;
    return &level.node.items.emplace_back(std::move(node));
  }

  JsonNode* add(JsonNode::Kind kind) {
    JsonNode node;
    node.kind = kind;
    node.line = token_line();
    if (!levels_.empty() && levels_.back().object) node.key = std::move(key_);
    return place(std::move(node));
  }

  bool add_text(JsonNode::Kind kind, std::string_view text) {
    if (JsonNode* node = add(kind)) node->text = text;
    return few();
  }

  // The stream stands before a bracket while its handler runs.
  bool open(JsonNode::Kind kind) {
    Level level;
    level.node.kind = kind;
    level.node.line = source_.line(stream_.Tell());
    level.object = kind == JsonNode::Kind::object;
    end_ = stream_.Tell() + 1;
    if (levels_.size() == json_depth) {
      tree_.error = {level.node.line, "values are nested more than " + std::to_string(json_depth) + " deep"};
      return false;
    }
    if (!levels_.empty()) {
      if (levels_.back().object) level.node.key = std::move(key_);
      level.unused = levels_.back().unused || levels_.back().skip;
    }
    levels_.push_back(std::move(level));
    return true;
  }

  bool close() {
    size_t at = stream_.Tell();
    end_ = at + 1;
    while (at > 0 && is_space(source_.text()[at - 1])) --at;
    if (at > 0 && source_.text()[at - 1] == ',') tree_.warnings.push_back({source_.line(at - 1), "a comma after the last value is not JSON"});
    Level level = std::move(levels_.back());
    levels_.pop_back();
    if (!level.unused) place(std::move(level.node));
    return few();
  }

  bool few() {
    if (values_ <= json_values) return true;
    if (!tree_.error) tree_.error = {token_line(), "more than " + std::to_string(json_values) + " values"};
    return false;
  }

  const Stripped& source_;
  const rapidjson::MemoryStream& stream_;
  JsonTree& tree_;
  std::vector<Level> levels_;
  std::string key_;
  size_t end_ = 0;  // of the token read last
  size_t values_ = 0;
};

std::string reason(rapidjson::ParseErrorCode code, const std::string& text, size_t at) {
  const auto byte_at = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "there is nothing but comments, expected an object";
    case rapidjson::kParseErrorStringEscapeInvalid:
    case rapidjson::kParseErrorStringInvalidEncoding:
      if (byte_at(at) == '\n' || (at > 0 && text[at - 1] == '\n'))
        return "a string does not end on its line; `\\` at the end of a line joins it with the next";
      break;
    default: break;
  }
  std::string message = rapidjson::GetParseError_En(code);
  if (message.ends_with('.')) message.pop_back();
  if (!message.empty()) message[0] = static_cast<char>(message[0] | 0x20);
  return "bad JSON: " + message;
}

}  // namespace

std::string_view kind_name(JsonNode::Kind kind) {
  constexpr std::string_view names[] = {"null", "true or false", "a number", "a string", "an array", "an object"};
  return names[static_cast<size_t>(kind)];
}

const JsonNode* JsonNode::find(std::string_view name) const {
  if (kind != Kind::object) return nullptr;
  const auto at = std::find_if(items.begin(), items.end(), [&](const JsonNode& item) { return item.key == name; });
  return at == items.end() ? nullptr : &*at;
}

JsonTree json_tree(std::string_view text, size_t size_max) {
  JsonTree tree;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const Stripped stripped(text);
  const std::string& clean = stripped.text();
  // The reader would take it for the end.
  if (const size_t nul = clean.find('\0'); nul != clean.npos) {
    tree.error = {stripped.line(nul), "bad JSON: a NUL byte"};
    return tree;
  }
  if (clean.size() > size_max) {
    tree.error = {stripped.line(size_max), "more than " + std::to_string(size_max >> 20) + " MiB of text"};
    return tree;
  }

  rapidjson::MemoryStream stream(clean.data(), clean.size());
  rapidjson::Reader reader;
  Builder builder(stripped, stream, tree);
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseTrailingCommasFlag;
  const auto result = reader.Parse<flags>(stream, builder);
  if (result.IsError() && !tree.error) tree.error = {stripped.line(result.Offset()), reason(result.Code(), clean, result.Offset())};
  if (tree.error) tree.root = {};
  return tree;
}

}  // namespace vigil::parse
