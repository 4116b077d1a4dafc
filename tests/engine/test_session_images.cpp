#include "engine/api/engine.h"
#include "engine/generate/prompt_layout.h"
#include "engine/text/tokenizer.h"
#include "tests/engine/rewritten_model.h"
#include "tests/engine/vision_fixture.h"

#include <QObject>
#include <QTemporaryDir>

#include <fstream>
#include <numeric>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// Content as Qwen3-VL's template takes it: a text, or a list of parts.
const std::string kTemplate = "{%- for m in messages %}<|im_start|>{{ m.role }}\n"
                              "{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}"
                              "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}{% endif %}"
                              "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
                              "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

RewrittenModel textModel()
{
    auto file = GgufFile::open(visionPath("model.gguf").toStdString());
    return RewrittenModel::of(*file, metadataNames("qwen3vlmoe"));
}

/// A folder with the model, its template and its projector.
class ModelFolder
{
public:
    explicit ModelFolder(const std::string &chatTemplate = kTemplate, bool projector = true)
    {
        RewrittenModel model = textModel();
        if (!chatTemplate.empty())
            model.keys["tokenizer.chat_template"] = chatTemplate;
        write("model.gguf", model.bytes());
        if (projector)
            copyProjector("mmproj-F16.gguf");
    }

    std::filesystem::path path(const std::string &name = "model.gguf") const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }
    void copyProjector(const std::string &name) const { write(name, readFile(visionPath("mmproj.gguf")).toStdString()); }
    void write(const std::string &name, const std::string &bytes) const
    {
        std::ofstream(path(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    std::unique_ptr<Engine> open(EngineOptions options = {}) const
    {
        options.precision = MatmulPrecision::kFloat;
        auto engine = openTested(path(), options);
        if (!engine)
            qWarning("%s", engine.error().message.c_str());
        return engine ? std::move(*engine) : nullptr;
    }

private:
    QTemporaryDir m_folder;
};

ImagePtr picture(const QString &name)
{
    return std::make_shared<const Image>(readImage(visionPath(name)));
}

/// Four tokens wide and three high, of one colour.
ImagePtr plain(std::uint8_t value, int width = 128, int height = 96)
{
    return std::make_shared<const Image>(
        Image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3), value)});
}

GenerationRequest ask(std::string text, std::vector<ImagePtr> images, int maxTokens = 8)
{
    GenerationRequest request;
    request.messages.push_back({Role::kUser, std::move(text), std::move(images)});
    request.maxTokens = maxTokens;
    request.sampling.temperature = 0;
    return request;
}

struct Answer
{
    std::string text;
    std::vector<std::pair<int, float>> tokens; ///< and how probable each was
    Statistics statistics;
    StopReason reason = StopReason::kCancelled;
    ErrorCode error = ErrorCode::kWriteFailed; ///< kWriteFailed: none
    std::string message;
};

Answer answer(Session &session, const GenerationRequest &request)
{
    Answer out;
    const auto end = session.generate(request,
                                      [&](const Event &event) {
                                          if (const auto *piece = std::get_if<TextPiece>(&event)) {
                                              out.text += piece->text;
                                              out.tokens.emplace_back(piece->token, piece->probability);
                                          }
                                      },
                                      {});
    if (end) {
        out.statistics = end->statistics;
        out.reason = end->reason;
    } else {
        out.error = end.error().code;
        out.message = end.error().message;
    }
    return out;
}

