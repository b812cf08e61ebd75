// SPDX-License-Identifier: Apache-2.0
// What the CPUID instruction of x86 processors answers, and what its bits mean
// (Intel SDM volume 2A, AMD APM volume 3).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vigil::parse {

enum class Register : uint8_t { eax, ebx, ecx, edx };
std::string_view register_name(Register r);

// Answers by leaf and subleaf, each as eax, ebx, ecx, edx.
using Registers = std::array<uint32_t, 4>;
using CpuidLeaves = std::map<std::pair<uint32_t, uint32_t>, Registers>;

// From lines "leaf subleaf eax ebx ecx edx" of hexadecimal numbers.
CpuidLeaves cpuid_leaves(std::string_view text);
std::string cpuid_line(uint32_t leaf, uint32_t subleaf, const Registers& registers);

struct CpuidFeature {
  const char* name;
  uint32_t leaf;
  Register output;
  uint8_t bit;
};
std::span<const CpuidFeature> cpuid_features();

// The bytes of one register as text, as vendor and product names are spelled.
std::string register_text(uint32_t value);

// Base and extended family of leaf 1's eax as one number: 6 for Intel, 25 for Zen 3.
uint32_t cpu_family(uint32_t eax);

}  // namespace vigil::parse
