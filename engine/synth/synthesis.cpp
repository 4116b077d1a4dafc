#include "engine/api/synthesis.h"

#include "engine/synth/model_shapes.h"
#include "engine/synth/random_blocks.h"
#include "engine/synth/synthetic_vocabulary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>

namespace conclave::engine
{
namespace
{

using kernels::DType;

constexpr std::array<std::string_view, 5> kQuantisations = {"F16", "Q8_0", "Q4_0", "Q4_K_M", "MXFP4"};
constexpr std::size_t kPieceBytes = 4U << 20;

Error refused(const std::string &why, const std::string &context)
{
    return {ErrorCode::kInvalidRequest, why, context};
}

/// Layers in which Q4_K_M spends a step more on sensitive tensors: the first and last eighth and every third between.
bool isFinerLayer(int layer, int layers)
{
    const int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
}

DType typeFor(const PlannedTensor &tensor, std::string_view quantisation, int layers)
{
    if (tensor.role == TensorRole::kFloats)
        return DType::kF32;
    if (tensor.role == TensorRole::kIds)
        return DType::kI32;
    if (quantisation == "F16")
        return DType::kF16;
    if (quantisation == "MXFP4" && tensor.role == TensorRole::kExperts)
        return DType::kMXFP4;
    if (quantisation == "Q8_0" || quantisation == "MXFP4")
        return DType::kQ8_0;
    const bool wide = tensor.shape.back() % 256 == 0;
    if (quantisation == "Q4_0")
        return tensor.role == TensorRole::kOutput && wide ? DType::kQ6_K : DType::kQ4_0;
    const bool isDown = tensor.name.find("ffn_down_exps") != std::string::npos;
    const bool finer = (tensor.role == TensorRole::kSensitive || isDown) && isFinerLayer(tensor.layer, layers);
    if (!wide)
        return DType::kQ8_0; // K-quants need rows of whole blocks of 256
    return tensor.role == TensorRole::kOutput || finer ? DType::kQ6_K : DType::kQ4_K;
}

std::uint64_t bytesOf(const PlannedTensor &tensor, DType type)
{
    std::uint64_t rows = 1;
    for (std::size_t axis = 0; axis + 1 < tensor.shape.size(); ++axis)
        rows *= static_cast<std::uint64_t>(tensor.shape[axis]);
    return rows * kernels::rowBytes(type, static_cast<std::size_t>(tensor.shape.back()));
}

struct Planned
{
    PlannedModel model;
    std::string quantisation;
    std::uint64_t bytes = 0;
};

Result<Planned> plan(const SynthesisRequest &request)
{
    const ModelShape *shape = findModelShape(request.shape);
    if (shape == nullptr) {
        std::string known;
        for (const ModelShape &one : modelShapes())
            known += (known.empty() ? "" : ", ") + std::string(one.name);
        return refused("There is no model shape \"" + request.shape + "\". There are: " + known + ".", "shape");
    }
    Planned planned;
    planned.quantisation = request.quantisation.empty() ? std::string(shape->quantisation) : request.quantisation;
    if (std::find(kQuantisations.begin(), kQuantisations.end(), planned.quantisation) == kQuantisations.end())
        return refused("Files of type \"" + planned.quantisation + "\" cannot be made; F16, Q8_0, Q4_0, Q4_K_M and MXFP4 can.", "type");
    if (request.layers < 0 || request.layers > shape->layers)
        return refused("The shape has " + std::to_string(shape->layers) + " layers; a file can have 1 to that many.", "layers");
    if (request.foretells && !shape->foretells)
        return refused("The shape \"" + request.shape + "\" has no block that foretells further tokens.", "mtp");
    planned.model = shape->plan(request.layers > 0 ? request.layers : shape->layers, request.foretells);
    for (const PlannedTensor &tensor : planned.model.tensors)
        planned.bytes += bytesOf(tensor, typeFor(tensor, planned.quantisation, planned.model.layers));
    return planned;
}

Error cannotWrite(const std::filesystem::path &file)
{
    return {ErrorCode::kWriteFailed, "The file \"" + file.string() + "\" could not be written. Is the disk full, or the folder read-only?",
            file.string()};
}

/// Makes the header's file as long as if the weights followed.
bool addHole(const std::filesystem::path &file, const Planned &planned)
{
    constexpr std::uint64_t kAlignment = 32;
    std::error_code failed;
    std::uint64_t size = std::filesystem::file_size(file, failed);
    for (const PlannedTensor &tensor : planned.model.tensors)
        size += (bytesOf(tensor, typeFor(tensor, planned.quantisation, planned.model.layers)) + kAlignment - 1) / kAlignment * kAlignment;
    if (!failed)
        std::filesystem::resize_file(file, size, failed);
    return !failed;
}

/// Writes the tensors of one file in pieces.
class Synthesiser
{
public:
    Synthesiser(const Planned &planned, const SynthesisRequest &request, std::ostream &out)
        : m_planned(planned), m_hole(request.hole), m_blocks(request.seed), m_writer(out)
    {
    }

