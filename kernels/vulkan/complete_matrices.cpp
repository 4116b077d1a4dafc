// At build time: gives the types of cooperative matrices in a shader what glslc of 2023 cannot write (shaders/matrices.glsl). There such a
// type has its use alone; SPV_KHR_cooperative_matrix wants component, scope, rows, columns and use, each declared before.
//
//     complete_matrices IN.spv OUT.spv

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using Words = std::vector<std::uint32_t>;

constexpr std::size_t kHeaderWords = 5;
constexpr std::size_t kBoundWord = 3; ///< of the header: one more than the largest id

// Instructions of SPIR-V.
constexpr std::uint32_t kTypeVoid = 19;
constexpr std::uint32_t kTypeInt = 21;
constexpr std::uint32_t kTypeFloat = 22;
constexpr std::uint32_t kLastType = 39;
constexpr std::uint32_t kConstant = 43;
constexpr std::uint32_t kDecorate = 71;
constexpr std::uint32_t kTypeMatrix = 4456;

constexpr std::uint32_t kSpecId = 1;
constexpr std::uint32_t kSubgroupScope = 3;

std::uint32_t opOf(std::span<const std::uint32_t> instruction)
{
    return instruction[0] & 0xFFFFU;
}

void append(Words &out, std::span<const std::uint32_t> words)
{
    out.insert(out.end(), words.begin(), words.end());
}

std::vector<std::span<const std::uint32_t>> instructionsOf(std::span<const std::uint32_t> code)
{
    std::vector<std::span<const std::uint32_t>> out;
    for (std::size_t at = kHeaderWords; at < code.size();) {
        const std::size_t length = code[at] >> 16;
        if (length == 0 || length > code.size() - at)
            throw std::runtime_error("an instruction is cut off");
        out.push_back(code.subspan(at, length));
        at += length;
    }
    return out;
}

/// What matrices are made of: the ids of declarations that are there already, but maybe behind the matrices.
struct Parts
{
    std::uint32_t half = 0, single = 0, integer = 0;
    std::array<std::uint32_t, 3> sizes{}; ///< rows, tokens, depth: specialisation constants 1 to 3

    bool complete() const { return half != 0 && single != 0 && integer != 0 && sizes[0] != 0 && sizes[1] != 0 && sizes[2] != 0; }
    bool isType(std::uint32_t id) const { return id == half || id == single || id == integer; }
    bool isSize(std::uint32_t id) const { return id == sizes[0] || id == sizes[1] || id == sizes[2]; }
};

Parts partsOf(const std::vector<std::span<const std::uint32_t>> &instructions)
{
    Parts parts;
    for (const auto &one : instructions) {
        if (opOf(one) == kTypeFloat && one[2] == 16)
            parts.half = one[1];
        else if (opOf(one) == kTypeFloat && one[2] == 32)
            parts.single = one[1];
        else if (opOf(one) == kTypeInt && one[2] == 32 && one[3] == 0)
            parts.integer = one[1];
        else if (opOf(one) == kDecorate && one.size() == 4 && one[2] == kSpecId && one[3] >= 1 && one[3] <= 3)
            parts.sizes[one[3] - 1] = one[1];
    }
    return parts;
}

/// Whether it declares one of `parts`; sizes are results after their type, like all constants.
bool declares(std::span<const std::uint32_t> one, const Parts &parts)
{
    if (opOf(one) == kTypeFloat || opOf(one) == kTypeInt)
        return parts.isType(one[1]);
    return opOf(one) > kLastType && opOf(one) < kDecorate && one.size() == 4 && one[1] == parts.integer && parts.isSize(one[2]);
}

Words completed(const Words &code)
{
    const auto instructions = instructionsOf(code);
    const Parts parts = partsOf(instructions);
    if (!parts.complete())
        throw std::runtime_error("the shader has no halves, floats, words or sizes of matrices");
    Words out(code.begin(), code.begin() + kHeaderWords);
    const std::uint32_t scope = out[kBoundWord]++;
    const std::array uses{out[kBoundWord]++, out[kBoundWord]++, out[kBoundWord]++};
    const auto constant = [&](std::uint32_t id, std::uint32_t value) {
        append(out, std::array{4U << 16 | kConstant, parts.integer, id, value});
    };
    bool declared = false;
    for (const auto &one : instructions) {
        if (!declared && opOf(one) >= kTypeVoid && opOf(one) <= kLastType) {
            declared = true;
            for (const bool types : {true, false})
                for (const auto &part : instructions)
                    if (declares(part, parts) && types == (opOf(part) <= kLastType))
                        append(out, part);
            constant(scope, kSubgroupScope);
            for (std::uint32_t use = 0; use < uses.size(); ++use)
                constant(uses[use], use);
        }
        if (declares(one, parts))
            continue;
        if (opOf(one) != kTypeMatrix) {
            append(out, one);
            continue;
        }
        if (one.size() != 3 || one[2] >= uses.size())
            throw std::runtime_error("a type of matrices that is not of shaders/matrices.glsl");
        const auto [rows, tokens, depth] = parts.sizes;
        const std::uint32_t use = one[2];
        append(out, std::array{7U << 16 | kTypeMatrix, one[1], use == 2 ? parts.single : parts.half, scope, use == 1 ? depth : rows,
                               use == 0 ? depth : tokens, uses[use]});
    }
    return out;
}

Words read(const char *file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    Words words(bytes.size() / 4);
    for (std::size_t i = 0; i < words.size(); ++i)
        for (std::size_t byte = 0; byte < 4; ++byte)
            words[i] |= std::uint32_t{static_cast<unsigned char>(bytes[4 * i + byte])} << 8 * byte;
    if (words.size() <= kHeaderWords)
        throw std::runtime_error("no shader");
    return words;
}

void write(const char *file, const Words &words)
{
    std::ofstream out(file, std::ios::binary);
    for (const std::uint32_t word : words)
        for (int byte = 0; byte < 4; ++byte)
            out.put(static_cast<char>(word >> 8 * byte & 0xFFU));
    if (!out.flush())
        throw std::runtime_error("cannot be written");
}

} // namespace

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    try {
        write(arguments[2], completed(read(arguments[1])));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "complete_matrices: %s: %s\n", arguments[1], error.what());
        return 1;
    }
    return 0;
}
