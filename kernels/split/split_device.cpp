#include "kernels/split/split_device.h"

#include "kernels/core/validate.h"
#include "kernels/split/split_buffer.h"
#include "kernels/split/split_queue.h"

#include <algorithm>

namespace conclave::kernels
{
namespace
{

/// Neighbours become one buffer of the card up to this size: below what any driver allocates at once.
constexpr std::size_t kMostRunBytes = std::size_t{1} << 30;
/// What lies between two tensors of a file is padding when it is no longer.
constexpr std::size_t kMostPadding = 4096;

Status checkSplitTransfer(const Tensor &tensor, std::size_t bytes)
{
    if (!fitsBuffer(tensor) || !tensor.isPacked() || tensor.packedBytes() != bytes)
        return Status::invalid("transfer: the tensor must be packed, inside its buffer and as long as the span");
    return Status::success();
}

} // namespace

SplitDevice::SplitDevice(std::unique_ptr<Device> card, std::unique_ptr<Device> host, std::vector<std::span<const std::byte>> onCard)
    : m_card(std::move(card)), m_host(std::move(host)), m_onCard(std::move(onCard)), m_info(m_card->info())
{
    m_info.name += " + " + m_host->info().name;
    std::sort(m_onCard.begin(), m_onCard.end(), [](auto a, auto b) { return a.data() < b.data(); });
}

SplitDevice::~SplitDevice() = default;

std::unique_ptr<Buffer> SplitDevice::allocate(std::size_t bytes)
{
    return std::make_unique<SplitBuffer>(*this, (bytes + 63) / 64 * 64);
}

std::unique_ptr<Buffer> SplitDevice::importReadOnly(std::span<const std::byte> memory)
{
    auto host = m_host->importReadOnly(memory);
    if (!host)
        return nullptr;
    std::vector<ByteRange> ranges;
    for (const std::span<const std::byte> stretch : m_onCard) {
        if (stretch.data() < memory.data() || stretch.data() + stretch.size() > memory.data() + memory.size())
            continue;
        const auto begin = static_cast<std::size_t>(stretch.data() - memory.data());
        const std::size_t end = begin + stretch.size();
        const bool joins = !ranges.empty() && begin - ranges.back().end <= kMostPadding && end - ranges.back().begin <= kMostRunBytes;
        if (joins)
            ranges.back().end = end;
        else
            ranges.push_back({begin, end});
    }
    std::vector<SplitWeights::Run> runs;
    for (const ByteRange &range : ranges) {
        auto buffer = m_card->importReadOnly(memory.subspan(range.begin, range.end - range.begin));
        if (!buffer)
            return nullptr;
        runs.push_back({range, std::move(buffer)});
    }
    return std::make_unique<SplitWeights>(std::move(host), std::move(runs));
}

std::unique_ptr<Queue> SplitDevice::createQueue()
{
    auto card = m_card->createQueue();
    auto host = m_host->createQueue();
    if (!card || !host)
        return nullptr;
    return std::make_unique<SplitQueue>(*this, std::move(card), std::move(host));
}

/// To where its bytes were last, else to the host: the first op on the card that needs them fetches them.
Status SplitDevice::upload(const Tensor &to, std::span<const std::byte> from)
{
    auto *buffer = dynamic_cast<SplitBuffer *>(to.buffer);
    if (buffer == nullptr)
        return Status::invalid("upload: the memory is read-only or another device's");
    if (const Status status = checkSplitTransfer(to, from.size()); !status.ok())
        return status;
    const SplitSide there = buffer->sideOf({0, buffer->sizeBytes()});
    if (const Status status = buffer->makeRoom(there); !status.ok())
        return status;
    const Status status = side(there).upload(buffer->on(there, to), from);
    if (status.ok())
        buffer->written(there, rangeOf(to));
    return status;
}

Status SplitDevice::download(std::span<std::byte> to, const Tensor &from)
{
    if (const auto *weights = dynamic_cast<const SplitWeights *>(from.buffer)) {
        const Tensor there = weights->onCard(from);
        return there.empty() ? m_host->download(to, weights->onHost(from)) : m_card->download(to, there);
    }
    auto *buffer = dynamic_cast<SplitBuffer *>(from.buffer);
    if (buffer == nullptr)
        return Status::invalid("download: the tensor lies in another device's memory");
    if (const Status status = checkSplitTransfer(from, to.size()); !status.ok())
        return status;
    const ByteRange range = rangeOf(from);
    const SplitSide there = buffer->sideOf(range);
    if (const Status status = buffer->ready(there, range); !status.ok())
        return status;
    return side(there).download(to, buffer->on(there, from));
}

bool liesOnCard(const Tensor &weight)
{
    const auto *weights = dynamic_cast<const SplitWeights *>(weight.buffer);
    return weights != nullptr && !weights->onCard(weight).empty();
}

} // namespace conclave::kernels