/// The conversation of `request` with this answer, and a further question.
GenerationRequest goOn(GenerationRequest request, const Answer &said, std::string question, std::vector<ImagePtr> images = {})
{
    request.messages.push_back({Role::kAssistant, said.text, {}});
    request.messages.push_back({Role::kUser, std::move(question), std::move(images)});
    return request;
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

#define SESSION(name, engine)                                                                                                              \
    auto name##Result = (engine)->createSession();                                                                                         \
    QVERIFY(name##Result.ok());                                                                                                            \
    Session &name = **name##Result

/// Conversations with pictures: projectors are found, pictures stand where the template puts them, and nothing is computed twice.
class TestSessionImages : public QObject
{
    Q_OBJECT

private slots:
    void layoutPlacesPictures_data();
    void layoutPlacesPictures();
    void layoutTellsPicturesApart();
    void projectorBesideTheModelIsFound();
    void severalProjectorsAreReported();
    void projectorsThatDoNotFitArePassedOver();
    void projectorAloneIsNoModel();
    void answersAboutAPictureEqualTheReference_data();
    void answersAboutAPictureEqualTheReference();
    void pictureTokensAreCounted();
    void secondQuestionEncodesNothing();
    void picturesOfSeveralTurnsAreRead();
    void otherPictureInTheSamePlace();
    void theSamePassesGiveTheSameBits();
    void sessionsShareEncodedPictures();
    void batchesTellTheirPicturesApart();
    void contextsWithPicturesAreKeptInFiles();
    void spelledPlaceholdersStayText();
    void templateThatKnowsNoPictures_data();
    void templateThatKnowsNoPictures();
    void modelWithoutTemplateTakesPictures();
    void limitMakesPicturesSmaller();
    void badPicturesAreRefused();
    void stopWhileLookingKeepsTheSession();
};

void TestSessionImages::layoutPlacesPictures_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("4 x 3 tokens") << "image_128x96.png";
    QTest::newRow("5 x 4 tokens") << "image_150x117.png";
}

void TestSessionImages::layoutPlacesPictures()
{
    QFETCH(QString, name);
    const PictureReference reference = PictureReference::load(name);
    std::vector<TokenId> tokens = reference.before;
    tokens.push_back(501);
    tokens.insert(tokens.end(), reference.after.begin(), reference.after.end());
    const ImagePtr image = picture(name);
    const auto layout = PromptLayout::make(
        tokens, std::span(&image, 1), 501, [&](const Image &) { return Result<ImageGrid>(reference.grid); }, true);
    QVERIFY(layout.ok());
    QCOMPARE(layout->size(), static_cast<int>(reference.tokens()));
    QCOMPARE(layout->positions(0, layout->size()), reference.positions);
    QCOMPARE(layout->positions(layout->size() + 3, 1), std::vector<std::int32_t>(3, reference.next + 3)); // the answer
    const std::shared_ptr<const ImageMemory> memory;
    const auto rows = layout->rows(8, 5, std::span(&memory, 1)); // begins within the picture
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].row, 2);
    QCOMPARE(rows[0].token, 0);
    QCOMPARE(rows[0].count, 5);
    QVERIFY(layout->rows(0, 6, std::span(&memory, 1)).empty());
}

void TestSessionImages::layoutTellsPicturesApart()
{
    const std::vector<TokenId> tokens = {1, 501, 2, 501, 3};
    const auto gridOf = [](const Image &image) { return Result<ImageGrid>(ImageGrid{image.width / 32, image.height / 32}); };
    const auto shown = [&](const ImagePtr &first, const ImagePtr &second) {
        const ImagePtr images[] = {first, second};
        return PromptLayout::make(tokens, images, 501, gridOf, true)->shown();
    };
    const auto base = shown(plain(1), plain(2));
    QCOMPARE(base, shown(plain(1), plain(2)));
    const auto other = shown(plain(1), plain(3));
    QVERIFY(std::equal(base.begin(), base.begin() + 14, other.begin()));
    for (int i = 14; i < 26; ++i)
        QVERIFY(base[static_cast<std::size_t>(i)] < 0 && base[static_cast<std::size_t>(i)] != other[static_cast<std::size_t>(i)]);
    QVERIFY(shown(plain(1, 96, 128), plain(2))[1] != base[1]);
    const ImagePtr one = plain(1);
    const auto few = PromptLayout::make(tokens, std::span(&one, 1), 501, gridOf, true);
    QVERIFY(!few.ok());
    QCOMPARE(few.error().code, ErrorCode::kInvalidRequest);
}

