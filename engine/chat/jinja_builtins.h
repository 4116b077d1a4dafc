#pragma once

#include "engine/chat/jinja_value.h"

#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Filters, tests, methods and functions: Jinja's own and the few that chat templates expect beside them.
namespace conclave::engine::jinja
{

/// What a rendering works with.
struct Machine
{
    Heap heap;
    Budget budget;
    std::tm now{};
};

/// Arguments of one call.
struct Arguments
{
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;

    /// By place or by name; undefined when left out.
    Value get(std::size_t index, std::string_view name) const;
    bool has(std::size_t index, std::string_view name) const { return !get(index, name).isUndefined(); }
};

/// Each fails for a name that does not exist.
Value applyFilter(Machine &machine, const std::string &name, const Value &input, const Arguments &arguments);
bool applyTest(Machine &machine, const std::string &name, const Value &input, const Arguments &arguments);
Value callFunction(Machine &machine, const std::string &name, const Arguments &arguments);
Value callMethod(Machine &machine, const Value &self, const std::string &name, const Arguments &arguments);

bool isFunction(std::string_view name);
/// Whether a value of this kind has the method.
bool hasMethod(const Value &self, std::string_view name);

/// Items of a list, keys of a dictionary, characters of a text; undefined has none. Others fail.
std::vector<Value> itemsOf(Machine &machine, const Value &value);
/// value.name as Python and Jinja see it: methods first, then entries. Undefined when there is none.
Value attributeOf(Machine &machine, const Value &value, const std::string &name);
/// value[key]: entries first, then methods.
Value itemOf(Machine &machine, const Value &value, const Value &key);
/// "item in value"
bool contains(Machine &machine, const Value &value, const Value &item);
std::size_t lengthOf(const Value &value);
/// Characters of a text, broken bytes one by one.
std::vector<std::string_view> charactersOf(std::string_view text);

/// json.dumps with ensure_ascii off. `indent` below 0: on one line.
std::string toJson(Machine &machine, const Value &value, int indent, bool sortKeys, std::string_view itemSeparator,
                   std::string_view keySeparator);
Value fromJson(Machine &machine, std::string_view text);

std::string stripped(std::string_view text, std::string_view characters, bool left, bool right);

} // namespace conclave::engine::jinja
