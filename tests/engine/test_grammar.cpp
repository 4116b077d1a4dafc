#include "engine/grammar/automaton.h"
#include "engine/grammar/gbnf.h"
#include "engine/grammar/json_schema.h"
#include "tests/support/sanitized.h"

#include <QTest>

#include <random>

using namespace conclave::engine;

namespace
{

using Compile = Result<Grammar> (*)(std::string_view);

/// Whether a grammar derives exactly this text.
bool accepts(const Grammar &grammar, std::string_view text)
{
    GrammarAutomaton automaton(std::make_shared<Grammar>(grammar));
    GrammarAutomaton::State state = automaton.start();
    for (const char byte : text) {
        state = automaton.next(state, static_cast<unsigned char>(byte));
        if (state == GrammarAutomaton::kDead)
            return false;
    }
    return automaton.mayEnd(state);
}

QByteArray messageOf(const Result<Grammar> &result)
{
    return result ? QByteArray("(accepted)") : QByteArray::fromStdString(result.error().message);
}

void checkTexts(const Result<Grammar> &grammar, const QStringList &accepted, const QStringList &rejected)
{
    QVERIFY2(grammar.ok(), messageOf(grammar));
    for (const QString &text : accepted)
        QVERIFY2(accepts(*grammar, text.toStdString()), qPrintable("should be accepted: " + text));
    for (const QString &text : rejected)
        QVERIFY2(!accepts(*grammar, text.toStdString()), qPrintable("should be rejected: " + text));
}

std::string utf8Of(char32_t c)
{
    return QString::fromUcs4(&c, 1).toStdString();
}

} // namespace

/// What grammars in GBNF and JSON schemas accept, and what is said of those that can't be read.
class TestGrammar : public QObject
{
    Q_OBJECT

private slots:
    void characterSetsMatchTheirCharactersAndNoOtherBytes();
    void gbnfAccepts_data();
    void gbnfAccepts();
    void gbnfRefuses_data();
    void gbnfRefuses();
    void schemaAccepts_data();
    void schemaAccepts();
    void schemaRefuses_data();
    void schemaRefuses();
    void integerRangesAreExact();
    void deepNestingEndsInsteadOfGrowing();
    void ambiguityIsBounded();
    void forgettingStatesChangesNothing();
};

void TestGrammar::characterSetsMatchTheirCharactersAndNoOtherBytes()
{
    std::mt19937 random(3);
    for (int round = 0; round < 12; ++round) {
        CodePointSet set;
        for (int i = 0; i < 4; ++i) {
            const std::uint32_t top = std::array<std::uint32_t, 4>{0x80, 0x900, 0x11000, 0x110000}[random() % 4];
            const std::uint32_t first = random() % top;
            set.add(first, first + random() % (top / 8));
        }
        if (round % 3 == 0)
            set = set.inverted();
        GrammarBuilder builder;
        const int root = builder.addRule("root");
        builder.define(root, oneOf(set));
        const auto grammar = builder.finish(root, "The set");
        QVERIFY(grammar.ok());
        GrammarAutomaton automaton(std::make_shared<Grammar>(*grammar));
        for (char32_t c = 0; c <= kLastCodePoint; c += (c < 0x3000 ? 1 : 7)) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            GrammarAutomaton::State state = automaton.start();
            for (const char byte : utf8Of(c)) {
                if (state != GrammarAutomaton::kDead)
                    state = automaton.next(state, static_cast<unsigned char>(byte));
            }
            QCOMPARE(state != GrammarAutomaton::kDead && automaton.mayEnd(state), set.contains(c));
        }
        for (const char *wrong : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "\x80", "\xFF"})
            QVERIFY(!accepts(*grammar, wrong));
    }
}

