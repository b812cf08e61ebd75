// SPDX-License-Identifier: Apache-2.0
// Rows<Row>: the lazy sequence that a table's scan() returns.
//
// A scan is a coroutine. It runs only as far as the next row that SQLite asks
// for, so LIMIT, EXISTS and a closed cursor stop it without its knowing.
//
//   co_yield row            hands one row, which is a variable, to SQLite
//   co_await result         the value of a Result, or ends the scan with its error
//   co_await failed(error)  ends the scan with this error, or with one of this text
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "core/base/result.h"

namespace vigil::sql {

// GCC 12 destroys what is built of its members in place after co_await - a
// Result, an Error - twice; the result of a call it does not, nor a text.
inline Result<void> failed(const Error& error) { return error; }
inline Result<void> failed(std::string message) { return Error{std::move(message)}; }
Result<void> failed(Error&& built_in_place) = delete;

template <class Row>
class Rows {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  struct promise_type {
    const Row* row = nullptr;
    std::optional<Error> error;

    Rows get_return_object() { return Rows(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() {
      try {
        throw;
      } catch (const std::exception& e) {
        error = Error{e.what()};
      } catch (...) {
        error = Error{"unknown exception"};
      }
    }

    std::suspend_always yield_value(const Row& r) noexcept {
      row = &r;
      return {};
    }
    // GCC 12 destroys the members of a Row{...} that is built in place after
    // co_yield twice. Build it in a variable first.
    std::suspend_always yield_value(Row&& built_in_place) = delete;

    template <class T>
    auto await_transform(Result<T> result) {
      struct Unwrap {
        Result<T> result;
        promise_type* promise;
        bool await_ready() const noexcept { return static_cast<bool>(result); }
        void await_suspend(Handle) { promise->error = std::move(result.error()); }
        T await_resume() {
          if constexpr (!std::is_void_v<T>) return std::move(*result);
        }
      };
      return Unwrap{std::move(result), this};
    }
  };

  Rows(Rows&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~Rows() {
    if (handle_) handle_.destroy();
  }

  // Moves to the next row; false at the end or on error.
  bool next() {
    if (error() || handle_.done()) return false;
    handle_.resume();
    return !error() && !handle_.done();
  }
  // Valid until the next call of next().
  const Row& row() const { return *handle_.promise().row; }
  const std::optional<Error>& error() const { return handle_.promise().error; }

 private:
  explicit Rows(Handle handle) : handle_(handle) {}
  Handle handle_;
};

}  // namespace vigil::sql
