#include "engine/format/gguf_writer.h"
#include "engine/generate/chart_grammar.h"
#include "engine/generate/chart_tokens.h"
#include "engine/generate/sampler.h"
#include "engine/text/utf8.h"
#include "tests/support/sanitized.h"

#include <QRegularExpression>
#include <QTest>

#include <random>
#include <set>
#include <sstream>

using namespace conclave::engine;

namespace
{

using Ids = std::vector<TokenId>;

/// Reads a written chart again, on its own and strictly: a second description of the format to hold the grammar against.
class StrictReader
{
public:
    StrictReader(const Tokenizer &tokenizer, Ids ids) : m_tokenizer(tokenizer), m_ids(std::move(ids)) {}

    /// Empty: well-formed.
    QString read()
    {
        static const std::set<std::string> kCharts = {"<chart:bar>", "<chart:hbar>", "<chart:line>", "<chart:pie>"};
        const std::string chart = take();
        if (!kCharts.contains(chart)) {
            return QStringLiteral("no chart");
        }
        for (const char *field : {"<title>", "<xlabel>", "<ylabel>", "<unit>"}) {
            if (take() != field || !text(0)) {
                return QStringLiteral("field ") + QLatin1String(field);
            }
        }
        if (take() != "<cal>" || !calibration(chart)) {
            return QStringLiteral("calibration");
        }
        while (peek() == "<series>") {
            take();
            if (!text(1)) {
                return QStringLiteral("series name");
            }
            m_values.emplace_back();
        }
        while (peek() == "<row>") {
            take();
            if (!text(1) || !cells()) {
                return QStringLiteral("row");
            }
            ++m_rows;
        }
        if (m_values.empty() || m_rows == 0) {
            return QStringLiteral("no series or no rows");
        }
        if (take() != "<end>" || take() != "<summary>") {
            return QStringLiteral("end");
        }
        return summary();
    }

    std::size_t series() const { return m_values.size(); }
    int rows() const { return m_rows; }
    int longestText() const { return m_longestText; }

private:
    std::string peek() const { return m_at < m_ids.size() ? m_tokenizer.piece(m_ids[m_at]) : std::string("(nothing)"); }
    bool isControl() const { return m_at < m_ids.size() && m_tokenizer.type(m_ids[m_at]) == TokenType::kControl; }
    std::string take()
    {
        std::string out = isControl() ? peek() : std::string("(text)");
        ++m_at;
        return out;
    }
    std::string plain()
    {
        std::string out;
        for (; m_at < m_ids.size() && !isControl(); ++m_at) {
            out += peek();
        }
        return out;
    }
    bool text(int least)
    {
        const std::size_t from = m_at;
        const std::string bytes = plain();
        const int count = static_cast<int>(m_at - from);
        m_longestText = std::max(m_longestText, count);
        return utf8::validPrefix(bytes) == bytes.size() && count >= least;
    }
    bool number()
    {
        static const QRegularExpression form(QStringLiteral("^-?[0-9]+(\\.[0-9]+)?$"));
        return form.match(QString::fromStdString(plain())).hasMatch();
    }
    bool place(const std::string &axis) { return take().starts_with("<" + axis + ":"); }
    bool calibration(const std::string &chart)
    {
        if (chart == "<chart:pie>") {
            return true;
        }
        const std::string axis = chart == "<chart:hbar>" ? "x" : "y";
        const std::string first = peek();
        const bool one = place(axis) && number();
        return one && peek() != first && place(axis) && number();
    }
    bool cells()
    {
        for (std::set<int> &values : m_values) {
            if (peek() == "<na>") {
                take();
                continue;
            }
            if (!place("x") || !place("y") || !number()) {
                return false;
            }
            values.insert(m_rows);
        }
        return true;
    }
    int index(const std::string &kind)
    {
        const std::string token = take();
        return token.starts_with("<" + kind + ":") ? std::stoi(token.substr(3)) : -1;
    }
    QString summary()
    {
        static const std::set<std::string> kCitations = {"<pt>",    "<max>",  "<min>",   "<first>", "<last>",
                                                         "<total>", "<mean>", "<range>", "<name>",  "<trend>"};
        while (true) {
            const std::string prose = plain();
            if (utf8::validPrefix(prose) != prose.size() || prose.find_first_of("0123456789") != std::string::npos) {
                return QStringLiteral("prose");
            }
            const std::string token = take();
            if (token == "<eos>") {
                return m_at == m_ids.size() ? QString() : QStringLiteral("more after the end");
            }
            const int series = index("s");
            if (!kCitations.contains(token) || series < 0 || series >= static_cast<int>(m_values.size())) {
                return QStringLiteral("citation");
            }
            const std::set<int> &values = m_values[static_cast<std::size_t>(series)];
            if (token != "<name>" && values.empty()) {
                return QStringLiteral("citation of a series without values");
            }
            if (token == "<pt>" && !values.contains(index("r"))) {
                return QStringLiteral("citation of a missing cell");
            }
        }
    }

