#pragma once

#include "engine/format/gguf_writer.h"
#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"

#include <QFile>
#include <QString>
#include <QStringList>

#include <ctime>
#include <functional>
#include <optional>
#include <random>
#include <sstream>

/// Vocabularies to test with, and texts.
namespace conclave::engine::test
{

using Ids = std::vector<TokenId>;

inline QString referencePath(const QString &name)
{
    return QStringLiteral(CONCLAVE_SHARED_REFERENCE "/") + name;
}

inline QString dataPath(const QString &name)
{
    return QStringLiteral(CONCLAVE_TEST_DATA "/") + name;
}

inline std::string readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

inline std::unique_ptr<Tokenizer> openTokenizer(const QString &path)
{
    auto file = GgufFile::open(path.toStdString());
    if (!file) {
        qWarning("%s", file.error().message.c_str());
        return nullptr;
    }
    auto tokenizer = loadTokenizer(*file);
    if (!tokenizer) {
        qWarning("%s", tokenizer.error().message.c_str());
        return nullptr;
    }
    return std::move(*tokenizer);
}

inline QString idText(const Ids &ids)
{
    QStringList out;
    for (const TokenId id : ids) {
        out << QString::number(id);
    }
    return out.join(QLatin1Char(' '));
}

/// A vocabulary made in memory.
struct Made
{
    std::string model = "gpt2";
    std::optional<std::string> pre = "gpt-2";
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores;
    std::vector<std::string> merges;
    bool leaveOutMerges = false;
    std::vector<std::pair<std::string, StoredValue>> more;

    Result<std::unique_ptr<Tokenizer>> load() const
    {
        std::ostringstream out;
        GgufWriter writer(out);
        writer.set("tokenizer.ggml.model", model);
        if (pre) {
            writer.set("tokenizer.ggml.pre", *pre);
        }
        writer.set("tokenizer.ggml.tokens", tokens);
        if (!types.empty()) {
            writer.set("tokenizer.ggml.token_type", types);
        }
        if (!scores.empty()) {
            writer.set("tokenizer.ggml.scores", scores);
        }
        if (!leaveOutMerges) {
            writer.set("tokenizer.ggml.merges", merges);
        }
        for (const auto &[key, value] : more) {
            writer.set(key, value);
        }
        (void)writer.begin();
        const std::string bytes = out.str();
        auto file = GgufFile::parse(std::as_bytes(std::span(bytes)), "made.gguf");
        return file ? loadTokenizer(*file) : Result<std::unique_ptr<Tokenizer>>(file.takeError());
    }
};

/// Letters, a space, two merges, two control tokens and a user-defined one.
inline Made smallBpe()
{
    Made made;
    made.tokens = {"a", "b", "c", "\xC4\xA0", "ab", "abc", "<s>", "<|im_end|>", "<tag>", "<tag>x"};
    made.types = {1, 1, 1, 1, 1, 1, 3, 3, 4, 4};
    made.merges = {"a b", "ab c"};
    return made;
}

/// CPU time, the better of two: other programs use the machine too.
inline double cpuSeconds(const std::function<void()> &run)
{
    double best = 1e9;
    for (int round = 0; round < 2; ++round) {
        const std::clock_t before = std::clock();
        run();
        best = std::min(best, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
    }
    return best;
}

/// `unit` again and again, and then something that a run of spaces does not end the text.
inline std::string repeated(const QByteArray &unit, int size)
{
    std::string out;
    while (static_cast<int>(out.size()) < size) {
        out += unit.toStdString();
    }
    return out + "\xE4\xB8\xAD";
}

inline std::string randomBytes(std::mt19937 &random, std::size_t size)
{
    std::string out;
    while (out.size() < size) {
        if (random() % 3 == 0) {
            out += static_cast<char>(random() % 256);
        } else {
            char32_t character = random() % 2 == 0 ? random() % 0x80 : random() % 0x110000;
            character = character >= 0xD800 && character < 0xE000 ? U'x' : character;
            utf8::append(out, character);
        }
    }
    return out;
}

} // namespace conclave::engine::test
