#pragma once

#include "engine/api/engine.h"
#include "engine/cache/kv_cache.h"
#include "engine/model/model.h"
#include "kernels/core/device.h"
#include "kernels/plugin/plugin_loader.h"
#include "tests/support/sanitized.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// Random-weight models, the logits they should give, and devices to compute them on: shared by the model tests.
namespace conclave::test
{

inline QString dataPath(const QString &relative)
{
    return QStringLiteral(CONCLAVE_TEST_DATA "/") + relative;
}

inline QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QJsonObject readJson(const QString &path)
{
    return QJsonDocument::fromJson(readFile(path)).object();
}

inline std::vector<float> readFloats(const QString &path)
{
    const QByteArray bytes = readFile(path);
    std::vector<float> values(static_cast<std::size_t>(bytes.size()) / sizeof(float));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
    return values;
}

inline std::vector<std::int32_t> toInts(const QJsonValue &value)
{
    std::vector<std::int32_t> ints;
    for (const QJsonValue &entry : value.toArray())
        ints.push_back(entry.toInt());
    return ints;
}

inline engine::Image readImage(const QString &path)
{
    const QImage loaded = QImage(path).convertToFormat(QImage::Format_RGB888);
    engine::Image image{loaded.width(), loaded.height(), {}};
    for (int y = 0; y < loaded.height(); ++y)
        image.pixels.insert(image.pixels.end(), loaded.constScanLine(y), loaded.constScanLine(y) + 3 * loaded.width());
    return image;
}

/// What one prompt of a fixture should give.
struct Reference
{
    struct Greedy
    {
        std::int32_t id = 0;
        double margin = 0;
    };
    struct Routed
    {
        std::vector<std::int32_t> experts;
        double margin = 0;
    };

    std::vector<std::int32_t> tokens;
    std::vector<std::int32_t> positions; ///< of the rows below
    std::vector<float> exact;            ///< [positions, V]
    std::vector<float> native;
    std::vector<float> greedyLogits; ///< [24, V]
    std::vector<Greedy> greedy;
    std::vector<std::vector<Routed>> routing; ///< by layer and position; empty for dense models and layers
    std::set<std::pair<int, int>> nativeDiffers;
    int vocabulary = 0;

    /// `stem`: "tests/data/models/NAME/" or ".../TYPE.", up to "reference.json".
    static Reference load(const QString &stem, const QString &prompt)
    {
        const QString folder = stem.left(stem.lastIndexOf('/') + 1);
        const QJsonObject root = readJson(stem + "reference.json");
        const QJsonObject json = root["prompts"].toObject()[prompt].toObject();
        const QJsonObject exact = json["exact"].toObject();
        const QJsonObject native = json["native"].toObject();
        Reference reference;
        reference.vocabulary = root["n_vocab"].toInt();
        reference.tokens = toInts(json["tokens"]);
        reference.positions = toInts(exact["logits"].toObject()["positions"]);
        reference.exact = readFloats(folder + exact["logits"].toObject()["file"].toString());
        reference.native = readFloats(folder + native["logits"].toObject()["file"].toString());
        reference.greedyLogits = readFloats(folder + exact["greedy_logits"].toObject()["file"].toString());
        for (const QJsonValue &step : exact["greedy"].toArray())
            reference.greedy.push_back({step.toObject()["id"].toInt(), step.toObject()["margin"].toDouble()});
        const QJsonObject routing = json["routing"].toObject();
        for (const QString &layer : routing.keys()) {
            const QJsonObject rows = routing[layer].toObject();
            std::vector<Routed> positions;
            const QJsonArray margins = rows["margin"].toArray(); // none where the token's id decides
            for (int p = 0; p < rows["topk"].toArray().size(); ++p)
                positions.push_back({toInts(rows["topk"].toArray()[p]), margins.isEmpty() ? INFINITY : margins[p].toDouble()});
            const auto index = static_cast<std::size_t>(layer.toInt());
            reference.routing.resize(std::max(reference.routing.size(), index + 1));
            reference.routing[index] = std::move(positions);
        }
        for (const QJsonValue &pair : native["routing_differs_at"].toArray())
            reference.nativeDiffers.insert({pair.toArray()[0].toInt(), pair.toArray()[1].toInt()});
        return reference;
    }
};

/// What this run computes models on: empty, the processor; "vulkan", that plugin's first device, instead of all the processor's kinds
/// (ctest's tests that end in _vulkan: Mesa's software driver where there is no card).
inline std::string testedDevice()
{
    return qEnvironmentVariable("CONCLAVE_TEST_DEVICE").toStdString();
}

/// Devices that whole models are computed on, by name. Under a sanitizer only the fastest code: the plain loops of the others take twenty
/// times as long there, and the tests of kernels run them under it as well, op by op.
inline std::vector<const char *> modelDevices()
{
    if (kSanitized || !testedDevice().empty())
        return {"best"};
    return {"best", "portable", "reference"};
}

/// Names of the instruction sets of this machine between "portable" and "best"; under a sanitizer none, for the same reason.
inline std::vector<const char *> lesserLevels()
{
    std::vector<const char *> names;
    for (const kernels::CpuLevel level : {kernels::CpuLevel::kAvx2, kernels::CpuLevel::kAvxVnni})
        if (!kSanitized && testedDevice().empty() && kernels::detectCpuLevel(level) == level && kernels::detectCpuLevel() != level)
            names.push_back(kernels::cpuLevelName(level));
    return names;
}

/// The Vulkan plugin beside the tests.
inline const kernels::PluginLoader &vulkanPlugin()
{
    static const kernels::PluginLoader loader(QCoreApplication::applicationDirPath().toStdString(), {}, {"conclave_vulkan"});
    return loader;
}

inline bool hasVulkan()
{
    return !kSanitized && !vulkanPlugin().reports().front().devices.empty();
}

/// A device that others use as well: on Mesa's driver its kernels take longer to compile than a small model to compute.
class SharedDevice final : public kernels::Device
{
public:
    explicit SharedDevice(kernels::Device &device) : m_device(device) {}