    const Tokenizer &m_tokenizer;
    Ids m_ids;
    std::size_t m_at = 0;
    std::vector<std::set<int>> m_values; ///< for each series the rows with a value
    int m_rows = 0;
    int m_longestText = 0;
};

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
    void vocabularyWithoutTheFormatIsRefused();

private:
    /// Ids of control tokens in angle brackets, and of the characters between them.
    Ids idsOf(const QString &written) const
    {
        Ids out;
        static const QRegularExpression part(QStringLiteral("<[a-z]+(:[a-z0-9]+)?>|<0x[0-9A-F]{2}>|."));
        auto match = part.globalMatch(written);
        while (match.hasNext()) {
            QString text = match.next().captured();
            text.replace(QLatin1Char(' '), QStringLiteral("▁"));
            const TokenId id = m_tokenizer->find(text.toStdString());
            if (id < 0) {
                qWarning("no token %s", qPrintable(text));
            }
            out.push_back(id);
        }
        return out;
    }
    bool acceptAll(ChartGrammar &grammar, const Ids &ids) const
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
        for (TokenId id = 0; id < static_cast<TokenId>(mask.size() * 64); ++id) {
            if (isAllowed(mask, id)) {
                out.push_back(id);
            }
        }
        return out;
    }
    Ids walk(std::mt19937 &random, ChartGrammar &grammar) const;

    std::unique_ptr<Tokenizer> m_tokenizer;
    std::shared_ptr<const ChartTokens> m_tokens;
};

void TestChartGrammar::initTestCase()
{
    const auto file = GgufFile::open(CONCLAVE_TEST_DATA "/conclave/tiny.gguf");
    QVERIFY(file.ok());
    auto tokenizer = loadTokenizer(*file);
    QVERIFY(tokenizer.ok());
    m_tokenizer = std::move(*tokenizer);
    auto tokens = ChartTokens::prepare(*m_tokenizer);
    QVERIFY2(tokens.ok(), tokens.ok() ? "" : tokens.error().message.c_str());
    m_tokens = *tokens;
}

/// A kind of token first, then one of the kind, so that rare structure is not drowned by the thousand words of text.
Ids TestChartGrammar::walk(std::mt19937 &random, ChartGrammar &grammar) const
{
    Ids out;
    while (!grammar.finished()) {
        std::vector<Ids> kinds(3);
        for (const TokenId id : list(grammar.allowed())) {
            const TokenType type = m_tokenizer->type(id);
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
    for (int round = 0; round < (conclave::test::kSanitized ? 300 : 10000); ++round) {
        ChartGrammar grammar(m_tokens, {.series = 4, .rows = 5, .textTokens = 6, .numberTokens = 5, .summaryTokens = 20});
        const Ids ids = walk(random, grammar);
        StrictReader reader(*m_tokenizer, ids);
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
    ChartGrammar grammar(m_tokens, {.series = 2, .rows = 3});
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
    StrictReader reader(*m_tokenizer, idsOf(written));
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
    ChartGrammar grammar(m_tokens, {.series = 2, .rows = 2, .textTokens = 5, .numberTokens = 4, .summaryTokens = 3});
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
    ChartGrammar grammar(m_tokens, {.series = 1000, .rows = 1000});
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
        ChartGrammar grammar(m_tokens, {.rows = 6, .summaryTokens = 30});
        Ids ids;
        while (!grammar.finished()) {
            std::vector<float> logits(static_cast<std::size_t>(m_tokenizer->size()));
            std::generate(logits.begin(), logits.end(), [&] { return 4 * normal(random); });
            ids.push_back(sampler.sample(logits, ids, grammar.allowed()).id);
            QVERIFY(grammar.accept(ids.back()));
        }
        StrictReader reader(*m_tokenizer, ids);
        QCOMPARE(reader.read(), QString());
    }
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
