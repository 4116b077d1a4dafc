#pragma once

#include "engine/model/step.h"
#include "engine/moe/expert_cache.h"
#include "engine/moe/router.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace conclave::engine
{

struct Moe;

/// Computes with experts that an ExpertCache brings from disk: what Moe does where not all of them are in memory. Between `begin` and
/// `compute` of a layer other work can be done while they are read.
class StreamedExperts
{
public:
    /// nullptr without memory.
    static std::unique_ptr<StreamedExperts> create(kernels::Device &device, ExpertCache &cache, const RouterConfig &routing);

    /// Whether the experts of a layer come from disk: those on a card do not.
    bool streams(int layer) const { return !m_cache.layer(layer).gate.empty(); }
    /// `moe` has routed `seen` in `layer`. Starts reading the chosen experts that are missing, and behind them those that the next layer
    /// will likely choose: what its own router says of the same `seen`, as residual streams change little from layer to layer; all, where
    /// there are so many tokens that hardly one is left out; and where experts follow from the token, exactly those.
    void begin(Step &step, int layer, const Moe &moe, const kernels::Tensor &seen, const Routing &routing);
    /// The same of choices that are read already, -1 for those that are none of the cache's. The queue is finished.
    void begin(Step &step, int layer, const Moe &moe, const kernels::Tensor &seen, std::span<const std::int32_t> chosen);
    /// args.out += the experts' sum; experts and their matrices are filled in here.
    void compute(Step &step, int layer, kernels::MoeFeedForwardArgs args);

    std::optional<Error> takeFailure() { return m_cache.takeFailure(); }

private:
    /// What a layer chooses by, kept from when it was last computed.
    struct Chooser
    {
        bool known = false;
        Router router;
        kernels::Tensor gateInput;
        kernels::Tensor gateBias;
        kernels::Tensor fixedExperts;
    };

    StreamedExperts(kernels::Device &device, ExpertCache &cache, const RouterConfig &routing);
    const Chooser *chooserAfter(int layer, int &next) const;
    void beginChosen(Step &step, int layer, const Moe &moe, const kernels::Tensor &seen);
    void guess(Step &step, int layer, const Chooser &chooser, const kernels::Tensor &seen);
    bool fetch(Step &step, const kernels::Tensor &experts, std::vector<std::int32_t> &out);

    kernels::Device &m_device;
    ExpertCache &m_cache;
    RouterConfig m_routing;
    std::vector<Chooser> m_choosers;
    std::unique_ptr<kernels::Buffer> m_memory;
    kernels::Tensor m_slots; ///< [chunk, most] I32
    Routing m_guess;         ///< likewise
    std::vector<std::int32_t> m_chosen;
    std::vector<std::int32_t> m_places;
    std::vector<std::int32_t> m_likely;
};

} // namespace conclave::engine
