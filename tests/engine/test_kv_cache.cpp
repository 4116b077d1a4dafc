#include "engine/cache/kv_cache.h"

#include <QObject>
#include <QTest>

#include <cmath>
#include <cstring>
#include <numeric>
#include <sstream>

using namespace conclave;
using namespace conclave::engine;
using kernels::DType;
using kernels::Tensor;

namespace
{

/// One attending layer, one MLA layer, one that shares the first, and one recurrent layer with rows for each 4 positions.
KvShape mixedShape(bool recurrent)
{
    KvShape shape = KvShape::uniform(1, 2, 8, DType::kF32);
    KvLayerShape latent;
    latent.kvHeads = 1;
    latent.keyWidth = 12;
    latent.valueWidth = 8;
    latent.valuesInKeys = true;
    shape.layers.push_back(latent);
    KvLayerShape sharing;
    sharing.sharedWith = 0;
    shape.layers.push_back(sharing);
    KvLayerShape states;
    states.rows.push_back({3, 4});
    if (recurrent)
        states.states = {5, 7};
    shape.layers.push_back(states);
    return shape;
}

/// A cache that is written to as a model would: every position holds numbers made of it and of `seed`.
class Writer
{
public:
    Writer(kernels::Device &device, KvCache &cache) : m_device(device), m_cache(cache) {}

    bool write(int tokens, float seed)
    {
        const int first = m_cache.length();
        if (!m_cache.grow(tokens).ok())
            return false;
        bool done = true;
        for (const int layer : {0, 1})
            for (int p = first; p < first + tokens; ++p)
                done = done && store(slot(m_cache.view(layer).keys, p), value(layer, p, seed)) &&
                       (layer == 1 || store(slot(m_cache.view(layer).values, p), value(layer, p, seed) + 0.5F));
        for (int p = first; p < first + tokens; ++p)
            done = done && (p % 4 != 3 || store(m_cache.rows(3, 0).at(p / 4), value(3, p, seed)));
        for (std::size_t which = 0; which < m_cache.shape().layers[3].states.size(); ++which)
            done = done && store(m_cache.state(3, static_cast<int>(which)), value(static_cast<int>(which), first + tokens, seed));
        m_cache.commit();
        return done;
    }

    /// True when positions first .. end - 1, and the rows within, are as `write` left them with `seed`.
    bool holds(int first, int end, float seed) const
    {
        bool same = true;
        for (const int layer : {0, 1, 2})
            for (int p = first; p < end; ++p) {
                const float expected = value(layer == 2 ? 0 : layer, p, seed);
                same = same && is(slot(m_cache.view(layer).keys, p), expected) &&
                       is(slot(m_cache.view(layer).values, p), layer == 1 ? expected : expected + 0.5F);
            }
        for (int p = first; p < end; ++p)
            same = same && (p % 4 != 3 || is(m_cache.rows(3, 0).at(p / 4), value(3, p, seed)));
        return same;
    }

    bool stateIs(int length, float seed) const
    {
        return is(m_cache.state(3, 0), length == 0 ? 0.0F : value(0, length, seed)) &&
               is(m_cache.state(3, 1), length == 0 ? 0.0F : value(1, length, seed));
    }

private:
    static float value(int layer, int position, float seed) { return static_cast<float>(1000 * layer + position) + seed; }

    Tensor slot(const Tensor &rows, int position) const
    {
        const auto page = static_cast<std::size_t>(position / KvCache::kPageTokens);
        return rows.at(m_cache.view(0).pages[page] * std::int64_t{KvCache::kPageTokens} + position % KvCache::kPageTokens);
    }
    bool store(const Tensor &tensor, float value)
    {
        for (std::int64_t row = 0; row < tensor.rows(); ++row) {
            const Tensor one = tensor.rank > 1 ? tensor.at(row) : tensor;
            const std::vector<float> values(static_cast<std::size_t>(one.rowLength()), value);
            if (!m_device.upload(one, std::as_bytes(std::span(values))).ok())
                return false;
        }
        return true;
    }
    bool is(const Tensor &tensor, float value) const
    {
        for (std::int64_t row = 0; row < tensor.rows(); ++row) {
            const Tensor one = tensor.rank > 1 ? tensor.at(row) : tensor;
            std::vector<float> values(static_cast<std::size_t>(one.rowLength()));
            if (!m_device.download(std::as_writable_bytes(std::span(values)), one).ok() ||
                std::any_of(values.begin(), values.end(), [value](float v) { return v != value; }))
                return false;
        }
        return true;
    }

