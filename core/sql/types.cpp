// SPDX-License-Identifier: Apache-2.0
// The bytecode (https://sqlite.org/opcode.html) is read once, from its first
// to its last line, keeping the type of what each register and each sorter's
// column holds; the first row that goes out tells the types of the result.
#include "core/sql/types.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace vigil::sql {
namespace {

using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;
using Name = std::string_view;  // of a type; empty: not known

struct Instruction {
  std::string opcode;
  int p1, p2, p3;
  std::string p4;
};

constexpr std::array<Name, 7> declared_names = {"TEXT", "INTEGER", "BIGINT", "UNSIGNED BIGINT", "DOUBLE", "BLOB", "DATETIME"};

std::vector<Instruction> bytecode(sqlite3* db, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db, ("EXPLAIN " + std::string(sql)).c_str(), -1, &raw, nullptr) != SQLITE_OK) return {};
  const Statement explain(raw, sqlite3_finalize);
  const auto text = [&](int column) {
    const auto* t = reinterpret_cast<const char*>(sqlite3_column_text(raw, column));
    return std::string(t ? t : "");
  };
  std::vector<Instruction> program;
  while (sqlite3_step(raw) == SQLITE_ROW)
    program.push_back({text(1), sqlite3_column_int(raw, 2), sqlite3_column_int(raw, 3), sqlite3_column_int(raw, 4), text(5)});
  // Constants that are computed once stand at the end, where Init jumps first.
  if (!program.empty() && program[0].opcode == "Init") {
    const auto first = static_cast<size_t>(program[0].p2);
    if (first < program.size()) std::rotate(program.begin(), program.begin() + static_cast<std::ptrdiff_t>(first), program.end());
  }
  return program;
}

// Opcodes that leave a value of one type in the register P2 or P3.
struct Yields {
  Name opcode;
  int Instruction::*target;
  Name type;
};
constexpr Yields yields[] = {
    {"Integer", &Instruction::p2, "INTEGER"},   {"Int64", &Instruction::p2, "BIGINT"},       {"Real", &Instruction::p2, "DOUBLE"},
    {"String", &Instruction::p2, "TEXT"},       {"String8", &Instruction::p2, "TEXT"},       {"Blob", &Instruction::p2, "BLOB"},
    {"Rowid", &Instruction::p2, "BIGINT"},      {"Count", &Instruction::p2, "BIGINT"},       {"Not", &Instruction::p2, "INTEGER"},
    {"BitNot", &Instruction::p2, "BIGINT"},     {"ZeroOrNull", &Instruction::p2, "INTEGER"}, {"And", &Instruction::p3, "INTEGER"},
    {"Or", &Instruction::p3, "INTEGER"},        {"IsTrue", &Instruction::p2, "INTEGER"},     {"Concat", &Instruction::p3, "TEXT"},
    {"BitAnd", &Instruction::p3, "BIGINT"},     {"BitOr", &Instruction::p3, "BIGINT"},       {"ShiftLeft", &Instruction::p3, "BIGINT"},
    {"ShiftRight", &Instruction::p3, "BIGINT"},
};

bool is_arithmetic(const std::string& opcode) {
  constexpr Name all[] = {"Add", "Subtract", "Multiply", "Divide", "Remainder"};
  return std::find(std::begin(all), std::end(all), opcode) != std::end(all);
}

// What a function gives; "upper(1)" is how the bytecode calls it. Empty for
// those that hand on their argument (max, coalesce) or are not in the list.
Name function_type(const std::string& p4) {
  static constexpr std::pair<Name, Name> types[] = {
      {"avg", "DOUBLE"},        {"total", "DOUBLE"},
      {"round", "DOUBLE"},      {"sqrt", "DOUBLE"},
      {"power", "DOUBLE"},      {"log", "DOUBLE"},
      {"log10", "DOUBLE"},      {"exp", "DOUBLE"},
      {"julianday", "DOUBLE"},  {"length", "INTEGER"},
      {"instr", "INTEGER"},     {"unicode", "INTEGER"},
      {"like", "INTEGER"},      {"glob", "INTEGER"},
      {"unixepoch", "BIGINT"},  {"ceil", "BIGINT"},
      {"floor", "BIGINT"},      {"inet_aton", "BIGINT"},
      {"upper", "TEXT"},        {"lower", "TEXT"},
      {"trim", "TEXT"},         {"ltrim", "TEXT"},
      {"rtrim", "TEXT"},        {"substr", "TEXT"},
      {"substring", "TEXT"},    {"replace", "TEXT"},
      {"hex", "TEXT"},          {"quote", "TEXT"},
      {"printf", "TEXT"},       {"format", "TEXT"},
      {"char", "TEXT"},         {"typeof", "TEXT"},
      {"date", "TEXT"},         {"time", "TEXT"},
      {"datetime", "TEXT"},     {"strftime", "TEXT"},
      {"split", "TEXT"},        {"regex_split", "TEXT"},
      {"regex_match", "TEXT"},  {"concat", "TEXT"},
      {"concat_ws", "TEXT"},    {"to_base64", "TEXT"},
      {"from_base64", "TEXT"},  {"conditional_to_base64", "TEXT"},
      {"md5", "TEXT"},          {"sha1", "TEXT"},
      {"sha256", "TEXT"},       {"parent_directory", "TEXT"},
      {"carve", "TEXT"},        {"version_compare", "INTEGER"},
      {"group_concat", "TEXT"}, {"community_id_v1", "TEXT"},
  };
  const Name name = Name(p4).substr(0, p4.find('('));
  for (const auto& [function, type] : types)
    if (function == name) return type;
  return name.substr(0, 5) == "json_" && name != "json_extract" ? "TEXT" : Name();
}

