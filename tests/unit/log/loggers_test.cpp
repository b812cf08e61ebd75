// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/loggers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "osqueryd/log/syslog_message.h"
#include "tests/unit/log/log_testing.h"

namespace vigil::log {
namespace {

using Texts = std::vector<std::string>;

// The socket of a syslog daemon.
class Listener {
 public:
  Listener(std::string path, int type) : path_(std::move(path)), type_(type) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ::unlink(path_.c_str());
    socket_ = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    if (type == SOCK_STREAM) {
      EXPECT_EQ(::listen(socket_, 1), 0);
    }
  }
  ~Listener() {
    ::close(socket_);
    if (peer_ >= 0) ::close(peer_);
  }
  std::string receive() {
    if (type_ == SOCK_STREAM && peer_ < 0) peer_ = ::accept(socket_, nullptr, nullptr);
    std::string text(1 << 20, '\0');
    pollfd ready{peer_ >= 0 ? peer_ : socket_, POLLIN, 0};
    if (::poll(&ready, 1, 10'000) != 1) return "nothing came";
    const ssize_t count = ::recv(ready.fd, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }

 private:
  const std::string path_;
  const int type_;
  int socket_ = -1, peer_ = -1;
};

class LoggersTest : public testing::Test {
 protected:
  LoggersTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    settings_.syslog_socket = folder_ / "log";
  }
  std::unique_ptr<Logger> make(const std::string& name) {
    auto logger = make_logger(
        name, [this] { return settings_; }, lines_, clock_);
    EXPECT_TRUE(logger) << logger.error().message;
    return std::move(*logger);
  }
  static Logger::Outcome send(Logger& logger, const std::vector<Record>& records) {
    Logger::Outcome outcome;
    logger.send(records, [&](Logger::Outcome each) { outcome = std::move(each); });
    return outcome;
  }
  Record status(Severity severity, const std::string& message) {
    return record(Kind::status, pack_status({{severity, "x.cpp", 7, message}, clock_.wall(), 42}));
  }
  std::string tag() const { return "Sep  2 09:05:07 osqueryd[" + std::to_string(::getpid()) + "]: "; }

  Folder folder_;
  FakeClock clock_;
  Lines lines_;
  LoggerSettings settings_;
};

TEST_F(LoggersTest, NamesAreAListWithoutRepetition) {
  EXPECT_EQ(logger_names(" filesystem, syslog,,filesystem "), (Texts{"filesystem", "syslog"}));
  EXPECT_TRUE(logger_names("").empty());
}

TEST_F(LoggersTest, UnknownNamesAreErrors) {
  const auto error = [&](const std::string& name) {
    return make_logger(
               name, [this] { return settings_; }, lines_, clock_)
        .error()
        .message;
  };
  EXPECT_EQ(error("kafka_producer"), "this build has no logger 'kafka_producer'");
  EXPECT_EQ(error("aws_kinesis"), "this build has no logger 'aws_kinesis'");
  EXPECT_EQ(error("fliesystem"), "there is no logger 'fliesystem'; there are filesystem, stdout, syslog and none");
  EXPECT_EQ(make("none"), nullptr);
  EXPECT_EQ(make("stdout")->name(), "stdout");
}

TEST_F(LoggersTest, StdoutWritesLines) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  settings_.stdout_fd = pipe[1];
  const auto logger = make("stdout");
  EXPECT_EQ(send(*logger, records(Kind::result, {"{\"a\":1}", "{}"})).sent, 2u);
  EXPECT_EQ(send(*logger, {status(Severity::warning, "two\nlines")}).sent, 1u);
  settings_.status_line = [](const Status& each) { return "{" + each.line.message + "}"; };
  logger->reopen();
  EXPECT_EQ(send(*logger, {status(Severity::warning, "w")}).sent, 1u);
  char text[4096];
  const ssize_t count = ::read(pipe[0], text, sizeof text);
  EXPECT_EQ(std::string(text, static_cast<size_t>(count)), "{\"a\":1}\n{}\nseverity=1 location=x.cpp:7 message=two\\nlines\n{w}\n");
  ::close(pipe[0]);
  ::signal(SIGPIPE, SIG_IGN);
  const auto outcome = send(*logger, records(Kind::result, {"x"}));
  EXPECT_EQ(outcome.sent, 0u);
  EXPECT_EQ(outcome.status.error().message, "write 'standard output': Broken pipe");
  ::close(pipe[1]);
}

TEST_F(LoggersTest, StdoutWaitsForASlowReader) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  settings_.stdout_fd = pipe[1];
  const auto logger = make("stdout");
  std::string got;
  std::thread reader([&] {
    char text[1000];
    for (ssize_t count; (count = ::read(pipe[0], text, sizeof text)) > 0;) got.append(text, static_cast<size_t>(count));
  });
  const std::string line(300'000, 'x');
  EXPECT_EQ(send(*logger, records(Kind::result, {line, "end"})).sent, 2u);
  ::close(pipe[1]);
  reader.join();
  ::close(pipe[0]);
  EXPECT_EQ(got, line + "\nend\n");
}

TEST_F(LoggersTest, SyslogSpeaksAsTheLibraryDoes) {
  Listener listener(settings_.syslog_socket, SOCK_DGRAM);
  const auto logger = make("syslog");
  EXPECT_EQ(send(*logger, records(Kind::result, {"{\"a\":\"b\"}"})).sent, 1u);
  EXPECT_EQ(listener.receive(), "<158>" + tag() + "{\"a\":\"b\"}");
  EXPECT_EQ(send(*logger,
                 {status(Severity::info, "i"), status(Severity::warning, "w"), status(Severity::error, "two\nlines"), status(Severity::fatal, "f")})
                .sent,
            4u);
  EXPECT_EQ(listener.receive(), "<157>" + tag() + "severity=0 location=x.cpp:7 message=i");
  EXPECT_EQ(listener.receive(), "<156>" + tag() + "severity=1 location=x.cpp:7 message=w");
  EXPECT_EQ(listener.receive(), "<155>" + tag() + "severity=2 location=x.cpp:7 message=two\\nlines");
  EXPECT_EQ(listener.receive(), "<154>" + tag() + "severity=3 location=x.cpp:7 message=f");
}

TEST_F(LoggersTest, SyslogHasACookieAndFacilities) {
  Listener listener(settings_.syslog_socket, SOCK_DGRAM);
  settings_.syslog_cee = true;
  settings_.syslog_facility = 1;
  const auto logger = make("syslog");
  send(*logger, records(Kind::snapshot, {"{}"}));
  EXPECT_EQ(listener.receive(), "<14>" + tag() + "@cee:{}");
  settings_.syslog_facility = 24;
  logger->reopen();
  send(*logger, {status(Severity::info, "i")});
  EXPECT_EQ(listener.receive(), "<157>" + tag() + "severity=0 location=x.cpp:7 message=i");
}

TEST_F(LoggersTest, SyslogOverAStream) {
  Listener listener(settings_.syslog_socket, SOCK_STREAM);
  const auto logger = make("syslog");
  EXPECT_EQ(send(*logger, records(Kind::result, {"{}"})).sent, 1u);
  EXPECT_EQ(listener.receive(), "<158>" + tag() + "{}" + std::string(1, '\0'));
}

TEST_F(LoggersTest, SyslogThatIsAwayFailsAndComesBack) {
  const auto logger = make("syslog");
  const auto pending = records(Kind::result, {"{}"});
  EXPECT_EQ(send(*logger, pending).status.error().message, "connect to '" + settings_.syslog_socket + "': No such file or directory");
  {
    Listener first(settings_.syslog_socket, SOCK_DGRAM);
    EXPECT_EQ(send(*logger, pending).sent, 1u);
  }
  EXPECT_EQ(send(*logger, pending).sent, 0u);
  Listener second(settings_.syslog_socket, SOCK_DGRAM);
  EXPECT_EQ(send(*logger, pending).sent, 1u);
  EXPECT_EQ(second.receive(), "<158>" + tag() + "{}");
}

TEST_F(LoggersTest, WhatIsTooLongForSyslogIsLeftOutWithAWord) {
  Listener listener(settings_.syslog_socket, SOCK_DGRAM);
  const auto logger = make("syslog");
  EXPECT_EQ(send(*logger, records(Kind::snapshot, {std::string(8 << 20, 'x'), "{}"})).sent, 2u);
  EXPECT_EQ(listener.receive(), "<158>" + tag() + "{}");
  EXPECT_EQ(lines_.messages(), Texts{"logger syslog: left out 1 records that are too long for the socket"});
}

TEST_F(LoggersTest, Rfc5424) {
  Listener listener(settings_.syslog_socket, SOCK_DGRAM);
  settings_.rfc5424 = true;
  const auto logger = make("syslog");
  send(*logger, records(Kind::result, {R"({"name":"p\"]\\q","columns":{"name":"no"}})"}));
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  const std::string head = std::string("1 2025-09-02T09:05:07.000000Z ") + host + " osqueryd " + std::to_string(::getpid());
  EXPECT_EQ(listener.receive(),
            "<158>" + head + R"( result [vigil@32473 query="p\"\]\\q" kind="result"] {"name":"p\"]\\q","columns":{"name":"no"}})");
  send(*logger, {status(Severity::error, "a\nb")});
  EXPECT_EQ(listener.receive(), "<155>" + head + R"( status [vigil@32473 kind="status"] severity=2 location=x.cpp:7 message=a\nb)");
}

TEST(SyslogMessage, NoTextEscapes) {
  SyslogMessage message;
  message.host = "a b\nc";
  message.program = "";
  message.id = "x\"]";
  message.parameters.emplace_back("query", "a\"] evil\n\\\xff");
  message.text = "one\ntwo\0three";
  EXPECT_EQ(rfc5424(message), "<158>1 1970-01-01T00:00:00.000000Z a_b_c - 0 x\"] [vigil@32473 query=\"a\\\"\\] evil\\\\n\\\\\\\\xff\"] one\\ntwo");
  EXPECT_EQ(bsd_syslog(message).find('\n'), std::string::npos);
}

TEST(SyslogMessage, QueryOfEachEnvelope) {
  EXPECT_EQ(query_of(R"({"diffResults":{"name":"no"},"snapshot":[{"name":"no"}],"name":"q"})"), "q");
  EXPECT_EQ(query_of(R"({"type":"x","data":{"name":"no","server_log":{"log_path":"q","log_data":{"name":"no"}}}})"), "q");
  EXPECT_EQ(query_of(R"({"event":{"name":"no"},"rule":{"name":"q"},"osquery":{"name":"no"}})"), "q");
  EXPECT_EQ(query_of("no json"), "");
  EXPECT_EQ(query_of(R"({"name":5})"), "");
}

}  // namespace
}  // namespace vigil::log