    const kernels::DeviceInfo &info() const override { return m_device.info(); }
    std::unique_ptr<kernels::Buffer> allocate(std::size_t bytes) override { return m_device.allocate(bytes); }
    std::unique_ptr<kernels::Buffer> importReadOnly(std::span<const std::byte> memory) override { return m_device.importReadOnly(memory); }
    std::unique_ptr<kernels::Queue> createQueue() override { return m_device.createQueue(); }
    kernels::Status upload(const kernels::Tensor &to, std::span<const std::byte> from) override { return m_device.upload(to, from); }
    kernels::Status download(std::span<std::byte> to, const kernels::Tensor &from) override { return m_device.download(to, from); }

private:
    kernels::Device &m_device;
};

inline std::unique_ptr<kernels::Device> sharedVulkanDevice()
{
    static std::string reason;
    static const std::unique_ptr<kernels::Device> device = vulkanPlugin().createDevice(0, 0, reason);
    return device == nullptr ? nullptr : std::make_unique<SharedDevice>(*device);
}

/// A device by name: "reference", "portable", one of lesserLevels(), "vulkan", or "best": what this run is for (testedDevice).
inline std::unique_ptr<kernels::Device> makeDevice(const std::string &name)
{
    if (name == "vulkan" || (name == "best" && testedDevice() == "vulkan"))
        return sharedVulkanDevice();
    if (name == "reference")
        return kernels::createReferenceDevice();
    kernels::CpuOptions options;
    options.threads = 2;
    if (name == "portable")
        options.level = kernels::CpuLevel::kPortable;
    for (const kernels::CpuLevel level : {kernels::CpuLevel::kAvx2, kernels::CpuLevel::kAvxVnni})
        if (name == kernels::cpuLevelName(level))
            options.level = level;
    return kernels::createCpuDevice(options);
}

/// Ends a run for a device that this machine has not (ctest: skipped), and says why.
inline void leaveWithoutTestedDevice()
{
    if (testedDevice().empty() || hasVulkan())
        return;
    std::printf("NOT TESTED HERE: %s: %s\n", testedDevice().c_str(), vulkanPlugin().reports().front().reason.c_str());
    std::fflush(stdout);
    std::_Exit(77);
}
Q_COREAPP_STARTUP_FUNCTION(leaveWithoutTestedDevice)

/// Whether this run computes on a driver that only plays a card: thousands of tokens take minutes there.
inline bool testsImitatedCard()
{
    return !testedDevice().empty() && vulkanPlugin().reports().front().devices.front().software != 0;
}

/// Names of models for the rows of a test; on an imitated card, where all of them take minutes, only those whose ops the other tests that
/// are run there do not put together in this way.
inline std::vector<const char *> modelsFor(const std::vector<const char *> &all, const std::vector<const char *> &imitated)
{
    if (!testsImitatedCard())
        return all;
    std::printf("NOT TESTED HERE: %d of %d models: minutes of work on a driver that computes on the host; a card does it\n",
                static_cast<int>(all.size() - imitated.size()), static_cast<int>(all.size()));
    return imitated;
}

/// How many of something a test takes: `all`, or `few` on an imitated card, and says so.
inline int countFor(const char *what, int all, int few)
{
    if (!testsImitatedCard())
        return all;
    std::printf("SMALLER HERE: %d instead of %d %s: minutes of work on a driver that computes on the host; a card does it\n", few, all,
                what);
    std::fflush(stdout);
    return few;
}

/// openEngine on what this run is for, unless the options name a device; an error where a model is left to the processor instead.
inline engine::Result<std::unique_ptr<engine::Engine>> openTested(const std::filesystem::path &file, engine::EngineOptions options = {})
{
    if (!options.device.empty() || testedDevice().empty())
        return engine::openEngine(file, options);
    options.device = testedDevice();
    options.plugins = QCoreApplication::applicationDirPath().toStdString();
    auto opened = engine::openEngine(file, options);
    if (opened && !(*opened)->placement().whole)
        return engine::Error{engine::ErrorCode::kDeviceFailure, (*opened)->deviceNote(), "openTested"};
    return opened;
}

/// A loaded model with all it stands on, in the order in which it must die.
struct LoadedModel
{
    std::unique_ptr<kernels::Device> device;
    std::unique_ptr<engine::GgufFile> file;
    std::unique_ptr<engine::Model> model;

