#include "engine/model/weight_loader.h"

#include "kernels/core/quantise.h"

#include <algorithm>
#include <cstring>

namespace conclave::engine
{
namespace
{

using kernels::DType;
using kernels::Tensor;

std::string shapeText(const std::int64_t *begin, const std::int64_t *end)
{
    std::string text = "[";
    for (const std::int64_t *at = begin; at != end; ++at)
        text += (at == begin ? "" : ", ") + std::to_string(*at);
    return text + "]";
}

bool sameShape(const TensorInfo &info, WeightLoader::Shape shape)
{
    return info.rank == static_cast<int>(shape.size()) && std::equal(shape.begin(), shape.end(), info.shape.begin());
}

bool matmulReads(DType type)
{
    return type == DType::kF32 || type == DType::kF16 || type == DType::kBF16 || kernels::isQuantised(type);
}

} // namespace

void WeightLoader::fail(ErrorCode code, const std::string &name, const std::string &why)
{
    if (!m_error)
        m_error = Error{code, "The model file \"" + m_file.name() + "\" cannot be used: its tensor \"" + name + "\" " + why, name};
}

void WeightLoader::require(const std::string &name)
{
    if (!has(name))
        fail(ErrorCode::kMissingTensor, name, "is missing. Download it again, or choose another conversion of the model.");
}

const TensorInfo *WeightLoader::take(const std::string &name, Shape shape, Kind kind)
{
    const TensorInfo *info = m_file.findTensor(name);
    if (info == nullptr) {
        fail(ErrorCode::kMissingTensor, name, "is missing. Download it again, or choose another conversion of the model.");
        return nullptr;
    }
    if (!info->knownType) {
        fail(ErrorCode::kUnsupportedType, name,
             "has type " + std::to_string(info->rawType) +
                 ", which this version cannot read. It reads F32, F16, BF16, MXFP4 and all Q4, Q5, Q8, K, IQ and TQ types; choose such a "
                 "file of the model.");
        return nullptr;
    }
    if (!sameShape(*info, shape)) {
        fail(ErrorCode::kBadTensor, name,
             "has the shape " + shapeText(info->shape.data(), info->shape.data() + info->rank) + " instead of " +
                 shapeText(shape.begin(), shape.end()) + ". Download it again, or choose another conversion of the model.");
        return nullptr;
    }
    const bool fits = kind == Kind::kMatrix    ? matmulReads(info->dtype)
                      : kind == Kind::kFloats  ? info->dtype == DType::kF32
                      : kind == Kind::kIndices ? info->dtype == DType::kI32
                                               : info->dtype == DType::kF32 || info->dtype == DType::kF16;
    if (!fits) {
        fail(ErrorCode::kUnsupportedType, name,
             std::string("has the type ") + kernels::dtypeName(info->dtype) + ", which this version cannot use there. " +
                 "Choose another conversion of the model.");
        return nullptr;
    }
    if (m_taken.insert(name).second)
        m_bytes += info->data.size();
    return info;
}

Tensor WeightLoader::view(const TensorInfo *info) const
{
    if (info == nullptr)
        return {};
    return m_memory.view(*info);
}

Tensor WeightLoader::matrix(const std::string &name, Shape shape)
{
    return view(take(name, shape, Kind::kMatrix));
}

Tensor WeightLoader::table(const std::string &name, Shape shape)
{
    const std::uint64_t before = m_bytes;
    const TensorInfo *info = take(name, shape, Kind::kMatrix);
    m_bytes = before;
    return info != nullptr ? m_memory.tableView(*info) : Tensor{};
}

std::vector<float> WeightLoader::dequantised(const std::string &name, Shape shape)
{
    const TensorInfo *info = take(name, shape, Kind::kMatrix);
    if (info == nullptr)
        return {};
    const auto length = static_cast<std::size_t>(info->shape[static_cast<std::size_t>(info->rank - 1)]);
    const std::size_t rowBytes = kernels::rowBytes(info->dtype, length);
    const std::size_t rows = info->data.size() / rowBytes;
    std::vector<float> values(rows * length);
    for (std::size_t row = 0; row < rows; ++row)
        kernels::dequantiseRow(info->dtype, info->data.subspan(row * rowBytes, rowBytes), std::span(values).subspan(row * length, length));
    return values;
}

Tensor WeightLoader::floats(const std::string &name, Shape shape)
{
    return view(take(name, shape, Kind::kFloats));
}

Tensor WeightLoader::optionalFloats(const std::string &name, Shape shape)
{
    return has(name) ? floats(name, shape) : Tensor{};
}

Tensor WeightLoader::filter(const std::string &name, Shape shape)
{
    return view(take(name, shape, Kind::kFilter));
}

Tensor WeightLoader::indices(const std::string &name, Shape shape, std::int32_t end)
{
    const TensorInfo *info = take(name, shape, Kind::kIndices);
    if (info == nullptr)
        return {};
    for (std::size_t at = 0; at < info->data.size(); at += sizeof(std::int32_t)) {
        std::int32_t index = 0;
        std::memcpy(&index, info->data.data() + at, sizeof(index));
        if (index < 0 || index >= end) {
            fail(ErrorCode::kBadTensor, name,
                 "holds " + std::to_string(index) + " where only 0 to " + std::to_string(end - 1) + " are possible. Download it again.");
            return {};
        }
    }
    return view(info);
}

std::vector<float> WeightLoader::hostFloats(const std::string &name, Shape shape)
{
    const TensorInfo *info = take(name, shape, Kind::kFloats);
    if (info == nullptr)
        return {};
    std::vector<float> values(info->data.size() / sizeof(float));
    std::memcpy(values.data(), info->data.data(), values.size() * sizeof(float));
    return values;
}

std::int64_t WeightLoader::rowsOf(const std::string &name, int rank, std::int64_t most)
{
    const TensorInfo *info = m_file.findTensor(name);
    if (info == nullptr) {
        fail(ErrorCode::kMissingTensor, name, "is missing. Download it again, or choose another conversion of the model.");
        return 1;
    }
    if (info->rank != rank || info->shape[0] < 1 || info->shape[0] > most) {
        fail(ErrorCode::kBadTensor, name,
             "has the shape " + shapeText(info->shape.data(), info->shape.data() + info->rank) + ", where " + std::to_string(rank) +
                 " axes and at most " + std::to_string(most) + " rows are possible. Download it again.");
        return 1;
    }
    return info->shape[0];
}

Result<Done> WeightLoader::finish(const std::string &prefix) const
{
    if (m_error)
        return *m_error;
    for (const TensorInfo &info : m_file.tensors()) {
        const auto covers = [&](const std::string &ignored) { return info.name.starts_with(ignored); };
        if (!info.name.starts_with(prefix) || m_taken.count(info.name) != 0 || std::any_of(m_ignored.begin(), m_ignored.end(), covers))
            continue;
        const bool scale = info.name.ends_with(".scale") || info.name.ends_with(".input_scale");
        return Error{ErrorCode::kBadTensor,
                     "The model file \"" + m_file.name() + "\" cannot be used: its tensor \"" + info.name + "\" " +
                         (scale ? "is a second scale of quantised weights (as NVFP4 has), which this version cannot read. "
                                  "Choose another conversion of the model."
                                : "belongs to a variant of the architecture that this version does not know."),
                     info.name};
    }
    return Done{};
}

} // namespace conclave::engine
