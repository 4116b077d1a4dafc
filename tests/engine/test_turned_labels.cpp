#include "engine/vision/straight_labels.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace conclave::engine;

namespace
{

constexpr double kPi = std::numbers::pi;
constexpr int kStroke = 2; ///< pixels of a letter's dot
constexpr int kLetterWide = 5, kLetterHigh = 7;
constexpr std::uint64_t kLetters[] = { // A E H N R S T Z 0 4 7 9, a bit a dot, from the top left
    0b01110'10001'10001'11111'10001'10001'10001, 0b11111'10000'10000'11110'10000'10000'11111, 0b10001'10001'10001'11111'10001'10001'10001,
    0b10001'11001'10101'10101'10011'10001'10001, 0b11110'10001'10001'11110'10100'10010'10001, 0b01111'10000'10000'01110'00001'00001'11110,
    0b11111'00100'00100'00100'00100'00100'00100, 0b11111'00001'00010'00100'01000'10000'11111, 0b01110'10001'10011'10101'11001'10001'01110,
    0b00010'00110'01010'10010'11111'00010'00010, 0b11111'00001'00010'00100'01000'01000'01000, 0b01110'10001'10001'01111'00001'00010'01100};

/// A word as it is written upright: ink from 0 to 1.
struct Word
{
    int width = 0;
    int height = 0;
    std::vector<double> ink;

    double at(double x, double y) const
    {
        const int column = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
        return column < 0 || row < 0 || column >= width || row >= height ? 0 : ink[static_cast<std::size_t>(row * width + column)];
    }
};

/// `letters` letters; another word for another `seed`.
Word word(int letters, int seed)
{
    Word out{letters * (kLetterWide + 1) * kStroke, kLetterHigh * kStroke, {}};
    out.ink.resize(static_cast<std::size_t>(out.width * out.height));
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            const int column = x / kStroke % (kLetterWide + 1), letter = x / kStroke / (kLetterWide + 1);
            const std::uint64_t dots = kLetters[static_cast<std::size_t>(seed * 5 + letter * 7) % std::size(kLetters)];
            const int bit = (kLetterHigh - 1 - y / kStroke) * kLetterWide + (kLetterWide - 1 - column);
            out.ink[static_cast<std::size_t>(y * out.width + x)] = column < kLetterWide && (dots >> bit & 1U) != 0 ? 1 : 0;
        }
    }
    return out;
}

struct Page
{
    Image image;
    std::uint8_t ground = 250;
    std::uint8_t ink = 40;

    Page(int width, int height, bool dark) : image{width, height, {}}
    {
        if (dark)
            std::swap(ground, ink);
        image.pixels.assign(static_cast<std::size_t>(width * height * 3), ground);
    }
    void dot(int x, int y, double share)
    {
        if (x < 0 || y < 0 || x >= image.width || y >= image.height)
            return;
        for (int i = 0; i < 3; ++i) {
            std::uint8_t &value = image.pixels[static_cast<std::size_t>((y * image.width + x) * 3 + i)];
            value = static_cast<std::uint8_t>(std::lround(value + share * (ink - value)));
        }
    }
    void fill(int left, int top, int width, int height)
    {
        for (int y = top; y < top + height; ++y)
            for (int x = left; x < left + width; ++x)
                dot(x, y, 1);
    }
    /// Around its middle, read at `angle`; each pixel is the mean of nine points.
    void write(const Word &text, double middleX, double middleY, double angle)
    {
        const double c = std::cos(angle), s = std::sin(angle);
        const int reach = text.width;
        for (int y = static_cast<int>(middleY) - reach; y <= middleY + reach; ++y) {
            for (int x = static_cast<int>(middleX) - reach; x <= middleX + reach; ++x) {
                double share = 0;
                for (int i = 0; i < 9; ++i) {
                    const double dx = x + (i % 3 - 1) / 3.0 - middleX, dy = y + (i / 3 - 1) / 3.0 - middleY;
                    share += text.at(dx * c + dy * s + text.width / 2.0, dy * c - dx * s + text.height / 2.0) / 9;
                }
                if (share > 0)
                    dot(x, y, share);
            }
        }
    }
    std::uint8_t at(int x, int y) const { return image.pixels[static_cast<std::size_t>((y * image.width + x) * 3)]; }
};

constexpr int kPlotBottom = 300;
constexpr int kFirstColumn = 120;

