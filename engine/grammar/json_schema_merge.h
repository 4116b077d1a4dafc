#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace conclave::engine
{

/// A schema that is refused: where, and why.
struct SchemaRefusal
{
    std::string pointer;
    std::string what;
};

/// Whether a keyword says nothing about which values fit.
bool isAnnotation(const std::string &keyword);

/// One schema of objects `a` and `b` that fits what both fit (allOf). Throws SchemaRefusal where that can't be written as one.
nlohmann::ordered_json mergedSchemas(const nlohmann::ordered_json &a, const nlohmann::ordered_json &b, const std::string &pointer);

} // namespace conclave::engine
