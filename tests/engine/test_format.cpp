#include "engine/format/gguf_reader.h"
#include "engine/format/gguf_writer.h"
#include "engine/format/mapped_file.h"
#include "gguf_builder.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <limits>
#include <random>

using namespace conclave;
using namespace conclave::engine;
using conclave::tests::parseBytes;
using conclave::tests::RawGguf;
using conclave::tests::tinyGguf;

namespace
{

constexpr std::uint32_t kUint32 = 4;
constexpr std::uint32_t kString = 8;
constexpr std::uint32_t kArray = 9;
constexpr std::uint32_t kF32 = 0;
constexpr std::uint32_t kQ8 = 8;

/// A file with one tensor whose table entry is given.
std::string oneTensor(const std::vector<std::int64_t> &extents, std::uint32_t type, std::uint64_t offset, std::size_t dataBytes)
{
    return RawGguf().header(3, 1, 0).tensor("t", extents, type, offset).pad(dataBytes).bytes();
}

QString message(const Error &error)
{
    return QString::fromStdString(error.message);
}

/// Every error must say which file and what to do.
bool isClear(const Error &error)
{
    const QString text = message(error);
    return text.contains(QStringLiteral("test.gguf")) && text.endsWith(QLatin1Char('.')) &&
           (text.contains(QStringLiteral("ownload")) || text.contains(QStringLiteral("hoose")));
}

/// Reads every byte that a parsed file points to, so that a sanitizer sees a span out of bounds.
std::uint64_t touch(const GgufFile &file)
{
    std::uint64_t sum = file.sizeBytes();
    for (const TensorInfo &tensor : file.tensors()) {
        for (const std::byte value : tensor.data) {
            sum += static_cast<std::uint64_t>(value);
        }
        sum += tensor.name.size();
    }
    return sum;
}

} // namespace

class TestFormat : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryMetadataType();
    void integerLookupsCheckTypeAndRange();
    void scalarsCountAsLists();
    void numbersMustBeFinite();
    void absentKeysAreNoError();
    void placesTensors();
    void keepsTensorsOfUnknownType();
    void rejectsBrokenFiles_data();
    void rejectsBrokenFiles();
    void acceptsUnusualFiles_data();
    void acceptsUnusualFiles();
    void opensOnlyPlainFiles();
    void writerRefusesMisuse();
    void writerHonoursAlignment();
    void truncationAtEveryByteIsReported();
    void flippedBytesNeverCrash();
    void randomHeadersNeverCrash();
    void readsReferenceModels();
};

void TestFormat::readsEveryMetadataType()
{
    const std::string bytes = tinyGguf();
    auto file = parseBytes(bytes);
    QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
    const auto is = [&file](const char *key, auto expected) {
        const MetadataValue *value = file->find(key);
        return value != nullptr && *value == MetadataValue(expected);
    };
    QVERIFY(is("general.architecture", std::string("test")));
    QVERIFY(is("a.u8", std::uint64_t{200}));
    QVERIFY(is("a.i8", std::int64_t{-5}));
    QVERIFY(is("a.u16", std::uint64_t{60000}));
    QVERIFY(is("a.i16", std::int64_t{-300}));
    QVERIFY(is("a.u32", std::uint64_t{4000000000U}));
    QVERIFY(is("a.i32", std::int64_t{-7}));
    QVERIFY(is("a.u64", std::uint64_t{1} << 40));
    QVERIFY(is("a.i64", std::int64_t{-1} << 40));
    QVERIFY(is("a.f32", 0.5));
    QVERIFY(is("a.f64", 0.1));
    QVERIFY(is("a.bool", true));
    QVERIFY(is("a.ints", std::vector<std::int64_t>{1, -2, 3}));
    QVERIFY(is("a.floats", std::vector<double>{0.25, 0.5}));
    QVERIFY(is("a.texts", std::vector<std::string>{"x", "", "yz"}));
    QCOMPARE(file->find("a.missing"), nullptr);
}

void TestFormat::integerLookupsCheckTypeAndRange()
{
    const std::string bytes = tinyGguf();
    auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    const auto inRange = file->integer("a.u8", 0, 255);
    QVERIFY(inRange.ok() && inRange.value() == 200);
    const auto below = file->integer("a.i8", 0, 10);
    QVERIFY(!below.ok());
    QCOMPARE(below.error().code, ErrorCode::kBadMetadata);
    QVERIFY(message(below.error()).contains(QStringLiteral("a.i8")));
    QVERIFY(isClear(below.error()));
    QVERIFY(!file->integer("a.u32", 0, 100).ok());
    QVERIFY(!file->integer("a.f32", 0, 100).ok());
    QVERIFY(!file->integer("a.bool", 0, 1).ok());
    QVERIFY(!file->string("a.u8").ok());
    QVERIFY(!file->boolean("a.u8").ok());
    QVERIFY(!file->strings("a.ints").ok());
    QVERIFY(!file->integers("a.texts").ok());
    QVERIFY(!file->integers("a.floats").ok());
    QVERIFY(!file->numbers("a.texts").ok());
    QVERIFY(!file->number("a.texts").ok());
}

