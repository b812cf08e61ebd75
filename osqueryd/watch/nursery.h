// SPDX-License-Identifier: Apache-2.0
// Nursery: the extensions that this process starts, keeps alive and ends. What
// they do costs this process nothing but their lines in the log.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "osqueryd/watch/cgroup.h"
#include "osqueryd/watch/child.h"
#include "osqueryd/watch/comeback.h"
#include "osqueryd/watch/extension_board.h"
#include "osqueryd/watch/nursery_settings.h"
#include "osqueryd/watch/restraint.h"

namespace vigil::watch {

// One thread uses it; extensions end with that thread.
class Nursery {
 public:
  // Logs what the list leaves out. With `group`, extensions have groups beside it. The references have to outlive the nursery.
  Nursery(NurserySettings settings, const ControlGroup* group, Log& log);

  bool empty() const { return extensions_.empty(); }
  // Does what is due, without waiting; when to call it again at the latest, by the steady clock in microseconds.
  int64_t attend();
  // One that is readable asks for attend().
  std::vector<int> descriptors() const;
  // Ends all, and waits until they have; SIGKILL comes after `patience` microseconds. No other call may follow.
  void stop(int64_t patience);

  const NurserySettings& settings() const { return settings_; }
  // For all threads, and for a worker; nothing where the kernel gave no memory for it.
  std::shared_ptr<const ExtensionBoard> board() const { return board_; }

 private:
  struct Extension {
    extensions::Candidate candidate;
    Comeback comeback;
    sql::ExtensionProcessInfo info;
    std::optional<ControlGroup> group = {};
    std::optional<Child> child = {};
    std::optional<Restraint> restraint = {};
    int64_t started = 0;                     // of the last start
    int64_t due = 0;                         // next start, next look or SIGKILL
    bool ending = false;                     // it was asked to end
    std::optional<std::string> broken = {};  // the limit that it is ended for
    std::string said = {};                   // why it is not started; said once
  };

  std::string name(const Extension& extension) const;
  void attend(Extension& extension, int64_t now);
  void start(Extension& extension, int64_t now);
  void refuse(Extension& extension, const char* state, const Error& why, int64_t now, int64_t wait);
  void look(Extension& extension, int64_t now);
  void end(Extension& extension, int64_t patience);
  void note_end(Extension& extension, const Exit& exit, int64_t now);

  const NurserySettings settings_;
  Log& log_;
  const SystemClock clock_;
  std::shared_ptr<ExtensionBoard> board_;
  std::vector<Extension> extensions_;
  bool stopping_ = false;
};

}  // namespace vigil::watch
