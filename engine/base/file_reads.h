#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

/// Many reads of files at a time, which is what solid-state disks need to be fast.
namespace conclave::engine
{

/// One stretch of a file that goes to memory. Files that are read past the page cache want all three numbers in multiples of kAlignment.
struct FileRead
{
    int descriptor = -1;
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
    std::size_t least = 0; ///< bytes that must come; the file may end behind them
    std::byte *to = nullptr;
    std::uint64_t tag = 0; ///< the caller's

    static constexpr std::size_t kAlignment = 4096;
};

struct FileReadEnd
{
    static constexpr int kTruncated = -1;

    std::uint64_t tag = 0;
    int error = 0; ///< 0: done; an errno; or kTruncated: the file ends before
};

/// What the system's answer to a read means: an end, or that `read`, moved on by what came, goes on.
struct ReadStep
{
    bool ended = false;
    int error = 0;
};
/// `result`: bytes that came, or a negated errno.
ReadStep stepAfter(FileRead &read, long result);

/// One thread's. Reads under way are waited for in the destructor: their memory must live until then.
class FileReads
{
public:
    virtual ~FileReads() = default;
    /// "io_uring", "threads"
    virtual const char *name() const = 0;
    /// Takes a read; it may begin only with `start`.
    virtual void add(const FileRead &read) = 0;
    virtual void start() = 0;
    /// Adds what has ended since the last call to `out`; with `wait` at least one, if any is under way. Starts what was added.
    virtual void collect(bool wait, std::vector<FileReadEnd> &out) = 0;
    /// Added and not collected.
    virtual std::size_t underWay() const = 0;
};

/// By Linux's io_uring, at most `depth` at a time, further ones wait; nullptr where the system has it not or forbids it.
std::unique_ptr<FileReads> createRingReads(unsigned depth);
/// By threads that read; nullptr on systems without pread.
std::unique_ptr<FileReads> createThreadReads(int threads);
/// The first of both that can be had.
std::unique_ptr<FileReads> createFileReads(bool ring);

} // namespace conclave::engine
