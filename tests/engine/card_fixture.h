#pragma once

#include "tests/engine/model_fixture.h"

#include <cstdint>
#include <memory>
#include <utility>

/// Cards to divide models among.
namespace conclave::test
{

/// A processor that plays a card with so much memory: what a SplitDevice cannot tell from one.
class SmallCard final : public kernels::Device
{
public:
    explicit SmallCard(std::uint64_t bytes) : SmallCard(std::make_shared<std::uint64_t>(bytes)) {}
    /// `left` tells what is left of it, also when the card is gone.
    explicit SmallCard(std::shared_ptr<std::uint64_t> left) : m_device(makeDevice("best")), m_left(std::move(left)) {}

    const kernels::DeviceInfo &info() const override { return m_device->info(); }
    std::unique_ptr<kernels::Buffer> allocate(std::size_t bytes) override { return take(bytes) ? m_device->allocate(bytes) : nullptr; }
    std::unique_ptr<kernels::Buffer> importReadOnly(std::span<const std::byte> memory) override
    {
        return take(memory.size()) ? m_device->importReadOnly(memory) : nullptr;
    }
    std::unique_ptr<kernels::Queue> createQueue() override { return m_device->createQueue(); }
    kernels::Status upload(const kernels::Tensor &to, std::span<const std::byte> from) override { return m_device->upload(to, from); }
    kernels::Status download(std::span<std::byte> to, const kernels::Tensor &from) override { return m_device->download(to, from); }

private:
    bool take(std::uint64_t bytes)
    {
        const bool fits = bytes <= *m_left;
        *m_left -= fits ? bytes : 0;
        return fits;
    }

    std::unique_ptr<kernels::Device> m_device;
    std::shared_ptr<std::uint64_t> m_left;
};

/// On Vulkan, with the plugin that was built.
inline engine::EngineOptions onVulkan(int layers = -1)
{
    engine::EngineOptions options;
    options.precision = engine::MatmulPrecision::kFloat;
    options.contextTokens = 256;
    options.device = "vulkan";
    options.plugins = QCoreApplication::applicationDirPath().toStdString();
    options.cardLayers = layers;
    return options;
}

/// A short answer that is always the same.
inline engine::GenerationRequest question(const char *text)
{
    engine::GenerationRequest request;
    request.messages.push_back({engine::Role::kUser, text, {}});
    request.sampling.temperature = 0;
    request.maxTokens = 12;
    return request;
}

/// Logits of the last `rows` tokens, each computed by itself.
inline std::vector<float> oneByOne(engine::Model &model, engine::KvCache &cache, std::span<const std::int32_t> tokens, std::size_t rows)
{
    std::vector<float> out;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto logits = forward(model, cache, tokens.subspan(i, 1), 1);
        if (i + rows >= tokens.size())
            out.insert(out.end(), logits.begin(), logits.end());
    }
    return out;
}

} // namespace conclave::test

/// Opens an engine that is called `name`, or fails the test.
#define OPEN(name, file, options)                                                                                                          \
    auto name##Opened = openEngine(file, options);                                                                                         \
    QVERIFY2(name##Opened.ok(), name##Opened ? "" : name##Opened.error().message.c_str());                                                 \
    Engine &name = **name##Opened
