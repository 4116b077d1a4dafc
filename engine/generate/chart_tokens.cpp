#include "engine/generate/chart_tokens.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

namespace conclave::engine
{

namespace
{

using Mask = ChartTokens::Mask;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Looks the format's tokens up and remembers the first that is missing.
class Lookup
{
public:
    explicit Lookup(const Tokenizer &tokenizer) : m_tokenizer(tokenizer) {}

    /// -1 where the vocabulary has none.
    TokenId optional(const std::string &text) const
    {
        const TokenId id = m_tokenizer.find(text);
        return id >= 0 && m_tokenizer.type(id) == TokenType::kControl ? id : -1;
    }
    TokenId control(const std::string &text) { return noted(optional(text), text); }
    TokenId normal(const std::string &text)
    {
        const TokenId id = m_tokenizer.find(text);
        return noted(id >= 0 && m_tokenizer.type(id) == TokenType::kNormal ? id : -1, text);
    }
    /// <axis:0>, <axis:1>, ... as far as they go; one at least.
    std::vector<TokenId> counted(std::string_view axis)
    {
        std::vector<TokenId> out = {control(fmt::format("<{}:0>", axis))};
        for (TokenId id = next(axis, out.size()); id >= 0; id = next(axis, out.size())) {
            out.push_back(id);
        }
        return out;
    }
    const std::string &missing() const { return m_missing; }

private:
    TokenId noted(TokenId id, const std::string &text)
    {
        if (id < 0 && m_missing.empty()) {
            m_missing = text;
        }
        return id;
    }
    TokenId next(std::string_view axis, std::size_t index) const { return optional(fmt::format("<{}:{}>", axis, index)); }

