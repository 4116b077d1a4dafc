#include "engine/model/model_memory.h"

#include "engine/model/device_error.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

constexpr std::size_t kPage = FileRead::kAlignment;

} // namespace

bool isRoutedExperts(const TensorInfo &tensor)
{
    return tensor.rank == 3 && tensor.name.ends_with("_exps.weight");
}

Result<std::unique_ptr<ModelMemory>> ModelMemory::import(kernels::Device &device, const GgufFile &file)
{
    std::unique_ptr<ModelMemory> memory(new ModelMemory(file));
    for (const auto &part : file.parts()) {
        memory->m_parts.push_back(device.importReadOnly(part));
        if (!memory->m_parts.back())
            return outOfMemory("the model \"" + file.name() + "\"");
    }
    return memory;
}

Result<std::unique_ptr<ModelMemory>> ModelMemory::read(kernels::Device &device, const GgufFile &file, WeightFiles &weights)
{
    std::unique_ptr<ModelMemory> memory(new ModelMemory(file));
    for (const auto &part : file.parts()) {
        auto reserved = ReservedMemory::reserve((part.size() / kPage + 1) * kPage); // reads end at whole pages
        if (!reserved)
            return outOfMemory("the model \"" + file.name() + "\"");
        memory->m_memory.push_back(std::move(*reserved));
        memory->m_parts.push_back(device.importReadOnly({memory->m_memory.back().data(), part.size()}));
        if (!memory->m_parts.back())
            return outOfMemory("the model \"" + file.name() + "\"");
    }
    std::vector<WeightFiles::Stretch> stretches;
    for (const TensorInfo &tensor : file.tensors()) {
        if (isRoutedExperts(tensor) || tensor.data.empty())
            continue;
        const auto offset = static_cast<std::size_t>(tensor.data.data() - file.parts()[tensor.part].data());
        stretches.push_back({tensor.part, offset, tensor.data.size(), memory->m_memory[tensor.part].data() + offset / kPage * kPage});
    }
    if (auto done = weights.readNow(stretches); !done)
        return done.takeError();
    return memory;
}

std::size_t ModelMemory::partOf(const kernels::Tensor &tensor) const
{
    const auto is = [&tensor](const std::unique_ptr<kernels::Buffer> &buffer) { return buffer.get() == tensor.buffer; };
    return static_cast<std::size_t>(std::find_if(m_parts.begin(), m_parts.end(), is) - m_parts.begin());
}

kernels::Tensor ModelMemory::view(const TensorInfo &info) const
{
    const auto offset = static_cast<std::size_t>(info.data.data() - m_file.parts()[info.part].data());
    kernels::Buffer *buffer = m_parts[info.part].get();
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