void TestSessionImages::projectorBesideTheModelIsFound()
{
    const ModelFolder folder;
    const auto described = describeModel(folder.path());
    QVERIFY(described.ok());
    QVERIFY(described->readsImages && !described->readsCharts && described->chats);
    QVERIFY(contains(described->projector, "mmproj-F16.gguf"));
    const auto engine = folder.open();
    QVERIFY(engine);
    QVERIFY(engine->model().readsImages);
    QCOMPARE(engine->model().projector, described->projector);

    const ModelFolder alone(kTemplate, false);
    QVERIFY(!describeModel(alone.path())->readsImages);
    const auto blind = alone.open();
    QVERIFY(blind && !blind->model().readsImages);
    SESSION(session, blind);
    const Answer refused = answer(session, ask("What is it?", {plain(9)}));
    QCOMPARE(refused.error, ErrorCode::kInvalidRequest);
    QVERIFY2(contains(refused.message, "mmproj"), refused.message.c_str());
    EngineOptions options;
    options.projector = visionPath("mmproj.gguf").toStdString();
    const auto seeing = alone.open(options);
    QVERIFY(seeing && seeing->model().readsImages);
    QVERIFY(describeModel(alone.path(), options.projector)->readsImages);
}

void TestSessionImages::severalProjectorsAreReported()
{
    const ModelFolder folder;
    folder.copyProjector("mmproj-F32.gguf");
    for (const Error &error : {openTested(folder.path()).takeError(), describeModel(folder.path()).takeError()}) {
        QCOMPARE(error.code, ErrorCode::kInvalidRequest);
        QVERIFY2(contains(error.message, "mmproj-F16.gguf") && contains(error.message, "mmproj-F32.gguf"), error.message.c_str());
    }
    EngineOptions options;
    options.projector = folder.path("mmproj-F32.gguf");
    QVERIFY(folder.open(options)->model().readsImages);
}

void TestSessionImages::projectorsThatDoNotFitArePassedOver()
{
    const ModelFolder folder(kTemplate, false);
    folder.write("mmproj-broken.gguf", "GGUF but no more");
    folder.write("mmproj-empty.gguf", "");
    auto file = GgufFile::open(visionPath("mmproj.gguf").toStdString());
    RewrittenModel other = RewrittenModel::of(*file, projectorNames());
    other.keys["clip.vision.projection_dim"] = std::int32_t{512};
    folder.write("mmproj-other.gguf", other.bytes());
    folder.write("mmproj-model.gguf", textModel().bytes());
    std::filesystem::create_directory(folder.path("mmproj-folder.gguf"));
    QVERIFY(!folder.open()->model().readsImages);
    folder.copyProjector("MMPROJ-right.GGUF");
    QVERIFY(folder.open()->model().readsImages);
    EngineOptions options;
    options.projector = folder.path("mmproj-other.gguf"); // asked for by name it is not passed over
    const auto refused = openTested(folder.path(), options);
    QVERIFY(!refused.ok());
    QVERIFY2(contains(refused.error().message, "mmproj-other.gguf"), refused.error().message.c_str());
    options.projector = folder.path("absent.gguf");
    QCOMPARE(openTested(folder.path(), options).error().code, ErrorCode::kFileNotFound);
}

void TestSessionImages::projectorAloneIsNoModel()
{
    const std::string path = visionPath("mmproj.gguf").toStdString();
    for (const Error &error : {openTested(path).takeError(), describeModel(path).takeError()}) {
        QCOMPARE(error.code, ErrorCode::kUnsupportedArchitecture);
        QVERIFY2(contains(error.message, "is a projector, the vision part of a model"), error.message.c_str());
    }
}

void TestSessionImages::answersAboutAPictureEqualTheReference_data()
{
    layoutPlacesPictures_data();
}

