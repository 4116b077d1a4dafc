#include "engine/format/gguf_writer.h"
#include "engine/generate/chart_grammar.h"
#include "engine/generate/chart_prompt.h"
#include "engine/generate/chart_tokens.h"
#include "engine/generate/sampler.h"
#include "tests/engine/strict_chart_reader.h"
#include "tests/support/sanitized.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <bit>
#include <random>

using namespace conclave::engine;

namespace
{

using Ids = std::vector<TokenId>;

} // namespace

class TestChartGrammar : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void randomWalksAreWellFormed();
    void everyAllowedTokenIsAccepted();
    void acceptsCharts_data();
    void acceptsCharts();
    void refusesContinuations_data();
    void refusesContinuations();
    void limitsAreKept();
    void limitsAreBoundedByTheVocabulary();
    void refusedTokensChangeNothing();
    void samplerStaysInside();
    void walksThroughTheWholeFormat();
    void acceptsWhatTheRecipeWrites();
    void refusesInTheWholeFormat_data();
    void refusesInTheWholeFormat();
    void whatTheModelDoesNotChooseIsForced();
    void answersSpeakOfWhatIsNamed_data();
    void answersSpeakOfWhatIsNamed();
    void withoutAPictureThereAreSayings();
    void promptsOfConversations();
    void vocabularyWithoutTheFormatIsRefused();

private:
    /// Ids of control tokens in angle brackets, and of the characters between them.
    Ids idsOf(const QString &written) const { return idsOf(written, *m_tokenizer); }
    static Ids idsOf(const QString &written, const Tokenizer &tokenizer)
    {
        Ids out;
        static const QRegularExpression part(QStringLiteral("<[a-z]+(:[a-z0-9]+)?>|<0x[0-9A-F]{2}>|."));
        auto match = part.globalMatch(written);
        while (match.hasNext()) {
            QString text = match.next().captured();
            text.replace(QLatin1Char(' '), QStringLiteral("▁"));
            const TokenId id = tokenizer.find(text.toStdString());
            if (id < 0) {
                qWarning("no token %s", qPrintable(text));
            }
            out.push_back(id);
        }
        return out;
    }
    static bool acceptAll(ChartGrammar &grammar, const Ids &ids)
    {
        return std::all_of(ids.begin(), ids.end(), [&grammar](TokenId id) { return grammar.accept(id); });
    }
    QStringList names(std::span<const std::uint64_t> mask) const
    {
        QStringList out;
        for (TokenId id = 0; id < m_tokenizer->size(); ++id) {
            if (isAllowed(mask, id)) {
                out << QString::fromStdString(m_tokenizer->piece(id));
            }
        }
        return out;
    }
    static Ids list(std::span<const std::uint64_t> mask)
    {
        Ids out;
        for (std::size_t word = 0; word < mask.size(); ++word) {
            for (std::uint64_t bits = mask[word]; bits != 0; bits &= bits - 1) {
                out.push_back(static_cast<TokenId>(word * 64) + std::countr_zero(bits));
            }
        }
        return out;
    }
    Ids walk(std::mt19937 &random, const Tokenizer &tokenizer, ChartGrammar &grammar) const;

    std::unique_ptr<Tokenizer> m_tokenizer; ///< of the first format
    std::shared_ptr<const ChartTokens> m_tokens;
    std::unique_ptr<Tokenizer> m_whole; ///< of the whole format
    std::shared_ptr<const ChartTokens> m_wholeTokens;
};

void TestChartGrammar::initTestCase()
{
    const auto prepare = [](const char *path, std::unique_ptr<Tokenizer> &tokenizer, std::shared_ptr<const ChartTokens> &tokens) {
        const auto file = GgufFile::open(path);
        QVERIFY(file.ok());
        auto loaded = loadTokenizer(*file);
        QVERIFY(loaded.ok());
        tokenizer = std::move(*loaded);
        auto prepared = ChartTokens::prepare(*tokenizer);
        QVERIFY2(prepared.ok(), prepared.ok() ? "" : prepared.error().message.c_str());
        tokens = *prepared;
    };
    prepare(CONCLAVE_TEST_DATA "/conclave/tiny.gguf", m_tokenizer, m_tokens);
    prepare(CONCLAVE_TEST_DATA "/conclave/reader.gguf", m_whole, m_wholeTokens);
    QVERIFY(!m_tokens->answers() && m_wholeTokens->answers());
}

/// A kind of token first, then one of the kind, so that rare structure is not drowned by the thousand words of text.
Ids TestChartGrammar::walk(std::mt19937 &random, const Tokenizer &tokenizer, ChartGrammar &grammar) const
{
    Ids out;
    while (!grammar.finished()) {
        std::vector<Ids> kinds(3);
        for (const TokenId id : list(grammar.allowed())) {
            const TokenType type = tokenizer.type(id);
            kinds[type == TokenType::kControl ? 0 : type == TokenType::kByte ? 1 : 2].push_back(id);
        }
        std::erase_if(kinds, [](const Ids &kind) { return kind.empty(); });
        if (kinds.empty()) {
            return {};
        }
        const Ids &kind = kinds[random() % kinds.size()];
        out.push_back(kind[random() % kind.size()]);
        if (!grammar.accept(out.back()) || out.size() > 100000) {
            return {};
        }
    }
    return out;
}

