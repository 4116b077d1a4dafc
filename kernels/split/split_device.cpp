#include "kernels/split/split_device.h"

#include "kernels/core/validate.h"
#include "kernels/split/card_memory.h"
#include "kernels/split/split_buffer.h"
#include "kernels/split/split_queue.h"

#include <algorithm>

namespace conclave::kernels
{
namespace
{

/// Neighbours become one buffer of a card up to this size: below what any driver allocates at once.
constexpr std::size_t kMostRunBytes = std::size_t{1} << 30;
/// What lies between two tensors of a file is padding when it is no longer.
constexpr std::size_t kMostPadding = 4096;

Status checkSplitTransfer(const Tensor &tensor, std::size_t bytes)
{
    if (!fitsBuffer(tensor) || !tensor.isPacked() || tensor.packedBytes() != bytes)
        return Status::invalid("transfer: the tensor must be packed, inside its buffer and as long as the span");
    return Status::success();
}

std::vector<SplitCard> oneCard(std::unique_ptr<Device> device, std::vector<std::span<const std::byte>> stretches)
{
    std::vector<SplitCard> cards;
    cards.push_back({std::move(device), std::move(stretches)});
    return cards;
}

} // namespace

SplitDevice::SplitDevice(std::unique_ptr<Device> card, std::unique_ptr<Device> host, std::vector<std::span<const std::byte>> onCard)
    : SplitDevice(oneCard(std::move(card), std::move(onCard)), std::move(host))
{
}

SplitDevice::SplitDevice(std::vector<SplitCard> cards, std::unique_ptr<Device> host) : m_info(cards.front().device->info())
{
    m_info.name.clear();
    m_sides.push_back(std::move(host));
    for (std::size_t i = 0; i < cards.size(); ++i) {
        for (const std::span<const std::byte> stretch : cards[i].stretches)
            m_onCards.push_back({stretch, SplitSide::card(i)});
        m_info.name += cards[i].device->info().name + " + ";
        m_sides.push_back(std::move(cards[i].device));
    }
    m_info.name += m_sides.front()->info().name;
    std::sort(m_onCards.begin(), m_onCards.end(), [](const Stretch &a, const Stretch &b) { return a.bytes.data() < b.bytes.data(); });
}

SplitDevice::~SplitDevice() = default;

std::optional<std::size_t> SplitDevice::failedCard() const
{
    const std::size_t side = m_failed;
    return side > 0 ? std::optional(side - 1) : std::nullopt;
}

void SplitDevice::noteFailure(SplitSide side, const Status &status)
{
    if (!side.isHost() && !status.ok())
        m_failed = side.index();
}

std::unique_ptr<Buffer> SplitDevice::allocate(std::size_t bytes)
{
    return std::make_unique<SplitBuffer>(*this, (bytes + 63) / 64 * 64);
}

std::unique_ptr<Buffer> SplitDevice::importReadOnly(std::span<const std::byte> memory)
{
    auto onHost = side(SplitSide::host()).importReadOnly(memory);
    if (!onHost)
        return nullptr;
    std::vector<SplitWeights::Run> runs;
    for (const Stretch &stretch : m_onCards) {
        if (stretch.bytes.data() < memory.data() || stretch.bytes.data() + stretch.bytes.size() > memory.data() + memory.size())
            continue;
        const auto begin = static_cast<std::size_t>(stretch.bytes.data() - memory.data());
        const std::size_t end = begin + stretch.bytes.size();
        SplitWeights::Run *const last = runs.empty() || !(runs.back().side == stretch.card) ? nullptr : &runs.back();
        if (last != nullptr && begin - last->range.end <= kMostPadding && end - last->range.begin <= kMostRunBytes)
            last->range.end = end;
        else
            runs.push_back({{begin, end}, stretch.card, nullptr});
    }
    for (SplitWeights::Run &run : runs) {
        run.buffer = side(run.side).importReadOnly(memory.subspan(run.range.begin, run.range.end - run.range.begin));
        if (!run.buffer) {
            noteFailure(run.side, {StatusCode::kOutOfMemory, "split: no memory for weights on this card"});
            return nullptr;
        }
    }
    return std::make_unique<SplitWeights>(std::move(onHost), std::move(runs));
}

std::unique_ptr<Queue> SplitDevice::createQueue()
{
    std::vector<std::unique_ptr<Queue>> queues;
    for (const auto &device : m_sides) {
        queues.push_back(device->createQueue());
        if (!queues.back())
            return nullptr;
    }
    return std::make_unique<SplitQueue>(*this, std::move(queues));
}

/// To where its bytes were last, else to the host: the first op on a card that needs them fetches them.
Status SplitDevice::upload(const Tensor &to, std::span<const std::byte> from)
{
    if (const auto *there = dynamic_cast<const CardMemory *>(to.buffer))
        return side(there->side()).upload(there->onCard(to), from);
    auto *buffer = dynamic_cast<SplitBuffer *>(to.buffer);
    if (buffer == nullptr)
        return Status::invalid("upload: the memory is read-only or another device's");
    if (const Status status = checkSplitTransfer(to, from.size()); !status.ok())
        return status;
    const SplitSide there = buffer->sideOf({0, buffer->sizeBytes()});
    if (const Status status = buffer->makeRoom(there); !status.ok())
        return status;
    const Status status = side(there).upload(buffer->on(there, to), from);
    noteFailure(there, status);
    if (status.ok())
        buffer->written(there, rangeOf(to));
    return status;
}

Status SplitDevice::download(std::span<std::byte> to, const Tensor &from)
{
    if (const auto *weights = dynamic_cast<const SplitWeights *>(from.buffer)) {
        const SplitSide there = weights->sideOf(from);
        return side(there).download(to, weights->on(there, from));
    }
    if (const auto *there = dynamic_cast<const CardMemory *>(from.buffer))
        return side(there->side()).download(to, there->onCard(from));
    auto *buffer = dynamic_cast<SplitBuffer *>(from.buffer);
    if (buffer == nullptr)
        return Status::invalid("download: the tensor lies in another device's memory");
    if (const Status status = checkSplitTransfer(from, to.size()); !status.ok())
        return status;
    const ByteRange range = rangeOf(from);
    const SplitSide there = buffer->sideOf(range);
    if (const Status status = buffer->ready(there, range); !status.ok())
        return status;
    const Status status = side(there).download(to, buffer->on(there, from));
    noteFailure(there, status);
    return status;
}

bool liesOnCard(const Tensor &weight)
{
    return !sideOfWeight(weight).value_or(SplitSide::host()).isHost();
}

} // namespace conclave::kernels
