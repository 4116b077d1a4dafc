#include "engine/cache/stream_bytes.h"

#include <istream>
#include <ostream>

namespace conclave::engine
{

Result<Done> writeBytes(std::ostream &out, std::span<const std::byte> bytes)
{
    out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out)
        return Error{ErrorCode::kWriteFailed, "The context could not be saved: the disk may be full. The conversation itself is kept.",
                     "snapshot: write failed"};
    return Done{};
}

Result<Done> readBytes(std::istream &in, std::span<std::byte> bytes)
{
    in.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (in.gcount() != static_cast<std::streamsize>(bytes.size()))
        return Error{ErrorCode::kFileTruncated, "The saved context is incomplete. It is computed anew.", "snapshot: too short"};
    return Done{};
}

} // namespace conclave::engine
