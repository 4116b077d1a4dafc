#pragma once

#include "engine/base/result.h"

#include <filesystem>

namespace conclave::engine
{

/// A file open for reading past the page cache, or, where its file system cannot do that, through it. It stays readable when its name is
/// removed. Move-only.
class DirectFile
{
public:
    /// kFileUnreadable; kInvalidRequest on systems where this is not possible.
    static Result<DirectFile> open(const std::filesystem::path &path, bool direct = true);

    DirectFile(DirectFile &&other) noexcept;
    DirectFile &operator=(DirectFile &&other) noexcept;
    ~DirectFile();

    int descriptor() const { return m_descriptor; }
    bool direct() const { return m_direct; }
    /// Gives back the pages that reading through the cache has filled. Nothing to do for a direct file.
    void dropCache() const;

private:
    DirectFile(int descriptor, bool direct) : m_descriptor(descriptor), m_direct(direct) {}

    int m_descriptor = -1;
    bool m_direct = false;
};

} // namespace conclave::engine