void TestGrammar::gbnfAccepts_data()
{
    QTest::addColumn<QString>("grammar");
    QTest::addColumn<QStringList>("accepted");
    QTest::addColumn<QStringList>("rejected");
    const auto row = [](const char *name, const char *grammar, const QStringList &accepted, const QStringList &rejected) {
        QTest::newRow(name) << QString::fromUtf8(grammar) << accepted << rejected;
    };
    row("a literal", "root ::= \"yes\"", {"yes"}, {"", "ye", "yess", "no"});
    row("alternatives, empty ones too", "root ::= \"a\" | | \"bc\"", {"a", "", "bc"}, {"b", "abc"});
    row("a class with ranges", "root ::= [a-cx]", {"a", "b", "c", "x"}, {"d", "", "aa", "-"});
    row("a class with a dash at its end", "root ::= [a-]", {"a", "-"}, {"b"});
    row("an inverted class is of characters, not bytes", "root ::= [^a]", {"b", "é", "€", "😀"}, {"a", "", "éé"});
    row("any character", "root ::= ..", {"aé", "\n "}, {"a", "abc"});
    row("repetitions", "root ::= \"a\"? \"b\"* \"c\"+", {"c", "acc", "bbc", "abccc"}, {"", "ab", "aac"});
    row("exactly", "root ::= \"ab\"{2}", {"abab"}, {"ab", "ababab"});
    row("at least", "root ::= [0-9]{2,}", {"12", "12345"}, {"1", ""});
    row("between", "root ::= [0-9]{1,3} \"!\"", {"1!", "12!", "123!"}, {"!", "1234!"});
    row("none at all", "root ::= \"a\"{0} \"b\"", {"b"}, {"ab"});
    row("repeated empty things", "root ::= (\"a\"*)* \"b\"", {"b", "aab"}, {"a", "ba"});
    row("groups", "root ::= (\"a\" | \"b\" (\"c\" | \"d\")) \"e\"", {"ae", "bce", "bde"}, {"be", "ace"});
    row("rules in any order, recursion", "root ::= list\nlist ::= \"[\" (item (\",\" item)*)? \"]\"\nitem ::= [0-9] | list",
        {"[]", "[1]", "[1,[2,[]],3]"}, {"[", "[1,]", "[1 2]", "[[]"});
    row("right recursion", "root ::= \"a\" root | \"b\"", {"b", "aaab"}, {"a", "ba"});
    row("comments and blank lines", "# what\n\nroot ::= # begin\n  \"a\" # a\n\n# end", {"a"}, {"b"});
    row("lines go on behind | and within groups", "root ::= \"a\" |\n  \"b\"\n\nother ::= (\n\"c\"\n\"d\"\n)", {"a", "b"}, {"c"});
    row("escapes", R"(root ::= "\n\t\\\"\x41\u00e9\U0001F600" [\]\-\x42])", {"\n\t\\\"Aé😀]", "\n\t\\\"Aé😀B"}, {"\n\t\\\"Aé😀A"});
    row("a class of characters beyond ASCII", "root ::= [а-яё]+", {"привет", "ё"}, {"hello", "Привет"});
    row("Windows ends of lines", "root ::= \"a\" x\r\nx ::= \"b\"\r\n", {"ab"}, {"a"});
    row("ambiguity", "root ::= \"a\"* \"a\"* \"a\"", {"a", "aaaa"}, {"", "b"});
}

void TestGrammar::gbnfAccepts()
{
    QFETCH(QString, grammar);
    QFETCH(QStringList, accepted);
    QFETCH(QStringList, rejected);
    checkTexts(parseGbnf(grammar.toStdString()), accepted, rejected);
}

