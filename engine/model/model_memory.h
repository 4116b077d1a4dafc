#pragma once

#include "engine/format/gguf_reader.h"
#include "kernels/core/device.h"

#include <memory>
#include <vector>

namespace conclave::engine
{

/// A model file's bytes as a device sees them, part by part. The file and the device outlive it.
class ModelMemory
{
public:
    /// kOutOfMemory when the device cannot take them.
    static Result<std::unique_ptr<ModelMemory>> import(kernels::Device &device, const GgufFile &file);

    /// The tensor's data where it lies. The type must be known.
    kernels::Tensor view(const TensorInfo &info) const;

private:
    explicit ModelMemory(const GgufFile &file) : m_file(file) {}

    const GgufFile &m_file;
    std::vector<std::unique_ptr<kernels::Buffer>> m_parts;
};

} // namespace conclave::engine
