#include "engine/format/gguf_reader.h"
#include "engine/generate/chart_grammar.h"
#include "engine/generate/further_looks.h"
#include "engine/text/tokenizer.h"
#include "engine/vision/image_preprocessor.h"
#include "engine/vision/picture_look.h"
#include "engine/vision/straight_labels.h"
#include "tests/engine/model_fixture.h"

#include <QObject>
#include <QPointF>

using namespace conclave;
using namespace conclave::engine;
using namespace conclave::test;

namespace
{

/// Trained: what it says depends on how the picture lies.
const QString kModel = QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/models/conclave-chart.gguf");

/// White, with a black square of 2 * `half` pixels around a place.
Image dotted(int width, int height, QPoint place, int half)
{
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3), 255)};
    for (int y = place.y() - half; y < place.y() + half; ++y)
        std::fill_n(image.pixels.begin() + (y * width + place.x() - half) * 3, 6 * half, std::uint8_t{0});
    return image;
}

/// The middle of what is dark.
QPointF darkMiddle(const Image &image)
{
    double mass = 0;
    QPointF sum;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const double dark = 255 - image.pixels[static_cast<std::size_t>((y * image.width + x) * 3)];
            mass += dark;
            sum += dark * QPointF(x + 0.5, y + 0.5);
        }
    }
    return sum / mass;
}

ImagePtr picture(const QString &name)
{
    return std::make_shared<const Image>(readImage(dataPath("conclave/" + name)));
}

/// As the engine lays it into the frame: labels that are turned are upright.
Image asSeen(const ImagePtr &image)
{
    return withStraightLabels(*image).value_or(*image);
}

/// What one answer sent.
struct Heard
{
    std::vector<TokenId> tokens;
    GenerationEnd end;

    EventSink sink()
    {
        return [this](const Event &event) {
            if (const auto *piece = std::get_if<TextPiece>(&event))
                tokens.push_back(piece->token);
        };
    }
};

std::vector<double> logProbabilities(std::span<const float> logits)
{
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(logit - most);
    std::vector<double> out;
    for (const float logit : logits)
        out.push_back(logit - most - std::log(sum));
    return out;
}

/// What the place `token` of the first look is called in another: by its text, the plain way.
TokenId translatedByName(const Tokenizer &tokenizer, TokenId token, const PictureLook &look, double scale)
{
    const std::string name = tokenizer.piece(token);
    const bool across = name.starts_with("<x:");
    if (!across && !name.starts_with("<y:"))
        return token;
    const double pixel = (std::stoi(name.substr(3)) + 0.5) * 2 * scale + (across ? look.left : look.top);
    for (int place = static_cast<int>(pixel / 2);; --place) {
        const TokenId found = tokenizer.find((across ? "<x:" : "<y:") + std::to_string(place) + ">");
        if (found >= 0)
            return found;
    }
}

} // namespace

/// A chart that is looked at several times: how the picture lies in each look, and how the looks agree on a token.
class TestLooks : public QObject
{
    Q_OBJECT

private slots:
    void thePlainLookIsTheFrame();
    void placesFollowThePicture_data();
    void placesFollowThePicture();
    void edgesFillWhatThePictureWasMovedBy();
    void initTestCase();
    void tokensAreTheMostProbableOfAllLooks();
    void turnedLabelsAreSeenUpright();
    void asManyAsAreAskedFor();
    void batchesLookAsOften();
    void questionsAreAskedOfTheTable();
    void stopsBetweenTokens();

private:
    static GenerationRequest request(ImagePtr image, int looks, int tokens = 12);
    Heard read(ImagePtr image, int looks, int tokens = 12) const { return answer(request(std::move(image), looks, tokens)); }
    Heard answer(const GenerationRequest &asked) const;

    LoadedModel m_loaded; ///< the same model twice: as the program has it,
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<Tokenizer> m_tokenizer;
    std::shared_ptr<const ChartTokens> m_tokens;
};

void TestLooks::initTestCase()
{
    EngineOptions exact;
    exact.precision = MatmulPrecision::kFloat;
    auto opened = openTested(kModel.toStdString(), exact);
    QVERIFY(opened.ok());
    m_engine = std::move(*opened);
    LOAD_OR_FAIL(loaded, kModel, "best", kernels::Precision::kFloat);
    m_loaded = std::move(loaded);
    auto tokenizer = loadTokenizer(*m_loaded.file);
    QVERIFY(tokenizer.ok());
    m_tokenizer = std::move(*tokenizer);
    auto tokens = ChartTokens::prepare(*m_tokenizer);
    QVERIFY(tokens.ok());
    m_tokens = *tokens;
}