class Reader {
 public:
  // The types of the row that goes out first; SQLite numbers registers from 1.
  std::vector<Name> read(const std::vector<Instruction>& program) {
    for (const Instruction& i : program) {
      if (i.opcode == "ResultRow") return range(i.p1, i.p2);
      follow(i);
    }
    return {};
  }

 private:
  std::vector<Name> range(int first, int count) const {
    std::vector<Name> types;
    for (int k = 0; k < count; ++k) types.push_back(get(first + k));
    return types;
  }
  Name get(int r) const {
    const auto at = registers_.find(r);
    return at == registers_.end() ? Name() : at->second;
  }

  void follow(const Instruction& i) {
    for (const Yields& y : yields)
      if (i.opcode == y.opcode) {
        registers_[i.*y.target] = y.type;
        return;
      }
    if (is_arithmetic(i.opcode)) {
      const bool real = get(i.p1) == "DOUBLE" || get(i.p2) == "DOUBLE";
      registers_[i.p3] = real ? "DOUBLE" : "BIGINT";
    } else if (i.opcode == "Copy" || i.opcode == "Move") {
      const int count = i.opcode == "Copy" ? i.p3 + 1 : i.p3;
      for (int k = 0; k < count; ++k) registers_[i.p2 + k] = get(i.p1 + k);
    } else if (i.opcode == "SCopy" || i.opcode == "IntCopy") {
      registers_[i.p2] = get(i.p1);
    } else if (i.opcode == "Cast") {
      cast(i);
    } else if (i.opcode == "Function" || i.opcode == "PureFunc") {
      registers_[i.p3] = function_type(i.p4);
    } else if (i.opcode.starts_with("AggStep") || i.opcode == "AggFinal" || i.opcode == "AggValue") {
      aggregate(i);
    } else if (i.opcode == "VColumn") {
      registers_[i.p3] = Name();
    } else {
      follow_record(i);
    }
  }

  // Rows that are sorted or kept on the way: a record is made of registers,
  // put into a table of its own, and taken apart again.
  void follow_record(const Instruction& i) {
    if (i.opcode == "MakeRecord") {
      records_[i.p3] = range(i.p1, i.p2);
    } else if (i.opcode == "SorterInsert" || i.opcode == "IdxInsert" || i.opcode == "Insert") {
      tables_.emplace(i.p1, records_[i.p2]);
    } else if (i.opcode == "OpenPseudo") {
      pseudo_[i.p1] = i.p2;
    } else if (i.opcode == "SorterData" || i.opcode == "RowData") {
      records_[i.p2] = tables_[i.p1];
    } else if (i.opcode == "Column") {
      const auto pseudo = pseudo_.find(i.p1);
      const auto& record = pseudo == pseudo_.end() ? tables_[i.p1] : records_[pseudo->second];
      registers_[i.p3] = static_cast<size_t>(i.p2) < record.size() ? record[static_cast<size_t>(i.p2)] : Name();
    }
  }

  void cast(const Instruction& i) {
    switch (i.p2) {  // an affinity, as SQLite's file format calls it
      case 'A': registers_[i.p1] = "BLOB"; break;
      case 'B': registers_[i.p1] = "TEXT"; break;
      case 'D': registers_[i.p1] = "BIGINT"; break;
      case 'E': registers_[i.p1] = "DOUBLE"; break;
      default: registers_[i.p1] = Name();  // NUMERIC may be any number
    }
  }

  void aggregate(const Instruction& i) {
    const int target = i.opcode.starts_with("AggStep") || i.opcode == "AggValue" ? i.p3 : i.p1;
    const Name type = function_type(i.p4);
    if (!type.empty()) {
      registers_[target] = type;
    } else if (i.opcode.starts_with("AggStep")) {
      // min, max and sum are as their argument is, where that is known.
      const Name argument = i.p4.starts_with("count") ? Name() : get(i.p2);
      registers_[target] = argument == "DOUBLE" || (argument == "TEXT" && !i.p4.starts_with("sum")) ? argument : "BIGINT";
    }
  }

  std::map<int, Name> registers_;
  std::map<int, std::vector<Name>> records_;  // by register
  std::map<int, std::vector<Name>> tables_;   // by cursor
  std::map<int, int> pseudo_;                 // cursors on the one record in a register
};

}  // namespace

std::vector<ColumnType> result_types(sqlite3* db, sqlite3_stmt* statement) {
  const int count = sqlite3_column_count(statement);
  std::vector<ColumnType> types;
  bool complete = true;
  for (int c = 0; c < count; ++c) {
    const char* name = sqlite3_column_name(statement, c);
    const char* declared = sqlite3_column_decltype(statement, c);
    const auto known =
        std::find_if(declared_names.begin(), declared_names.end(), [&](Name n) { return declared && sqlite3_stricmp(declared, n.data()) == 0; });
    types.push_back({name ? name : "", known == declared_names.end() ? "UNKNOWN" : std::string(*known)});
    complete = complete && (declared || known != declared_names.end());
  }
  if (complete || sqlite3_stmt_isexplain(statement)) return types;

  const auto computed = Reader().read(bytecode(db, sqlite3_sql(statement)));
  for (size_t c = 0; c < types.size() && c < computed.size(); ++c)
    if (!sqlite3_column_decltype(statement, static_cast<int>(c)) && !computed[c].empty()) types[c].type = computed[c];
  return types;
}

}  // namespace vigil::sql
