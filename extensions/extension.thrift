// SPDX-License-Identifier: Apache-2.0
// What extensions and the program that admits them say to each other, over UNIX
// stream sockets: Thrift's binary protocol, buffered, no frames. The program
// listens on its extension socket, each admitted extension on a socket of its
// own, whose path is that of the program's and ".<uuid>".
//
// Names, numbers and types here are those that clients and extensions written
// for osquery were built with; they cannot change.
namespace cpp vigil.thrift
namespace go osquery
namespace java osquery.extensions
namespace js osquery.extensions
namespace perl osquery.extensions
namespace py osquery.extensions

// What a plugin is asked, as names and values, and the rows that it answers.
typedef map<string, string> ExtensionPluginRequest
typedef list<map<string, string>> ExtensionPluginResponse

// Tells registered extensions apart; 0 is the program itself.
typedef i64 ExtensionRouteUUID

// A flag of the program, its values as text.
struct InternalOptionInfo {
  1: string value,
  2: string default_value,
  3: string type,
}

// Flags by name.
typedef map<string, InternalOptionInfo> InternalOptionList

// What an extension says of itself when it registers.
struct InternalExtensionInfo {
  1: string name,
  2: string version,
  3: string sdk_version,
  4: string min_sdk_version,  // of the program, for this extension to work
}

// The plugins of one registry by name, each with what has to be known of it
// beforehand: of a table its columns.
typedef map<string, ExtensionPluginResponse> ExtensionRouteTable

// All that an extension offers, by registry: "table", "logger", "config".
typedef map<string, ExtensionRouteTable> ExtensionRegistry

// The program, as number 0, and the extensions it admitted.
typedef map<ExtensionRouteUUID, InternalExtensionInfo> InternalExtensionList

enum ExtensionCode {
  EXT_SUCCESS = 0,
  EXT_FAILED = 1,
  EXT_FATAL = 2,
}

struct ExtensionStatus {
  1: i32 code,     // an ExtensionCode; a plugin may mean something else by it
  2: string message,
  3: ExtensionRouteUUID uuid,  // of who answers
}

struct ExtensionResponse {
  1: ExtensionStatus status,
  2: ExtensionPluginResponse response,
}

exception ExtensionException {
  1: i32 code,
  2: string message,
  3: ExtensionRouteUUID uuid,
}

// What every extension answers, and the program too.
service Extension {
  // Shows that somebody is there: the message is "pong".
  ExtensionStatus ping(),

  // Asks the plugin `item` of a registry.
  ExtensionResponse call(1: string registry, 2: string item, 3: ExtensionPluginRequest request),

  // Asks an extension to end.
  void shutdown(),
}

// What only the program answers.
service ExtensionManager extends Extension {
  InternalExtensionList extensions(),
  InternalOptionList options(),

  // Admits an extension; the answer's uuid is the one it gets.
  ExtensionStatus registerExtension(1: InternalExtensionInfo info, 2: ExtensionRegistry registry),
  ExtensionStatus deregisterExtension(1: ExtensionRouteUUID uuid),

  // Runs one SQL statement. All values are text, NULL is an empty one.
  ExtensionResponse query(1: string sql),

  // The columns of a statement in their order: a row for each, {name: type}.
  ExtensionResponse getQueryColumns(1: string sql),
}