GenerationRequest TestLooks::request(ImagePtr image, int looks, int tokens)
{
    GenerationRequest out;
    out.messages.push_back({Role::kUser, {}, {std::move(image)}});
    out.maxTokens = tokens;
    out.looks = looks;
    return out;
}

/// In a session of its own, by an engine that has seen nothing yet.
Heard TestLooks::answer(const GenerationRequest &asked) const
{
    Heard heard;
    EngineOptions exact;
    exact.precision = MatmulPrecision::kFloat;
    auto opened = openTested(kModel.toStdString(), exact);
    auto session = opened ? (*opened)->createSession() : Result<std::unique_ptr<Session>>(opened.takeError());
    auto end = session ? (*session)->generate(asked, heard.sink(), {}) : Result<GenerationEnd>(session.takeError());
    if (!end)
        qFatal("%s", end.error().message.c_str());
    heard.end = *end;
    return heard;
}

void TestLooks::thePlainLookIsTheFrame()
{
    const Image image = dotted(300, 200, {50, 150}, 9);
    const LookedPicture looked = lookAt(image, 64, 48, {});
    QCOMPARE(looked.scale, 1.0);
    QVERIFY(looked.frame.pixels == frameImage(image, 64, 48).pixels);
}

void TestLooks::placesFollowThePicture_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("look");
    for (const QSize size : {QSize(640, 448), QSize(200, 150), QSize(1800, 600), QSize(400, 1100)}) {
        for (int look = 1; look < GenerationRequest::kMostLooks; ++look)
            QTest::addRow("%d x %d, look %d", size.width(), size.height(), look) << size << look;
    }
}

void TestLooks::placesFollowThePicture()
{
    QFETCH(QSize, size);
    QFETCH(int, look);
    const Image image = dotted(size.width(), size.height(), {size.width() / 3, size.height() * 3 / 4}, size.width() / 40);
    const PictureLook how = furtherLook(look);
    const LookedPicture looked = lookAt(image, 640, 448, how);
    QCOMPARE(QSize(looked.frame.width, looked.frame.height), QSize(640, 448));
    QVERIFY(looked.scale > 0.9 && looked.scale <= 1.0);
    const QPointF expected = looked.scale * darkMiddle(frameImage(image, 640, 448)) + QPointF(how.left, how.top);
    const QPointF found = darkMiddle(looked.frame);
    QVERIFY2(std::hypot(found.x() - expected.x(), found.y() - expected.y()) < 0.5,
             qPrintable(QString("%1 %2, not %3 %4").arg(found.x()).arg(found.y()).arg(expected.x()).arg(expected.y())));
}

void TestLooks::edgesFillWhatThePictureWasMovedBy()
{
    Image image{320, 224, std::vector<std::uint8_t>(320 * 224 * 3, 40)};
    const LookedPicture looked = lookAt(image, 640, 448, {8, 8, 0.5});
    const auto at = [&](int x, int y) { return int(looked.frame.pixels[static_cast<std::size_t>((y * 640 + x) * 3)]); };
    for (const QPoint inside : {QPoint(0, 0), QPoint(7, 100), QPoint(200, 7), QPoint(327, 231)})
        QCOMPARE(at(inside.x(), inside.y()), 40);
    QCOMPARE(at(328, 100), 255);
    QCOMPARE(at(100, 232), 255);
}

/// Against each look computed alone, token by token, their log-probabilities added up in float64.
void TestLooks::tokensAreTheMostProbableOfAllLooks()
{
    const Heard heard = read(picture("shipped.0.png"), 3, 100);
    QCOMPARE(heard.end.statistics.imagesEncoded, 3);
    QVERIFY(heard.tokens.size() > 20);
    QCOMPARE(heard.tokens.size(), static_cast<std::size_t>(heard.end.statistics.generatedTokens));
    QVERIFY(heard.tokens != read(picture("shipped.0.png"), 1, 100).tokens);
    const ModelInfo &info = m_loaded.model->info();
    ChartGrammar grammar(m_tokens);
    struct Alone
    {
        PictureLook look;
        double scale = 1;
        std::shared_ptr<const ImageMemory> image;
        std::unique_ptr<KvCache> cache;
    };
    std::vector<Alone> looks;
    const Image seen = asSeen(picture("shipped.0.png"));
    for (int i = 0; i < 3; ++i) {
        const PictureLook look = furtherLook(i);
        const LookedPicture looked = lookAt(seen, info.chartInputWidth, info.chartInputHeight, look);
        looks.push_back({look, looked.scale, *m_loaded.model->encodeImage(looked.frame, {}), m_loaded.cache(256)});
    }
    TokenId last = m_tokenizer->find("<bos>");
    for (const TokenId chosen : heard.tokens) {
        std::vector<double> sum(static_cast<std::size_t>(m_loaded.model->vocabularySize()));
        for (const Alone &alone : looks) {
            const TokenId given = translatedByName(*m_tokenizer, last, alone.look, alone.scale);
            Batch batch;
            batch.tokens = std::span(&given, 1);
            batch.cache = alone.cache.get();
            batch.image = alone.image.get();
            const auto logits = m_loaded.model->forward(batch);
            QVERIFY(logits.ok());
            const auto own = logProbabilities(*logits);
            for (std::size_t t = 0; t < sum.size(); ++t)
                sum[t] += own[static_cast<std::size_t>(translatedByName(*m_tokenizer, static_cast<TokenId>(t), alone.look, alone.scale))];
        }
        double best = -INFINITY;
        for (std::size_t t = 0; t < sum.size(); ++t) {
            if (isAllowed(grammar.allowed(), static_cast<TokenId>(t)))
                best = std::max(best, sum[t]);
        }
        const double reached = sum[static_cast<std::size_t>(chosen)];
        QVERIFY2(reached > best - 1e-3, qPrintable(QString("%1 has %2, the best %3").arg(chosen).arg(reached).arg(best)));
        QVERIFY(grammar.accept(chosen));
        last = chosen;
    }
}

