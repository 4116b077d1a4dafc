#pragma once

#include "engine/base/result.h"
#include "kernels/core/dtype.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Reader of GGUF v2/v3 files (format page: ggml/docs/gguf.md). The file is hostile until proven otherwise: every count, length,
/// offset, type and product is checked before use, and memory allocated is bounded by the file's size.
namespace conclave::engine
{

class MappedFile;

/// A metadata value. Integers are widened to 64 bits, so that files that differ in width read alike.
using MetadataValue = std::variant<std::int64_t, std::uint64_t, double, bool, std::string, std::vector<std::int64_t>, std::vector<double>,
                                   std::vector<std::string>>;

struct TensorInfo
{
    std::string name;
    kernels::DType dtype = kernels::DType::kF32;
    std::uint32_t rawType = 0; ///< type id as stored; dtype is valid only when the build knows it
    bool knownType = false;
    int rank = 0;
    std::array<std::int64_t, 4> shape{}; ///< row-major, slowest first (the reverse of GGUF's ne)
    std::span<const std::byte> data;     ///< within the mapping; empty when the type is unknown
    std::size_t part = 0;                ///< which of GgufFile::parts() holds it
};

/// One opened model file, or all files of a model that is split over several. Immutable; safe to read from several threads. Spans live
/// as long as the object.
class GgufFile
{
public:
    /// Any part of a split model opens the whole; a missing one is kFileNotFound, one that does not fit kBadFormat, naming it.
    static Result<GgufFile> open(const std::filesystem::path &path);
    /// Parses bytes already in memory (tests, fuzzing); `name` is used in messages. The caller keeps `bytes` alive.
    static Result<GgufFile> parse(std::span<const std::byte> bytes, std::string name);

    GgufFile(GgufFile &&) noexcept;
    GgufFile &operator=(GgufFile &&) noexcept;
    ~GgufFile();

    const std::string &name() const;                              ///< path or given name, for messages
    const std::vector<std::filesystem::path> &paths() const;      ///< of all parts; empty for bytes in memory
    std::uint64_t sizeBytes() const;                              ///< of all parts
    void willReadWeights() const;                                 ///< to be called before they are, for speed: MappedFile::willReadOften
    const std::vector<std::span<const std::byte>> &parts() const; ///< the mappings; one, if the model is not split

    const MetadataValue *find(std::string_view key) const;
    /// Typed look-ups; an integer of any width serves. Absent: nullopt. Wrong type or out of range: kBadMetadata naming file and key.
    Result<std::optional<std::int64_t>> integer(std::string_view key, std::int64_t low, std::int64_t high) const;
    Result<std::optional<double>> number(std::string_view key) const;
    Result<std::optional<bool>> boolean(std::string_view key) const;
    Result<std::optional<std::string>> string(std::string_view key) const;
    /// A scalar counts as an array of one.
    Result<std::optional<std::vector<std::int64_t>>> integers(std::string_view key) const;
    Result<std::optional<std::vector<double>>> numbers(std::string_view key) const;
    Result<std::optional<std::vector<std::string>>> strings(std::string_view key) const;

    const std::vector<TensorInfo> &tensors() const;
    const TensorInfo *findTensor(std::string_view name) const;

private:
    struct Impl;
    static Result<GgufFile> openOne(const std::filesystem::path &path);
    Result<Done> openOtherParts(const std::filesystem::path &path, int count);
    Result<Done> takePart(GgufFile &&part, int number, int count);
    explicit GgufFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::engine
