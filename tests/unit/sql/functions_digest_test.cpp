// SPDX-License-Identifier: Apache-2.0
#include "core/sql/digest.h"

#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class DigestFunctions : public test::Query {};

TEST_F(DigestFunctions, hexadecimal) {
  constexpr Case cases[] = {
      {"md5('abc')", "900150983cd24fb0d6963f7d28e17f72"},
      {"sha1('abc')", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"sha256('abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"md5('')", "d41d8cd98f00b204e9800998ecf8427e"},
      {"md5(x'')", "d41d8cd98f00b204e9800998ecf8427e"},
      {"md5(x'616263')", "900150983cd24fb0d6963f7d28e17f72"},
      // What follows a NUL byte does not count.
      {"md5(CAST(x'61626300646566' AS TEXT))", "900150983cd24fb0d6963f7d28e17f72"},
      {"md5(1) = md5('1')", "1"},
      {"md5(NULL), sha1(NULL), sha256(NULL)", "NULL | NULL | NULL"},
      {"md5()", "error: wrong number of arguments to function md5()"},
  };
  expect(cases);
}

TEST_F(DigestFunctions, in_parts) {
  auto digest = Digest::start("sha256");
  ASSERT_TRUE(digest) << digest.error().message;
  digest->add("a");
  digest->add("");
  digest->add("bc");
  EXPECT_EQ(hex(*digest->finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Digest::start("no such digest").error().message, "digest 'no such digest': not available");
}

TEST_F(DigestFunctions, community_id) {
  constexpr Case cases[] = {
      // The examples of the specification, with seed 0 and 1 and both ways.
      {"community_id_v1('128.232.110.120', '66.35.250.204', 34855, 80, 6)", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
      {"community_id_v1('66.35.250.204', '128.232.110.120', 80, 34855, 6, 0)", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
      {"community_id_v1('66.35.250.204', '128.232.110.120', 80, 34855, 6, 1)", "1:3V71V58M3Ksw/yuFALMcW0LAHvc="},
      {"community_id_v1_strict('192.168.1.52', '8.8.8.8', 54585, 53, 17)", "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
      {"community_id_v1_strict('8.8.8.8', '192.168.1.52', 53, 54585, 17, 1)", "1:Q9We8WO3piVF8yEQBNJF4uiSVrI="},
      {"community_id_v1('192.168.170.8', '192.168.170.56', 7, 80, 132)", "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="},
      {"community_id_v1('192.168.170.56', '192.168.170.8', 80, 7, 132, 1)", "1:Y1/0jQg6e+I3ZwZZ9LP65DNbTXU="},
      // ICMP: type and code; an answer belongs to its question.
      {"community_id_v1('192.168.0.89', '192.168.0.1', 8, 0, 1)", "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
      {"community_id_v1('192.168.0.1', '192.168.0.89', 0, 0, 1)", "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
      // IPv4 and IPv6 in one flow.
      {"community_id_v1('fe80::14b0:de4a:f8e8:522f', '127.0.0.1', 10, 64, 6)", "1:Jww+Ua4pSUNl9TvSUwvSHL4n93w="},
      {"community_id_v1('127.0.0.1', 'fe80::14b0:de4a:f8e8:522f', 64, 10, 6)", "1:Jww+Ua4pSUNl9TvSUwvSHL4n93w="},
      // Equal addresses are ordered by port.
      {"community_id_v1('::1', '::1', 1, 2, 6) = community_id_v1('::1', '::1', 2, 1, 6)", "1"},
      {"community_id_v1('::1', '::1', 1, 2, 6, -1) IS NOT NULL", "1"},
  };
  expect(cases);
}

TEST_F(DigestFunctions, community_id_of_no_flow) {
  constexpr Case cases[] = {
      {"('a', '1.2.3.4', 1, 2, 6)", "Community ID saddr cannot be parsed as IP"},
      {"('1.2.3.4', '1.2.3', 1, 2, 6)", "Community ID daddr cannot be parsed as IP"},
      {"(NULL, '1.2.3.4', 1, 2, 6)", "Community ID IPs must be strings"},
      {"('1.2.3.4', 16909060, 1, 2, 6)", "Community ID IPs must be strings"},
      {"('1.2.3.4', '1.2.3.4', '1', 2, 6)", "Community ID ports must be integers"},
      {"('1.2.3.4', '1.2.3.4', 1, NULL, 6)", "Community ID ports must be integers"},
      {"('1.2.3.4', '1.2.3.4', 1.5, 2, 6)", "Community ID ports must be integers"},
      {"('1.2.3.4', '1.2.3.4', -1, 2, 6)", "Community ID ports must fit in 2 bytes"},
      {"('1.2.3.4', '1.2.3.4', 1, 65536, 6)", "Community ID ports must fit in 2 bytes"},
      {"('1.2.3.4', '1.2.3.4', 1, 2, 'tcp')", "Community ID protocol must be an integer"},
      {"('1.2.3.4', '1.2.3.4', 1, 2, 256)", "Community ID protocol must fit in 1 byte"},
      {"('1.2.3.4', '1.2.3.4', 1, 2, 6, '0')", "Community ID seed must be an integer"},
      {"('1.2.3.4', '1.2.3.4', 1, 2, 6, 40000)", "Community ID seed must fit in 2 bytes"},
  };
  for (const auto& [arguments, why] : cases) {
    EXPECT_EQ(run(std::string("SELECT community_id_v1_strict") + arguments), std::string("error: ") + why);
    EXPECT_EQ(run(std::string("SELECT community_id_v1") + arguments), "NULL");
    EXPECT_EQ(connection_.report().warnings, std::vector<std::string>{why});
  }
}

}  // namespace
}  // namespace vigil::sql
