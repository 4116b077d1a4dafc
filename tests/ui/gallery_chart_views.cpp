#include "tests/ui/gallery_views.h"
#include "ui/view_models/chart_answer.h"

#include <QPainter>

#include <cmath>

namespace conclave::tests
{
namespace
{

const QSize kPhone(480, 900);

Script streamingScript()
{
    Script script = chartScript();
    script.hangAt = static_cast<int>(script.pieces.size()) * 3 / 5;
    return script;
}

void readChart(const WindowFixture &fixture)
{
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("tableRow") != nullptr; }));
    QVERIFY(fixture.waitUntilIdle());
}

void showStreaming(const WindowFixture &fixture)
{
    fixture.drop({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("tableRow") != nullptr; }));
}

void showLeftOut(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.press("leftOutHead");
    QVERIFY(waitFor([&] { return fixture.item("leftOutText") != nullptr; }));
}

void dropNoPicture(const WindowFixture &fixture)
{
    fixture.drop({fixture.written(QStringLiteral("notes.png"), "not a picture")});
    QVERIFY(waitFor([&] { return fixture.item("banner") != nullptr; }));
}

void dropAgain(const WindowFixture &fixture)
{
    fixture.chat().dismissProblem();
    dropNoPicture(fixture);
}

void showError(const WindowFixture &fixture)
{
    readChart(fixture);
    dropNoPicture(fixture);
    fixture.chat().attachFiles({fixture.chartFile()});
    QVERIFY(waitFor([&] { return fixture.item("attachment") != nullptr; }));
}

/// The table over the picture, a cell changed and another one being so.
void showEdited(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.press("overlayToggle");
    fixture.press("editTable");
    fixture.item("chartTable")->forceActiveFocus(Qt::TabFocusReason);
    for (const char *number : {"38.25", "31"}) {
        fixture.key(Qt::Key_F2);
        QVERIFY(waitFor([&] { return fixture.item("cellEditor") != nullptr; }));
        fixture.type(QLatin1String(number));
        if (fixture.item("editedMark") == nullptr) {
            fixture.key(Qt::Key_Return);
        }
    }
}

const QSize kPicture(560, 392); // as a model of 320 × 224 sees it,
constexpr double kPlace = 3.5;  // a step of its places is so many pixels of it
const QPointF kPieCentre(280, 210);
constexpr double kPieRadius = 140;
const QList<int> kShares{40, 25, 20, 15};
const QList<QList<int>> kGrid{{3, 8, 5}, {9, 4, 1}, {2, 7, 6}};

QString place(QPointF at)
{
    return QStringLiteral("<x:%1><y:%2>").arg(int(at.x() / kPlace)).arg(int(at.y() / kPlace));
}

/// Of a slice, on a circle so large; from the top, clockwise.
QPointF onPie(double turn, double radius)
{
    const double angle = 2 * M_PI * turn - M_PI / 2;
    return kPieCentre + radius * QPointF(std::cos(angle), std::sin(angle));
}

/// A script that reads the pie of paintPie; one slice is read six per cent too small.
Script pieScript(const char *kind, double markShare)
{
    QString answer = QStringLiteral("<chart:%1><title> Shares<xlabel> Town<ylabel><unit> %<cal><series> Share").arg(QLatin1String(kind));
    double before = 0;
    for (int i = 0; i < kShares.size(); ++i) {
        answer += QStringLiteral("<row> %1").arg(QChar(u'A' + i)) +
                  place(onPie((before + kShares[i] / 2.0) / 100, markShare * kPieRadius)) + QString::number(kShares[i] - (i == 1 ? 6 : 0));
        before += kShares[i];
    }
    Script script = chartScript();
    script.pieces = cutIntoPieces((answer + QStringLiteral("<end><summary> The largest share has <max><s:0>.<eos>")).toStdString());
    return script;
}