void TestFormat::scalarsCountAsLists()
{
    const std::string bytes = tinyGguf();
    auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    QVERIFY(**file->integers("a.i32") == (std::vector<std::int64_t>{-7}));
    QVERIFY(**file->numbers("a.f64") == (std::vector<double>{0.1}));
    QVERIFY(**file->numbers("a.ints") == (std::vector<double>{1, -2, 3}));
    QVERIFY(**file->strings("general.architecture") == (std::vector<std::string>{"test"}));
    QCOMPARE(**file->number("a.u16"), 60000.0);
    QCOMPARE(**file->boolean("a.bool"), true);
}

void TestFormat::numbersMustBeFinite()
{
    std::ostringstream out;
    GgufWriter writer(out);
    writer.set("nan", std::numeric_limits<float>::quiet_NaN());
    writer.set("infinities", std::vector<float>{1.0F, std::numeric_limits<float>::infinity()});
    QVERIFY(writer.begin().ok());
    const std::string bytes = out.str();
    auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    QVERIFY(!file->number("nan").ok());
    QVERIFY(!file->numbers("infinities").ok());
}

void TestFormat::absentKeysAreNoError()
{
    const std::string bytes = tinyGguf();
    auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    QVERIFY(file->integer("none", 0, 1).ok() && !file->integer("none", 0, 1).value());
    QVERIFY(file->number("none").ok() && !file->number("none").value());
    QVERIFY(file->boolean("none").ok() && !file->boolean("none").value());
    QVERIFY(file->string("none").ok() && !file->string("none").value());
    QVERIFY(file->integers("none").ok() && !file->integers("none").value());
    QVERIFY(file->numbers("none").ok() && !file->numbers("none").value());
    QVERIFY(file->strings("none").ok() && !file->strings("none").value());
}

void TestFormat::placesTensors()
{
    const std::string bytes = tinyGguf();
    auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    QCOMPARE(file->tensors().size(), std::size_t{3});
    const TensorInfo *one = file->findTensor("one");
    QVERIFY(one != nullptr);
    QCOMPARE(one->rank, 2);
    QCOMPARE(one->shape[0], std::int64_t{2});
    QCOMPARE(one->shape[1], std::int64_t{3});
    QCOMPARE(one->data.size(), std::size_t{24});
    QCOMPARE(static_cast<int>(one->data[23]), 23);
    const TensorInfo *two = file->findTensor("two");
    QVERIFY(two != nullptr && two->knownType && two->dtype == kernels::DType::kQ8_0);
    QCOMPARE(two->data.size(), std::size_t{136});
    QCOMPARE(static_cast<char>(two->data[135]), 'q');
    QCOMPARE(file->findTensor("four"), nullptr);
}

void TestFormat::keepsTensorsOfUnknownType()
{
    const std::string bytes = oneTensor({32}, 9999, 0, 64);
    auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    const TensorInfo *tensor = file->findTensor("t");
    QVERIFY(tensor != nullptr);
    QVERIFY(!tensor->knownType);
    QCOMPARE(tensor->rawType, 9999U);
    QVERIFY(tensor->data.empty());
}

