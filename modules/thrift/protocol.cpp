// SPDX-License-Identifier: Apache-2.0
#include "modules/thrift/protocol.h"

namespace vigil::extensions {
namespace {

using namespace apache::thrift::protocol;

[[noreturn]] void invalid(const std::string& what) { throw TProtocolException(TProtocolException::INVALID_DATA, what); }

// Of a method.
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
    default: invalid("values of type " + std::to_string(type) + ", which take no bytes");
  }
}

// Of what others say, for messages.
std::string shown(const std::string& name) {
  std::string out = "'";
  for (const char c : name.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + "'";
}

}  // namespace

Protocol::Protocol(std::shared_ptr<Transport> transport, Side side) : Base(std::move(transport)), side_(side) {}

void Protocol::limit_strings(uint64_t most) { string_max_ = most; }

uint32_t Protocol::writeMessageBegin_virt(const std::string& name, MessageType type, int32_t sequence) {
  if (side_ == Side::client) {
    asked_ = name;
    sequence = ++sequence_;
  }
  return writeMessageBegin(name, type, sequence);
}

// As the library reads it, but for values that are none of its enumerations.
uint32_t Protocol::begin(std::string& name, MessageType& type, int32_t& sequence) {
  int32_t first = 0;
  uint32_t read = readI32(first);
  int32_t kind = 0, size = first;
  const bool versioned = first < 0;
  if (versioned) {
    if ((first & VERSION_MASK) != VERSION_1) invalid("a message of another version");
    kind = first & 0xff;
    read += readI32(size);
  }
  if (size < 0 || size > longest_name) invalid("a message that names no method");
  read += read_text(name, static_cast<uint32_t>(size));
  if (!versioned) {
    int8_t byte = 0;
    read += readByte(byte);
    kind = byte;
  }
  if (kind < T_CALL || kind > T_ONEWAY) invalid("a message of the unknown type " + std::to_string(kind));
  type = static_cast<MessageType>(kind);
  return read + readI32(sequence);
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

uint32_t Protocol::read_type(Type& type) {
  int8_t byte = 0;
  const uint32_t read = readByte(byte);
  if (byte < T_STOP || byte > T_LIST) invalid("a value of the unknown type " + std::to_string(byte));
  type = static_cast<Type>(byte);
  return read;
}

uint32_t Protocol::read_size(uint32_t& size) {
  int32_t number = 0;
  const uint32_t read = readI32(number);
  if (number < 0) invalid("a container of negative size");
  size = static_cast<uint32_t>(number);
  return read;
}

uint32_t Protocol::read_text(std::string& text, uint32_t size) {
  uint32_t there = size;
  const uint8_t* bytes = trans_->borrow(nullptr, &there);
  text.assign(reinterpret_cast<const char*>(bytes), size);
  trans_->consume(size);
  return size;
}

uint32_t Protocol::readFieldBegin_virt(std::string&, Type& type, int16_t& id) {
  id = 0;
  const uint32_t read = read_type(type);
  return type == T_STOP ? read : read + readI16(id);
}

// Containers not by the library, which multiplies their sizes in 32 bits.
uint32_t Protocol::readMapBegin_virt(Type& key, Type& value, uint32_t& size) {
  uint32_t read = read_type(key);
  read += read_type(value);
  read += read_size(size);
  if (size > 0) trans_->need(size * (least_bytes(key) + least_bytes(value)));
  return read;
}

uint32_t Protocol::readListBegin_virt(Type& element, uint32_t& size) {
  uint32_t read = read_type(element);
  read += read_size(size);
  if (size == 0) return read;
  // Generated code makes room for all elements at once, whatever they claim to be.
  if (!skipping_ && element != T_MAP) invalid("a list of something else than rows");
  trans_->need(size * least_bytes(element));
  return read;
}

uint32_t Protocol::readSetBegin_virt(Type& element, uint32_t& size) {
  uint32_t read = read_type(element);
  read += read_size(size);
  if (size > 0) trans_->need(size * least_bytes(element));
  return read;
}

uint32_t Protocol::readString_virt(std::string& text) {
  int32_t size = 0;
  const uint32_t read = readI32(size);
  if (size < 0) invalid("a text of negative size");
  if (string_max_ > 0 && static_cast<uint32_t>(size) > string_max_)
    throw TooMuch("a text of " + std::to_string(size) + " bytes; at most " + std::to_string(string_max_) + " are taken");
  return read + read_text(text, static_cast<uint32_t>(size));
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
