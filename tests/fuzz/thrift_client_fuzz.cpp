// SPDX-License-Identifier: Apache-2.0
// What an extension answers: an error with a text, or no more than its bytes
// hold. The first byte says what it was asked.
#include <utility>

#include "modules/thrift/client.h"
#include "tests/fuzz/socket_pair.h"

namespace {

using namespace vigil::extensions;

// More than any answer of `size` bytes holds.
void check(const Response& rows, size_t size) {
  if (rows.size() > size) std::abort();
  size_t held = 0;
  for (const auto& row : rows)
    for (const auto& [name, value] : row) held += 8 + name.size() + value.size();
  if (held > size) std::abort();
}

template <class T>
const T* checked(const vigil::Result<T>& answer) {
  if (!answer && answer.error().message.empty()) std::abort();
  return answer ? &*answer : nullptr;
}

void ask(Client& client, unsigned method, size_t size, const Bounds& bounds) {
  if (method == 0) {
    checked(client.ping(bounds));
  } else if (method == 1) {
    if (const auto answer = client.call("table", "name", {{"action", "generate"}}, bounds); checked(answer)) check(answer->response, size);
  } else if (method == 2) {
    if (const auto done = client.shutdown(bounds); !done && done.error().message.empty()) std::abort();
  } else if (method == 3) {
    if (const auto answer = client.extensions(bounds); checked(answer) && answer->size() > size) std::abort();
  } else if (method == 4) {
    if (const auto answer = client.options(bounds); checked(answer) && answer->size() > size) std::abort();
  } else if (method == 5) {
    checked(client.register_extension({}, {}, bounds));
  } else if (method == 6) {
    checked(client.deregister_extension(1, bounds));
  } else if (method == 7) {
    if (const auto answer = client.query("SELECT 1", bounds); checked(answer)) check(answer->response, size);
  } else {
    if (const auto answer = client.query_columns("SELECT 1", bounds); checked(answer)) check(answer->response, size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  vigil::Fd other;
  auto socket = vigil::socket_with(data + 1, size - 1, other);
  const auto client = make_client("fuzz", std::move(socket));
  Bounds bounds;
  bounds.message_max = 4096;
  ask(*client, data[0] % 9, size, bounds);
  // The end of the answer, the next one, or neither.
  ask(*client, data[0] % 9, size, bounds);
  return 0;
}
