// SPDX-License-Identifier: Apache-2.0
// Compression of files by libzstd.
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "core/base/zstd_module.h"

namespace vigil {
namespace {

constexpr int level = 1;

Result<void> write_all(int fd, const std::string& path, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(fd, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_error("write", path, errno);
    data += count;
    size -= static_cast<size_t>(count);
  }
  return {};
}

Result<void> compress(int from, int to, const std::string& source, const std::string& target) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  std::vector<char> in(ZSTD_CStreamInSize()), out(ZSTD_CStreamOutSize());
  for (;;) {
    const ssize_t count = ::read(from, in.data(), in.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_error("read", source, errno);
    ZSTD_inBuffer input{in.data(), static_cast<size_t>(count), 0};
    const ZSTD_EndDirective mode = count == 0 ? ZSTD_e_end : ZSTD_e_continue;
    for (bool more = true; more;) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      const size_t left = ZSTD_compressStream2(context.get(), &output, &input, mode);
      if (ZSTD_isError(left)) return Error{"compress '" + source + "': " + ZSTD_getErrorName(left)};
      if (auto done = write_all(to, target, out.data(), output.pos); !done) return done;
      more = mode == ZSTD_e_end ? left != 0 : input.pos < input.size;
    }
    if (count == 0) return {};
  }
}

}  // namespace
}  // namespace vigil

const VigilZstd vigil_zstd = {vigil::compress};
