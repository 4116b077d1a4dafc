#include "app/paths.h"
#include "tests/e2e/tray_life.h"
#include "tests/ui/window_fixture.h"
#ifdef CONCLAVE_HAS_DBUS
#include "tests/e2e/own_desktop.h"

#include <QDBusArgument>
#endif

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>

using namespace conclave;
using namespace conclave::tests;
using ui::TranscriptModel;

namespace
{

/// Whether the store of a running program holds a cell of a chart.
bool holdsACell(const QString &file)
{
    bool found = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("look"));
        database.setDatabaseName(file);
        database.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY"));
        if (database.open())
            found = QSqlQuery(QStringLiteral("SELECT 1 FROM messages WHERE CAST(chart AS TEXT) LIKE '%\"confidence\"%'"), database).next();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("look"));
    return found;
}

} // namespace

/// The program from the drop of a chart to its answer, and through its own death.
class TestE2e : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedInMidAnswerAllButTheLastSecondIsThere_data();
    void killedInMidAnswerAllButTheLastSecondIsThere();
    void aDroppedSampleIsReadByTheBuiltInModel();
    void theProgramItselfKeepsWhatItWasGiven();
    void theProgramLivesInTheTray();
    void aTrayThatStartsLaterIsFound();
};

namespace
{

constexpr qint64 kMayBeLostMilliseconds = 1000;
constexpr int kChildMilliseconds = 40'000;

/// A line of a child: what, when (milliseconds since the epoch), and its words.
struct Line
{
    QByteArray what;
    qint64 time = 0;
    QByteArray words;
};

QVector<Line> linesOf(const QByteArray &output)
{
    QVector<Line> lines;
    for (const QByteArray &line : output.split('\n')) {
        const QList<QByteArray> parts = line.split(' ');
        if (parts.size() == 3) {
            lines.append({parts[0], parts[1].toLongLong(), QByteArray::fromBase64(parts[2])});
        }
    }
    return lines;
}

QByteArray wordsOf(const QVector<Line> &lines, const char *what)
{
    for (const Line &line : lines) {
        if (line.what == what) {
            return line.words;
        }
    }
    return QByteArrayLiteral("(not said)");
}

/// The last thing shown at least a second before the death.
QByteArray shownASecondBefore(const QVector<Line> &lines)
{
    QByteArray shown;
    const qint64 death = lines.last().time;
    for (const Line &line : lines) {
        if (line.what == "SHOWN" && line.time <= death - kMayBeLostMilliseconds) {
            shown = line.words;
        }
    }
    return shown;
}

/// Without the line that was still growing.
QByteArray wholeLines(const QByteArray &table)
{
    return table.left(table.trimmed().lastIndexOf('\n') + 1);
}

QByteArray childSays(const QStringList &arguments, QProcess::ExitStatus expected)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    child.start(QStringLiteral(CONCLAVE_E2E_CHILD), arguments);
    if (!child.waitForFinished(kChildMilliseconds) || child.exitStatus() != expected) {
        child.kill();
        child.waitForFinished();
        return {};
    }
    return child.readAllStandardOutput();
}

/// Residuals of what the model read, and an edit that comes back from the store.
void theTableFollowsItsEditor(const WindowFixture &fixture)
{
    auto *chart = fixture.shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>();
    QVERIFY2(chart->hasOverlay(), "the axis was calibrated");
    QVector<double> residuals;
    for (const app::PlottedCell &cell : chart->replot().cells) {
        QVERIFY(cell.residual.has_value());
        residuals.append(*cell.residual);
    }
    std::sort(residuals.begin(), residuals.end());
    qInfo("%lld cells, pixels from mark to value: median %.1f, largest %.1f", static_cast<long long>(residuals.size()),
          residuals[residuals.size() / 2], residuals.back());
    const QString before = chart->csv();
    const QString summary = chart->summary();
    QVERIFY(chart->put(0, 0, QStringLiteral("98765")));
    QVERIFY(chart->csv().contains(QLatin1String("98765")) && chart->edited());
    QVERIFY2(chart->summary() != summary, qPrintable(chart->summary()));
    const qint64 conversation = fixture.chat().currentConversation();
    fixture.chat().newConversation();
    fixture.chat().openConversation(conversation);
    auto *kept = fixture.shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>();
    QVERIFY(kept && kept->edited() && kept->csv().contains(QLatin1String("98765")));
    kept->restore();
    QCOMPARE(kept->csv(), before);
    QCOMPARE(kept->summary(), summary);
}

