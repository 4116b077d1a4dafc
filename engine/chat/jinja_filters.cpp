#include "engine/chat/jinja_builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

namespace conclave::engine::jinja
{

namespace
{

using Filter = Value (*)(Machine &, const Value &, const Arguments &);

Value method(Machine &machine, const Value &input, const char *name, const Arguments &arguments = {})
{
    return callMethod(machine, toText(input, machine.budget), name, arguments);
}

Value newList(Machine &machine, std::vector<Value> items)
{
    Budget::list(items.size());
    List *out = machine.heap.list();
    out->items = std::move(items);
    return out;
}

Value filterToJson(Machine &machine, const Value &input, const Arguments &arguments)
{
    const Value indent = arguments.get(0, "indent");
    const bool lines = indent.isInteger();
    Value itemSeparator;
    Value keySeparator;
    if (const List *separators = arguments.get(1, "separators").list(); separators != nullptr && separators->items.size() == 2) {
        itemSeparator = separators->items[0];
        keySeparator = separators->items[1];
    }
    const bool sort = arguments.get(2, "sort_keys").truth();
    return toJson(machine, input, lines ? static_cast<int>(std::clamp<std::int64_t>(indent.integer("indent"), 0, 64)) : -1, sort,
                  itemSeparator.isString() ? *itemSeparator.string()
                  : lines                  ? ","
                                           : ", ",
                  keySeparator.isString() ? *keySeparator.string() : ": ");
}

Value filterDefault(Machine &, const Value &input, const Arguments &arguments)
{
    const bool replaces = input.isUndefined() || (arguments.get(1, "boolean").truth() && !input.truth());
    const Value fallback = arguments.get(0, "default_value");
    return !replaces ? input : fallback.isUndefined() ? Value("") : fallback;
}

Value filterDictSort(Machine &machine, const Value &input, const Arguments &arguments)
{
    if (input.dict() == nullptr) {
        fail(fmt::format("only a dictionary can be sorted by key, not {}", input.typeName()));
    }
    const bool exact = arguments.get(0, "case_sensitive").truth();
    const bool byValue = arguments.get(1, "by").isString() && *arguments.get(1, "by").string() == "value";
    const auto keyOf = [&](const std::pair<Value, Value> &entry) {
        const Value &value = byValue ? entry.second : entry.first;
        return value.isString() && !exact ? method(machine, value, "lower") : value;
    };
    std::vector<std::pair<Value, std::size_t>> order;
    for (const auto &entry : input.dict()->entries) {
        order.emplace_back(keyOf(entry), order.size());
    }
    std::stable_sort(order.begin(), order.end(), [&](const auto &a, const auto &b) { return less(a.first, b.first, machine.budget); });
    if (arguments.get(2, "reverse").truth()) {
        std::reverse(order.begin(), order.end());
    }
    std::vector<Value> pairs;
    for (const auto &[key, index] : order) {
        const auto &entry = input.dict()->entries[index];
        pairs.push_back(newList(machine, {entry.first, entry.second}));
    }
    return newList(machine, std::move(pairs));
}

Value filterItems(Machine &machine, const Value &input, const Arguments &)
{
    if (input.isUndefined()) {
        return newList(machine, {});
    }
    if (input.dict() == nullptr) {
        fail("only a dictionary has pairs of key and value");
    }
    return callMethod(machine, input, "items", {});
}

Value filterJoin(Machine &machine, const Value &input, const Arguments &arguments)
{
    const Value between = arguments.get(0, "d");
    const Value attribute = arguments.get(1, "attribute");
    const std::string separator = between.isUndefined() ? std::string() : toText(between, machine.budget);
    std::string out;
    bool first = true;
    for (const Value &item : itemsOf(machine, input)) {
        const Value shown = attribute.isString() ? attributeOf(machine, item, *attribute.string()) : item;
        const std::string text = toText(shown, machine.budget);
        machine.budget.string(separator.size() + text.size());
        out += first ? text : separator + text;
        first = false;
    }
    return out;
}

/// a.b.c of an item.
Value deepAttribute(Machine &machine, Value item, std::string_view path)
{
    while (!path.empty()) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        item = itemOf(machine, item, Value(path.substr(0, dot)));
        path.remove_prefix(std::min(path.size(), dot + 1));
    }
    return item;
}

/// select, reject and their attribute forms.
Value filtered(Machine &machine, const Value &input, const Arguments &arguments, bool keeps, bool byAttribute)
{
    const std::size_t skip = byAttribute ? 1 : 0;
    const Value attribute = arguments.get(0, "attribute");
    if (byAttribute && !attribute.isString()) {
        fail("the attribute to choose by must be a text");
    }
    const Value test = arguments.get(skip, "test");
    Arguments rest;
    for (std::size_t i = skip + 1; i < arguments.positional.size(); ++i) {
        rest.positional.push_back(arguments.positional[i]);
    }
    std::vector<Value> out;
    for (const Value &item : itemsOf(machine, input)) {
        const Value value = byAttribute ? deepAttribute(machine, item, *attribute.string()) : item;
        const bool passes = test.isString() ? applyTest(machine, *test.string(), value, rest) : value.truth();
        if (passes == keeps) {
            out.push_back(item);
        }
    }
    return newList(machine, std::move(out));
}

Value filterMap(Machine &machine, const Value &input, const Arguments &arguments)
{
    const Value attribute = arguments.positional.empty() ? arguments.get(0, "attribute") : Value();
    const Value filter = attribute.isUndefined() ? arguments.get(0, "filter") : Value();
    if (!attribute.isString() && !filter.isString()) {
        fail("\"map\" needs a filter or an attribute");
    }
    Arguments rest;
    for (std::size_t i = 1; i < arguments.positional.size(); ++i) {
        rest.positional.push_back(arguments.positional[i]);
    }
    std::vector<Value> out;
    for (const Value &item : itemsOf(machine, input)) {
        const Value fallback = arguments.get(9, "default");
        const Value value =
            attribute.isString() ? deepAttribute(machine, item, *attribute.string()) : applyFilter(machine, *filter.string(), item, rest);
        out.push_back(value.isUndefined() && attribute.isString() ? fallback : value);
    }
    return newList(machine, std::move(out));
}

Value filterSort(Machine &machine, const Value &input, const Arguments &arguments)
{
    const bool exact = arguments.get(1, "case_sensitive").truth();
    const Value attribute = arguments.get(2, "attribute");
    std::vector<std::pair<Value, Value>> order;
    for (const Value &item : itemsOf(machine, input)) {
        const Value key = attribute.isString() ? deepAttribute(machine, item, *attribute.string()) : item;
        order.emplace_back(key.isString() && !exact ? method(machine, key, "lower") : key, item);
    }
    std::stable_sort(order.begin(), order.end(), [&](const auto &a, const auto &b) { return less(a.first, b.first, machine.budget); });
    if (arguments.get(0, "reverse").truth()) {
        std::reverse(order.begin(), order.end());
    }
    std::vector<Value> out;
    for (auto &[key, item] : order) {
        out.push_back(std::move(item));
    }
    return newList(machine, std::move(out));
}

Value filterUnique(Machine &machine, const Value &input, const Arguments &)
{
    std::vector<Value> out;
    for (const Value &item : itemsOf(machine, input)) {
        if (std::none_of(out.begin(), out.end(), [&](const Value &other) { return equal(item, other, machine.budget); })) {
            out.push_back(item);
        }
    }
    return newList(machine, std::move(out));
}

Value filterReverse(Machine &machine, const Value &input, const Arguments &)
{
    std::vector<Value> items = itemsOf(machine, input);
    std::reverse(items.begin(), items.end());
    if (!input.isString()) {
        return newList(machine, std::move(items));
    }
    std::string out;
    for (const Value &item : items) {
        out += *item.string();
    }
    return out;
}

Value extreme(Machine &machine, const Value &input, bool largest)
{
    Value best;
    for (const Value &item : itemsOf(machine, input)) {
        const bool better = best.isUndefined() || (largest ? less(best, item, machine.budget) : less(item, best, machine.budget));
        best = better ? item : best;
    }
    return best;
}

Value filterSum(Machine &machine, const Value &input, const Arguments &)
{
    double total = 0;
    bool whole = true;
    for (const Value &item : itemsOf(machine, input)) {
        total += item.number();
        whole = whole && item.isInteger();
    }
    return whole && std::abs(total) < 9e15 ? Value(static_cast<std::int64_t>(total)) : Value(total);
}

Value filterInt(Machine &, const Value &input, const Arguments &arguments)
{
    const Value fallback = arguments.has(0, "default") ? arguments.get(0, "default") : Value(std::int64_t{0});
    double number = 0;
    if (const std::string *text = input.string()) {
        char *end = nullptr;
        const std::string digits = stripped(*text, " \t\n\r", true, true);
        number = std::strtod(digits.c_str(), &end);
        if (digits.empty() || *end != '\0') {
            return fallback;
        }
    } else if (input.isInteger()) {
        return input.integer("");
    } else if (input.isNumber()) {
        number = input.number();
    } else {
        return fallback;
    }
    return std::abs(number) < 9.2e18 ? Value(static_cast<std::int64_t>(number)) : fallback;
}

Value filterFloat(Machine &, const Value &input, const Arguments &arguments)
{
    const Value fallback = arguments.has(0, "default") ? arguments.get(0, "default") : Value(0.0);
    if (input.isNumber()) {
        return input.number();
    }
    const std::string *text = input.string();
    char *end = nullptr;
    const double number = text == nullptr ? 0 : std::strtod(text->c_str(), &end);
    return text != nullptr && !text->empty() && *end == '\0' ? Value(number) : fallback;
}

Value filterRound(Machine &, const Value &input, const Arguments &arguments)
{
    const std::int64_t digits = arguments.has(0, "precision") ? arguments.get(0, "precision").integer("precision") : 0;
    const Value how = arguments.get(1, "method");
    const double scale = std::pow(10.0, static_cast<double>(std::clamp<std::int64_t>(digits, -300, 300)));
    const double scaled = input.number() * scale;
    const std::string name = how.isString() ? *how.string() : "common";
    return (name == "ceil" ? std::ceil(scaled) : name == "floor" ? std::floor(scaled) : std::nearbyint(scaled)) / scale;
}

Value filterAbs(Machine &, const Value &input, const Arguments &)
{
    if (!input.isInteger()) {
        return std::abs(input.number());
    }
    const std::int64_t number = input.integer("");
    return number < 0 ? Value(static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(number))) : Value(number);
}