void TestFormat::rejectsBrokenFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, const std::string &bytes, ErrorCode code, const char *names) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << static_cast<int>(code) << QString::fromLatin1(names);
    };
    using Code = ErrorCode;
    constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();
    constexpr std::int64_t kLong = std::int64_t{1} << 40;
    row("no bytes at all", "", Code::kFileTruncated, "first byte");
    row("three bytes", "GGU", Code::kBadFormat, "not a GGUF");
    row("a text file with its name changed", "Dear diary, today I", Code::kBadFormat, "not a GGUF");
    row("a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid", Code::kBadFormat, "LFS");
    row("a web page", "<!DOCTYPE html><html>", Code::kBadFormat, "web page");
    row("an archive", std::string("PK\x03\x04zzzz"), Code::kBadFormat, "archive");
    row("only the magic", "GGUF", Code::kFileTruncated, "version");
    row("version 1", RawGguf().header(1, 0, 0).bytes(), Code::kBadFormat, "too old");
    row("version 4", RawGguf().header(4, 0, 0).bytes(), Code::kBadFormat, "newer");
    row("big-endian", RawGguf().header(0x03000000, 0, 0).bytes(), Code::kBadFormat, "big-endian");
    row("counts cut off", std::string("GGUF\x03\0\0\0\0\0", 10), Code::kFileTruncated, "number of tensors");
    row("huge tensor count", RawGguf().header(3, kHuge, 0).bytes(), Code::kBadFormat, "number of tensors");
    row("huge key count", RawGguf().header(3, 0, kHuge).bytes(), Code::kBadFormat, "metadata keys");
    row("more keys than bytes", RawGguf().header(3, 0, 3).number<std::uint64_t>(0).bytes(), Code::kBadFormat, "metadata keys");
    row("key longer than the file", RawGguf().header(3, 0, 1).number(kHuge).pad(64).bytes(), Code::kFileTruncated, "key 1 of 1");
    row("key without a name", RawGguf().header(3, 0, 1).text("").number(kUint32).number(1U).bytes(), Code::kBadFormat, "no name");
    row("key twice", RawGguf().header(3, 0, 2).text("k").number(kUint32).number(1U).text("k").number(kUint32).number(2U).bytes(),
        Code::kBadMetadata, "\"k\" occurs twice");
    row("unknown value type", RawGguf().header(3, 0, 1).text("k").number(13U).number(1U).bytes(), Code::kBadMetadata, "\"k\"");
    row("text longer than the file", RawGguf().header(3, 0, 1).text("k").number(kString).number(kHuge).bytes(), Code::kFileTruncated,
        "\"k\"");
    row("list longer than the file", RawGguf().header(3, 0, 1).text("k").number(kArray).number(kUint32).number(kHuge / 4).pad(64).bytes(),
        Code::kFileTruncated, "\"k\"");
    row("list of lists", RawGguf().header(3, 0, 1).text("k").number(kArray).number(kArray).number(std::uint64_t{1}).pad(64).bytes(),
        Code::kBadMetadata, "\"k\"");
    row("list of texts that ends early",
        RawGguf().header(3, 0, 1).text("k").number(kArray).number(kString).number(std::uint64_t{2}).text("12345678").bytes(),
        Code::kFileTruncated, "element 1");
    row("list with a number out of range",
        RawGguf().header(3, 0, 1).text("k").number(kArray).number(10U).number(std::uint64_t{1}).number(kHuge).bytes(), Code::kBadMetadata,
        "out of range");
    const auto alignment = [](std::uint32_t value) {
        return RawGguf().header(3, 0, 1).text("general.alignment").number(kUint32).number(value).bytes();
    };
    row("alignment zero", alignment(0), Code::kBadMetadata, "general.alignment");
    row("alignment no power of two", alignment(48), Code::kBadMetadata, "general.alignment");
    row("alignment too small for floats", alignment(1), Code::kBadMetadata, "general.alignment");
    row("alignment a text", RawGguf().header(3, 0, 1).text("general.alignment").number(kString).text("32").bytes(), Code::kBadMetadata,
        "general.alignment");
    row("tensor twice", RawGguf().header(3, 2, 0).tensor("t", {1}, kF32, 0).tensor("t", {1}, kF32, 32).pad(64).bytes(), Code::kBadTensor,
        "\"t\" occurs twice");
    row("tensor without a name", RawGguf().header(3, 1, 0).tensor("", {1}, kF32, 0).pad(64).bytes(), Code::kBadTensor, "no name");
    row("five dimensions", oneTensor({1, 1, 1, 1, 1}, kF32, 0, 64), Code::kBadTensor, "\"t\"");
    row("dimension zero", oneTensor({4, 0}, kF32, 0, 64), Code::kBadTensor, "\"t\"");
    row("dimension negative", oneTensor({-4}, kF32, 0, 64), Code::kBadTensor, "\"t\"");
    row("rows that overflow", oneTensor({4, kLong, kLong}, kF32, 0, 64), Code::kBadTensor, "\"t\"");
    row("bytes that overflow", oneTensor({std::int64_t{1} << 62}, kF32, 0, 64), Code::kBadTensor, "\"t\"");
    row("bytes that overflow over rows", oneTensor({std::int64_t{1} << 30, std::int64_t{1} << 33}, kF32, 0, 64), Code::kBadTensor, "\"t\"");
    row("row no multiple of the block", oneTensor({33}, kQ8, 0, 128), Code::kBadTensor, "\"t\"");
    row("tensor that ends behind the file", oneTensor({17}, kF32, 0, 64), Code::kFileTruncated, "\"t\"");
    row("offset behind the file", oneTensor({1}, kF32, 64, 64), Code::kFileTruncated, "\"t\"");
    row("huge offset", oneTensor({1}, kF32, kHuge - 31, 64), Code::kFileTruncated, "\"t\"");
    row("offset not aligned", oneTensor({1}, kF32, 4, 64), Code::kBadTensor, "\"t\"");
    row("unknown type behind the file", oneTensor({32}, 9999, 64, 64), Code::kFileTruncated, "\"t\"");
    row("no data section", oneTensor({1}, kF32, 0, 0), Code::kFileTruncated, "tensor data");
}