    kernels::Device &m_device;
    KvCache &m_cache;
};

} // namespace

/// What a sequence remembers: pages shared between sequences, states that go back only to checkpoints, and saving it all.
class TestKvCache : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_device = kernels::createReferenceDevice();
        m_plain = std::make_shared<KvPool>(*m_device, mixedShape(false));
        m_recurrent = std::make_shared<KvPool>(*m_device, mixedShape(true));
    }

    void remembersEveryPosition();
    void countsItsBytes();
    void forksShareFullPages();
    void writingAfterAForkChangesOneSequenceOnly();
    void lastSequenceGivesThePoolsMemoryBack();
    void statesGoBackToCheckpointsOnly();
    void unfinishedPassesSpoilTheStates();
    void checkpointsMakeRoomForNewerOnes();
    void recurrentForksStartAtACheckpoint();
    void refusesMoreThanTheContext();
    void savedCachesAreTheSame_data();
    void savedCachesAreTheSame();
    void truncatedSavesAreRefused();

private:
    std::unique_ptr<KvCache> cacheOf(const std::shared_ptr<KvPool> &pool, int tokens = 1000)
    {
        auto made = KvCache::create(pool, tokens);
        return made ? std::move(*made) : nullptr;
    }

    std::unique_ptr<kernels::Device> m_device;
    std::shared_ptr<KvPool> m_plain;
    std::shared_ptr<KvPool> m_recurrent;
};

void TestKvCache::remembersEveryPosition()
{
    auto cache = cacheOf(m_plain);
    Writer writer(*m_device, *cache);
    for (const int tokens : {1, 63, 64, 7, 513, 2}) // the pool's memory and the rows move in between
        QVERIFY(writer.write(tokens, 0.25F));
    QCOMPARE(cache->length(), 650);
    QVERIFY(writer.holds(0, 650, 0.25F));
    QCOMPARE(cache->truncate(100), 100);
    QVERIFY(writer.write(50, 0.75F));
    QVERIFY(writer.holds(0, 99, 0.25F));
    QVERIFY(writer.holds(100, 150, 0.75F));
}

void TestKvCache::countsItsBytes()
{
    const KvShape shape = mixedShape(true);
    QCOMPARE(shape.pagedBytesPerToken(), std::uint64_t{(2 * 2 * 8 + 12) * 4}); // the sharing layer keeps nothing
    QCOMPARE(shape.bytesPerToken(), std::uint64_t{(2 * 2 * 8 + 12) * 4 + 3 * 4 / 4});
    // A query reads the sharing layer's keys too, all rows, and the states.
    QCOMPARE(shape.bytesRead(100), std::uint64_t{(2 * 2 * 2 * 8 + 12) * 4 * 100 + 25 * 3 * 4 + 12 * 4});
    KvShape windowed = KvShape::uniform(2, 1, 32, DType::kQ8_0);
    windowed.layers[0].window = 10;
    QCOMPARE(windowed.bytesRead(50), std::uint64_t{2 * 34 * 60});
}

void TestKvCache::forksShareFullPages()
{
    auto cache = cacheOf(m_plain);
    QVERIFY(Writer(*m_device, *cache).write(200, 0.0F));
    QCOMPARE(m_plain->pagesInUse(), 4);
    auto fork = cache->fork(130);
    QVERIFY(fork.ok());
    QCOMPARE((*fork)->length(), 130);
    QCOMPARE(m_plain->pagesInUse(), 4); // nothing was copied yet
    QVERIFY(Writer(*m_device, **fork).holds(0, 128, 0.0F));
    cache.reset();
    QCOMPARE(m_plain->pagesInUse(), 3); // the page only the first one used is free
    QVERIFY(Writer(*m_device, **fork).holds(0, 128, 0.0F));
}

