#include "engine/base/file_reads.h"

#include <algorithm>
#include <cerrno>

#ifndef _WIN32
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>

#include <unistd.h>
#endif

namespace conclave::engine
{

/// A short read goes on where it stopped, but at the end of the file: there it ends between two blocks.
ReadStep stepAfter(FileRead &read, long result)
{
    if (result == -EINTR || result == -EAGAIN)
        return {};
    if (result < 0)
        return {true, static_cast<int>(-result)};
    const auto came = static_cast<std::size_t>(result);
    if (came >= read.least)
        return {true, 0};
    if (came == 0 || came % FileRead::kAlignment != 0)
        return {true, FileReadEnd::kTruncated};
    read.offset += came;
    read.to += came;
    read.bytes -= came;
    read.least -= came;
    return {};
}

#ifdef _WIN32

std::unique_ptr<FileReads> createThreadReads(int)
{
    return nullptr;
}

#else

namespace
{

/// Plain reads, one a thread.
class ThreadReads final : public FileReads
{
public:
    explicit ThreadReads(int threads)
    {
        for (int i = 0; i < threads; ++i)
            m_threads.emplace_back([this](const std::stop_token &stop) { work(stop); });
    }
    ~ThreadReads() override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_waiting.clear();
        }
        for (std::jthread &thread : m_threads)
            thread.request_stop();
    }

    const char *name() const override { return "threads"; }

    void add(const FileRead &read) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_waiting.push_back(read);
        }
        ++m_underWay;
        m_asked.notify_one();
    }

    void start() override {}

    void collect(bool wait, std::vector<FileReadEnd> &out) override
    {
        std::unique_lock lock(m_mutex);
        if (wait && m_underWay > 0)
            m_answered.wait(lock, [this] { return !m_ends.empty(); });
        m_underWay -= m_ends.size();
        out.insert(out.end(), m_ends.begin(), m_ends.end());
        m_ends.clear();
    }

    std::size_t underWay() const override { return m_underWay; }

private:
    void work(const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        while (m_asked.wait(lock, stop, [this] { return !m_waiting.empty(); })) {
            FileRead read = m_waiting.front();
            m_waiting.pop_front();
            lock.unlock();
            ReadStep step;
            while (!step.ended) {
                const ssize_t result = ::pread(read.descriptor, read.to, read.bytes, static_cast<off_t>(read.offset));
                step = stepAfter(read, result < 0 ? -errno : static_cast<long>(result));
            }
            lock.lock();
            m_ends.push_back({read.tag, step.error});
            m_answered.notify_one();
        }
    }

    std::mutex m_mutex;
    std::condition_variable_any m_asked;
    std::condition_variable m_answered;
    std::deque<FileRead> m_waiting;
    std::vector<FileReadEnd> m_ends;
    std::size_t m_underWay = 0;          ///< of the calling thread
    std::vector<std::jthread> m_threads; ///< last: they end first
};

} // namespace

std::unique_ptr<FileReads> createThreadReads(int threads)
{
    return std::make_unique<ThreadReads>(std::max(threads, 1));
}

#endif

std::unique_ptr<FileReads> createFileReads(bool ring)
{
    constexpr unsigned kDepth = 256;
    constexpr int kThreads = 8;
    auto reads = ring ? createRingReads(kDepth) : nullptr;
    return reads ? std::move(reads) : createThreadReads(kThreads);
}

} // namespace conclave::engine
