#include "kernels/core/validate.h"
#include "kernels/reference/reference_math.h"
#include "kernels/reference/reference_queue.h"

#include <algorithm>
#include <limits>

namespace conclave::kernels
{

namespace
{

std::int64_t slotOf(const KvView &cache, std::int64_t position)
{
    if (cache.pages.empty())
        return position;
    return cache.pages[static_cast<std::size_t>(position / cache.pageTokens)] * std::int64_t{cache.pageTokens} +
           position % cache.pageTokens;
}

/// A key that a query sees: which row of which cache.
struct Seen
{
    const KvView *cache;
    std::int64_t row;
};

/// Keys that the query of token t sees.
std::vector<Seen> seenBy(const AttentionArgs &args, std::int64_t t)
{
    std::vector<Seen> seen;
    const std::int64_t position = args.first + t;
    const std::int64_t end = args.causal ? position + 1 : args.length;
    const std::int64_t begin = args.window > 0 ? std::max<std::int64_t>(0, end - args.window) : 0;
    for (std::int64_t p = begin; p < end; ++p)
        seen.push_back({&args.cache, slotOf(args.cache, p)});
    const CompressedKeys &more = args.compressed;
    if (more.cache.keys.empty())
        return seen;
    const std::int64_t visible = (position + 1) / more.ratio;
    if (more.chosen.empty()) {
        for (std::int64_t b = 0; b < visible; ++b)
            seen.push_back({&more.cache, slotOf(more.cache, b)});
        return seen;
    }
    const std::int32_t *chosen = HostRows<const std::int32_t>(more.chosen)[t];
    for (std::int64_t j = 0; j < more.chosen.shape[1]; ++j)
        if (chosen[j] >= 0 && chosen[j] < visible)
            seen.push_back({&more.cache, slotOf(more.cache, chosen[j])});
    return seen;
}

/// softmax(scale q K^T) V over the keys seen, of KV head `head`; `sink` is one more logit without a value.
Values attend(const std::vector<Seen> &seen, std::int64_t head, const Values &query, double scale, const double *sink, std::size_t width)
{
    Values scores;
    for (const Seen &key : seen)
        scores.push_back(scale * dot(query, readRow(key.cache->keys, key.row * key.cache->keys.shape[1] + head)));
    double largest = *std::max_element(scores.begin(), scores.end());
    if (sink != nullptr)
        largest = std::max(largest, *sink);
    double sum = sink != nullptr ? std::exp(*sink - largest) : 0.0;
    Values out(width, 0.0);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const double share = std::exp(scores[i] - largest);
        const Values value = readRow(seen[i].cache->values, seen[i].row * seen[i].cache->values.shape[1] + head);
        sum += share;
        for (std::size_t j = 0; j < width; ++j)
            out[j] += share * value[j];
    }
    for (double &x : out)
        x /= sum;
    return out;
}

} // namespace

Status ReferenceQueue::kvStore(const KvStoreArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.keys.shape[1];
    for (std::int64_t row = 0; row < args.keys.rows(); ++row) {
        const std::int64_t to = slotOf(args.cache, args.first + row / heads) * heads + row % heads;
        const auto store = [&](const Tensor &cache, const Tensor &from) {
            const auto width = static_cast<std::size_t>(from.rowLength());
            const float *values = HostRows<const float>(from)[row];
            quantiseRow(cache.dtype, {values, width}, {HostRows<std::byte>(cache)[to], rowBytes(cache.dtype, width)});
        };
        store(args.cache.keys, args.keys);
        if (!args.values.empty())
            store(args.cache.values, args.values);
    }
    return Status::success();
}

Status ReferenceQueue::attention(const AttentionArgs &args)
{
    if (const Status status = check(args); !status.ok())
        return status;
    const std::int64_t heads = args.query.shape[1];
    const std::int64_t group = heads / args.cache.keys.shape[1];
    const Values sinks = args.sinks.empty() ? Values() : readRow(args.sinks, 0);
    for (std::int64_t t = 0; t < args.query.shape[0]; ++t) {
        const std::vector<Seen> seen = seenBy(args, t);
        for (std::int64_t h = 0; h < heads; ++h) {
            const double *sink = sinks.empty() ? nullptr : &sinks[static_cast<std::size_t>(h)];
            writeRow(args.out, t * heads + h,
                     attend(seen, h / group, readRow(args.query, t * heads + h), static_cast<double>(args.scale), sink,
                            static_cast<std::size_t>(args.out.shape[2])));
        }
    }
    return Status::success();
}

} // namespace conclave::kernels
