#pragma once

#include "engine/base/reserved_memory.h"
#include "engine/format/gguf_reader.h"
#include "engine/format/weight_files.h"
#include "kernels/core/device.h"

#include <memory>
#include <span>
#include <vector>

namespace conclave::engine
{

/// One matrix of all routed experts of a layer, [E, rows, columns]: what is streamed when memory is too small.
bool isRoutedExperts(const TensorInfo &tensor);

/// Whether a weight lies where the host cannot address it, or on the card of a divided model.
bool liesAway(const kernels::Tensor &weight);

/// A model file's bytes as a device sees them, part by part. The file and the device outlive it.
class ModelMemory
{
public:
    /// kOutOfMemory when the device cannot take them.
    static Result<std::unique_ptr<ModelMemory>> import(kernels::Device &device, const GgufFile &file);

    /// The same without the mapping: memory of its own, into which all weights but routed experts are read. The file may change or
    /// vanish afterwards. Only for devices that compute in the host's memory, all or part of it: what lies on a SplitDevice's card is not
    /// read, and the host sees it where the file is mapped, should the card have no memory for an op. Errors as of WeightFiles::readNow
    /// too.
    static Result<std::unique_ptr<ModelMemory>> read(kernels::Device &device, const GgufFile &file, WeightFiles &weights);

    /// Index in GgufFile::parts() of the part that a tensor lies in.
    std::size_t partOf(const kernels::Tensor &tensor) const;
    /// A packed tensor's data in the mapped file.
    std::span<const std::byte> mapped(const kernels::Tensor &tensor) const;
    /// The tensor's data where it lies. The type must be known.
    kernels::Tensor view(const TensorInfo &info) const;
    /// The same of a table whose rows the host looks up, where it can without the disk.
    kernels::Tensor tableView(const TensorInfo &info) const;

private:
    using Parts = std::vector<std::unique_ptr<kernels::Buffer>>;

    explicit ModelMemory(const GgufFile &file) : m_file(file) {}
    kernels::Tensor viewIn(const Parts &parts, const TensorInfo &info) const;
    bool onCard(const TensorInfo &info) const;

    const GgufFile &m_file;
    Parts m_mapped;
    std::vector<ReservedMemory> m_memory; ///< of the parts, where they are read;
    Parts m_read;                         ///< this memory
};

} // namespace conclave::engine