void TestGrammar::gbnfRefuses_data()
{
    QTest::addColumn<QString>("grammar");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, const QString &grammar, const char *said) { QTest::newRow(name) << grammar << QString(said); };
    row("nothing", "", "no rule \"root\"");
    row("no root", "a ::= \"b\"", "no rule \"root\"");
    row("an unknown rule, where it is used", "root ::= \"a\"\n  b ::= \"c\" missing", "line 2, column 13: there is no rule \"missing\"");
    row("a rule twice", "root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1: the rule \"root\"");
    row("an open quote", "root ::= \"a", "line 1, column 10: the text in quotes is not closed");
    row("an open class", "root ::= [a", "line 1, column 10: the character class is not closed");
    row("an open group", "root ::= (\"a\"", "line 1, column 10: \"(\" without \")\"");
    row("a group too many", "root ::= \"a\")", "line 1, column 13: \")\" without \"(\"");
    row("an empty class", "root ::= []", "the character class is empty");
    row("a backward range", "root ::= [z-a]", "line 1, column 11: the range");
    row("an unknown escape", "root ::= \"\\q\"", "line 1, column 11: the escape is unknown");
    row("half of a surrogate pair", "root ::= \"\\uD800\"", "this is no character");
    row("hexadecimal digits missing", "root ::= \"\\x4\"", "2 hexadecimal digits");
    row("no ::=", "root = \"a\"", "line 1, column 6: \"::=\" is expected");
    row("too many repetitions", "root ::= \"a\"{99999}", "more than 10000 repetitions");
    row("repetitions backwards", "root ::= \"a\"{3,2}", "most is less than its least");
    row("repetitions too large together", "root ::= " + QString("\"a\"{9999} ").repeated(40), "too large");
    row("groups nested too deep", "root ::= " + QString(100, '(') + "\"a\"" + QString(100, ')'), "nested deeper");
    row("left recursion", "root ::= expr\nexpr ::= expr \"+\" [0-9] | [0-9]", "the rule \"expr\" is left-recursive");
    row("left recursion through others", "root ::= a\na ::= b \"x\" | \"y\"\nb ::= a \"z\"", "is left-recursive");
    row("left recursion behind what may be empty", "root ::= \" \"* root \"x\" | \"y\"", "the rule \"root\" is left-recursive");
    row("a rule that is only itself", "root ::= root", "the rule \"root\" is left-recursive");
    row("a rule without end", "root ::= \"a\" loop\nloop ::= \"b\" loop", "the rule \"loop\" never ends");
}

void TestGrammar::gbnfRefuses()
{
    QFETCH(QString, grammar);
    QFETCH(QString, said);
    const auto result = parseGbnf(grammar.toStdString());
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::kInvalidRequest);
    QVERIFY2(result.error().message.find(said.toStdString()) != std::string::npos, messageOf(result));
}

