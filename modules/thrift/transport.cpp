// SPDX-License-Identifier: Apache-2.0
#include "modules/thrift/transport.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace vigil::extensions {
namespace {

using apache::thrift::transport::TTransportException;
using std::chrono::milliseconds;

constexpr size_t buffer_size = size_t{64} << 10;
constexpr milliseconds stop_is_seen_in{20};
// Longer ones would overflow the clock.
constexpr milliseconds longest_timeout = std::chrono::hours(24 * 365);

std::unique_ptr<uint8_t[]> make_buffer(size_t size) { return std::unique_ptr<uint8_t[]>(new uint8_t[size]); }

[[noreturn]] void fail(TTransportException::TTransportExceptionType type, const std::string& what) { throw TTransportException(type, what); }

[[noreturn]] void fail(const char* verb, int code) {
  if (code == EPIPE || code == ECONNRESET || code == ENOTCONN) fail(TTransportException::END_OF_FILE, std::string(verb) + ": the other side is gone");
  fail(TTransportException::UNKNOWN, std::string(verb) + ": " + std::strerror(code));
}

}  // namespace

Transport::Transport(int socket, milliseconds timeout, uint64_t message_max)
    : TVirtualTransport(std::make_shared<apache::thrift::TConfiguration>(INT32_MAX)),  // need() knows better
      socket_(socket),
      timeout_(std::min(timeout, longest_timeout)),
      message_max_(message_max),
      left_(message_max),
      in_(make_buffer(buffer_size)),
      capacity_(buffer_size),
      out_(make_buffer(buffer_size)) {}

void Transport::start_call(milliseconds timeout, const std::atomic<bool>* stop, uint64_t message_max) {
  deadline_ = Clock::now() + std::min(timeout, longest_timeout);
  stop_ = stop;
  message_max_ = left_ = message_max;
  written_ = 0;
}

bool Transport::next_message() {
  deadline_.reset();
  left_ = message_max_;
  while (from_ == to_) {
    // Alone in this wait the call may block: to shut the socket down ends it.
    const ssize_t n = ::recv(socket_, in_.get(), capacity_, 0);
    if (n > 0) {
      from_ = 0;
      to_ = static_cast<size_t>(n);
    } else if (n == 0 || errno == ECONNRESET) {
      return false;
    } else if (errno == EAGAIN) {
      wait(POLLIN);
    } else if (errno != EINTR) {
      fail("read", errno);
    }
  }
  deadline_ = Clock::now() + timeout_;
  return true;
}

void Transport::need(uint64_t size) {
  if (size > left_) throw TooMuch("a message of more than " + std::to_string(message_max_) + " bytes");
  while (to_ - from_ < size) receive();
}

// Receives what there is, at least one byte.
void Transport::receive() {
  if (from_ == to_) from_ = to_ = 0;
  if (to_ == capacity_ && from_ > 0) {
    std::memmove(in_.get(), in_.get() + from_, to_ - from_);
    to_ -= from_;
    from_ = 0;
  }
  if (to_ == capacity_) {
    auto more = make_buffer(capacity_ * 2);
    std::memcpy(more.get(), in_.get(), to_);
    in_ = std::move(more);
    capacity_ *= 2;
  }
  for (;;) {
    const ssize_t n = ::recv(socket_, in_.get() + to_, capacity_ - to_, MSG_DONTWAIT);
    if (n > 0) {
      to_ += static_cast<size_t>(n);
      return;
    }
    if (n == 0) fail(TTransportException::END_OF_FILE, "the connection was closed in the middle of a message");
    if (errno != EAGAIN && errno != EINTR) fail("read", errno);
    wait(POLLIN);
  }
}

void Transport::send(const uint8_t* data, size_t size) {
  if (!deadline_) deadline_ = Clock::now() + timeout_;
  while (size > 0) {
    const ssize_t n = ::send(socket_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) {
      data += n;
      size -= static_cast<size_t>(n);
    } else if (errno == EAGAIN || errno == EINTR) {
      wait(POLLOUT);
    } else {
      fail("write", errno);
    }
  }
}

void Transport::wait(short events) {
  for (;;) {
    if (stop_ && stop_->load(std::memory_order_relaxed)) fail(TTransportException::INTERRUPTED, "it was stopped");
    int patience = -1;
    if (deadline_) {
      const auto left = std::chrono::ceil<milliseconds>(*deadline_ - Clock::now());
      if (left <= milliseconds(0)) fail(TTransportException::TIMED_OUT, events == POLLIN ? "sent no whole message" : "took no whole message");
      patience = static_cast<int>(std::min<int64_t>(left.count(), INT32_MAX));
    }
    if (stop_ && (patience < 0 || patience > stop_is_seen_in.count())) patience = static_cast<int>(stop_is_seen_in.count());
    pollfd one = {socket_, events, 0};
    const int n = ::poll(&one, 1, patience);
    if (n > 0) return;
    if (n < 0 && errno != EINTR) fail("wait for the other side", errno);
  }
}

uint32_t Transport::read(uint8_t* buffer, uint32_t size) {
  if (size == 0) return 0;
  need(1);
  return readAll(buffer, static_cast<uint32_t>(std::min<size_t>(size, to_ - from_)));
}

uint32_t Transport::readAll(uint8_t* buffer, uint32_t size) {
  need(size);
  std::memcpy(buffer, in_.get() + from_, size);
  consume(size);
  return size;
}

// Always from the buffer, however long: Thrift would make room for a text by
// its length alone, before a byte of it is there.
const uint8_t* Transport::borrow(uint8_t*, uint32_t* size) {
  need(*size);
  return in_.get() + from_;
}

void Transport::consume(uint32_t size) {
  from_ += size;
  left_ -= size;
}

// The end of a message. What waits for its answer, or works on it, is not late.
uint32_t Transport::readEnd() {
  deadline_.reset();
  stop_ = nullptr;
  if (from_ == to_ && capacity_ > buffer_size) {
    in_ = make_buffer(buffer_size);
    capacity_ = buffer_size;
    from_ = to_ = 0;
  }
  return 0;
}

void Transport::write(const uint8_t* buffer, uint32_t size) {
  if (size > buffer_size - written_) {
    send(out_.get(), std::exchange(written_, 0));
    if (size > buffer_size) return send(buffer, size);
  }
  std::memcpy(out_.get() + written_, buffer, size);
  written_ += size;
}

void Transport::flush() { send(out_.get(), std::exchange(written_, 0)); }

}  // namespace vigil::extensions
