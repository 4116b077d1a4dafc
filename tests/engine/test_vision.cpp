#include "engine/vision/patch_grid.h"
#include "engine/vision/qwen3vl_tower.h"
#include "tests/engine/vision_fixture.h"

#include <QObject>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// A picture whose pixels tell their place.
Image ramp(int width, int height)
{
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3), 200)};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.pixels[static_cast<std::size_t>((y * width + x) * 3)] = static_cast<std::uint8_t>(x);
            image.pixels[static_cast<std::size_t>((y * width + x) * 3 + 1)] = static_cast<std::uint8_t>(y);
        }
    }
    return image;
}

std::uint8_t at(const Image &image, int x, int y, int colour)
{
    return image.pixels[static_cast<std::size_t>((y * image.width + x) * 3 + colour)];
}

} // namespace

/// From pictures to the rows that a language model reads: sizes, patches, positions, and Qwen3-VL's tower against an independent engine.
class TestVision : public QObject
{
    Q_OBJECT

private slots:
    void picturesKeepTheirShape_data();
    void picturesKeepTheirShape();
    void everySizeStaysWithinTheLimits();
    void impossibleSizesAreRefused_data();
    void impossibleSizesAreRefused();
    void enlargingAlignsTheCorners();
    void framesAreBlackAroundThePicture();
    void shrinkingKeepsThinLines();
    void patchesOfATokenFollowOneAnother();
    void patchesHoldNormalisedPixels();
    void positionsAreInterpolated();
    void towerEqualsTheReference_data();
    void towerEqualsTheReference();
    void fastTowerStaysClose();
    void towerTakesOddSizes_data();
    void towerTakesOddSizes();
    void towerStopsBetweenBlocks();
    void cleanupTestCase();

private:
    QStringList m_table;
};

void TestVision::picturesKeepTheirShape_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("most");
    QTest::addColumn<QSize>("tokens");
    QTest::newRow("whole tokens stay") << QSize(128, 96) << 1024 << QSize(4, 3);
    QTest::newRow("sides are rounded") << QSize(150, 117) << 1024 << QSize(5, 4);
    QTest::newRow("tiny ones grow to eight tokens") << QSize(1, 1) << 1024 << QSize(3, 3);
    QTest::newRow("small and wide ones grow too") << QSize(70, 20) << 1024 << QSize(6, 2);
    QTest::newRow("a screenshot fits as it is") << QSize(1024, 768) << 1024 << QSize(32, 24);
    QTest::newRow("photos shrink") << QSize(4000, 3000) << 1024 << QSize(36, 27);
    QTest::newRow("photos shrink to a smaller limit") << QSize(4000, 3000) << 256 << QSize(18, 13);
    QTest::newRow("a panorama") << QSize(20000, 100) << 1024 << QSize(452, 2);
}

void TestVision::picturesKeepTheirShape()
{
    QFETCH(QSize, size);
    QFETCH(int, most);
    QFETCH(QSize, tokens);
    PatchRules rules;
    rules.mostTokens = most;
    const auto grid = tokenGrid(size.width(), size.height(), rules);
    QVERIFY2(grid.ok(), grid.ok() ? "" : grid.error().message.c_str());
    QCOMPARE(QSize(grid->width, grid->height), tokens);
}

void TestVision::everySizeStaysWithinTheLimits()
{
    PatchRules rules;
    rules.mostTokens = 256;
    for (int width = 1; width < 3000; width += 37) {
        for (int height = 1; height < 3000; height += 53) {
            const auto grid = tokenGrid(width, height, rules);
            if (!grid) {
                QVERIFY(std::max(width, height) > 200 * std::min(width, height));
                continue;
            }
            QVERIFY(grid->width >= 1 && grid->height >= 1);
            QVERIFY(grid->tokens() <= rules.mostTokens);
            QVERIFY(grid->tokens() >= rules.leastTokens);
        }
    }
}