/// The whole way from pixels to text, up to the end token that the reference's own answer has.
void TestSessionImages::answersAboutAPictureEqualTheReference()
{
    QFETCH(QString, name);
    const PictureReference reference = PictureReference::load(name);
    const ModelFolder folder;
    const auto engine = folder.open();
    QVERIFY(engine);
    SESSION(session, engine);
    auto file = GgufFile::open(visionPath("model.gguf").toStdString());
    const auto tokenizer = loadTokenizer(*file);
    StreamDecoder decoder;
    std::string expected;
    int steps = 0;
    for (const Reference::Greedy &step : reference.greedy) {
        if ((*tokenizer)->endsGeneration(step.id))
            break;
        ++steps;
        expected += (*tokenizer)->type(step.id) == TokenType::kControl ? std::string() : decoder.push((*tokenizer)->piece(step.id));
    }
    expected += decoder.flush();
    QVERIFY(steps >= 18);
    const Answer said = answer(session, ask("What is in the image?", {picture(name)}, steps));
    QCOMPARE(said.error, ErrorCode::kWriteFailed);
    QCOMPARE(said.statistics.promptTokens, static_cast<int>(reference.tokens()));
    QCOMPARE(said.statistics.generatedTokens, steps);
    QCOMPARE(QString::fromStdString(said.text), QString::fromStdString(expected));
}

void TestSessionImages::pictureTokensAreCounted()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(session, engine);
    const int text = *session.countTokens(ask("What?", {}).messages);
    QCOMPARE(*session.countTokens(ask("What?", {plain(1)}).messages), text + 12 + 2);
    QCOMPARE(*session.countTokens(ask("What?", {plain(1), plain(1, 150, 117)}).messages), text + 12 + 20 + 4);
    EngineOptions options;
    options.contextTokens = 32;
    const auto small = folder.open(options);
    SESSION(narrow, small);
    const Answer full = answer(narrow, ask("What?", {plain(1), plain(2)}));
    QCOMPARE(full.error, ErrorCode::kContextFull);
    QVERIFY2(contains(full.message, std::to_string(text + 28)), full.message.c_str());
}

void TestSessionImages::secondQuestionEncodesNothing()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(session, engine);
    const GenerationRequest first = ask("What is it?", {picture("image_128x96.png")});
    const Answer one = answer(session, first);
    QCOMPARE(one.statistics.imagesEncoded, 1);
    QVERIFY(one.statistics.imageTime.count() > 0);
    ExpertView seen;
    session.viewExperts(seen);
    QCOMPARE(seen.imageTokens, std::uint64_t{12}); // all rows of the picture, and nothing else
    const int computed = one.statistics.promptTokens + one.statistics.generatedTokens;
    QCOMPARE(seen.imageTokens + seen.textTokens, static_cast<std::uint64_t>(computed));
    const auto sum = [](const std::vector<std::uint32_t> &loads) { return std::accumulate(loads.begin(), loads.end(), 0U); };
    for (const ExpertLayerView &layer : seen.layers) {
        const auto used = static_cast<std::uint32_t>(engine->model().expertsUsed);
        QCOMPARE(sum(layer.image), 12 * used);
        QCOMPARE(sum(layer.text), static_cast<std::uint32_t>(seen.textTokens) * used);
        QCOMPARE(layer.last.size(), static_cast<std::size_t>(used));
    }
    const Answer two = answer(session, goOn(first, one, "And what else?"));
    QCOMPARE(two.error, ErrorCode::kWriteFailed);
    QCOMPARE(two.statistics.imagesEncoded, 0);
    QVERIFY(two.statistics.cachedTokens >= one.statistics.promptTokens - 1);
    QCOMPARE(two.statistics.imageTime.count(), 0.0);
    session.viewExperts(seen);
    QCOMPARE(seen.imageTokens, std::uint64_t{0}); // known from before: none of them passed an expert
    // Another object with the same pixels, asked otherwise: the rows are computed again, the picture is not encoded again.
    const Answer three = answer(session, ask("Where is it?", {plain(3), picture("image_128x96.png")}));
    QCOMPARE(three.statistics.imagesEncoded, 1);
    const Answer four = answer(session, ask("Now?", {picture("image_128x96.png"), plain(3)}));
    QCOMPARE(four.statistics.imagesEncoded, 0);
    QVERIFY(four.statistics.cachedTokens < 20);
}

