// SPDX-License-Identifier: Apache-2.0
// RemoteScan: the rows that an extension generates for one scan of its table.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/sql/memory.h"
#include "core/sql/table.h"
#include "extensions/link.h"

namespace vigil::extensions {

// What an extension said of its table. What `columns` names lives in the others.
struct RemoteDescription {
  std::string name, text;
  std::shared_ptr<Link> link;
  std::deque<std::string> names;    // of the columns, in their order
  std::deque<std::string> aliases;  // of the table and of its columns
  std::vector<sql::Column> columns;
  std::vector<uint64_t> options;  // of the columns, as they were broadcast
  std::vector<std::vector<std::string_view>> column_aliases;
  std::vector<std::string_view> table_aliases;
  // How often the extension was asked for rows; a row's place counts only until the next time.
  mutable std::atomic<uint64_t> scans = 0;

  // "extension 'x': table 'y': what"
  std::string because(std::string_view what) const;
};

// What one column is compared with: an operator by its number in the protocol, and a text.
using Comparisons = std::vector<std::pair<int, std::string>>;

// The JSON that tells an extension what the query asks for. Without `used`,
// which columns that are is not told.
std::string context_json(const RemoteDescription& table, const std::map<int, Comparisons>& comparisons, const std::vector<bool>* used);

class RemoteScan final : public sql::Cursor {
 public:
  RemoteScan(const RemoteDescription& table, sql::QueryBase query);

  void constrain(int column, const sql::Constraint& constraint) override;
  void start() override;
  bool next() override;
  const std::optional<Error>& error() const override { return error_; }
  sql::Value value(int column) const override;
  // That of the row's own number where it has one, else of all cells.
  uint64_t identity() const override;
  sql::RowId id() const override;
  void remember(bool on) override { keep_ = on; }
  size_t remembered_bytes() const override { return keep_ ? bytes_ : 0; }
  void replay(const sql::Cursor& complete) override;

 private:
  struct Query : sql::QueryBase {
    explicit Query(sql::QueryBase base) : QueryBase(std::move(base)) {}
    std::vector<bool> used(size_t columns) const;
  };
  const std::map<std::string, std::string>& row() const { return (*rows_)[at_]; }
  std::optional<int64_t> number() const;

  const RemoteDescription& table_;
  Query query_;
  std::map<int, Comparisons> comparisons_;
  bool impossible_ = false;  // something is compared with NULL
  std::optional<Error> error_;

  std::shared_ptr<Response> rows_;  // another scan's when they are replayed
  std::shared_ptr<sql::Charge> charge_;
  size_t bytes_ = 0;
  size_t at_ = static_cast<size_t>(-1);
  uint64_t scan_ = 0;
  bool keep_ = false, replays_ = false;
  mutable std::vector<bool> warned_;  // by column: that a cell is no number
};

}  // namespace vigil::extensions
