#include "tests/kernels/op_cases.h"

/// Attention over caches whose bytes are given, so that no rounding on the way in hides an error in reading them: every type, every
/// number of heads to a KV head that the CPU has a way of its own for, and contexts of several splits.
namespace conclave::kernels::test
{

namespace
{

struct Cache
{
    std::int64_t tokens, group, kvHeads, width, valueWidth, keys;
    DType type;
    std::int64_t chosen = 0; ///< of as many further keys again as the sequence has, besides a window of it; 0: none
};

std::string nameOf(const Cache &c)
{
    return std::string(dtypeName(c.type)) + ", " + number(c.tokens) + " queries of " + number(c.group) + " heads on each of " +
           number(c.kvHeads) + ", " + number(c.keys) + " keys of " + number(c.width) + "/" + number(c.valueWidth) +
           (c.chosen > 0 ? ", " + number(c.chosen) + " chosen" : "");
}

Tensor cacheRows(Rig &rig, Numbers &numbers, const Cache &c, std::int64_t slots, std::int64_t width)
{
    return rig.weights(c.type, {slots, c.kvHeads, width}, numbers.weightRows(c.type, slots * c.kvHeads, width));
}

/// Every token's choices in another order; every ninth is none.
Tensor choices(Rig &rig, const Cache &c)
{
    std::vector<std::int32_t> chosen;
    for (std::int64_t t = 0; t < c.tokens; ++t)
        for (std::int64_t j = 0; j < c.chosen; ++j) // 7 and twice their number have no common factor: rows are distinct
            chosen.push_back(j % 9 == 8 ? -1 : static_cast<std::int32_t>((j * 7 + t) % (2 * c.chosen)));
    return rig.ints({c.tokens, c.chosen}, chosen);
}

OpCase cacheCase(const Cache &c)
{
    OpCase result;
    result.name = nameOf(c);
    result.program = [c](Rig &rig) {
        Numbers numbers(81);
        AttentionArgs args;
        const std::int64_t heads = c.group * c.kvHeads;
        args.query = rig.floats({c.tokens, heads, c.width}, numbers.normal(c.tokens * heads * c.width));
        // Pages of seven in turned order: neighbours in the sequence are none in memory.
        const std::int64_t pages = (c.keys + 6) / 7;
        std::vector<std::int32_t> order;
        for (std::int64_t page = 0; page < pages; ++page)
            order.push_back(static_cast<std::int32_t>(pages - 1 - page));
        args.cache.keys = cacheRows(rig, numbers, c, pages * 7, c.width);
        args.cache.values = cacheRows(rig, numbers, c, pages * 7, c.valueWidth);
        args.cache.pages = order;
        args.cache.pageTokens = 7;
        args.out = rig.output({c.tokens, heads, c.valueWidth});
        args.first = c.keys - c.tokens;
        args.scale = 1.0F / std::sqrt(static_cast<float>(c.width));
        if (c.chosen > 0) {
            args.compressed.ratio = 1;
            args.compressed.cache.keys = cacheRows(rig, numbers, c, c.keys, c.width);
            args.compressed.cache.values = cacheRows(rig, numbers, c, c.keys, c.valueWidth);
            args.compressed.chosen = choices(rig, c);
            args.window = 64;
        }
        rig.note(rig.queue().attention(args));
        return rig.read(args.out);
    };
    // Against keys of 8 bits queries may be taken in 16 (kernels/cpu/q8_cache_avx512.inl): steps of 3e-5 of the largest value.
    result.tolerance = within(c.type == DType::kQ8_0 ? 1e-4F : 5e-6F);
    return result;
}

} // namespace

std::vector<OpCase> cacheCases()
{
    std::vector<OpCase> cases;
    for (const DType type : {DType::kF32, DType::kF16, DType::kQ8_0}) {
        for (const std::int64_t group : {1, 2, 3, 4, 5, 7, 8, 11, 16, 17, 65})
            cases.push_back(cacheCase({1, group, 2, 96, 160, 101, type}));
        cases.push_back(cacheCase({3, 5, 1, 32, 32, 1300, type}));  // three splits of keys
        cases.push_back(cacheCase({1, 2, 1, 64, 32, 17000, type})); // more keys than splits of the least length hold
        cases.push_back(cacheCase({9, 8, 1, 64, 64, 130, type}));
        cases.push_back(cacheCase({2, 6, 1, 64, 64, 2500, type, 1100})); // choices of three splits
    }
    for (const DType type : {DType::kF32, DType::kF16}) // rows that end inside a vector
        for (const std::int64_t group : {1, 3, 4, 9})
            cases.push_back(cacheCase({1, group, 3, 45, 83, 70, type}));
    return cases;
}

} // namespace conclave::kernels::test
