// SPDX-License-Identifier: Apache-2.0
#include "core/parse/ssh_key.h"

#include <gtest/gtest.h>

#include "core/parse/base64.h"

namespace vigil::parse {
namespace {

std::string wire(std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
  return out += text;
}

TEST(SshKey, Base64) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("TQ=="), "M");
  EXPECT_EQ(from_base64("TQ"), "M");
  EXPECT_EQ(from_base64("TW\nFu\r\n"), "Man");
  EXPECT_EQ(from_base64("+/8="), "\xfb\xff");
  for (const char* wrong : {"T", "TWFuT", "TQ=A", "TQ===", "T W F u", "TWE==", "-_8="}) EXPECT_FALSE(from_base64(wrong)) << wrong;
}

TEST(SshKey, KindsOfKeys) {
  struct Case {
    std::string blob, type, group;
    int64_t bits;
  };
  const std::string modulus = std::string(1, '\0') + "\xff" + std::string(255, 'x');
  const Case cases[] = {
      {wire("ssh-rsa") + wire("\1\0\1") + wire(modulus), "rsa", "", 2048},
      {wire("ssh-rsa") + wire("\3") + wire("\1" + std::string(127, 'x')), "rsa", "", 1017},
      {wire("ssh-rsa") + wire("\3") + wire(""), "rsa", "", 0},
      {wire("ssh-dss") + wire("\xff" + std::string(127, 'x')) + wire("\xff" + std::string(19, 'x')), "dsa", "", 1024},
      {wire("ecdsa-sha2-nistp256") + wire("nistp256") + wire("point"), "ec", "prime256v1", 256},
      {wire("sk-ecdsa-sha2-nistp256@openssh.com") + wire("nistp256") + wire("point") + wire("ssh:"), "ec-sk", "prime256v1", 256},
      {wire("ecdsa-sha2-1.3.132.0.10") + wire("1.3.132.0.10") + wire("point"), "ec", "", -1},
      {wire("sk-ssh-ed25519@openssh.com") + wire("key") + wire("ssh:"), "ed25519-sk", "", 256},
      {wire("ssh-new@example.com") + wire("key"), "", "", -1},
  };
  for (const Case& c : cases) {
    const auto key = ssh_public_key(c.blob);
    ASSERT_TRUE(key) << c.blob;
    EXPECT_EQ(key->type, c.type);
    EXPECT_EQ(key->group, c.group);
    EXPECT_EQ(key->bits, c.bits) << c.blob;
  }
  EXPECT_FALSE(ssh_public_key(""));
  EXPECT_FALSE(ssh_public_key(wire("")));
  EXPECT_FALSE(ssh_public_key(wire("ssh-rsa") + wire("\3")));
  EXPECT_FALSE(ssh_public_key("\xff\xff\xff\xffssh-rsa"));
}

}  // namespace
}  // namespace vigil::parse
