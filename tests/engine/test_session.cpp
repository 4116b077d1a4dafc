#include "engine/api/engine.h"
#include "engine/generate/answer_stream.h"
#include "engine/text/tokenizer.h"
#include "tests/engine/model_fixture.h"
#include "tests/engine/rewritten_model.h"

#include <QObject>
#include <QTemporaryDir>

#include <fstream>
#include <thread>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

const QString kMixtral = QStringLiteral("models/mixtral/model.gguf");
const QString kQwen = QStringLiteral("models/qwen3moe/model.gguf");
const QString kChart = QStringLiteral("conclave/tiny.gguf");
const QString kReader = QStringLiteral("conclave/reader.gguf"); // of the whole chart format

/// What one answer sent.
struct Heard
{
    std::string text;
    std::string reasoning;
    std::vector<ToolCall> calls;
    std::vector<TextPiece> pieces;
    std::vector<PrefillProgress> progress;

    EventSink sink()
    {
        return [this](const Event &event) {
            if (const auto *piece = std::get_if<TextPiece>(&event)) {
                text += piece->text;
                pieces.push_back(*piece);
            } else if (const auto *thought = std::get_if<ReasoningPiece>(&event)) {
                reasoning += thought->text;
            } else if (const auto *part = std::get_if<PrefillProgress>(&event)) {
                progress.push_back(*part);
            } else {
                calls.push_back(std::get<ToolCall>(event));
            }
        };
    }
};

GenerationRequest ask(std::string text, int maxTokens = 16)
{
    GenerationRequest request;
    request.messages.push_back({Role::kUser, std::move(text), {}});
    request.maxTokens = maxTokens;
    request.sampling.temperature = 0;
    return request;
}

ImagePtr picture(const QString &name)
{
    return std::make_shared<const Image>(readImage(dataPath("conclave/" + name)));
}

GenerationRequest read(ImagePtr image, int maxTokens = 60)
{
    GenerationRequest request = ask({}, maxTokens);
    request.messages.back().images.push_back(std::move(image));
    return request;
}

bool isUtf8(const std::string &text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toUtf8().toStdString() == text;
}

} // namespace