void TestSessionImages::picturesOfSeveralTurnsAreRead()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(session, engine);
    const GenerationRequest first = ask("What are they?", {picture("image_128x96.png"), picture("image_150x117.png")});
    const Answer one = answer(session, first);
    QCOMPARE(one.statistics.imagesEncoded, 2);
    const GenerationRequest second = goOn(first, one, "And this?", {plain(200)});
    const Answer two = answer(session, second);
    QCOMPARE(two.statistics.imagesEncoded, 1);
    QVERIFY(two.statistics.cachedTokens > 32);
    // A session that meets it all at once answers the same.
    const auto again = folder.open();
    SESSION(fresh, again);
    const Answer whole = answer(fresh, second);
    QCOMPARE(whole.statistics.imagesEncoded, 3);
    QCOMPARE(whole.statistics.cachedTokens, 0);
    QCOMPARE(whole.text, two.text);
    // Each of them counts.
    for (const std::size_t changed : {std::size_t{0}, std::size_t{1}}) {
        GenerationRequest other = second;
        other.messages[0].images[changed] = plain(30, other.messages[0].images[changed]->width, other.messages[0].images[changed]->height);
        QVERIFY(answer(fresh, other).text != whole.text);
    }
}

/// The same tokens with another picture are another prompt.
void TestSessionImages::otherPictureInTheSamePlace()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(used, engine);
    SESSION(fresh, engine);
    const Answer first = answer(used, ask("What is it?", {plain(10)}));
    const Answer second = answer(used, ask("What is it?", {plain(250)}));
    QCOMPARE(second.statistics.promptTokens, first.statistics.promptTokens);
    QVERIFY(second.statistics.cachedTokens < 10); // what stands before the picture
    QCOMPARE(answer(fresh, ask("What is it?", {plain(250)})).text, second.text);
    const Answer third = answer(used, ask("What is it?", {plain(250)}));
    QCOMPARE(third.statistics.cachedTokens, third.statistics.promptTokens - 1);
    QCOMPARE(third.text, second.text);
}

/// Also where a question was asked again, and where text gave way to a picture or a picture to text.
void TestSessionImages::theSamePassesGiveTheSameBits()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    std::vector<std::pair<GenerationRequest, Answer>> answers;
    {
        SESSION(session, engine);
        const GenerationRequest first = ask("What is it?", {picture("image_128x96.png")});
        const Answer one = answer(session, first);
        for (const GenerationRequest &request :
             {first, goOn(first, one, "And what else is there to be seen?"), goOn(first, one, "And this?", {picture("image_150x117.png")}),
              goOn(first, one, "And what else?"), ask("What is it, then?", {picture("image_128x96.png")}),
              goOn(first, one, "And this?", {plain(30), plain(60)})})
            answers.emplace_back(request, answer(session, request));
    }
    int cached = 0;
    for (auto &[request, before] : answers) {
        QVERIFY2(!before.tokens.empty(), before.message.c_str());
        cached += before.statistics.cachedTokens;
        request.passes = before.statistics.passes;
        SESSION(fresh, engine);
        const Answer again = answer(fresh, request);
        QVERIFY(again.statistics.passes == before.statistics.passes && again.statistics.cachedTokens == 0);
        QVERIFY(again.tokens == before.tokens);
    }
    QVERIFY(cached > 60);
}

