#pragma once

#include "kernels/core/queue.h"

namespace conclave::engine
{

/// Issues ops in order and keeps the first failure; after one nothing more is issued. So a layer reads as a list of formulas.
class Ops
{
public:
    Ops(kernels::Queue &queue, kernels::Precision precision) : m_queue(queue), m_precision(precision) {}

    bool ok() const { return m_status.ok(); }
    const kernels::Status &status() const { return m_status; }

    /// Any op with its arguments: run(&Queue::router, args).
    template <typename Args>
    void run(kernels::Status (kernels::Queue::*op)(const Args &), const Args &args)
    {
        if (m_status.ok())
            m_status = (m_queue.*op)(args);
    }

    void embed(const kernels::Tensor &table, std::span<const std::int32_t> ids, const kernels::Tensor &out);
    /// out = in W^T (+ bias), then the activation.
    void linear(const kernels::Tensor &weight, const kernels::Tensor &in, const kernels::Tensor &out, const kernels::Tensor &bias = {},
                kernels::Activation activation = kernels::Activation::kNone);
    /// out += in W^T (+ bias).
    void linearAdd(const kernels::Tensor &weight, const kernels::Tensor &in, const kernels::Tensor &out, const kernels::Tensor &bias = {});
    /// linear with float32 activations whatever the model's precision: routers and gates, where rounding changes decisions.
    void linearExact(const kernels::Tensor &weight, const kernels::Tensor &in, const kernels::Tensor &out,
                     const kernels::Tensor &bias = {});
    void rmsNorm(const kernels::Tensor &weight, const kernels::Tensor &in, const kernels::Tensor &out, float epsilon);
    /// RMSNorm of each head of inout [T, H, hd] in place; `weight` may be empty.
    void headNorm(const kernels::Tensor &weight, const kernels::Tensor &inout, float epsilon);
    /// out = act(gate) * up; `limit` as in kernels::GatedActivationArgs.
    void gated(kernels::Activation activation, const kernels::Tensor &gate, const kernels::Tensor &up, const kernels::Tensor &out,
               float limit = 0.0F);
    /// out[t, g] = weight[g] in[t, g].
    void groupedLinear(const kernels::Tensor &weight, const kernels::Tensor &in, const kernels::Tensor &out);
    void copy(const kernels::Tensor &in, const kernels::Tensor &out);
    void scale(const kernels::Tensor &inout, float factor);
    void add(const kernels::Tensor &in, const kernels::Tensor &out);
    void moeFeedForward(kernels::MoeFeedForwardArgs args);
    /// Notes what something beside the queue reported.
    void check(const kernels::Status &status)
    {
        if (m_status.ok())
            m_status = status;
    }
    /// Begins what was issued, see kernels::Queue::submit.
    void submit();
    void finish();

private:
    void matmul(kernels::MatmulArgs args);

    kernels::Queue &m_queue;
    kernels::Precision m_precision;
    kernels::Status m_status;
};

} // namespace conclave::engine