#define OPEN(engineName, path, ...)                                                                                                        \
    auto engineName##Result = openTested(dataPath(path).toStdString(), ##__VA_ARGS__);                                                     \
    QVERIFY2(engineName##Result.ok(), engineName##Result.ok() ? "" : engineName##Result.error().message.c_str());                          \
    Engine &engineName = **engineName##Result

#define SESSION(name, engineName)                                                                                                          \
    auto name##Result = (engineName).createSession();                                                                                      \
    QVERIFY(name##Result.ok());                                                                                                            \
    Session &name = **name##Result

/// Engine and Session as the program sees them.
class TestSession : public QObject
{
    Q_OBJECT

private slots:
    void describesModels();
    void refusesFilesThatAreNoModels();
    void sendsWholeCharactersInOrder();
    void greedyAnswersAreRepeatable();
    void seedsDecideSampledAnswers();
    void reusesThePrefix();
    void templateOfTheFileMakesThePrompt();
    void editedPromptAnswersLikeANewSession();
    void longPromptsReportProgress();
    void refusesPromptsThatDoNotFit();
    void endsWhenTheContextIsFull();
    void stopsWithinAToken();
    void stopsBeforeItBegins();
    void stopFromAnotherThreadEndsLongAnswers();
    void stopStringsAreNeverSent_data();
    void stopStringsAreNeverSent();
    void reasoningComesApart();
    void brokenOffAnswersGoOn();
    void endOfAnswerTokensEndIt();
    void stopStringEndsARealAnswer();
    void statisticsAddUp();
    void sessionsDoNotDisturbEachOther();
    void requestsWithoutQuestionAreRefused();
    void pictureForATextModelIsRefused();
    void chartReaderNeedsAPicture();
    void chartAnswersFollowTheFormat();
    void chartReadersAnswerQuestions();
    void chartReadersTalk();
    void picturesAreEncodedOnce();
    void badPicturesAreRefused();
    void theDeviceAskedForComputes();
    void theProcessorComputesWhatTheDeviceCannot_data();
    void theProcessorComputesWhatTheDeviceCannot();
};

void TestSession::describesModels()
{
    const auto info = describeModel(dataPath(kMixtral).toStdString());
    QVERIFY(info.ok());
    QCOMPARE(info->architecture, std::string("llama"));
    QCOMPARE(info->layers, 2);
    QCOMPARE(info->experts, 8);
    QCOMPARE(info->expertsUsed, 2);
    QCOMPARE(info->contextTokens, 4096);
    QCOMPARE(info->quantisation, std::string("F16"));
    QVERIFY(!info->readsImages && !info->readsCharts);
    QCOMPARE(info->fileBytes, static_cast<std::uint64_t>(QFileInfo(dataPath(kMixtral)).size()));
    const auto chart = describeModel(dataPath(kChart).toStdString());
    QVERIFY(chart.ok());
    QVERIFY(chart->readsImages && chart->readsCharts && !chart->chats);
    QVERIFY(chart->chartInputWidth > 0 && chart->chartInputHeight > 0);
    QCOMPARE(chart->chartLocStep, 2);
    OPEN(engine, kMixtral);
    QCOMPARE(engine.model().parameters, info->parameters);
    QVERIFY(engine.deviceName().find(testedDevice().empty() ? "CPU" : "Vulkan") != std::string::npos);
}

void TestSession::refusesFilesThatAreNoModels()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("model.gguf").toStdString();
    const auto missing = openTested(path);
    QVERIFY(!missing.ok());
    QCOMPARE(missing.error().code, ErrorCode::kFileNotFound);
    std::ofstream(path) << "not a model";
    const auto broken = openTested(path);
    QVERIFY(!broken.ok());
    QVERIFY(broken.error().message.find("model.gguf") != std::string::npos);
    const QByteArray whole = readFile(dataPath(kMixtral));
    for (const double part : {0.2, 0.6, 0.99}) {
        std::ofstream(path, std::ios::binary)
            .write(whole.constData(), static_cast<std::streamsize>(part * static_cast<double>(whole.size())));
        const auto cut = openTested(path);
        QVERIFY(!cut.ok());
        QCOMPARE(cut.error().code, ErrorCode::kFileTruncated);
        QVERIFY(!describeModel(path).ok());
    }
    QVERIFY(!openTested(folder.path().toStdString()).ok()); // a folder
}

void TestSession::sendsWholeCharactersInOrder()
{
    for (const QString &path : {kMixtral, kQwen}) {
        OPEN(engine, path);
        SESSION(session, engine);
        GenerationRequest request = ask("The quick brown fox", 200);
        request.sampling.temperature = 2.0F; // random bytes of all kinds
        request.sampling.topK = 0;
        request.sampling.seed = 11;
        Heard heard;
        const auto end = session.generate(request, heard.sink(), {});
        QVERIFY(end.ok());
        QVERIFY(!heard.text.empty());
        QVERIFY(isUtf8(heard.text));
        for (const TextPiece &piece : heard.pieces) {
            QVERIFY(isUtf8(piece.text));
            QVERIFY(!piece.text.empty());
            QVERIFY(piece.probability >= 0.0F && piece.probability <= 1.0F);
            QVERIFY(piece.routerMargin > 0.0F);
        }
    }
}

void TestSession::greedyAnswersAreRepeatable()
{
    OPEN(engine, kQwen);
    std::string texts[2];
    std::vector<int> tokens[2];
    for (int i = 0; i < 2; ++i) {
        SESSION(session, engine);
        Heard heard;
        QVERIFY(session.generate(ask("Hello world", 30), heard.sink(), {}).ok());
        texts[i] = heard.text;
        for (const TextPiece &piece : heard.pieces)
            tokens[i].push_back(piece.token);
    }
    QVERIFY(!texts[0].empty());
    QCOMPARE(texts[0], texts[1]);
    QCOMPARE(tokens[0], tokens[1]);
}

void TestSession::seedsDecideSampledAnswers()
{
    OPEN(engine, kQwen);
    const auto answer = [&](std::uint64_t seed) {
        auto session = engine.createSession();
        GenerationRequest request = ask("Hello world", 40);
        request.sampling.temperature = 1.5F;
        request.sampling.seed = seed;
        Heard heard;
        return (*session)->generate(request, heard.sink(), {}).ok() ? heard.text : std::string("failed");
    };
    QCOMPARE(answer(1), answer(1));
    QVERIFY(answer(1) != answer(2));
}

void TestSession::reusesThePrefix()
{
    OPEN(engine, kMixtral);
    SESSION(session, engine);
    Heard heard;
    const auto first = session.generate(ask("One two three four five six seven", 8), heard.sink(), {});
    QVERIFY(first.ok());
    QCOMPARE(first->statistics.cachedTokens, 0);
    const int prompt = first->statistics.promptTokens;
    QCOMPARE(*session.countTokens(ask("One two three four five six seven").messages), prompt);

    const auto again = session.generate(ask("One two three four five six seven", 8), heard.sink(), {});
    QCOMPARE(again->statistics.cachedTokens, prompt - 1);                 // the last token's logits are computed anew
    GenerationRequest next = ask("One two three four five six seven", 8); // a conversation goes on
    next.messages.push_back({Role::kAssistant, heard.text, {}});
    next.messages.push_back({Role::kUser, "eight", {}});
    const auto longer = session.generate(next, heard.sink(), {});
    QVERIFY(longer->statistics.cachedTokens >= prompt - 2);
    QVERIFY(longer->statistics.cachedTokens < longer->statistics.promptTokens);
    const auto other = session.generate(ask("Something else entirely", 8), heard.sink(), {});
    QVERIFY(other->statistics.cachedTokens < prompt / 2); // what every prompt begins with
}

void TestSession::templateOfTheFileMakesThePrompt()
{
    auto file = GgufFile::open(dataPath(kQwen).toStdString());
    RewrittenModel model = RewrittenModel::of(*file, metadataNames("qwen3moe"));
    const std::string shown = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}<answer>";
    model.keys["tokenizer.chat_template"] = shown;
    const QTemporaryDir folder;
    const std::string path = folder.filePath("chat.gguf").toStdString();
    const auto write = [&] {
        const std::string bytes = model.bytes();
        std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    };
    write();
    const auto engine = openTested(path);
    QVERIFY2(engine.ok(), engine.ok() ? "" : engine.error().message.c_str());
    QVERIFY((*engine)->model().chats);
    const auto session = (*engine)->createSession();
    const auto tokenizer = loadTokenizer(*file);
    const auto expected = (*tokenizer)->encode("<system>Be kind\n<user>Hello\n<answer>", true).size();
    const std::vector<Message> messages = {{Role::kSystem, "Be kind", {}}, {Role::kUser, "Hello", {}}};
    QCOMPARE(*(*session)->countTokens(messages), static_cast<int>(expected));
    GenerationRequest request = ask("Hello", 4);
    request.messages = messages;
    QCOMPARE((*session)->generate(request, [](const Event &) {}, {})->statistics.promptTokens, static_cast<int>(expected));

    model.keys["tokenizer.chat_template"] = std::string("{% for m in %}");
    write();
    const auto broken = openTested(path);
    QVERIFY(!broken.ok());
    QCOMPARE(broken.error().code, ErrorCode::kBadMetadata);
}