void TestChartGrammar::randomWalksAreWellFormed()
{
    std::mt19937 random(11);
    std::size_t mostSeries = 0;
    int mostRows = 0;
    for (int round = 0; round < (conclave::test::kSanitized ? 300 : 3000); ++round) {
        ChartGrammar grammar(m_tokens, {}, {.series = 4, .rows = 5, .textTokens = 6, .numberTokens = 5, .summaryTokens = 20});
        const Ids ids = walk(random, *m_tokenizer, grammar);
        StrictChartReader reader(*m_tokenizer, ids, false);
        const QString wrong = reader.read();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong + QStringLiteral(": ") + QString::fromStdString(m_tokenizer->decode(ids))));
        QVERIFY(reader.longestText() <= 6);
        mostSeries = std::max(mostSeries, reader.series());
        mostRows = std::max(mostRows, reader.rows());
        QVERIFY(list(grammar.allowed()).empty());
    }
    QCOMPARE(mostSeries, std::size_t{4});
    QCOMPARE(mostRows, 5);
}

void TestChartGrammar::everyAllowedTokenIsAccepted()
{
    std::mt19937 random(2);
    ChartGrammar grammar(m_tokens, {}, {.series = 2, .rows = 3});
    while (!grammar.finished()) {
        const Ids allowed = list(grammar.allowed());
        for (TokenId id = -1; id <= m_tokenizer->size(); ++id) {
            ChartGrammar copy = grammar;
            QCOMPARE(copy.accept(id), isAllowed(grammar.allowed(), id));
        }
        QVERIFY(grammar.accept(allowed[random() % allowed.size()]));
    }
}

void TestChartGrammar::acceptsCharts_data()
{
    QTest::addColumn<QString>("written");
    const QString head = QStringLiteral("<title> T<xlabel><ylabel> Y2<unit>%<cal>");
    QTest::newRow("a bar chart") << QStringLiteral("<chart:bar>") + head +
                                        QStringLiteral("<y:5>0<y:90>100<series>A<row>q<x:1><y:2>5.25<row>w<x:3><y:4>-7<end><summary> Max "
                                                       "<max><s:0>, and <pt><s:0><r:1>.<eos>");
    QTest::newRow("a horizontal one") << QStringLiteral("<chart:hbar>") + head +
                                             QStringLiteral("<x:5>0<x:90>100<series>A<series>B<row>q<x:1><y:2>5<na><end><summary><eos>");
    QTest::newRow("a pie") << QStringLiteral("<chart:pie><title><xlabel><ylabel><unit><cal><series>Value<row>q<x:1><y:2>50<end><summary> "
                                             "<name><s:0><eos>");
    QTest::newRow("a line with nothing in it") << QStringLiteral("<chart:line>") + head +
                                                      QStringLiteral("<y:1>-5<y:2>5<series>A<row>q<na><end><summary>Empty<eos>");
    QTest::newRow("letters of two bytes") << QStringLiteral(
        "<chart:pie><title><0xC3><0xA5>é<xlabel><ylabel><unit><cal><series><0xF0><0x9F><0x99>"
        "<0x82><row>q<x:1><y:2>50<end><summary><eos>");
}

void TestChartGrammar::acceptsCharts()
{
    QFETCH(QString, written);
    ChartGrammar grammar(m_tokens);
    for (const TokenId id : idsOf(written)) {
        QVERIFY2(!grammar.finished(), "more after the end");
        QVERIFY2(grammar.accept(id), m_tokenizer->piece(id).c_str());
    }
    QVERIFY(grammar.finished());
    StrictChartReader reader(*m_tokenizer, idsOf(written), false);
    QCOMPARE(reader.read(), QString());
}

