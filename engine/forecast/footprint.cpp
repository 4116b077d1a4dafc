#include "engine/api/forecast.h"
#include "engine/cache/kv_cache.h"
#include "engine/forecast/counting_device.h"
#include "engine/forecast/tensor_role.h"
#include "engine/generate/engine_setup.h"
#include "engine/model/model.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <new>
#include <span>
#include <string_view>
#include <vector>

namespace conclave::engine
{
namespace
{

constexpr int kFirstRows = 512;
/// Header and tokenizer keep each token and merge as strings and in look-up tables: measured with vocabularies of 32,000 to 200,000.
constexpr double kBytesPerEntry = 190;

/// Tables of which a token reads a row. The embedding is also the output matrix where there is none.
bool isTable(std::string_view name, bool tied)
{
    return (name == "token_embd.weight" && !tied) || name == "per_layer_token_embd.weight" ||
           name.find("tid2eid") != std::string_view::npos;
}

/// The matrix that turns the last token of a prompt, and every token of an answer, into logits.
bool isOutput(std::string_view name, bool tied)
{
    return name == "output.weight" || (name == "token_embd.weight" && tied);
}

double elementsOf(const TensorInfo &tensor)
{
    double count = 1;
    for (int axis = 0; axis < tensor.rank; ++axis)
        count *= static_cast<double>(tensor.shape[static_cast<std::size_t>(axis)]);
    return count;
}

/// Of streamed experts (ExpertCache): matrices one behind the other, each in whole pages.
void addSlots(const GgufFile &file, ModelFootprint &out)
{
    constexpr std::uint64_t kPage = 4096;
    std::map<int, std::uint64_t> bytes; // of an expert, by layer
    for (const TensorInfo &tensor : file.tensors()) {
        if (!isRoutedExpert(tensor.name) || tensor.rank != 3 || layerOf(tensor.name) >= out.layers)
            continue;
        const auto experts = static_cast<std::uint64_t>(tensor.shape[0]);
        const auto [layer, added] = bytes.try_emplace(layerOf(tensor.name), 0);
        out.expertCount += added ? static_cast<int>(experts) : 0;
        layer->second += (tensor.data.size() / experts + kPage - 1) / kPage * kPage;
        out.slotBytes = std::max(out.slotBytes, layer->second);
    }
}

/// Sorts the file's tensors into what lies where and what a token reads.
void addTensors(const GgufFile &file, ModelFootprint &out)
{
    const bool tied = file.findTensor("output.weight") == nullptr;
    std::map<std::string, WeightWork> work;
    const double share =
        out.model.experts > 0 ? std::min(1.0, static_cast<double>(out.model.expertsUsed) / static_cast<double>(out.model.experts)) : 0.0;
    for (const TensorInfo &tensor : file.tensors()) {
        const auto bytes = static_cast<double>(tensor.data.size());
        const bool expert = isRoutedExpert(tensor.name);
        (expert ? out.expertBytes : out.weightBytes) += tensor.data.size();
        if (isTable(tensor.name, tied)) {
            out.tableBytes += tensor.data.size();
            continue;
        }
        if (isVision(tensor.name) || layerOf(tensor.name) >= out.layers)
            continue;
        WeightWork &one = work[kernels::dtypeName(tensor.dtype)];
        (expert ? one.expertBytes : one.denseBytes) += bytes * (expert ? share : 1.0);
        if (tensor.rank > 1 && !isOutput(tensor.name, tied))
            (expert ? one.expertParameters : one.denseParameters) += elementsOf(tensor) * (expert ? share : 1.0);
        else if (tensor.rank > 1)
            one.outputBytes += bytes;
    }
    for (auto &[type, one] : work) {
        one.type = type;
        out.weights.push_back(one);
    }
    addSlots(file, out);
    // What is neither tensor nor work lies between them: header and padding.
    const std::uint64_t tensors = out.weightBytes + out.expertBytes;
    out.weightBytes += std::max(file.sizeBytes(), tensors) - tensors;
}

/// Heads that read the cache, a layer.
double headsOf(const GgufFile &file, const std::string &architecture)
{
    const auto heads = file.integers(architecture + ".attention.head_count");
    if (!heads || !*heads || (*heads)->empty())
        return 1;
    return static_cast<double>(*std::max_element((*heads)->begin(), (*heads)->end()));
}

void addContext(const KvShape &shape, double heads, ModelFootprint &out)
{
    std::map<int, ContextWork> work;
    out.contextType = kernels::dtypeName(shape.type);
    out.pageTokens = KvCache::kPageTokens;
    out.pageBytes = shape.pagedBytesPerToken() * static_cast<std::uint64_t>(KvCache::kPageTokens);
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        const KvLayerShape &layer = shape.layers[i];
        const std::size_t from = layer.sharedWith >= 0 ? static_cast<std::size_t>(layer.sharedWith) : i;
        const int index = static_cast<int>(from);
        ContextWork &one = work[layer.window];
        one.bytes += static_cast<double>(shape.rowBytes(index, 0) + shape.rowBytes(index, 1));
        if (shape.layers[from].kvHeads > 0)
            one.operations += 2 * heads * (shape.layers[from].keyWidth + shape.layers[from].valueWidth);
        for (const KvLayerShape::Rows &rows : layer.rows) {
            const double bytes = static_cast<double>(rows.width) * sizeof(float) / rows.ratio;
            out.rowBytes += bytes;
            work[0].bytes += bytes;
        }
        for (const std::int64_t state : layer.states)
            out.stateBytes += static_cast<std::uint64_t>(state) * sizeof(float);
    }
    out.workBytes += static_cast<std::uint64_t>(shape.waitingWidth) * WaitingRows::kMost * sizeof(float);
    for (auto &[window, one] : work) {
        one.window = window;
        out.context.push_back(one);
    }
}

/// Widths that the queue's memory follows from.
struct QueueWidths
{
    double quantised = 0; ///< columns of the widest matrix with quantised weights, experts apart
    double floats = 0;    ///< and of the widest without
    double experts = 0;   ///< what goes into an expert,
    double hidden = 0;    ///< and what is between its matrices
    bool floatExperts = false;
};

QueueWidths queueWidths(const GgufFile &file)
{
    QueueWidths out;
    for (const TensorInfo &tensor : file.tensors()) {
        if (tensor.rank < 2 || isVision(tensor.name) || tensor.dtype == kernels::DType::kI32)
            continue;
        const auto columns = static_cast<double>(tensor.shape[static_cast<std::size_t>(tensor.rank - 1)]);
        const auto rows = static_cast<double>(tensor.shape[static_cast<std::size_t>(tensor.rank - 2)]);
        const bool quantised = kernels::isQuantised(tensor.dtype);
        if (!isRoutedExpert(tensor.name)) {
            double &widest = quantised ? out.quantised : out.floats;
            widest = std::max(widest, columns * (tensor.rank == 3 ? static_cast<double>(tensor.shape[0]) : 1.0)); // heads are rows
        } else if (tensor.rank == 3) {                                                                            // [E, f, d] or [E, d, f]
            const bool down = tensor.name.find("_down_") != std::string::npos;
            const bool both = tensor.name.find("gate_up_") != std::string::npos;
            out.hidden = std::max(out.hidden, down ? columns : both ? rows / 2 : rows);
            out.experts = std::max(out.experts, down ? rows : columns);
            out.floatExperts = out.floatExperts || !quantised;
        }
    }
    return out;
}

/// What the device's queue keeps for itself with chunks of so many tokens (kernels/cpu: matmul.cpp, moe.cpp).
std::uint64_t queueBytes(const GgufFile &file, const ModelInfo &info)
{
    constexpr double kChunk = 512;
    constexpr double kQuantised = 1.375; // bytes of a value in 8 bits with its scales, sums and corrections
    const QueueWidths widths = queueWidths(file);
    const double pairs = kChunk * info.expertsUsed;
    const double inputs = std::max({kChunk * widths.quantised, kChunk * widths.experts, pairs * widths.hidden});
    double bytes = inputs * kQuantised;
    bytes += std::max(kChunk * widths.floats, widths.floatExperts ? inputs : 0.0) * sizeof(float); // panels
    bytes += pairs * (2 * widths.hidden + widths.experts) * sizeof(float);                         // between the matrices, and out
    return static_cast<std::uint64_t>(bytes);
}

std::uint64_t vocabularyBytes(const GgufFile &file)
{
    double entries = 0;
    for (const char *key : {"tokenizer.ggml.tokens", "tokenizer.ggml.merges"}) {
        if (const MetadataValue *value = file.find(key); value != nullptr) {
            const auto *words = std::get_if<std::vector<std::string>>(value);
            entries += words != nullptr ? static_cast<double>(words->size()) : 0.0;
        }
    }
    return static_cast<std::uint64_t>(entries * kBytesPerEntry);
}

Result<std::optional<std::filesystem::path>> projectorFor(const GgufFile &file, const std::filesystem::path &path,
                                                          const std::filesystem::path &asked)
{
    if (!asked.empty())
        return std::optional<std::filesystem::path>(asked);
    auto needs = projectorNeeds(file);
    if (!needs)
        return needs.takeError();
    return needs->type.empty() ? Result<std::optional<std::filesystem::path>>(std::optional<std::filesystem::path>())
                               : findProjector(path, *needs);
}

/// Has the model compute a prompt, go on to a long context, and answer there, all of it on a device that only counts.
Result<Done> addSmallWork(Model &model, CountingDevice &device, ModelFootprint &out)
{
    constexpr int kFar = 4096;
    const int far = std::min(kFar, std::max(out.model.contextTokens - 1, 1));
    auto cache = model.createCache(far + 1);
    if (!cache)
        return cache.takeError();
    const std::vector<std::int32_t> tokens(static_cast<std::size_t>(far), 0);
    const auto count = [&](int tokensOfPass) {
        device.counts() = {};
        Batch batch;
        batch.tokens = std::span(tokens).first(static_cast<std::size_t>(tokensOfPass));
        batch.cache = cache->get();
        auto done = model.forward(batch);
        return done ? Result<Done>(Done{}) : Result<Done>(done.takeError());
    };
    const int prompt = std::min(kFirstRows, far);
    if (auto done = count(prompt); !done)
        return done;
    out.small.values = device.counts().values / prompt;
    out.small.routerLogits = device.counts().routerLogits / prompt;
    out.small.streamValues = device.counts().streamValues / prompt;
    if (prompt < far) {
        if (auto done = count(far - prompt); !done)
            return done;
    }
    if (auto done = count(1); !done)
        return done;
    out.small.ops = device.counts().ops;
    out.small.rowOperations = device.counts().rowOperations / far;
    return Done{};
}

Result<ModelFootprint> measure(const std::filesystem::path &path, const EngineOptions &options)
{
    auto file = GgufFile::open(path);
    if (!file)
        return file.takeError();
    auto chosen = projectorFor(*file, path, options.projector);
    if (!chosen)
        return chosen.takeError();
    std::optional<GgufFile> projector;
    if (*chosen) {
        auto opened = GgufFile::open(**chosen);
        if (!opened)
            return opened.takeError();
        projector.emplace(std::move(*opened));
    }
    CountingDevice device;
    ModelOptions modelOptions = modelOptionsFor(options);
    modelOptions.projector = projector ? &*projector : nullptr;
    modelOptions.mostImageTokens = mostImageTokens(options);
    auto model = loadModel(*file, device, modelOptions);
    if (!model)
        return model.takeError();
    ModelFootprint out;
    out.model = (*model)->info();
    out.layers = out.model.layers;
    out.workBytes = device.allocatedBytes() + queueBytes(*file, out.model);
    out.pictureBytes = (*model)->pictureBytes();
    out.projectorBytes = projector ? projector->sizeBytes() : 0;
    out.vocabularyBytes = vocabularyBytes(*file);
    addTensors(*file, out);
    auto cache = (*model)->createCache(1);
    if (!cache)
        return cache.takeError();
    addContext((*cache)->shape(), headsOf(*file, out.model.architecture), out);
    cache->reset();
    if (auto done = addSmallWork(**model, device, out); !done)
        return done.takeError();
    return out;
}

} // namespace

