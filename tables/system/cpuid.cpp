// SPDX-License-Identifier: Apache-2.0
// cpuid: the raw side of the flags in /proc/cpuinfo. The kernel may have
// switched features off that the processor still shows here.

#include "cpuid.gen.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#include <cerrno>
#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "core/parse/cpuid.h"
#include "core/parse/text.h"

namespace vigil::tables::cpuid {
namespace {

using parse::Register;

Result<std::string> ask() {
#if defined(__x86_64__) || defined(__i386__)
  std::string text;
  for (const uint32_t first : {0x0u, 0x40000000u, 0x80000000u}) {
    parse::Registers r;
    __cpuid(first, r[0], r[1], r[2], r[3]);
    // The first leaf of a range tells its last. Beyond it the processor answers
    // with whatever it likes; the hypervisor's range exists only under one.
    if (r[0] < first || r[0] - first > 0xffff) continue;
    const uint32_t last = r[0];
    text += parse::cpuid_line(first, 0, r);
    for (const auto& [leaf, subleaf] : {std::pair{1u, 0u},
                                        {3u, 0u},
                                        {7u, 0u},
                                        {0x12u, 0u},
                                        {0x12u, 1u},
                                        {0x80000001u, 0u},
                                        {0x80000002u, 0u},
                                        {0x80000003u, 0u},
                                        {0x80000004u, 0u}}) {
      if (leaf <= first || leaf > last) continue;
      __cpuid_count(leaf, subleaf, r[0], r[1], r[2], r[3]);
      text += parse::cpuid_line(leaf, subleaf, r);
    }
  }
  return text;
#else
  return Error{"cpuid: not an x86 processor", ENOENT};
#endif
}

// Registers of one leaf, as text or as hexadecimal digits.
std::string spelled(const parse::Registers& all, std::initializer_list<Register> order) {
  std::string text;
  for (const Register r : order) text += parse::register_text(all[static_cast<size_t>(r)]);
  text.resize(std::min(text.find('\0'), text.size()));
  return std::string(parse::trim(text));
}

std::string hex(uint32_t value, size_t width) {
  std::string digits(width, '0');
  for (size_t i = width; i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 0xf];
  return digits;
}

Row whole(const char* feature, const char* registers, const char* input, sql::Text value) {
  Row row;
  row.feature = feature;
  row.value = std::move(value);
  row.output_register = registers;
  row.output_bit = 0;
  row.input_eax = input;
  return row;
}

std::vector<Row> names(const parse::CpuidLeaves& leaves) {
  using enum Register;
  const auto leaf = [&leaves](uint32_t number, uint32_t sub = 0) -> const parse::Registers* {
    const auto found = leaves.find({number, sub});
    return found == leaves.end() ? nullptr : &found->second;
  };
  const auto at = [](const parse::Registers& r, Register which) { return r[static_cast<size_t>(which)]; };
  std::vector<Row> rows;

  sql::Text vendor, product, hypervisor, serial, family;
  if (const auto* r = leaf(0)) vendor = spelled(*r, {ebx, edx, ecx});
  if (const auto* a = leaf(0x80000002), *b = leaf(0x80000003), *c = leaf(0x80000004); a && b && c) {
    std::string text;
    for (const auto* r : {a, b, c})
      for (const Register which : {eax, ebx, ecx, edx}) text += parse::register_text(at(*r, which));
    text.resize(std::min(text.find('\0'), text.size()));
    product = parse::trim(text);
  }
  const auto* one = leaf(1);
  if (const auto* r = leaf(0x40000000); r && one && at(*one, ecx) >> 31) hypervisor = spelled(*r, {ebx, ecx, edx});
  // Only the Pentium III had a serial number.
  if (const auto* r = leaf(3); r && one && (at(*one, edx) >> 18 & 1)) serial = hex(at(*one, eax), 8) + hex(at(*r, edx), 8) + hex(at(*r, ecx), 8);
  if (one) family = hex(parse::cpu_family(at(*one, eax)), 4);

  rows.push_back(whole("vendor", "ebx,edx,ecx", "0", vendor));
  rows.push_back(whole("product_name", "eax,ebx,ecx,edx", "0x80000002", product));
  if (hypervisor) rows.push_back(whole("hypervisor_id", "ebx,ecx,edx", "0x40000000", hypervisor));
  rows.push_back(whole("serial", "eax,edx,ecx", "1,3", serial));
  rows.push_back(whole("family", "eax", "1", family));

  const auto* seven = leaf(7);
  const bool sgx = seven && (at(*seven, ebx) >> 2 & 1);
  for (const uint32_t sub : {0u, 1u}) {
    sql::Text value;
    if (const auto* r = leaf(0x12, sub); r && sgx) value = hex((*r)[0], 8) + hex((*r)[1], 8) + hex((*r)[2], 8) + hex((*r)[3], 8);
    rows.push_back(whole(sub == 0 ? "sgx0" : "sgx1", "eax,ebx,ecx,edx", sub == 0 ? "18" : "18,1", value));
  }
  return rows;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().fact("cpuid", ask);
  if (!text && text.error().code == ENOENT) co_return;
  const std::string answers = co_await text;
  const auto leaves = parse::cpuid_leaves(answers);
  if (leaves.empty()) co_return;

  const std::vector<Row> named = names(leaves);
  for (const Row& row : named) co_yield row;
  for (const auto& feature : parse::cpuid_features()) {
    // A processor that does not know of the leaf has none of its features.
    const auto leaf = leaves.find({feature.leaf, 0});
    const bool has = leaf != leaves.end() && (leaf->second[static_cast<size_t>(feature.output)] >> feature.bit & 1);
    Row row;
    row.feature = feature.name;
    row.value = has ? "1" : "0";
    row.output_register = std::string(parse::register_name(feature.output));
    row.output_bit = feature.bit;
    row.input_eax = std::to_string(feature.leaf);
    co_yield row;
  }
}

}  // namespace vigil::tables::cpuid