    static engine::Result<LoadedModel> open(const QString &path, const std::string &device, kernels::Precision precision,
                                            kernels::DType cacheType = kernels::DType::kF32)
    {
        LoadedModel loaded;
        loaded.device = makeDevice(device);
        auto file = engine::GgufFile::open(path.toStdString());
        if (!file)
            return file.takeError();
        loaded.file = std::make_unique<engine::GgufFile>(std::move(*file));
        auto model = engine::loadModel(*loaded.file, *loaded.device, {precision, cacheType});
        if (!model)
            return model.takeError();
        loaded.model = std::move(*model);
        return loaded;
    }

    std::unique_ptr<engine::KvCache> cache(int tokens) const
    {
        auto made = model->createCache(tokens);
        return made ? std::move(*made) : nullptr;
    }
};

/// Copies the logits of one forward pass; empty on failure.
inline std::vector<float> forward(engine::Model &model, engine::KvCache &cache, std::span<const std::int32_t> tokens, int rows,
                                  engine::ExpertTelemetry *telemetry = nullptr, const engine::ImageMemory *image = nullptr)
{
    engine::Batch batch;
    batch.tokens = tokens;
    batch.cache = &cache;
    batch.image = image;
    batch.logitRows = rows;
    batch.telemetry = telemetry;
    const auto logits = model.forward(batch);
    if (!logits) {
        qWarning("%s (%s)", logits.error().message.c_str(), logits.error().context.c_str());
        return {};
    }
    return {logits->begin(), logits->end()};
}

inline double largestDifference(std::span<const float> a, std::span<const float> b)
{
    if (a.size() != b.size() || a.empty())
        return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
    }
    return largest;
}

/// A largest difference as a share of the largest value expected, for the parity tables.
inline QString relativeText(double difference, std::span<const float> expected)
{
    float largest = 0;
    for (const float value : expected)
        largest = std::max(largest, std::abs(value));
    return QString::number(difference / static_cast<double>(std::max(largest, 1e-30F)), 'e', 2);
}

/// Prints a parity table and leaves it in the working folder, parity_NAME.txt or parity_NAME_DEVICE.txt, from where `./dev test` shows it.
inline void reportParity(const QString &name, const QString &head, const QMap<QString, QStringList> &rows)
{
    QString text = head + u'\n';
    for (auto row = rows.cbegin(); row != rows.cend(); ++row)
        text += row.key().leftJustified(58) + u' ' + row.value().join(QStringLiteral(" | ")) + u'\n';
    for (const QString &line : text.split(u'\n', Qt::SkipEmptyParts))
        qInfo("%s", qPrintable(line));
    const QString device = testedDevice().empty() ? QString() : u'_' + QString::fromStdString(testedDevice());
    QFile out(QStringLiteral("parity_") + name + device + QStringLiteral(".txt"));
    if (out.open(QIODevice::WriteOnly))
        out.write(text.toUtf8());
}

} // namespace conclave::test

/// For what asks for thousands of tokens and is the same code whatever computes.
#define SKIP_ON_IMITATED_CARDS()                                                                                                           \
    do {                                                                                                                                   \
        if (conclave::test::testsImitatedCard())                                                                                           \
            QSKIP("NOT TESTED HERE: minutes of work on a driver that computes on the host; a card does it");                               \
    } while (false)

#define LOAD_OR_FAIL(name, ...)                                                                                                            \
    auto name##Result = conclave::test::LoadedModel::open(__VA_ARGS__);                                                                    \
    if (!name##Result)                                                                                                                     \
        qWarning("%s", name##Result.error().message.c_str());                                                                              \
    QVERIFY(name##Result.ok());                                                                                                            \
    auto &name = *name##Result
