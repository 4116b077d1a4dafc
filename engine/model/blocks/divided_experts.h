#pragma once

#include "engine/model/step.h"
#include "engine/moe/card_experts.h"
#include "engine/moe/expert_store.h"
#include "engine/moe/router.h"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace conclave::engine
{

/// Computes layers of which a card has some experts (CardExperts) and the host the others, in memory or on disk: two ops over the same
/// tokens, each with -1 in the places of the other's experts, at the same time. The card's op adds to the stream where that lies; the
/// host's adds to zeros, and its sum joins on the card. A side that no token chose an expert of has nothing to do.
class DividedExperts
{
public:
    /// nullptr without memory. `width` of the stream.
    static std::unique_ptr<DividedExperts> create(kernels::Device &device, ExpertStore &store, const RouterConfig &routing, int width);

    /// Whether experts of the layer lie on the card one by one: then it is computed here.
    bool has(int layer) const { return m_store.onCard(layer) > 0; }
    /// Whether there are others, so that it has to be begun.
    bool divides(int layer) const { return has(layer) && !m_store.cardExperts()->hasAll(layer); }
    /// The layer has been routed: reads what was chosen. Gives what is left to the host, [T, most], -1 for none; nothing after a failure.
    std::span<const std::int32_t> begin(Step &step, int layer, const Routing &routing);
    /// args.out += the experts' sum; experts and their matrices are filled in here. `host` does the same for those left to the host: it is
    /// given their numbers, and where to add.
    using HostExperts = std::function<void(const kernels::MoeFeedForwardArgs &args)>;
    void compute(Step &step, int layer, kernels::MoeFeedForwardArgs args, const HostExperts &host);

    /// Bytes that this takes on either side.
    static std::uint64_t bytes(int width, int most);

private:
    DividedExperts(kernels::Device &device, ExpertStore &store) : m_device(device), m_store(store) {}
    void startCard(Step &step, int layer, kernels::MoeFeedForwardArgs args);
    void computeHost(Step &step, kernels::MoeFeedForwardArgs args, const HostExperts &host);

    kernels::Device &m_device;
    ExpertStore &m_store;
    std::unique_ptr<kernels::Buffer> m_memory[3];
    kernels::Tensor m_slabs;           ///< [chunk, most] I32 what the card computes with,
    kernels::Tensor m_experts;         ///< and what the host does
    kernels::Tensor m_sum;             ///< [chunk, d] of the host's experts
    std::vector<float> m_zeros;        ///< one chunk
    std::vector<std::int32_t> m_left;  ///< to the host,
    std::vector<std::int32_t> m_there; ///< and slabs of those on the card
    std::size_t m_chosen = 0;          ///< of these, by tokens,
    std::size_t m_chosenOnCard = 0;    ///< and what the card has of them
};

} // namespace conclave::engine