void TestSession::editedPromptAnswersLikeANewSession()
{
    EngineOptions options;
    options.precision = MatmulPrecision::kFloat;
    OPEN(engine, kMixtral, options);
    SESSION(used, engine);
    Heard ignored, edited, fresh;
    std::string text;
    for (int i = 0; i < 60; ++i)
        text += "word " + std::to_string(i) + " ";
    QVERIFY(used.generate(ask(text + "first ending", 20), ignored.sink(), {}).ok());
    const auto end = used.generate(ask(text + "second ending", 20), edited.sink(), {});
    QVERIFY(end->statistics.cachedTokens > 100);
    SESSION(other, engine);
    QVERIFY(other.generate(ask(text + "second ending", 20), fresh.sink(), {}).ok());
    QCOMPARE(edited.text, fresh.text);
}

void TestSession::longPromptsReportProgress()
{
    SKIP_ON_IMITATED_CARDS();
    OPEN(engine, kMixtral);
    SESSION(session, engine);
    std::string text;
    for (int i = 0; i < 700; ++i)
        text += "word ";
    Heard heard;
    const auto end = session.generate(ask(text, 2), heard.sink(), {});
    QVERIFY(end.ok());
    QVERIFY(heard.progress.size() >= 3);
    QCOMPARE(heard.progress.front().done, 0);
    QCOMPARE(heard.progress.back().done, end->statistics.promptTokens);
    for (std::size_t i = 1; i < heard.progress.size(); ++i)
        QVERIFY(heard.progress[i].done > heard.progress[i - 1].done);
}

