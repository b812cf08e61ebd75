// SPDX-License-Identifier: Apache-2.0
// file_logger: a logger that writes what queries find, and the core's own log,
// to the file that the environment variable FILE_LOGGER names.
//
//   osqueryd --extensions_autoload=... --logger_plugin=file_logger
#include <vigil/extension.h>

#include <cstdlib>
#include <fstream>
#include <mutex>

using namespace vigil::sdk;
using vigil::Error;
using vigil::Result;

namespace {

class FileLogger final : public Logger {
 public:
  explicit FileLogger(std::string path) : path_(std::move(path)) {}

  Result<void> log(const std::string& line) override { return write("result " + line); }
  Result<void> snapshot(const std::string& document) override { return write("snapshot " + document); }
  bool wants_status() const override { return true; }
  Result<void> status(const std::vector<StatusLine>& lines) override {
    for (const StatusLine& line : lines)
      if (auto done = write("status " + std::to_string(line.severity) + " " + line.message); !done) return done;
    return {};
  }

 private:
  Result<void> write(const std::string& line) {
    const std::lock_guard lock(mutex_);
    std::ofstream file(path_, std::ios::app);
    file << line << '\n' << std::flush;
    if (!file) return Error{"cannot write '" + path_ + "'"};
    return {};
  }

  const std::string path_;
  std::mutex mutex_;
};

}  // namespace

int main(int argc, char** argv) {
  const char* path = std::getenv("FILE_LOGGER");
  FileLogger logger(path ? path : "/var/log/osquery/file_logger.log");
  Extension extension("file_logger", "1.0");
  extension.add("file_logger", logger);
  return extension.run(argc, argv);
}
