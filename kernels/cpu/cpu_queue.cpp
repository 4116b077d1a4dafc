#include "kernels/cpu/cpu_queue.h"

#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"

#include <algorithm>
#include <cmath>

namespace conclave::kernels
{

CpuQueue::CpuQueue(ThreadPool &pool, const KernelTable &kernels)
    : m_pool(pool), m_kernels(kernels), m_threads(static_cast<std::size_t>(pool.threads()))
{
}

Status CpuQueue::embedRows(const EmbedRowsArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const std::byte> table(args.table);
    const HostRows<float> out(args.out);
    const std::int64_t width = args.out.shape[1];
    forEachRow(args.out.shape[0], width, [&](std::int64_t t) {
        m_kernels.dequantiseRow(args.table.dtype, table[args.ids[static_cast<std::size_t>(t)]], out[t], width);
    });
    return Status::success();
}

Status CpuQueue::rmsNorm(const RmsNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const auto *weight = args.weight.empty() ? nullptr : reinterpret_cast<const float *>(hostAddress(args.weight));
    const std::int64_t width = args.in.rowLength();
    forEachRow(args.in.rows(), width, [&](std::int64_t row) { m_kernels.rmsNorm(in[row], weight, out[row], width, args.epsilon); });
    return Status::success();
}

Status CpuQueue::layerNorm(const LayerNormArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const auto *weight = reinterpret_cast<const float *>(hostAddress(args.weight));
    const auto *bias = reinterpret_cast<const float *>(hostAddress(args.bias));
    const std::int64_t width = args.in.rowLength();
    forEachRow(args.in.rows(), width, [&](std::int64_t row) { m_kernels.layerNorm(in[row], weight, bias, out[row], width, args.epsilon); });
    return Status::success();
}

Status CpuQueue::copy(const CopyArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const auto width = static_cast<std::size_t>(args.in.rowLength());
    forEachRow(args.in.rows(), args.in.rowLength(), [&](std::int64_t row) { std::copy_n(in[row], width, out[row]); });
    return Status::success();
}

Status CpuQueue::scale(const ScaleArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<float> inout(args.inout);
    const std::int64_t width = args.inout.rowLength();
    forEachRow(args.inout.rows(), width, [&](std::int64_t row) { m_kernels.scaleRow(args.factor, inout[row], width); });
    return Status::success();
}

bool CpuQueue::Angles::areOf(const RopeArgs &args) const
{
    const auto same = [](const auto &kept, const auto &given) { return std::equal(kept.begin(), kept.end(), given.begin(), given.end()); };
    return dims == args.dims && base == args.base && magnitude == args.magnitude && inverse == args.inverse &&
           same(positions, args.positions) && same(factors, args.factors) && same(streams, args.streams);
}

const CpuQueue::Angles *CpuQueue::anglesOf(const RopeArgs &args)
{
    const auto kept = std::find_if(m_angles.begin(), m_angles.end(), [&](const Angles &angles) { return angles.areOf(args); });
    if (kept != m_angles.end())
        return &*kept;
    Angles &angles = m_angles[m_nextAngles];
    m_nextAngles = (m_nextAngles + 1) % m_angles.size();
    const auto tokens = static_cast<std::size_t>(args.inout.shape[0]);
    const auto half = static_cast<std::size_t>(args.dims / 2);
    try {
        angles.dims = -1; // invalid until all is filled in
        angles.positions.assign(args.positions.begin(), args.positions.end());
        angles.factors.assign(args.factors.begin(), args.factors.end());
        angles.streams.assign(args.streams.begin(), args.streams.end());
        angles.cosine.resize(tokens * half);
        angles.sine.resize(tokens * half);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
    for (std::size_t i = 0; i < half; ++i) {
        const double factor = args.factors.empty() ? 1.0 : static_cast<double>(args.factors[i]);
        const double frequency = std::pow(static_cast<double>(args.base), -2.0 * static_cast<double>(i) / args.dims) / factor;
        const auto positions = args.positions.subspan(args.streams.empty() ? 0 : args.streams[i] * tokens, tokens);
        const auto magnitude = static_cast<double>(args.magnitude);
        for (std::size_t t = 0; t < tokens; ++t) {
            angles.cosine[t * half + i] = static_cast<float>(magnitude * std::cos(positions[t] * frequency));
            angles.sine[t * half + i] = static_cast<float>((args.inverse ? -magnitude : magnitude) * std::sin(positions[t] * frequency));
        }
    }
    angles.base = args.base;
    angles.magnitude = args.magnitude;
    angles.inverse = args.inverse;
    angles.dims = args.dims;
    return &angles;
}

Status CpuQueue::rope(const RopeArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const Angles *angles = anglesOf(args);
    if (angles == nullptr)
        return {StatusCode::kOutOfMemory, "rope: angles"};
    const HostRows<float> inout(args.inout);
    const std::int64_t heads = args.inout.shape[1];
    const std::int64_t half = args.dims / 2;
    forEachRow(args.inout.rows(), args.inout.shape[2], [&](std::int64_t row) {
        const std::int64_t angle = row / heads * half;
        m_kernels.rotate(inout[row], angles->cosine.data() + angle, angles->sine.data() + angle, half, args.pairing);
    });
    return Status::success();
}

Status CpuQueue::gatedActivation(const GatedActivationArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> gate(args.gate);
    const HostRows<const float> up(args.up);
    const HostRows<float> out(args.out);
    const std::int64_t width = args.gate.rowLength();
    forEachRow(args.gate.rows(), width,
               [&](std::int64_t row) { m_kernels.gatedActivation(gate[row], up[row], out[row], width, args.activation, args.limit); });
    return Status::success();
}

Status CpuQueue::add(const AddArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const std::int64_t width = args.out.shape[1];
    const std::int64_t period = args.in.shape[0];
    forEachRow(args.out.shape[0], width, [&](std::int64_t row) { m_kernels.addScaled(1.0F, in[row % period], out[row], width); });
    return Status::success();
}

Status CpuQueue::headGate(const HeadGateArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> gate(args.gate);
    const HostRows<float> inout(args.inout);
    const std::int64_t heads = args.inout.shape[1];
    const std::int64_t width = args.inout.shape[2];
    forEachRow(args.inout.rows(), width, [&](std::int64_t row) {
        const float x = gate[row / heads][row % heads];
        m_kernels.scaleRow(1.0F / (1.0F + std::exp(-x)), inout[row], width);
    });
    return Status::success();
}

Status CpuQueue::mergePatches(const MergePatchesArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> in(args.in);
    const HostRows<float> out(args.out);
    const std::int64_t width = args.in.shape[1];
    const auto channels = static_cast<std::size_t>(args.in.shape[2]);
    forEachRow(args.out.rows(), args.out.shape[2], [&](std::int64_t row) {
        const std::int64_t corner = row / args.out.shape[1] * 2 * width + row % args.out.shape[1] * 2;
        float *to = out[row];
        for (const std::int64_t from : {corner, corner + 1, corner + width, corner + width + 1}) {
            std::copy_n(in[from], channels, to);
            to += channels;
        }
    });
    return Status::success();
}

} // namespace conclave::kernels