void TestKvCache::writingAfterAForkChangesOneSequenceOnly()
{
    auto cache = cacheOf(m_plain);
    Writer writer(*m_device, *cache);
    QVERIFY(writer.write(160, 0.0F));
    auto fork = cache->fork(150);
    Writer other(*m_device, **fork);
    QVERIFY(other.write(30, 0.5F)); // begins in the middle of a shared page
    QVERIFY(writer.holds(0, 160, 0.0F));
    QVERIFY(other.holds(0, 147, 0.0F));
    QVERIFY(other.holds(150, 180, 0.5F));
    QVERIFY(writer.write(10, 0.125F)); // its last page is its own again
    QVERIFY(writer.holds(160, 170, 0.125F));
    QVERIFY(other.holds(150, 180, 0.5F));
}

void TestKvCache::lastSequenceGivesThePoolsMemoryBack()
{
    auto cache = cacheOf(m_plain);
    QVERIFY(Writer(*m_device, *cache).write(600, 0.0F));
    QVERIFY(m_plain->sizeBytes() >= m_plain->shape().pagedBytesPerToken() * 600);
    cache.reset();
    QCOMPARE(m_plain->sizeBytes(), std::uint64_t{0});
    cache = cacheOf(m_plain);
    Writer writer(*m_device, *cache);
    QVERIFY(writer.write(70, 0.5F) && writer.holds(0, 70, 0.5F));
    const std::uint64_t first = m_plain->sizeBytes(); // kept: a next short conversation takes no new memory
    QVERIFY(first > 0);
    cache.reset();
    QCOMPARE(m_plain->sizeBytes(), first);
}

void TestKvCache::statesGoBackToCheckpointsOnly()
{
    auto cache = cacheOf(m_recurrent);
    Writer writer(*m_device, *cache);
    QVERIFY(!cache->truncatesAnywhere());
    QVERIFY(writer.write(10, 0.0F));
    cache->checkpoint();
    QVERIFY(writer.write(10, 0.0F));
    QCOMPARE(cache->truncate(20), 20); // where it is
    QVERIFY(writer.stateIs(20, 0.0F));
    QCOMPARE(cache->truncate(15), 10);
    QVERIFY(writer.stateIs(10, 0.0F));
    QVERIFY(writer.write(5, 0.5F));
    QVERIFY(writer.stateIs(15, 0.5F));
    QCOMPARE(cache->truncate(9), 0); // no checkpoint so early
    QVERIFY(writer.stateIs(0, 0.0F));
    QVERIFY(writer.write(3, 0.0F) && writer.stateIs(3, 0.0F));
}

void TestKvCache::unfinishedPassesSpoilTheStates()
{
    auto cache = cacheOf(m_recurrent);
    Writer writer(*m_device, *cache);
    QVERIFY(writer.write(10, 0.0F));
    cache->checkpoint();
    QVERIFY(writer.write(1, 0.0F));
    QVERIFY(cache->grow(4).ok()); // a pass that is stopped half way
    QCOMPARE(cache->truncate(11), 10);
    QVERIFY(writer.stateIs(10, 0.0F));
}

void TestKvCache::checkpointsMakeRoomForNewerOnes()
{
    auto cache = cacheOf(m_recurrent);
    Writer writer(*m_device, *cache);
    for (int i = 0; i < 6; ++i) {
        QVERIFY(writer.write(10, 0.0F));
        cache->checkpoint();
        cache->checkpoint(); // of the same length: one
    }
    QVERIFY(writer.write(1, 0.0F));
    QCOMPARE(cache->truncate(45), 40);
    QVERIFY(writer.stateIs(40, 0.0F));
    QCOMPARE(cache->truncate(39), 30);
    QCOMPARE(cache->truncate(29), 0); // 10 and 20 are gone
}

