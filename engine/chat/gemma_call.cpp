#include "engine/chat/gemma_call.h"

#include <nlohmann/json.hpp>

namespace conclave::engine
{
namespace
{

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;

class Reader
{
public:
    explicit Reader(std::string_view text) : m_rest(text) {}

    bool atEnd() const { return m_rest.empty(); }

    bool take(std::string_view start)
    {
        if (!m_rest.starts_with(start)) {
            return false;
        }
        m_rest.remove_prefix(start.size());
        return true;
    }

    /// Up to `mark`, which is taken too.
    std::optional<std::string> upTo(std::string_view mark)
    {
        const std::size_t at = m_rest.find(mark);
        if (at == std::string_view::npos) {
            return std::nullopt;
        }
        std::string out(m_rest.substr(0, at));
        m_rest.remove_prefix(at + mark.size());
        return out;
    }

    std::optional<Json> map(int depth)
    {
        Json out = Json::object();
        if (take("}")) {
            return out;
        }
        do {
            const auto key = take(kGemmaQuote) ? upTo(kGemmaQuote) : bareKey();
            if (!key || key->empty() || !take(":")) {
                return std::nullopt;
            }
            auto item = value(depth);
            if (!item) {
                return std::nullopt;
            }
            out[*key] = std::move(*item);
        } while (take(","));
        return take("}") ? std::optional<Json>(std::move(out)) : std::nullopt;
    }

private:
    std::optional<std::string> bareKey()
    {
        const std::size_t end = m_rest.find_first_of(":,{}[]<>");
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        std::string out(m_rest.substr(0, end));
        m_rest.remove_prefix(end);
        return out;
    }

    std::optional<Json> list(int depth)
    {
        Json out = Json::array();
        if (take("]")) {
            return out;
        }
        do {
            auto item = value(depth);
            if (!item) {
                return std::nullopt;
            }
            out.push_back(std::move(*item));
        } while (take(","));
        return take("]") ? std::optional<Json>(std::move(out)) : std::nullopt;
    }

    std::optional<Json> value(int depth)
    {
        if (depth == kDeepest) {
            return std::nullopt;
        }
        if (take(kGemmaQuote)) {
            const auto text = upTo(kGemmaQuote);
            return text ? std::optional<Json>(*text) : std::nullopt;
        }
        if (take("{")) {
            return map(depth + 1);
        }
        return take("[") ? list(depth + 1) : scalar();
    }

    /// A number, true, false or null.
    std::optional<Json> scalar()
    {
        const std::size_t end = std::min(m_rest.find_first_of(",]}"), m_rest.size());
        Json out = Json::parse(m_rest.substr(0, end), nullptr, false);
        m_rest.remove_prefix(end);
        return out.is_discarded() || out.is_structured() ? std::nullopt : std::optional<Json>(std::move(out));
    }

    std::string_view m_rest;
};

} // namespace

std::optional<ToolCall> parseGemmaCall(std::string_view text)
{
    Reader reader(text);
    if (!reader.take("call:")) {
        return std::nullopt;
    }
    const auto name = reader.upTo("{");
    const auto arguments = name ? reader.map(0) : std::nullopt;
    if (!arguments || name->empty() || name->find_first_of(" <>\n") != std::string::npos || !reader.atEnd()) {
        return std::nullopt;
    }
    return ToolCall{{}, *name, arguments->dump(-1, ' ', false, Json::error_handler_t::replace)};
}

} // namespace conclave::engine
