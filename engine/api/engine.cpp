#include "engine/api/engine.h"

#include "engine/format/fingerprint.h"
#include "engine/generate/batch_impl.h"
#include "engine/generate/device_choice.h"
#include "engine/generate/engine_setup.h"
#include "engine/generate/session_impl.h"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>

namespace conclave::engine
{
namespace
{

class EngineImpl final : public Engine
{
public:
    explicit EngineImpl(std::shared_ptr<SessionParts> parts) : m_parts(std::move(parts)) {}

    const ModelInfo &model() const override { return m_parts->model->info(); }
    std::string deviceName() const override { return m_parts->device->info().name; }
    std::string deviceNote() const override { return m_parts->deviceNote; }
    Placement placement() const override { return m_parts->placement; }

    std::uint64_t fingerprint() const override { return m_parts->fingerprint(); }
    int contextTokens() const override { return m_parts->contextTokens; }

    Result<int> countTokens(std::span<const Message> messages) override
    {
        return sparing<int>("to count the conversation's tokens", [&] { return m_parts->countTokens(messages); });
    }

    Result<SeenImage> see(const Image &image) override
    {
        return sparing<SeenImage>("to show what the model sees", [&] { return m_parts->see(image); });
    }

    Result<std::unique_ptr<Session>> createSession() override
    {
        auto cache = m_parts->createCache();
        if (!cache && m_parts->failedOnCard(cache.error()) && m_parts->leaveCard(cache.error()))
            cache = m_parts->createCache();
        if (!cache)
            return cache.takeError();
        return std::unique_ptr<Session>(std::make_unique<SessionImpl>(m_parts, std::move(*cache)));
    }

    Result<std::unique_ptr<BatchSession>> createBatch(const BatchOptions &options) override
    {
        return std::unique_ptr<BatchSession>(std::make_unique<BatchImpl>(m_parts, options));
    }

private:
    /// No exception leaves the engine.
    template <typename T, typename Work>
    static Result<T> sparing(const std::string &what, Work work)
    {
        try {
            return work();
        } catch (const std::exception &exception) {
            return Error{ErrorCode::kOutOfMemory, "There is not enough memory " + what + ".", exception.what()};
        }
    }

    std::shared_ptr<SessionParts> m_parts;
};

/// No exception leaves the engine: memory that does not suffice and file systems that fail become errors.
template <typename T, typename Work>
Result<T> guarded(const std::filesystem::path &file, Work work)
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to load the model. Close other programs or choose a smaller one.",
                     "bad_alloc"};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::kFileUnreadable, "The model file could not be opened: " + std::string(exception.what()), file.string()};
    }
}

Result<std::unique_ptr<GgufFile>> openFile(const std::filesystem::path &path)
{
    auto file = GgufFile::open(path);
    if (!file)
        return file.takeError();
    return std::make_unique<GgufFile>(std::move(*file));
}

/// The projector to use with the model of `file`: the one asked for, or the one beside it; none: nullptr.
Result<std::unique_ptr<GgufFile>> openProjector(const GgufFile &file, const std::filesystem::path &path, const std::filesystem::path &asked)
{
    std::optional<std::filesystem::path> chosen;
    if (!asked.empty()) {
        chosen = asked;
    } else {
        auto needs = projectorNeeds(file);
        if (!needs)
            return needs.takeError();
        if (!needs->type.empty()) {
            auto found = findProjector(path, *needs);
            if (!found)
                return found.takeError();
            chosen = std::move(*found);
        }
    }
    return chosen ? openFile(*chosen) : Result<std::unique_ptr<GgufFile>>(std::unique_ptr<GgufFile>());
}

Result<Done> loadText(SessionParts &parts)
{
    auto tokenizer = loadTokenizer(*parts.file);
    if (!tokenizer)
        return tokenizer.takeError();
    parts.tokenizer = std::move(*tokenizer);
    if (parts.tokenizer->size() != parts.model->vocabularySize())
        return Error{ErrorCode::kBadMetadata,
                     "The model file \"" + parts.file->name() + "\" cannot be used: its vocabulary has " +
                         std::to_string(parts.tokenizer->size()) + " tokens and its model " +
                         std::to_string(parts.model->vocabularySize()) + ".",
                     "tokenizer.ggml.tokens"};
    if (parts.model->info().readsCharts) {
        auto chartTokens = ChartTokens::prepare(*parts.tokenizer);
        if (!chartTokens)
            return chartTokens.takeError();
        parts.chartTokens = std::move(*chartTokens);
    }
    const ImageStyle images = parts.model->imageStyle();
    if (!images.placeholder.empty())
        parts.placeholder = parts.tokenizer->find(images.placeholder);
    if (!images.placeholder.empty() && parts.placeholder < 0)
        return Error{ErrorCode::kBadMetadata,
                     "The model file \"" + parts.file->name() + "\" cannot be used: its vocabulary lacks the token " +
                         std::string(images.placeholder) + ", which stands for pictures.",
                     "tokenizer.ggml.tokens"};
    auto format = loadPromptFormat(*parts.file, parts.model->info(), *parts.tokenizer, images);
    if (!format)
        return format.takeError();
    parts.format = std::move(*format);
    return Done{};
}

Result<std::unique_ptr<Engine>> load(const std::filesystem::path &path, const EngineOptions &options)
{
    auto parts = std::make_shared<SessionParts>();
    auto file = openFile(path);
    if (!file)
        return file.takeError();
    parts->file = std::move(*file);
    ModelOptions modelOptions = modelOptionsFor(options);
    auto projector = openProjector(*parts->file, path, options.projector);
    if (!projector)
        return projector.takeError();
    parts->projector = std::move(*projector);
    modelOptions.projector = parts->projector.get();
    modelOptions.mostImageTokens = mostImageTokens(options);
    auto placed = placeModel(*parts->file, options, modelOptions);
    if (!placed)
        return placed.takeError();
    parts->device = std::move(placed->device);
    parts->deviceNote = std::move(placed->note);
    parts->placement = std::move(placed->placement);
    parts->model = std::move(placed->model);
    parts->onProcessor = [parts = parts.get(), options, modelOptions] { return placeOnProcessor(*parts->file, options, modelOptions); };
    if (auto done = loadText(*parts); !done)
        return done.takeError();
    parts->contextTokens = contextTokensFor(options, parts->model->info().contextTokens);
    parts->speculates = options.speculate;
    if (!options.usedExperts.empty() && parts->model->info().experts > 0) {
        parts->usedModel = modelFingerprint(*parts->file);
        parts->usedExperts = options.usedExperts;
        parts->used = UsedExperts::read(parts->usedExperts, parts->usedModel);
    }
    return std::unique_ptr<Engine>(std::make_unique<EngineImpl>(std::move(parts)));
}

} // namespace

Result<std::unique_ptr<Engine>> openEngine(const std::filesystem::path &file, const EngineOptions &options)
{
    return guarded<std::unique_ptr<Engine>>(file, [&] { return load(file, options); });
}

Result<ModelInfo> describeModel(const std::filesystem::path &file, const std::filesystem::path &projector)
{
    return guarded<ModelInfo>(file, [&]() -> Result<ModelInfo> {
        auto opened = openFile(file);
        if (!opened)
            return opened.takeError();
        auto info = describeFile(**opened);
        if (!info)
            return info;
        auto vision = openProjector(**opened, file, projector);
        if (!vision)
            return vision.takeError();
        if (*vision) {
            if (auto fits = fitsModel(**vision, **opened); !fits)
                return fits.takeError();
            info->readsImages = true;
            info->projector = (*vision)->name();
        }
        return info;
    });
}

} // namespace conclave::engine
