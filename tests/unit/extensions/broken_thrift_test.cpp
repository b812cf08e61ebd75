// SPDX-License-Identifier: Apache-2.0
// Bytes that no honest side sends: to a client as answers, to a server as
// questions.
#include <sys/resource.h>

#include "extensions_testing.h"

namespace vigil::extensions {
namespace {

using namespace wire;

class BrokenThrift : public testing::Test {
 protected:
  // Whoever asks gets these bytes, and then the end of the connection.
  std::unique_ptr<Server> answering(const std::string& bytes) {
    const auto answer = [bytes](int socket, const Peer&) -> Result<void> {
      char some[4096];
      if (::recv(socket, some, sizeof some, 0) > 0) send_all(socket, bytes);
      return {};
    };
    return listen(path, answer, log);
  }

  std::string error_of(const std::string& bytes, const Bounds& bounds = {}) {
    const auto server = answering(bytes);
    const auto answer = connect(path)->query("SELECT 1", bounds);
    return answer ? "no error" : answer.error().message;
  }

  Folder folder;
  Lines log;
  const std::string path = folder / "em";
  const std::string it = "'" + path + "'";
};

TEST_F(BrokenThrift, WholeAnswers) {
  EXPECT_EQ(error_of(answer() + rows(0) + end(2)), "no error");
  EXPECT_EQ(error_of(answer() + rows(2) + pairs(1) + text("a") + text("b") + pairs(0) + end(2)), "no error");
  // The same key twice is one.
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(2) + text("a") + text("b") + text("a") + text("c") + end(2)), "no error");
  // Fields of a later version, and one of another type, are passed over.
  const std::string unknown = field(list, 77) + rows(3, i64) + std::string(24, 'x') + field(set, 78) + rows(1, byte) + "x" + field(map, 79) +
                              pairs(1, string, list) + text("k") + rows(1, structure) + field(string, 1) + text("v") + end();
  EXPECT_EQ(error_of(answer() + rows(0) + unknown + end(2)), "no error");
  EXPECT_EQ(error_of(head(reply, "query") + field(structure, 0) + field(string, 1) + text("no status") + field(i32, 2) + number(9, 4) + end(2)),
            "no error");
}

TEST_F(BrokenThrift, Answers) {
  const std::string none = " sent what is no Thrift: ", much = " sent too much: a message of more than 268435456 bytes";
  EXPECT_EQ(error_of(""), it + " closed the connection and gave no answer");
  EXPECT_EQ(error_of("H"), it + " closed the connection in the middle of its answer");
  EXPECT_EQ(error_of("HTTP/1.1 400 Bad Request\r\n\r\n"), it + none + "a message that names no method");
  EXPECT_EQ(error_of(std::string(100, '\xff')), it + none + "a message of another version");
  EXPECT_EQ(error_of(std::string(100, '\0')), it + none + "a message of the unknown type 0");
  EXPECT_EQ(error_of(head(call, "query") + end()), it + none + "a message of type 1 where an answer should be");
  EXPECT_EQ(error_of(head(reply, "pong\n") + end()), it + none + "an answer to 'pong?' where 'query' was asked");
  EXPECT_EQ(error_of(head(reply, "query", 2) + end()), it + none + "an answer to question 2 where 1 was asked");
  EXPECT_EQ(error_of(head(reply, "query") + end()), it + " refused the call: query failed: unknown result");
  EXPECT_EQ(error_of(head(exception, "query") + field(string, 1) + text("not now") + field(i32, 2) + number(6, 4) + end()),
            it + " refused the call: not now");

  // Sizes that nothing backs.
  EXPECT_EQ(error_of(answer() + rows(0x7fffffff)), it + much);
  EXPECT_EQ(error_of(answer() + rows(0x40000000)), it + much) << "four bytes each come to zero in 32 bits";
  EXPECT_EQ(error_of(answer() + rows(0xffffffff)), it + none + "a container of negative size");
  EXPECT_EQ(error_of(answer() + rows(0x7fffffff, structure)), it + none + "a list of something else than rows");
  EXPECT_EQ(error_of(answer() + rows(1000, stop)), it + none + "a list of something else than rows");
  EXPECT_EQ(error_of(answer() + rows(40'000'000)), it + " closed the connection in the middle of its answer");
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(0x7fffffff)), it + much);
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(5, stop, stop)), it + none + "values of type 0, which take no bytes");
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(5, Type(99))), it + none + "a value of the unknown type 99");
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(1) + number(0x7fffffff, 4) + "xxxx"), it + much);
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(1) + number(200'000'000, 4) + std::string(20, 'x')),
            it + " closed the connection in the middle of its answer");
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(1) + number(0x80000000, 4) + "xxxx"), it + none + "a text of negative size");
  for (const Type type : {list, set})
    EXPECT_EQ(error_of(head(reply, "query") + field(type, 99) + rows(0x7fffffff, stop)), it + none + "values of type 0, which take no bytes");

  // As deep as the stack.
  std::string deep = head(reply, "query");
  for (int i = 0; i < 100'000; ++i) deep += field(structure, 9);
  EXPECT_EQ(error_of(deep), it + none + "TProtocolException: Exceeded depth limit");
}

