#pragma once

#include "engine/base/reserved_memory.h"
#include "engine/format/gguf_reader.h"
#include "engine/format/weight_files.h"
#include "kernels/core/device.h"

#include <memory>
#include <vector>

namespace conclave::engine
{

/// One matrix of all routed experts of a layer, [E, rows, columns]: what is streamed when memory is too small.
bool isRoutedExperts(const TensorInfo &tensor);

/// A model file's bytes as a device sees them, part by part. The file and the device outlive it.
class ModelMemory
{
public:
    /// kOutOfMemory when the device cannot take them.
    static Result<std::unique_ptr<ModelMemory>> import(kernels::Device &device, const GgufFile &file);

    /// The same without the mapping: memory of its own, into which all weights but routed experts are read. The file may change or
    /// vanish afterwards. Only for devices that compute in the host's memory. Errors as of WeightFiles::readNow too.
    static Result<std::unique_ptr<ModelMemory>> read(kernels::Device &device, const GgufFile &file, WeightFiles &weights);

    /// Index in GgufFile::parts() of the part that a tensor lies in.
    std::size_t partOf(const kernels::Tensor &tensor) const;
    /// The tensor's data where it lies. The type must be known.
    kernels::Tensor view(const TensorInfo &info) const;

private:
    explicit ModelMemory(const GgufFile &file) : m_file(file) {}

    const GgufFile &m_file;
    std::vector<ReservedMemory> m_memory; ///< of the parts, where they are not mapped
    std::vector<std::unique_ptr<kernels::Buffer>> m_parts;
};

} // namespace conclave::engine
