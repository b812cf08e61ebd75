// SPDX-License-Identifier: Apache-2.0
#include "core/parse/package_json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace vigil::parse {
namespace {

// Picks the members that count out of the stream of tokens; no document is built.
class Picker : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Picker> {
 public:
  PackageJson package;

  bool Default() {
    if (depth_ == 1) clear(member_);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view name(text, size);
    if (depth_ == 1) member_ = name;
    if (depth_ == 2) inner_ = name;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1) clear(member_);
    if (std::string* cell = cell_for_string()) cell->assign(text, size);
    return true;
  }
  bool StartObject() {
    if (depth_ == 0) is_object_ = true;
    if (depth_ == 1) {
      clear(member_);
      in_object_ = true;
    }
    ++depth_;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (--depth_ == 1) {
      in_object_ = false;
      if (member_ == "license" && !package.license) package.license = std::move(license_url_);
    }
    return true;
  }
  bool StartArray() {
    if (depth_ == 1) clear(member_);
    ++depth_;
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool is_object() const { return is_object_; }

 private:
  std::optional<std::string>* cell(std::string_view member) {
    if (member == "name") return &package.name;
    if (member == "version") return &package.version;
    if (member == "description") return &package.description;
    if (member == "homepage") return &package.homepage;
    if (member == "author") return &package.author;
    if (member == "license") return &package.license;
    return nullptr;
  }
  // Of several members of one name the last counts, as in JavaScript.
  void clear(std::string_view member) {
    if (auto* c = cell(member)) c->reset();
    license_url_.reset();
  }
  std::string* cell_for_string() {
    std::optional<std::string>* c = nullptr;
    if (depth_ == 1) c = cell(member_);
    if (depth_ == 2 && in_object_) {
      if (member_ == "author" && inner_ == "name") c = &package.author;
      if (member_ == "license" && inner_ == "type") c = &package.license;
      if (member_ == "license" && inner_ == "url") c = &license_url_;
    }
    return c ? &c->emplace() : nullptr;
  }

  size_t depth_ = 0;
  bool is_object_ = false, in_object_ = false;
  std::string member_, inner_;
  std::optional<std::string> license_url_;
};

}  // namespace

Result<PackageJson> package_json(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Picker picker;
  const auto result = reader.Parse<rapidjson::kParseIterativeFlag>(stream, picker);
  if (result.IsError())
    return Error{"package.json: " + std::string(rapidjson::GetParseError_En(result.Code())) + " at byte " + std::to_string(result.Offset())};
  if (!picker.is_object()) return Error{"package.json: not an object"};
  return std::move(picker.package);
}

}  // namespace vigil::parse