void TestGrammar::schemaAccepts_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QStringList>("accepted");
    QTest::addColumn<QStringList>("rejected");
    const auto row = [](const char *name, const char *schema, const QStringList &accepted, const QStringList &rejected) {
        QTest::newRow(name) << QString::fromUtf8(schema) << accepted << rejected;
    };
    row("anything", "{}", {"1", "\"a\"", "[1, {\"a\": [null]}]", "{}", "true"}, {"", "{", "[1,]", "01", "'a'", "\"\\uD800\"", "1e999"});
    row("types", R"({"type": ["boolean", "null"]})", {"true", "false", "null"}, {"0", "\"true\""});
    row("numbers", R"({"type": "number"})", {"0", "-1", "3.25", "1e5", "-0.5E-10"}, {"", "01", "1.", ".5", "+1", "1e", "NaN"});
    row("integers", R"({"type": "integer"})", {"0", "-12", "999999999999999"}, {"1.0", "1e2", "00", "-", "1000000000000000"});
    row("bounded integers", R"({"type": "integer", "minimum": -5, "exclusiveMaximum": 13})", {"-5", "-1", "0", "9", "12"},
        {"-6", "13", "-0", "-50", "100"});
    row("bounded numbers", R"({"type": "number", "minimum": 0, "maximum": 1})", {"0", "1", "0.5", "0.999", "1.0"},
        {"-0.5", "1.1", "2", "-1"});
    row("numbers around zero", R"({"type": "number", "minimum": -2, "maximum": 3})", {"-2", "-1.99", "-0.5", "0", "2.75", "3"},
        {"-2.5", "3.5", "-3"});
    row("lengths count characters", R"({"type": "string", "minLength": 1, "maxLength": 2})", {"\"a\"", "\"é😀\"", "\"\\n\\u00e9\""},
        {"\"\"", "\"abc\"", "\"\n\""});
    row("a pattern", R"({"type": "string", "pattern": "^[A-Z]{2}-\\d+$"})", {"\"AB-1\"", "\"XY-123\""},
        {"\"A-1\"", "\"AB-\"", "\"AB-1 \""});
    row("a pattern anywhere", R"({"type": "string", "pattern": "a|b"})", {"\"a\"", "\"xxbxx\""}, {"\"x\"", "\"\""});
    row("a pattern with what JSON escapes", R"({"type": "string", "pattern": "^[\"\\\\\\n]$"})", {"\"\\\"\"", "\"\\\\\"", "\"\\n\""},
        {"\"\n\"", "\"\"\"", "\"a\""});
    row("enum and const", R"({"enum": ["red", 1, null, {"a": [2]}]})", {"\"red\"", "1", "null", "{\"a\":[2]}"}, {"\"re\"", "2"});
    row("enum with type", R"({"type": "string", "enum": ["red", 1]})", {"\"red\""}, {"1"});
    row("an object",
        R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}, "c": {}}, "required": ["b"]})",
        {"{\"b\":true}", "{\"a\": 1, \"b\":false}", "{ \"a\":1,\n \"b\": true, \"c\": [] }", "{\"b\":true,\"c\":null}"},
        {"{}", "{\"a\":1}", "{\"b\":true,\"a\":1}", "{\"b\":true,}", "{\"b\":true,\"d\":1}", "{,\"b\":true}", "{\"b\":1}"});
    row("only optional properties", R"({"properties": {"a": {"const": 1}, "b": {"const": 2}}})",
        {"{}", "{ }", "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}"}, {"{,}", "{\"a\":1\"b\":2}", "{\"a\":1,}", "{\"c\":1}"});
    row("more properties of a type, none of them a listed one",
        R"({"properties": {"ab": {"const": 1}}, "additionalProperties": {"type": "boolean"}})",
        {"{}", "{\"ab\":1}", "{\"a\":true}", "{\"abc\":true,\"x\":false}", "{\"ab\":1,\"\":true}"},
        {"{\"ab\":true}", "{\"x\":true,\"ab\":true}", "{\"a\":1}", "{\"\\u0061b\":true}"});
    row("a map", R"({"type": "object", "additionalProperties": {"type": "integer"}})", {"{}", "{\"a\":1,\"b\":2}"}, {"{\"a\":\"b\"}"});
    row("an object of nothing", R"({"type": "object", "additionalProperties": false})", {"{}"}, {"{\"a\":1}"});
    row("arrays", R"({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3})", {"[1]", "[1, 2]", "[ 1,2,3 ]"},
        {"[]", "[1,2,3,4]", "[\"a\"]", "[1 2]", "[,1]"});
    row("arrays without bounds", R"({"type": "array", "items": {"const": 1}})", {"[]", "[ ]", "[1]", "[1,1,1,1]"}, {"[2]", "[1,]"});
    row("a tuple", R"({"prefixItems": [{"const": 1}, {"const": 2}], "items": {"const": 3}, "minItems": 1})", {"[1]", "[1,2]", "[1,2,3,3]"},
        {"[]", "[2]", "[1,3]"});
    row("a closed tuple", R"({"prefixItems": [{"const": 1}, {"const": 2}], "items": false, "minItems": 2})", {"[1,2]"}, {"[1]", "[1,2,3]"});
    row("anyOf", R"({"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]})", {"1", "\"a\""}, {"\"ab\"", "null"});
    row("oneOf beside what is common",
        R"({"type": "object", "properties": {"k": {"const": 0}}, "required": ["k"],
            "oneOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"properties": {"b": {"const": 2}}, "required": ["b"]}]})",
        {"{\"k\":0,\"a\":1}", "{\"k\":0,\"b\":2}"}, {"{\"k\":0}", "{\"a\":1}", "{\"k\":0,\"a\":1,\"b\":2}"});
    row("allOf", R"({"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 5}, {"minimum": 4}]})", {"4", "5"}, {"3", "6"});
    row("references and recursion",
        R"({"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "properties": {"v": {"type": "integer"},
            "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "required": ["v"]}}})",
        {"{\"v\":1}", "{\"v\":1,\"children\":[{\"v\":2,\"children\":[]},{\"v\":3}]}"}, {"{}", "{\"v\":1,\"children\":[1]}"});
    row("recursion to the whole", R"({"type": "array", "items": {"$ref": "#"}, "maxItems": 2})", {"[]", "[[],[[]]]"}, {"[[],[],[]]", "1"});
    row("a name with a slash and a tilde", R"({"$ref": "#/$defs/a~1b~0c", "$defs": {"a/b~c": {"const": 1}}})", {"1"}, {"2"});
    row("names with quotes", R"({"properties": {"a\"b": {"const": 1}}})", {"{\"a\\\"b\":1}"}, {"{\"a\"b\":1}"});
}

