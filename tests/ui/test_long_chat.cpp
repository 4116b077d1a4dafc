#include "tests/ui/window_fixture.h"

#include <QAbstractEventDispatcher>
#include <QTextStream>
#include <QThread>

#include <algorithm>
#include <ctime>
#include <vector>

using namespace conclave;
using namespace conclave::tests;

namespace
{

constexpr double kFrame = 1000.0 / 60;

/// Processor time of this thread, milliseconds: other programs on the machine don't count.
double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

/// How long the GUI thread works each time before it waits again. The software renderer paints on this thread, so frames are in it.
class BusyTimes : public QObject
{
public:
    BusyTimes()
    {
        const QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
        connect(dispatcher, &QAbstractEventDispatcher::awake, this, [this] { turn(); });
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, [this] { turn(); });
    }

    void clear()
    {
        m_turns.clear();
        m_last = threadMilliseconds();
    }
    double worst() const { return m_turns.empty() ? 0 : *std::max_element(m_turns.begin(), m_turns.end()); }
    double share(double part) const
    {
        std::vector<double> sorted = m_turns;
        std::sort(sorted.begin(), sorted.end());
        return sorted.empty() ? 0 : sorted[std::size_t(double(sorted.size() - 1) * part)];
    }
    std::size_t count() const { return m_turns.size(); }

private:
    void turn()
    {
        const double now = threadMilliseconds();
        if (now - m_last > 0.2) // the rest is waking up
            m_turns.push_back(now - m_last);
        m_last = now;
    }

    std::vector<double> m_turns;
    double m_last = 0;
};

/// About 100,000 tokens (400,000 characters) of what models write.
QString longText()
{
    QString text;
    for (int section = 0; text.size() < 400'000; ++section) {
        text += QStringLiteral(
                    "## Section %1\n\nHere is a paragraph with **strong** words, `code`, a [link](https://example.org) and $x_%1^2$. "
                    "It goes on for a while, as answers do, and says little. It goes on for a while, as answers do.\n\n"
                    "1. First, sort the values.\n   - a nested point\n   - another one\n2. Then take the middle.\n\n")
                    .arg(section);
        if (section % 3 == 0)
            text += QStringLiteral("```cpp\nfor (int i = 0; i < n; ++i) {\n    sum += values[i]; // add\n}\nreturn sum / n;\n```\n\n");
        if (section % 5 == 0)
            text += QStringLiteral("| name | value |\n|---|--:|\n| mean | 4 |\n| median | 2 |\n\n$$\\sum_{i=1}^n \\frac{x_i}{n}$$\n\n");
    }
    return text;
}

void report(const char *what, const BusyTimes &times)
{
    QTextStream(stdout) << QStringLiteral("%1: %2 turns, median %3 ms, 95 % %4 ms, longest %5 ms\n")
                               .arg(QLatin1String(what))
                               .arg(times.count())
                               .arg(times.share(0.5), 0, 'f', 1)
                               .arg(times.share(0.95), 0, 'f', 1)
                               .arg(times.worst(), 0, 'f', 1);
}

} // namespace

/// A chat of 100,000 tokens: what the GUI thread does while it streams and scrolls, in processor time.
class TestLongChat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamsAndScrolls();
};

void TestLongChat::streamsAndScrolls()
{
    Script script = chatScript("");
    script.pieces = {longText().toStdString()};
    for (int i = 0; i < 1200; ++i)
        script.pieces.push_back(i % 40 == 39 ? "point.\n\n" : i % 200 < 60 ? "word " : "and so on, ");
    script.delay = std::chrono::milliseconds(2);
    const WindowFixture fixture(script);
    fixture.window().resize(1160, 780);
    BusyTimes times;
    QVERIFY(fixture.chat().send(QStringLiteral("Tell me everything")));
    QVERIFY(waitFor([&] { return fixture.chat().rows()->count() > 300; }));
    QTest::qWait(300);
    times.clear();
    QVERIFY(waitFor([&] { return !fixture.chat().busy(); }));
    report("streaming at the end of 100,000 tokens", times);
    QVERIFY(times.count() > 30);
    QVERIFY2(times.share(0.5) < kFrame, "most frames are in time while text comes");
    QVERIFY2(times.worst() < 8 * kFrame, "nothing holds the window up");

    QQuickItem *list = fixture.item("transcript");
    QVERIFY(waitFor([&] { return list->property("atYEnd").toBool(); }));
    list->setProperty("following", false);
    times.clear();
    for (int step = 0; step < 150; ++step) { // as a flick moves: 60 px a frame
        list->setProperty("contentY", list->property("contentY").toReal() - 60);
        QTest::qWait(16);
    }
    report("scrolling", times);
    QVERIFY2(times.share(0.5) < kFrame, "most frames are in time while it scrolls");
    QVERIFY2(times.worst() < 8 * kFrame, "nothing holds the window up");
    // Only what is near is there.
    const auto blocks = findItems(list, [](QQuickItem *item) { return item->objectName() == QLatin1String("answerText"); });
    QVERIFY2(blocks.size() < 60, qPrintable(QString::number(blocks.size())));

    times.clear();
    const qint64 id = fixture.chat().currentConversation();
    fixture.chat().newConversation();
    QTest::qWait(50);
    fixture.chat().openConversation(id);
    QTest::qWait(300);
    report("opening it", times);
    QVERIFY(times.worst() < 30 * kFrame);
}

QTEST_MAIN(TestLongChat)
#include "test_long_chat.moc"
