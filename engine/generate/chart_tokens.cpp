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

    TokenId control(const std::string &text)
    {
        const TokenId id = m_tokenizer.find(text);
        if ((id < 0 || m_tokenizer.type(id) != TokenType::kControl) && m_missing.empty()) {
            m_missing = text;
        }
        return id;
    }
    TokenId normal(const std::string &text)
    {
        const TokenId id = m_tokenizer.find(text);
        if ((id < 0 || m_tokenizer.type(id) != TokenType::kNormal) && m_missing.empty()) {
            m_missing = text;
        }
        return id;
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
    TokenId next(std::string_view axis, std::size_t index) const { return m_tokenizer.find(fmt::format("<{}:{}>", axis, index)); }

    const Tokenizer &m_tokenizer;
    std::string m_missing;
};

void findTags(Lookup &lookup, ChartTokens &tokens)
{
    tokens.charts = {lookup.control("<chart:bar>"), lookup.control("<chart:hbar>"), lookup.control("<chart:line>"),
                     lookup.control("<chart:pie>")};
    tokens.fields = {lookup.control("<title>"), lookup.control("<xlabel>"), lookup.control("<ylabel>"), lookup.control("<unit>")};
    tokens.cal = lookup.control("<cal>");
    tokens.series = lookup.control("<series>");
    tokens.row = lookup.control("<row>");
    tokens.na = lookup.control("<na>");
    tokens.end = lookup.control("<end>");
    tokens.summary = lookup.control("<summary>");
    tokens.eos = lookup.control("<eos>");
    tokens.point = lookup.control("<pt>");
    tokens.name = lookup.control("<name>");
    tokens.minus = lookup.normal("-");
    tokens.dot = lookup.normal(".");
    tokens.xs = lookup.counted("x");
    tokens.ys = lookup.counted("y");
    tokens.citedSeries = lookup.counted("s");
    tokens.citedRows = lookup.counted("r");
}

std::vector<TokenId> findCitations(Lookup &lookup)
{
    std::vector<TokenId> out;
    for (const char *name : {"<pt>", "<max>", "<min>", "<first>", "<last>", "<total>", "<mean>", "<range>", "<trend>"}) {
        out.push_back(lookup.control(name));
    }
    return out;
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

Result<std::shared_ptr<const ChartTokens>> ChartTokens::prepare(const Tokenizer &tokenizer)
{
    auto tokens = std::make_shared<ChartTokens>();
    Lookup lookup(tokenizer);
    findTags(lookup, *tokens);
    const std::vector<TokenId> citations = findCitations(lookup);
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
    tokens->citations = maskOf(tokens->words, citations);
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