// Memory is for what comes, not for what is claimed.
TEST_F(BrokenThrift, ClaimsTakeNoMemory) {
  const auto peak = [] {
    rusage usage;
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;  // KiB
  };
  const auto before = peak();
  const std::string middle = it + " closed the connection in the middle of its answer";
  EXPECT_EQ(error_of(answer() + rows(40'000'000)), middle);
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(30'000'000)), middle);
  EXPECT_EQ(error_of(answer() + rows(1) + pairs(1) + number(250'000'000, 4) + "xxxx"), middle);
  EXPECT_LT(peak() - before, 50'000);
}

// Each beginning of a whole answer is none.
TEST_F(BrokenThrift, CutShort) {
  const std::string whole = answer() + rows(1) + pairs(1) + text("name") + text("value") + end(2);
  ASSERT_EQ(error_of(whole), "no error");
  for (size_t size = 1; size < whole.size(); ++size)
    EXPECT_EQ(error_of(whole.substr(0, size)), it + " closed the connection in the middle of its answer") << "after " << size << " bytes";
}

TEST_F(BrokenThrift, BoundsOfAClient) {
  Bounds bounds;
  bounds.string_max = 5;
  const std::string row = answer() + rows(1) + pairs(1);
  EXPECT_EQ(error_of(row + text("12345") + text("1234") + end(2), bounds), "no error");
  EXPECT_EQ(error_of(row + text("12345") + text("123456") + end(2), bounds), it + " sent too much: a text of 6 bytes; at most 5 are taken");
  EXPECT_EQ(error_of(answer() + rows(0) + field(string, 9) + text("123456") + end(2), bounds),
            it + " sent too much: a text of 6 bytes; at most 5 are taken");
  const std::string whole = row + text("name") + text("value") + end(2);
  bounds.message_max = whole.size();
  EXPECT_EQ(error_of(whole, bounds), "no error");
  bounds.message_max -= 1;
  EXPECT_EQ(error_of(whole, bounds), it + " sent too much: a message of more than " + std::to_string(bounds.message_max) + " bytes");
}

