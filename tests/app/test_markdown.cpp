#include "app/markdown/inline_math.h"
#include "app/markdown/markdown_rows.h"
#include "app/markdown/markdown_tree.h"

#include <QElapsedTimer>
#include <QTest>

using namespace conclave::app;

namespace
{

/// "prose|code:cpp|table": what kinds of rows a text has.
QString kinds(const QVector<MarkdownRow> &rows)
{
    QStringList out;
    for (const MarkdownRow &row : rows) {
        static const QStringList kNames{"prose", "table", "code", "math"};
        QString name = kNames[row.kind];
        if (!row.language.isEmpty())
            name += ':' + row.language;
        if (row.indent > 0)
            name += '>' + QString::number(row.indent);
        out.append(name);
    }
    return out.join('|');
}

QString outline(const MarkdownNode &node)
{
    static const QStringList kNames{"doc", "p",  "h",    "quote", "ul", "ol",     "li",  "code", "hr", "table", "tr",
                                    "th",  "td", "text", "br",    "em", "strong", "del", "c",    "a",  "img",   "math"};
    QString out = kNames[node.type];
    if (node.type == MarkdownNode::kText || node.type == MarkdownNode::kFormula)
        out += '=' + node.text;
    if (node.type == MarkdownNode::kHeading || node.type == MarkdownNode::kNumbers)
        out += QString::number(node.number);
    QStringList children;
    for (const MarkdownNode &child : node.children)
        children.append(outline(child));
    return children.isEmpty() ? out : out + '(' + children.join(' ') + ')';
}

int depthOf(const MarkdownNode &node)
{
    int deepest = 0;
    for (const MarkdownNode &child : node.children)
        deepest = std::max(deepest, depthOf(child));
    return deepest + 1;
}

} // namespace

class TestMarkdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsCutIntoRows_data();
    void textIsCutIntoRows();
    void codeInListsLosesTheirIndentation();
    void growingTextGivesTheSameRows_data();
    void growingTextGivesTheSameRows();
    void growthTouchesTheLastRowsOnly();
    void longCodeComesInPieces();
    void longTablesKeepTheirHead();
    void formulasAreFound_data();
    void formulasAreFound();
    void treesOfMarkdown_data();
    void treesOfMarkdown();
    void hostileTextIsBounded_data();
    void hostileTextIsBounded();
};

namespace
{

constexpr auto kMixed = "# Title\n\nSome *words* here.\n\n1. First\n   ```py\n   print(1)\n     x\n   ```\n   then\n2. Second\n\n"
                        "| a | b |\n|---|---|\n| 1 | $x|y$ |\n\n$$\n\\frac{1}{2}\n$$\n\n\\[ a^2 \\]\n\n- ```\n  inside\n  ```\n- more\n\n"
                        "```cpp\nint main() {}\n```\nEnd.\n\n~~~\nopen";

} // namespace

void TestMarkdown::textIsCutIntoRows_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *text, const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("nothing", "", "");
    row("white space", "\n \n", "");
    row("paragraphs stay together", "one\n\ntwo", "prose");
    row("a fence", "a\n```js\nx\n```\nb", "prose|code:js|prose");
    row("a fence without end", "```js\nx", "code:js");
    row("a longer fence holds a shorter one", "````md\n```\nx\n```\n````", "code:md");
    row("tildes", "~~~\nx\n~~~", "code");
    row("back quotes on a line are no fence", "```not a fence``` x", "prose");
    row("a table", "a\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\nb", "prose|table|prose");
    row("bars without a line below are words", "a | b\nc | d", "prose");
    row("a formula", "so\n\n$$\nx^2\n$$\n\nend", "prose|math|prose");
    row("a formula on one line", "\\[ x^2 \\].\nend", "math|prose");
    row("an environment", "\\begin{align}\nx &= 1\n\\end{align}", "math");
    row("money is no formula", "$$ is two dollars\n\nand so on", "prose");
    row("code in a list", "1. a\n   ```sh\n   ls\n   ```\n   b\n2. c", "prose|code:sh>3|prose>3|prose");
    row("code on the line of its item", "- ```\n  x\n  ```\n- y", "prose");
    row("everything", kMixed, "prose|code:py>3|prose>3|prose|table|math|math|prose|code:cpp|prose|code");
}

void TestMarkdown::textIsCutIntoRows()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    MarkdownRows rows;
    rows.setText(text);
    QCOMPARE(kinds(rows.rows()), expected);
}

