#include "engine/grammar/gbnf.h"
#include "engine/grammar/grammar_constraint.h"
#include "engine/grammar/json_schema.h"
#include "tests/support/sanitized.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>

#include <nlohmann/json.hpp>

#include <random>
#include <set>

using namespace conclave::engine;
using Json = nlohmann::ordered_json;

namespace
{

/// Real vocabularies: those of the tiny models, byte-level and SentencePiece, and larger ones where they lie.
struct Vocabulary
{
    std::shared_ptr<Tokenizer> tokenizer;
    std::shared_ptr<const TokenTrie> trie;
};

std::optional<Vocabulary> vocabularyOf(const QString &path)
{
    const auto file = GgufFile::open(path.toStdString());
    if (!file)
        return std::nullopt;
    auto tokenizer = loadTokenizer(*file);
    if (!tokenizer)
        return std::nullopt;
    Vocabulary out;
    out.tokenizer = std::move(*tokenizer);
    out.trie = std::make_shared<TokenTrie>(*out.tokenizer);
    return out;
}

std::shared_ptr<TokenMasks> masksOf(const Vocabulary &vocabulary, const Result<Grammar> &grammar)
{
    return std::make_shared<TokenMasks>(vocabulary.trie, std::make_shared<Grammar>(*grammar));
}

std::vector<TokenId> allowedTokens(const TokenConstraint &constraint, int vocabulary)
{
    std::vector<TokenId> out;
    for (TokenId id = 0; id < vocabulary; ++id) {
        if (isAllowed(constraint.allowed(), id))
            out.push_back(id);
    }
    return out;
}

/// Of the allowed tokens any; when the text has become long, those that bring it to its end.
TokenId choose(const std::vector<TokenId> &allowed, const Tokenizer &tokenizer, std::mt19937 &random, bool finish)
{
    const auto any = [&](const std::vector<TokenId> &from) { return from[random() % from.size()]; };
    for (const std::string_view wanted : {"\"", "}", "]", "@.", "0123456789tfn"}) {
        std::vector<TokenId> closing;
        for (const TokenId id : allowed) {
            const std::string piece = tokenizer.piece(id);
            if (piece.size() == 1 && wanted.find(piece[0]) != std::string_view::npos)
                closing.push_back(id);
        }
        if (!closing.empty() && (finish || random() % 6 == 0))
            return any(closing);
    }
    return any(allowed);
}

/// A random text that the constraint lets through; nothing when it leads into a dead end.
std::optional<std::string> walk(GrammarConstraint &constraint, const Tokenizer &tokenizer, std::mt19937 &random)
{
    std::string text;
    for (int step = 0; step < 5000 && !constraint.finished(); ++step) {
        const std::vector<TokenId> allowed = allowedTokens(constraint, tokenizer.size());
        if (allowed.empty()) {
            qWarning("nothing may follow \"%s\"", text.c_str());
            return std::nullopt;
        }
        const auto end = std::find_if(allowed.begin(), allowed.end(), [&](TokenId id) { return tokenizer.endsGeneration(id); });
        const TokenId token =
            end != allowed.end() && (step > 60 || random() % 3 == 0) ? *end : choose(allowed, tokenizer, random, step > 60);
        if (!constraint.accept(token)) {
            qWarning("an allowed token was refused behind \"%s\"", text.c_str());
            return std::nullopt;
        }
        if (!tokenizer.endsGeneration(token))
            text += tokenizer.piece(token);
    }
    if (constraint.finished())
        return text;
    qWarning("no end of \"%s\"", text.substr(0, 2000).c_str());
    return std::nullopt;
}

std::size_t characters(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool fits(const Json &root, const Json &schema, const Json &value);

bool fitsObject(const Json &root, const Json &schema, const Json &value)
{
    for (const Json &name : schema.value("required", Json::array())) {
        if (!value.contains(name.get<std::string>()))
            return false;
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto &[name, member] : value.items()) {
        const Json expected = properties.contains(name) ? properties[name] : schema.value("additionalProperties", Json(properties.empty()));
        if (expected == Json(false) || !fits(root, expected, member))
            return false;
    }
    return true;
}

bool fitsArray(const Json &root, const Json &schema, const Json &value)
{
    const Json listed = schema.value("prefixItems", Json::array());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Json expected = i < listed.size() ? listed[i] : schema.value("items", Json(true));
        if (expected == Json(false) || !fits(root, expected, value[i]))
            return false;
    }
    return value.size() >= schema.value("minItems", 0U) && value.size() <= schema.value("maxItems", 1000000U);
}

bool fitsString(const Json &schema, const std::string &value)
{
    if (schema.contains("pattern") &&
        !QRegularExpression(QString::fromStdString(schema["pattern"].get<std::string>())).match(QString::fromStdString(value)).hasMatch())
        return false;
    return characters(value) >= schema.value("minLength", 0U) && characters(value) <= schema.value("maxLength", 1000000U);
}

/// A validator of its own, for the keywords that the schemas below use.
bool fits(const Json &root, const Json &schema, const Json &value)
{
    if (schema.is_boolean())
        return schema.get<bool>();
    if (schema.contains("$ref"))
        return fits(root, root.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1))), value);
    if (schema.contains("anyOf"))
        return std::any_of(schema["anyOf"].begin(), schema["anyOf"].end(), [&](const Json &way) { return fits(root, way, value); });
    if (schema.contains("enum"))
        return std::find(schema["enum"].begin(), schema["enum"].end(), value) != schema["enum"].end();
    if (schema.contains("const"))
        return schema["const"] == value;
    const std::string type = schema.value("type", "any");
    if (type == "object")
        return value.is_object() && fitsObject(root, schema, value);
    if (type == "array")
        return value.is_array() && fitsArray(root, schema, value);
    if (type == "string")
        return value.is_string() && fitsString(schema, value.get<std::string>());
    if (type == "integer" || type == "number")
        return (type == "integer" ? value.is_number_integer() : value.is_number()) &&
               value.get<double>() >= schema.value("minimum", -1e300) && value.get<double>() <= schema.value("maximum", 1e300);
    if (type == "boolean" || type == "null")
        return type == "boolean" ? value.is_boolean() : value.is_null();
    return type == "any";
}