void TestSession::refusesPromptsThatDoNotFit()
{
    EngineOptions options;
    options.contextTokens = 32;
    OPEN(engine, kMixtral, options);
    SESSION(session, engine);
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += "word ";
    Heard heard;
    const auto end = session.generate(ask(text), heard.sink(), {});
    QVERIFY(!end.ok());
    QCOMPARE(end.error().code, ErrorCode::kContextFull);
    QVERIFY(end.error().message.find(std::to_string(*session.countTokens(ask(text).messages))) != std::string::npos);
    QVERIFY(end.error().message.find("32") != std::string::npos);
    QVERIFY(heard.pieces.empty());
    QVERIFY(session.generate(ask("Hi", 3), heard.sink(), {}).ok()); // the session goes on
}

void TestSession::endsWhenTheContextIsFull()
{
    EngineOptions options;
    options.contextTokens = 32;
    OPEN(engine, kQwen, options);
    SESSION(session, engine);
    Heard heard;
    const auto end = session.generate(ask("Hello", 1000), heard.sink(), {});
    QVERIFY(end.ok());
    QCOMPARE(end->reason, StopReason::kLength);
    QCOMPARE(end->statistics.promptTokens + end->statistics.generatedTokens, 33); // the last token need not be stored
}

void TestSession::stopsWithinAToken()
{
    OPEN(engine, kQwen);
    SESSION(session, engine);
    std::stop_source source;
    int after = 0;
    const auto end = session.generate(
        ask("Hello world", 500),
        [&](const Event &event) {
            if (!std::holds_alternative<TextPiece>(event))
                return;
            after += source.stop_requested() ? 1 : 0;
            source.request_stop();
        },
        source.get_token());
    QVERIFY(end.ok());
    QCOMPARE(end->reason, StopReason::kCancelled);
    QVERIFY(after <= 1); // at most the end of a character that was held back
    Heard heard;
    QVERIFY(session.generate(ask("Hello world", 5), heard.sink(), {}).ok());
    QVERIFY(!heard.text.empty());
}

void TestSession::stopsBeforeItBegins()
{
    OPEN(engine, kChart);
    SESSION(session, engine);
    std::stop_source source;
    source.request_stop();
    Heard heard;
    const auto end = session.generate(read(picture("tiny.image.png")), heard.sink(), source.get_token());
    QVERIFY(end.ok());
    QCOMPARE(end->reason, StopReason::kCancelled);
    QVERIFY(heard.pieces.empty());
}

void TestSession::stopFromAnotherThreadEndsLongAnswers()
{
    OPEN(engine, kQwen);
    SESSION(session, engine);
    std::stop_source source;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        source.request_stop();
    });
    GenerationRequest request = ask("Hello world", 1'000'000);
    request.sampling.temperature = 1.0F;
    const auto end = session.generate(
        request, [](const Event &) {}, source.get_token());
    QVERIFY(end.ok());
    QVERIFY(end->reason == StopReason::kCancelled || end->reason == StopReason::kEndOfAnswer);
}

void TestSession::stopStringsAreNeverSent_data()
{
    QTest::addColumn<QStringList>("pieces");
    QTest::addColumn<QStringList>("stops");
    QTest::addColumn<QString>("sent");
    QTest::addColumn<bool>("stopped");
    QTest::newRow("no stop string") << QStringList{"ab", "c"} << QStringList{} << "abc" << false;
    QTest::newRow("within a piece") << QStringList{"ab STOP cd"} << QStringList{"STOP"} << "ab " << true;
    QTest::newRow("across pieces") << QStringList{"ab S", "T", "OP"} << QStringList{"STOP"} << "ab " << true;
    QTest::newRow("begins and goes on otherwise") << QStringList{"ab S", "T", "AY"} << QStringList{"STOP"} << "ab STAY" << false;
    QTest::newRow("begins at the end") << QStringList{"ab ST"} << QStringList{"STOP"} << "ab ST" << false;
    QTest::newRow("begins again within itself") << QStringList{"a", "a", "a", "b"} << QStringList{"aab"} << "a" << true;
    QTest::newRow("the earlier of two") << QStringList{"one two three"} << QStringList{"three", "two"} << "one " << true;
    QTest::newRow("empty ones are ignored") << QStringList{"abc"} << QStringList{""} << "abc" << false;
    QTest::newRow("characters of several bytes") << QStringList{"Köln ", "→", " Ende"} << QStringList{"→ E"} << "Köln " << true;
}

