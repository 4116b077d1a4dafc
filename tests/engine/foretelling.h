#pragma once

#include "kernels/core/dtype.h"
#include "tests/engine/rewritten_model.h"

#include <cstring>
#include <string>
#include <vector>

/// Model files with a block that foretells further tokens (MTP), made of files without one.
namespace conclave::test
{

inline RewrittenModel::Part floatPart(const std::string &name, std::vector<std::int64_t> shape, const std::vector<float> &values)
{
    RewrittenModel::Part part{name, kernels::DType::kF32, std::move(shape), {}};
    part.data = QByteArray(reinterpret_cast<const char *>(values.data()), static_cast<qsizetype>(values.size() * sizeof(float)));
    return part;
}

/// Of a rank-2 tensor of any type, row by row.
inline std::vector<float> valuesOf(const RewrittenModel::Part &part)
{
    std::vector<float> values(static_cast<std::size_t>(part.shape[0] * part.shape[1]));
    const auto bytes = std::as_bytes(std::span(part.data.constData(), static_cast<std::size_t>(part.data.size())));
    return kernels::dequantiseRow(part.type, bytes, values) ? values : std::vector<float>();
}

inline int blockCount(const engine::GgufFile &file, const std::string &architecture)
{
    const auto count = file.integer(architecture + ".block_count", 1, 1024);
    return count && *count ? static_cast<int>(**count) : 0;
}

/// Copies the tensors of block `from`, which come under `to`.
inline std::vector<RewrittenModel::Part> blockAs(const RewrittenModel &model, int from, int to)
{
    const std::string old = "blk." + std::to_string(from) + ".";
    std::vector<RewrittenModel::Part> parts;
    for (const RewrittenModel::Part &part : model.tensors) {
        if (!part.name.starts_with(old))
            continue;
        parts.push_back(part);
        parts.back().name = "blk." + std::to_string(to) + "." + part.name.substr(old.size());
    }
    return parts;
}

/// Appends a block to a model of `layers` layers and width `width`: a copy of layer `from`, whose input is the next token's normalised
/// embedding alone.
inline void addForetelling(RewrittenModel &model, const std::string &architecture, int layers, int width, int from)
{
    for (RewrittenModel::Part &part : blockAs(model, from, layers))
        model.tensors.push_back(std::move(part));
    const std::string prefix = "blk." + std::to_string(layers) + ".nextn.";
    const auto d = static_cast<std::size_t>(width);
    std::vector<float> join(2 * d * d);
    for (std::size_t i = 0; i < d; ++i)
        join[i * 2 * d + i] = 1;
    model.tensors.push_back(floatPart(prefix + "eh_proj.weight", {width, 2 * width}, join));
    for (const char *name : {"enorm.weight", "hnorm.weight"})
        model.tensors.push_back(floatPart(prefix + name, {width}, std::vector<float>(d, 1.0F)));
    model.keys[architecture + ".block_count"] = std::int32_t{layers + 1};
    model.keys[architecture + ".nextn_predict_layers"] = std::int32_t{1};
}

/// Layers add nothing to the stream: what follows a token depends on that token alone, and a block made by addForetelling knows it.
inline void silenceLayers(RewrittenModel &model)
{
    for (RewrittenModel::Part &part : model.tensors) {
        const bool adds = part.name.find(".attn_output.weight") != std::string::npos || part.name.find(".ffn_down") != std::string::npos ||
                          part.name.find(".ssm_out.weight") != std::string::npos;
        if (adds)
            part.data = QByteArray(part.data.size(), '\0');
    }
}

} // namespace conclave::test