void TestChartGrammar::refusesContinuations_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("next");
    const QString head = QStringLiteral("<chart:bar><title><xlabel><ylabel><unit><cal>");
    const QString ticks = head + QStringLiteral("<y:5>0<y:90>100");
    const QString row = ticks + QStringLiteral("<series>A<series>B<row>q<x:1><y:2>5");
    const QString summary = row + QStringLiteral("<na><row>w<na><na><end><summary>");
    const auto refuse = [](const char *name, const QString &written, const char *next) {
        QTest::newRow(name) << written << QString::fromUtf8(next);
    };
    refuse("bos", QString(), "<bos>");
    refuse("text before the chart", QString(), "a");
    refuse("title left out", QStringLiteral("<chart:bar>"), "<xlabel>");
    refuse("fields out of order", QStringLiteral("<chart:bar><title>"), "<ylabel>");
    refuse("a field twice", QStringLiteral("<chart:bar><title>"), "<title>");
    refuse("end in a title", QStringLiteral("<chart:bar><title>a"), "<eos>");
    refuse("a control byte in text", QStringLiteral("<chart:bar><title>a"), "<0x0A>");
    refuse("a lone continuation byte", QStringLiteral("<chart:bar><title>a"), "<0xA9>");
    refuse("a letter inside of a character", QStringLiteral("<chart:bar><title><0xC3>"), "a");
    refuse("a tag inside of a character", QStringLiteral("<chart:bar><title><0xC3>"), "<xlabel>");
    refuse("an overlong character", QStringLiteral("<chart:bar><title><0xE0>"), "<0x80>");
    refuse("a surrogate", QStringLiteral("<chart:bar><title><0xED>"), "<0xA0>");
    refuse("a tick on the wrong axis", head, "<x:5>");
    refuse("ticks of a horizontal chart on y", QStringLiteral("<chart:hbar><title><xlabel><ylabel><unit><cal>"), "<y:5>");
    refuse("no ticks", head, "<series>");
    refuse("ticks of a pie", QStringLiteral("<chart:pie><title><xlabel><ylabel><unit><cal>"), "<y:5>");
    refuse("a tick without a number", head + QStringLiteral("<y:5>"), "<y:6>");
    refuse("both ticks at one place", head + QStringLiteral("<y:5>0"), "<y:5>");
    refuse("one tick", head + QStringLiteral("<y:5>0"), "<series>");
    refuse("three ticks", ticks, "<y:20>");
    refuse("a series without a name", ticks + QStringLiteral("<series>"), "<row>");
    refuse("a letter in a number", head + QStringLiteral("<y:5>1"), "a");
    refuse("a comma in a number", head + QStringLiteral("<y:5>1"), ",");
    refuse("a second sign", head + QStringLiteral("<y:5>-"), "-");
    refuse("a sign after a digit", head + QStringLiteral("<y:5>1"), "-");
    refuse("a point first", head + QStringLiteral("<y:5>"), ".");
    refuse("a second point", head + QStringLiteral("<y:5>1.5"), ".");
    refuse("a number that ends at its sign", head + QStringLiteral("<y:5>-"), "<y:6>");
    refuse("a number that ends at its point", head + QStringLiteral("<y:5>1."), "<y:6>");
    refuse("a row without a name", ticks + QStringLiteral("<series>A<row>"), "<na>");
    refuse("a cell that begins with y", ticks + QStringLiteral("<series>A<row>q"), "<y:1>");
    refuse("a cell without y", ticks + QStringLiteral("<series>A<row>q<x:1>"), "5");
    refuse("a cell without a number", ticks + QStringLiteral("<series>A<row>q<x:1><y:2>"), "<end>");
    refuse("a row that ends early", row, "<row>");
    refuse("a table that ends in a row", row, "<end>");
    refuse("more cells than series", row + QStringLiteral("<na>"), "<na>");
    refuse("more series after a row", row + QStringLiteral("<na>"), "<series>");
    refuse("no summary", row + QStringLiteral("<na><end>"), "<eos>");
    refuse("a digit in prose", summary, "7");
    refuse("a series that does not exist", summary + QStringLiteral("<name>"), "<s:2>");
    refuse("a series without values", summary + QStringLiteral("<max>"), "<s:1>");
    refuse("a citation without a series", summary + QStringLiteral("<max>"), "a");
    refuse("a row that does not exist", summary + QStringLiteral("<pt><s:0>"), "<r:2>");
    refuse("a cell that is missing", summary + QStringLiteral("<pt><s:0>"), "<r:1>");
    refuse("the end in a citation", summary + QStringLiteral("<pt>"), "<eos>");
    refuse("a row for another citation", summary + QStringLiteral("<max><s:0>"), "<r:0>");
    refuse("anything after the end", summary + QStringLiteral("<eos>"), "<eos>");
}

void TestChartGrammar::refusesContinuations()
{
    QFETCH(QString, written);
    QFETCH(QString, next);
    ChartGrammar grammar(m_tokens);
    QVERIFY(acceptAll(grammar, idsOf(written)));
    const Ids ids = idsOf(next);
    QCOMPARE(ids.size(), std::size_t{1});
    QVERIFY(!isAllowed(grammar.allowed(), ids[0]));
    QVERIFY(!grammar.accept(ids[0]));
}