    Result<Done> run(const std::string &name, const std::function<void(double)> &progress, const std::stop_token &stop)
    {
        m_writer.set("general.architecture", m_planned.model.architecture);
        m_writer.set("general.name", name);
        for (const auto &[key, value] : m_planned.model.keys)
            m_writer.set(key.front() == '.' ? m_planned.model.architecture + key : key, value);
        setSyntheticVocabulary(m_writer, m_planned.model.vocabulary);
        for (const PlannedTensor &tensor : m_planned.model.tensors)
            if (auto declared = m_writer.declare(tensor.name, typeOf(tensor), tensor.shape); !declared)
                return declared;
        if (auto begun = m_writer.begin(); !begun)
            return begun;
        if (m_hole)
            return Done{};
        for (const PlannedTensor &tensor : m_planned.model.tensors) {
            if (stop.stop_requested())
                return Error{ErrorCode::kCancelled, "Making the file was stopped.", "stop requested"};
            if (auto written = write(tensor); !written)
                return written;
            m_done += bytesOf(tensor, typeOf(tensor));
            if (progress)
                progress(static_cast<double>(m_done) / static_cast<double>(std::max<std::uint64_t>(m_planned.bytes, 1)));
        }
        return m_writer.finish();
    }

private:
    DType typeOf(const PlannedTensor &tensor) const { return typeFor(tensor, m_planned.quantisation, m_planned.model.layers); }

    Result<Done> write(const PlannedTensor &tensor)
    {
        const DType type = typeOf(tensor);
        std::uint64_t left = bytesOf(tensor, type);
        const std::size_t row = kernels::rowBytes(type, static_cast<std::size_t>(tensor.shape.back()));
        const float deviation = 1.0F / std::sqrt(static_cast<float>(tensor.shape.back()));
        std::int64_t firstRow = 0;
        while (left > 0) {
            const std::size_t rows =
                static_cast<std::size_t>(std::min<std::uint64_t>(std::max<std::size_t>(kPieceBytes / row, 1), left / row));
            m_piece.resize(rows * row);
            if (tensor.role == TensorRole::kIds)
                fillIds(tensor, firstRow);
            else
                fill(tensor, type, deviation);
            if (auto written = m_writer.writeTensorPart(m_piece); !written)
                return written;
            left -= m_piece.size();
            firstRow += static_cast<std::int64_t>(rows);
        }
        return Done{};
    }

    void fill(const PlannedTensor &tensor, DType type, float deviation)
    {
        if (tensor.mean == 0.0F) {
            m_blocks.fill(type, deviation, m_piece);
            return;
        }
        m_blocks.fill(type, 0.1F, m_piece); // norms: around one
        for (std::size_t at = 0; at < m_piece.size(); at += sizeof(float)) {
            float value = 0;
            std::memcpy(&value, m_piece.data() + at, sizeof value);
            value += tensor.mean;
            std::memcpy(m_piece.data() + at, &value, sizeof value);
        }
    }

    /// Each row holds different ids, spread over all of them.
    void fillIds(const PlannedTensor &tensor, std::int64_t firstRow)
    {
        const std::int64_t columns = tensor.shape.back();
        for (std::size_t i = 0; i < m_piece.size() / sizeof(std::int32_t); ++i) {
            const std::int64_t row = firstRow + static_cast<std::int64_t>(i) / columns;
            const std::int64_t column = static_cast<std::int64_t>(i) % columns;
            const auto id = static_cast<std::int32_t>((row * 37 + column * (tensor.limit / columns)) % tensor.limit);
            std::memcpy(m_piece.data() + i * sizeof id, &id, sizeof id);
        }
    }

    const Planned &m_planned;
    bool m_hole;
    RandomBlocks m_blocks;
    GgufWriter m_writer;
    std::vector<std::byte> m_piece;
    std::uint64_t m_done = 0;
};

} // namespace

std::vector<std::string> synthesisShapes()
{
    std::vector<std::string> names;
    for (const ModelShape &shape : modelShapes())
        names.emplace_back(shape.name);
    return names;
}

std::vector<std::string> synthesisQuantisations()
{
    return {kQuantisations.begin(), kQuantisations.end()};
}

Result<std::uint64_t> synthesisBytes(const SynthesisRequest &request)
{
    auto planned = plan(request);
    if (!planned)
        return planned.takeError();
    return planned->bytes;
}

Result<Done> synthesise(const std::filesystem::path &file, const SynthesisRequest &request, const std::function<void(double)> &progress,
                        std::stop_token stop)
{
    auto planned = plan(request);
    if (!planned)
        return planned.takeError();
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    if (!out)
        return cannotWrite(file);
    auto done = Synthesiser(*planned, request, out).run(request.shape + " (random weights)", progress, stop);
    out.close();
    if (done && out && (!request.hole || addHole(file, *planned)))
        return done;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) // a device that was written to stays
        std::filesystem::remove(file, ignored);
    return done || done.error().code == ErrorCode::kWriteFailed ? Result<Done>(cannotWrite(file)) : std::move(done);
}

} // namespace conclave::engine
