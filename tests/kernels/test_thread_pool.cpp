#include "kernels/cpu/thread_pool.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace conclave::kernels::test
{

/// The pool that shares the loops of the CPU device.
class TestThreadPool : public QObject
{
    Q_OBJECT

private slots:
    void everyIndexRunsOnce_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("count");
        for (const int threads : {1, 2, 3, 8})
            for (const int count : {0, 1, 2, 7, 64, 1000, 65535, 65536, 200001})
                QTest::addRow("%d threads, %d indices", threads, count) << threads << count;
    }

    void everyIndexRunsOnce()
    {
        QFETCH(const int, threads);
        QFETCH(const int, count);
        ThreadPool pool(threads);
        std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
        std::atomic<bool> knownThread{true};
        pool.parallelFor(count, [&](std::int64_t index, int thread) {
            ++calls[static_cast<std::size_t>(index)];
            if (thread < 0 || thread >= pool.threads())
                knownThread = false;
        });
        QVERIFY(knownThread);
        QVERIFY(std::all_of(calls.begin(), calls.end(), [](const std::atomic<int> &n) { return n == 1; }));
    }

    /// A thread with long work must not keep the rest of its run: the others take it over, but for the few steps taken with it.
    void idleThreadsTakeOverALongRun()
    {
        ThreadPool pool(2);
        std::atomic<int> done{0};
        std::atomic<int> waited{0};
        pool.parallelFor(100, [&](std::int64_t index, int) {
            if (index == 0) // ends only when most others have, which its own thread cannot do
                for (; done < 90 && waited < 10000; ++waited)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
            ++done;
        });
        QCOMPARE(done.load(), 100);
        QVERIFY(waited < 10000);
    }

    void callersTakeTurns()
    {
        ThreadPool pool(3);
        std::atomic<std::int64_t> sum{0};
        const auto addAll = [&] {
            for (int job = 0; job < 500; ++job)
                pool.parallelFor(17, [&](std::int64_t index, int) { sum += index; });
        };
        std::thread other(addAll);
        addAll();
        other.join();
        QCOMPARE(sum.load(), 2 * 500 * 136);
    }
};

} // namespace conclave::kernels::test

QTEST_APPLESS_MAIN(conclave::kernels::test::TestThreadPool)
#include "test_thread_pool.moc"