void TestChartGrammar::limitsAreKept()
{
    ChartGrammar grammar(m_tokens, {}, {.series = 2, .rows = 2, .textTokens = 5, .numberTokens = 4, .summaryTokens = 3});
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<chart:bar><title>ab"))));
    QVERIFY(!isAllowed(grammar.allowed(), idsOf(QStringLiteral("<0xF0>"))[0])); // four bytes would not fit any more
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("cde"))));
    QCOMPARE(names(grammar.allowed()), QStringList{QStringLiteral("<xlabel>")});
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<xlabel><ylabel><unit><cal><y:1>-12"))));
    QVERIFY(!isAllowed(grammar.allowed(), idsOf(QStringLiteral("."))[0])); // no room for a digit behind it
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("3"))));
    QVERIFY(!isAllowed(grammar.allowed(), idsOf(QStringLiteral("4"))[0]));
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<y:2>5<series>a<series>b"))));
    QVERIFY(!isAllowed(grammar.allowed(), idsOf(QStringLiteral("<series>"))[0]));
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<row>a<na><na><row>b<na><na>"))));
    QCOMPARE(names(grammar.allowed()), QStringList{QStringLiteral("<end>")});
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<end><summary>a"))));
    QVERIFY(!isAllowed(grammar.allowed(), idsOf(QStringLiteral("<max>"))[0])); // no cell has a value
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<name><s:1>b"))));
    QCOMPARE(names(grammar.allowed()), QStringList{QStringLiteral("<eos>")});
}

void TestChartGrammar::limitsAreBoundedByTheVocabulary()
{
    ChartGrammar grammar(m_tokens, {}, {.series = 1000, .rows = 1000});
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<chart:pie><title><xlabel><ylabel><unit><cal>"))));
    int series = 0;
    const TokenId tag = m_tokenizer->find("<series>");
    while (isAllowed(grammar.allowed(), tag)) {
        QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<series>a"))));
        ++series;
    }
    QVERIFY(m_tokenizer->find("<s:" + std::to_string(series - 1) + ">") >= 0);
    QVERIFY(m_tokenizer->find("<s:" + std::to_string(series) + ">") < 0);
    int rows = 0;
    while (isAllowed(grammar.allowed(), m_tokenizer->find("<row>"))) {
        QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<row>a"))));
        for (int i = 0; i < series; ++i) {
            QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<x:1><y:1>1"))));
        }
        ++rows;
    }
    QVERIFY(m_tokenizer->find("<r:" + std::to_string(rows - 1) + ">") >= 0);
    QVERIFY(m_tokenizer->find("<r:" + std::to_string(rows) + ">") < 0);
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<end><summary><pt><s:0><r:%1><eos>").arg(rows - 1))));
}

void TestChartGrammar::refusedTokensChangeNothing()
{
    ChartGrammar grammar(m_tokens);
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<chart:bar><title>a"))));
    const Ids before = list(grammar.allowed());
    for (const TokenId id : {TokenId{-1}, TokenId{1000000}, m_tokenizer->find("<eos>"), m_tokenizer->find("<pad>")}) {
        QVERIFY(!grammar.accept(id));
    }
    QVERIFY(list(grammar.allowed()) == before);
    QVERIFY(!grammar.finished());
}

void TestChartGrammar::samplerStaysInside()
{
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    Sampling sampling;
    sampling.temperature = 1.5F;
    for (int round = 0; round < 20; ++round) {
        sampling.seed = static_cast<std::uint64_t>(round);
        Sampler sampler(sampling);
        ChartGrammar grammar(m_tokens, {}, {.rows = 6, .summaryTokens = 30});
        Ids ids;
        while (!grammar.finished()) {
            std::vector<float> logits(static_cast<std::size_t>(m_tokenizer->size()));
            std::generate(logits.begin(), logits.end(), [&] { return 4 * normal(random); });
            ids.push_back(sampler.sample(logits, ids, grammar.allowed()).id);
            QVERIFY(grammar.accept(ids.back()));
        }
        StrictChartReader reader(*m_tokenizer, ids, false);
        QCOMPARE(reader.read(), QString());
    }
}

void TestChartGrammar::walksThroughTheWholeFormat()
{
    std::mt19937 random(12);
    int mostAxes = 0;
    int longest = 0;
    for (int round = 0; round < (conclave::test::kSanitized ? 50 : 500); ++round) {
        ChartGrammar grammar(m_wholeTokens, {},
                             {.series = 4, .rows = 5, .textTokens = 6, .numberTokens = 5, .summaryTokens = 20, .expressionTokens = 12});
        const Ids ids = walk(random, *m_whole, grammar);
        StrictChartReader reader(*m_whole, ids, true);
        const QString wrong = reader.read();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong + QStringLiteral(": ") + QString::fromStdString(m_whole->decode(ids))));
        mostAxes = std::max(mostAxes, reader.axes());
        longest = std::max(longest, reader.longestExpression());
        QVERIFY(reader.series() <= 4 && reader.rows() <= 5);
    }
    QVERIFY(mostAxes > 1);
    QVERIFY2(longest > 12 && longest < 60, qPrintable(QString::number(longest)));
}

