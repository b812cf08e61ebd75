// SPDX-License-Identifier: Apache-2.0
// Protocol: Thrift's binary protocol with the checks that the library leaves
// out. A container gets memory only when the bytes of its elements are there;
// types are types; an answer is the one that was asked for.
#pragma once

#include <thrift/protocol/TBinaryProtocol.h>

#include "modules/thrift/transport.h"

namespace vigil::extensions {

enum class Side { client, server };

class Protocol final : public apache::thrift::protocol::TBinaryProtocolT<Transport> {
  using Base = apache::thrift::protocol::TBinaryProtocolT<Transport>;
  using Type = apache::thrift::protocol::TType;
  using MessageType = apache::thrift::protocol::TMessageType;

 public:
  Protocol(std::shared_ptr<Transport> transport, Side side);
  // Bytes of one text; 0 for no bound but that of a message.
  void limit_strings(uint64_t most);

  uint32_t writeMessageBegin_virt(const std::string& name, MessageType type, int32_t sequence) override;
  uint32_t readMessageBegin_virt(std::string& name, MessageType& type, int32_t& sequence) override;
  uint32_t readFieldBegin_virt(std::string& name, Type& type, int16_t& id) override;
  uint32_t readMapBegin_virt(Type& key, Type& value, uint32_t& size) override;
  uint32_t readListBegin_virt(Type& element, uint32_t& size) override;
  uint32_t readSetBegin_virt(Type& element, uint32_t& size) override;
  uint32_t readString_virt(std::string& text) override;
  uint32_t readBinary_virt(std::string& text) override;
  uint32_t skip_virt(Type type) override;

 private:
  uint32_t begin(std::string& name, MessageType& type, int32_t& sequence);
  uint32_t read_type(Type& type);
  uint32_t read_size(uint32_t& size);
  uint32_t read_text(std::string& text, uint32_t size);

  const Side side_;
  uint64_t string_max_ = 0;
  // Of a client: the call that was sent.
  std::string asked_;
  int32_t sequence_ = 0;
  bool skipping_ = false;
};

}  // namespace vigil::extensions
