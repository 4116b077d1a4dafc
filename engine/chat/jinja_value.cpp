#include "engine/chat/jinja_value.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace conclave::engine::jinja
{

void fail(std::string message)
{
    throw Failure{std::move(message)};
}

const std::string *Value::string() const
{
    const auto *text = std::get_if<String>(&m_value);
    return text == nullptr ? nullptr : text->get();
}

List *Value::list() const
{
    List *const *found = std::get_if<List *>(&m_value);
    return found == nullptr ? nullptr : *found;
}

Dict *Value::dict() const
{
    Dict *const *found = std::get_if<Dict *>(&m_value);
    return found == nullptr ? nullptr : *found;
}

Dict *Value::attributes() const
{
    const auto *found = std::get_if<Namespace>(&m_value);
    return found == nullptr ? nullptr : found->dict;
}

const Callable *Value::callable() const
{
    const Callable *const *found = std::get_if<const Callable *>(&m_value);
    return found == nullptr ? nullptr : *found;
}

std::int64_t Value::integer(std::string_view what) const
{
    if (const auto *truth = std::get_if<bool>(&m_value)) {
        return *truth ? 1 : 0;
    }
    if (const auto *number = std::get_if<std::int64_t>(&m_value)) {
        return *number;
    }
    fail(fmt::format("{} must be a whole number, not {}", what, typeName()));
}

double Value::number() const
{
    if (const auto *real = std::get_if<double>(&m_value)) {
        return *real;
    }
    return static_cast<double>(integer("an operand"));
}

bool Value::truth() const
{
    if (const auto *value = std::get_if<bool>(&m_value)) {
        return *value;
    }
    if (const auto *value = std::get_if<std::int64_t>(&m_value)) {
        return *value != 0;
    }
    if (const auto *value = std::get_if<double>(&m_value)) {
        return *value != 0;
    }
    if (const std::string *text = string()) {
        return !text->empty();
    }
    if (const List *items = list()) {
        return !items->items.empty();
    }
    if (const Dict *entries = dict()) {
        return !entries->entries.empty();
    }
    return !isUndefined() && !isNone();
}

const char *Value::typeName() const
{
    static constexpr const char *kNames[] = {"undefined", "none",   "a boolean",    "a whole number", "a number",
                                             "a text",    "a list", "a dictionary", "a namespace",    "a function"};
    return kNames[m_value.index()];
}

Value *Dict::findText(std::string_view key)
{
    for (auto &[name, value] : entries) {
        const std::string *text = name.string();
        if (text != nullptr && *text == key) {
            return &value;
        }
    }
    return nullptr;
}

Value *Dict::find(const Value &key)
{
    if (const std::string *text = key.string()) {
        return findText(*text);
    }
    if (!key.isNumber()) {
        return nullptr;
    }
    for (auto &[name, value] : entries) {
        if (name.isNumber() && name.number() == key.number()) {
            return &value;
        }
    }
    return nullptr;
}

void Dict::set(const Value &key, Value value)
{
    if (!key.isString() && !key.isNumber()) {
        fail(fmt::format("{} cannot be the key of a dictionary", key.typeName()));
    }
    if (Value *found = find(key)) {
        *found = std::move(value);
        return;
    }
    Budget::list(entries.size() + 1);
    entries.emplace_back(key, std::move(value));
}

Value Dict::remove(const Value &key)
{
    const Value *found = find(key);
    if (found == nullptr) {
        return {};
    }
    const auto at = std::find_if(entries.begin(), entries.end(), [found](const auto &entry) { return &entry.second == found; });
    Value out = std::move(at->second);
    entries.erase(at);
    return out;
}

const Value *Scope::find(std::string_view name) const
{
    for (const Scope *scope = this; scope != nullptr; scope = scope->parent) {
        for (const auto &[key, value] : scope->names) {
            if (key == name) {
                return &value;
            }
        }
    }
    return nullptr;
}

void Scope::set(std::string_view name, Value value)
{
    for (auto &[key, stored] : names) {
        if (key == name) {
            stored = std::move(value);
            return;
        }
    }
    names.emplace_back(name, std::move(value));
}

Scope *Heap::scope(Scope *parent)
{
    Scope *made = &scopes.emplace_back();
    made->parent = parent;
    return made;
}

Value Heap::callable(std::string name, Value self)
{
    Callable &made = callables.emplace_back();
    made.name = std::move(name);
    made.self = std::move(self);
    return &std::as_const(made);
}

void Budget::step(std::int64_t count)
{
    m_steps += count;
    if (m_steps > kSteps) {
        fail("it takes too many steps");
    }
}

void Budget::string(std::size_t size)
{
    if (size > kStringBytes) {
        fail("it makes a text that is too long");
    }
    m_bytes += static_cast<std::int64_t>(size);
    if (m_bytes > kBytesMade) {
        fail("it makes too much text");
    }
}

void Budget::list(std::size_t size)
{
    if (size > kListItems) {
        fail("it makes a list that is too long");
    }
}

bool equal(const Value &a, const Value &b, Budget &budget, int depth)
{
    const DepthGuard guard(depth);
    budget.step();
    if (a.isNumber() && b.isNumber()) {
        return a.isInteger() && b.isInteger() ? a.integer("") == b.integer("") : a.number() == b.number();
    }
    if (a.isString() && b.isString()) {
        return *a.string() == *b.string();
    }
    if (const List *left = a.list(), *right = b.list(); left != nullptr && right != nullptr) {
        return left == right || std::equal(left->items.begin(), left->items.end(), right->items.begin(), right->items.end(),
                                           [&](const Value &x, const Value &y) { return equal(x, y, budget, depth); });
    }
    if (Dict *left = a.dict(), *right = b.dict(); left != nullptr && right != nullptr) {
        return left == right || (left->entries.size() == right->entries.size() &&
                                 std::all_of(left->entries.begin(), left->entries.end(), [&](const auto &entry) {
                                     const Value *other = right->find(entry.first);
                                     return other != nullptr && equal(entry.second, *other, budget, depth);
                                 }));
    }
    return (a.isNone() && b.isNone()) || (a.isUndefined() && b.isUndefined()) ||
           (a.attributes() != nullptr && a.attributes() == b.attributes()) || (a.callable() != nullptr && a.callable() == b.callable());
}

bool less(const Value &a, const Value &b, Budget &budget, int depth)
{
    const DepthGuard guard(depth);
    budget.step();
    if (a.isNumber() && b.isNumber()) {
        return a.isInteger() && b.isInteger() ? a.integer("") < b.integer("") : a.number() < b.number();
    }
    if (a.isString() && b.isString()) {
        return *a.string() < *b.string();
    }
    if (const List *left = a.list(), *right = b.list(); left != nullptr && right != nullptr) {
        const std::size_t shared = std::min(left->items.size(), right->items.size());
        for (std::size_t i = 0; i < shared; ++i) {
            if (!equal(left->items[i], right->items[i], budget, depth)) {
                return less(left->items[i], right->items[i], budget, depth);
            }
        }
        return left->items.size() < right->items.size();
    }
    fail(fmt::format("{} and {} cannot be ordered", a.typeName(), b.typeName()));
}

/// Python's shortest form: a decimal point always, an exponent from 1e16 up and below 1e-4.
std::string floatText(double value)
{
    if (std::isnan(value)) {
        return "nan";
    }
    if (std::isinf(value)) {
        return value > 0 ? "inf" : "-inf";
    }
    char buffer[32];
    const double magnitude = std::abs(value);
    const bool exponent = magnitude != 0 && (magnitude >= 1e16 || magnitude < 1e-4);
    const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, format);
    std::string out(buffer, end.ptr);
    if (!exponent && out.find('.') == std::string::npos) {
        out += ".0";
    }
    return out;
}

