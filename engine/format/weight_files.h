#pragma once

#include "engine/base/direct_file.h"
#include "engine/base/file_reads.h"
#include "engine/base/result.h"
#include "engine/format/gguf_reader.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace conclave::engine
{

/// The files of a model open for reading stretches of them, past the page cache where that can be: for weights that are not used where the
/// file is mapped. One thread's.
class WeightFiles
{
public:
    /// kFileUnreadable; kInvalidRequest for a model that is in no file, or on a system that cannot do it.
    static Result<std::unique_ptr<WeightFiles>> open(const GgufFile &file, bool ring, bool direct);

    /// A stretch of a part, wanted at `to`. What is read begins and ends at multiples of FileRead::kAlignment: the byte at
    /// offset - offset % kAlignment of the file goes to `to`, which is aligned likewise and has room for readBytes().
    struct Stretch
    {
        std::size_t part = 0;
        std::uint64_t offset = 0;
        std::size_t bytes = 0;
        std::byte *to = nullptr;

        std::size_t lead() const { return offset % FileRead::kAlignment; } ///< bytes that come before the first wanted one
        std::size_t readBytes() const;
    };
    /// Most bytes of one read.
    static constexpr std::size_t kReadBytes = std::size_t{1} << 20;

    /// Begins to read; the number of reads, each of which ends with `tag`.
    int add(const Stretch &stretch, std::uint64_t tag);
    FileReads &reads() { return *m_reads; }
    /// Reads all of them before it returns. Errors as of failure().
    Result<Done> readNow(std::span<const Stretch> stretches);

    /// What to tell when a read of `part` ended with `error`: kFileTruncated or kFileUnreadable, naming the file.
    Error failure(std::size_t part, int error) const;
    /// Of the first file, for messages.
    const std::string &name() const { return m_names.front(); }
    /// "io_uring, past the page cache"
    std::string manner() const;
    /// See DirectFile::dropCache.
    void dropCache() const;

private:
    std::vector<DirectFile> m_files;
    std::vector<std::string> m_names;
    std::unique_ptr<FileReads> m_reads;
};

} // namespace conclave::engine
