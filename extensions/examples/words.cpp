// SPDX-License-Identifier: Apache-2.0
// words: a table of the words of a text file, one row each.
//
//   SELECT word, length FROM words WHERE path = '/etc/issue'
#include <vigil/extension.h>

#include <sstream>

using namespace vigil::sdk;

namespace {

struct Row {
  Text path, word;
  Int length;
};

Rows<Row> scan(Query<Row> query) {
  for (const std::string& path : query.key(&Row::path).values()) {
    const auto text = query.host().read(path);
    if (!text) {
      query.skip(text.error());
      continue;
    }
    std::istringstream words(*text);
    for (std::string word; words >> word;) {
      const Row row{path, word, static_cast<int64_t>(word.size())};
      co_yield row;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Extension extension("words", "1.0");
  extension.add(table<Row>("words",
                           {
                               column("path", &Row::path, "The file that is read", required),
                               column("word", &Row::word, "One word of it"),
                               column("length", &Row::length, "Bytes of the word"),
                           },
                           scan));
  return extension.run(argc, argv);
}
