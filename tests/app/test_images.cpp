#include "app/images/image_loader.h"
#include "tests/support/png_maker.h"

#include <QBuffer>
#include <QLoggingCategory>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using engine::ErrorCode;

namespace
{

QByteArray encoded(const QImage &picture, const char *format)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, format);
    return bytes;
}

QImage filled(int width, int height, QColor colour)
{
    QImage picture(width, height, QImage::Format_ARGB32);
    picture.fill(colour);
    return picture;
}

} // namespace

class TestImages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("qt.gui.imageio*=false")); }
    void readsWhatItIsWhateverItsName();
    void transparentBecomesWhite();
    void turnsUprightByExif();
    void readsSvg();
    void refuses_data();
    void refuses();
    void everyCutIsAMessage();
    void missingFilesAndFolders();
    void clipboardPictures();

private:
    QTemporaryDir m_folder;
};

void TestImages::readsWhatItIsWhateverItsName()
{
    const QString path = m_folder.filePath("photo.png"); // a JPEG
    QVERIFY(filled(40, 30, Qt::red).convertToFormat(QImage::Format_RGB32).save(path, "JPEG"));
    const auto loaded = loadImageFile(path);
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
    QCOMPARE(loaded->picture.size(), QSize(40, 30));
    QCOMPARE(loaded->pixels->width, 40);
    QCOMPARE(loaded->pixels->height, 30);
    QCOMPARE(loaded->pixels->pixels.size(), std::size_t(40 * 30 * 3));
    QVERIFY(loaded->pixels->pixels[0] > 240 && loaded->pixels->pixels[1] < 20);
    QVERIFY(loaded->fileBytes.startsWith("\xff\xd8"));
}

void TestImages::transparentBecomesWhite()
{
    QImage picture = filled(17, 19, Qt::transparent);
    picture.setPixelColor(1, 0, QColor(0, 0, 0, 128));
    const auto loaded = loadImageBytes(encoded(picture, "PNG"), "clear.png");
    QVERIFY(loaded.ok());
    const auto &pixels = loaded->pixels->pixels;
    QCOMPARE(int(pixels[0]), 255);
    QCOMPARE(int(pixels[3]), 127); // half black on white
    QCOMPARE(loaded->picture.format(), QImage::Format_RGB888);
}

/// A JPEG with an EXIF orientation of 6 (turn right) comes out as high as it was wide.
void TestImages::turnsUprightByExif()
{
    QByteArray bytes = encoded(filled(40, 20, Qt::blue).convertToFormat(QImage::Format_RGB32), "JPEG");
    const QByteArray exif = QByteArray::fromHex("ffe1"                     // APP1
                                                "0022"                     // length
                                                "457869660000"             // "Exif"
                                                "4d4d002a00000008"         // big-endian TIFF
                                                "0001"                     // one entry
                                                "011200030000000100060000" // orientation = 6
                                                "00000000");
    bytes.insert(2, exif);
    const auto loaded = loadImageBytes(bytes, "turned.jpg");
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
    QCOMPARE(loaded->picture.size(), QSize(20, 40));
}

void TestImages::readsSvg()
{
    const auto loaded = loadImageBytes(
        "<svg xmlns='http://www.w3.org/2000/svg' width='50' height='40'><rect width='50' height='40' fill='lime'/></svg>", "a.svg");
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
    QCOMPARE(loaded->picture.size(), QSize(1024, 819));
    QVERIFY(loaded->fileBytes.startsWith("\x89PNG")); // kept as it was drawn
    const auto huge = loadImageBytes("<svg xmlns='http://www.w3.org/2000/svg' width='500000' height='400000'/>", "huge.svg");
    QVERIFY2(huge.ok(), huge.ok() ? "" : huge.error().message.c_str());
    QCOMPARE(huge->picture.size(), QSize(4096, 3277));
}

void TestImages::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("part");
    QTest::newRow("text renamed .png") << QByteArray("Dear diary,\ntoday was a good day.\n") << "its content is text";
    QTest::newRow("text with umlauts") << QByteArray("Größe: 5 µm – fertig\n") << "its content is text";
    QTest::newRow("a PDF") << QByteArray("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n") << "a PDF document";
    QTest::newRow("a model file") << QByteArray("GGUF\x03\0\0\0", 8) << "a model in GGUF format";
    QTest::newRow("noise") << QByteArray("\x01\x02\x03\xff\xfe\x00\x10", 7) << "not a picture";
    QTest::newRow("empty") << QByteArray() << "is empty";
    QTest::newRow("1×1") << encoded(filled(1, 1, Qt::red), "PNG") << "too small to read: 1 × 1";
    QTest::newRow("20,000×20,000") << tests::makeBlankPng(20000, 20000) << "too large: 20000 × 20000";
    QTest::newRow("long and thin") << tests::makeBlankPng(100000, 16) << "too large: 100000 × 16";
    QTest::newRow("a header that promises more than there is") << tests::makePngHeader(9000, 9000) << "damaged or cut off";
    QTest::newRow("a header with no size") << tests::makePngHeader(0, 0) << "bad.png";
    QTest::newRow("a header with the largest size") << tests::makePngHeader(0x7fffffff, 0x7fffffff) << "bad.png";
}

void TestImages::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, part);
    const auto loaded = loadImageBytes(bytes, "bad.png");
    QVERIFY(!loaded.ok());
    QCOMPARE(loaded.error().code, ErrorCode::kBadImage);
    const QString message = QString::fromStdString(loaded.error().message);
    QVERIFY2(message.contains(part) && message.contains("bad.png"), qPrintable(message));
}

/// A file cut anywhere is a picture or a message; Qt may accept one whose last lines are missing.
void TestImages::everyCutIsAMessage()
{
    QImage noise(64, 64, QImage::Format_RGB32);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x)
            noise.setPixel(x, y, QRgb(0xff000000U | unsigned(x * 2654435761U ^ y * 40503U)));
    for (const char *format : {"PNG", "JPEG"}) {
        const QByteArray whole = encoded(noise, format);
        for (qsizetype size = 0; size < whole.size(); size += 1 + whole.size() / 200) {
            const auto loaded = loadImageBytes(whole.left(size), "cut");
            if (!loaded.ok())
                QVERIFY(!loaded.error().message.empty());
            else
                QCOMPARE(loaded->picture.size(), QSize(64, 64));
        }
        QVERIFY(!loadImageBytes(whole.left(whole.size() / 20), "cut").ok());
    }
}

void TestImages::missingFilesAndFolders()
{
    const auto missing = loadImageFile(m_folder.filePath("nowhere.png"));
    QVERIFY(!missing.ok());
    QCOMPARE(missing.error().code, ErrorCode::kFileNotFound);
    QVERIFY(QString::fromStdString(missing.error().message).contains("nowhere.png"));
    const auto folder = loadImageFile(m_folder.path());
    QVERIFY(!folder.ok());
    QCOMPARE(folder.error().code, ErrorCode::kFileUnreadable);
}

void TestImages::clipboardPictures()
{
    const auto loaded = loadImagePicture(filled(20, 20, Qt::green), "clipboard");
    QVERIFY(loaded.ok());
    QVERIFY(loaded->fileBytes.startsWith("\x89PNG"));
    QVERIFY(!loadImagePicture(QImage(), "clipboard").ok());
    QVERIFY(!loadImagePicture(filled(1, 1, Qt::green), "clipboard").ok());
}

QTEST_MAIN(TestImages)
#include "test_images.moc"
