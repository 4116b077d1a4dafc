#include "engine/chat/jinja_json.h"

#include "engine/chat/jinja_builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace conclave::engine::jinja
{

namespace
{

class JsonWriter
{
public:
    JsonWriter(Budget &budget, int indent, bool sortKeys, std::string_view itemSeparator, std::string_view keySeparator)
        : m_budget(budget), m_indent(indent), m_sortKeys(sortKeys), m_itemSeparator(itemSeparator), m_keySeparator(keySeparator)
    {
    }

    void write(const Value &value)
    {
        const DepthGuard guard(m_depth);
        m_budget.step();
        if (const std::string *text = value.string()) {
            writeText(*text);
        } else if (value.is<bool>()) {
            add(value.truth() ? "true" : "false");
        } else if (value.isInteger()) {
            add(std::to_string(value.integer("")));
        } else if (value.isNumber()) {
            writeNumber(value.number());
        } else if (value.isNone()) {
            add("null");
        } else if (const List *list = value.list()) {
            writeList(*list);
        } else if (const Dict *dict = value.dict()) {
            writeDict(*dict);
        } else {
            fail(fmt::format("{} cannot be written as JSON", value.typeName()));
        }
    }
    std::string take() { return std::move(m_out); }

private:
    void add(std::string_view text)
    {
        m_budget.string(text.size());
        m_out += text;
        if (m_out.size() > Budget::kStringBytes) {
            fail("it makes a text that is too long");
        }
    }
    void writeNumber(double value)
    {
        add(std::isnan(value) ? "NaN" : std::isinf(value) ? (value > 0 ? "Infinity" : "-Infinity") : floatText(value));
    }
    void writeText(const std::string &text)
    {
        std::string out = "\"";
        for (const char c : text) {
            static constexpr std::string_view kPlain = "\"\\\n\r\t\b\f";
            static constexpr std::string_view kLetters = "\"\\nrtbf";
            if (const std::size_t found = kPlain.find(c); found != std::string_view::npos) {
                out += '\\';
                out += kLetters[found];
            } else if (static_cast<unsigned char>(c) < 0x20) {
                out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
            } else {
                out += c;
            }
        }
        out += '"';
        add(out);
    }
    void newLine()
    {
        if (m_indent >= 0) {
            add("\n");
            add(std::string(static_cast<std::size_t>(m_indent) * static_cast<std::size_t>(m_level), ' '));
        }
    }
    /// `count` elements between brackets.
    template <typename Write>
    void enclosed(std::string_view open, std::string_view close, std::size_t count, Write writeElement)
    {
        add(open);
        ++m_level;
        for (std::size_t i = 0; i < count; ++i) {
            add(i == 0 ? "" : m_itemSeparator);
            newLine();
            writeElement(i);
        }
        --m_level;
        if (count > 0) {
            newLine();
        }
        add(close);
    }
    void writeList(const List &list)
    {
        enclosed("[", "]", list.items.size(), [&](std::size_t i) { write(list.items[i]); });
    }
    void writeDict(const Dict &dict)
    {
        std::vector<const std::pair<Value, Value> *> entries;
        for (const auto &entry : dict.entries) {
            entries.push_back(&entry);
        }
        if (m_sortKeys) {
            std::stable_sort(entries.begin(), entries.end(),
                             [this](const auto *a, const auto *b) { return less(a->first, b->first, m_budget); });
        }
        enclosed("{", "}", entries.size(), [&](std::size_t i) {
            const Value &key = entries[i]->first;
            writeText(key.isString() ? *key.string() : toText(key, m_budget));
            add(m_keySeparator);
            write(entries[i]->second);
        });
    }

    Budget &m_budget;
    int m_indent;
    bool m_sortKeys;
    std::string_view m_itemSeparator;
    std::string_view m_keySeparator;
    std::string m_out;
    int m_level = 0;
    int m_depth = 0;
};

} // namespace

std::string toJson(Machine &machine, const Value &value, int indent, bool sortKeys, std::string_view itemSeparator,
                   std::string_view keySeparator)
{
    JsonWriter writer(machine.budget, std::min(indent, 64), sortKeys, itemSeparator, keySeparator);
    writer.write(value);
    return writer.take();
}

Value fromNlohmann(Heap &heap, const nlohmann::ordered_json &json, int depth)
{
    const DepthGuard guard(depth);
    switch (json.type()) {
    case nlohmann::json::value_t::string:
        return json.get<std::string>();
    case nlohmann::json::value_t::boolean:
        return json.get<bool>();
    case nlohmann::json::value_t::number_integer:
        return json.get<std::int64_t>();
    case nlohmann::json::value_t::number_unsigned: {
        const auto number = json.get<std::uint64_t>();
        constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        return number <= kMost ? Value(static_cast<std::int64_t>(number)) : Value(static_cast<double>(number));
    }
    case nlohmann::json::value_t::number_float:
        return json.get<double>();
    case nlohmann::json::value_t::array: {
        List *list = heap.list();
        for (const auto &item : json) {
            list->items.push_back(fromNlohmann(heap, item, depth));
        }
        return list;
    }
    case nlohmann::json::value_t::object: {
        Dict *dict = heap.dict();
        for (const auto &[key, item] : json.items()) {
            dict->entries.emplace_back(Value(key), fromNlohmann(heap, item, depth));
        }
        return dict;
    }
    default:
        return Value::None{};
    }
}

Value fromJson(Machine &machine, std::string_view text)
{
    const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        fail("a text is no valid JSON");
    }
    machine.budget.step(static_cast<std::int64_t>(text.size()));
    return fromNlohmann(machine.heap, json);
}

} // namespace conclave::engine::jinja