/// Strings of training/conclave/targets.py over all kinds: table, summary and answers, as the program has them written.
void TestChartGrammar::acceptsWhatTheRecipeWrites()
{
    QFile file(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/written.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray charts = QJsonDocument::fromJson(file.readAll()).array();
    QVERIFY(charts.size() >= 40);
    for (const auto &chart : charts) {
        const std::string table = chart.toObject()["table"].toString().toStdString();
        for (const auto &answer : chart.toObject()["answers"].toArray()) {
            const QString question = answer.toObject()["question"].toString();
            if (question == QLatin1String("?")) { // an expression at random
                continue;
            }
            const std::string written = answer.toObject()["written"].toString().toStdString();
            const std::vector<Message> messages = {
                {Role::kUser, {}, {std::make_shared<Image>()}}, {Role::kAssistant, table, {}}, {Role::kUser, question.toStdString(), {}}};
            ChartPrompt prompt = chartPrompt(messages, *m_whole);
            ChartGrammar grammar(m_wholeTokens, {true, prompt.question, -1});
            Ids ids = prompt.given();
            QCOMPARE(m_whole->decode(prompt.table), table);
            if (question.isEmpty()) {
                ids.push_back(m_wholeTokens->summary);
            }
            const Ids said = writtenTokens(written, *m_whole);
            ids.insert(ids.end(), said.begin(), said.end());
            ids.push_back(m_wholeTokens->eos);
            for (const TokenId id : ids) {
                QVERIFY2(grammar.accept(id), (m_whole->piece(id) + " in " + table + written).c_str());
            }
            QVERIFY(grammar.finished());
        }
    }
}

void TestChartGrammar::refusesInTheWholeFormat_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("next");
    const auto refuse = [](const char *name, const QString &written, const char *next) {
        QTest::newRow(name) << written << QString::fromUtf8(next);
    };
    const QString fields = QStringLiteral("<title>T<xlabel><ylabel><unit>");
    const QString line = QStringLiteral("<chart:line>") + fields + QStringLiteral("<cal>");
    const QString combo = QStringLiteral("<chart:combo>") + fields + QStringLiteral("<cal><y:9>0<y:2>1<series>A");
    const QString row = QStringLiteral("<y:9>0<y:2>1<series>A<series>B<row>q<x:1><y:2>5<na><row>w<na><na><end><summary>");
    const QString said = line + row + QStringLiteral("<lang:de>");
    const QString calc = said + QStringLiteral("<calc>");
    refuse("more of a picture that is no chart", QStringLiteral("<chart:nochart><end>"), "<summary>");
    refuse("a title of what is no chart", QStringLiteral("<chart:nochart>"), "<title>");
    refuse("a logarithm behind a tick", line + QStringLiteral("<y:9>1"), "<log>");
    refuse("no ticks on a logarithmic axis", line + QStringLiteral("<log>"), "<series>");
    refuse("a negative tick of a logarithmic axis", line + QStringLiteral("<log><y:9>"), "-");
    refuse("a second axis of a line", line + QStringLiteral("<y:9>0<y:2>1<series>A"), "<cal>");
    refuse("a second label of a line", line + QStringLiteral("<y:9>0<y:2>1<series>A"), "<ylabel>");
    refuse("an axis of rows of a line", line + QStringLiteral("<y:9>0<y:2>1"), "<cal>");
    refuse("an axis without a series", combo + QStringLiteral("<cal><y:9>0<y:2>1"), "<cal>");
    refuse("an axis without a series at the end", combo + QStringLiteral("<cal><y:9>0<y:2>1"), "<row>");
    refuse("a label without a unit", combo + QStringLiteral("<ylabel>a"), "<cal>");
    refuse("ticks of x first", QStringLiteral("<chart:scatter>") + fields + QStringLiteral("<cal>"), "<x:1>");
    refuse("rows along y", QStringLiteral("<chart:scatter>") + fields + QStringLiteral("<cal><y:9>0<y:2>1<cal>"), "<y:1>");
    refuse("a third axis of a scatter", QStringLiteral("<chart:scatter>") + fields + QStringLiteral("<cal><y:9>0<y:2>1<cal><x:1>0<x:2>1"),
           "<cal>");
    refuse("ticks of a heatmap", QStringLiteral("<chart:heatmap>") + fields + QStringLiteral("<cal>"), "<y:1>");
    refuse("ticks of horizontal boxes on y", QStringLiteral("<chart:hbox>") + fields + QStringLiteral("<cal>"), "<y:1>");
    refuse("prose without a language", line + row, "a");
    refuse("two languages", said, "<lang:en>");
    refuse("nothing", said, "<eos>");
    refuse("that it is no chart", said, "<say:nochart>");
    refuse("a sentence behind words", said + QStringLiteral("a"), "<say:absent>");
    refuse("words behind a sentence", said + QStringLiteral("<say:absent>"), "a");
    refuse("a field without a text", said, "<xlabel>");
    refuse("an operation outside of an expression", said, "<add>");
    refuse("a comparison outside of an expression", said, "<gt>");
    refuse("nothing to calculate", calc, "<eos>");
    refuse("words to calculate", calc, "a");
    refuse("a number without its mark", calc, "5");
    refuse("a literal of letters", calc + QStringLiteral("<num>"), "a");
    refuse("a literal without a digit", calc + QStringLiteral("<num>-"), "<end>");
    refuse("a literal without an end", calc + QStringLiteral("<num>5"), "a");
    refuse("an expression in an expression's place of words", calc + QStringLiteral("<add>"), "<calc>");
    refuse("a missing operand", calc + QStringLiteral("<add><rows>"), "<eos>");
    refuse("a third operand", calc + QStringLiteral("<add><rows><columns>"), "<rows>");
    refuse("a count without a comparison", calc + QStringLiteral("<count><s:0>"), "<rows>");
    refuse("a count of a series without values", calc + QStringLiteral("<count>"), "<s:1>");
    refuse("the sum of a row without values", calc + QStringLiteral("<sum>"), "<r:1>");
    refuse("a name that is calculated", calc, "<name>");
    refuse("a row that does not exist", said + QStringLiteral("<rowname>"), "<r:2>");
    refuse("the largest of a row without values", said + QStringLiteral("<maxof>"), "<r:1>");
    refuse("the larger of sums", said + QStringLiteral("<larger>"), "<sum>");
    refuse("the larger of one", said + QStringLiteral("<larger><pt><s:0><r:0>"), "<eos>");
    refuse("yes or no without a comparison", said + QStringLiteral("<yesno>"), "<rows>");
    QString deep = calc;
    for (int i = 0; i < 7; ++i) {
        deep += QStringLiteral("<add>");
    }
    refuse("more than eight operands owed", deep, "<add>");
}

