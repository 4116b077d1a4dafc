#include "engine/generate/sampler.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <vector>

/// What choosing a token costs beside computing it: one table, medians of CPU time for a token. The vocabulary has 150 000 tokens.
namespace
{

using namespace conclave::engine;

constexpr int kVocabulary = 150000;

double cpuSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Median over `rounds` of the CPU time of one call in a run of `calls`.
double median(int rounds, int calls, const std::function<void()> &call)
{
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        const double before = cpuSeconds();
        for (int i = 0; i < calls; ++i)
            call();
        seconds.push_back((cpuSeconds() - before) / calls);
    }
    std::nth_element(seconds.begin(), seconds.begin() + rounds / 2, seconds.end());
    return seconds[static_cast<std::size_t>(rounds / 2)];
}

void row(const char *what, double seconds)
{
    std::printf("%-64s %10.1f us\n", what, seconds * 1e6);
}

/// Logits as models give them: most far below a few, approximately normal with a standard deviation of 3.
std::vector<float> logits()
{
    RandomStream random(1);
    std::vector<float> out(kVocabulary);
    for (float &logit : out) {
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += random.uniform();
        logit = static_cast<float>(3 * sum);
    }
    return out;
}

void sampling()
{
    const std::vector<float> row150k = logits();
    std::vector<TokenId> history;
    RandomStream random(2);
    for (int i = 0; i < 8000; ++i)
        history.push_back(static_cast<TokenId>(random.next() % kVocabulary));
    const auto measure = [&](const char *what, const Sampling &asked) {
        Sampler sampler(asked);
        row(what, median(9, 20, [&] { (void)sampler.sample(row150k, history); }));
    };
    Sampling greedy;
    greedy.temperature = 0;
    measure("sample: greedy", greedy);
    measure("sample: default (top-k 40, top-p 0.95, min-p 0.05)", Sampling{});
    Sampling wide;
    wide.topK = 0;
    measure("sample: top-p 0.95 and min-p 0.05 over all tokens", wide);
    wide.typicalP = 0.9F;
    measure("sample: typical 0.9 over all tokens", wide);
    Sampling all;
    all.repetitionPenalty = 1.1F;
    all.frequencyPenalty = 0.1F;
    all.dryMultiplier = 0.8F;
    all.xtcProbability = 0.5F;
    measure("sample: default with penalties, DRY over 8000 tokens, XTC", all);
}

} // namespace

int main()
{
    sampling();
    return 0;
}