void TestVision::impossibleSizesAreRefused_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("most");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QSize(0, 10) << 1024 << "is empty";
    QTest::newRow("negative") << QSize(10, -1) << 1024 << "is empty";
    QTest::newRow("too wide") << QSize(1 << 20, 1 << 19) << 1024 << "is too large";
    QTest::newRow("too many pixels") << QSize(30000, 30000) << 1024 << "is too large";
    QTest::newRow("a line") << QSize(32768, 1) << 1024 << "too long and narrow";
    QTest::newRow("a column") << QSize(10, 2001) << 1024 << "too long and narrow";
    QTest::newRow("narrower than its limit allows") << QSize(100, 10000) << 64 << "too long and narrow";
}

void TestVision::impossibleSizesAreRefused()
{
    QFETCH(QSize, size);
    QFETCH(int, most);
    QFETCH(QString, says);
    PatchRules rules;
    rules.mostTokens = most;
    const auto grid = tokenGrid(size.width(), size.height(), rules);
    QVERIFY(!grid.ok());
    QCOMPARE(grid.error().code, ErrorCode::kBadImage);
    QVERIFY2(QString::fromStdString(grid.error().message).contains(says), grid.error().message.c_str());
}

void TestVision::enlargingAlignsTheCorners()
{
    const Image from = ramp(11, 5);
    const Image to = resizeAligned(from, 21, 9);
    for (int y = 0; y < 9; ++y) {
        for (int x = 0; x < 21; ++x) {
            QCOMPARE(int(at(to, x, y, 0)), x / 2); // halves are cut off
            QCOMPARE(int(at(to, x, y, 1)), y / 2);
            QCOMPARE(int(at(to, x, y, 2)), 200);
        }
    }
    const Image dot = resizeAligned(ramp(1, 1), 3, 4);
    QVERIFY(std::all_of(dot.pixels.begin(), dot.pixels.end(), [](int v) { return v == 0 || v == 200; }));
    QCOMPARE(resizeAligned(from, 1, 1).pixels, (std::vector<std::uint8_t>{0, 0, 200}));
}

void TestVision::framesAreBlackAroundThePicture()
{
    const Image framed = letterbox(ramp(150, 117), 160, 128); // 160 x 125 within
    QCOMPARE(framed.pixels.size(), std::size_t{160 * 128 * 3});
    for (int x = 0; x < 160; ++x) {
        QCOMPARE(int(at(framed, x, 0, 2)), 0);
        QCOMPARE(int(at(framed, x, 1, 2)), 200);
        QCOMPARE(int(at(framed, x, 125, 2)), 200);
        QCOMPARE(int(at(framed, x, 126, 2)), 0);
    }
    QCOMPARE(int(at(framed, 159, 1, 0)), 149);
    QCOMPARE(int(at(framed, 159, 125, 1)), 116);
    const Image tall = letterbox(ramp(10, 200), 64, 192);
    QCOMPARE(int(at(tall, 26, 0, 2)), 0);
    QCOMPARE(int(at(tall, 27, 0, 2)), 200);
    const Image same = ramp(64, 32);
    QCOMPARE(letterbox(same, 64, 32).pixels, same.pixels);
}

void TestVision::shrinkingKeepsThinLines()
{
    Image lines{400, 400, std::vector<std::uint8_t>(std::size_t{400 * 400 * 3}, 255)};
    for (int y = 0; y < 400; ++y) {
        for (int x = 0; x < 400; x += 8)
            std::fill_n(lines.pixels.begin() + static_cast<std::ptrdiff_t>((y * 400 + x) * 3), 3, std::uint8_t{0});
    }
    const Image small = letterbox(lines, 96, 96);
    int darkColumns = 0;
    for (int x = 0; x < 96; ++x)
        darkColumns += at(small, x, 48, 0) < 250 ? 1 : 0;
    QVERIFY2(darkColumns > 80, qPrintable(QString::number(darkColumns))); // every line is in some pixel, most pixels see one
}

void TestVision::patchesOfATokenFollowOneAnother()
{
    const auto places = patchPlaces({2, 1}, 2);
    QCOMPARE(places, (std::vector<std::int32_t>{0, 0, 1, 1, 0, 0, 1, 1, /* columns */ 0, 1, 0, 1, 2, 3, 2, 3}));
    const auto taller = patchPlaces({1, 2}, 2);
    QCOMPARE(taller, (std::vector<std::int32_t>{0, 0, 1, 1, 2, 2, 3, 3, 0, 1, 0, 1, 0, 1, 0, 1}));
}