/// The panel of experts is alive while the answer is written.
void watchTheExperts(const WindowFixture &fixture)
{
    const ui::ExpertPanel &panel = *fixture.chat().experts();
    QVERIFY(waitFor([&] { return panel.known() && fixture.item("expertMap") != nullptr; }));
    QVERIFY2(fixture.chat().busy(), "the panel shows the answer while it is written");
    const auto before = panel.view()->textTokens;
    QVERIFY(waitFor([&] { return panel.view()->textTokens > before; }));
    QVERIFY2(fixture.chat().busy(), "and follows it");
    QVERIFY(panel.tokens().contains(QLatin1String("bridges"))); // no picture token passes an expert
}

/// What it showed last is what the engine says of the whole answer.
void compareExpertsWithStatistics(const WindowFixture &fixture)
{
    const ui::ExpertPanel &panel = *fixture.chat().experts();
    const QJsonObject figures = QJsonDocument::fromJson(fixture.controller().messages().last().statistics).object();
    const engine::ExpertView *view = panel.view();
    QVERIFY(view && view->experts == 32 && view->imageTokens == 0);
    QCOMPARE(view->layers.size(), std::size_t{9});
    QVERIFY(view->textTokens > 60);
    QVERIFY(std::abs(view->utilisation - figures.value(QLatin1String("expertUtilisation")).toDouble()) < 1e-6);
    for (const engine::ExpertLayerView &layer : view->layers) {
        if (layer.place == engine::ExpertPlace::kNone)
            continue;
        QCOMPARE(layer.tokens, view->textTokens);
        QVERIFY(layer.meanExperts >= 1 && layer.meanExperts <= 4);
        QVERIFY(!layer.last.empty() && layer.last.size() <= 4);
    }
    QVERIFY(!panel.alarm());
    QVERIFY(panel.summary().size() == 4);
}

QString samplePicture()
{
    return QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/samples/sales.png");
}

} // namespace

void TestE2e::killedInMidAnswerAllButTheLastSecondIsThere_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QByteArray>("question");
    QTest::newRow("a chart being read") << "chart" << QByteArray();
    QTest::newRow("a text being written") << "text" << QByteArray("What is it?");
}

void TestE2e::killedInMidAnswerAllButTheLastSecondIsThere()
{
    QFETCH(QString, mode);
    QFETCH(QByteArray, question);
    const QTemporaryDir folder;
    const QVector<Line> life = linesOf(childSays({mode, folder.path(), samplePicture()}, QProcess::CrashExit));
    QVERIFY2(life.size() > 20, "the answer streamed into the window");
    QCOMPARE(life.last().what, QByteArray("DEATH"));
    QCOMPARE(life.last().words, QByteArray("busy"));
    const QByteArray shown = mode == QLatin1String("chart") ? wholeLines(shownASecondBefore(life)) : shownASecondBefore(life);
    QVERIFY2(shown.size() > 40, "something was shown a second before the death");

    const QVector<Line> after = linesOf(childSays({QStringLiteral("reopen"), folder.path()}, QProcess::NormalExit));
    QCOMPARE(wordsOf(after, "QUESTION"), question);
    QFile kept(QString::fromUtf8(wordsOf(after, "PICTURE")));
    QFile sent(samplePicture());
    QVERIFY(kept.open(QIODevice::ReadOnly) && sent.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), sent.readAll());
    const QByteArray answer = wordsOf(after, "ANSWER");
    QVERIFY2(answer.startsWith(shown), (answer.right(80) + " lacks what was shown: " + shown.right(80)).constData());
    QCOMPARE(wordsOf(after, "BADGE"), QByteArray("Interrupted"));
    qInfo("shown a second before: %lld bytes; at the death: %lld; found again: %lld", static_cast<long long>(shown.size()),
          static_cast<long long>(life[life.size() - 2].words.size()), static_cast<long long>(answer.size()));
}