QImage paintPie(double hole)
{
    QImage picture(kPicture, QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    int before = 0;
    for (int i = 0; i < kShares.size(); ++i) {
        painter.setBrush(QColor::fromHsv(30 + 80 * i, 110, 225));
        painter.drawPie(QRectF(kPieCentre - QPointF(kPieRadius, kPieRadius), kPieCentre + QPointF(kPieRadius, kPieRadius)),
                        16 * (90 - before * 360 / 100), -16 * kShares[i] * 360 / 100);
        before += kShares[i];
    }
    painter.setBrush(Qt::white);
    painter.drawEllipse(kPieCentre, hole * kPieRadius, hole * kPieRadius);
    return picture;
}

QRectF gridCell(int column, int row)
{
    return {90.0 + 130 * column, 60.0 + 90 * row, 130, 90};
}

Script gridScript()
{
    QString answer = QStringLiteral("<chart:heatmap><title> Visits<xlabel> Day<ylabel><unit><cal><series> dawn<series> noon<series> dusk");
    for (int row = 0; row < kGrid.size(); ++row) {
        answer += QStringLiteral("<row> %1").arg(QStringList{"Mon", "Tue", "Wed"}[row]);
        for (int column = 0; column < kGrid[row].size(); ++column)
            answer += place(gridCell(column, row).center()) + QString::number(kGrid[row][column]);
    }
    Script script = chartScript();
    script.pieces = cutIntoPieces((answer + QStringLiteral("<end><summary> At noon the most came on <max><s:1>.<eos>")).toStdString());
    return script;
}

QImage paintGrid()
{
    QImage picture(kPicture, QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    for (int row = 0; row < kGrid.size(); ++row) {
        for (int column = 0; column < kGrid[row].size(); ++column)
            painter.fillRect(gridCell(column, row), QColor::fromHsv(210, 25 * kGrid[row][column], 245 - 12 * kGrid[row][column]));
    }
    return picture;
}

/// `picture` read, with its table over it.
std::function<void(const WindowFixture &)> overlaid(const QImage &picture)
{
    return [picture](const WindowFixture &fixture) {
        const QString file = fixture.folder()->filePath(QStringLiteral("chart.png"));
        QVERIFY(picture.save(file));
        fixture.drop({QUrl::fromLocalFile(file)});
        QVERIFY(waitFor([&] { return fixture.item("overlayToggle") != nullptr; }) && fixture.waitUntilIdle());
        fixture.press("overlayToggle");
    };
}

void showDrop(const WindowFixture &fixture)
{
    readChart(fixture);
    QVERIFY(fixture.hover({fixture.chartFile()}));
}

void showUndo(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.click("removeConversation");
}

void showRenaming(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.key(Qt::Key_F2);
}

/// A citation of the summary with its mark.
void showLit(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.item("summary")->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Right);
}

/// The words of an answer about a chart that was read before, or nothing.
QQuickItem *answerWords(const WindowFixture &fixture)
{
    const auto found = findItems(fixture.window().contentItem(), [](QQuickItem *item) {
        const auto *chart = item->property("chart").value<ui::ChartAnswer *>();
        return item->objectName() == QLatin1String("summary") && chart && chart->isAnswer();
    });
    return found.isEmpty() ? nullptr : found.front();
}

void showAsked(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.controller().send(QStringLiteral("How far apart are Berlin and Köln?"), {});
    QVERIFY(fixture.waitUntilIdle());
    QVERIFY(waitFor([&] { return answerWords(fixture) != nullptr; }));
    answerWords(fixture)->forceActiveFocus(Qt::TabFocusReason);
    fixture.key(Qt::Key_Right);
}

void showNarrowSidebar(const WindowFixture &fixture)
{
    readChart(fixture);
    fixture.window().resize(kNarrow);
    QVERIFY(waitFor([&] { return fixture.item("conversationList") == nullptr; }));
    fixture.key(Qt::Key_B, Qt::ControlModifier);
}

} // namespace

QList<GalleryView> chartViews()
{
    const auto nothing = [](const WindowFixture &) {};
    QList<GalleryView> out{
        {"empty", chartScript(), nothing},
        {"streaming", streamingScript(), showStreaming},
        {"answered", chartScript(), readChart},
        {"error", chartScript(), showError},
        {"edited", chartScript(), showEdited},
        {"uncertain", doubtfulChartScript(), showLeftOut},
        {"drop", readerScript(), showDrop},
        {"undo", readerScript(), showUndo},
        {"rename", readerScript(), showRenaming},
        {"lit", readerScript(), showLit},
        {"asked", readerScript(), showAsked},
        {"overlay-pie", pieScript("pie", 0.6), overlaid(paintPie(0))},
        {"overlay-donut", pieScript("donut", 0.75), overlaid(paintPie(0.5))},
        {"overlay-heatmap", gridScript(), overlaid(paintGrid())},
        {"sidebar", readerScript(), showNarrowSidebar},
    };
    for (GalleryView &view : out) {
        if (QStringList{"empty", "streaming", "answered", "error"}.contains(view.name)) {
            view.narrow = {kNarrow};
        }
    }
    out[3].again = dropAgain;
    out[4].narrow = {kPhone};
    out.last().sizes = {kNarrow}; // elsewhere it stands beside the conversation
    return out;
}

} // namespace conclave::tests
