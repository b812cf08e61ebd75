// SPDX-License-Identifier: Apache-2.0
// folder_config: a configuration made of all *.json files in the folder that the
// environment variable FOLDER_CONFIG names. A pack with the value "name.json" is
// a file in its subfolder packs.
//
//   osqueryd --extensions_autoload=... --config_plugin=folder_config
#include <vigil/extension.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace vigil::sdk;
using vigil::Error;
using vigil::Result;

namespace {

class FolderConfig final : public ConfigSource {
 public:
  explicit FolderConfig(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<std::map<std::string, std::string>> fetch() override {
    std::map<std::string, std::string> documents;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
      if (entry.path().extension() != ".json") continue;
      auto text = read(entry.path());
      if (!text) return text.error();
      documents.emplace(entry.path().filename(), std::move(*text));
    }
    if (error) return Error{"list '" + folder_.string() + "': " + error.message()};
    return documents;
  }

  Result<std::string> pack(const std::string&, const std::string& value) override {
    // The name of a file, not a way to anywhere else.
    return read(folder_ / "packs" / std::filesystem::path(value).filename());
  }

 private:
  static Result<std::string> read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) return Error{"cannot read '" + path.string() + "'"};
    return text;
  }

  const std::filesystem::path folder_;
};

}  // namespace

int main(int argc, char** argv) {
  const char* folder = std::getenv("FOLDER_CONFIG");
  FolderConfig config(folder ? folder : "/etc/osquery/folder");
  Extension extension("folder_config", "1.0");
  extension.add("folder_config", config);
  return extension.run(argc, argv);
}