void TestSession::stopStringsAreNeverSent()
{
    QFETCH(QStringList, pieces);
    QFETCH(QStringList, stops);
    QFETCH(QString, sent);
    QFETCH(bool, stopped);
    std::vector<std::string> stopStrings;
    for (const QString &stop : stops)
        stopStrings.push_back(stop.toStdString());
    for (const bool byteByByte : {false, true}) {
        Heard heard;
        const EventSink sink = heard.sink();
        AnswerStream stream(stopStrings, AnswerParser::create({}, false), sink);
        bool ended = false;
        for (const QString &piece : pieces) {
            const std::string bytes = piece.toStdString();
            const std::size_t step = byteByByte ? 1 : bytes.size();
            for (std::size_t at = 0; at < bytes.size() && !ended; at += step)
                ended = stream.push(std::string_view(bytes).substr(at, step), {});
        }
        if (!ended)
            stream.finish();
        QCOMPARE(ended, stopped);
        QCOMPARE(QString::fromStdString(heard.text), sent);
    }
}

/// A random model never closes its reasoning by itself. A twin of it, whose second token is a control token of that name, does.
/// The prompt ends behind what was said, from what the context holds already; a session that knows nothing of it says the same.
void TestSession::brokenOffAnswersGoOn()
{
    OPEN(engine, kQwen);
    SESSION(session, engine);
    Heard first;
    QVERIFY(session.generate(ask("Hello", 5), first.sink(), {}).ok());
    GenerationRequest request = ask("Hello", 12);
    request.messages.push_back({Role::kAssistant, first.text, {}});
    Heard rest;
    const auto end = session.generate(request, rest.sink(), {});
    QVERIFY(end.ok());
    QVERIFY(!rest.text.empty());
    QVERIFY(end->statistics.cachedTokens > 0);
    SESSION(other, engine);
    Heard again;
    QVERIFY(other.generate(request, again.sink(), {}).ok());
    QCOMPARE(again.text, rest.text);
}

void TestSession::reasoningComesApart()
{
    auto file = GgufFile::open(dataPath(kQwen).toStdString());
    const auto tokenizer = loadTokenizer(*file);
    RewrittenModel model = RewrittenModel::of(*file, metadataNames("qwen3moe"));
    model.keys["tokenizer.chat_template"] = std::string("{{ messages[0].content }}{# </think> #}<think>\n");
    const QTemporaryDir folder;
    const std::string path = folder.filePath("thinks.gguf").toStdString();
    const auto heard = [&] {
        const std::string bytes = model.bytes();
        std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        const auto engine = openTested(path);
        const auto session = engine ? (*engine)->createSession() : Result<std::unique_ptr<Session>>(engine.error());
        Heard out;
        if (session)
            (void)(*session)->generate(ask("The experts", 8), out.sink(), {});
        return out;
    };
    const Heard open = heard();
    QVERIFY(open.text.empty());
    QVERIFY(!open.reasoning.empty()); // the prompt opened it, and nothing closes it
    QVERIFY(open.calls.empty());

    // The tokens of that answer, by the same model asked through no template.
    model.keys["tokenizer.chat_template"] = std::string("{{ messages[0].content }}<think>\n");
    std::vector<TokenId> said;
    {
        RewrittenModel plain = model;
        plain.keys["tokenizer.chat_template"] = std::string("{{ messages[0].content }}{{ '<thi' ~ 'nk>' }}\n");
        std::swap(plain, model);
        const Heard text = heard();
        std::swap(plain, model);
        for (const TextPiece &piece : text.pieces)
            said.push_back(piece.token);
        QVERIFY(text.reasoning.empty());
    }
    QVERIFY(said.size() >= 3 && said[1] != said[0]);
    auto &tokens = std::get<std::vector<std::string>>(model.keys["tokenizer.ggml.tokens"]);
    auto &types = std::get<std::vector<std::int32_t>>(model.keys["tokenizer.ggml.token_type"]);
    tokens[static_cast<std::size_t>(said[1])] = "</think>";
    types[static_cast<std::size_t>(said[1])] = static_cast<std::int32_t>(TokenType::kControl);
    const Heard closed = heard();
    QCOMPARE(QString::fromStdString(closed.reasoning).trimmed(),
             QString::fromStdString((*tokenizer)->decode(std::span(said).first(1))).trimmed());
    QVERIFY(!closed.text.empty());
    QVERIFY(closed.text.find("</think>") == std::string::npos);
}