Value filterEscape(Machine &machine, const Value &input, const Arguments &)
{
    std::string out;
    for (const char c : toText(input, machine.budget)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&#34;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

Value filterIndent(Machine &machine, const Value &input, const Arguments &arguments)
{
    const Value width = arguments.get(0, "width");
    const std::string margin =
        width.isString()
            ? *width.string()
            : std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(width.isUndefined() ? 4 : width.integer("width"), 0, 1000)),
                          ' ');
    const bool first = arguments.get(1, "first").truth();
    const bool blank = arguments.get(2, "blank").truth();
    const std::string text = toText(input, machine.budget);
    std::string out = first ? margin : std::string();
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        const bool blankLine = at + 1 >= text.size() || text[at + 1] == '\n';
        if (text[at] == '\n' && (blank || !blankLine)) {
            machine.budget.string(margin.size());
            out += margin;
        }
    }
    return out;
}

Value filterFirst(Machine &machine, const Value &input, const Arguments &)
{
    const std::vector<Value> items = itemsOf(machine, input);
    return items.empty() ? Value() : items.front();
}

Value filterLast(Machine &machine, const Value &input, const Arguments &)
{
    const std::vector<Value> items = itemsOf(machine, input);
    return items.empty() ? Value() : items.back();
}

Value filterReplace(Machine &machine, const Value &input, const Arguments &arguments)
{
    return method(machine, input, "replace", arguments);
}

