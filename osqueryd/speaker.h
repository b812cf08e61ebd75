// SPDX-License-Identifier: Apache-2.0
// Speaker: what results say about the host they come from. Asked for each
// result, so most of it is kept.
//
// From any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/base/result.h"
#include "core/store/store.h"
#include "osqueryd/options/options.h"
#include "osqueryd/results/format.h"
#include "osqueryd/results/identity.h"
#include "osqueryd/schedule/runner.h"

namespace vigil {

class Speaker {
 public:
  // Takes lasting identifiers from the store, or puts them there.
  static Result<std::unique_ptr<Speaker>> make(store::Store& store);

  void configure(const Options& options);
  // Finds out the host's addresses, where lines tell them.
  void look_up_addresses(schedule::Work& work);
  // As things are now: a host may get another name.
  results::Speaker now() const;
  const results::Identity& identity() const { return identity_; }

 private:
  explicit Speaker(results::Identity identity);

  const results::Identity identity_;
  const std::string ephemeral_;
  mutable std::mutex mutex_;
  std::string choice_, specified_;
  results::Speaker fixed_;
  bool tells_addresses_ = false;
};

}  // namespace vigil