void TestSessionImages::sessionsShareEncodedPictures()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(one, engine);
    SESSION(two, engine);
    const GenerationRequest request = ask("What is it?", {picture("image_128x96.png")});
    const Answer first = answer(one, request);
    const Answer second = answer(two, request);
    QCOMPARE(first.statistics.imagesEncoded, 1);
    QCOMPARE(second.statistics.imagesEncoded, 0);
    QCOMPARE(second.text, first.text);
}

/// Pictures, text alone and the pieces of long prompts in the same passes.
void TestSessionImages::batchesTellTheirPicturesApart()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    const auto other = folder.open();
    QVERIFY(engine && other);
    const std::vector<GenerationRequest> requests = {ask("What is this?", {picture("image_128x96.png")}), ask("Only words", {}, 12),
                                                     ask("What is this?", {picture("image_150x117.png")}),
                                                     ask("Compare", {plain(40), picture("image_128x96.png")})};
    auto batch = engine->createBatch({3, 7});
    QVERIFY(batch.ok());
    std::vector<std::string> texts(requests.size());
    int encoded = 0;
    int ended = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        BatchJob job;
        job.request = requests[i];
        job.sink = [&text = texts[i]](const Event &event) {
            if (const auto *piece = std::get_if<TextPiece>(&event))
                text += piece->text;
        };
        job.ended = [&](Result<GenerationEnd> end) {
            ended += end.ok() ? 1 : 0;
            encoded += end.ok() ? end->statistics.imagesEncoded : 0;
        };
        (*batch)->add(std::move(job));
    }
    while ((*batch)->step()) {
    }
    QCOMPARE(ended, 4);
    QCOMPARE(encoded, 3); // one came twice
    for (std::size_t i = 0; i < requests.size(); ++i) {
        SESSION(session, other);
        QCOMPARE(texts[i], answer(session, requests[i]).text);
    }
    QVERIFY(texts[0] != texts[2]);
}

void TestSessionImages::contextsWithPicturesAreKeptInFiles()
{
    const ModelFolder folder;
    const GenerationRequest request = ask("What is it?", {picture("image_150x117.png")});
    std::string expected;
    {
        const auto engine = folder.open();
        SESSION(session, engine);
        expected = answer(session, request).text;
        QVERIFY(session.saveContext(folder.path("context")).ok());
    }
    const auto engine = folder.open();
    SESSION(session, engine);
    const auto loaded = session.loadContext(folder.path("context"));
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
    const Answer again = answer(session, request);
    QCOMPARE(again.statistics.cachedTokens, again.statistics.promptTokens - 1);
    QCOMPARE(again.statistics.imagesEncoded, 0);
    QCOMPARE(again.text, expected);
    std::filesystem::remove(folder.path("mmproj-F16.gguf")); // another model now: it sees nothing
    const auto blind = folder.open();
    SESSION(other, blind);
    QVERIFY(!other.loadContext(folder.path("context")).ok());
}

void TestSessionImages::spelledPlaceholdersStayText()
{
    for (const std::string &chatTemplate : {kTemplate, std::string()}) {
        const ModelFolder folder(chatTemplate);
        const auto engine = folder.open();
        SESSION(session, engine);
        const std::string spelled = "<|vision_start|><|image_pad|><|vision_end|>";
        const Answer said = answer(session, ask(spelled, {}));
        QCOMPARE(said.error, ErrorCode::kWriteFailed);
        QVERIFY(said.statistics.promptTokens > 15); // letters, not three tokens
        const Answer both = answer(session, ask(spelled, {plain(1)}));
        QCOMPARE(both.error, ErrorCode::kWriteFailed);
        QCOMPARE(both.statistics.promptTokens, said.statistics.promptTokens + 14);
    }
}

