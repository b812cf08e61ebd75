// SPDX-License-Identifier: Apache-2.0
#include "core/parse/ssh_key.h"

#include <algorithm>
#include <array>

#include "core/parse/base64.h"
#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// Reads the wire format: numbers of four bytes, strings with their length in front.
class Wire {
 public:
  explicit Wire(std::string_view bytes) : rest_(bytes) {}

  uint32_t number() {
    if (rest_.size() < 4) {
      good_ = false;
      return 0;
    }
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(rest_[static_cast<size_t>(i)]);
    rest_.remove_prefix(4);
    return value;
  }

  std::string_view string() {
    const size_t size = number();
    if (size > rest_.size()) good_ = false;
    if (!good_) return {};
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  // The bits of a positive multiple precision number.
  int64_t bits() {
    std::string_view value = string();
    while (value.starts_with('\0')) value.remove_prefix(1);
    if (value.empty()) return 0;
    int64_t top = 8;
    while (!(static_cast<unsigned char>(value[0]) >> (top - 1))) --top;
    return static_cast<int64_t>(value.size() - 1) * 8 + top;
  }

  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Curve {
  std::string_view name, group;
  int64_t bits;
};
constexpr Curve curves[] = {{"nistp256", "prime256v1", 256}, {"nistp384", "secp384r1", 384}, {"nistp521", "secp521r1", 521}};

constexpr std::string_view well_known[] = {"ssh-rsa",
                                           "ssh-ed25519",
                                           "ecdsa-sha2-nistp256",
                                           "ecdsa-sha2-nistp384",
                                           "ecdsa-sha2-nistp521",
                                           "sk-ssh-ed25519@openssh.com",
                                           "sk-ecdsa-sha2-nistp256@openssh.com",
                                           "ssh-dss"};

// The end of the options: the first blank that is not within quotes.
size_t end_of_options(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '"') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && is_blank(line[i])) {
      return i;
    }
  }
  return line.size();
}

// "algorithm key comment", or nothing.
std::optional<AuthorizedKey> bare_key(std::string_view text) {
  AuthorizedKey found;
  const std::string_view algorithm = field(text), key = field(text);
  if (key.empty()) return std::nullopt;
  if (std::find(std::begin(well_known), std::end(well_known), algorithm) == std::end(well_known)) {
    const auto blob = from_base64(key);
    if (!blob) return std::nullopt;
    Wire wire(*blob);
    const std::string_view name = wire.string();
    if (!wire.good() || name != algorithm) return std::nullopt;
  }
  found.algorithm = algorithm;
  found.key = key;
  found.comment = trim(text);
  return found;
}

// OpenSSH's own format, its PROTOCOL.key: the public half is never encrypted.
std::optional<PrivateKeyFile> openssh_key(std::string_view body) {
  const auto bytes = from_base64(body);
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  if (!bytes || !bytes->starts_with(magic)) return std::nullopt;
  Wire wire(std::string_view(*bytes).substr(magic.size()));
  PrivateKeyFile file;
  file.encrypted = wire.string() != "none";
  wire.string();  // how the passphrase becomes a key
  wire.string();
  const uint32_t keys = wire.number();
  const std::string_view key = wire.string();
  if (!wire.good() || keys == 0) return std::nullopt;
  file.key = ssh_public_key(key);
  return file;
}

std::optional<PrivateKeyFile> pem_key(std::string_view label, std::string_view body, std::string_view block) {
  PrivateKeyFile file;
  file.format = PrivateKeyFile::Format::pem;
  file.block = block;
  const bool old_style = body.find("Proc-Type: 4,ENCRYPTED") != body.npos;
  file.encrypted = old_style || label == "ENCRYPTED PRIVATE KEY";
  if (old_style && label != "PRIVATE KEY") {
    SshKey key;
    key.type = lower(label.substr(0, label.find(' ')));
    file.key = key;
  }
  return file;
}

// PuTTY's format: lines "Name: value", and "Public-Lines: n" with n lines of base64 after it.
std::optional<PrivateKeyFile> putty_key(std::string_view text) {
  PrivateKeyFile file;
  file.format = PrivateKeyFile::Format::putty;
  bool told = false;
  while (!text.empty()) {
    std::string_view value = trim(cut(text, '\n'));
    const std::string_view name = cut(value, ':');
    value = trim(value);
    if (name == "Encryption") {
      file.encrypted = value != "none";
      told = true;
    } else if (name == "Public-Lines") {
      std::string key;
      for (uint32_t lines = std::min(number<uint32_t>(value).value_or(0), 1000u); lines > 0 && !text.empty(); --lines) key += trim(cut(text, '\n'));
      if (const auto blob = from_base64(key)) file.key = ssh_public_key(*blob);
    }
  }
  if (!told) return std::nullopt;
  return file;
}

}  // namespace

std::optional<SshKey> ssh_public_key(std::string_view blob) {
  Wire wire(blob);
  SshKey key;
  key.algorithm = wire.string();
  if (!wire.good() || key.algorithm.empty()) return std::nullopt;
  const std::string_view name = key.algorithm;
  if (name == "ssh-rsa") {
    key.type = "rsa";
    wire.string();  // exponent
    key.bits = wire.bits();
  } else if (name == "ssh-dss") {
    key.type = "dsa";
    key.bits = wire.bits();
    key.subgroup_bits = wire.bits();
  } else if (name.starts_with("ecdsa-sha2-") || name.starts_with("sk-ecdsa-sha2-")) {
    key.type = name.starts_with("sk-") ? "ec-sk" : "ec";
    const std::string_view curve = wire.string();
    for (const Curve& c : curves) {
      if (c.name != curve) continue;
      key.group = c.group;
      key.bits = c.bits;
    }
  } else if (name == "ssh-ed25519" || name.starts_with("sk-ssh-ed25519@")) {
    key.type = name.starts_with("sk-") ? "ed25519-sk" : "ed25519";
    key.bits = 256;
  } else if (name == "ssh-ed448") {
    key.type = "ed448";
    key.bits = 456;
  }
  if (!wire.good()) return std::nullopt;
  return key;
}

std::optional<AuthorizedKey> authorized_key(std::string_view line) {
  line = trim(line);
  if (line.empty() || line[0] == '#') return std::nullopt;
  if (auto key = bare_key(line)) return key;
  const size_t end = end_of_options(line);
  auto key = bare_key(line.substr(end));
  if (key) key->options = line.substr(0, end);
  return key;
}

std::optional<PrivateKeyFile> private_key_file(std::string_view text) {
  if (text.starts_with("PuTTY-User-Key-File-")) return putty_key(text);
  constexpr std::string_view begin = "-----BEGIN ", dashes = "-----";
  for (std::string_view rest = text; !rest.empty();) {
    const char* start = rest.data();
    std::string_view label = trim(cut(rest, '\n'));
    if (!label.starts_with(begin) || !label.ends_with("PRIVATE KEY-----")) continue;
    label = label.substr(begin.size(), label.size() - begin.size() - dashes.size());
    const size_t end = rest.find("-----END " + std::string(label) + "-----");
    if (end == rest.npos) return std::nullopt;
    const std::string_view body = rest.substr(0, end);
    if (label == "OPENSSH PRIVATE KEY") return openssh_key(body);
    const std::string_view tail = rest.substr(end);
    const size_t length = static_cast<size_t>(tail.data() - start) + std::min(tail.find('\n'), tail.size());
    return pem_key(label, body, std::string_view(start, length));
  }
  return std::nullopt;
}

}  // namespace vigil::parse
