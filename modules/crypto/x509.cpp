// SPDX-License-Identifier: Apache-2.0
#include "modules/crypto/x509.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <climits>
#include <ctime>
#include <memory>

namespace vigil::crypto {
namespace {

struct Free {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(char* p) const { OPENSSL_free(p); }
  void operator()(unsigned char* p) const { OPENSSL_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;
using Text = std::optional<std::string>;

std::string hex(const unsigned char* bytes, int size) {
  std::string text;
  for (int i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

Text hex(const ASN1_OCTET_STRING* bytes) {
  if (!bytes) return std::nullopt;
  return hex(ASN1_STRING_get0_data(bytes), ASN1_STRING_length(bytes));
}

Text old_form(const X509_NAME* name) {
  const Owned<char> text(X509_NAME_oneline(name, nullptr, 0));
  if (!text) return std::nullopt;
  return std::string(text.get());
}

Text new_form(const X509_NAME* name) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE) < 0) return std::nullopt;
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

Text common_name(X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return std::nullopt;
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return std::nullopt;
  const Owned<unsigned char> owned(text);
  return std::string(text, text + size);
}

std::optional<int64_t> seconds(const ASN1_TIME* time) {
  std::tm parts = {};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return ::timegm(&parts);
}

Text long_name(int nid) {
  const char* name = nid == NID_undef ? nullptr : OBJ_nid2ln(nid);
  if (!name) return std::nullopt;
  return std::string(name);
}

Text key_algorithm(X509* x) {
  ASN1_OBJECT* algorithm = nullptr;
  if (X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(x)) != 1) return std::nullopt;
  return long_name(OBJ_obj2nid(algorithm));
}

Text key_strength(X509* x) {
  EVP_PKEY* key = X509_get0_pubkey(x);
  if (!key) return std::nullopt;
  char group[80];
  size_t length = 0;
  if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length) == 1)
    return std::string(group, length);
  const int bits = EVP_PKEY_get_bits(key);
  if (bits <= 0) return std::nullopt;
  return std::to_string(bits);
}

Text key_usage(X509* x) {
  const uint32_t flags = X509_get_key_usage(x);
  if (flags == UINT32_MAX) return std::nullopt;
  constexpr struct {
    uint32_t flag;
    const char* name;
  } usages[] = {{KU_ENCIPHER_ONLY, "Encipher Only"},         {KU_CRL_SIGN, "CRL Sign"},
                {KU_KEY_CERT_SIGN, "Key Cert Sign"},         {KU_KEY_AGREEMENT, "Key Agreement"},
                {KU_DATA_ENCIPHERMENT, "Data Encipherment"}, {KU_KEY_ENCIPHERMENT, "Key Encipherment"},
                {KU_NON_REPUDIATION, "Non Repudiation"},     {KU_DIGITAL_SIGNATURE, "Digital Signature"},
                {KU_DECIPHER_ONLY, "Decipher Only"}};
  std::string text;
  for (const auto& usage : usages)
    if (flags & usage.flag) (text += text.empty() ? "" : ", ") += usage.name;
  return text;
}

Certificate certificate(X509* x) {
  Certificate c;
  X509_NAME* subject = X509_get_subject_name(x);
  const X509_NAME* issuer = X509_get_issuer_name(x);
  c.common_name = common_name(subject);
  c.subject = old_form(subject);
  c.issuer = old_form(issuer);
  c.subject_oneline = new_form(subject);
  c.issuer_oneline = new_form(issuer);
  c.ca = X509_check_ca(x) > 0;
  c.self_signed = X509_check_issued(x, x) == X509_V_OK;
  c.not_before = seconds(X509_get0_notBefore(x));
  c.not_after = seconds(X509_get0_notAfter(x));
  c.signing_algorithm = long_name(X509_get_signature_nid(x));
  c.key_algorithm = key_algorithm(x);
  c.key_strength = key_strength(x);
  c.key_usage = key_usage(x);
  c.subject_key_id = hex(X509_get0_subject_key_id(x));
  c.authority_key_id = hex(X509_get0_authority_key_id(x));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(x, EVP_sha1(), digest, &size) == 1) c.sha1 = hex(digest, static_cast<int>(size));
  const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), nullptr));
  const Owned<char> serial(number ? BN_bn2hex(number.get()) : nullptr);
  if (serial) c.serial = serial.get();
  return c;
}

// Instead of libcrypto's own, which asks at the terminal.
int no_password(char*, int, int, void*) { return -1; }

}  // namespace

std::vector<Certificate> certificates(std::string_view bytes) {
  std::vector<Certificate> all;
  if (bytes.size() > INT_MAX) return all;
  const Owned<BIO> in(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (!in) return all;
  while (true) {
    const size_t before = BIO_ctrl_pending(in.get());
    if (const Owned<X509> x{PEM_read_bio_X509_AUX(in.get(), nullptr, no_password, nullptr)}) {
      all.push_back(certificate(x.get()));
    } else if (BIO_ctrl_pending(in.get()) == before || before == 0) {
      break;  // the end; after damage the rest is tried
    }
  }
  if (all.empty()) {
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    if (const Owned<X509> x{d2i_X509(nullptr, &der, static_cast<long>(bytes.size()))}) all.push_back(certificate(x.get()));
  }
  ERR_clear_error();
  return all;
}

}  // namespace vigil::crypto