void TestGrammar::schemaAccepts()
{
    QFETCH(QString, schema);
    QFETCH(QStringList, accepted);
    QFETCH(QStringList, rejected);
    checkTexts(parseJsonSchema(schema.toStdString()), accepted, rejected);
}

void TestGrammar::schemaRefuses_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, const QString &schema, const char *said) { QTest::newRow(name) << schema << QString(said); };
    row("no JSON", "{", "at \"#\": the text is not JSON");
    row("no schema", "1", "at \"#\": a schema must be an object");
    row("nothing fits", R"({"properties": {"a": false}, "required": ["a"]})", "#/properties/a\": nothing fits");
    row("an unknown type", R"({"properties": {"a/b": {"type": "date"}}})", "#/properties/a~1b/type\": there is no type \"date\"");
    row("not", R"({"items": {"not": {}}})", "#/items/not");
    row("unique items", R"({"type": "array", "uniqueItems": true})", "#/uniqueItems");
    row("a reference elsewhere", R"({"$ref": "http://example.org/x"})", "#/$ref");
    row("a reference to nothing", R"({"$ref": "#/$defs/x"})", "\"#/$defs/x\" is not in the schema");
    row("a reference to itself", R"({"$ref": "#"})", "is left-recursive");
    row("references in a circle", R"({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"})",
        "is left-recursive");
    row("allOf in a circle", R"({"allOf": [{"$ref": "#"}]})", "lead nowhere");
    row("an object that needs itself", R"({"properties": {"a": {"$ref": "#"}}, "required": ["a"]})", "the rule \"#\" never ends");
    row("lengths that exclude each other", R"({"type": "string", "minLength": 3, "maxLength": 2})", "#/maxLength\": no string fits");
    row("lengths beyond reason", R"({"type": "string", "maxLength": 1e9})", "#/maxLength");
    row("bounds that exclude each other", R"({"type": "integer", "minimum": 3, "maximum": 2})", "no number is left");
    row("bounds with fractions", R"({"type": "number", "minimum": 0.5})", "#/minimum");
    row("a look-ahead", R"({"type": "string", "pattern": "(?=a)b"})", "#/pattern");
    row("a back reference", R"({"type": "string", "pattern": "(a)\\1"})", "#/pattern");
    row("allOf of two patterns", R"({"allOf": [{"pattern": "a"}, {"pattern": "b"}]})", "#/allOf/1\": two different \"pattern\"");
    row("an empty enum", R"({"enum": []})", "#/enum");
    row("nested too deep", QString(R"({"items":)").repeated(100) + "{}" + QString("}").repeated(100), "nested deeper");
    row("brackets nested too deep", QString("[").repeated(100000), "nested deeper");
    row("too large", R"({"type": "array", "maxItems": 9999, "items": {"type": "array", "maxItems": 9999,
                         "items": {"type": "string", "maxLength": 9999, "minLength": 9999}}, "minItems": 9999,
                         "prefixItems": [{"type": "string", "minLength": 9999}, {"type": "string", "minLength": 9999, "maxLength": 9999},
                         {"type": "array", "minItems": 9999, "maxItems": 9999}, {"type": "array", "minItems": 9998, "maxItems": 9999},
                         {"type": "array", "minItems": 1, "maxItems": 9999, "items": {"type": "array", "maxItems": 9999}},
                         {"type": "array", "maxItems": 9998}, {"type": "array", "maxItems": 9997}]})",
        "is too large");
}

