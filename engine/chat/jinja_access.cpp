#include "engine/chat/jinja_builtins.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace conclave::engine::jinja
{

Value Arguments::get(std::size_t index, std::string_view name) const
{
    if (index < positional.size()) {
        return positional[index];
    }
    for (const auto &[key, value] : named) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

std::vector<std::string_view> charactersOf(std::string_view text)
{
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const utf8::Character next = utf8::first(text);
        const std::size_t size = next.form == utf8::Form::kWhole ? next.size : 1;
        out.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return out;
}

std::vector<Value> itemsOf(Machine &machine, const Value &value)
{
    std::vector<Value> out;
    if (const List *list = value.list()) {
        out = list->items;
    } else if (const Dict *dict = value.dict()) {
        for (const auto &[key, entry] : dict->entries) {
            out.push_back(key);
        }
    } else if (const std::string *text = value.string()) {
        Budget::list(text->size());
        for (const std::string_view character : charactersOf(*text)) {
            out.emplace_back(character);
        }
    } else if (!value.isUndefined()) {
        fail(fmt::format("{} has no items to go through", value.typeName()));
    }
    machine.budget.step(static_cast<std::int64_t>(out.size()));
    return out;
}

std::size_t lengthOf(const Value &value)
{
    if (const List *list = value.list()) {
        return list->items.size();
    }
    if (const Dict *dict = value.dict()) {
        return dict->entries.size();
    }
    if (const std::string *text = value.string()) {
        return charactersOf(*text).size();
    }
    if (value.isUndefined()) {
        return 0;
    }
    fail(fmt::format("{} has no length", value.typeName()));
}

bool hasMethod(const Value &self, std::string_view name)
{
    static constexpr std::array<std::string_view, 24> kText = {
        "strip", "lstrip",  "rstrip",  "split",      "rsplit",       "splitlines",   "startswith", "endswith",
        "upper", "lower",   "title",   "capitalize", "replace",      "find",         "rfind",      "count",
        "join",  "isdigit", "isalpha", "isspace",    "removeprefix", "removesuffix", "index",      "partition"};
    static constexpr std::array<std::string_view, 8> kDict = {"get", "items", "keys", "values", "pop", "update", "setdefault", "copy"};
    static constexpr std::array<std::string_view, 8> kList = {"append", "extend", "insert", "pop", "index", "count", "reverse", "copy"};
    const auto in = [name](const auto &names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    return (self.isString() && in(kText)) || (self.dict() != nullptr && in(kDict)) || (self.list() != nullptr && in(kList));
}

Value attributeOf(Machine &machine, const Value &value, const std::string &name)
{
    if (value.isUndefined()) {
        fail(fmt::format("\"{}\" is asked of something undefined", name));
    }
    if (Dict *attributes = value.attributes()) {
        const Value *found = attributes->findText(name);
        return found == nullptr ? Value() : *found;
    }
    if (hasMethod(value, name)) {
        machine.budget.step(4);
        return machine.heap.callable(name, value);
    }
    if (Dict *dict = value.dict()) {
        const Value *found = dict->findText(name);
        return found == nullptr ? Value() : *found;
    }
    return {};
}

Value itemOf(Machine &machine, const Value &value, const Value &key)
{
    if (value.isUndefined()) {
        fail("an item is asked of something undefined");
    }
    if (Dict *dict = value.dict()) {
        if (const Value *found = dict->find(key)) {
            return *found;
        }
    }
    if (const std::string *name = key.string()) {
        return value.attributes() != nullptr || hasMethod(value, *name) ? attributeOf(machine, value, *name) : Value();
    }
    if (!key.isInteger() || (value.list() == nullptr && !value.isString())) {
        return {};
    }
    std::int64_t at = key.integer("an index");
    const auto size = static_cast<std::int64_t>(lengthOf(value));
    at += at < 0 ? size : 0;
    if (at < 0 || at >= size) {
        return {};
    }
    if (const List *list = value.list()) {
        return list->items[static_cast<std::size_t>(at)];
    }
    machine.budget.step(size);
    return charactersOf(*value.string())[static_cast<std::size_t>(at)];
}

bool contains(Machine &machine, const Value &value, const Value &item)
{
    if (const std::string *text = value.string()) {
        if (!item.isString()) {
            fail(fmt::format("{} cannot be in a text", item.typeName()));
        }
        machine.budget.step(static_cast<std::int64_t>(text->size() / 64));
        return text->find(*item.string()) != std::string::npos;
    }
    if (Dict *dict = value.dict()) {
        return dict->find(item) != nullptr;
    }
    if (const List *list = value.list()) {
        return std::any_of(list->items.begin(), list->items.end(), [&](const Value &other) { return equal(item, other, machine.budget); });
    }
    if (value.isUndefined()) {
        return false;
    }
    fail(fmt::format("nothing can be in {}", value.typeName()));
}

std::string stripped(std::string_view text, std::string_view characters, bool left, bool right)
{
    const std::vector<std::string_view> all = charactersOf(characters);
    const auto strips = [&all](std::string_view character) { return std::find(all.begin(), all.end(), character) != all.end(); };
    std::vector<std::string_view> rest = charactersOf(text);
    std::size_t begin = 0;
    std::size_t end = rest.size();
    while (left && begin < end && strips(rest[begin])) {
        ++begin;
    }
    while (right && end > begin && strips(rest[end - 1])) {
        --end;
    }
    std::string out;
    for (std::size_t i = begin; i < end; ++i) {
        out += rest[i];
    }
    return out;
}

} // namespace conclave::engine::jinja