    const Tokenizer &m_tokenizer;
    std::string m_missing;
};

void findTags(Lookup &lookup, ChartTokens &tokens)
{
    tokens.fields = {lookup.control("<title>"), lookup.control("<xlabel>"), lookup.control("<ylabel>"), lookup.control("<unit>")};
    tokens.cal = lookup.control("<cal>");
    tokens.series = lookup.control("<series>");
    tokens.row = lookup.control("<row>");
    tokens.na = lookup.control("<na>");
    tokens.end = lookup.control("<end>");
    tokens.summary = lookup.control("<summary>");
    tokens.eos = lookup.control("<eos>");
    tokens.point = lookup.control("<pt>");
    tokens.minus = lookup.normal("-");
    tokens.dot = lookup.normal(".");
    tokens.xs = lookup.counted("x");
    tokens.ys = lookup.counted("y");
    tokens.citedSeries = lookup.counted("s");
    tokens.citedRows = lookup.counted("r");
}

/// The four kinds of the first format, and all others that the vocabulary has.
void findKinds(Lookup &lookup, ChartTokens &tokens)
{
    using enum ChartKind::Values;
    tokens.kinds = {{.token = lookup.control("<chart:bar>")},
                    {.token = lookup.control("<chart:hbar>"), .values = kAcross},
                    {.token = lookup.control("<chart:line>")},
                    {.token = lookup.control("<chart:pie>"), .values = kNone}};
    const auto add = [&](const char *name, ChartKind kind) {
        kind.token = lookup.optional(fmt::format("<chart:{}>", name));
        if (kind.token >= 0) {
            tokens.kinds.push_back(kind);
        }
    };
    for (const char *name : {"stacked", "stacked100", "area", "stackedarea", "stacked100area", "step", "histogram", "box"}) {
        add(name, {});
    }
    for (const char *name : {"hstacked", "hstacked100", "hbox"}) {
        add(name, {.values = kAcross});
    }
    for (const char *name : {"donut", "heatmap"}) {
        add(name, {.values = kNone});
    }
    add("scatter", {.placesRows = true});
    add("combo", {.severalAxes = true});
    add("multiples", {.severalAxes = true});
    add("nochart", {.isChart = false});
}

using enum ChartOperand;

void findCitations(Lookup &lookup, ChartTokens &tokens)
{
    const auto value = ChartCondition::kValue;
    const ChartForm point{tokens.point, value, {kCellSeries, kCellRow}};
    tokens.citations = {point, {lookup.control("<name>"), ChartCondition::kNone, {kSeries}}};
    tokens.expressions = {point};
    for (const char *name : {"<max>", "<min>", "<first>", "<last>", "<total>", "<mean>", "<range>"}) {
        tokens.citations.push_back({lookup.control(name), value, {kFilledSeries}});
        tokens.expressions.push_back(tokens.citations.back());
    }
    tokens.citations.push_back({lookup.control("<trend>"), value, {kFilledSeries}});
}

/// What answers have besides the citations of summaries.
void findAnswers(Lookup &lookup, ChartTokens &tokens)
{
    tokens.ask = lookup.optional("<ask>");
    if (!tokens.answers()) {
        return;
    }
    tokens.log = lookup.control("<log>");
    tokens.answer = lookup.control("<answer>");
    tokens.compare = {lookup.control("<gt>"), lookup.control("<lt>")};
    tokens.difference = lookup.control("<sub>");
    tokens.ratio = lookup.control("<div>");
    tokens.percent = lookup.control("<pct>");
    tokens.languages = {lookup.control("<lang:en>"), lookup.control("<lang:de>"), lookup.control("<lang:zh>")};
    for (const char *name : {"greet", "can", "who", "how", "thanks", "bye", "refuse"}) {
        tokens.smallTalk.push_back(lookup.control(fmt::format("<say:{}>", name)));
    }
    tokens.sayings = tokens.smallTalk;
    tokens.sayings.push_back(lookup.control("<say:absent>"));

    const auto none = ChartCondition::kNone, value = ChartCondition::kValue;
    const auto cite = [&](const char *name, ChartCondition condition, std::vector<ChartOperand> operands) {
        tokens.citations.push_back({lookup.control(name), condition, std::move(operands)});
    };
    cite("<calc>", none, {kExpression});
    cite("<yesno>", none, {kCompare, kExpression, kExpression});
    cite("<larger>", value, {kCell, kCell});
    cite("<smaller>", value, {kCell, kCell});
    cite("<maxof>", value, {kFilledRow});
    cite("<minof>", value, {kFilledRow});
    cite("<rowname>", none, {kRow});
    cite("<kind>", none, {});
    cite("<title>", ChartCondition::kTitle, {});
    cite("<xlabel>", ChartCondition::kXLabel, {});
    cite("<ylabel>", ChartCondition::kYLabel, {});
    cite("<unit>", ChartCondition::kUnit, {});

    const auto express = [&](const char *name, ChartCondition condition, std::vector<ChartOperand> operands) {
        tokens.expressions.push_back({lookup.control(name), condition, std::move(operands)});
    };
    express("<rows>", none, {});
    express("<columns>", none, {});
    express("<sum>", value, {kFilledRow});
    express("<num>", none, {kLiteral});
    express("<count>", value, {kFilledSeries, kCompare, kExpression});
    for (const char *name : {"<add>", "<sub>", "<diff>", "<div>", "<pct>", "<share>"}) {
        express(name, none, {kExpression, kExpression});
    }
}

std::vector<TokenId> findDigits(Lookup &lookup)
{
    std::vector<TokenId> out;
    for (char digit = '0'; digit <= '9'; ++digit) {
        out.push_back(lookup.normal(std::string(1, digit)));
    }
    return out;
}

/// Sorts a token into the text classes, if it belongs to text at all.
void classify(const Tokenizer &tokenizer, TokenId id, ChartTokens &tokens)
{
    const std::string piece = tokenizer.piece(id);
    const TokenType type = tokenizer.type(id);
    if (piece.empty() || (type != TokenType::kNormal && type != TokenType::kByte)) {
        return;
    }
    const auto first = static_cast<unsigned char>(piece[0]);
    const bool lead = type == TokenType::kByte && first >= 0x80;
    if (type == TokenType::kByte) {
        tokens.bytes[first] = id;
        const bool begins = first < 0x80 ? first >= 0x20 && first != 0x7F : utf8::first(piece).form == utf8::Form::kPartial;
        tokens.pieces[static_cast<std::size_t>(id)] = piece;
        if (!begins) {
            return;
        }
    } else if (utf8::validPrefix(piece) != piece.size()) {
        return;
    }
    tokens.pieces[static_cast<std::size_t>(id)] = piece;
    const bool digits = std::any_of(piece.begin(), piece.end(), isDigit);
    ChartTokens::set(tokens.text, id);
    if (!lead) {
        ChartTokens::set(tokens.textNoLead, id);
    }
    if (!digits) {
        ChartTokens::set(tokens.prose, id);
    }
    if (!digits && !lead) {
        ChartTokens::set(tokens.proseNoLead, id);
    }
}

Mask maskOf(std::size_t words, std::span<const TokenId> tokens)
{
    Mask out(words);
    for (const TokenId token : tokens) {
        ChartTokens::set(out, token);
    }
    return out;
}

} // namespace

TokenId ChartTokens::language(std::string_view code) const
{
    static constexpr std::array<std::string_view, 3> kCodes = {"en", "de", "zh"};
    const auto at = static_cast<std::size_t>(std::find(kCodes.begin(), kCodes.end(), code) - kCodes.begin());
    return at < languages.size() ? languages[at] : -1;
}

const ChartKind *ChartTokens::kind(TokenId token) const
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [token](const ChartKind &kind) { return kind.token == token; });
    return found == kinds.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const ChartTokens>> ChartTokens::prepare(const Tokenizer &tokenizer)
{
    auto tokens = std::make_shared<ChartTokens>();
    Lookup lookup(tokenizer);
    findKinds(lookup, *tokens);
    findTags(lookup, *tokens);
    findCitations(lookup, *tokens);
    findAnswers(lookup, *tokens);
    const std::vector<TokenId> digits = findDigits(lookup);
    if (!lookup.missing().empty()) {
        return Error{ErrorCode::kBadMetadata,
                     fmt::format("The model cannot read charts: its vocabulary lacks the token \"{}\". Install the program again.",
                                 lookup.missing()),
                     "tokenizer.ggml.tokens"};
    }
    const auto size = static_cast<std::size_t>(tokenizer.size());
    tokens->words = (size + 63) / 64;
    tokens->xMask = maskOf(tokens->words, tokens->xs);
    tokens->yMask = maskOf(tokens->words, tokens->ys);
    tokens->digits = maskOf(tokens->words, digits);
    for (Mask *mask : {&tokens->text, &tokens->textNoLead, &tokens->prose, &tokens->proseNoLead}) {
        mask->assign(tokens->words, 0);
    }
    tokens->bytes.fill(-1);
    tokens->pieces.resize(size);
    for (TokenId id = 0; id < tokenizer.size(); ++id) {
        classify(tokenizer, id, *tokens);
    }
    return std::shared_ptr<const ChartTokens>(std::move(tokens));
}

} // namespace conclave::engine
