#include "app/chart/chart_parser.h"
#include "tests/app/test_chart_parser.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>

using namespace conclave;
using namespace conclave::app;

namespace
{

const QSize kInput(320, 224);
const QSize kShown(640, 448);
constexpr double kPixels = 4; // of the picture, a step
constexpr int kMarks = 5;
const QColor kInk(31, 119, 180), kOtherInk(214, 39, 40);

// Value 0 lies at pixel 402 from above, 100 at 82: a pixel is 0.3125.
constexpr double kZeroAt = 402, kHundredAt = 82;
const double kTruth[kMarks] = {20.3, 47.2, 33.9, 81.6, 60.4};

double pixelOfValue(double value)
{
    return kZeroAt + (kHundredAt - kZeroAt) * value / 100;
}

double middleOfRow(int row)
{
    return 102 + 100 * row; // in the middle of a step, as the ticks are
}

QImage emptyPicture()
{
    QImage picture(kShown, QImage::Format_RGB888);
    picture.fill(Qt::white);
    return picture;
}

enum class Drawn
{
    kLine,
    kLineWithErrorBars,
    kBars,
    kArea,
};

QImage drawn(Drawn what)
{
    QImage picture = emptyPicture();
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    QPolygonF points;
    for (int row = 0; row < kMarks; ++row)
        points << QPointF(middleOfRow(row), pixelOfValue(kTruth[row]));
    if (what == Drawn::kBars) {
        for (const QPointF &point : points)
            painter.fillRect(QRectF(point.x() - 30, point.y(), 60, kZeroAt - point.y()), kInk);
        return picture;
    }
    if (what == Drawn::kArea) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(kInk);
        painter.drawPolygon(QPolygonF(points) << QPointF(points.back().x(), kZeroAt) << QPointF(points.front().x(), kZeroAt));
        return picture;
    }
    painter.setPen(QPen(kInk, 3));
    painter.drawPolyline(points);
    painter.setPen(QPen(Qt::black, 2));
    for (const QPointF &point : points) {
        if (what == Drawn::kLineWithErrorBars)
            painter.drawLine(point - QPointF(0, 14), point + QPointF(0, 25));
    }
    return picture;
}

/// What a model says that sees every mark `off` steps off and guesses the numbers somewhat better.
QString guessedAnswer(const QString &kind, double off)
{
    const auto step = [](double pixels) { return int(std::floor(pixels / kPixels)); };
    QString out = QStringLiteral("<chart:%1><title> T<xlabel><ylabel><unit><cal><y:%2>0<y:%3>100<series> S")
                      .arg(kind)
                      .arg(step(kZeroAt))
                      .arg(step(kHundredAt));
    for (int row = 0; row < kMarks; ++row) {
        const double at = pixelOfValue(kTruth[row]) + (row % 2 == 0 ? off : -off) * kPixels;
        const double guess = std::round((kTruth[row] + (row % 2 == 0 ? off : -off) * 0.3) * 10) / 10;
        out += QStringLiteral("<row> r%1<x:%2><y:%3>%4").arg(row).arg(step(middleOfRow(row))).arg(step(at)).arg(guess, 0, 'f', 1);
    }
    return out + QStringLiteral("<end><summary> <max><s:0><eos>");
}

engine::ImagePtr imageOf(const QImage &picture)
{
    engine::Image image{picture.width(), picture.height(), {}};
    for (int y = 0; y < picture.height(); ++y)
        image.pixels.insert(image.pixels.end(), picture.constScanLine(y), picture.constScanLine(y) + picture.width() * 3);
    return std::make_shared<const engine::Image>(std::move(image));
}

ChartReading readingOf(const QString &answer, const engine::ImagePtr &picture)
{
    ChartParser parser(kShown, kInput, 2, picture);
    parser.push(answer, 0.8);
    parser.finish(true);
    return parser.reading();
}

double worstError(const ChartReading &reading)
{
    double worst = 0;
    for (int row = 0; row < kMarks; ++row)
        worst = std::max(worst, std::abs(reading.table.rows[row].cells[0].value.value_or(1e9) - kTruth[row]));
    return worst;
}

} // namespace

