#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

/// A fixed set of threads that share the chunks of a loop. The calling thread works too, so a pool of one has no worker.
/// Workers spin for some microseconds after a job, since ops follow each other closely, and then sleep in the kernel.
namespace conclave::kernels
{

class ThreadPool
{
public:
    /// Starts threads - 1 workers; as many as the system grants.
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool &) = delete;
    ThreadPool &operator=(const ThreadPool &) = delete;

    /// Including the caller's.
    int threads() const { return static_cast<int>(m_workers.size()) + 1; }

    /// Calls body(index, thread) for each index in [0, count), once each, in no order, and returns when all are done.
    /// `thread` in [0, threads()) is the same for calls that one thread makes. Thread-safe: jobs of several callers take turns.
    template <class Body>
    void parallelFor(std::int64_t count, const Body &body)
    {
        run(
            count, [](const void *context, std::int64_t index, int thread) { (*static_cast<const Body *>(context))(index, thread); },
            &body);
    }

private:
    using Call = void (*)(const void *context, std::int64_t index, int thread);

    void run(std::int64_t count, Call call, const void *context);
    void work(int thread);
    bool runOneChunk(int thread);
    void stop();

    // A ticket is (job number << 32 | chunks nobody has taken yet). Taking a chunk is one compare-and-swap of the ticket, so a worker
    // that wakes late can neither take a chunk of a job it has not read nor hold up the end of a job it has no part in.
    std::atomic<std::uint64_t> m_ticket{0};
    std::atomic<Call> m_call{nullptr};
    std::atomic<const void *> m_context{nullptr};
    std::atomic<std::uint32_t> m_unfinished{0};
    std::atomic<bool> m_stopping{false};
    std::mutex m_oneJob;
    std::vector<std::thread> m_workers;
};

} // namespace conclave::kernels