// Something comes all the time, and the answer never.
TEST_F(BrokenThrift, ByteByByte) {
  std::atomic<bool> stop = false;
  std::atomic<int> sent = 0;
  const auto drip = [&](int socket, const Peer&) -> Result<void> {
    const std::string bytes = answer() + rows(1) + pairs(1) + text(std::string(100'000, 'x'));
    for (const char byte : bytes) {
      if (::send(socket, &byte, 1, MSG_NOSIGNAL) != 1) break;
      if (++sent > 30) stop = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
  };
  const auto server = listen(path, drip, log);
  Bounds bounds;
  bounds.timeout = std::chrono::milliseconds(100);
  EXPECT_EQ(connect(path)->query("", bounds).error().message, it + ": no answer within 100 ms");
  sent = 0;
  stop = false;
  bounds.timeout = std::chrono::hours(1);
  bounds.stop = &stop;
  EXPECT_EQ(connect(path)->query("", bounds).error().message, it + ": the call was stopped");
}

// A server on one end of a pair of sockets.
class Served {
 public:
  explicit Served(ServeLimits limits = {}) {
    int both[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both), 0);
    ours_ = Fd(both[0]);
    theirs_ = Fd(both[1]);
    thread_ = std::thread([this, limits] {
      const auto ended = module().serve_manager(theirs_.get(), manager_, {}, limits);
      error_ = ended ? "" : ended.error().message;
      ::shutdown(theirs_.get(), SHUT_RDWR);
    });
  }
  ~Served() {
    if (thread_.joinable()) (void)end();
  }

  int socket() const { return ours_.get(); }
  // What the server says when no more comes.
  std::string end() {
    ::shutdown(ours_.get(), SHUT_WR);
    thread_.join();
    return error_;
  }
  std::string answers() {
    ::shutdown(ours_.get(), SHUT_WR);
    return receive_all(ours_.get());
  }

 private:
  EchoManager manager_;
  Fd ours_, theirs_;
  std::string error_;
  std::thread thread_;
};

std::string ending(const std::string& bytes, const ServeLimits& limits = {}) {
  Served served(limits);
  send_all(served.socket(), bytes);
  return served.end();
}

TEST_F(BrokenThrift, Questions) {
  EXPECT_EQ(ending(""), "");
  EXPECT_EQ(ending(query("a") + query("b")), "");
  EXPECT_EQ(ending(head(oneway, "shutdown") + end()), "");
  EXPECT_EQ(ending("GET / HTTP/1.1\r\n\r\n"), "sent what is no Thrift: a message that names no method");
  EXPECT_EQ(ending(std::string(64, '\xff')), "sent what is no Thrift: a message of another version");
  EXPECT_EQ(ending(head(reply, "query") + end()), "sent what is no Thrift: a message of type 2 where a call should be");
  EXPECT_EQ(ending(query("a").substr(0, 20)), "the connection was closed in the middle of a message");
  EXPECT_EQ(ending(head(call, "query") + field(string, 1) + number(0x7fffffff, 4)), "sent too much: a message of more than 67108864 bytes");
  EXPECT_EQ(ending(head(call, "no such") + field(map, 1) + pairs(0x7fffffff, byte, byte)), "sent too much: a message of more than 67108864 bytes");
  ServeLimits limits;
  limits.string_max = 10;
  EXPECT_EQ(ending(query("1234567890"), limits), "");
  EXPECT_EQ(ending(query("12345678901"), limits), "sent too much: a text of 11 bytes; at most 10 are taken");
  limits.message_max = query("12345").size();
  EXPECT_EQ(ending(query("12345") + query("54321"), limits), "") << "the bound is that of one message";
  EXPECT_EQ(ending(query("123456"), limits), "sent too much: a message of more than " + std::to_string(limits.message_max) + " bytes");
}

TEST_F(BrokenThrift, AnswersToOddQuestions) {
  // Two at once, one byte at a time, the second without a version and with a number of its own.
  Served served;
  const std::string old = text("ping") + std::string(1, '\1') + number(77, 4) + end();
  for (const char byte : query("SELECT 1", 5) + old) send_all(served.socket(), {&byte, 1});
  const std::string answers = served.answers();
  EXPECT_NE(answers.find(head(reply, "query", 5)), answers.npos);
  EXPECT_NE(answers.find("SELECT 1"), answers.npos);
  EXPECT_NE(answers.find(head(reply, "ping", 77)), answers.npos);
  EXPECT_NE(answers.find("pong"), answers.npos);
  EXPECT_EQ(served.end(), "");

  Served unknown;
  send_all(unknown.socket(), head(call, "drop", 3) + field(string, 1) + text("x") + end());
  EXPECT_TRUE(unknown.answers().starts_with(head(exception, "drop", 3) + field(string, 1) + text("Invalid method name: 'drop'")));
}

TEST_F(BrokenThrift, SlowQuestions) {
  ServeLimits limits;
  limits.timeout = std::chrono::milliseconds(50);
  // What has begun has to end; before that there is time.
  Served served(limits);
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  send_all(served.socket(), query("a"));
  char first;
  EXPECT_EQ(::recv(served.socket(), &first, 1, 0), 1);
  send_all(served.socket(), query("b").substr(0, 5));
  receive_all(served.socket());
  EXPECT_EQ(served.end(), "sent no whole message within 50 ms");
}

TEST_F(BrokenThrift, AnswersThatNobodyTakes) {
  ServeLimits limits;
  limits.timeout = std::chrono::milliseconds(50);
  Served patient(limits);
  send_all(patient.socket(), query("bytes 3000000"));
  EXPECT_EQ(patient.end(), "took no whole message within 50 ms");

  // Gone before the answer: no signal ends this process.
  Served gone;
  send_all(gone.socket(), query("bytes 3000000"));
  char first;
  EXPECT_EQ(::recv(gone.socket(), &first, 1, 0), 1);
  ::shutdown(gone.socket(), SHUT_RDWR);
  EXPECT_EQ(gone.end(), "write: the other side is gone");
}

}  // namespace
}  // namespace vigil::extensions