constexpr const char *kPerson = R"({"type": "object", "properties": {
    "name": {"type": "string", "minLength": 1, "maxLength": 12}, "age": {"type": "integer", "minimum": 0, "maximum": 130},
    "score": {"type": "number", "minimum": -3, "maximum": 8}, "mail": {"type": "string", "pattern": "^[a-z]+@[a-z]+\\.(com|org)$"},
    "tags": {"type": "array", "items": {"enum": ["a", "bé", 3]}, "minItems": 1, "maxItems": 4},
    "more": {"anyOf": [{"type": "null"}, {"type": "boolean"}, {"type": "array", "prefixItems": [{"const": 1}], "items": {"type": "string"}}]}},
    "required": ["age", "tags"]})";
constexpr const char *kTree = R"({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {
    "v": {"type": "number"}, "next": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "required": ["next"]}}})";
constexpr const char *kMap = R"({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"],
    "additionalProperties": {"type": "string"}})";

void addVocabularies()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("llama, tiny") << QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf");
    QTest::newRow("qwen3moe, tiny") << QStringLiteral(CONCLAVE_TEST_DATA "/models/qwen3moe/model.gguf");
    for (const char *name : {"gpt-2", "llama-spm"})
        QTest::newRow(name) << QStringLiteral(CONCLAVE_SHARED_REFERENCE "/tokenizers/ggml-vocab-%1.gguf").arg(name);
}

} // namespace