void TestSession::endOfAnswerTokensEndIt()
{
    // A sampled answer of a random model meets its end token sooner or later: 1 of 512.
    OPEN(engine, kQwen);
    SESSION(session, engine);
    auto file = GgufFile::open(dataPath(kQwen).toStdString());
    const auto tokenizer = loadTokenizer(*file);
    int ended = 0;
    for (std::uint64_t seed = 0; seed < 20 && ended == 0; ++seed) {
        GenerationRequest request = ask("Hello", 400);
        request.sampling.temperature = 3.0F;
        request.sampling.topK = 0;
        request.sampling.topP = 1;
        request.sampling.minP = 0;
        request.sampling.seed = seed;
        Heard heard;
        const auto end = session.generate(request, heard.sink(), {});
        QVERIFY(end.ok());
        for (const TextPiece &piece : heard.pieces)
            QVERIFY(!(*tokenizer)->endsGeneration(piece.token));
        ended += end->reason == StopReason::kEndOfAnswer ? 1 : 0;
    }
    QVERIFY(ended > 0);
}

void TestSession::stopStringEndsARealAnswer()
{
    OPEN(engine, kQwen);
    SESSION(session, engine);
    Heard whole;
    QVERIFY(session.generate(ask("Hello world", 40), whole.sink(), {}).ok());
    QVERIFY(whole.text.size() > 12);
    std::size_t at = whole.text.size() / 2;
    while (at > 0 && (static_cast<unsigned char>(whole.text[at]) & 0xC0U) == 0x80U)
        --at;
    std::size_t end = std::min(whole.text.size(), at + 5);
    while (end < whole.text.size() && (static_cast<unsigned char>(whole.text[end]) & 0xC0U) == 0x80U)
        ++end;
    GenerationRequest request = ask("Hello world", 40);
    request.stopStrings.push_back(whole.text.substr(at, end - at));
    Heard heard;
    const auto result = session.generate(request, heard.sink(), {});
    QCOMPARE(result->reason, StopReason::kStopString);
    QVERIFY(heard.text.find(request.stopStrings.front()) == std::string::npos);
    QCOMPARE(heard.text, whole.text.substr(0, whole.text.find(request.stopStrings.front())));
}

void TestSession::statisticsAddUp()
{
    OPEN(engine, kMixtral);
    SESSION(session, engine);
    Heard heard;
    const auto end = session.generate(ask("One two three", 20), heard.sink(), {});
    const Statistics &s = end->statistics;
    QCOMPARE(end->reason, StopReason::kLength);
    QCOMPARE(s.generatedTokens, 20);
    QVERIFY(s.promptTokens > 3);
    QVERIFY(s.prefillTime.count() > 0 && s.decodeTime.count() > 0);
    QVERIFY(s.prefillRate() > 0 && s.decodeRate() > 0);
    QVERIFY(s.memoryBytes > (1U << 20));
    QVERIFY(s.bytesPerToken > 100'000 && s.bytesPerToken < engine.model().fileBytes);
    QCOMPARE(s.meanExperts, 2.0);
    QVERIFY(s.expertUtilisation > 0 && s.expertUtilisation <= 1);
    QVERIFY(s.idleCompute >= 0 && s.idleCompute < 1);
    QCOMPARE(s.imagesEncoded, 0);
}

void TestSession::sessionsDoNotDisturbEachOther()
{
    OPEN(engine, kQwen);
    SESSION(one, engine);
    SESSION(two, engine);
    Heard alone, first, ignored, second;
    QVERIFY(one.generate(ask("Hello", 10), alone.sink(), {}).ok());
    SESSION(three, engine);
    QVERIFY(three.generate(ask("Hello", 5), first.sink(), {}).ok());
    QVERIFY(two.generate(ask("Quite another thing", 10), ignored.sink(), {}).ok());
    QVERIFY(three.generate(ask("Hello", 10), second.sink(), {}).ok());
    QCOMPARE(second.text, alone.text);
    QVERIFY(alone.text.starts_with(first.text.substr(0, 1)));
    engineResult->reset(); // sessions keep what they need
    QVERIFY(two.generate(ask("Hello", 3), ignored.sink(), {}).ok());
}

void TestSession::requestsWithoutQuestionAreRefused()
{
    OPEN(engine, kQwen);
    SESSION(session, engine);
    const auto end = session.generate({}, [](const Event &) {}, {});
    QVERIFY(!end.ok());
    QCOMPARE(end.error().code, ErrorCode::kInvalidRequest);
    const auto nothing = session.generate(ask("Hi", 0), [](const Event &) {}, {});
    QVERIFY(nothing.ok());
    QCOMPARE(nothing->reason, StopReason::kLength);
    QCOMPARE(nothing->statistics.generatedTokens, 0);
}

void TestSession::pictureForATextModelIsRefused()
{
    OPEN(engine, kQwen);
    SESSION(session, engine);
    const auto end = session.generate(read(picture("tiny.image.png")), [](const Event &) {}, {});
    QVERIFY(!end.ok());
    QCOMPARE(end.error().code, ErrorCode::kInvalidRequest);
}

void TestSession::chartReaderNeedsAPicture()
{
    OPEN(engine, kChart);
    SESSION(session, engine);
    GenerationRequest request = read(picture("tiny.image.png"));
    request.messages.push_back({Role::kUser, "And now?", {}}); // the last question has none
    for (const GenerationRequest &without : {ask("What is this?"), request}) {
        const auto end = session.generate(without, [](const Event &) {}, {});
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, ErrorCode::kInvalidRequest);
        QCOMPARE(end.error().message,
                 std::string("The built-in model reads charts only. Attach a picture of a chart, or load a general model."));
    }
}

