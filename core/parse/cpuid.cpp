// SPDX-License-Identifier: Apache-2.0
#include "core/parse/cpuid.h"

#include <cstdio>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

constexpr uint32_t extended = 0x80000001;
constexpr auto ebx = Register::ebx, ecx = Register::ecx, edx = Register::edx;

constexpr CpuidFeature features[] = {
    {"fpu", 1, edx, 0},
    {"msr", 1, edx, 5},
    {"pae", 1, edx, 6},
    {"sep", 1, edx, 11},
    {"mtrr", 1, edx, 12},
    {"pge", 1, edx, 13},
    {"mca", 1, edx, 14},
    {"pat", 1, edx, 16},
    {"clfsh", 1, edx, 19},
    {"acpi", 1, edx, 22},
    {"mmx", 1, edx, 23},
    {"sse", 1, edx, 25},
    {"sse2", 1, edx, 26},
    {"ss", 1, edx, 27},
    {"htt", 1, edx, 28},
    {"ia64", 1, edx, 30},
    {"sse3", 1, ecx, 0},
    {"pclmulqdq", 1, ecx, 1},
    {"vmx", 1, ecx, 5},
    {"smx", 1, ecx, 6},
    {"ssse3", 1, ecx, 9},
    {"sdbg", 1, ecx, 11},
    {"fma", 1, ecx, 12},
    {"pdcm", 1, ecx, 15},
    {"pcid", 1, ecx, 17},
    {"dca", 1, ecx, 18},
    {"sse4.1", 1, ecx, 19},
    {"sse4.2", 1, ecx, 20},
    {"x2apic", 1, ecx, 21},
    {"movbe", 1, ecx, 22},
    {"popcnt", 1, ecx, 23},
    {"aes", 1, ecx, 25},
    {"xsave", 1, ecx, 26},
    {"avx", 1, ecx, 28},
    {"f16c", 1, ecx, 29},
    {"rdrand", 1, ecx, 30},
    {"hypervisor", 1, ecx, 31},

    {"fsgsbase", 7, ebx, 0},
    {"sgx", 7, ebx, 2},
    {"bmi1", 7, ebx, 3},
    {"hle", 7, ebx, 4},
    {"avx2", 7, ebx, 5},
    {"smep", 7, ebx, 7},
    {"bmi2", 7, ebx, 8},
    {"erms", 7, ebx, 9},
    {"invpcid", 7, ebx, 10},
    {"rtm", 7, ebx, 11},
    {"pqm", 7, ebx, 12},
    {"mpx", 7, ebx, 14},
    {"pqe", 7, ebx, 15},
    {"avx512f", 7, ebx, 16},
    {"avx512dq", 7, ebx, 17},
    {"rdseed", 7, ebx, 18},
    {"adx", 7, ebx, 19},
    {"smap", 7, ebx, 20},
    {"intel_pt", 7, ebx, 25},
    {"avx512cd", 7, ebx, 28},
    {"sha", 7, ebx, 29},
    {"avx512bw", 7, ebx, 30},
    {"avx512vl", 7, ebx, 31},
    {"umip", 7, ecx, 2},
    {"pku", 7, ecx, 3},
    {"ospke", 7, ecx, 4},
    {"shstk", 7, ecx, 7},
    {"gfni", 7, ecx, 8},
    {"vaes", 7, ecx, 9},
    {"rdpid", 7, ecx, 22},
    {"sgx_lc", 7, ecx, 30},
    {"md_clear", 7, edx, 10},
    {"ibt", 7, edx, 20},
    {"spec_ctrl", 7, edx, 26},
    {"stibp", 7, edx, 27},
    {"l1d_flush", 7, edx, 28},
    {"arch_capabilities", 7, edx, 29},
    {"ssbd", 7, edx, 31},

    {"lahfsahf", extended, ecx, 0},
    {"svm", extended, ecx, 2},
    {"3dnowprefetch", extended, ecx, 8},
    {"ibs", extended, ecx, 10},
    {"skinit", extended, ecx, 12},
    {"lwp", extended, ecx, 15},
    {"nx", extended, edx, 20},
    {"page1gb", extended, edx, 26},
    {"lm", extended, edx, 29},
};

}  // namespace

std::string_view register_name(Register r) {
  constexpr std::string_view names[] = {"eax", "ebx", "ecx", "edx"};
  return names[static_cast<size_t>(r)];
}

CpuidLeaves cpuid_leaves(std::string_view text) {
  CpuidLeaves leaves;
  while (!text.empty()) {
    std::string_view line = trim(cut(text, '\n'));
    std::array<std::optional<uint32_t>, 6> words;
    bool whole = true;
    for (auto& word : words) {
      word = number<uint32_t>(field(line), 16);
      whole &= word.has_value();
    }
    if (whole) leaves[{*words[0], *words[1]}] = {*words[2], *words[3], *words[4], *words[5]};
  }
  return leaves;
}

std::string cpuid_line(uint32_t leaf, uint32_t subleaf, const Registers& r) {
  char line[64];
  std::snprintf(line, sizeof line, "%08x %x %08x %08x %08x %08x\n", leaf, subleaf, r[0], r[1], r[2], r[3]);
  return line;
}

std::span<const CpuidFeature> cpuid_features() { return features; }

std::string register_text(uint32_t value) {
  std::string text;
  for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(value >> shift & 0xff);
  return text;
}

uint32_t cpu_family(uint32_t signature) {
  const uint32_t base = signature >> 8 & 0xf;
  return base == 0xf ? base + (signature >> 20 & 0xff) : base;
}

}  // namespace vigil::parse
