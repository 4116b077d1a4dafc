#include "engine/generate/timeline_file.h"

#include "engine/base/hash128.h"
#include "engine/cache/stream_bytes.h"

#include <array>
#include <fstream>
#include <streambuf>
#include <system_error>

namespace conclave::engine
{
namespace
{

/// Passes bytes through and hashes them, so that a damaged file is not taken for a context.
class HashingBuffer final : public std::streambuf
{
public:
    explicit HashingBuffer(std::streambuf &inner) : m_inner(inner) {}
    std::array<std::uint64_t, 2> hash() const { return {m_hash.low(), m_hash.high()}; }

protected:
    std::streamsize xsputn(const char *from, std::streamsize count) override
    {
        const std::streamsize done = m_inner.sputn(from, count);
        add(from, done);
        return done;
    }
    std::streamsize xsgetn(char *to, std::streamsize count) override
    {
        const std::streamsize done = m_inner.sgetn(to, count);
        add(to, done);
        return done;
    }

private:
    void add(const char *bytes, std::streamsize count)
    {
        if (count > 0)
            m_hash.add(std::as_bytes(std::span(bytes, static_cast<std::size_t>(count))));
    }

    std::streambuf &m_inner;
    Hash128 m_hash;
};

Error inFile(Error error, const std::filesystem::path &file)
{
    error.context += " (" + file.string() + ")";
    return error;
}

Error cannotWrite(const std::filesystem::path &file)
{
    return {ErrorCode::kWriteFailed,
            "The context could not be saved to \"" + file.string() + "\". The conversation itself is kept; only reopening it takes longer.",
            "snapshot: cannot write " + file.string()};
}

Result<Done> writeAll(const Timeline &timeline, std::uint64_t model, const std::filesystem::path &file)
{
    std::filebuf buffer;
    if (buffer.open(file, std::ios::binary | std::ios::out | std::ios::trunc) == nullptr)
        return cannotWrite(file);
    HashingBuffer hashing(buffer);
    std::ostream out(&hashing);
    if (auto saved = timeline.save(out, model); !saved)
        return inFile(saved.takeError(), file);
    const auto hash = hashing.hash();
    if (auto written = writeBytes(out, std::as_bytes(std::span(hash))); !written)
        return inFile(written.takeError(), file);
    return buffer.close() != nullptr ? Result<Done>(Done{}) : Result<Done>(cannotWrite(file));
}

} // namespace

Result<Done> saveTimeline(const Timeline &timeline, std::uint64_t model, const std::filesystem::path &file)
{
    std::filesystem::path unfinished = file;
    unfinished += ".part";
    auto written = writeAll(timeline, model, unfinished);
    std::error_code error;
    if (written)
        std::filesystem::rename(unfinished, file, error);
    if (written && !error)
        return Done{};
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    return written ? Result<Done>(cannotWrite(file)) : std::move(written);
}

Result<Done> loadTimeline(Timeline &timeline, std::uint64_t model, int vocabulary, const std::filesystem::path &file)
{
    std::filebuf buffer;
    if (buffer.open(file, std::ios::binary | std::ios::in) == nullptr) {
        timeline.truncate(0);
        return Error{ErrorCode::kFileNotFound, "There is no saved context \"" + file.string() + "\". It is computed anew.", file.string()};
    }
    HashingBuffer hashing(buffer);
    std::istream in(&hashing);
    auto loaded = timeline.load(in, model, vocabulary);
    if (!loaded)
        return inFile(loaded.takeError(), file);
    const auto expected = hashing.hash();
    std::array<std::uint64_t, 2> stored{};
    auto read = readBytes(in, std::as_writable_bytes(std::span(stored)));
    if (read && stored == expected)
        return Done{};
    timeline.truncate(0);
    return read ? Error{ErrorCode::kBadFormat, "The saved context \"" + file.string() + "\" is damaged. It is computed anew.",
                        "snapshot: hash"}
                : inFile(read.takeError(), file);
}

} // namespace conclave::engine