namespace
{

std::string quotedText(const std::string &text)
{
    const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\\' || c == quote) {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    return out + quote;
}

/// Writes str() or repr() of a value.
class TextWriter
{
public:
    explicit TextWriter(Budget &budget) : m_budget(budget) {}

    void write(const Value &value, bool quoted)
    {
        const DepthGuard guard(m_depth);
        m_budget.step();
        if (const std::string *text = value.string()) {
            add(quoted ? quotedText(*text) : *text);
        } else if (value.is<bool>()) {
            add(value.truth() ? "True" : "False");
        } else if (value.isInteger()) {
            add(std::to_string(value.integer("")));
        } else if (value.isNumber()) {
            add(floatText(value.number()));
        } else if (value.isNone()) {
            add("None");
        } else if (const List *list = value.list()) {
            writeList(*list);
        } else if (const Dict *dict = value.dict()) {
            writeDict(*dict);
        } else if (!value.isUndefined()) {
            add(value.callable() != nullptr ? "<function>" : "<Namespace>");
        } else if (quoted) {
            add("Undefined");
        }
    }
    std::string take() { return std::move(m_out); }

private:
    void add(std::string_view text)
    {
        m_budget.string(text.size());
        m_budget.step();
        m_out += text;
        if (m_out.size() > Budget::kStringBytes) {
            fail("it makes a text that is too long");
        }
    }
    void writeList(const List &list)
    {
        add("[");
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            add(i == 0 ? "" : ", ");
            write(list.items[i], true);
        }
        add("]");
    }
    void writeDict(const Dict &dict)
    {
        add("{");
        for (std::size_t i = 0; i < dict.entries.size(); ++i) {
            add(i == 0 ? "" : ", ");
            write(dict.entries[i].first, true);
            add(": ");
            write(dict.entries[i].second, true);
        }
        add("}");
    }

    Budget &m_budget;
    std::string m_out;
    int m_depth = 0;
};

} // namespace

std::string toText(const Value &value, Budget &budget)
{
    TextWriter writer(budget);
    writer.write(value, false);
    return writer.take();
}

std::string toRepr(const Value &value, Budget &budget)
{
    TextWriter writer(budget);
    writer.write(value, true);
    return writer.take();
}

} // namespace conclave::engine::jinja
