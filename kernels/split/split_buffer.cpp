#include "kernels/split/split_buffer.h"

#include <algorithm>
#include <bit>

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

const SplitWeights::Run *SplitWeights::runOf(const Tensor &tensor) const
{
    const ByteRange range = rangeOf(tensor);
    const auto after = std::upper_bound(m_runs.begin(), m_runs.end(), range.begin,
                                        [](std::size_t begin, const Run &run) { return begin < run.range.begin; });
    return after == m_runs.begin() || range.end > std::prev(after)->range.end ? nullptr : &*std::prev(after);
}

SplitSide SplitWeights::sideOf(const Tensor &tensor) const
{
    const Run *run = runOf(tensor);
    return run != nullptr ? run->side : SplitSide::host();
}

Tensor SplitWeights::on(SplitSide side, Tensor tensor) const
{
    if (side.isHost()) {
        tensor.buffer = m_host.get();
        return tensor;
    }
    const Run *run = runOf(tensor);
    if (run == nullptr || !(run->side == side))
        return {};
    tensor.buffer = run->buffer.get();
    tensor.offset -= run->range.begin;
    return tensor;
}

std::vector<SplitBuffer::Stale> SplitBuffer::staleParts(SplitSide side, ByteRange range) const
{
    std::vector<Stale> parts;
    for (std::size_t i = 0; i < m_stretches.size() && m_stretches[i].begin < range.end; ++i) {
        const ByteRange part{std::max(m_stretches[i].begin, range.begin), std::min(endOf(i), range.end)};
        const SplitSides fresh = m_stretches[i].fresh;
        if (part.begin >= part.end || (fresh & bitOf(side)) != 0)
            continue;
        parts.push_back({part, SplitSide::at(static_cast<std::size_t>(std::countr_zero(fresh)))}); // the host where it has them
    }
    return parts;
}

SplitSides SplitBuffer::sources(SplitSide side, ByteRange range) const
{
    SplitSides sources = 0;
    for (const Stale &part : staleParts(side, range))
        sources |= bitOf(part.source);
    return sources;
}

Status SplitBuffer::makeRoom(SplitSide side)
{
    std::unique_ptr<Buffer> &memory = m_memory[side.index()];
    if (!memory)
        memory = m_device.side(side).allocate(m_bytes);
    return memory ? Status::success() : Status{StatusCode::kOutOfMemory, "split: no memory for a buffer on this side"};
}

/// One of the two is the host.
Status SplitBuffer::copy(SplitSide from, SplitSide to, ByteRange range)
{
    const SplitSide side = to.isHost() ? from : to;
    const Tensor card = asBytes(m_memory[side.index()].get(), range);
    const std::span host(m_memory[SplitSide::host().index()]->hostData() + range.begin, range.end - range.begin);
    const Status copied = to.isHost() ? m_device.side(side).download(host, card) : m_device.side(side).upload(card, host);
    m_device.noteFailure(side, copied);
    return copied;
}

Status SplitBuffer::ready(SplitSide side, ByteRange range)
{
    if (const Status room = makeRoom(side); !room.ok())
        return room;
    for (const Stale &part : staleParts(side, range)) {
        if (!side.isHost()) { // from another card by way of the host
            if (const Status there = ready(SplitSide::host(), part.range); !there.ok())
                return there;
        }
        if (const Status copied = copy(side.isHost() ? part.source : SplitSide::host(), side, part.range); !copied.ok())
            return copied;
        set(part.range, kAll, bitOf(side));
    }
    return Status::success();
}

void SplitBuffer::written(SplitSide side, ByteRange range)
{
    if (range.begin < range.end)
        set(range, 0, bitOf(side));
}

/// Cuts the stretches at both ends of the range, and joins equal neighbours.
void SplitBuffer::set(ByteRange range, SplitSides kept, SplitSides added)
{
    std::vector<Stretch> changed;
    const auto add = [&changed](std::size_t begin, SplitSides value) {
        if (changed.empty() || changed.back().fresh != value)
            changed.push_back({begin, value});
    };
    for (std::size_t i = 0; i < m_stretches.size(); ++i) {
        const std::size_t begin = m_stretches[i].begin;
        const std::size_t end = endOf(i);
        const SplitSides fresh = m_stretches[i].fresh;
        if (begin < range.begin)
            add(begin, fresh);
        if (std::max(begin, range.begin) < std::min(end, range.end))
            add(std::max(begin, range.begin), (fresh & kept) | added);
        if (end > range.end)
            add(std::max(begin, range.end), fresh);
    }
    m_stretches = std::move(changed);
}

SplitSides SplitBuffer::idleBeside(SplitSide side) const
{
    const auto here = [side](const Stretch &stretch) { return (stretch.fresh & bitOf(side)) != 0; };
    if (!has(side) || !std::all_of(m_stretches.begin(), m_stretches.end(), here))
        return 0;
    SplitSides idle = 0;
    for (std::size_t i = 0; i < m_memory.size(); ++i)
        idle |= i != side.index() && m_memory[i] ? bitOf(SplitSide::at(i)) : 0;
    return idle;
}

void SplitBuffer::drop(SplitSides sides)
{
    if (sides == 0)
        return;
    SplitSides kept = 0;
    for (std::size_t i = 0; i < m_memory.size(); ++i) {
        const SplitSides side = bitOf(SplitSide::at(i));
        if ((sides & side) != 0)
            m_memory[i].reset();
        kept |= m_memory[i] ? side : 0;
    }
    set({0, m_bytes}, kept, 0); // zeros that nobody wrote may have been copied from what is gone
}

SplitSide SplitBuffer::sideOf(ByteRange range) const
{
    for (std::size_t i = 0; i < m_memory.size(); ++i) {
        const SplitSide side = SplitSide::at(i);
        if (has(side) && sources(side, range) == 0)
            return side;
    }
    return SplitSide::host();
}

std::optional<SplitSide> SplitBuffer::onlySideOf(ByteRange range) const
{
    std::optional<SplitSide> only;
    for (std::size_t i = 0; i < m_memory.size(); ++i) {
        const SplitSide side = SplitSide::at(i);
        if (sources(side, range) != 0)
            continue;
        if (only)
            return std::nullopt;
        only = side;
    }
    return only;
}

} // namespace conclave::kernels
