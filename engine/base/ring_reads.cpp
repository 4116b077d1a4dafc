#include "engine/base/file_reads.h"

#if defined(__linux__) && __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#include <sys/syscall.h>
#if defined(__NR_io_uring_setup) && defined(__NR_io_uring_enter)
#define CONCLAVE_IO_URING 1
#endif
#endif

#ifdef CONCLAVE_IO_URING
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>
#endif

namespace conclave::engine
{

#ifdef CONCLAVE_IO_URING

namespace
{

/// A mapped part of the ring; unmapped at the end.
class RingMemory
{
public:
    RingMemory() = default;
    RingMemory(int ring, std::size_t bytes, off_t what) : m_bytes(bytes)
    {
        void *memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, what);
        m_data = memory == MAP_FAILED ? nullptr : static_cast<std::byte *>(memory);
    }
    RingMemory(RingMemory &&other) noexcept : m_data(std::exchange(other.m_data, nullptr)), m_bytes(other.m_bytes) {}
    RingMemory &operator=(RingMemory &&other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~RingMemory()
    {
        if (m_data != nullptr)
            ::munmap(m_data, m_bytes);
    }
    bool ok() const { return m_data != nullptr; }
    template <class T>
    T *at(std::size_t offset) const
    {
        return reinterpret_cast<T *>(m_data + offset);
    }

private:
    std::byte *m_data = nullptr;
    std::size_t m_bytes = 0;
};

/// The kernel's queues of entries and of results (io_uring(7)), by system calls alone: the kernel's interface is stable, and containers
/// that forbid it say so when the ring is made.
class RingReads final : public FileReads
{
public:
    ~RingReads() override
    {
        std::vector<FileReadEnd> ends;
        while (underWay() > 0 && !m_broken)
            collect(true, ends);
        if (m_ring >= 0)
            ::close(m_ring);
    }

    bool open(unsigned depth)
    {
        io_uring_params params = {};
        m_ring = static_cast<int>(::syscall(__NR_io_uring_setup, depth, &params));
        if (m_ring < 0)
            return false;
        if ((params.features & IORING_FEAT_SINGLE_MMAP) == 0) // before Linux 5.4, which lacks IORING_OP_READ as well
            return false;
        const std::size_t entries = params.sq_off.array + params.sq_entries * sizeof(std::uint32_t);
        const std::size_t results = params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe);
        m_queues = RingMemory(m_ring, std::max(entries, results), static_cast<off_t>(IORING_OFF_SQ_RING));
        m_entries = RingMemory(m_ring, params.sq_entries * sizeof(io_uring_sqe), static_cast<off_t>(IORING_OFF_SQES));
        if (!m_queues.ok() || !m_entries.ok())
            return false;
        m_tail = m_queues.at<std::uint32_t>(params.sq_off.tail);
        m_array = m_queues.at<std::uint32_t>(params.sq_off.array);
        m_mask = *m_queues.at<std::uint32_t>(params.sq_off.ring_mask);
        m_resultHead = m_queues.at<std::uint32_t>(params.cq_off.head);
        m_resultTail = m_queues.at<std::uint32_t>(params.cq_off.tail);
        m_resultMask = *m_queues.at<std::uint32_t>(params.cq_off.ring_mask);
        m_results = m_queues.at<io_uring_cqe>(params.cq_off.cqes);
        m_reads.resize(params.sq_entries);
        for (std::uint32_t i = 0; i < params.sq_entries; ++i)
            m_free.push_back(i);
        return true;
    }

    const char *name() const override { return "io_uring"; }
    std::size_t underWay() const override { return m_waiting.size() + (m_reads.size() - m_free.size()); }
    void add(const FileRead &read) override { m_waiting.push_back(read); }
    void start() override { enter(false); }