void TestChartGrammar::refusesInTheWholeFormat()
{
    QFETCH(QString, written);
    QFETCH(QString, next);
    ChartGrammar grammar(m_wholeTokens);
    for (const TokenId id : idsOf(written, *m_whole)) {
        QVERIFY2(grammar.accept(id), m_whole->piece(id).c_str());
    }
    const Ids ids = idsOf(next, *m_whole);
    QCOMPARE(ids.size(), std::size_t{1});
    QVERIFY(!grammar.accept(ids[0]));
}

void TestChartGrammar::whatTheModelDoesNotChooseIsForced()
{
    const Ids question = idsOf(QStringLiteral("<ask> What?<answer>"), *m_whole);
    const Ids table = idsOf(QStringLiteral("<chart:pie><title><xlabel><ylabel><unit><cal><series>A<row>q<x:1><y:2>50<end>"), *m_whole);
    ChartGrammar grammar(m_wholeTokens, {true, question, m_wholeTokens->language("zh")});
    QVERIFY(acceptAll(grammar, table));
    for (const TokenId id : question) {
        QCOMPARE(list(grammar.allowed()), Ids{id});
        QVERIFY(grammar.accept(id));
    }
    QCOMPARE(list(grammar.allowed()), Ids{m_whole->find("<lang:zh>")});
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<lang:zh><pt><s:0><r:0>"), *m_whole)));
    QVERIFY(isAllowed(grammar.allowed(), m_wholeTokens->ask)); // the model may go on to a question of its own: that is the end, too
    QVERIFY(grammar.accept(m_wholeTokens->ask) && grammar.finished());
    QCOMPARE(m_wholeTokens->language("fr"), -1);
    QCOMPARE(m_tokens->language("de"), -1);
}

