// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/stored.h"

#include "osqueryd/results/bytes.h"

namespace vigil::results {
namespace {

constexpr std::string_view row_prefix = "\x01r";
constexpr size_t hash_size = 16;
constexpr char version = 1;
constexpr uint64_t max_count = UINT32_MAX;  // rows have 32-bit numbers

bool take_hash(std::string_view& rest, Hash& hash) {
  if (rest.size() < hash_size) return false;
  hash = Hash::of_bytes(rest.substr(0, hash_size));
  rest.remove_prefix(hash_size);
  return true;
}

}  // namespace

std::string header_key(std::string_view name) { return std::string(header_prefix).append(name); }

std::string rows_prefix(std::string_view name) {
  std::string key(row_prefix);
  put_text(key, name);
  return key;
}

std::string rows_end(std::string_view name) { return rows_prefix(name).append(hash_size + 1, '\xff'); }

std::string encode(const Header& header) {
  std::string out(1, version);
  for (const uint64_t number : {header.epoch, header.counter, header.rows}) put_number(out, number);
  out += header.digest.bytes();
  out += header.check.bytes();
  put_number(out, header.columns.size());
  for (const auto& column : header.columns) put_text(out, column);
  put_text(out, header.sql);
  return out;
}

std::optional<Header> decode_header(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != version) return std::nullopt;
  bytes.remove_prefix(1);
  Header header;
  for (uint64_t* number : {&header.epoch, &header.counter, &header.rows})
    if (!take_number(bytes, *number)) return std::nullopt;
  uint64_t columns = 0;
  if (!take_hash(bytes, header.digest) || !take_hash(bytes, header.check) || !take_number(bytes, columns)) return std::nullopt;
  std::string_view text;
  for (; columns > 0; --columns) {
    if (!take_text(bytes, text)) return std::nullopt;
    header.columns.emplace_back(text);
  }
  if (!take_text(bytes, text) || !bytes.empty()) return std::nullopt;
  header.sql = text;
  return header;
}

std::string encode(const std::vector<Entry>& entries) {
  std::string out;
  for (const auto& entry : entries) {
    put_number(out, entry.count);
    put_text(out, entry.row);
  }
  return out;
}

std::optional<std::vector<Entry>> decode_entries(std::string_view bytes) {
  std::vector<Entry> entries;
  while (!bytes.empty()) {
    Entry entry;
    if (!take_number(bytes, entry.count) || entry.count == 0 || entry.count > max_count || !take_text(bytes, entry.row)) return std::nullopt;
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace vigil::results
