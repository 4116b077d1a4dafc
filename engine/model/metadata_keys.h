#pragma once

#include "engine/format/gguf_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Reads `<architecture>.<key>` values one after another and keeps the first error, so that a list of keys reads as a list.
/// After an error values are the smallest allowed. Every integer has a range: no size from a file is used before it was checked.
class MetadataKeys
{
public:
    MetadataKeys(const GgufFile &file, std::string prefix) : m_file(file), m_prefix(std::move(prefix)) {}

    int required(std::string_view key, std::int64_t low, std::int64_t high);
    int optional(std::string_view key, std::int64_t low, std::int64_t high, int fallback);
    bool has(std::string_view key) const { return m_file.find(full(key)) != nullptr; }
    float requiredNumber(std::string_view key, double low, double high);
    float optionalNumber(std::string_view key, double low, double high, float fallback);
    bool optionalFlag(std::string_view key, bool fallback);
    std::string optionalString(std::string_view key, std::string fallback);
    /// Exactly `count` integers within [low, high]; as many zeros after an error.
    std::vector<int> integers(std::string_view key, std::size_t count, std::int64_t low, std::int64_t high);
    /// One integer for each layer; a single one counts for all. All are `fallback` when the key is absent.
    std::vector<int> perLayer(std::string_view key, int layers, std::int64_t low, std::int64_t high, int fallback);
    std::vector<float> perLayerNumbers(std::string_view key, int layers, double low, double high, float fallback);
    /// The same where layers may not differ.
    int sameInAllLayers(std::string_view key, int layers, std::int64_t low, std::int64_t high, int fallback);
    /// Between 1 and `most` integers.
    std::vector<int> someIntegers(std::string_view key, std::size_t most, std::int64_t low, std::int64_t high);
    std::vector<float> numbers(std::string_view key, std::size_t count, double low, double high);

    /// Refuses a number other than `neutral`: it would change the answers, and nothing computes it.
    void refuseUnless(std::string_view key, double neutral);
    /// Notes that `key` has a value which cannot be used; `why` continues "...: the value of KEY ".
    void refuse(std::string_view key, const std::string &why);

    bool ok() const { return !m_error.has_value(); }
    const Error &error() const { return *m_error; }

private:
    std::string full(std::string_view key) const { return m_prefix + "." + std::string(key); }
    void missing(std::string_view key);
    template <typename T>
    std::optional<T> take(Result<std::optional<T>> result);
    std::optional<double> numberWithin(std::string_view key, double low, double high);

    const GgufFile &m_file;
    std::string m_prefix;
    std::optional<Error> m_error;
};

} // namespace conclave::engine
