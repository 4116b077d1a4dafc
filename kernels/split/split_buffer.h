#pragma once

#include "kernels/split/split_device.h"

#include <optional>
#include <vector>

namespace conclave::kernels
{

/// A stretch of a buffer: bytes begin .. end - 1.
struct ByteRange
{
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// From a tensor's first byte to its last, what lies between its rows included; empty for a tensor without elements.
ByteRange rangeOf(const Tensor &tensor);

/// Read-only memory of a SplitDevice: all of it on the host, some stretches on a card as well.
class SplitWeights final : public Buffer
{
public:
    struct Run
    {
        ByteRange range;
        SplitSide side;
        std::unique_ptr<Buffer> buffer;
    };

    SplitWeights(std::unique_ptr<Buffer> host, std::vector<Run> runs) : m_host(std::move(host)), m_runs(std::move(runs)) {}

    std::size_t sizeBytes() const override { return m_host->sizeBytes(); }
    std::byte *hostData() override { return m_host->hostData(); }
    bool readOnly() const override { return true; }

    /// The card that has the tensor, else the host.
    SplitSide sideOf(const Tensor &tensor) const;
    /// The tensor where it lies there; an empty one where it does not.
    Tensor on(SplitSide side, Tensor tensor) const;

private:
    /// That has all of the tensor; nullptr: none.
    const Run *runOf(const Tensor &tensor) const;

    std::unique_ptr<Buffer> m_host;
    std::vector<Run> m_runs; ///< by range
};

/// Memory of a SplitDevice that ops write. Not thread-safe, as its queue is not.
class SplitBuffer final : public Buffer
{
public:
    SplitBuffer(SplitDevice &device, std::size_t bytes) : m_device(device), m_bytes(bytes), m_memory(device.sides()), m_stretches{{0, kAll}}
    {
    }

    std::size_t sizeBytes() const override { return m_bytes; }
    std::byte *hostData() override { return nullptr; }

    /// Where those bytes of the range would come from that are not up to date on this side; none: all of them are.
    SplitSides sources(SplitSide side, ByteRange range) const;
    /// Makes the range usable on a side, allocating that side's memory, copying bytes that are only up to date elsewhere. The side and
    /// its sources are idle. kOutOfMemory: nothing that was up to date is lost.
    Status ready(SplitSide side, ByteRange range);
    /// The same for a range that is about to be written whole: nothing is copied.
    Status makeRoom(SplitSide side);
    /// The range was written there.
    void written(SplitSide side, ByteRange range);
    /// Sides other than this whose memory is not needed any more, as all is up to date here.
    SplitSides idleBeside(SplitSide side) const;
    /// Gives these sides' memory back.
    void drop(SplitSides sides);
    /// Where all of it is up to date, the host before the cards; the host when that is nowhere.
    SplitSide sideOf(ByteRange range) const;
    /// The one side where all of it is up to date; none when that is so on several or on none.
    std::optional<SplitSide> onlySideOf(ByteRange range) const;
    bool has(SplitSide side) const { return m_memory[side.index()] != nullptr; }

    Tensor on(SplitSide side, Tensor tensor) const
    {
        tensor.buffer = m_memory[side.index()].get();
        return tensor;
    }

    /// Where keys and values of a context were last stored.
    std::optional<SplitSide> storedOn;

private:
    static constexpr SplitSides kAll = ~SplitSides{0};
    struct Stretch
    {
        std::size_t begin; ///< up to the next one's
        SplitSides fresh;  ///< up to date there
    };
    struct Stale
    {
        ByteRange range;
        SplitSide source;
    };

    std::size_t endOf(std::size_t stretch) const { return stretch + 1 < m_stretches.size() ? m_stretches[stretch + 1].begin : m_bytes; }
    std::vector<Stale> staleParts(SplitSide side, ByteRange range) const;
    /// Up to date in the range are from now on those of `kept` that were, and `added`.
    void set(ByteRange range, SplitSides kept, SplitSides added);
    Status copy(SplitSide from, SplitSide to, ByteRange range);

    SplitDevice &m_device;
    std::size_t m_bytes;
    std::vector<std::unique_ptr<Buffer>> m_memory; ///< by side
    std::vector<Stretch> m_stretches;              ///< by begin, the first at 0; memory that nobody wrote is zero on all sides
};

} // namespace conclave::kernels