void TestE2e::aDroppedSampleIsReadByTheBuiltInModel()
{
    QVERIFY2(!app::builtInModelPath().isEmpty(), "the built-in model is missing");
    const WindowFixture fixture(std::chrono::milliseconds(5));
    fixture.window().resize(1300, 860);
    fixture.click("expertsButton");
    fixture.drop({QUrl::fromLocalFile(samplePicture())});
    QVERIFY(waitFor([&] { return fixture.chat().transcript()->count() == 2; }));
    watchTheExperts(fixture);
    QVERIFY(fixture.waitUntilIdle());
    compareExpertsWithStatistics(fixture);
    const auto *chart = fixture.shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>();
    QVERIFY2(chart, "the answer holds a chart");
    QVERIFY2(chart->complete(), "the model came to the end of its answer");
    QVERIFY(!chart->summary().isEmpty());
    QVERIFY(fixture.item("chartTable") && fixture.item("summaryText"));

    QFile truth(QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/samples/sales.json"));
    QVERIFY(truth.open(QIODevice::ReadOnly));
    QSet<QString> names;
    for (const QJsonValue &cell : QJsonDocument::fromJson(truth.readAll()).object().value(QLatin1String("table")).toArray()) {
        names.insert(cell.toObject().value(QLatin1String("x")).toString());
    }
    const auto rows =
        findItems(fixture.window().contentItem(), [](QQuickItem *item) { return item->objectName() == QLatin1String("tableRow"); });
    QCOMPARE(rows.size(), names.size());
    for (QQuickItem *mark :
         findItems(fixture.window().contentItem(), [](QQuickItem *item) { return item->objectName() == QLatin1String("mark"); })) {
        const QPointF place = mark->property("place").toPointF();
        QVERIFY(QRectF(QPointF(0, 0), QSizeF(chart->pictureSize())).contains(place));
    }
    theTableFollowsItsEditor(fixture);
}

void TestE2e::theProgramItselfKeepsWhatItWasGiven()
{
    const QTemporaryDir folder;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CONCLAVE_HOME"), folder.path());
    QProcess program;
    program.setProcessEnvironment(environment);
    program.setProcessChannelMode(QProcess::ForwardedChannels);
    program.start(QStringLiteral(CONCLAVE_PROGRAM), {samplePicture()});
    QVERIFY(program.waitForStarted());
    const bool kept = waitFor([&] {
        const QDir images(folder.filePath(QStringLiteral("images")));
        return images.exists() && !images.entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot).isEmpty();
    });
    const bool answered = waitFor([&] { return holdsACell(folder.filePath(QStringLiteral("conclave.db"))); });
    QCOMPARE(program.state(), QProcess::Running);
    program.kill();
    QVERIFY(program.waitForFinished());
    QVERIFY2(kept, "the picture was kept");
    QVERIFY2(answered, "some of the table was saved");

    const QVector<Line> after = linesOf(childSays({QStringLiteral("reopen"), folder.path()}, QProcess::NormalExit));
    QFile picture(QString::fromUtf8(wordsOf(after, "PICTURE")));
    QVERIFY(picture.exists());
    QVERIFY(!wordsOf(after, "ANSWER").isEmpty());
}

#ifdef CONCLAVE_HAS_DBUS
namespace
{

/// A program in the tray of a desktop, and what hands do with it.
class InTheTray
{
public:
    InTheTray(const OwnDesktop &desktop, const QString &folder)
    {
        m_program.setProcessEnvironment(desktop.environment());
        m_program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_program.start(QStringLiteral(CONCLAVE_E2E_CHILD), {QStringLiteral("tray"), folder});
    }
    ~InTheTray()
    {
        m_program.kill();
        m_program.waitForFinished();
    }

    /// What it says of itself afterwards.
    QString after(const char *hands)
    {
        m_program.write(hands + QByteArray("\n"));
        waitFor([&] { return m_program.canReadLine() || m_program.state() == QProcess::NotRunning; });
        return QString::fromUtf8(m_program.readLine()).trimmed();
    }
    bool comesToSay(const QString &state)
    {
        return waitFor([&] { return after("").startsWith(state); });
    }
    bool endsWell()
    {
        return waitFor([&] { return m_program.state() == QProcess::NotRunning; }) && m_program.exitStatus() == QProcess::NormalExit &&
               m_program.exitCode() == 0;
    }

private:
    QProcess m_program;
};

/// a(iiay): sizes and pixels. The side of the first picture that is not empty.
int iconSide(const QVariant &pixmaps)
{
    const auto list = pixmaps.value<QDBusArgument>();
    int side = 0;
    list.beginArray();
    while (!list.atEnd() && side == 0) {
        int width = 0;
        int height = 0;
        QByteArray pixels;
        list.beginStructure();
        list >> width >> height >> pixels;
        list.endStructure();
        if (width == height && pixels.size() == width * height * 4 && pixels.count('\0') < pixels.size())
            side = width;
    }
    return side;
}

QStringList labels(const OwnDesktop &desktop)
{
    QStringList out;
    for (const MenuEntry &entry : desktop.menu())
        out.append(entry.label);
    return out;
}

int entryCalled(const OwnDesktop &desktop, const char *label)
{
    for (const MenuEntry &entry : desktop.menu()) {
        if (entry.label == QLatin1String(label))
            return entry.id;
    }
    return -1;
}

/// Its icon and its menu, in every language.
void itIsSeenInTheTray(const OwnDesktop &desktop, InTheTray &program)
{
    QCOMPARE(desktop.itemProperty(QStringLiteral("Title")).toString(), QStringLiteral("conclave"));
    QCOMPARE(desktop.itemProperty(QStringLiteral("Status")).toString(), QStringLiteral("Active"));
    QVERIFY(iconSide(desktop.itemProperty(QStringLiteral("IconPixmap"))) >= 16);
    const QVector<std::pair<const char *, QStringList>> languages{{"language de", {"Fenster zeigen", "Neuer Chat", "", "Beenden"}},
                                                                  {"language zh_CN", {"显示窗口", "新对话", "", "退出"}},
                                                                  {"language en", {"Show the window", "New chat", "", "Quit"}}};
    for (const auto &[language, words] : languages) {
        program.after(language);
        QTRY_COMPARE(labels(desktop), words);
    }
}

/// An answer ends while nobody sees the window; the desktop tells it, and a click on that brings the window.
void itTellsOfItsAnswer(OwnDesktop &desktop, InTheTray &program)
{
    program.after("ask What is it?");
    QVERIFY(program.after("close").startsWith(QLatin1String("visible 0")));
    QVERIFY(waitFor([&] { return desktop.notifications().size() == 1; }));
    const Notification &told = desktop.notifications().first();
    QCOMPARE(told.title, QStringLiteral("What is it?"));
    QCOMPARE(told.body, QString::fromLatin1(kTrayAnswer).toHtmlEscaped());
    QCOMPARE(told.actions.value(0), QStringLiteral("default"));
    desktop.clickNotification();
    QVERIFY(program.comesToSay(QStringLiteral("visible 1")));
}

} // namespace

