#include "engine/text/pre_tokenizer.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <span>
#include <string>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace conclave::engine
{

namespace
{

// The expressions are part of the models: each vocabulary was trained on pieces of exactly this kind, and its tokenizer file names them.
// All of them get UTF and UCP, so that \s, \p{L} and the like have their Unicode meaning.

#define CONTRACTION "'s|'t|'re|'ve|'m|'ll|'d"
#define SPACES R"(\s*[\r\n]+|\s+(?!\S)|\s+)"

constexpr const char *kGpt2 = CONTRACTION R"(| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char *kLlama3 = "(?i:" CONTRACTION R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES;
constexpr const char *kQwen2 = "(?i:" CONTRACTION R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES;
constexpr const char *kQwen35 = "(?i:" CONTRACTION R"()|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)" SPACES;

constexpr const char *kSeedCoder = "(?i:" CONTRACTION R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|)" SPACES;
constexpr const char *kBailingMoe = "(?i:" CONTRACTION R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
                                    R"(\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr const char *kMiniCpm5 = "(?i:" CONTRACTION R"()|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES;

#define UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define SUFFIX "(?i:" CONTRACTION ")?"
constexpr const char *kGpt4o = R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+" SUFFIX R"(|[^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER "*" SUFFIX
                               R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES;
constexpr const char *kTekken = R"([^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+"
                                R"(|[^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER "*"
                                R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES;
#undef UPPER
#undef LOWER

// Chinese characters stand apart; the file's class intersections are written as look-ahead.
#define UPPER R"((?:(?!\p{sc:Han})[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]))"
#define LOWER R"((?:(?!\p{sc:Han})[\p{Ll}\p{Lm}\p{Lo}\p{M}]))"
constexpr const char *kKimiK2 = R"(\p{sc:Han}+|[^\r\n\p{L}\p{N}]?)" UPPER "*" LOWER "+" SUFFIX R"(|[^\r\n\p{L}\p{N}]?)" UPPER "+" LOWER
                                "*" SUFFIX R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES;
#undef UPPER
#undef LOWER
#undef SUFFIX

constexpr const char *kBloom = R"( ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{0964}\x{06D4}\x{060C})]+)";

constexpr const char *kDigit = R"(\p{N})";
constexpr const char *kNumber = R"(\p{N}+)";
constexpr const char *kThreeDigits = R"(\p{N}{1,3})";
constexpr const char *kAsciiTriple = "[0-9][0-9][0-9]";
constexpr const char *kLineBreak = R"([\r\n])";
constexpr const char *kPunctuationRun = R"([\p{P}$+<=>^~|]+)";
constexpr const char *kFalconPunctuationRun = R"([\p{P}$+<=>^~|`]+)";

constexpr const char *kDeepseekV3Cjk = R"([\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+)";
constexpr const char *kDeepseekV3Words =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|)" SPACES;

// Cased letters of an older Unicode version, as the tokenizer file lists them.
constexpr const char *kDeepseekWords =
    R"(\s?[)"
    R"(A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF})"
    R"(\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1}\x{3A3}-\x{3F5})"
    R"(\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD})"
    R"(\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15})"
    R"(\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D}\x{1F5F}-\x{1F7D})"
    R"(\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB})"
    R"(\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D})"
    R"(\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183})"
    R"(\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B})"
    R"(\x{A722}-\x{A76F}\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17})"
    R"(\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2})"
    R"(\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943})"
    R"(]+)";
constexpr const char *kDeepseekPunctuation = R"(\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+)";
// The files say \s+$. Tried at each place of a long run that something follows, that takes quadratic time; this matches the same.
constexpr const char *kTrailingSpaces = R"((?<!\s)\s++$)";
constexpr const char *kDeepseekCjk = R"([\x{4E00}-\x{9FA5}\x{0800}-\x{4E00}\x{AC00}-\x{D7FF}]+)";
constexpr const char *kSpacedWords = R"(\s?\p{L}+)";
constexpr const char *kSpacedPunctuation = R"(\s?\p{P}+)";

#undef CONTRACTION
#undef SPACES

constexpr const char *kDefaultSet[] = {kPunctuationRun, kGpt2, kNumber, kAsciiTriple};
constexpr const char *kGpt2Set[] = {kGpt2};
constexpr const char *kStarcoderSet[] = {kDigit, kGpt2};
constexpr const char *kFalconSet[] = {kFalconPunctuationRun, kGpt2, kAsciiTriple};
constexpr const char *kLlama3Set[] = {kLlama3};
constexpr const char *kQwen2Set[] = {kQwen2};
constexpr const char *kQwen35Set[] = {kQwen35};
constexpr const char *kGpt4oSet[] = {kGpt4o};
constexpr const char *kTekkenSet[] = {kTekken};
constexpr const char *kKimiK2Set[] = {kKimiK2};
constexpr const char *kSeedCoderSet[] = {kSeedCoder};
constexpr const char *kBailingMoeSet[] = {kBailingMoe};
constexpr const char *kMiniCpm5Set[] = {kThreeDigits, kMiniCpm5};
constexpr const char *kBloomSet[] = {kBloom};
constexpr const char *kVikingSet[] = {kBloom, kDigit};
constexpr const char *kDeepseekV3Set[] = {kThreeDigits, kDeepseekV3Cjk, kDeepseekV3Words};
constexpr const char *kDeepseekLlmSet[] = {kLineBreak, kDeepseekWords, kDeepseekPunctuation, kTrailingSpaces, kDeepseekCjk, kNumber};
constexpr const char *kDeepseekCoderSet[] = {kLineBreak, kSpacedWords, kSpacedPunctuation, kDeepseekCjk, kDigit};

struct Family
{
    std::span<const char *const> patterns;
    bool ignoresMerges = false;
    bool addsBos = false;
    bool ranksById = false;
};

struct Row
{
    std::string_view name;
    Family family;
};

constexpr Family kLlama3Family = {kLlama3Set, true, true};

constexpr Row kRows[] = {
    {"default", {kDefaultSet}},
    {"gpt-2", {kGpt2Set}},
    {"phi-2", {kGpt2Set}},
    {"mpt", {kGpt2Set}},
    {"olmo", {kGpt2Set}},
    {"jais", {kGpt2Set}},
    {"granite-docling", {kGpt2Set}},
    {"trillion", {kGpt2Set}},
    {"exaone4", {kGpt2Set}},
    {"gigachat", {kGpt2Set}},
    {"a.x-4.0", {kGpt2Set}},
    {"mellum", {kGpt2Set}},
    {"starcoder", {kStarcoderSet}},
    {"refact", {kStarcoderSet}},
    {"command-r", {kStarcoderSet}},
    {"smollm", {kStarcoderSet}},
    {"codeshell", {kStarcoderSet}},
    {"exaone", {kStarcoderSet}},
    {"minerva-7b", {kStarcoderSet}},
    {"mellum2", {kStarcoderSet}},
    {"falcon", {kFalconSet}},
    {"llama3", kLlama3Family},
    {"llama-v3", kLlama3Family},
    {"llama-bpe", kLlama3Family},
    {"falcon3", kLlama3Family},
    {"pixtral", kLlama3Family},
    {"lfm2", kLlama3Family},
    {"falcon-h1", kLlama3Family},
    {"midm-2.0", kLlama3Family},
    {"dbrx", {kLlama3Set}},
    {"smaug-bpe", {kLlama3Set}},
    {"glm4", {kLlama3Set}},
    {"chatglm-bpe", {kLlama3Set}},
    {"qwen2", {kQwen2Set}},
    {"stablelm2", {kQwen2Set}},
    {"hunyuan", {kQwen2Set}},
    {"grok-2", {kQwen2Set}},
    {"deepseek-r1-qwen", {kQwen2Set}},
    {"megrez", {kQwen2Set}},
    {"kormo", {kQwen2Set}},
    {"solar-open", {kQwen2Set}},
    {"qwen35", {kQwen35Set}},
    {"gpt-4o", {kGpt4oSet}},
    {"llama4", {kGpt4oSet}},
    {"kanana2", {kGpt4oSet}},
    {"minimax-m2", {kGpt4oSet}},
    {"kimi-k2", {kKimiK2Set, false, false, true}},
    {"tekken", {kTekkenSet, true, true}},
    {"deepseek-v3", {kDeepseekV3Set}},
    {"joyai-llm", {kDeepseekV3Set}},
    {"hunyuan-dense", {kDeepseekV3Set}},
    {"hy_v4", {kDeepseekV3Set}},
    {"deepseek-llm", {kDeepseekLlmSet}},
    {"deepseek-coder", {kDeepseekCoderSet}},
    {"bailingmoe", {kBailingMoeSet}},
    {"bailingmoe2", {kBailingMoeSet}},
    {"llada-moe", {kBailingMoeSet}},
    {"seed-coder", {kSeedCoderSet}},
    {"minicpm5", {kMiniCpm5Set, true}},
    {"bloom", {kBloomSet}},
    {"poro-chat", {kBloomSet}},
    {"gpt3-finnish", {kBloomSet}},
    {"viking", {kVikingSet}},
};

struct MatchDeleter
{
    void operator()(pcre2_match_data *match) const { pcre2_match_data_free(match); }
};

std::string errorText(int code)
{
    PCRE2_UCHAR text[256] = {};
    pcre2_get_error_message(code, text, sizeof(text));
    return reinterpret_cast<const char *>(text);
}

} // namespace

/// One compiled expression.
class PreTokenizer::Pattern
{
    struct CodeDeleter
    {
        void operator()(pcre2_code *code) const { pcre2_code_free(code); }
    };

public:
    explicit Pattern(pcre2_code *code) : m_code(code) {}

    /// Gives the matches in `text` (valid UTF-8) and what lies between them.
    template <typename Take>
    void split(std::string_view text, pcre2_match_data *match, Take &&take) const
    {
        std::size_t at = 0;
        while (at < text.size()) {
            const auto [start, end] = next(text, at, match);
            if (start > at) {
                take(text.substr(at, start - at));
            }
            if (end > start) {
                take(text.substr(start, end - start));
            }
            at = end;
        }
    }

private:
    /// The next match that is not empty; the text's end twice when there is none.
    std::pair<std::size_t, std::size_t> next(std::string_view text, std::size_t at, pcre2_match_data *match) const
    {
        const auto *subject = reinterpret_cast<PCRE2_SPTR>(text.data());
        constexpr std::uint32_t kOptions = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY; // checked by the caller once, not for each match
        int found = pcre2_match(m_code.get(), subject, text.size(), at, kOptions, match, nullptr);
        if (found < 0 && found != PCRE2_ERROR_NOMATCH) { // the fast matcher's stack ran out: the other one takes memory as needed
            found = pcre2_match(m_code.get(), subject, text.size(), at, kOptions | PCRE2_NO_JIT, match, nullptr);
        }
        if (found < 0) {
            return {text.size(), text.size()};
        }
        const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(match);
        return {bounds[0], bounds[1]};
    }

    std::unique_ptr<pcre2_code, CodeDeleter> m_code;
};

PreTokenizer::PreTokenizer() = default;
PreTokenizer::PreTokenizer(PreTokenizer &&) noexcept = default;
PreTokenizer &PreTokenizer::operator=(PreTokenizer &&) noexcept = default;
PreTokenizer::~PreTokenizer() = default;

Result<PreTokenizer> PreTokenizer::create(std::string_view name)
{
    const auto *row = std::find_if(std::begin(kRows), std::end(kRows), [name](const Row &candidate) { return candidate.name == name; });
    if (row == std::end(kRows)) {
        return Error{ErrorCode::kUnsupportedType,
                     fmt::format("This version does not know the pre-tokenizer \"{}\". Choose another model, or update the program.", name),
                     "tokenizer.ggml.pre"};
    }
    PreTokenizer made;
    made.m_ignoresMerges = row->family.ignoresMerges;
    made.m_addsBos = row->family.addsBos;
    made.m_ranksById = row->family.ranksById;
    for (const char *pattern : row->family.patterns) {
        int error = 0;
        PCRE2_SIZE offset = 0;
        pcre2_code *code =
            pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern), PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr);
        if (code == nullptr) {
            return Error{ErrorCode::kUnsupportedType,
                         fmt::format("The pre-tokenizer \"{}\" does not work with the installed PCRE2 library. Update the library.", name),
                         fmt::format("{} at {}", errorText(error), offset)};
        }
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); // without it matching is only slower
        made.m_patterns.emplace_back(code);
    }
    return made;
}

void PreTokenizer::splitFrom(std::size_t pattern, std::string_view text, void *match, const Take &take) const
{
    if (pattern == m_patterns.size()) {
        take(text);
        return;
    }
    m_patterns[pattern].split(text, static_cast<pcre2_match_data *>(match),
                              [&](std::string_view piece) { splitFrom(pattern + 1, piece, match, take); });
}

void PreTokenizer::split(std::string_view text, const Take &take) const
{
    const std::unique_ptr<pcre2_match_data, MatchDeleter> match(pcre2_match_data_create(1, nullptr));
    if (match == nullptr) {
        throw std::bad_alloc();
    }
    while (!text.empty()) {
        const std::size_t valid = utf8::validPrefix(text);
        if (valid > 0) {
            splitFrom(0, text.substr(0, valid), match.get(), take);
        }
        text.remove_prefix(valid);
        if (!text.empty()) {
            const std::size_t broken = utf8::first(text).size;
            take(text.substr(0, broken));
            text.remove_prefix(broken);
        }
    }
}

} // namespace conclave::engine
