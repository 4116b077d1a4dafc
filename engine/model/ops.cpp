#include "engine/model/ops.h"

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

void Ops::matmul(kernels::MatmulArgs args)
{
    run(&Queue::matmul, args);
}

void Ops::embed(const Tensor &table, std::span<const std::int32_t> ids, const Tensor &out)
{
    run(&Queue::embedRows, kernels::EmbedRowsArgs{table, ids, out});
}

void Ops::linear(const Tensor &weight, const Tensor &in, const Tensor &out, const Tensor &bias, kernels::Activation activation)
{
    matmul({weight, in, bias, out, activation, false, m_precision});
}

void Ops::linearAdd(const Tensor &weight, const Tensor &in, const Tensor &out, const Tensor &bias)
{
    matmul({weight, in, bias, out, kernels::Activation::kNone, true, m_precision});
}

void Ops::linearExact(const Tensor &weight, const Tensor &in, const Tensor &out, const Tensor &bias)
{
    matmul({weight, in, bias, out, kernels::Activation::kNone, false, kernels::Precision::kFloat});
}

void Ops::rmsNorm(const Tensor &weight, const Tensor &in, const Tensor &out, float epsilon)
{
    run(&Queue::rmsNorm, kernels::RmsNormArgs{in, weight, out, epsilon});
}

void Ops::headNorm(const Tensor &weight, const Tensor &inout, float epsilon)
{
    const Tensor heads = inout.reshaped({inout.shape[0] * inout.shape[1], inout.shape[2]});
    rmsNorm(weight, heads, heads, epsilon);
}

void Ops::gated(kernels::Activation activation, const Tensor &gate, const Tensor &up, const Tensor &out, float limit)
{
    run(&Queue::gatedActivation, kernels::GatedActivationArgs{gate, up, out, activation, limit});
}

void Ops::groupedLinear(const Tensor &weight, const Tensor &in, const Tensor &out)
{
    run(&Queue::groupedMatmul, kernels::GroupedMatmulArgs{weight, in, out, m_precision});
}

void Ops::copy(const Tensor &in, const Tensor &out)
{
    run(&Queue::copy, kernels::CopyArgs{in, out});
}

void Ops::scale(const Tensor &inout, float factor)
{
    run(&Queue::scale, kernels::ScaleArgs{inout, factor});
}

void Ops::add(const Tensor &in, const Tensor &out)
{
    run(&Queue::add, kernels::AddArgs{in, out});
}

void Ops::moeFeedForward(kernels::MoeFeedForwardArgs args)
{
    args.precision = m_precision;
    run(&Queue::moeFeedForward, args);
}

void Ops::submit()
{
    if (m_status.ok())
        m_status = m_queue.submit();
}

void Ops::finish()
{
    if (m_status.ok())
        m_status = m_queue.finish();
}

} // namespace conclave::engine
