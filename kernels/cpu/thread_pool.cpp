#include "kernels/cpu/thread_pool.h"

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
constexpr std::uint64_t kChunksMask = 0xFFFFFFFFU;

void pause()
{
#if defined(__x86_64__) || defined(_M_X64)
    _mm_pause();
#endif
}

} // namespace

ThreadPool::ThreadPool(int threads)
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
    m_ticket.fetch_add(kChunksMask + 1); // changes the value that sleepers wait on, without chunks
    m_ticket.notify_all();
    for (std::thread &worker : m_workers)
        worker.join();
}

bool ThreadPool::runOneChunk(int thread)
{
    std::uint64_t ticket = m_ticket.load(std::memory_order_acquire);
    while ((ticket & kChunksMask) != 0) {
        const Call call = m_call.load(std::memory_order_relaxed);
        const void *context = m_context.load(std::memory_order_relaxed);
        if (!m_ticket.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire))
            continue;
        call(context, static_cast<std::int64_t>((ticket & kChunksMask) - 1), thread);
        if (m_unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1)
            m_unfinished.notify_all();
        return true;
    }
    return false;
}

void ThreadPool::work(int thread)
{
    while (!m_stopping.load(std::memory_order_relaxed)) {
        if (runOneChunk(thread))
            continue;
        for (int spin = 0; spin < kSpins && (m_ticket.load(std::memory_order_relaxed) & kChunksMask) == 0; ++spin)
            pause();
        const std::uint64_t ticket = m_ticket.load(std::memory_order_acquire);
        if ((ticket & kChunksMask) == 0 && !m_stopping.load())
            m_ticket.wait(ticket);
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
    m_call.store(call, std::memory_order_relaxed);
    m_context.store(context, std::memory_order_relaxed);
    m_unfinished.store(static_cast<std::uint32_t>(count), std::memory_order_relaxed);
    const std::uint64_t job = (m_ticket.load(std::memory_order_relaxed) >> 32) + 1;
    m_ticket.store(job << 32 | static_cast<std::uint64_t>(count), std::memory_order_release);
    m_ticket.notify_all();
    while (runOneChunk(0)) {
    }
    for (int spin = 0; spin < kSpins && m_unfinished.load(std::memory_order_acquire) != 0; ++spin)
        pause();
    for (std::uint32_t left = m_unfinished.load(std::memory_order_acquire); left != 0; left = m_unfinished.load(std::memory_order_acquire))
        m_unfinished.wait(left);
}

} // namespace conclave::kernels
