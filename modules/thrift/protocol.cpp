// SPDX-License-Identifier: Apache-2.0
#include "modules/thrift/protocol.h"

namespace vigil::extensions {
namespace {

using namespace apache::thrift::protocol;

[[noreturn]] void invalid(const std::string& what) { throw TProtocolException(TProtocolException::INVALID_DATA, what); }

// Of a method. All other texts are read here.
constexpr int32_t longest_name = 256;

// The least that a value takes on the wire.
uint64_t least_bytes(TType type) {
  switch (type) {
    case T_BOOL:
    case T_BYTE:
    case T_STRUCT:  // the mark of its end
      return 1;
    case T_I16: return 2;
    case T_I32:
    case T_STRING: return 4;
    case T_LIST:
    case T_SET: return 5;
    case T_MAP: return 6;
    case T_I64:
    case T_DOUBLE: return 8;
    default: invalid("values of the unknown type " + std::to_string(type));
  }
}

// Of what others say, for messages.
std::string shown(const std::string& name) {
  std::string out = "'";
  for (const char c : name.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + "'";
}

}  // namespace

Protocol::Protocol(std::shared_ptr<Transport> transport, Side side) : Base(std::move(transport)), side_(side) { setStringSizeLimit(longest_name); }

void Protocol::limit_strings(uint64_t most) { string_max_ = most; }

uint32_t Protocol::writeMessageBegin_virt(const std::string& name, MessageType type, int32_t sequence) {
  if (side_ == Side::client) {
    asked_ = name;
    sequence = ++sequence_;
  }
  return writeMessageBegin(name, type, sequence);
}

uint32_t Protocol::begin(std::string& name, MessageType& type, int32_t& sequence) try {
  return readMessageBegin(name, type, sequence);
} catch (const TProtocolException& error) {
  if (error.getType() == TProtocolException::SIZE_LIMIT) invalid("a message that names no method");
  throw;
}

uint32_t Protocol::readMessageBegin_virt(std::string& name, MessageType& type, int32_t& sequence) {
  // An aborted message leaves these as they were.
  skipping_ = false;
  const uint32_t size = begin(name, type, sequence);
  if (side_ == Side::server) {
    if (type != T_CALL && type != T_ONEWAY) invalid("a message of type " + std::to_string(type) + " where a call should be");
    return size;
  }
  if (type != T_REPLY && type != T_EXCEPTION) invalid("a message of type " + std::to_string(type) + " where an answer should be");
  if (name != asked_) invalid("an answer to " + shown(name) + " where '" + asked_ + "' was asked");
  if (sequence != sequence_) invalid("an answer to question " + std::to_string(sequence) + " where " + std::to_string(sequence_) + " was asked");
  return size;
}

uint32_t Protocol::readMapBegin_virt(Type& key, Type& value, uint32_t& size) {
  const uint32_t read = readMapBegin(key, value, size);
  if (size > 0) trans_->need(size * (least_bytes(key) + least_bytes(value)));
  return read;
}

uint32_t Protocol::readListBegin_virt(Type& element, uint32_t& size) {
  const uint32_t read = readListBegin(element, size);
  if (size == 0) return read;
  // Generated code makes room for all elements at once, whatever they claim to be.
  if (!skipping_ && element != T_MAP) invalid("a list of something else than rows");
  trans_->need(size * least_bytes(element));
  return read;
}

uint32_t Protocol::readSetBegin_virt(Type& element, uint32_t& size) {
  const uint32_t read = readSetBegin(element, size);
  if (size > 0) trans_->need(size * least_bytes(element));
  return read;
}

uint32_t Protocol::readString_virt(std::string& text) {
  int32_t size = 0;
  const uint32_t read = readI32(size);
  if (size < 0) invalid("a text of negative size");
  if (string_max_ > 0 && static_cast<uint32_t>(size) > string_max_)
    throw TooMuch("a text of " + std::to_string(size) + " bytes; at most " + std::to_string(string_max_) + " are taken");
  auto length = static_cast<uint32_t>(size);
  const uint8_t* bytes = trans_->borrow(nullptr, &length);
  text.assign(reinterpret_cast<const char*>(bytes), length);
  trans_->consume(length);
  return read + length;
}

uint32_t Protocol::readBinary_virt(std::string& text) { return readString_virt(text); }

// By the checked functions above; the library would go around them.
uint32_t Protocol::skip_virt(Type type) {
  skipping_ = true;
  const uint32_t size = apache::thrift::protocol::skip(static_cast<TProtocol&>(*this), type);
  skipping_ = false;
  return size;
}

}  // namespace vigil::extensions
