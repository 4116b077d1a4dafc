#include "engine/chat/jinja_builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace conclave::engine::jinja
{

namespace
{

/// What Python's str.strip() takes away: Unicode white space.
constexpr std::string_view kWhiteSpace = " \t\n\r\v\f\x1c\x1d\x1e\x1f\xC2\x85\xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82"
                                         "\xE2\x80\x83\xE2\x80\x84\xE2\x80\x85\xE2\x80\x86\xE2\x80\x87\xE2\x80\x88\xE2\x80\x89\xE2\x80\x8A"
                                         "\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\x9F\xE3\x80\x80";

const std::string &textArgument(const Arguments &arguments, std::size_t index, std::string_view name)
{
    const Value value = arguments.get(index, name);
    const std::string *text = value.string();
    if (text == nullptr) {
        fail(fmt::format("\"{}\" must be a text, not {}", name, value.typeName()));
    }
    // The string is shared with the caller's arguments, which outlive the call.
    return *text;
}

std::string changedCase(std::string_view text, bool upper)
{
    std::string out(text);
    for (char &c : out) { // letters beyond ASCII stay: templates change the case of type names only
        const bool change = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
        c = static_cast<char>(change ? c ^ 0x20 : c);
    }
    return out;
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string capitalised(std::string_view text, bool eachWord)
{
    std::string out = changedCase(text, false);
    bool start = true;
    for (char &c : out) {
        if (start && isLetter(c)) {
            c = static_cast<char>(c & ~0x20);
        }
        start = eachWord && !isLetter(c);
    }
    return out;
}

Value strip(const std::string &self, const Arguments &arguments, bool left, bool right)
{
    const Value characters = arguments.get(0, "chars");
    return stripped(self, characters.isString() ? *characters.string() : kWhiteSpace, left, right);
}

/// At runs of white space.
void splitWords(std::string_view text, std::int64_t most, std::vector<Value> &out)
{
    const std::vector<std::string_view> spaces = charactersOf(kWhiteSpace);
    const std::vector<std::string_view> characters = charactersOf(text);
    const auto isSpace = [&spaces](std::string_view c) { return std::find(spaces.begin(), spaces.end(), c) != spaces.end(); };
    auto at = std::find_if_not(characters.begin(), characters.end(), isSpace);
    while (at != characters.end()) {
        const std::size_t start = static_cast<std::size_t>(at->data() - text.data());
        if (most-- == 0) {
            out.emplace_back(stripped(text.substr(start), kWhiteSpace, false, true));
            return;
        }
        at = std::find_if(at, characters.end(), isSpace);
        const std::size_t end = at == characters.end() ? text.size() : static_cast<std::size_t>(at->data() - text.data());
        out.emplace_back(text.substr(start, end - start));
        at = std::find_if_not(at, characters.end(), isSpace);
    }
}

Value split(Machine &machine, const std::string &self, const Arguments &arguments, bool fromRight)
{
    List *out = machine.heap.list();
    const Value separator = arguments.get(0, "sep");
    std::int64_t most = arguments.has(1, "maxsplit") ? arguments.get(1, "maxsplit").integer("maxsplit") : -1;
    most = most < 0 ? std::numeric_limits<std::int64_t>::max() : most;
    if (!separator.isString()) {
        splitWords(self, most, out->items);
        return out;
    }
    const std::string &between = *separator.string();
    if (between.empty()) {
        fail("a text cannot be split at nothing");
    }
    std::string_view rest = self;
    while (most-- > 0) {
        const std::size_t found = fromRight ? rest.rfind(between) : rest.find(between);
        if (found == std::string_view::npos) {
            break;
        }
        machine.budget.step();
        Budget::list(out->items.size() + 1);
        out->items.emplace_back(fromRight ? rest.substr(found + between.size()) : rest.substr(0, found));
        rest = fromRight ? rest.substr(0, found) : rest.substr(found + between.size());
    }
    out->items.emplace_back(rest);
    if (fromRight) {
        std::reverse(out->items.begin(), out->items.end());
    }
    return out;
}

Value splitLines(Machine &machine, const std::string &self)
{
    List *out = machine.heap.list();
    std::string_view rest = self;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        Budget::list(out->items.size() + 1);
        out->items.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(rest.size(), end + (rest.substr(end).starts_with("\r\n") ? 2 : 1)));
    }
    return out;
}

bool startsOrEnds(const std::string &self, const Arguments &arguments, bool start)
{
    const Value wanted = arguments.get(0, start ? "prefix" : "suffix");
    const auto fits = [&](const Value &value) {
        const std::string *text = value.string();
        return text != nullptr && (start ? self.starts_with(*text) : self.ends_with(*text));
    };
    if (const List *list = wanted.list()) {
        return std::any_of(list->items.begin(), list->items.end(), fits);
    }
    return fits(wanted);
}

Value replace(Machine &machine, const std::string &self, const Arguments &arguments)
{
    const std::string from = textArgument(arguments, 0, "old");
    const std::string to = textArgument(arguments, 1, "new");
    std::int64_t most = arguments.has(2, "count") ? arguments.get(2, "count").integer("count") : -1;
    most = most < 0 ? std::numeric_limits<std::int64_t>::max() : most;
    if (from.empty()) {
        fail("nothing cannot be replaced");
    }
    std::string out;
    std::size_t at = 0;
    for (std::size_t found = self.find(from); found != std::string::npos && most-- > 0; found = self.find(from, at)) {
        out.append(self, at, found - at).append(to);
        at = found + from.size();
        machine.budget.string(out.size() > self.size() ? to.size() : 0);
        if (out.size() > Budget::kStringBytes) {
            fail("it makes a text that is too long");
        }
    }
    return out.append(self, at);
}

Value join(Machine &machine, const std::string &self, const Arguments &arguments)
{
    std::string out;
    bool first = true;
    for (const Value &item : itemsOf(machine, arguments.get(0, "iterable"))) {
        if (!item.isString()) {
            fail("only texts can be joined");
        }
        machine.budget.string(item.string()->size() + self.size());
        out += first ? *item.string() : self + *item.string();
        first = false;
    }
    return out;
}

std::int64_t countOf(const std::string &self, const std::string &part)
{
    std::int64_t count = 0;
    for (std::size_t at = self.find(part); !part.empty() && at != std::string::npos; at = self.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

/// Place in characters, or -1.
std::int64_t findIn(const std::string &self, const std::string &part, bool last)
{
    const std::size_t found = last ? self.rfind(part) : self.find(part);
    return found == std::string::npos ? -1 : static_cast<std::int64_t>(charactersOf(std::string_view(self).substr(0, found)).size());
}

Value partition(Machine &machine, const std::string &self, const std::string &between)
{
    List *out = machine.heap.list();
    const std::size_t found = between.empty() ? std::string::npos : self.find(between);
    const bool hit = found != std::string::npos;
    out->items = {Value(self.substr(0, found)), Value(hit ? between : std::string()),
                  Value(hit ? self.substr(found + between.size()) : std::string())};
    return out;
}

bool allOf(const std::string &self, bool (*test)(char))
{
    return !self.empty() && std::all_of(self.begin(), self.end(), test);
}

Value searchMethod(Machine &machine, const std::string &self, const std::string &name, const Arguments &arguments)
{
    if (name == "isdigit") {
        return allOf(self, [](char c) { return c >= '0' && c <= '9'; });
    }
    if (name == "isalpha") {
        return allOf(self, isLetter);
    }
    if (name == "isspace") {
        return !self.empty() && stripped(self, kWhiteSpace, true, true).empty();
    }
    const std::string part = textArgument(arguments, 0, "text");
    if (name == "find" || name == "rfind") {
        return findIn(self, part, name == "rfind");
    }
    if (name == "index") {
        const std::int64_t found = findIn(self, part, false);
        return found >= 0 ? Value(found) : (fail("the text is not found"), Value());
    }
    if (name == "count") {
        return countOf(self, part);
    }
    if (name == "removeprefix") {
        return self.starts_with(part) ? self.substr(part.size()) : self;
    }
    if (name == "removesuffix") {
        return self.ends_with(part) ? self.substr(0, self.size() - part.size()) : self;
    }
    return partition(machine, self, part);
}

Value textMethod(Machine &machine, const std::string &self, const std::string &name, const Arguments &arguments)
{
    if (name == "strip" || name == "lstrip" || name == "rstrip") {
        return strip(self, arguments, name != "rstrip", name != "lstrip");
    }
    if (name == "split" || name == "rsplit") {
        return split(machine, self, arguments, name == "rsplit");
    }
    if (name == "startswith" || name == "endswith") {
        return startsOrEnds(self, arguments, name == "startswith");
    }
    if (name == "upper" || name == "lower") {
        return changedCase(self, name == "upper");
    }
    if (name == "title" || name == "capitalize") {
        return capitalised(self, name == "title");
    }
    if (name == "splitlines") {
        return splitLines(machine, self);
    }
    if (name == "replace") {
        return replace(machine, self, arguments);
    }
    if (name == "join") {
        return join(machine, self, arguments);
    }
    return searchMethod(machine, self, name, arguments);
}

Value pairsOf(Machine &machine, const Dict &dict)
{
    List *out = machine.heap.list();
    for (const auto &[key, value] : dict.entries) {
        List *pair = machine.heap.list();
        pair->items = {key, value};
        out->items.emplace_back(pair);
    }
    return out;
}

Value popFromDict(Dict &dict, const Arguments &arguments)
{
    const Value key = arguments.get(0, "key");
    if (dict.find(key) == nullptr && arguments.positional.size() < 2) {
        fail("the key to remove does not exist");
    }
    return dict.find(key) == nullptr ? arguments.get(1, "default") : dict.remove(key);
}

Value dictMethod(Machine &machine, Dict &dict, const std::string &name, const Arguments &arguments)
{
    machine.budget.step(static_cast<std::int64_t>(dict.entries.size()));
    if (name == "get" || name == "setdefault") {
        const Value *found = dict.find(arguments.get(0, "key"));
        const Value fallback = arguments.has(1, "default") ? arguments.get(1, "default") : Value(Value::None{});
        if (found == nullptr && name == "setdefault") {
            dict.set(arguments.get(0, "key"), fallback);
        }
        return found == nullptr ? fallback : *found;
    }
    if (name == "items") {
        return pairsOf(machine, dict);
    }
    if (name == "pop") {
        return popFromDict(dict, arguments);
    }
    if (name == "update") {
        if (const Value other = arguments.get(0, "other"); other.dict() != nullptr) {
            for (const auto &[key, value] : std::vector(other.dict()->entries)) {
                dict.set(key, value);
            }
        }
        for (const auto &[key, value] : arguments.named) {
            dict.set(key, value);
        }
        return Value::None{};
    }
    if (name == "copy") {
        Dict *out = machine.heap.dict();
        out->entries = dict.entries;
        return out;
    }
    List *out = machine.heap.list();
    for (const auto &[key, value] : dict.entries) {
        out->items.push_back(name == "keys" ? key : value);
    }
    return out;
}

/// An index of Python, from the end when negative, kept within 0 and `size`.
std::size_t clampedIndex(std::int64_t index, std::size_t size)
{
    const auto count = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(index < 0 ? index + count : index, 0, count));
}

Value popFromList(List &list, const Arguments &arguments)
{
    const std::int64_t at = arguments.has(0, "index") ? arguments.get(0, "index").integer("an index") : -1;
    const std::size_t place = clampedIndex(at, list.items.size());
    if (place >= list.items.size()) {
        fail("the list has no such item to remove");
    }
    const auto item = list.items.begin() + static_cast<std::ptrdiff_t>(place);
    Value out = std::move(*item);
    list.items.erase(item);
    return out;
}

Value listMethod(Machine &machine, List &list, const std::string &name, const Arguments &arguments)
{
    machine.budget.step(name == "append" ? 1 : static_cast<std::int64_t>(list.items.size()));
    if (name == "append") {
        Budget::list(list.items.size() + 1);
        list.items.push_back(arguments.get(0, "item"));
    } else if (name == "extend") {
        const std::vector<Value> more = itemsOf(machine, arguments.get(0, "items"));
        Budget::list(list.items.size() + more.size());
        list.items.insert(list.items.end(), more.begin(), more.end());
    } else if (name == "insert") {
        Budget::list(list.items.size() + 1);
        const std::size_t place = clampedIndex(arguments.get(0, "index").integer("an index"), list.items.size());
        list.items.insert(list.items.begin() + static_cast<std::ptrdiff_t>(place), arguments.get(1, "item"));
    } else if (name == "pop") {
        return popFromList(list, arguments);
    } else if (name == "reverse") {
        std::reverse(list.items.begin(), list.items.end());
    } else if (name == "copy") {
        List *out = machine.heap.list();
        out->items = list.items;
        return out;
    } else {
        const Value wanted = arguments.get(0, "item");
        const auto same = [&](const Value &item) { return equal(item, wanted, machine.budget); };
        if (name == "count") {
            return static_cast<std::int64_t>(std::count_if(list.items.begin(), list.items.end(), same));
        }
        const auto found = std::find_if(list.items.begin(), list.items.end(), same);
        return found != list.items.end() ? Value(static_cast<std::int64_t>(found - list.items.begin()))
                                         : (fail("the item is not in the list"), Value());
    }
    return Value::None{};
}

} // namespace

Value callMethod(Machine &machine, const Value &self, const std::string &name, const Arguments &arguments)
{
    if (const std::string *text = self.string()) {
        machine.budget.step(static_cast<std::int64_t>(text->size() / 64));
        return textMethod(machine, *text, name, arguments);
    }
    if (Dict *dict = self.dict()) {
        return dictMethod(machine, *dict, name, arguments);
    }
    if (List *list = self.list()) {
        return listMethod(machine, *list, name, arguments);
    }
    fail(fmt::format("{} has no method \"{}\"", self.typeName(), name));
}

bool isFunction(std::string_view name)
{
    static constexpr std::array<std::string_view, 5> kNames = {"range", "namespace", "dict", "raise_exception", "strftime_now"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

namespace
{

Value range(Machine &machine, const Arguments &arguments)
{
    const std::size_t count = arguments.positional.size();
    const std::int64_t first = arguments.get(0, "start").integer("a bound of range()");
    const std::int64_t begin = count > 1 ? first : 0;
    const std::int64_t end = count > 1 ? arguments.get(1, "stop").integer("a bound of range()") : first;
    const std::int64_t step = count > 2 ? arguments.get(2, "step").integer("the step of range()") : 1;
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    if (step == 0 || std::max({std::abs(begin / 2), std::abs(end / 2), std::abs(step / 2)}) > kFar) {
        fail("range() has no such bounds");
    }
    List *out = machine.heap.list();
    for (std::int64_t i = begin; step > 0 ? i < end : i > end; i += step) {
        machine.budget.step();
        Budget::list(out->items.size() + 1);
        out->items.emplace_back(i);
    }
    return out;
}

Value makeDict(Machine &machine, const Arguments &arguments)
{
    Dict *out = machine.heap.dict();
    if (const Value other = arguments.get(0, ""); other.dict() != nullptr) {
        out->entries = other.dict()->entries;
    }
    for (const auto &[key, value] : arguments.named) {
        out->set(key, value);
    }
    return out;
}

/// Only conversions that every C library knows: others end the program in some.
Value timeText(const std::tm &now, const std::string &format)
{
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '%' &&
            (++i == format.size() || std::string_view("aAbBcdHIjmMpSUwWxXyY%").find(format[i]) == std::string_view::npos)) {
            fail("the date format is not known");
        }
    }
    char buffer[256] = {};
    const std::size_t size = format.empty() ? 0 : std::strftime(buffer, sizeof(buffer), format.c_str(), &now);
    return std::string(buffer, size);
}

} // namespace

Value callFunction(Machine &machine, const std::string &name, const Arguments &arguments)
{
    if (name == "range") {
        return range(machine, arguments);
    }
    if (name == "dict") {
        return makeDict(machine, arguments);
    }
    if (name == "namespace") {
        return Value::Namespace{makeDict(machine, arguments).dict()};
    }
    if (name == "raise_exception") {
        throw Failure{toText(arguments.get(0, "message"), machine.budget), true};
    }
    return timeText(machine.now, textArgument(arguments, 0, "format"));
}

} // namespace conclave::engine::jinja
