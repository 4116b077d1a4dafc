#include "engine/grammar/json_schema_merge.h"

#include <algorithm>
#include <array>

namespace conclave::engine
{
namespace
{

using Json = nlohmann::ordered_json;

bool isOneOf(const std::string &word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

Json asList(const Json &value)
{
    return value.is_array() ? value : Json::array({value});
}

Json intersection(const Json &a, const Json &b)
{
    Json out = Json::array();
    for (const Json &value : asList(a)) {
        const Json others = asList(b);
        if (std::find(others.begin(), others.end(), value) != others.end())
            out.push_back(value);
    }
    return out;
}

Json both(const Json &a, const Json &b)
{
    Json out = asList(a);
    for (const Json &value : asList(b)) {
        if (std::find(out.begin(), out.end(), value) == out.end())
            out.push_back(value);
    }
    return out;
}

Json mergedProperties(const Json &a, const Json &b, const std::string &pointer)
{
    if (!a.is_object() || !b.is_object())
        throw SchemaRefusal{pointer, "\"properties\" must be an object"};
    Json out = a;
    for (const auto &[name, schema] : b.items()) {
        if (!out.contains(name))
            out[name] = schema;
        else if (out[name] != schema)
            out[name] = Json{{"allOf", Json::array({out[name], schema})}};
    }
    return out;
}

/// additionalProperties counts for the properties beside it: then the other schema must not bring more.
void checkClosed(const Json &closed, const Json &other, const std::string &pointer)
{
    if (!closed.contains("additionalProperties") || closed["additionalProperties"] == Json(true) || !other.contains("properties"))
        return;
    for (const auto &[name, schema] : other["properties"].items()) {
        if (!closed.contains("properties") || !closed["properties"].contains(name))
            throw SchemaRefusal{pointer, "\"additionalProperties\" beside a schema with other properties is not understood"};
    }
}

} // namespace

bool isAnnotation(const std::string &keyword)
{
    return isOneOf(keyword, {"title", "description", "default", "examples", "example", "$schema", "$id", "id", "$comment", "$defs",
                             "definitions", "format", "deprecated", "readOnly", "writeOnly", "$anchor", "strict", "name"});
}

Json mergedSchemas(const Json &a, const Json &b, const std::string &pointer)
{
    checkClosed(a, b, pointer);
    checkClosed(b, a, pointer);
    Json out = a;
    for (const auto &[key, value] : b.items()) {
        if (!out.contains(key)) {
            out[key] = value;
            continue;
        }
        Json &known = out[key];
        if (known == value || isAnnotation(key))
            continue;
        const bool numbers = known.is_number() && value.is_number();
        if (key == "properties")
            known = mergedProperties(known, value, pointer);
        else if (key == "required" || key == "allOf")
            known = both(known, value);
        else if (key == "type" || key == "enum")
            known = intersection(known, value);
        else if (numbers && isOneOf(key, {"minimum", "exclusiveMinimum", "minLength", "minItems"}))
            known = std::max(known, value);
        else if (numbers && isOneOf(key, {"maximum", "exclusiveMaximum", "maxLength", "maxItems"}))
            known = std::min(known, value);
        else
            throw SchemaRefusal{pointer, "two different \"" + key + "\" at once are not understood"};
    }
    return out;
}

} // namespace conclave::engine
