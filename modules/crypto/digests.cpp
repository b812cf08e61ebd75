// SPDX-License-Identifier: Apache-2.0
#include "modules/crypto/digests.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace vigil::crypto {
namespace {

constexpr size_t kinds = 3;
constexpr const char* names[kinds] = {"MD5", "SHA1", "SHA256"};
constexpr size_t block_size = 128 * 1024;
constexpr size_t files_ahead = 32;

// One file on its way.
struct Job {
  Fd file;
  std::array<std::optional<std::string>, kinds> digests;
  int failed = 0;
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

struct Options {
  std::array<bool, kinds> wanted;
  size_t max;
  const std::atomic<bool>* stop;
};

// Room to compute the digests of one file at a time; one for each thread.
class Hasher {
 public:
  explicit Hasher(const Options& options) : options_(options) {
    for (size_t i = 0; i < kinds; ++i) {
      if (!options.wanted[i]) continue;
      algorithms_[i].reset(EVP_MD_fetch(nullptr, names[i], nullptr));  // null where a policy forbids it
      if (algorithms_[i]) contexts_[i].reset(EVP_MD_CTX_new());
    }
  }

  // Every digest from one reading of the file.
  void run(Job& job, const std::stop_token& end) {
    if (!job.file) return;
    job.failed = read(job.file.get(), end);
    for (size_t i = 0; i < kinds && !job.failed; ++i) {
      unsigned char digest[EVP_MAX_MD_SIZE];
      unsigned size = 0;
      if (contexts_[i] && EVP_DigestFinal_ex(contexts_[i].get(), digest, &size)) job.digests[i] = hex(digest, size);
    }
    job.file = Fd();
  }

 private:
  int read(int file, const std::stop_token& end) {
    struct stat s;
    if (::fstat(file, &s) != 0) return errno;
    if (static_cast<uint64_t>(s.st_size) > options_.max) return EFBIG;
    if (s.st_size > static_cast<off_t>(block_size)) ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    for (size_t i = 0; i < kinds; ++i)
      if (contexts_[i]) EVP_DigestInit_ex2(contexts_[i].get(), algorithms_[i].get(), nullptr);
    for (size_t total = 0;;) {
      if (end.stop_requested() || (options_.stop && options_.stop->load(std::memory_order_relaxed))) return ECANCELED;
      const ssize_t n = ::read(file, buffer_.get(), block_size);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno;
      if (n == 0) return 0;
      if ((total += static_cast<size_t>(n)) > options_.max) return EFBIG;  // it grew, or is the kernel's and has no size
      for (const auto& context : contexts_)
        if (context) EVP_DigestUpdate(context.get(), buffer_.get(), static_cast<size_t>(n));
    }
  }

  struct Free {
    void operator()(EVP_MD* p) const { EVP_MD_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  Options options_;
  std::array<std::unique_ptr<EVP_MD, Free>, kinds> algorithms_;
  std::array<std::unique_ptr<EVP_MD_CTX, Free>, kinds> contexts_;
  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(block_size);
};

}  // namespace

struct Digests::State {
  void work(Hasher hasher, const std::stop_token& end) {
    std::unique_lock lock(mutex);
    while (changed.wait(lock, end, [&] { return next < jobs.size(); })) {
      Job& job = jobs[next++];  // stays where it is until it is done
      lock.unlock();
      hasher.run(job, end);
      lock.lock();
      job.done = true;
      changed.notify_all();
    }
  }

  std::optional<Hasher> own;  // without threads
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Job> jobs;
  size_t next = 0;                    // the first that no thread has taken
  std::vector<std::jthread> threads;  // the last member: they end before the others go
};

Digests::Digests(unsigned threads, Wanted wanted, size_t max, const std::atomic<bool>* stop) : state_(std::make_unique<State>()) {
  const Options options{{wanted.md5, wanted.sha1, wanted.sha256}, max, stop};
  if (threads == 0) state_->own.emplace(options);
  for (unsigned i = 0; i < threads; ++i)
    state_->threads.emplace_back([state = state_.get(), options](const std::stop_token& end) { state->work(Hasher(options), end); });
}

Digests::~Digests() = default;

// Only the caller adds and takes, so it may look without the lock.
bool Digests::empty() const { return state_->jobs.empty(); }

bool Digests::full() const { return state_->jobs.size() >= (state_->own ? 1 : files_ahead); }

void Digests::add(Fd file) {
  Job job;
  job.file = std::move(file);
  if (state_->own) state_->own->run(job, {});
  const std::lock_guard lock(state_->mutex);
  state_->jobs.push_back(std::move(job));
  state_->changed.notify_all();
}

FileDigests Digests::take() {
  std::unique_lock lock(state_->mutex);
  if (!state_->own) {
    state_->changed.wait(lock, [&] { return state_->jobs.front().done; });
    --state_->next;
  }
  Job job = std::move(state_->jobs.front());
  state_->jobs.pop_front();
  return {std::move(job.digests[0]), std::move(job.digests[1]), std::move(job.digests[2]), job.failed};
}

}  // namespace vigil::crypto
