// SPDX-License-Identifier: Apache-2.0
#include "modules/thrift/types.h"

#include <utility>

namespace vigil::extensions {

thrift::ExtensionStatus to_wire(Status status) {
  thrift::ExtensionStatus wire;
  wire.__set_code(status.code);
  wire.message = std::move(status.message);
  wire.__set_uuid(status.uuid);
  return wire;
}

thrift::ExtensionResponse to_wire(Answer answer) {
  thrift::ExtensionResponse wire;
  wire.status = to_wire(std::move(answer.status));
  wire.response = std::move(answer.response);
  return wire;
}

thrift::InternalExtensionInfo to_wire(Info info) {
  thrift::InternalExtensionInfo wire;
  wire.name = std::move(info.name);
  wire.version = std::move(info.version);
  wire.sdk_version = std::move(info.sdk_version);
  wire.min_sdk_version = std::move(info.min_sdk_version);
  return wire;
}

thrift::InternalExtensionList to_wire(Extensions extensions) {
  thrift::InternalExtensionList wire;
  for (auto& [uuid, info] : extensions) wire.emplace_hint(wire.end(), uuid, to_wire(std::move(info)));
  return wire;
}

thrift::InternalOptionList to_wire(Options options) {
  thrift::InternalOptionList wire;
  for (auto& [name, option] : options) {
    auto& one = wire[name];
    one.value = std::move(option.value);
    one.default_value = std::move(option.default_value);
    one.type = std::move(option.type);
  }
  return wire;
}

Status from_wire(thrift::ExtensionStatus wire) { return {wire.code, std::move(wire.message), wire.uuid}; }

Answer from_wire(thrift::ExtensionResponse wire) { return {from_wire(std::move(wire.status)), std::move(wire.response)}; }

Info from_wire(thrift::InternalExtensionInfo wire) {
  return {std::move(wire.name), std::move(wire.version), std::move(wire.sdk_version), std::move(wire.min_sdk_version)};
}

Extensions from_wire(thrift::InternalExtensionList wire) {
  Extensions extensions;
  for (auto& [uuid, info] : wire) extensions.emplace_hint(extensions.end(), uuid, from_wire(std::move(info)));
  return extensions;
}

Options from_wire(thrift::InternalOptionList wire) {
  Options options;
  for (auto& [name, option] : wire)
    options.emplace_hint(options.end(), name, Option{std::move(option.value), std::move(option.default_value), std::move(option.type)});
  return options;
}

std::string period(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

}  // namespace vigil::extensions
