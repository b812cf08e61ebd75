// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or an Error that says what failed and why.
//
// Functions that can fail return Result. Callers either use the value, pass
// the error up with added context, or decide that the failure is harmless.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vigil {

struct Error {
  std::string message;  // lower case, no final period: "read '/proc/1/io': ..."
  int code = 0;         // errno, or 0 when no system call was involved

  // The same error, prefixed with what the caller was trying to do.
  Error within(const std::string& what) && { return {what + ": " + std::move(message), code}; }
};

// The error of the system call that just failed, as "verb 'object': reason".
Error os_error(const char* verb, std::string_view object, int code);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  Error& error() { return *std::get_if<1>(&state_); }
  const Error& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return !error_; }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace vigil