/// On a desktop that has one: hidden instead of closed, found again, told of, and ended only when that is meant.
void TestE2e::theProgramLivesInTheTray()
{
    OwnDesktop desktop;
    if (!desktop.missing().isEmpty())
        QSKIP(qPrintable(QStringLiteral("THE TRAY WAS NOT TESTED: this machine has not ") + desktop.missing()));
    const QTemporaryDir folder;
    InTheTray program(desktop, folder.path());
    QVERIFY2(waitFor([&] { return desktop.items().size() == 1; }), "it came into the tray");
    itIsSeenInTheTray(desktop, program);
    QVERIFY(program.after("close").startsWith(QLatin1String("visible 0")));
    desktop.activate();
    QVERIFY(program.comesToSay(QStringLiteral("visible 1")));
    itTellsOfItsAnswer(desktop, program);

    QVERIFY(program.after("another").startsWith(QLatin1String("visible 1, windows 2")));
    QCOMPARE(desktop.items().size(), 1); // one program, one icon
    program.after("close");
    program.after("close another");
    QVERIFY2(program.comesToSay(QStringLiteral("visible 0, windows 1, busy 0")), "the last window seen is closed, the program stays");

    desktop.choose(entryCalled(desktop, "Show the window"));
    QVERIFY(program.comesToSay(QStringLiteral("visible 1")));
    program.after("ask And what else?");
    QVERIFY(program.comesToSay(QStringLiteral("visible 1, windows 1, busy 1")));
    desktop.choose(entryCalled(desktop, "Quit"));
    QVERIFY2(program.endsWell(), "quit is quit, even where closing only hides");
    const auto store = app::ConversationStore::open(folder.path());
    QVERIFY(store.ok());
    const auto conversations = (*store)->conversations();
    QVERIFY(conversations.ok() && conversations->size() == 1);
    const auto messages = (*store)->messages(conversations->first().id);
    QVERIFY(messages.ok());
    QCOMPARE(messages->size(), 4);
    QCOMPARE((*messages)[1].text, QString::fromLatin1(kTrayAnswer));
    QCOMPARE((*messages)[2].text, QStringLiteral("And what else?"));
}

/// Panels start after programs of a session, and are started anew.
void TestE2e::aTrayThatStartsLaterIsFound()
{
    OwnDesktop desktop(false);
    if (!desktop.missing().isEmpty())
        QSKIP(qPrintable(QStringLiteral("THE TRAY WAS NOT TESTED: this machine has not ") + desktop.missing()));
    const QTemporaryDir folder;
    InTheTray program(desktop, folder.path());
    QVERIFY(program.comesToSay(QStringLiteral("visible 1")));
    for (int times = 0; times < 2; ++times) {
        QVERIFY(desktop.showTray());
        QVERIFY2(waitFor([&] { return desktop.items().size() == 1; }), "it came into the tray");
        QCOMPARE(desktop.itemProperty(QStringLiteral("Status")).toString(), QStringLiteral("Active"));
        QVERIFY(program.after("close").startsWith(QLatin1String("visible 0")));
        desktop.activate();
        QVERIFY(program.comesToSay(QStringLiteral("visible 1")));
        desktop.hideTray();
        QVERIFY(program.comesToSay(QStringLiteral("visible 1, windows 1, busy 0, tray 0")));
    }
    program.after("close");
    QVERIFY2(program.endsWell(), "without a tray it would not be found again");
}
#else
void TestE2e::aTrayThatStartsLaterIsFound()
{
    QSKIP("THE TRAY WAS NOT TESTED: Qt has no D-Bus here");
}

void TestE2e::theProgramLivesInTheTray()
{
    QSKIP("THE TRAY WAS NOT TESTED: Qt has no D-Bus here");
}
#endif

QTEST_MAIN(TestE2e)
#include "test_e2e.moc"
