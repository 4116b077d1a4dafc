#pragma once

#include "engine/cache/image_memory.h"
#include "engine/vision/patch_grid.h"
#include "kernels/core/half.h"
#include "tests/engine/model_fixture.h"

/// Qwen3-VL with random weights, two pictures, and what an independent engine makes of them.
namespace conclave::test
{

inline QString visionPath(const QString &file)
{
    return dataPath("models/qwen3vlmoe/" + file);
}

/// One picture's entry in image_reference.json.
struct PictureReference
{
    engine::ImageGrid grid;
    std::vector<std::int32_t> before;    ///< tokens ahead of the picture
    std::vector<std::int32_t> after;     ///< tokens behind it
    std::vector<std::int32_t> positions; ///< [3, T] of all: time, row, column
    int next = 0;                        ///< position of what is answered
    std::vector<float> embeddings;       ///< [n, levels * d]
    std::vector<float> logits;           ///< [tokens before and after, V]
    std::vector<float> greedyLogits;     ///< [24, V]
    std::vector<Reference::Greedy> greedy;

    std::size_t tokens() const { return before.size() + static_cast<std::size_t>(grid.tokens()) + after.size(); }

    static PictureReference load(const QString &name)
    {
        const QJsonObject json = readJson(visionPath("image_reference.json"))["images"].toObject()[name].toObject();
        const QJsonArray chunks = json["chunks"].toArray();
        const QJsonObject image = chunks[1].toObject();
        PictureReference reference;
        reference.before = toInts(chunks[0].toObject()["tokens"]);
        reference.after = toInts(chunks[2].toObject()["tokens"]);
        std::vector<std::int32_t> streams[3];
        const auto text = [&](int start, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) {
                for (auto &stream : streams)
                    stream.push_back(start + static_cast<std::int32_t>(i));
            }
        };
        text(chunks[0].toObject()["start_pos"].toInt(), reference.before.size());
        int right = 0;
        int bottom = 0;
        for (const QJsonValue &position : image["pos_tyx"].toArray()) {
            for (int s = 0; s < 3; ++s)
                streams[s].push_back(position.toArray()[s].toInt());
            bottom = std::max(bottom, streams[1].back());
            right = std::max(right, streams[2].back());
        }
        const int start = image["start_pos"].toInt();
        reference.grid = {right - start + 1, bottom - start + 1};
        text(chunks[2].toObject()["start_pos"].toInt(), reference.after.size());
        for (const auto &stream : streams)
            reference.positions.insert(reference.positions.end(), stream.begin(), stream.end());
        reference.next = streams[0].back() + 1;
        reference.embeddings = readFloats(visionPath(json["embeddings_file"].toObject()["file"].toString()));
        reference.logits = readFloats(visionPath(json["logits_file"].toObject()["file"].toString()));
        reference.greedyLogits = readFloats(visionPath(json["greedy_file"].toObject()["file"].toString()));
        for (const QJsonValue &step : json["greedy"].toArray())
            reference.greedy.push_back({step.toObject()["id"].toInt(), step.toObject()["margin"].toDouble()});
        return reference;
    }
};

/// Rows of a picture as the reference has them: [n, levels * d].
inline std::vector<float> rowsOf(const engine::ImageMemory &memory, kernels::Device &device)
{
    const auto tokens = static_cast<std::size_t>(memory.tokens());
    const auto levels = static_cast<std::size_t>(memory.levels());
    const auto width = static_cast<std::size_t>(memory.rows(0).shape[1]);
    std::vector<float> joined(tokens * levels * width);
    std::vector<float> level(tokens * width);
    for (std::size_t l = 0; l < levels; ++l) {
        if (!device.download(std::as_writable_bytes(std::span<float>(level)), memory.rows(static_cast<int>(l))).ok())
            return {};
        for (std::size_t t = 0; t < tokens; ++t)
            std::copy_n(level.begin() + static_cast<std::ptrdiff_t>(t * width), width,
                        joined.begin() + static_cast<std::ptrdiff_t>((t * levels + l) * width));
    }
    return joined;
}

