// SPDX-License-Identifier: Apache-2.0
// The input is a request; then an answer as the store keeps it; then the text
// in an answer.
#include <rapidjson/document.h>

#include <cstdlib>

#include "osqueryd/distributed/answer.h"
#include "osqueryd/distributed/request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil::distributed;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto request = read_request(text);
  if (!request && request.error().message.empty()) std::abort();
  if (request) {
    for (const auto* queries : {&request->queries, &request->discovery})
      for (const auto& [id, sql] : *queries)
        if (id.empty() || id.size() > longest_id) std::abort();
  }

  Answer stored;
  if (unpack(text, stored)) {
    Answer again;
    if (!unpack(pack(stored), again) || again.rows != stored.rows || again.sql != stored.sql) std::abort();
  }

  const std::string name(text);
  vigil::results::RowSet rows({name, "b"});
  const vigil::sql::Value values[] = {{vigil::sql::Value::Kind::text, 0, 0, text}, {vigil::sql::Value::Kind::blob, 0, 0, text}};
  rows.add(values);
  rows.add(values);
  Answer answer = refusal(name);
  answer.id = name;
  answer.rows = rows_json(rows, size * 6 + 40).json;
  rapidjson::Document document;
  if (document.Parse(write_answers({&answer}).c_str()).HasParseError()) std::abort();
  return 0;
}
