// SPDX-License-Identifier: Apache-2.0
// SSH public keys (RFC 4253 section 6.6, and OpenSSH's PROTOCOL files), the
// lines that hold them (sshd(8), AUTHORIZED_KEYS FILE FORMAT), and the files
// that private keys are kept in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct SshKey {
  std::string algorithm;       // "ssh-ed25519"
  std::string type;            // rsa, dsa, ec, ed25519, ed448, ec-sk, ed25519-sk; empty when not known
  std::string group;           // of ec: OpenSSL's name of the curve, as "prime256v1"
  int64_t bits = -1;           // as ssh-keygen -l counts them; -1 when not known
  int64_t subgroup_bits = -1;  // of dsa
};

// A key as it is on the wire; nothing when it is cut short. Of an algorithm
// that is not known, only the name is told.
std::optional<SshKey> ssh_public_key(std::string_view blob);

// One line of an authorized_keys file: options, algorithm, key and comment as written.
struct AuthorizedKey {
  std::string options, algorithm, key, comment;
};

// Nothing for comments and for lines without a key. A key counts when its
// algorithm is a well-known one, or when its data names the same algorithm.
std::optional<AuthorizedKey> authorized_key(std::string_view line);

// A file with a private key in it.
struct PrivateKeyFile {
  enum class Format : uint8_t { openssh, pem, putty } format = Format::openssh;
  bool encrypted = false;
  std::optional<SshKey> key;  // what the file says of its key without the passphrase
  std::string_view block;     // of pem: from BEGIN to END, within the file's text
};

// Nothing when no private key, or a broken one, is in `text`. Of PEM only the
// frame is looked at.
std::optional<PrivateKeyFile> private_key_file(std::string_view text);

}  // namespace vigil::parse