    void collect(bool wait, std::vector<FileReadEnd> &out) override
    {
        const std::size_t before = out.size();
        takeResults(out);
        do {
            if (!enter(wait && out.size() == before && underWay() > 0)) {
                giveUp(out);
                return;
            }
            takeResults(out);
        } while (wait && out.size() == before && underWay() > 0);
    }

private:
    /// Puts waiting reads into the queue of entries and has the kernel begin them. False: it does not take any.
    bool enter(bool wait)
    {
        std::uint32_t tail = *m_tail;
        for (; !m_waiting.empty() && !m_free.empty(); m_waiting.pop_front()) {
            const std::uint32_t place = m_free.back();
            m_free.pop_back();
            m_reads[place] = m_waiting.front();
            const std::uint32_t index = tail++ & m_mask;
            auto *entry = m_entries.at<io_uring_sqe>(index * sizeof(io_uring_sqe));
            *entry = {};
            const FileRead &read = m_reads[place];
            entry->opcode = IORING_OP_READ;
            entry->fd = read.descriptor;
            entry->off = read.offset;
            entry->addr = reinterpret_cast<std::uintptr_t>(read.to);
            entry->len = static_cast<std::uint32_t>(read.bytes);
            entry->user_data = place;
            m_array[index] = index;
            ++m_unsent;
        }
        std::atomic_ref(*m_tail).store(tail, std::memory_order_release);
        while (m_unsent > 0 || wait) {
            const unsigned flags = wait ? IORING_ENTER_GETEVENTS : 0;
            const long sent = ::syscall(__NR_io_uring_enter, m_ring, m_unsent, wait ? 1U : 0U, flags, nullptr, 0);
            if (sent < 0 && errno == EINTR)
                continue;
            if (sent < 0 && (errno == EAGAIN || errno == EBUSY)) // results must be taken first
                return true;
            if (sent < 0)
                return false;
            m_unsent -= static_cast<unsigned>(sent);
            wait = false;
        }
        return true;
    }

    void takeResults(std::vector<FileReadEnd> &out)
    {
        std::uint32_t head = *m_resultHead;
        const std::uint32_t tail = std::atomic_ref(*m_resultTail).load(std::memory_order_acquire);
        for (; head != tail; ++head) {
            const io_uring_cqe &result = m_results[head & m_resultMask];
            const auto place = static_cast<std::uint32_t>(result.user_data);
            const ReadStep step = stepAfter(m_reads[place], result.res);
            if (step.ended)
                out.push_back({m_reads[place].tag, step.error});
            else
                m_waiting.push_front(m_reads[place]);
            m_free.push_back(place);
        }
        std::atomic_ref(*m_resultHead).store(head, std::memory_order_release);
    }

    /// The ring itself fails, which it does not do once it was made: every read ends with that error.
    void giveUp(std::vector<FileReadEnd> &out)
    {
        m_broken = true;
        for (std::uint32_t place = 0; place < m_reads.size(); ++place)
            if (std::find(m_free.begin(), m_free.end(), place) == m_free.end())
                m_waiting.push_back(m_reads[place]);
        for (const FileRead &read : m_waiting)
            out.push_back({read.tag, EIO});
        m_waiting.clear();
    }

    int m_ring = -1;
    RingMemory m_queues;
    RingMemory m_entries;
    std::uint32_t *m_tail = nullptr;
    std::uint32_t *m_array = nullptr;
    std::uint32_t m_mask = 0;
    std::uint32_t *m_resultHead = nullptr;
    std::uint32_t *m_resultTail = nullptr;
    std::uint32_t m_resultMask = 0;
    io_uring_cqe *m_results = nullptr;
    std::vector<FileRead> m_reads; ///< by place in the kernel's hands
    std::vector<std::uint32_t> m_free;
    std::deque<FileRead> m_waiting;
    unsigned m_unsent = 0;
    bool m_broken = false;
};

} // namespace

std::unique_ptr<FileReads> createRingReads(unsigned depth)
{
    auto reads = std::make_unique<RingReads>();
    return reads->open(depth) ? std::unique_ptr<FileReads>(std::move(reads)) : nullptr;
}

#else

std::unique_ptr<FileReads> createRingReads(unsigned)
{
    return nullptr;
}

#endif

} // namespace conclave::engine