void TestGrammar::schemaRefuses()
{
    QFETCH(QString, schema);
    QFETCH(QString, said);
    const auto result = parseJsonSchema(schema.toStdString());
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::kInvalidRequest);
    QVERIFY2(result.error().message.find(said.toStdString()) != std::string::npos, messageOf(result));
}

void TestGrammar::integerRangesAreExact()
{
    std::mt19937 random(9);
    for (int round = 0; round < (conclave::test::kSanitized ? 5 : 60); ++round) {
        const int span = round % 2 == 0 ? 30 : 2000;
        const int low = static_cast<int>(random() % static_cast<unsigned>(2 * span)) - span;
        const int high = low + static_cast<int>(random() % static_cast<unsigned>(span));
        const std::string schema =
            R"({"type": "integer", "minimum": )" + std::to_string(low) + R"(, "maximum": )" + std::to_string(high) + "}";
        const auto grammar = parseJsonSchema(schema);
        QVERIFY2(grammar.ok(), messageOf(grammar));
        for (int value = -2 * span; value <= 3 * span; value += 1 + span / 300)
            QCOMPARE(accepts(*grammar, std::to_string(value)), value >= low && value <= high);
        QVERIFY(accepts(*grammar, std::to_string(low)) && accepts(*grammar, std::to_string(high)));
        QVERIFY(!accepts(*grammar, std::to_string(low - 1)) && !accepts(*grammar, std::to_string(high + 1)));
    }
}

void TestGrammar::deepNestingEndsInsteadOfGrowing()
{
    const auto grammar = parseGbnf("root ::= \"(\" root \")\" | \"[\" root \"]\" | \"x\"");
    QVERIFY(grammar.ok());
    GrammarAutomaton automaton(std::make_shared<Grammar>(*grammar));
    GrammarAutomaton::State state = automaton.start();
    int depth = 0;
    while (automaton.next(state, '(') != GrammarAutomaton::kDead && depth < 10000) {
        state = automaton.next(state, '(');
        ++depth;
    }
    QVERIFY(depth >= 200 && depth < 1000);
    state = automaton.next(state, 'x');
    for (int i = 0; i < depth; ++i) {
        QVERIFY(state != GrammarAutomaton::kDead && !automaton.mayEnd(state));
        state = automaton.next(state, ')');
    }
    QVERIFY(automaton.mayEnd(state) && !automaton.mayGoOn(state));
}

void TestGrammar::ambiguityIsBounded()
{
    // Each level doubles the stacks: 2^60 of them, were they not bounded.
    std::string text = "root ::= r0\n";
    for (int i = 0; i < 60; ++i)
        text += QString("r%1 ::= r%2 \"a\" | r%2 \"b\"\n").arg(i).arg(i + 1).toStdString();
    text += "r60 ::= \"x\"";
    const auto grammar = parseGbnf(text);
    QVERIFY2(grammar.ok(), messageOf(grammar));
    GrammarAutomaton automaton(std::make_shared<Grammar>(*grammar));
    GrammarAutomaton::State state = automaton.next(automaton.start(), 'x');
    for (int i = 0; i < 60; ++i) { // whatever was left out, the text can be finished
        QVERIFY(state != GrammarAutomaton::kDead);
        const auto a = automaton.next(state, 'a');
        state = a != GrammarAutomaton::kDead ? a : automaton.next(state, 'b');
    }
    QVERIFY(state != GrammarAutomaton::kDead && automaton.mayEnd(state));
}

void TestGrammar::forgettingStatesChangesNothing()
{
    const auto grammar = parseJsonSchema("{}");
    QVERIFY(grammar.ok());
    const std::string text = R"({"a": [1, {"b": "c\n"}, -2.5e3], "d": null})";
    GrammarAutomaton automaton(std::make_shared<Grammar>(*grammar));
    GrammarAutomaton::State state = automaton.start();
    for (const char byte : text) {
        state = automaton.compact(automaton.next(state, static_cast<unsigned char>(byte)));
        QVERIFY(state != GrammarAutomaton::kDead);
    }
    QVERIFY(automaton.mayEnd(state));
}

QTEST_GUILESS_MAIN(TestGrammar)
#include "test_grammar.moc"