/// Bars over an axis, with a title and values on the left.
Page chart(int columns, int apart, bool dark)
{
    Page page(kFirstColumn + columns * apart + 40, 460, dark);
    page.write(word(12, 3), page.image.width / 2.0, 20, 0);
    page.fill(kFirstColumn - apart / 2, kPlotBottom, columns * apart, 2);
    for (int i = 0; i < columns; ++i) {
        const int high = 60 + i * 37 % 150;
        page.fill(kFirstColumn + i * apart - apart / 4, kPlotBottom - high, apart / 2, high);
    }
    for (int i = 0; i < 5; ++i)
        page.write(word(3, i), 34, kPlotBottom - i * 60.0, 0);
    return page;
}

/// The middle of a label whose upper end lies below `column`.
QPointF middleBelow(double column, const Word &text, double angle)
{
    const double along = (std::sin(angle) < 0 ? -1 : 1) * text.width / 2.0, top = kPlotBottom + 10 + text.height / 2.0 * std::cos(angle);
    return {column + along * std::cos(angle), top + along * std::sin(angle)};
}

int lettersOf(int column)
{
    return 3 + column * 2 % 5;
}

} // namespace

/// Labels that are written at an angle below a chart, and the same picture with upright ones.
class TestTurnedLabels : public QObject
{
    Q_OBJECT

private slots:
    void areFound_data();
    void areFound();
    void areWrittenUpright();
    void noiseDoesNotHideThem();
    void uprightPicturesStayAsTheyAre_data();
    void uprightPicturesStayAsTheyAre();
    void picturesOfAnySizeAreTaken_data();
    void picturesOfAnySizeAreTaken();
};

void TestTurnedLabels::areFound_data()
{
    QTest::addColumn<double>("degrees");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("apart");
    QTest::addColumn<bool>("dark");
    QTest::newRow("upwards") << -90.0 << 6 << 60 << false;
    QTest::newRow("upwards, close together") << -90.0 << 14 << 30 << false;
    QTest::newRow("rising to its column") << -45.0 << 6 << 60 << false;
    QTest::newRow("rising, flat") << -30.0 << 5 << 90 << false;
    QTest::newRow("rising, steep") << -60.0 << 8 << 50 << false;
    QTest::newRow("falling from its column") << 45.0 << 6 << 60 << false;
    QTest::newRow("on a dark page") << -45.0 << 6 << 60 << true;
    QTest::newRow("three of them") << 40.0 << 3 << 110 << true;
}

void TestTurnedLabels::areFound()
{
    QFETCH(double, degrees);
    QFETCH(int, columns);
    QFETCH(int, apart);
    QFETCH(bool, dark);
    const double angle = degrees / 180 * kPi;
    Page page = chart(columns, apart, dark);
    for (int i = 0; i < columns; ++i) {
        const Word text = word(lettersOf(i), i);
        const QPointF middle = middleBelow(kFirstColumn + i * apart, text, angle);
        page.write(text, middle.x(), middle.y(), angle);
    }
    const auto found = findTurnedLabels(page.image);
    QVERIFY(found);
    QCOMPARE(found->labels.size(), static_cast<std::size_t>(columns));
    QVERIFY2(std::abs(found->angle - angle) < 0.06, qPrintable(QString::number(found->angle / kPi * 180)));
    QVERIFY2(std::abs(found->height - kLetterHigh * kStroke) < 4, qPrintable(QString::number(found->height)));
    for (int i = 0; i < columns; ++i) {
        const TurnedLabel &label = found->labels[static_cast<std::size_t>(i)];
        const Word text = word(lettersOf(i), i);
        const QPointF middle = middleBelow(kFirstColumn + i * apart, text, angle);
        QVERIFY2(std::hypot(label.x - middle.x(), label.y - middle.y()) < 4, qPrintable(QString::number(i)));
        QVERIFY(std::abs(label.column - (kFirstColumn + i * apart)) < 5);
        QVERIFY(std::abs(label.length - text.width) < 6);
    }
}