Value filterAttribute(Machine &machine, const Value &input, const Arguments &arguments)
{
    return attributeOf(machine, input, toText(arguments.get(0, "name"), machine.budget));
}

Value filterFromJson(Machine &machine, const Value &input, const Arguments &)
{
    if (!input.isString()) {
        fail("only a text can be read as JSON");
    }
    return fromJson(machine, *input.string());
}

Value filterList(Machine &machine, const Value &input, const Arguments &)
{
    return newList(machine, itemsOf(machine, input));
}

Value filterString(Machine &machine, const Value &input, const Arguments &)
{
    return input.isString() ? input : Value(toText(input, machine.budget));
}

Value filterLength(Machine &, const Value &input, const Arguments &)
{
    return static_cast<std::int64_t>(lengthOf(input));
}

Value filterTrim(Machine &machine, const Value &input, const Arguments &arguments)
{
    return method(machine, input, "strip", arguments);
}

Value filterWordCount(Machine &machine, const Value &input, const Arguments &)
{
    return static_cast<std::int64_t>(lengthOf(method(machine, input, "split")));
}

const std::map<std::string_view, Filter> &filters()
{
    static const std::map<std::string_view, Filter> kFilters = {
        {"tojson", filterToJson},
        {"from_json", filterFromJson},
        {"fromjson", filterFromJson},
        {"default", filterDefault},
        {"d", filterDefault},
        {"dictsort", filterDictSort},
        {"items", filterItems},
        {"join", filterJoin},
        {"map", filterMap},
        {"sort", filterSort},
        {"unique", filterUnique},
        {"reverse", filterReverse},
        {"sum", filterSum},
        {"int", filterInt},
        {"float", filterFloat},
        {"round", filterRound},
        {"abs", filterAbs},
        {"escape", filterEscape},
        {"e", filterEscape},
        {"indent", filterIndent},
        {"first", filterFirst},
        {"last", filterLast},
        {"replace", filterReplace},
        {"attr", filterAttribute},
        {"list", filterList},
        {"string", filterString},
        {"safe", filterString},
        {"length", filterLength},
        {"count", filterLength},
        {"trim", filterTrim},
        {"wordcount", filterWordCount},
        {"select", [](Machine &m, const Value &v, const Arguments &a) { return filtered(m, v, a, true, false); }},
        {"reject", [](Machine &m, const Value &v, const Arguments &a) { return filtered(m, v, a, false, false); }},
        {"selectattr", [](Machine &m, const Value &v, const Arguments &a) { return filtered(m, v, a, true, true); }},
        {"rejectattr", [](Machine &m, const Value &v, const Arguments &a) { return filtered(m, v, a, false, true); }},
        {"min", [](Machine &m, const Value &v, const Arguments &) { return extreme(m, v, false); }},
        {"max", [](Machine &m, const Value &v, const Arguments &) { return extreme(m, v, true); }},
        {"upper", [](Machine &m, const Value &v, const Arguments &) { return method(m, v, "upper"); }},
        {"lower", [](Machine &m, const Value &v, const Arguments &) { return method(m, v, "lower"); }},
        {"title", [](Machine &m, const Value &v, const Arguments &) { return method(m, v, "title"); }},
        {"capitalize", [](Machine &m, const Value &v, const Arguments &) { return method(m, v, "capitalize"); }},
    };
    return kFilters;
}

} // namespace

Value applyFilter(Machine &machine, const std::string &name, const Value &input, const Arguments &arguments)
{
    machine.budget.step();
    const auto found = filters().find(name);
    if (found == filters().end()) {
        fail(fmt::format("the filter \"{}\" is not known", name));
    }
    return found->second(machine, input, arguments);
}

} // namespace conclave::engine::jinja
