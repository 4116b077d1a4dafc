#include "kernels/core/host_memory.h"
#include "kernels/core/validate.h"
#include "kernels/cpu/cpu_queue.h"

/// One matrix product for each group, as one job: rows are sorted by group, so that each group's weights are read once.
namespace conclave::kernels
{

Status CpuQueue::groupedMatmul(const GroupedMatmulArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t tokens = args.in.shape[0];
    const std::int64_t groupCount = args.weight.shape[0];
    const std::int64_t rows = tokens * groupCount;
    if (rows == 0 || args.weight.shape[1] == 0)
        return Status::success();
    constexpr Status kNoMemory{StatusCode::kOutOfMemory, "groupedMatmul: scratch"};
    auto *in = m_inRows.get<const float *>(static_cast<std::size_t>(rows));
    auto *out = m_outRows.get<float *>(static_cast<std::size_t>(rows));
    auto *groups = m_groups.get<MatmulGroup>(static_cast<std::size_t>(groupCount));
    if (in == nullptr || out == nullptr || groups == nullptr)
        return kNoMemory;
    const HostRows<const float> inRows(args.in);
    const HostRows<float> outRows(args.out);
    for (std::int64_t g = 0; g < groupCount; ++g) {
        groups[g] = {hostAddress(args.weight) + g * args.weight.strideBytes[0], g * tokens, g * tokens, tokens};
        for (std::int64_t t = 0; t < tokens; ++t) {
            in[g * tokens + t] = inRows[t * groupCount + g];
            out[g * tokens + t] = outRows[t * groupCount + g];
        }
    }
    MatmulJob job{};
    job.type = args.weight.dtype;
    job.wStride = static_cast<std::size_t>(args.weight.strideBytes[1]);
    job.n = args.weight.shape[1];
    job.m = args.weight.shape[2];
    job.groups = groups;
    job.groupCount = groupCount;
    job.panelGroups = groupCount;
    job.in = in;
    job.out = out;
    job.activation = Activation::kNone;
    if (args.precision == Precision::kFast && isQuantised(job.type)) {
        job.quant = quantiseRows(job.type, in, rows, job.m);
        if (job.quant == nullptr)
            return kNoMemory;
    }
    return runMatmul(job);
}

} // namespace conclave::kernels