void TestChartParser::marksStandWhereThePictureShowsThem_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("what");
    QTest::newRow("points of a line") << "line" << int(Drawn::kLine);
    QTest::newRow("points of a line behind error bars") << "line" << int(Drawn::kLineWithErrorBars);
    QTest::newRow("ends of bars") << "bar" << int(Drawn::kBars);
    QTest::newRow("the edge of an area") << "area" << int(Drawn::kArea);
}

void TestChartParser::marksStandWhereThePictureShowsThem()
{
    QFETCH(QString, kind);
    QFETCH(int, what);
    const QString answer = guessedAnswer(kind, 1.3);
    const ChartReading alone = readingOf(answer, nullptr);
    const ChartReading seen = readingOf(answer, imageOf(drawn(Drawn(what))));
    QVERIFY2(worstError(alone) > 1.2, qPrintable(QString::number(worstError(alone))));
    QVERIFY2(worstError(seen) < 0.6, qPrintable(QString::number(worstError(seen))));
    for (int row = 0; row < kMarks; ++row)
        QVERIFY(std::abs(seen.table.rows[row].cells[0].place.y() - pixelOfValue(kTruth[row])) < 1.2);
    // What is said and asked later is about the table that is shown.
    QCOMPARE(seen.summary.citations[0].value, *seen.table.rows[3].cells[0].value);
    QVERIFY(worstError(readingOf(seen.written + QStringLiteral("<summary><eos>"), nullptr)) < 1.2);
}

void TestChartParser::marksStayWhereThePictureShowsNothing_data()
{
    QTest::addColumn<QImage>("picture");
    QTest::newRow("nothing is drawn") << emptyPicture();
    QImage elsewhere = emptyPicture();
    QPainter(&elsewhere).fillRect(QRect(0, 0, 640, 40), kOtherInk);
    QTest::newRow("something is drawn elsewhere") << elsewhere;
}

void TestChartParser::marksStayWhereThePictureShowsNothing()
{
    QFETCH(QImage, picture);
    for (const char *kind : {"line", "bar", "area", "step", "stacked"}) {
        const QString answer = guessedAnswer(QLatin1String(kind), 1.3);
        const ChartReading alone = readingOf(answer, nullptr), seen = readingOf(answer, imageOf(picture));
        for (int row = 0; row < kMarks; ++row) {
            QCOMPARE(seen.table.rows[row].cells[0].value, alone.table.rows[row].cells[0].value);
            QCOMPARE(seen.table.rows[row].cells[0].place, alone.table.rows[row].cells[0].place);
        }
    }
}

void TestChartParser::aTickStandsOnItsLine()
{
    QImage picture = emptyPicture();
    {
        QPainter painter(&picture);
        for (const double at : {kZeroAt, kHundredAt})
            painter.fillRect(QRectF(60, at - 1, 520, 2), QColor(200, 200, 200));
    }
    const ChartReading seen = readingOf(guessedAnswer(QStringLiteral("line"), 0), imageOf(picture));
    QVERIFY(std::abs(seen.table.axes[0].first.place - kZeroAt) < 0.6);
    QVERIFY(std::abs(seen.table.axes[0].second.place - kHundredAt) < 0.6);
}

void TestChartParser::namesWrittenTwiceAreDoubtful()
{
    const auto read = [](const QString &kind) {
        const QString answer = QStringLiteral("<chart:%1><title> T<xlabel><ylabel><unit><cal><series> S<row> A<x:1><y:1>1<row> B<x:2><y:2>2"
                                              "<row> a<x:3><y:3>3<end><summary><eos>");
        return readingOf(answer.arg(kind), nullptr).table;
    };
    const ChartTable pie = read(QStringLiteral("pie")), scatter = read(QStringLiteral("scatter"));
    QVERIFY(pie.rows[0].cells[0].confidence <= 0.5 && pie.rows[2].cells[0].confidence <= 0.5);
    QVERIFY(pie.rows[1].cells[0].confidence > 0.5);
    QVERIFY(scatter.rows[0].cells[0].confidence > 0.5);
}