/// Against the words as they were before they were turned.
void TestTurnedLabels::areWrittenUpright()
{
    constexpr int kColumns = 5, kApart = 110;
    const double angle = -kPi / 4;
    Page page = chart(kColumns, kApart, false);
    for (int i = 0; i < kColumns; ++i) {
        const QPointF middle = middleBelow(kFirstColumn + i * kApart, word(5, i), angle);
        page.write(word(5, i), middle.x(), middle.y(), angle);
    }
    const auto straight = withStraightLabels(page.image);
    QVERIFY(straight);
    QCOMPARE(straight->width, page.image.width);
    QCOMPARE(straight->height, page.image.height);
    const std::size_t above = static_cast<std::size_t>(kPlotBottom * page.image.width * 3);
    QVERIFY(std::equal(straight->pixels.begin(), straight->pixels.begin() + static_cast<std::ptrdiff_t>(above), page.image.pixels.begin()));
    QVERIFY(!findTurnedLabels(*straight));
    Page expected(page.image.width, page.image.height, false);
    for (int i = 0; i < kColumns; ++i)
        expected.write(word(5, i), kFirstColumn + i * kApart, 0.5 * expected.image.height, 0);
    double best = 0; // correlation at the offset that fits best
    for (int dy = kPlotBottom - expected.image.height / 2; dy < kPlotBottom - expected.image.height / 2 + 40; ++dy) {
        for (int dx = -6; dx <= 6; ++dx) {
            double both = 0, one = 0, other = 0;
            for (int y = expected.image.height / 2 - 10; y < expected.image.height / 2 + 10; ++y) {
                for (int x = 10; x < expected.image.width - 10; ++x) {
                    const double a = expected.ground - expected.at(x, y);
                    const double b =
                        expected.ground - straight->pixels[static_cast<std::size_t>(((y + dy) * straight->width + x + dx) * 3)];
                    both += a * b;
                    one += a * a;
                    other += b * b;
                }
            }
            best = std::max(best, both / std::sqrt(one * other));
        }
    }
    QVERIFY2(best > 0.8, qPrintable(QString::number(best)));
}

void TestTurnedLabels::noiseDoesNotHideThem()
{
    Page page = chart(7, 60, false);
    for (int i = 0; i < 7; ++i) {
        const QPointF middle = middleBelow(kFirstColumn + i * 60, word(4, i), -kPi / 2);
        page.write(word(4, i), middle.x(), middle.y(), -kPi / 2);
    }
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 6);
    for (std::uint8_t &value : page.image.pixels)
        value = static_cast<std::uint8_t>(std::clamp(std::lround(value + noise(random)), 0L, 255L));
    const auto found = findTurnedLabels(page.image);
    QVERIFY(found);
    QCOMPARE(found->labels.size(), std::size_t(7));
}

void TestTurnedLabels::uprightPicturesStayAsTheyAre_data()
{
    QTest::addColumn<int>("labels");
    QTest::addColumn<double>("degrees");
    QTest::newRow("no labels") << 0 << 0.0;
    QTest::newRow("upright labels") << 6 << 0.0;
    QTest::newRow("a little askew, as in a photo") << 6 << 4.0;
    QTest::newRow("two turned ones") << 2 << -45.0;
}

void TestTurnedLabels::uprightPicturesStayAsTheyAre()
{
    QFETCH(int, labels);
    QFETCH(double, degrees);
    Page page = chart(6, 90, false);
    for (int i = 0; i < labels; ++i)
        page.write(word(5, i), kFirstColumn + i * 90, kPlotBottom + 30, degrees / 180 * kPi);
    QVERIFY(!findTurnedLabels(page.image));
    QVERIFY(!withStraightLabels(page.image));
}

void TestTurnedLabels::picturesOfAnySizeAreTaken_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::newRow("a pixel") << 1 << 1;
    QTest::newRow("a line") << 700 << 1;
    QTest::newRow("a column") << 1 << 2300;
    QTest::newRow("smaller than a letter") << 5 << 4;
    QTest::newRow("of noise") << 400 << 300;
    QTest::newRow("larger than what is looked at") << 2300 << 1200;
}

/// Noise: whatever is found in it lies within.
void TestTurnedLabels::picturesOfAnySizeAreTaken()
{
    QFETCH(int, width);
    QFETCH(int, height);
    for (const int most : {2, 255}) { // two values, and all of them
        std::mt19937 random(static_cast<unsigned>(width + height));
        Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3))};
        for (std::uint8_t &value : image.pixels)
            value = static_cast<std::uint8_t>(random() % static_cast<unsigned>(most) * (most == 2 ? 255 : 1));
        if (const auto found = findTurnedLabels(image)) {
            for (const TurnedLabel &label : found->labels)
                QVERIFY(label.x >= 0 && label.x < width && label.y >= 0 && label.y < height && label.length > 0);
        }
        const auto straight = withStraightLabels(image);
        QVERIFY(!straight || straight->pixels.size() == image.pixels.size());
    }
}

QTEST_GUILESS_MAIN(TestTurnedLabels)
#include "test_turned_labels.moc"
