// SPDX-License-Identifier: Apache-2.0
// Between the plain types of extensions/protocol.h and those that Thrift
// generates. All that can be large is moved.
#pragma once

#include <extension_types.h>

#include <chrono>
#include <string>

#include "extensions/protocol.h"

namespace vigil::extensions {

thrift::ExtensionStatus to_wire(Status status);
thrift::ExtensionResponse to_wire(Answer answer);
thrift::InternalExtensionInfo to_wire(Info info);
thrift::InternalExtensionList to_wire(Extensions extensions);
thrift::InternalOptionList to_wire(Options options);

Status from_wire(thrift::ExtensionStatus status);
Answer from_wire(thrift::ExtensionResponse answer);
Info from_wire(thrift::InternalExtensionInfo info);
Extensions from_wire(thrift::InternalExtensionList extensions);
Options from_wire(thrift::InternalOptionList options);

// For messages: "3 s", "250 ms".
std::string period(std::chrono::milliseconds duration);

}  // namespace vigil::extensions
