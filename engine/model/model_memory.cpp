#include "engine/model/model_memory.h"

#include "engine/model/device_error.h"
#include "kernels/split/split_device.h"

#include <algorithm>
#include <string_view>

namespace conclave::engine
{
namespace
{

constexpr std::size_t kPage = FileRead::kAlignment;
constexpr std::string_view kTokenEmbedding = "token_embd.weight";

} // namespace

bool isRoutedExperts(const TensorInfo &tensor)
{
    return tensor.rank == 3 && tensor.name.ends_with("_exps.weight");
}

bool liesAway(const kernels::Tensor &weight)
{
    return weight.buffer != nullptr && (weight.buffer->hostData() == nullptr || kernels::liesOnCard(weight));
}

Result<std::unique_ptr<ModelMemory>> ModelMemory::import(kernels::Device &device, const GgufFile &file)
{
    std::unique_ptr<ModelMemory> memory(new ModelMemory(file));
    for (const auto &part : file.parts()) {
        memory->m_mapped.push_back(device.importReadOnly(part));
        if (!memory->m_mapped.back())
            return outOfMemory("the model \"" + file.name() + "\"");
    }
    return memory;
}

Result<std::unique_ptr<ModelMemory>> ModelMemory::read(kernels::Device &device, const GgufFile &file, WeightFiles &weights)
{
    auto imported = import(device, file);
    if (!imported)
        return imported;
    ModelMemory &memory = **imported;
    for (const auto &part : file.parts()) {
        auto reserved = ReservedMemory::reserve((part.size() / kPage + 1) * kPage); // reads end at whole pages
        if (!reserved)
            return outOfMemory("the model \"" + file.name() + "\"");
        memory.m_memory.push_back(std::move(*reserved));
        memory.m_read.push_back(device.importReadOnly({memory.m_memory.back().data(), part.size()}));
        if (!memory.m_read.back())
            return outOfMemory("the model \"" + file.name() + "\"");
    }
    std::vector<WeightFiles::Stretch> stretches;
    for (const TensorInfo &tensor : file.tensors()) {
        const bool table = tensor.name == kTokenEmbedding; // rows are looked up on the host
        if (isRoutedExperts(tensor) || tensor.data.empty() || (memory.onCard(tensor) && !table))
            continue;
        const auto offset = static_cast<std::size_t>(tensor.data.data() - file.parts()[tensor.part].data());
        stretches.push_back({tensor.part, offset, tensor.data.size(), memory.m_memory[tensor.part].data() + offset / kPage * kPage});
    }
    if (auto done = weights.readNow(stretches); !done)
        return done.takeError();
    return imported;
}

std::size_t ModelMemory::partOf(const kernels::Tensor &tensor) const
{
    const Parts &parts = m_read.empty() ? m_mapped : m_read;
    const auto is = [&tensor](const std::unique_ptr<kernels::Buffer> &buffer) { return buffer.get() == tensor.buffer; };
    return static_cast<std::size_t>(std::find_if(parts.begin(), parts.end(), is) - parts.begin());
}

std::span<const std::byte> ModelMemory::mapped(const kernels::Tensor &tensor) const
{
    return std::span<const std::byte>(m_file.parts()[partOf(tensor)]).subspan(tensor.offset, tensor.packedBytes());
}

bool ModelMemory::onCard(const TensorInfo &info) const
{
    return info.knownType && kernels::liesOnCard(viewIn(m_mapped, info));
}

kernels::Tensor ModelMemory::view(const TensorInfo &info) const
{
    return viewIn(m_read.empty() || onCard(info) ? m_mapped : m_read, info);
}

kernels::Tensor ModelMemory::tableView(const TensorInfo &info) const
{
    return info.name == kTokenEmbedding && !m_read.empty() ? viewIn(m_read, info) : view(info);
}

kernels::Tensor ModelMemory::viewIn(const Parts &parts, const TensorInfo &info) const
{
    const auto offset = static_cast<std::size_t>(info.data.data() - m_file.parts()[info.part].data());
    kernels::Buffer *buffer = parts[info.part].get();
    const auto &s = info.shape;
    switch (info.rank) {
    case 1:
        return kernels::Tensor::packed(info.dtype, {s[0]}, buffer, offset);
    case 2:
        return kernels::Tensor::packed(info.dtype, {s[0], s[1]}, buffer, offset);
    case 3:
        return kernels::Tensor::packed(info.dtype, {s[0], s[1], s[2]}, buffer, offset);
    default:
        return kernels::Tensor::packed(info.dtype, {s[0], s[1], s[2], s[3]}, buffer, offset);
    }
}

} // namespace conclave::engine