/// Also where more is asked for than it takes.
void TestLooks::turnedLabelsAreSeenUpright()
{
    const ImagePtr turned = picture("shipped.0.png");
    const auto upright = std::make_shared<const Image>(asSeen(turned));
    QVERIFY(upright->pixels != turned->pixels);
    for (const int looks : {1, 3})
        QCOMPARE(read(turned, looks, 100).tokens, read(upright, looks, 100).tokens);
}

void TestLooks::asManyAsAreAskedFor()
{
    for (const int looks : {-1, 0, 1, 2, 3, 99})
        QCOMPARE(read(picture("shipped.1.png"), looks).end.statistics.imagesEncoded, std::clamp(looks, 1, 3));
}

/// In a batch each chart has its looks, beside one that is looked at once.
void TestLooks::batchesLookAsOften()
{
    auto batch = m_engine->createBatch({2, 1});
    QVERIFY(batch.ok());
    std::vector<Heard> heard(3);
    const int looks[] = {3, 1, 2};
    for (std::size_t i = 0; i < heard.size(); ++i) {
        BatchJob job;
        job.request = request(picture(QString("shipped.%1.png").arg(i)), looks[i]);
        job.sink = heard[i].sink();
        job.ended = [&to = heard[i].end](Result<GenerationEnd> end) { to = end.ok() ? *end : GenerationEnd{}; };
        (*batch)->add(std::move(job));
    }
    while ((*batch)->step()) {
    }
    for (std::size_t i = 0; i < heard.size(); ++i) {
        const Heard alone = read(picture(QString("shipped.%1.png").arg(i)), looks[i]);
        QVERIFY(!alone.tokens.empty());
        QCOMPARE(heard[i].tokens, alone.tokens);
        QCOMPARE(heard[i].end.statistics.imagesEncoded, looks[i]);
    }
}

/// The table is known then: the picture is encoded once.
void TestLooks::questionsAreAskedOfTheTable()
{
    GenerationRequest asked = request(picture("tiny.image.png"), 3);
    const std::string table = "<chart:bar><title> Sales<xlabel> Year<ylabel> t<unit><cal><y:90>0<y:9>10<series> Tea"
                              "<row> 2019<x:20><y:40>6<row> 2020<x:60><y:30>7.5<end>";
    asked.messages.push_back({Role::kAssistant, table, {}});
    asked.messages.push_back({Role::kUser, "How much is 2019?", {}});
    const Heard heard = answer(asked);
    QCOMPARE(heard.end.statistics.imagesEncoded, 1);
    QVERIFY(!heard.tokens.empty());
}

/// A stop between two looks ends the answer, and the session answers again.
void TestLooks::stopsBetweenTokens()
{
    auto session = m_engine->createSession();
    QVERIFY(session.ok());
    std::stop_source stop;
    Heard heard;
    const EventSink sink = heard.sink();
    const auto stopping = [&](const Event &event) {
        sink(event);
        if (heard.tokens.size() == 5)
            stop.request_stop();
    };
    const GenerationRequest asked = request(picture("shipped.2.png"), 3);
    const auto end = (*session)->generate(asked, stopping, stop.get_token());
    QVERIFY(end.ok());
    QVERIFY(end->reason == StopReason::kCancelled);
    QCOMPARE(heard.tokens.size(), std::size_t{5});
    Heard again;
    QVERIFY((*session)->generate(asked, again.sink(), {}).ok());
    QCOMPARE(again.tokens, answer(asked).tokens);
}

QTEST_GUILESS_MAIN(TestLooks)
#include "test_looks.moc"
