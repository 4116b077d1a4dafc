#pragma once

#include "kernels/core/device.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

/// Cards and the processor as one device, for models that do not fit one card.
namespace conclave::kernels
{

/// The host, or one of the cards.
class SplitSide
{
public:
    static constexpr SplitSide host() { return SplitSide(0); }
    static constexpr SplitSide card(std::size_t index) { return at(index + 1); }
    /// By index().
    static constexpr SplitSide at(std::size_t index) { return SplitSide(index); }

    constexpr bool isHost() const { return m_index == 0; }
    /// 0: the host; from 1 on the cards.
    constexpr std::size_t index() const { return m_index; }
    bool operator==(const SplitSide &) const = default;

private:
    explicit constexpr SplitSide(std::size_t index) : m_index(index) {}
    std::size_t m_index;
};

/// Some of the sides, a bit each.
using SplitSides = std::uint32_t;

constexpr SplitSides bitOf(SplitSide side)
{
    return SplitSides{1} << side.index();
}

/// A card, and what of a model lies there: stretches of memory that is imported later, each with whole tensors; kept alive by whoever
/// imports.
struct SplitCard
{
    std::unique_ptr<Device> device;
    std::vector<std::span<const std::byte>> stretches = {};
};

/// Weights lie where their stretches say, on the host where no card has them. An op runs on the card that has all its weights, on the host
/// when there is none such, and without weights where the op before ran; attention runs where its context lies, an addition where its sum
/// is, if that is on one side alone. What an op needs and was last computed elsewhere is copied there, from card to card by way of the
/// host. So whoever computes sees one device, and a model falls into parts by where its weights are. Weights that are put together for a
/// card (card_memory.h) are there alone. Rows of a table are looked up on the host. Where a card has no memory left for a buffer, the op
/// runs on the host (`spills`).
class SplitDevice final : public Device
{
public:
    static constexpr std::size_t kMostCards = 31;

    /// One card at least, and no more than kMostCards; no device may be null.
    SplitDevice(std::vector<SplitCard> cards, std::unique_ptr<Device> host);
    /// With one card.
    SplitDevice(std::unique_ptr<Device> card, std::unique_ptr<Device> host, std::vector<std::span<const std::byte>> onCard);
    ~SplitDevice() override;

    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<Queue> createQueue() override;
    Status upload(const Tensor &to, std::span<const std::byte> from) override;
    Status download(std::span<std::byte> to, const Tensor &from) override;

    /// The host and the cards.
    std::size_t sides() const { return m_sides.size(); }
    Device &side(SplitSide side) { return *m_sides[side.index()]; }
    /// Ops that ran on the host because a card had no memory for what they read or wrote.
    std::uint64_t spills() const { return m_spills; }
    void noteSpill() { ++m_spills; }
    /// The card that last refused weights, an op or a copy, by its place among those given.
    std::optional<std::size_t> failedCard() const;
    /// Nothing when `side` is the host or did what it should.
    void noteFailure(SplitSide side, const Status &status);

private:
    struct Stretch
    {
        std::span<const std::byte> bytes;
        SplitSide card;
    };

    std::vector<std::unique_ptr<Device>> m_sides; ///< by index
    std::vector<Stretch> m_onCards;               ///< by address
    DeviceInfo m_info;
    std::atomic<std::uint64_t> m_spills = 0;
    std::atomic<std::size_t> m_failed = 0; ///< index of a side; the host's: none
};

/// Whether a weight of a SplitDevice lies on a card; false for memory of other devices.
bool liesOnCard(const Tensor &weight);

} // namespace conclave::kernels
