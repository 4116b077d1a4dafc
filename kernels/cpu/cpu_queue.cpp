#include "kernels/cpu/cpu_queue.h"

#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cache_slots.h"

#include <algorithm>
#include <cmath>
#include <cstring>

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
    const auto *weight = reinterpret_cast<const float *>(hostAddress(args.weight));
    const std::int64_t width = args.in.rowLength();
    forEachRow(args.in.rows(), width, [&](std::int64_t row) { m_kernels.rmsNorm(in[row], weight, out[row], width, args.epsilon); });
    return Status::success();
}

bool CpuQueue::prepareAngles(const RopeArgs &args)
{
    Angles &angles = m_angles;
    const auto same = [](const auto &kept, const auto &given) { return std::equal(kept.begin(), kept.end(), given.begin(), given.end()); };
    if (angles.dims == args.dims && angles.base == args.base && same(angles.positions, args.positions) &&
        same(angles.factors, args.factors))
        return true;
    const auto half = static_cast<std::size_t>(args.dims / 2);
    try {
        angles.dims = -1; // invalid until all is filled in
        angles.positions.assign(args.positions.begin(), args.positions.end());
        angles.factors.assign(args.factors.begin(), args.factors.end());
        angles.cosine.resize(args.positions.size() * half);
        angles.sine.resize(args.positions.size() * half);
    } catch (const std::bad_alloc &) {
        return false;
    }
    for (std::size_t i = 0; i < half; ++i) {
        const double factor = args.factors.empty() ? 1.0 : static_cast<double>(args.factors[i]);
        const double frequency = std::pow(static_cast<double>(args.base), -2.0 * static_cast<double>(i) / args.dims) / factor;
        for (std::size_t t = 0; t < args.positions.size(); ++t) {
            angles.cosine[t * half + i] = static_cast<float>(std::cos(args.positions[t] * frequency));
            angles.sine[t * half + i] = static_cast<float>(std::sin(args.positions[t] * frequency));
        }
    }
    angles.base = args.base;
    angles.dims = args.dims;
    return true;
}

Status CpuQueue::rope(const RopeArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    if (!prepareAngles(args))
        return {StatusCode::kOutOfMemory, "rope: angles"};
    const HostRows<float> inout(args.inout);
    const std::int64_t heads = args.inout.shape[1];
    const std::int64_t half = args.dims / 2;
    forEachRow(args.inout.rows(), args.inout.shape[2], [&](std::int64_t row) {
        const std::int64_t angle = row / heads * half;
        m_kernels.rotate(inout[row], m_angles.cosine.data() + angle, m_angles.sine.data() + angle, half, args.pairing);
    });
    return Status::success();
}

Status CpuQueue::kvStore(const KvStoreArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.keys.shape[1];
    const std::int64_t width = args.keys.shape[2];
    const auto store = [&](const Tensor &cache, const Tensor &from) {
        const HostRows<const float> rows(from);
        const HostRows<std::byte> slots(cache);
        forEachRow(from.rows(), width, [&](std::int64_t row) {
            std::byte *to = slots[cacheSlot(args.cache, args.first + row / heads) * heads + row % heads];
            if (cache.dtype == DType::kF16)
                m_kernels.storeHalf(rows[row], reinterpret_cast<std::uint16_t *>(to), width);
            else if (width > 0)
                std::memcpy(to, rows[row], static_cast<std::size_t>(width) * sizeof(float));
        });
    };
    store(args.cache.keys, args.keys);
    store(args.cache.values, args.values);
    return Status::success();
}

Status CpuQueue::gatedActivation(const GatedActivationArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const HostRows<const float> gate(args.gate);
    const HostRows<const float> up(args.up);
    const HostRows<float> out(args.out);
    const std::int64_t width = args.gate.shape[1];
    forEachRow(args.gate.shape[0], width,
               [&](std::int64_t row) { m_kernels.gatedActivation(gate[row], up[row], out[row], width, args.activation); });
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