void TestFormat::rejectsBrokenFiles()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, names);
    const std::string text = bytes.toStdString();
    const auto file = parseBytes(text);
    QVERIFY(!file.ok());
    QCOMPARE(static_cast<int>(file.error().code), code);
    QVERIFY2(message(file.error()).contains(names), file.error().message.c_str());
    QVERIFY2(isClear(file.error()), file.error().message.c_str());
}

void TestFormat::acceptsUnusualFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const std::string &bytes) { QTest::newRow(name) << QByteArray::fromStdString(bytes); };
    row("version 2", RawGguf().header(2, 0, 0).bytes());
    row("no keys, no tensors", RawGguf().header(3, 0, 0).bytes());
    row("tensor without dimensions", oneTensor({}, kF32, 0, 4));
    row("empty list", RawGguf().header(3, 0, 1).text("k").number(kArray).number(kUint32).number(std::uint64_t{0}).bytes());
    row("bytes behind the last tensor", oneTensor({1}, kF32, 0, 100));
}

void TestFormat::acceptsUnusualFiles()
{
    QFETCH(QByteArray, bytes);
    const std::string text = bytes.toStdString();
    const auto file = parseBytes(text);
    QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
}

void TestFormat::opensOnlyPlainFiles()
{
    QTemporaryDir folder;
    QVERIFY(folder.isValid());
    const auto path = [&folder](const QString &name) { return std::filesystem::path(folder.filePath(name).toStdU16String()); };
    const auto write = [&folder](const QString &name, const QByteArray &bytes) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    };
    QVERIFY(write(QStringLiteral("ok – 漢字.gguf"), QByteArray::fromStdString(tinyGguf())));
    const auto good = GgufFile::open(path(QStringLiteral("ok – 漢字.gguf")));
    QVERIFY2(good.ok(), good.ok() ? "" : good.error().message.c_str());
    QVERIFY(QString::fromStdString(good->name()).endsWith(QStringLiteral("ok – 漢字.gguf")));
    QCOMPARE(good->findTensor("one")->data.size(), std::size_t{24});

    QCOMPARE(GgufFile::open(path(QStringLiteral("none.gguf"))).error().code, ErrorCode::kFileNotFound);
    QCOMPARE(GgufFile::open(path(QString())).error().code, ErrorCode::kFileUnreadable);
    QVERIFY(write(QStringLiteral("empty.gguf"), {}));
    const auto empty = GgufFile::open(path(QStringLiteral("empty.gguf")));
    QCOMPARE(empty.error().code, ErrorCode::kFileTruncated);
    QVERIFY(message(empty.error()).contains(QStringLiteral("empty.gguf")));
    QVERIFY(write(QStringLiteral("locked.gguf"), "GGUF"));
    QFile::setPermissions(folder.filePath(QStringLiteral("locked.gguf")), {});
    QFile probe(folder.filePath(QStringLiteral("locked.gguf")));
    if (!probe.open(QIODevice::ReadOnly)) { // an administrator may read anything
        QCOMPARE(GgufFile::open(path(QStringLiteral("locked.gguf"))).error().code, ErrorCode::kFileUnreadable);
    }
}

void TestFormat::writerRefusesMisuse()
{
    std::ostringstream out;
    GgufWriter writer(out);
    QVERIFY(!writer.declare("t", kernels::DType::kQ8_0, {33}).ok());
    QVERIFY(!writer.declare("t", kernels::DType::kF32, {}).ok());
    QVERIFY(!writer.declare("t", kernels::DType::kF32, {1, 1, 1, 1, 1}).ok());
    QVERIFY(!writer.declare("t", kernels::DType::kF32, {0, 4}).ok());
    QVERIFY(writer.declare("t", kernels::DType::kF32, {4}).ok());
    const std::string data(16, 'x');
    QVERIFY(!writer.writeTensor(std::as_bytes(std::span(data))).ok());
    QVERIFY(writer.begin().ok());
    QVERIFY(!writer.begin().ok());
    QVERIFY(!writer.declare("u", kernels::DType::kF32, {4}).ok());
    QVERIFY(!writer.writeTensor(std::as_bytes(std::span(data).first(15))).ok());
    QVERIFY(!writer.finish().ok());
    QVERIFY(writer.writeTensor(std::as_bytes(std::span(data))).ok());
    QVERIFY(!writer.writeTensor(std::as_bytes(std::span(data))).ok());
    QVERIFY(writer.finish().ok());
    out.setstate(std::ios::badbit);
    QCOMPARE(writer.finish().error().code, ErrorCode::kWriteFailed);
}

