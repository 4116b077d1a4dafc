#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

/// A fixed set of threads that share the indices of a loop. The calling thread works too, so a pool of one has no worker. Each thread
/// starts with a run of neighbouring indices, which mostly lie beside each other in memory, where hardware reads ahead; who has done his
/// takes from the end of the longest run left. A thread takes a small share of its own run at a time: each taking is a locked instruction,
/// which waits for all reads on their way.
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

    /// Calls body(index, thread) for each index in [0, count), once each, in no order one may rely on, and returns when all are done.
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

    /// (low 32 bits of the job's number << 32 | begin << 16 | end): steps of the job that nobody has taken yet. Taking one is one
    /// compare-and-swap, so a worker that wakes late can neither take a step of a job it has not read nor hold up the end of another.
    struct alignas(64) Run
    {
        std::atomic<std::uint64_t> steps{0};
    };

    struct Steps
    {
        std::uint32_t first = 0;
        std::uint32_t count = 0; ///< 0: none left
    };

    void run(std::int64_t count, Call call, const void *context);
    void work(int thread);
    Steps take(int thread);
    bool runSteps(int thread);
    static Steps takeFirst(Run &run);
    static Steps takeLast(Run &run);
    Steps steal();
    void stop();

    std::vector<Run> m_runs; ///< one a thread
    // What threads read at each job, apart from what they write: while all of them read weights, a line that has to come from another core
    // takes a microsecond and more.
    alignas(64) std::atomic<std::uint32_t> m_job{0};
    std::atomic<Call> m_call{nullptr};
    std::atomic<const void *> m_context{nullptr};
    std::atomic<std::int64_t> m_count{0};
    std::atomic<std::int64_t> m_stepLength{1}; ///< indices in a step
    std::atomic<bool> m_stopping{false};
    alignas(64) std::atomic<std::uint32_t> m_unfinished{0}; ///< steps
    std::mutex m_oneJob;
    std::vector<std::thread> m_workers;
};

} // namespace conclave::kernels
