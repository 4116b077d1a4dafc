#include "engine/format/split_files.h"
#include "tests/engine/model_fixture.h"
#include "tests/engine/rewritten_model.h"

#include <QObject>
#include <QTemporaryDir>

#include <fstream>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

constexpr int kParts = 3;
const QString kWhole = QStringLiteral("models/qwen3moe/model.gguf");

/// The tensors of a model dealt to three files, the metadata in the first, as gguf-split does.
std::vector<RewrittenModel> split()
{
    auto file = GgufFile::open(dataPath(kWhole).toStdString());
    const RewrittenModel whole = RewrittenModel::of(*file, metadataNames("qwen3moe"));
    std::vector<RewrittenModel> parts(kParts);
    parts[0].keys = whole.keys;
    for (std::size_t i = 0; i < whole.tensors.size(); ++i)
        parts[i % kParts].tensors.push_back(whole.tensors[i]);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].keys["split.no"] = static_cast<std::uint16_t>(i);
        parts[i].keys["split.count"] = std::uint16_t{kParts};
        parts[i].keys["split.tensors.count"] = static_cast<std::int32_t>(whole.tensors.size());
    }
    return parts;
}

} // namespace

/// Models that are split over several files open as one, from any of them.
class TestSplitFiles : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void namesAreRead_data();
    void namesAreRead();
    void answersLikeTheWholeModel_data();
    void answersLikeTheWholeModel();
    void missingPartIsNamed();
    void partOfAnotherModelIsRefused();
    void renamedPartIsRefused();
    void doubleTensorIsRefused();
    void wrongTotalIsRefused();
    void damagedPartIsNamed();

private:
    QString pathOf(int number) const { return m_folder->filePath(QString("big-%1-of-00003.gguf").arg(number, 5, 10, QChar('0'))); }
    void write(const RewrittenModel &part, const QString &path) const
    {
        const std::string bytes = part.bytes();
        std::ofstream(path.toStdString(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    void writeAll(const std::vector<RewrittenModel> &parts) const
    {
        for (int i = 1; i <= kParts; ++i)
            write(parts[static_cast<std::size_t>(i - 1)], pathOf(i));
    }
    Error refusal(int number) const
    {
        auto file = GgufFile::open(pathOf(number).toStdString());
        return file ? Error{ErrorCode::kInvalidRequest, "was not refused", {}} : file.takeError();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSplitFiles::namesAreRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("count");
    QTest::addRow("first of three") << "a/model-00001-of-00003.gguf" << 1 << 3;
    QTest::addRow("name with dashes") << "x-of-y-00002-of-00002.gguf" << 2 << 2;
    QTest::addRow("umlauts") << QString::fromUtf8("Größe-00001-of-00002.gguf") << 1 << 2;
    QTest::addRow("number above count") << "model-00004-of-00003.gguf" << 0 << 0;
    QTest::addRow("number zero") << "model-00000-of-00003.gguf" << 0 << 0;
    QTest::addRow("too few digits") << "model-1-of-3.gguf" << 0 << 0;
    QTest::addRow("no digits") << "model-0000x-of-00003.gguf" << 0 << 0;
    QTest::addRow("nothing before") << "-00001-of-00003.gguf" << 0 << 0;
    QTest::addRow("ordinary file") << "model.gguf" << 0 << 0;
}

void TestSplitFiles::namesAreRead()
{
    QFETCH(QString, name);
    QFETCH(int, number);
    QFETCH(int, count);
    const QByteArray utf8 = name.toUtf8();
    const std::filesystem::path path(std::u8string(utf8.begin(), utf8.end()));
    const auto read = splitName(path);
    QCOMPARE(read.has_value(), number > 0);
    if (read) {
        QCOMPARE(read->number, number);
        QCOMPARE(read->count, count);
        QVERIFY(read->part(number) == path);
    }
}

void TestSplitFiles::answersLikeTheWholeModel_data()
{
    QTest::addColumn<int>("opened");
    for (const int number : {1, 2, 3})
        QTest::addRow("opened by part %d", number) << number;
}

void TestSplitFiles::answersLikeTheWholeModel()
{
    QFETCH(int, opened);
    writeAll(split());
    const std::vector<std::int32_t> tokens = {5, 6, 7, 8, 9};
    LOAD_OR_FAIL(whole, dataPath(kWhole), "best", kernels::Precision::kFloat);
    const auto expected = forward(*whole.model, *whole.cache(64), tokens, 2);
    LOAD_OR_FAIL(joined, pathOf(opened), "best", kernels::Precision::kFloat);
    QCOMPARE(joined.file->parts().size(), std::size_t{3});
    QCOMPARE(joined.file->tensors().size(), whole.file->tensors().size());
    QVERIFY(joined.file->sizeBytes() > whole.file->sizeBytes());
    QVERIFY(forward(*joined.model, *joined.cache(64), tokens, 2) == expected);
}

void TestSplitFiles::missingPartIsNamed()
{
    writeAll(split());
    QVERIFY(QFile::remove(pathOf(2)));
    const Error error = refusal(1);
    QCOMPARE(error.code, ErrorCode::kFileNotFound);
    QVERIFY2(error.message.find("big-00002-of-00003.gguf") != std::string::npos, error.message.c_str());
    QVERIFY(QFile::remove(pathOf(1)));
    QCOMPARE(refusal(3).code, ErrorCode::kFileNotFound);
}

void TestSplitFiles::partOfAnotherModelIsRefused()
{
    auto parts = split();
    parts[1].keys["split.no"] = std::uint16_t{2};
    writeAll(parts);
    QCOMPARE(refusal(1).code, ErrorCode::kBadFormat);
    parts = split();
    parts[2].keys["split.count"] = std::uint16_t{4};
    writeAll(parts);
    const Error error = refusal(1);
    QCOMPARE(error.code, ErrorCode::kBadFormat);
    QVERIFY2(error.message.find("big-00003-of-00003.gguf") != std::string::npos, error.message.c_str());
}

void TestSplitFiles::renamedPartIsRefused()
{
    write(split()[0], m_folder->filePath("renamed.gguf"));
    auto file = GgufFile::open(m_folder->filePath("renamed.gguf").toStdString());
    QVERIFY(!file.ok());
    QCOMPARE(file.error().code, ErrorCode::kBadFormat);
    QVERIFY(file.error().message.find("-00001-of-00003.gguf") != std::string::npos);
}

void TestSplitFiles::doubleTensorIsRefused()
{
    auto parts = split();
    parts[2].tensors.push_back(parts[0].tensors.front());
    writeAll(parts);
    const Error error = refusal(1);
    QCOMPARE(error.code, ErrorCode::kBadTensor);
    QVERIFY(error.message.find(parts[0].tensors.front().name) != std::string::npos);
}

void TestSplitFiles::wrongTotalIsRefused()
{
    auto parts = split();
    parts[1].tensors.pop_back();
    writeAll(parts);
    QCOMPARE(refusal(2).code, ErrorCode::kBadFormat);
}

void TestSplitFiles::damagedPartIsNamed()
{
    writeAll(split());
    QFile part(pathOf(3));
    QVERIFY(part.resize(part.size() / 2));
    const Error error = refusal(1);
    QCOMPARE(error.code, ErrorCode::kFileTruncated);
    QVERIFY(error.message.find("big-00003-of-00003.gguf") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSplitFiles)
#include "test_split_files.moc"
