// SPDX-License-Identifier: Apache-2.0
// The logger syslog: one message for each record, to the socket of the daemon
// that listens there. Not by syslog(3), which belongs to the whole process,
// blocks, and says nothing of messages that are lost.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "core/base/fd.h"
#include "osqueryd/log/lane.h"
#include "osqueryd/log/loggers.h"
#include "osqueryd/log/syslog_message.h"

namespace vigil::log {
namespace {

constexpr int patience_ms = 5000;
constexpr int local3 = 19;
constexpr int informational = 6;

// NOTICE, WARNING, ERR, CRIT.
int priority(Severity severity) { return std::array{5, 4, 3, 2}[static_cast<size_t>(severity)]; }

std::string host_name() {
  char name[256] = "";
  (void)::gethostname(name, sizeof name - 1);
  return name;
}

class Syslog final : public Logger {
 public:
  Syslog(GetSettings settings, Log& log, const Clock& clock) : get_settings_(std::move(settings)), log_(log), clock_(clock) { reopen(); }

  std::string_view name() const override { return "syslog"; }
  bool wants(Kind) const override { return true; }

  void reopen() override {
    settings_ = get_settings_();
    if (settings_.syslog_facility < 0 || settings_.syslog_facility > 23) settings_.syslog_facility = local3;
    socket_ = Fd();
  }

  void send(std::span<const Record> records, Done done) override {
    Outcome outcome;
    for (const Record& record : records) {
      outcome.status = write(message(record));
      if (!outcome.status) break;
      ++outcome.sent;
    }
    if (left_out_ > 0) log_.warning("logger syslog: left out " + std::to_string(left_out_) + " records that are too long for the socket");
    left_out_ = 0;
    done(std::move(outcome));
  }

 private:
  std::string message(const Record& record) const {
    SyslogMessage message;
    message.facility = settings_.syslog_facility;
    message.severity = informational;
    message.time = clock_.wall();
    message.host = host_name();
    message.program = settings_.program;
    message.pid = ::getpid();
    message.id = kind_name(record.kind);
    if (record.kind == Kind::status) {
      const Status status = unpack_status(record.text).value_or(Status{{Severity::error, "syslog.cpp", __LINE__, "a status line was damaged"}, 0, 0});
      message.severity = priority(status.line.severity);
      message.text = settings_.status_line ? settings_.status_line(status) : plain_text(status);
      message.time = status.time;
    } else {
      message.text = (settings_.syslog_cee ? "@cee:" : "") + record.text;
    }
    if (!settings_.rfc5424) return bsd_syslog(message);
    if (record.kind != Kind::status) message.parameters.emplace_back("query", query_of(record.text));
    message.parameters.emplace_back("kind", kind_name(record.kind));
    return rfc5424(message);
  }

  Result<void> connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& path = settings_.syslog_socket;
    if (path.size() >= sizeof address.sun_path) return os_error("connect to", path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    for (const int type : {SOCK_DGRAM, SOCK_STREAM}) {
      socket_ = Fd(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      stream_ = type == SOCK_STREAM;
      if (socket_ && ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return {};
      if (errno != EPROTOTYPE) break;
    }
    const int reason = errno;
    socket_ = Fd();
    return os_error("connect to", path, reason);
  }

  Result<void> write(std::string message) {
    if (!socket_)
      if (auto done = connect(); !done) return done;
    if (stream_) message += '\0';
    size_t sent = 0;
    while (sent < message.size()) {
      const ssize_t count = ::send(socket_.get(), message.data() + sent, message.size() - sent, MSG_NOSIGNAL);
      if (count >= 0) {
        sent += static_cast<size_t>(count);
        continue;
      }
      if (errno == EINTR) continue;
      if (errno == EMSGSIZE) {
        ++left_out_;
        return {};
      }
      if (errno == EAGAIN && wait()) continue;
      const int reason = errno;
      // What comes next starts with a new connection, not in the middle of a message.
      socket_ = Fd();
      return os_error("write to", settings_.syslog_socket, reason);
    }
    return {};
  }

  bool wait() const {
    pollfd ready{socket_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, patience_ms) > 0) return true;
    errno = ETIMEDOUT;
    return false;
  }

  const GetSettings get_settings_;
  Log& log_;
  const Clock& clock_;
  LoggerSettings settings_;
  Fd socket_;
  bool stream_ = false;
  size_t left_out_ = 0;
};

}  // namespace

std::unique_ptr<Logger> make_syslog_logger(GetSettings settings, Log& log, const Clock& clock) {
  return std::make_unique<Syslog>(std::move(settings), log, clock);
}

}  // namespace vigil::log
