#pragma once

#include "engine/format/gguf_reader.h"
#include "engine/model/model_memory.h"
#include "kernels/core/device.h"

#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace conclave::engine
{

/// Hands out a model file's tensors as views of the mapping and keeps the first error, so that loading reads as a list of tensors.
/// A tensor of another shape than the one asked for is kBadTensor, an absent one kMissingTensor, one of a type that this build cannot
/// compute with kUnsupportedType. After an error tensors are empty.
class WeightLoader
{
public:
    using Shape = std::initializer_list<std::int64_t>;

    /// `memory` is the device's view of `file`; both outlive the tensors.
    WeightLoader(const GgufFile &file, const ModelMemory &memory) : m_file(file), m_memory(memory) {}

    /// Fails unless the file has it, whatever it looks like: for parts that are optional elsewhere.
    void require(const std::string &name);
    bool has(const std::string &name) const { return m_file.findTensor(name) != nullptr; }
    /// Number of a tensor's axes; 0 without it.
    int rankOf(const std::string &name) const { return has(name) ? m_file.findTensor(name)->rank : 0; }
    /// Of any type that matmuls read.
    kernels::Tensor matrix(const std::string &name, Shape shape);
    /// The same for a table of which few rows are read for a token: not counted in bytesTaken.
    kernels::Tensor table(const std::string &name, Shape shape);
    /// A matrix's values, on the host; empty after an error.
    std::vector<float> dequantised(const std::string &name, Shape shape);
    /// Norms, biases, tables: F32 only.
    kernels::Tensor floats(const std::string &name, Shape shape);
    kernels::Tensor optionalFloats(const std::string &name, Shape shape);
    /// F32 or F16 (convolutions).
    kernels::Tensor filter(const std::string &name, Shape shape);
    /// I32, each within [0, end).
    kernels::Tensor indices(const std::string &name, Shape shape, std::int32_t end);
    /// F32 values copied to the host.
    std::vector<float> hostFloats(const std::string &name, Shape shape);

    /// Tensors under `prefix` may stay unused: parts of the file that answers do not need.
    void ignore(const std::string &prefix) { m_ignored.push_back(prefix); }

    /// Size of a tensor's slowest axis when it has `rank` axes, at most `most`; refuses it otherwise. For sizes that no key tells.
    std::int64_t rowsOf(const std::string &name, int rank, std::int64_t most);

    /// Bytes of the tensors handed out so far.
    std::uint64_t bytesTaken() const { return m_bytes; }
    /// The first error; or kBadTensor when a tensor under `prefix` was not asked for: it would change the answers if it were used.
    Result<Done> finish(const std::string &prefix) const;
    const std::optional<Error> &error() const { return m_error; }

private:
    enum class Kind
    {
        kMatrix,
        kFloats,
        kFilter,
        kIndices,
    };
    const TensorInfo *take(const std::string &name, Shape shape, Kind kind);
    kernels::Tensor view(const TensorInfo *info) const;
    void fail(ErrorCode code, const std::string &name, const std::string &why);

    const GgufFile &m_file;
    const ModelMemory &m_memory;
    std::set<std::string> m_taken;
    std::vector<std::string> m_ignored;
    std::uint64_t m_bytes = 0;
    std::optional<Error> m_error;
};

} // namespace conclave::engine