void TestKvCache::recurrentForksStartAtACheckpoint()
{
    auto cache = cacheOf(m_recurrent);
    Writer writer(*m_device, *cache);
    QVERIFY(writer.write(70, 0.0F));
    cache->checkpoint();
    QVERIFY(writer.write(20, 0.0F));
    auto earlier = cache->fork(80);
    QVERIFY(earlier.ok());
    QCOMPARE((*earlier)->length(), 70);
    Writer other(*m_device, **earlier);
    QVERIFY(other.stateIs(70, 0.0F) && other.holds(0, 68, 0.0F));
    QVERIFY(other.write(5, 0.5F));
    QVERIFY(writer.stateIs(90, 0.0F) && writer.holds(0, 90, 0.0F));
    auto whole = cache->fork(90);
    QCOMPARE((*whole)->length(), 90);
    auto none = cache->fork(50);
    QCOMPARE((*none)->length(), 0);
}

void TestKvCache::refusesMoreThanTheContext()
{
    auto cache = cacheOf(m_plain, 100);
    QCOMPARE(cache->capacity(), 128); // whole pages
    QVERIFY(cache->grow(128).ok());
    const auto full = cache->grow(1);
    QVERIFY(!full.ok());
    QCOMPARE(full.error().code, ErrorCode::kContextFull);
    QCOMPARE(cache->length(), 128);
    QCOMPARE(KvCache::create(m_plain, 0).error().code, ErrorCode::kInvalidRequest);
    QCOMPARE(KvCache::create(m_plain, 1 << 25).error().code, ErrorCode::kInvalidRequest);
}

void TestKvCache::savedCachesAreTheSame_data()
{
    QTest::addColumn<bool>("recurrent");
    QTest::addRow("keys and values") << false;
    QTest::addRow("states as well") << true;
}

void TestKvCache::savedCachesAreTheSame()
{
    QFETCH(bool, recurrent);
    const auto &pool = recurrent ? m_recurrent : m_plain;
    auto cache = cacheOf(pool);
    QVERIFY(Writer(*m_device, *cache).write(150, 0.5F));
    std::stringstream stream;
    QVERIFY(cache->save(stream).ok());
    auto loaded = cacheOf(pool);
    Writer writer(*m_device, *loaded);
    QVERIFY(writer.write(30, 0.0F)); // goes away
    QVERIFY(loaded->load(stream, 150).ok());
    QCOMPARE(loaded->length(), 150);
    QVERIFY(writer.holds(0, 150, 0.5F));
    QVERIFY(!recurrent || writer.stateIs(150, 0.5F));
    QVERIFY(writer.write(20, 0.5F) && writer.holds(0, 170, 0.5F));
}

void TestKvCache::truncatedSavesAreRefused()
{
    auto cache = cacheOf(m_recurrent);
    QVERIFY(Writer(*m_device, *cache).write(100, 0.5F));
    std::stringstream stream;
    QVERIFY(cache->save(stream).ok());
    const std::string whole = stream.str();
    for (const std::size_t size : {std::size_t{0}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
        std::stringstream part(whole.substr(0, size));
        auto loaded = cacheOf(m_recurrent);
        const auto done = loaded->load(part, 100);
        QVERIFY(!done.ok());
        QCOMPARE(done.error().code, ErrorCode::kFileTruncated);
        QCOMPARE(loaded->length(), 0);
        Writer writer(*m_device, *loaded);
        QVERIFY(writer.write(5, 0.0F) && writer.stateIs(5, 0.0F));
    }
    std::stringstream stream2(whole);
    auto small = cacheOf(m_recurrent, 64);
    QCOMPARE(small->load(stream2, 100).error().code, ErrorCode::kContextFull);
}

QTEST_GUILESS_MAIN(TestKvCache)
#include "test_kv_cache.moc"
