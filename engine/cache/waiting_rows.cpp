#include "engine/cache/waiting_rows.h"

#include "engine/cache/stream_bytes.h"
#include "engine/model/device_error.h"

#include <algorithm>
#include <array>

namespace conclave::engine
{

using kernels::Tensor;

Result<Tensor> WaitingRows::add(std::span<const std::int32_t> ids)
{
    if (!m_memory)
        m_memory = m_device.allocate(whole().packedBytes());
    if (!m_memory)
        return outOfMemory("foretelling tokens");
    const int before = count();
    m_ids.insert(m_ids.end(), ids.begin(), ids.end());
    return whole().slice(before, static_cast<std::int64_t>(ids.size()));
}

void WaitingRows::restart(int position)
{
    m_first = position;
    m_ids.clear();
}

void WaitingRows::truncate(int length)
{
    m_ids.resize(static_cast<std::size_t>(std::clamp(length - m_first, 0, count())));
    m_first = std::min(m_first, length);
}

Result<Done> WaitingRows::save(std::ostream &out) const
{
    if (m_width == 0)
        return Done{};
    const std::array<std::int32_t, 2> head = {m_first, count()};
    if (auto written = writeBytes(out, std::as_bytes(std::span(head))); !written || m_ids.empty())
        return written;
    std::vector<std::byte> bytes(rows().packedBytes());
    if (const kernels::Status status = m_device.download(bytes, rows()); !status.ok())
        return deviceError(status, "saving the context");
    if (auto written = writeBytes(out, std::as_bytes(std::span(m_ids))); !written)
        return written;
    return writeBytes(out, bytes);
}

Result<Done> WaitingRows::load(std::istream &in, int length)
{
    restart(0);
    if (m_width == 0)
        return Done{};
    std::array<std::int32_t, 2> head = {};
    if (auto read = readBytes(in, std::as_writable_bytes(std::span(head))); !read)
        return read;
    const auto [first, count] = head;
    if (first < 0 || count < 0 || count > kMost || first != length - count)
        return Error{ErrorCode::kBadFormat, "The saved context is damaged. It is computed anew.", "snapshot: waiting rows"};
    restart(first);
    if (count == 0)
        return Done{};
    std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
    if (auto read = readBytes(in, std::as_writable_bytes(std::span(ids))); !read)
        return read;
    auto to = add(ids);
    if (!to)
        return to.takeError();
    std::vector<std::byte> bytes(to->packedBytes());
    if (auto read = readBytes(in, bytes); !read)
        return read;
    if (const kernels::Status status = m_device.upload(*to, bytes); !status.ok())
        return deviceError(status, "reading the saved context");
    return Done{};
}

} // namespace conclave::engine