/// Two series and five rows, all cells but (North, June) with values.
void TestChartGrammar::answersSpeakOfWhatIsNamed_data()
{
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("answer"); ///< so far
    QTest::addColumn<QStringList>("next");
    const QStringList months = {"<r:0>", "<r:1>", "<r:2>", "<r:3>", "<r:4>"};
    const QStringList both = {"<s:0>", "<s:1>"};
    const auto cell = [](const char *name, const char *question, const char *answer, const QStringList &next) {
        QTest::newRow(name) << QString::fromUtf8(question) << QString::fromUtf8(answer) << next;
    };
    cell("nothing is named", "How much?", "<pt>", both);
    cell("no row is named", "How much is North?", "<pt><s:0>", {"<r:0>", "<r:2>", "<r:3>", "<r:4>"});
    cell("a series and a row", "How much is North in May?", "<pt>", {"<s:0>"});
    cell("and then the row", "How much is North in May?", "<pt><s:0>", {"<r:0>"});
    cell("the longer name", "How much is North Sea in May?", "<pt>", {"<s:1>"});
    cell("in other letters", "how much is NORTH SEA?", "<pt>", {"<s:1>"});
    cell("a short word that only looks like a name", "How much may it be?", "<pt><s:1>", months);
    cell("a part of a word", "How much is Northern?", "<pt>", both);
    cell("a row without a value there", "How much is North in June?", "<pt><s:0>", {"<r:0>", "<r:2>", "<r:3>", "<r:4>"});
    cell("a number", "How much is North in 20?", "<pt><s:0>", {"<r:2>"});
    cell("a part of a number", "How often is North above 20.5?", "<pt><s:0>", {"<r:0>", "<r:2>", "<r:3>", "<r:4>"});
    cell("a number at the end of a sentence", "North in 20.", "<pt><s:0>", {"<r:2>"});
    cell("between characters that have no spaces", "\u6771\u4eac\u306f\u3044\u304f\u3064?", "<pt><s:0>", {"<r:3>"});
    cell("letters beside such characters", "Oslo\u306f\u3044\u304f\u3064?", "<pt><s:0>", {"<r:4>"});
    cell("a letter of another language is a part of a word", "\u00dcOslo?", "<pt><s:1>", months);
    cell("the other one of two rows", "North: 20 or Oslo?", "<larger><pt><s:0><r:2><pt><s:0>", {"<r:4>"});
    cell("the other one of two series", "North or North Sea in May?", "<larger><pt><s:1><r:0><pt>", {"<s:0>"});
    cell("one of two rows was read wrongly", "North: Oslo or Rome?", "<larger><pt><s:0><r:4><pt><s:0>", {"<r:0>", "<r:2>", "<r:3>"});
    cell("the next citation begins anew", "North: Oslo?", "<calc><mean><s:0> of <pt><s:0>", {"<r:4>"});
    cell("cells said for themselves are others than before", "North: 20 or Oslo?", "<pt><s:0><r:4> and <pt><s:0>", {"<r:2>"});
    cell("what was subtracted is told, wherever a name was read wrongly", "North: Oslo minus Rome?",
         "<calc><diff><pt><s:0><r:4><pt><s:0><r:2>: <pt><s:0><r:4> and <pt><s:0>", {"<r:2>"});
    cell("in either order", "North: Oslo minus 20?", "<calc><diff><pt><s:0><r:4><pt><s:0><r:2>: <pt><s:0>", {"<r:2>", "<r:4>"});
    cell("as long as there are any", "North: Oslo?", "<pt><s:0><r:4>, yes, <pt><s:0>", {"<r:4>"});
    cell("what is divided", "North: Oslo divided by 20?", "<calc><div><pt><s:0>", {"<r:4>"});
    cell("and by what", "North: Oslo divided by 20?", "<calc><div><pt><s:0><r:4><pt><s:0>", {"<r:2>"});
    cell("how many times one is the other", "How many times Oslo is 20 in North?", "<calc><div><pt><s:0>", {"<r:2>"});
    cell("how many times as large as the other", "How many times as large is Oslo as 20 in North?", "<calc><div><pt><s:0>", {"<r:4>"});
    cell("a ratio in German", "Verhältnis von Oslo zu May bei North Sea?", "<calc><div><pt><s:1>", {"<r:4>"});
    cell("what a change came to", "How did North Sea change from Oslo to May?", "<calc><sub><pt><s:1>", {"<r:0>"});
    cell("in percent, in German", "Wachstum von North Sea von May bis Oslo?", "<calc><pct><pt><s:1>", {"<r:4>"});
    cell("in Chinese", "North Sea从Oslo到May变化了多少?", "<calc><sub><pt><s:1>", {"<r:0>"});
    cell("more than the other, in Chinese", "North Sea在Oslo比May多多少?", "<calc><sub><pt><s:1>", {"<r:4>"});
    cell("less than the other, in Chinese", "North Sea在Oslo比May少多少?", "<calc><sub><pt><s:1>", {"<r:0>"});
    cell("how much lower", "By how much is North Sea lower in Oslo than in May?", "<calc><sub><pt><s:1>", {"<r:0>"});
    cell("how many percent above the other", "Um wie viel Prozent liegt Oslo über May bei North Sea?", "<calc><pct><pt><s:1>", {"<r:4>"});
    cell("compared to a row that is not the start", "How much more is Oslo compared to May in North Sea?", "<calc><sub><pt><s:1>",
         {"<r:4>"});
    cell("whether one is greater", "Is North Sea higher in Oslo than in May?", "<yesno><gt><pt><s:1>", {"<r:4>"});
    cell("whether one is lower", "Is North Sea lower in Oslo than in May?", "<yesno><gt><pt><s:1>", {"<r:0>"});
    cell("whether it is, less asked for", "Is North Sea lower in Oslo than in May?", "<yesno><lt><pt><s:1>", {"<r:4>"});
    cell("of two series", "Is North Sea greater than North in May?", "<yesno><gt><pt>", {"<s:1>"});
    cell("and the other series", "Is North Sea greater than North in May?", "<yesno><gt><pt><s:1><r:0><pt>", {"<s:0>"});
    cell("what has no value cannot be first", "North: June divided by 20?", "<calc><div><pt><s:0>", {"<r:2>"});
    cell("an order that does not matter", "North Sea: Oslo or 20?", "<calc><diff><pt><s:1>", {"<r:2>", "<r:4>"});
    cell("three rows have no order", "North Sea: May, Oslo, 20?", "<calc><sub><pt><s:1>", {"<r:0>", "<r:2>", "<r:4>"});
    cell("a whole series", "What is the mean of North Sea?", "<calc><mean>", {"<s:1>"});
    cell("a whole row", "Which is largest in Oslo?", "<maxof>", {"<r:4>"});
}