void TestFormat::writerHonoursAlignment()
{
    std::ostringstream out;
    GgufWriter writer(out, 128);
    writer.set("k", std::uint32_t{1});
    writer.set("k", std::uint32_t{2});
    QVERIFY(writer.declare("a", kernels::DType::kF32, {1}).ok());
    QVERIFY(writer.declare("b", kernels::DType::kF32, {1}).ok());
    QVERIFY(writer.begin().ok());
    const std::string data = "abcd";
    QVERIFY(writer.writeTensor(std::as_bytes(std::span(data))).ok());
    QVERIFY(writer.writeTensor(std::as_bytes(std::span(data))).ok());
    const std::string bytes = out.str();
    const auto file = parseBytes(bytes);
    QVERIFY(file.ok());
    QCOMPARE(**file->integer("k", 0, 9), std::int64_t{2});
    const auto at = [&](const char *name) { return file->findTensor(name)->data.data() - file->parts()[0].data(); };
    QCOMPARE(at("a") % 128, 0);
    QCOMPARE(at("b") - at("a"), 128);
}

void TestFormat::truncationAtEveryByteIsReported()
{
    const std::string whole = tinyGguf();
    const auto last = parseBytes(whole)->findTensor("three")->data;
    const std::size_t needed = whole.size() - 32 + last.size(); // the padding behind the last tensor may be missing
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string cut = whole.substr(0, size);
        const auto file = parseBytes(cut);
        if (size >= needed) {
            QVERIFY(file.ok());
            continue;
        }
        QVERIFY2(!file.ok(), qPrintable(QString::number(size)));
        QVERIFY2(isClear(file.error()), file.error().message.c_str());
    }
}

void TestFormat::flippedBytesNeverCrash()
{
    const std::string whole = tinyGguf();
    std::uint64_t sum = 0;
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const unsigned char flip : {0x01, 0x10, 0x80, 0xFF}) {
            std::string broken = whole;
            broken[at] = static_cast<char>(static_cast<unsigned char>(broken[at]) ^ flip);
            const auto file = parseBytes(broken);
            if (file.ok()) {
                sum += touch(*file);
            } else {
                ++refused;
                QVERIFY2(isClear(file.error()), file.error().message.c_str());
            }
        }
    }
    QVERIFY(sum > 0);
    QVERIFY2(refused > 500, qPrintable(QString::number(refused)));
}

void TestFormat::randomHeadersNeverCrash()
{
    const std::string whole = tinyGguf();
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string broken = whole;
        const int changes = 1 + static_cast<int>(random() % 4);
        for (int i = 0; i < changes; ++i) {
            const std::size_t at = random() % (broken.size() - 8);
            const std::uint64_t values[] = {0, 1, 0xFF, 0xFFFFFFFF, std::uint64_t{1} << 63, ~std::uint64_t{0}, broken.size(), random()};
            const std::size_t width = std::size_t{1} << (random() % 4);
            std::memcpy(broken.data() + at, &values[random() % std::size(values)], width);
        }
        const auto file = parseBytes(broken);
        if (file.ok()) {
            QVERIFY(touch(*file) > 0);
        } else {
            QVERIFY2(isClear(file.error()), file.error().message.c_str());
        }
    }
}

void TestFormat::readsReferenceModels()
{
    QDir models(QStringLiteral(CONCLAVE_SHARED_REFERENCE "/models"));
    if (!models.exists()) {
        QSKIP("SKIPPED: the reference models are not on this machine");
    }
    int read = 0;
    for (const QString &name : models.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto file = GgufFile::open(models.filePath(name + QStringLiteral("/model.gguf")).toStdString());
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
        QVERIFY(file->findTensor("token_embd.weight") != nullptr);
        QVERIFY(file->tensors().size() > 20);
        ++read;
    }
    QVERIFY(read >= 13);
}

QTEST_GUILESS_MAIN(TestFormat)
#include "test_format.moc"
