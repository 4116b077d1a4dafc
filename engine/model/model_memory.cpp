#include "engine/model/model_memory.h"

#include "engine/model/device_error.h"

namespace conclave::engine
{

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