void TestChartGrammar::answersSpeakOfWhatIsNamed()
{
    QFETCH(QString, question);
    QFETCH(QString, answer);
    QFETCH(QStringList, next);
    const std::string table =
        "<chart:line><title>T<xlabel><ylabel><unit><cal><y:9>0<y:2>1<series> North<series> North Sea<row> May<x:1><y:2>5<x:1><y:3>4"
        "<row> June<na><x:2><y:3>4<row> 20<x:3><y:2>5<x:3><y:3>4<row> \u6771\u4eac<x:4><y:2>5<x:4><y:3>4<row> Oslo<x:5><y:2>5<x:5><y:3>4"
        "<end>";
    const std::vector<Message> messages = {
        {Role::kUser, {}, {std::make_shared<Image>()}}, {Role::kAssistant, table, {}}, {Role::kUser, question.toStdString(), {}}};
    const ChartPrompt prompt = chartPrompt(messages, *m_whole);
    ChartGrammar grammar(m_wholeTokens, {true, prompt.question, -1});
    QVERIFY(acceptAll(grammar, prompt.given()));
    QVERIFY(acceptAll(grammar, writtenTokens("<lang:en>" + answer.toStdString(), *m_whole)));
    QStringList allowed;
    for (const TokenId id : list(grammar.allowed())) {
        allowed << QString::fromStdString(m_whole->piece(id));
    }
    QCOMPARE(allowed, next);
}

void TestChartGrammar::withoutAPictureThereAreSayings()
{
    const Ids question = idsOf(QStringLiteral("<ask> Hello<answer>"), *m_whole);
    ChartGrammar grammar(m_wholeTokens, {false, question, -1});
    QVERIFY(acceptAll(grammar, question));
    QCOMPARE(list(grammar.allowed()).size(), std::size_t{3});
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<lang:en>"), *m_whole)));
    Ids sayings = m_wholeTokens->smallTalk;
    std::sort(sayings.begin(), sayings.end());
    QCOMPARE(list(grammar.allowed()), sayings);
    QVERIFY(acceptAll(grammar, idsOf(QStringLiteral("<say:refuse><eos>"), *m_whole)));
    QVERIFY(grammar.finished());
}

void TestChartGrammar::promptsOfConversations()
{
    const auto picture = std::make_shared<Image>();
    const std::string table = "<chart:pie><title> S\u00f8\u20ac\U0001f642<xlabel><ylabel><unit><cal><series> A<row> q w<x:1><y:2>50<end>";
    const Message shown{Role::kUser, {}, {picture}};
    const Message asked{Role::kUser, "Why?", {}};
    const Ids question = idsOf(QStringLiteral("<ask> Why?<answer>"), *m_whole);
    const auto given = [&](const std::vector<Message> &messages, const Tokenizer &tokenizer) {
        return chartPrompt(messages, tokenizer).given();
    };
    QCOMPARE(given({shown}, *m_whole), Ids{});
    QCOMPARE(m_whole->decode(given({asked}, *m_whole)), m_whole->decode(question));
    QCOMPARE(given({asked}, *m_tokenizer), Ids{});                        // the first format has no questions
    QCOMPARE(given({{Role::kUser, "Why?", {picture}}}, *m_whole), Ids{}); // asked behind the table that is to be read
    QCOMPARE(m_whole->decode(chartPrompt(std::vector<Message>{{Role::kUser, "Why?", {picture}}}, *m_whole).question),
             m_whole->decode(question));
    const Message answered{Role::kAssistant, table + "<summary><lang:en>nothing", {}};
    QCOMPARE(m_whole->decode(given({shown, answered, asked}, *m_whole)), table + "<ask> Why?<answer>");
    QCOMPARE(given({shown, {Role::kAssistant, "It rains.", {}}, asked}, *m_whole), Ids{}); // no table: it is read again
    QCOMPARE(given({shown, {Role::kAssistant, "<chart:pie><title>", {}}, asked}, *m_whole), Ids{});
    QCOMPARE(given({shown, answered, shown}, *m_whole), Ids{}); // another picture
}

void TestChartGrammar::vocabularyWithoutTheFormatIsRefused()
{
    const auto file = GgufFile::open(CONCLAVE_TEST_DATA "/models/qwen3moe/model.gguf");
    QVERIFY(file.ok());
    const auto tokenizer = loadTokenizer(*file);
    QVERIFY(tokenizer.ok());
    const auto tokens = ChartTokens::prepare(**tokenizer);
    QVERIFY(!tokens.ok());
    QCOMPARE(tokens.error().code, ErrorCode::kBadMetadata);
    QVERIFY(tokens.error().message.find("<chart:bar>") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestChartGrammar)
#include "test_chart_grammar.moc"
