#include "tests/e2e/tray_life.h"
#include "tests/ui/window_fixture.h"

#include <QDateTime>
#include <QFile>
#include <QGuiApplication>

#include <csignal>
#include <cstdio>

using namespace conclave;
using namespace conclave::tests;
using ui::TranscriptModel;

/// One life of the program for test_e2e: the real window over store, worker and controller, on a scripted engine.
///   e2e_child chart|text FOLDER PICTURE   drops PICTURE, says what is shown, and kills itself in the middle of the answer
///   e2e_child reopen FOLDER               says what the window shows of the latest conversation
///   e2e_child tray FOLDER                 lives in the tray (tray_life.h)

namespace
{

constexpr int kMillisecondsBeforeDeath = 3000;
constexpr auto kPieceDelay = std::chrono::milliseconds(15);

void say(const char *what, const QByteArray &value)
{
    std::printf("%s %lld %s\n", what, static_cast<long long>(QDateTime::currentMSecsSinceEpoch()), value.toBase64().constData());
    std::fflush(stdout);
}

Script longChart()
{
    std::string answer = "<chart:bar><title> A long chart<xlabel> Town<ylabel> Sales<unit> kg<cal><series> 2023";
    for (int row = 0; row < 400; ++row) {
        answer += "<row> Town " + std::to_string(row) + "<x:20><y:40>" + std::to_string(row);
    }
    Script script = chartScript();
    script.pieces = cutIntoPieces(answer + "<end><summary> Done.<eos>");
    return script;
}

Script longText()
{
    std::string answer;
    for (int i = 0; i < 2000; ++i) {
        answer += "word" + std::to_string(i) + " ";
    }
    return chatScript(answer);
}

/// What a reader can see of the answer: the table, or the text.
QByteArray answerShown(const WindowFixture &fixture)
{
    const auto *chart = fixture.shown(1, TranscriptModel::kChartRole).value<ui::ChartAnswer *>();
    return (chart ? chart->csv() : fixture.shown(1, TranscriptModel::kBodyRole).toString()).toUtf8();
}

/// Never returns.
void dieInMidAnswer(const WindowFixture &fixture, const QString &picture)
{
    fixture.drop({QUrl::fromLocalFile(picture)});
    if (!fixture.chat().chartsOnly()) {
        waitFor([&] { return fixture.chat().attachments()->count() == 1; });
        fixture.type(QStringLiteral("What is it?"));
        fixture.key(Qt::Key_Return);
    }
    QObject::connect(fixture.chat().transcript(), &QAbstractItemModel::dataChanged, &fixture.window(),
                     [&] { say("SHOWN", answerShown(fixture)); });
    waitFor([&] { return fixture.chat().transcript()->count() == 2 && !answerShown(fixture).isEmpty(); });
    QTest::qWait(kMillisecondsBeforeDeath);
    say("DEATH", fixture.chat().busy() ? "busy" : "idle");
    std::raise(SIGKILL);
}

void tellWhatIsShown(const WindowFixture &fixture)
{
    waitFor([&] { return fixture.item("conversation") != nullptr; });
    fixture.click("conversation");
    waitFor([&] { return fixture.chat().transcript()->count() >= 2; });
    const auto pictures = fixture.shown(0, TranscriptModel::kPicturesRole).value<QList<QUrl>>();
    say("QUESTION", fixture.shown(0, TranscriptModel::kBodyRole).toString().toUtf8());
    say("PICTURE", pictures.isEmpty() ? QByteArray() : pictures.first().toLocalFile().toUtf8());
    say("ANSWER", answerShown(fixture));
    say("BADGE", fixture.shown(1, TranscriptModel::kBadgeRole).toString().toUtf8());
}

} // namespace

int main(int argc, char **argv)
{
    const QGuiApplication application(argc, argv);
    const QStringList arguments = QGuiApplication::arguments();
    if (arguments.size() < 3) {
        return 2;
    }
    const QString mode = arguments[1];
    if (mode == QLatin1String("tray")) {
        return liveInTheTray(arguments[2]);
    }
    Script script = mode == QLatin1String("chart") ? longChart() : longText();
    script.delay = kPieceDelay;
    const WindowFixture fixture(script, arguments[2]);
    if (mode == QLatin1String("reopen")) {
        tellWhatIsShown(fixture);
    } else {
        dieInMidAnswer(fixture, arguments.value(3));
    }
    return 0;
}
