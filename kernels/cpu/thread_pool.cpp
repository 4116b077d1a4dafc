#include "kernels/cpu/thread_pool.h"

#include <algorithm>
#include <system_error>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace conclave::kernels
{

namespace
{

/// About 30 us on current x86: longer than the gap between two ops of a decode step, shorter than a frame of the interface.
constexpr int kSpins = 600;
constexpr std::int64_t kMostSteps = 0xFFFF;
/// A thread takes so many of its own steps at most: what it holds when it is held up, nobody else can do.
constexpr std::uint32_t kMostTaken = 8;

std::uint32_t beginOf(std::uint64_t steps)
{
    return static_cast<std::uint32_t>(steps >> 16 & 0xFFFFU);
}

std::uint32_t endOf(std::uint64_t steps)
{
    return static_cast<std::uint32_t>(steps & 0xFFFFU);
}

void pause()
{
#if defined(__x86_64__) || defined(_M_X64)
    _mm_pause();
#endif
}

} // namespace

ThreadPool::ThreadPool(int threads) : m_runs(static_cast<std::size_t>(std::max(threads, 1)))
{
    for (int thread = 1; thread < threads; ++thread) {
        try {
            m_workers.emplace_back([this, thread] { work(thread); });
        } catch (const std::system_error &) {
            return; // no more threads to be had: fewer share the work
        }
    }
}

ThreadPool::~ThreadPool()
{
    stop();
}

void ThreadPool::stop()
{
    m_stopping.store(true);
    m_job.fetch_add(1); // changes the value that sleepers wait on, without steps
    m_job.notify_all();
    for (std::thread &worker : m_workers)
        worker.join();
}

ThreadPool::Steps ThreadPool::takeFirst(Run &run)
{
    std::uint64_t steps = run.steps.load(std::memory_order_acquire);
    while (beginOf(steps) < endOf(steps)) {
        const std::uint32_t share = std::clamp((endOf(steps) - beginOf(steps)) / 8, 1U, kMostTaken);
        if (run.steps.compare_exchange_weak(steps, steps + (share << 16), std::memory_order_acq_rel, std::memory_order_acquire))
            return {beginOf(steps), share};
    }
    return {};
}

ThreadPool::Steps ThreadPool::takeLast(Run &run)
{
    std::uint64_t steps = run.steps.load(std::memory_order_acquire);
    while (beginOf(steps) < endOf(steps))
        if (run.steps.compare_exchange_weak(steps, steps - 1, std::memory_order_acq_rel, std::memory_order_acquire))
            return {endOf(steps) - 1, 1};
    return {};
}

ThreadPool::Steps ThreadPool::steal()
{
    for (;;) {
        Run *longest = nullptr;
        std::uint32_t most = 0;
        for (Run &run : m_runs) {
            const std::uint64_t steps = run.steps.load(std::memory_order_relaxed);
            if (beginOf(steps) < endOf(steps) && endOf(steps) - beginOf(steps) > most) {
                most = endOf(steps) - beginOf(steps);
                longest = &run;
            }
        }
        if (longest == nullptr)
            return {};
        if (const Steps taken = takeLast(*longest); taken.count > 0)
            return taken;
    }
}

ThreadPool::Steps ThreadPool::take(int thread)
{
    const Steps own = takeFirst(m_runs[static_cast<std::size_t>(thread)]);
    return own.count > 0 ? own : steal();
}

/// Until nothing is left to be taken. False when there was nothing to begin with.
bool ThreadPool::runSteps(int thread)
{
    Steps taken = take(thread);
    if (taken.count == 0)
        return false;
    // The job cannot end before these steps are told to be done: what follows is its own.
    const Call call = m_call.load(std::memory_order_relaxed);
    const void *context = m_context.load(std::memory_order_relaxed);
    const std::int64_t length = m_stepLength.load(std::memory_order_relaxed);
    const std::int64_t count = m_count.load(std::memory_order_relaxed);
    std::uint32_t done = 0;
    for (; taken.count > 0; taken = take(thread)) {
        const std::int64_t end = std::min(count, (taken.first + taken.count) * length);
        for (std::int64_t index = taken.first * length; index < end; ++index)
            call(context, index, thread);
        done += taken.count;
    }
    if (m_unfinished.fetch_sub(done, std::memory_order_acq_rel) == done)
        m_unfinished.notify_all();
    return true;
}

void ThreadPool::work(int thread)
{
    while (!m_stopping.load(std::memory_order_relaxed)) {
        const std::uint32_t job = m_job.load(std::memory_order_acquire);
        if (runSteps(thread))
            continue;
        for (int spin = 0; spin < kSpins && m_job.load(std::memory_order_relaxed) == job; ++spin)
            pause();
        if (m_job.load(std::memory_order_acquire) == job && !m_stopping.load())
            m_job.wait(job);
    }
}

void ThreadPool::run(std::int64_t count, Call call, const void *context)
{
    if (m_workers.empty() || count <= 1) {
        for (std::int64_t index = 0; index < count; ++index)
            call(context, index, 0);
        return;
    }
    const std::lock_guard<std::mutex> turn(m_oneJob);
    const std::int64_t length = (count + kMostSteps - 1) / kMostSteps;
    const std::int64_t steps = (count + length - 1) / length;
    m_call.store(call, std::memory_order_relaxed);
    m_context.store(context, std::memory_order_relaxed);
    m_count.store(count, std::memory_order_relaxed);
    m_stepLength.store(length, std::memory_order_relaxed);
    m_unfinished.store(static_cast<std::uint32_t>(steps), std::memory_order_relaxed);
    const std::uint32_t job = m_job.load(std::memory_order_relaxed) + 1;
    const std::int64_t threads = this->threads();
    for (std::int64_t i = 0; i < threads; ++i) {
        const auto begin = static_cast<std::uint64_t>(steps * i / threads);
        const auto end = static_cast<std::uint64_t>(steps * (i + 1) / threads);
        m_runs[static_cast<std::size_t>(i)].steps.store(std::uint64_t{job} << 32 | begin << 16 | end, std::memory_order_release);
    }
    m_job.store(job, std::memory_order_release);
    m_job.notify_all();
    runSteps(0);
    for (int spin = 0; spin < kSpins && m_unfinished.load(std::memory_order_acquire) != 0; ++spin)
        pause();
    for (std::uint32_t left = m_unfinished.load(std::memory_order_acquire); left != 0; left = m_unfinished.load(std::memory_order_acquire))
        m_unfinished.wait(left);
}

} // namespace conclave::kernels
