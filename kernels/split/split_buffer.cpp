#include "kernels/split/split_buffer.h"

#include <algorithm>

namespace conclave::kernels
{
namespace
{

/// Any bytes as a packed tensor; all types that ops write have an even size.
Tensor asBytes(Buffer *buffer, ByteRange range)
{
    return Tensor::packed(DType::kF16, {static_cast<std::int64_t>((range.end - range.begin) / 2)}, buffer, range.begin);
}

} // namespace

ByteRange rangeOf(const Tensor &tensor)
{
    std::size_t end = tensor.offset + rowBytes(tensor.dtype, static_cast<std::size_t>(tensor.rowLength()));
    for (int axis = 0; axis < tensor.rank; ++axis) {
        const auto at = static_cast<std::size_t>(axis);
        if (tensor.shape[at] == 0)
            return {tensor.offset, tensor.offset};
        if (axis + 1 < tensor.rank)
            end += static_cast<std::size_t>((tensor.shape[at] - 1) * tensor.strideBytes[at]);
    }
    return {tensor.offset, end};
}

Tensor SplitWeights::onCard(const Tensor &tensor) const
{
    const ByteRange range = rangeOf(tensor);
    const auto after = std::upper_bound(m_runs.begin(), m_runs.end(), range.begin,
                                        [](std::size_t begin, const Run &run) { return begin < run.range.begin; });
    if (after == m_runs.begin() || range.end > std::prev(after)->range.end)
        return {};
    const Run &run = *std::prev(after);
    Tensor there = tensor;
    there.buffer = run.buffer.get();
    there.offset = tensor.offset - run.range.begin;
    return there;
}

Tensor SplitWeights::onHost(Tensor tensor) const
{
    tensor.buffer = m_host.get();
    return tensor;
}

bool SplitBuffer::stale(SplitSide side, ByteRange range) const
{
    for (std::size_t i = 0; i < m_stretches.size() && m_stretches[i].begin < range.end; ++i) {
        if (endOf(i) > range.begin && (m_stretches[i].fresh & mark(side)) == 0)
            return true;
    }
    return false;
}

Status SplitBuffer::makeRoom(SplitSide side)
{
    std::unique_ptr<Buffer> &memory = m_sides[index(side)];
    if (!memory)
        memory = m_device.side(side).allocate(m_bytes);
    return memory ? Status::success() : Status{StatusCode::kOutOfMemory, "split: no memory for a buffer on this side"};
}

Status SplitBuffer::copy(SplitSide to, ByteRange range)
{
    const Tensor card = asBytes(m_sides[index(SplitSide::kCard)].get(), range);
    std::byte *host = m_sides[index(SplitSide::kHost)]->hostData() + range.begin;
    const std::size_t bytes = range.end - range.begin;
    return to == SplitSide::kCard ? m_device.card().upload(card, {host, bytes}) : m_device.card().download({host, bytes}, card);
}

Status SplitBuffer::ready(SplitSide side, ByteRange range)
{
    if (const Status room = makeRoom(side); !room.ok())
        return room;
    std::vector<ByteRange> missing; // setting them moves the stretches
    for (std::size_t i = 0; i < m_stretches.size() && m_stretches[i].begin < range.end; ++i) {
        const ByteRange part{std::max(m_stretches[i].begin, range.begin), std::min(endOf(i), range.end)};
        if (part.begin < part.end && (m_stretches[i].fresh & mark(side)) == 0)
            missing.push_back(part);
    }
    for (const ByteRange &part : missing) {
        if (const Status copied = copy(side, part); !copied.ok())
            return copied;
        set(part, kBoth);
    }
    return Status::success();
}

void SplitBuffer::written(SplitSide side, ByteRange range)
{
    if (range.begin < range.end)
        set(range, mark(side));
}

/// Cuts the stretches at both ends of the range, and joins equal neighbours.
void SplitBuffer::set(ByteRange range, unsigned char fresh)
{
    std::vector<Stretch> changed;
    const auto add = [&changed](std::size_t begin, unsigned char value) {
        if (changed.empty() || changed.back().fresh != value)
            changed.push_back({begin, value});
    };
    for (std::size_t i = 0; i < m_stretches.size(); ++i) {
        const std::size_t begin = m_stretches[i].begin;
        const std::size_t end = endOf(i);
        if (begin < range.begin)
            add(begin, m_stretches[i].fresh);
        if (std::max(begin, range.begin) < std::min(end, range.end))
            add(std::max(begin, range.begin), fresh);
        if (end > range.end)
            add(std::max(begin, range.end), m_stretches[i].fresh);
    }
    m_stretches = std::move(changed);
}

void SplitBuffer::dropOther(SplitSide side)
{
    const bool allHere = m_stretches.size() == 1 && (m_stretches.front().fresh & mark(side)) != 0;
    if (!allHere || !has(side))
        return;
    m_stretches.front().fresh = mark(side);
    m_sides[1 - index(side)].reset();
}

SplitSide SplitBuffer::sideOf(ByteRange range) const
{
    if (has(SplitSide::kHost) && !stale(SplitSide::kHost, range))
        return SplitSide::kHost;
    return has(SplitSide::kCard) && !stale(SplitSide::kCard, range) ? SplitSide::kCard : SplitSide::kHost;
}

} // namespace conclave::kernels
