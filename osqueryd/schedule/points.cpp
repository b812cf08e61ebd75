// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/points.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace vigil::schedule {

void Points::configure(uint64_t period) {
  const std::lock_guard lock(mutex_);
  period_ = period;
}

void Points::put(std::string path, int64_t value, Combine how) {
  const int64_t time = clock_.wall() * 1000;
  if (period_ > 0) {
    const auto [place, fresh] = places_.emplace(path, points_.size());
    if (!fresh) {
      Point& point = points_[place->second];
      point.value = how == Combine::sum ? point.value + value : std::max(point.value, value);
      point.time = time;
      return;
    }
  }
  points_.push_back({std::move(path), value, time});
}

void Points::add(const config::Query& query, const Usage& used, bool failed) {
  const std::string name = query.pack + "." + query.bare_name;
  const std::lock_guard lock(mutex_);
  for (const std::string& about : {"scheduler.pack." + query.pack, "scheduler.global.query." + name,
                                   "scheduler.assigned.query." + query.oncall + "." + name, "scheduler.owners." + query.oncall}) {
    put(about + ".rss.increase.kb", used.memory / 1024, Combine::most);
    put(about + ".time.user.millis", used.user / 1000, Combine::sum);
    put(about + ".time.system.millis", used.system / 1000, Combine::sum);
    put(about + ".time.total.millis", (used.user + used.system) / 1000, Combine::sum);
    put(about + ".time.wall.millis", used.wall / 1000, Combine::sum);
  }
  put("scheduler.query." + name + ".status." + (failed ? "failure" : "success"), 1, Combine::sum);
  put("query.total.count", 1, Combine::sum);
}

Result<void> Points::tick() {
  const int64_t now = clock_.steady();
  {
    const std::lock_guard lock(mutex_);
    if (points_.empty() || now - written_ < static_cast<int64_t>(period_) * Clock::second) return {};
  }
  written_ = now;
  return write();
}

Result<void> Points::write() {
  std::vector<Point> points;
  {
    const std::lock_guard lock(mutex_);
    points.swap(points_);
    places_.clear();
  }
  if (points.empty()) return {};
  std::vector<std::string> lines;
  for (const Point& point : points) lines.push_back(point.path + '\t' + std::to_string(point.value) + '\t' + std::to_string(point.time) + "\tfalse");
  if (auto opened = file_.open(); !opened) return opened.error();
  return file_.append(std::vector<std::string_view>(lines.begin(), lines.end())).status;
}

}  // namespace vigil::schedule
