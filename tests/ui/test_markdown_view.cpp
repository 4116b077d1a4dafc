#include "ui/code/code_lexer.h"
#include "ui/code/code_text.h"
#include "ui/markdown/formula_object.h"
#include "ui/markdown/markdown_builder.h"
#include "ui/math/math_layout.h"

#include <QElapsedTimer>
#include <QPainter>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextTable>

using namespace conclave;
using namespace conclave::ui;

namespace
{

/// "k:int s:"x"": the coloured parts of the lines, one letter for the kind.
QString coloured(const QString &language, const QString &code)
{
    static const QString kLetters = QStringLiteral("pktsnci");
    QStringList out;
    CodeState state = 0;
    for (const QString &line : code.split(u'\n')) {
        for (const CodeSpan &span : partsOf(line, languageOf(language), state)) {
            out.append(kLetters.mid(static_cast<int>(span.part), 1) + u':' + line.mid(span.begin, span.length));
        }
    }
    return out.join(u' ');
}

MarkdownLook look()
{
    return {14, 8, QStringLiteral("monospace"), Qt::gray, Qt::lightGray, Qt::darkGray, Qt::blue};
}

QImage drawn(const MathBox &box)
{
    QImage picture(qCeil(box.width) + 8, qCeil(box.height()) + 8, QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setPen(Qt::black);
    box.paint(painter, {4, box.ascent + 4});
    return picture;
}

bool hasInk(const QImage &picture, const QRect &where)
{
    for (int y = where.top(); y <= where.bottom(); ++y) {
        for (int x = where.left(); x <= where.right(); ++x) {
            if (picture.rect().contains(x, y) && qGray(picture.pixel(x, y)) < 128) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

/// What an answer is made of, without a window: coloured code, laid-out formulas, set Markdown.
class TestMarkdownView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void codeIsColoured_data();
    void codeIsColoured();
    void languagesAreKnownByTheirNames();
    void anyCodeEnds_data();
    void anyCodeEnds();
    void formulasAreLaidOut_data();
    void formulasAreLaidOut();
    void scriptsAndFractionsStandWhereTheyBelong();
    void bracketsGrowWithWhatTheyHold();
    void formulasThatAreNotUnderstood_data();
    void formulasThatAreNotUnderstood();
    void hostileFormulasEnd();
    void listsHang();
    void tablesAreTables();
    void formulasHaveTheirRoom();
    void linksAreWebAndMail_data();
    void linksAreWebAndMail();
};

void TestMarkdownView::codeIsColoured_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *language, const char *code, const char *expected) {
        QTest::addRow("%s: %s", language, code) << QString::fromUtf8(language) << QString::fromUtf8(code) << QString::fromUtf8(expected);
    };
    row("cpp", "return x; // no", "k:return c:// no");
    row("c++", "int f(\"a\\\"b\", 0x1F)", "t:int i:f s:\"a\\\"b\" n:0x1F");
    row("c", "a /* b\nc */ if", "c:/* b c:c */ k:if");
    row("python", "def f(x):  # y", "k:def i:f c:# y");
    row("py", "x = \"\"\"a\nb\"\"\" + None", "s:\"\"\"a s:b\"\"\" t:None");
    row("js", "let s = `a\nb`;", "k:let s:`a s:b`");
    row("ts", "type A = string", "k:type t:string");
    row("json", "{\"a\": [1.5, true, \"b\"]}", "i:\"a\" n:1.5 t:true s:\"b\"");
    row("bash", "echo ${HOME}/a#b $x # c", "t:echo i:${HOME} i:$x c:# c");
    row("sql", "SELECT a FROM b -- c", "k:SELECT k:FROM c:-- c");
    row("html", "<a href=\"x\">if</a>", "k:<a i:href s:\"x\" k:> k:</a k:>");
    row("html", "<!-- a\nb --> <b>", "c:<!-- a c:b --> k:<b k:>");
    row("rust", "let x: &'a str = 'c';", "k:let t:'a t:str s:'c'");
    row("go", "func f() { s := `x` }", "k:func i:f s:`x`");
    row("java", "public class A {}", "k:public k:class");
    row("yaml", "key-a: \"b\" # c", "i:key-a s:\"b\" c:# c");
    row("nonsense", "int return 5 \"x\"", "");
    row("", "int", "");
}

void TestMarkdownView::codeIsColoured()
{
    QFETCH(QString, language);
    QFETCH(QString, code);
    QFETCH(QString, expected);
    QCOMPARE(coloured(language, code), expected);
}

void TestMarkdownView::languagesAreKnownByTheirNames()
{
    QCOMPARE(languageOf(u"C++").name, QStringLiteral("C++"));
    QCOMPARE(languageOf(u"h").name, QStringLiteral("C++"));
    QCOMPARE(languageOf(u"{.python}").fileEnding, QStringLiteral("py"));
    QCOMPARE(languageOf(u"yml").fileEnding, QStringLiteral("yaml"));
    QCOMPARE(languageOf(u"brainfog").fileEnding, QStringLiteral("txt"));
}

void TestMarkdownView::anyCodeEnds_data()
{
    QTest::addColumn<QString>("language");
    for (const char *language : {"cpp", "py", "js", "json", "sh", "sql", "html", "rust", "go", "yaml", "cmake"}) {
        QTest::newRow(language) << QString::fromLatin1(language);
    }
}

void TestMarkdownView::anyCodeEnds()
{
    QFETCH(QString, language);
    QElapsedTimer timer;
    timer.start();
    for (const char *piece :
         {"\"", "'", "`", "\\", "/*", "<", "<a ", "\"\"\"", "#", "$", "${", "a", "9", "'a", "<!--", "\xf0\x9f\x98\x80"}) {
        const QString line = QString::fromUtf8(piece).repeated(20'000);
        CodeState state = 0;
        int end = 0;
        for (const CodeSpan &span : partsOf(line, languageOf(language), state)) {
            QVERIFY(span.begin >= end && span.length > 0);
            end = span.begin + span.length;
        }
        QVERIFY(end <= line.size());
    }
    QVERIFY(timer.elapsed() < 10'000);
}

void TestMarkdownView::formulasAreLaidOut_data()
{
    QTest::addColumn<QString>("latex");
    for (const char *latex : {"x",
                              "a^2 + b^2 = c^2",
                              "\\frac{a}{b}",
                              "\\sqrt{x}",
                              "\\sqrt[3]{x+1}",
                              "x_i^{2n}",
                              "\\alpha\\beta\\Gamma\\omega",
                              "\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}",
                              "\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt\\pi}{2}",
                              "\\lim_{x \\to 0} \\frac{\\sin x}{x}",
                              "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
                              "\\begin{cases} 1 & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}",
                              "\\left( \\frac{1}{2} \\right]",
                              "\\left. f \\right|_{x=0}",
                              "\\begin{aligned} a &= b \\\\ &= c \\end{aligned}",
                              "\\hat{x} \\vec{v} \\bar{y}",
                              "\\mathbb{R} \\mathcal{L} \\mathbf{x} \\mathrm{d}x",
                              "f'(x) = f''",
                              "\\overline{AB} \\underbrace{a+b}_{n}",
                              "\\binom{n}{k}",
                              "\\operatorname{argmax}_\\theta",
                              "A \\xrightarrow{f} B",
                              "a \\bmod b \\pmod{n}",
                              "\\|x\\| \\leq |y|",
                              "\\big( x \\big)",
                              "\\displaystyle \\sum_i x",
                              "\\prod_{k}\\bigcup_i",
                              "x \\not= y",
                              "\\boxed{42}",
                              "5\\% \\$ \\{a\\}",
                              "a \\\\ b",
                              "\\text{für alle } x",
                              "\\nabla \\times \\mathbf{E} = -\\frac{\\partial \\mathbf{B}}{\\partial t}",
                              "P(A \\mid B) = \\frac{P(B \\mid A)P(A)}{P(B)}"}) {
        QTest::newRow(latex) << QString::fromUtf8(latex);
    }
}

void TestMarkdownView::formulasAreLaidOut()
{
    QFETCH(QString, latex);
    const auto formula = parseLatex(latex);
    QVERIFY(formula.has_value());
    for (const bool display : {false, true}) {
        const MathBox box = layOutMath(*formula, 16, display);
        QVERIFY(box.width > 3 && box.width < 600);
        QVERIFY(box.height() > 3 && box.height() < 200);
        const QImage picture = drawn(box);
        QVERIFY(hasInk(picture, picture.rect()));
        for (int x = 0; x < picture.width(); ++x) { // nothing leaves the box
            QVERIFY(!hasInk(picture, QRect(x, 0, 1, 2)) && !hasInk(picture, QRect(x, picture.height() - 2, 1, 2)));
        }
    }
}

void TestMarkdownView::scriptsAndFractionsStandWhereTheyBelong()
{
    const auto box = [](const char *latex, bool display = false) {
        return layOutMath(*parseLatex(QString::fromLatin1(latex)), 20, display);
    };
    QVERIFY(box("x^2").ascent > box("x").ascent + 2);
    QVERIFY(box("x_2").descent > box("x").descent + 2);
    QVERIFY(box("\\frac{a}{b}").descent > 4);
    QVERIFY(box("\\frac{a}{b}", true).height() > box("\\frac{a}{b}").height()); // displayed ones are larger
    QVERIFY(box("\\sum_{i=1}^n", true).width < box("\\sum_{i=1}^n").width);     // above and below, not beside
    QVERIFY(box("a+b").width > box("ab").width + box("+").width);               // an operation has room around it
    QVERIFY(box("-b").width < box("a-b").width - box("a").width);               // a sign has none
    QVERIFY(box("x^{y^{z^{w}}}").width < box("xyzw").width);                    // scripts are smaller
}

void TestMarkdownView::bracketsGrowWithWhatTheyHold()
{
    const auto height = [](const char *latex) { return layOutMath(*parseLatex(QString::fromLatin1(latex)), 20, true).height(); };
    QVERIFY(height("\\left(\\frac{\\frac{a}{b}}{c}\\right)") >= height("\\frac{\\frac{a}{b}}{c}"));
    QVERIFY(height("\\left(x\\right)") < 1.6 * height("(x)"));
    QVERIFY(height("\\Bigg(") > 1.8 * height("("));
}

void TestMarkdownView::formulasThatAreNotUnderstood_data()
{
    QTest::addColumn<QString>("latex");
    for (const char *latex : {"", "  ", "\\frac{a}", "{a", "a}", "x^", "\\undefinedmacro x", "\\begin{tikzpicture}\\end{tikzpicture}",
                              "\\left( x", "\\begin{matrix} a", "\\sqrt[3", "&", "a & b }", "\\\\ \\end{x}", "\\text{a", "\\"}) {
        QTest::newRow(latex) << QString::fromUtf8(latex);
    }
}

void TestMarkdownView::formulasThatAreNotUnderstood()
{
    QFETCH(QString, latex);
    if (latex == QLatin1String("&")) { // two empty cells: nothing to see, nothing wrong
        QVERIFY(parseLatex(latex).has_value());
        return;
    }
    QVERIFY(!parseLatex(latex).has_value());
}

void TestMarkdownView::hostileFormulasEnd()
{
    QElapsedTimer timer;
    timer.start();
    for (const char *piece : {"{", "\\frac", "\\frac{", "\\sqrt{", "^", "_{", "\\left(", "\\hat{", "x^{", "\\begin{matrix}", "a", "\\\\",
                              "&", "\\text{", "'", "\\sum_", "\\mathbf{", "\\middle|"}) {
        for (const int times : {40, 600, 5000}) {
            const auto formula = parseLatex(QString::fromLatin1(piece).repeated(times));
            if (formula) {
                QVERIFY(layOutMath(*formula, 14, true).width >= 0);
            }
        }
    }
    QVERIFY(timer.elapsed() < 10'000);
}

void TestMarkdownView::listsHang()
{
    QTextDocument document;
    buildMarkdown(document, app::readMarkdown(QStringLiteral("3. three\n4. four\n   - below\n\n     second\n")), look());
    QCOMPARE(document.toPlainText(), QStringLiteral("3.\tthree\n4.\tfour\n•\tbelow\nsecond"));
    const QTextBlockFormat outer = document.findBlockByNumber(0).blockFormat();
    const QTextBlockFormat inner = document.findBlockByNumber(2).blockFormat();
    QVERIFY(outer.textIndent() < 0);
    QVERIFY(inner.leftMargin() > outer.leftMargin());
    QCOMPARE(document.findBlockByNumber(3).blockFormat().leftMargin(), inner.leftMargin());
    QCOMPARE(document.findBlockByNumber(3).blockFormat().textIndent(), 0.0);
}

void TestMarkdownView::tablesAreTables()
{
    QTextDocument document;
    buildMarkdown(document, app::readMarkdown(QStringLiteral("| a | b |\n|---|--:|\n| **1** | 2 |")), look());
    const QList<QTextFrame *> frames = document.rootFrame()->childFrames();
    QCOMPARE(frames.size(), 1);
    const auto *table = qobject_cast<QTextTable *>(frames[0]);
    QVERIFY(table);
    QCOMPARE(table->rows(), 2);
    QCOMPARE(table->columns(), 2);
    QCOMPARE(table->cellAt(1, 1).firstCursorPosition().block().text(), QStringLiteral("2"));
    QVERIFY(table->cellAt(1, 1).firstCursorPosition().blockFormat().alignment().testFlag(Qt::AlignRight));
    QVERIFY(document.size().height() < 100); // the empty blocks around a table take no room
}

void TestMarkdownView::formulasHaveTheirRoom()
{
    QTextDocument document;
    const BuiltMarkdown built =
        buildMarkdown(document, app::readMarkdown(QStringLiteral("so $\\frac{a}{b}$ and $\\undefinedmacro$")), look());
    QCOMPARE(built.formulas.size(), 1);
    QCOMPARE(built.formulas[0].latex, QStringLiteral("\\frac{a}{b}"));
    QCOMPARE(document.characterAt(built.formulas[0].position), QChar(QChar::ObjectReplacementCharacter));
    QVERIFY(document.toPlainText().contains(QLatin1String("$\\undefinedmacro$"))); // as it was written
    document.setTextWidth(500);
    QTextDocument words;
    buildMarkdown(words, app::readMarkdown(QStringLiteral("so and")), look());
    words.setTextWidth(500);
    QVERIFY(document.size().height() > words.size().height());
}

void TestMarkdownView::linksAreWebAndMail_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("followable");
    QTest::newRow("https") << "https://example.org/x" << true;
    QTest::newRow("mail") << "mailto:a@example.org" << true;
    QTest::newRow("file") << "file:///etc/passwd" << false;
    QTest::newRow("script") << "javascript:alert(1)" << false;
    QTest::newRow("relative") << "a/b.html" << false;
    QTest::newRow("data") << "data:text/html,x" << false;
}

void TestMarkdownView::linksAreWebAndMail()
{
    QFETCH(QString, url);
    QFETCH(bool, followable);
    QCOMPARE(isFollowable(url), followable);
    QTextDocument document;
    buildMarkdown(document, app::readMarkdown(QStringLiteral("[x](<%1>)").arg(url)), look());
    QCOMPARE(document.toHtml().contains(QLatin1String("href")), followable);
}

QTEST_MAIN(TestMarkdownView)
#include "test_markdown_view.moc"
