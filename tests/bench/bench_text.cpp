#include "engine/text/tokenizer.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// Times the tokenizers on one core: one row for each vocabulary and text. `bench_text [--file FILE] [--rounds N] [VOCABULARY.gguf ...]`;
/// without vocabularies those of the reference folder and of the test models. Texts: English (FILE, or licences and documents of this
/// tree, repeated to 4 MB), one letter repeated, letters without spaces. CPU time; the median of the rounds counts.
namespace
{

using namespace conclave::engine;
namespace fs = std::filesystem;

struct Options
{
    std::vector<fs::path> vocabularies;
    std::string file;
    int rounds = 5;
};

std::string readAll(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

std::string englishText(const Options &options)
{
    if (!options.file.empty()) {
        return readAll(options.file);
    }
    std::string out;
    const fs::path root = CONCLAVE_SOURCE_DIR;
    for (const fs::path &path :
         {root / "LICENSE", root / "README.md", root / "engine/README.md", root / "kernels/README.md", root / "training/README.md",
          root / "training/MODEL.md", fs::path("/usr/share/common-licenses/GPL-3"), fs::path("/usr/share/common-licenses/MPL-2.0")}) {
        out += readAll(path);
    }
    return out;
}

std::string repeated(const std::string &unit, std::size_t size)
{
    std::string out;
    while (!unit.empty() && out.size() < size) {
        out += unit;
    }
    out.resize(std::min(out.size(), size));
    return out;
}

std::string lettersWithoutSpaces(std::size_t size)
{
    std::string out;
    unsigned state = 1;
    while (out.size() < size) {
        state = state * 1664525U + 1013904223U;
        out += static_cast<char>('a' + (state >> 24) % 26);
    }
    return out;
}

double medianSeconds(const Tokenizer &tokenizer, const std::string &text, int rounds, std::size_t &tokens)
{
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        const std::clock_t before = std::clock();
        tokens = tokenizer.encode(text, false).size();
        seconds.push_back(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

Options parse(int argc, char **argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--file" && i + 1 < argc) {
            options.file = argv[++i];
        } else if (argument == "--rounds" && i + 1 < argc) {
            options.rounds = std::max(1, std::atoi(argv[++i]));
        } else {
            options.vocabularies.emplace_back(argument);
        }
    }
    if (options.vocabularies.empty()) {
        const fs::path reference = CONCLAVE_SHARED_REFERENCE;
        const fs::path data = CONCLAVE_TEST_DATA;
        options.vocabularies = {reference / "tokenizers/ggml-vocab-gpt-2.gguf", reference / "tokenizers/ggml-vocab-llama-spm.gguf",
                                reference / "tokenizers/ggml-vocab-deepseek-llm.gguf", data / "models/qwen3moe/model.gguf",
                                data / "models/mixtral/model.gguf"};
    }
    return options;
}

} // namespace

int main(int argc, char **argv)
{
    const Options options = parse(argc, argv);
    const std::string english = englishText(options);
    constexpr std::size_t kSize = 4U << 20;
    const std::pair<const char *, std::string> texts[] = {
        {"English, 4 MB", repeated(english, kSize)},
        {"English, first 16 kB", english.substr(0, 16U << 10)},
        {"one letter, 1 MB", std::string(1U << 20, 'a')},
        {"letters without spaces, 1 MB", lettersWithoutSpaces(1U << 20)},
    };
    std::printf("%-34s %-30s %10s %10s\n", "vocabulary", "text", "MB/s", "tokens");
    for (const fs::path &path : options.vocabularies) {
        const std::string name = path.filename() == "model.gguf" ? path.parent_path().filename().string() : path.stem().string();
        auto file = GgufFile::open(path.string());
        auto tokenizer = file ? loadTokenizer(*file) : Result<std::unique_ptr<Tokenizer>>(file.takeError());
        if (!tokenizer) {
            std::printf("%-34s SKIPPED: %s\n", name.c_str(), tokenizer.error().message.c_str());
            continue;
        }
        for (const auto &[title, text] : texts) {
            std::size_t tokens = 0;
            const double seconds = medianSeconds(**tokenizer, text, options.rounds, tokens);
            const double rate = seconds > 0 ? static_cast<double>(text.size()) / seconds * 1e-6 : 0;
            std::printf("%-34s %-30s %10.1f %10zu\n", name.c_str(), title, rate, tokens);
        }
    }
    return 0;
}
