#include "engine/forecast/weight_probe.h"

#include <algorithm>
#include <span>
#include <vector>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

WeightProbe::WeightProbe(Probe &probe, DType type)
    : m_type(type), m_in(probe.makeRandom(DType::kF32, {kTokens, kWidth})),
      m_outOne(probe.make(DType::kF32, {1, copiesOf(type) * rowsOf(type)})),
      m_outMany(probe.make(DType::kF32, {kTokens, holdsExperts(type) ? kManyRows : kManyFloatRows})),
      m_sum(probe.make(DType::kF32, {kTokens, kWidth}))
{
    if (holdsExperts(type) && probe.ok())
        chooseExperts(probe);
}

std::size_t WeightProbe::weightBytes(DType type)
{
    return Tensor::packed(type, {copiesOf(type) * rowsOf(type), kWidth}, nullptr).packedBytes();
}

void WeightProbe::measure(Probe &probe, MachineWork work, MachineSpeed::Type &out)
{
    m_weights = probe.weights(m_type, {copiesOf(m_type) * rowsOf(m_type), kWidth});
    if (!probe.ok())
        return;
    if (work != MachineWork::kPrompts) {
        out.denseBytes = bytesOfMatrix(probe);
        out.expertBytes = m_ready ? bytesOfExperts(probe) : out.denseBytes; // of floats files have routers, but no experts
    }
    if (work != MachineWork::kAnswers) {
        out.denseOperations = operationsOfMatrix(probe);
        out.fewExpertOperations = m_ready ? operationsOfExperts(probe, kFewTokens) : out.denseOperations;
        out.expertOperations = m_ready ? operationsOfExperts(probe, kExpertTokens) : out.denseOperations;
    }
}

/// Layers of experts that lie one behind the other.
std::int64_t WeightProbe::copiesOf(DType type)
{
    const std::size_t bytes = Tensor::packed(type, {rowsOf(type), kWidth}, nullptr).packedBytes();
    return std::max<std::int64_t>(1, static_cast<std::int64_t>((kSpan + bytes / 2) / bytes));
}

/// Other ones for each token, so that no cache holds them.
void WeightProbe::chooseExperts(Probe &probe)
{
    m_chosen = probe.make(DType::kI32, {kExpertTokens, kChosen});
    m_shares = probe.make(DType::kF32, {kExpertTokens, kChosen});
    std::vector<std::int32_t> chosen(static_cast<std::size_t>(kExpertTokens * kChosen));
    for (std::size_t i = 0; i < chosen.size(); ++i)
        chosen[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(kExperts));
    m_ready = probe.ok() && probe.device().upload(m_chosen, std::as_bytes(std::span<const std::int32_t>(chosen))).ok();
}

void WeightProbe::useExpertsOf(std::int64_t copy)
{
    const Tensor layer = m_weights.slice(copy * rowsOf(m_type), rowsOf(m_type));
    const auto third = [&](std::size_t index, std::int64_t rows, std::int64_t columns) {
        return Tensor::packed(m_type, {kExperts, rows, columns}, layer.buffer, layer.offset + index * (layer.packedBytes() / 3));
    };
    m_args.gate = third(0, kHidden, kWidth);
    m_args.up = third(1, kHidden, kWidth);
    m_args.down = third(2, kWidth, kHidden);
}

double WeightProbe::bytesOfMatrix(Probe &probe) const
{
    kernels::MatmulArgs args;
    args.weight = m_weights;
    args.in = m_in.slice(0, 1);
    args.out = m_outOne;
    const double seconds = probe.seconds(Probe::kRepeats, [&](kernels::Queue &queue) { return queue.matmul(args); });
    return Probe::rate(static_cast<double>(m_weights.packedBytes()), seconds);
}

double WeightProbe::operationsOfMatrix(Probe &probe)
{
    const std::int64_t rows = m_outMany.shape[1];
    kernels::MatmulArgs args;
    args.in = m_in;
    args.out = m_outMany;
    const double seconds = probe.seconds(Probe::kFewRepeats, [&](kernels::Queue &queue) {
        args.weight = m_weights.slice(m_at, rows);
        m_at = (m_at + rows) % (m_weights.shape[0] - rows + 1);
        return queue.matmul(args);
    });
    return Probe::rate(2.0 * kTokens * static_cast<double>(rows) * kWidth, seconds);
}

/// Until every expert was used once.
double WeightProbe::bytesOfExperts(Probe &probe)
{
    constexpr std::int64_t kSteps = kExperts / kChosen;
    const double seconds = probe.seconds(Probe::kRepeats, [&](kernels::Queue &queue) {
        kernels::Status status = kernels::Status::success();
        for (std::int64_t step = 0; step < copiesOf(m_type) * kSteps && status.ok(); ++step) {
            useExpertsOf(step / kSteps);
            status = run(queue, step % kSteps, 1);
        }
        return status;
    });
    return Probe::rate(static_cast<double>(m_weights.packedBytes()), seconds);
}

double WeightProbe::operationsOfExperts(Probe &probe, std::int64_t tokens)
{
    useExpertsOf(0);
    const double seconds = probe.seconds(Probe::kFewRepeats, [&](kernels::Queue &queue) { return run(queue, 0, tokens); });
    return Probe::rate(2.0 * 3.0 * kChosen * kHidden * kWidth * static_cast<double>(tokens), seconds);
}

kernels::Status WeightProbe::run(kernels::Queue &queue, std::int64_t from, std::int64_t count) const
{
    kernels::MoeFeedForwardArgs args = m_args;
    args.in = m_in.slice(from, count);
    args.out = m_sum.slice(from, count);
    args.experts = m_chosen.slice(from, count);
    args.weights = m_shares.slice(from, count);
    return queue.moeFeedForward(args);
}

} // namespace conclave::engine