void TestVision::patchesHoldNormalisedPixels()
{
    PatchRules rules;
    rules.patch = 2;
    rules.mean[1] = 0.25F;
    rules.deviation[2] = 0.125F;
    const Image image = ramp(8, 4);
    const auto rows = patchRows(image, rules);
    QCOMPARE(rows.size(), std::size_t{8 * 12});
    const auto value = [&](int patch, int colour, int y, int x) {
        return rows[static_cast<std::size_t>(((patch * 3 + colour) * 2 + y) * 2 + x)];
    };
    // Patch 6 is the lower left one of the second token: row 1, column 2.
    QCOMPARE(value(6, 0, 1, 1), (5.0F / 255.0F - 0.5F) / 0.5F);
    QCOMPARE(value(6, 1, 1, 0), (3.0F / 255.0F - 0.25F) / 0.5F);
    QCOMPARE(value(6, 2, 0, 0), (200.0F / 255.0F - 0.5F) / 0.125F);
    QCOMPARE(value(1, 0, 0, 0), (2.0F / 255.0F - 0.5F) / 0.5F);
}

void TestVision::positionsAreInterpolated()
{
    // A table whose two values are the row and twice the column.
    std::vector<float> table;
    for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 4; ++x) {
            table.push_back(static_cast<float>(y));
            table.push_back(2.0F * static_cast<float>(x));
        }
    }
    for (const ImageGrid grid : {ImageGrid{2, 2}, ImageGrid{7, 3}, ImageGrid{1, 5}}) {
        const auto places = patchPlaces(grid, 2);
        const auto positions = resampledPositions(table, 4, 2, grid, 2);
        const std::size_t patches = places.size() / 2;
        QCOMPARE(positions.size(), 2 * patches);
        for (std::size_t i = 0; i < patches; ++i) {
            const double row = places[i] * 3.0 / (2 * grid.height - 1);
            const double column = places[patches + i] * 3.0 / (2 * grid.width - 1);
            QVERIFY(std::abs(static_cast<double>(positions[2 * i]) - row) < 1e-5);
            QVERIFY(std::abs(static_cast<double>(positions[2 * i + 1]) - 2 * column) < 1e-5);
        }
    }
    const auto single = resampledPositions(std::vector<float>{5.0F}, 1, 1, {1, 1}, 2);
    QCOMPARE(single, std::vector<float>(4, 5.0F));
}

/// A tower with all it stands on.
struct LoadedTower
{
    std::unique_ptr<kernels::Device> device;
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<kernels::Queue> queue;
    std::unique_ptr<Qwen3VlTower> tower;

    static LoadedTower open(const std::string &device, int mostTokens = 1024)
    {
        LoadedTower loaded;
        loaded.device = makeDevice(device);
        loaded.queue = loaded.device->createQueue();
        auto file = GgufFile::open(visionPath("mmproj.gguf").toStdString());
        if (!file)
            return loaded;
        loaded.file = std::make_unique<GgufFile>(std::move(*file));
        auto tower = Qwen3VlTower::create(*loaded.device, *loaded.file, mostTokens);
        if (!tower)
            qWarning("%s", tower.error().message.c_str());
        else
            loaded.tower.reset(static_cast<Qwen3VlTower *>(tower->release()));
        return loaded;
    }
};

void TestVision::towerEqualsTheReference_data()
{
    QTest::addColumn<QString>("picture");
    QTest::addColumn<QString>("device");
    for (const char *picture : {"image_128x96", "image_150x117"}) {
        for (const char *device : modelDevices())
            QTest::addRow("%s, %s", picture, device) << QString(picture) << QString(device);
    }
}