std::uint64_t ModelFootprint::contextBytes(int tokens) const
{
    const auto pages = static_cast<std::uint64_t>((std::max(tokens, 0) + pageTokens - 1) / pageTokens);
    return pages * pageBytes + static_cast<std::uint64_t>(rowBytes * std::max(tokens, 0)) + stateBytes;
}

std::uint64_t ModelFootprint::grownContextBytes(int prompt, int tokens) const
{
    const auto pagesOf = [this](int count) { return (std::max(count, 0) + pageTokens - 1) / pageTokens; };
    int pages = std::max(pagesOf(prompt), KvPool::kFirstPages);
    int rows = std::max(prompt, kFirstRows);
    while (pages < pagesOf(tokens))
        pages *= 2;
    while (rows < tokens)
        rows *= 2;
    return static_cast<std::uint64_t>(pages) * pageBytes + static_cast<std::uint64_t>(rowBytes * rows) + stateBytes;
}

int ModelFootprint::expertsIn(std::uint64_t bytes) const
{
    return slotBytes > 0 ? static_cast<int>(std::min<std::uint64_t>(bytes / slotBytes, static_cast<std::uint64_t>(expertCount))) : 0;
}

std::uint64_t ModelFootprint::ownBytes(int tokens) const
{
    return workBytes + vocabularyBytes + pictureBytes + contextBytes(tokens);
}

double ModelFootprint::bytesRead(int position) const
{
    double bytes = static_cast<double>(stateBytes);
    for (const WeightWork &one : weights)
        bytes += one.denseBytes + one.expertBytes;
    for (const ContextWork &one : context)
        bytes += one.bytes * (one.window > 0 ? std::min(position, one.window) : position);
    return bytes;
}

Result<ModelFootprint> modelFootprint(const std::filesystem::path &file, const EngineOptions &options)
{
    try {
        return measure(file, options);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to read the model file's header. Close other programs.",
                     "bad_alloc"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kFileUnreadable, "The model file could not be opened: " + std::string(exception.what()), file.string()};
    }
}

} // namespace conclave::engine