/// An image memory with the reference's own rows.
inline std::shared_ptr<const engine::ImageMemory> memoryOf(const PictureReference &reference, int levels, kernels::Device &device)
{
    const std::int64_t tokens = reference.grid.tokens();
    const std::int64_t width = static_cast<std::int64_t>(reference.embeddings.size()) / tokens / levels;
    auto buffer = device.allocate(reference.embeddings.size() * sizeof(float));
    const auto rows = kernels::Tensor::packed(kernels::DType::kF32, {levels, tokens, width}, buffer.get());
    std::vector<float> planes;
    for (std::int64_t l = 0; l < levels; ++l) {
        for (std::int64_t t = 0; t < tokens; ++t) {
            const auto from = reference.embeddings.begin() + static_cast<std::ptrdiff_t>((t * levels + l) * width);
            planes.insert(planes.end(), from, from + static_cast<std::ptrdiff_t>(width));
        }
    }
    if (!device.upload(rows, std::as_bytes(std::span<const float>(planes))).ok())
        return nullptr;
    return std::make_shared<engine::ImageMemory>(std::move(buffer), rows, reference.grid);
}

inline constexpr std::int32_t kImagePad = 501; ///< <|image_pad|> of the fixture

/// The prompt of a picture's reference, computed `pieceTokens` at a time.
class PicturePrompt
{
public:
    PicturePrompt(const PictureReference &reference, std::shared_ptr<const engine::ImageMemory> image)
        : m_reference(reference), m_image(std::move(image)), m_tokens(reference.before)
    {
        m_tokens.resize(m_tokens.size() + static_cast<std::size_t>(reference.grid.tokens()), kImagePad);
        m_tokens.insert(m_tokens.end(), reference.after.begin(), reference.after.end());
    }

    std::size_t size() const { return m_tokens.size(); }

    /// Logits [T, V] of all positions; empty on failure.
    std::vector<float> forward(engine::Model &model, engine::KvCache &cache, std::size_t pieceTokens) const
    {
        std::vector<float> all;
        for (std::size_t from = 0; from < size(); from += pieceTokens) {
            const std::size_t count = std::min(pieceTokens, size() - from);
            const auto rows = rowsWithin(static_cast<int>(from), static_cast<int>(count));
            const auto positions = positionsWithin(from, count);
            engine::Batch batch;
            batch.tokens = std::span(m_tokens).subspan(from, count);
            batch.cache = &cache;
            batch.imageRows = rows;
            batch.gridPositions = positions;
            batch.logitRows = static_cast<int>(count);
            const auto logits = model.forward(batch);
            if (!logits) {
                qWarning("%s (%s)", logits.error().message.c_str(), logits.error().context.c_str());
                return {};
            }
            all.insert(all.end(), logits->begin(), logits->end());
        }
        return all;
    }

    /// The rows of text tokens, as the reference has them.
    std::vector<float> textRows(const std::vector<float> &logits) const
    {
        const auto vocabulary = static_cast<std::ptrdiff_t>(logits.size() / size());
        const auto before = static_cast<std::ptrdiff_t>(m_reference.before.size());
        std::vector<float> rows(logits.begin(), logits.begin() + before * vocabulary);
        rows.insert(rows.end(), logits.begin() + (before + m_reference.grid.tokens()) * vocabulary, logits.end());
        return rows;
    }

private:
    std::vector<engine::ImageRows> rowsWithin(int from, int count) const
    {
        const int begin = static_cast<int>(m_reference.before.size());
        const int first = std::max(from, begin);
        const int last = std::min(from + count, begin + m_reference.grid.tokens());
        if (first >= last)
            return {};
        return {{m_image.get(), first - begin, first - from, last - first}};
    }
    std::vector<std::int32_t> positionsWithin(std::size_t from, std::size_t count) const
    {
        std::vector<std::int32_t> positions;
        for (std::size_t s = 0; s < 3; ++s) {
            const auto part = std::span(m_reference.positions).subspan(s * size() + from, count);
            positions.insert(positions.end(), part.begin(), part.end());
        }
        return positions;
    }

    const PictureReference &m_reference;
    std::shared_ptr<const engine::ImageMemory> m_image;
    std::vector<std::int32_t> m_tokens;
};

/// The other engine rounds pixels to 16 bits before it embeds patches.
inline std::vector<float> roundedToHalf(std::vector<float> values)
{
    for (float &value : values)
        value = kernels::halfToFloat(kernels::floatToHalf(value));
    return values;
}

} // namespace conclave::test
