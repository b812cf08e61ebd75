// SPDX-License-Identifier: Apache-2.0
// hash: what sha256sum(1), sha1sum(1) and md5sum(1) print.
//
// A file is read once, in large blocks, through the digests that the query
// uses. The next files are read by other threads meanwhile, a few at a time,
// so memory does not grow with the size or the number of files. The threads
// end with the scan, in the middle of a file when they have to.

#include "hash.gen.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "core/sql/engine.h"
#include "core/sql/locations.h"

namespace vigil::tables::hash {
namespace {

constexpr size_t kinds = 3;
constexpr const char* names[kinds] = {"MD5", "SHA1", "SHA256"};
constexpr size_t block_size = 128 * 1024;
constexpr size_t files_ahead = 32;
constexpr unsigned max_threads = 4;

// One file on its way to a row.
struct Job {
  sql::Text path, directory;
  Fd fd;
  std::array<sql::Text, kinds> digests;
  int failed = 0;  // errno
  bool done = false;
};

std::string hex(const unsigned char* bytes, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

// The digests that a query uses, and room to compute them in; one for each thread.
class Hasher {
 public:
  Hasher(const std::array<bool, kinds>& wanted, size_t max, const std::atomic<bool>* stop) : max_(max), stop_(stop) {
    for (size_t i = 0; i < kinds; ++i) {
      if (!wanted[i]) continue;
      algorithms_[i].reset(EVP_MD_fetch(nullptr, names[i], nullptr));  // null where a policy forbids it
      if (algorithms_[i]) contexts_[i].reset(EVP_MD_CTX_new());
    }
  }

  void run(Job& job, const std::stop_token& end) {
    if (!job.fd) return;
    job.failed = read(job, end);
    for (size_t i = 0; i < kinds && !job.failed; ++i) {
      unsigned char digest[EVP_MAX_MD_SIZE];
      unsigned size = 0;
      if (contexts_[i] && EVP_DigestFinal_ex(contexts_[i].get(), digest, &size)) job.digests[i] = hex(digest, size);
    }
    job.fd = Fd();
  }

 private:
  int read(const Job& job, const std::stop_token& end) {
    struct stat s;
    if (::fstat(job.fd.get(), &s) != 0) return errno;
    if (static_cast<uint64_t>(s.st_size) > max_) return EFBIG;
    if (s.st_size > static_cast<off_t>(block_size)) ::posix_fadvise(job.fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    for (size_t i = 0; i < kinds; ++i)
      if (contexts_[i]) EVP_DigestInit_ex2(contexts_[i].get(), algorithms_[i].get(), nullptr);
    for (size_t total = 0;;) {
      if (end.stop_requested() || (stop_ && stop_->load(std::memory_order_relaxed))) return ECANCELED;
      const ssize_t n = ::read(job.fd.get(), buffer_.get(), block_size);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno;
      if (n == 0) return 0;
      if ((total += static_cast<size_t>(n)) > max_) return EFBIG;
      for (const auto& context : contexts_)
        if (context) EVP_DigestUpdate(context.get(), buffer_.get(), static_cast<size_t>(n));
    }
  }

  struct Free {
    void operator()(EVP_MD* p) const { EVP_MD_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  std::array<std::unique_ptr<EVP_MD, Free>, kinds> algorithms_;
  std::array<std::unique_ptr<EVP_MD_CTX, Free>, kinds> contexts_;
  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(block_size);
  size_t max_;
  const std::atomic<bool>* stop_;
};

// Jobs come out in the order in which they went in. Without threads they are
// done on the way in.
class Pipeline {
 public:
  Pipeline(unsigned threads, const std::array<bool, kinds>& wanted, size_t max, const std::atomic<bool>* stop) {
    if (threads == 0) own_.emplace(wanted, max, stop);
    for (unsigned i = 0; i < threads; ++i)
      threads_.emplace_back([this, wanted, max, stop](const std::stop_token& end) { work(Hasher(wanted, max, stop), end); });
  }

  bool empty() const { return jobs_.empty(); }
  bool full() const { return jobs_.size() >= (own_ ? 1 : files_ahead); }

  void add(Job job) {
    if (own_) own_->run(job, {});
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    changed_.notify_all();
  }

  Job take() {
    std::unique_lock lock(mutex_);
    if (!own_) {
      changed_.wait(lock, [&] { return jobs_.front().done; });
      --next_;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

 private:
  void work(Hasher hasher, const std::stop_token& end) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, end, [&] { return next_ < jobs_.size(); })) {
      Job& job = jobs_[next_++];  // stays where it is until it is done
      lock.unlock();
      hasher.run(job, end);
      lock.lock();
      job.done = true;
      changed_.notify_all();
    }
  }

  std::optional<Hasher> own_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Job> jobs_;
  size_t next_ = 0;                    // the first that no thread has taken
  std::vector<std::jthread> threads_;  // the last member: they end before the others go
};

}  // namespace

sql::Rows<Row> scan(Query query) {
  const sql::Locations locations(query.keys.path, query.keys.directory);
  if (!locations.problem().empty()) query.warn(locations.problem());
  const Access& access = query.host().access();
  Walk walk(query.host(), locations.patterns(), {.skip_network = query.engine().option("skip_network_filesystems") == "true"},
            [&](const Error& error) { query.skip(error); });

  const bool content = query.needs(Source::content);
  const bool alone = query.keys.path.pinned() && query.keys.path.values().size() <= 1;
  const unsigned threads = alone || !content ? 0 : std::clamp(std::thread::hardware_concurrency(), 1u, max_threads);
  Pipeline pipeline(threads, {query.needs(Column::md5), query.needs(Column::sha1), query.needs(Column::sha256)}, access.read_max, access.stop);

  Row row;
  for (bool more = true;;) {
    while (more && !pipeline.full()) {
      more = walk.next();
      if (!more) break;
      Job job;
      if (walk.type() == FileType::symlink) {
        const auto target = walk.stat(Links::follow);
        if (!target || target->type != FileType::regular) continue;
      } else if (walk.type() != FileType::regular) {
        continue;
      }
      if (content) {
        auto fd = walk.open();
        if (!fd && fd.error().code == ENOENT) continue;
        if (fd)
          job.fd = std::move(*fd);
        else
          job.failed = fd.error().code;
      }
      locations.show(walk, &job.path, &job.directory, nullptr);
      pipeline.add(std::move(job));
    }
    if (pipeline.empty()) co_return;
    Job job = pipeline.take();
    if (content && job.failed == EFBIG)
      query.warn("files of more than " + std::to_string(access.read_max) + " bytes (option read_max) are not read: their hashes are NULL");
    else if (content && job.failed)
      query.warn("files that cannot be read have no hashes: " + os_error("read", *job.path, job.failed).message);
    row.path = std::move(job.path);
    row.directory = std::move(job.directory);
    row.md5 = std::move(job.digests[0]);
    row.sha1 = std::move(job.digests[1]);
    row.sha256 = std::move(job.digests[2]);
    co_yield row;
  }
}

}  // namespace vigil::tables::hash