void TestSession::chartAnswersFollowTheFormat()
{
    OPEN(engine, kChart);
    SESSION(session, engine);
    Heard heard;
    GenerationRequest request = read(picture("tiny.image.png"), 400);
    request.sampling.temperature = 5; // charts are read greedily whatever is asked
    const auto end = session.generate(request, heard.sink(), {});
    QVERIFY2(end.ok(), end.ok() ? "" : end.error().message.c_str());
    QVERIFY2(heard.text.starts_with("<chart:"), heard.text.c_str());
    QVERIFY2(heard.text.find("><title>") != std::string::npos, heard.text.c_str());
    QVERIFY(heard.text.find("<bos>") == std::string::npos && heard.text.find("<eos>") == std::string::npos);
    QCOMPARE(end->statistics.promptTokens, 1);
    QCOMPARE(end->statistics.imagesEncoded, request.looks);
    QVERIFY(end->statistics.imageTime.count() > 0);
    QVERIFY(end->statistics.meanExperts >= 1.0);
    Heard again;
    QVERIFY(session.generate(request, again.sink(), {}).ok());
    QCOMPARE(again.text, heard.text);
}

/// Of a table that was read earlier, whose keys and values are there when the second question comes.
void TestSession::chartReadersAnswerQuestions()
{
    OPEN(engine, kReader);
    SESSION(session, engine);
    QVERIFY(engine.model().answersOnCharts);
    const std::string table = "<chart:bar><title> Sales<xlabel> Year<ylabel> t<unit><cal><y:90>0<y:9>10<series> Tea"
                              "<row> 2019<x:20><y:40>6<row> 2020<x:60><y:30>7.5<end>";
    GenerationRequest request = read(picture("tiny.image.png"), 400);
    request.messages.push_back({Role::kAssistant, table, {}});
    request.messages.push_back({Role::kUser, "How much is 2019?", {}});
    request.language = "de";
    Heard first;
    const auto end = session.generate(request, first.sink(), {});
    QVERIFY2(end.ok(), end.ok() ? "" : end.error().message.c_str());
    QCOMPARE(end->reason, StopReason::kEndOfAnswer);
    QCOMPARE(end->statistics.imagesEncoded, 1);
    QVERIFY2(first.text.starts_with("<lang:de>"), first.text.c_str());
    request.messages.back().text = "Which is highest?";
    Heard second;
    const auto other = session.generate(request, second.sink(), {});
    QVERIFY(other.ok());
    QCOMPARE(other->statistics.imagesEncoded, 0);
    QVERIFY2(other->statistics.cachedTokens > 30, qPrintable(QString::number(other->statistics.cachedTokens)));

    request.messages[1].text = "<chart:bar><title>a<row><end>";
    const auto damaged = session.generate(request, {}, {});
    QVERIFY(!damaged.ok());
    QCOMPARE(damaged.error().message, std::string("The table that was read earlier is damaged. Send the picture again."));
}