/// The other engine rounds pixels to 16 bits: with the same rounding rows are equal, without it they stay close.
void TestVision::towerEqualsTheReference()
{
    QFETCH(QString, picture);
    QFETCH(QString, device);
    const PictureReference reference = PictureReference::load(picture + ".png");
    LoadedTower loaded = LoadedTower::open(device.toStdString());
    QVERIFY(loaded.tower);
    QCOMPARE(loaded.tower->levels(), 3);
    Ops ops(*loaded.queue, kernels::Precision::kFloat);
    const Image image = readImage(visionPath(picture + ".png"));
    const auto memory = loaded.tower->encode(ops, image, {});
    QVERIFY2(memory.ok(), memory.ok() ? "" : memory.error().context.c_str());
    QCOMPARE((*memory)->grid(), reference.grid);
    QCOMPARE(reference.embeddings.size(), static_cast<std::size_t>(reference.grid.tokens()) * 768);
    const double plain = largestDifference(rowsOf(**memory, *loaded.device), reference.embeddings);

    const PatchRules &rules = loaded.tower->sizes().rules;
    const Image framed = letterbox(image, reference.grid.width * rules.cell(), reference.grid.height * rules.cell());
    const auto rounded = loaded.tower->encodePatches(ops, roundedToHalf(patchRows(framed, rules)), reference.grid, {});
    QVERIFY(rounded.ok());
    const double same = largestDifference(rowsOf(**rounded, *loaded.device), reference.embeddings);
    m_table << QString("%1 %2 | %3").arg(QTest::currentDataTag(), -30).arg(same, 0, 'e', 2).arg(plain, 0, 'e', 2);
    QVERIFY2(same < 1e-5, qPrintable(QString::number(same)));
    QVERIFY2(plain < 1.5e-3, qPrintable(QString::number(plain)));
}

/// F16 weights round nothing more on the CPU; what is allowed is the other engine's own difference between its two ways.
void TestVision::fastTowerStaysClose()
{
    const PictureReference reference = PictureReference::load("image_128x96.png");
    LoadedTower loaded = LoadedTower::open("best");
    Ops ops(*loaded.queue, kernels::Precision::kFast);
    const auto memory = loaded.tower->encode(ops, readImage(visionPath("image_128x96.png")), {});
    QVERIFY(memory.ok());
    const double error = largestDifference(rowsOf(**memory, *loaded.device), reference.embeddings);
    QVERIFY2(error < 1.5e-3 * 1.2, qPrintable(QString::number(error)));
}

void TestVision::towerTakesOddSizes_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize size : {QSize(1, 1), QSize(1, 199), QSize(33, 31), QSize(640, 7), QSize(500, 331), QSize(2000, 1500)})
        QTest::addRow("%d x %d", size.width(), size.height()) << size;
}

/// The rows are finite, as many as the grid says, and the same on the float64 device.
void TestVision::towerTakesOddSizes()
{
    QFETCH(QSize, size);
    const Image image = ramp(size.width(), size.height());
    std::vector<float> rows[2];
    for (int i = 0; i < 2; ++i) {
        LoadedTower loaded = LoadedTower::open(i == 0 ? "best" : "reference", 64);
        Ops ops(*loaded.queue, kernels::Precision::kFloat);
        const auto memory = loaded.tower->encode(ops, image, {});
        QVERIFY2(memory.ok(), memory.ok() ? "" : memory.error().message.c_str());
        QVERIFY((*memory)->tokens() <= 64);
        rows[i] = rowsOf(**memory, *loaded.device);
        QCOMPARE(rows[i].size(), static_cast<std::size_t>((*memory)->tokens()) * 768);
    }
    const double error = largestDifference(rows[0], rows[1]);
    QVERIFY2(error < 2e-5, qPrintable(QString::number(error)));
}

void TestVision::towerStopsBetweenBlocks()
{
    LoadedTower loaded = LoadedTower::open("best");
    Ops ops(*loaded.queue, kernels::Precision::kFloat);
    std::stop_source source;
    source.request_stop();
    const auto memory = loaded.tower->encode(ops, ramp(64, 64), source.get_token());
    QVERIFY(!memory.ok());
    QCOMPARE(memory.error().code, ErrorCode::kCancelled);
    QVERIFY(loaded.tower->encode(ops, ramp(64, 64), {}).ok());
}

void TestVision::cleanupTestCase()
{
    qInfo("%-30s %s", "picture, device", "largest error, pixels in 16 bits | in 32");
    for (const QString &row : m_table)
        qInfo("%s", qPrintable(row));
}

QTEST_GUILESS_MAIN(TestVision)
#include "test_vision.moc"
