// SPDX-License-Identifier: Apache-2.0
#include "core/parse/apt_sources.h"

#include <algorithm>
#include <cstdio>

#include "core/parse/deb822.h"
#include "core/parse/text.h"

namespace vigil::parse {
namespace {

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// The place behind the character at `at`, or behind the quoted or bracketed
// text that begins there. A mark without its partner is an ordinary character;
// `closed` turns false then, so that no text is searched again and again.
size_t behind(std::string_view text, size_t at, bool& closed) {
  const char c = text[at];
  if (closed && (c == '"' || c == '[')) {
    const size_t partner = text.find(c == '"' ? '"' : ']', at + 1);
    if (partner != text.npos) return partner + 1;
    closed = false;
  }
  return at + 1;
}

std::string_view skip_blanks(std::string_view text) { return text.substr(std::min(text.find_first_not_of(" \t"), text.size())); }

// Removes and returns the next word, without quotes; blanks inside quotes and
// brackets belong to it.
std::string word(std::string_view& rest) {
  rest = skip_blanks(rest);
  size_t end = 0;
  for (bool closed = true; end < rest.size() && !is_blank(rest[end]);) end = behind(rest, end, closed);
  std::string out(rest.substr(0, end));
  std::erase(out, '"');
  rest.remove_prefix(end);
  return out;
}

// The line without what follows a # outside of quotes and brackets.
std::string_view without_comment(std::string_view line) {
  size_t at = 0;
  for (bool closed = true; at < line.size() && line[at] != '#';) at = behind(line, at, closed);
  return line.substr(0, at);
}

bool is_off(std::string_view value) {
  const std::string word = lower(value);
  return word == "no" || word == "false" || word == "without" || word == "off" || word == "disable" || word == "0";
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// %20 as a blank.
std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) << 4 | hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Where "user:password@" of what follows the scheme ends; 0 without one.
size_t credentials(std::string_view location) {
  const size_t at = location.substr(0, location.find('/')).rfind('@');
  return at == location.npos ? 0 : at + 1;
}

}  // namespace

std::vector<AptSource> apt_list(std::string_view text) {
  std::vector<AptSource> sources;
  while (!text.empty()) {
    std::string_view rest = trim(without_comment(cut(text, '\n')));
    if (field(rest) != "deb") continue;
    if (rest.starts_with('[')) {
      const size_t close = rest.find(']');
      if (close == rest.npos) continue;
      rest.remove_prefix(close + 1);
    }
    AptSource source;
    source.uri = word(rest);
    source.suite = word(rest);
    if (source.uri.find(':') != source.uri.npos && !source.suite.empty()) sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<AptSource> apt_stanzas(std::string_view text) {
  std::vector<AptSource> sources;
  Deb822 file(text);
  while (file.next_stanza()) {
    bool binary = false, off = false;
    std::vector<std::string_view> uris, suites;
    while (file.next_field()) {
      if (file.is("types")) {
        const auto types = deb822_words(file.value());
        binary = std::find(types.begin(), types.end(), "deb") != types.end();
      } else if (file.is("uris")) {
        uris = deb822_words(file.value());
      } else if (file.is("suites")) {
        suites = deb822_words(file.value());
      } else if (file.is("enabled")) {
        off = is_off(file.value());
      }
    }
    if (!binary || off) continue;
    // A stanza is small; one with thousands of archives times thousands of suites is no configuration.
    if (uris.size() * suites.size() > 10000) continue;
    for (const std::string_view uri : uris)
      for (const std::string_view suite : suites)
        if (uri.find(':') != uri.npos) sources.push_back({std::string(uri), std::string(suite)});
  }
  return sources;
}

bool apt_reads_file(std::string_view name) {
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == ':' || c == '.'; };
  return !name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), allowed);
}

std::string apt_public_uri(std::string_view uri) {
  while (uri.ends_with('/')) uri.remove_suffix(1);
  const std::string_view location = apt_location(uri);
  const size_t from = uri.size() - location.size();
  std::string out(uri);
  if (uri.substr(0, from).ends_with("//")) out.erase(from, credentials(location));
  return out;
}

std::string_view apt_location(std::string_view uri) {
  const size_t colon = uri.find(':');
  if (colon == uri.npos) return uri;
  uri.remove_prefix(colon + 1);
  if (uri.starts_with("//")) uri.remove_prefix(2);
  return uri;
}

std::string apt_list_prefix(const AptSource& source) {
  std::string_view location = apt_location(source.uri);
  location.remove_prefix(credentials(location));
  std::string path = unescaped(location);
  if (source.uri.starts_with("cdrom:")) std::erase_if(path, [](char c) { return c == '[' || c == ']'; });
  if (!path.ends_with('/')) path += '/';
  if (!source.suite.ends_with('/'))
    path += "dists/" + source.suite + '/';
  else if (source.suite != "/")
    path += source.suite;

  constexpr std::string_view escaped = "\\|{}[]<>\"^~_=!@#$%^&*";
  std::string out;
  for (const char c : path) {
    if (c == '/') {
      out += '_';
    } else if (const auto byte = static_cast<unsigned char>(c); byte <= 0x20 || byte >= 0x7f || escaped.find(c) != escaped.npos) {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02x", byte);
      out += code;
    } else {
      out += c;
    }
  }
  return out;
}

AptRelease apt_release(std::string_view text) {
  // A signature has fields of its own.
  text = text.substr(0, text.find("-----BEGIN PGP SIGNATURE-----"));
  AptRelease release;
  Deb822 file(text);
  while (file.next_stanza()) {
    while (file.next_field()) {
      std::string* const cell = file.is("codename")        ? &release.codename
                                : file.is("suite")         ? &release.suite
                                : file.is("version")       ? &release.version
                                : file.is("origin")        ? &release.origin
                                : file.is("components")    ? &release.components
                                : file.is("architectures") ? &release.architectures
                                                           : nullptr;
      if (cell && cell->empty()) *cell = file.value();
    }
  }
  return release;
}

}  // namespace vigil::parse
