// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/cgroup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/parse/text.h"
#include "osqueryd/watch/small_file.h"

namespace vigil::watch {
namespace {

constexpr const char* worker_group = "/osqueryd-worker";
constexpr const char* watcher_group = "/osqueryd-watcher";
constexpr uint64_t period = 100'000;  // microseconds in which the kernel counts processor time

Result<void> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return os_error("create", path, errno);
  return {};
}

// Nobody else's processes are in `group`, so it is this process's to divide.
Result<void> check_alone(const std::string& group, pid_t self) {
  auto members = read_small(group + "/cgroup.procs");
  if (!members) return std::move(members.error());
  if (parse::trim(*members) != std::to_string(self)) return Error{"control group '" + group + "' has other processes"};
  return {};
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// Whether `controller` is one of a list with commas.
bool holds(std::string_view controllers, std::string_view controller) {
  while (!controllers.empty())
    if (parse::cut(controllers, ',') == controller) return true;
  return false;
}

}  // namespace

Membership parse_membership(std::string_view text) {
  Membership membership;
  for (std::string_view line : parse::lines(text)) {
    const std::string_view id = parse::cut(line, ':'), controllers = parse::cut(line, ':');
    // A group outside of what this mount namespace shows has dots in its path.
    if (line.empty() || line.front() != '/' || line.find("/..") != line.npos) continue;
    if (id == "0" && controllers.empty()) membership.unified = line;
    if (holds(controllers, "memory")) membership.memory = line;
    if (holds(controllers, "cpu")) membership.processor = line;
  }
  return membership;
}

uint64_t parse_oom_kills(std::string_view text) {
  for (std::string_view line : parse::lines(text))
    if (parse::field(line) == "oom_kill") return parse::number<uint64_t>(parse::field(line)).value_or(0);
  return 0;
}

Result<ControlGroup> ControlGroup::make(const std::string& mount, const Membership& membership, pid_t self) {
  ControlGroup made;
  if (exists(mount + "/cgroup.controllers")) {
    if (!membership.unified) return Error{"this process is in no control group of the unified hierarchy"};
    const std::string group = mount + (*membership.unified == "/" ? "" : *membership.unified);
    if (auto done = made.make_unified(group, self); !done) return std::move(done.error());
    return made;
  }
  if (auto done = made.make_split(mount, membership, self); !done) return std::move(done.error());
  return made;
}

Result<void> ControlGroup::make_unified(const std::string& group, pid_t self) {
  // The root of the machine has no type; the root that a container sees has one.
  if (!exists(group + "/cgroup.type")) return Error{"'" + group + "' is the root of all control groups"};
  if (auto alone = check_alone(group, self); !alone) return alone;
  auto controllers = read_small(group + "/cgroup.controllers");
  if (!controllers) return std::move(controllers.error());
  std::string wanted;
  for (const std::string_view controller : parse::fields(parse::trim(*controllers)))
    if (controller == "memory" || controller == "cpu") (wanted += wanted.empty() ? "+" : " +") += controller;
  if (wanted.empty()) return Error{"control group '" + group + "' has neither memory nor cpu to limit"};

  const std::string own = group + watcher_group;
  if (auto made = make_directory(own); !made) return made;
  if (auto moved = write_small(own + "/cgroup.procs", std::to_string(self)); !moved) return moved;
  if (auto enabled = write_small(group + "/cgroup.subtree_control", wanted); !enabled) return enabled;
  if (auto made = make_directory(group + worker_group); !made) return made;
  unified_ = group + worker_group;
  return {};
}

Result<void> ControlGroup::make_split(const std::string& mount, const Membership& membership, pid_t self) {
  auto make = [&](const char* controller, const std::optional<std::string>& path, std::string& directory) -> Result<void> {
    if (!path || *path == "/") return Error{std::string("this process is in no control group of its own for ") + controller};
    const std::string group = mount + "/" + controller + *path, wanted = group + worker_group;
    if (auto alone = check_alone(group, self); !alone) return alone;
    if (auto made = make_directory(wanted); !made) return made;
    directory = wanted;
    return {};
  };
  auto memory = make("memory", membership.memory, memory_), processor = make("cpu", membership.processor, processor_);
  // One of the two is better than none.
  return memory || processor ? Result<void>() : memory;
}

Result<ControlGroup> ControlGroup::beside(const std::string& name) const {
  ControlGroup made;
  for (const auto member : {&ControlGroup::unified_, &ControlGroup::memory_, &ControlGroup::processor_}) {
    const std::string& directory = this->*member;
    if (directory.empty()) continue;
    const std::string wanted = directory.substr(0, directory.rfind('/') + 1) + name;
    if (auto done = make_directory(wanted); !done) return std::move(done.error());
    made.*member = wanted;
  }
  return made;
}

ControlGroup::~ControlGroup() {
  for (const std::string& directory : {unified_, memory_, processor_})
    if (!directory.empty()) ::rmdir(directory.c_str());
}

std::vector<std::string> ControlGroup::entries() const {
  std::vector<std::string> files;
  for (const std::string& directory : {unified_, memory_, processor_})
    if (!directory.empty()) files.push_back(directory + "/cgroup.procs");
  return files;
}

Result<void> ControlGroup::limit_memory(uint64_t high, uint64_t most) const {
  auto set = [](const std::string& file, uint64_t bytes, const char* none) { return write_small(file, bytes == 0 ? none : std::to_string(bytes)); };
  if (!unified_.empty()) {
    if (auto written = set(unified_ + "/memory.high", high, "max"); !written) return written;
    return set(unified_ + "/memory.max", most, "max");
  }
  if (memory_.empty()) return {};
  if (auto written = set(memory_ + "/memory.soft_limit_in_bytes", high, "-1"); !written) return written;
  return set(memory_ + "/memory.limit_in_bytes", most, "-1");
}

Result<void> ControlGroup::limit_processor(uint64_t percent) const {
  const std::string quota = std::to_string(percent * period / 100);
  if (!unified_.empty()) return write_small(unified_ + "/cpu.max", (percent == 0 ? "max" : quota) + " " + std::to_string(period));
  if (processor_.empty()) return {};
  if (auto written = write_small(processor_ + "/cpu.cfs_period_us", std::to_string(period)); !written) return written;
  return write_small(processor_ + "/cpu.cfs_quota_us", percent == 0 ? "-1" : quota);
}

uint64_t ControlGroup::oom_kills() const {
  const std::string file = !unified_.empty() ? unified_ + "/memory.events" : !memory_.empty() ? memory_ + "/memory.oom_control" : "";
  auto text = read_small(file);
  return text ? parse_oom_kills(*text) : 0;
}

}  // namespace vigil::watch
