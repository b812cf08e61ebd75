// SPDX-License-Identifier: Apache-2.0
#include "shell/remote.h"

#include <vector>

#include "core/sql/module.h"
#include "extensions/thrift_module.h"

namespace vigil::shell {
namespace {

// Whoever is asked what a query may take has bounds of its own.
constexpr std::chrono::hours patience(24);

extensions::Bounds bounds(const std::atomic<bool>& stop) {
  extensions::Bounds bounds;
  bounds.timeout = patience;
  bounds.stop = &stop;
  return bounds;
}

}  // namespace

Result<Remote> Remote::connect(const std::string& path, const std::atomic<bool>& stop) {
  Remote remote(path, stop);
  if (auto opened = remote.open(); !opened) return std::move(opened.error());
  extensions::Bounds ping = bounds(stop);
  ping.timeout = std::chrono::seconds(10);
  if (const auto answer = remote.client_->ping(ping); !answer) return answer.error();
  return remote;
}

Result<void> Remote::open() {
  const auto module = sql::module_interface<VigilThrift>("thrift", "vigil_thrift");
  if (!module) return module.error();
  auto client = (*module)->connect(path_, bounds(stop_));
  if (!client) return std::move(client.error());
  client_ = std::move(*client);
  return {};
}

Result<void> Remote::run(std::string_view sql, Renderer& renderer) {
  // A call that failed has used its connection up.
  if (!client_)
    if (auto opened = open(); !opened) return opened;
  const std::string text(sql);
  const auto answer = client_->query(text, bounds(stop_));
  if (!answer) {
    client_.reset();
    return answer.error();
  }
  if (answer->status.code != extensions::success) return Error{answer->status.message};
  if (answer->response.empty()) return {};

  // Rows come without an order of their columns.
  const auto columns = client_->query_columns(text, bounds(stop_));
  std::vector<std::string> names;
  if (columns)
    for (const auto& column : columns->response)
      if (!column.empty()) names.push_back(column.begin()->first);
  if (names.empty())
    for (const auto& [name, value] : answer->response.front()) names.push_back(name);
  renderer.begin(names);
  std::vector<Cell> cells(names.size());
  for (const auto& row : answer->response) {
    for (size_t i = 0; i < names.size(); ++i) {
      const auto value = row.find(names[i]);
      cells[i] = value == row.end() ? Cell() : Cell(value->second);
    }
    renderer.row(cells);
  }
  return {};
}

}  // namespace vigil::shell
