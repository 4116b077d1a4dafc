#include "engine/grammar/json_schema.h"

#include "engine/grammar/json_keys.h"
#include "engine/grammar/json_pattern.h"
#include "engine/grammar/json_schema_merge.h"
#include "engine/grammar/json_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace conclave::engine
{
namespace
{

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostSchemaBytes = 256U << 10;
constexpr int kMostSchemaNesting = 64;
/// Items listed one by one.
constexpr std::size_t kMostListed = 256;

/// Keywords that say which values fit and are not understood.
const std::set<std::string> kRefused = {"not",           "if",
                                        "then",          "else",
                                        "dependencies",  "dependentRequired",
                                        "contains",      "dependentSchemas",
                                        "minContains",   "maxContains",
                                        "propertyNames", "patternProperties",
                                        "minProperties", "maxProperties",
                                        "$dynamicRef",   "unevaluatedProperties",
                                        "$recursiveRef", "unevaluatedItems",
                                        "multipleOf",    "additionalItems"};

std::string escapedPointer(const std::string &name)
{
    std::string out;
    for (const char c : name)
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

class SchemaCompiler
{
public:
    explicit SchemaCompiler(Json document) : m_document(std::move(document)) {}

    Result<Grammar> compile()
    {
        const int root = ruleAt("");
        while (!m_open.empty()) {
            const std::string pointer = std::move(m_open.back());
            m_open.pop_back();
            m_builder.define(m_rules.at(pointer), expression(at(pointer), pointer, 0));
        }
        return m_builder.finish(root, "The JSON schema");
    }

private:
    // Places in the schema, written as JSON pointers.

    const Json &at(const std::string &pointer) const { return m_document.at(Json::json_pointer(pointer)); }

    int ruleAt(const std::string &pointer)
    {
        const auto [found, isNew] = m_rules.emplace(pointer, -1);
        if (isNew) {
            found->second = m_builder.addRule("#" + pointer);
            m_open.push_back(pointer);
        }
        return found->second;
    }

    std::string target(const Json &schema, const std::string &pointer) const
    {
        const Json &reference = schema.at("$ref");
        const std::string text = reference.is_string() ? reference.get<std::string>() : std::string();
        if (text.empty() || text[0] != '#' || (text.size() > 1 && text[1] != '/'))
            throw SchemaRefusal{pointer + "/$ref", "only references within the schema (\"#/...\") are understood"};
        const std::string found = text.substr(1);
        try {
            if (m_document.contains(Json::json_pointer(found)))
                return found;
        } catch (const nlohmann::json::exception &) { // not a JSON pointer
        }
        throw SchemaRefusal{pointer + "/$ref", "\"" + text + "\" is not in the schema"};
    }

    // Numbers beside keywords.

    static int count(const Json &schema, const char *key, int fallback, const std::string &pointer)
    {
        if (!schema.contains(key))
            return fallback;
        const Json &value = schema.at(key);
        const double number = value.is_number() ? value.get<double>() : -1.0;
        if (!(number >= 0 && number <= GrammarBuilder::kMostRepetitions) || number != std::floor(number))
            throw SchemaRefusal{pointer + "/" + key,
                                "a whole number from 0 to " + std::to_string(GrammarBuilder::kMostRepetitions) + " is expected"};
        return static_cast<int>(number);
    }

    static std::optional<std::int64_t> bound(const Json &schema, const char *key, const std::string &pointer)
    {
        if (!schema.contains(key))
            return std::nullopt;
        const Json &value = schema.at(key);
        const double number = value.is_number() ? value.get<double>() : NAN;
        if (!(std::abs(number) <= static_cast<double>(kMostJsonInteger)) || number != std::floor(number))
            throw SchemaRefusal{pointer + "/" + key, "only whole numbers of at most 15 digits are understood here"};
        return static_cast<std::int64_t>(number);
    }

    // What a schema means.

    ExpressionPtr expression(const Json &schema, const std::string &pointer, int nesting)
    {
        if (nesting > kMostSchemaNesting)
            throw SchemaRefusal{pointer, "schemas nested deeper than " + std::to_string(kMostSchemaNesting)};
        if (schema.is_boolean() && schema.get<bool>())
            return anyValue();
        if (!schema.is_object())
            throw SchemaRefusal{pointer, schema.is_boolean() ? "nothing fits \"false\"" : "a schema must be an object, true or false"};
        checkKeywords(schema, pointer);
        if (schema.contains("$ref") && isAlone(schema, "$ref"))
            return referenceTo(ruleAt(target(schema, pointer)));
        if (schema.contains("$ref") || schema.contains("allOf"))
            return expression(flattened(schema, pointer, 0), pointer, nesting + 1);
        for (const char *key : {"anyOf", "oneOf"}) {
            if (schema.contains(key))
                return alternatives(schema, key, pointer, nesting);
        }
        return typed(schema, pointer, nesting);
    }

    static void checkKeywords(const Json &schema, const std::string &pointer)
    {
        for (const auto &[key, value] : schema.items()) {
            const bool harmless = key == "multipleOf" && value == Json(1) && schema.value("type", Json()) == Json("integer");
            if ((kRefused.contains(key) && !harmless) || (key == "uniqueItems" && value == Json(true)))
                throw SchemaRefusal{pointer + "/" + escapedPointer(key), "\"" + key + "\" is not understood"};
        }
    }

    static bool isAlone(const Json &schema, const std::string &keyword)
    {
        const auto items = schema.items();
        return std::all_of(items.begin(), items.end(), [&](const auto &item) { return item.key() == keyword || isAnnotation(item.key()); });
    }

    /// One object without $ref and allOf at its top.
    Json flattened(const Json &schema, const std::string &pointer, int nesting) const
    {
        if (nesting > kMostSchemaNesting)
            throw SchemaRefusal{pointer, "references or \"allOf\" that lead nowhere"};
        if (!schema.is_object())
            throw SchemaRefusal{pointer, "a schema object is expected beside others"};
        Json out = schema;
        out.erase("$ref");
        out.erase("allOf");
        if (schema.contains("$ref")) {
            const std::string found = target(schema, pointer);
            out = mergedSchemas(out, flattened(at(found), found, nesting + 1), pointer);
        }
        if (schema.contains("allOf")) {
            const Json &parts = schema.at("allOf");
            if (!parts.is_array())
                throw SchemaRefusal{pointer + "/allOf", "a list is expected"};
            for (std::size_t i = 0; i < parts.size(); ++i) {
                const std::string place = pointer + "/allOf/" + std::to_string(i);
                out = mergedSchemas(out, flattened(parts[i], place, nesting + 1), place);
            }
        }
        return out;
    }

    ExpressionPtr alternatives(const Json &schema, const char *key, const std::string &pointer, int nesting)
    {
        const std::string place = pointer + "/" + key;
        const Json &listed = schema.at(key);
        if (!listed.is_array() || listed.empty())
            throw SchemaRefusal{place, "a list of schemas is expected"};
        const bool alone = isAlone(schema, key);
        Json base = schema;
        base.erase(key);
        std::vector<ExpressionPtr> ways;
        for (std::size_t i = 0; i < listed.size(); ++i) {
            const std::string here = place + "/" + std::to_string(i);
            if (alone)
                ways.push_back(expression(listed[i], here, nesting + 1));
            else
                ways.push_back(expression(mergedSchemas(base, flattened(listed[i], here, 0), here), here, nesting + 1));
        }
        return choice(std::move(ways));
    }

    ExpressionPtr typed(const Json &schema, const std::string &pointer, int nesting)
    {
        if (schema.contains("const") || schema.contains("enum"))
            return values(schema, pointer);
        const Json types = schema.contains("type") ? schema.at("type") : Json(guessedType(schema));
        if (types.is_string())
            return ofType(types.get<std::string>(), schema, pointer, nesting);
        if (!types.is_array() || types.empty())
            throw SchemaRefusal{pointer + "/type", "no type is left or given"};
        std::vector<ExpressionPtr> ways;
        for (const Json &type : types) {
            if (!type.is_string())
                throw SchemaRefusal{pointer + "/type", "names of types are expected"};
            ways.push_back(ofType(type.get<std::string>(), schema, pointer, nesting));
        }
        return choice(std::move(ways));
    }

    static std::string guessedType(const Json &schema)
    {
        static const std::vector<std::pair<std::string, std::vector<std::string>>> kHints = {
            {"object", {"properties", "required", "additionalProperties"}},
            {"array", {"items", "prefixItems", "minItems", "maxItems"}},
            {"string", {"minLength", "maxLength", "pattern"}},
            {"number", {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}}};
        for (const auto &[type, keywords] : kHints) {
            if (std::any_of(keywords.begin(), keywords.end(), [&](const std::string &key) { return schema.contains(key); }))
                return type;
        }
        return "any";
    }

    ExpressionPtr ofType(const std::string &type, const Json &schema, const std::string &pointer, int nesting)
    {
        if (type == "any")
            return anyValue();
        if (type == "object")
            return object(schema, pointer, nesting);
        if (type == "array")
            return array(schema, pointer, nesting);
        if (type == "string")
            return string(schema, pointer);
        if (type == "integer" || type == "number")
            return number(type == "integer", schema, pointer);
        if (type == "boolean")
            return choice({textOf("true"), textOf("false")});
        if (type == "null")
            return textOf("null");
        throw SchemaRefusal{pointer + "/type", "there is no type \"" + type + "\""};
    }

    ExpressionPtr values(const Json &schema, const std::string &pointer) const
    {
        const char *key = schema.contains("const") ? "const" : "enum";
        for (const auto &[other, value] : schema.items()) {
            if (other != key && other != "type" && !isAnnotation(other))
                throw SchemaRefusal{pointer + "/" + escapedPointer(other), "\"" + other + "\" beside \"" + key + "\" is not understood"};
        }
        const Json listed = schema.contains("const") ? Json::array({schema.at("const")}) : schema.at("enum");
        std::vector<ExpressionPtr> ways;
        if (listed.is_array()) {
            for (const Json &value : listed) {
                if (!schema.contains("type") || isOfType(value, schema.at("type")))
                    ways.push_back(textOf(value.dump()));
            }
        }
        if (ways.empty())
            throw SchemaRefusal{pointer + "/" + key, "a list of values of the type is expected"};
        return choice(std::move(ways));
    }

    static bool isOfType(const Json &value, const Json &types)
    {
        const std::string type = value.is_number() ? "number" : value.type_name();
        for (const Json &wanted : types.is_array() ? types : Json::array({types})) {
            const bool whole = value.is_number() && value.get<double>() == std::floor(value.get<double>());
            if (wanted == Json(type) || (whole && wanted == Json("integer")))
                return true;
        }
        return false;
    }

    ExpressionPtr string(const Json &schema, const std::string &pointer)
    {
        const int least = count(schema, "minLength", 0, pointer);
        const int most = count(schema, "maxLength", -1, pointer);
        if (most >= 0 && most < least)
            throw SchemaRefusal{pointer + "/maxLength", "no string fits"};
        if (!schema.contains("pattern"))
            return sequence({textOf("\""), repeat(referenceTo(character()), least, most), textOf("\"")});
        const std::string place = pointer + "/pattern";
        if (schema.contains("minLength") || schema.contains("maxLength"))
            throw SchemaRefusal{place, "\"pattern\" and a length at once are not understood; write the length into the pattern"};
        if (!schema.at("pattern").is_string())
            throw SchemaRefusal{place, "a text is expected"};
        auto inner = jsonStringMatching(schema.at("pattern").get<std::string>());
        if (!inner)
            throw SchemaRefusal{place, inner.error().message + " is not understood"};
        return sequence({textOf("\""), *inner, textOf("\"")});
    }

    static ExpressionPtr number(bool whole, const Json &schema, const std::string &pointer)
    {
        JsonBounds bounds{bound(schema, "minimum", pointer), bound(schema, "maximum", pointer)};
        const auto above = bound(schema, "exclusiveMinimum", pointer);
        const auto below = bound(schema, "exclusiveMaximum", pointer);
        if (!whole && (above || below))
            throw SchemaRefusal{pointer + (above ? "/exclusiveMinimum" : "/exclusiveMaximum"), "of type \"number\" this is not understood"};
        if (above)
            bounds.least = std::max(bounds.least.value_or(*above + 1), *above + 1);
        if (below)
            bounds.most = std::min(bounds.most.value_or(*below - 1), *below - 1);
        ExpressionPtr out = whole ? jsonInteger(bounds) : jsonNumber(bounds);
        if (!out)
            throw SchemaRefusal{pointer, "no number is left between minimum and maximum"};
        return out;
    }

    ExpressionPtr array(const Json &schema, const std::string &pointer, int nesting)
    {
        const int least = count(schema, "minItems", 0, pointer);
        int most = count(schema, "maxItems", -1, pointer);
        const Json listed = schema.value("prefixItems", Json::array());
        if (!listed.is_array() || listed.size() > kMostListed)
            throw SchemaRefusal{pointer + "/prefixItems", "a list of at most " + std::to_string(kMostListed) + " schemas is expected"};
        const auto count = static_cast<int>(listed.size());
        const Json rest = schema.value("items", Json(true));
        if (rest == Json(false))
            most = most < 0 ? count : std::min(most, count);
        if (most >= 0 && most < least)
            throw SchemaRefusal{pointer, "no array is as long as it must be"};
        std::vector<ExpressionPtr> first;
        for (int i = 0; i < count && (most < 0 || i < most); ++i)
            first.push_back(expression(listed[static_cast<std::size_t>(i)], pointer + "/prefixItems/" + std::to_string(i), nesting + 1));
        const bool hasRest = most < 0 || most > count;
        const ExpressionPtr more = hasRest ? shared(expression(rest, pointer + "/items", nesting + 1)) : nullptr;
        return sequence({textOf("["), space(), items(first, more, least, most), textOf("]")});
    }

    /// Items and the room behind them, from the last to the first: each may be the last one if enough came before it.
    ExpressionPtr items(std::vector<ExpressionPtr> first, const ExpressionPtr &more, int least, int most)
    {
        if (first.empty() && more) { // so that what follows has a first item to stand behind
            if (most == 0)
                return textOf({});
            first.push_back(more);
        }
        const auto count = static_cast<int>(first.size());
        const ExpressionPtr separator = sequence({textOf(","), space()});
        ExpressionPtr tail = more && (most < 0 || most > count)
                                 ? repeat(sequence({separator, more}), std::max(least - count, 0), most < 0 ? -1 : most - count)
                                 : textOf({});
        tail = sequence({tail, space()});
        for (int i = count - 1; i >= 0; --i) {
            const ExpressionPtr here = first[static_cast<std::size_t>(i)];
            tail = i == 0 ? sequence({here, tail}) : choiceOfEnd(sequence({separator, here, tail}), i >= least);
        }
        return count > 0 && least == 0 ? optional(tail) : tail;
    }

    ExpressionPtr choiceOfEnd(ExpressionPtr goesOn, bool mayEnd) { return mayEnd ? choice({std::move(goesOn), space()}) : goesOn; }

    ExpressionPtr object(const Json &schema, const std::string &pointer, int nesting)
    {
        Json properties = schema.value("properties", Json::object());
        const Json required = schema.value("required", Json::array());
        if (!properties.is_object() || !required.is_array())
            throw SchemaRefusal{pointer, "\"properties\" must be an object and \"required\" a list"};
        const Json additional = schema.value("additionalProperties", Json(properties.empty()));
        std::set<std::string> needed;
        for (const Json &name : required) {
            if (!name.is_string())
                throw SchemaRefusal{pointer + "/required", "names are expected"};
            needed.insert(name.get<std::string>());
            if (!properties.contains(name.get<std::string>()))
                properties[name.get<std::string>()] = additional == Json(false) ? Json(true) : additional;
        }
        std::vector<Member> members;
        std::vector<std::string> names;
        for (const auto &[name, value] : properties.items()) {
            const std::string place = pointer + "/properties/" + escapedPointer(name);
            if (name.size() > kMostJsonKey)
                throw SchemaRefusal{place, "names longer than " + std::to_string(kMostJsonKey) + " bytes are not understood"};
            names.push_back(name);
            if (value == Json(false) && !needed.contains(name))
                continue;
            members.push_back(
                {sequence({textOf(Json(name).dump() + ":"), space(), expression(value, place, nesting + 1)}), needed.contains(name)});
        }
        ExpressionPtr other;
        if (additional != Json(false))
            other = shared(sequence({jsonKeyExcept(
                                         names, [this] { return m_builder.addRule({}); },
                                         [this](int rule, const ExpressionPtr &e) { m_builder.define(rule, e); }),
                                     textOf(":"), space(), expression(additional, pointer + "/additionalProperties", nesting + 1)}));
        return sequence({textOf("{"), space(), membersFrom(members, other), textOf("}")});
    }

    struct Member
    {
        ExpressionPtr text;
        bool required = false;
    };

    /// Members in order, from the last to the first. Two rules for each place: one where nothing was written before, one where a comma
    /// must come first.
    ExpressionPtr membersFrom(const std::vector<Member> &members, const ExpressionPtr &other)
    {
        const ExpressionPtr separator = sequence({textOf(","), space()});
        const ExpressionPtr others = other ? repeat(sequence({separator, other}), 0, -1) : textOf({});
        ExpressionPtr behind = shared(sequence({others, space()}));
        ExpressionPtr first = other ? shared(optional(sequence({other, behind}))) : textOf({});
        for (auto member = members.rbegin(); member != members.rend(); ++member) {
            const ExpressionPtr text = shared(member->text);
            const ExpressionPtr begins = sequence({text, behind});
            const ExpressionPtr follows = sequence({separator, text, behind});
            first = shared(member->required ? begins : choice({begins, first}));
            behind = shared(member->required ? follows : choice({follows, behind}));
        }
        return first;
    }

    // Rules that many places share.

    /// The same as a rule of its own, so that using it twice does not write it twice.
    ExpressionPtr shared(const ExpressionPtr &expression)
    {
        if (expression->kind == Expression::Kind::kReference)
            return expression;
        const int rule = m_builder.addRule({});
        m_builder.define(rule, expression);
        return referenceTo(rule);
    }

    ExpressionPtr space()
    {
        if (m_space < 0) {
            m_space = m_builder.addRule({});
            m_builder.define(m_space, jsonSpace());
        }
        return referenceTo(m_space);
    }

    int character()
    {
        if (m_character < 0) {
            m_character = m_builder.addRule({});
            m_builder.define(m_character, jsonCharacter());
        }
        return m_character;
    }

    ExpressionPtr anyValue()
    {
        if (m_value < 0) {
            m_value = m_builder.addRule("any value");
            const ExpressionPtr value = referenceTo(m_value);
            const ExpressionPtr text = sequence({textOf("\""), repeat(referenceTo(character()), 0, -1), textOf("\"")});
            const ExpressionPtr named = sequence({text, textOf(":"), space(), value});
            m_builder.define(m_value, choice({sequence({textOf("{"), space(), membersFrom({}, shared(named)), textOf("}")}),
                                              sequence({textOf("["), space(), items({}, value, 0, -1), textOf("]")}), text, jsonNumber({}),
                                              textOf("true"), textOf("false"), textOf("null")}));
        }
        return referenceTo(m_value);
    }

    Json m_document;
    GrammarBuilder m_builder;
    std::map<std::string, int> m_rules; ///< by pointer
    std::vector<std::string> m_open;    ///< rules to be defined
    int m_space = -1;
    int m_character = -1;
    int m_value = -1;
};

/// Deepest nesting of brackets outside of strings: known before anything recursive sees the text.
int nestingOf(std::string_view text)
{
    int depth = 0;
    int deepest = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString && c == '\\')
            ++i;
        else if (c == '"')
            inString = !inString;
        else if (!inString && (c == '{' || c == '['))
            deepest = std::max(deepest, ++depth);
        else if (!inString && (c == '}' || c == ']'))
            --depth;
    }
    return deepest;
}

Error refused(const std::string &pointer, const std::string &what)
{
    return Error{ErrorCode::kInvalidRequest, "The JSON schema cannot be followed: at \"#" + pointer + "\": " + what + ".",
                 "json schema #" + pointer};
}

} // namespace

Result<Grammar> parseJsonSchema(std::string_view text)
{
    if (text.size() > kMostSchemaBytes)
        return refused("", "the text is too long, at most 256 KiB can be read");
    if (nestingOf(text) > 4 * kMostSchemaNesting)
        return refused("", "brackets nested deeper than " + std::to_string(4 * kMostSchemaNesting));
    try {
        return SchemaCompiler(Json::parse(text)).compile();
    } catch (const SchemaRefusal &refusal) {
        return refused(refusal.pointer, refusal.what);
    } catch (const nlohmann::json::parse_error &error) {
        return refused("", "the text is not JSON near byte " + std::to_string(error.byte));
    } catch (const nlohmann::json::exception &error) {
        return refused("", std::string("the schema is not as expected (") + error.what() + ")");
    }
}

} // namespace conclave::engine