#define VOCABULARY(name)                                                                                                                   \
    QFETCH(QString, path);                                                                                                                 \
    if (!QFileInfo::exists(path))                                                                                                          \
        QSKIP("NOT TESTED: the reference vocabulary is not here");                                                                         \
    const auto name##Read = vocabularyOf(path);                                                                                            \
    QVERIFY(name##Read.has_value());                                                                                                       \
    const Vocabulary &name = *name##Read

/// What grammars let through, in tokens of real vocabularies.
class TestGrammarTokens : public QObject
{
    Q_OBJECT

private slots:
    void masksAgreeWithTheGrammarTokenByToken_data() { addVocabularies(); }
    void masksAgreeWithTheGrammarTokenByToken();
    void randomAnswersFitTheSchema_data() { addVocabularies(); }
    void randomAnswersFitTheSchema();
    void answersMayEndExactlyWhereTheGrammarMay();
    void charactersMayComeInParts();
    void refusedTokensChangeNothing();
    void masksSurviveBeingForgotten();
};

void TestGrammarTokens::masksAgreeWithTheGrammarTokenByToken()
{
    VOCABULARY(vocabulary);
    std::mt19937 random(17);
    const auto free = parseGbnf("root ::= [^\\n]* \"\\n\" (\"- \" [a-zà-ü ]{1,40} \"\\n\")*");
    QVERIFY(free.ok());
    for (const auto &grammar : {parseJsonSchema("{}"), parseJsonSchema(kPerson), free}) {
        QVERIFY(grammar.ok());
        const auto masks = masksOf(vocabulary, grammar);
        TokenMasks::State state = masks->start();
        for (int step = 0; step < 25; ++step) {
            const std::vector<std::uint64_t> mask = masks->mask(state);
            std::vector<TokenId> allowed;
            for (TokenId id = 0; id < vocabulary.tokenizer->size(); ++id) {
                const TokenType type = vocabulary.tokenizer->type(id);
                const bool isText = type == TokenType::kNormal || type == TokenType::kUserDefined || type == TokenType::kByte;
                const std::string piece = vocabulary.tokenizer->piece(id);
                const bool expected = vocabulary.tokenizer->endsGeneration(id)
                                          ? masks->mayEnd(state)
                                          : isText && !piece.empty() && masks->after(state, piece) != GrammarAutomaton::kDead;
                QVERIFY2(isAllowed(mask, id) == expected, qPrintable(QString::fromStdString(piece)));
                if (expected && !vocabulary.tokenizer->endsGeneration(id))
                    allowed.push_back(id);
            }
            if (allowed.empty())
                break;
            state = masks->after(state, vocabulary.tokenizer->piece(choose(allowed, *vocabulary.tokenizer, random, false)));
        }
    }
}

void TestGrammarTokens::randomAnswersFitTheSchema()
{
    VOCABULARY(vocabulary);
    std::mt19937 random(23);
    for (const char *text : {"{}", kPerson, kTree, kMap}) {
        const auto grammar = parseJsonSchema(text);
        QVERIFY2(grammar.ok(), grammar.ok() ? "" : grammar.error().message.c_str());
        const auto masks = masksOf(vocabulary, grammar);
        const Json schema = Json::parse(text);
        const int rounds = (vocabulary.tokenizer->size() > 10000 ? 12 : 60) / (conclave::test::kSanitized ? 6 : 1);
        for (int round = 0; round < rounds; ++round) {
            GrammarConstraint constraint(masks, *vocabulary.tokenizer);
            const auto answer = walk(constraint, *vocabulary.tokenizer, random);
            QVERIFY(answer.has_value());
            const Json value = Json::parse(*answer, nullptr, false);
            QVERIFY2(!value.is_discarded(), answer->c_str());
            QVERIFY2(fits(schema, schema, value), answer->c_str());
        }
    }
}

namespace
{

/// Texts as tokens; the last one ends answers.
class Texts final : public Tokenizer
{
public:
    explicit Texts(std::vector<std::string> texts) : m_texts(std::move(texts)) {}

    std::vector<TokenId> encode(std::string_view, bool) const override { return {}; }
    std::string piece(TokenId id) const override { return m_texts.at(static_cast<std::size_t>(id)); }
    std::string decode(std::span<const TokenId>) const override { return {}; }
    int size() const override { return static_cast<int>(m_texts.size()); }
    TokenType type(TokenId id) const override { return endsGeneration(id) ? TokenType::kControl : TokenType::kNormal; }
    TokenId find(std::string_view) const override { return -1; }
    TokenId bos() const override { return -1; }
    TokenId eos() const override { return size() - 1; }
    bool addsBos() const override { return false; }
    bool endsGeneration(TokenId id) const override { return id == size() - 1; }

private:
    std::vector<std::string> m_texts;
};

std::set<TokenId> allowedSet(const TokenConstraint &constraint, const Tokenizer &tokenizer)
{
    const auto allowed = allowedTokens(constraint, tokenizer.size());
    return {allowed.begin(), allowed.end()};
}

struct Small
{
    Small(std::vector<std::string> texts, std::string_view gbnf)
        : tokenizer(std::move(texts)),
          masks(std::make_shared<TokenMasks>(std::make_shared<TokenTrie>(tokenizer), std::make_shared<Grammar>(*parseGbnf(gbnf)))),
          constraint(masks, tokenizer)
    {
    }
    std::set<TokenId> allowed() const { return allowedSet(constraint, tokenizer); }

    Texts tokenizer;
    std::shared_ptr<TokenMasks> masks;
    GrammarConstraint constraint;
};

using Ids = std::set<TokenId>;

} // namespace

void TestGrammarTokens::answersMayEndExactlyWhereTheGrammarMay()
{
    Small small({"a", "aa", "b", "ab", "aab", "</s>"}, "root ::= \"a\" \"a\"? \"b\"*");
    QCOMPARE(small.allowed(), (Ids{0, 1, 3, 4}));
    QVERIFY(small.constraint.accept(0)); // "a"
    QCOMPARE(small.allowed(), (Ids{0, 2, 3, 5}));
    QVERIFY(small.constraint.accept(3)); // "aab"
    QCOMPARE(small.allowed(), (Ids{2, 5}));
    QVERIFY(!small.constraint.finished());
    QVERIFY(small.constraint.accept(5));
    QVERIFY(small.constraint.finished());
    Small closed({"a", "b", "</s>"}, "root ::= \"a\" \"b\"");
    QVERIFY(closed.constraint.accept(0) && !closed.constraint.finished());
    QVERIFY(closed.constraint.accept(1) && closed.constraint.finished()); // nothing may follow: no end token is needed
}

void TestGrammarTokens::charactersMayComeInParts()
{
    // é is C3 A9, à C3 A0, € E2 82 AC: tokens hold halves, and a half with what follows.
    Small small({"\xC3", "\xA9", "\xA0", "\xE2\x82", "\xAC", "\xA9!", "!", "</s>"}, "root ::= [^à!]+ \"!\"");
    QCOMPARE(small.allowed(), (Ids{0, 3}));
    QVERIFY(small.constraint.accept(0));
    QCOMPARE(small.allowed(), (Ids{1, 4, 5})); // not A0
    QVERIFY(small.constraint.accept(1));
    QCOMPARE(small.allowed(), (Ids{0, 3, 6}));
    QVERIFY(small.constraint.accept(3));
    QCOMPARE(small.allowed(), (Ids{1, 2, 4, 5})); // E2 82 A0 and A9 are characters too
    QVERIFY(small.constraint.accept(5) && small.constraint.finished());
}

void TestGrammarTokens::refusedTokensChangeNothing()
{
    Small small({"a", "b", "</s>"}, "root ::= \"a\" \"b\"");
    for (const TokenId wrong : {1, 2, 3, -1})
        QVERIFY(!small.constraint.accept(wrong));
    QCOMPARE(small.allowed(), Ids{0});
    QVERIFY(small.constraint.accept(0) && small.constraint.accept(1) && !small.constraint.accept(0));
}

void TestGrammarTokens::masksSurviveBeingForgotten()
{
    // 700 different states, more than are kept at once, and then once more through all of them.
    Small small({"a", "b", "</s>"}, "root ::= [ab]{700} \"\"");
    for (int answer = 0; answer < 2; ++answer) {
        GrammarConstraint constraint(small.masks, small.tokenizer);
        for (int i = 0; i < 700; ++i) {
            QCOMPARE(allowedSet(constraint, small.tokenizer), (Ids{0, 1}));
            QVERIFY(constraint.accept(i % 2));
        }
        QVERIFY(constraint.finished());
    }
}

QTEST_GUILESS_MAIN(TestGrammarTokens)
#include "test_grammar_tokens.moc"