void TestSessionImages::templateThatKnowsNoPictures_data()
{
    QTest::addColumn<QString>("chatTemplate");
    QTest::newRow("writes only texts")
        << "{% for m in messages %}{{ m.role }}: {% if m.content is string %}{{ m.content }}{% endif %}{% endfor %}";
    QTest::newRow("joins the content to a text") << "{% for m in messages %}{{ m.role + ': ' + m.content }}{% endfor %}";
    QTest::newRow("refuses lists")
        << "{% for m in messages %}{% if m.content is not string %}{{ raise_exception('texts only') }}{% endif %}{% endfor %}";
}

void TestSessionImages::templateThatKnowsNoPictures()
{
    QFETCH(QString, chatTemplate);
    const ModelFolder folder(chatTemplate.toStdString());
    const auto engine = folder.open();
    SESSION(session, engine);
    const Answer refused = answer(session, ask("What is it?", {plain(1)}));
    QCOMPARE(refused.error, ErrorCode::kInvalidRequest);
    QVERIFY2(contains(refused.message, "chat template") && contains(refused.message, "pictures"), refused.message.c_str());
}

void TestSessionImages::modelWithoutTemplateTakesPictures()
{
    const ModelFolder folder("");
    const auto engine = folder.open();
    SESSION(session, engine);
    const int text = *session.countTokens(ask("What?", {}).messages);
    const Answer said = answer(session, ask("What?", {plain(1)}));
    QCOMPARE(said.error, ErrorCode::kWriteFailed);
    QCOMPARE(said.statistics.promptTokens, text + 14);
}

void TestSessionImages::limitMakesPicturesSmaller()
{
    const bool few = testsImitatedCard();
    if (few)
        qInfo("NOT TESTED HERE: a large picture, most of a minute on a driver that computes on the host; a smaller one is");
    const ModelFolder folder;
    const GenerationRequest request = ask("What is it?", {few ? plain(77, 480, 320) : plain(77, 1000, 800)}, 2);
    const auto engine = folder.open();
    SESSION(session, engine);
    const int text = *session.countTokens(ask("What is it?", {}).messages) + 2;
    QCOMPARE(answer(session, request).statistics.promptTokens, text + (few ? 15 * 10 : 31 * 25));
    EngineOptions options;
    options.mostImageTokens = 64;
    const auto limited = folder.open(options);
    SESSION(small, limited);
    QCOMPARE(answer(small, request).statistics.promptTokens, text + (few ? 9 * 6 : 8 * 7));
}

void TestSessionImages::badPicturesAreRefused()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(session, engine);
    const auto made = [](int width, int height, std::size_t bytes) {
        return std::make_shared<const Image>(Image{width, height, std::vector<std::uint8_t>(bytes)});
    };
    for (const ImagePtr &image : {ImagePtr(), std::make_shared<const Image>(), ImagePtr(made(9, 9, 3)), ImagePtr(made(4000, 10, 120000)),
                                  ImagePtr(made(-3, -3, 27)), ImagePtr(made(1 << 30, 1 << 30, 0))}) {
        const Answer refused = answer(session, ask("What is it?", {plain(1), image}));
        QCOMPARE(refused.error, ErrorCode::kBadImage);
        QVERIFY(!refused.message.empty());
    }
    QCOMPARE(answer(session, ask("What is it?", {plain(1)})).error, ErrorCode::kWriteFailed); // the session goes on
}

void TestSessionImages::stopWhileLookingKeepsTheSession()
{
    const ModelFolder folder;
    const auto engine = folder.open();
    SESSION(session, engine);
    std::stop_source source;
    source.request_stop();
    const GenerationRequest request = ask("What is it?", {picture("image_128x96.png")});
    const auto stopped = session.generate(
        request, [](const Event &) {}, source.get_token());
    QVERIFY(stopped.ok());
    QCOMPARE(stopped->reason, StopReason::kCancelled);
    QCOMPARE(stopped->statistics.imagesEncoded, 0);
    SESSION(fresh, engine);
    QCOMPARE(answer(session, request).text, answer(fresh, request).text);
}

QTEST_GUILESS_MAIN(TestSessionImages)
#include "test_session_images.moc"
