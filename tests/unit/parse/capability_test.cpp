// SPDX-License-Identifier: Apache-2.0
#include "core/parse/capability.h"

#include <gtest/gtest.h>

#include <string>

namespace vigil::parse {
namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

// What getcap(8) of libcap 2.66 printed for these attributes.
TEST(Capability, AsGetcapPrints) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"0100000200200000000000000000000000000000", "cap_net_raw=ep"},
      {"0100000200300000003000000000000000000000", "cap_net_admin,cap_net_raw=eip"},
      {"01000002ffffffff00000000ff01000000000000", "=ep"},
      {"0000000200000000ffffffff00000000ff010000", "=i"},
      {"0000000201000000000000000000000000000000", "cap_chown=p"},
      {"0000000201000000200000000000000000000000", "cap_kill=i cap_chown+p"},
      {"01000002feffffff00000000ff01000000000000", "=ep cap_chown-ep"},
      {"010000030020000000000000000000000000000000000000", "cap_net_raw=ep"},
      {"0100000300200000000000000000000000000000e8030000", "cap_net_raw=ep [rootid=1000]"},
      {"010000010020000000000000", "cap_net_raw=ep"},
      {"0000000200000000000000000000000000000000", ""},
  };
  for (const auto& [hex, text] : cases) {
    const auto shown = file_capabilities(bytes(hex));
    ASSERT_TRUE(shown) << hex;
    EXPECT_EQ(*shown, text) << hex;
  }
}

TEST(Capability, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(file_capabilities(""));
  EXPECT_FALSE(file_capabilities(bytes("01000002")));
  EXPECT_FALSE(file_capabilities(bytes("0100000400200000000000000000000000000000")));
  EXPECT_FALSE(file_capabilities(bytes("01000002002000000000000000000000000000")));
}

}  // namespace
}  // namespace vigil::parse