void TestMarkdown::codeInListsLosesTheirIndentation()
{
    MarkdownRows rows;
    rows.setText(QString::fromUtf8(kMixed));
    QCOMPARE(rows.rows()[1].text, "print(1)\n  x");
    QCOMPARE(rows.codeOf(1), "print(1)\n  x\n");
    QCOMPARE(rows.rows()[2].text, "then");
    QCOMPARE(rows.rows()[5].text, "\\frac{1}{2}");
    QVERIFY(rows.rows()[5].closed);
    QVERIFY(!rows.rows().back().closed);
}

void TestMarkdown::growingTextGivesTheSameRows_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("mixed") << QString::fromUtf8(kMixed);
    QTest::newRow("long list") << QStringLiteral("- an item with some words in it\n  and a second line\n").repeated(90);
    QTest::newRow("long code") << "```c\n" + QStringLiteral("    int x = 1;\n\n").repeated(300) + "```\nend";
    QTest::newRow("long table") << "|a|b|\n|-|-|\n" + QStringLiteral("| some text | 12345 |\n").repeated(400) + "\nend";
    QTest::newRow("long line") << QStringLiteral("word ").repeated(2500);
    QTest::newRow("setext") << QStringLiteral("Title\n===\n\ntext\n").repeated(120);
    QTest::newRow("indented code in a fenced list") << QStringLiteral("1. x\n\n    ```\n    a\n      b\n    ```\n\n").repeated(40);
}

void TestMarkdown::growingTextGivesTheSameRows()
{
    QFETCH(QString, text);
    MarkdownRows whole;
    whole.setText(text);
    MarkdownRows growing;
    for (qsizetype end = 0; end < text.size(); end += 1 + end % 7)
        growing.setText(text.left(end));
    growing.setText(text);
    QCOMPARE(kinds(growing.rows()), kinds(whole.rows()));
    QCOMPARE(growing.rows(), whole.rows());
    for (const MarkdownRow &row : whole.rows())
        QVERIFY(row.text.size() <= MarkdownRows::kMostCharacters);
}

void TestMarkdown::growthTouchesTheLastRowsOnly()
{
    const QString text = QStringLiteral("Some paragraph with a few words in it.\n\n").repeated(1000);
    MarkdownRows rows;
    rows.setText(text);
    const int count = int(rows.rows().size());
    QVERIFY(count > 20);
    QCOMPARE(rows.setText(text + "more"), count - 2);
    QCOMPARE(rows.setText("other"), 0);
}

void TestMarkdown::longCodeComesInPieces()
{
    QString code;
    for (int i = 0; i < 950; ++i)
        code += QString::number(i) + '\n';
    code += QString(5000, 'x') + '\n';
    MarkdownRows rows;
    rows.setText("a\n```py\n" + code + "```");
    QVERIFY(rows.rows().size() > 5);
    QVERIFY(rows.rows()[1].begins && !rows.rows()[1].ends);
    QVERIFY(!rows.rows()[2].begins && !rows.rows()[2].ends);
    QVERIFY(!rows.rows().back().begins && rows.rows().back().ends);
    for (int row = 1; row < rows.rows().size(); ++row) {
        QVERIFY(rows.rows()[row].text.count('\n') < MarkdownRows::kMostCodeLines);
        QCOMPARE(rows.codeOf(row), code);
    }
}

void TestMarkdown::longTablesKeepTheirHead()
{
    MarkdownRows rows;
    rows.setText("|a|b|\n|-|-|\n" + QStringLiteral("| some text | 12345 |\n").repeated(400));
    QVERIFY(rows.rows().size() > 2);
    qsizetype lines = 0;
    for (const MarkdownRow &row : rows.rows()) {
        QCOMPARE(row.kind, MarkdownRow::kTable);
        QVERIFY(row.text.startsWith("|a|b|\n|---|---|\n"));
        lines += row.text.count('\n') - 1;
    }
    QCOMPARE(lines, 400);
}

void TestMarkdown::formulasAreFound_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *text, const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("dollars", "so $x_1*y*z$ is", "x_1*y*z");
    row("parentheses", "so \\(x_1\\) is", "x_1");
    row("displayed among words", "so $$x$$ and \\[y\\]", "!x !y");
    row("prices", "costs $5 and $6", "");
    row("a price and a formula", "costs $5, or $n$ of them", "n");
    row("escaped", "a \\$x$ b", "");
    row("in code", "`$x$` and ``\\(y\\)``", "");
    row("behind code that does not end", "` $x$", "x");
    row("over an empty line", "$x\n\ny$", "");
    row("with an escaped dollar", "$a\\$b$", "a\\$b");
    row("empty", "$$$$ and $ $", "");
}

