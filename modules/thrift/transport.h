// SPDX-License-Identifier: Apache-2.0
// Transport: a connected stream socket as Thrift reads and writes it, buffered
// and bounded: by a deadline, by somebody's wish to stop, and by the size of a
// message. What goes wrong is a TTransportException, or a TooMuch.
#pragma once

#include <thrift/transport/TVirtualTransport.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace vigil::extensions {

// The other side sends more than is taken.
class TooMuch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Transport : public apache::thrift::transport::TVirtualTransport<Transport> {
 public:
  // `socket` stays the caller's. `timeout`: in which a message that began has to
  // be whole, unless start_call() sets a deadline.
  Transport(int socket, std::chrono::milliseconds timeout, uint64_t message_max);

  // A client's call begins: its bounds hold until the answer is read.
  void start_call(std::chrono::milliseconds timeout, const std::atomic<bool>* stop, uint64_t message_max);

  // Waits for a caller's next message, for ever if need be. False when the
  // other side has closed the connection.
  bool next_message();

  // Waits until `size` more bytes of this message are there. Memory grows only
  // with what arrives.
  void need(uint64_t size);

  // True when something of an answer came.
  bool answered() const { return left_ != message_max_ || from_ != to_; }

  // What Thrift calls.
  bool isOpen() const override { return true; }
  uint32_t read(uint8_t* buffer, uint32_t size);
  uint32_t readAll(uint8_t* buffer, uint32_t size);
  void write(const uint8_t* buffer, uint32_t size);
  const uint8_t* borrow(uint8_t* buffer, uint32_t* size);
  void consume(uint32_t size);
  uint32_t readEnd() override;
  void flush() override;

 private:
  using Clock = std::chrono::steady_clock;

  void receive();
  void send(const uint8_t* data, size_t size);
  void wait(short events);

  const int socket_;
  std::chrono::milliseconds timeout_;
  std::optional<Clock::time_point> deadline_;  // of the message that is on its way
  const std::atomic<bool>* stop_ = nullptr;
  uint64_t message_max_, left_;  // bytes of one message, and how many are not yet read

  // Received and not yet read: [from_, to_) of in_.
  std::unique_ptr<uint8_t[]> in_;
  size_t capacity_, from_ = 0, to_ = 0;
  // Written and not yet sent.
  std::unique_ptr<uint8_t[]> out_;
  size_t written_ = 0;
};

}  // namespace vigil::extensions
