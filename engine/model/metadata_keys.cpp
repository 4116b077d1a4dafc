#include "engine/model/metadata_keys.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{

template <typename T>
std::optional<T> MetadataKeys::take(Result<std::optional<T>> result)
{
    if (result.ok())
        return std::move(*result);
    if (!m_error)
        m_error = result.takeError();
    return std::nullopt;
}

void MetadataKeys::refuse(std::string_view key, const std::string &why)
{
    if (m_error)
        return;
    m_error = Error{ErrorCode::kBadMetadata,
                    "The model file " + m_file.name() + " cannot be used: the value of " + full(key) + " " + why + ".", full(key)};
}

void MetadataKeys::missing(std::string_view key)
{
    if (m_error)
        return;
    m_error =
        Error{ErrorCode::kBadMetadata,
              "The model file " + m_file.name() + " is not complete: it has no value for " + full(key) + ". Download it again.", full(key)};
}

int MetadataKeys::required(std::string_view key, std::int64_t low, std::int64_t high)
{
    const auto value = take(m_file.integer(full(key), low, high));
    if (!value)
        missing(key);
    return static_cast<int>(value.value_or(low));
}

int MetadataKeys::optional(std::string_view key, std::int64_t low, std::int64_t high, int fallback)
{
    return static_cast<int>(take(m_file.integer(full(key), low, high)).value_or(fallback));
}

std::optional<double> MetadataKeys::numberWithin(std::string_view key, double low, double high)
{
    const auto value = take(m_file.number(full(key)));
    if (value && !(*value >= low && *value <= high)) {
        refuse(key, "is " + std::to_string(*value) + ", which is not between " + std::to_string(low) + " and " + std::to_string(high));
        return std::nullopt;
    }
    return value;
}

float MetadataKeys::requiredNumber(std::string_view key, double low, double high)
{
    const auto value = numberWithin(key, low, high);
    if (!value)
        missing(key);
    return static_cast<float>(value.value_or(low));
}

float MetadataKeys::optionalNumber(std::string_view key, double low, double high, float fallback)
{
    const auto value = numberWithin(key, low, high);
    return value ? static_cast<float>(*value) : fallback;
}

bool MetadataKeys::optionalFlag(std::string_view key, bool fallback)
{
    return take(m_file.boolean(full(key))).value_or(fallback);
}

std::string MetadataKeys::optionalString(std::string_view key, std::string fallback)
{
    auto value = take(m_file.string(full(key)));
    return value ? std::move(*value) : std::move(fallback);
}

std::vector<int> MetadataKeys::perLayer(std::string_view key, int layers, std::int64_t low, std::int64_t high, int fallback)
{
    const auto count = static_cast<std::size_t>(layers);
    std::vector<int> result(count, fallback);
    const auto values = take(m_file.integers(full(key)));
    if (!values)
        return result;
    if (values->size() != 1 && values->size() < count) {
        refuse(key, "has " + std::to_string(values->size()) + " numbers, not one for each of " + std::to_string(layers) + " layers");
        return result;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t value = values->size() == 1 ? values->front() : (*values)[i];
        if (value < low || value > high) {
            refuse(key,
                   "holds " + std::to_string(value) + ", which is not between " + std::to_string(low) + " and " + std::to_string(high));
            return std::vector<int>(count, static_cast<int>(low));
        }
        result[i] = static_cast<int>(value);
    }
    return result;
}

std::vector<float> MetadataKeys::perLayerNumbers(std::string_view key, int layers, double low, double high, float fallback)
{
    const auto count = static_cast<std::size_t>(layers);
    std::vector<float> result(count, fallback);
    const auto values = take(m_file.numbers(full(key)));
    if (!values)
        return result;
    if (values->size() != 1 && values->size() < count) {
        refuse(key, "has " + std::to_string(values->size()) + " numbers, not one for each of " + std::to_string(layers) + " layers");
        return result;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const double value = values->size() == 1 ? values->front() : (*values)[i];
        if (!(value >= low && value <= high))
            refuse(key,
                   "holds " + std::to_string(value) + ", which is not between " + std::to_string(low) + " and " + std::to_string(high));
        else
            result[i] = static_cast<float>(value);
    }
    return result;
}

int MetadataKeys::sameInAllLayers(std::string_view key, int layers, std::int64_t low, std::int64_t high, int fallback)
{
    const std::vector<int> values = perLayer(key, layers, low, high, fallback);
    if (std::any_of(values.begin(), values.end(), [&](int value) { return value != values.front(); }))
        refuse(key, "differs between layers, which this architecture does not allow");
    return values.front();
}

void MetadataKeys::refuseUnless(std::string_view key, double neutral)
{
    const auto value = take(m_file.number(full(key)));
    if (value && *value != neutral)
        refuse(key, "is " + std::to_string(*value) + ", which asks for a variant of the architecture that this version does not know");
}

std::vector<int> MetadataKeys::someIntegers(std::string_view key, std::size_t most, std::int64_t low, std::int64_t high)
{
    const auto values = take(m_file.integers(full(key)));
    std::vector<int> result;
    if (!values) {
        missing(key);
        return result;
    }
    if (values->empty() || values->size() > most)
        refuse(key, "has " + std::to_string(values->size()) + " numbers, not 1 to " + std::to_string(most));
    for (const std::int64_t value : *values) {
        if (value < low || value > high)
            refuse(key,
                   "holds " + std::to_string(value) + ", which is not between " + std::to_string(low) + " and " + std::to_string(high));
        if (!ok())
            return {};
        result.push_back(static_cast<int>(value));
    }
    return result;
}

std::vector<int> MetadataKeys::integers(std::string_view key, std::size_t count, std::int64_t low, std::int64_t high)
{
    std::vector<int> values = someIntegers(key, count, low, high);
    if (ok() && values.size() != count)
        refuse(key, "has " + std::to_string(values.size()) + " numbers instead of " + std::to_string(count));
    values.resize(count);
    return values;
}

std::vector<float> MetadataKeys::numbers(std::string_view key, std::size_t count, double low, double high)
{
    const auto values = take(m_file.numbers(full(key)));
    std::vector<float> result(count);
    if (!values) {
        missing(key);
        return result;
    }
    if (values->size() != count) {
        refuse(key, "has " + std::to_string(values->size()) + " numbers instead of " + std::to_string(count));
        return result;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const double value = (*values)[i];
        if (!(value >= low && value <= high))
            refuse(key,
                   "holds " + std::to_string(value) + ", which is not between " + std::to_string(low) + " and " + std::to_string(high));
        else
            result[i] = static_cast<float>(value);
    }
    return result;
}

} // namespace conclave::engine
