// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/load.h"

#include <algorithm>
#include <utility>

#include "core/parse/text.h"
#include "core/sql/digest.h"
#include "osqueryd/config/packs.h"
#include "osqueryd/config/reader.h"
#include "osqueryd/config/sections.h"

namespace vigil::config {
namespace {

using Kind = JsonNode::Kind;

std::vector<std::string_view> with_sections(std::vector<std::string_view> keys) {
  keys.insert(keys.end(), Sections::keys().begin(), Sections::keys().end());
  return keys;
}

// Reads source after source; what they say together is in loaded().
class Loader {
 public:
  explicit Loader(const Context& context) : context_(context), sections_(loaded_) {}

  void read(const Sources& sources);
  Result<Loaded> loaded();

 private:
  void read_packs(Reader& reader, const JsonNode& packs);
  void read_named(Reader& reader, const JsonNode& node);
  void read_pack_file(Reader& reader, const JsonNode& at, const std::string& name, const std::string& path);
  void read_pack(Reader& reader, const std::string& name, const std::string& source, const JsonNode& object);
  void drop_replaced();

  Context context_;
  Problems problems_;
  Loaded loaded_;
  Sections sections_;
  std::map<std::string, std::string> pack_options_;
};

void Loader::read(const Sources& sources) {
  std::vector<std::pair<Reader, JsonNode>> texts;
  for (const auto& [name, text] : sources) {
    Reader reader(name, problems_);
    if (auto root = reader.root(text)) texts.emplace_back(std::move(reader), std::move(*root));
  }
  // Options first: names and intervals depend on two of them.
  auto& options = loaded_.config.options;
  for (auto& [reader, root] : texts) sections_.read_options(reader, root, options);
  if (const auto given = options.find("pack_delimiter"); given != options.end()) context_.pack_delimiter = given->second;
  if (const auto given = options.find("schedule_default_interval"); given != options.end())
    context_.default_interval = parse::number<uint64_t>(given->second).value_or(context_.default_interval);

  // A server's answer tells with node_invalid whether it knows this host.
  static const auto known = with_sections({"schedule", "packs", "node_invalid"});
  for (auto& [reader, root] : texts) {
    reader.check_keys(root, "the configuration", known);
    if (const JsonNode* schedule = reader.member(root, "schedule", Kind::object))
      loaded_.config.packs.push_back(PackReader(reader, context_, loaded_.statements).schedule(reader.source(), *schedule));
    if (const JsonNode* packs = reader.member(root, "packs", Kind::object)) read_packs(reader, *packs);
    sections_.read(reader, reader.source(), root);
  }
  options.merge(pack_options_);
  sections_.finish();
  drop_replaced();
  loaded_.config.hash = hash(sources);
}

void Loader::read_packs(Reader& reader, const JsonNode& packs) {
  for (const JsonNode& node : packs.items) {
    if (node.kind == Kind::object)
      read_pack(reader, node.key, reader.source(), node);
    else if (node.kind == Kind::string)
      read_named(reader, node);
    else if (node.kind != Kind::null)
      reader.mismatch(node, "an object, or a string that names a file");
  }
}

// A pack that is given by name: a file, or with the name * the files of a pattern.
void Loader::read_named(Reader& reader, const JsonNode& node) {
  if (!context_.read_pack || (node.key == "*" && !context_.find_packs))
    return reader.warn(node, "pack " + ticked(node.key) + " is skipped: this kind of configuration has no pack files, expected an object");
  if (node.key != "*") return read_pack_file(reader, node, node.key, node.text);
  const auto found = context_.find_packs(node.text);
  if (!found) return reader.warn(node, "packs \"" + node.text + "\" are skipped: " + found.error().message);
  if (found->empty()) reader.warn(node, "packs \"" + node.text + "\": no file has such a name");
  for (const auto& [name, path] : *found) read_pack_file(reader, node, name, path);
}

void Loader::read_pack_file(Reader& reader, const JsonNode& at, const std::string& name, const std::string& path) {
  const auto text = context_.read_pack(name, path);
  if (!text) return reader.warn(at, "pack " + ticked(name) + " is skipped: " + text.error().message);
  Reader file(path, problems_);
  if (const auto root = file.root(*text)) read_pack(file, name, reader.source(), *root);
}

void Loader::read_pack(Reader& reader, const std::string& name, const std::string& source, const JsonNode& object) {
  static const auto known = with_sections(pack_keys());
  reader.check_keys(object, "a pack", known);
  Pack pack = PackReader(reader, context_, loaded_.statements).pack(name, source, object);
  if (pack.fits) {
    sections_.read_options(reader, object, pack_options_);
    sections_.read(reader, source + context_.pack_delimiter + name, object);
  }
  loaded_.config.packs.push_back(std::move(pack));
}

// Two queries of one name would share one state; the later counts.
void Loader::drop_replaced() {
  std::map<std::string, const Query*> last;
  for (const Pack& pack : loaded_.config.packs) {
    for (const Query& query : pack.queries) {
      const auto [at, first] = last.try_emplace(query.name, &query);
      if (first) continue;
      const auto position = [](const Query& q) { return q.source + ":" + std::to_string(q.line); };
      problems_.warnings.push_back(position(query) + ": query " + ticked(query.name) + " replaces that of " + position(*at->second));
      at->second = &query;
    }
  }
  for (Pack& pack : loaded_.config.packs) {
    std::vector<Query> kept;
    for (Query& query : pack.queries)
      if (last[query.name] == &query) kept.push_back(query);
    pack.queries = std::move(kept);
  }
}

Result<Loaded> Loader::loaded() {
  if (!problems_.errors.empty()) return Error{parse::join(problems_.errors, "\n")};
  loaded_.warnings = std::move(problems_.warnings);
  return std::move(loaded_);
}

}  // namespace

Result<Loaded> load(const Sources& sources, const Context& context) {
  Loader loader(context);
  loader.read(sources);
  return loader.loaded();
}

std::string hash(const Sources& sources) {
  const auto sha1 = [](std::string_view bytes) {
    const auto digest = sql::digest("sha1", bytes);
    return digest ? sql::hex(*digest) : std::string();
  };
  std::string digests;
  for (const auto& [name, text] : sources) digests += sha1(text);
  return sha1(digests);
}

}  // namespace vigil::config
