// SPDX-License-Identifier: Apache-2.0
// The glue between a generated Row and the untyped Cursor of table.h. Only
// generated files include it.
#pragma once

#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "core/sql/key_value.h"
#include "core/sql/table.h"

namespace vigil::sql {

inline Value to_value(const Text& cell) { return cell ? Value{Value::Kind::text, 0, 0, *cell} : Value{}; }
inline Value to_value(const Blob& cell) { return cell ? Value{Value::Kind::blob, 0, 0, *cell} : Value{}; }
inline Value to_value(const Int& cell) { return cell ? Value{Value::Kind::integer, *cell, 0, {}} : Value{}; }
inline Value to_value(const Real& cell) { return cell ? Value{Value::Kind::real, 0, *cell, {}} : Value{}; }
inline Value to_value(const Unsigned& cell) { return cell ? unsigned_value(*cell) : Value{}; }

inline size_t hash_cell(const Blob& cell) { return cell ? std::hash<std::string>()(*cell) : 0; }
template <class T>
size_t hash_cell(const std::optional<T>& cell) {
  return cell ? std::hash<T>()(*cell) : 0;
}
inline size_t cell_bytes(const std::optional<std::string>& cell) { return cell ? cell->capacity() : 0; }
template <class T>
size_t cell_bytes(const std::optional<T>&) {
  return 0;
}

template <class T>
void apply(Key<T>& key, const Constraint& constraint) {
  using Op = Constraint::Op;
  if (constraint.op == Op::equal) {
    std::vector<T> values;
    for (const Value& v : constraint.values)
      if (auto value = key_value(v, static_cast<T*>(nullptr))) values.push_back(std::move(*value));
    key.pin(std::move(values));
    return;
  }
  if constexpr (std::is_arithmetic_v<T>) {
    const Value& v = constraint.values.front();
    const bool below = constraint.op == Op::greater || constraint.op == Op::greater_equal;
    if (!below && constraint.op != Op::less && constraint.op != Op::less_equal) return;
    if (v.kind == Value::Kind::integer) {
      T bound = v.integer;
      if (constraint.op == Op::greater && bound < std::numeric_limits<T>::max()) ++bound;
      if (constraint.op == Op::less && bound > std::numeric_limits<T>::lowest()) --bound;
      below ? key.bound_below(bound) : key.bound_above(bound);
    } else if (v.kind == Value::Kind::real && v.real > -9.2e18 && v.real < 9.2e18) {
      below ? key.bound_below(static_cast<T>(std::floor(v.real))) : key.bound_above(static_cast<T>(std::ceil(v.real)));
    }
  } else {
    if (constraint.op != Op::like && constraint.op != Op::glob) return;
    const auto kind = constraint.op == Op::like ? Key<T>::Pattern::Kind::like : Key<T>::Pattern::Kind::glob;
    if (auto text = key_value(constraint.values.front(), static_cast<std::string*>(nullptr))) key.match({kind, std::move(*text)});
  }
}

// Schema, written by the generator, has
//   members     pointers to the members of Row, in column order
//   identity    those of the identity columns
//   constrain(Keys&, int column, const Constraint&)
//   namespace_column  index of pid_with_namespace, or -1
template <class Row, class Query, class Schema>
class TypedCursor final : public Cursor {
 public:
  using Scan = Rows<Row> (*)(Query);

  TypedCursor(QueryBase query, Scan scan) : query_(Query(std::move(query))), scan_(scan) {}

  void constrain(int column, const Constraint& constraint) override {
    if (column == Schema::namespace_column) {
      apply(containers_, constraint);
    } else {
      Schema::constrain(query_.keys, column, constraint);
    }
  }

  void start() override {
    if (containers_.pinned()) return;  // next() opens them one by one
    rows_.emplace(scan_(query_));
  }

  bool next() override {
    if (source_) {
      if (at_ + 1 >= source_->size()) return false;
      ++at_;
      row_ = &(*source_)[at_];
      return true;
    }
    if (containers_.pinned()) return next_in_containers();
    if (!rows_->next()) return false;
    row_ = &rows_->row();
    if (keep_) keep();
    return true;
  }

  const std::optional<Error>& error() const override {
    static const std::optional<Error> none;
    return rows_ ? rows_->error() : none;
  }

  Value value(int column) const override { return getters[static_cast<size_t>(column)](*row_); }

  uint64_t identity() const override {
    uint64_t hash = 0x9e3779b97f4a7c15;
    const auto mix = [&](size_t h) {
      hash = (hash ^ h) * 0xff51afd7ed558ccd;
      hash ^= hash >> 32;
    };
    std::apply([&](auto... member) { (mix(hash_cell(row_->*member)), ...); }, Schema::identity);
    return hash;
  }

  void remember(bool on) override {
    keep_ = on;
    if (!on) kept_ = {};
  }
  size_t remembered_bytes() const override { return kept_bytes_; }
  void replay(const Cursor& complete) override {
    source_ = &static_cast<const TypedCursor&>(complete).kept_;
    at_ = static_cast<size_t>(-1);
  }

 private:
  // One scan for each process whose file system is asked for.
  bool next_in_containers() {
    while (true) {
      if (rows_) {
        if (rows_->next()) break;
        if (rows_->error()) return false;
        rows_.reset();
        ++container_;
      }
      if (container_ >= containers_.values().size()) return false;
      const int64_t pid = containers_.values()[container_];
      auto inside = outside_.container(pid);
      if (!inside) {
        query_.warn("pid_with_namespace = " + std::to_string(pid) + ": " + inside.error().message);
        ++container_;
        continue;
      }
      namespace_ = mount_namespace(pid);
      query_.move_to(std::move(*inside));
      rows_.emplace(scan_(query_));
    }
    owned_ = rows_->row();
    if constexpr (requires { owned_.pid_with_namespace; }) owned_.pid_with_namespace = containers_.values()[container_];
    if constexpr (requires { owned_.mount_namespace_id; }) owned_.mount_namespace_id = namespace_;
    row_ = &owned_;
    if (keep_) keep();
    return true;
  }

  // "4026531841", the number that the mnt namespace link of `pid` shows.
  Text mount_namespace(int64_t pid) const {
    const auto target = outside_.link("/proc/" + std::to_string(pid) + "/ns/mnt");
    if (!target) return std::nullopt;
    const size_t open = target->find('['), close = target->rfind(']');
    if (open == target->npos || close == target->npos || close < open) return std::nullopt;
    return target->substr(open + 1, close - open - 1);
  }

  void keep() {
    kept_.push_back(*row_);
    kept_bytes_ += sizeof(Row);
    std::apply([&](auto... member) { ((kept_bytes_ += cell_bytes(row_->*member)), ...); }, Schema::members);
  }

  using Getter = Value (*)(const Row&);
  template <size_t... I>
  static constexpr auto make_getters(std::index_sequence<I...>) {
    return std::array<Getter, sizeof...(I)>{[](const Row& row) { return to_value(row.*std::get<I>(Schema::members)); }...};
  }
  static constexpr auto getters = make_getters(std::make_index_sequence<std::tuple_size_v<decltype(Schema::members)>>());

  Query query_;
  Scan scan_;
  std::optional<Rows<Row>> rows_;
  const Row* row_ = nullptr;

  Key<int64_t> containers_;
  size_t container_ = 0;
  Host outside_ = query_.host();
  Text namespace_;
  Row owned_;

  bool keep_ = false;
  std::vector<Row> kept_;
  size_t kept_bytes_ = 0;
  const std::vector<Row>* source_ = nullptr;
  size_t at_ = 0;
};

}  // namespace vigil::sql
