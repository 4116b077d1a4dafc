#include "engine/generate/sampler.h"
#include "engine/grammar/gbnf.h"
#include "engine/grammar/grammar_constraint.h"
#include "engine/grammar/json_schema.h"
#include "engine/moe/expert_telemetry.h"

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
    wide.minP = 0;
    measure("sample: top-p 0.95 over all tokens", wide);
    wide.minP = 0.05F;
    wide.typicalP = 0.9F;
    measure("sample: typical 0.9 over all tokens", wide);
    Sampling all;
    all.repetitionPenalty = 1.1F;
    all.frequencyPenalty = 0.1F;
    all.dryMultiplier = 0.8F;
    all.xtcProbability = 0.5F;
    measure("sample: default with penalties, DRY over 8000 tokens, XTC", all);
}

/// 150 000 made-up tokens of the lengths and characters that byte-level vocabularies have: all bytes, words with and without a space,
/// numbers, punctuation, a third beyond ASCII.
class MadeVocabulary final : public Tokenizer
{
public:
    MadeVocabulary()
    {
        RandomStream random(5);
        for (int byte = 0; byte < 256; ++byte)
            m_texts.emplace_back(1, static_cast<char>(byte));
        static const std::vector<std::string> kOthers = {"é", "ö", "я", "д", "中", "文", "の", "한", "ا"};
        static const std::string kMarks = " \"{}[]:,.;()=\n\t0123456789";
        while (m_texts.size() + 1 < kVocabulary) {
            const std::uint64_t kind = random.next() % 10;
            std::string text = random.next() % 2 == 0 ? " " : "";
            for (std::uint64_t length = 2 + random.next() % 7; length > 0; --length) {
                if (kind < 3)
                    text += kOthers[random.next() % kOthers.size()];
                else if (kind == 3)
                    text += kMarks[random.next() % kMarks.size()];
                else
                    text += static_cast<char>('a' + random.next() % 26);
            }
            m_texts.push_back(std::move(text));
        }
        m_texts.emplace_back();
    }

    std::vector<TokenId> encode(std::string_view, bool) const override { return {}; }
    std::string piece(TokenId id) const override { return m_texts[static_cast<std::size_t>(id)]; }
    std::string decode(std::span<const TokenId>) const override { return {}; }
    int size() const override { return static_cast<int>(m_texts.size()); }
    TokenType type(TokenId id) const override { return endsGeneration(id) ? TokenType::kControl : TokenType::kNormal; }
    TokenId find(std::string_view) const override { return -1; }
    TokenId bos() const override { return -1; }
    TokenId eos() const override { return size() - 1; }
    bool addsBos() const override { return false; }
    bool endsGeneration(TokenId id) const override { return id == size() - 1; }

private:
    std::vector<std::string> m_texts;
};

/// Writes `answer` byte by byte through the constraint; time for a token, with masks that are new and with masks that are known.
void grammar(const char *what, const Tokenizer &vocabulary, const std::shared_ptr<const TokenTrie> &trie, const Result<Grammar> &grammar,
             const std::string &answer)
{
    if (!grammar)
        return;
    const auto masks = std::make_shared<TokenMasks>(trie, std::make_shared<const Grammar>(*grammar));
    for (const char *round : {"first answer", "later answers"}) {
        const double before = cpuSeconds();
        double longest = 0;
        GrammarConstraint constraint(masks, vocabulary);
        for (const char byte : answer) {
            const double start = cpuSeconds();
            if (!constraint.accept(static_cast<unsigned char>(byte)))
                std::printf("not accepted: %c\n", byte);
            longest = std::max(longest, cpuSeconds() - start);
        }
        const std::string label = std::string("grammar: ") + what + ", " + round + ", mean for a token";
        row(label.c_str(), (cpuSeconds() - before) / static_cast<double>(answer.size()));
        row("    the slowest token", longest);
    }
}

void grammars()
{
    const MadeVocabulary vocabulary;
    const double before = cpuSeconds();
    const auto trie = std::make_shared<const TokenTrie>(vocabulary);
    row("grammar: the vocabulary's tree, once for a model", cpuSeconds() - before);
    grammar("any JSON", vocabulary, trie, parseJsonSchema("{}"),
            R"({"name": "Ada Lovelace, née Byron", "born": 1815, "notes": ["first", {"deep": [1.5e3, null]}], "ok": true})");
    grammar("JSON schema", vocabulary, trie,
            parseJsonSchema(
                R"({"type": "object", "properties": {"title": {"type": "string"}, "rows": {"type": "array", "items": {"type": "object",
                "properties": {"label": {"type": "string"}, "value": {"type": "number"}}, "required": ["label", "value"]}}},
                "required": ["title", "rows"]})"),
            R"({"title": "Sales by month", "rows": [{"label": "January", "value": 12.5}, {"label": "February", "value": -3}]})");
    grammar("JSON schema with maxLength 200", vocabulary, trie, parseJsonSchema(R"({"type": "string", "maxLength": 200})"),
            "\"" + std::string(100, 'a') + "\"");
}

/// 48 layers, 128 experts, 8 used: what a token's telemetry costs beside a decode step of 10 ms.
void telemetry()
{
    RandomStream random(3);
    std::vector<std::int32_t> experts(48 * 8);
    for (std::int32_t &expert : experts)
        expert = static_cast<std::int32_t>(random.next() % 128);
    ExpertTelemetry telemetry;
    const double seconds = median(9, 2000, [&] {
        for (int layer = 0; layer < 48; ++layer) {
            const float margin = 0.25F;
            telemetry.record(layer, 128, std::span(experts).subspan(static_cast<std::size_t>(layer) * 8, 8), 8, std::span(&margin, 1));
        }
    });
    row("telemetry: 48 layers, 8 of 128 experts", seconds);
    std::printf("%-64s %10.3f %%\n", "    of a decode step of 10 ms", seconds / 0.010 * 100);
}

} // namespace

int main()
{
    sampling();
    grammars();
    telemetry();
    return 0;
}
