#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace conclave::engine
{

/// A whole file mapped read-only into memory. Owns the mapping; move-only; the bytes may be read from several threads.
/// The file must not shrink while it is mapped: the system then ends the program when the lost part is read.
class MappedFile
{
public:
    /// Errors: kFileNotFound; kFileUnreadable for directories, devices and missing permission; kFileTruncated for an empty file.
    static Result<MappedFile> open(const std::filesystem::path &path);

    MappedFile(MappedFile &&other) noexcept;
    MappedFile &operator=(MappedFile &&other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

    /// Advice that most of the file will be read, again and again: with small pages the walks through page tables can cost more than the
    /// reading, above all in virtual machines. Not for a look at a header, for which it would read much more than that.
    void willReadOften() const;

private:
    MappedFile(const std::byte *data, std::size_t size) : m_data(data), m_size(size) {}

    const std::byte *m_data = nullptr; ///< page-aligned
    std::size_t m_size = 0;
};

/// `path` as UTF-8, for messages.
std::string displayPath(const std::filesystem::path &path);

} // namespace conclave::engine
