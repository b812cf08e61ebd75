// SPDX-License-Identifier: Apache-2.0
// user_ssh_keys: what "ssh-keygen -l -f" tells of each private key in ~/.ssh,
// and whether ssh(1) would ask for a passphrase.
//
// The files belong to users; core/host/home.h tells which are read. Of a key
// only what the columns show leaves this file, and its text is wiped.

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cerrno>
#include <memory>

#include "core/host/accounts.h"
#include "core/host/home.h"
#include "core/parse/ssh_key.h"
#include "core/parse/text.h"
#include "user_ssh_keys.gen.h"

namespace vigil::tables::user_ssh_keys {
namespace {

constexpr size_t largest_key = 64 * 1024;
constexpr int64_t unknown = -1;

int64_t security_bits(const parse::SshKey& key) {
  if (key.bits <= 0) return unknown;
  if (key.type == "rsa") return BN_security_bits(static_cast<int>(key.bits), -1);
  if (key.type == "dsa") return BN_security_bits(static_cast<int>(key.bits), static_cast<int>(key.subgroup_bits));
  if (key.type == "ed448") return 224;
  return key.bits >= 512 ? 256 : key.bits / 2;
}

// Unknown keys keep the values that stand for "not known".
void add_key(Row& row, const parse::SshKey& key) {
  row.key_type = key.type;
  row.key_group_name = key.group;
  row.key_length = key.bits;
  row.key_security_bits = security_bits(key);
}

// False when the block is broken.
bool add_pem(Row& row, std::string_view block) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(block.data(), static_cast<int>(block.size())), BIO_free);
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return false;
  const char* type = EVP_PKEY_get0_type_name(key.get());
  row.key_type = parse::lower(type ? type : "");
  char group[80];
  size_t length = 0;
  if (EVP_PKEY_get_group_name(key.get(), group, sizeof group, &length) == 1) row.key_group_name = std::string(group, length);
  ERR_clear_error();
  // OpenSSL counts 253 bits, OpenSSH 256.
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits > 0) row.key_length = *row.key_type == "ed25519" ? 256 : bits;
  const int strength = EVP_PKEY_get_security_bits(key.get());
  if (strength > 0) row.key_security_bits = strength;
  return true;
}

std::optional<Row> read_key(const std::string& text) {
  const auto file = parse::private_key_file(text);
  if (!file) return std::nullopt;
  Row row;
  row.encrypted = file->encrypted ? 1 : 0;
  row.key_type = "";
  row.key_group_name = "";
  row.key_length = unknown;
  row.key_security_bits = unknown;
  if (file->key) add_key(row, *file->key);
  if (file->format == parse::PrivateKeyFile::Format::pem && !file->encrypted && !add_pem(row, file->block)) return std::nullopt;
  return row;
}

// Paths in the user's directory that can be part of the answer.
std::vector<std::string> paths(const Query& query, const std::string& directory) {
  std::vector<std::string> all;
  if (query.keys.path.pinned()) {
    for (const auto& path : query.keys.path.values())
      if (path.starts_with(directory) && path.size() > directory.size() && path.find('/', directory.size()) == path.npos) all.push_back(path);
    return all;
  }
  const auto names = query.host().list(std::string_view(directory).substr(0, directory.size() - 1));
  if (!names) {
    if (names.error().code != ENOENT && names.error().code != ENOTDIR) query.skip(names.error());
    return all;
  }
  for (const Entry& entry : *names)
    if (entry.type == FileType::regular || entry.type == FileType::symlink || entry.type == FileType::unknown) all.push_back(directory + entry.name);
  return all;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  for (const auto& user : users_asked(query.host(), query.keys.uid.pinned(), query.keys.uid.values())) {
    const std::string directory = home_path(user, ".ssh/");
    if (directory.empty()) continue;
    for (const auto& path : paths(query, directory)) {
      auto text = read_as(query.host(), user, path, largest_key);
      if (!text) {
        if (text.error().code == EACCES) query.skip(text.error());
        continue;
      }
      auto row = read_key(*text);
      OPENSSL_cleanse(text->data(), text->size());
      if (!row) continue;
      row->uid = user.uid;
      row->path = path;
      co_yield *row;
    }
  }
}

}  // namespace vigil::tables::user_ssh_keys