void TestMarkdown::formulasAreFound()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QStringList found;
    const TextWithFormulas taken = takeFormulas(text);
    for (const InlineFormula &formula : taken.formulas)
        found.append((formula.display ? "!" : "") + formula.latex);
    QCOMPARE(found.join(' '), expected);
    QString back;
    for (const QChar character : taken.text)
        back += formulaAt(character) < 0 ? QString(character) : taken.formulas[formulaAt(character)].written;
    QCOMPARE(back, text);
}

void TestMarkdown::treesOfMarkdown_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *text, const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("marks", "a **b** *c* ~~d~~ `e`", "doc(p(text=a  strong(text=b) text=  em(text=c) text=  del(text=d) text=  c(text=e)))");
    row("lists", "- a\n  1. b\n- c", "doc(ul(li(text=a ol1(li(text=b))) li(text=c)))");
    row("a list that begins at three", "3. a\n4. b", "doc(ol3(li(text=a) li(text=b)))");
    row("stars in a formula", "$a*b$ and *c*", "doc(p(math=a*b text= and  em(text=c)))");
    row("a bar in a cell's formula", "|a|b|\n|---|---|\n|$|x|$|c|", "doc(table(tr(th(text=a) th(text=b)) tr(td(math=|x|) td(text=c))))");
    row("a formula's marks in code", "    $x$", "doc(code(text=$x$\n))");
    row("HTML is text", "<b onclick=x>&lt;y</b>", "doc(p(text=<b onclick=x><y</b>))");
    row("a picture", "![alt](http://example.org/a.png)", "doc(p(img(text=alt)))");
    row("characters from private use", "a\xee\x80\x80z", "doc(p(text=a\xef\xbf\xbdz))");
    row("a number as an entity", "&#65;&#x110000;", "doc(p(text=A\xef\xbf\xbd))");
}

void TestMarkdown::treesOfMarkdown()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(outline(readMarkdown(text)), expected);
}

void TestMarkdown::hostileTextIsBounded_data()
{
    QTest::addColumn<QString>("text");
    const int many = 300'000;
    QTest::newRow("a line without end") << QString(many, 'x');
    QTest::newRow("quotations in one line") << QStringLiteral("> ").repeated(many / 2);
    QTest::newRow("lists in lists") << QStringLiteral("- ").repeated(many / 2);
    QTest::newRow("open brackets") << QString(many, '[');
    QTest::newRow("open pictures") << QStringLiteral("![").repeated(many / 2);
    QTest::newRow("stars") << QStringLiteral("*a **").repeated(many / 5);
    QTest::newRow("back quotes of all lengths") << [] {
        QString text;
        for (int i = 1; i < 1400; ++i)
            text += QString(i, '`') + ' ';
        return text;
    }();
    QTest::newRow("dollars") << QStringLiteral("$ $x ").repeated(many / 5);
    QTest::newRow("open formulas") << QStringLiteral("\\[x\n").repeated(many / 4);
    QTest::newRow("open displayed formulas") << QStringLiteral("$$x\n\n").repeated(many / 5);
    QTest::newRow("heads of tables") << QStringLiteral("|a|\n|-|\n").repeated(many / 8);
    QTest::newRow("a wide table") << QStringLiteral("|").repeated(1900) + "\n" + QStringLiteral("|-").repeated(1900) + "\n";
    QTest::newRow("fences") << QStringLiteral("```\n").repeated(many / 4);
    QTest::newRow("a line of code") << "```\n" + QString(many, 'x');
    QTest::newRow("HTML") << QStringLiteral("<img src=http://example.org/x>").repeated(many / 30);
    QTest::newRow("references") << QStringLiteral("[a]: http://example.org/\n[a][a] ").repeated(many / 32);
    QTest::newRow("entities") << QStringLiteral("&#0;&amp;&x").repeated(many / 10);
    QTest::newRow("lone surrogates") << QString(many, QChar(0xD800));
    QTest::newRow("zeros") << QString(many, QChar(0));
}

/// Everything together within a second or two on a slow machine; each row is short and no deeper than allowed.
void TestMarkdown::hostileTextIsBounded()
{
    QFETCH(QString, text);
    QElapsedTimer timer;
    timer.start();
    MarkdownRows rows;
    rows.setText(text);
    for (const MarkdownRow &row : rows.rows()) {
        QVERIFY(row.text.size() <= MarkdownRows::kMostCharacters);
        if (row.kind == MarkdownRow::kProse || row.kind == MarkdownRow::kTable) {
            const MarkdownNode tree = readMarkdown(row.text);
            QVERIFY(depthOf(tree) <= kMostMarkdownDepth + 1);
        }
    }
    QVERIFY(!rows.rows().isEmpty());
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed()) + " ms"));
    rows.setText(text + "x");
}

QTEST_GUILESS_MAIN(TestMarkdown)
#include "test_markdown.moc"
