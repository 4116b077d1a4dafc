#include "engine/vision/qwen3vl_sizes.h"

#include "engine/model/metadata_keys.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

void readPatches(MetadataKeys &keys, Qwen3VlSizes &sizes)
{
    PatchRules &rules = sizes.rules;
    rules.patch = keys.required("vision.patch_size", 1, 64);
    rules.merge = keys.optional("vision.spatial_merge_size", 1, 8, 2);
    const int image = keys.required("vision.image_size", rules.patch, 1 << 14);
    if (image % rules.patch != 0)
        keys.refuse("vision.image_size", "is no multiple of the patch size " + std::to_string(rules.patch));
    sizes.tableSide = image / rules.patch;
    if (sizes.tableSide > 1024)
        keys.refuse("vision.image_size", "makes " + std::to_string(sizes.tableSide) + " patches each way, too many");
    const std::vector<float> mean = keys.numbers("vision.image_mean", 3, -10.0, 10.0);
    const std::vector<float> deviation = keys.numbers("vision.image_std", 3, 1e-6, 1e6);
    std::copy_n(mean.begin(), 3, rules.mean);
    std::copy_n(deviation.begin(), 3, rules.deviation);
}

void readDeepstack(MetadataKeys &keys, Qwen3VlSizes &sizes)
{
    if (!keys.has("vision.is_deepstack_layers"))
        return;
    const std::vector<int> marks = keys.integers("vision.is_deepstack_layers", static_cast<std::size_t>(sizes.blocks), 0, 1);
    for (int i = 0; i < sizes.blocks; ++i) {
        if (marks[static_cast<std::size_t>(i)] != 0)
            sizes.deepstack.push_back(i);
    }
}

} // namespace

Result<Qwen3VlSizes> readQwen3VlSizes(const GgufFile &file)
{
    constexpr int kMostWidth = 1 << 14;
    MetadataKeys keys(file, "clip");
    Qwen3VlSizes sizes;
    if (!keys.optionalFlag("has_vision_encoder", true))
        keys.refuse("has_vision_encoder", "says that it sees nothing");
    if (keys.optionalFlag("use_silu", false))
        keys.refuse("use_silu", "asks for another activation than GELU, which this tower does not have");
    readPatches(keys, sizes);
    sizes.width = keys.required("vision.embedding_length", 4, kMostWidth);
    sizes.feedForward = keys.required("vision.feed_forward_length", 1, 1 << 16);
    sizes.blocks = keys.required("vision.block_count", 1, 256);
    sizes.heads = keys.required("vision.attention.head_count", 1, 256);
    if (sizes.width % sizes.heads != 0 || sizes.headDim() % 4 != 0)
        keys.refuse("vision.attention.head_count", "does not divide the width " + std::to_string(sizes.width) + " into multiples of 4");
    sizes.epsilon = keys.requiredNumber("vision.attention.layer_norm_epsilon", 1e-12, 1e-2);
    sizes.outputWidth = keys.required("vision.projection_dim", 1, 1 << 17);
    readDeepstack(keys, sizes);
    if (!keys.ok())
        return keys.error();
    return sizes;
}

} // namespace conclave::engine