void TestSession::chartReadersTalk()
{
    OPEN(engine, kReader);
    SESSION(session, engine);
    Heard heard;
    const auto end = session.generate(ask("Hello!", 50), heard.sink(), {});
    QVERIFY2(end.ok(), end.ok() ? "" : end.error().message.c_str());
    QCOMPARE(end->reason, StopReason::kEndOfAnswer);
    QVERIFY2(heard.text.starts_with("<lang:") && heard.text.find("<say:") == 9, heard.text.c_str());
    QVERIFY(!session.generate(ask("", 50), {}, {}).ok());
    QVERIFY(!session.generate(ask(std::string(2000, 'x'), 50), {}, {}).ok());
}

void TestSession::picturesAreEncodedOnce()
{
    OPEN(engine, kChart);
    SESSION(session, engine);
    SESSION(other, engine);
    Heard first, second, third, fourth;
    QCOMPARE(session.generate(read(picture("tiny.image.png")), first.sink(), {})->statistics.imagesEncoded, 3);
    QCOMPARE(session.generate(read(picture("resize.source.png")), second.sink(), {})->statistics.imagesEncoded, 3);
    QCOMPARE(session.generate(read(picture("tiny.image.png")), third.sink(), {})->statistics.imagesEncoded,
             0); // another object, same pixels
    QCOMPARE(other.generate(read(picture("tiny.image.png")), fourth.sink(), {})->statistics.imagesEncoded, 0);
    QCOMPARE(third.text, first.text);
    QCOMPARE(fourth.text, first.text);
}

void TestSession::badPicturesAreRefused()
{
    OPEN(engine, kChart);
    SESSION(session, engine);
    for (const ImagePtr &image : {ImagePtr(), std::make_shared<const Image>(), std::make_shared<const Image>(Image{9, 9, {1, 2, 3}})}) {
        const auto end = session.generate(read(image), [](const Event &) {}, {});
        QVERIFY(!end.ok());
        QCOMPARE(end.error().code, ErrorCode::kBadImage);
    }
}

/// Beside the tests lies the Vulkan plugin; Mesa's driver imitates a card.
void TestSession::theDeviceAskedForComputes()
{
    if (!hasVulkan())
        QSKIP("no Vulkan device on this machine");
    EngineOptions options;
    options.precision = MatmulPrecision::kFloat;
    options.device = "cpu";
    OPEN(onProcessor, kQwen, options);
    options.device = "vulkan";
    options.plugins = QCoreApplication::applicationDirPath().toStdString();
    OPEN(onCard, kQwen, options);
    QCOMPARE(onCard.deviceNote(), std::string());
    QVERIFY2(onCard.deviceName().find("Vulkan") != std::string::npos, onCard.deviceName().c_str());
    Heard expected;
    Heard heard;
    SESSION(first, onProcessor);
    SESSION(second, onCard);
    QVERIFY(first.generate(ask("What is the highest bar?"), expected.sink(), {}).ok());
    QVERIFY(second.generate(ask("What is the highest bar?"), heard.sink(), {}).ok());
    QVERIFY(!heard.text.empty());
    QCOMPARE(heard.text, expected.text);
}

void TestSession::theProcessorComputesWhatTheDeviceCannot_data()
{
    QTest::addColumn<QString>("device");
    QTest::addColumn<bool>("hasPlugin");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no such plugin") << "vulkan" << false << kQwen << "its plugin is not installed";
    QTest::newRow("no such device") << "abacus" << true << kQwen << "its plugin is not installed";
}

void TestSession::theProcessorComputesWhatTheDeviceCannot()
{
    QFETCH(QString, device);
    QFETCH(bool, hasPlugin);
    QFETCH(QString, file);
    QFETCH(QString, reason);
    const QTemporaryDir nothing;
    EngineOptions options;
    options.device = device.toStdString();
    options.plugins = (hasPlugin ? QCoreApplication::applicationDirPath() : nothing.path()).toStdString();
    OPEN(engine, file, options);
    QVERIFY2(engine.deviceName().find("CPU") != std::string::npos, engine.deviceName().c_str());
    QVERIFY2(engine.deviceNote().find(reason.toStdString()) != std::string::npos, engine.deviceNote().c_str());
}

QTEST_GUILESS_MAIN(TestSession)
#include "test_session.moc"
